/* Which values to try, and what follows from them. Everything here is in danger: the value, or its negative where higher is safer. */
#include "solver/safe_rate/safe_rate.h"
#include "solver/text.h"
#include <math.h>
#include <string.h>

#define NEAR 0.45         /* of the tolerance: two runs so far on either side of the expected answer bracket it */
#define RISES 1e-3        /* by so much a margin must rise to count as one that does not fall */
#define WIDE 4.0          /* a bracket of so many times its lower end is divided by ratios */

typedef struct {
  const TasSafeWanted *wanted;
  TasSafeResult       *result;
  PetscReal            grid; /* values are multiples of it, so that a repeated search asks for the same runs */
  PetscReal            low, high; /* danger of the bounds */
  PetscReal            lo, hi;    /* the bracket */
  PetscInt             inside, outside; /* its runs, -1: a bound that has not been run */
  PetscReal            width;     /* of the bracket at the last expectation */
} Search;

static PetscReal Danger(const Search *s, PetscReal value) { return s->wanted->safer ? -value : value; }

PetscInt TasSafeSmallest(const TasSafeRun *run)
{
  PetscInt smallest = run->num_margins ? 0 : -1;

  for (PetscInt k = 1; k < run->num_margins; k++)
    if (run->margins[k].margin < run->margins[smallest].margin) smallest = k;
  return smallest;
}

