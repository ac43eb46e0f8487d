#pragma once
/*
  Symmetric second-order tensors (six components xx yy zz xy yz xz) and major symmetric fourth-order ones (21) at one point of a
  batch, for kernels.  Every loop has constant bounds and is unrolled, so that the components live in registers.
*/
#include "models/material.h"
#include "models/vector_math.h"

/* Component A is (tas_row[A], tas_column[A]); tas_place is the inverse map. */
static const int tas_row[6]      = {0, 1, 2, 0, 1, 0};
static const int tas_column[6]   = {0, 1, 2, 1, 2, 2};
static const int tas_place[3][3] = {{0, 3, 5}, {3, 1, 4}, {5, 4, 2}};

/* Place K of the tangent holds components (tas_first[K], tas_second[K]), as TAS_TANGENT() says. */
static const int tas_first[21]  = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5};
static const int tas_second[21] = {0, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 2, 3, 4, 5, 3, 4, 5, 4, 5, 5};

/* Without being told the compiler leaves a loop of 21 rolled up, and with it the loop over points scalar. */
#define TAS_EACH_TANGENT(K) _Pragma("GCC unroll 21") for (int K = 0; K < 21; K++)

/* Divisions are slow and the compiler may not turn them into products, which round otherwise: kernels multiply. */
#define TAS_THIRD (1. / 3)

typedef struct {
  PetscReal c[6];
} TasSymmetric;

/* The tensor at a point of an array [6][n]; `at` points to the first component of that point. */
TAS_INLINE TasSymmetric TasSymmetricLoad(const PetscReal *at, PetscInt n)
{
  TasSymmetric a;

  for (int A = 0; A < 6; A++) a.c[A] = at[A * n];
  return a;
}

/* Sets the tensor there, or adds to it. */
TAS_INLINE void TasSymmetricStore(TasSymmetric a, PetscReal *at, PetscInt n, PetscBool add)
{
  for (int A = 0; A < 6; A++) at[A * n] = add ? at[A * n] + a.c[A] : a.c[A];
}

/* a (x) a of the vector a = (x, y, z) */
TAS_INLINE TasSymmetric TasSquareOf(PetscReal x, PetscReal y, PetscReal z)
{
  return (TasSymmetric){{x * x, y * y, z * z, x * y, y * z, x * z}};
}

TAS_INLINE PetscReal TasTrace(TasSymmetric a)
{
  return a.c[0] + a.c[1] + a.c[2];
}

/* a : b */
TAS_INLINE PetscReal TasContract(TasSymmetric a, TasSymmetric b)
{
  return a.c[0] * b.c[0] + a.c[1] * b.c[1] + a.c[2] * b.c[2] + 2 * (a.c[3] * b.c[3] + a.c[4] * b.c[4] + a.c[5] * b.c[5]);
}

TAS_INLINE TasSymmetric TasDeviator(TasSymmetric a)
{
  const PetscReal mean = TasTrace(a) * TAS_THIRD;

  for (int A = 0; A < 3; A++) a.c[A] -= mean;
  return a;
}

/* s a + t b */
TAS_INLINE TasSymmetric TasCombine(PetscReal s, TasSymmetric a, PetscReal t, TasSymmetric b)
{
  TasSymmetric c;

  for (int A = 0; A < 6; A++) c.c[A] = s * a.c[A] + t * b.c[A];
  return c;
}

TAS_INLINE TasSymmetric TasScale(PetscReal s, TasSymmetric a)
{
  for (int A = 0; A < 6; A++) a.c[A] *= s;
  return a;
}

/* a b of tensors that commute, so that the product is symmetric */
TAS_INLINE TasSymmetric TasProduct(TasSymmetric a, TasSymmetric b)
{
  TasSymmetric c;

  for (int A = 0; A < 6; A++) {
    const int *i = tas_place[tas_row[A]], *j = tas_place[tas_column[A]];

    c.c[A] = a.c[i[0]] * b.c[j[0]] + a.c[i[1]] * b.c[j[1]] + a.c[i[2]] * b.c[j[2]];
  }
  return c;
}

