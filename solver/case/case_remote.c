/* bodies.<name>.remote: what goes on of a muscle outside the mesh. */
#include "solver/case/case_joints.h"
#include "solver/case/case_models.h"
#include "solver/case/case_strands.h"
#include "solver/case/units.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* As of a strand; its length is its second point's x. */
#define LATER(name, allowed_, meaning_) {.key = name, .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = allowed_, .meaning = meaning_}
/* clang-format off */
const TasCaseKey tas_remote_keys[TAS_NUM_REMOTE_KEYS] = {
  {.key = "preset", .type = TAS_KEY_OTHER, .read = TasCaseReadPreset, .allowed = "muscle, tendon, ... (tasis models)", .meaning = "models and parameters; the keys below override single parts"},
  LATER("matrix", "{model: name, parameter: value, ...} or none", "the isotropic part"),
  LATER("fibres", "{model: name, parameter: value, ...}, a list of them, or none", "fibre models along it"),
  LATER("prestrain", "{model: in-situ-stretch, stretch: 1.1} or none", "stretch before surgery"),
  LATER("relaxation", "{model: prony, fraction: [0.2, 0.1], time: [10 s, 20 min]} or none", "how its stress falls while the length is held"),
  LATER("growth", "{model: fibre-growth, time: 6 day} or none", "how it adapts to its stretch"),
  LATER("matrix_turnover", "{model: transient-network, time: 30 day} or none", "how the matrix forgets its strain"),
  LATER("length", "a length such as \"60 mm\"", "from the body to the attachment"),
  {.key = "area", .type = TAS_KEY_VALUE, .unit = "mm2", .range = {TAS_ABOVE, 0, 0}, .offset = offsetof(TasCaseStrand, area),
   .meaning = "of its cross-section, where the muscle in the mesh pulls with nothing before surgery; else it is such that it bears what that pulls with"},
};
/* clang-format on */
static const TasCaseTable remote_table = TAS_CASE_TABLE("bodies.<name>.remote", "What goes on of a muscle outside the mesh.", tas_remote_keys);

static const TasLimbMomentArm *Brought(const TasCaseReader *r, const char *body)
{
  for (PetscInt k = 0; k < r->layout.num_moment_arms; k++)
    if (!strcmp(r->layout.moment_arms[k].body, body) && r->layout.moment_arms[k].preset[0]) return &r->layout.moment_arms[k];
  return NULL;
}

static PetscErrorCode TakeLimb(TasCaseReader *r, const TasLimbMomentArm *brought, TasCaseStrand *remote)
{
  char path[192], text[64], origin[320];

  PetscFunctionBeginUser;
  PetscCall(PetscStrncpy(remote->law.preset, brought->preset, TAS_NAME_LENGTH));
  remote->law.prestrain = brought->prestrain;
  snprintf(remote->law.prestrain_source, sizeof(remote->law.prestrain_source), "limb: %s", brought->source);
  remote->area      = brought->area;
  remote->points[3] = brought->remote_length;
  snprintf(origin, sizeof(origin), "limb: %s", brought->source);
  snprintf(path, sizeof(path), "bodies.%s.preset", remote->law.name);
  PetscCall(TasCaseRecord(r, path, brought->preset, origin));
  snprintf(path, sizeof(path), "bodies.%s.length", remote->law.name);
  TasUnitsFormat(brought->remote_length, "mm", sizeof(text), text);
  PetscCall(TasCaseRecord(r, path, text, origin));
  snprintf(path, sizeof(path), "bodies.%s.area", remote->law.name);
  TasUnitsFormat(brought->area, "mm2", sizeof(text), text);
  PetscCall(TasCaseRecord(r, path, text, origin));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadRemote(TasCaseReader *r, TasCaseBody *body, const TasNode *node, const TasLimbMomentArm *brought)
{
  static const TasRange positive = {TAS_ABOVE, 0, 0};
  const TasNode        *length   = node ? TasNodeFind(node, "length") : NULL;
  TasCaseStrand        *remote;
  char                  path[128];

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&body->remote));
  remote = body->remote;
  PetscCall(TasCaseStrandAllocate(remote, 2));
  remote->num_points = 2;
  snprintf(remote->law.name, sizeof(remote->law.name), "%.*s.remote", TAS_NAME_LENGTH - 8, body->name);
  remote->node = remote->law.node = node;
  if (brought) PetscCall(TakeLimb(r, brought, remote));
  snprintf(path, sizeof(path), "bodies.%s", remote->law.name);
  PetscCall(TasCaseReadMap(r, &remote_table, path, node, remote));
  if (length) PetscCall(TasCaseReadValue(r, length, "mm", &positive, &remote->points[3]));
  if (length) PetscCall(TasCaseRecordNode(r, length));
  if (!*r->problem) PetscCall(TasCaseAddModels(r, "bodies", PETSC_FALSE, &remote->law));
  if (!*r->problem && !(remote->points[3] > 0)) TasCaseComplainMissing(r, node, "length", "a length such as \"60 mm\"");
  if (!*r->problem && !(remote->area > 0)) TasCaseComplainMissing(r, node, "area", "an area such as \"300 mm2\"");
  if (!*r->problem && !body->num_arms) TasCaseComplainMissing(r, body->node, "moment_arms", "{joint: length}, where there is a remote part");
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseReadRemotes(TasCaseReader *r)
{
  PetscFunctionBeginUser;
  for (PetscInt b = 0; b < r->c->num_bodies && !*r->problem; b++) {
    TasCaseBody            *body    = &r->c->bodies[b];
    const TasNode          *node    = TasNodeFind(body->node, "remote");
    const TasLimbMomentArm *brought = Brought(r, body->name);
    if (node && node->kind == TAS_NODE_SCALAR && !strcmp(node->text, "none")) PetscCall(TasCaseRecordNode(r, node));
    else if (node || brought) PetscCall(ReadRemote(r, body, node, brought));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
