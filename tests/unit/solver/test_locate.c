/* Points in meshes of each element, on any number of ranks: found where they are, with the same answer as one rank alone gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "solver/strands/locate.h"
#include "tests/unit/mesh/box.h"

#define NUM 60 /* points inside */

static void Check(PetscErrorCode error) { assert_int_equal(error, 0); }

static void assert_near(const char *what, PetscReal found, PetscReal expected, PetscReal tolerance)
{
  if (!(PetscAbsReal(found - expected) <= tolerance)) fail_msg("%s: %.17g instead of %.17g", what, (double)found, (double)expected);
}

static void Bend(PetscReal x[3])
{
  x[0] += 0.1 * x[2] * x[2];
  x[1] += 0.08 * x[0] * x[2];
}

typedef struct {
  TasMesh     *whole, *shared;
  TasLocations on_whole, on_shared;
} Pair;

static void Create(TasElement element, void (*map)(PetscReal x[3]), PetscInt num, const PetscReal *points, Pair *pair)
{
  const Box   box = {element == TAS_ELEMENT_TET10 ? TAS_SHAPE_TET : TAS_SHAPE_HEX, {4, 3, 5}, {2., 1.5, 3.}, map};
  TasMeshData data, none = {0};
  PetscMPIInt rank;

  Check(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  Check(BoxCreate(&box, &data));
  Check(TasMeshCreate(PETSC_COMM_SELF, &data, element, &pair->whole));
  Check(TasMeshCreate(PETSC_COMM_WORLD, rank ? &none : &data, element, &pair->shared));
  Check(TasMeshDataClear(&data));
  Check(TasLocate(pair->whole, num, points, &pair->on_whole));
  Check(TasLocate(pair->shared, num, points, &pair->on_shared));
  for (PetscInt p = 0; p < num; p++) {
    assert_int_equal(pair->on_shared.number[p], pair->on_whole.number[p]);
    assert_true(pair->on_shared.distance[p] == pair->on_whole.distance[p]);
  }
}

static void Destroy(Pair *pair)
{
  Check(TasLocationsClear(&pair->on_whole));
  Check(TasLocationsClear(&pair->on_shared));
  Check(TasLocationsClear(&pair->on_shared));
  Check(TasMeshDestroy(&pair->whole));
  Check(TasMeshDestroy(&pair->shared));
}

/* u = A x: what every element represents exactly. */
static const PetscReal affine[3][3] = {{0.1, -0.2, 0.05}, {0.3, 0.02, -0.1}, {-0.04, 0.2, 0.3}};

static void Displace(const TasMesh *mesh, PetscReal **u)
{
  Check(PetscCalloc1(3 * mesh->num_nodes, u));
  for (PetscInt n = 0; n < mesh->num_nodes; n++)
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++) (*u)[3 * n + i] += affine[i][j] * mesh->coordinates[3 * n + j];
}

static void CheckInside(TasElement element)
{
  PetscReal  points[3 * NUM], at[3 * NUM], moved[3 * NUM], alone[3 * NUM], *u, *v;
  PetscInt   owners[NUM];
  Pair       pair;

  for (PetscInt p = 0; p < NUM; p++) { /* irregular, well inside, then bent like the mesh */
    points[3 * p]     = 2. * (0.05 + 0.9 * fmod(0.618 * p, 1.));
    points[3 * p + 1] = 1.5 * (0.05 + 0.9 * fmod(0.755 * p, 1.));
    points[3 * p + 2] = 3. * (0.05 + 0.9 * fmod(0.570 * p, 1.));
    Bend(points + 3 * p);
  }
  Create(element, Bend, NUM, points, &pair);
  Displace(pair.shared, &u);
  Displace(pair.whole, &v);
  Check(TasLocationsPositions(&pair.on_shared, NULL, at));
  Check(TasLocationsPositions(&pair.on_shared, u, moved));
  Check(TasLocationsPositions(&pair.on_whole, v, alone));
  for (PetscInt p = 0; p < NUM; p++) owners[p] = pair.on_shared.cell[p] >= 0;
  Check(MPI_Allreduce(MPI_IN_PLACE, owners, NUM, MPIU_INT, MPI_SUM, PETSC_COMM_WORLD));
  for (PetscInt p = 0; p < NUM; p++) {
    assert_int_equal(owners[p], 1);
    assert_true(pair.on_shared.distance[p] == 0.);
    for (int i = 0; i < 3; i++) {
      PetscReal expected = points[3 * p + i];

      assert_near("position", at[3 * p + i], expected, 1e-13);
      for (int j = 0; j < 3; j++) expected += affine[i][j] * points[3 * p + j];
      assert_near("moved position", moved[3 * p + i], expected, 1e-13);
      assert_true(moved[3 * p + i] == alone[3 * p + i]);
    }
  }
  Check(PetscFree(u));
  Check(PetscFree(v));
  Destroy(&pair);
}

