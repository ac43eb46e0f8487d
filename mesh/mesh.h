#pragma once
/*
  A mesh ready for computing: distributed over the ranks of a communicator, order raised where the element asks for it.

  Each rank owns some cells and some nodes, and holds besides every cell that touches one of its owned nodes, so that the rows of
  its nodes can be assembled without communication.  What the solver uses are the plain arrays below, read only.
*/
#include "mesh/mesh_data.h"

typedef enum {
  TAS_ELEMENT_HEX8,  /* node order of VTK_HEXAHEDRON */
  TAS_ELEMENT_TET10, /* VTK_QUADRATIC_TETRA */
  TAS_ELEMENT_HEX27  /* VTK_TRIQUADRATIC_HEXAHEDRON */
} TasElement;

typedef struct {
  char      name[TAS_NAME_LENGTH];
  PetscInt  num_facets_owned; /* facets of owned cells come first; each facet is owned by exactly one rank */
  PetscInt  num_facets;       /* every facet whose facet_cell is held here, and so every facet that touches an owned node */
  PetscInt *facet_cell;       /* [num_facets] local cell that the facet is a face of (the lower input number where two are) */
  PetscInt *facet_nodes;      /* [num_facets][nodes_per_facet] local nodes, order of VTK_QUAD, VTK_QUADRATIC_TRIANGLE, VTK_BIQUADRATIC_QUAD,
                                 turned so that the normal by the right-hand rule points out of facet_cell */
  PetscBool interior;         /* some facet lies between two cells (on any rank) */
} TasSurface;

typedef struct {
  MPI_Comm      comm;
  TasElement    element;
  PetscInt      nodes_per_cell, nodes_per_facet;
  PetscInt      num_nodes_global, num_cells_global;
  PetscInt      first_node;      /* global number of the first owned node; owned nodes are numbered consecutively */
  PetscInt      num_nodes_owned; /* local nodes: owned ones first, then ghosts */
  PetscInt      num_nodes;
  PetscInt     *ghost_nodes; /* [num_nodes - num_nodes_owned] global numbers */
  PetscInt     *node_number; /* [num_nodes] a number in 0..num_nodes_global-1 that does not depend on the ranks */
  PetscReal    *coordinates; /* [num_nodes][3] mm */
  PetscInt      num_cells_owned; /* owned cells first, then the overlap */
  PetscInt      num_cells;
  PetscInt     *cells;       /* [num_cells][nodes_per_cell] local nodes */
  PetscInt     *cell_number; /* [num_cells] place in the TasMeshData: does not depend on the ranks */
  PetscInt     *cell_tissue; /* [num_cells] */
  PetscInt      num_tissues;
  char        (*tissue_names)[TAS_NAME_LENGTH];
  PetscInt      num_surfaces;
  TasSurface   *surfaces;
  PetscInt      num_fields;
  TasCellField *fields; /* values [num_cells][num_components] */
} TasMesh;

/* Distributes data that TasMeshDataCheck has passed (collective; data and element of rank 0 count; it may be cleared afterwards).
   Tetrahedra become TET10; hexahedra HEX8 or HEX27.  Nodes and cells are ordered for locality. -mat_partitioning_type chooses how. */
PetscErrorCode TasMeshCreate(MPI_Comm comm, const TasMeshData *data, TasElement element, TasMesh **mesh);
PetscErrorCode TasMeshDestroy(TasMesh **mesh);

/* Index of the tissue, surface or field of that name, or -1. */
PetscInt TasMeshFindTissue(const TasMesh *mesh, const char *name);
PetscInt TasMeshFindSurface(const TasMesh *mesh, const char *name);
PetscInt TasMeshFindField(const TasMesh *mesh, const char *name);

/*
  Fibre directions of one tissue by a Laplace field (Choi & Blemker 2013, PLoS ONE 8:e77576): laplace(phi) = 0 in the tissue,
  phi = 0 on `from`, 1 on `to`, no flux elsewhere; fibre = grad phi / |grad phi| at the cell's centre, then tilted by `pennation`
  (rad) towards the direction from the tissue's nearest outer side to its middle surface where that is not zero (docs/theory/fibres.md).
  from, to: names of surfaces, or of tissues (the faces shared with them), several separated by commas.  Corner nodes only.
  Collective.  Options of the linear solver: -fibres_ksp_..., -fibres_pc_...
  fibre: [num_cells][3], set in the cells of the tissue, the rest untouched.
  problem: empty, or why the field cannot be made (empty end, an end that does not touch the tissue).
*/
PetscErrorCode TasMeshLaplaceFibres(const TasMesh *mesh, PetscInt tissue, const char *from, const char *to, PetscReal pennation, PetscReal *fibre, char *problem);
