/* Changing a tree by --set, and writing it out again. */
#include "solver/case/case_tree_impl.h"
#include "mesh/mesh_data.h"
#include "solver/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* ---- overrides ---- */

/* Takes the next name from a path: up to a dot, or what stands in double quotes. */
static PetscBool NextName(const char **path, size_t size, char *name)
{
  const PetscBool quoted = (PetscBool)(**path == '"');
  const char     *start  = *path + quoted;
  const size_t    n      = strcspn(start, quoted ? "\"" : ".");

  if (!n || n >= size || (quoted && start[n] != '"')) return PETSC_FALSE;
  snprintf(name, size, "%.*s", (int)n, start);
  *path = start + n + quoted;
  if (**path == '.') return (PetscBool)(*++*path != 0);
  return (PetscBool)(**path == 0);
}

static TasNode *FindChild(TasNode *node, const char *name)
{
  char *end;
  long  index;

  if (node->kind == TAS_NODE_MAP) return (TasNode *)TasNodeFind(node, name);
  index = strtol(name, &end, 10);
  if (*end) return NULL;
  for (TasNode *child = node->first; child; child = child->next)
    if (child->index == index) return child;
  return NULL;
}

static PetscErrorCode AddChild(TasNode *parent, const char *name, const char *source, TasNode **child)
{
  PetscFunctionBeginUser;
  PetscCall(PetscNew(child));
  (*child)->kind   = TAS_NODE_MAP;
  (*child)->source = source;
  PetscCall(PetscStrallocpy(name, &(*child)->key));
  TasNodeAppend(parent, *child);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The node at a path; maps that are missing are made. */
static PetscErrorCode MakePath(TasTree *tree, const char *path, const char *source, TasNode **node, char *problem)
{
  char name[128], where[256];

  PetscFunctionBeginUser;
  *node = tree->root;
  while (*path) {
    TasNode *child;

    if (!NextName(&path, sizeof(name), name)) {
      snprintf(problem, TAS_PROBLEM_LENGTH, "%s: found a path with an empty or unfinished name, allowed: --set path.to.key=value", source);
      PetscFunctionReturn(PETSC_SUCCESS);
    }
    if ((*node)->kind == TAS_NODE_SCALAR && TasNodeIsEmpty(*node)) (*node)->kind = TAS_NODE_MAP;
    child = FindChild(*node, name);
    if (!child && (*node)->kind != TAS_NODE_MAP) {
      TasNodePath(*node, sizeof(where), where);
      if ((*node)->kind == TAS_NODE_LIST)
        snprintf(problem, TAS_PROBLEM_LENGTH, "%s: %s: found \"%s\", allowed: the number of an item, 0 to %" PetscInt_FMT, source, where,
                 name, (*node)->num_children - 1);
      else
        snprintf(problem, TAS_PROBLEM_LENGTH, "%s: %s is a single value: there is no \"%s\" in it", source, where, name);
      PetscFunctionReturn(PETSC_SUCCESS);
    }
    if (!child) PetscCall(AddChild(*node, name, source, &child));
    *node = child;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Gives node the content of value, which is used up. */
static PetscErrorCode NodeReplace(TasNode *node, TasNode *value, const char *source)
{
  PetscFunctionBeginUser;
  for (TasNode *child = node->first, *next; child; child = next) {
    next = child->next;
    PetscCall(TasNodeDestroy(child));
  }
  PetscCall(PetscFree(node->text));
  node->kind         = value->kind;
  node->text         = value->text;
  node->quoted       = value->quoted;
  node->line         = 0;
  node->source       = source;
  node->first        = value->first;
  node->last         = value->last;
  node->num_children = value->num_children;
  for (TasNode *child = node->first; child; child = child->next) child->parent = node;
  value->first = NULL;
  value->text  = NULL;
  PetscCall(TasNodeDestroy(value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTreeOverride(TasTree *tree, const char *override, char *problem)
{
  const char *equals = strchr(override, '=');
  char        quoted[120], label[136], path[512], *source;
  TasNode    *value, *node;

  PetscFunctionBeginUser;
  *problem = 0;
  TasTextQuote(override, sizeof(quoted), quoted);
  snprintf(label, sizeof(label), "--set %.*s", (int)strlen(quoted) - 2, quoted + 1);
  PetscCall(TasTreeAddSource(tree, label, &source));
  if (!equals || equals == override || (size_t)(equals - override) >= sizeof(path)) {
    snprintf(problem, TAS_PROBLEM_LENGTH, "%s: found no path and value, allowed: --set path.to.key=value", source);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  snprintf(path, sizeof(path), "%.*s", (int)(equals - override), override);
  PetscCall(TasNodeRead(source, PETSC_FALSE, equals + 1, strlen(equals + 1), &value, problem));
  if (*problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MakePath(tree, path, source, &node, problem));
  if (!value) {
    PetscCall(PetscNew(&value));
    PetscCall(PetscStrallocpy("", &value->text));
  }
  if (*problem)
    PetscCall(TasNodeDestroy(value));
  else
    PetscCall(NodeReplace(node, value, source));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- other changes ---- */

PetscErrorCode TasTreeRemove(TasTree *tree, const char *key)
{
  TasNode *root = tree->root, *before = NULL, *node = root->first;

  PetscFunctionBeginUser;
  while (node && strcmp(node->key, key)) {
    before = node;
    node   = node->next;
  }
  if (!node) PetscFunctionReturn(PETSC_SUCCESS);
  if (before)
    before->next = node->next;
  else
    root->first = node->next;
  if (root->last == node) root->last = before;
  for (TasNode *later = node->next; later; later = later->next) later->index--;
  root->num_children--;
  PetscCall(TasNodeDestroy(node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode JoinPaths(TasNode *node, const char *key, const char *folder)
{
  PetscFunctionBeginUser;
  for (TasNode *child = node->first; child; child = child->next) PetscCall(JoinPaths(child, key, folder));
  if (node->kind == TAS_NODE_SCALAR && node->key && !strcmp(node->key, key) && node->text[0] && node->text[0] != '/') {
    const size_t size = strlen(folder) + strlen(node->text) + 2;
    char        *path;

    PetscCall(PetscMalloc1(size, &path));
    snprintf(path, size, "%s/%s", folder, node->text);
    PetscCall(PetscFree(node->text));
    node->text = path;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTreeJoinPaths(TasTree *tree, const char *key, const char *folder)
{
  PetscFunctionBeginUser;
  PetscCall(JoinPaths(tree->root, key, folder));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- writing ---- */

typedef struct {
  char  *text;
  size_t used, size;
} Buffer;

static int BufferWrite(void *context, unsigned char *bytes, size_t n)
{
  Buffer *b = (Buffer *)context;

  if (b->used + n + 1 > b->size) {
    char *larger;

    b->size = 2 * (b->used + n + 1);
    if (PetscMalloc1(b->size, &larger)) return 0;
    if (b->used) memcpy(larger, b->text, b->used);
    if (PetscFree(b->text)) return 0;
    b->text = larger;
  }
  memcpy(b->text + b->used, bytes, n);
  b->used += n;
  b->text[b->used] = 0;
  return 1;
}

/* libyaml's rule: every call says whether it went well, and emit takes the event over. */
static int EmitScalar(yaml_emitter_t *emitter, const char *text, PetscBool quoted)
{
  yaml_event_t event;

  return yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, (int)strlen(text), 1, 1,
                                      quoted ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_ANY_SCALAR_STYLE) &&
         yaml_emitter_emit(emitter, &event);
}

static int EmitNode(yaml_emitter_t *emitter, const TasNode *node)
{
  const PetscBool map = (PetscBool)(node->kind == TAS_NODE_MAP);
  yaml_event_t    event;
  int             good;

  if (node->kind == TAS_NODE_SCALAR) return EmitScalar(emitter, node->text, node->quoted);
  if (map)
    good = yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE);
  else
    good = yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, YAML_FLOW_SEQUENCE_STYLE);
  good = good && yaml_emitter_emit(emitter, &event);
  for (const TasNode *child = node->first; good && child; child = child->next) {
    if (map) good = EmitScalar(emitter, child->key, PETSC_FALSE);
    good = good && EmitNode(emitter, child);
  }
  good = good && (map ? yaml_mapping_end_event_initialize(&event) : yaml_sequence_end_event_initialize(&event));
  return good && yaml_emitter_emit(emitter, &event);
}

PetscErrorCode TasTreeWrite(const TasTree *tree, char **text)
{
  Buffer         buffer = {NULL, 0, 0};
  yaml_emitter_t emitter;
  yaml_event_t   event;
  int            good;

  PetscFunctionBeginUser;
  PetscCheck(yaml_emitter_initialize(&emitter), PETSC_COMM_SELF, PETSC_ERR_MEM, "libyaml cannot start");
  yaml_emitter_set_output(&emitter, BufferWrite, &buffer);
  yaml_emitter_set_unicode(&emitter, 1);
  yaml_emitter_set_width(&emitter, -1);
  good = yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING) && yaml_emitter_emit(&emitter, &event);
  good = good && yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1) && yaml_emitter_emit(&emitter, &event);
  good = good && EmitNode(&emitter, tree->root);
  good = good && yaml_document_end_event_initialize(&event, 1) && yaml_emitter_emit(&emitter, &event);
  good = good && yaml_stream_end_event_initialize(&event) && yaml_emitter_emit(&emitter, &event) && yaml_emitter_flush(&emitter);
  yaml_emitter_delete(&emitter);
  PetscCheck(good, PETSC_COMM_SELF, PETSC_ERR_LIB, "libyaml cannot write the case");
  *text = buffer.text;
  PetscFunctionReturn(PETSC_SUCCESS);
}
