/*
  Volumetric law  U = K/2 (ln J)^2.  Theory: docs/theory/log-squared.md
*/
#include "models/models_impl.h"
#include "models/vector_math.h"

static const TasParameter parameters[] = {
    {"K", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "bulk modulus", "Maas et al. 2012, J Biomech Eng 134:011005"},
};

static void Evaluate(const TasDilatations *points)
{
  const TasDilatations p = *points;

#pragma omp simd
  for (PetscInt i = 0; i < p.n; i++) {
    const PetscReal bulk = p.constants[i], jacobian = 1 + p.dilatation[i], log_jacobian = log1p(p.dilatation[i]);

    p.energy[i]   = bulk / 2 * log_jacobian * log_jacobian;
    p.pressure[i] = bulk * log_jacobian / jacobian;
    p.modulus[i]  = bulk * (1 - log_jacobian) / (jacobian * jacobian);
  }
}

const TasModel tas_model_log_squared = {
    .name            = "log-squared",
    .summary         = "Quadratic in ln J; softens for J > e, far beyond what a nearly incompressible tissue sees.",
    .theory          = "log-squared",
    .part            = TAS_PART_VOLUME,
    .num_parameters  = 1,
    .parameters      = parameters,
    .num_constants   = 1,
    .evaluate_volume = Evaluate,
};
