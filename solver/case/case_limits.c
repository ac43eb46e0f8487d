/* The section `limits`: what the rules of harm (models/harm.h) allow. */
#include "solver/case/case_models.h"
#include "solver/text.h"
#include "solver/case/units.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char *const allowed = "off, on, or {parameter: value, ...} (tasis models)";

static const char *RuleName(const void *context, PetscInt i)
{
  return tas_rules[i].name;
}

static const char *ParameterName(const void *context, PetscInt i)
{
  return ((const TasRule *)context)->parameters[i].key;
}

static PetscErrorCode ReadParameters(TasCaseReader *r, const TasNode *node, const TasRule *rule, PetscReal *value)
{
  PetscFunctionBeginUser;
  for (const TasNode *child = node->first; child && !*r->problem; child = child->next) {
    PetscInt k = 0;

    while (k < rule->num_parameters && strcmp(rule->parameters[k].key, child->key)) k++;
    if (k == rule->num_parameters)
      TasCaseComplainName(r, child, "parameter", child->key, rule->num_parameters, ParameterName, rule);
    else
      PetscCall(TasCaseReadParameter(r, child, &rule->parameters[k], &value[k]));
    PetscCall(TasCaseRecordNode(r, child));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadRule(TasCaseReader *r, const TasNode *node)
{
  const PetscInt rule   = TasRuleFind(node->key);
  TasLimits     *limits = &r->c->limits;

  PetscFunctionBeginUser;
  if (rule < 0)
    TasCaseComplainName(r, node, "limit", node->key, TAS_NUM_RULES, RuleName, NULL);
  else if (node->kind == TAS_NODE_MAP)
    PetscCall(ReadParameters(r, node, &tas_rules[rule], limits->value[rule]));
  else if (node->kind == TAS_NODE_SCALAR && (!strcmp(node->text, "on") || !strcmp(node->text, "off"))) {
    limits->off[rule] = (PetscBool)!strcmp(node->text, "off");
    PetscCall(TasCaseRecordNode(r, node));
  } else {
    char text[512], quoted[80];

    TasNodeText(node, sizeof(text), text);
    TasTextQuote(text, sizeof(quoted), quoted);
    TasCaseComplain(r, node, "found %s, allowed: %s", quoted, allowed);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The rules that judge a tissue of this case go into its entries, whether they were written or not. */
static PetscErrorCode RecordStandard(TasCaseReader *r, const TasNode *section, PetscInt rule)
{
  const TasNode *node = section ? TasNodeFind(section, tas_rules[rule].name) : NULL;
  PetscBool      used = PETSC_FALSE;
  char           path[128], value[64], origin[512];

  PetscFunctionBeginUser;
  for (PetscInt t = 0; t < r->c->num_tissues; t++) used = (PetscBool)(used || r->c->tissues[t].kind == tas_rules[rule].kind);
  if (!used || r->c->limits.off[rule]) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt k = 0; k < tas_rules[rule].num_parameters; k++) {
    const TasParameter *p = &tas_rules[rule].parameters[k];

    if (node && node->kind == TAS_NODE_MAP && TasNodeFind(node, p->key)) continue;
    snprintf(path, sizeof(path), "limits.%s.%s", tas_rules[rule].name, p->key);
    snprintf(origin, sizeof(origin), "default: %s", p->source);
    TasUnitsFormat(p->standard, p->unit, sizeof(value), value);
    PetscCall(TasCaseRecord(r, path, value, origin));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* clang-format off */
static const TasCaseKey keys[] = {
  {.key = "share", .type = TAS_KEY_VALUE, .unit = "1", .range = {TAS_WITHIN, 0, 0.5}, .offset = offsetof(TasLimits, share), .standard = "0",
   .meaning = "of a tissue's volume that may be beyond a limit before it counts: its margin is that of the cell below which this share of it lies. 0: its worst cell. Strands are judged by their worst element, whatever it is"},
  {.key = "<rule>", .type = TAS_KEY_OTHER, .allowed = "off, on, or {parameter: value, ...}",
   .meaning = "a rule of harm by its name, such as nerve-blood-flow: {arrest_strain: 15 percent} or skin-stretch: off; parameters that are not given keep their defaults (docs/models.md, Limits)"},
};
/* clang-format on */
#define KEY_SHARE keys

static PetscErrorCode Read(TasCaseReader *r, const TasNode *node)
{
  const TasNode *share = NULL;
  char     problem[TAS_PROBLEM_LENGTH];
  PetscInt broken;

  PetscFunctionBeginUser;
  TasLimitsSetStandard(&r->c->limits);
  if (node && !TasCaseExpectMap(r, node)) PetscFunctionReturn(PETSC_SUCCESS);
  for (const TasNode *child = node ? node->first : NULL; child && !*r->problem; child = child->next) {
    if (!strcmp(child->key, KEY_SHARE->key)) share = child;
    else PetscCall(ReadRule(r, child));
  }
  if (share) PetscCall(TasCaseReadKey(r, KEY_SHARE, share, &r->c->limits.share));
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  broken = TasLimitsCheck(&r->c->limits, problem);
  if (broken >= 0) TasCaseComplain(r, TasNodeFind(node, tas_rules[broken].name), "%s", problem);
  for (PetscInt rule = 0; rule < TAS_NUM_RULES; rule++) PetscCall(RecordStandard(r, node, rule));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const TasCaseTable tables[] = {TAS_CASE_TABLE(
    "limits", "When a tissue comes to harm. Each tissue is judged by the rules of its kind; results say which margin is left.", keys)};

const TasCaseSection tas_section_limits = {
    .key = "limits", .meaning = "when a tissue comes to harm", .num_tables = 1, .tables = tables, .read = Read};
