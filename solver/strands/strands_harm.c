/* The rules of harm along strands: what models/harm.h says of their elements, at present. */
#include "solver/strands/strands_impl.h"

/* ---- life cycle ---- */

static PetscBool Judges(TasStrands s, PetscInt number, PetscInt rule) { return (PetscBool)(tas_rules[rule].kind == s->harm[number].kind && !s->c->limits.off[rule]); }

/* A strand whose rules are all off is not judged, as a tissue. */
static PetscErrorCode Create(TasStrands s, PetscInt number)
{
  const PetscInt n     = TasStrandNumElements(s->strands[number]), first = s->num_margins;
  TasStrandHarm *harm  = &s->harm[number];

  PetscFunctionBeginUser;
  harm->kind = TasKindOfPreset(s->c->strands[number].law.preset);
  for (PetscInt r = 0; r < TAS_NUM_RULES; r++)
    if (Judges(s, number, r)) s->margins[s->num_margins++] = (TasStrandMargin){.strand = number, .rule = (TasRuleNumber)r, .margin = 1.};
  if (s->num_margins == first) harm->kind = TAS_KIND_NONE;
  PetscCall(PetscCalloc1(TAS_RULES_STATE * n, &harm->state));
  for (PetscInt k = 0; k < TAS_STRAND_HARM_FIELDS; k++) PetscCall(PetscMalloc1(n, &harm->field[k]));
  for (PetscInt e = 0; e < n; e++) {
    harm->field[TAS_STRAND_MARGIN][e] = harm->field[TAS_STRAND_FLOW][e] = 1.;
    harm->field[TAS_STRAND_DOSE][e] = harm->field[TAS_STRAND_CONDUCTION][e] = harm->field[TAS_STRAND_RULE][e] = 0.;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandsHarmCreate(TasStrands s)
{
  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(s->num + 1, &s->harm));
  PetscCall(PetscCalloc1(TAS_NUM_RULES * s->num + 1, &s->margins));
  for (PetscInt i = 0; i < s->num; i++) PetscCall(Create(s, i));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandsHarmDestroy(TasStrands s)
{
  PetscFunctionBeginUser;
  for (PetscInt i = 0; s->harm && i < s->num; i++) {
    PetscCall(PetscFree(s->harm[i].state));
    for (PetscInt k = 0; k < TAS_STRAND_HARM_FIELDS; k++) PetscCall(PetscFree(s->harm[i].field[k]));
  }
  PetscCall(PetscFree(s->harm));
  PetscCall(PetscFree(s->margins));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt               TasStrandsNumMargins(TasStrands s) { return s->num_margins; }
const TasStrandMargin *TasStrandsMargins(TasStrands s) { return s->margins; }

/* ---- a state ---- */

/* Where the rule is nearest to its limit. */
static PetscErrorCode FindWorst(TasStrands s, const TasRulePoints *points, TasStrandMargin *margin)
{
  const TasLimits *limits = &s->c->limits;
  TasStrand        strand = s->strands[margin->strand];
  PetscReal       *value, *node, smallest = PETSC_INFINITY;
  PetscInt         worst = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc2(points->n, &value, 3 * TasStrandNumNodes(strand), &node));
  TasRuleValues(margin->rule, limits, points, s->harm[margin->strand].state, value);
  for (PetscInt e = 0; e < points->n; e++) smallest = PetscMin(smallest, TasRuleMargin(margin->rule, limits, value[e]));
  while (worst < points->n - 1 && TasRuleMargin(margin->rule, limits, value[worst]) > smallest + TAS_RULES_TIE) worst++;
  TasStrandGetFields(strand, &(TasStrandFields){.reference = node});
  margin->margin = smallest;
  margin->value  = value[worst];
  margin->arc    = (worst + 0.5) * TasStrandLength(strand) / points->n;
  for (int d = 0; d < 3; d++) margin->at[d] = 0.5 * (node[3 * worst + d] + node[3 * worst + 3 + d]);
  PetscCall(PetscFree2(value, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandsHarmUpdate(TasStrands s, PetscInt number, PetscReal time_step)
{
  const TasLimits *limits = &s->c->limits;
  const PetscInt   n      = TasStrandNumElements(s->strands[number]);
  TasStrandHarm   *harm   = &s->harm[number];
  PetscReal       *stretch, *elastic, *stress;

  PetscFunctionBeginUser;
  if (harm->kind == TAS_KIND_NONE) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc3(n, &stretch, n, &elastic, n, &stress));
  TasStrandGetFields(s->strands[number], &(TasStrandFields){.strain = stretch, .elastic_stretch = elastic, .stress = stress});
  for (PetscInt e = 0; e < n; e++) stretch[e] += 1.;
  const TasRulePoints points = {.n = n, .time_step = time_step, .stretch = stretch, .elastic_stretch = elastic, .stress = stress};
  if (s->started) TasRulesAdvance(harm->kind, limits, &points, harm->state, harm->state);
  else TasRulesBegin(harm->kind, &points, harm->state);
  for (PetscInt k = 0; k < s->num_margins; k++)
    if (s->margins[k].strand == number) PetscCall(FindWorst(s, &points, &s->margins[k]));
  TasRulesEnvelope(harm->kind, limits, &points, harm->state, harm->field[TAS_STRAND_MARGIN], harm->field[TAS_STRAND_RULE]);
  if (harm->kind == TAS_KIND_NERVE) {
    TasRulesBloodFlow(limits, n, harm->state, harm->field[TAS_STRAND_FLOW]);
    TasRulesIschaemiaDose(n, harm->state, harm->field[TAS_STRAND_DOSE]);
    TasRulesConductionClass(limits, n, harm->state, harm->field[TAS_STRAND_CONDUCTION]);
  }
  PetscCall(PetscFree3(stretch, elastic, stress));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- history ---- */

static PetscInt NumColumns(const TasStrandHarm *harm) { return harm->kind == TAS_KIND_NONE ? 0 : harm->kind == TAS_KIND_NERVE ? TAS_STRAND_HARM_COLUMNS : 1; }

PetscErrorCode TasStrandsHarmAddColumns(TasStrands s, TasHistory history)
{
  static const struct {
    const char *name, *unit;
  } columns[TAS_STRAND_HARM_COLUMNS] = {[TAS_STRAND_MARGIN] = {"margin", "1"}, [TAS_STRAND_FLOW] = {"blood_flow_fraction_min", "1"}, [TAS_STRAND_DOSE] = {"ischaemia_dose_max", "h"}, [TAS_STRAND_CONDUCTION] = {"conduction_class_max", "1"}};

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < s->num; i++)
    for (PetscInt k = 0; k < NumColumns(&s->harm[i]); k++) {
      char     name[TAS_NAME_LENGTH + 48];
      PetscInt column;
      PetscCall(PetscSNPrintf(name, sizeof(name), "strand.%s.%s", s->c->strands[i].law.name, columns[k].name));
      PetscCall(TasHistoryAddColumn(history, name, columns[k].unit, &column));
      if (!k) s->harm[i].column = column;
    }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Margin and flow are worst where they are smallest, dose and class where they are largest. */
static PetscReal Worst(const TasStrandHarm *harm, PetscInt k, PetscInt n)
{
  const PetscBool smallest = (PetscBool)(k == TAS_STRAND_MARGIN || k == TAS_STRAND_FLOW);
  PetscReal       worst    = harm->field[k][0];

  for (PetscInt e = 1; e < n; e++) worst = smallest ? PetscMin(worst, harm->field[k][e]) : PetscMax(worst, harm->field[k][e]);
  return worst;
}

PetscErrorCode TasStrandsHarmSetRow(TasStrands s, TasHistory history)
{
  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < s->num; i++)
    for (PetscInt k = 0; k < NumColumns(&s->harm[i]); k++) PetscCall(TasHistorySet(history, s->harm[i].column + k, Worst(&s->harm[i], k, TasStrandNumElements(s->strands[i]))));
  PetscFunctionReturn(PETSC_SUCCESS);
}
