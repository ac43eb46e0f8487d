#include "solver/bodies.h"
#include "solver/vector3.h"

PetscErrorCode TasBodiesCreate(const TasCase *c, TasBodies **out)
{
  TasBodies *bodies;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&bodies));
  bodies->num = c->num_bodies;
  PetscCall(PetscCalloc1(bodies->num, &bodies->body));
  for (PetscInt b = 0; b < bodies->num; b++) {
    TasBody *body = &bodies->body[b];
    PetscCall(PetscStrncpy(body->name, c->bodies[b].name, sizeof body->name));
    body->root = c->bodies[b].kind == TAS_BODY_WITH ? c->bodies[b].with : b;
    for (PetscInt k = 0; k < 3; k++) body->centre[k] = c->bodies[b].centre_given ? c->bodies[b].centre[k] : 0.;
    for (PetscInt k = 0; k < TAS_BODY_COMPONENTS; k++) body->coordinate[k] = body->root == b && c->bodies[b].free[k] ? bodies->num_coordinates++ : -1;
  }
  TasBodiesSetTime(bodies, c, 0.);
  TasBodiesSetCoordinates(bodies, NULL);
  *out = bodies;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasBodiesDestroy(TasBodies **bodies)
{
  PetscFunctionBeginUser;
  if (!*bodies) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree((*bodies)->body));
  PetscCall(PetscFree(*bodies));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasBodiesSetTime(TasBodies *bodies, const TasCase *c, PetscReal time)
{
  for (PetscInt b = 0; b < bodies->num; b++)
    for (PetscInt k = 0; k < TAS_BODY_COMPONENTS; k++) {
      const TasCaseValue *motion = &c->bodies[b].motion[k];
      if (bodies->body[b].coordinate[k] < 0 && motion->given) bodies->body[b].value[k] = motion->value * TasCaseCurveValue(c, motion->curve, time);
    }
}

/* sin(x)/x and (1 - cos x)/x^2 as functions of s = x^2, with two derivatives by s. */
static void RotationFactors(PetscReal s, PetscReal a[3], PetscReal b[3])
{
  if (s < 1.) { /* power series: the closed forms cancel */
    PetscReal term = 1.; /* (-1)^n/(2n)! */
    for (PetscInt d = 0; d < 3; d++) a[d] = b[d] = 0.;
    for (PetscInt n = 0; n < 14; n++) {
      PetscReal power[3];
      for (PetscInt d = 0; d < 3; d++) {
        PetscReal factor = 1.;
        for (PetscInt m = 0; m < d; m++) factor *= n - m;
        power[d] = n < d ? 0. : factor * (n == d ? 1. : PetscPowRealInt(s, n - d));
        a[d] += term / (2 * n + 1) * power[d];
        b[d] += term / ((2 * n + 1) * (2 * n + 2)) * power[d];
      }
      term *= -1. / ((2 * n + 1) * (2 * n + 2));
    }
  } else {
    const PetscReal x = PetscSqrtReal(s), cosine = PetscCosReal(x);
    a[0] = PetscSinReal(x) / x;
    b[0] = (1. - cosine) / s;
    a[1] = (cosine - a[0]) / (2. * s);
    b[1] = (0.5 * a[0] - b[0]) / s;
    a[2] = (-0.5 * a[0] - 3. * a[1]) / (2. * s);
    b[2] = (0.5 * a[1] - 2. * b[1]) / s;
  }
}

static void Hat(const PetscReal v[3], PetscReal w[9])
{
  const PetscReal hat[9] = {0., -v[2], v[1], v[2], 0., -v[0], -v[1], v[0], 0.};
  for (PetscInt e = 0; e < 9; e++) w[e] = hat[e];
}

/* out += factor * x y */
static void AddProduct(PetscReal factor, const PetscReal x[9], const PetscReal y[9], PetscReal out[9])
{
  for (PetscInt i = 0; i < 3; i++)
    for (PetscInt j = 0; j < 3; j++) out[3 * i + j] += factor * (x[3 * i] * y[j] + x[3 * i + 1] * y[3 + j] + x[3 * i + 2] * y[6 + j]);
}

