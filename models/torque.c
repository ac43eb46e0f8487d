/*
  Passive torque of a joint, M positive towards larger angles:

    linear              M = -share stiffness (angle - rest)
    double-exponential  M = share times that of the whole joint, below
    end stops, of both  M = -/+ T (e^x - 1 - x)/(e - 2),  x = (angle beyond the range)/(stop_angle),  T = stop_torque

  Theory: docs/theory/joints.md
*/
#include "models/torque.h"
#include "models/models_impl.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#define DEGREE (PETSC_PI / 180)
#define NEWTON_METRE 1000.0 /* N mm */

const char *const tas_joint_kinds[TAS_NUM_JOINTS] = {"hip", "knee", "ankle"};

/* e^x, and beyond TAS_EXPONENT_LIMIT its tangent: a Newton iterate that overshoots stays finite. */
static PetscReal Exponential(PetscReal x, PetscReal *derivative)
{
  *derivative = exp(PetscMin(x, TAS_EXPONENT_LIMIT));
  return *derivative * (1 + PetscMax(0, x - TAS_EXPONENT_LIMIT));
}

/* ---- the whole joint ---- */

/* A sum of sign exp(constant + coefficient . angles in degrees), and a constant, N m. */
typedef struct {
  PetscReal sign, constant, coefficient[TAS_NUM_JOINTS]; /* of hip, knee, ankle */
} Term;

#define MAX_TERMS 3

static const struct {
  PetscReal offset;
  Term      terms[MAX_TERMS];
} whole[TAS_NUM_JOINTS] = {
    [TAS_JOINT_HIP]   = {8.072, {{1, 1.4655, {-0.0750, -0.0034, 0}}, {-1, 1.3403, {0.0305, -0.0226, 0}}}},
    [TAS_JOINT_KNEE]  = {-4.820, {{1, 1.800, {0.0217, -0.0352, 0.0460}}, {-1, -3.971, {-0.0128, 0.0495, 0.0004}}, {1, 2.220, {0, -0.150, 0}}}},
    [TAS_JOINT_ANKLE] = {1.792, {{1, -7.9763, {0, 0.0008, -0.1949}}, {-1, 2.1016, {0, -0.0176, 0.0843}}}},
};

PetscReal TasTorqueTarget(const PetscReal angles[TAS_NUM_JOINTS], TasJointKind joint, PetscReal slope[TAS_NUM_JOINTS])
{
  PetscReal torque = whole[joint].offset, sum[TAS_NUM_JOINTS] = {0};

  for (int t = 0; t < MAX_TERMS; t++) {
    const Term *term = &whole[joint].terms[t];
    PetscReal   x    = term->constant, derivative;

    for (int k = 0; k < TAS_NUM_JOINTS; k++) x += term->coefficient[k] * angles[k] / DEGREE;
    torque += term->sign * Exponential(x, &derivative);
    for (int k = 0; k < TAS_NUM_JOINTS; k++) sum[k] += term->sign * derivative * term->coefficient[k];
  }
  for (int k = 0; slope && k < TAS_NUM_JOINTS; k++) slope[k] = sum[k] / DEGREE * NEWTON_METRE;
  return torque * NEWTON_METRE;
}

/* ---- laws ---- */

/* Every law's parameters begin with these. */
enum { SHARE, LOWER, UPPER, STOP_TORQUE, STOP_ANGLE, STIFFNESS, REST };

#define RANGE_SOURCE "assumed: no stop, unless the limb or the case gives the joint's range"

/* clang-format off */
#define COMMON                                                                                                                               \
    {"share", "1", 0, 1, PETSC_TRUE, PETSC_TRUE, 1, "of the law's torque that is there; the rest is in the mesh. End stops stay whole", "the case's choice"}, \
    {"lower", "degree", -180, 180, PETSC_TRUE, PETSC_TRUE, -180, "angle below which the end stop resists", RANGE_SOURCE},                    \
    {"upper", "degree", -180, 180, PETSC_TRUE, PETSC_TRUE, 180, "angle above which the end stop resists", RANGE_SOURCE},                     \
    {"stop_torque", "N m", 0, INFINITY, PETSC_TRUE, PETSC_FALSE, 20, "torque of the end stop at stop_angle beyond the range; 0: no stop", "assumed: beyond what an examiner applies"}, \
    {"stop_angle", "degree", 0, 90, PETSC_FALSE, PETSC_TRUE, 5, "angle beyond the range at which the end stop resists with stop_torque", "assumed"}
