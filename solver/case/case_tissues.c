/* The section `tissues`: what each tissue of the mesh is made of, and how its fibres run. */
#include "solver/case/case_models.h"
#include "solver/text.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define NAMES TAS_NAME_LENGTH

/* ---- directions ---- */

static const char *const direction_allowed = "[x, y, z], {laplace: {from: name, to: name}, pennation: 12 degree} or {field: name}";
static const char *const sheet_allowed     = "[x, y, z] or {field: name}";

typedef struct {
  char      from[NAMES], to[NAMES];
  PetscReal pennation;
} Ends;

static PetscErrorCode ReadLaplace(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target);
static PetscErrorCode ReadFieldName(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target);

/* clang-format off */
static const TasCaseKey direction_keys[] = {
  {.key = "laplace", .type = TAS_KEY_OTHER, .read = ReadLaplace, .allowed = "{from: name, to: name}",
   .meaning = "from one end of the tissue to the other: the fibres follow the gradient of a Laplace field between two surfaces or tissues"},
  {.key = "pennation", .type = TAS_KEY_VALUE, .unit = "rad", .range = {TAS_WITHIN, -80 * PETSC_PI / 180, 80 * PETSC_PI / 180},
   .offset = offsetof(TasCaseDirection, pennation),
   .meaning = "of the Laplace field: the fibres are tilted by this angle; 0 when not given"},
  {.key = "field", .type = TAS_KEY_OTHER, .read = ReadFieldName, .allowed = "the name of a cell field",
   .meaning = "a field of the mesh with three components a cell"},
};
static const TasCaseKey laplace_keys[] = {
  {.key = "from", .type = TAS_KEY_NAME, .offset = offsetof(Ends, from), .required = PETSC_TRUE,
   .allowed = "the name of a surface or tissue", .meaning = "a surface, or a tissue that touches this one: the origin"},
  {.key = "to", .type = TAS_KEY_NAME, .offset = offsetof(Ends, to), .required = PETSC_TRUE, .allowed = "the name of a surface or tissue",
   .meaning = "the insertion"},
};
/* clang-format on */
static const TasCaseTable direction_table = TAS_CASE_TABLE("tissues.<name>.direction", "Instead of a vector [x, y, z].", direction_keys);
static const TasCaseTable laplace_table   = TAS_CASE_TABLE("tissues.<name>.direction.laplace", "The ends of the fibres.", laplace_keys);

