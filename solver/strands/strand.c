#include "models/average.h"
#include "solver/strands/strand_impl.h"
#include <math.h>
#include <petscblaslapack.h>

#define TOLERANCE      1e-11 /* of the largest force */
#define SMALLEST_STEP  1e-6  /* of the line search */
#define SMALLEST_SHIFT 1e-6 /* of a stiffness typical of the strand */
#define LARGEST_SHIFT  1e4

static PetscReal Distance(const PetscReal *a, const PetscReal *b)
{
  return PetscSqrtReal(PetscSqr(a[0] - b[0]) + PetscSqr(a[1] - b[1]) + PetscSqr(a[2] - b[2]));
}

static void MeasureBed(PetscInt num, const PetscReal *bed, PetscReal *length)
{
  length[0] = 0.;
  for (PetscInt j = 1; j < num; j++) length[j] = length[j - 1] + Distance(bed + 3 * j - 3, bed + 3 * j);
}

/* Length of bed between the homes of an element's nodes, from the pieces: the difference of the homes has fewer digits. */
static PetscReal Span(TasStrand s, PetscInt e)
{
  const PetscInt from = s->segment[e], to = s->segment[e + 1];
  PetscReal      span = (s->share[e + 1] - (from == to ? s->share[e] : 0.)) * Distance(s->bed + 3 * to, s->bed + 3 * to + 3);

  if (from < to) span += (1. - s->share[e]) * Distance(s->bed + 3 * from, s->bed + 3 * from + 3);
  for (PetscInt m = from + 1; m < to; m++) span += Distance(s->bed + 3 * m, s->bed + 3 * m + 3);
  return span;
}

/* The homes of the nodes on the bed as it is now. */
static void FindHomes(TasStrand s)
{
  MeasureBed(s->num_bed, s->bed, s->bed_length);
  for (PetscInt i = 0; i < s->num_nodes; i++) {
    const PetscReal *length = s->bed_length + s->segment[i];
    s->home[i]              = length[0] + s->share[i] * (length[1] - length[0]);
  }
  for (PetscInt e = 0; e < s->num_elements; e++) s->span[e] = Span(s, e);
}

/* ---- set-up ---- */

static void PlaceNodes(TasStrand s)
{
  PetscInt segment = 0;

  for (PetscInt i = 0; i < s->num_nodes; i++) {
    const PetscReal arc = i * s->spacing;
    while (segment < s->num_bed - 2 && arc > s->bed_arc[segment + 1]) segment++;
    s->segment[i] = segment;
    s->share[i]   = i == s->num_nodes - 1 ? 1. : (arc - s->bed_arc[segment]) / (s->bed_arc[segment + 1] - s->bed_arc[segment]);
  }
}