static const TasParameter linear_parameters[] = {COMMON,
    {"stiffness", "N m/degree", 0, INFINITY, PETSC_TRUE, PETSC_FALSE, NAN, "torque a degree", "as the joint"},
    {"rest", "degree", -180, 180, PETSC_TRUE, PETSC_TRUE, 0, "angle without torque", "as the joint"}};
static const TasParameter exponential_parameters[] = {COMMON};
/* clang-format on */

static void Linear(const PetscReal *p, const PetscReal angles[TAS_NUM_JOINTS], TasJointKind joint, PetscReal *torque,
                   PetscReal slope[TAS_NUM_JOINTS])
{
  for (int k = 0; k < TAS_NUM_JOINTS; k++) slope[k] = 0;
  slope[joint] = -p[STIFFNESS] * NEWTON_METRE / DEGREE;
  *torque      = slope[joint] * (angles[joint] - p[REST] * DEGREE);
}

static void DoubleExponential(const PetscReal *p, const PetscReal angles[TAS_NUM_JOINTS], TasJointKind joint, PetscReal *torque,
                              PetscReal slope[TAS_NUM_JOINTS])
{
  (void)p;
  *torque = TasTorqueTarget(angles, joint, slope);
}

static const TasTorqueLaw linear = {
    .name           = "linear",
    .summary        = "Torque in proportion to the angle from a rest angle.",
    .theory         = "joints",
    .num_parameters = TAS_COUNT(linear_parameters),
    .parameters     = linear_parameters,
    .evaluate       = Linear,
};

static const TasTorqueLaw double_exponential = {
    .name           = "double-exponential",
    .summary        = "Passive torque of the whole hip, knee or ankle of healthy adults, which depends on the neighbouring joints (Riener & Edrich 1999).",
    .theory         = "joints",
    .num_parameters = TAS_COUNT(exponential_parameters),
    .parameters     = exponential_parameters,
    .evaluate       = DoubleExponential,
};

const TasTorqueLaw *const tas_torque_laws[]   = {&linear, &double_exponential};
const PetscInt            tas_num_torque_laws = TAS_COUNT(tas_torque_laws);

const TasTorqueLaw *TasTorqueFind(const char *name)
{
  for (PetscInt l = 0; l < tas_num_torque_laws; l++)
    if (!strcmp(tas_torque_laws[l]->name, name)) return tas_torque_laws[l];
  return NULL;
}

void TasTorqueCheck(const TasTorqueLaw *law, const PetscReal *p, char *problem)
{
  problem[0] = 0;
  if (p[LOWER] > p[UPPER])
    (void)snprintf(problem, 512, "found lower %g degree and upper %g degree, allowed: upper at least lower", (double)p[LOWER], (double)p[UPPER]);
}

/* ---- end stops ---- */

/* Torque against an angle beyond the range, and its derivative by that angle; both 0 at its end. */
static PetscReal Stop(const PetscReal *p, PetscReal beyond, PetscReal *derivative)
{
  const PetscReal width = p[STOP_ANGLE] * DEGREE, scale = p[STOP_TORQUE] * NEWTON_METRE / (exp(1.) - 2), x = beyond / width;
  PetscReal       value;

  *derivative = 0;
  if (!(beyond > 0)) return 0;
  value       = Exponential(x, derivative) - 1 - x;
  *derivative = scale * (*derivative - 1) / width;
  return scale * value;
}

void TasTorque(const TasTorqueLaw *law, const PetscReal *p, const PetscReal angles[TAS_NUM_JOINTS], TasJointKind joint, PetscReal *torque,
               PetscReal slope[TAS_NUM_JOINTS])
{
  PetscReal up, down;

  law->evaluate(p, angles, joint, torque, slope);
  *torque *= p[SHARE];
  for (int k = 0; k < TAS_NUM_JOINTS; k++) slope[k] *= p[SHARE];
  *torque += Stop(p, p[LOWER] * DEGREE - angles[joint], &up) - Stop(p, angles[joint] - p[UPPER] * DEGREE, &down);
  slope[joint] -= up + down;
}
