/*
  Volumetric law  U = K/50 (J^5 + J^-5 - 2).  Theory: docs/theory/hartmann-neff.md
*/
#include "models/models_impl.h"
#include "models/vector_math.h"

static const TasParameter parameters[] = {
    {"K", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "bulk modulus", "Hartmann & Neff 2003, Int J Solids Struct 40:2767"},
};

static void Evaluate(const TasDilatations *points)
{
  const TasDilatations p = *points;

#pragma omp simd
  for (PetscInt i = 0; i < p.n; i++) {
    const PetscReal bulk = p.constants[i], d = p.dilatation[i], jacobian = 1 + d;
    const PetscReal fifth_minus = d * (5 + d * (10 + d * (10 + d * (5 + d)))), fifth = 1 + fifth_minus; /* J^5 - 1, J^5 */

    p.energy[i]   = bulk / 50 * fifth_minus * fifth_minus / fifth;
    p.pressure[i] = bulk / 10 * (fifth_minus + fifth_minus / fifth) / jacobian;
    p.modulus[i]  = bulk / 10 * (4 * fifth + 6 / fifth) / (jacobian * jacobian);
  }
}

const TasModel tas_model_hartmann_neff = {
    .name            = "hartmann-neff",
    .summary         = "Polyconvex, stiffens steeply both ways; for large volume changes.",
    .theory          = "hartmann-neff",
    .part            = TAS_PART_VOLUME,
    .num_parameters  = 1,
    .parameters      = parameters,
    .num_constants   = 1,
    .evaluate_volume = Evaluate,
};
