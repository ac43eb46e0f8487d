#include "solver/case/case_reader.h"
#include "solver/text.h"
#include "solver/case/units.h"
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_LENGTH 256

/* ---- problems ---- */

static void Prefix(TasCaseReader *r, const TasNode *node, const char *below)
{
  char origin[PETSC_MAX_PATH_LEN], path[PATH_LENGTH];

  if (!node) node = r->root;
  TasNodeOrigin(node, sizeof(origin), origin);
  TasNodePath(node, sizeof(path), path);
  if (strlen(origin) > 160)
    snprintf(r->problem, TAS_PROBLEM_LENGTH, "...%s: ", origin + strlen(origin) - 157);
  else
    snprintf(r->problem, TAS_PROBLEM_LENGTH, "%.160s: ", origin);
  TasTextAppend(TAS_PROBLEM_LENGTH, r->problem, "%s%s%s", path, *path && *below ? "." : "", below);
  if (*path || *below) TasTextAppend(TAS_PROBLEM_LENGTH, r->problem, ": ");
}

void TasCaseComplain(TasCaseReader *r, const TasNode *node, const char *format, ...)
{
  va_list arguments;
  size_t  used;

  if (*r->problem) return;
  Prefix(r, node, "");
  used = strlen(r->problem);
  va_start(arguments, format);
  vsnprintf(r->problem + used, TAS_PROBLEM_LENGTH - used, format, arguments);
  va_end(arguments);
}

void TasCaseComplainMissing(TasCaseReader *r, const TasNode *node, const char *key, const char *allowed)
{
  if (*r->problem) return;
  Prefix(r, node, key);
  TasTextAppend(TAS_PROBLEM_LENGTH, r->problem, "missing, allowed: %s", allowed);
}

void TasCaseComplainName(TasCaseReader *r, const TasNode *node, const char *what, const char *found, PetscInt num_names,
                         const char *(*get)(const void *context, PetscInt i), const void *context)
{
  const char *nearest = TasTextNearest(found, num_names, get, context);
  char        quoted[80];

  if (*r->problem) return;
  TasTextQuote(found, sizeof(quoted), quoted);
  TasCaseComplain(r, node, "no %s %s", what, quoted);
  if (nearest) TasTextAppend(TAS_PROBLEM_LENGTH, r->problem, ", nearest: \"%s\"", nearest);
  TasTextAppend(TAS_PROBLEM_LENGTH, r->problem, ", allowed:");
  for (PetscInt i = 0; i < num_names; i++) {
    if (strlen(r->problem) + strlen(get(context, i)) + 24 > TAS_PROBLEM_LENGTH) {
      TasTextAppend(TAS_PROBLEM_LENGTH, r->problem, ", ... (%" PetscInt_FMT " in all)", num_names);
      break;
    }
    TasTextAppend(TAS_PROBLEM_LENGTH, r->problem, "%s %s", i ? "," : "", get(context, i));
  }
  if (!num_names) TasTextAppend(TAS_PROBLEM_LENGTH, r->problem, " none, there is no %s here", what);
}

/* ---- what was read ---- */

void TasNodeText(const TasNode *node, size_t size, char *text)
{
  const PetscBool map = (PetscBool)(node->kind == TAS_NODE_MAP);

  text[0] = 0;
  if (node->kind == TAS_NODE_SCALAR) {
    snprintf(text, size, "%s", node->text);
    return;
  }
  TasTextAppend(size, text, map ? "{" : "[");
  for (const TasNode *child = node->first; child; child = child->next) {
    char part[512];

    TasNodeText(child, sizeof(part), part);
    TasTextAppend(size, text, "%s%s%s%s", child->index ? ", " : "", map ? child->key : "", map ? ": " : "", part);
  }
  TasTextAppend(size, text, map ? "}" : "]");
}

