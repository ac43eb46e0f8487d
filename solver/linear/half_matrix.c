#include <stdlib.h>
#include "solver/linear/half_matrix.h"
#include "solver/linear/aij_part.h"

typedef double Four __attribute__((vector_size(32)));                /* a node's three components, and a fourth, so that no two overlap */
typedef float  Singles __attribute__((vector_size(16), aligned(4))); /* anywhere in memory */

struct TasHalf_ {
  Mat         matrix; /* borrowed */
  Mat         shell;
  PetscInt    num_nodes;
  PetscInt   *start, *column; /* [num_nodes + 1], [start[num_nodes]] upper blocks of the own part, the diagonal one first */
  float      *value;          /* [start[num_nodes]][3][3], by columns, and room for a vector of four at the end; NULL when released */
  Four       *in, *out;       /* [num_nodes] */
  TasAijOther other;
};

static inline Four Column(const float *value)
{
  return __builtin_convertvector(*(const Singles *)value, Four);
}

/* (sum of a, sum of b, sum of c, 0) */
static inline Four Sums(Four a, Four b, Four c)
{
  const Four zero = {0.};
  const Four ab   = __builtin_shufflevector(a, b, 0, 4, 2, 6) + __builtin_shufflevector(a, b, 1, 5, 3, 7);
  const Four c0   = __builtin_shufflevector(c, zero, 0, 4, 2, 6) + __builtin_shufflevector(c, zero, 1, 5, 3, 7);

  return __builtin_shufflevector(ab, c0, 0, 1, 4, 5) + __builtin_shufflevector(ab, c0, 2, 3, 6, 7);
}

/* out = own part times in. The fourth component of `in` is zero; that of `out` is not looked at. */
static void MultiplyOwn(const TasHalf half)
{
  const Four *in  = half->in;
  Four       *out = half->out;

  for (PetscInt row = 0; row < half->num_nodes; row++) out[row] = (Four){0.};
  for (PetscInt row = 0; row < half->num_nodes; row++) {
    const float *block = half->value + 9 * (size_t)half->start[row];
    const Four   x     = in[row];
    Four         y     = Column(block) * x[0] + Column(block + 3) * x[1] + Column(block + 6) * x[2];
    for (PetscInt k = half->start[row] + 1; k < half->start[row + 1]; k++) {
      block += 9;
      const PetscInt column = half->column[k];
      const Four     c0 = Column(block), c1 = Column(block + 3), c2 = Column(block + 6), other = in[column];
      y += c0 * other[0];
      y += c1 * other[1];
      y += c2 * other[2];
      out[column] += Sums(c0 * x, c1 * x, c2 * x);
    }
    out[row] += y;
  }
}

