#pragma once
/*
  A box as a mesh on one rank and as a mesh on all of them. Every rank makes the data and the first, so that it can look anything up.
*/
#include "mesh/mesh.h"
#include "tests/unit/mesh/box.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define OK(call) assert_int_equal((call), 0)

/* cmocka before 1.1.6 compares floats only in single precision. */
#define assert_near(a, b, tolerance)                                                                                                       \
  do {                                                                                                                                     \
    const double found_ = (a), expected_ = (b);                                                                                            \
    if (!(PetscAbsReal(found_ - expected_) <= (tolerance))) fail_msg("%.17g instead of %.17g", found_, expected_);                         \
  } while (0)

typedef struct {
  TasMeshData data;
  TasMesh    *whole;  /* on this rank alone */
  TasMesh    *shared; /* on all ranks */
  PetscMPIInt rank, size;
} Pair;

static inline void PairCreate(const Box *box, TasElement element, Pair *pair)
{
  TasMeshData none = {0};

  OK(MPI_Comm_rank(PETSC_COMM_WORLD, &pair->rank));
  OK(MPI_Comm_size(PETSC_COMM_WORLD, &pair->size));
  OK(BoxCreate(box, &pair->data));
  OK(TasMeshCreate(PETSC_COMM_SELF, &pair->data, element, &pair->whole));
  OK(TasMeshCreate(PETSC_COMM_WORLD, pair->rank ? &none : &pair->data, element, &pair->shared));
}

static inline void PairDestroy(Pair *pair)
{
  OK(TasMeshDestroy(&pair->whole));
  OK(TasMeshDestroy(&pair->shared));
  assert_null(pair->shared);
  OK(TasMeshDestroy(&pair->shared));
  OK(TasMeshDataClear(&pair->data));
}

static inline PetscInt SumOverRanks(PetscInt value)
{
  PetscInt sum;

  OK(MPI_Allreduce(&value, &sum, 1, MPIU_INT, MPI_SUM, PETSC_COMM_WORLD));
  return sum;
}

/* place [limit] of each number, -1 where there is none. */
static inline PetscInt *PlacesOf(PetscInt count, const PetscInt *numbers, PetscInt limit)
{
  PetscInt *place;

  OK(PetscMalloc1(limit, &place));
  for (PetscInt i = 0; i < limit; i++) place[i] = -1;
  for (PetscInt i = 0; i < count; i++) {
    assert_in_range(numbers[i], 0, limit - 1);
    assert_int_equal(place[numbers[i]], -1);
    place[numbers[i]] = i;
  }
  return place;
}

/* The boxes of the tests: bent so that faces are not plane, but with plane sides and a plane middle. */
static inline void Bend(PetscReal x[3])
{
  const PetscReal a = 0.1 * x[0] * (2 - x[0]) * x[1] * (1 - x[1]) * x[2] * (3 - x[2]);

  x[0] += a;
  x[1] -= 0.5 * a;
  x[2] += 0.7 * a * (1.5 - x[2]);
}

static const Box hex_box = {TAS_SHAPE_HEX, {4, 3, 6}, {2, 1, 3}, Bend};
static const Box tet_box = {TAS_SHAPE_TET, {3, 2, 4}, {2, 1, 3}, Bend};
