#pragma once
/*
  Quadratic cells as linear ones between the same nodes, for libraries that know no others: 8 tetrahedra of a quadratic tetrahedron, 8
  hexahedra of a triquadratic hexahedron.  Plain C.
*/
#include <stdint.h>

/* Linear cells of one of this VTK type; 1: it is linear.  type: of the linear cells (3 line, 10 tetrahedron, 12 hexahedron);
   nodes: of each. */
int TasLinearCellsPer(int cell_type, int *type, int *nodes);

/* cells [num_cells][nodes_per_cell] in the order of VTK -> linear [num_cells * per][nodes]. */
void TasLinearCells(int cell_type, int64_t num_cells, const int64_t *cells, int64_t *linear);
