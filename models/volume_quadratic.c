/*
  Volumetric law  U = K/2 (J - 1)^2.  Theory: docs/theory/quadratic.md
*/
#include "models/models_impl.h"
#include "models/vector_math.h"

static const TasParameter parameters[] = {
    {"K", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "bulk modulus",
     "Holzapfel 2000, Nonlinear Solid Mechanics, Wiley, section 6.5"},
};

static void Evaluate(const TasDilatations *points)
{
  const TasDilatations p = *points;

#pragma omp simd
  for (PetscInt i = 0; i < p.n; i++) {
    const PetscReal bulk = p.constants[i], dilatation = p.dilatation[i];

    p.energy[i]   = bulk / 2 * dilatation * dilatation;
    p.pressure[i] = bulk * dilatation;
    p.modulus[i]  = bulk;
  }
}

const TasModel tas_model_quadratic = {
    .name            = "quadratic",
    .summary         = "Constant modulus; finite energy at J = 0, so it does not prevent collapse.",
    .theory          = "quadratic",
    .part            = TAS_PART_VOLUME,
    .num_parameters  = 1,
    .parameters      = parameters,
    .num_constants   = 1,
    .evaluate_volume = Evaluate,
};
