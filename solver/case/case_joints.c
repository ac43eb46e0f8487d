/* The section `joints`: hinges between bodies, and the moment arms of what passes them. */
#include "solver/case/case_joints.h"
#include "solver/case/case_laws.h"
#include "solver/case/case_strands.h"
#include "solver/case/units.h"
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* held, free, or driven: the angle that is reached where its curve is 1. */
static PetscErrorCode ReadAngle(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseJoint    *joint  = (TasCaseJoint *)target;
  const TasCaseKey curved = {.key = key->key, .type = TAS_KEY_CURVED, .unit = key->unit};
  const char      *text   = node->kind == TAS_NODE_SCALAR ? node->text : "";

  PetscFunctionBeginUser;
  joint->free        = (PetscBool)!strcmp(text, "free");
  joint->angle.given = PETSC_FALSE;
  if (!joint->free && strcmp(text, "held")) PetscCall(TasCaseReadKey(r, &curved, node, &joint->angle));
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* clang-format off */
static const TasCaseKey joint_keys[] = {
  {.key = "body", .type = TAS_KEY_BODY, .offset = offsetof(TasCaseJoint, body), .allowed = "the name of a body",
   .meaning = "that turns, in the frame of its parent; without one the far side is not modelled, and only moment arms feel the angle"},
  {.key = "centre", .type = TAS_KEY_VECTOR, .unit = "mm", .offset = offsetof(TasCaseJoint, centre), .allowed = "[x, y, z]",
   .meaning = "a point of the axis, in the undeformed limb; required with a body"},
  {.key = "axis", .type = TAS_KEY_DIRECTION, .offset = offsetof(TasCaseJoint, axis), .allowed = "[x, y, z]",
   .meaning = "about which a positive angle turns it by the right hand (flexion; of the ankle, dorsiflexion); required with a body"},
  {.key = "undeformed", .type = TAS_KEY_VALUE, .unit = "rad", .range = {TAS_WITHIN, -4, 4}, .offset = offsetof(TasCaseJoint, undeformed),
   .meaning = "angle of the undeformed limb; 0 when not given"},
  {.key = "lowest", .type = TAS_KEY_VALUE, .unit = "rad", .range = {TAS_WITHIN, -4, 4}, .offset = offsetof(TasCaseJoint, lowest),
   .meaning = "angle of the healthy range; -180 degree when not given"},
  {.key = "highest", .type = TAS_KEY_VALUE, .unit = "rad", .range = {TAS_WITHIN, -4, 4}, .offset = offsetof(TasCaseJoint, highest),
   .meaning = "angle of the healthy range; 180 degree when not given"},
  {.key = "angle", .type = TAS_KEY_OTHER, .read = ReadAngle, .unit = "rad", .allowed = "held, free, an angle, or {value: ..., curve: ...}",
   .meaning = "held as in the undeformed limb (default); free: then it balances what acts on it; or driven to an angle, from that of the undeformed limb as the curve rises from 0 to 1"},
  {.key = "passive", .type = TAS_KEY_OTHER, .read = TasCaseReadPassive, .allowed = "{model: ..., ...}, the name of a law of torque, or none",
   .meaning = "torque of what is not in the mesh: capsule, ligaments, other muscles; none when not given"},
  {.key = "moment", .type = TAS_KEY_CURVED, .unit = "N mm", .offset = offsetof(TasCaseJoint, moment),
   .meaning = "that acts towards larger angles, where the angle is free"},
};
/* clang-format on */
static const TasCaseTable joint_tables[] = {
    TAS_CASE_TABLE("joints.<name>", "Hinges. A limb brings its own; entries here override them.", joint_keys)};

/* ---- joints ---- */

static PetscErrorCode AddJoint(TasCaseReader *r, const TasNode *node, const char *name)
{
  TasCaseJoint *joint = &r->c->joints[r->c->num_joints++];

  PetscFunctionBeginUser;
  if (strlen(name) >= TAS_NAME_LENGTH) TasCaseComplain(r, node, "found a name of %zu characters, allowed: at most %d", strlen(name), TAS_NAME_LENGTH - 1);
  PetscCall(PetscStrncpy(joint->name, name, TAS_NAME_LENGTH));
  joint->node    = node;
  joint->body    = -1;
  joint->kind    = TAS_NUM_JOINTS;
  for (PetscInt k = 0; k < TAS_NUM_JOINTS; k++)
    if (!strcmp(name, tas_joint_kinds[k])) joint->kind = (TasJointKind)k;
  joint->lowest  = -PETSC_PI;
  joint->highest = PETSC_PI;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode RecordAngle(TasCaseReader *r, const TasCaseJoint *joint, const char *key, PetscReal value, const char *source)
{
  char path[160], text[64], origin[320];

  PetscFunctionBeginUser;
  if (TasNodeFind(joint->node, key)) PetscFunctionReturn(PETSC_SUCCESS);
  snprintf(path, sizeof(path), "joints.%s.%s", joint->name, key);
  snprintf(text, sizeof(text), "%.4g degree", (double)(value * 180 / PETSC_PI));
  snprintf(origin, sizeof(origin), "limb: %s", source);
  PetscCall(TasCaseRecord(r, path, text, origin));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TakeLimbJoint(TasCaseReader *r, const TasLimbJoint *brought, TasCaseJoint *joint)
{
  PetscFunctionBeginUser;
  if (brought->body[0]) joint->body = TasCaseFindBody(r, NULL, brought->body);
  PetscCheck(!brought->body[0] || joint->body >= 0, PETSC_COMM_SELF, PETSC_ERR_PLIB, "Joint %s turns body %s, which the limb does not have", brought->name, brought->body);
  PetscCall(PetscArraycpy(joint->centre, brought->centre, 3));
  PetscCall(PetscArraycpy(joint->axis, brought->axis, 3));
  joint->undeformed = brought->angle;
  joint->lowest     = brought->range[0];
  joint->highest    = brought->range[1];
  PetscCall(RecordAngle(r, joint, "undeformed", joint->undeformed, "undeformed"));
  PetscCall(RecordAngle(r, joint, "lowest", joint->lowest, brought->source));
  PetscCall(RecordAngle(r, joint, "highest", joint->highest, brought->source));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void CheckJoint(TasCaseReader *r, const TasCaseJoint *joint)
{
  const PetscReal length = PetscSqrtReal(PetscSqr(joint->axis[0]) + PetscSqr(joint->axis[1]) + PetscSqr(joint->axis[2]));

  if (*r->problem) return;
  if (joint->body >= 0 && length == 0) TasCaseComplainMissing(r, joint->node, "axis", "[x, y, z], where the joint turns a body");
  for (PetscInt k = 0; k < r->c->num_distractions; k++)
    if (joint->body >= 0 && joint->body == r->c->distraction[k].body) TasCaseComplain(r, joint->node, "turns the body that the device moves, allowed: another body");
  if (joint->lowest >= joint->highest)
    TasCaseComplain(r, TasNodeFind(joint->node, "lowest") ? TasNodeFind(joint->node, "lowest") : TasNodeFind(joint->node, "highest"), "found a lowest angle of %g and a highest of %g degrees, allowed: lowest < highest",
                    (double)(joint->lowest * 180 / PETSC_PI), (double)(joint->highest * 180 / PETSC_PI));
  if (joint->moment.given && !joint->free) TasCaseComplain(r, TasNodeFind(joint->node, "moment"), "acts on an angle that is not free, allowed: {angle: free, moment: ...}");
  for (const TasCaseJoint *other = r->c->joints; other < joint; other++)
    if (joint->body >= 0 && other->body == joint->body) TasCaseComplain(r, joint->node, "turns body %s, as joint %s does, allowed: one joint a body", r->c->bodies[joint->body].name, other->name);
}

/* The joint's centre is its body's: rotations and moments are about it. */
static void PlaceBody(TasCaseReader *r, const TasCaseJoint *joint)
{
  TasCaseBody *body = joint->body >= 0 ? &r->c->bodies[joint->body] : NULL;

  if (!body || *r->problem) return;
  if (body->centre_given) TasCaseComplain(r, TasNodeFind(body->node, "centre"), "joint %s turns this body about its own centre, allowed: no centre here", joint->name);
  for (PetscInt d = 0; d < 3; d++) body->centre[d] = joint->centre[d];
  body->centre_given = PETSC_TRUE;
}

/* ---- moment arms ---- */

static const char *JointName(const void *c, PetscInt i) { return ((const TasCase *)c)->joints[i].name; }

PetscInt TasCaseFindJoint(TasCaseReader *r, const TasNode *node, const char *name)
{
  for (PetscInt i = 0; i < r->c->num_joints; i++)
    if (!strcmp(r->c->joints[i].name, name)) return i;
  if (node) TasCaseComplainName(r, node, "joint", name, r->c->num_joints, JointName, r->c);
  return -1;
}

PetscErrorCode TasCaseReadArms(TasCaseReader *r, const TasNode *node, PetscInt *num, TasCaseArm *arm)
{
  static const TasRange any = {0};

  PetscFunctionBeginUser;
  if (!TasCaseExpectMap(r, node)) PetscFunctionReturn(PETSC_SUCCESS);
  if (node->num_children > TAS_MAX_ARMS) TasCaseComplain(r, node, "found %" PetscInt_FMT " joints, allowed: at most %d", node->num_children, TAS_MAX_ARMS);
  *num = 0;
  for (const TasNode *child = node->first; child && !*r->problem; child = child->next, ++*num) {
    arm[*num].joint = TasCaseFindJoint(r, child, child->key);
    PetscCall(TasCaseReadValue(r, child, "mm", &any, &arm[*num].length));
    PetscCall(TasCaseRecordNode(r, child));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadArms(TasCaseReader *r, const TasNode *node, TasCaseBody *body)
{
  PetscFunctionBeginUser;
  if (!node) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasCaseReadArms(r, node, &body->num_arms, body->arm));
  if (!*r->problem && body->along[0] == 0 && body->along[1] == 0 && body->along[2] == 0) TasCaseComplainMissing(r, body->node, "along", "[x, y, z], where there are moment arms");
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TakeLimbArms(TasCaseReader *r, const TasLimbMomentArm *brought)
{
  const PetscInt b = TasCaseFindBody(r, NULL, brought->body);
  TasCaseBody   *body;
  char           path[192], text[64], origin[320];

  PetscFunctionBeginUser;
  PetscCheck(b >= 0, PETSC_COMM_SELF, PETSC_ERR_PLIB, "The limb has moment arms of body %s, which it does not have", brought->body);
  body = &r->c->bodies[b];
  if (!TasNodeFind(body->node, "along")) PetscCall(PetscArraycpy(body->along, brought->direction, 3));
  body->num_arms = brought->num_joints;
  for (PetscInt k = 0; k < brought->num_joints; k++) {
    body->arm[k] = (TasCaseArm){TasCaseFindJoint(r, NULL, brought->joint[k]), brought->arm[k]};
    PetscCheck(body->arm[k].joint >= 0, PETSC_COMM_SELF, PETSC_ERR_PLIB, "The limb has a moment arm about joint %s, which it does not have", brought->joint[k]);
    if (TasNodeFind(body->node, "moment_arms")) continue;
    snprintf(path, sizeof(path), "bodies.%s.moment_arms.%s", body->name, brought->joint[k]);
    snprintf(text, sizeof(text), "%.4g mm", (double)brought->arm[k]);
    snprintf(origin, sizeof(origin), "limb: %s", brought->source);
    PetscCall(TasCaseRecord(r, path, text, origin));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- bodies that turn with a share of an angle ---- */

static void TakeTurning(TasCaseReader *r, TasCaseBody *body, PetscInt joint, PetscReal share)
{
  body->turning_joint = joint;
  body->turning_share = share;
  for (PetscInt d = 0; d < 3; d++) body->centre[d] = r->c->joints[joint].centre[d];
  body->centre_given = PETSC_TRUE;
}

static PetscErrorCode ReadTurning(TasCaseReader *r, const TasNode *node, TasCaseBody *body)
{
  static const TasRange range = {TAS_WITHIN, -10, 10};
  PetscInt              joint;
  PetscReal             share = 0;

  PetscFunctionBeginUser;
  if (!node || !TasCaseExpectMap(r, node)) PetscFunctionReturn(PETSC_SUCCESS);
  if (node->num_children != 1) TasCaseComplain(r, node, "found %" PetscInt_FMT " joints, allowed: one, such as {ankle: 0.5}", node->num_children);
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  joint = TasCaseFindJoint(r, node->first, node->first->key);
  PetscCall(TasCaseReadValue(r, node->first, "1", &range, &share));
  PetscCall(TasCaseRecordNode(r, node->first));
  if (!*r->problem && TasNodeFind(body->node, "centre")) TasCaseComplain(r, TasNodeFind(body->node, "centre"), "the body turns about the joint's axis, allowed: no centre here");
  if (!*r->problem) TakeTurning(r, body, joint, share);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TakeLimbTurning(TasCaseReader *r, const TasLimbTurning *brought)
{
  const PetscInt b = TasCaseFindBody(r, NULL, brought->body), joint = TasCaseFindJoint(r, NULL, brought->joint);
  char           path[192], text[64];

  PetscFunctionBeginUser;
  PetscCheck(b >= 0 && joint >= 0, PETSC_COMM_SELF, PETSC_ERR_PLIB, "The limb turns body %s with joint %s, which it does not have", brought->body, brought->joint);
  if (TasNodeFind(r->c->bodies[b].node, "turns_with")) PetscFunctionReturn(PETSC_SUCCESS);
  TakeTurning(r, &r->c->bodies[b], joint, brought->share);
  snprintf(path, sizeof(path), "bodies.%s.turns_with.%s", brought->body, brought->joint);
  snprintf(text, sizeof(text), "%.4g", (double)brought->share);
  PetscCall(TasCaseRecord(r, path, text, "limb"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the section ---- */

static PetscBool IsFree(const TasCase *c, PetscInt body)
{
  PetscBool is_free = PETSC_FALSE;

  for (PetscInt k = 0; k < 6; k++) is_free = (PetscBool)(is_free || c->bodies[body].free[k]);
  for (PetscInt k = 0; k < c->num_joints; k++) is_free = (PetscBool)(is_free || (c->joints[k].free && c->joints[k].body == body));
  is_free = (PetscBool)(is_free || (c->bodies[body].turning_joint >= 0 && c->joints[c->bodies[body].turning_joint].free));
  for (PetscInt k = 0; k < c->bodies[body].num_arms; k++) is_free = (PetscBool)(is_free || c->joints[c->bodies[body].arm[k].joint].free);
  return (PetscBool)(is_free || (c->bodies[body].parent >= 0 && IsFree(c, c->bodies[body].parent)));
}

static void CheckLoads(TasCaseReader *r)
{
  for (PetscInt b = 0; b < r->c->num_bodies && !*r->problem; b++) {
    const TasCaseBody *body = &r->c->bodies[b];
    if (!body->force.given && !body->moment.given) continue;
    if (!IsFree(r->c, b))
      TasCaseComplain(r, TasNodeFind(body->node, body->force.given ? "force" : "moment"), "the body has no free component to take it, allowed: where a component of motion or the angle of a joint is free");
  }
}

static PetscErrorCode ReadJoints(TasCaseReader *r, const TasNode *node)
{
  TasCase       *c     = r->c;
  const PetscInt limbs = r->layout.num_joints;

  PetscFunctionBeginUser;
  if (node && !TasCaseExpectMap(r, node)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(limbs + (node ? node->num_children : 0), &c->joints));
  for (PetscInt k = 0; k < limbs && !*r->problem; k++) {
    PetscCall(AddJoint(r, TasNodeFind(node, r->layout.joints[k].name), r->layout.joints[k].name));
    PetscCall(TakeLimbJoint(r, &r->layout.joints[k], &c->joints[k]));
  }
  for (const TasNode *child = node ? node->first : NULL; child && !*r->problem; child = child->next)
    if (TasCaseFindJoint(r, NULL, child->key) < 0) PetscCall(AddJoint(r, child, child->key));
  for (PetscInt k = 0; k < c->num_joints && !*r->problem; k++) {
    if (c->joints[k].node) PetscCall(TasCaseReadMap(r, &joint_tables[0], "", c->joints[k].node, &c->joints[k]));
    CheckJoint(r, &c->joints[k]);
    PlaceBody(r, &c->joints[k]);
  }
  for (PetscInt a = 0; a < r->layout.num_moment_arms; a++) PetscCall(TakeLimbArms(r, &r->layout.moment_arms[a]));
  for (PetscInt k = 0; k < r->layout.num_turnings && !*r->problem; k++) PetscCall(TakeLimbTurning(r, &r->layout.turnings[k]));
  for (PetscInt b = 0; b < c->num_bodies && !*r->problem; b++) PetscCall(ReadTurning(r, TasNodeFind(c->bodies[b].node, "turns_with"), &c->bodies[b]));
  for (PetscInt b = 0; b < c->num_bodies && !*r->problem; b++) PetscCall(ReadArms(r, TasNodeFind(c->bodies[b].node, "moment_arms"), &c->bodies[b]));
  if (!*r->problem) PetscCall(TasCaseReadRemotes(r));
  if (!*r->problem) PetscCall(TasCaseReadStrandArms(r));
  CheckLoads(r);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const TasCaseTable joint_and_remote_tables[] = {
    TAS_CASE_TABLE("joints.<name>", "Hinges. A limb brings its own; entries here override them.", joint_keys),
    TAS_CASE_TABLE("bodies.<name>.remote", "What goes on of a muscle outside the mesh, as of a strand (docs/theory/treatment.md).", tas_remote_keys)};

const TasCaseSection tas_section_joints = {
    .key = "joints", .meaning = "hinges: knee, ankle, hip", .num_tables = 2, .tables = joint_and_remote_tables, .read = ReadJoints};
