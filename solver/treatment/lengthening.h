#pragma once
/*
  The lengthening at one osteotomy: its steps, and the lengths that follow.

  It is a function of the case and of changes to the plan (schedule.h).  Days are counted from surgery, time 0; times are in s.

  A day is resolved when each of its steps is calculated.  Through the others the lengthening is steady, along the middle of the stair of steps,
  where tissue is stretched by as much as by the steps on the mean.
*/
#include "solver/case/case.h"

/* Where the lengthening is steady, all that is steady of it. */
typedef struct {
  PetscReal start, ramp;      /* s */
  PetscReal interval;         /* s to the next one */
  PetscReal commanded;        /* mm, negative in reversal */
  PetscReal driven;           /* mm that the device makes of it, before any slipping */
  PetscInt  day, step, steps; /* whole days since surgery; the step of that day, and their number */
  PetscBool resolved;
} TasLengtheningStep;

typedef struct {
  PetscInt            num_steps;
  TasLengtheningStep *steps;
  PetscInt            num_points; /* of the curves of length: piecewise linear, constant beyond their ends */
  PetscReal          *times, *commanded, *driven;
  PetscReal           end;        /* s */
} TasLengthening;

/* changes [num_changes]: in order of time, on top of those of the case. */
PetscErrorCode TasLengtheningCreate(const TasCase *c, PetscInt osteotomy, PetscInt num_changes, const TasCaseChange *changes, TasLengthening *lengthening);
PetscErrorCode TasLengtheningDestroy(TasLengthening *lengthening);

/* Lengths (mm) at a time. */
void TasLengtheningLength(const TasLengthening *lengthening, PetscReal time, PetscReal *commanded, PetscReal *driven);

/* 1 where the device lengthens in the middle of that interval of time, -1 where it shortens, 0 at rest. */
PetscInt TasLengtheningDirection(const TasLengthening *lengthening, PetscReal from, PetscReal to);

/* Whole days since the first step that is planned. */
PetscInt TasLengtheningDay(const TasCaseDistraction *distraction, PetscReal time);
