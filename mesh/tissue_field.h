#pragma once
/*
  A scalar field in one tissue: -laplace(phi) = source on the first-order shape functions of its corner nodes, phi given at some
  nodes, no flux elsewhere.  Arrays are over the local nodes of the mesh; all functions are collective.  Private to mesh/.
*/
#include "mesh/mesh.h"
#include "mesh/topology.h"
#include <petscksp.h>
#include <petscsf.h>

typedef struct {
  const TasMesh     *mesh;
  PetscInt           tissue;
  const TasTopology *shape;
  PetscSF            ghosts;    /* owned nodes to ghosts */
  PetscInt           num_cells; /* local cells of the tissue, with the overlap */
  PetscInt          *cells;
  PetscInt          *node_offset, *at_node; /* cells of the tissue at each node: places in `cells` */
  PetscInt          *inside;                /* [num_nodes] 1: a corner of the tissue (right for ghosts too) */
} TasTissue;

PetscErrorCode TasTissueCreate(const TasMesh *mesh, PetscInt tissue, TasTissue **t);
PetscErrorCode TasTissueDestroy(TasTissue **t);

/* Corners of the i-th cell of the tissue. */
static inline const PetscInt *TasTissueCell(const TasTissue *t, PetscInt i)
{
  return t->mesh->cells + t->cells[i] * t->mesh->nodes_per_cell;
}

/* Ghosts take the value of their owner: [num_nodes] or [num_nodes][3]. */
PetscErrorCode TasTissueShareInts(const TasTissue *t, PetscInt *values);
PetscErrorCode TasTissueShareReals(const TasTissue *t, PetscInt width, PetscReal *values);
/* How many owned nodes are marked, on all ranks. */
PetscErrorCode TasTissueCount(const TasTissue *t, const PetscInt *marked, PetscInt *count);

/* phi: on entry the values at the nodes marked in fixed (ghosts too), on exit the field. Parts of the tissue that are connected with
   no fixed node get 0. problem: empty, or that the linear solver failed. */
PetscErrorCode TasTissueSolve(const TasTissue *t, const PetscInt *fixed, PetscReal source, PetscReal *phi, char *problem);

/* Gradient at the centre of each cell of the tissue: [num_cells][3]. */
PetscErrorCode TasTissueGradient(const TasTissue *t, const PetscReal *phi, PetscReal *gradient);
