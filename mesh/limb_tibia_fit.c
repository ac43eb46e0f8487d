/*
  Makes areas what the dimensions say: those of the muscles at the widest calf, those of the tendons at every height.

  Areas are monotone in one parameter each (the angle of a septum, the width of a group), with little influence on each other:
  a damped fixed-point iteration finds them.
*/
#include "mesh/limb_tibia.h"
#include <stdio.h>

#define MAX_TURN 1.0       /* rad: a septum that is turned further makes flat cells */
#define MAX_WIDTH 4.       /* factor of a group's width */
#define TOLERANCE 0.01     /* of a share that is asked for */

static const TibiaDimension share_dimension[] = {
    TIBIA_TIBIALIS_ANTERIOR_SHARE, TIBIA_TOE_EXTENSORS_SHARE, TIBIA_PERONEI_SHARE, TIBIA_DEEP_FLEXORS_SHARE, -1, TIBIA_GASTROCNEMIUS_SHARE};

/* Areas of the muscles as shares of their sum, tendons counted with their muscles; and the sum. */
static PetscReal MuscleShares(const TibiaGrid *grid, const TasPlanePoint *xy, PetscReal *shares)
{
  PetscReal sum = 0;

  for (PetscInt m = 0; m < NUM_MUSCLES; ++m) shares[m] = 0;
  for (PetscInt q = 0; q < grid->cells.section.num_quads; ++q)
    if (grid->quad_muscle[q] < NUM_MUSCLES) shares[grid->quad_muscle[q]] += TasPatchesArea(&grid->cells, xy, q);
  for (PetscInt m = 0; m < NUM_MUSCLES; ++m) sum += shares[m];
  for (PetscInt m = 0; m < NUM_MUSCLES; ++m) shares[m] /= sum;
  return sum;
}

static PetscReal Limit(PetscReal value, PetscReal low, PetscReal high)
{
  return PetscMax(low, PetscMin(high, value));
}

static void ImproveFit(const PetscReal *values, const PetscReal *shares, PetscReal area, PetscReal arm, TibiaFit *fit)
{
  const PetscReal turn      = area / PetscSqr(arm); /* rad by which a septum turns for a share of 1/2 */
  const PetscReal anterior  = shares[TISSUE_TIBIALIS_ANTERIOR] + shares[TISSUE_TOE_EXTENSORS];
  const PetscReal wanted_ta = values[TIBIA_TIBIALIS_ANTERIOR_SHARE], wanted_ext = values[TIBIA_TOE_EXTENSORS_SHARE];
  const PetscReal excess = anterior - wanted_ta - wanted_ext, lateral = shares[TISSUE_PERONEI] - values[TIBIA_PERONEI_SHARE];
  const PetscReal ratio = wanted_ext / wanted_ta * shares[TISSUE_TIBIALIS_ANTERIOR] / shares[TISSUE_TOE_EXTENSORS];

  fit->turn[0]   = Limit(fit->turn[0] + turn * excess, -MAX_TURN, MAX_TURN);
  fit->turn[1]   = Limit(fit->turn[1] + turn * (excess + lateral), -MAX_TURN, MAX_TURN);
  fit->extensors = Limit(fit->extensors * ratio, 1 / MAX_WIDTH, MAX_WIDTH);
  fit->deep      = Limit(fit->deep * values[TIBIA_DEEP_FLEXORS_SHARE] / shares[TISSUE_DEEP_FLEXORS], 1 / MAX_WIDTH, MAX_WIDTH);
  fit->gastrocnemius =
      Limit(fit->gastrocnemius * values[TIBIA_GASTROCNEMIUS_SHARE] / shares[TISSUE_GASTROCNEMIUS], 1 / MAX_WIDTH, MAX_WIDTH);
}

