#include "solver/smoother_matrix.h"
#include "solver/aij_part.h"

#define WIDTH 8 /* block rows side by side */

typedef float Wide __attribute__((vector_size(WIDTH * sizeof(float)), aligned(sizeof(float))));

typedef struct {
  PetscInt   rows, num_chunks, threads; /* block rows, of this rank */
  PetscInt  *start;                     /* [num_chunks + 1] where a chunk's slots begin */
  PetscInt  *column;                    /* [slots][WIDTH] block columns; a row shorter than its chunk repeats itself with zeros */
  float     *value;                     /* [slots][3][3][WIDTH] */
  float     *x;                         /* [rows][3] */
  Mat        other;                     /* borrowed: columns of other ranks, or NULL */
  Vec        ghost;
  VecScatter scatter;
} Smoother;

/* Slots of the chunks: as many as the longest of their rows has blocks. */
static PetscErrorCode LayOut(const TasAijPart *part, Smoother *s)
{
  const PetscInt *start = part->start, *column = part->column;

  PetscFunctionBeginUser;
  s->num_chunks = (s->rows + WIDTH - 1) / WIDTH;
  PetscCall(PetscCalloc1(s->num_chunks + 1, &s->start));
  for (PetscInt row = 0; row < s->rows; row++) {
    PetscInt *slots = &s->start[row / WIDTH + 1];
    *slots          = PetscMax(*slots, (start[3 * row + 1] - start[3 * row]) / 3);
  }
  for (PetscInt c = 0; c < s->num_chunks; c++) s->start[c + 1] += s->start[c];
  PetscCall(PetscMalloc3(WIDTH * s->start[s->num_chunks], &s->column, 9 * WIDTH * s->start[s->num_chunks], &s->value, 3 * s->rows, &s->x));
  PetscCall(PetscArrayzero(s->value, 9 * WIDTH * s->start[s->num_chunks]));
  for (PetscInt c = 0; c < s->num_chunks; c++)
    for (PetscInt k = s->start[c]; k < s->start[c + 1]; k++)
      for (PetscInt l = 0; l < WIDTH; l++) {
        const PetscInt row = PetscMin(c * WIDTH + l, s->rows - 1), begin = start[3 * row], blocks = (start[3 * row + 1] - begin) / 3;
        s->column[k * WIDTH + l] = k - s->start[c] < blocks ? column[begin + 3 * (k - s->start[c])] / 3 : row;
      }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One component of the nodes that the columns name. */
static inline Wide Pick(const float *x, const PetscInt *column)
{
  Wide picked = {0.f};

  for (PetscInt l = 0; l < WIDTH; l++) picked[l] = x[3 * column[l]];
  return picked;
}

/* y = A x for the chunk, three components of WIDTH rows; the last chunk may be partly empty. */
static void MultiplyChunk(const Smoother *s, PetscInt c, PetscScalar *y)
{
  const PetscInt num    = PetscMin(WIDTH, s->rows - c * WIDTH);
  Wide           sum[3] = {{0.f}};

  for (PetscInt k = s->start[c]; k < s->start[c + 1]; k++) {
    const PetscInt *column = s->column + k * WIDTH;
    const Wide     *value  = (const Wide *)(s->value + 9 * WIDTH * k);
    const Wide      x[3]   = {Pick(s->x, column), Pick(s->x + 1, column), Pick(s->x + 2, column)};
    for (PetscInt i = 0; i < 3; i++)
      for (PetscInt j = 0; j < 3; j++) sum[i] += value[3 * i + j] * x[j];
  }
  for (PetscInt l = 0; l < num; l++)
    for (PetscInt i = 0; i < 3; i++) y[3 * (c * WIDTH + l) + i] = sum[i][l];
}

static PetscErrorCode Multiply(Mat shell, Vec in, Vec out)
{
  Smoother          *s;
  const PetscScalar *x;
  PetscScalar       *y;

  PetscFunctionBeginUser;
  PetscCall(MatShellGetContext(shell, &s));
  if (s->other) PetscCall(VecScatterBegin(s->scatter, in, s->ghost, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(VecGetArrayRead(in, &x));
  PetscCall(VecGetArrayWrite(out, &y));
#pragma omp parallel for num_threads(s->threads) schedule(static)
  for (PetscInt i = 0; i < 3 * s->rows; i++) s->x[i] = (float)x[i];
#pragma omp parallel for num_threads(s->threads) schedule(static)
  for (PetscInt c = 0; c < s->num_chunks; c++) MultiplyChunk(s, c, y);
  PetscCall(VecRestoreArrayWrite(out, &y));
  PetscCall(VecRestoreArrayRead(in, &x));
  if (s->other) {
    PetscCall(VecScatterEnd(s->scatter, in, s->ghost, INSERT_VALUES, SCATTER_FORWARD));
    PetscCall(MatMultAdd(s->other, s->ghost, out, out));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Destroy(Mat shell)
{
  Smoother *s;

  PetscFunctionBeginUser;
  PetscCall(MatShellGetContext(shell, &s));
  PetscCall(VecScatterDestroy(&s->scatter));
  PetscCall(VecDestroy(&s->ghost));
  PetscCall(PetscFree(s->start));
  PetscCall(PetscFree3(s->column, s->value, s->x));
  PetscCall(PetscFree(s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The exchange of what other ranks have. */
static PetscErrorCode CreateScatter(Mat matrix, const PetscInt *global, Smoother *s)
{
  PetscInt num;
  Vec      like;
  IS       from;

  PetscFunctionBeginUser;
  PetscCall(MatGetSize(s->other, NULL, &num));
  PetscCall(MatCreateVecs(matrix, &like, NULL));
  PetscCall(VecCreateSeq(PETSC_COMM_SELF, num, &s->ghost));
  PetscCall(ISCreateGeneral(PETSC_COMM_SELF, num, global, PETSC_COPY_VALUES, &from));
  PetscCall(VecScatterCreate(like, from, s->ghost, NULL, &s->scatter));
  PetscCall(ISDestroy(&from));
  PetscCall(VecDestroy(&like));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSmootherMatrixCreate(Mat matrix, PetscInt threads, Mat *shell)
{
  Smoother       *s;
  Mat             own;
  PetscInt        rows;
  TasAijPart      part;
  const PetscInt *global;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&s));
  PetscCall(MatGetLocalSize(matrix, &rows, NULL));
  s->rows    = rows / 3;
  s->threads = PetscMax(1, threads);
  PetscCall(TasAijParts(matrix, &own, &s->other, &global));
  PetscCall(TasAijPartOpen(own, &part));
  PetscCall(LayOut(&part, s));
  PetscCall(TasAijPartClose(&part));
  if (s->other) PetscCall(CreateScatter(matrix, global, s));
  PetscCall(MatCreateShell(PetscObjectComm((PetscObject)matrix), rows, rows, PETSC_DETERMINE, PETSC_DETERMINE, s, shell));
  PetscCall(MatShellSetOperation(*shell, MATOP_MULT, (void (*)(void))Multiply));
  PetscCall(MatShellSetOperation(*shell, MATOP_DESTROY, (void (*)(void))Destroy));
  PetscCall(MatSetBlockSize(*shell, 3));
  PetscCall(MatSetOption(*shell, MAT_SYMMETRIC, PETSC_TRUE));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSmootherMatrixUpdate(Mat matrix, Mat shell)
{
  Smoother       *s;
  Mat             own;
  TasAijPart      part;
  const PetscInt *global;

  PetscFunctionBeginUser;
  PetscCall(MatShellGetContext(shell, &s));
  PetscCall(TasAijParts(matrix, &own, &s->other, &global));
  PetscCall(TasAijPartOpen(own, &part));
#pragma omp parallel for num_threads(s->threads) schedule(static)
  for (PetscInt row = 0; row < s->rows; row++) {
    const PetscInt begin = part.start[3 * row], num = part.start[3 * row + 1] - begin;
    float         *out = s->value + 9 * WIDTH * s->start[row / WIDTH] + row % WIDTH;
    for (PetscInt k = 0; k < num; k += 3, out += 9 * WIDTH)
      for (PetscInt i = 0; i < 3; i++)
        for (PetscInt j = 0; j < 3; j++) out[(3 * i + j) * WIDTH] = (float)part.value[begin + i * num + k + j];
  }
  PetscCall(TasAijPartClose(&part));
  PetscCall(MatAssemblyBegin(shell, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(shell, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}
