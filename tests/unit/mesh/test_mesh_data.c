/* TasMeshDataCheck, Quality, Clear. */
#include "tests/unit/mesh/box.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <math.h>

#define OK(call) assert_int_equal((call), 0)

static const Box hexes = {TAS_SHAPE_HEX, {2, 2, 2}, {1, 1, 1}, NULL}, tets = {TAS_SHAPE_TET, {2, 1, 2}, {1, 1, 1}, NULL};

static void test_good(void **state)
{
  char        problem[TAS_PROBLEM_LENGTH] = "?";
  TasMeshData data;

  OK(BoxCreate(&hexes, &data));
  OK(TasMeshDataCheck(&data, problem));
  assert_string_equal(problem, "");
  OK(TasMeshDataClear(&data));
  OK(BoxCreate(&tets, &data));
  OK(TasMeshDataCheck(&data, problem));
  assert_string_equal(problem, "");
  OK(TasMeshDataClear(&data));
}

static void test_clear(void **state)
{
  TasMeshData data;

  OK(BoxCreate(&hexes, &data));
  OK(TasMeshDataClear(&data));
  assert_null(data.points);
  assert_int_equal(data.num_fields, 0);
  OK(TasMeshDataClear(&data));
}

/* Ways to spoil a box of 8 hexahedra, and what must be said of it. */
static void NanPoint(TasMeshData *d)
{
  d->points[3 * 4 + 1] = NAN;
}
static void WidePoint(TasMeshData *d)
{
  d->points[0] = INFINITY;
}
static void HighNode(TasMeshData *d)
{
  d->cells[5] = 27;
}
static void LowNode(TasMeshData *d)
{
  d->cells[0] = -1;
}
static void BadTissue(TasMeshData *d)
{
  d->cell_tissue[3] = 2;
}
static void EmptyTissue(TasMeshData *d)
{
  for (PetscInt c = 0; c < d->num_cells; c++) d->cell_tissue[c] = 0;
}
static void EmptySurface(TasMeshData *d)
{
  for (PetscInt f = 0; f < d->num_facets; f++) d->facet_surface[f] = PetscMin(d->facet_surface[f], 5);
}
static void LoosePoint(TasMeshData *d)
{
  d->cells[0] = d->cells[1];
}
static void Inverted(TasMeshData *d)
{
  d->points[3 * 13] = 1.2;
}
static void Flat(TasMeshData *d)
{
  for (PetscInt p = 0; p < d->num_points; p++) d->points[3 * p + 2] = 0;
}
static void Mirrored(TasMeshData *d)
{
  for (PetscInt p = 0; p < d->num_points; p++) d->points[3 * p] *= -1;
}
static void NanField(TasMeshData *d)
{
  d->fields[0].values[7] = NAN;
}
static void NoFace(TasMeshData *d)
{
  d->facets[2] = 26;
}
static void TwiceListed(TasMeshData *d)
{
  for (PetscInt k = 0; k < 4; k++) d->facets[4 + k] = d->facets[(k + 2) % 4];
}
static void BadFacet(TasMeshData *d)
{
  d->facets[2] = 99;
}
static void Twins(TasMeshData *d) /* a ninth cell, in the place of the sixth but turned */
{
  for (PetscInt k = 0; k < 8; k++) d->cells[8 * 8 + k] = d->cells[8 * 5 + (k + 1) % 4 + k / 4 * 4];
  d->cell_tissue[8]           = 0;
  d->num_cells                = 9;
  d->fields[0].num_components = d->fields[1].num_components = 0; /* they have no place for it */
}
static void NoCells(TasMeshData *d)
{
  d->num_cells = 0;
}

static void test_problems(void **state)
{
  static const struct {
    void (*spoil)(TasMeshData *data);
    const char *part;
  } table[] = {
      {NanPoint, "point 5 has coordinates (0.5, nan, 0)"},
      {WidePoint, "point 1 has coordinates (inf, 0, 0)"},
      {HighNode, "point number 27 is outside 0..26"},
      {LowNode, "point number -1 is outside"},
      {BadTissue, "tissue number 2 is outside 0..1"},
      {EmptyTissue, "tissue 'upper' is empty"},
      {EmptySurface, "surface 'middle' is empty"},
      {LoosePoint, "point 1 belongs to no cell"},
      {Inverted, "cells inverted or flat; the first is cell 2 of tissue 'lower' near (0.8375, 0.25, 0.25)"},
      {Flat, "8 of 8 cells inverted or flat"},
      {Mirrored, "is the mesh mirrored?"},
      {NanField, "field 'fibre' is not a finite number in cell 3"},
      {NoFace, "surface 'x0': the facet at (0, 0, 0) is not a face of any cell"},
      {TwiceListed, "surface 'x0': the facet at (0, 0.5, 0.5) is listed twice"},
      {BadFacet, "point number 99 is outside"},
      {Twins, "cell 6 of tissue 'upper' and cell 9 of tissue 'lower' have the same corners"},
      {NoCells, "the mesh has no cells"},
  };
  char problem[TAS_PROBLEM_LENGTH];

  for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
    TasMeshData data;
    OK(BoxCreate(&hexes, &data));
    table[i].spoil(&data);
    OK(TasMeshDataCheck(&data, problem));
    if (!strstr(problem, table[i].part)) fail_msg("%zu: '%s' does not hold '%s'", i, problem, table[i].part);
    OK(TasMeshDataClear(&data));
  }
}

static PetscReal QualityOf(TasShape shape, PetscInt corners, PetscReal *points)
{
  PetscInt    cell[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  TasMeshData data    = {.shape = shape, .num_points = corners, .points = points, .num_cells = 1, .cells = cell};
  PetscReal   quality = 77;

  OK(TasMeshDataQuality(&data, &quality));
  return quality;
}

/* Closed forms: a cuboid and a regular tetrahedron are perfect; a sheared cube has the cosine of its shear angle. */
static void test_quality(void **state)
{
  PetscReal cuboid[24]  = {0, 0, 0, 2, 0, 0, 2, 3, 0, 0, 3, 0, 0, 0, 5, 2, 0, 5, 2, 3, 5, 0, 3, 5};
  PetscReal sheared[24] = {0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 2, 0, 1, 2, 1, 1, 1, 1, 1};
  PetscReal regular[12] = {1, 1, 1, -1, 1, -1, 1, -1, -1, -1, -1, 1}, corner[12] = {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1};

  assert_true(fabs(QualityOf(TAS_SHAPE_HEX, 8, cuboid) - 1) < 1e-15);
  assert_true(fabs(QualityOf(TAS_SHAPE_HEX, 8, sheared) - 1 / sqrt(2)) < 1e-15);
  assert_true(fabs(fabs(QualityOf(TAS_SHAPE_TET, 4, regular)) - 1) < 1e-15);
  assert_true(fabs(QualityOf(TAS_SHAPE_TET, 4, corner) - 1 / sqrt(2)) < 1e-15); /* sqrt(2) over edges 1, sqrt(2), sqrt(2) */
  corner[11] = -1;
  assert_true(QualityOf(TAS_SHAPE_TET, 4, corner) < 0);
  corner[11] = 0;
  assert_true(QualityOf(TAS_SHAPE_TET, 4, corner) == 0);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_good), cmocka_unit_test(test_clear), cmocka_unit_test(test_problems),
                                     cmocka_unit_test(test_quality)};

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
