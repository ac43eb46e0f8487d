#include "mesh/facet_match.h"
#include "mesh/key_table.h"
#include "mesh/topology.h"

/* The key of a face; false as soon as a corner lies on no facet, which spares most faces the search. */
static PetscBool FaceKey(const TasTopology *shape, const PetscInt *cell, PetscInt face, const PetscBool *on_facet, int64_t *key)
{
  PetscInt corners[TAS_MAX_FACE_CORNERS];

  for (PetscInt k = 0; k < shape->face_corners; k++) {
    corners[k] = cell[shape->faces[face][k]];
    if (!on_facet[corners[k]]) return PETSC_FALSE;
  }
  TasSortedKey(shape->face_corners, corners, key);
  return PETSC_TRUE;
}

static PetscErrorCode SearchCells(const TasMeshData *data, const TasKeyTable *table, TasFacetMatch *match)
{
  const TasTopology *shape = TasShapeTopology(data->shape);
  PetscBool         *on_facet;
  int64_t            key[TAS_MAX_FACE_CORNERS];

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(data->num_points, &on_facet));
  for (PetscInt i = 0; i < data->num_facets * shape->face_corners; i++) on_facet[data->facets[i]] = PETSC_TRUE;
  for (PetscInt c = 0; c < data->num_cells; c++) {
    for (PetscInt f = 0; f < shape->num_faces; f++) {
      if (!FaceKey(shape, data->cells + c * shape->num_corners, f, on_facet, key)) continue;
      const PetscInt found = TasKeyTableFind(table, key);
      if (found < 0 || match->num_cells[found]++) continue;
      match->cell[found] = c;
      match->face[found] = f;
    }
  }
  PetscCall(PetscFree(on_facet));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasFacetMatchCreate(const TasMeshData *data, TasFacetMatch *match)
{
  const PetscInt width = TasShapeTopology(data->shape)->face_corners;
  TasKeyTable    table;
  PetscBool      is_new;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(data->num_facets, &match->entry));
  PetscCall(TasKeyTableCreate(width, data->num_facets, &table));
  for (PetscInt f = 0; f < data->num_facets; f++) {
    int64_t key[TAS_MAX_FACE_CORNERS];
    TasSortedKey(width, data->facets + f * width, key);
    PetscCall(TasKeyTableInsert(&table, key, &match->entry[f], &is_new));
  }
  PetscCall(PetscCalloc1(table.count, &match->cell));
  PetscCall(PetscCalloc1(table.count, &match->face));
  PetscCall(PetscCalloc1(table.count, &match->num_cells));
  if (data->num_facets) PetscCall(SearchCells(data, &table, match));
  PetscCall(TasKeyTableDestroy(&table));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasFacetMatchDestroy(TasFacetMatch *match)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(match->entry));
  PetscCall(PetscFree(match->cell));
  PetscCall(PetscFree(match->face));
  PetscCall(PetscFree(match->num_cells));
  PetscFunctionReturn(PETSC_SUCCESS);
}
