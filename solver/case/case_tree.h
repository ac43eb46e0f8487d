#pragma once
/*
  A YAML file as a tree that knows where each of its nodes was written.

  libyaml does the parsing; aliases are copied, so that what comes out is a tree of maps, lists and scalars.
  Knows nothing of cases.  Not collective: every rank parses the same text.
*/
#include <petscsys.h>

typedef enum { TAS_NODE_SCALAR, TAS_NODE_LIST, TAS_NODE_MAP } TasNodeKind;

typedef struct TasNode_ TasNode;
struct TasNode_ {
  TasNodeKind    kind;
  char          *key;    /* in a map; NULL otherwise */
  char          *text;   /* of a scalar; otherwise NULL */
  PetscBool      quoted; /* a scalar in quotes: "~" is a text, ~ is nothing */
  PetscInt       line;   /* of the key, or of the node itself where it has none; from 1; 0: from an override */
  const char    *source; /* the file's name, or the override's "--set path=value" */
  const TasNode *parent;
  PetscInt       index; /* place in its parent */
  TasNode       *first; /* children */
  TasNode       *last;
  TasNode       *next; /* sibling */
  PetscInt       num_children;
};

typedef struct TasTree_ TasTree;

/* Parses text of `length` bytes; source is used in messages.  problem (TAS_PROBLEM_LENGTH, mesh/mesh_data.h): empty, or one line. */
PetscErrorCode TasTreeParse(const char *source, const char *text, size_t length, TasTree **tree, char *problem);
PetscErrorCode TasTreeDestroy(TasTree **tree); /* accepts NULL, sets NULL */

/* Replaces, or adds, one value: "tissues.muscle.matrix.mu=4 kPa". The value is YAML itself; list items are named by their
   number from 0, names that hold a dot stand in double quotes. */
PetscErrorCode TasTreeOverride(TasTree *tree, const char *override, char *problem);

/* Removes a child of the map at the top, where there is one. */
PetscErrorCode TasTreeRemove(TasTree *tree, const char *key);

/* Puts folder (without a slash at its end) before every relative path that stands, anywhere, under that key. */
PetscErrorCode TasTreeJoinPaths(TasTree *tree, const char *key, const char *folder);

/* The map at the top. */
const TasNode *TasTreeRoot(const TasTree *tree);

/* The child of that name, or NULL; node may be NULL. */
const TasNode *TasNodeFind(const TasNode *node, const char *key);

/* A scalar without content (key:, ~, null). */
PetscBool TasNodeIsEmpty(const TasNode *node);

/* "tissues.muscle.fibres[1].c3"; truncated where it does not fit. */
void TasNodePath(const TasNode *node, size_t size, char *path);

/* "case.yaml:12" or "--set path=value". */
void TasNodeOrigin(const TasNode *node, size_t size, char *origin);

/* The tree as YAML, from PetscMalloc; the caller frees it. */
PetscErrorCode TasTreeWrite(const TasTree *tree, char **text);
