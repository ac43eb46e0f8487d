#pragma once
/* Inside models/ only: what a device is in numbers, and the rows that the tables of devices share. */
#include "models/device.h"
#include "models/models_impl.h"
#include <math.h>

typedef struct TasMechanism_ {
  PetscReal stiffness;   /* N/mm */
  PetscReal stall_force; /* N */
  PetscReal stroke;      /* mm */
  PetscReal speed;       /* mm/s */
  PetscReal step;        /* mm; 0: any */
  PetscReal accuracy;    /* mean ratio of driven to commanded length, */
  PetscReal spread;      /* its standard deviation from device to device, */
  PetscReal step_spread; /* and from step to step */
  PetscReal runaway_share, runaway_low, runaway_high; /* of days; ratios of driven to commanded length on them, evenly distributed */
  PetscReal blocked_share, blocked_high;              /* of days; ratios from 0 on */
  PetscReal persistence; /* probability that a day is as the one before, whatever it would be otherwise */
} TasMechanism;

/* A mechanism that makes of every command what it is told. */
#define TAS_MECHANISM_EXACT \
  (TasMechanism) { .stiffness = INFINITY, .stall_force = INFINITY, .stroke = INFINITY, .speed = INFINITY, .accuracy = 1 }

extern const TasDevice tas_device_ideal, tas_device_ilizarov_frame, tas_device_hexapod, tas_device_magnetic_nail, tas_device_ratchet_nail,
    tas_device_motorised_nail;

/* clang-format off */
#define TAS_DEVICE_STIFFNESS(value, source)   {"stiffness", "N/mm", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, value, "axial stiffness of the device with its fixation in bone", source}
#define TAS_DEVICE_STALL_FORCE(value, source) {"stall_force", "N", 0, INFINITY, PETSC_FALSE, PETSC_TRUE, value, "force against which the mechanism stops moving and slips; infinite: none", source}
#define TAS_DEVICE_STROKE(value, source)      {"stroke", "mm", 0, INFINITY, PETSC_FALSE, PETSC_TRUE, value, "largest length; infinite: any", source}
#define TAS_DEVICE_SPEED(value, source)       {"speed", "mm/min", 0, INFINITY, PETSC_FALSE, PETSC_TRUE, value, "speed while the mechanism moves; infinite: a step is made at once", source}
#define TAS_DEVICE_STEP(value, source)        {"smallest_step", "mm", 0, 10, PETSC_TRUE, PETSC_TRUE, value, "smallest step; less is carried over to the next one; 0: any", source}
#define TAS_DEVICE_ACCURACY(value, source)    {"accuracy", "1", 0, 2, PETSC_FALSE, PETSC_TRUE, value, "mean ratio of driven to commanded length", source}
#define TAS_DEVICE_SPREAD(value, source)      {"spread", "1", 0, 1, PETSC_TRUE, PETSC_TRUE, value, "standard deviation of that ratio from device to device; one value a seed", source}
#define TAS_DEVICE_STEP_SPREAD(value, source) {"step_spread", "1", 0, 1, PETSC_TRUE, PETSC_TRUE, value, "standard deviation of that ratio from step to step", source}
/* clang-format on */
