#pragma once
/*
  The steps of TasMeshCreate.  Rank 0 holds the whole input; every node, cell and facet has a number there that does not depend on
  the ranks.  A partition of the cells' graph says which of them go where (mesh_distribute.c); everything else that a rank needs it
  fetches by those numbers through a star forest whose roots all lie on rank 0 (mesh_hub.c).
*/
#include "mesh/mesh.h"
#include <petscsf.h>

/* The raised mesh on rank 0 (empty elsewhere): nodes by number, points of the input first. */
typedef struct {
  PetscInt   num_nodes;
  PetscReal *coordinates; /* [num_nodes][3] */
  PetscInt  *cells;       /* [num_cells][nodes_per_cell] */
} TasRaisedMesh;

PetscErrorCode TasMeshRaise(const TasMeshData *data, TasElement element, TasRaisedMesh *raised);
PetscErrorCode TasRaisedMeshClear(TasRaisedMesh *raised);

/* Which cells of the input this rank holds: [num_owned] ascending, then the overlap [num_cells - num_owned] ascending. */
PetscErrorCode TasMeshDistribute(MPI_Comm comm, const TasMeshData *data, PetscInt *num_owned, PetscInt *num_cells, PetscInt **cell_number);

/* A star forest from `count` numbers to the array of num_roots entries on rank 0 (num_roots: 0 on the others). */
PetscErrorCode TasHubCreate(MPI_Comm comm, PetscInt num_roots, PetscInt count, const PetscInt *numbers, PetscSF *hub);
/* local[i][width] = root[numbers[i]][width] */
PetscErrorCode TasHubFetchInts(PetscSF hub, PetscInt width, const PetscInt *root, PetscInt *local);
PetscErrorCode TasHubFetchReals(PetscSF hub, PetscInt width, const PetscReal *root, PetscReal *local);
/* root[numbers[i]] = max over all ranks of local[i]; root keeps what is larger. */
PetscErrorCode TasHubReduceMax(PetscSF hub, const PetscInt *local, PetscInt *root);

/* Cells around points: those of point p are cells[offset[p]] to cells[offset[p + 1] - 1], ascending. Corners as for TasMeshOrderCells. */
PetscErrorCode TasCellsOfPoints(PetscInt num_cells, PetscInt num_corners, PetscInt stride, const PetscInt *corners, PetscInt num_points,
                                PetscInt **offset, PetscInt **cells);

/* Cells that share corners come close to each other: order [num_cells] lists the cells in their new order.
   corners: [num_cells][stride], of which the first num_corners are numbers in 0..num_points-1. */
PetscErrorCode TasMeshOrderCells(PetscInt num_cells, PetscInt num_corners, PetscInt stride, const PetscInt *corners, PetscInt num_points,
                                 PetscInt *order);

/* Nodes of the cells: fills everything of the mesh about nodes, and turns mesh->cells from node numbers into local nodes. */
PetscErrorCode TasMeshSetNodes(TasMesh *mesh, const TasRaisedMesh *raised);

/* Surfaces of the mesh from the facets on rank 0. */
PetscErrorCode TasMeshSetSurfaces(TasMesh *mesh, const TasMeshData *data);
