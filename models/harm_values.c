/*
  What the rules of harm look at.

    nerve   e = elastic/in situ - 1;  flow q = 1 - s^2 (3 - 2 s), s = (e - slowing)/(arrest - slowing) within 0 to 1
            dose D' = (1 - q) - q D / recovery_time
    muscle  contracture index 1 - in situ/elastic;  rate (x - m)/window, x = ln stretch, m' = rate
    others  elastic - 1, or the stress

  Theory: docs/theory/harm.md.
*/
#include "models/harm.h"
#include <math.h>

#define HOUR 3600.0
#define DAY 86400.0
#define PARTS 8 /* of a step over which the strain changes: the dose is exact where it does not */

/* The states of a point. */
enum {
  IN_SITU, /* elastic stretch before surgery */
  LAST,    /* nerve: strain above in situ; muscle: ln of the stretch; both at the end of the last step */
  SLOW,    /* nerve: ischaemia dose, s; muscle: running mean of ln of the stretch */
  PEAK,    /* muscle: largest rate so far, 1/s */
  RATE     /* muscle: present rate, 1/s */
};

/* The parameters of rules that have more than a limit. */
enum { ARREST, SLOWING };
enum { BLOCK_DOSE, SLOWED_DOSE, SLOWED_STRAIN, RECOVERY };
enum { OVERSTRETCH, OPTIMAL_LENGTH, REST_LENGTH };
enum { FIBROSIS_RATE, COMPLIANCE_RATE, WINDOW };

/* ---- nerve ---- */

static PetscReal Flow(const TasLimits *limits, PetscReal strain)
{
  const PetscReal *p = limits->value[TAS_RULE_NERVE_BLOOD_FLOW], s = PetscMin(1, PetscMax(0, (strain - p[SLOWING]) / (p[ARREST] - p[SLOWING])));

  return 1 - s * s * (3 - 2 * s);
}

/* Dose after a time (s) of constant flow. */
static PetscReal Dose(PetscReal dose, PetscReal flow, PetscReal recovery, PetscReal time)
{
  const PetscReal x = flow * time / recovery;

  return dose * exp(-x) + (1 - flow) * time * (x > 1e-12 ? -expm1(-x) / x : 1);
}

static PetscReal AdvanceDose(const TasLimits *limits, PetscReal dose, PetscReal from, PetscReal to, PetscReal time)
{
  const PetscReal recovery = limits->value[TAS_RULE_NERVE_ISCHAEMIA][RECOVERY] * HOUR;
  const int       parts    = from == to ? 1 : PARTS;

  for (int k = 0; k < parts; k++) dose = Dose(dose, Flow(limits, from + (to - from) * (k + 0.5) / parts), recovery, time / parts);
  return dose;
}

static void AdvanceNerve(const TasLimits *limits, const TasRulePoints *points, const PetscReal *old, PetscReal *new)
{
  const PetscInt n = points->n;

  for (PetscInt i = 0; i < n; i++) {
    const PetscReal strain = points->elastic_stretch[i] / old[IN_SITU * n + i] - 1;

    new[SLOW * n + i] = AdvanceDose(limits, old[SLOW * n + i], old[LAST * n + i], strain, points->time_step);
    new[LAST * n + i] = strain;
    new[PEAK * n + i] = old[PEAK * n + i];
    new[RATE * n + i] = old[RATE * n + i];
  }
}

void TasRulesBloodFlow(const TasLimits *limits, PetscInt n, const PetscReal *state, PetscReal *flow)
{
  for (PetscInt i = 0; i < n; i++) flow[i] = Flow(limits, state[LAST * n + i]);
}

void TasRulesIschaemiaDose(PetscInt n, const PetscReal *state, PetscReal *dose)
{
  for (PetscInt i = 0; i < n; i++) dose[i] = state[SLOW * n + i] / HOUR;
}

void TasRulesConductionClass(const TasLimits *limits, PetscInt n, const PetscReal *state, PetscReal *conduction)
{
  const PetscReal *p = limits->value[TAS_RULE_NERVE_ISCHAEMIA];

  for (PetscInt i = 0; i < n; i++) {
    const PetscReal dose = state[SLOW * n + i] / HOUR;

    conduction[i] = dose >= p[BLOCK_DOSE] ? 2 : dose >= p[SLOWED_DOSE] || state[LAST * n + i] >= p[SLOWED_STRAIN] ? 1 : 0;
  }
}

/* ---- muscle ---- */

