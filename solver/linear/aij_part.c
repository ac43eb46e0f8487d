#include "solver/linear/aij_part.h"

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

PetscErrorCode TasAijOtherCreate(Mat matrix, TasAijOther *out)
{
  Mat             own, other;
  const PetscInt *global;
  PetscInt        columns;
  Vec             columns_like, rows_like;
  IS              from;

  PetscFunctionBeginUser;
  PetscCall(PetscMemzero(out, sizeof *out));
  out->matrix = matrix;
  PetscCall(TasAijParts(matrix, &own, &other, &global));
  if (!other) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MatGetSize(other, NULL, &columns));
  PetscCall(MatCreateVecs(matrix, &columns_like, &rows_like));
  PetscCall(VecCreateSeq(PETSC_COMM_SELF, columns, &out->ghosts));
  PetscCall(VecCreateLocalVector(rows_like, &out->local));
  PetscCall(ISCreateGeneral(PetscObjectComm((PetscObject)matrix), columns, global, PETSC_COPY_VALUES, &from));
  PetscCall(VecScatterCreate(columns_like, from, out->ghosts, NULL, &out->scatter));
  PetscCall(ISDestroy(&from));
  PetscCall(VecDestroy(&columns_like));
  PetscCall(VecDestroy(&rows_like));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasAijOtherDestroy(TasAijOther *other)
{
  PetscFunctionBeginUser;
  PetscCall(VecDestroy(&other->ghosts));
  PetscCall(VecDestroy(&other->local));
  PetscCall(VecScatterDestroy(&other->scatter));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasAijOtherBegin(TasAijOther *other, Vec x)
{
  PetscFunctionBeginUser;
  if (other->ghosts) PetscCall(VecScatterBegin(other->scatter, x, other->ghosts, INSERT_VALUES, SCATTER_FORWARD));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasAijOtherEnd(TasAijOther *other, Vec x, Vec y)
{
  Mat             own, part;
  const PetscInt *global;

  PetscFunctionBeginUser;
  if (!other->ghosts) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecScatterEnd(other->scatter, x, other->ghosts, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(TasAijParts(other->matrix, &own, &part, &global));
  PetscCall(VecGetLocalVector(y, other->local));
  PetscCall(MatMultAdd(part, other->ghosts, other->local, other->local));
  PetscCall(VecRestoreLocalVector(y, other->local));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasAijOtherTransposeBegin(TasAijOther *other, Vec y)
{
  Mat             own, part;
  const PetscInt *global;

  PetscFunctionBeginUser;
  if (!other->ghosts) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasAijParts(other->matrix, &own, &part, &global));
  PetscCall(VecGetLocalVectorRead(y, other->local));
  PetscCall(MatMultTranspose(part, other->local, other->ghosts));
  PetscCall(VecRestoreLocalVectorRead(y, other->local));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasAijOtherTransposeEnd(TasAijOther *other, Vec x)
{
  PetscFunctionBeginUser;
  if (!other->ghosts) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecScatterBegin(other->scatter, other->ghosts, x, ADD_VALUES, SCATTER_REVERSE));
  PetscCall(VecScatterEnd(other->scatter, other->ghosts, x, ADD_VALUES, SCATTER_REVERSE));
  PetscFunctionReturn(PETSC_SUCCESS);
}