/* R = I + a W + b W^2 (Rodrigues) with W the cross-product matrix of the rotation vector, and its derivatives. */
static void UpdateRotation(TasBody *body)
{
  const PetscReal *v = body->value + 3;
  PetscReal        a[3], b[3], w[9], unit[3][9], square[9] = {0.}, mixed[3][9];

  RotationFactors(v[0] * v[0] + v[1] * v[1] + v[2] * v[2], a, b);
  Hat(v, w);
  AddProduct(1., w, w, square);
  for (PetscInt k = 0; k < 3; k++) {
    const PetscReal axis[3] = {k == 0, k == 1, k == 2};
    Hat(axis, unit[k]);
    for (PetscInt e = 0; e < 9; e++) mixed[k][e] = 0.;
    AddProduct(1., unit[k], w, mixed[k]);
    AddProduct(1., w, unit[k], mixed[k]);
  }
  for (PetscInt e = 0; e < 9; e++) {
    body->rotation[e] = (e % 4 == 0 ? 1. : 0.) + a[0] * w[e] + b[0] * square[e];
    for (PetscInt k = 0; k < 3; k++) body->slope[k][e] = 2. * v[k] * (a[1] * w[e] + b[1] * square[e]) + a[0] * unit[k][e] + b[0] * mixed[k][e];
  }
  for (PetscInt k = 0; k < 3; k++)
    for (PetscInt l = 0; l < 3; l++) {
      PetscReal *out = body->curvature[k][l];
      for (PetscInt e = 0; e < 9; e++)
        out[e] = 4. * v[k] * v[l] * (a[2] * w[e] + b[2] * square[e]) + (k == l ? 2. : 0.) * (a[1] * w[e] + b[1] * square[e]) +
                 2. * v[k] * (a[1] * unit[l][e] + b[1] * mixed[l][e]) + 2. * v[l] * (a[1] * unit[k][e] + b[1] * mixed[k][e]);
      AddProduct(b[0], unit[k], unit[l], out);
      AddProduct(b[0], unit[l], unit[k], out);
    }
}

void TasBodiesSetCoordinates(TasBodies *bodies, const PetscReal *q)
{
  for (PetscInt b = 0; b < bodies->num; b++) {
    TasBody *body = &bodies->body[b];
    for (PetscInt k = 0; q && k < TAS_BODY_COMPONENTS; k++)
      if (body->coordinate[k] >= 0) body->value[k] = q[body->coordinate[k]];
    UpdateRotation(body);
  }
}

static const TasBody *Root(const TasBodies *bodies, PetscInt body) { return &bodies->body[bodies->body[body].root]; }

void TasBodyMap(const TasBodies *bodies, PetscInt index, const PetscReal X[3], PetscReal x[3])
{
  const TasBody  *body   = Root(bodies, index);
  const PetscReal arm[3] = {X[0] - body->centre[0], X[1] - body->centre[1], X[2] - body->centre[2]};

  TasMultiply(body->rotation, arm, x);
  for (PetscInt d = 0; d < 3; d++) x[d] += body->centre[d] + body->value[d];
}

PetscInt TasBodyComponent(const TasBodies *bodies, PetscInt index, PetscInt coordinate)
{
  const TasBody *body = Root(bodies, index);

  for (PetscInt k = 0; k < TAS_BODY_COMPONENTS; k++)
    if (body->coordinate[k] == coordinate) return k;
  return -1;
}

void TasBodyRotate(const TasBodies *bodies, PetscInt index, const PetscReal v[3], PetscReal out[3]) { TasMultiply(Root(bodies, index)->rotation, v, out); }

void TasBodyRotateBack(const TasBodies *bodies, PetscInt index, const PetscReal v[3], PetscReal out[3])
{
  TasMultiplyTransposed(Root(bodies, index)->rotation, v, out);
}

void TasBodyRotateSlope(const TasBodies *bodies, PetscInt index, PetscInt coordinate, const PetscReal v[3], PetscReal out[3])
{
  const PetscInt k = TasBodyComponent(bodies, index, coordinate);

  out[0] = out[1] = out[2] = 0.;
  if (k >= 3) TasMultiply(Root(bodies, index)->slope[k - 3], v, out);
}