static PetscErrorCode ReadLaplace(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseDirection *direction = (TasCaseDirection *)target;
  Ends              ends      = {"", "", 0};

  PetscFunctionBeginUser;
  PetscCall(TasCaseReadMap(r, &laplace_table, "", node, &ends));
  PetscCall(PetscArraycpy(direction->from, ends.from, NAMES));
  PetscCall(PetscArraycpy(direction->to, ends.to, NAMES));
  direction->kind = TAS_DIRECTION_LAPLACE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadFieldName(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseDirection *direction = (TasCaseDirection *)target;

  PetscFunctionBeginUser;
  PetscCall(TasCaseReadName(r, node, direction->field));
  direction->kind = TAS_DIRECTION_FIELD;
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadDirectionMap(TasCaseReader *r, const TasNode *node, PetscBool sheet, TasCaseDirection *direction)
{
  const PetscBool laplace   = (PetscBool)(TasNodeFind(node, "laplace") != NULL),
                  pennation = (PetscBool)(TasNodeFind(node, "pennation") != NULL);

  PetscFunctionBeginUser;
  if (!pennation || !laplace) direction->pennation = 0;
  PetscCall(TasCaseReadMap(r, &direction_table, "", node, direction));
  if (sheet && (laplace || pennation)) TasCaseComplain(r, node, "not a sheet direction, allowed: %s", sheet_allowed);
  if (laplace == (TasNodeFind(node, "field") != NULL))
    TasCaseComplain(r, node, "found %s, allowed: %s", laplace ? "both laplace and field" : "neither laplace nor field", direction_allowed);
  if (pennation && !laplace) TasCaseComplain(r, TasNodeFind(node, "pennation"), "goes with laplace, allowed: nothing");
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadDirection(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseTissue    *tissue    = (TasCaseTissue *)target;
  const PetscBool   sheet     = (PetscBool)!strcmp(key->key, "sheet");
  TasCaseDirection *direction = sheet ? &tissue->sheet : &tissue->fibre;
  const TasCaseKey  vector    = {.key = key->key, .type = TAS_KEY_DIRECTION, .unit = "1"};

  PetscFunctionBeginUser;
  if (node->kind == TAS_NODE_MAP) {
    PetscCall(ReadDirectionMap(r, node, sheet, direction));
  } else if (node->kind == TAS_NODE_LIST) {
    PetscCall(TasCaseReadKey(r, &vector, node, direction->constant));
    direction->kind = TAS_DIRECTION_CONSTANT;
    PetscCall(TasCaseRecordNode(r, node));
  } else
    TasCaseComplain(r, node, "not a direction, allowed: %s", key->allowed);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- presets ---- */

static const char *PresetName(const void *context, PetscInt i)
{
  return tas_presets[i].name;
}

PetscErrorCode TasCaseReadPreset(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseTissue *tissue = (TasCaseTissue *)target;

  PetscFunctionBeginUser;
  PetscCall(TasCaseReadName(r, node, tissue->preset));
  if (!*r->problem && !TasPresetFind(tissue->preset))
    TasCaseComplainName(r, node, "preset", tissue->preset, tas_num_presets, PresetName, NULL);
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- kinds ---- */

static PetscErrorCode ReadKind(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  const TasCaseKey choice = {.key = key->key, .type = TAS_KEY_CHOICE, .choices = key->choices};
  int              found  = 0;

  PetscFunctionBeginUser;
  PetscCall(TasCaseReadKey(r, &choice, node, &found));
  ((TasCaseTissue *)target)->kind = (TasTissueKind)found;
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A kind that was not written: what the preset stands for. */
static PetscErrorCode TakeKind(TasCaseReader *r, TasCaseTissue *tissue)
{
  char path[128], origin[TAS_NAME_LENGTH + 16];

  PetscFunctionBeginUser;
  if (TasNodeFind(tissue->node, "kind") || !tissue->preset[0]) PetscFunctionReturn(PETSC_SUCCESS);
  tissue->kind = TasKindOfPreset(tissue->preset);
  snprintf(path, sizeof(path), "tissues.%s.kind", tissue->name);
  snprintf(origin, sizeof(origin), "preset %s", tissue->preset);
  PetscCall(TasCaseRecord(r, path, tas_kind_names[tissue->kind], origin));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- models of a tissue ---- */

/* node: what the case says of this part; NULL: nothing. number: of models of this part before this one, -1: the part has no number. */
/* The stretch in situ that the limb says, on top of the preset, which may have none. */
static PetscErrorCode TakePrestrain(const TasCaseTissue *tissue, TasCaseModel *model)
{
  PetscFunctionBeginUser;
  if (!model->model) {
    model->model     = TasModelFind(TAS_PART_PRESTRAIN, "in-situ-stretch");
    model->num_terms = 1;
    PetscCall(PetscCalloc1(model->model->num_parameters, &model->parameters));
    for (PetscInt k = 0; k < model->model->num_parameters; k++) model->parameters[k].value[0] = model->model->parameters[k].standard;
  }
  model->parameters[0].value[0] = tissue->prestrain;
  model->parameters[0].origin   = tissue->prestrain_source;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddModel(TasCaseReader *r, TasCaseTissue *tissue, TasPart part, const char *path, const TasNode *node)
{
  const TasPreset *preset = tissue->preset[0] ? TasPresetFind(tissue->preset) : NULL;
  TasCaseModel     base = {0}, model = {0};

  PetscFunctionBeginUser;
  if (preset) PetscCall(TasCasePresetModel(r, preset, part, &base));
  if (part == TAS_PART_PRESTRAIN && tissue->prestrain > 0) PetscCall(TakePrestrain(tissue, &base));
  if (node) {
    PetscCall(TasCaseReadModel(r, node, part, base.model ? &base : NULL, &model));
    PetscCall(TasCaseModelClear(&base));
  } else
    model = base;
  if (model.model && !*r->problem) {
    PetscCall(TasCaseRecordModel(r, path, preset, &model, node));
    tissue->models[tissue->num_models++] = model;
  } else
    PetscCall(TasCaseModelClear(&model));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscBool IsNone(const TasNode *node)
{
  return (PetscBool)(node && ((node->kind == TAS_NODE_SCALAR && !strcmp(node->text, "none")) ||
                              (node->kind == TAS_NODE_LIST && !node->num_children)));
}

/* What makes a preset living comes on top where the case asks for it. */
static PetscBool IsWanted(const TasCaseLiving *living, TasPart part)
{
  switch (part) {
  case TAS_PART_PRESTRAIN: return living->prestrain;
  case TAS_PART_RELAXATION: return living->relaxation;
  case TAS_PART_GROWTH:
  case TAS_PART_MATRIX_TURNOVER: return living->growth;
  default: return PETSC_TRUE;
  }
}

static PetscErrorCode AddPart(TasCaseReader *r, const char *section, TasCaseTissue *tissue, const char *key, TasPart part)
{
  const TasNode *node = TasNodeFind(tissue->node, key);
  char           path[200];

  PetscFunctionBeginUser;
  if (IsNone(node) && part != TAS_PART_VOLUME) PetscFunctionReturn(PETSC_SUCCESS);
  if (!node && !IsWanted(&r->c->living, part)) PetscFunctionReturn(PETSC_SUCCESS);
  snprintf(path, sizeof(path), "%s.%s.%s", section, tissue->name, key);
  if (!node || node->kind != TAS_NODE_LIST || part != TAS_PART_FIBRE) {
    PetscCall(AddModel(r, tissue, part, path, node));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (const TasNode *child = node->first; child && !*r->problem; child = child->next) {
    snprintf(path, sizeof(path), "%s.%s.%s[%" PetscInt_FMT "]", section, tissue->name, key, child->index);
    PetscCall(AddModel(r, tissue, part, path, child));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseAddModels(TasCaseReader *r, const char *section, PetscBool volume, TasCaseTissue *tissue)
{
  const TasNode *fibres = TasNodeFind(tissue->node, "fibres");
  PetscInt       solid;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(TAS_NUM_PARTS + (fibres ? fibres->num_children : 0), &tissue->models));
  PetscCall(AddPart(r, section, tissue, "matrix", TAS_PART_MATRIX));
  PetscCall(AddPart(r, section, tissue, "fibres", TAS_PART_FIBRE));
  solid = tissue->num_models;
  if (volume) PetscCall(AddPart(r, section, tissue, "volume", TAS_PART_VOLUME));
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (!solid)
    TasCaseComplainMissing(r, tissue->node, "matrix", "a model such as {model: neo-hookean, mu: 4 kPa}, or a preset");
  else if (volume && tissue->num_models == solid)
    TasCaseComplainMissing(r, tissue->node, "volume", "a model such as {model: log-squared, K: 1 MPa}, or a preset");
  PetscCall(AddPart(r, section, tissue, "prestrain", TAS_PART_PRESTRAIN));
  PetscCall(AddPart(r, section, tissue, "relaxation", TAS_PART_RELAXATION));
  PetscCall(AddPart(r, section, tissue, "growth", TAS_PART_GROWTH));
  PetscCall(AddPart(r, section, tissue, "matrix_turnover", TAS_PART_MATRIX_TURNOVER));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the section ---- */

/* clang-format off */
static const TasCaseKey tissue_keys[] = {
  {.key = "preset", .type = TAS_KEY_OTHER, .read = TasCaseReadPreset, .allowed = "muscle, tendon, ... (tasis models)",
   .meaning = "models and parameters of a kind of tissue, from the literature; the keys below override single parts or single parameters"},
  {.key = "kind", .type = TAS_KEY_OTHER, .read = ReadKind, .choices = "none | muscle | tendon | nerve | vessel | skin | fascia",
   .meaning = "which rules of harm judge it (see `limits`); when not given, what the preset stands for, none without a preset"},
  {.key = "matrix", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{model: name, parameter: value, ...} or none",
   .meaning = "the isotropic part. A parameter is a value with its unit, a list (models with several terms), or {field: name, unit: kPa}: a cell field of the mesh"},
  {.key = "fibres", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{model: name, parameter: value, ...}, a list of them, or none",
   .meaning = "fibre models, which add up"},
  {.key = "volume", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{model: name, K: 1 MPa}",
   .meaning = "the law of volume change"},
  {.key = "prestrain", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{model: in-situ-stretch, stretch: 1.1} or none",
   .meaning = "stretch that the tissue has in situ, before surgery"},
  {.key = "relaxation", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{model: prony, fraction: [0.2, 0.1], time: [10 s, 20 min]} or none",
   .meaning = "how stress falls while the length is held"},
  {.key = "growth", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{model: fibre-growth, time: 6 day} or none",
   .meaning = "how the tissue adapts to its stretch in days and weeks"},
  {.key = "matrix_turnover", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{model: transient-network, time: 30 day} or none",
   .meaning = "how the matrix forgets its strain in weeks"},
  {.key = "direction", .type = TAS_KEY_OTHER, .read = ReadDirection,
   .allowed = "[x, y, z], {laplace: {from: name, to: name}, pennation: 12 degree} or {field: name}",
   .meaning = "of the fibres; when not given, the mesh's cell field `fibre`"},
  {.key = "sheet", .type = TAS_KEY_OTHER, .read = ReadDirection, .allowed = "[x, y, z] or {field: name}",
   .meaning = "spans with the fibre direction the plane of two fibre families; when not given, the mesh's cell field `sheet`"},
};
/* clang-format on */
static const TasCaseTable tissue_tables[] = {
    TAS_CASE_TABLE("tissues.<name>",
                   "One entry for each tissue of the mesh (physical group of dimension 3). A limb brings its tissues with presets and "
                   "directions; entries here override them.",
                   tissue_keys),
    TAS_CASE_TABLE("tissues.<name>.direction", "Instead of a vector [x, y, z].", direction_keys),
    TAS_CASE_TABLE("tissues.<name>.direction.laplace", "The ends of the fibres.", laplace_keys),
};

/* What the limb says of the tissue, before the case is asked. */
static PetscErrorCode TakeLayout(TasCaseTissue *tissue, const TasLimbTissue *brought)
{
  TasCaseDirection *fibre = &tissue->fibre;
  PetscReal         norm  = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscStrncpy(tissue->preset, brought->preset, NAMES));
  tissue->prestrain = brought->prestrain;
  snprintf(tissue->prestrain_source, sizeof(tissue->prestrain_source), "limb: %s", brought->source);
  for (int k = 0; k < 3; k++) norm += PetscSqr(brought->constant[k]);
  norm = PetscSqrtReal(norm);
  if (brought->from[0]) {
    fibre->kind      = TAS_DIRECTION_LAPLACE;
    fibre->pennation = brought->pennation;
    PetscCall(PetscStrncpy(fibre->from, brought->from, NAMES));
    PetscCall(PetscStrncpy(fibre->to, brought->to, NAMES));
  } else if (norm > 0) {
    fibre->kind = TAS_DIRECTION_CONSTANT;
    for (int k = 0; k < 3; k++) fibre->constant[k] = brought->constant[k] / norm;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadTissue(TasCaseReader *r, const TasNode *node, const char *name, const TasLimbTissue *brought)
{
  TasCaseTissue *tissue = &r->c->tissues[r->c->num_tissues++];
  char           path[128];

  PetscFunctionBeginUser;
  if (strlen(name) >= NAMES) TasCaseComplain(r, node, "found a name of %zu characters, allowed: at most %d", strlen(name), NAMES - 1);
  PetscCall(PetscStrncpy(tissue->name, name, NAMES));
  tissue->node = node;
  if (brought) PetscCall(TakeLayout(tissue, brought));
  snprintf(path, sizeof(path), "tissues.%s", name);
  if (brought && !TasNodeFind(node, "preset")) {
    char full[160];

    snprintf(full, sizeof(full), "%s.preset", path);
    PetscCall(TasCaseRecord(r, full, brought->preset, "limb"));
  }
  PetscCall(TasCaseReadMap(r, &tissue_tables[0], path, node, tissue));
  if (!*r->problem) PetscCall(TakeKind(r, tissue));
  if (!*r->problem) PetscCall(TasCaseAddModels(r, "tissues", PETSC_TRUE, tissue));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Read(TasCaseReader *r, const TasNode *node)
{
  const PetscInt brought = r->layout.num_tissues;

  PetscFunctionBeginUser;
  if (!node && !r->c->mesh.limb) {
    TasCaseComplainMissing(r, NULL, "tissues", "an entry for each tissue of the mesh, such as muscle: {preset: muscle}");
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (node && !TasCaseExpectMap(r, node)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(brought + (node ? node->num_children : 0), &r->c->tissues));
  for (PetscInt t = 0; t < brought && !*r->problem; t++)
    PetscCall(ReadTissue(r, TasNodeFind(node, r->layout.tissues[t].tissue), r->layout.tissues[t].tissue, &r->layout.tissues[t]));
  for (const TasNode *child = node ? node->first : NULL; child && !*r->problem; child = child->next) {
    PetscBool known = PETSC_FALSE;

    for (PetscInt t = 0; t < brought; t++) known = (PetscBool)(known || !strcmp(r->layout.tissues[t].tissue, child->key));
    if (!known) PetscCall(ReadTissue(r, child, child->key, NULL));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_tissues = {
    .key = "tissues", .meaning = "what each tissue is made of", .num_tables = 3, .tables = tissue_tables, .read = Read};
