#include "solver/insitu/linear_cells.h"

enum { LINE = 3, TETRAHEDRON = 10, HEXAHEDRON = 12, QUADRATIC_TETRAHEDRON = 24, TRIQUADRATIC_HEXAHEDRON = 29 };

/* One at each corner, four around the shortest inner edge of an equilateral one's octahedron, from node 6 to 8. */
static const int tetrahedra[8][4] = {{0, 4, 6, 7}, {4, 1, 5, 8}, {6, 5, 2, 9}, {7, 8, 9, 3}, {6, 8, 4, 5}, {6, 8, 5, 9}, {6, 8, 9, 7}, {6, 8, 7, 4}};

/* Nodes of the hexahedron by layers in the third direction, rows in the second. */
static const int lattice[3][3][3] = {{{0, 8, 1}, {11, 24, 9}, {3, 10, 2}}, {{16, 22, 17}, {20, 26, 21}, {19, 23, 18}}, {{4, 12, 5}, {15, 25, 13}, {7, 14, 6}}};

/* Corners of a hexahedron in the order of VTK. */
static const int corners[8][3] = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}};

int TasLinearCellsPer(int cell_type, int *type, int *nodes)
{
  *type  = cell_type == QUADRATIC_TETRAHEDRON ? TETRAHEDRON : cell_type == TRIQUADRATIC_HEXAHEDRON ? HEXAHEDRON : cell_type;
  *nodes = *type == LINE ? 2 : *type == TETRAHEDRON ? 4 : 8;
  return *type == cell_type ? 1 : 8;
}

static int Node(int cell_type, int part, int n)
{
  if (cell_type == QUADRATIC_TETRAHEDRON) return tetrahedra[part][n];
  if (cell_type != TRIQUADRATIC_HEXAHEDRON) return n;
  return lattice[(part >> 2 & 1) + corners[n][2]][(part >> 1 & 1) + corners[n][1]][(part & 1) + corners[n][0]];
}

void TasLinearCells(int cell_type, int64_t num_cells, const int64_t *cells, int64_t *linear)
{
  int       type, nodes;
  const int per   = TasLinearCellsPer(cell_type, &type, &nodes);
  const int whole = cell_type == QUADRATIC_TETRAHEDRON ? 10 : cell_type == TRIQUADRATIC_HEXAHEDRON ? 27 : nodes;

  for (int64_t c = 0; c < num_cells; c++)
    for (int part = 0; part < per; part++)
      for (int n = 0; n < nodes; n++) *linear++ = cells[c * whole + Node(cell_type, part, n)];
}
