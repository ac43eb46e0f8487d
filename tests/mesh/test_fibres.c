/* TasMeshLaplaceFibres on any number of ranks. */
#include "tests/mesh/compare.h"
#include <math.h>

static PetscReal *NewFibres(const TasMesh *mesh)
{
  PetscReal *fibre;

  OK(PetscMalloc1(3 * mesh->num_cells, &fibre));
  for (PetscInt i = 0; i < 3 * mesh->num_cells; i++) fibre[i] = 77;
  return fibre;
}

static void Centre(const TasMesh *mesh, PetscInt cell, PetscInt corners, PetscReal x[3])
{
  for (PetscInt d = 0; d < 3; d++) {
    x[d] = 0;
    for (PetscInt k = 0; k < corners; k++) x[d] += mesh->coordinates[3 * mesh->cells[cell * mesh->nodes_per_cell + k] + d] / corners;
  }
}

/* In a straight bar the field is linear, so the fibres are exact; on distorted cells, and leaving the other tissue alone. */
static void CheckBar(const Box *box, TasElement element, const char *from, const char *to, PetscInt tissue)
{
  Pair p;
  char problem[TAS_PROBLEM_LENGTH];

  PairCreate(box, element, &p);
  PetscReal *fibre = NewFibres(p.shared);
  OK(TasMeshLaplaceFibres(p.shared, tissue, from, to, 0, fibre, problem));
  assert_string_equal(problem, "");
  for (PetscInt c = 0; c < p.shared->num_cells; c++) {
    const PetscBool in = p.shared->cell_tissue[c] == tissue ? PETSC_TRUE : PETSC_FALSE;
    for (PetscInt d = 0; d < 3; d++) assert_near(fibre[3 * c + d], in ? d == 2 : 77, in ? 1e-8 : 0);
  }
  OK(PetscFree(fibre));
  PairDestroy(&p);
}

static void test_straight_bar(void **state)
{
  CheckBar(&hex_box, TAS_ELEMENT_HEX8, "z0", "upper", 0);
  CheckBar(&hex_box, TAS_ELEMENT_HEX8, "lower", "z1", 1);
  CheckBar(&hex_box, TAS_ELEMENT_HEX27, "middle", "z1", 1);
  CheckBar(&tet_box, TAS_ELEMENT_TET10, "z0", " middle ,", 0);
}

/* Fibres of a tissue on one rank and on all agree. */
static void CheckRanks(const Box *box, TasElement element, PetscReal pennation)
{
  Pair p;
  char problem[TAS_PROBLEM_LENGTH];

  PairCreate(box, element, &p);
  PetscReal *mine = NewFibres(p.shared), *whole = NewFibres(p.whole);
  PetscInt  *place = PlacesOf(p.whole->num_cells, p.whole->cell_number, p.whole->num_cells);
  OK(TasMeshLaplaceFibres(p.whole, 0, "z0,x0", "x1,middle", pennation, whole, problem));
  assert_string_equal(problem, "");
  OK(TasMeshLaplaceFibres(p.shared, 0, "z0,x0", "x1,middle", pennation, mine, problem));
  assert_string_equal(problem, "");
  for (PetscInt c = 0; c < p.shared->num_cells; c++) {
    for (PetscInt d = 0; d < 3; d++) assert_near(mine[3 * c + d], whole[3 * place[p.shared->cell_number[c]] + d], 1e-8);
  }
  OK(PetscFree(place));
  OK(PetscFree(mine));
  OK(PetscFree(whole));
  PairDestroy(&p);
}

static void test_ranks(void **state)
{
  CheckRanks(&hex_box, TAS_ELEMENT_HEX8, 0);
  CheckRanks(&hex_box, TAS_ELEMENT_HEX8, 0.3);
  CheckRanks(&tet_box, TAS_ELEMENT_TET10, 0.3);
}

/* A quarter of a ring of inner radius 2, thickness 1 and axis y: x runs along the radius, z along the arc. */
static void Ring(PetscReal x[3])
{
  const PetscReal radius = 2 + x[0], angle = x[2] * PETSC_PI / 2;

  x[0] = radius * PetscCosReal(angle);
  x[2] = radius * PetscSinReal(angle);
}

/* Between the ends of a ring the field is proportional to the angle: the fibres run round it. */
static void test_ring(void **state)
{
  const Box ring = {TAS_SHAPE_HEX, {4, 2, 24}, {1, 1, 1}, Ring};
  Pair      p;
  char      problem[TAS_PROBLEM_LENGTH];

  PairCreate(&ring, TAS_ELEMENT_HEX8, &p);
  PetscReal *fibre = NewFibres(p.shared), x[3];
  OK(TasMeshLaplaceFibres(p.shared, 0, "z0", "middle", 0, fibre, problem));
  for (PetscInt c = 0; c < p.shared->num_cells; c++) {
    if (p.shared->cell_tissue[c]) continue;
    Centre(p.shared, c, 8, x);
    const PetscReal radius = PetscSqrtReal(x[0] * x[0] + x[2] * x[2]);
    assert_near(fibre[3 * c], -x[2] / radius, 2e-3);
    assert_near(fibre[3 * c + 1], 0, 1e-8);
    assert_near(fibre[3 * c + 2], x[0] / radius, 2e-3);
  }
  OK(PetscFree(fibre));
  PairDestroy(&p);
}

