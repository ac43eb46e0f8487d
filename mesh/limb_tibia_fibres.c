/*
  The directions of the leg's fibres and sheets, cell by cell.

  The lines of the sweep follow every belly, tendon and layer from one end to the other: that is the direction of tendons, fascia and
  skin.  The fibres of a muscle are tilted from it by the pennation, towards the nearest part of the muscle's tendon (or of the cells
  in the same place where the tendon has not yet begun).  With the thickness of the belly this gives fibres of the length measured by
  dissection; a Laplace field from the long origins on the bones to the long tendons would run straight across, at 45 to 65 degrees.
*/
#include "mesh/limb_tibia.h"

#define FULL_TILT 6. /* mm from the tendon's middle beyond which the tilt is whole */

static const TibiaDimension pennation[NUM_MUSCLES] = {
    TIBIA_TIBIALIS_ANTERIOR_PENNATION, TIBIA_TOE_EXTENSORS_PENNATION, TIBIA_PERONEI_PENNATION,
    TIBIA_DEEP_FLEXORS_PENNATION,      TIBIA_SOLEUS_PENNATION,        TIBIA_GASTROCNEMIUS_PENNATION};
static const PetscInt tendon_of[NUM_MUSCLES] = {0, 1, 2, 3, 4, 4};

/* The quadrilaterals of every tendon. */
typedef struct {
  PetscInt  num[NUM_TENDONS];
  PetscInt *quads; /* [NUM_TENDONS][num_quads] */
} Cores;

static PetscErrorCode FindCores(const TibiaGrid *grid, Cores *cores)
{
  const PetscInt num_quads = grid->section.num_quads;

  PetscFunctionBeginUser;
  PetscCall(PetscMemzero(cores, sizeof(*cores)));
  PetscCall(PetscMalloc1(NUM_TENDONS * num_quads, &cores->quads));
  for (PetscInt q = 0; q < num_quads; ++q) {
    TibiaTissue muscle;
    PetscInt    tendon;

    TibiaQuadTissue(grid, q, &muscle, &tendon);
    if (tendon >= 0) cores->quads[tendon * num_quads + cores->num[tendon]++] = q;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

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
static void SweepDirections(const TasMeshData *data, PetscInt cell, PetscReal *fibre, PetscReal *sheet)
{
  static const PetscInt along_u[4][2] = {{1, 0}, {2, 3}, {5, 4}, {6, 7}}, along_v[4][2] = {{3, 0}, {2, 1}, {7, 4}, {6, 5}};
  const PetscInt       *corner = &data->cells[8 * cell];
  const PetscBool       septum = (PetscBool)(data->cell_tissue[cell] == TISSUE_SEPTUM);

  for (PetscInt x = 0; x < 3; ++x) fibre[x] = sheet[x] = 0;
  for (PetscInt i = 0; i < 4; ++i) {
    const PetscInt *across = septum ? along_v[i] : along_u[i];

    Subtract(&data->points[3 * corner[i]], &data->points[3 * corner[i + 4]], fibre);
    Subtract(&data->points[3 * corner[across[0]]], &data->points[3 * corner[across[1]]], sheet);
  }
  Normalise(NULL, fibre);
  Normalise(fibre, sheet);
}

static TibiaPoint Centre(const TasMeshData *data, PetscInt cell)
{
  TibiaPoint centre = {0, 0};

  for (PetscInt i = 0; i < 8; ++i) {
    centre.x += data->points[3 * data->cells[8 * cell + i]] / 8;
    centre.y += data->points[3 * data->cells[8 * cell + i] + 1] / 8;
  }
  return centre;
}

/* Turns a muscle's fibre by its pennation towards the nearest of the tendon's cells in the layer. */
static void Tilt(const PetscReal *values, TibiaTissue muscle, const TibiaPoint *centres, const Cores *cores, PetscInt num_quads,
                 const TibiaPoint *here, PetscReal *fibre)
{
  const PetscInt tendon = tendon_of[muscle], *quads = &cores->quads[tendon * num_quads];
  PetscReal      nearest = PETSC_MAX_REAL, towards[3] = {0}, angle;

  for (PetscInt i = 0; i < cores->num[tendon]; ++i) {
    const PetscReal dx = centres[quads[i]].x - here->x, dy = centres[quads[i]].y - here->y, square = dx * dx + dy * dy;

    if (square >= nearest) continue;
    nearest    = square;
    towards[0] = dx;
    towards[1] = dy;
  }
  if (nearest == 0) return; /* in the tendon's own place */
  angle = values[pennation[muscle]] * PETSC_PI / 180 * TibiaStep(0, FULL_TILT, PetscSqrtReal(nearest));
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

PetscErrorCode TibiaAddFibres(const PetscReal *values, const TibiaGrid *grid, TasSweep *sweep)
{
  const PetscInt num_quads = grid->section.num_quads;
  TasMeshData   *data      = sweep->data;
  PetscReal     *fibre, *sheet;
  TibiaPoint    *centres;
  Cores          cores;

  PetscFunctionBeginUser;
  PetscCall(AddField(data, "fibre", &fibre));
  PetscCall(AddField(data, "sheet", &sheet));
  PetscCall(FindCores(grid, &cores));
  PetscCall(PetscMalloc1(num_quads, &centres));
  for (PetscInt layer = 0; layer < sweep->num_layers; ++layer) {
    for (PetscInt q = 0; q < num_quads; ++q) centres[q] = Centre(data, layer * num_quads + q);
    for (PetscInt q = 0, c = layer * num_quads; q < num_quads; ++q, ++c) {
      const TibiaTissue tissue = (TibiaTissue)data->cell_tissue[c];

      SweepDirections(data, c, &fibre[3 * c], &sheet[3 * c]);
      if (tissue >= NUM_MUSCLES) continue;
      Tilt(values, tissue, centres, &cores, num_quads, &centres[q], &fibre[3 * c]);
      Normalise(&fibre[3 * c], &sheet[3 * c]);
    }
  }
  PetscCall(PetscFree(centres));
  PetscCall(PetscFree(cores.quads));
  PetscFunctionReturn(PETSC_SUCCESS);
}
