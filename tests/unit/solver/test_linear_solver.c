/* solver/linear/linear_solver.c: multigrid whose matrix has changed since its hierarchy was made. */
#include "solver/linear/linear_solver.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define EDGE  11 /* nodes along each edge of a cube of cells */
#define NODES (EDGE * EDGE * EDGE)

/* Number i of a sequence between -1 and 1 that repeats itself late. */
static PetscReal Number(PetscInt i) { return PetscSinReal(12.9898 * i + 1.); }

static PetscInt Node(const PetscInt cell[3], PetscInt corner) { return cell[0] + (corner & 1) + EDGE * (cell[1] + (corner >> 1 & 1) + EDGE * (cell[2] + (corner >> 2))); }

/* Adds a cell whose corners are tied to each other by springs, all in the same way, and which resists one mode of its 24 besides. */
static void AddCell(Mat matrix, const PetscInt cell[3], PetscReal mode_stiffness)
{
  PetscInt    row[24];
  PetscScalar block[24 * 24];

  for (PetscInt i = 0; i < 24; i++) row[i] = 3 * Node(cell, i / 3) + i % 3;
  for (PetscInt i = 0; i < 24; i++)
    for (PetscInt j = 0; j < 24; j++) block[24 * i + j] = (i % 3 == j % 3 ? (i == j ? 7. : -1.) : 0.) + mode_stiffness * Number(i) * Number(j);
  assert_int_equal(MatSetValues(matrix, 24, row, 24, row, block, ADD_VALUES), 0);
}

/* The cube on soft ground; in one cell inside it the mode is as stiff as that. */
static void Assemble(Mat matrix, PetscReal mode_stiffness)
{
  assert_int_equal(MatZeroEntries(matrix), 0);
  for (PetscInt i = 0; i < 3 * NODES; i++) assert_int_equal(MatSetValue(matrix, i, i, 0.1, ADD_VALUES), 0);
  for (PetscInt x = 0; x < EDGE - 1; x++)
    for (PetscInt y = 0; y < EDGE - 1; y++)
      for (PetscInt z = 0; z < EDGE - 1; z++) {
        const PetscInt cell[3] = {x, y, z};
        AddCell(matrix, cell, x == EDGE / 2 && y == EDGE / 2 && z == EDGE / 2 ? mode_stiffness : 0.);
      }
  assert_int_equal(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY), 0);
  assert_int_equal(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY), 0);
}

/* |b - K x| / |b| of a solve to 1e-6, in the preconditioner's energy norm. */
static PetscReal Solve(TasLinear *solver, Mat matrix)
{
  Vec       b, x;
  PetscReal whole, left;

  assert_int_equal(TasLinearSolverUpdate(solver), 0);
  assert_int_equal(MatCreateVecs(matrix, &x, &b), 0);
  for (PetscInt i = 0; i < 3 * NODES; i++) assert_int_equal(VecSetValue(b, i, Number(7 * i + 3), INSERT_VALUES), 0);
  assert_int_equal(VecAssemblyBegin(b), 0);
  assert_int_equal(VecAssemblyEnd(b), 0);
  assert_int_equal(VecNorm(b, NORM_2, &whole), 0);
  assert_int_equal(TasLinearSolverApply(solver, b, x), 0);
  assert_int_equal(VecScale(b, -1.), 0);
  assert_int_equal(MatMultAdd(matrix, x, b, b), 0);
  assert_int_equal(VecNorm(b, NORM_2, &left), 0);
  assert_int_equal(VecDestroy(&b), 0);
  assert_int_equal(VecDestroy(&x), 0);
  return left / whole;
}

/* A mode that has become so stiff that the smoothers of the hierarchy at hand are indefinite: it is made anew, and with bounds that know the mode. */
static void test_stiffened(void **state)
{
  static PetscReal coordinates[3 * NODES];
  TasCase          c      = {.solver = {.linear = TAS_LINEAR_ITERATIVE}};
  TasMesh          mesh   = {.comm = PETSC_COMM_SELF, .num_nodes_owned = NODES, .num_nodes_global = NODES, .coordinates = coordinates};
  TasBodies        bodies = {.num_coordinates = 0};
  TasLinear        solver;
  Mat              matrix;

  for (PetscInt i = 0; i < 3 * NODES; i++) coordinates[i] = i % 3 == 0 ? i / 3 % EDGE : i % 3 == 1 ? i / 3 / EDGE % EDGE : i / 3 / (EDGE * EDGE);
  assert_int_equal(MatCreateSeqAIJ(PETSC_COMM_SELF, 3 * NODES, 3 * NODES, 81, NULL, &matrix), 0);
  assert_int_equal(MatSetBlockSize(matrix, 3), 0);
  Assemble(matrix, 0.);
  assert_int_equal(TasLinearSolverCreate(&c, &mesh, matrix, PETSC_TRUE, &bodies, 0, &solver), 0);
  assert_true(Solve(&solver, matrix) < 1e-4);
  for (PetscReal stiffness = 1e2; stiffness < 2e6; stiffness *= 1e2) {
    Assemble(matrix, stiffness);
    assert_true(Solve(&solver, matrix) < 1e-4);
  }
  assert_int_equal(TasLinearSolverDestroy(&solver), 0);
  assert_int_equal(MatDestroy(&matrix), 0);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_stiffened)};
  int                     failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
