/* A YAML text becomes a tree: libyaml's events, nodes, and what may be wrong with the text. */
#include "solver/case/case_tree_impl.h"
#include "mesh/mesh_data.h"
#include "solver/text.h"
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#define MAX_DEPTH 32     /* a case has about six levels */
#define MAX_NODES 200000 /* stops aliases that copy aliases that copy aliases */
#define MAX_ANCHORS 256

typedef struct {
  char    *name;
  TasNode *node; /* NULL while the node is still being read */
} Anchor;

typedef struct {
  yaml_parser_t parser;
  const char   *text;
  size_t        length;
  const char   *source;
  PetscBool     numbered; /* lines mean something: a file and not an override */
  PetscInt      depth, num_nodes, num_anchors;
  Anchor        anchors[MAX_ANCHORS];
  char         *problem;
} Reader;

static PetscErrorCode ReadNode(Reader *r, const yaml_event_t *event, TasNode **node);

/* ---- nodes ---- */

PetscErrorCode TasNodeDestroy(TasNode *node)
{
  PetscFunctionBeginUser;
  if (!node) PetscFunctionReturn(PETSC_SUCCESS);
  for (TasNode *child = node->first, *next; child; child = next) {
    next = child->next;
    PetscCall(TasNodeDestroy(child));
  }
  PetscCall(PetscFree(node->key));
  PetscCall(PetscFree(node->text));
  PetscCall(PetscFree(node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasNodeAppend(TasNode *parent, TasNode *child)
{
  child->parent = parent;
  child->index  = parent->num_children++;
  if (parent->last)
    parent->last->next = child;
  else
    parent->first = child;
  parent->last = child;
}

static PetscErrorCode NodeCopy(Reader *r, const TasNode *from, TasNode **to)
{
  TasNode *node;

  PetscFunctionBeginUser;
  *to = NULL;
  if (++r->num_nodes > MAX_NODES) {
    snprintf(r->problem, TAS_PROBLEM_LENGTH, "%s: its aliases expand to more than %d values", r->source, MAX_NODES);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscNew(&node));
  *to          = node;
  node->kind   = from->kind;
  node->quoted = from->quoted;
  node->line   = from->line;
  node->source = from->source;
  PetscCall(PetscStrallocpy(from->key, &node->key));
  PetscCall(PetscStrallocpy(from->text, &node->text));
  for (const TasNode *child = from->first; child && !*r->problem; child = child->next) {
    TasNode *copy;

    PetscCall(NodeCopy(r, child, &copy));
    if (copy) TasNodeAppend(node, copy);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- what is wrong with the text ---- */

/* "case.yaml:12" for messages of the parser. */
static void Where(const Reader *r, size_t line, size_t size, char *where)
{
  if (r->numbered)
    snprintf(where, size, "%s:%zu", r->source, line + 1);
  else
    snprintf(where, size, "%s", r->source);
}

static void Complain(Reader *r, size_t line, const char *what)
{
  char where[400];

  if (*r->problem) return;
  Where(r, line, sizeof(where), where);
  snprintf(r->problem, TAS_PROBLEM_LENGTH, "%.240s: %.260s", where, what);
}

/* A tab between the start of a line (from 0) and its first other character? */
static PetscBool LineStartsWithTab(const Reader *r, size_t line)
{
  const char *p = r->text, *end = r->text + r->length;

  for (; line; line--) {
    p = memchr(p, '\n', (size_t)(end - p));
    if (!p) return PETSC_FALSE;
    p++;
  }
  while (p < end && *p == ' ') p++;
  return (PetscBool)(p < end && *p == '\t');
}

/* Says in one line what libyaml found. */
static void ComplainOfParser(Reader *r)
{
  const yaml_parser_t *p    = &r->parser;
  size_t               line = p->problem_mark.line;
  char                 what[256];

  if (p->error == YAML_READER_ERROR) {
    line = 0;
    for (size_t i = 0; i < PetscMin(p->problem_offset, r->length); i++) line += r->text[i] == '\n';
    snprintf(what, sizeof(what), "found bytes that are not text at offset %zu, allowed: text in UTF-8", p->problem_offset);
  } else if (LineStartsWithTab(r, line)) {
    snprintf(what, sizeof(what), "found a tab, allowed: spaces for indentation");
  } else if (p->error == YAML_MEMORY_ERROR) {
    snprintf(what, sizeof(what), "not enough memory to read it");
  } else {
    snprintf(what, sizeof(what), "not valid YAML: %s%s%s", p->problem ? p->problem : "cannot be read", p->context ? " " : "",
             p->context ? p->context : "");
  }
  Complain(r, line, what);
}

/* The next event; YAML_NO_EVENT and a problem where there is none. The caller deletes it. */
static void NextEvent(Reader *r, yaml_event_t *event)
{
  memset(event, 0, sizeof(*event));
  if (*r->problem) return;
  if (!yaml_parser_parse(&r->parser, event)) {
    memset(event, 0, sizeof(*event));
    ComplainOfParser(r);
  }
}

/* ---- reading ---- */

static PetscErrorCode AnchorOpen(Reader *r, const yaml_char_t *name, PetscInt *place)
{
  PetscFunctionBeginUser;
  *place = -1;
  if (!name) PetscFunctionReturn(PETSC_SUCCESS);
  if (r->num_anchors == MAX_ANCHORS)
    Complain(r, r->parser.mark.line, "too many anchors");
  else {
    *place = r->num_anchors++;
    PetscCall(PetscStrallocpy((const char *)name, &r->anchors[*place].name));
    r->anchors[*place].node = NULL;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadAlias(Reader *r, const yaml_event_t *event, TasNode **node)
{
  const char   *name  = (const char *)event->data.alias.anchor;
  const Anchor *found = NULL;
  char          what[200];

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < r->num_anchors; i++)
    if (!strcmp(r->anchors[i].name, name)) found = &r->anchors[i];
  if (!found || !found->node) {
    snprintf(what, sizeof(what), found ? "anchor \"%.100s\" contains itself" : "alias \"%.100s\" has no anchor before it", name);
    Complain(r, event->start_mark.line, what);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(NodeCopy(r, found->node, node));
  if (*node) {
    PetscCall(PetscFree((*node)->key)); /* the key belongs to the place of the anchor */
    (*node)->line = (PetscInt)event->start_mark.line + 1;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadList(Reader *r, TasNode *list)
{
  PetscFunctionBeginUser;
  while (!*r->problem) {
    yaml_event_t event;
    TasNode     *child = NULL;
    PetscBool    end;

    NextEvent(r, &event);
    end = (PetscBool)(event.type == YAML_SEQUENCE_END_EVENT);
    if (!end && !*r->problem) PetscCall(ReadNode(r, &event, &child));
    yaml_event_delete(&event);
    if (end) break;
    if (child) TasNodeAppend(list, child);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The value of a key whose event is given. */
static PetscErrorCode ReadEntry(Reader *r, TasNode *map, const yaml_event_t *key)
{
  yaml_event_t   event;
  const TasNode *twin;
  TasNode       *child = NULL;
  char           quoted[80], what[200];

  PetscFunctionBeginUser;
  if (key->type != YAML_SCALAR_EVENT) {
    Complain(r, key->start_mark.line, "found a list or map as a key, allowed: a name");
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  TasTextQuote((const char *)key->data.scalar.value, sizeof(quoted), quoted);
  twin = TasNodeFind(map, (const char *)key->data.scalar.value);
  if (twin) {
    snprintf(what, sizeof(what), "key %s is given twice, first in line %" PetscInt_FMT, quoted, twin->line);
    Complain(r, key->start_mark.line, what);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  NextEvent(r, &event);
  if (!*r->problem) PetscCall(ReadNode(r, &event, &child));
  yaml_event_delete(&event);
  if (!child) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscStrallocpy((const char *)key->data.scalar.value, &child->key));
  child->line = r->numbered ? (PetscInt)key->start_mark.line + 1 : 0;
  TasNodeAppend(map, child);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadMap(Reader *r, TasNode *map)
{
  PetscFunctionBeginUser;
  while (!*r->problem) {
    yaml_event_t event;
    PetscBool    end;

    NextEvent(r, &event);
    end = (PetscBool)(event.type == YAML_MAPPING_END_EVENT);
    if (!end && !*r->problem) PetscCall(ReadEntry(r, map, &event));
    yaml_event_delete(&event);
    if (end) break;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadContent(Reader *r, const yaml_event_t *event, TasNode *node)
{
  PetscFunctionBeginUser;
  switch (event->type) {
  case YAML_SCALAR_EVENT:
    node->kind   = TAS_NODE_SCALAR;
    node->quoted = (PetscBool)(event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE);
    PetscCall(PetscStrallocpy((const char *)event->data.scalar.value, &node->text));
    if (strlen(node->text) != event->data.scalar.length) Complain(r, event->start_mark.line, "found a zero character, allowed: text");
    break;
  case YAML_SEQUENCE_START_EVENT:
    node->kind = TAS_NODE_LIST;
    PetscCall(ReadList(r, node));
    break;
  case YAML_MAPPING_START_EVENT:
    node->kind = TAS_NODE_MAP;
    PetscCall(ReadMap(r, node));
    break;
  default:
    Complain(r, event->start_mark.line, "not valid YAML: a value is missing");
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const yaml_char_t *AnchorName(const yaml_event_t *event)
{
  if (event->type == YAML_SCALAR_EVENT) return event->data.scalar.anchor;
  if (event->type == YAML_SEQUENCE_START_EVENT) return event->data.sequence_start.anchor;
  if (event->type == YAML_MAPPING_START_EVENT) return event->data.mapping_start.anchor;
  return NULL;
}

/* The node that starts with the event. On a problem *node may be NULL or incomplete; it belongs to the caller all the same. */
static PetscErrorCode ReadNode(Reader *r, const yaml_event_t *event, TasNode **node)
{
  PetscInt anchor;

  PetscFunctionBeginUser;
  *node = NULL;
  if (event->type == YAML_ALIAS_EVENT) {
    PetscCall(ReadAlias(r, event, node));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (r->depth == MAX_DEPTH || ++r->num_nodes > MAX_NODES) {
    Complain(r, event->start_mark.line, r->depth == MAX_DEPTH ? "nested too deeply" : "too many values");
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscNew(node));
  (*node)->line   = r->numbered ? (PetscInt)event->start_mark.line + 1 : 0;
  (*node)->source = r->source;
  PetscCall(AnchorOpen(r, AnchorName(event), &anchor));
  r->depth++;
  PetscCall(ReadContent(r, event, *node));
  r->depth--;
  if (anchor >= 0) r->anchors[anchor].node = *node;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadDocument(Reader *r, TasNode **root)
{
  PetscBool started = PETSC_FALSE;

  PetscFunctionBeginUser;
  while (!*r->problem) {
    yaml_event_t event;
    PetscBool    end;

    NextEvent(r, &event);
    end = (PetscBool)(event.type == YAML_STREAM_END_EVENT);
    if (event.type == YAML_DOCUMENT_START_EVENT) {
      if (started) Complain(r, event.start_mark.line, "found a second document (---), allowed: one");
      started = PETSC_TRUE;
    } else if (!*r->problem && !end && event.type != YAML_STREAM_START_EVENT && event.type != YAML_DOCUMENT_END_EVENT) {
      PetscCall(ReadNode(r, &event, root));
    }
    yaml_event_delete(&event);
    if (end) break;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasNodeRead(const char *source, PetscBool numbered, const char *text, size_t length, TasNode **root, char *problem)
{
  Reader *r;

  PetscFunctionBeginUser;
  *root = NULL;
  PetscCall(PetscNew(&r));
  r->text     = text;
  r->length   = length;
  r->source   = source;
  r->numbered = numbered;
  r->problem  = problem;
  PetscCheck(yaml_parser_initialize(&r->parser), PETSC_COMM_SELF, PETSC_ERR_MEM, "libyaml cannot start");
  yaml_parser_set_input_string(&r->parser, (const unsigned char *)text, length);
  PetscCall(ReadDocument(r, root));
  for (PetscInt i = 0; i < r->num_anchors; i++) PetscCall(PetscFree(r->anchors[i].name));
  yaml_parser_delete(&r->parser);
  PetscCall(PetscFree(r));
  if (*problem) {
    PetscCall(TasNodeDestroy(*root));
    *root = NULL;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the tree ---- */

PetscErrorCode TasTreeAddSource(TasTree *tree, const char *text, char **kept)
{
  char **sources;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(tree->num_sources + 1, &sources));
  for (PetscInt i = 0; i < tree->num_sources; i++) sources[i] = tree->sources[i];
  PetscCall(PetscStrallocpy(text, kept));
  sources[tree->num_sources++] = *kept;
  PetscCall(PetscFree(tree->sources));
  tree->sources = sources;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTreeParse(const char *source, const char *text, size_t length, TasTree **tree, char *problem)
{
  PetscFunctionBeginUser;
  *problem = 0;
  PetscCall(PetscNew(tree));
  PetscCall(TasTreeAddSource(*tree, source, &(*tree)->source));
  PetscCall(TasNodeRead((*tree)->source, PETSC_TRUE, text, length, &(*tree)->root, problem));
  if (*problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (!(*tree)->root || TasNodeIsEmpty((*tree)->root))
    snprintf(problem, TAS_PROBLEM_LENGTH, "%s:1: the file is empty, allowed: sections of \"key: value\"", source);
  else if ((*tree)->root->kind != TAS_NODE_MAP)
    snprintf(problem, TAS_PROBLEM_LENGTH, "%s:%" PetscInt_FMT ": found no \"key: value\", allowed: sections of \"key: value\"", source,
             (*tree)->root->line);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTreeDestroy(TasTree **tree)
{
  PetscFunctionBeginUser;
  if (!*tree) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasNodeDestroy((*tree)->root));
  for (PetscInt i = 0; i < (*tree)->num_sources; i++) PetscCall(PetscFree((*tree)->sources[i]));
  PetscCall(PetscFree((*tree)->sources));
  PetscCall(PetscFree(*tree));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasNode *TasTreeRoot(const TasTree *tree)
{
  return tree->root;
}

const TasNode *TasNodeFind(const TasNode *node, const char *key)
{
  if (!node || node->kind != TAS_NODE_MAP) return NULL;
  for (const TasNode *child = node->first; child; child = child->next)
    if (!strcmp(child->key, key)) return child;
  return NULL;
}

PetscBool TasNodeIsEmpty(const TasNode *node)
{
  if (node->kind != TAS_NODE_SCALAR || node->quoted) return PETSC_FALSE;
  return (PetscBool)(!node->text[0] || !strcmp(node->text, "~") || !strcmp(node->text, "null"));
}

void TasNodePath(const TasNode *node, size_t size, char *path)
{
  if (!node->parent) {
    path[0] = 0;
    return;
  }
  TasNodePath(node->parent, size, path);
  if (node->key)
    TasTextAppend(size, path, "%s%.60s", path[0] ? "." : "", node->key);
  else
    TasTextAppend(size, path, "[%" PetscInt_FMT "]", node->index);
}

void TasNodeOrigin(const TasNode *node, size_t size, char *origin)
{
  if (node->line)
    snprintf(origin, size, "%s:%" PetscInt_FMT, node->source, node->line);
  else
    snprintf(origin, size, "%s", node->source);
}
