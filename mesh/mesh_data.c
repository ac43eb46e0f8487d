#include "mesh/mesh_data.h"
#include "mesh/topology.h"

PetscErrorCode TasMeshDataClear(TasMeshData *data)
{
  PetscFunctionBeginUser;
  for (PetscInt f = 0; f < data->num_fields; f++) PetscCall(PetscFree(data->fields[f].values));
  PetscCall(PetscFree(data->points));
  PetscCall(PetscFree(data->cells));
  PetscCall(PetscFree(data->cell_tissue));
  PetscCall(PetscFree(data->tissue_names));
  PetscCall(PetscFree(data->facets));
  PetscCall(PetscFree(data->facet_surface));
  PetscCall(PetscFree(data->surface_names));
  PetscCall(PetscFree(data->fields));
  PetscCall(PetscFree(data->line_points));
  PetscCall(PetscFree(data->lines));
  PetscCall(PetscFree(data->line_group));
  PetscCall(PetscFree(data->line_group_names));
  *data = (TasMeshData){0};
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Determinant of the edges at a corner, divided by what it is in a perfect cell with edges as long: Knupp's scaled Jacobian. */
static PetscReal CornerQuality(const PetscReal *corner, const PetscReal *const end[3])
{
  PetscReal edge[3][3], length[3];

  for (PetscInt i = 0; i < 3; i++) {
    for (PetscInt c = 0; c < 3; c++) edge[i][c] = end[i][c] - corner[c];
    length[i] = PetscSqrtReal(edge[i][0] * edge[i][0] + edge[i][1] * edge[i][1] + edge[i][2] * edge[i][2]);
  }
  const PetscReal volume = edge[0][0] * (edge[1][1] * edge[2][2] - edge[1][2] * edge[2][1]) +
                           edge[0][1] * (edge[1][2] * edge[2][0] - edge[1][0] * edge[2][2]) +
                           edge[0][2] * (edge[1][0] * edge[2][1] - edge[1][1] * edge[2][0]);
  const PetscReal product = length[0] * length[1] * length[2];
  return product > 0 ? volume / product : 0;
}

PetscErrorCode TasMeshDataQuality(const TasMeshData *data, PetscReal *scaled_jacobian)
{
  const TasTopology *shape = TasShapeTopology(data->shape);
  /* Edges that meet at a corner of a regular tetrahedron span 1/sqrt(2) of the cube of their length. */
  const PetscReal perfect = data->shape == TAS_SHAPE_TET ? PETSC_SQRT2 : 1;

  PetscFunctionBeginUser;
  for (PetscInt c = 0; c < data->num_cells; c++) {
    const PetscInt *cell  = data->cells + c * shape->num_corners;
    PetscReal       worst = PETSC_MAX_REAL;
    for (PetscInt k = 0; k < shape->num_corners; k++) {
      const PetscInt        *next   = shape->neighbours[k];
      const PetscReal *const end[3] = {data->points + 3 * cell[next[0]], data->points + 3 * cell[next[1]],
                                       data->points + 3 * cell[next[2]]};
      const PetscReal        here   = perfect * CornerQuality(data->points + 3 * cell[k], end);
      worst                         = PetscMin(worst, here);
    }
    scaled_jacobian[c] = worst;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
