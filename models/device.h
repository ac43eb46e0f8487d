#pragma once
/*
  What turns the commanded steps of a lengthening into length, and what force it bears: frames and nails.

  The driven length l (mm) is what the mechanism has turned out since surgery; the gap g (mm) is the lengthening achieved, an unknown of
  whoever solves.  The device with its fixation is a spring between them, F = k (l - g), positive where it pushes the segments apart.
  A mechanism that is moving slips where the force against its movement reaches the stall force; at rest the screw locks itself and bears
  any force.  After a movement the driven length is what TasDeviceSettled() says: length lost by slipping stays lost.

  Parameters p [num_parameters] of a device are in the units of its table, each of them admissible; lengths, forces and times that go in and
  out are in mm, N, s.  Functions are pure: no state, no allocation, no PETSc calls.  Chance is a hash of seed, day and step, so that it does
  not depend on the order in which days are calculated, or on how often.  Theory: docs/theory/devices.md
*/
#include "models/material.h"

#define TAS_MAX_DEVICE_PARAMETERS 16

struct TasMechanism_;

typedef struct TasDevice_ {
  const char         *name;    /* as in the case file: "magnetic-nail" */
  const char         *summary; /* one sentence */
  const char         *theory;  /* its page below docs/theory, without suffix */
  PetscBool           external; /* held by wires and half-pins, which pass through skin and muscle */
  PetscBool           reverses; /* takes negative increments */
  PetscInt            num_parameters; /* may be 0 */
  const TasParameter *parameters;
} TasDevice;

/* All registered devices, in the order in which they are listed to users. */
extern const TasDevice *const tas_devices[];
extern const PetscInt         tas_num_devices;

/* The device of that name, or NULL. */
const TasDevice *TasDeviceFind(const char *name);

/* problem (at least 512 characters): empty, or what relation between parameters is broken. */
void TasDeviceCheck(const TasDevice *device, const PetscReal *p, char *problem);

/* Axial stiffness k with fixation, N/mm; infinite: the gap is the driven length, and TasDeviceForce() must not be called. */
PetscReal TasDeviceStiffness(const TasDevice *device, const PetscReal *p);

/* Largest force against which the mechanism moves, N; infinite: any. */
PetscReal TasDeviceStallForce(const TasDevice *device, const PetscReal *p);

/* Largest driven length, mm; infinite: any.  To command more is an error of the plan. */
PetscReal TasDeviceStroke(const TasDevice *device, const PetscReal *p);

/* Speed of the driven length while the mechanism moves, mm/s; infinite: at once.  A step takes at least increment/speed. */
PetscReal TasDeviceSpeed(const TasDevice *device, const PetscReal *p);

/*
  Force in the device, N, positive in compression (it pushes the segments apart), and its derivative by the gap (<= 0).
  direction: 1 while the mechanism lengthens, -1 while it shortens, 0 at rest.  Where it moves against a force beyond the stall force it
  slips: the force stays there, but for TAS_DEVICE_SLIP of the stiffness, which Newton's method needs, and for a rounded corner,
  TAS_DEVICE_CORNER of the stall force wide to each side.  So the force is at most 0.5 % of the stall force too low at the corner, and too
  high by a thousandth of what an unlimited device would bear beyond it.
*/
#define TAS_DEVICE_SLIP 1e-3
#define TAS_DEVICE_CORNER 0.02
PetscReal TasDeviceForce(const TasDevice *device, const PetscReal *p, PetscReal driven, PetscReal gap, PetscInt direction, PetscReal *slope);

/* Driven length after a movement that ended at that gap: `driven` itself where nothing slipped, else gap + force/stiffness. */
PetscReal TasDeviceSettled(const TasDevice *device, const PetscReal *p, PetscReal driven, PetscReal gap, PetscInt direction);

/*
  Driven increment (mm), before any slipping, that the mechanism makes of a commanded one.
  day, step: whole days since surgery, and the step of that day, from 0 on; steps: their number on that day (their interval limits what a
  slow mechanism can turn).  carried (mm): what it was told and has not made yet, because it is less than its smallest step or too fast; 0
  before the first step, and then to be kept from step to step (and in checkpoints).
  A negative increment needs `reverses`; without it, 0 is returned.
*/
PetscReal TasDeviceDrive(const TasDevice *device, const PetscReal *p, PetscInt64 seed, PetscInt day, PetscInt step, PetscInt steps,
                         PetscReal commanded, PetscReal *carried);

/* What sort of a day a mechanism has: normal but for ratchets. */
typedef enum { TAS_DAY_NORMAL, TAS_DAY_RUNAWAY, TAS_DAY_BLOCKED, TAS_NUM_DAYS } TasDeviceDay;
extern const char *const tas_device_days[TAS_NUM_DAYS]; /* "normal", ... */
TasDeviceDay TasDeviceDayOf(const TasDevice *device, const PetscReal *p, PetscInt64 seed, PetscInt day);
