#pragma once
/*
  Steps in time from one equilibrium to the next: prediction, Newton, and the size of the step.

  Prediction extrapolates the last equilibria by the polynomial (degree 1 to 3) that would have predicted the last one best; the
  first step, whatever leads to an inadmissible state, and living tissue in a step unlike the last ones take the tangent's answer to
  what is new.  A step whose growth, of solids or strands, is not accurate enough is made again, smaller.  A step that fails is halved;
  after easy ones it grows again, and it never crosses an event of the calendar.
*/
#include "solver/system/system.h"

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

typedef struct {
  PetscBool           converged;
  PetscReal           moved;      /* mm: largest displacement of the last equilibrium, coordinates of bodies included */
  PetscInt            equilibria; /* until the geometry was kept */
  PetscInt            newton, linear;
  SNESConvergedReason reason; /* of the last Newton */
} TasPrestrainOutcome;

PetscErrorCode TasStepperCreate(const TasCase *c, TasSystem system, TasStepper *stepper);
PetscErrorCode TasStepperDestroy(TasStepper *stepper);

/* Called after each equilibrium; go_on is true, and the search ends where it is set to false, on all ranks. */
typedef PetscErrorCode (*TasPrestrainTell)(void *context, const TasPrestrainOutcome *outcome, PetscBool *go_on);

/*
  Before time 0: prestrain is brought to equilibrium with the supports, and takes over the deformation that this takes, again and
  again, until the limb keeps its shape within the tolerance (mm) (Maas et al. 2016, J Mech Behav Biomed Mater 61:499).  Tissue is
  relaxed then, and growth takes this state as the one to keep.  Collective.
*/
PetscErrorCode TasStepperPrestrain(TasStepper stepper, PetscReal tolerance, TasPrestrainTell tell, void *context, TasPrestrainOutcome *outcome);

/* Instead of that where nothing is prestrained: the strands come to rest in the undeformed limb. Collective. */
PetscErrorCode TasStepperBegin(TasStepper stepper, PetscBool *good);

/* One converged step towards an event's time (s), or as far as it takes to give up. Collective. */
PetscErrorCode TasStepperAdvance(TasStepper stepper, PetscReal event, TasStepOutcome *outcome);

/* The equilibria that predictions rest on, the newest first, for a checkpoint and back from it: times [num], states [num]. */
PetscInt       TasStepperNumStates(TasStepper stepper);
PetscErrorCode TasStepperGetState(TasStepper stepper, PetscInt k, PetscReal *time, Vec *state); /* borrowed */
PetscErrorCode TasStepperRestore(TasStepper stepper, PetscInt num, const PetscReal *times, const Vec *states, PetscReal step, PetscReal growth_step);
PetscReal      TasStepperTime(TasStepper stepper); /* of the newest */
PetscReal      TasStepperStep(TasStepper stepper);
PetscReal      TasStepperGrowthStep(TasStepper stepper);