/*
  Both means are exact for a stretch whose logarithm is linear in the step: with s its slope, x = time / window,
  the first rate is s + (r1 - s) exp(-x), its mean s + (r - s + (r1 - s) x) exp(-x), which is largest within the step where its
  derivative vanishes.
*/
static void AdvanceMuscle(const TasLimits *limits, const TasRulePoints *points, const PetscReal *old, PetscReal *new)
{
  const PetscInt  n      = points->n;
  const PetscReal window = limits->value[TAS_RULE_MUSCLE_FIBROSIS][WINDOW] * DAY, x = points->time_step / window;

  for (PetscInt i = 0; i < n; i++) {
    const PetscReal logarithm = log(points->stretch[i]), slope = points->time_step > 0 ? (logarithm - old[LAST * n + i]) / points->time_step : 0;
    const PetscReal first = (old[LAST * n + i] - old[SLOW * n + i]) / window - slope, rate = old[RATE * n + i] - slope;
    const PetscReal top = first != 0 ? PetscMax(0, PetscMin(x, 1 - rate / first)) : x;

    new[RATE * n + i] = slope + (rate + first * x) * exp(-x);
    new[SLOW * n + i] = logarithm - (slope + first * exp(-x)) * window;
    new[LAST * n + i] = logarithm;
    new[PEAK * n + i] = PetscMax(PetscMax(old[PEAK * n + i], new[RATE * n + i]), slope + (rate + first * top) * exp(-top));
  }
}

void TasRulesFibrosisClass(const TasLimits *limits, PetscInt n, const PetscReal *state, PetscReal *fibrosis)
{
  const PetscReal *p = limits->value[TAS_RULE_MUSCLE_FIBROSIS];

  for (PetscInt i = 0; i < n; i++) {
    const PetscReal rate = state[PEAK * n + i] * DAY;

    fibrosis[i] = rate > p[FIBROSIS_RATE] ? 2 : rate > p[COMPLIANCE_RATE] ? 1 : 0;
  }
}

static PetscReal Overstretch(const TasLimits *limits, const TasRulePoints *points, const PetscReal *state, PetscInt i)
{
  const PetscReal *p = limits->value[TAS_RULE_MUSCLE_OVERSTRETCH], *own = points->sarcomere_length;

  return (own ? own[i] : p[REST_LENGTH] * points->elastic_stretch[i] / state[IN_SITU * points->n + i]) / p[OPTIMAL_LENGTH] - 1;
}

/* ---- all kinds ---- */

void TasRulesBegin(TasTissueKind kind, const TasRulePoints *points, PetscReal *state)
{
  const PetscInt n = points->n;

  for (PetscInt i = 0; i < n; i++) {
    state[IN_SITU * n + i] = points->elastic_stretch[i];
    state[LAST * n + i] = state[SLOW * n + i] = kind == TAS_KIND_MUSCLE ? log(points->stretch[i]) : 0;
    state[PEAK * n + i] = state[RATE * n + i] = 0;
  }
}

void TasRulesAdvance(TasTissueKind kind, const TasLimits *limits, const TasRulePoints *points, const PetscReal *old_state, PetscReal *new_state)
{
  const PetscInt n = points->n;

  for (PetscInt i = 0; i < TAS_RULES_STATE * n && new_state != old_state; i++) new_state[i] = old_state[i];
  if (kind == TAS_KIND_NERVE) AdvanceNerve(limits, points, old_state, new_state);
  if (kind == TAS_KIND_MUSCLE) AdvanceMuscle(limits, points, old_state, new_state);
}

static PetscReal Value(TasRuleNumber rule, const TasLimits *limits, const TasRulePoints *points, const PetscReal *state, PetscInt i)
{
  const PetscInt n = points->n;

  switch (rule) {
  case TAS_RULE_NERVE_BLOOD_FLOW:
  case TAS_RULE_NERVE_STRAIN:
    return state[LAST * n + i];
  case TAS_RULE_NERVE_ISCHAEMIA:
    return state[SLOW * n + i] / HOUR;
  case TAS_RULE_VESSEL_STRESS:
    return points->stress[i];
  case TAS_RULE_MUSCLE_OVERSTRETCH:
    return Overstretch(limits, points, state, i);
  case TAS_RULE_MUSCLE_CONTRACTURE:
    return 1 - state[IN_SITU * n + i] / points->elastic_stretch[i];
  case TAS_RULE_MUSCLE_FIBROSIS:
    return state[RATE * n + i] * DAY;
  default:
    return points->elastic_stretch[i] - 1;
  }
}

void TasRuleValues(TasRuleNumber rule, const TasLimits *limits, const TasRulePoints *points, const PetscReal *state, PetscReal *value)
{
  for (PetscInt i = 0; i < points->n; i++) value[i] = Value(rule, limits, points, state, i);
}

void TasRulesEnvelope(TasTissueKind kind, const TasLimits *limits, const TasRulePoints *points, const PetscReal *state, PetscReal *margin,
                     PetscReal *rule)
{
  for (PetscInt i = 0; i < points->n; i++) {
    margin[i] = 1;
    rule[i]   = 0;
    for (int r = 0; r < TAS_NUM_RULES; r++) {
      if (tas_rules[r].kind != kind || limits->off[r]) continue;
      const PetscReal found = TasRuleMargin((TasRuleNumber)r, limits, Value((TasRuleNumber)r, limits, points, state, i));

      if (!rule[i] || found < margin[i] - TAS_RULES_TIE) {
        margin[i] = found;
        rule[i]   = r + 1;
      }
    }
  }
}
