/* solver/linear/half_matrix.c and solver/assembly/interpolation.c: products in single precision against those of the matrices they come from. */
#include "solver/linear/half_matrix.h"
#include "solver/assembly/interpolation.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define NODES     57 /* of the whole; not a multiple of the ranks */
#define NEAR      3  /* a node is coupled with so many before and after it */
#define SINGLE    6e-8
#define TOLERANCE (20. * SINGLE)

/* Number i of a sequence between -1 and 1 that repeats itself late. */
static PetscReal Number(PetscInt i) { return PetscSinReal(12.9898 * i + 1.); }

/* What this rank owns of so many. */
static PetscInt Own(PetscInt num)
{
  PetscMPIInt rank, size;

  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  MPI_Comm_size(PETSC_COMM_WORLD, &size);
  return num / size + (rank < num % size);
}

/* A symmetric matrix of NODES by NODES blocks of three, with a band of blocks. */
static Mat SymmetricMatrix(void)
{
  Mat      matrix;
  PetscInt first, last;

  assert_int_equal(MatCreateAIJ(PETSC_COMM_WORLD, 3 * Own(NODES), 3 * Own(NODES), PETSC_DETERMINE, PETSC_DETERMINE, 3 * (2 * NEAR + 1), NULL, 3 * (2 * NEAR + 1), NULL, &matrix), 0);
  assert_int_equal(MatSetBlockSize(matrix, 3), 0);
  assert_int_equal(MatSetUp(matrix), 0);
  assert_int_equal(MatGetOwnershipRange(matrix, &first, &last), 0);
  for (PetscInt row = first; row < last; row++)
    for (PetscInt node = PetscMax(0, row / 3 - NEAR); node <= PetscMin(NODES - 1, row / 3 + NEAR); node++)
      for (PetscInt column = 3 * node; column < 3 * node + 3; column++)
        assert_int_equal(MatSetValue(matrix, row, column, Number(1000 * PetscMin(row, column) + PetscMax(row, column)), INSERT_VALUES), 0);
  assert_int_equal(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY), 0);
  assert_int_equal(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY), 0);
  return matrix;
}

/* NODES by `aggregates` blocks of 3 by 6, of which some rows leave entries out, and one node has none. */
static Mat InterpolationMatrix(PetscInt aggregates)
{
  Mat      matrix;
  PetscInt first, last;

  assert_int_equal(MatCreateAIJ(PETSC_COMM_WORLD, 3 * Own(NODES), 6 * Own(aggregates), PETSC_DETERMINE, PETSC_DETERMINE, 18, NULL, 18, NULL, &matrix), 0);
  assert_int_equal(MatSetUp(matrix), 0);
  assert_int_equal(MatGetOwnershipRange(matrix, &first, &last), 0);
  for (PetscInt row = first; row < last; row++) {
    const PetscInt middle = row / 3 * aggregates / NODES;
    for (PetscInt aggregate = PetscMax(0, middle - 1); aggregate <= PetscMin(aggregates - 1, middle + 1); aggregate++)
      for (PetscInt column = 6 * aggregate; column < 6 * aggregate + 6; column++)
        if (row / 3 != 11 && (row + column) % 5) assert_int_equal(MatSetValue(matrix, row, column, Number(1000 * row + column), INSERT_VALUES), 0);
  }
  assert_int_equal(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY), 0);
  assert_int_equal(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY), 0);
  return matrix;
}

static void Fill(Vec x)
{
  PetscInt first, last;

  assert_int_equal(VecGetOwnershipRange(x, &first, &last), 0);
  for (PetscInt i = first; i < last; i++) assert_int_equal(VecSetValue(x, i, Number(7 * i + 3), INSERT_VALUES), 0);
  assert_int_equal(VecAssemblyBegin(x), 0);
  assert_int_equal(VecAssemblyEnd(x), 0);
}

/* Largest difference of the two products, whatever the answer held before. */
static PetscReal Difference(Mat matrix, Mat product, PetscBool transposed)
{
  Vec       right, left, expected, answer;
  PetscReal largest;

  assert_int_equal(MatCreateVecs(matrix, &right, &left), 0);
  Vec in = transposed ? left : right;
  Fill(in);
  assert_int_equal(VecDuplicate(transposed ? right : left, &expected), 0);
  assert_int_equal(VecDuplicate(expected, &answer), 0);
  assert_int_equal(VecSet(answer, 99.), 0);
  assert_int_equal((transposed ? MatMultTranspose : MatMult)(matrix, in, expected), 0);
  assert_int_equal((transposed ? MatMultTranspose : MatMult)(product, in, answer), 0);
  assert_int_equal(VecAXPY(answer, -1., expected), 0);
  assert_int_equal(VecNorm(answer, NORM_INFINITY, &largest), 0);
  assert_int_equal(VecDestroy(&right), 0);
  assert_int_equal(VecDestroy(&left), 0);
  assert_int_equal(VecDestroy(&expected), 0);
  assert_int_equal(VecDestroy(&answer), 0);
  return largest;
}

static void test_half(void **state)
{
  Mat     matrix = SymmetricMatrix();
  TasHalf half;

  assert_int_equal(TasHalfCreate(matrix, &half), 0);
  assert_int_equal(TasHalfUpdate(half), 0);
  assert_true(Difference(matrix, TasHalfMatrix(half), PETSC_FALSE) < TOLERANCE);
  assert_int_equal(MatScale(matrix, 3.), 0);
  assert_true(Difference(matrix, TasHalfMatrix(half), PETSC_FALSE) > 1.);
  assert_int_equal(TasHalfUpdate(half), 0);
  assert_true(Difference(matrix, TasHalfMatrix(half), PETSC_FALSE) < 3. * TOLERANCE);
  assert_int_equal(TasHalfDestroy(&half), 0);
  assert_int_equal(TasHalfDestroy(&half), 0);
  assert_int_equal(MatDestroy(&matrix), 0);
}

static void test_interpolation(void **state)
{
  Mat              matrix = InterpolationMatrix(7);
  TasInterpolation interpolation;

  assert_int_equal(TasInterpolationCreate(matrix, &interpolation), 0);
  assert_ptr_equal(TasInterpolationOriginal(interpolation), matrix);
  for (int repeat = 0; repeat < 2; repeat++) {
    assert_true(Difference(matrix, TasInterpolationMatrix(interpolation), PETSC_FALSE) < TOLERANCE);
    assert_true(Difference(matrix, TasInterpolationMatrix(interpolation), PETSC_TRUE) < TOLERANCE);
  }
  assert_int_equal(MatDestroy(&matrix), 0); /* the interpolation holds it */
  assert_non_null(TasInterpolationOriginal(interpolation));
  assert_int_equal(TasInterpolationDestroy(&interpolation), 0);
  assert_int_equal(TasInterpolationDestroy(&interpolation), 0);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_half), cmocka_unit_test(test_interpolation)};
  int                     failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
