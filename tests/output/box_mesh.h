#pragma once
/*
  A box of n x n x n cubes of side 2 mm, filled by hand and dealt out to the ranks like cards, so that nothing in a test can work by
  an order that happens to fit.  Each cube is one hexahedron or six tetrahedra.
*/
#include "mesh/mesh.h"

typedef struct {
  TasElement  element;
  PetscInt    n;          /* cubes along a side */
  PetscInt    line;       /* lattice points along a side */
  PetscInt    num_points; /* of the lattice */
  PetscInt    num_cells;
  PetscMPIInt rank, size;
} Box;

/* VTK's nodes of a hexahedron in halves of its side: corners, edges, faces, centre. */
static const int box_hex27[27][3] = {{0, 0, 0}, {2, 0, 0}, {2, 2, 0}, {0, 2, 0}, {0, 0, 2}, {2, 0, 2}, {2, 2, 2}, {0, 2, 2}, {1, 0, 0},
                                     {2, 1, 0}, {1, 2, 0}, {0, 1, 0}, {1, 0, 2}, {2, 1, 2}, {1, 2, 2}, {0, 1, 2}, {0, 0, 1}, {2, 0, 1},
                                     {2, 2, 1}, {0, 2, 1}, {0, 1, 1}, {2, 1, 1}, {1, 0, 1}, {1, 2, 1}, {1, 1, 0}, {1, 1, 2}, {1, 1, 1}};
/* The six ways from one end of a cube's diagonal to the other along its sides; every second one is turned over to be positive. */
static const int box_paths[6][2]     = {{0, 1}, {1, 0}, {1, 2}, {2, 1}, {2, 0}, {0, 2}};
static const int box_tet_edges[6][2] = {{0, 1}, {1, 2}, {2, 0}, {0, 3}, {1, 3}, {2, 3}};

/* Numbers that do not depend on the ranks, far from the lattice's order; owners that have no pattern in space. */
static inline PetscInt BoxShuffle(PetscInt i, PetscInt num)
{
  PetscInt step = num / 3 + 1, a, b;

  for (;; step++) {
    for (a = step, b = num; b;) {
      PetscInt t = a % b;
      a          = b;
      b          = t;
    }
    if (a == 1) return (PetscInt)(((PetscInt64)i * step + 5) % num);
  }
}
static inline PetscMPIInt BoxOwner(const Box *box, PetscInt i)
{
  return (PetscMPIInt)((i * 7 + i / 3) % box->size);
}

static inline PetscInt BoxPoint(const Box *box, const PetscInt cube[3], const int half[3])
{
  const PetscInt s = box->line == 2 * box->n + 1 ? 2 : 1; /* lattice steps a cube */

  return (cube[0] * s + half[0] * s / 2) + box->line * ((cube[1] * s + half[1] * s / 2) + box->line * (cube[2] * s + half[2] * s / 2));
}

static inline void BoxTet(const Box *box, const PetscInt cube[3], PetscInt which, PetscInt points[10])
{
  int corner[4][3] = {{0}};

  for (int k = 1; k < 4; k++) {
    for (int d = 0; d < 3; d++) corner[k][d] = corner[k - 1][d];
    corner[k][k == 1 ? box_paths[which][0] : k == 2 ? box_paths[which][1] : 3 - box_paths[which][0] - box_paths[which][1]] = 2;
  }
  if (which % 2) {
    for (int d = 0; d < 3; d++) {
      int t        = corner[1][d];
      corner[1][d] = corner[2][d];
      corner[2][d] = t;
    }
  }
  for (int k = 0; k < 4; k++) points[k] = BoxPoint(box, cube, corner[k]);
  for (int e = 0; e < 6; e++) {
    int middle[3];

    for (int d = 0; d < 3; d++) middle[d] = (corner[box_tet_edges[e][0]][d] + corner[box_tet_edges[e][1]][d]) / 2;
    points[4 + e] = BoxPoint(box, cube, middle);
  }
}

/* Lattice points of a cell. */
static inline void BoxCell(const Box *box, PetscInt cell, PetscInt points[27])
{
  const PetscInt each = box->element == TAS_ELEMENT_TET10 ? 6 : 1, c = cell / each;
  const PetscInt cube[3] = {c % box->n, c / box->n % box->n, c / box->n / box->n};

  if (box->element == TAS_ELEMENT_TET10)
    BoxTet(box, cube, cell % 6, points);
  else {
    for (int k = 0; k < (box->element == TAS_ELEMENT_HEX8 ? 8 : 27); k++) points[k] = BoxPoint(box, cube, box_hex27[k]);
  }
}