static void test_inside(void **state)
{
  CheckInside(TAS_ELEMENT_HEX8);
  CheckInside(TAS_ELEMENT_TET10);
  CheckInside(TAS_ELEMENT_HEX27);
}

/* At a node, of all cells that have it the lowest number: looked up among the corners. */
static void CheckNodes(TasElement element)
{
  enum { NODES = 5 * 4 * 6 };
  PetscReal points[3 * NODES];
  PetscInt  p = 0;
  Pair      pair;

  for (int i = 0; i <= 4; i++)
    for (int j = 0; j <= 3; j++)
      for (int k = 0; k <= 5; k++, p++) {
        points[3 * p]     = 2. * i / 4;
        points[3 * p + 1] = 1.5 * j / 3;
        points[3 * p + 2] = 3. * k / 5;
        Bend(points + 3 * p);
      }
  Create(element, Bend, NODES, points, &pair);
  for (p = 0; p < NODES; p++) {
    const TasMesh *mesh   = pair.whole;
    PetscInt       lowest = PETSC_MAX_INT;

    for (PetscInt c = 0; c < mesh->num_cells; c++)
      for (PetscInt a = 0; a < mesh->nodes_per_cell; a++) {
        const PetscReal *x = mesh->coordinates + 3 * mesh->cells[c * mesh->nodes_per_cell + a];
        if (PetscAbsReal(x[0] - points[3 * p]) + PetscAbsReal(x[1] - points[3 * p + 1]) + PetscAbsReal(x[2] - points[3 * p + 2]) < 1e-12) lowest = PetscMin(lowest, mesh->cell_number[c]);
      }
    assert_int_equal(pair.on_shared.number[p], lowest);
  }
  Destroy(&pair);
}

static void test_nodes(void **state)
{
  CheckNodes(TAS_ELEMENT_HEX8);
  CheckNodes(TAS_ELEMENT_TET10);
  CheckNodes(TAS_ELEMENT_HEX27);
}

/* Straight cells of 0.5 x 0.5 x 0.6 mm, diagonal 0.93: 0.07 mm outside is near enough, 0.12 is not. */
static void CheckOutside(TasElement element)
{
  const PetscReal points[12] = {-0.07, 0.7, 1.3, 1.1, 1.57, 1.3, 1.1, 0.7, 3.12, 40., 0., 0.};
  PetscReal       at[12];
  Pair            pair;

  Create(element, NULL, 4, points, &pair);
  Check(TasLocationsPositions(&pair.on_shared, NULL, at));
  for (PetscInt p = 0; p < 2; p++) {
    assert_near("distance", pair.on_shared.distance[p], 0.07, 1e-12);
    for (int i = 0; i < 3; i++) assert_near("nearest point", at[3 * p + i], i != p ? points[3 * p + i] : p == 0 ? 0. : 1.5, 1e-12);
  }
  for (PetscInt p = 2; p < 4; p++) {
    assert_int_equal(pair.on_shared.number[p], -1);
    assert_int_equal(pair.on_shared.cell[p], -1);
    assert_true(pair.on_shared.distance[p] == PETSC_INFINITY);
  }
  Destroy(&pair);
}

static void test_outside(void **state)
{
  CheckOutside(TAS_ELEMENT_HEX8);
  CheckOutside(TAS_ELEMENT_HEX27);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_inside), cmocka_unit_test(test_nodes), cmocka_unit_test(test_outside)};
  int                     failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
