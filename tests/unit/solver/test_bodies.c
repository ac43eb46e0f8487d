/* Trees of bodies: where joints, arms and the gap take them, and the derivatives against differences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "solver/bodies/bodies.h"
#include "solver/vector3.h"

#define NUM 4

static void assert_near(PetscReal found, PetscReal expected, PetscReal tolerance)
{
  if (!(PetscAbsReal(found - expected) <= tolerance)) fail_msg("%.17g instead of %.17g", (double)found, (double)expected);
}

/* A shank on a thigh on the ground, a muscle's end on the thigh drawn by the knee; the thigh turns freely, too. */
enum { GROUND, THIGH, SHANK, PATELLA };
enum { GAP, HIP, KNEE };

static void Fill(TasCase *c, TasCaseBody *bodies, TasCaseJoint *joints)
{
  c->num_bodies  = NUM;
  c->bodies      = bodies;
  c->num_joints  = 2;
  c->joints      = joints;
  c->num_curves  = 1;
  c->curves      = calloc(1, sizeof *c->curves);
  c->curves[0]   = (TasCaseCurve){.num_times = 2, .times = calloc(2, sizeof(PetscReal)), .values = calloc(2, sizeof(PetscReal))};
  c->curves[0].times[1] = c->curves[0].values[1] = 1.;
  for (PetscInt b = 0; b < NUM; b++) {
    bodies[b]        = (TasCaseBody){.parent = b == GROUND ? -1 : b == THIGH ? GROUND : THIGH, .centre_given = PETSC_TRUE};
    bodies[b].name[0]       = (char)('a' + b);
    bodies[b].turning_joint = b == PATELLA ? 0 : -1;
    bodies[b].turning_share = 0.5;
  }
  joints[0] = (TasCaseJoint){.name = "hip", .body = THIGH, .axis = {0, 0.6, 0.8}, .free = PETSC_TRUE};
  joints[1] = (TasCaseJoint){.name = "knee", .body = SHANK, .axis = {1, 0, 0}, .free = PETSC_TRUE, .undeformed = 0.2};
  bodies[SHANK].centre[2] = -40.;
  bodies[THIGH].centre[0] = 3.;
  bodies[PATELLA].along[2] = -1.;
  bodies[PATELLA].num_arms = 1;
  bodies[PATELLA].arm[0]   = (TasCaseArm){.joint = 1, .length = 4.};
  bodies[SHANK].force  = (TasCaseVector){.value = {1., -2., 3.}, .given = PETSC_TRUE};
  bodies[SHANK].moment = (TasCaseVector){.value = {5., 7., -4.}, .given = PETSC_TRUE};
  c->num_distractions = 1;
  c->distraction[0] = (TasCaseDistraction){.body = SHANK, .direction = {0, 0, -1}, .length = 10.};
}

static TasBodies *Make(TasCase *c, TasCaseBody *bodies, TasCaseJoint *joints)
{
  TasBodies *made;

  memset(c, 0, sizeof *c);
  Fill(c, bodies, joints);
  assert_int_equal(TasBodiesCreate(c, &made), PETSC_SUCCESS);
  assert_int_equal(made->num_coordinates, 3);
  assert_int_equal(made->num_free, 2);
  TasBodiesDrive(made, GAP, PETSC_FALSE);
  assert_int_equal(made->num_free, 3);
  return made;
}

static void Drop(TasCase *c, TasBodies **bodies)
{
  assert_int_equal(TasBodiesDestroy(bodies), PETSC_SUCCESS);
  free(c->curves[0].times);
  free(c->curves[0].values);
  free(c->curves);
}

static void Near(const PetscReal a[3], PetscReal x, PetscReal y, PetscReal z)
{
  assert_near(a[0], x, 1e-12);
  assert_near(a[1], y, 1e-12);
  assert_near(a[2], z, 1e-12);
}

/* The knee bent by a right angle, the gap open by 10, the hip straight: the shank's point ahead of the knee. */
static void TurnsInTheParentsFrame(void **state)
{
  TasCase         c;
  TasCaseBody     b[NUM];
  TasCaseJoint    j[2];
  TasBodies      *bodies = Make(&c, b, j);
  PetscReal       q[3]   = {10., 0., 0.5 * PETSC_PI}, x[3];
  const PetscReal below[3] = {0., 0., -60.}, origin[3] = {0., 0., 0.};

  TasBodiesSetCoordinates(bodies, q);
  TasBodyMap(bodies, SHANK, below, x);
  Near(x, 0., 20., -50.);
  TasBodyMap(bodies, PATELLA, origin, x);
  Near(x, 0., 0., -4. * 0.5 * PETSC_PI);
  TasBodyMap(bodies, THIGH, below, x);
  Near(x, 0., 0., -60.);
  q[HIP] = PETSC_PI; /* about (0, 0.6, 0.8) through (3, 0, 0): v -> 2 (a.v) a - v */
  q[KNEE] = q[GAP] = 0.;
  TasBodiesSetCoordinates(bodies, q);
  TasBodyMap(bodies, SHANK, below, x);
  Near(x, 6., 2. * -48. * 0.6, 2. * -48. * 0.8 + 60.);
  Drop(&c, &bodies);
}

static void At(TasBodies *bodies, const PetscReal q[3], PetscInt j, PetscReal step)
{
  PetscReal moved[3] = {q[0], q[1], q[2]};

  moved[j] += step;
  TasBodiesSetCoordinates(bodies, moved);
}

