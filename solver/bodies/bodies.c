#include "solver/bodies/bodies.h"
#include "solver/bodies/rotation.h"
#include "solver/vector3.h"
#include <math.h>
#include <string.h>

#define MAX_TERMS 32 /* of one body */

/* ---- what moves a body ---- */

static void AddTerm(TasBody *body, PetscInt component, PetscInt coordinate, PetscReal factor)
{
  if (factor != 0.) body->term[body->num_terms++] = (TasBodyTerm){component, coordinate, factor};
}

static PetscErrorCode AddCoordinate(TasBodies *bodies, TasCoordinateKind kind, const char *name, const char *suffix, PetscBool driven, PetscInt *number)
{
  TasCoordinate *added = &bodies->coordinate[bodies->num_coordinates];

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(added->name, sizeof added->name, "%s%s", name, suffix));
  added->kind   = kind;
  added->driven = driven;
  *number       = bodies->num_coordinates++;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddGap(const TasCase *c, PetscInt osteotomy, TasBodies *bodies)
{
  const TasCaseDistraction *d   = &c->distraction[osteotomy];
  PetscInt                  gap = 0;

  PetscFunctionBeginUser;
  PetscCall(AddCoordinate(bodies, TAS_COORDINATE_GAP, TAS_OSTEOTOMY_PREFIX(osteotomy), "gap", PETSC_TRUE, &gap));
  for (PetscInt k = 0; k < 3; k++) AddTerm(&bodies->body[d->body], k, gap, d->direction[k]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The arms of a body about a joint. */
static void AddArms(const TasCaseBody *wanted, PetscInt joint, PetscInt coordinate, TasBody *body)
{
  for (PetscInt a = 0; a < wanted->num_arms; a++)
    for (PetscInt k = 0; wanted->arm[a].joint == joint && k < 3; k++) AddTerm(body, k, coordinate, wanted->arm[a].length * wanted->along[k]);
}

static PetscErrorCode AddJoint(const TasCase *c, PetscInt number, TasBodies *bodies)
{
  const TasCaseJoint *joint = &c->joints[number];
  PetscInt            angle = 0;

  PetscFunctionBeginUser;
  PetscCall(AddCoordinate(bodies, TAS_COORDINATE_JOINT, joint->name, "", (PetscBool)!joint->free, &angle));
  bodies->coordinate[angle].undeformed = joint->undeformed;
  for (PetscInt k = 0; joint->body >= 0 && k < 3; k++) AddTerm(&bodies->body[joint->body], 3 + k, angle, joint->axis[k]);
  for (PetscInt b = 0; b < c->num_bodies; b++) {
    if (!c->bodies[b].remote) AddArms(&c->bodies[b], number, angle, &bodies->body[b]);
    for (PetscInt k = 0; c->bodies[b].turning_joint == number && k < 3; k++) AddTerm(&bodies->body[b], 3 + k, angle, c->bodies[b].turning_share * joint->axis[k]);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A body with a remote part slides; what the joints draw is that part's far end. */
static PetscErrorCode AddSlide(const TasCaseBody *wanted, PetscInt b, TasBodies *bodies)
{
  PetscInt slide = 0;

  PetscFunctionBeginUser;
  if (!wanted->remote) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(AddCoordinate(bodies, TAS_COORDINATE_SLIDE, wanted->name, ".slide", PETSC_TRUE, &slide));
  for (PetscInt k = 0; k < 3; k++) AddTerm(&bodies->body[b], k, slide, wanted->along[k]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddFreeComponents(const TasCase *c, PetscInt b, TasBodies *bodies)
{
  static const char *const suffix[TAS_BODY_COMPONENTS] = {".x", ".y", ".z", ".rotation_x", ".rotation_y", ".rotation_z"};
  PetscInt                 added = 0;

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < TAS_BODY_COMPONENTS; k++) {
    if (!c->bodies[b].free[k]) continue;
    PetscCall(AddCoordinate(bodies, k < 3 ? TAS_COORDINATE_TRANSLATION : TAS_COORDINATE_ROTATION, c->bodies[b].name, suffix[k], PETSC_FALSE, &added));
    AddTerm(&bodies->body[b], k, added, 1.);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscInt Depth(const TasBodies *bodies, PetscInt b) { return bodies->body[b].parent < 0 ? 0 : 1 + Depth(bodies, bodies->body[b].parent); }

static void Sort(TasBodies *bodies)
{
  PetscInt n = 0;

  for (PetscInt depth = 0; n < bodies->num; depth++)
    for (PetscInt b = 0; b < bodies->num; b++)
      if (Depth(bodies, b) == depth) bodies->order[n++] = b;
}

static void ListFree(TasBodies *bodies)
{
  bodies->num_free = 0;
  for (PetscInt j = 0; j < bodies->num_coordinates; j++)
    if (!bodies->coordinate[j].driven) bodies->free[bodies->num_free++] = j;
}

static PetscErrorCode AddBody(const TasCaseBody *wanted, TasBody *body)
{
  PetscFunctionBeginUser;
  PetscCall(PetscStrncpy(body->name, wanted->name, sizeof body->name));
  PetscCall(PetscMalloc1(MAX_TERMS, &body->term));
  body->parent = wanted->parent;
  for (PetscInt k = 0; k < 3; k++) body->centre[k] = wanted->centre_given ? wanted->centre[k] : 0.;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasBodiesCreate(const TasCase *c, TasBodies **out)
{
  const PetscInt most = c->num_distractions + c->num_joints + (1 + TAS_BODY_COMPONENTS) * c->num_bodies;
  TasBodies     *bodies;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&bodies));
  bodies->num = c->num_bodies;
  PetscCall(PetscCalloc4(bodies->num, &bodies->body, bodies->num, &bodies->order, most, &bodies->coordinate, most, &bodies->free));
  for (PetscInt b = 0; b < bodies->num; b++) PetscCall(AddBody(&c->bodies[b], &bodies->body[b]));
  for (PetscInt k = 0; k < c->num_distractions; k++) PetscCall(AddGap(c, k, bodies));
  for (PetscInt k = 0; k < c->num_joints; k++) PetscCall(AddJoint(c, k, bodies));
  for (PetscInt b = 0; b < bodies->num; b++) PetscCall(AddSlide(&c->bodies[b], b, bodies));
  for (PetscInt b = 0; b < bodies->num; b++) PetscCall(AddFreeComponents(c, b, bodies));
  Sort(bodies);
  ListFree(bodies);
  const PetscInt n = bodies->num_coordinates, reals = (1 + n + n * n) * TAS_AFFINE;
  for (PetscInt b = 0; b < bodies->num; b++) PetscCall(PetscCalloc2(reals, &bodies->body[b].local, reals, &bodies->body[b].map));
  TasBodiesSetTime(bodies, c, 0.);
  TasBodiesSetCoordinates(bodies, NULL);
  *out = bodies;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasBodiesDestroy(TasBodies **bodies)
{
  PetscFunctionBeginUser;
  if (!*bodies) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt b = 0; b < (*bodies)->num; b++) {
    PetscCall(PetscFree((*bodies)->body[b].term));
    PetscCall(PetscFree2((*bodies)->body[b].local, (*bodies)->body[b].map));
  }
  PetscCall(PetscFree4((*bodies)->body, (*bodies)->order, (*bodies)->coordinate, (*bodies)->free));
  PetscCall(PetscFree(*bodies));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasBodiesSetTime(TasBodies *bodies, const TasCase *c, PetscReal time)
{
  for (PetscInt b = 0; b < bodies->num; b++)
    for (PetscInt k = 0; k < TAS_BODY_COMPONENTS; k++) {
      const TasCaseValue *motion = &c->bodies[b].motion[k];
      if (motion->given) bodies->body[b].prescribed[k] = motion->value * TasCaseCurveValue(c, motion->curve, time);
    }
}

void TasBodiesDrive(TasBodies *bodies, PetscInt coordinate, PetscBool driven)
{
  bodies->coordinate[coordinate].driven = driven;
  ListFree(bodies);
}

PetscReal TasBodiesGap(const TasBodies *bodies, PetscInt osteotomy) { return osteotomy < bodies->num_coordinates && bodies->coordinate[osteotomy].kind == TAS_COORDINATE_GAP ? bodies->coordinate[osteotomy].value : NAN; }

PetscInt TasBodiesFindCoordinate(const TasBodies *bodies, const char *name)
{
  for (PetscInt j = 0; j < bodies->num_coordinates; j++)
    if (!strcmp(bodies->coordinate[j].name, name)) return j;
  return -1;
}

/* ---- maps ---- */

static PetscReal *First(const TasBodies *bodies, PetscReal *maps, PetscInt j) { return maps + (1 + j) * TAS_AFFINE; }
static PetscReal *Second(const TasBodies *bodies, PetscReal *maps, PetscInt i, PetscInt j) { return maps + (1 + bodies->num_coordinates * (1 + i) + j) * TAS_AFFINE; }

/* map += factor * (rotation, and what it moves the centre by): of x = centre + t + R (X - centre) */
static void AddRotation(PetscReal factor, const PetscReal rotation[9], const PetscReal centre[3], PetscReal map[TAS_AFFINE])
{
  for (PetscInt e = 0; e < 9; e++) map[e] += factor * rotation[e];
  for (PetscInt d = 0; d < 3; d++) map[9 + d] -= factor * TasDot(rotation + 3 * d, centre);
}

/* Into the parent's frame. */
static void UpdateLocal(TasBodies *bodies, TasBody *body)
{
  const PetscInt n                         = bodies->num_coordinates;
  PetscReal      value[TAS_BODY_COMPONENTS];
  TasRotation    rotation;

  memcpy(value, body->prescribed, sizeof value);
  for (PetscInt t = 0; t < body->num_terms; t++) value[body->term[t].component] += body->term[t].factor * bodies->coordinate[body->term[t].coordinate].value;
  TasRotationSet(value + 3, &rotation);
  memset(body->local, 0, sizeof(PetscReal) * (size_t)((1 + n + n * n) * TAS_AFFINE));
  AddRotation(1., rotation.value, body->centre, body->local);
  for (PetscInt d = 0; d < 3; d++) body->local[9 + d] += body->centre[d] + value[d];
  for (PetscInt t = 0; t < body->num_terms; t++) {
    const TasBodyTerm *p     = &body->term[t];
    PetscReal         *first = First(bodies, body->local, p->coordinate);
    if (p->component < 3) first[9 + p->component] += p->factor;
    else AddRotation(p->factor, rotation.slope[p->component - 3], body->centre, first);
    for (PetscInt u = 0; p->component >= 3 && u < body->num_terms; u++) {
      const TasBodyTerm *q = &body->term[u];
      if (q->component >= 3) AddRotation(p->factor * q->factor, rotation.curvature[p->component - 3][q->component - 3], body->centre, Second(bodies, body->local, p->coordinate, q->coordinate));
    }
  }
}

/* out += outer after inner; whole: of maps, else of two derivatives of maps, where outer's own shift is gone */
static void AddComposed(const PetscReal outer[TAS_AFFINE], const PetscReal inner[TAS_AFFINE], PetscReal out[TAS_AFFINE], PetscBool whole)
{
  for (PetscInt i = 0; i < 3; i++) {
    for (PetscInt j = 0; j < 3; j++) out[3 * i + j] += outer[3 * i] * inner[j] + outer[3 * i + 1] * inner[3 + j] + outer[3 * i + 2] * inner[6 + j];
    out[9 + i] += TasDot(outer + 3 * i, inner + 9) + (whole ? outer[9 + i] : 0.);
  }
}

/* The parent's map after the local one, and the product rule. */
static void UpdateMap(TasBodies *bodies, TasBody *body)
{
  const PetscInt n = bodies->num_coordinates;
  PetscReal     *l = body->local, *m = body->map;

  if (body->parent < 0) {
    memcpy(m, l, sizeof(PetscReal) * (size_t)((1 + n + n * n) * TAS_AFFINE));
    return;
  }
  PetscReal *p = bodies->body[body->parent].map;
  memset(m, 0, sizeof(PetscReal) * (size_t)((1 + n + n * n) * TAS_AFFINE));
  AddComposed(p, l, m, PETSC_TRUE);
  for (PetscInt i = 0; i < n; i++) {
    AddComposed(First(bodies, p, i), l, First(bodies, m, i), PETSC_TRUE);
    AddComposed(p, First(bodies, l, i), First(bodies, m, i), PETSC_FALSE);
    for (PetscInt j = 0; j < n; j++) {
      PetscReal *second = Second(bodies, m, i, j);
      AddComposed(Second(bodies, p, i, j), l, second, PETSC_TRUE);
      AddComposed(First(bodies, p, i), First(bodies, l, j), second, PETSC_FALSE);
      AddComposed(First(bodies, p, j), First(bodies, l, i), second, PETSC_FALSE);
      AddComposed(p, Second(bodies, l, i, j), second, PETSC_FALSE);
    }
  }
}

void TasBodiesSetCoordinates(TasBodies *bodies, const PetscReal *q)
{
  for (PetscInt k = 0; q && k < bodies->num_free; k++) bodies->coordinate[bodies->free[k]].value = q[bodies->free[k]];
  for (PetscInt k = 0; k < bodies->num; k++) {
    UpdateLocal(bodies, &bodies->body[bodies->order[k]]);
    UpdateMap(bodies, &bodies->body[bodies->order[k]]);
  }
}

static void Apply(const PetscReal map[TAS_AFFINE], const PetscReal X[3], PetscReal x[3])
{
  TasMultiply(map, X, x);
  for (PetscInt d = 0; d < 3; d++) x[d] += map[9 + d];
}

void TasBodyMap(const TasBodies *bodies, PetscInt body, const PetscReal X[3], PetscReal x[3]) { Apply(bodies->body[body].map, X, x); }

void TasBodyVelocity(const TasBodies *bodies, PetscInt body, PetscInt j, const PetscReal X[3], PetscReal velocity[3])
{
  Apply(First(bodies, bodies->body[body].map, j), X, velocity);
}

void TasBodyAcceleration(const TasBodies *bodies, PetscInt body, PetscInt i, PetscInt j, const PetscReal X[3], PetscReal acceleration[3])
{
  Apply(Second(bodies, bodies->body[body].map, i, j), X, acceleration);
}

void TasBodyRotate(const TasBodies *bodies, PetscInt body, const PetscReal v[3], PetscReal out[3]) { TasMultiply(bodies->body[body].map, v, out); }
void TasBodyRotateBack(const TasBodies *bodies, PetscInt body, const PetscReal v[3], PetscReal out[3]) { TasMultiplyTransposed(bodies->body[body].map, v, out); }

void TasBodyRotateSlope(const TasBodies *bodies, PetscInt body, PetscInt j, const PetscReal v[3], PetscReal out[3])
{
  TasMultiply(First(bodies, bodies->body[body].map, j), v, out);
}

void TasBodyRotateCurvature(const TasBodies *bodies, PetscInt body, PetscInt i, PetscInt j, const PetscReal v[3], PetscReal out[3])
{
  TasMultiply(Second(bodies, bodies->body[body].map, i, j), v, out);
}

PetscBool TasBodyMovesWith(const TasBodies *bodies, PetscInt index, PetscInt coordinate)
{
  const TasBody *body = &bodies->body[index];

  for (PetscInt t = 0; t < body->num_terms; t++)
    if (body->term[t].coordinate == coordinate) return PETSC_TRUE;
  return body->parent >= 0 ? TasBodyMovesWith(bodies, body->parent, coordinate) : PETSC_FALSE;
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

PetscReal TasBodiesLoad(const TasBodies *bodies, const TasCase *c, PetscReal time, PetscInt i)
{
  PetscReal power = 0.;

  for (PetscInt b = 0; b < bodies->num; b++) {
    const TasBody   *body  = &bodies->body[b];
    const PetscReal *first = First(bodies, body->map, i);
    PetscReal        velocity[3], spin[3] = {0., 0., 0.};
    if (!c->bodies[b].force.given && !c->bodies[b].moment.given) continue;
    Apply(first, body->centre, velocity);
    AddAxis(first, body->map, spin); /* dR/dq R^T */
    for (PetscInt d = 0; d < 3; d++) power += velocity[d] * LoadOf(c, &c->bodies[b].force, d, time) + spin[d] * LoadOf(c, &c->bodies[b].moment, d, time);
  }
  return power;
}

PetscReal TasBodiesLoadSlope(const TasBodies *bodies, const TasCase *c, PetscReal time, PetscInt i, PetscInt j)
{
  PetscReal slope = 0.;

  for (PetscInt b = 0; b < bodies->num; b++) {
    const TasBody *body = &bodies->body[b];
    PetscReal      acceleration[3], turn[3] = {0., 0., 0.};
    if (!c->bodies[b].force.given && !c->bodies[b].moment.given) continue;
    Apply(Second(bodies, body->map, i, j), body->centre, acceleration);
    AddAxis(Second(bodies, body->map, i, j), body->map, turn);
    AddAxis(First(bodies, body->map, i), First(bodies, body->map, j), turn);
    for (PetscInt d = 0; d < 3; d++) slope += acceleration[d] * LoadOf(c, &c->bodies[b].force, d, time) + turn[d] * LoadOf(c, &c->bodies[b].moment, d, time);
  }
  return slope;
}
