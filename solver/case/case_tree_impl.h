#pragma once
/* What the files of the tree share: case_tree.c reads, case_tree_edit.c overrides and writes. */
#include "solver/case/case_tree.h"

struct TasTree_ {
  TasNode *root;
  char    *source;
  PetscInt num_sources; /* texts that nodes point to: the name of the file, the overrides */
  char   **sources;
};

PetscErrorCode TasNodeDestroy(TasNode *node); /* with all below it; accepts NULL */
void           TasNodeAppend(TasNode *parent, TasNode *child);

/* Reads text into one node; NULL for a text without content. numbered: lines mean something, it is a file. */
PetscErrorCode TasNodeRead(const char *source, PetscBool numbered, const char *text, size_t length, TasNode **root, char *problem);

/* Keeps a copy of a text that nodes point to as their source. */
PetscErrorCode TasTreeAddSource(TasTree *tree, const char *text, char **kept);
