#include "mesh/gmsh_impl.h"

/* From numbers that count upwards to a table. */
static PetscErrorCode Scatter(TasTagIndex *tags)
{
  PetscInt  index;
  PetscBool is_new;

  PetscFunctionBeginUser;
  PetscCall(TasKeyTableCreate(1, 2 * tags->count, &tags->table));
  for (PetscInt i = 0; i < tags->count; i++) {
    const int64_t tag = tags->first + i;
    PetscCall(TasKeyTableInsert(&tags->table, &tag, &index, &is_new));
  }
  tags->scattered = true;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTagIndexAdd(TasTagIndex *tags, int64_t tag, PetscInt *index, PetscBool *is_new)
{
  PetscFunctionBeginUser;
  if (!tags->count) tags->first = tag;
  if (!tags->scattered && tag == tags->first + tags->count) {
    *index  = tags->count++;
    *is_new = PETSC_TRUE;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (!tags->scattered) PetscCall(Scatter(tags));
  PetscCall(TasKeyTableInsert(&tags->table, &tag, index, is_new));
  tags->count = tags->table.count;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt TasTagIndexFind(const TasTagIndex *tags, int64_t tag)
{
  if (tags->scattered) return TasKeyTableFind(&tags->table, &tag);
  return tag >= tags->first && tag - tags->first < tags->count ? (PetscInt)(tag - tags->first) : -1;
}

PetscErrorCode TasTagIndexDestroy(TasTagIndex *tags)
{
  PetscFunctionBeginUser;
  PetscCall(TasKeyTableDestroy(&tags->table));
  *tags = (TasTagIndex){0};
  PetscFunctionReturn(PETSC_SUCCESS);
}
