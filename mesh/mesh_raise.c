/* Nodes on edges, faces and inside of cells, numbered on rank 0 in the order in which the cells meet them. */
#include "mesh/key_table.h"
#include "mesh/mesh_impl.h"
#include "mesh/topology.h"

PetscErrorCode TasRaisedMeshClear(TasRaisedMesh *raised)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(raised->coordinates));
  PetscCall(PetscFree(raised->cells));
  *raised = (TasRaisedMesh){0};
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One node for each edge (or face): entities [per_cell] lists its corners, [width] of them every stride; first: place of the first
   one among the nodes of a cell.  Numbers start at raised->num_nodes, which is advanced; the middles are left in middles. */
static PetscErrorCode NumberEntities(const TasMeshData *data, const PetscInt *entities, const PetscInt shape[3], PetscInt first,
                                     const TasElementLayout *layout, TasRaisedMesh *raised, TasKeyTable *table)
{
  const PetscInt per_cell = shape[0], width = shape[1], stride = shape[2];
  const PetscInt num_corners = TasShapeTopology(data->shape)->num_corners;
  PetscInt       index;
  PetscBool      is_new;

  PetscFunctionBeginUser;
  PetscCall(TasKeyTableCreate(width, data->num_cells * per_cell / 2, table));
  for (PetscInt c = 0; c < data->num_cells; c++) {
    for (PetscInt e = 0; e < per_cell; e++) {
      PetscInt corners[TAS_MAX_FACE_CORNERS];
      int64_t  key[TAS_MAX_FACE_CORNERS];
      for (PetscInt k = 0; k < width; k++) corners[k] = data->cells[c * num_corners + entities[e * stride + k]];
      TasSortedKey(width, corners, key);
      PetscCall(TasKeyTableInsert(table, key, &index, &is_new));
      raised->cells[c * layout->nodes_per_cell + first + e] = raised->num_nodes + index;
    }
  }
  raised->num_nodes += table->count;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The average of the corners of each entity in the table. */
static void PlaceMiddles(const TasMeshData *data, const TasKeyTable *table, PetscReal *middles)
{
  for (PetscInt i = 0; i < table->count; i++) {
    const int64_t *key = table->keys + (size_t)i * (size_t)table->width;
    for (PetscInt d = 0; d < 3; d++) {
      PetscReal sum = 0;
      for (PetscInt k = 0; k < table->width; k++) sum += data->points[3 * key[k] + d];
      middles[3 * i + d] = sum / table->width;
    }
  }
}

static void PlaceCentres(const TasMeshData *data, PetscReal *centres)
{
  const PetscInt corners = TasShapeTopology(data->shape)->num_corners;

  for (PetscInt c = 0; c < data->num_cells; c++) {
    for (PetscInt d = 0; d < 3; d++) {
      PetscReal sum = 0;
      for (PetscInt k = 0; k < corners; k++) sum += data->points[3 * data->cells[c * corners + k] + d];
      centres[3 * c + d] = sum / corners;
    }
  }
}

static void CopyCorners(const TasMeshData *data, const TasElementLayout *layout, PetscInt *cells)
{
  const PetscInt corners = TasShapeTopology(data->shape)->num_corners;

  for (PetscInt c = 0; c < data->num_cells; c++) {
    for (PetscInt k = 0; k < corners; k++) cells[c * layout->nodes_per_cell + k] = data->cells[c * corners + k];
  }
}

PetscErrorCode TasMeshRaise(const TasMeshData *data, TasElement element, TasRaisedMesh *raised)
{
  const TasElementLayout *layout = TasElementGetLayout(element);
  const TasTopology      *shape  = TasShapeTopology(data->shape);
  TasKeyTable             edges = {0}, faces = {0};
  const PetscInt          edge_shape[3] = {shape->num_edges, 2, 2};
  const PetscInt          face_shape[3] = {shape->num_faces, shape->face_corners, TAS_MAX_FACE_CORNERS};

  PetscFunctionBeginUser;
  *raised = (TasRaisedMesh){.num_nodes = data->num_points};
  if (!data->num_cells) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(data->num_cells * layout->nodes_per_cell, &raised->cells));
  CopyCorners(data, layout, raised->cells);
  PetscInt first = shape->num_corners;
  if (layout->edge_nodes) PetscCall(NumberEntities(data, shape->edges[0], edge_shape, first, layout, raised, &edges));
  first += shape->num_edges;
  if (layout->face_nodes) PetscCall(NumberEntities(data, shape->faces[0], face_shape, first, layout, raised, &faces));
  first += shape->num_faces;
  const PetscInt first_centre = raised->num_nodes;
  if (layout->centre_node) {
    for (PetscInt c = 0; c < data->num_cells; c++) raised->cells[c * layout->nodes_per_cell + first] = raised->num_nodes++;
  }
  PetscCall(PetscMalloc1(3 * raised->num_nodes, &raised->coordinates));
  PetscCall(PetscArraycpy(raised->coordinates, data->points, 3 * data->num_points));
  PlaceMiddles(data, &edges, raised->coordinates + 3 * data->num_points);
  PlaceMiddles(data, &faces, raised->coordinates + 3 * (data->num_points + edges.count));
  if (layout->centre_node) PlaceCentres(data, raised->coordinates + 3 * first_centre);
  PetscCall(TasKeyTableDestroy(&faces));
  PetscCall(TasKeyTableDestroy(&edges));
  PetscFunctionReturn(PETSC_SUCCESS);
}
