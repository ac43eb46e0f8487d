#include "solver/aij_part.h"

PetscErrorCode TasAijParts(Mat matrix, Mat *own, Mat *other, const PetscInt **global)
{
  PetscBool distributed;

  PetscFunctionBeginUser;
  *own    = matrix;
  *other  = NULL;
  *global = NULL;
  PetscCall(PetscObjectTypeCompare((PetscObject)matrix, MATMPIAIJ, &distributed));
  if (distributed) PetscCall(MatMPIAIJGetSeqAIJ(matrix, own, other, global));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasAijPartOpen(Mat mat, TasAijPart *part)
{
  PetscInt  rows;
  PetscBool done;

  PetscFunctionBeginUser;
  part->mat = mat;
  PetscCall(MatGetRowIJ(mat, 0, PETSC_FALSE, PETSC_FALSE, &rows, &part->start, &part->column, &done));
  PetscCheck(done, PETSC_COMM_SELF, PETSC_ERR_SUP, "rows of a matrix that are not stored compressed");
  PetscCall(MatSeqAIJGetArrayRead(mat, &part->value));
  part->rows = rows / 3;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasAijPartClose(TasAijPart *part)
{
  PetscInt  rows;
  PetscBool done;

  PetscFunctionBeginUser;
  PetscCall(MatSeqAIJRestoreArrayRead(part->mat, &part->value));
  PetscCall(MatRestoreRowIJ(part->mat, 0, PETSC_FALSE, PETSC_FALSE, &rows, &part->start, &part->column, &done));
  PetscFunctionReturn(PETSC_SUCCESS);
}
