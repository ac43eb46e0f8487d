#pragma once
/* What follows something else with a time constant, over a step: dm/dt = (y - m)/T. */
#include <math.h>
#include <petscsys.h>

/* (1 - exp(-x))/x */
static inline PetscReal TasShare(PetscReal x) { return x > 0 ? -expm1(-x) / x : 1; }

/* m at the end of a step of x T in which y went from `from` to `to` in a straight line. */
static inline PetscReal TasAverage(PetscReal mean, PetscReal from, PetscReal to, PetscReal x)
{
  const PetscReal decay = exp(-x), share = TasShare(x);

  return decay * mean + (share - decay) * from + (1 - share) * to;
}
