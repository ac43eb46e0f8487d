#include "solver/treatment/examinations.h"
#include <math.h>

#define DEGREE (PETSC_PI / 180.)
#define SAME   1. /* s: nearer times are one */

struct TasExaminations_ {
  const TasCase *c;
  PetscReal     *angle; /* [num][2] rad: the last one, the first one; NAN: none yet */
  PetscInt      *column;
};

PetscErrorCode TasExaminationsCreate(const TasCase *c, TasExaminations *out)
{
  TasExaminations e;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&e));
  e->c = c;
  PetscCall(PetscMalloc2(2 * c->num_examinations + 1, &e->angle, c->num_examinations + 1, &e->column));
  for (PetscInt k = 0; k < 2 * c->num_examinations; k++) e->angle[k] = NAN;
  *out = e;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasExaminationsDestroy(TasExaminations *examinations)
{
  PetscFunctionBeginUser;
  if (!*examinations) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree2((*examinations)->angle, (*examinations)->column));
  PetscCall(PetscFree(*examinations));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscBool TasExaminationIsDue(TasExaminations e, PetscInt number, PetscReal time)
{
  const TasCaseExamination *wanted = &e->c->examinations[number];
  const PetscReal           past   = time - wanted->first, times = round(past / wanted->every);

  return (PetscBool)(past > -SAME && PetscAbsReal(past - times * wanted->every) < SAME);
}

void TasExaminationsSetAngle(TasExaminations e, PetscInt number, PetscReal angle)
{
  e->angle[2 * number] = angle;
  if (isnan(e->angle[2 * number + 1])) e->angle[2 * number + 1] = angle;
}

PetscErrorCode TasExaminationsAddColumns(TasExaminations e, TasHistory history)
{
  PetscInt lost;

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < e->c->num_examinations; k++) {
    PetscCall(TasHistoryAddColumnOf(history, "examination.%s.%s", e->c->examinations[k].name, "angle", "degree", &e->column[k]));
    PetscCall(TasHistoryAddColumnOf(history, "examination.%s.%s", e->c->examinations[k].name, "lost", "degree", &lost)); /* the next one */
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasExaminationsSetColumns(TasExaminations e, TasHistory history)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < e->c->num_examinations; k++) {
    const PetscReal *angle = e->angle + 2 * k;
    PetscCall(TasHistorySet(history, e->column[k], angle[0] / DEGREE));
    PetscCall(TasHistorySet(history, e->column[k] + 1, PetscSign(e->c->examinations[k].torque) * (angle[1] - angle[0]) / DEGREE));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasExaminationsListArrays(TasExaminations e, PetscInt *num_arrays, TasCheckpointArray *arrays)
{
  if (e->c->num_examinations) arrays[(*num_arrays)++] = (TasCheckpointArray){"examinations", TAS_CHECKPOINT_GLOBAL, 2 * e->c->num_examinations, e->angle};
}
