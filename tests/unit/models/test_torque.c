/* Passive torque of joints: published formulae, slopes, end stops. */
#include "models/torque.h"
#include "samples.h"

#define DEGREE (PETSC_PI / 180)

static PetscReal Target(TasJointKind joint, PetscReal hip, PetscReal knee, PetscReal ankle)
{
  const PetscReal angles[TAS_NUM_JOINTS] = {hip * DEGREE, knee * DEGREE, ankle * DEGREE};

  return TasTorqueTarget(angles, joint, NULL) / 1000; /* N m */
}

/* Riener & Edrich 1999: ankle, knee straight and bent; to the digits of the table. */
static void test_ankle(void **state)
{
  static const PetscReal phi[7] = {-20, -10, 0, 5, 10, 15, 20}, straight[7] = {0.3, -1.7, -6.4, -10.7, -17.2, -27.2, -42.4},
                         bent[7] = {1.3, 0.6, -1.1, -2.5, -4.8, -8.3, -13.6};

  for (int i = 0; i < 7; i++) {
    assert_true(fabs(Target(TAS_JOINT_ANKLE, 0, 0, phi[i]) - straight[i]) < 0.0501);
    assert_true(fabs(Target(TAS_JOINT_ANKLE, 0, 60, phi[i]) - bent[i]) < 0.0501);
  }
}

/* Knee and hip: the formulae once more, written out. */
static void test_knee_and_hip(void **state)
{
  for (int i = 0; i < 60; i++) {
    const PetscReal h = -20 + 2 * i, k = 2 * i, a = -30 + i;
    const PetscReal knee = exp(1.800 + 0.0460 * a - 0.0352 * k + 0.0217 * h) - exp(-3.971 + 0.0004 * a + 0.0495 * k - 0.0128 * h) - 4.820 + exp(2.220 - 0.150 * k);
    const PetscReal hip  = exp(1.4655 - 0.0034 * k - 0.0750 * h) - exp(1.3403 - 0.0226 * k + 0.0305 * h) + 8.072;

    assert_true(fabs(Target(TAS_JOINT_KNEE, h, k, a) - knee) < 1e-9 * (1 + fabs(knee)));
    assert_true(fabs(Target(TAS_JOINT_HIP, h, k, a) - hip) < 1e-9 * (1 + fabs(hip)));
  }
  assert_true(Target(TAS_JOINT_KNEE, 0, -5, 0) > 5 && Target(TAS_JOINT_KNEE, 0, 130, 0) < -10); /* flexes when overextended, and back */
  assert_true(Target(TAS_JOINT_KNEE, 80, 10, 20) > Target(TAS_JOINT_KNEE, 0, 10, 0) + 5);        /* hamstrings and gastrocnemius taut */
}

/* ---- laws ---- */

typedef struct {
  const TasTorqueLaw *law;
  PetscReal           p[TAS_MAX_TORQUE_PARAMETERS];
} Built;

static void Set(Built *built, const char *key, PetscReal value)
{
  PetscInt k = 0;

  while (k < built->law->num_parameters && strcmp(built->law->parameters[k].key, key)) k++;
  assert_true(k < built->law->num_parameters && TasParameterAdmits(&built->law->parameters[k], value));
  built->p[k] = value;
}

static Built Standard(const char *name)
{
  Built built = {.law = TasTorqueFind(name)};

  assert_non_null(built.law);
  for (PetscInt k = 0; k < built.law->num_parameters; k++) built.p[k] = built.law->parameters[k].standard;
  if (!strcmp(name, "linear")) Set(&built, "stiffness", 0.5);
  return built;
}

static PetscReal Torque(const Built *built, TasJointKind joint, const PetscReal angles[TAS_NUM_JOINTS])
{
  PetscReal torque, slope[TAS_NUM_JOINTS];

  TasTorque(built->law, built->p, angles, joint, &torque, slope);
  return torque;
}

static PetscReal AnkleTorque(const Built *built, PetscReal degrees)
{
  const PetscReal angles[TAS_NUM_JOINTS] = {0, 0, degrees * DEGREE};

  return Torque(built, TAS_JOINT_ANKLE, angles);
}

static void test_linear(void **state)
{
  Built law = Standard("linear");

  Set(&law, "rest", 10);
  assert_true(fabs(AnkleTorque(&law, 10)) < 1e-9 && fabs(AnkleTorque(&law, 20) + 5000) < 1e-8 && fabs(AnkleTorque(&law, -10) - 10000) < 1e-8);
  Set(&law, "share", 0.25);
  assert_true(fabs(AnkleTorque(&law, 20) + 1250) < 1e-8);
}

