#pragma once
/* Vectors of three components and 3x3 matrices, row by row. Results do not overlap arguments. */
#include <petscsys.h>

static inline PetscReal TasDot(const PetscReal a[3], const PetscReal b[3])
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static inline PetscReal TasLength(const PetscReal a[3])
{
  return PetscSqrtReal(TasDot(a, a));
}

static inline void TasCross(const PetscReal a[3], const PetscReal b[3], PetscReal out[3])
{
  for (PetscInt d = 0; d < 3; d++) out[d] = a[(d + 1) % 3] * b[(d + 2) % 3] - a[(d + 2) % 3] * b[(d + 1) % 3];
}

static inline PetscReal TasDeterminant(PetscReal m[3][3])
{
  return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
         m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

/* m v */
static inline void TasMultiply(const PetscReal m[9], const PetscReal v[3], PetscReal out[3])
{
  for (PetscInt i = 0; i < 3; i++) out[i] = TasDot(m + 3 * i, v);
}

/* m^T v */
static inline void TasMultiplyTransposed(const PetscReal m[9], const PetscReal v[3], PetscReal out[3])
{
  for (PetscInt i = 0; i < 3; i++) out[i] = m[i] * v[0] + m[3 + i] * v[1] + m[6 + i] * v[2];
}