PetscErrorCode TasCaseRecord(TasCaseReader *r, const char *path, const char *value, const char *origin)
{
  TasCase *c = r->c;

  PetscFunctionBeginUser;
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (!(c->num_entries & (c->num_entries - 1))) { /* 0 and powers of two: full */
    TasCaseEntry *larger;

    PetscCall(PetscMalloc1(PetscMax(2 * c->num_entries, 1), &larger));
    PetscCall(PetscArraycpy(larger, c->entries, c->num_entries));
    PetscCall(PetscFree(c->entries));
    c->entries = larger;
  }
  PetscCall(PetscStrallocpy(path, &c->entries[c->num_entries].path));
  PetscCall(PetscStrallocpy(value, &c->entries[c->num_entries].value));
  PetscCall(PetscStrallocpy(origin, &c->entries[c->num_entries].origin));
  c->num_entries++;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseRecordNode(TasCaseReader *r, const TasNode *node)
{
  char path[PATH_LENGTH], text[512], origin[PETSC_MAX_PATH_LEN + 16];

  PetscFunctionBeginUser;
  if (!node->parent) PetscFunctionReturn(PETSC_SUCCESS); /* a default: recorded as such */
  TasNodePath(node, sizeof(path), path);
  TasNodeText(node, sizeof(text), text);
  TasNodeOrigin(node, sizeof(origin), origin);
  PetscCall(TasCaseRecord(r, path, text, origin));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseRecordSecond(TasCaseReader *r, const char *path, const char *but)
{
  const PetscInt num    = r->c->num_entries;
  const size_t   length = strlen(path);
  char           second[PATH_LENGTH];

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < num; i++) {
    const char *found = r->c->entries[i].path, end = strncmp(found, path, length) ? 'x' : found[length];
    if ((end && end != '.' && end != '[') || (but && !strcmp(found, but))) continue;
    snprintf(second, sizeof(second), "%s%s", TAS_SECOND, found);
    PetscCall(TasCaseRecord(r, second, r->c->entries[i].value, "as of the first osteotomy"));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- single values ---- */

PetscBool TasCaseExpectMap(TasCaseReader *r, const TasNode *node)
{
  char text[512], quoted[80];

  if (node->kind == TAS_NODE_MAP || TasNodeIsEmpty(node)) return PETSC_TRUE;
  TasNodeText(node, sizeof(text), text);
  TasTextQuote(text, sizeof(quoted), quoted);
  TasCaseComplain(r, node, "found %s, allowed: keys with values, {key: value, ...}", quoted);
  return PETSC_FALSE;
}

const char *TasCaseExpectScalar(TasCaseReader *r, const TasNode *node, const char *allowed)
{
  char text[512], quoted[80];

  if (node->kind == TAS_NODE_SCALAR && !TasNodeIsEmpty(node)) return node->text;
  TasNodeText(node, sizeof(text), text);
  TasTextQuote(text, sizeof(quoted), quoted);
  if (node->kind == TAS_NODE_SCALAR)
    TasCaseComplain(r, node, "has no value, allowed: %s", allowed);
  else
    TasCaseComplain(r, node, "found %s %s, allowed: %s", node->kind == TAS_NODE_LIST ? "the list" : "the map", quoted, allowed);
  return NULL;
}

PetscErrorCode TasCaseReadLater(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  PetscFunctionBeginUser;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseReadName(TasCaseReader *r, const TasNode *node, char *name)
{
  const char *text = TasCaseExpectScalar(r, node, "a name");

  PetscFunctionBeginUser;
  if (!text) PetscFunctionReturn(PETSC_SUCCESS);
  if (strlen(text) >= TAS_NAME_LENGTH)
    TasCaseComplain(r, node, "found a name of %zu characters, allowed: at most %d", strlen(text), TAS_NAME_LENGTH - 1);
  else
    PetscCall(PetscStrncpy(name, text, TAS_NAME_LENGTH));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscBool RangeAdmits(const TasRange *range, PetscReal value)
{
  switch (range->kind) {
  case TAS_ABOVE:
    return (PetscBool)(value > range->low);
  case TAS_AT_LEAST:
    return (PetscBool)(value >= range->low);
  case TAS_BETWEEN:
    return (PetscBool)(value > range->low && value < range->high);
  case TAS_WITHIN:
    return (PetscBool)(value >= range->low && value <= range->high);
  default:
    return PETSC_TRUE;
  }
}

void TasRangeText(const TasRange *range, const char *unit, size_t size, char *text)
{
  char low[64], high[64];

  TasUnitsFormat(range->low, unit, sizeof(low), low);
  TasUnitsFormat(range->high, unit, sizeof(high), high);
  text[0] = 0;
  if (range->kind == TAS_ABOVE) snprintf(text, size, "> %s", range->low == 0 ? "0" : low);
  if (range->kind == TAS_AT_LEAST) snprintf(text, size, ">= %s", range->low == 0 ? "0" : low);
  if (range->kind == TAS_BETWEEN) snprintf(text, size, "above %s and below %s", low, high);
  if (range->kind == TAS_WITHIN) snprintf(text, size, "%s to %s", low, high);
}

static void ComplainOfRange(TasCaseReader *r, const TasNode *node, const char *unit, const TasRange *range)
{
  char quoted[80], description[120], bounds[160];

  TasTextQuote(node->text, sizeof(quoted), quoted);
  TasUnitsDescribe(unit, sizeof(description), description);
  TasRangeText(range, unit, sizeof(bounds), bounds);
  TasCaseComplain(r, node, "found %s, allowed: %s, %s", quoted, description, bounds);
}

PetscErrorCode TasCaseReadValue(TasCaseReader *r, const TasNode *node, const char *unit, const TasRange *range, PetscReal *value)
{
  char        what[256], bounds[160], description[120];
  const char *text;
  PetscReal   found;

  PetscFunctionBeginUser;
  TasUnitsDescribe(unit, sizeof(description), description);
  text = TasCaseExpectScalar(r, node, description);
  if (!text || *r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasUnitsRead(text, unit, &found, sizeof(what), what));
  TasRangeText(range, unit, sizeof(bounds), bounds);
  if (*what)
    TasCaseComplain(r, node, "%s%s%s", what, *bounds ? ", " : "", bounds);
  else if (!RangeAdmits(range, found))
    ComplainOfRange(r, node, unit, range);
  else
    *value = found;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void ReadInteger(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, PetscInt *value)
{
  const char *text = TasCaseExpectScalar(r, node, "a whole number");
  char       *rest, quoted[80], bounds[160];
  long        found;

  if (!text) return;
  errno = 0;
  found = strtol(text, &rest, 10);
  if (*rest || errno || found > INT_MAX || found < INT_MIN || !RangeAdmits(&key->range, (PetscReal)found)) {
    TasTextQuote(text, sizeof(quoted), quoted);
    TasRangeText(&key->range, "1", sizeof(bounds), bounds);
    TasCaseComplain(r, node, "found %s, allowed: a whole number%s%s", quoted, *bounds ? ", " : "", bounds);
  } else
    *value = (PetscInt)found;
}

static void ReadSwitch(TasCaseReader *r, const TasNode *node, PetscBool *value)
{
  const char *text = TasCaseExpectScalar(r, node, "yes or no");
  char        quoted[80];

  if (!text) return;
  if (TasTextFindChoice("yes | true | on", text) >= 0)
    *value = PETSC_TRUE;
  else if (TasTextFindChoice("no | false | off", text) >= 0)
    *value = PETSC_FALSE;
  else {
    TasTextQuote(text, sizeof(quoted), quoted);
    TasCaseComplain(r, node, "found %s, allowed: yes or no", quoted);
  }
}

static void ReadChoice(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, int *value)
{
  const char *text = TasCaseExpectScalar(r, node, key->choices);
  char        quoted[80], nearest[TAS_NAME_LENGTH];
  PetscInt    place;

  if (!text) return;
  place = TasTextFindChoice(key->choices, text);
  if (place >= 0) {
    *value = (int)place;
    return;
  }
  TasTextQuote(text, sizeof(quoted), quoted);
  TasTextNearestChoice(text, key->choices, sizeof(nearest), nearest);
  TasCaseComplain(r, node, "found %s%s%s%s, allowed: %s", quoted, *nearest ? ", nearest: \"" : "", nearest, *nearest ? "\"" : "",
                  key->choices);
}

static void ReadText(TasCaseReader *r, const TasNode *node, char *value)
{
  const char *text = TasCaseExpectScalar(r, node, "a text");

  if (!text) return;
  if (strlen(text) >= 256)
    TasCaseComplain(r, node, "found a text of %zu characters, allowed: at most 255", strlen(text));
  else
    snprintf(value, 256, "%s", text);
}

/* ---- vectors, and what follows a curve ---- */

static PetscErrorCode ReadVector(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, PetscReal value[3])
{
  char      description[120], text[512], quoted[80];
  PetscReal found[3] = {0, 0, 0};

  PetscFunctionBeginUser;
  TasUnitsDescribe(key->unit, sizeof(description), description);
  if (node->kind != TAS_NODE_LIST || node->num_children != 3) {
    TasNodeText(node, sizeof(text), text);
    TasTextQuote(text, sizeof(quoted), quoted);
    TasCaseComplain(r, node, "found %s, allowed: a list of three, [x, y, z], each %s", quoted, description);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (const TasNode *child = node->first; child; child = child->next)
    PetscCall(TasCaseReadValue(r, child, key->unit, &key->range, &found[child->index]));
  if (!*r->problem) PetscCall(PetscArraycpy(value, found, 3));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadDirection(TasCaseReader *r, const TasNode *node, PetscReal value[3])
{
  const TasCaseKey number   = {.unit = "1"};
  PetscReal        found[3] = {0, 0, 0}, largest = 0, norm = 0;

  PetscFunctionBeginUser;
  PetscCall(ReadVector(r, &number, node, found));
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  for (int k = 0; k < 3; k++) largest = PetscMax(largest, PetscAbsReal(found[k]));
  if (largest == 0) {
    TasCaseComplain(r, node, "found a direction of length zero, allowed: [x, y, z], not all zero");
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (int k = 0; k < 3; k++) norm += PetscSqr(found[k] / largest); /* no overflow of squares */
  norm = PetscSqrtReal(norm);
  for (int k = 0; k < 3; k++) value[k] = found[k] / largest / norm;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The two forms:  value  and  {value: value, curve: name}. The default curve is number 0, or what was set before. */
static PetscErrorCode ReadCurved(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *value, PetscInt *curve)
{
  const TasCaseKey keys[] = {{.key      = "value",
                              .type     = key->type == TAS_KEY_CURVED ? TAS_KEY_VALUE : TAS_KEY_VECTOR,
                              .unit     = key->unit,
                              .range    = key->range,
                              .required = PETSC_TRUE},
                             {.key = "curve", .type = TAS_KEY_CURVE}};

  PetscFunctionBeginUser;
  if (node->kind != TAS_NODE_MAP) {
    PetscCall(TasCaseReadKey(r, &keys[0], node, value));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (const TasNode *child = node->first; child; child = child->next) {
    if (!strcmp(child->key, "value"))
      PetscCall(TasCaseReadKey(r, &keys[0], child, value));
    else if (!strcmp(child->key, "curve"))
      PetscCall(TasCaseReadKey(r, &keys[1], child, curve));
    else
      TasCaseComplain(r, child, "unknown key, allowed: value, curve");
  }
  if (!TasNodeFind(node, "value")) TasCaseComplainMissing(r, node, "value", "{value: ..., curve: name}");
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- names of bodies and curves ---- */

static const char *BodyName(const void *c, PetscInt i)
{
  return ((const TasCase *)c)->bodies[i].name;
}

PetscInt TasCaseFindBody(TasCaseReader *r, const TasNode *node, const char *name)
{
  for (PetscInt i = 0; i < r->c->num_bodies; i++)
    if (!strcmp(r->c->bodies[i].name, name)) return i;
  if (node) TasCaseComplainName(r, node, "body", name, r->c->num_bodies, BodyName, r->c);
  return -1;
}

static const char *CurveName(const void *c, PetscInt i)
{
  return ((const TasCase *)c)->curves[i].name;
}

PetscInt TasCaseFindCurve(TasCaseReader *r, const TasNode *node, const char *name)
{
  for (PetscInt i = r->c->num_curves - 1; i >= 0; i--) /* a curve of the case hides the default of that name */
    if (!strcmp(r->c->curves[i].name, name)) return i;
  if (node) TasCaseComplainName(r, node, "curve", name, r->c->num_curves, CurveName, r->c);
  return -1;
}

static void ReadReference(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, PetscInt *value)
{
  const char *text  = TasCaseExpectScalar(r, node, key->type == TAS_KEY_BODY ? "the name of a body" : "the name of a curve");
  PetscInt    found = -1;

  if (text) found = key->type == TAS_KEY_BODY ? TasCaseFindBody(r, node, text) : TasCaseFindCurve(r, node, text);
  if (found >= 0) *value = found;
}

/* ---- tables ---- */

PetscErrorCode TasCaseReadKey(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseValue  *value  = (TasCaseValue *)target;
  TasCaseVector *vector = (TasCaseVector *)target;

  PetscFunctionBeginUser;
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  switch (key->type) {
  case TAS_KEY_VALUE:
    PetscCall(TasCaseReadValue(r, node, key->unit, &key->range, (PetscReal *)target));
    break;
  case TAS_KEY_VECTOR:
    PetscCall(ReadVector(r, key, node, (PetscReal *)target));
    break;
  case TAS_KEY_DIRECTION:
    PetscCall(ReadDirection(r, node, (PetscReal *)target));
    break;
  case TAS_KEY_CURVED:
    PetscCall(ReadCurved(r, key, node, &value->value, &value->curve));
    value->given = PETSC_TRUE;
    break;
  case TAS_KEY_CURVED_VECTOR:
    PetscCall(ReadCurved(r, key, node, vector->value, &vector->curve));
    vector->given = PETSC_TRUE;
    break;
  case TAS_KEY_INTEGER:
    ReadInteger(r, key, node, (PetscInt *)target);
    break;
  case TAS_KEY_SWITCH:
    ReadSwitch(r, node, (PetscBool *)target);
    break;
  case TAS_KEY_CHOICE:
    ReadChoice(r, key, node, (int *)target);
    break;
  case TAS_KEY_NAME:
    PetscCall(TasCaseReadName(r, node, (char *)target));
    break;
  case TAS_KEY_TEXT:
    ReadText(r, node, (char *)target);
    break;
  case TAS_KEY_BODY:
  case TAS_KEY_CURVE:
    ReadReference(r, key, node, (PetscInt *)target);
    break;
  case TAS_KEY_OTHER:
    PetscCall(key->read(r, key, node, target));
    break;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *KeyName(const void *table, PetscInt i)
{
  return ((const TasCaseTable *)table)->keys[i].key;
}

static void CheckKeys(TasCaseReader *r, const TasCaseTable *table, const TasNode *node)
{
  for (const TasNode *child = node->first; child; child = child->next) {
    PetscInt i = 0;

    while (i < table->num_keys && strcmp(table->keys[i].key, child->key)) i++;
    if (i == table->num_keys) TasCaseComplainName(r, child, "key", child->key, table->num_keys, KeyName, table);
  }
}

static void ComplainMissingKey(TasCaseReader *r, const TasCaseKey *key, const char *path, const TasNode *node)
{
  char allowed[200] = "";

  if (key->type == TAS_KEY_VALUE)
    TasUnitsDescribe(key->unit, sizeof(allowed), allowed);
  else
    snprintf(allowed, sizeof(allowed), "%s", key->allowed ? key->allowed : key->choices ? key->choices : key->meaning);
  if (node)
    TasCaseComplainMissing(r, node, key->key, allowed);
  else {
    char full[PATH_LENGTH + 80];

    snprintf(full, sizeof(full), "%s.%s", path, key->key);
    TasCaseComplainMissing(r, NULL, full, allowed);
  }
}

/* A default is read as if it stood in the file. */
static PetscErrorCode ReadDefault(TasCaseReader *r, const TasCaseKey *key, const char *path, const TasNode *parent, void *target)
{
  char    text[64], full[PATH_LENGTH + 80];
  TasNode node = {.kind = TAS_NODE_SCALAR, .text = text, .source = "default"};

  PetscFunctionBeginUser;
  if (key->type == TAS_KEY_BODY && TasCaseFindBody(r, NULL, key->standard) < 0) {
    ComplainMissingKey(r, key, path, parent);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscStrncpy(text, key->standard, sizeof(text)));
  PetscCall(TasCaseReadKey(r, key, &node, target));
  snprintf(full, sizeof(full), "%s%s%s", path, *path ? "." : "", key->key);
  PetscCall(TasCaseRecord(r, full, key->standard, "default"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseReadMap(TasCaseReader *r, const TasCaseTable *table, const char *path, const TasNode *node, void *target)
{
  char own_path[PATH_LENGTH];

  PetscFunctionBeginUser;
  if (*r->problem || (node && !TasCaseExpectMap(r, node))) PetscFunctionReturn(PETSC_SUCCESS);
  if (node) {
    TasNodePath(node, sizeof(own_path), own_path);
    path = own_path;
    CheckKeys(r, table, node);
  }
  for (PetscInt i = 0; i < table->num_keys && !*r->problem; i++) {
    const TasCaseKey *key   = &table->keys[i];
    const TasNode    *child = TasNodeFind(node, key->key);
    void             *place = key->type == TAS_KEY_OTHER ? target : (void *)((char *)target + key->offset);

    if (child) {
      PetscCall(TasCaseReadKey(r, key, child, place));
      if (key->type != TAS_KEY_OTHER) PetscCall(TasCaseRecordNode(r, child));
    } else if (key->standard)
      PetscCall(ReadDefault(r, key, path, node, place));
    else if (key->required)
      ComplainMissingKey(r, key, path, node);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
