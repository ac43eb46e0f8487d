#include "solver/half_matrix.h"
#include "solver/aij_part.h"

/* Upper blocks of the own part: straight from array to array, in the same order; MATSBAIJ stores a block by columns. */
static PetscErrorCode CopyOwn(Mat own, Mat half)
{
  TasAijPart   part;
  PetscScalar *out;

  PetscFunctionBeginUser;
  PetscCall(TasAijPartOpen(own, &part));
  PetscCall(MatSeqSBAIJGetArray(half, &out));
  for (PetscInt row = 0; row < part.rows; row++) {
    const PetscInt     first = part.start[3 * row], num = part.start[3 * row + 1] - first;
    const PetscScalar *v = part.value + first;
    for (PetscInt k = 0; k < num; k += 3) {
      if (part.column[first + k] < 3 * row) continue;
      for (PetscInt j = 0; j < 3; j++)
        for (PetscInt i = 0; i < 3; i++) *out++ = v[i * num + k + j];
    }
  }
  out = NULL;
  PetscCall(MatSeqSBAIJRestoreArray(half, &out));
  PetscCall(TasAijPartClose(&part));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Upper blocks that couple with later ranks: few, so the general way. */
static PetscErrorCode CopyOther(Mat matrix, Mat other, const PetscInt *global, Mat half)
{
  TasAijPart   part;
  PetscInt     first, last, *column, longest = 0;
  PetscScalar *values;

  PetscFunctionBeginUser;
  PetscCall(MatGetOwnershipRange(matrix, &first, &last));
  PetscCall(TasAijPartOpen(other, &part));
  for (PetscInt row = 0; row < part.rows; row++) longest = PetscMax(longest, part.start[3 * row + 1] - part.start[3 * row]);
  PetscCall(PetscMalloc2(longest + 1, &column, 3 * longest + 1, &values));
  for (PetscInt row = 0; row < part.rows; row++) {
    const PetscInt begin = part.start[3 * row], num = part.start[3 * row + 1] - begin, node = first / 3 + row;
    PetscInt       lower = 0;
    while (lower < num && global[part.column[begin + lower]] < last) lower += 3;
    for (PetscInt k = lower; k < num; k += 3) column[(k - lower) / 3] = global[part.column[begin + k]] / 3;
    for (PetscInt i = 0; i < 3; i++)
      for (PetscInt k = lower; k < num; k++) values[i * (num - lower) + k - lower] = part.value[begin + i * num + k];
    if (num > lower) PetscCall(MatSetValuesBlocked(half, 1, &node, (num - lower) / 3, column, values, INSERT_VALUES));
  }
  PetscCall(PetscFree2(column, values));
  PetscCall(TasAijPartClose(&part));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHalfMatrixUpdate(Mat matrix, Mat half)
{
  Mat             own, other, diagonal = half;
  const PetscInt *global;

  PetscFunctionBeginUser;
  PetscCall(TasAijParts(matrix, &own, &other, &global));
  if (other) PetscCall(MatGetDiagonalBlock(half, &diagonal));
  PetscCall(CopyOwn(own, diagonal));
  if (other) PetscCall(CopyOther(matrix, other, global, half));
  PetscCall(MatAssemblyBegin(half, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(half, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Numbers of upper blocks in each block row, within the rank's own part and beyond; with half given, enters them there as zeros. */
static PetscErrorCode VisitBlocks(Mat matrix, PetscInt *own, PetscInt *other, Mat half)
{
  PetscInt     first, last, capacity = 0, *blocks = NULL;
  PetscScalar *zeros = NULL;

  PetscFunctionBeginUser;
  PetscCall(MatGetOwnershipRange(matrix, &first, &last));
  for (PetscInt row = first; row < last; row += 3) {
    const PetscInt *column, node = row / 3;
    PetscInt        num, upper   = 0;
    PetscCall(MatGetRow(matrix, row, &num, &column, NULL));
    if (num > capacity) {
      capacity = num;
      PetscCall(PetscFree2(blocks, zeros));
      PetscCall(PetscMalloc2(capacity, &blocks, 3 * capacity, &zeros));
      PetscCall(PetscArrayzero(zeros, 3 * capacity));
    }
    for (PetscInt k = 0; k < num; k += 3) {
      if (column[k] < row) continue;
      blocks[upper++] = column[k] / 3;
      (column[k] < last ? own : other)[node - first / 3]++;
    }
    if (half) PetscCall(MatSetValuesBlocked(half, 1, &node, upper, blocks, zeros, INSERT_VALUES));
    PetscCall(MatRestoreRow(matrix, row, &num, &column, NULL));
  }
  PetscCall(PetscFree2(blocks, zeros));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHalfMatrixCreate(Mat matrix, Mat *half)
{
  PetscInt rows, *own, *other;

  PetscFunctionBeginUser;
  PetscCall(MatGetLocalSize(matrix, &rows, NULL));
  PetscCall(PetscCalloc2(rows / 3, &own, rows / 3, &other));
  PetscCall(VisitBlocks(matrix, own, other, NULL));
  PetscCall(MatCreate(PetscObjectComm((PetscObject)matrix), half));
  PetscCall(MatSetSizes(*half, rows, rows, PETSC_DETERMINE, PETSC_DETERMINE));
  PetscCall(MatSetType(*half, MATSBAIJ));
  PetscCall(MatXAIJSetPreallocation(*half, 3, NULL, NULL, own, other));
  PetscCall(MatSetOption(*half, MAT_SYMMETRIC, PETSC_TRUE));
  PetscCall(VisitBlocks(matrix, own, other, *half));
  PetscCall(PetscFree2(own, other));
  PetscCall(MatAssemblyBegin(*half, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*half, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}
