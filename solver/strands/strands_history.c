/* What the history tells of the strands, besides what harms them (strands_harm.c). */
#include "solver/strands/strands_impl.h"

typedef enum { TENSION_START, TENSION_END, STRETCH_MEAN, STRETCH_MAX, STRAIN_MEAN, STRAIN_MAX, SLIP_MAX, ELASTIC_MEAN, ELASTIC_MAX, GROWTH_MEAN, NUM_COLUMNS } Column;

static const struct {
  const char *name, *unit;
} columns[NUM_COLUMNS] = {
    [TENSION_START] = {"tension_start", "N"}, [TENSION_END] = {"tension_end", "N"}, [STRETCH_MEAN] = {"fibre_stretch_mean", "1"}, [STRETCH_MAX] = {"fibre_stretch_max", "1"},
    [STRAIN_MEAN] = {"strain_mean", "1"},     [STRAIN_MAX] = {"strain_max", "1"},   [SLIP_MAX] = {"slip_max", "mm"},
    [ELASTIC_MEAN] = {"elastic_fibre_stretch_mean", "1"}, [ELASTIC_MAX] = {"elastic_fibre_stretch_max", "1"}, [GROWTH_MEAN] = {"growth_mean", "1"},
};

PetscErrorCode TasStrandsAddColumns(TasStrands s, TasHistory history)
{
  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < s->num; i++)
    for (PetscInt k = 0; k < NUM_COLUMNS; k++) {
      char     name[TAS_NAME_LENGTH + 32];
      PetscInt column;

      PetscCall(PetscSNPrintf(name, sizeof(name), "strand.%s.%s", s->c->strands[i].law.name, columns[k].name));
      PetscCall(TasHistoryAddColumn(history, name, columns[k].unit, &column));
      if (!k) s->column[i] = column;
    }
  PetscCall(TasStrandsHarmAddColumns(s, history));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void Summarise(TasStrand strand, const TasStrandFields *f, PetscReal value[NUM_COLUMNS])
{
  const PetscInt num = TasStrandNumElements(strand);

  TasStrandGetFields(strand, f);
  value[TENSION_START] = TasStrandEndForce(strand, PETSC_FALSE);
  value[TENSION_END]   = TasStrandEndForce(strand, PETSC_TRUE);
  value[STRETCH_MEAN] = value[STRAIN_MEAN] = value[SLIP_MAX] = value[ELASTIC_MEAN] = value[GROWTH_MEAN] = 0.;
  value[STRETCH_MAX] = value[STRAIN_MAX] = value[ELASTIC_MAX] = PETSC_MIN_REAL;
  for (PetscInt e = 0; e < num; e++) {
    value[STRETCH_MEAN] += f->stretch[e] / num;
    value[STRAIN_MEAN] += f->strain[e] / num;
    value[ELASTIC_MEAN] += f->elastic_stretch[e] / num;
    value[GROWTH_MEAN] += f->growth[e] / num;
    value[STRETCH_MAX] = PetscMax(value[STRETCH_MAX], f->stretch[e]);
    value[STRAIN_MAX]  = PetscMax(value[STRAIN_MAX], f->strain[e]);
    value[ELASTIC_MAX] = PetscMax(value[ELASTIC_MAX], f->elastic_stretch[e]);
  }
  for (PetscInt i = 0; i <= num; i++) value[SLIP_MAX] = PetscMax(value[SLIP_MAX], PetscAbsReal(f->slip[i]));
}

PetscErrorCode TasStrandsSetRow(TasStrands s, TasHistory history)
{
  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < s->num; i++) {
    const PetscInt num = TasStrandNumNodes(s->strands[i]);
    TasStrandFields f = {0};
    PetscReal       value[NUM_COLUMNS];

    PetscCall(PetscMalloc5(num, &f.stretch, num, &f.strain, num, &f.slip, num, &f.elastic_stretch, num, &f.growth));
    Summarise(s->strands[i], &f, value);
    for (PetscInt k = 0; k < NUM_COLUMNS; k++) PetscCall(TasHistorySet(history, s->column[i] + k, value[k]));
    PetscCall(PetscFree5(f.stretch, f.strain, f.slip, f.elastic_stretch, f.growth));
  }
  PetscCall(TasStrandsHarmSetRow(s, history));
  PetscFunctionReturn(PETSC_SUCCESS);
}
