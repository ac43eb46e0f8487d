/*
  Mooney-Rivlin matrix:  W = c1 (Ibar1 - 3) + c2 (Ibar2 - 3).  Theory: docs/theory/mooney-rivlin.md
*/
#include "models/isochoric.h"
#include "models/models_impl.h"
#include <stdio.h>

static const TasParameter parameters[] = {
    {"c1", "MPa", -INFINITY, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "coefficient of the first invariant",
     "Rivlin 1948, Philos Trans R Soc A 241:379"},
    {"c2", "MPa", -INFINITY, INFINITY, PETSC_FALSE, PETSC_FALSE, 0, "coefficient of the second invariant; the shear modulus is 2 (c1 + c2)",
     "Rivlin 1948, Philos Trans R Soc A 241:379"},
};

static void Derive(const PetscReal *values, PetscReal *constants, char *problem)
{
  if (!(values[0] + values[1] > 0))
    (void)snprintf(problem, 512, "c1 + c2 is %g MPa: half the shear modulus, must be positive", (double)(values[0] + values[1]));
  constants[0] = values[0];
  constants[1] = values[1];
}

TAS_INLINE PetscReal Energy(PetscReal i1, PetscReal i2, const PetscReal *constants, PetscInt n)
{
  return constants[0] * i1 + constants[n] * i2;
}

TAS_INLINE TasIsochoricDerivatives Law(PetscReal i1, PetscReal i2, const PetscReal *constants, PetscInt n)
{
  return (TasIsochoricDerivatives){.w1 = constants[0], .w2 = constants[n]};
}

static void Evaluate(const TasPoints *points)
{
  TasIsochoricEvaluate(points, (TasIsochoricModel){Energy, Law, TAS_SECOND_INVARIANT});
}

const TasModel tas_model_mooney_rivlin = {
    .name           = "mooney-rivlin",
    .summary        = "Isotropic rubber-like matrix, linear in both isochoric invariants.",
    .theory         = "mooney-rivlin",
    .part           = TAS_PART_MATRIX,
    .num_parameters = 2,
    .parameters     = parameters,
    .num_constants  = 2,
    .derive         = Derive,
    .evaluate       = Evaluate,
};