PetscErrorCode TasSafeRunClear(TasSafeRun *run)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(run->margins));
  run->num_margins = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSafeResultClear(TasSafeResult *result)
{
  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < result->num_runs; i++) PetscCall(TasSafeRunClear(&result->runs[i]));
  for (PetscInt i = 0; i < TAS_SAFE_MAX_PARAMETERS; i++) PetscCall(TasSafeRunClear(&result->varied[i]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the bracket ---- */

/* The least dangerous run that is not inside, and the most dangerous one inside below it. */
static void Bracket(Search *s)
{
  s->inside = s->outside = -1;
  s->lo                  = s->low;
  s->hi                  = s->high;
  for (PetscInt i = 0; i < s->result->num_runs; i++) {
    const PetscReal t = Danger(s, s->result->runs[i].value);

    if (s->result->runs[i].state == TAS_SAFE_INSIDE || (s->outside >= 0 && t >= s->hi)) continue;
    s->outside = i;
    s->hi      = t;
  }
  for (PetscInt i = 0; i < s->result->num_runs; i++) {
    const PetscReal t = Danger(s, s->result->runs[i].value);

    if (s->result->runs[i].state != TAS_SAFE_INSIDE || (s->outside >= 0 && t > s->hi) || (s->inside >= 0 && t <= s->lo)) continue;
    s->inside = i;
    s->lo     = t;
  }
}

static PetscBool IsKnown(const Search *s, PetscReal t)
{
  for (PetscInt i = 0; i < s->result->num_runs; i++)
    if (PetscAbsReal(Danger(s, s->result->runs[i].value) - t) < 0.5 * s->grid) return PETSC_TRUE;
  return PETSC_FALSE;
}

/* TRUE: the search has come to an end. */
static PetscBool HasEnded(Search *s)
{
  const PetscReal slack = 1e-6 * s->wanted->tolerance;

  if (s->inside >= 0 && s->outside >= 0 && s->hi - s->lo <= PetscMax(s->wanted->tolerance, s->grid) + slack)
    s->result->end = TAS_SAFE_BRACKETED;
  else if (s->outside < 0 && s->inside >= 0 && s->lo >= s->high - slack)
    s->result->end = TAS_SAFE_ALL_INSIDE;
  else if (s->inside < 0 && s->outside >= 0 && s->hi <= s->low + slack)
    s->result->end = TAS_SAFE_NONE;
  else if (s->result->num_runs >= s->wanted->most_runs)
    s->result->end = TAS_SAFE_UNFINISHED;
  else
    return PETSC_FALSE;
  s->result->inside  = s->inside;
  s->result->outside = s->outside;
  return PETSC_TRUE;
}

/* ---- what is expected from margins of whole runs ---- */

/* Where runs end early it depends on moments whether one that is outside comes to its end: the same search would take other ways. */
static PetscBool IsTold(const Search *s, const TasSafeRun *run) { return (PetscBool)(run->whole && run->num_margins && (run->state == TAS_SAFE_INSIDE || !s->wanted->stop_early)); }

static const TasSafeMargin *Find(const TasSafeRun *run, const TasSafeMargin *like)
{
  for (PetscInt k = 0; k < run->num_margins; k++)
    if (!strcmp(run->margins[k].tissue, like->tissue) && !strcmp(run->margins[k].strand, like->strand) && !strcmp(run->margins[k].rule, like->rule)) return &run->margins[k];
  return NULL;
}

/* The run nearest to a place that tells its margins, but those nearer than `apart` to another one; -1: none. */
static PetscInt Nearest(const Search *s, PetscReal t, PetscInt other, PetscReal apart)
{
  PetscInt  nearest = -1;
  PetscReal least   = PETSC_INFINITY;

  for (PetscInt i = 0; i < s->result->num_runs; i++) {
    const PetscReal here = Danger(s, s->result->runs[i].value), distance = PetscAbsReal(here - t);

    if (!IsTold(s, &s->result->runs[i]) || distance >= least) continue;
    if (other >= 0 && PetscAbsReal(here - Danger(s, s->result->runs[other].value)) < apart) continue;
    nearest = i;
    least   = distance;
  }
  return nearest;
}

/* The two that tell most about a place; too near to each other their difference would be that of steps and tolerances. */
static PetscBool Neighbours(const Search *s, PetscReal t, PetscInt pair[2])
{
  pair[0] = Nearest(s, t, -1, 0);
  pair[1] = pair[0] < 0 ? -1 : Nearest(s, t, pair[0], 0.5 * s->wanted->tolerance);
  return (PetscBool)(pair[1] >= 0);
}

/* Where the first rule comes to the margin that is wanted, each one along the straight line through two runs.  shift: of the rule's margin
   at the first run (NULL: none), for another value of a parameter.  Infinity: no rule falls. */
static PetscReal Expect(const Search *s, const PetscInt pair[2], const TasSafeRun *shift)
{
  const TasSafeRun *a = &s->result->runs[pair[0]], *b = &s->result->runs[pair[1]];
  const PetscReal   ta = Danger(s, a->value), tb = Danger(s, b->value);
  PetscReal         first = PETSC_INFINITY;

  for (PetscInt k = 0; k < a->num_margins; k++) {
    const TasSafeMargin *at_a = &a->margins[k], *at_b = Find(b, at_a), *shifted = shift ? Find(shift, at_a) : at_a;
    const PetscReal      slope = at_b ? (at_b->margin - at_a->margin) / (tb - ta) : 0;

    if (!at_b || !shifted || slope >= 0) continue;
    first = PetscMin(first, ta + (s->wanted->margin - shifted->margin) / slope);
  }
  return first;
}

/* ---- which values next ---- */

/* Between two dangers: by ratios where both are far apart, else evenly. */
static PetscReal Between(PetscReal a, PetscReal b, PetscReal fraction)
{
  const PetscReal small = PetscMin(PetscAbsReal(a), PetscAbsReal(b)), large = PetscMax(PetscAbsReal(a), PetscAbsReal(b));

  if (a * b > 0 && large > WIDE * small) return (a > 0 ? 1 : -1) * PetscExpReal(PetscLogReal(PetscAbsReal(a)) * (1 - fraction) + PetscLogReal(PetscAbsReal(b)) * fraction);
  return a + (b - a) * fraction;
}

static void Propose(Search *s, PetscReal t, PetscInt most, PetscInt *n, PetscReal *values)
{
  const PetscReal bounded = PetscMax(s->low, PetscMin(s->high, s->grid * (PetscReal)round((double)(t / s->grid)))), value = s->wanted->safer ? -bounded : bounded;

  if (*n >= most || IsKnown(s, bounded)) return;
  for (PetscInt i = 0; i < *n; i++)
    if (PetscAbsReal(values[i] - value) < 0.5 * s->grid) return;
  values[(*n)++] = value;
}

/* On either side of where the limit is expected, so near that they bracket the answer if it is there. FALSE: nothing to expect from. */
static PetscBool ProposeExpected(Search *s, PetscInt most, PetscInt *n, PetscReal *values)
{
  const PetscReal near = NEAR * s->wanted->tolerance, width = s->hi - s->lo;
  PetscReal       t;
  PetscInt        pair[2];

  if (s->outside < 0 || s->inside < 0 || !Neighbours(s, s->lo, pair)) return PETSC_FALSE;
  if (width > 0.5 * s->width) { /* the last expectation was of little use: divide evenly once */
    s->width = PETSC_INFINITY;
    return PETSC_FALSE;
  }
  t = Expect(s, pair, NULL);
  if (!(t > s->lo) || PetscIsInfReal(t)) return PETSC_FALSE;
  s->width = width;
  if (t + near > s->hi - 0.5 * s->grid) { /* expected at or beyond the run outside */
    Propose(s, s->hi - 2 * near, most, n, values);
    Propose(s, Between(s->lo, s->hi - 2 * near, 0.5), most, n, values);
  } else if (t - near < s->lo + 0.5 * s->grid) {
    Propose(s, s->lo + 2 * near, most, n, values);
    Propose(s, Between(s->lo + 2 * near, s->hi, 0.5), most, n, values);
  } else {
    Propose(s, most > 1 ? t - near : t, most, n, values);
    Propose(s, t + near, most, n, values);
  }
  return PETSC_TRUE;
}

/* values [most]; a bound whose side has no run comes first. */
static PetscInt ProposeAll(Search *s, PetscInt most, PetscReal *values)
{
  PetscInt n = 0, inner;

  if (s->result->num_runs && s->inside < 0) Propose(s, s->low, most, &n, values);
  if (s->result->num_runs && s->outside < 0) Propose(s, s->high, most, &n, values);
  (void)ProposeExpected(s, most, &n, values);
  inner = most - n;
  for (PetscInt i = 1; i <= inner; i++) Propose(s, Between(s->lo, s->hi, (PetscReal)i / (inner + 1)), most, &n, values);
  for (PetscReal t = s->lo + s->grid; !n && t < s->hi; t += s->grid) Propose(s, t, most, &n, values); /* what rounding leaves over */
  return n;
}

/* Runs that may be needed after n more within the bracket, if nothing is expected from margins. */
static PetscInt MostRunsLeft(const Search *s, PetscInt n, PetscInt at_once)
{
  const PetscReal tolerance = PetscMax(s->wanted->tolerance, s->grid), narrower = (s->hi - s->lo) / (n + 1) / tolerance;
  const PetscInt  rounds    = narrower > 1 + 1e-6 ? (PetscInt)ceil(log((double)narrower) / log(at_once + 1.) - 1e-6) : 0;

  return PetscMax(0, PetscMin(rounds * at_once, s->wanted->most_runs - s->result->num_runs - n));
}

/* ---- what was found on the way ---- */

/* Runs in the order of danger. */
static PetscInt SortRuns(const Search *s, PetscInt *order)
{
  const PetscInt n = s->result->num_runs;

  for (PetscInt i = 0; i < n; i++) {
    PetscInt place = i;

    for (; place > 0 && Danger(s, s->result->runs[order[place - 1]].value) > Danger(s, s->result->runs[i].value); place--) order[place] = order[place - 1];
    order[place] = i;
  }
  return n;
}

/* A run that ended early says that its margin is at most so much. */
static void CheckMonotone(Search *s)
{
  PetscInt order[TAS_SAFE_MAX_RUNS];
  const PetscInt n = SortRuns(s, order);

  for (PetscInt i = 0; i + 1 < n && s->result->num_violations < 16; i++) {
    const TasSafeRun *a = &s->result->runs[order[i]], *b = &s->result->runs[order[i + 1]];
    char              from[80], to[80];

    if (a->state == TAS_SAFE_NO_ANSWER || b->state == TAS_SAFE_NO_ANSWER || !IsTold(s, b) || !(b->margin > a->margin + RISES)) continue;
    TasSafeValueText(s->wanted, a->value, sizeof(from), from);
    TasSafeValueText(s->wanted, b->value, sizeof(to), to);
    snprintf(s->result->violations[s->result->num_violations++], sizeof(s->result->violations[0]), "from %s to %s the smallest margin rises from %s%.4f to %.4f", from, to, a->whole ? "" : "at most ", (double)a->margin, (double)b->margin);
  }
}

static PetscErrorCode Vary(Search *s, TasSafeEvaluate evaluate, void *context, PetscBool *go_on)
{
  TasSafeResult *result = s->result;
  PetscReal      values[TAS_SAFE_MAX_PARAMETERS], expected;
  PetscInt       parameters[TAS_SAFE_MAX_PARAMETERS], pair[2];

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < TAS_SAFE_MAX_PARAMETERS; k++) result->d_value[k] = NAN;
  if (result->inside < 0 || !s->wanted->num_parameters) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt k = 0; k < s->wanted->num_parameters; k++) {
    values[k]     = result->runs[result->inside].value;
    parameters[k] = k;
  }
  result->varying = PETSC_TRUE;
  PetscCall(evaluate(context, s->wanted->num_parameters, values, parameters, result->varied, go_on));
  if (!*go_on || !Neighbours(s, Danger(s, values[0]), pair) || pair[0] != result->inside) PetscFunctionReturn(PETSC_SUCCESS);
  expected = Expect(s, pair, NULL);
  for (PetscInt k = 0; k < s->wanted->num_parameters; k++) {
    const PetscReal change = Expect(s, pair, &result->varied[k]) - expected;

    if (result->varied[k].whole && !PetscIsInfOrNanReal(change)) result->d_value[k] = s->wanted->safer ? -change : change;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSafeSearchRun(const TasSafeWanted *wanted, PetscInt at_once, TasSafeEvaluate evaluate, void *context, TasSafeResult *result, PetscBool *go_on)
{
  Search    s = {.wanted = wanted, .result = result, .width = PETSC_INFINITY};
  PetscInt  none[TAS_SAFE_MAX_RUNS];
  PetscReal values[TAS_SAFE_MAX_RUNS];

  PetscFunctionBeginUser;
  memset(result, 0, sizeof(*result));
  result->inside = result->outside = -1;
  result->end                      = TAS_SAFE_UNFINISHED;
  s.grid                           = wanted->whole ? 1 : PetscPowReal(10, PetscFloorReal(log10((double)wanted->tolerance / 2)));
  s.low                            = wanted->safer ? -wanted->high : wanted->low;
  s.high                           = wanted->safer ? -wanted->low : wanted->high;
  for (PetscInt i = 0; i < TAS_SAFE_MAX_RUNS; i++) none[i] = -1;
  *go_on = PETSC_TRUE;
  for (Bracket(&s); *go_on && !HasEnded(&s); Bracket(&s)) {
    const PetscInt n = ProposeAll(&s, PetscMin(at_once, wanted->most_runs - result->num_runs), values);

    if (!n) break;
    result->inside         = s.inside; /* so far, for who asks meanwhile */
    result->outside        = s.outside;
    result->most_runs_left = MostRunsLeft(&s, n, at_once);
    PetscCall(evaluate(context, n, values, none, &result->runs[result->num_runs], go_on));
    result->num_runs += n;
    result->inside = result->outside = -1;
  }
  CheckMonotone(&s);
  if (*go_on) PetscCall(Vary(&s, evaluate, context, go_on));
  PetscFunctionReturn(PETSC_SUCCESS);
}
