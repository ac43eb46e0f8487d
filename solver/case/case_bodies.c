/* The section `bodies`: bones and whatever else is rigid. */
#include "solver/case/case_reader.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* ---- motion ---- */

static PetscErrorCode ReadComponent(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target);

/* clang-format off */
#define COMPONENT(name, unit_, meaning_) {.key = name, .type = TAS_KEY_OTHER, .read = ReadComponent, .unit = unit_, .meaning = meaning_, .allowed = "a value, {value: ..., curve: ...} or free"}
static const TasCaseKey motion_keys[] = {
  COMPONENT("x", "mm", "translation of the centre along x; 0 where not given"),
  COMPONENT("y", "mm", "along y"),
  COMPONENT("z", "mm", "along z"),
  COMPONENT("rotation_x", "rad", "component of the rotation vector (axis times angle) about the centre"),
  COMPONENT("rotation_y", "rad", "its y component"),
  COMPONENT("rotation_z", "rad", "its z component"),
};
/* clang-format on */
static const TasCaseTable motion_table = TAS_CASE_TABLE(
    "bodies.<name>.motion", "Each component is prescribed (with a curve), or free: then it balances the forces.", motion_keys);

static PetscErrorCode ReadComponent(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseBody     *body   = (TasCaseBody *)target;
  const PetscInt   k      = (PetscInt)(key - motion_keys);
  const TasCaseKey curved = {.key = key->key, .type = TAS_KEY_CURVED, .unit = key->unit};

  PetscFunctionBeginUser;
  if (node->kind == TAS_NODE_SCALAR && !strcmp(node->text, "free")) {
    body->free[k]         = PETSC_TRUE;
    body->motion[k].given = PETSC_FALSE;
  } else
    PetscCall(TasCaseReadKey(r, &curved, node, &body->motion[k]));
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadMotion(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  PetscFunctionBeginUser;
  PetscCall(TasCaseReadMap(r, &motion_table, "", node, target));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadCentre(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseBody     *body   = (TasCaseBody *)target;
  const TasCaseKey vector = {.key = key->key, .type = TAS_KEY_VECTOR, .unit = "mm"};

  PetscFunctionBeginUser;
  PetscCall(TasCaseReadKey(r, &vector, node, body->centre));
  body->centre_given = PETSC_TRUE;
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* clang-format off */
static const TasCaseKey body_keys[] = {
  {.key = "centre", .type = TAS_KEY_OTHER, .read = ReadCentre, .unit = "mm", .allowed = "[x, y, z]",
   .meaning = "reference point of rotations and moments; by default the centroid of the body's surfaces"},
  {.key = "motion", .type = TAS_KEY_OTHER, .read = ReadMotion, .allowed = "{z: 50 mm, rotation_x: free, ...}",
   .meaning = "how it moves; held where nothing is given"},
  {.key = "parent", .type = TAS_KEY_BODY, .offset = offsetof(TasCaseBody, parent), .allowed = "the name of a body",
   .meaning = "in whose frame it moves; with that body, where it has no motion, joint or arm of its own"},
  {.key = "along", .type = TAS_KEY_DIRECTION, .offset = offsetof(TasCaseBody, along), .allowed = "[x, y, z]",
   .meaning = "where joints draw it, by its moment arms: the line of a muscle that leaves the limb here to pass them"},
  {.key = "moment_arms", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .unit = "mm", .allowed = "{joint: length, ...}",
   .meaning = "by how much a rad of a joint's angle draws it along that direction; negative: against it"},
  {.key = "remote", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{preset: muscle, length: 60 mm, area: 300 mm2}, or none",
   .meaning = "what goes on of a muscle between the body and its attachment beyond the joints: then the body slides along that direction, which points to the attachment, and this part pulls at it; without it, the arms draw the body itself"},
  {.key = "turns_with", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .unit = "1", .allowed = "{joint: share}",
   .meaning = "turns by a share of the angle of a joint, about its axis: skin at the height of a joint is bent half as much as the joint"},
  {.key = "force", .type = TAS_KEY_CURVED_VECTOR, .unit = "N", .offset = offsetof(TasCaseBody, force),
   .meaning = "on the centre, along free components"},
  {.key = "moment", .type = TAS_KEY_CURVED_VECTOR, .unit = "N mm", .offset = offsetof(TasCaseBody, moment),
   .meaning = "about the centre, on free components"},
};
/* clang-format on */
static const TasCaseTable body_tables[] = {
    TAS_CASE_TABLE("bodies.<name>",
                   "Rigid bodies, in trees. A limb brings its own: the first one is held, the second is distracted; entries here override that.",
                   body_keys),
    TAS_CASE_TABLE("bodies.<name>.motion", "Each component is prescribed (with a curve), or free: then it balances the forces.",
                   motion_keys),
};

/* ---- bodies ---- */

static PetscErrorCode AddBody(TasCaseReader *r, const TasNode *node, const char *name)
{
  TasCaseBody *body = &r->c->bodies[r->c->num_bodies++];

  PetscFunctionBeginUser;
  PetscCall(PetscStrncpy(body->name, name, TAS_NAME_LENGTH));
  if (strlen(name) >= TAS_NAME_LENGTH)
    TasCaseComplain(r, node, "found a name of %zu characters, allowed: at most %d", strlen(name), TAS_NAME_LENGTH - 1);
  body->node = node;
  body->parent        = -1;
  body->turning_joint = -1;
  for (PetscInt k = 0; k < 6; k++) body->motion[k].given = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The limb's bodies first, in its order, then those of the case. */
static PetscErrorCode CollectBodies(TasCaseReader *r, const TasNode *node)
{
  TasCase       *c     = r->c;
  const TasLimb *limb  = c->mesh.limb;
  const PetscInt limbs = limb ? limb->num_bodies : 0;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(limbs + (node ? node->num_children : 0), &c->bodies));
  for (PetscInt b = 0; b < limbs; b++) PetscCall(AddBody(r, TasNodeFind(node, limb->bodies[b].name), limb->bodies[b].name));
  for (const TasNode *child = node ? node->first : NULL; child; child = child->next)
    if (TasCaseFindBody(r, NULL, child->key) < 0) PetscCall(AddBody(r, child, child->key));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A body of a limb moves in the frame that the limb says; the distracted one in that of the held one, which is the same as none. */
static PetscErrorCode LimbParent(TasCaseReader *r, PetscInt b)
{
  const TasLimb *limb = r->c->mesh.limb;
  TasCaseBody   *body = &r->c->bodies[b];
  char           path[160];

  PetscFunctionBeginUser;
  if (!limb || b >= limb->num_bodies || limb->bodies[b].parent < 0) PetscFunctionReturn(PETSC_SUCCESS);
  body->parent = limb->bodies[b].parent;
  snprintf(path, sizeof(path), "bodies.%s.parent", body->name);
  if (!TasNodeFind(body->node, "parent")) PetscCall(TasCaseRecord(r, path, r->c->bodies[body->parent].name, "limb"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* No body moves in its own frame, however long the way. */
static void CheckTrees(TasCaseReader *r)
{
  TasCase *c = r->c;

  for (PetscInt b = 0; b < c->num_bodies && !*r->problem; b++) {
    PetscInt links = 0;

    for (PetscInt up = c->bodies[b].parent; up >= 0 && links <= c->num_bodies; up = c->bodies[up].parent) links++;
    if (links > c->num_bodies)
      TasCaseComplain(r, TasNodeFind(c->bodies[b].node, "parent"), "found a circle of bodies, allowed: a body that does not move with this one");
  }
}

static PetscErrorCode ReadBodies(TasCaseReader *r, const TasNode *node)
{
  TasCase *c = r->c;

  PetscFunctionBeginUser;
  if (node && !TasCaseExpectMap(r, node)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(CollectBodies(r, node));
  for (PetscInt b = 0; b < c->num_bodies && !*r->problem; b++) {
    PetscCall(LimbParent(r, b));
    if (c->bodies[b].node) PetscCall(TasCaseReadMap(r, &body_tables[0], "", c->bodies[b].node, &c->bodies[b]));
  }
  CheckTrees(r);
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_bodies = {
    .key = "bodies", .meaning = "rigid bodies: bone segments, the foot", .num_tables = 2, .tables = body_tables, .read = ReadBodies};