/* Transposed cofactors: a^-1 det a */
TAS_INLINE TasSymmetric TasAdjugate(TasSymmetric a)
{
  const PetscReal xx = a.c[0], yy = a.c[1], zz = a.c[2], xy = a.c[3], yz = a.c[4], xz = a.c[5];
  TasSymmetric    b;

  b.c[0] = yy * zz - yz * yz;
  b.c[1] = xx * zz - xz * xz;
  b.c[2] = xx * yy - xy * xy;
  b.c[3] = xz * yz - xy * zz;
  b.c[4] = xy * xz - yz * xx;
  b.c[5] = xy * yz - xz * yy;
  return b;
}

/* Components K of fourth-order tensors: kernels sum them component by component, so that no more than one is in flight. */

/* a (x) a */
TAS_INLINE PetscReal TasSquareAt(TasSymmetric a, int K)
{
  return a.c[tas_first[K]] * a.c[tas_second[K]];
}

/* a (x) b */
TAS_INLINE PetscReal TasOuterAt(TasSymmetric a, TasSymmetric b, int K)
{
  return a.c[tas_first[K]] * b.c[tas_second[K]];
}

/* a (x) b + b (x) a */
TAS_INLINE PetscReal TasPairAt(TasSymmetric a, TasSymmetric b, int K)
{
  return a.c[tas_first[K]] * b.c[tas_second[K]] + b.c[tas_first[K]] * a.c[tas_second[K]];
}

/* a_ik b_jl + a_il b_jk of tensors with the same eigenvectors; of a twice: -2 times the derivative of a by its inverse */
TAS_INLINE PetscReal TasCrossAt(TasSymmetric a, TasSymmetric b, int K)
{
  const int *i = tas_place[tas_row[tas_first[K]]], *j = tas_place[tas_column[tas_first[K]]];
  const int  k = tas_row[tas_second[K]], l = tas_column[tas_second[K]];

  return a.c[i[k]] * b.c[j[l]] + a.c[i[l]] * b.c[j[k]];
}

/* The symmetric fourth-order identity */
TAS_INLINE PetscReal TasIdentityAt(int K)
{
  return tas_first[K] != tas_second[K] ? 0 : tas_first[K] < 3 ? 1 : 0.5;
}

/* I (x) I of the second-order identity I */
TAS_INLINE PetscReal TasTraceSquareAt(int K)
{
  return tas_first[K] < 3 && tas_second[K] < 3 ? 1 : 0;
}

TAS_INLINE void TasMajorStore(PetscReal value, int K, PetscReal *at, PetscInt n, PetscBool add)
{
  at[K * n] = add ? at[K * n] + value : value;
}

/* Calls loop(points, with_tangent, add, ...) with constants for the two choices: each copy of the loop is then free of branches. */
#define TAS_SPECIALISE(loop, points, ...)                                                                                                  \
  do {                                                                                                                                     \
    if ((points)->tangent && (points)->add)                                                                                                \
      loop(points, PETSC_TRUE, PETSC_TRUE, __VA_ARGS__);                                                                                   \
    else if ((points)->tangent)                                                                                                            \
      loop(points, PETSC_TRUE, PETSC_FALSE, __VA_ARGS__);                                                                                  \
    else if ((points)->add)                                                                                                                \
      loop(points, PETSC_FALSE, PETSC_TRUE, __VA_ARGS__);                                                                                  \
    else                                                                                                                                   \
      loop(points, PETSC_FALSE, PETSC_FALSE, __VA_ARGS__);                                                                                 \
  } while (0)

/* Kernels work on chunks of at most this many points and keep what is slow to compute (roots, exponentials) in small arrays
   between short loops: a processor overlaps many points of a short loop, but hardly two of a long one. */
#define TAS_CHUNK 64
