#pragma once
/*
  The device line: the device and the tissue in the gap, side by side between the bone segments.

  The device is mounted on the limb as it is: at a gap of 0 it bears what the tissue pulls with then.  Its driven length follows the schedule, less
  what it has lost by slipping.  Laws: models/device.h, models/regenerate.h.
*/
#include "solver/treatment/lengthening.h"

typedef struct {
  const TasCaseDevice *device;
  TasRegenerate  regenerate;     /* NULL: none */
  PetscReal      stiffness;      /* N/mm of the device; infinite: ideal */
  PetscReal      mounted;        /* mm: driven length that stands for the force at a gap of 0 */
  PetscReal      lost;           /* mm so far */
  PetscReal      time, driven;   /* s, mm: accepted */
  PetscReal      event, target;  /* s, mm: where the present interval leads to */
  PetscInt       direction;      /* of the mechanism in it */
  PetscReal      trial, time_step; /* mm driven at the end of the present step; s, its length */
  PetscReal      gap;            /* mm, accepted */
} TasDeviceLine;

PetscErrorCode TasDeviceLineCreate(const TasCaseDevice *device, const TasCaseRegenerate *regenerate, TasDeviceLine *line); /* borrows the device */
PetscErrorCode TasDeviceLineDestroy(TasDeviceLine *line);

/* force: with which the tissue pulls at a gap of 0, N. */
void TasDeviceLineMount(TasDeviceLine *line, PetscReal force);

/* From the accepted time to an event, where the lengthening wants its driven length. */
void TasDeviceLineBegin(TasDeviceLine *line, const TasLengthening *lengthening, PetscReal event);

/* Instead of it: nothing is driven up to then. */
void TasDeviceLineRest(TasDeviceLine *line, PetscReal event);

/* The trial is at a time within the interval, after a step of time_step. */
void TasDeviceLineSetTime(TasDeviceLine *line, PetscReal time);

/* Force (N) towards a larger gap, and its derivative. */
PetscReal TasDeviceLineForce(const TasDeviceLine *line, PetscReal gap, PetscReal *slope);

/* The trial ended at that gap. */
void TasDeviceLineAccept(TasDeviceLine *line, PetscReal gap);

/* Force in the device at the accepted state, N in compression; tissue: force of everything around. */
PetscReal TasDeviceLineDeviceForce(const TasDeviceLine *line, PetscReal tissue, PetscReal *regenerate);

#define TAS_DEVICE_LINE_STATE 8 /* reals, and those of the regenerate */
PetscInt TasDeviceLineStateSize(const TasDeviceLine *line);
void     TasDeviceLineGetState(const TasDeviceLine *line, PetscReal *state);
void     TasDeviceLineSetState(TasDeviceLine *line, const PetscReal *state);
