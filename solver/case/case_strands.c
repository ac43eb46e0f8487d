/* The section `strands`: nerves, vessels and thin tendons that run through the tissue, and what they are made of. */
#include "solver/case/case_joints.h"
#include "solver/case/case_models.h"
#include "solver/case/case_strands.h"
#include "solver/text.h"
#include "solver/case/units.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define NAMES   TAS_NAME_LENGTH
#define SPACING 5.0 /* mm, where neither nodes nor spacing are given */

static const char *const end_allowed = "fixed, free or {remote: 300 mm, moment_arms: {knee: 20 mm}}";

PetscErrorCode TasCaseStrandClear(TasCaseStrand *strand)
{
  PetscFunctionBeginUser;
  PetscCall(TasCaseTissueClear(&strand->law));
  PetscCall(PetscFree(strand->points));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- bed and ends ---- */

/* clang-format off */
static const TasCaseKey bed_keys[] = {
  {.key = "tangential_stiffness", .type = TAS_KEY_VALUE, .unit = "MPa/mm", .range = {TAS_AT_LEAST, 0, 0},
   .offset = offsetof(TasCaseStrand, tangential_stiffness), .meaning = "shear stress on the strand per slip along its bed; 0: it slides freely"},
  {.key = "perimeter", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_ABOVE, 0, 0}, .offset = offsetof(TasCaseStrand, perimeter),
   .meaning = "of the cross-section, on which that stress acts; that of a circle of the strand's area when not given"},
  {.key = "turnover_time", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_ABOVE, 0, 0}, .offset = offsetof(TasCaseStrand, turnover_time),
   .meaning = "in which what holds the strand to its bed is renewed where it lies then, so that the stress fades; for ever when not given"},
};
static const TasCaseKey end_keys[] = {
  {.key = "remote", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_ABOVE, 0, 0}, .offset = offsetof(TasCaseStrandEnd, part.remote_length),
   .meaning = "the strand goes on outside the model over this length, without a bed, to a far end that moves with the end of the path; required, unless the limb brings it"},
  {.key = "moment_arms", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .unit = "mm", .allowed = "{joint: length, ...}",
   .meaning = "by how much a joint's angle, from that of the undeformed limb on, draws the far end away, a radian; then the strand's tension turns the joint; {}: none"},
};
/* clang-format on */
static const TasCaseTable bed_table = TAS_CASE_TABLE("strands.<name>.bed", "What the strand slides in.", bed_keys);
static const TasCaseTable end_table = TAS_CASE_TABLE("strands.<name>.start", "Instead of `fixed` or `free`; `end` in the same way.", end_keys);

