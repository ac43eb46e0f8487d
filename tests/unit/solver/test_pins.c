/* Pins in meshes of each element: how much of them lies in the tissue, and every derivative of their energy against differences; on any number of ranks
   the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "solver/pins/pins.h"
#include "solver/vector3.h"
#include "tests/unit/mesh/box.h"

#define NUM_PINS 3
#define STEP     1e-5

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

/* ---- a case ---- */

/* A bone on the ground with three free components, another in its frame that turns about two axes and shifts: six coordinates move the second. */
enum { GROUND, UPPER, LOWER, NUM_BODIES };
#define NUM_COORDINATES 6

typedef struct {
  TasCase      c;
  TasCaseBody  body[NUM_BODIES];
  TasCasePin   pin[NUM_PINS];
  TasCaseCurve curve;
  PetscReal    times[2], values[2];
  TasBodies   *bodies;
} Case;

static const PetscReal start[NUM_PINS][3] = {{-1., 0.4, 1.1}, {0.7, 0.5, 0.4}, {1.1, -0.5, 2.2}}, end[NUM_PINS][3] = {{3.5, 0.9, 1.7}, {1.2, 0.8, 2.5}, {0.8, 0.7, 2.6}};

static void Make(Case *s)
{
  memset(s, 0, sizeof *s);
  s->times[1] = s->values[1] = 1.;
  s->curve = (TasCaseCurve){.num_times = 2, .times = s->times, .values = s->values};
  s->c     = (TasCase){.num_bodies = NUM_BODIES, .bodies = s->body, .num_pins = NUM_PINS, .pins = s->pin, .num_curves = 1, .curves = &s->curve};
  for (PetscInt b = 0; b < NUM_BODIES; b++) s->body[b] = (TasCaseBody){.parent = b - 1, .centre_given = PETSC_TRUE, .name = {(char)('a' + b)}};
  s->body[UPPER].centre[1] = 0.5;
  s->body[LOWER].centre[2] = 1.5;
  s->body[UPPER].free[2] = s->body[UPPER].free[3] = s->body[UPPER].free[4] = PETSC_TRUE;
  s->body[LOWER].free[0] = s->body[LOWER].free[4] = s->body[LOWER].free[5] = PETSC_TRUE;
  for (PetscInt i = 0; i < NUM_PINS; i++) {
    s->pin[i] = (TasCasePin){.body = i ? LOWER : UPPER, .diameter = 2., .stiffness = 3. + i, .axial_stiffness = 0.5 * i};
    for (int d = 0; d < 3; d++) s->pin[i].start[d] = start[i][d], s->pin[i].end[d] = end[i][d];
  }
  Check(TasBodiesCreate(&s->c, &s->bodies));
  assert_int_equal(s->bodies->num_free, NUM_COORDINATES);
}

static void Drop(Case *s) { Check(TasBodiesDestroy(&s->bodies)); }

static void Pose(Case *s, PetscInt j, PetscReal step)
{
  PetscReal q[NUM_COORDINATES] = {0.3, 0.5, -0.4, 0.2, 0.7, -0.6};

  if (j >= 0) q[j] += step;
  TasBodiesSetCoordinates(s->bodies, q);
}

static void MakeMesh(MPI_Comm comm, TasElement element, void (*map)(PetscReal x[3]), TasMesh **mesh)
{
  const Box   box = {element == TAS_ELEMENT_TET10 ? TAS_SHAPE_TET : TAS_SHAPE_HEX, {4, 3, 5}, {2., 1.5, 3.}, map};
  TasMeshData data, none = {0};
  PetscMPIInt rank;

  Check(MPI_Comm_rank(comm, &rank));
  Check(BoxCreate(&box, &data));
  Check(TasMeshCreate(comm, rank ? &none : &data, element, mesh));
  Check(TasMeshDataClear(&data));
}

static void MakePins(Case *s, const TasMesh *mesh, TasPins *pins)
{
  char problem[TAS_PROBLEM_LENGTH];

  Check(TasPinsCreate(&s->c, mesh, NULL, pins, problem));
  assert_string_equal(problem, "");
}