static PetscErrorCode Allocate(TasStrand s)
{
  const PetscInt nodes = s->num_nodes, points = s->num_points, state = s->num_state * points;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc4(s->num_bed, &s->bed_arc, 3 * s->num_bed, &s->bed_reference, 3 * s->num_bed, &s->bed, s->num_bed, &s->bed_length));
  PetscCall(PetscMalloc5(nodes, &s->segment, nodes, &s->share, nodes, &s->home, nodes, &s->slip, nodes, &s->trial));
  PetscCall(PetscCalloc6(nodes, &s->kept_slip, 3 * s->num_bed, &s->kept_bed, s->num_bed, &s->pull, nodes, &s->span, nodes, &s->rest, nodes, &s->kept_rest));
  PetscCall(PetscMalloc4(nodes, &s->residual, nodes, &s->diagonal, nodes, &s->beside, nodes, &s->step));
  PetscCall(PetscMalloc5(points, &s->stretch, points, &s->energy, points, &s->stress, points, &s->slope, s->num_elements, &s->start_stretch));
  PetscCall(PetscMalloc3(TasMaterialNumConstants(s->material) * points, &s->constants, points, &s->natural_volume, (TAS_STRAND_WORK + TasMaterialNumWork(s->material)) * points, &s->work));
  PetscCall(PetscCalloc1(state + 1, &s->old_state));
  PetscCall(PetscCalloc1(state + 1, &s->new_state));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandCreate(const TasStrandSetup *setup, TasStrand *strand)
{
  const PetscInt cells[TAS_LANES] = {0};
  TasStrand      s;
  TasPoints      points;
  PetscBool      good;

  PetscFunctionBeginUser;
  PetscCheck(TasMaterialIsUniform(setup->material), PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG, "The material of a strand is uniform");
  PetscCall(PetscNew(&s));
  s->material      = setup->material;
  s->area          = setup->area;
  s->bed_stiffness = setup->bed_stiffness;
  s->bed_time      = setup->bed_time > 0. ? setup->bed_time : INFINITY;
  s->start         = setup->start;
  s->end           = setup->end;
  s->num_nodes     = setup->num_nodes;
  s->num_elements  = setup->num_nodes - 1;
  s->num_bed       = setup->num_bed;
  s->num_points    = (s->num_elements + 2 + TAS_LANES - 1) / TAS_LANES * TAS_LANES;
  s->num_state     = TasMaterialNumState(setup->material);
  PetscCall(Allocate(s));
  PetscCall(PetscArraycpy(s->bed_reference, setup->bed, 3 * s->num_bed));
  PetscCall(PetscArraycpy(s->bed, setup->bed, 3 * s->num_bed));
  PetscCall(PetscArraycpy(s->kept_bed, setup->bed, 3 * s->num_bed));
  MeasureBed(s->num_bed, s->bed, s->bed_arc);
  s->spacing = s->bed_arc[s->num_bed - 1] / s->num_elements;
  PlaceNodes(s);
  FindHomes(s);
  PetscCall(PetscArrayzero(s->slip, s->num_nodes));
  for (PetscInt e = 0; e < s->num_points; e++) s->stretch[e] = 1.;
  for (PetscInt e = 0; e < s->num_elements; e++) s->start_stretch[e] = 1.;
  TasMaterialLoadConstants(s->material, s->num_points / TAS_LANES, cells, s->constants);
  points = TasStrandPoints(s, INFINITY);
  TasMaterialInitState(s->material, points.n, points.constants, points.fibre, s->old_state);
  TasStrandLaw(s, INFINITY, PETSC_FALSE, &good);
  *strand = s;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandDestroy(TasStrand *strand)
{
  TasStrand s = *strand;

  PetscFunctionBeginUser;
  if (!s) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree4(s->bed_arc, s->bed_reference, s->bed, s->bed_length));
  PetscCall(PetscFree5(s->segment, s->share, s->home, s->slip, s->trial));
  PetscCall(PetscFree6(s->kept_slip, s->kept_bed, s->pull, s->span, s->rest, s->kept_rest));
  PetscCall(PetscFree4(s->residual, s->diagonal, s->beside, s->step));
  PetscCall(PetscFree5(s->stretch, s->energy, s->stress, s->slope, s->start_stretch));
  PetscCall(PetscFree3(s->constants, s->natural_volume, s->work));
  PetscCall(PetscFree(s->old_state));
  PetscCall(PetscFree(s->new_state));
  PetscCall(PetscFree(*strand));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- forces ---- */

static void SetStretches(TasStrand s, const PetscReal *slip)
{
  const PetscInt last = s->num_nodes - 1, n = s->num_elements;

  for (PetscInt e = 0; e < n; e++) s->stretch[e] = (s->span[e] + (slip[e + 1] - slip[e])) / s->spacing;
  for (PetscInt e = n; e < s->num_points; e++) s->stretch[e] = 1.;
  if (s->start.kind == TAS_STRAND_REMOTE) s->stretch[n] = 1. + (s->drawn[0] + slip[0]) / s->start.remote_length;
  if (s->end.kind == TAS_STRAND_REMOTE) s->stretch[n + 1] = 1. + (s->drawn[1] - slip[last]) / s->end.remote_length;
}

/* Held nodes have no force. floor: what rounding of lengths alone may make of it. */
static void SetResidual(TasStrand s, const PetscReal *slip, PetscReal *largest, PetscReal *floor)
{
  const PetscInt last  = s->num_nodes - 1, n = s->num_elements;
  PetscReal      force = 0.;

  *floor = 0.;
  for (PetscInt i = 0; i <= last; i++) {
    const PetscReal before = i > 0 ? s->stress[i - 1] : s->start.kind == TAS_STRAND_REMOTE ? s->stress[n] : 0.;
    const PetscReal after  = i < last ? s->stress[i] : s->end.kind == TAS_STRAND_REMOTE ? s->stress[n + 1] : 0.;

    s->residual[i] = s->area * (before - after) + s->bed_stiffness * TasStrandNodeShare(s, i) * (slip[i] - s->rest[i]);
    force          = PetscMax(force, s->area * PetscMax(PetscAbsReal(before), PetscAbsReal(after)));
    if (i < last) *floor = PetscMax(*floor, s->area * PetscAbsReal(s->slope[i]) * (s->span[i] + PetscAbsReal(slip[i]) + PetscAbsReal(slip[i + 1])) / s->spacing);
  }
  if (s->start.kind == TAS_STRAND_FIXED) s->residual[0] = 0.;
  if (s->end.kind == TAS_STRAND_FIXED) s->residual[last] = 0.;
  *largest = 0.;
  for (PetscInt i = 0; i <= last; i++) *largest = PetscMax(*largest, PetscAbsReal(s->residual[i]));
  *floor = TOLERANCE * force + 16. * PETSC_MACHINE_EPSILON * *floor;
}

/* A number for the line search that knows what the largest residual does not: whether most of the nodes are nearer to balance. */
static PetscReal Norm(TasStrand s)
{
  PetscReal sum = 0.;

  for (PetscInt i = 0; i < s->num_nodes; i++) sum += PetscSqr(s->residual[i]);
  return PetscSqrtReal(sum);
}

static void Evaluate(TasStrand s, const PetscReal *slip, PetscReal time_step, PetscBool *good, PetscReal *largest, PetscReal *floor)
{
  SetStretches(s, slip);
  TasStrandLaw(s, time_step, PETSC_FALSE, good);
  if (*good) SetResidual(s, slip, largest, floor);
}

/* ---- Newton ---- */

/* Derivative of the residual, plus shift: tridiagonal. */
static void SetTangent(TasStrand s, PetscReal shift)
{
  const PetscInt last = s->num_nodes - 1, n = s->num_elements;

  for (PetscInt i = 0; i <= last; i++) s->diagonal[i] = shift + s->bed_stiffness * TasStrandNodeShare(s, i);
  for (PetscInt e = 0; e < n; e++) {
    const PetscReal stiffness = s->area * s->slope[e] / s->spacing;
    s->diagonal[e] += stiffness;
    s->diagonal[e + 1] += stiffness;
    s->beside[e] = -stiffness;
  }
  if (s->start.kind == TAS_STRAND_REMOTE) s->diagonal[0] += s->area * s->slope[n] / s->start.remote_length;
  if (s->end.kind == TAS_STRAND_REMOTE) s->diagonal[last] += s->area * s->slope[n + 1] / s->end.remote_length;
  if (s->start.kind == TAS_STRAND_FIXED) {
    s->diagonal[0] = 1.;
    s->beside[0]   = 0.;
  }
  if (s->end.kind == TAS_STRAND_FIXED) {
    s->diagonal[last] = 1.;
    s->beside[n - 1]  = 0.;
  }
}

/* A slack strand on no bed has no stiffness, and a law may soften: then as much is lent to the nodes as the factorisation needs, which
   leaves the equilibrium as it is. */
PetscErrorCode TasStrandFactorise(TasStrand s, PetscBool *solved)
{
  PetscBLASInt n, info = 1;
  PetscReal    stiffness = s->bed_stiffness * s->spacing, shift = 0.;

  PetscFunctionBeginUser;
  PetscCall(PetscBLASIntCast(s->num_nodes, &n));
  for (PetscInt e = 0; e < s->num_elements; e++) stiffness = PetscMax(stiffness, s->area * PetscAbsReal(s->slope[e]) / s->spacing);
  if (stiffness == 0.) stiffness = 1.;
  while (info && shift <= LARGEST_SHIFT * stiffness) {
    SetTangent(s, shift);
    PetscCallBLAS("LAPACKpttrf", LAPACKpttrf_(&n, s->diagonal, s->beside, &info));
    shift = PetscMax(SMALLEST_SHIFT * stiffness, 10. * shift);
  }
  *solved = (PetscBool)!info;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandSolveTangent(TasStrand s)
{
  PetscBLASInt n, one = 1, info;

  PetscFunctionBeginUser;
  PetscCall(PetscBLASIntCast(s->num_nodes, &n));
  PetscCallBLAS("LAPACKpttrs", LAPACKpttrs_(&n, &one, s->diagonal, s->beside, s->step, &n, &info));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Rest of the bed's springs in a step: follows the slip that there was at its start. */
static void PredictRest(TasStrand s, PetscReal time_step)
{
  const PetscReal decay = isinf(time_step) ? 1. : exp(-time_step / s->bed_time);

  for (PetscInt i = 0; i < s->num_nodes; i++) s->rest[i] = decay * s->kept_rest[i] + (1. - decay) * s->kept_slip[i];
}

/* At the end of a step in which the slip changed evenly. */
static PetscReal NewRest(TasStrand s, PetscInt i, PetscReal time_step)
{
  return TasAverage(s->kept_rest[i], s->kept_slip[i], s->slip[i], isinf(time_step) ? 0. : time_step / s->bed_time);
}

/* Along the step to where the residual has fallen; slip and residual are those of that point. */
static void SearchLine(TasStrand s, PetscReal time_step, PetscReal *largest, PetscReal *floor, PetscBool *found)
{
  const PetscReal before = Norm(s);

  *found = PETSC_FALSE;
  for (PetscReal size = 1.; size >= SMALLEST_STEP && !*found; size /= 2.) {
    PetscBool good;

    for (PetscInt i = 0; i < s->num_nodes; i++) s->trial[i] = s->slip[i] + size * s->step[i];
    Evaluate(s, s->trial, time_step, &good, largest, floor);
    *found = (PetscBool)(good && (Norm(s) <= (1. - 1e-4 * size) * before || *largest <= *floor));
  }
  for (PetscInt i = 0; i < s->num_nodes && *found; i++) s->slip[i] = s->trial[i];
}

static PetscErrorCode Newton(TasStrand s, PetscReal time_step, TasStrandOutcome *outcome)
{
  PetscReal largest, floor;
  PetscBool good;

  PetscFunctionBeginUser;
  Evaluate(s, s->slip, time_step, &good, &largest, &floor);
  while (good) {
    outcome->residual[outcome->iterations] = largest;
    outcome->converged                     = (PetscBool)(largest <= floor);
    if (outcome->converged || outcome->iterations == TAS_STRAND_MAX_ITERATIONS) break;
    PetscCall(TasStrandFactorise(s, &good));
    for (PetscInt i = 0; i < s->num_nodes; i++) s->step[i] = -s->residual[i];
    if (good) PetscCall(TasStrandSolveTangent(s));
    if (good) SearchLine(s, time_step, &largest, &floor, &good);
    outcome->iterations += good ? 1 : 0;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void GoToBed(TasStrand s, const PetscReal *bed, const PetscReal *slip)
{
  for (PetscInt k = 0; k < 3 * s->num_bed; k++) s->bed[k] = bed[k];
  FindHomes(s);
  for (PetscInt i = 0; i < s->num_nodes; i++) s->slip[i] = slip[i];
}

PetscErrorCode TasStrandSolve(TasStrand s, const PetscReal *bed, PetscReal time_step, TasStrandOutcome *outcome)
{
  PetscReal *slip, *before;
  PetscBool  good;

  PetscFunctionBeginUser;
  PetscCall(PetscArrayzero(outcome, 1));
  PetscCall(PetscMalloc2(s->num_nodes, &slip, 3 * s->num_bed, &before));
  PetscCall(PetscArraycpy(before, s->bed, 3 * s->num_bed));
  for (PetscInt i = 0; i < s->num_nodes; i++) slip[i] = s->slip[i];
  GoToBed(s, bed, slip);
  PredictRest(s, time_step);
  PetscCall(Newton(s, time_step, outcome));
  if (!outcome->converged) {
    GoToBed(s, before, slip);
    SetStretches(s, s->slip);
    TasStrandLaw(s, time_step, PETSC_FALSE, &good);
  }
  PetscCall(PetscFree2(slip, before));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasStrandDraw(TasStrand s, const PetscReal drawn[2])
{
  for (int end = 0; end < 2; end++) s->drawn[end] = drawn[end];
}

void TasStrandGetDrawn(TasStrand s, PetscReal drawn[2])
{
  for (int end = 0; end < 2; end++) drawn[end] = s->drawn[end];
}

void TasStrandReturn(TasStrand s)
{
  TasStrandDraw(s, s->kept_drawn);
  GoToBed(s, s->kept_bed, s->kept_slip);
}

PetscReal TasStrandGrowthError(TasStrand s, PetscReal time_step)
{
  PetscReal error[TAS_LANES], largest = 0.;
  PetscBool good;
  TasPoints points;

  for (PetscInt i = 0; i < s->num_nodes; i++) largest = PetscMax(largest, PetscAbsReal(NewRest(s, i, time_step) - s->rest[i]) / TasStrandLength(s));
  if (!TasMaterialAdapts(s->material)) return largest;
  SetStretches(s, s->slip);
  TasStrandLaw(s, time_step, PETSC_TRUE, &good);
  points           = TasStrandPoints(s, time_step);
  points.new_state = s->new_state;
  TasMaterialGrowthError(s->material, &points, error);
  for (PetscInt l = 0; l < TAS_LANES; l++) largest = PetscMax(largest, error[l]);
  return largest;
}

PetscErrorCode TasStrandCommit(TasStrand s, PetscReal time_step)
{
  PetscBool  good;
  PetscReal *state = s->old_state;

  PetscFunctionBeginUser;
  SetStretches(s, s->slip);
  TasStrandLaw(s, time_step, PETSC_TRUE, &good);
  PetscCheck(good, PETSC_COMM_SELF, PETSC_ERR_PLIB, "The state of a strand that was solved is inadmissible");
  s->old_state = s->new_state;
  s->new_state = state;
  if (!s->committed) PetscCall(PetscArraycpy(s->start_stretch, s->stretch, s->num_elements));
  s->committed = PETSC_TRUE;
  for (PetscInt i = 0; i < s->num_nodes; i++) s->kept_rest[i] = NewRest(s, i, time_step);
  for (PetscInt i = 0; i < s->num_nodes; i++) s->kept_slip[i] = s->slip[i];
  for (int end = 0; end < 2; end++) s->kept_drawn[end] = s->drawn[end];
  PetscCall(PetscArraycpy(s->kept_bed, s->bed, 3 * s->num_bed));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- checkpoint ---- */

PetscInt TasStrandStateSize(TasStrand s) { return 2 * s->num_nodes + 2 + s->num_elements + 1 + s->num_state * (s->num_elements + 2); }

void TasStrandGetState(TasStrand s, PetscReal *state)
{
  for (PetscInt i = 0; i < s->num_nodes; i++) *state++ = s->kept_slip[i];
  for (PetscInt i = 0; i < s->num_nodes; i++) *state++ = s->kept_rest[i];
  for (int end = 0; end < 2; end++) *state++ = s->kept_drawn[end];
  for (PetscInt e = 0; e < s->num_elements; e++) *state++ = s->start_stretch[e];
  *state++ = s->committed;
  for (PetscInt k = 0; k < s->num_state; k++)
    for (PetscInt e = 0; e < s->num_elements + 2; e++) *state++ = s->old_state[k * s->num_points + e];
}

PetscErrorCode TasStrandSetState(TasStrand s, const PetscReal *bed, const PetscReal *state)
{
  PetscFunctionBeginUser;
  PetscCall(PetscArraycpy(s->kept_bed, bed, 3 * s->num_bed));
  for (PetscInt i = 0; i < s->num_nodes; i++) s->kept_slip[i] = *state++;
  for (PetscInt i = 0; i < s->num_nodes; i++) s->kept_rest[i] = *state++;
  for (int end = 0; end < 2; end++) s->kept_drawn[end] = *state++;
  TasStrandReturn(s);
  for (PetscInt e = 0; e < s->num_elements; e++) s->start_stretch[e] = *state++;
  s->committed = (PetscBool)(*state++ != 0.);
  for (PetscInt k = 0; k < s->num_state; k++)
    for (PetscInt e = 0; e < s->num_elements + 2; e++) s->old_state[k * s->num_points + e] = *state++;
  PetscFunctionReturn(PETSC_SUCCESS);
}
