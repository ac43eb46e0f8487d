#include <stdlib.h>
#include "solver/half_matrix.h"
#include "solver/aij_part.h"

typedef double Four __attribute__((vector_size(32))); /* a node's three components, and a fourth, so that no two overlap */
typedef float  Singles __attribute__((vector_size(16), aligned(4))); /* anywhere in memory */

struct TasHalf_ {
  Mat        matrix; /* borrowed */
  Mat        exact, rough;
  PetscInt   num_nodes;
  PetscInt  *start, *column; /* [num_nodes + 1], [start[num_nodes]] upper blocks of the own part, the diagonal one first */
  float     *high, *low;     /* [start[num_nodes]][3][3], by columns, and room for a vector of four at the end */
  Four      *in, *out;       /* [num_nodes] */
  Vec        ghosts, local;  /* what the other part is multiplied with, and what it is added to; NULL on one rank */
  VecScatter scatter;
};

static inline Four Column(const float *high, const float *low, const int exact)
{
  const Four column = __builtin_convertvector(*(const Singles *)high, Four);

  return exact ? column + __builtin_convertvector(*(const Singles *)low, Four) : column;
}

/* (sum of a, sum of b, sum of c, 0) */
static inline Four Sums(Four a, Four b, Four c)
{
  const Four zero = {0.};
  const Four ab = __builtin_shufflevector(a, b, 0, 4, 2, 6) + __builtin_shufflevector(a, b, 1, 5, 3, 7);
  const Four c0 = __builtin_shufflevector(c, zero, 0, 4, 2, 6) + __builtin_shufflevector(c, zero, 1, 5, 3, 7);

  return __builtin_shufflevector(ab, c0, 0, 1, 4, 5) + __builtin_shufflevector(ab, c0, 2, 3, 6, 7);
}

/* out = own part times in. The fourth component of `in` is zero; that of `out` is not looked at. */
static inline __attribute__((always_inline)) void MultiplyOwn(const TasHalf half, const int exact)
{
  const Four *in  = half->in;
  Four       *out = half->out;

  for (PetscInt row = 0; row < half->num_nodes; row++) out[row] = (Four){0.};
  for (PetscInt row = 0; row < half->num_nodes; row++) {
    const size_t first = (size_t)half->start[row];
    const float *high = half->high + 9 * first, *low = half->low + 9 * first;
    const Four   x = in[row];
    Four         y = Column(high, low, exact) * x[0] + Column(high + 3, low + 3, exact) * x[1] + Column(high + 6, low + 6, exact) * x[2];
    for (PetscInt k = half->start[row] + 1; k < half->start[row + 1]; k++) {
      high += 9;
      low += 9;
      const PetscInt column = half->column[k];
      const Four     c0 = Column(high, low, exact), c1 = Column(high + 3, low + 3, exact), c2 = Column(high + 6, low + 6, exact), other = in[column];
      y += c0 * other[0];
      y += c1 * other[1];
      y += c2 * other[2];
      out[column] += Sums(c0 * x, c1 * x, c2 * x);
    }
    out[row] += y;
  }
}

static void MultiplyExact(const TasHalf half) { MultiplyOwn(half, 1); }
static void MultiplyRough(const TasHalf half) { MultiplyOwn(half, 0); }