/* A vector field of the nodes that is nothing to the elements. */
static PetscReal *Field(const TasMesh *mesh, PetscReal phase)
{
  PetscReal *u;

  Check(PetscMalloc1(3 * mesh->num_nodes, &u));
  for (PetscInt n = 0; n < mesh->num_nodes; n++)
    for (int d = 0; d < 3; d++) u[3 * n + d] = 0.3 * sin(phase + 1.3 * mesh->coordinates[3 * n] - 0.7 * mesh->coordinates[3 * n + 1] + 0.9 * mesh->coordinates[3 * n + 2] + 2. * d);
  return u;
}

/* ---- length and energy ---- */

/* Of the box 2 x 1.5 x 3: from entry to exit, by the sides that bound the pin. */
static PetscReal Inside(PetscInt i)
{
  const PetscReal size[3] = {2., 1.5, 3.};
  PetscReal       in = 0., out = 1., way[3];

  for (int d = 0; d < 3; d++) {
    way[d]            = end[i][d] - start[i][d];
    const PetscReal a = -start[i][d] / way[d], b = (size[d] - start[i][d]) / way[d];
    in  = PetscMax(in, PetscMin(a, b));
    out = PetscMin(out, PetscMax(a, b));
  }
  return (out - in) * TasLength(way);
}

