/*
  Checks that limbs share: dimensions in their ranges and in order, and cells that are good enough.
*/
#include "mesh/limb_sweep.h"
#include <stdio.h>

#define MAX_CELLS 50000000 /* cells * 8 corners stay far below a 32-bit PetscInt */
#define LEAST_QUALITY 0.2  /* scaled Jacobian that is promised */

PetscErrorCode TasLimbCheckValues(const TasLimb *limb, const PetscReal *values, PetscInt cells, char *problem)
{
  PetscFunctionBeginUser;
  problem[0] = '\0';
  if (cells < 1 || cells > MAX_CELLS) {
    (void)snprintf(problem, TAS_PROBLEM_LENGTH, "%s: cells is %ld, allowed are 1 to %d", limb->name, (long)cells, MAX_CELLS);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (PetscInt i = 0; i < limb->num_dimensions; ++i) {
    const TasDimension *d = &limb->dimensions[i];

    if (values[i] >= d->low && values[i] <= d->high) continue; /* NaN is in no range */
    (void)snprintf(problem, TAS_PROBLEM_LENGTH, "%s: %s is %g %s, allowed are %g to %g", limb->name, d->key, (double)values[i], d->unit,
                   (double)d->low, (double)d->high);
    break;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLimbCheckOrder(const TasLimb *limb, const PetscReal *values, PetscInt num, const PetscInt (*pairs)[2], char *problem)
{
  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < num && !problem[0]; ++i) {
    const PetscInt a = pairs[i][0], b = pairs[i][1];

    if (values[a] >= values[b])
      (void)snprintf(problem, TAS_PROBLEM_LENGTH, "%s: %s (%g) must lie below %s (%g)", limb->name, limb->dimensions[a].key,
                     (double)values[a], limb->dimensions[b].key, (double)values[b]);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* How far a value lies from its default, as a share of the way to its limit. */
static PetscReal Distance(const TasDimension *d, PetscReal value)
{
  return value > d->standard ? (value - d->standard) / (d->high - d->standard) : (d->standard - value) / (d->standard - d->low);
}

PetscErrorCode TasLimbCheckQuality(const TasLimb *limb, const PetscReal *values, const TasMeshData *data, char *problem)
{
  PetscReal *quality;
  PetscInt   worst = 0, first = 0, second = 1;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(data->num_cells, &quality));
  PetscCall(TasMeshDataQuality(data, quality));
  for (PetscInt c = 0; c < data->num_cells; ++c)
    if (!(quality[c] >= quality[worst])) worst = c;
  for (PetscInt i = 0; i < limb->num_dimensions; ++i) {
    const PetscReal distance = Distance(&limb->dimensions[i], values[i]);

    if (distance > Distance(&limb->dimensions[first], values[first]))
      second = first, first = i;
    else if (i != first && distance > Distance(&limb->dimensions[second], values[second]))
      second = i;
  }
  if (!(quality[worst] >= LEAST_QUALITY))
    (void)snprintf(problem, TAS_PROBLEM_LENGTH,
                   "%s: these dimensions together distort the cells (scaled Jacobian %.2f in %s at z = %.0f mm, %g needed); furthest "
                   "from their defaults are %s and %s",
                   limb->name, (double)quality[worst], data->tissue_names[data->cell_tissue[worst]],
                   (double)data->points[3 * data->cells[8 * worst] + 2], (double)LEAST_QUALITY, limb->dimensions[first].key,
                   limb->dimensions[second].key);
  PetscCall(PetscFree(quality));
  PetscFunctionReturn(PETSC_SUCCESS);
}
