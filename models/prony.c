/*
  Relaxation by a Prony series, of the sum S^e of matrix and fibre stresses:
    S = S^e + sum_i gamma_i H_i,   dH_i/dt + H_i/tau_i = dS^e/dt,   gamma_i = g_i/(1 - sum g)
  S^e is the stress of the relaxed tissue; a sudden deformation meets S^e/(1 - sum g), of which the share g_i is lost with time
  constant tau_i.  Theory and the update of a step: docs/theory/prony.md
*/
#include "models/wrapped.h"
#include <stdio.h>

static const TasParameter parameters[] = {
    {"fraction", "1", 0, 1, PETSC_FALSE, PETSC_FALSE, NAN, "list: share of the instantaneous stress that each term loses; their sum is below 1",
     "Simo 1987, Comput Methods Appl Mech Eng 60:153"},
    {"time", "s", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "list: time constant of each term", "Simo 1987, Comput Methods Appl Mech Eng 60:153"},
};

static void Derive(const PetscReal *values, PetscReal *constants, char *problem)
{
  PetscReal sum = 0;

  for (PetscInt t = 0; t < TAS_PRONY_TERMS; t++) sum += values[t];
  if (!(sum < 1)) (void)snprintf(problem, 512, "the fractions sum to %g, allowed: below 1", (double)sum);
  for (PetscInt t = 0; t < TAS_PRONY_TERMS; t++) {
    constants[t]                   = values[t] / (1 - sum);
    constants[TAS_PRONY_TERMS + t] = values[t] > 0 ? values[TAS_PRONY_TERMS + t] : 1;
  }
}

const TasModel tas_model_prony = {
    .name           = "prony",
    .summary        = "Linear relaxation with several time constants of whatever stress the tissue has.",
    .theory         = "prony",
    .part           = TAS_PART_RELAXATION,
    .num_parameters = 2,
    .parameters     = parameters,
    .max_terms      = TAS_PRONY_TERMS,
    .num_constants  = 2 * TAS_PRONY_TERMS,
    .derive         = Derive,
};
