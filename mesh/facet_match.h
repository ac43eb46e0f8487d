#pragma once
/* Which faces of which cells the facets of a mesh are.  Private to mesh/. */
#include "mesh/mesh_data.h"

/* Facets with the same corners share one entry, whatever surfaces list them. */
typedef struct {
  PetscInt *entry;     /* [num_facets] of each facet */
  PetscInt *cell;      /* [entries] the first cell with that face */
  PetscInt *face;      /* [entries] which of its faces */
  PetscInt *num_cells; /* [entries] 0: a face of no cell, 1: outside, 2: between two cells */
} TasFacetMatch;

PetscErrorCode TasFacetMatchCreate(const TasMeshData *data, TasFacetMatch *match);
PetscErrorCode TasFacetMatchDestroy(TasFacetMatch *match);
