#pragma once
/*
  Elementary functions that may be called inside `#pragma omp simd` loops and are then evaluated for several points at once.

  glibc has had vector variants of exp, log, pow since 2.22 and of expm1, log1p, cbrt since 2.35 (libmvec, at most 4 ulp), but
  <math.h> declares them only under -ffast-math, which this code cannot bear: it relies on NaN and infinity, and on sums being
  taken in the order written.  So they are declared here, with the vector ABI's attribute.  Elsewhere loops stay correct, only
  slower.
*/
#include <math.h>
#include <petscsys.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__GLIBC__)
  #if __GLIBC_PREREQ(2, 35)
    #define TAS_VECTOR __attribute__((simd("notinbranch")))
  #endif
#endif
#if defined(TAS_VECTOR) && defined(PETSC_USE_REAL_DOUBLE)
TAS_VECTOR double exp(double);
TAS_VECTOR double expm1(double);
TAS_VECTOR double log1p(double);
TAS_VECTOR double cbrt(double);
#endif

/* A kernel for one point is inlined into its loop, else the loop is not vectorised. */
#define TAS_INLINE static inline __attribute__((always_inline))

TAS_INLINE PetscReal TasMax(PetscReal a, PetscReal b)
{
  return a > b ? a : b;
}

TAS_INLINE PetscReal TasMin(PetscReal a, PetscReal b)
{
  return a < b ? a : b;
}

/* exp(x) - 1 - x, accurate for small x: a series of 10 terms below 0.1, where the difference would lose digits. */
TAS_INLINE PetscReal TasExpm1MinusArgument(PetscReal x)
{
  PetscReal sum = 1;

  for (int k = 11; k > 2; k--) sum = 1 + x / k * sum;
  return fabs(x) < 0.1 ? x * x / 2 * sum : expm1(x) - x;
}

/* x - log(1 + x), accurate for small x: with s = x/(2 + x), log(1 + x) = 2 atanh(s). */
TAS_INLINE PetscReal TasArgumentMinusLog1p(PetscReal x)
{
  const PetscReal s = x / (2 + x), q = s * s;
  PetscReal       sum = 0;

  for (int k = 15; k > 1; k -= 2) sum = q * (sum + 1.0 / k);
  return fabs(x) < 0.1 ? x * s - 2 * s * sum : x - log1p(x);
}
