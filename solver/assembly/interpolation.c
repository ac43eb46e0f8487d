#include <stdlib.h>
#include "solver/assembly/interpolation.h"
#include "solver/linear/aij_part.h"

#define MOTIONS 6 /* unknowns of an aggregate */

typedef double Four __attribute__((vector_size(32)));
typedef float  Singles __attribute__((vector_size(16), aligned(4))); /* anywhere in memory */

/* Six values and two more, which are zero when read and not looked at when written. */
typedef struct {
  Four first, last;
} Motions;

struct TasInterpolation_ {
  Mat         matrix; /* shared */
  Mat         shell;
  PetscInt    num_nodes, num_aggregates;
  PetscInt   *start, *column; /* [num_nodes + 1], [start[num_nodes]] blocks of the own part */
  float      *value;          /* [start[num_nodes]][3][MOTIONS], and room for two more at the end */
  Motions    *motions;        /* [num_aggregates] */
  TasAijOther other;
};

static inline Motions Row(const float *value)
{
  return (Motions){__builtin_convertvector(*(const Singles *)value, Four), __builtin_convertvector(*(const Singles *)(value + 4), Four)};
}

static PetscErrorCode Multiply(Mat shell, Vec x, Vec y)
{
  TasInterpolation   p;
  const PetscScalar *in;
  PetscScalar       *out;

  PetscFunctionBeginUser;
  PetscCall(MatShellGetContext(shell, &p));
  PetscCall(TasAijOtherBegin(&p->other, x));
  PetscCall(VecGetArrayRead(x, &in));
  for (PetscInt i = 0; i < p->num_aggregates; i++, in += MOTIONS)
    p->motions[i] = (Motions){{in[0], in[1], in[2], in[3]}, {in[4], in[5], 0., 0.}};
  in -= MOTIONS * p->num_aggregates;
  PetscCall(VecRestoreArrayRead(x, &in));
  PetscCall(VecGetArrayWrite(y, &out));
  for (PetscInt node = 0; node < p->num_nodes; node++) {
    Four sum[3] = {{0.}, {0.}, {0.}};
    for (PetscInt k = p->start[node]; k < p->start[node + 1]; k++) {
      const Motions m     = p->motions[p->column[k]];
      const float  *block = p->value + 3 * MOTIONS * (size_t)k;
      for (PetscInt d = 0; d < 3; d++) {
        const Motions row = Row(block + MOTIONS * d);
        sum[d] += row.first * m.first + row.last * m.last;
      }
    }
    for (PetscInt d = 0; d < 3; d++) out[3 * node + d] = (sum[d][0] + sum[d][1]) + (sum[d][2] + sum[d][3]);
  }
  PetscCall(VecRestoreArrayWrite(y, &out));
  PetscCall(TasAijOtherEnd(&p->other, x, y));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MultiplyTransposed(Mat shell, Vec y, Vec x)
{
  TasInterpolation   p;
  const PetscScalar *in;
  PetscScalar       *out;

  PetscFunctionBeginUser;
  PetscCall(MatShellGetContext(shell, &p));
  PetscCall(TasAijOtherTransposeBegin(&p->other, y));
  for (PetscInt i = 0; i < p->num_aggregates; i++) p->motions[i] = (Motions){{0.}, {0.}};
  PetscCall(VecGetArrayRead(y, &in));
  for (PetscInt node = 0; node < p->num_nodes; node++)
    for (PetscInt k = p->start[node]; k < p->start[node + 1]; k++) {
      const float *block = p->value + 3 * MOTIONS * (size_t)k;
      Motions      m     = p->motions[p->column[k]];
      for (PetscInt d = 0; d < 3; d++) {
        const Motions row = Row(block + MOTIONS * d);
        m.first += row.first * in[3 * node + d];
        m.last += row.last * in[3 * node + d];
      }
      p->motions[p->column[k]] = m;
    }
  PetscCall(VecRestoreArrayRead(y, &in));
  PetscCall(VecGetArrayWrite(x, &out));
  for (PetscInt i = 0; i < p->num_aggregates; i++)
    for (PetscInt j = 0; j < MOTIONS; j++) out[MOTIONS * i + j] = j < 4 ? p->motions[i].first[j] : p->motions[i].last[j - 4];
  PetscCall(VecRestoreArrayWrite(x, &out));
  PetscCall(TasAijOtherTransposeEnd(&p->other, x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/*
  Goes through the blocks of the own part in the order of its rows and, when `column` is there, writes down their columns and
  values.  `last`: the block in which a node met each aggregate last.
*/
static PetscInt VisitBlocks(const TasAijPart *part, PetscInt *last, PetscInt *start, PetscInt *column, float *value)
{
  PetscInt num = 0;

  for (PetscInt node = 0; node < part->rows; node++) {
    const PetscInt first = num;
    start[node]          = first;
    for (PetscInt d = 0; d < 3; d++)
      for (PetscInt k = part->start[3 * node + d]; k < part->start[3 * node + d + 1]; k++) {
        const PetscInt aggregate = part->column[k] / MOTIONS;
        if (last[aggregate] < first) last[aggregate] = num++;
        if (!column) continue;
        column[last[aggregate]]                                                        = aggregate;
        value[MOTIONS * (3 * (size_t)last[aggregate] + d) + part->column[k] % MOTIONS] = (float)part->value[k];
      }
  }
  start[part->rows] = num;
  return num;
}

static PetscErrorCode CopyBlocks(TasInterpolation p)
{
  TasAijPart      part;
  Mat             own, other;
  const PetscInt *global;
  PetscInt       *last;

  PetscFunctionBeginUser;
  PetscCall(TasAijParts(p->matrix, &own, &other, &global));
  PetscCall(TasAijPartOpen(own, &part));
  p->num_nodes = part.rows;
  PetscCall(PetscMalloc1(p->num_nodes + 1, &p->start));
  PetscCall(PetscMalloc1(p->num_aggregates, &last));
  for (PetscInt i = 0; i < p->num_aggregates; i++) last[i] = -1;
  const PetscInt num = VisitBlocks(&part, last, p->start, NULL, NULL);
  PetscCall(PetscMalloc1(num, &p->column));
  PetscCall(PetscCalloc1(3 * MOTIONS * (size_t)num + 2, &p->value));
  for (PetscInt i = 0; i < p->num_aggregates; i++) last[i] = -1;
  VisitBlocks(&part, last, p->start, p->column, p->value);
  PetscCall(PetscFree(last));
  PetscCall(TasAijPartClose(&part));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasInterpolationCreate(Mat matrix, TasInterpolation *out)
{
  TasInterpolation p;
  PetscInt         rows, columns;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&p));
  PetscCall(PetscObjectReference((PetscObject)matrix));
  p->matrix = matrix;
  PetscCall(MatGetLocalSize(matrix, &rows, &columns));
  p->num_aggregates = columns / MOTIONS;
  PetscCall(CopyBlocks(p));
  p->motions = aligned_alloc(sizeof(Motions), sizeof(Motions) * PetscMax(1, p->num_aggregates));
  PetscCheck(p->motions, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for %" PetscInt_FMT " aggregates", p->num_aggregates);
  PetscCall(TasAijOtherCreate(matrix, &p->other));
  PetscCall(MatCreateShell(PetscObjectComm((PetscObject)matrix), rows, columns, PETSC_DETERMINE, PETSC_DETERMINE, p, &p->shell));
  PetscCall(MatShellSetOperation(p->shell, MATOP_MULT, (void (*)(void))Multiply));
  PetscCall(MatShellSetOperation(p->shell, MATOP_MULT_TRANSPOSE, (void (*)(void))MultiplyTransposed));
  *out = p;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasInterpolationDestroy(TasInterpolation *interpolation)
{
  TasInterpolation p = *interpolation;

  PetscFunctionBeginUser;
  if (!p) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MatDestroy(&p->shell));
  PetscCall(MatDestroy(&p->matrix));
  PetscCall(TasAijOtherDestroy(&p->other));
  PetscCall(PetscFree(p->start));
  PetscCall(PetscFree(p->column));
  PetscCall(PetscFree(p->value));
  free(p->motions);
  PetscCall(PetscFree(*interpolation));
  PetscFunctionReturn(PETSC_SUCCESS);
}

Mat TasInterpolationOriginal(TasInterpolation interpolation)
{
  return interpolation->matrix;
}
Mat TasInterpolationMatrix(TasInterpolation interpolation)
{
  return interpolation->shell;
}