/* The bone moves by t in untouched tissue: 1/2 L (k |t|^2 - (k - k_a) (t.a)^2). */
static void CheckLength(TasElement element)
{
  const PetscReal shift = 0.4, q[NUM_COORDINATES] = {shift};
  PetscReal       expected = 0., energy;
  TasMesh        *mesh;
  TasPins         pins;
  PetscReal      *none;
  Case            s;

  Make(&s);
  MakeMesh(PETSC_COMM_WORLD, element, NULL, &mesh);
  MakePins(&s, mesh, &pins);
  for (PetscInt i = 0; i < NUM_PINS; i++) {
    const PetscReal way[3] = {end[i][0] - start[i][0], end[i][1] - start[i][1], end[i][2] - start[i][2]}, along = shift * way[2] / TasLength(way);
    assert_near("length", TasPinsLength(pins, i), Inside(i), 1e-7);
    expected += 0.5 * Inside(i) * (s.pin[i].stiffness * (shift * shift - along * along) + s.pin[i].axial_stiffness * along * along);
  }
  Check(PetscCalloc1(3 * mesh->num_nodes, &none));
  TasBodiesSetCoordinates(s.bodies, q);
  energy = TasPinsEnergy(pins, s.bodies, none);
  Check(MPI_Allreduce(MPI_IN_PLACE, &energy, 1, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  assert_near("energy", energy, expected, 1e-7);
  Check(PetscFree(none));
  Check(TasPinsDestroy(&pins));
  Check(TasPinsDestroy(&pins));
  Check(TasMeshDestroy(&mesh));
  Drop(&s);
}

static void EndsAtTheTissue(void **state)
{
  CheckLength(TAS_ELEMENT_HEX8);
  CheckLength(TAS_ELEMENT_HEX27);
  CheckLength(TAS_ELEMENT_TET10);
}

static void MissingTheTissueIsAProblem(void **state)
{
  char     problem[TAS_PROBLEM_LENGTH];
  TasMesh *mesh;
  TasPins  pins;
  Case     s;

  Make(&s);
  s.pin[1].start[0] = s.pin[1].end[0] = 2.5;
  MakeMesh(PETSC_COMM_WORLD, TAS_ELEMENT_HEX8, NULL, &mesh);
  Check(TasPinsCreate(&s.c, mesh, NULL, &pins, problem));
  assert_non_null(strstr(problem, "misses the tissue"));
  Check(TasPinsDestroy(&pins));
  Check(TasMeshDestroy(&mesh));
  Drop(&s);
}

/* ---- derivatives ---- */

typedef struct {
  PetscReal *force;                         /* [3*owned] */
  PetscReal  energy, q[NUM_COORDINATES];
} First;

static First FirstOf(Case *s, TasPins pins, const TasMesh *mesh, const PetscReal *u)
{
  First f = {.energy = TasPinsEnergy(pins, s->bodies, u)};

  Check(PetscCalloc1(3 * mesh->num_nodes_owned, &f.force));
  TasPinsForce(pins, s->bodies, u, f.force);
  TasPinsCoordinates(pins, s->bodies, u, f.q);
  return f;
}

static PetscReal Product(const TasMesh *mesh, const PetscReal *owned, const PetscReal *w)
{
  PetscReal sum = 0.;

  for (PetscInt i = 0; i < 3 * mesh->num_nodes_owned; i++) sum += owned[i] * w[i];
  return sum;
}

/* By the nodes along a field, and by the coordinates. */
static void CheckFirst(Case *s, TasPins pins, const TasMesh *mesh, PetscReal *u)
{
  PetscReal *w = Field(mesh, 5.), change = 0.;
  First      f;

  Pose(s, -1, 0.);
  f = FirstOf(s, pins, mesh, u);
  for (int sign = -1; sign <= 1; sign += 2) {
    for (PetscInt i = 0; i < 3 * mesh->num_nodes; i++) u[i] += sign * STEP * w[i];
    change += sign * TasPinsEnergy(pins, s->bodies, u) / (2. * STEP);
    for (PetscInt i = 0; i < 3 * mesh->num_nodes; i++) u[i] -= sign * STEP * w[i];
  }
  assert_near("force", Product(mesh, f.force, w), change, 1e-8);
  assert_true(PetscAbsReal(change) > 1e-2);
  for (PetscInt j = 0; j < NUM_COORDINATES; j++) {
    change = 0.;
    for (int sign = -1; sign <= 1; sign += 2) {
      Pose(s, j, sign * STEP);
      change += sign * TasPinsEnergy(pins, s->bodies, u) / (2. * STEP);
    }
    assert_near("force of a coordinate", f.q[j], change, 1e-8);
    assert_true(PetscAbsReal(change) > 1e-2);
  }
  Check(PetscFree(w));
  Check(PetscFree(f.force));
}

typedef struct {
  PetscReal *column[NUM_COORDINATES], *lift[NUM_COORDINATES], block[NUM_COORDINATES * NUM_COORDINATES];
} Second;

static void SecondOf(Case *s, TasPins pins, const TasMesh *mesh, const PetscReal *u, Second *second)
{
  memset(second->block, 0, sizeof second->block);
  for (PetscInt j = 0; j < NUM_COORDINATES; j++) {
    Check(PetscCalloc1(3 * mesh->num_nodes_owned, &second->column[j]));
    second->lift[j] = Field(mesh, 10. + j);
  }
  Check(TasPinsCoupling(pins, s->bodies, u, second->column, (const PetscReal *const *)second->lift, second->block));
}

static void SecondFree(Second *second)
{
  for (PetscInt j = 0; j < NUM_COORDINATES; j++) {
    Check(PetscFree(second->column[j]));
    Check(PetscFree(second->lift[j]));
  }
}

/* Of forces and of generalised forces by the coordinates; the nodes move with the lifts. */
static void CheckSecond(Case *s, TasPins pins, const TasMesh *mesh, const PetscReal *u)
{
  Second    second;
  PetscReal expected[NUM_COORDINATES][NUM_COORDINATES] = {{0.}};

  Pose(s, -1, 0.);
  SecondOf(s, pins, mesh, u, &second);
  for (PetscInt j = 0; j < NUM_COORDINATES; j++) {
    First side[2];
    for (int k = 0; k < 2; k++) {
      Pose(s, j, k ? STEP : -STEP);
      side[k] = FirstOf(s, pins, mesh, u);
    }
    for (PetscInt i = 0; i < 3 * mesh->num_nodes_owned; i++) {
      side[1].force[i] = (side[1].force[i] - side[0].force[i]) / (2. * STEP);
      assert_near("column", second.column[j][i], side[1].force[i], 1e-8);
    }
    for (PetscInt i = 0; i < NUM_COORDINATES; i++) {
      const PetscReal work = Product(mesh, side[1].force, second.lift[i]);
      expected[i][j] += (side[1].q[i] - side[0].q[i]) / (2. * STEP) + work;
      expected[j][i] += work;
    }
    for (int k = 0; k < 2; k++) Check(PetscFree(side[k].force));
  }
  for (PetscInt i = 0; i < NUM_COORDINATES; i++)
    for (PetscInt j = 0; j < NUM_COORDINATES; j++) assert_near("block", second.block[i * NUM_COORDINATES + j], expected[i][j], 1e-7);
  SecondFree(&second);
}

static void CheckDerivatives(TasElement element)
{
  TasMesh   *mesh;
  TasPins    pins;
  PetscReal *u;
  Case       s;

  Make(&s);
  MakeMesh(PETSC_COMM_SELF, element, Bend, &mesh);
  MakePins(&s, mesh, &pins);
  u = Field(mesh, 0.);
  CheckFirst(&s, pins, mesh, u);
  CheckSecond(&s, pins, mesh, u);
  Check(PetscFree(u));
  Check(TasPinsDestroy(&pins));
  Check(TasMeshDestroy(&mesh));
  Drop(&s);
}

static void DerivativesAreThoseOfTheEnergy(void **state)
{
  CheckDerivatives(TAS_ELEMENT_HEX8);
  CheckDerivatives(TAS_ELEMENT_HEX27);
  CheckDerivatives(TAS_ELEMENT_TET10);
}

/* ---- ranks ---- */

/* Energy, the coordinates' forces, the block, work of force and columns with fields: numbers that do not depend on the ranks. */
#define NUM_SUMS (2 + 2 * NUM_COORDINATES + NUM_COORDINATES * NUM_COORDINATES + 6)

static void Sums(Case *s, MPI_Comm comm, TasElement element, PetscReal sum[NUM_SUMS])
{
  const PetscReal about[3] = {1., 2., 3.};
  PetscReal      *u, *w, distance, pressure;
  PetscInt        n = 0;
  TasMesh        *mesh;
  TasPins         pins;
  First           f;
  Second          second;

  MakeMesh(comm, element, Bend, &mesh);
  MakePins(s, mesh, &pins);
  Pose(s, -1, 0.);
  u = Field(mesh, 0.);
  w = Field(mesh, 1.);
  f = FirstOf(s, pins, mesh, u);
  SecondOf(s, pins, mesh, u, &second);
  memset(sum, 0, NUM_SUMS * sizeof *sum);
  sum[n++] = f.energy;
  sum[n++] = Product(mesh, f.force, w);
  for (PetscInt j = 0; j < NUM_COORDINATES; j++) {
    sum[n++] = f.q[j];
    sum[n++] = Product(mesh, second.column[j], w);
  }
  for (PetscInt k = 0; k < NUM_COORDINATES * NUM_COORDINATES; k++) sum[n++] = second.block[k];
  TasPinsReaction(pins, 1, s->bodies, u, about, sum + n);
  Check(MPI_Allreduce(MPI_IN_PLACE, sum, NUM_SUMS, MPIU_REAL, MPIU_SUM, comm));
  TasPinsLargest(pins, 1, s->bodies, u, &distance, &pressure);
  Check(MPI_Allreduce(MPI_IN_PLACE, &pressure, 1, MPIU_REAL, MPIU_MAX, comm));
  Check(MPI_Allreduce(MPI_IN_PLACE, &distance, 1, MPIU_REAL, MPIU_MAX, comm));
  assert_near("pressure", pressure, s->pin[1].stiffness * distance / s->pin[1].diameter, 1e-12);
  SecondFree(&second);
  Check(PetscFree(f.force));
  Check(PetscFree(u));
  Check(PetscFree(w));
  Check(TasPinsDestroy(&pins));
  Check(TasMeshDestroy(&mesh));
}

static void DoNotDependOnTheRanks(void **state)
{
  for (TasElement element = TAS_ELEMENT_HEX8; element <= TAS_ELEMENT_HEX27; element++) {
    PetscReal alone[NUM_SUMS], shared[NUM_SUMS];
    Case      s;
    Make(&s);
    Sums(&s, PETSC_COMM_SELF, element, alone);
    Sums(&s, PETSC_COMM_WORLD, element, shared);
    for (PetscInt k = 0; k < NUM_SUMS; k++) assert_near("sum", shared[k], alone[k], 1e-11);
    Drop(&s);
  }
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(EndsAtTheTissue),
    cmocka_unit_test(MissingTheTissueIsAProblem),
    cmocka_unit_test(DerivativesAreThoseOfTheEnergy),
    cmocka_unit_test(DoNotDependOnTheRanks),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
