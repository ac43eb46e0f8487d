#include "solver/system/stepper.h"
#include <math.h>

#define MAX_STATES 5 /* what a cubic and its judgement need */
#define MAX_DEGREE 3
#define MOST_EQUILIBRIA 50 /* of prestrain */
#define MOST_UNEVEN 4. /* ratio of steps up to which living tissue is extrapolated */
#define SAFETY      0.8 /* of the next step, when the error of growth sets it */
#define TINY        1e-3 /* share of the tolerance below which an error says nothing about longer steps */
#define SHORT      0.02 /* share of an interval, steps shorter than which do not set its first one */
#define EASY       5 /* Newton iterations up to which a step counts as easy */

struct TasStepper_ {
  const TasCase *c;
  TasSystem      system;
  PetscInt       num; /* states known */
  PetscReal      times[MAX_STATES];
  Vec            states[MAX_STATES]; /* the newest first */
  PetscReal     *pressures[MAX_STATES];
  Vec            work;
  PetscInt       degree; /* of the next prediction, 0: by the tangent */
  PetscReal      step;   /* s, wanted next; infinite: up to the event */
  PetscReal      growth_step; /* s, that the error of growth allows; infinite: any */
};

PetscErrorCode TasStepperCreate(const TasCase *c, TasSystem system, TasStepper *out)
{
  TasStepper stepper;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&stepper));
  stepper->c      = c;
  stepper->system = system;
  stepper->step        = PETSC_INFINITY;
  stepper->growth_step = PETSC_INFINITY;
  PetscCall(VecDuplicate(TasSystemSolution(system), &stepper->work));
  for (PetscInt k = 0; k < MAX_STATES; k++) {
    PetscCall(VecDuplicate(TasSystemSolution(system), &stepper->states[k]));
    PetscCall(PetscMalloc1(PetscMax(1, TasSystemNumPressures(system)), &stepper->pressures[k]));
  }
  PetscCall(VecCopy(TasSystemSolution(system), stepper->states[0]));
  PetscCall(PetscArraycpy(stepper->pressures[0], TasSystemPressure(system), TasSystemNumPressures(system)));
  stepper->num = 1;
  *out         = stepper;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStepperDestroy(TasStepper *stepper)
{
  PetscFunctionBeginUser;
  if (!*stepper) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt k = 0; k < MAX_STATES; k++) {
    PetscCall(VecDestroy(&(*stepper)->states[k]));
    PetscCall(PetscFree((*stepper)->pressures[k]));
  }
  PetscCall(VecDestroy(&(*stepper)->work));
  PetscCall(PetscFree(*stepper));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt  TasStepperNumStates(TasStepper stepper) { return stepper->num; }
PetscReal TasStepperTime(TasStepper stepper) { return stepper->times[0]; }
PetscReal TasStepperStep(TasStepper stepper) { return stepper->step; }
PetscReal TasStepperGrowthStep(TasStepper stepper) { return stepper->growth_step; }

