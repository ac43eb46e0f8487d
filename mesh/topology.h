#pragma once
/*
  Edges and faces of the cell shapes, and where the elements put their nodes on them.  Orders of VTK throughout; faces are turned
  so that their normal by the right-hand rule points out of the cell.  Private to mesh/.
*/
#include "mesh/mesh.h"

#define TAS_MAX_CORNERS 8
#define TAS_MAX_FACE_CORNERS 4
#define TAS_MAX_CELL_NODES 27
#define TAS_MAX_FACET_NODES 9

typedef struct {
  const char *name; /* "hexahedron" */
  PetscInt    num_corners, num_edges, num_faces, face_corners;
  PetscInt    edges[12][2];
  PetscInt    faces[6][TAS_MAX_FACE_CORNERS];
  PetscInt    neighbours[TAS_MAX_CORNERS][3]; /* the three corners next to each one; a right-handed system in an upright cell */
} TasTopology;

/* How an element numbers its nodes: corners, then one node each on the edges, faces and inside, where it has them. */
typedef struct {
  TasShape  shape;
  PetscInt  nodes_per_cell, nodes_per_facet;
  PetscBool edge_nodes, face_nodes, centre_node;
  PetscInt  facets[6][TAS_MAX_FACET_NODES]; /* nodes of each face of the topology */
} TasElementLayout;

const TasTopology      *TasShapeTopology(TasShape shape);
const TasElementLayout *TasElementGetLayout(TasElement element);
