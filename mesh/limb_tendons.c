#include "mesh/limb_tendons.h"
#include <stdio.h>

#define AREA_TOLERANCE 0.1 /* of a tendon's area, relative */
#define PASSES 12

static void Areas(const TasTendonFit *fit, const TasPlanePoint *xy, PetscReal *areas)
{
  for (PetscInt t = 0; t < fit->num; ++t) areas[t] = 0;
  for (PetscInt q = 0; q < fit->patches->section.num_quads; ++q) {
    const PetscInt tendon = fit->quad_tendon[q];

    if (tendon >= 0 && tendon < fit->num) areas[tendon] += TasPatchesArea(fit->patches, xy, q);
  }
}

static PetscReal WantedArea(const PetscReal *values, const TasTendonRule *rule, PetscReal share)
{
  return values[rule->area] * (1 - (1 - rule->at_start) * TasStep(values[rule->end], values[rule->start], share));
}

void TasTendonsPlace(const TasTendonFit *fit, PetscReal z, PetscReal share, TasPlanePoint *xy)
{
  PetscReal factors[TAS_MAX_TENDONS], areas[TAS_MAX_TENDONS];

  for (PetscInt t = 0; t < fit->num; ++t) factors[t] = 1;
  for (PetscInt i = 0; i < PASSES; ++i) {
    fit->place(fit->context, z, factors, xy);
    Areas(fit, xy, areas);
    for (PetscInt t = 0; t < fit->num; ++t)
      factors[t] = PetscMax(0.1, PetscMin(12, factors[t] * WantedArea(fit->values, &fit->rules[t], share) / areas[t]));
  }
  for (PetscInt t = 0; t < fit->num; ++t) {
    const TasTendonRule *rule = &fit->rules[t];
    const PetscReal      from = rule->from_end ? fit->values[rule->end] + rule->passage : fit->values[rule->start];

    factors[t] = PetscPowReal(factors[t], 1 - TasStep(from, from + rule->passage, share));
  }
  fit->place(fit->context, z, factors, xy);
}

PetscErrorCode TasTendonsCheck(const TasTendonFit *fit, const TasLimb *limb, PetscReal z, PetscReal share, const char *where, char *problem)
{
  TasPlanePoint *xy;
  PetscReal      areas[TAS_MAX_TENDONS];

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(fit->patches->section.num_nodes, &xy));
  TasTendonsPlace(fit, z, share, xy);
  Areas(fit, xy, areas);
  PetscCall(PetscFree(xy));
  for (PetscInt t = 0; t < fit->num && !problem[0]; ++t) {
    const PetscInt area = fit->rules[t].area;

    if (PetscAbsReal(areas[t] - fit->values[area]) < AREA_TOLERANCE * fit->values[area]) continue;
    (void)snprintf(problem, TAS_PROBLEM_LENGTH, "%s: %s of %g mm^2 does not fit %s; the nearest is %.0f mm^2", limb->name,
                   limb->dimensions[area].key, (double)fit->values[area], where, (double)areas[t]);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
