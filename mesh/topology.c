#include "mesh/topology.h"

static const TasTopology hexahedron = {
    .name         = "hexahedron",
    .num_corners  = 8,
    .num_edges    = 12,
    .num_faces    = 6,
    .face_corners = 4,
    .edges        = {{0, 1}, {1, 2}, {2, 3}, {3, 0}, {4, 5}, {5, 6}, {6, 7}, {7, 4}, {0, 4}, {1, 5}, {2, 6}, {3, 7}},
    .faces        = {{0, 4, 7, 3}, {1, 2, 6, 5}, {0, 1, 5, 4}, {3, 7, 6, 2}, {0, 3, 2, 1}, {4, 5, 6, 7}},
    .neighbours   = {{1, 3, 4}, {2, 0, 5}, {3, 1, 6}, {0, 2, 7}, {7, 5, 0}, {4, 6, 1}, {5, 7, 2}, {6, 4, 3}},
};

static const TasTopology tetrahedron = {
    .name         = "tetrahedron",
    .num_corners  = 4,
    .num_edges    = 6,
    .num_faces    = 4,
    .face_corners = 3,
    .edges        = {{0, 1}, {1, 2}, {2, 0}, {0, 3}, {1, 3}, {2, 3}},
    .faces        = {{0, 1, 3}, {1, 2, 3}, {2, 0, 3}, {0, 2, 1}},
    .neighbours   = {{1, 2, 3}, {2, 0, 3}, {0, 1, 3}, {0, 2, 1}},
};

static const TasElementLayout hex8 = {
    .shape           = TAS_SHAPE_HEX,
    .nodes_per_cell  = 8,
    .nodes_per_facet = 4,
    .facets          = {{0, 4, 7, 3}, {1, 2, 6, 5}, {0, 1, 5, 4}, {3, 7, 6, 2}, {0, 3, 2, 1}, {4, 5, 6, 7}},
};

static const TasElementLayout tet10 = {
    .shape           = TAS_SHAPE_TET,
    .nodes_per_cell  = 10,
    .nodes_per_facet = 6,
    .edge_nodes      = PETSC_TRUE,
    .facets          = {{0, 1, 3, 4, 8, 7}, {1, 2, 3, 5, 9, 8}, {2, 0, 3, 6, 7, 9}, {0, 2, 1, 6, 5, 4}},
};

static const TasElementLayout hex27 = {
    .shape           = TAS_SHAPE_HEX,
    .nodes_per_cell  = 27,
    .nodes_per_facet = 9,
    .edge_nodes      = PETSC_TRUE,
    .face_nodes      = PETSC_TRUE,
    .centre_node     = PETSC_TRUE,
    .facets          = {{0, 4, 7, 3, 16, 15, 19, 11, 20},
                        {1, 2, 6, 5, 9, 18, 13, 17, 21},
                        {0, 1, 5, 4, 8, 17, 12, 16, 22},
                        {3, 7, 6, 2, 19, 14, 18, 10, 23},
                        {0, 3, 2, 1, 11, 10, 9, 8, 24},
                        {4, 5, 6, 7, 12, 13, 14, 15, 25}},
};

const TasTopology *TasShapeTopology(TasShape shape)
{
  return shape == TAS_SHAPE_TET ? &tetrahedron : &hexahedron;
}

const TasElementLayout *TasElementGetLayout(TasElement element)
{
  switch (element) {
  case TAS_ELEMENT_TET10:
    return &tet10;
  case TAS_ELEMENT_HEX27:
    return &hex27;
  default:
    return &hex8;
  }
}