/* First and second derivatives of places and of turned vectors, and of the power of given loads, against central differences. */
static void DerivativesAreThoseOfTheMap(void **state)
{
  TasCase         c;
  TasCaseBody     b[NUM];
  TasCaseJoint    joints[2];
  TasBodies      *bodies = Make(&c, b, joints);
  const PetscReal q[3] = {7., 0.4, -0.8}, X[3] = {5., -3., -70.}, h = 1e-5;

  for (PetscInt body = 0; body < NUM; body++)
    for (PetscInt j = 0; j < 3; j++) {
      PetscReal plus[3], minus[3], v[3], plus_v[3][3], minus_v[3][3], a[3], plus_r[3], minus_r[3], slope[3], force[2][3];
      At(bodies, q, j, h);
      TasBodyMap(bodies, body, X, plus);
      TasBodyRotate(bodies, body, X, plus_r);
      for (PetscInt i = 0; i < 3; i++) {
        TasBodyVelocity(bodies, body, i, X, plus_v[i]);
        force[0][i] = TasBodiesLoad(bodies, &c, 1., i);
      }
      At(bodies, q, j, -h);
      TasBodyMap(bodies, body, X, minus);
      TasBodyRotate(bodies, body, X, minus_r);
      for (PetscInt i = 0; i < 3; i++) {
        TasBodyVelocity(bodies, body, i, X, minus_v[i]);
        force[1][i] = TasBodiesLoad(bodies, &c, 1., i);
      }
      At(bodies, q, j, 0.);
      TasBodyVelocity(bodies, body, j, X, v);
      TasBodyRotateSlope(bodies, body, j, X, slope);
      for (PetscInt d = 0; d < 3; d++) {
        assert_near(v[d], (plus[d] - minus[d]) / (2. * h), 1e-7);
        assert_near(slope[d], (plus_r[d] - minus_r[d]) / (2. * h), 1e-7);
      }
      for (PetscInt i = 0; i < 3; i++) {
        TasBodyAcceleration(bodies, body, i, j, X, a);
        for (PetscInt d = 0; d < 3; d++) assert_near(a[d], (plus_v[i][d] - minus_v[i][d]) / (2. * h), 1e-7);
        assert_near(TasBodiesLoadSlope(bodies, &c, 1., i, j), (force[0][i] - force[1][i]) / (2. * h), 1e-7);
      }
      assert_int_equal(TasBodyMovesWith(bodies, body, j), TasLength(v) > 1e-9);
    }
  Drop(&c, &bodies);
}

/* A driven coordinate takes no value of q. */
static void DrivenKeepsItsValue(void **state)
{
  TasCase         c;
  TasCaseBody     b[NUM];
  TasCaseJoint    j[2];
  TasBodies      *bodies = Make(&c, b, j);
  const PetscReal q[3] = {1., 2., 3.};

  TasBodiesDrive(bodies, KNEE, PETSC_TRUE);
  bodies->coordinate[KNEE].value = 0.3;
  TasBodiesSetCoordinates(bodies, q);
  assert_near(bodies->coordinate[GAP].value, 1., 0.);
  assert_near(bodies->coordinate[KNEE].value, 0.3, 0.);
  assert_near(TasBodiesGap(bodies, 0), 1., 0.);
  assert_int_equal(TasBodiesFindCoordinate(bodies, "knee"), KNEE);
  assert_int_equal(TasBodiesFindCoordinate(bodies, "toe"), -1);
  Drop(&c, &bodies);
}

/* The second gap moves its body alone, in the frame of the first one's body, and adds to it. */
static void GapsAddUp(void **state)
{
  TasCase         c;
  TasCaseBody     b[NUM];
  TasCaseJoint    j[2];
  TasBodies      *bodies;
  const PetscReal X[3] = {1., 2., 3.}, turn = 0.5 * PETSC_PI;
  PetscReal       x[3];

  memset(&c, 0, sizeof c);
  Fill(&c, b, j);
  c.num_distractions = 2;
  c.distraction[0]   = (TasCaseDistraction){.body = THIGH, .direction = {0, 0, -1}};
  c.distraction[1]   = (TasCaseDistraction){.body = SHANK, .direction = {0, 0.6, -0.8}};
  j[0]               = (TasCaseJoint){.name = "hip", .body = THIGH, .axis = {1, 0, 0}};
  assert_int_equal(TasBodiesCreate(&c, &bodies), PETSC_SUCCESS);
  assert_int_equal(TasBodiesFindCoordinate(bodies, "gap"), 0);
  assert_int_equal(TasBodiesFindCoordinate(bodies, "second_gap"), 1);
  bodies->coordinate[0].value = 2.;
  bodies->coordinate[1].value = 5.;
  TasBodiesSetCoordinates(bodies, NULL);
  assert_near(TasBodiesGap(bodies, 1), 5., 0.);
  TasBodyMap(bodies, THIGH, X, x);
  Near(x, 1, 2, 3 - 2);
  TasBodyMap(bodies, SHANK, X, x);
  Near(x, 1, 2 + 3, 3 - 2 - 4);
  TasBodyVelocity(bodies, THIGH, 1, X, x);
  Near(x, 0, 0, 0);
  bodies->coordinate[2].value = turn;
  TasBodiesSetCoordinates(bodies, NULL);
  TasBodyVelocity(bodies, SHANK, 0, X, x);
  Near(x, 0, 0, -1);
  TasBodyVelocity(bodies, SHANK, 1, X, x);
  Near(x, 0, 0.8, 0.6);
  Drop(&c, &bodies);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(TurnsInTheParentsFrame), cmocka_unit_test(GapsAddUp), cmocka_unit_test(DerivativesAreThoseOfTheMap), cmocka_unit_test(DrivenKeepsItsValue)};

  int                     failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