PetscErrorCode TasStepperGetState(TasStepper stepper, PetscInt k, PetscReal *time, Vec *state)
{
  PetscFunctionBeginUser;
  *time  = stepper->times[k];
  *state = stepper->states[k];
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Weight of state i in the polynomial through degree + 1 states, beginning at number `first`, taken at a time. */
static PetscReal Weight(const TasStepper stepper, PetscInt first, PetscInt degree, PetscReal time, PetscInt i)
{
  PetscReal weight = 1.;

  for (PetscInt j = first; j <= first + degree; j++)
    if (j != i) weight *= (time - stepper->times[j]) / (stepper->times[i] - stepper->times[j]);
  return weight;
}

static PetscErrorCode Extrapolate(TasStepper stepper, PetscInt first, PetscInt degree, PetscReal time, Vec out)
{
  PetscFunctionBeginUser;
  PetscCall(VecSet(out, 0.));
  for (PetscInt i = first; i <= first + degree; i++) PetscCall(VecAXPY(out, Weight(stepper, first, degree, time, i), stepper->states[i]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The pressures of the last equilibria, by the polynomial of a degree: 0 for the last ones themselves. */
static PetscErrorCode ExtrapolatePressure(TasStepper stepper, PetscInt degree, PetscReal time)
{
  const PetscInt num = TasSystemNumPressures(stepper->system);
  PetscReal     *out = TasSystemPressure(stepper->system);

  PetscFunctionBeginUser;
  PetscCall(PetscArrayzero(out, num));
  for (PetscInt i = 0; i <= degree; i++) {
    const PetscReal weight = Weight(stepper, 0, degree, time, i);
    for (PetscInt k = 0; k < num; k++) out[k] += weight * stepper->pressures[i][k];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The degree that would have predicted the newest state best. */
static PetscErrorCode ChooseDegree(TasStepper stepper)
{
  PetscReal best = PETSC_INFINITY;

  PetscFunctionBeginUser;
  stepper->degree = PetscMin(1, stepper->num - 1);
  for (PetscInt degree = 1; degree <= MAX_DEGREE && degree + 2 <= stepper->num; degree++) {
    PetscReal error;
    PetscCall(Extrapolate(stepper, 1, degree, stepper->times[0], stepper->work));
    PetscCall(VecAXPY(stepper->work, -1., stepper->states[0]));
    PetscCall(VecNorm(stepper->work, NORM_2, &error));
    if (error < best) {
      best            = error;
      stepper->degree = degree;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStepperRestore(TasStepper stepper, PetscInt num, const PetscReal *times, const Vec *states, PetscReal step, PetscReal growth_step)
{
  PetscFunctionBeginUser;
  stepper->num  = PetscMin(num, MAX_STATES);
  stepper->step        = step;
  stepper->growth_step = growth_step;
  for (PetscInt k = 0; k < stepper->num; k++) {
    stepper->times[k] = times[k];
    PetscCall(VecCopy(states[k], stepper->states[k]));
    PetscCall(VecCopy(states[k], TasSystemSolution(stepper->system)));
    PetscCall(TasSystemSetTimeOfState(stepper->system, times[k]));
    PetscCall(TasSystemUpdatePressure(stepper->system));
    PetscCall(PetscArraycpy(stepper->pressures[k], TasSystemPressure(stepper->system), TasSystemNumPressures(stepper->system)));
  }
  PetscCall(ChooseDegree(stepper));
  PetscCall(VecCopy(stepper->states[0], TasSystemSolution(stepper->system)));
  PetscCall(TasSystemSetTimeOfState(stepper->system, times[0]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Have the last steps been about as long as the next one?  Tissue that relaxes moves differently in a step and in the rest after it. */
static PetscBool IsEven(const TasStepper stepper, PetscReal time)
{
  const PetscReal next = time - stepper->times[0];

  if (!TasAssemblyHasState(TasSystemAssembly(stepper->system))) return PETSC_TRUE;
  for (PetscInt k = 0; k < stepper->degree; k++) {
    const PetscReal step = stepper->times[k] - stepper->times[k + 1];
    if (step > MOST_UNEVEN * next || next > MOST_UNEVEN * step) return PETSC_FALSE;
  }
  return PETSC_TRUE;
}

/* How far the system's x is from balance, with the pressures at hand; infinite where it is inadmissible. */
static PetscErrorCode Imbalance(TasStepper stepper, PetscReal *imbalance)
{
  PetscBool good;

  PetscFunctionBeginUser;
  *imbalance = PETSC_INFINITY;
  PetscCall(TasSystemIsAdmissible(stepper->system, &good));
  if (good) PetscCall(TasSystemImbalance(stepper->system, imbalance));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The extrapolation, unless tissue that stays as it is, but for its supports, would be nearer to balance: what has moved so far may be at rest now. */
static PetscErrorCode PredictByExtrapolation(TasStepper stepper, PetscReal time, PetscBool *good)
{
  Vec       x = TasSystemSolution(stepper->system);
  PetscReal resting, moving;

  PetscFunctionBeginUser;
  PetscCall(ExtrapolatePressure(stepper, 0, time));
  PetscCall(Imbalance(stepper, &resting));
  PetscCall(Extrapolate(stepper, 0, stepper->degree, time, x));
  /* of living tissue an older pressure is not known after a restart: its state then is not */
  if (!TasAssemblyHasState(TasSystemAssembly(stepper->system))) PetscCall(ExtrapolatePressure(stepper, stepper->degree, time));
  PetscCall(Imbalance(stepper, &moving));
  *good = (PetscBool)(moving < PETSC_INFINITY && moving <= resting);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Puts a start for Newton at the time into the system's x. */
static PetscErrorCode Predict(TasStepper stepper, PetscReal time, PetscBool tangent)
{
  Vec       x    = TasSystemSolution(stepper->system);
  PetscBool good = PETSC_FALSE;

  PetscFunctionBeginUser;
  PetscCall(VecCopy(stepper->states[0], x));
  PetscCall(TasSystemSetTime(stepper->system, time));
  TasSystemSetTimeStep(stepper->system, time - stepper->times[0]);
  if (stepper->c->solver.predictor && stepper->degree > 0 && !tangent && IsEven(stepper, time)) {
    PetscCall(PredictByExtrapolation(stepper, time, &good));
    if (good) PetscFunctionReturn(PETSC_SUCCESS);
    PetscCall(VecCopy(stepper->states[0], x));
  }
  PetscCall(ExtrapolatePressure(stepper, 0, time));
  PetscCall(TasSystemPredict(stepper->system, &good));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Remember(TasStepper stepper, PetscReal time)
{
  Vec        last     = stepper->states[MAX_STATES - 1];
  PetscReal *pressure = stepper->pressures[MAX_STATES - 1];

  PetscFunctionBeginUser;
  for (PetscInt k = MAX_STATES - 1; k > 0; k--) {
    stepper->states[k]    = stepper->states[k - 1];
    stepper->pressures[k] = stepper->pressures[k - 1];
    stepper->times[k]  = stepper->times[k - 1];
  }
  stepper->states[0]    = last;
  stepper->pressures[0] = pressure;
  stepper->times[0]  = time;
  stepper->num       = PetscMin(stepper->num + 1, MAX_STATES);
  PetscCall(VecCopy(TasSystemSolution(stepper->system), last));
  PetscCall(TasSystemAccept(stepper->system, time));
  PetscCall(TasSystemUpdatePressure(stepper->system)); /* an equilibrium is its x and no more: so it can be restored bit for bit */
  PetscCall(PetscArraycpy(pressure, TasSystemPressure(stepper->system), TasSystemNumPressures(stepper->system)));
  PetscCall(ChooseDegree(stepper));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Growth goes with the square of the step's length into its error, which sets the next step. good: FALSE when it is too large for this one. */
static PetscErrorCode CheckGrowth(TasStepper stepper, PetscReal step, PetscBool *good)
{
  const PetscReal tolerance = stepper->c->living.growth_tolerance;
  PetscReal       error;

  PetscFunctionBeginUser;
  *good                = PETSC_TRUE;
  stepper->growth_step = PETSC_INFINITY;
  PetscCall(TasSystemGrowthError(stepper->system, &error));
  if (error > TINY * tolerance) stepper->growth_step = step * SAFETY * PetscSqrtReal(tolerance / error);
  *good = (PetscBool)(error <= tolerance);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStepperBegin(TasStepper stepper, PetscBool *good)
{
  PetscFunctionBeginUser;
  TasSystemSetTimeStep(stepper->system, INFINITY);
  PetscCall(TasSystemIsAdmissible(stepper->system, good));
  if (*good) PetscCall(TasSystemSolveStrands(stepper->system, good));
  if (*good) PetscCall(TasStrandsAccept(TasSystemStrands(stepper->system), 0.));
  TasSystemSetTimeStep(stepper->system, 0.);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStepperAdvance(TasStepper stepper, PetscReal event, TasStepOutcome *outcome)
{
  const PetscReal from = stepper->times[0], whole = event - from, smallest = stepper->c->solver.smallest_step * whole;
  const PetscReal last = stepper->num > 1 ? from - stepper->times[1] : whole;
  const PetscReal growth_step = last < SHORT * whole ? PETSC_INFINITY : stepper->growth_step; /* a ramp says nothing of the hours after it */
  PetscReal       step    = PetscMin(PetscMin(stepper->step, growth_step), whole);
  PetscBool       tangent = PETSC_FALSE, damped = PETSC_FALSE, grown = PETSC_TRUE, held = PETSC_TRUE;

  PetscFunctionBeginUser;
  *outcome = (TasStepOutcome){.time = from};
  if (step > 0.7 * whole && growth_step >= whole) step = whole;
  while (PETSC_TRUE) {
    const PetscReal time = step == whole ? event : from + step;
    PetscInt        newton, linear;
    PetscCall(Predict(stepper, time, tangent));
    PetscCall(TasSystemSolve(stepper->system, damped, &outcome->reason, &newton, &linear));
    outcome->newton += newton;
    outcome->linear += linear;
    if (outcome->reason > 0) PetscCall(TasSystemSolveStrands(stepper->system, &held));
    if (!held) outcome->reason = SNES_DIVERGED_FUNCTION_DOMAIN;
    if (outcome->reason > 0) PetscCall(CheckGrowth(stepper, step, &grown));
    if (outcome->reason > 0 && grown) {
      PetscCall(Remember(stepper, time));
      if (step == whole && outcome->cuts == 0) stepper->step = PETSC_INFINITY; /* of events near each other nothing is learnt for those further apart */
      else stepper->step = newton <= EASY ? 2. * step : step;
      outcome->converged = PETSC_TRUE;
      outcome->time      = time;
      break;
    }
    outcome->failed_time = time;
    if (outcome->reason > 0) { /* a smaller step, as its error says */
      step = PetscMin(0.5 * step, stepper->growth_step);
      if (step < smallest) break;
      continue;
    }
    if (!damped && held) { /* first the same step again, damped; then smaller ones */
      damped = PETSC_TRUE;
      continue;
    }
    outcome->cuts++;
    tangent = PETSC_TRUE; /* the extrapolation may have been the reason */
    held    = PETSC_TRUE;
    step *= 0.5;
    if (step < smallest) break;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStepperPrestrain(TasStepper stepper, PetscReal tolerance, TasPrestrainTell tell, void *context, TasPrestrainOutcome *outcome)
{
  TasAssembly assembly = TasSystemAssembly(stepper->system);
  Vec         x        = TasSystemSolution(stepper->system);
  PetscBool   good, go_on = PETSC_TRUE;

  PetscFunctionBeginUser;
  *outcome = (TasPrestrainOutcome){.moved = PETSC_INFINITY};
  TasSystemSetTimeStep(stepper->system, INFINITY);
  PetscCall(TasSystemSetTime(stepper->system, 0.));
  while (outcome->equilibria < MOST_EQUILIBRIA && outcome->moved > tolerance) {
    PetscInt newton, linear;
    PetscCall(VecCopy(stepper->states[0], x));
    PetscCall(TasSystemUpdatePressure(stepper->system));
    for (PetscInt damped = 0; damped < 2; damped++) {
      PetscCall(TasSystemSolve(stepper->system, (PetscBool)damped, &outcome->reason, &newton, &linear));
      outcome->newton += newton;
      outcome->linear += linear;
      if (outcome->reason > 0) break;
    }
    if (outcome->reason > 0) PetscCall(TasSystemSolveStrands(stepper->system, &good));
    if (outcome->reason > 0 && !good) outcome->reason = SNES_DIVERGED_FUNCTION_DOMAIN;
    if (outcome->reason <= 0) PetscFunctionReturn(PETSC_SUCCESS);
    outcome->equilibria++;
    PetscCall(VecNorm(x, NORM_INFINITY, &outcome->moved));
    if (outcome->moved > tolerance) PetscCall(TasAssemblyAbsorb(assembly, TasSystemDisplacement(stepper->system)));
    PetscCall(tell(context, outcome, &go_on));
    if (!go_on) PetscFunctionReturn(PETSC_SUCCESS);
  }
  outcome->converged = (PetscBool)(outcome->moved <= tolerance);
  PetscCall(TasSystemAccept(stepper->system, 0.));
  PetscCall(VecCopy(x, stepper->states[0]));
  PetscCall(TasSystemIsAdmissible(stepper->system, &good));
  PetscCall(TasSystemUpdatePressure(stepper->system));
  PetscCall(PetscArraycpy(stepper->pressures[0], TasSystemPressure(stepper->system), TasSystemNumPressures(stepper->system)));
  PetscFunctionReturn(PETSC_SUCCESS);
}
