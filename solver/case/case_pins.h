#pragma once
/*
  Pins in a case.  Private to case_*.c.
*/
#include "solver/case/case_reader.h"

/* Pins of a frame, as it stands around the bone of a limb. */
typedef struct {
  const char *name;
  PetscBool   distal;
  PetscReal   share;   /* of the way from the osteotomy to the end of the segment */
  PetscReal   angle;   /* degrees around the bone, 0 anterior, 90 lateral */
  PetscBool   through; /* a wire, else a half-pin */
} TasFramePin;

typedef struct {
  const char        *name, *limb;
  const char        *source; /* of heights and angles */
  PetscReal          wire, half_pin; /* diameters, mm */
  const char        *wire_source, *half_pin_source;
  PetscInt           num;
  const TasFramePin *pins;
} TasFrame;

extern const TasFrame tas_frames[];
extern const PetscInt tas_num_frames;

/* Ends of the pins that were placed in a limb: from the bone, or from beyond the skin, to beyond the skin. Collective. */
PetscErrorCode TasCasePlacePins(TasCaseReader *r);
