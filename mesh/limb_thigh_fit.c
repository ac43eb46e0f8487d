/*
  Makes areas what the dimensions say: those of the muscles in the middle of the thigh, those of the tendons at every height.

  Every muscle's area grows with one factor, of the width of its columns (of the vastus intermedius: of its row): a fixed-point iteration
  finds them.
*/
#include "mesh/limb_thigh.h"
#include <stdio.h>

#define MAX_WIDTH 4.   /* factor of a group's width */
#define TOLERANCE 0.01 /* of a share that is asked for */
#define PASSES    60

/* Areas of the muscles as shares of their sum, tendons counted with their muscles. */
static void MuscleShares(const ThighGrid *grid, const TasPlanePoint *xy, PetscReal *shares)
{
  PetscReal sum = 0;

  for (PetscInt m = 0; m < NUM_MUSCLES; ++m) shares[m] = 0;
  for (PetscInt q = 0; q < grid->cells.section.num_quads; ++q)
    if (grid->quad_tissue[q] < NUM_MUSCLES) shares[grid->quad_tissue[q]] += TasPatchesArea(&grid->cells, xy, q);
  for (PetscInt m = 0; m < NUM_MUSCLES; ++m) sum += shares[m];
  for (PetscInt m = 0; m < NUM_MUSCLES; ++m) shares[m] /= sum;
}

PetscErrorCode ThighFitShares(const PetscReal *values, const ThighGrid *grid, ThighFit *fit, char *problem)
{
  const PetscReal *wanted = &values[THIGH_RECTUS_FEMORIS_SHARE];
  PetscReal        shares[NUM_MUSCLES], left = 1;
  TasPlanePoint   *xy;
  ThighShape       shape;

  PetscFunctionBeginUser;
  for (PetscInt m = 0; m < MUSCLE_ADDUCTORS; ++m) left -= wanted[m];
  if (left < 0.05)
    (void)snprintf(problem, TAS_PROBLEM_LENGTH, "thigh: the shares of the muscles leave %.2f of the cross-section to the adductors, 0.05 needed",
                   (double)left);
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(grid->cells.section.num_nodes, &xy));
  for (PetscInt m = 0; m < NUM_MUSCLES; ++m) fit->muscle[m] = 1;
  for (PetscInt i = 0; i < PASSES; ++i) {
    ThighShapeAt(values, fit, ThighReferenceShare() * values[THIGH_LENGTH], &shape);
    ThighPlace(grid, &shape, xy);
    MuscleShares(grid, xy, shares);
    for (PetscInt m = 0; m < MUSCLE_ADDUCTORS; ++m)
      fit->muscle[m] = PetscMax(1 / MAX_WIDTH, PetscMin(MAX_WIDTH, fit->muscle[m] * wanted[m] / shares[m]));
  }
  for (PetscInt m = 0; m < MUSCLE_ADDUCTORS && !problem[0]; ++m)
    if (PetscAbsReal(shares[m] - wanted[m]) > TOLERANCE)
      (void)snprintf(problem, TAS_PROBLEM_LENGTH,
                     "thigh: %s of %g cannot be reached with this girth, femur and the other shares; the nearest is %.3f",
                     tas_limb_thigh.dimensions[THIGH_RECTUS_FEMORIS_SHARE + m].key, (double)wanted[m], (double)shares[m]);
  PetscCall(PetscFree(xy));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const TasTendonRule rules[NUM_TENDONS] = {
    {THIGH_QUADRICEPS_TENDON_START, THIGH_RECTUS_FEMORIS_BELLY_END, THIGH_QUADRICEPS_TENDON_AREA, 0.4, 0.12, PETSC_FALSE},
    {THIGH_BICEPS_FEMORIS_TENDON_START, THIGH_BICEPS_FEMORIS_BELLY_END, THIGH_BICEPS_FEMORIS_TENDON_AREA, 0.4, 0.12, PETSC_FALSE},
    {THIGH_MEDIAL_HAMSTRING_TENDON_START, THIGH_MEDIAL_HAMSTRINGS_BELLY_END, THIGH_MEDIAL_HAMSTRING_TENDON_AREA, 0.4, 0.12, PETSC_FALSE},
    {THIGH_ADDUCTOR_TENDON_START, THIGH_ADDUCTORS_BELLY_END, THIGH_ADDUCTOR_TENDON_AREA, 0.4, 0.12, PETSC_FALSE},
};

/* Makes the groups of a tendon's cells wider or narrower: the quadriceps tendon thicker, the others as much thicker as wider. */
static void Widen(ThighShape *s, PetscInt tendon, PetscReal factor)
{
  static const PetscInt columns[NUM_TENDONS] = {COLUMN_RECTUS_TENDON, COLUMN_BICEPS_TENDON, COLUMN_HAMSTRING_TENDON, COLUMN_ADDUCTOR_TENDON};
  const PetscInt        row = tendon == TENDON_BICEPS || tendon == TENDON_HAMSTRING ? ROW_TENDON : ROW_SHEET, column = columns[tendon];
  const PetscInt        around  = tendon == TENDON_QUADRICEPS ? 2 : 1; /* columns on either side */
  const PetscReal       thicker = tendon == TENDON_QUADRICEPS ? factor : PetscSqrtReal(factor);

  for (PetscInt c = column - around; c <= column + around; ++c) s->rows[c][row] *= thicker;
  s->outline_columns[column] *= factor / thicker;
}

static void PlaceWidened(const void *context, PetscReal z, const PetscReal *factors, TasPlanePoint *xy)
{
  const Thigh *thigh = context;
  ThighShape   shape;

  ThighShapeAt(thigh->values, thigh->fit, z, &shape);
  for (PetscInt t = 0; t < NUM_TENDONS; ++t) Widen(&shape, t, factors[t]);
  ThighPlace(thigh->grid, &shape, xy);
}

static TasTendonFit TendonFit(const Thigh *thigh)
{
  return (TasTendonFit){.patches     = &thigh->grid->cells,
                        .quad_tendon = thigh->grid->quad_tendon,
                        .values      = thigh->values,
                        .num         = NUM_TENDONS,
                        .rules       = rules,
                        .place       = PlaceWidened,
                        .context     = thigh};
}

void ThighPlaceAt(const void *thigh, PetscReal z, TasPlanePoint *xy)
{
  const TasTendonFit fit = TendonFit(thigh);

  TasTendonsPlace(&fit, z, z / fit.values[THIGH_LENGTH], xy);
}

PetscErrorCode ThighCheckTendons(const Thigh *thigh, char *problem)
{
  const TasTendonFit fit   = TendonFit(thigh);
  const PetscReal    share = fit.values[THIGH_LOWER_END];
  char               where[128];

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(where, sizeof(where), "at the lower end with knee_girth %g mm and this femur", (double)fit.values[THIGH_KNEE_GIRTH]));
  PetscCall(TasTendonsCheck(&fit, &tas_limb_thigh, share * fit.values[THIGH_LENGTH], share, where, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}
