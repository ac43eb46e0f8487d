/* Quadratic cells cut into linear ones: they fill the cell, each turned the right way round. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>
#include "solver/insitu/linear_cells.h"

#define MOST 64

static double Volume(const double *a, const double *b, const double *c, const double *d)
{
  double e[3][3];

  for (int k = 0; k < 3; k++) {
    e[0][k] = b[k] - a[k];
    e[1][k] = c[k] - a[k];
    e[2][k] = d[k] - a[k];
  }
  return (e[0][0] * (e[1][1] * e[2][2] - e[1][2] * e[2][1]) - e[0][1] * (e[1][0] * e[2][2] - e[1][2] * e[2][0]) + e[0][2] * (e[1][0] * e[2][1] - e[1][1] * e[2][0])) / 6;
}

static void CutsTetrahedron(void **state)
{
  static const int edge[6][2] = {{0, 1}, {1, 2}, {0, 2}, {0, 3}, {1, 3}, {2, 3}}; /* VTK_QUADRATIC_TETRA */
  double           x[10][3]   = {{0, 0, 0}, {3, 0, 0}, {0, 2, 0}, {0, 0, 1}}, whole = 0;
  int64_t          cell[10], linear[MOST];
  int              type, nodes;

  for (int e = 0; e < 6; e++)
    for (int k = 0; k < 3; k++) x[4 + e][k] = (x[edge[e][0]][k] + x[edge[e][1]][k]) / 2;
  for (int n = 0; n < 10; n++) cell[n] = n;
  assert_int_equal(TasLinearCellsPer(24, &type, &nodes), 8);
  assert_int_equal(type, 10);
  assert_int_equal(nodes, 4);
  TasLinearCells(24, 1, cell, linear);
  for (int c = 0; c < 8; c++) {
    const double volume = Volume(x[linear[4 * c]], x[linear[4 * c + 1]], x[linear[4 * c + 2]], x[linear[4 * c + 3]]);
    assert_true(fabs(volume - 1. / 8) < 1e-14);
    whole += volume;
  }
  assert_true(fabs(whole - 1.) < 1e-14);
}

/* Node n of VTK_TRIQUADRATIC_HEXAHEDRON from its corners: edges, faces (x-, x+, y-, y+, z-, z+), centre. */
static void HexNodes(double x[27][3])
{
  static const int corner[8][3] = {{0, 0, 0}, {2, 0, 0}, {2, 2, 0}, {0, 2, 0}, {0, 0, 2}, {2, 0, 2}, {2, 2, 2}, {0, 2, 2}};
  static const int edge[12][2]  = {{0, 1}, {1, 2}, {2, 3}, {3, 0}, {4, 5}, {5, 6}, {6, 7}, {7, 4}, {0, 4}, {1, 5}, {2, 6}, {3, 7}};
  static const int face[6][3]   = {{0, 1, 1}, {2, 1, 1}, {1, 0, 1}, {1, 2, 1}, {1, 1, 0}, {1, 1, 2}};

  for (int k = 0; k < 3; k++) {
    for (int n = 0; n < 8; n++) x[n][k] = corner[n][k];
    for (int n = 0; n < 12; n++) x[8 + n][k] = (corner[edge[n][0]][k] + corner[edge[n][1]][k]) / 2.;
    for (int n = 0; n < 6; n++) x[20 + n][k] = face[n][k];
    x[26][k] = 1;
  }
}

static void CutsHexahedron(void **state)
{
  double  x[27][3];
  int64_t cell[27], linear[MOST];
  int     type, nodes, place = 0;

  HexNodes(x);
  for (int n = 0; n < 27; n++) cell[n] = n;
  assert_int_equal(TasLinearCellsPer(29, &type, &nodes), 8);
  assert_int_equal(type, 12);
  TasLinearCells(29, 1, cell, linear);
  for (int c = 0; c < 8; c++, place += 8) { /* each a cube of edge 1 whose corners are in the order of VTK_HEXAHEDRON */
    static const int along[7][3] = {{1, 0, 0}, {1, 1, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}};
    for (int k = 0; k < 3; k++) {
      assert_true(x[linear[place]][k] == (c >> k & 1));
      for (int n = 1; n < 8; n++) assert_true(x[linear[place + n]][k] - x[linear[place]][k] == along[n - 1][k]);
    }
  }
}

static void KeepsLinear(void **state)
{
  const int64_t line[4] = {7, 3, 3, 9};
  int64_t       linear[4];
  int           type, nodes;

  assert_int_equal(TasLinearCellsPer(3, &type, &nodes), 1);
  assert_int_equal(nodes, 2);
  TasLinearCells(3, 2, line, linear);
  for (int k = 0; k < 4; k++) assert_int_equal(linear[k], line[k]);
  assert_int_equal(TasLinearCellsPer(12, &type, &nodes), 1);
  assert_int_equal(nodes, 8);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(CutsTetrahedron), cmocka_unit_test(CutsHexahedron), cmocka_unit_test(KeepsLinear)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