/* The law is the target times its share. */
static void test_share(void **state)
{
  Built           law                    = Standard("double-exponential");
  const PetscReal angles[TAS_NUM_JOINTS] = {0.3, 0.7, 0.1};

  for (int joint = 0; joint < TAS_NUM_JOINTS; joint++)
    for (int i = 0; i <= 4; i++) {
      Set(&law, "share", i / 4.);
      assert_true(fabs(Torque(&law, joint, angles) - i / 4. * TasTorqueTarget(angles, joint, NULL)) < 1e-9);
    }
}

/* Slopes by all three angles, end stops and tangents of exponentials included. */
static void test_slopes(void **state)
{
  for (PetscInt l = 0; l < tas_num_torque_laws; l++)
    for (int i = 0; i < 300; i++) {
      Built              law   = Standard(tas_torque_laws[l]->name);
      const TasJointKind joint = i % 3;
      PetscReal          angles[TAS_NUM_JOINTS], torque, slope[TAS_NUM_JOINTS];

      Set(&law, "share", 0.6);
      Set(&law, "lower", -15);
      Set(&law, "upper", 15);
      for (int k = 0; k < TAS_NUM_JOINTS; k++) angles[k] = sin(1.7 * i + 2.1 * k) * (i % 7 ? 0.6 : 3);
      TasTorque(law.law, law.p, angles, joint, &torque, slope);
      for (int k = 0; k < TAS_NUM_JOINTS; k++) {
        const PetscReal h = 1e-6, at = angles[k];
        PetscReal       up, down;

        angles[k] = at + h;
        up        = Torque(&law, joint, angles);
        angles[k] = at - h;
        down      = Torque(&law, joint, angles);
        angles[k] = at;
        assert_true(fabs((up - down) / (2 * h) - slope[k]) < 1e-5 * (fabs(slope[joint]) + fabs(slope[k]) + 1000));
      }
    }
}

/* Nothing inside the range, stop_torque at stop_angle beyond it, both ways; no jump; finite wherever Newton may go. */
static void test_stop(void **state)
{
  Built law = Standard("linear");

  Set(&law, "stiffness", 0);
  Set(&law, "lower", -30);
  Set(&law, "upper", 20);
  Set(&law, "stop_torque", 12);
  Set(&law, "stop_angle", 4);
  Set(&law, "share", 0); /* a stop stays whole */
  for (int i = -30; i <= 20; i++) assert_true(AnkleTorque(&law, i) == 0);
  assert_true(fabs(AnkleTorque(&law, 24) + 12000) < 1e-8 && fabs(AnkleTorque(&law, -34) - 12000) < 1e-8);
  assert_true(AnkleTorque(&law, 20.001) < 0 && AnkleTorque(&law, 20.001) > -1e-2);
  assert_true(AnkleTorque(&law, 32) < 10 * AnkleTorque(&law, 24)); /* stiffer than a parabola */
  assert_true(isfinite(AnkleTorque(&law, 5000)) && AnkleTorque(&law, 5000) < -1e9);
  Set(&law, "stop_torque", 0);
  assert_true(AnkleTorque(&law, 90) == 0);
}

static void test_tables(void **state)
{
  char problem[512];

  for (PetscInt l = 0; l < tas_num_torque_laws; l++) {
    Built law = Standard(tas_torque_laws[l]->name);

    assert_true(law.law->num_parameters <= TAS_MAX_TORQUE_PARAMETERS && !strcmp(law.law->theory, "joints"));
    for (PetscInt k = 0; k < law.law->num_parameters; k++) assert_true(TasParameterAdmits(&law.law->parameters[k], law.p[k]));
    TasTorqueCheck(law.law, law.p, problem);
    assert_string_equal(problem, "");
    Set(&law, "lower", 20);
    Set(&law, "upper", 10);
    TasTorqueCheck(law.law, law.p, problem);
    assert_string_equal(problem, "found lower 20 degree and upper 10 degree, allowed: upper at least lower");
  }
  assert_null(TasTorqueFind("exponential"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_ankle), cmocka_unit_test(test_knee_and_hip), cmocka_unit_test(test_linear),
                                     cmocka_unit_test(test_share), cmocka_unit_test(test_slopes),       cmocka_unit_test(test_stop),
                                     cmocka_unit_test(test_tables)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