/* Owned points first, then those that owned cells need from others: local [num_points] is set to the local number or -1. */
static inline PetscErrorCode BoxNumberNodes(const Box *box, TasMesh *mesh, PetscInt *local)
{
  PetscInt counts = 0, next = 0, points[27];

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < box->num_points; i++) local[i] = -1;
  for (PetscInt i = 0; i < box->num_points; i++) {
    if (BoxOwner(box, i) < box->rank) next++;
    if (BoxOwner(box, i) == box->rank) local[i] = counts++;
  }
  mesh->first_node      = next;
  mesh->num_nodes_owned = counts;
  for (PetscInt k = 0; k < mesh->num_cells_owned; k++) {
    BoxCell(box, mesh->cells[k * mesh->nodes_per_cell], points);
    for (PetscInt j = 0; j < mesh->nodes_per_cell; j++) {
      if (local[points[j]] < 0) local[points[j]] = counts++;
    }
  }
  mesh->num_nodes = counts;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode BoxMeshDestroy(TasMesh **mesh)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree((*mesh)->node_number));
  PetscCall(PetscFree((*mesh)->coordinates));
  PetscCall(PetscFree((*mesh)->cells));
  PetscCall(PetscFree((*mesh)->cell_number));
  PetscCall(PetscFree((*mesh)->cell_tissue));
  PetscCall(PetscFree(*mesh));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode BoxMeshCreate(MPI_Comm comm, TasElement element, PetscInt n, TasMesh **mesh)
{
  static const PetscInt nodes[] = {[TAS_ELEMENT_HEX8] = 8, [TAS_ELEMENT_TET10] = 10, [TAS_ELEMENT_HEX27] = 27};
  Box                   box     = {.element = element, .n = n, .line = (element == TAS_ELEMENT_HEX8 ? 1 : 2) * n + 1};
  PetscInt             *local, points[27];
  TasMesh              *m;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(comm, &box.rank));
  PetscCallMPI(MPI_Comm_size(comm, &box.size));
  box.num_points = box.line * box.line * box.line;
  box.num_cells  = n * n * n * (element == TAS_ELEMENT_TET10 ? 6 : 1);
  PetscCall(PetscNew(&m));
  *mesh   = m;
  m->comm = comm, m->element = element, m->nodes_per_cell = nodes[element], m->num_nodes_global = box.num_points,
  m->num_cells_global = box.num_cells;
  PetscCall(PetscMalloc1(box.num_cells * m->nodes_per_cell, &m->cells));
  PetscCall(PetscMalloc1(box.num_cells, &m->cell_number));
  PetscCall(PetscMalloc1(box.num_cells, &m->cell_tissue));
  for (PetscInt c = 0; c < box.num_cells; c++) {
    if (BoxOwner(&box, c) != box.rank) continue;
    m->cell_number[m->num_cells_owned]                 = BoxShuffle(c, box.num_cells);
    m->cell_tissue[m->num_cells_owned]                 = c % 3;
    m->cells[m->num_cells_owned++ * m->nodes_per_cell] = c; /* until its nodes have numbers */
  }
  m->num_cells = m->num_cells_owned;
  PetscCall(PetscMalloc1(box.num_points, &local));
  PetscCall(BoxNumberNodes(&box, m, local));
  PetscCall(PetscMalloc1(m->num_nodes, &m->node_number));
  PetscCall(PetscMalloc1(3 * m->num_nodes, &m->coordinates));
  for (PetscInt i = 0; i < box.num_points; i++) {
    const PetscReal side = 2.0 * n / (box.line - 1);

    if (local[i] < 0) continue;
    m->node_number[local[i]]         = BoxShuffle(i, box.num_points);
    m->coordinates[3 * local[i]]     = side * (i % box.line);
    m->coordinates[3 * local[i] + 1] = side * (i / box.line % box.line);
    m->coordinates[3 * local[i] + 2] = side * (i / box.line / box.line);
  }
  for (PetscInt k = 0; k < m->num_cells_owned; k++) {
    BoxCell(&box, m->cells[k * m->nodes_per_cell], points);
    for (PetscInt j = 0; j < m->nodes_per_cell; j++) m->cells[k * m->nodes_per_cell + j] = local[points[j]];
  }
  PetscCall(PetscFree(local));
  PetscFunctionReturn(PETSC_SUCCESS);
}
