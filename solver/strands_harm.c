/* The rules of harm along strands: what models/harm.h says of their elements, at present. */
#include "solver/strands_impl.h"

PetscErrorCode TasStrandsHarmCreate(TasStrands s)
{
  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(s->num + 1, &s->harm));
  for (PetscInt i = 0; i < s->num; i++) {
    s->harm[i].kind = TasKindOfPreset(s->c->strands[i].law.preset);
    PetscCall(PetscCalloc1(TAS_RULES_STATE * TasStrandNumElements(s->strands[i]), &s->harm[i].state));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandsHarmDestroy(TasStrands s)
{
  PetscFunctionBeginUser;
  for (PetscInt i = 0; s->harm && i < s->num; i++) PetscCall(PetscFree(s->harm[i].state));
  PetscCall(PetscFree(s->harm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscReal Smallest(PetscInt n, const PetscReal *values)
{
  PetscReal smallest = values[0];

  for (PetscInt e = 1; e < n; e++) smallest = PetscMin(smallest, values[e]);
  return smallest;
}

static PetscReal Largest(PetscInt n, const PetscReal *values)
{
  PetscReal largest = values[0];

  for (PetscInt e = 1; e < n; e++) largest = PetscMax(largest, values[e]);
  return largest;
}

PetscErrorCode TasStrandsHarmUpdate(TasStrands s, PetscInt number, PetscReal time_step)
{
  const TasLimits *limits = &s->c->limits;
  const PetscInt   n      = TasStrandNumElements(s->strands[number]);
  TasStrandHarm   *harm   = &s->harm[number];
  PetscReal       *stretch, *elastic, *stress, *margin, *scratch;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc5(n, &stretch, n, &elastic, n, &stress, n, &margin, n, &scratch));
  TasStrandGetFields(s->strands[number], &(TasStrandFields){.strain = stretch, .elastic_stretch = elastic, .stress = stress});
  for (PetscInt e = 0; e < n; e++) stretch[e] += 1.;
  const TasRulePoints points = {.n = n, .time_step = time_step, .stretch = stretch, .elastic_stretch = elastic, .stress = stress};
  if (s->started) TasRulesAdvance(harm->kind, limits, &points, harm->state, harm->state);
  else TasRulesBegin(harm->kind, &points, harm->state);
  TasRulesEnvelope(harm->kind, limits, &points, harm->state, margin, scratch);
  harm->value[TAS_STRAND_MARGIN] = Smallest(n, margin);
  if (harm->kind == TAS_KIND_NERVE) {
    TasRulesBloodFlow(limits, n, harm->state, scratch);
    harm->value[TAS_STRAND_FLOW] = Smallest(n, scratch);
    TasRulesIschaemiaDose(n, harm->state, scratch);
    harm->value[TAS_STRAND_DOSE] = Largest(n, scratch);
    TasRulesConductionClass(limits, n, harm->state, scratch);
    harm->value[TAS_STRAND_CONDUCTION] = Largest(n, scratch);
  }
  PetscCall(PetscFree5(stretch, elastic, stress, margin, scratch));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- history ---- */

static PetscInt NumColumns(const TasStrandHarm *harm) { return harm->kind == TAS_KIND_NONE ? 0 : harm->kind == TAS_KIND_NERVE ? TAS_STRAND_HARM_COLUMNS : 1; }

PetscErrorCode TasStrandsHarmAddColumns(TasStrands s, TasHistory history)
{
  static const struct {
    const char *name, *unit;
  } columns[TAS_STRAND_HARM_COLUMNS] = {[TAS_STRAND_MARGIN] = {"margin", "1"}, [TAS_STRAND_FLOW] = {"blood_flow_fraction_min", "1"}, [TAS_STRAND_DOSE] = {"ischaemia_dose_max", "hour"}, [TAS_STRAND_CONDUCTION] = {"conduction_class_max", "1"}};

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

PetscErrorCode TasStrandsHarmSetRow(TasStrands s, TasHistory history)
{
  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < s->num; i++)
    for (PetscInt k = 0; k < NumColumns(&s->harm[i]); k++) PetscCall(TasHistorySet(history, s->harm[i].column + k, s->harm[i].value[k]));
  PetscFunctionReturn(PETSC_SUCCESS);
}
