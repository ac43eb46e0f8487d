/* Laws with parameters: the sections `device` and `regenerate`, and the passive torque of a joint. */
#include "solver/case/case_laws.h"
#include "solver/case/case_models.h"
#include "solver/case/units.h"
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  PetscInt            num;
  const TasParameter *parameters;
} Parameters;

static const char *ParameterName(const void *context, PetscInt i) { return ((const Parameters *)context)->parameters[i].key; }

static PetscErrorCode RecordStandard(TasCaseReader *r, const TasNode *node, const TasParameter *p)
{
  char parent[160], path[192], text[64], origin[512];

  PetscFunctionBeginUser;
  TasNodePath(node, sizeof(parent), parent);
  snprintf(path, sizeof(path), "%s.%s", parent, p->key);
  TasUnitsFormat(p->standard, p->unit, sizeof(text), text);
  snprintf(origin, sizeof(origin), "default: %s", p->source);
  PetscCall(TasCaseRecord(r, path, text, origin));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadParameters(TasCaseReader *r, const TasNode *node, PetscInt num_others, const char *const *others, const Parameters *p, PetscReal *values)
{
  PetscFunctionBeginUser;
  for (const TasNode *child = node->kind == TAS_NODE_MAP ? node->first : NULL; child && !*r->problem; child = child->next) {
    PetscBool known = (PetscBool)!strcmp(child->key, "model");
    for (PetscInt k = 0; k < num_others; k++) known = (PetscBool)(known || !strcmp(child->key, others[k]));
    for (PetscInt k = 0; k < p->num && !known; k++)
      if (!strcmp(child->key, p->parameters[k].key)) {
        known = PETSC_TRUE;
        PetscCall(TasCaseReadParameter(r, child, &p->parameters[k], &values[k]));
        PetscCall(TasCaseRecordNode(r, child));
      }
    if (!known) TasCaseComplainName(r, child, "parameter", child->key, p->num, ParameterName, p);
  }
  for (PetscInt k = 0; k < p->num && !*r->problem; k++) {
    if (node->kind == TAS_NODE_MAP && TasNodeFind(node, p->parameters[k].key)) continue;
    if (isnan(p->parameters[k].standard)) TasCaseComplainMissing(r, node, p->parameters[k].key, p->parameters[k].meaning);
    else PetscCall(RecordStandard(r, node, &p->parameters[k]));
    values[k] = p->parameters[k].standard;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseReadLaw(TasCaseReader *r, const TasLawTable *table, const TasNode *node, PetscInt num_others, const char *const *others, PetscInt *law, PetscReal *values)
{
  const TasNode *model = node->kind == TAS_NODE_MAP ? TasNodeFind(node, "model") : node;
  const char    *name;
  char           problem[TAS_PROBLEM_LENGTH] = "", allowed[96];
  Parameters     p;

  PetscFunctionBeginUser;
  *law = -1;
  snprintf(allowed, sizeof(allowed), "the name of a %s (tasis models)", table->what);
  if (!model) TasCaseComplainMissing(r, node, "model", allowed);
  name = model ? TasCaseExpectScalar(r, model, allowed) : NULL;
  if (!name || *r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt i = 0; i < table->num; i++)
    if (!strcmp(table->name(NULL, i), name)) *law = i;
  if (*law < 0) {
    TasCaseComplainName(r, model, table->what, name, table->num, table->name, NULL);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TasCaseRecordNode(r, model));
  p.parameters = table->parameters(*law, &p.num);
  PetscCall(ReadParameters(r, node, num_others, others, &p, values));
  if (!*r->problem) table->check(*law, values, problem);
  if (problem[0]) TasCaseComplain(r, node, "%s", problem);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- device ---- */

static const char *DeviceName(const void *context, PetscInt i) { return tas_devices[i]->name; }
static void        CheckDevice(PetscInt i, const PetscReal *values, char *problem) { TasDeviceCheck(tas_devices[i], values, problem); }
static const TasParameter *DeviceParameters(PetscInt i, PetscInt *num)
{
  *num = tas_devices[i]->num_parameters;
  return tas_devices[i]->parameters;
}

/* clang-format off */
static const TasCaseKey device_keys[] = {
  {.key = "model", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "the name of a device (tasis models)", .meaning = "or that name alone in place of the section. Its parameters stand beside it"},
  {.key = "seed", .type = TAS_KEY_INTEGER, .range = {TAS_AT_LEAST, 0, 0}, .offset = offsetof(TasCaseDevice, seed), .standard = "1", .meaning = "of what its mechanism does by chance"},
};
/* clang-format on */
static const TasCaseTable device_tables[] = {TAS_CASE_TABLE("device", "What lengthens the bone: how stiff, how strong, how exact; ideal when there is none.", device_keys)};
static const TasCaseTable second_device_tables[] = {TAS_CASE_TABLE("second_device", "What lengthens the bone at a second osteotomy; a device like the first one when not given, whose mechanism has a chance of its own (the seed is one more).", device_keys)};

static PetscErrorCode ReadDeviceOf(TasCaseReader *r, const TasNode *node, PetscInt osteotomy)
{
  static const char *const others[] = {"seed"};
  const TasLawTable        table    = {.what = "device", .num = tas_num_devices, .name = DeviceName, .parameters = DeviceParameters, .check = CheckDevice};
  TasCaseDevice           *device   = &r->c->device[osteotomy];
  const TasNode           *seed     = node ? TasNodeFind(node, "seed") : NULL;
  PetscInt                 law;

  PetscFunctionBeginUser;
  device->model = TasDeviceFind("ideal");
  device->seed  = 1;
  if (!node || TasNodeIsEmpty(node)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasCaseReadLaw(r, &table, node, 1, others, &law, device->parameters));
  if (law >= 0) device->model = tas_devices[law];
  if (seed) PetscCall(TasCaseReadKey(r, &device_keys[1], seed, &device->seed));
  if (seed) PetscCall(TasCaseRecordNode(r, seed));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadDevice(TasCaseReader *r, const TasNode *node)
{
  PetscFunctionBeginUser;
  PetscCall(ReadDeviceOf(r, node, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether there is a second osteotomy that is distracted; what is said of one that is not, is wrong. */
static PetscBool HasSecond(TasCaseReader *r, const TasNode *node)
{
  const PetscBool has = (PetscBool)(TasNodeFind(r->root, "second_distraction") != NULL);

  if (node && !has) TasCaseComplain(r, node, "there is no second_distraction, allowed: where there is one");
  return has;
}

static PetscErrorCode ReadSecondDevice(TasCaseReader *r, const TasNode *node)
{
  char seed[32];

  PetscFunctionBeginUser;
  if (!HasSecond(r, node) || *r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (node && !TasNodeIsEmpty(node)) {
    PetscCall(ReadDeviceOf(r, node, 1));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  r->c->device[1] = r->c->device[0];
  r->c->device[1].seed++;
  PetscCall(TasCaseRecordSecond(r, "device", "device.seed"));
  PetscCall(PetscSNPrintf(seed, sizeof(seed), "%" PetscInt_FMT, r->c->device[1].seed));
  PetscCall(TasCaseRecord(r, "second_device.seed", seed, "one more than of the first osteotomy"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_device = {.key = "device", .meaning = "what lengthens the bone", .num_tables = 1, .tables = device_tables, .read = ReadDevice};
const TasCaseSection tas_section_second_device = {.key = "second_device", .meaning = "what lengthens the bone at a second osteotomy", .num_tables = 1, .tables = second_device_tables, .read = ReadSecondDevice};

/* ---- tissue of the gap ---- */

static const char *RegenerateName(const void *context, PetscInt i) { return tas_regenerate_laws[i]->name; }
static void        CheckRegenerate(PetscInt i, const PetscReal *values, char *problem) { TasRegenerateCheck(tas_regenerate_laws[i], values, problem); }
static const TasParameter *RegenerateParameters(PetscInt i, PetscInt *num)
{
  *num = tas_regenerate_laws[i]->num_parameters;
  return tas_regenerate_laws[i]->parameters;
}

/* clang-format off */
static const TasCaseKey regenerate_keys[] = {
  {.key = "model", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "the name of a regenerate law (tasis models)", .meaning = "or that name alone in place of the section. Its parameters stand beside it"},
};
/* clang-format on */
static const TasCaseTable regenerate_tables[] = {TAS_CASE_TABLE("regenerate", "The tissue of the gap: its force beside the device, and how it heals. The gap is empty when there is none.", regenerate_keys)};
static const TasCaseTable second_regenerate_tables[] = {TAS_CASE_TABLE("second_regenerate", "The tissue of the gap at a second osteotomy; as of the first one when not given, `none` for an empty gap.", regenerate_keys)};

static PetscErrorCode ReadRegenerateOf(TasCaseReader *r, const TasNode *node, TasCaseRegenerate *regenerate)
{
  const TasLawTable table = {.what = "regenerate law", .num = tas_num_regenerate_laws, .name = RegenerateName, .parameters = RegenerateParameters, .check = CheckRegenerate};
  PetscInt          law;

  PetscFunctionBeginUser;
  if (!node || TasNodeIsEmpty(node) || (node->kind == TAS_NODE_SCALAR && !strcmp(node->text, "none"))) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasCaseReadLaw(r, &table, node, 0, NULL, &law, regenerate->parameters));
  if (law >= 0) regenerate->law = tas_regenerate_laws[law];
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadRegenerate(TasCaseReader *r, const TasNode *node)
{
  PetscFunctionBeginUser;
  PetscCall(ReadRegenerateOf(r, node, &r->c->regenerate[0]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadSecondRegenerate(TasCaseReader *r, const TasNode *node)
{
  PetscFunctionBeginUser;
  if (!HasSecond(r, node) || *r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (node && !TasNodeIsEmpty(node)) {
    PetscCall(ReadRegenerateOf(r, node, &r->c->regenerate[1]));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  r->c->regenerate[1] = r->c->regenerate[0];
  PetscCall(TasCaseRecordSecond(r, "regenerate", NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_regenerate = {.key = "regenerate", .meaning = "the tissue of the gap", .num_tables = 1, .tables = regenerate_tables, .read = ReadRegenerate};
const TasCaseSection tas_section_second_regenerate = {.key = "second_regenerate", .meaning = "the tissue of the gap at a second osteotomy", .num_tables = 1, .tables = second_regenerate_tables, .read = ReadSecondRegenerate};

/* ---- passive torque of a joint ---- */

static const char *TorqueName(const void *context, PetscInt i) { return tas_torque_laws[i]->name; }
static void        CheckTorque(PetscInt i, const PetscReal *values, char *problem) { TasTorqueCheck(tas_torque_laws[i], values, problem); }
static const TasParameter *TorqueParameters(PetscInt i, PetscInt *num)
{
  *num = tas_torque_laws[i]->num_parameters;
  return tas_torque_laws[i]->parameters;
}

PetscErrorCode TasCaseReadPassive(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  const TasLawTable table = {.what = "law of torque", .num = tas_num_torque_laws, .name = TorqueName, .parameters = TorqueParameters, .check = CheckTorque};
  TasCaseJoint     *joint = (TasCaseJoint *)target;
  PetscInt          law;

  PetscFunctionBeginUser;
  joint->passive = NULL;
  if (node->kind == TAS_NODE_SCALAR && !strcmp(node->text, "none")) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasCaseReadLaw(r, &table, node, 0, NULL, &law, joint->parameters));
  if (law >= 0) joint->passive = tas_torque_laws[law];
  if (law >= 0 && joint->kind == TAS_NUM_JOINTS) TasCaseComplain(r, node, "found a passive torque of joint %s, allowed: of a joint called hip, knee or ankle", joint->name);
  PetscFunctionReturn(PETSC_SUCCESS);
}