static PetscErrorCode Multiply(Mat shell, Vec x, Vec y)
{
  TasHalf            half;
  const PetscScalar *in;
  PetscScalar       *out;

  PetscFunctionBeginUser;
  PetscCall(MatShellGetContext(shell, &half));
  PetscCheck(half->value, PETSC_COMM_SELF, PETSC_ERR_ORDER, "a product before the values are there");
  PetscCall(TasAijOtherBegin(&half->other, x));
  PetscCall(VecGetArrayRead(x, &in));
  for (PetscInt i = 0; i < half->num_nodes; i++) half->in[i] = (Four){in[3 * i], in[3 * i + 1], in[3 * i + 2], 0.};
  PetscCall(VecRestoreArrayRead(x, &in));
  MultiplyOwn(half);
  PetscCall(VecGetArrayWrite(y, &out));
  for (PetscInt i = 0; i < half->num_nodes; i++)
    for (PetscInt d = 0; d < 3; d++) out[3 * i + d] = half->out[i][d];
  PetscCall(VecRestoreArrayWrite(y, &out));
  PetscCall(TasAijOtherEnd(&half->other, x, y));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Upper blocks of the own part: where they are, and how many. */
static PetscErrorCode FindBlocks(TasHalf half, Mat own)
{
  TasAijPart part;
  PetscInt   num = 0;

  PetscFunctionBeginUser;
  PetscCall(TasAijPartOpen(own, &part));
  half->num_nodes = part.rows;
  PetscCall(PetscMalloc2(part.rows + 1, &half->start, part.rows ? part.start[3 * part.rows] / 9 : 0, &half->column));
  for (PetscInt row = 0; row < part.rows; row++) {
    half->start[row] = num;
    for (PetscInt k = part.start[3 * row]; k < part.start[3 * row + 1]; k += 3)
      if (part.column[k] >= 3 * row) half->column[num++] = part.column[k] / 3;
  }
  half->start[part.rows] = num;
  PetscCall(TasAijPartClose(&part));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHalfCreate(Mat matrix, TasHalf *out)
{
  TasHalf         half;
  Mat             own, other;
  const PetscInt *global;
  PetscInt        rows;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&half));
  half->matrix = matrix;
  PetscCall(TasAijParts(matrix, &own, &other, &global));
  PetscCall(FindBlocks(half, own));
  half->in  = aligned_alloc(sizeof(Four), sizeof(Four) * PetscMax(1, half->num_nodes));
  half->out = aligned_alloc(sizeof(Four), sizeof(Four) * PetscMax(1, half->num_nodes));
  PetscCheck(half->in && half->out, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for %" PetscInt_FMT " nodes", half->num_nodes);
  PetscCall(TasAijOtherCreate(matrix, &half->other));
  PetscCall(MatGetLocalSize(matrix, &rows, NULL));
  PetscCall(MatCreateShell(PetscObjectComm((PetscObject)matrix), rows, rows, PETSC_DETERMINE, PETSC_DETERMINE, half, &half->shell));
  PetscCall(MatShellSetOperation(half->shell, MATOP_MULT, (void (*)(void))Multiply));
  PetscCall(MatSetBlockSize(half->shell, 3));
  PetscCall(MatSetOption(half->shell, MAT_SYMMETRIC, PETSC_TRUE));
  *out = half;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHalfDestroy(TasHalf *half)
{
  PetscFunctionBeginUser;
  if (!*half) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MatDestroy(&(*half)->shell));
  PetscCall(TasAijOtherDestroy(&(*half)->other));
  PetscCall(PetscFree2((*half)->start, (*half)->column));
  PetscCall(PetscFree((*half)->value));
  free((*half)->in);
  free((*half)->out);
  PetscCall(PetscFree(*half));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHalfUpdate(TasHalf half)
{
  TasAijPart      part;
  Mat             own, other;
  const PetscInt *global;

  PetscFunctionBeginUser;
  if (!half->value) PetscCall(PetscCalloc1(9 * (size_t)half->start[half->num_nodes] + 4, &half->value));
  PetscCall(TasAijParts(half->matrix, &own, &other, &global));
  PetscCall(TasAijPartOpen(own, &part));
  float *value = half->value;
  for (PetscInt row = 0; row < part.rows; row++) {
    const PetscInt     first = part.start[3 * row], num = part.start[3 * row + 1] - first;
    const PetscScalar *v = part.value + first;
    for (PetscInt k = 0; k < num; k += 3) {
      if (part.column[first + k] < 3 * row) continue;
      for (PetscInt j = 0; j < 3; j++)
        for (PetscInt i = 0; i < 3; i++) *value++ = (float)v[i * num + k + j];
    }
  }
  PetscCall(TasAijPartClose(&part));
  PetscCall(MatAssemblyBegin(half->shell, MAT_FINAL_ASSEMBLY)); /* whoever keeps something made from it sees that it has changed */
  PetscCall(MatAssemblyEnd(half->shell, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHalfRelease(TasHalf half)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(half->value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

Mat TasHalfMatrix(TasHalf half)
{
  return half->shell;
}
