/*
  neo-Hookean matrix:  W = mu/2 (Ibar1 - 3).  Theory: docs/theory/neo-hookean.md
*/
#include "models/isochoric.h"
#include "models/models_impl.h"

static const TasParameter parameters[] = {
    {"mu", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "shear modulus", "Treloar 1943, Trans Faraday Soc 39:241"},
};

static void Derive(const PetscReal *values, PetscReal *constants, char *problem)
{
  constants[0] = values[0] / 2;
}

TAS_INLINE PetscReal Energy(PetscReal i1, PetscReal i2, const PetscReal *constants, PetscInt n)
{
  return constants[0] * i1;
}

TAS_INLINE TasIsochoricDerivatives Law(PetscReal i1, PetscReal i2, const PetscReal *constants, PetscInt n)
{
  return (TasIsochoricDerivatives){.w1 = constants[0]};
}

static void Evaluate(const TasPoints *points)
{
  TasIsochoricEvaluate(points, (TasIsochoricModel){Energy, Law, 0});
}

const TasModel tas_model_neo_hookean = {
    .name           = "neo-hookean",
    .summary        = "Isotropic rubber-like matrix with a constant shear modulus.",
    .theory         = "neo-hookean",
    .part           = TAS_PART_MATRIX,
    .num_parameters = 1,
    .parameters     = parameters,
    .num_constants  = 1,
    .derive         = Derive,
    .evaluate       = Evaluate,
};
