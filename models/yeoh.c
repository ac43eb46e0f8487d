/*
  Yeoh matrix:  W = c1 i + c2 i^2 + c3 i^3,  i = Ibar1 - 3.  Theory: docs/theory/yeoh.md
*/
#include "models/isochoric.h"
#include "models/models_impl.h"

#define SOURCE "Yeoh 1993, Rubber Chem Technol 66:754"

static const TasParameter parameters[] = {
    {"c1", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "half the initial shear modulus", SOURCE},
    {"c2", "MPa", -INFINITY, INFINITY, PETSC_FALSE, PETSC_FALSE, 0, "quadratic coefficient; negative softens at moderate strain", SOURCE},
    {"c3", "MPa", 0, INFINITY, PETSC_TRUE, PETSC_FALSE, 0, "cubic coefficient, stiffens at large strain", SOURCE},
};

TAS_INLINE PetscReal Energy(PetscReal i1, PetscReal i2, const PetscReal *constants, PetscInt n)
{
  return i1 * (constants[0] + i1 * (constants[n] + i1 * constants[2 * n]));
}

TAS_INLINE TasIsochoricDerivatives Law(PetscReal i1, PetscReal i2, const PetscReal *constants, PetscInt n)
{
  const PetscReal c1 = constants[0], c2 = constants[n], c3 = constants[2 * n];

  return (TasIsochoricDerivatives){.w1 = c1 + i1 * (2 * c2 + 3 * c3 * i1), .w11 = 2 * c2 + 6 * c3 * i1};
}

static void Evaluate(const TasPoints *points)
{
  TasIsochoricEvaluate(points, (TasIsochoricModel){Energy, Law, TAS_CURVED});
}

const TasModel tas_model_yeoh = {
    .name           = "yeoh",
    .summary        = "Isotropic matrix, a cubic of the first isochoric invariant.",
    .theory         = "yeoh",
    .part           = TAS_PART_MATRIX,
    .num_parameters = 3,
    .parameters     = parameters,
    .num_constants  = 3,
    .evaluate       = Evaluate,
};