PetscErrorCode TibiaFitShares(const PetscReal *values, const TibiaGrid *grid, TibiaFit *fit, char *problem)
{
  TasPlanePoint *xy;
  TibiaShape  shape;
  PetscReal   shares[NUM_MUSCLES];

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(grid->cells.section.num_nodes, &xy));
  *fit = (TibiaFit){.extensors = 1, .deep = 1, .gastrocnemius = 1};
  for (PetscInt i = 0; i < 60; ++i) {
    PetscReal area;

    TibiaShapeAt(values, fit, TibiaWidestShare() * values[TIBIA_LENGTH], &shape);
    TibiaPlace(grid, &shape, xy);
    area = MuscleShares(grid, xy, shares);
    ImproveFit(values, shares, area, shape.outline.radius, fit);
  }
  for (PetscInt m = 0; m < NUM_MUSCLES && !problem[0]; ++m) {
    const PetscInt dimension = share_dimension[m];

    if (dimension < 0 || PetscAbsReal(shares[m] - values[dimension]) < TOLERANCE) continue;
    (void)snprintf(problem, TAS_PROBLEM_LENGTH,
                   "tibia: %s of %g cannot be reached with these girths, bones and other shares; the nearest is %.3f",
                   tas_limb_tibia.dimensions[dimension].key, (double)values[dimension], (double)shares[m]);
  }
  PetscCall(PetscFree(xy));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const TasTendonRule rules[NUM_TENDONS] = {
    {TIBIA_TIBIALIS_ANTERIOR_TENDON_START, TIBIA_TIBIALIS_ANTERIOR_BELLY_END, TIBIA_TIBIALIS_ANTERIOR_TENDON_AREA, 0.4, 0.12, PETSC_FALSE},
    {TIBIA_TOE_EXTENSOR_TENDON_START, TIBIA_TOE_EXTENSORS_BELLY_END, TIBIA_TOE_EXTENSOR_TENDON_AREA, 0.4, 0.12, PETSC_FALSE},
    {TIBIA_PERONEAL_TENDON_START, TIBIA_PERONEI_BELLY_END, TIBIA_PERONEAL_TENDON_AREA, 0.4, 0.12, PETSC_FALSE},
    {TIBIA_DEEP_FLEXOR_TENDON_START, TIBIA_DEEP_FLEXORS_BELLY_END, TIBIA_DEEP_FLEXOR_TENDON_AREA, 0.4, 0.12, PETSC_FALSE},
    {TIBIA_GASTROCNEMIUS_BELLY_END, TIBIA_SOLEUS_BELLY_END, TIBIA_ACHILLES_TENDON_AREA, 1, 0.1, PETSC_TRUE},
};

/* Makes the groups of a tendon's cells wider or narrower. */
static void Widen(TibiaShape *shape, PetscInt tendon, PetscReal factor)
{
  switch (tendon) {
  case 0:
    shape->anterior_top[1] *= factor;
    break;
  case 1:
    shape->anterior_top[3] *= factor;
    break;
  case 2:
    shape->lateral_top[2] *= PetscSqrtReal(factor);
    shape->front_rows[OUTER_TENDON] *= PetscSqrtReal(factor);
    shape->back_rows[OUTER_TENDON] *= PetscSqrtReal(factor);
    break;
  case 3:
    shape->spine_rows[DEEP_TENDON] *= factor;
    shape->border_rows[DEEP_TENDON] *= factor;
    break;
  default: /* as much thicker as wider */
    for (PetscInt i = 1; i < 4; ++i) shape->posterior_top[i] *= PetscSqrtReal(factor);
    shape->spine_rows[NUM_DEEP + OUTER_TENDON] *= PetscSqrtReal(factor);
    shape->back_rows[OUTER_TENDON] *= PetscSqrtReal(factor);
  }
}

static void PlaceWidened(const void *context, PetscReal z, const PetscReal *factors, TasPlanePoint *xy)
{
  const TibiaLeg *leg = context;
  TibiaShape      shape;

  TibiaShapeAt(leg->values, leg->fit, z, &shape);
  for (PetscInt t = 0; t < NUM_TENDONS; ++t) Widen(&shape, t, factors[t]);
  TibiaPlace(leg->grid, &shape, xy);
}

static TasTendonFit TendonFit(const TibiaLeg *leg)
{
  return (TasTendonFit){.patches     = &leg->grid->cells,
                        .quad_tendon = leg->grid->quad_tendon,
                        .values      = leg->values,
                        .num         = NUM_TENDONS,
                        .rules       = rules,
                        .place       = PlaceWidened,
                        .context     = leg};
}

void TibiaPlaceAt(const void *leg, PetscReal z, TasPlanePoint *xy)
{
  const TasTendonFit fit = TendonFit(leg);

  TasTendonsPlace(&fit, z, z / fit.values[TIBIA_LENGTH], xy);
}

PetscErrorCode TibiaCheckTendons(const TibiaLeg *leg, char *problem)
{
  const TasTendonFit fit = TendonFit(leg);
  char               where[128];

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(where, sizeof(where), "in an ankle with ankle_girth %g mm and these bones", (double)fit.values[TIBIA_ANKLE_GIRTH]));
  PetscCall(TasTendonsCheck(&fit, &tas_limb_tibia, 0, 0, where, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}
