#pragma once
/*
  Steps in time from one equilibrium to the next: prediction, Newton, and the size of the step.

  Prediction extrapolates the last equilibria by the polynomial (degree 1 to 3) that would have predicted the last one best; the
  first step, and whatever leads to an inadmissible state, takes the tangent's answer to what is new.  A step that fails is halved;
  after easy ones it grows again, and it never crosses an event of the calendar.
*/
#include "solver/system.h"

typedef struct TasStepper_ *TasStepper;

typedef struct {
  PetscBool           converged;
  PetscReal           time;   /* s, of the last equilibrium */
  PetscInt            newton; /* iterations, failed attempts included */
  PetscInt            linear;
  PetscInt            cuts;
  SNESConvergedReason reason;      /* of the last attempt */
  PetscReal           failed_time; /* s, of the last failed attempt */
} TasStepOutcome;

PetscErrorCode TasStepperCreate(const TasCase *c, TasSystem system, TasStepper *stepper);
PetscErrorCode TasStepperDestroy(TasStepper *stepper);

/* One converged step towards an event's time (s), or as far as it takes to give up. Collective. */
PetscErrorCode TasStepperAdvance(TasStepper stepper, PetscReal event, TasStepOutcome *outcome);

/* The equilibria that predictions rest on, the newest first, for a checkpoint and back from it: times [num], states [num]. */
PetscInt       TasStepperNumStates(TasStepper stepper);
PetscErrorCode TasStepperGetState(TasStepper stepper, PetscInt k, PetscReal *time, Vec *state); /* borrowed */
PetscErrorCode TasStepperRestore(TasStepper stepper, PetscInt num, const PetscReal *times, const Vec *states, PetscReal step);
PetscReal      TasStepperStep(TasStepper stepper);