static PetscErrorCode Multiply(Mat shell, Vec x, Vec y)
{
  TasHalf            half;
  Mat                own, other;
  const PetscInt    *global;
  const PetscScalar *in;
  PetscScalar       *out;

  PetscFunctionBeginUser;
  PetscCall(MatShellGetContext(shell, &half));
  if (half->ghosts) PetscCall(VecScatterBegin(half->scatter, x, half->ghosts, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(VecGetArrayRead(x, &in));
  for (PetscInt i = 0; i < half->num_nodes; i++) half->in[i] = (Four){in[3 * i], in[3 * i + 1], in[3 * i + 2], 0.};
  PetscCall(VecRestoreArrayRead(x, &in));
  if (shell == half->exact) MultiplyExact(half);
  else MultiplyRough(half);
  PetscCall(VecGetArray(y, &out));
  for (PetscInt i = 0; i < half->num_nodes; i++)
    for (PetscInt d = 0; d < 3; d++) out[3 * i + d] = half->out[i][d];
  PetscCall(VecRestoreArray(y, &out));
  if (!half->ghosts) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecScatterEnd(half->scatter, x, half->ghosts, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(TasAijParts(half->matrix, &own, &other, &global));
  PetscCall(VecGetLocalVector(y, half->local));
  PetscCall(MatMultAdd(other, half->ghosts, half->local, half->local));
  PetscCall(VecRestoreLocalVector(y, half->local));
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

/* What other ranks have of a vector that this one multiplies with. */
static PetscErrorCode CreateScatter(TasHalf half, Mat other, const PetscInt *global)
{
  PetscInt columns;
  Vec      like;
  IS       from;

  PetscFunctionBeginUser;
  PetscCall(MatGetSize(other, NULL, &columns));
  PetscCall(MatCreateVecs(half->matrix, &like, NULL));
  PetscCall(VecCreateSeq(PETSC_COMM_SELF, columns, &half->ghosts));
  PetscCall(VecCreateLocalVector(like, &half->local));
  PetscCall(ISCreateGeneral(PetscObjectComm((PetscObject)half->matrix), columns, global, PETSC_COPY_VALUES, &from));
  PetscCall(VecScatterCreate(like, from, half->ghosts, NULL, &half->scatter));
  PetscCall(ISDestroy(&from));
  PetscCall(VecDestroy(&like));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CreateShell(TasHalf half, Mat *shell)
{
  PetscInt rows;

  PetscFunctionBeginUser;
  PetscCall(MatGetLocalSize(half->matrix, &rows, NULL));
  PetscCall(MatCreateShell(PetscObjectComm((PetscObject)half->matrix), rows, rows, PETSC_DETERMINE, PETSC_DETERMINE, half, shell));
  PetscCall(MatShellSetOperation(*shell, MATOP_MULT, (void (*)(void))Multiply));
  PetscCall(MatSetBlockSize(*shell, 3));
  PetscCall(MatSetOption(*shell, MAT_SYMMETRIC, PETSC_TRUE));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHalfCreate(Mat matrix, TasHalf *out)
{
  TasHalf         half;
  Mat             own, other;
  const PetscInt *global;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&half));
  half->matrix = matrix;
  PetscCall(TasAijParts(matrix, &own, &other, &global));
  PetscCall(FindBlocks(half, own));
  const size_t entries = 9 * (size_t)half->start[half->num_nodes] + 4;
  PetscCall(PetscCalloc2(entries, &half->high, entries, &half->low));
  half->in  = aligned_alloc(sizeof(Four), sizeof(Four) * PetscMax(1, half->num_nodes));
  half->out = aligned_alloc(sizeof(Four), sizeof(Four) * PetscMax(1, half->num_nodes));
  PetscCheck(half->in && half->out, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for %" PetscInt_FMT " nodes", half->num_nodes);
  if (other) PetscCall(CreateScatter(half, other, global));
  PetscCall(CreateShell(half, &half->exact));
  PetscCall(CreateShell(half, &half->rough));
  *out = half;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHalfDestroy(TasHalf *half)
{
  PetscFunctionBeginUser;
  if (!*half) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MatDestroy(&(*half)->exact));
  PetscCall(MatDestroy(&(*half)->rough));
  PetscCall(VecDestroy(&(*half)->ghosts));
  PetscCall(VecDestroy(&(*half)->local));
  PetscCall(VecScatterDestroy(&(*half)->scatter));
  PetscCall(PetscFree2((*half)->start, (*half)->column));
  PetscCall(PetscFree2((*half)->high, (*half)->low));
  free((*half)->in);
  free((*half)->out);
  PetscCall(PetscFree(*half));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whoever keeps something made from the matrix sees that it has changed. */
static PetscErrorCode Renewed(Mat shell)
{
  PetscFunctionBeginUser;
  PetscCall(MatAssemblyBegin(shell, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(shell, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHalfUpdate(TasHalf half)
{
  TasAijPart      part;
  Mat             own, other;
  const PetscInt *global;
  size_t          e = 0;

  PetscFunctionBeginUser;
  PetscCall(TasAijParts(half->matrix, &own, &other, &global));
  PetscCall(TasAijPartOpen(own, &part));
  for (PetscInt row = 0; row < part.rows; row++) {
    const PetscInt     first = part.start[3 * row], num = part.start[3 * row + 1] - first;
    const PetscScalar *v = part.value + first;
    for (PetscInt k = 0; k < num; k += 3) {
      if (part.column[first + k] < 3 * row) continue;
      for (PetscInt j = 0; j < 3; j++)
        for (PetscInt i = 0; i < 3; i++, e++) {
          half->high[e] = (float)v[i * num + k + j];
          half->low[e]  = (float)(v[i * num + k + j] - half->high[e]);
        }
    }
  }
  PetscCall(TasAijPartClose(&part));
  PetscCall(Renewed(half->exact));
  PetscCall(Renewed(half->rough));
  PetscFunctionReturn(PETSC_SUCCESS);
}

Mat TasHalfExact(TasHalf half) { return half->exact; }
Mat TasHalfRough(TasHalf half) { return half->rough; }
