#include "solver/case/case_models.h"
#include "solver/text.h"
#include "solver/case/units.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const part_names[] = {
    [TAS_PART_MATRIX] = "matrix model",       [TAS_PART_FIBRE] = "fibre model",           [TAS_PART_VOLUME] = "volume model",
    [TAS_PART_PRESTRAIN] = "prestrain model", [TAS_PART_RELAXATION] = "relaxation model", [TAS_PART_GROWTH] = "growth model",
    [TAS_PART_MATRIX_TURNOVER] = "model of the turnover of the matrix"};

PetscErrorCode TasCaseModelClear(TasCaseModel *model)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(model->parameters));
  model->model = NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseTissueClear(TasCaseTissue *tissue)
{
  PetscFunctionBeginUser;
  for (PetscInt m = 0; m < tissue->num_models; m++) PetscCall(TasCaseModelClear(&tissue->models[m]));
  PetscCall(PetscFree(tissue->models));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- one parameter ---- */

static void ComplainOfValue(TasCaseReader *r, const TasNode *node, const TasParameter *p, const char *what)
{
  char description[120], range[80], text[256], quoted[80];

  TasUnitsDescribe(p->unit, sizeof(description), description);
  TasParameterRange(p, range, sizeof(range));
  TasNodeText(node, sizeof(text), text);
  TasTextQuote(text, sizeof(quoted), quoted);
  if (*what)
    TasCaseComplain(r, node, "%s", what);
  else
    TasCaseComplain(r, node, "found %s, allowed: %s", quoted, description);
  if (*r->problem && strcmp(range, "any"))
    TasTextAppend(TAS_PROBLEM_LENGTH, r->problem, ", %s%s%s", range, strcmp(p->unit, "1") ? " " : "", strcmp(p->unit, "1") ? p->unit : "");
}

PetscErrorCode TasCaseReadParameter(TasCaseReader *r, const TasNode *node, const TasParameter *p, PetscReal *value)
{
  char what[256] = "";

  PetscFunctionBeginUser;
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (node->kind != TAS_NODE_SCALAR || TasNodeIsEmpty(node)) {
    ComplainOfValue(r, node, p, "");
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (!strcmp(node->text, "infinite") && TasParameterAdmits(p, INFINITY)) {
    *value = INFINITY;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TasUnitsRead(node->text, p->unit, value, sizeof(what), what));
  if (*what || !TasParameterAdmits(p, *value)) ComplainOfValue(r, node, p, what);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* {field: shear_modulus, unit: kPa} */
static PetscErrorCode ReadField(TasCaseReader *r, const TasNode *node, const TasParameter *p, TasCaseParameter *parameter)
{
  const TasNode *field = TasNodeFind(node, "field"), *unit = TasNodeFind(node, "unit");
  char           what[256];

  PetscFunctionBeginUser;
  if (!field || node->num_children != 1 + (unit != NULL)) {
    TasCaseComplain(r, node, "not a field of the mesh, allowed: {field: name, unit: %s}", p->unit);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TasCaseReadName(r, field, parameter->field));
  parameter->scale = 1;
  if (!unit && strcmp(p->unit, "1")) TasCaseComplainMissing(r, node, "unit", p->unit);
  if (!unit || !TasCaseExpectScalar(r, unit, p->unit)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasUnitsFactor(unit->text, p->unit, &parameter->scale, sizeof(what), what));
  if (*what) TasCaseComplain(r, unit, "found \"%.40s\", allowed: a unit like %s", unit->text, p->unit);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadTerms(TasCaseReader *r, const TasNode *node, const TasParameter *p, TasCaseModel *model,
                                TasCaseParameter *parameter)
{
  const PetscInt most = model->model->max_terms;

  PetscFunctionBeginUser;
  if (!most || node->num_children < 1 || node->num_children > most) {
    if (most)
      TasCaseComplain(r, node, "found a list of %" PetscInt_FMT ", allowed: a list of 1 to %" PetscInt_FMT " values", node->num_children,
                      most);
    else
      ComplainOfValue(r, node, p, "");
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (model->num_terms && model->num_terms != node->num_children) {
    TasCaseComplain(r, node, "found %" PetscInt_FMT " values, allowed: %" PetscInt_FMT ", as many as the other lists of this model have",
                    node->num_children, model->num_terms);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  model->num_terms = node->num_children;
  for (const TasNode *child = node->first; child; child = child->next) PetscCall(TasCaseReadParameter(r, child, p, &parameter->value[child->index]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadParameter(TasCaseReader *r, const TasNode *node, const TasParameter *p, TasCaseModel *model,
                                    TasCaseParameter *parameter)
{
  PetscFunctionBeginUser;
  PetscCall(PetscArrayzero(parameter, 1));
  if (node->kind == TAS_NODE_LIST)
    PetscCall(ReadTerms(r, node, p, model, parameter));
  else if (node->kind == TAS_NODE_MAP)
    PetscCall(ReadField(r, node, p, parameter));
  else {
    PetscCall(TasCaseReadParameter(r, node, p, &parameter->value[0]));
    if (model->num_terms > 1)
      TasCaseComplain(r, node, "found one value, allowed: a list of %" PetscInt_FMT ", as the other parameters of this model",
                      model->num_terms);
    model->num_terms = PetscMax(model->num_terms, 1);
  }
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- a model ---- */

typedef struct {
  TasPart     part;
  const char *names[64];
  PetscInt    num_names;
} ModelNames;

static const char *ModelName(const void *context, PetscInt i)
{
  return ((const ModelNames *)context)->names[i];
}

static const TasModel *FindModel(TasCaseReader *r, const TasNode *node, TasPart part)
{
  ModelNames      names = {.part = part};
  const TasModel *model;

  if (!TasCaseExpectScalar(r, node, "the name of a model")) return NULL;
  model = TasModelFind(part, node->text);
  if (model) return model;
  for (PetscInt m = 0; m < tas_num_models && names.num_names < 64; m++)
    if (tas_models[m]->part == part) names.names[names.num_names++] = tas_models[m]->name;
  TasCaseComplainName(r, node, part_names[part], node->text, names.num_names, ModelName, &names);
  return NULL;
}

static const char *ParameterName(const void *context, PetscInt i)
{
  const TasModel *model = (const TasModel *)context;

  return i < model->num_parameters ? model->parameters[i].key : "model";
}

static void CheckKeys(TasCaseReader *r, const TasNode *node, const TasModel *model)
{
  for (const TasNode *child = node->first; child; child = child->next) {
    PetscInt i = 0;

    while (i <= model->num_parameters && strcmp(ParameterName(model, i), child->key)) i++;
    if (i > model->num_parameters) TasCaseComplainName(r, child, "parameter", child->key, model->num_parameters + 1, ParameterName, model);
  }
}

/* Relations between parameters, where none comes from the mesh. */
static PetscErrorCode CheckRelations(TasCaseReader *r, const TasNode *node, const TasCaseModel *model)
{
  const PetscInt terms                    = PetscMax(model->model->max_terms, 1);
  char           what[TAS_PROBLEM_LENGTH] = "";
  PetscReal     *values, *constants;

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < model->model->num_parameters; k++)
    if (model->parameters[k].field[0]) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc2(model->model->num_parameters * terms, &values, model->model->num_constants, &constants));
  for (PetscInt k = 0; k < model->model->num_parameters; k++)
    PetscCall(PetscArraycpy(values + k * terms, model->parameters[k].value, terms));
  TasModelDerive(model->model, values, constants, what);
  if (*what) TasCaseComplain(r, node, "%s", what);
  PetscCall(PetscFree2(values, constants));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadParameters(TasCaseReader *r, const TasNode *node, const TasCaseModel *base, TasCaseModel *model)
{
  const TasModel *m = model->model;

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < m->num_parameters; k++)
    if (node->kind == TAS_NODE_MAP && TasNodeFind(node, m->parameters[k].key))
      PetscCall(ReadParameter(r, TasNodeFind(node, m->parameters[k].key), &m->parameters[k], model, &model->parameters[k]));
  for (PetscInt k = 0; k < m->num_parameters && !*r->problem; k++) {
    if (node->kind == TAS_NODE_MAP && TasNodeFind(node, m->parameters[k].key)) continue;
    if (base && base->model == m) {
      model->parameters[k] = base->parameters[k];
      model->num_terms     = PetscMax(model->num_terms, base->num_terms);
    } else if (!isnan(m->parameters[k].standard)) {
      for (PetscInt t = 0; t < PetscMax(1, model->num_terms); t++) model->parameters[k].value[t] = m->parameters[k].standard;
    } else {
      char description[120];

      TasUnitsDescribe(m->parameters[k].unit, sizeof(description), description);
      TasCaseComplainMissing(r, node, m->parameters[k].key, description);
    }
  }
  model->num_terms = PetscMax(model->num_terms, 1);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseReadModel(TasCaseReader *r, const TasNode *node, TasPart part, const TasCaseModel *base, TasCaseModel *model)
{
  const TasNode *name = node->kind == TAS_NODE_SCALAR ? node : TasNodeFind(node, "model");

  PetscFunctionBeginUser;
  if (node->kind == TAS_NODE_LIST) TasCaseComplain(r, node, "found a list, allowed: one model, {model: name, parameter: value, ...}");
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (name)
    model->model = FindModel(r, name, part);
  else if (base)
    model->model = base->model;
  else
    TasCaseComplainMissing(r, node, "model", "the name of a model (tasis models)");
  if (!model->model || *r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (name && name != node) PetscCall(TasCaseRecordNode(r, name));
  PetscCall(PetscCalloc1(model->model->num_parameters, &model->parameters));
  CheckKeys(r, node, model->model);
  PetscCall(ReadParameters(r, node, base, model));
  if (!*r->problem) PetscCall(CheckRelations(r, node, model));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- presets ---- */

/* Value of a term; its first one is that of a parameter without a list. */
static const TasPresetValue *FindPresetValue(const TasPreset *preset, const char *model, const char *key, PetscInt term)
{
  for (PetscInt i = 0; i < preset->num_values; i++)
    if (!strcmp(preset->values[i].part_model, model) && !strcmp(preset->values[i].key, key) && term-- == 0) return &preset->values[i];
  return NULL;
}

static PetscReal FactorOf(const TasCaseReader *r, const TasPreset *preset, const char *model, const char *key)
{
  const TasClassFactor *factor = TasStiffnessClassFactor(r->c->stiffness_class, preset->name, model, key);

  return factor ? factor->factor : 1.;
}

PetscErrorCode TasCasePresetModel(TasCaseReader *r, const TasPreset *preset, TasPart part, TasCaseModel *model)
{
  const char *name = preset->models[part];

  PetscFunctionBeginUser;
  PetscCall(PetscArrayzero(model, 1));
  if (!name) PetscFunctionReturn(PETSC_SUCCESS);
  model->model = TasModelFind(part, name);
  PetscCheck(model->model, PETSC_COMM_SELF, PETSC_ERR_PLIB, "Preset %s names model %s, which does not exist", preset->name, name);
  model->num_terms = 1;
  PetscCall(PetscCalloc1(model->model->num_parameters, &model->parameters));
  for (PetscInt k = 0; k < model->model->num_parameters; k++) {
    const TasPresetValue *value = FindPresetValue(preset, name, model->model->parameters[k].key, 0);

    model->parameters[k].value[0] = value ? value->value : model->model->parameters[k].standard;
    for (PetscInt t = 1; t < model->model->max_terms && (value = FindPresetValue(preset, name, model->model->parameters[k].key, t)); t++) {
      model->parameters[k].value[t] = value->value;
      model->num_terms              = PetscMax(model->num_terms, t + 1);
    }
    for (PetscInt t = 0; t < PetscMax(1, model->num_terms); t++) model->parameters[k].value[t] *= FactorOf(r, preset, name, model->model->parameters[k].key);
    PetscCheck(!isnan(model->parameters[k].value[0]), PETSC_COMM_SELF, PETSC_ERR_PLIB, "Preset %s gives no value for %s of %s",
               preset->name, model->model->parameters[k].key, name);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseRecordModel(TasCaseReader *r, const char *path, const TasPreset *preset, const TasCaseModel *model,
                                  const TasNode *node)
{
  char full[200], value[64], text[64 * TAS_MAX_TERMS], origin[400];

  PetscFunctionBeginUser;
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  snprintf(origin, sizeof(origin), "preset %s", preset ? preset->name : "");
  snprintf(full, sizeof(full), "%s.model", path);
  if (!node || (node->kind == TAS_NODE_MAP && !TasNodeFind(node, "model"))) PetscCall(TasCaseRecord(r, full, model->model->name, origin));
  for (PetscInt k = 0; k < model->model->num_parameters; k++) {
    const TasParameter   *p      = &model->model->parameters[k];
    const TasPresetValue *source = preset ? FindPresetValue(preset, model->model->name, p->key, 0) : NULL;

    if (node && node->kind == TAS_NODE_MAP && TasNodeFind(node, p->key)) continue;
    *text = 0;
    for (PetscInt t = 0; t < PetscMax(1, model->num_terms); t++) {
      TasUnitsFormat(model->parameters[k].value[t], p->unit, sizeof(value), value);
      TasTextAppend(sizeof(text), text, "%s%s%s%s", model->num_terms > 1 && !t ? "[" : "", t ? ", " : "", value, model->num_terms > 1 && t == model->num_terms - 1 ? "]" : "");
    }
    snprintf(full, sizeof(full), "%s.%s", path, p->key);
    const TasClassFactor *factor = preset ? TasStiffnessClassFactor(r->c->stiffness_class, preset->name, model->model->name, p->key) : NULL;
    if (model->parameters[k].origin)
      snprintf(origin, sizeof(origin), "%s", model->parameters[k].origin);
    else if (factor)
      snprintf(origin, sizeof(origin), "stiffness class %s: %g times that of preset %s; %s", r->c->stiffness_class->name, (double)factor->factor, preset->name, factor->source);
    else if (source)
      snprintf(origin, sizeof(origin), "preset %s: %s", preset->name, source->source);
    else
      snprintf(origin, sizeof(origin), "default");
    PetscCall(TasCaseRecord(r, full, text, origin));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