void TasBodyRotateCurvature(const TasBodies *bodies, PetscInt index, PetscInt i, PetscInt j, const PetscReal v[3], PetscReal out[3])
{
  const PetscInt k = TasBodyComponent(bodies, index, i), l = TasBodyComponent(bodies, index, j);

  out[0] = out[1] = out[2] = 0.;
  if (k >= 3 && l >= 3) TasMultiply(Root(bodies, index)->curvature[k - 3][l - 3], v, out);
}

void TasBodyVelocity(const TasBodies *bodies, PetscInt index, PetscInt coordinate, const PetscReal X[3], PetscReal velocity[3])
{
  const TasBody  *body   = Root(bodies, index);
  const PetscReal arm[3] = {X[0] - body->centre[0], X[1] - body->centre[1], X[2] - body->centre[2]};
  const PetscInt  k      = TasBodyComponent(bodies, index, coordinate);

  TasBodyRotateSlope(bodies, index, coordinate, arm, velocity);
  if (k >= 0 && k < 3) velocity[k] += 1.;
}

void TasBodyAcceleration(const TasBodies *bodies, PetscInt index, PetscInt i, PetscInt j, const PetscReal X[3], PetscReal acceleration[3])
{
  const TasBody  *body   = Root(bodies, index);
  const PetscReal arm[3] = {X[0] - body->centre[0], X[1] - body->centre[1], X[2] - body->centre[2]};

  TasBodyRotateCurvature(bodies, index, i, j, arm, acceleration);
}

/* ---- given loads ---- */

/* out += axis of the skew matrix a b^T (3x3): half of its asymmetry, written as a vector. */
static void AddAxis(const PetscReal a[9], const PetscReal b[9], PetscReal out[3])
{
  for (PetscInt d = 0; d < 3; d++) {
    const PetscReal *p = a + 3 * ((d + 2) % 3), *q = a + 3 * ((d + 1) % 3), *r = b + 3 * ((d + 1) % 3), *s = b + 3 * ((d + 2) % 3);
    out[d] += 0.5 * (p[0] * r[0] + p[1] * r[1] + p[2] * r[2] - q[0] * s[0] - q[1] * s[1] - q[2] * s[2]);
  }
}

static PetscReal LoadOf(const TasCase *c, const TasCaseVector *load, PetscInt component, PetscReal time) { return load->given ? load->value[component] * TasCaseCurveValue(c, load->curve, time) : 0.; }

/* The body that a coordinate moves, and its component there. */
static PetscInt Moved(const TasBodies *bodies, PetscInt coordinate, PetscInt *component)
{
  for (PetscInt b = 0; b < bodies->num; b++)
    for (*component = 0; *component < TAS_BODY_COMPONENTS; (*component)++)
      if (bodies->body[b].coordinate[*component] == coordinate) return b;
  return -1;
}

PetscReal TasBodiesLoad(const TasBodies *bodies, const TasCase *c, PetscReal time, PetscInt i)
{
  PetscInt       k;
  const PetscInt b     = Moved(bodies, i, &k);
  PetscReal      power = 0., spin[3] = {0., 0., 0.};

  if (k < 3) return LoadOf(c, &c->bodies[b].force, k, time);
  AddAxis(bodies->body[b].slope[k - 3], bodies->body[b].rotation, spin); /* dR/dq R^T */
  for (PetscInt d = 0; d < 3; d++) power += spin[d] * LoadOf(c, &c->bodies[b].moment, d, time);
  return power;
}

PetscReal TasBodiesLoadSlope(const TasBodies *bodies, const TasCase *c, PetscReal time, PetscInt i, PetscInt j)
{
  PetscInt       k, l;
  const PetscInt b     = Moved(bodies, i, &k);
  PetscReal      slope = 0., turn[3] = {0., 0., 0.};

  if (b != Moved(bodies, j, &l) || k < 3 || l < 3) return 0.;
  AddAxis(bodies->body[b].curvature[k - 3][l - 3], bodies->body[b].rotation, turn);
  AddAxis(bodies->body[b].slope[k - 3], bodies->body[b].slope[l - 3], turn);
  for (PetscInt d = 0; d < 3; d++) slope += turn[d] * LoadOf(c, &c->bodies[b].moment, d, time);
  return slope;
}