/* A piece of a cone with its apex at 0 between spheres of radius 4 and 1. */
static void Cone(PetscReal x[3])
{
  const PetscReal radius = 4 - x[2], u = PetscTanReal(0.4 * (x[0] - 0.5)), v = PetscTanReal(0.4 * (x[1] - 0.5));

  x[2] = -radius / PetscSqrtReal(1 + u * u + v * v);
  x[0] = u * x[2];
  x[1] = v * x[2];
}

/* Between two spheres the field is one over the radius: the fibres point to the apex as the body tapers. */
static void test_taper(void **state)
{
  const Box tapered = {TAS_SHAPE_HEX, {4, 4, 24}, {1, 1, 3}, Cone};
  Pair      p;
  char      problem[TAS_PROBLEM_LENGTH];

  PairCreate(&tapered, TAS_ELEMENT_HEX8, &p);
  PetscReal *fibre = NewFibres(p.shared), x[3];
  OK(TasMeshLaplaceFibres(p.shared, 0, "z0", "upper", 0, fibre, problem));
  for (PetscInt c = 0; c < p.shared->num_cells; c++) {
    if (p.shared->cell_tissue[c]) continue;
    Centre(p.shared, c, 8, x);
    const PetscReal radius = PetscSqrtReal(x[0] * x[0] + x[1] * x[1] + x[2] * x[2]);
    for (PetscInt d = 0; d < 3; d++) assert_near(fibre[3 * c + d], -x[d] / radius, 1e-3);
  }
  OK(PetscFree(fibre));
  PairDestroy(&p);
}

/* A flat bar, 0.2 thick in y: fibres tilt from both broad sides to the middle plane, by the angle exactly. */
static void test_pennation(void **state)
{
  const Box       flat  = {TAS_SHAPE_HEX, {12, 4, 12}, {6, 0.2, 3}, NULL};
  const PetscReal angle = 0.25;
  Pair            p;
  char            problem[TAS_PROBLEM_LENGTH];

  PairCreate(&flat, TAS_ELEMENT_HEX8, &p);
  PetscReal *fibre = NewFibres(p.shared), x[3];
  OK(TasMeshLaplaceFibres(p.shared, 0, "z0", "middle", angle, fibre, problem));
  assert_string_equal(problem, "");
  for (PetscInt c = 0; c < p.shared->num_cells; c++) {
    if (p.shared->cell_tissue[c]) continue;
    Centre(p.shared, c, 8, x);
    assert_near(fibre[3 * c + 2], PetscCosReal(angle), 1e-8);
    if (x[0] < 1 || x[0] > 5) continue; /* the narrow sides count as well near them */
    assert_near(fibre[3 * c + 1], x[1] < 0.1 ? PetscSinReal(angle) : -PetscSinReal(angle), 1e-3);
  }
  OK(PetscFree(fibre));
  PairDestroy(&p);
}

static void ExpectProblem(const Pair *p, const char *from, const char *to, PetscReal pennation, const char *part)
{
  char       problem[TAS_PROBLEM_LENGTH];
  PetscReal *fibre = NewFibres(p->shared);

  OK(TasMeshLaplaceFibres(p->shared, 0, from, to, pennation, fibre, problem));
  if (!strstr(problem, part)) fail_msg("'%s' does not hold '%s'", problem, part);
  assert_null(strchr(problem, '\n'));
  for (PetscInt i = 0; i < 3 * p->shared->num_cells; i++) assert_true(fibre[i] == 77);
  OK(PetscFree(fibre));
}

static void test_problems(void **state)
{
  Pair p;

  PairCreate(&hex_box, TAS_ELEMENT_HEX8, &p);
  ExpectProblem(&p, "z0", "z7", 0, "no surface or other tissue named 'z7'");
  ExpectProblem(&p, "lower", "z0", 0, "no surface or other tissue named 'lower'");
  ExpectProblem(&p, "", "z0", 0, "name both ends");
  ExpectProblem(&p, "z0", " , ", 0, "name both ends");
  ExpectProblem(&p, "z0", "z1", 0, "'z1' does not touch the tissue");
  ExpectProblem(&p, "z0", "z0", 0, "at the same place");
  ExpectProblem(&p, "z0", "middle", 2, "a pennation of 2 rad");
  ExpectProblem(&p, "z0", "middle", NAN, "a pennation of nan rad");
  PairDestroy(&p);
}

/* Two layers of the tissue, with the other tissue between: the far one reaches neither end, or only one. */
static void test_unconnected(void **state)
{
  const Box   box = {TAS_SHAPE_HEX, {3, 3, 9}, {1, 1, 3}, NULL};
  TasMeshData data, none = {0};
  TasMesh    *mesh;
  PetscMPIInt rank;
  char        problem[TAS_PROBLEM_LENGTH];

  OK(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  OK(BoxCreate(&box, &data));
  for (PetscInt c = 0; c < data.num_cells; c++) data.cell_tissue[c] = c / 9 == 3;
  OK(TasMeshCreate(PETSC_COMM_WORLD, rank ? &none : &data, TAS_ELEMENT_HEX8, &mesh));
  PetscReal *fibre = NewFibres(mesh);
  OK(TasMeshLaplaceFibres(mesh, 0, "z0", "x0", 0, fibre, problem));
  assert_non_null(strstr(problem, "45 of its cells get no direction"));
  OK(PetscFree(fibre));
  OK(TasMeshDestroy(&mesh));
  OK(TasMeshDataClear(&data));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_straight_bar), cmocka_unit_test(test_ranks),     cmocka_unit_test(test_ring),
      cmocka_unit_test(test_taper),        cmocka_unit_test(test_pennation), cmocka_unit_test(test_problems),
      cmocka_unit_test(test_unconnected),
  };

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
