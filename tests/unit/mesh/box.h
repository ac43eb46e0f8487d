#pragma once
/*
  Boxes of hexahedra or tetrahedra for the tests of mesh/, bent by a map of the points where wanted.
*/
#include "mesh/mesh_data.h"
#include <string.h>

typedef struct {
  TasShape  shape;
  PetscInt  n[3]; /* cells along x, y, z (six tetrahedra in each) */
  PetscReal length[3];
  void (*map)(PetscReal x[3]); /* or NULL */
} Box;

static inline PetscInt BoxPoint(const Box *box, PetscInt i, PetscInt j, PetscInt k)
{
  return i + (box->n[0] + 1) * (j + (box->n[1] + 1) * k);
}

static inline void BoxCorners(const Box *box, PetscInt i, PetscInt j, PetscInt k, PetscInt corner[8])
{
  const PetscInt bottom[4] = {BoxPoint(box, i, j, k), BoxPoint(box, i + 1, j, k), BoxPoint(box, i + 1, j + 1, k),
                              BoxPoint(box, i, j + 1, k)};
  const PetscInt rise      = BoxPoint(box, 0, 0, 1);

  for (PetscInt c = 0; c < 4; c++) {
    corner[c]     = bottom[c];
    corner[c + 4] = bottom[c] + rise;
  }
}

/* Kuhn's six tetrahedra: conforming from cell to cell, all along the diagonal from corner 0 to 6. */
static const PetscInt kuhn[6][4] = {{0, 1, 2, 6}, {0, 2, 3, 6}, {0, 3, 7, 6}, {0, 7, 4, 6}, {0, 4, 5, 6}, {0, 5, 1, 6}};

static inline void BoxAddCells(const Box *box, const PetscInt corner[8], PetscInt tissue, TasMeshData *data)
{
  const PetscInt width = box->shape == TAS_SHAPE_HEX ? 8 : 4, pieces = box->shape == TAS_SHAPE_HEX ? 1 : 6;

  for (PetscInt p = 0; p < pieces; p++) {
    PetscInt *cell = data->cells + width * data->num_cells;
    for (PetscInt k = 0; k < width; k++) cell[k] = box->shape == TAS_SHAPE_HEX ? corner[k] : corner[kuhn[p][k]];
    data->cell_tissue[data->num_cells++] = tissue;
  }
}

/* A square of four corners as one facet or the two triangles that Kuhn's tetrahedra have there (along its shorter diagonal in kuhn's
   sense: from the corner of lowest to that of highest number). */
static inline void BoxAddFacet(const Box *box, const PetscInt square[4], PetscInt surface, TasMeshData *data)
{
  static const PetscInt triangles[2][3] = {{0, 1, 2}, {0, 2, 3}};
  const PetscInt        width = box->shape == TAS_SHAPE_HEX ? 4 : 3, pieces = box->shape == TAS_SHAPE_HEX ? 1 : 2;

  for (PetscInt p = 0; p < pieces; p++) {
    PetscInt *facet = data->facets + width * data->num_facets;
    for (PetscInt k = 0; k < width; k++) facet[k] = box->shape == TAS_SHAPE_HEX ? square[k] : square[triangles[p][k]];
    data->facet_surface[data->num_facets++] = surface;
  }
}

/* The squares on the low and high side of an axis; each starts at its corner of lowest number. */
static inline void BoxAddSides(const Box *box, PetscInt axis, PetscInt layer, PetscInt surface, TasMeshData *data)
{
  const PetscInt u = (axis + 1) % 3, v = (axis + 2) % 3;

  for (PetscInt a = 0; a < box->n[u]; a++) {
    for (PetscInt b = 0; b < box->n[v]; b++) {
      PetscInt square[4], at[3];
      for (PetscInt c = 0; c < 4; c++) {
        at[axis]  = layer;
        at[u]     = a + (c == 1 || c == 2);
        at[v]     = b + (c >= 2);
        square[c] = BoxPoint(box, at[0], at[1], at[2]);
      }
      BoxAddFacet(box, square, surface, data);
    }
  }
}

/* Tissues "lower" and "upper" half along z (only "lower" for one layer); surfaces "x0", "x1", "y0", "y1", "z0", "z1", and the
   interior "middle" between the halves; field "fibre" = the centre of the first corner's cell, "stiffness" = number of the cell. */
static inline PetscErrorCode BoxCreate(const Box *box, TasMeshData *data)
{
  static const char *const sides[] = {"x0", "x1", "y0", "y1", "z0", "z1", "middle"};
  const PetscInt          *n = box->n, half = n[2] / 2, cells = n[0] * n[1] * n[2],
                 facets = 2 * (n[0] * n[1] + n[1] * n[2] + n[2] * n[0]) + n[0] * n[1];
  PetscInt corner[8];

  PetscFunctionBeginUser;
  *data = (TasMeshData){.shape = box->shape, .num_points = (n[0] + 1) * (n[1] + 1) * (n[2] + 1)};
  PetscCall(PetscMalloc1(3 * data->num_points, &data->points));
  PetscCall(PetscMalloc1(24 * cells, &data->cells));
  PetscCall(PetscMalloc1(6 * cells, &data->cell_tissue));
  PetscCall(PetscMalloc1(6 * facets, &data->facets));
  PetscCall(PetscMalloc1(2 * facets, &data->facet_surface));
  for (PetscInt p = 0; p < data->num_points; p++) {
    const PetscInt at[3] = {p % (n[0] + 1), p / (n[0] + 1) % (n[1] + 1), p / ((n[0] + 1) * (n[1] + 1))};
    for (PetscInt d = 0; d < 3; d++) data->points[3 * p + d] = box->length[d] * at[d] / n[d];
    if (box->map) box->map(data->points + 3 * p);
  }
  for (PetscInt k = 0; k < n[2]; k++) {
    for (PetscInt j = 0; j < n[1]; j++) {
      for (PetscInt i = 0; i < n[0]; i++) {
        BoxCorners(box, i, j, k, corner);
        BoxAddCells(box, corner, half && k >= half, data);
      }
    }
  }
  for (PetscInt s = 0; s < 6; s++) BoxAddSides(box, s / 2, s % 2 ? n[s / 2] : 0, s, data);
  if (half) BoxAddSides(box, 2, half, 6, data);
  data->num_tissues  = half ? 2 : 1;
  data->num_surfaces = half ? 7 : 6;
  PetscCall(PetscCalloc1(data->num_tissues, &data->tissue_names));
  PetscCall(PetscCalloc1(data->num_surfaces, &data->surface_names));
  for (PetscInt t = 0; t < data->num_tissues; t++) PetscCall(PetscStrncpy(data->tissue_names[t], t ? "upper" : "lower", TAS_NAME_LENGTH));
  for (PetscInt s = 0; s < data->num_surfaces; s++) PetscCall(PetscStrncpy(data->surface_names[s], sides[s], TAS_NAME_LENGTH));
  data->num_fields = 2;
  PetscCall(PetscCalloc1(2, &data->fields));
  for (PetscInt f = 0; f < 2; f++) {
    TasCellField *field   = &data->fields[f];
    field->num_components = f ? 1 : 3;
    PetscCall(PetscStrncpy(field->name, f ? "stiffness" : "fibre", TAS_NAME_LENGTH));
    PetscCall(PetscMalloc1(data->num_cells * field->num_components, &field->values));
    for (PetscInt i = 0; i < data->num_cells * field->num_components; i++)
      field->values[i] = i / field->num_components + 0.25 * (i % field->num_components);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
