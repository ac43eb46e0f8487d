/*
  The directions of fibres and sheets of a swept limb, cell by cell.

  The lines of the sweep follow every belly, tendon and layer from one end to the other: that is the direction of tendons, fascia and
  skin.  The fibres of a muscle are tilted from it by the pennation, towards the nearest part of the muscle's tendon (or of the cells
  in the same place where the tendon has not yet begun).  With the thickness of the belly this gives fibres of the length measured by
  dissection; a Laplace field from the long origins on the bones to the long tendons would run straight across, at 45 to 65 degrees.
*/
#include "mesh/limb_patches.h"

static void Subtract(const PetscReal *a, const PetscReal *b, PetscReal *sum)
{
  for (PetscInt x = 0; x < 3; ++x) sum[x] += a[x] - b[x];
}

static PetscReal Dot(const PetscReal *a, const PetscReal *b)
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* Makes v a unit vector at right angles to the unit vector n (which may be NULL). */
static void Normalise(const PetscReal *n, PetscReal *v)
{
  const PetscReal along = n ? Dot(n, v) : 0;
  PetscReal       length;

  for (PetscInt x = 0; x < 3 && n; ++x) v[x] -= along * n[x];
  length = PetscSqrtReal(Dot(v, v));
  for (PetscInt x = 0; x < 3; ++x) v[x] /= length;
}

/* Fibre: down the lines of the sweep.  Sheet: across them within the layer; septa are layers turned by a right angle. */
static void SweepDirections(const TasMeshData *data, PetscInt cell, PetscBool septum, PetscReal *fibre, PetscReal *sheet)
{
  static const PetscInt along_u[4][2] = {{1, 0}, {2, 3}, {5, 4}, {6, 7}}, along_v[4][2] = {{3, 0}, {2, 1}, {7, 4}, {6, 5}};
  const PetscInt       *corner        = &data->cells[8 * cell];

  for (PetscInt x = 0; x < 3; ++x) fibre[x] = sheet[x] = 0;
  for (PetscInt i = 0; i < 4; ++i) {
    const PetscInt *across = septum ? along_v[i] : along_u[i];

    Subtract(&data->points[3 * corner[i]], &data->points[3 * corner[i + 4]], fibre);
    Subtract(&data->points[3 * corner[across[0]]], &data->points[3 * corner[across[1]]], sheet);
  }
  Normalise(NULL, fibre);
  Normalise(fibre, sheet);
}

static TasPlanePoint Centre(const TasMeshData *data, PetscInt cell)
{
  TasPlanePoint centre = {0, 0};

  for (PetscInt i = 0; i < 8; ++i) {
    centre.x += data->points[3 * data->cells[8 * cell + i]] / 8;
    centre.y += data->points[3 * data->cells[8 * cell + i] + 1] / 8;
  }
  return centre;
}

/* Turns a muscle's fibre by its pennation towards the nearest of the tendon's cells in the layer. */
static void Tilt(const TasFibreRule *rule, const TasPlanePoint *centres, PetscInt num_quads, const PetscInt *quad_tendon,
                 const TasPlanePoint *here, PetscReal *fibre)
{
  PetscReal nearest = PETSC_MAX_REAL, towards[3] = {0}, angle;

  for (PetscInt q = 0; q < num_quads; ++q) {
    const PetscReal dx = centres[q].x - here->x, dy = centres[q].y - here->y, square = dx * dx + dy * dy;

    if (quad_tendon[q] != rule->tendon || square >= nearest) continue;
    nearest    = square;
    towards[0] = dx;
    towards[1] = dy;
  }
  if (nearest == 0) return; /* in the tendon's own place */
  angle = rule->pennation * TasStep(0, rule->full_tilt, PetscSqrtReal(nearest));
  Normalise(fibre, towards);
  for (PetscInt x = 0; x < 3; ++x) fibre[x] = PetscCosReal(angle) * fibre[x] + PetscSinReal(angle) * towards[x];
}

static PetscErrorCode AddField(TasMeshData *data, const char *name, PetscReal **values)
{
  const PetscInt n = data->num_fields;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(3 * data->num_cells, values));
  PetscCall(PetscRealloc((size_t)(n + 1) * sizeof(*data->fields), &data->fields));
  PetscCall(PetscStrncpy(data->fields[n].name, name, TAS_NAME_LENGTH));
  data->fields[n].num_components = 3;
  data->fields[n].values         = *values;
  data->num_fields               = n + 1;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSweepAddFibres(TasSweep *sweep, const PetscInt *quad_tendon, const TasFibreRule *rules)
{
  const PetscInt num_quads = sweep->section->num_quads;
  TasMeshData   *data      = sweep->data;
  PetscReal     *fibre, *sheet;
  TasPlanePoint *centres;

  PetscFunctionBeginUser;
  PetscCall(AddField(data, "fibre", &fibre));
  PetscCall(AddField(data, "sheet", &sheet));
  PetscCall(PetscMalloc1(num_quads, &centres));
  for (PetscInt layer = 0; layer < sweep->num_layers; ++layer) {
    for (PetscInt q = 0; q < num_quads; ++q) centres[q] = Centre(data, layer * num_quads + q);
    for (PetscInt q = 0, c = layer * num_quads; q < num_quads; ++q, ++c) {
      const TasFibreRule *rule = &rules[data->cell_tissue[c]];

      SweepDirections(data, c, rule->kind == TAS_FIBRE_SEPTUM ? PETSC_TRUE : PETSC_FALSE, &fibre[3 * c], &sheet[3 * c]);
      if (rule->kind != TAS_FIBRE_MUSCLE) continue;
      Tilt(rule, centres, num_quads, quad_tendon, &centres[q], &fibre[3 * c]);
      Normalise(&fibre[3 * c], &sheet[3 * c]);
    }
  }
  PetscCall(PetscFree(centres));
  PetscFunctionReturn(PETSC_SUCCESS);
}