static PetscErrorCode ReadBed(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  PetscFunctionBeginUser;
  PetscCall(TasCaseReadMap(r, &bed_table, "", node, target));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadEnd(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseStrand   *strand = (TasCaseStrand *)target;
  TasCaseStrandEnd *end   = !strcmp(key->key, "start") ? &strand->start : &strand->end;
  const TasCaseKey choice = {.key = key->key, .type = TAS_KEY_CHOICE, .choices = "fixed | free"};
  int              kind   = 0;

  PetscFunctionBeginUser;
  if (node->kind == TAS_NODE_LIST) TasCaseComplain(r, node, "found a list, allowed: %s", end_allowed);
  if (node->kind == TAS_NODE_MAP) {
    PetscCall(TasCaseReadMap(r, &end_table, "", node, end));
    if (!*r->problem && !(end->part.remote_length > 0)) TasCaseComplainMissing(r, node, "remote", "a length such as \"300 mm\"");
    end->part.kind = TAS_STRAND_REMOTE;
    end->arms_node = TasNodeFind(node, "moment_arms");
  } else {
    PetscCall(TasCaseReadKey(r, &choice, node, &kind));
    *end = (TasCaseStrandEnd){.part.kind = kind ? TAS_STRAND_FREE : TAS_STRAND_FIXED};
    PetscCall(TasCaseRecordNode(r, node));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- a strand ---- */

/* clang-format off */
static const TasCaseKey strand_keys[] = {
  {.key = "preset", .type = TAS_KEY_OTHER, .read = TasCaseReadPreset, .allowed = "nerve, artery, ... (tasis models)",
   .meaning = "models and parameters, as of a tissue, without its volume law (a strand keeps its volume); matrix and fibres override single parts or parameters"},
  {.key = "matrix", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{model: name, parameter: value, ...} or none",
   .meaning = "the isotropic part, as of a tissue"},
  {.key = "fibres", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{model: name, parameter: value, ...}, a list of them, or none",
   .meaning = "fibre models along the strand, which add up"},
  {.key = "prestrain", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{model: in-situ-stretch, stretch: 1.1} or none",
   .meaning = "stretch that it has in situ, before surgery"},
  {.key = "relaxation", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{model: prony, fraction: [0.2, 0.1], time: [10 s, 20 min]} or none",
   .meaning = "how its stress falls while the length is held"},
  {.key = "growth", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{model: fibre-growth, time: 6 day} or none",
   .meaning = "how it adapts to its stretch in days and weeks"},
  {.key = "matrix_turnover", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{model: transient-network, time: 30 day} or none",
   .meaning = "how the matrix forgets its strain in weeks"},
  {.key = "path", .type = TAS_KEY_OTHER, .read = TasCaseReadPath, .allowed = TAS_STRAND_PATH_ALLOWED,
   .meaning = "where it runs in the undeformed tissue: straight from point to point"},
  {.key = "area", .type = TAS_KEY_VALUE, .unit = "mm2", .range = {TAS_ABOVE, 0, 0}, .offset = offsetof(TasCaseStrand, area),
   .meaning = "of its undeformed cross-section"},
  {.key = "nodes", .type = TAS_KEY_INTEGER, .range = {TAS_WITHIN, 2, 100000}, .offset = offsetof(TasCaseStrand, nodes),
   .meaning = "their number, evenly along the path"},
  {.key = "spacing", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_ABOVE, 0, 0}, .offset = offsetof(TasCaseStrand, spacing),
   .meaning = "instead of nodes: the largest distance between them; 5 mm when neither is given"},
  {.key = "bed", .type = TAS_KEY_OTHER, .read = ReadBed, .allowed = "{tangential_stiffness: 0.001 MPa/mm, perimeter: 16 mm}",
   .meaning = "what it slides in"},
  {.key = "coupling", .type = TAS_KEY_CHOICE, .choices = "one-way | two-way", .standard = "two-way", .offset = offsetof(TasCaseStrand, two_way),
   .meaning = "two-way: the tissue feels what the strand pulls at it; one-way: the strand only goes along"},
  {.key = "start", .type = TAS_KEY_OTHER, .read = ReadEnd, .allowed = "fixed, free or {remote: 300 mm, moment_arms: {knee: 20 mm}}",
   .meaning = "where the path starts: fixed to the bed, free, or going on outside the model"},
  {.key = "end", .type = TAS_KEY_OTHER, .read = ReadEnd, .allowed = "fixed, free or {remote: 300 mm, moment_arms: {knee: 20 mm}}", .meaning = "where the path ends"},
};
/* clang-format on */
static const TasCaseTable strand_tables[] = {
    TAS_CASE_TABLE("strands.<name>",
                   "Nerves, vessels and thin tendons as fibres that run through the tissue and slide along their path "
                   "(docs/theory/strands.md). A limb brings its own; entries here override them, `name: none` leaves one out, and "
                   "`strands: none` all.",
                   strand_keys),
    TAS_CASE_TABLE("strands.<name>.path", "Where the strand runs: one of these.", tas_strand_path_keys),
    TAS_CASE_TABLE("strands.<name>.bed", "What the strand slides in.", bed_keys),
    TAS_CASE_TABLE("strands.<name>.start", "Instead of `fixed` or `free`; `end` in the same way.", end_keys),
};

/* The limb's value of a key, recorded where the case does not give it. */
static PetscErrorCode TakeValue(TasCaseReader *r, const TasNode *node, const TasLimbStrand *brought, const char *key, const char *value)
{
  const char *dot = strchr(key, '.');
  char        path[200], origin[320], first[40];

  PetscFunctionBeginUser;
  snprintf(first, sizeof(first), "%.*s", dot ? (int)(dot - key) : (int)strlen(key), key);
  if (TasNodeFind(TasNodeFind(node, first), dot ? dot + 1 : "") || (!dot && TasNodeFind(node, first))) PetscFunctionReturn(PETSC_SUCCESS);
  snprintf(path, sizeof(path), "strands.%s.%s", brought->name, key);
  snprintf(origin, sizeof(origin), "limb %s: %s", r->c->mesh.limb->name, brought->source);
  PetscCall(TasCaseRecord(r, path, value, origin));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TakeEnd(TasCaseReader *r, const TasNode *node, const TasLimbStrand *brought, PetscInt number, TasCaseStrandEnd *end)
{
  const char     *name   = number ? "end" : "start";
  const TasNode  *given  = TasNodeFind(node, name);
  const PetscReal remote = brought->remote[number];
  char            key[16], text[64];

  PetscFunctionBeginUser;
  *end = (TasCaseStrandEnd){.part = {.kind = remote > 0 ? TAS_STRAND_REMOTE : TAS_STRAND_FIXED, .remote_length = remote}};
  if (given && given->kind == TAS_NODE_SCALAR) PetscFunctionReturn(PETSC_SUCCESS);
  snprintf(key, sizeof(key), remote > 0 ? "%s.remote" : "%s", name);
  TasUnitsFormat(remote, "mm", sizeof(text), text);
  PetscCall(TakeValue(r, node, brought, key, remote > 0 ? text : "fixed"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the limb says of the strand, before the case is asked. */
static PetscErrorCode TakeLayout(TasCaseReader *r, const TasNode *node, const TasLimbStrand *brought, TasCaseStrand *strand)
{
  char text[96];

  PetscFunctionBeginUser;
  PetscCall(PetscStrncpy(strand->law.preset, brought->preset, NAMES));
  PetscCall(TakeValue(r, node, brought, "preset", brought->preset));
  PetscCall(TasCaseStrandAllocate(strand, brought->num_points));
  strand->num_points = brought->num_points;
  PetscCall(PetscArraycpy(strand->points, brought->points[0], 3 * brought->num_points));
  snprintf(text, sizeof(text), "%" PetscInt_FMT " points of the limb", brought->num_points);
  PetscCall(TakeValue(r, node, brought, "path", text));
  strand->area = brought->area;
  TasUnitsFormat(brought->area, "mm2", sizeof(text), text);
  PetscCall(TakeValue(r, node, brought, "area", text));
  strand->tangential_stiffness = brought->tangential_stiffness;
  TasUnitsFormat(brought->tangential_stiffness, "MPa/mm", sizeof(text), text);
  PetscCall(TakeValue(r, node, brought, "bed.tangential_stiffness", text));
  if (r->c->living.growth) {
    strand->turnover_time = brought->turnover_time;
    TasUnitsFormat(brought->turnover_time, "s", sizeof(text), text);
    PetscCall(TakeValue(r, node, brought, "bed.turnover_time", text));
  }
  PetscCall(TakeEnd(r, node, brought, 0, &strand->start));
  PetscCall(TakeEnd(r, node, brought, 1, &strand->end));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *MissingKey(const TasCaseStrand *strand, const TasNode *node, PetscBool brought, const char **allowed)
{
  *allowed = TAS_STRAND_PATH_ALLOWED;
  if (!strand->num_points && !strand->group[0]) return "path";
  *allowed = "an area such as \"20 mm2\"";
  if (strand->area == 0) return "area";
  *allowed = "{tangential_stiffness: 0.001 MPa/mm}";
  if (!brought && !TasNodeFind(TasNodeFind(node, "bed"), "tangential_stiffness")) return TasNodeFind(node, "bed") ? "bed.tangential_stiffness" : "bed";
  *allowed = end_allowed;
  if (!brought && !TasNodeFind(node, "start")) return "start";
  if (!brought && !TasNodeFind(node, "end")) return "end";
  return NULL;
}

static void CheckTogether(TasCaseReader *r, const TasNode *node, PetscBool brought, const TasCaseStrand *strand)
{
  const char *allowed, *missing;

  if (*r->problem) return;
  missing = MissingKey(strand, node, brought, &allowed);
  if (missing) TasCaseComplainMissing(r, node, missing, allowed);
  if (TasNodeFind(node, "nodes") && TasNodeFind(node, "spacing")) TasCaseComplain(r, node, "found both nodes and spacing, allowed: one of them");
  if (strand->start.part.kind == TAS_STRAND_FREE && strand->end.part.kind == TAS_STRAND_FREE && strand->tangential_stiffness == 0)
    TasCaseComplain(r, node, "found both ends free and a bed without stiffness, allowed: a strand that something holds");
  for (PetscInt m = 0; m < strand->law.num_models; m++)
    for (PetscInt k = 0; k < strand->law.models[m].model->num_parameters; k++)
      if (strand->law.models[m].parameters[k].field[0])
        TasCaseComplain(r, node, "%s of %s is a field of the mesh, allowed: one value for the strand", strand->law.models[m].model->parameters[k].key,
                        strand->law.models[m].model->name);
}

static PetscErrorCode RecordDefault(TasCaseReader *r, const TasCaseStrand *strand, const char *key, PetscReal value)
{
  char path[200], text[64];

  PetscFunctionBeginUser;
  snprintf(path, sizeof(path), "strands.%s.%s", strand->law.name, key);
  TasUnitsFormat(value, "mm", sizeof(text), text);
  PetscCall(TasCaseRecord(r, path, text, "default"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Complete(TasCaseReader *r, TasCaseStrand *strand)
{
  PetscFunctionBeginUser;
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (strand->perimeter == 0) {
    strand->perimeter = 2 * PetscSqrtReal(PETSC_PI * strand->area);
    PetscCall(RecordDefault(r, strand, "bed.perimeter", strand->perimeter));
  }
  if (!strand->nodes && strand->spacing == 0) {
    strand->spacing = SPACING;
    PetscCall(RecordDefault(r, strand, "spacing", SPACING));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscBool IsNone(const TasNode *node) { return (PetscBool)(node && node->kind == TAS_NODE_SCALAR && !strcmp(node->text, "none")); }

static PetscErrorCode ReadStrand(TasCaseReader *r, const TasNode *node, const char *name, const TasLimbStrand *brought)
{
  TasCaseStrand *strand = &r->c->strands[r->c->num_strands++];
  char           path[128];

  PetscFunctionBeginUser;
  if (strlen(name) >= NAMES) TasCaseComplain(r, node, "found a name of %zu characters, allowed: at most %d", strlen(name), NAMES - 1);
  PetscCall(PetscStrncpy(strand->law.name, name, NAMES));
  strand->node = strand->law.node = node;
  if (brought) PetscCall(TakeLayout(r, node, brought, strand));
  snprintf(path, sizeof(path), "strands.%s", name);
  PetscCall(TasCaseReadMap(r, &strand_tables[0], path, node, strand));
  if (!*r->problem) PetscCall(TasCaseAddModels(r, "strands", PETSC_FALSE, &strand->law));
  CheckTogether(r, node, (PetscBool)(brought != NULL), strand);
  PetscCall(Complete(r, strand));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Read(TasCaseReader *r, const TasNode *node)
{
  const PetscInt       num     = r->layout.num_strands;
  const TasLimbStrand *brought = r->layout.strands;

  PetscFunctionBeginUser;
  if (IsNone(node)) {
    PetscCall(TasCaseRecordNode(r, node));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (node && !TasCaseExpectMap(r, node)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(num + (node ? node->num_children : 0), &r->c->strands));
  for (PetscInt s = 0; s < num && !*r->problem; s++)
    if (!IsNone(TasNodeFind(node, brought[s].name))) PetscCall(ReadStrand(r, TasNodeFind(node, brought[s].name), brought[s].name, &brought[s]));
  for (const TasNode *child = node ? node->first : NULL; child && !*r->problem; child = child->next) {
    PetscBool known = PETSC_FALSE;

    for (PetscInt s = 0; s < num; s++) known = (PetscBool)(known || !strcmp(brought[s].name, child->key));
    if (IsNone(child) && known) PetscCall(TasCaseRecordNode(r, child));
    if (!known) PetscCall(ReadStrand(r, child, child->key, NULL));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- what draws far ends: once there are joints ---- */

static const TasLimbStrand *Brought(const TasCaseReader *r, const TasCaseStrand *strand)
{
  for (PetscInt s = 0; s < r->layout.num_strands; s++)
    if (!strcmp(r->layout.strands[s].name, strand->law.name)) return &r->layout.strands[s];
  return NULL;
}

static PetscErrorCode TakeArm(TasCaseReader *r, const TasLimbStrand *brought, PetscInt number, TasCaseStrandEnd *end)
{
  const TasLimbStrandArm *arm   = &brought->arm[number];
  const PetscInt          joint = TasCaseFindJoint(r, NULL, arm->joint);
  char                    path[200], text[64], origin[320];

  PetscFunctionBeginUser;
  if (!arm->joint[0]) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCheck(joint >= 0, PETSC_COMM_SELF, PETSC_ERR_PLIB, "Strand %s has a moment arm about joint %s, which the limb does not have", brought->name, arm->joint);
  end->arm[end->num_arms++] = (TasCaseArm){joint, arm->length};
  snprintf(path, sizeof(path), "strands.%s.%s.moment_arms.%s", brought->name, number ? "end" : "start", arm->joint);
  TasUnitsFormat(arm->length, "mm", sizeof(text), text);
  snprintf(origin, sizeof(origin), "limb %s: %s", r->c->mesh.limb->name, arm->source);
  PetscCall(TasCaseRecord(r, path, text, origin));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseReadStrandArms(TasCaseReader *r)
{
  PetscFunctionBeginUser;
  for (PetscInt s = 0; s < r->c->num_strands; s++)
    for (PetscInt number = 0; number < 2 && !*r->problem; number++) {
      TasCaseStrand       *strand  = &r->c->strands[s];
      TasCaseStrandEnd    *end     = number ? &strand->end : &strand->start;
      const TasLimbStrand *brought = Brought(r, strand);
      if (end->arms_node) PetscCall(TasCaseReadArms(r, end->arms_node, &end->num_arms, end->arm));
      else if (brought && end->part.kind == TAS_STRAND_REMOTE) PetscCall(TakeArm(r, brought, number, end));
    }
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_strands = {
    .key = "strands", .meaning = "nerves, vessels and thin tendons that slide in the tissue", .num_tables = 4, .tables = strand_tables, .read = Read};
