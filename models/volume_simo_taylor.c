/*
  Volumetric law  U = K/2 ((J^2 - 1)/2 - ln J).  Theory: docs/theory/simo-taylor.md
*/
#include "models/models_impl.h"
#include "models/vector_math.h"

static const TasParameter parameters[] = {
    {"K", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "bulk modulus", "Simo & Taylor 1982, Int J Numer Methods Eng 18:1201"},
};

static void Evaluate(const TasDilatations *points)
{
  const TasDilatations p = *points;

#pragma omp simd
  for (PetscInt i = 0; i < p.n; i++) {
    const PetscReal bulk = p.constants[i], dilatation = p.dilatation[i], jacobian = 1 + dilatation;

    /* (J^2 - 1)/2 - ln J = (J - 1)^2/2 + (J - 1 - ln J) */
    p.energy[i]   = bulk / 2 * (dilatation * dilatation / 2 + TasArgumentMinusLog1p(dilatation));
    p.pressure[i] = bulk / 2 * dilatation * (2 + dilatation) / jacobian;
    p.modulus[i]  = bulk / 2 * (1 + 1 / (jacobian * jacobian));
  }
}

const TasModel tas_model_simo_taylor = {
    .name            = "simo-taylor",
    .summary         = "Convex for every J; resists both collapse and unbounded expansion.",
    .theory          = "simo-taylor",
    .part            = TAS_PART_VOLUME,
    .num_parameters  = 1,
    .parameters      = parameters,
    .num_constants   = 1,
    .evaluate_volume = Evaluate,
};
