#pragma once
/*
  Reading Gmsh files: the file as a whole in memory, a cursor in it, and what has been read so far.
  Functions that scan return false when the file is at fault, and have then left one line in `problem`.  Private to mesh/gmsh_*.c.
*/
#include "mesh/key_table.h"
#include "mesh/mesh_data.h"
#include <stdbool.h>

/* What is known of an element type of Gmsh. */
typedef struct {
  const char *name;
  int         dimension, num_nodes, order;
} TasGmshType;

/* Place of a tag among those added so far: no table as long as they count upwards one by one, which most files do. */
typedef struct {
  int64_t     first;
  PetscInt    count;
  bool        scattered;
  TasKeyTable table;
} TasTagIndex;

/* Cells or facets as they come: nodes by place, group by physical tag (0: none). */
typedef struct {
  int       type; /* 0 as long as there are none */
  PetscInt  count, capacity;
  PetscInt *nodes; /* [count][num_nodes of the type] */
  int64_t  *group;
} TasGmshElements;

typedef struct {
  int     dimension;
  int64_t tag;
  char    name[TAS_NAME_LENGTH];
} TasGmshGroup;

/* The physical groups of the entities of a 4.1 file. */
typedef struct {
  TasKeyTable index; /* dimension, tag */
  PetscInt   *first; /* [index.count + 1] into groups */
  int64_t    *groups;
  PetscInt    capacity, num_groups, group_capacity;
} TasGmshEntities;

typedef struct {
  const char     *path;
  char           *text; /* the file, with a zero behind its end */
  const char     *at, *end;
  char            section[32]; /* "$Nodes" */
  int             version;     /* 22 or 41 */
  bool            binary;
  char           *problem;
  TasTagIndex     node_tags;
  PetscInt        num_nodes;
  PetscReal      *points;
  TasTagIndex     element_tags;
  PetscInt       *element_cell; /* [element_tags.count] the cell, or -1 for other elements */
  PetscInt        element_capacity;
  TasGmshElements cells, facets, lines;
  TasGmshGroup   *groups; /* named ones */
  PetscInt        num_groups;
  TasGmshEntities entities;
  TasCellField   *fields;
  PetscInt        num_fields;
  bool            nodes_read, elements_read;
} TasGmsh;

/* gmsh_scan.c */
PetscErrorCode TasGmshLoad(TasGmsh *g);
bool           TasGmshFail(TasGmsh *g, const char *format, ...) __attribute__((format(printf, 2, 3)));
void           TasGmshSkipSpace(TasGmsh *g);
/* The text up to the next white space, for a message. */
const char *TasGmshQuote(const TasGmsh *g, char quote[32]);
/* Numbers in text, whatever the format of the file. */
bool TasGmshTextInt(TasGmsh *g, const char *what, int64_t *value);
bool TasGmshTextReal(TasGmsh *g, const char *what, PetscReal *value);
/* Numbers in the format of the file: int, size_t and double of the C program that wrote it. */
bool TasGmshInt(TasGmsh *g, const char *what, int64_t *value);
bool TasGmshSize(TasGmsh *g, const char *what, int64_t *value);
bool TasGmshReal(TasGmsh *g, const char *what, PetscReal *value);
/* A number of things of at least `numbers` numbers each, which the rest of the file has room for. size: as TasGmshSize; else text. */
bool TasGmshCount(TasGmsh *g, bool size, const char *what, int numbers, PetscInt *count);
/* A text in double quotes. */
bool TasGmshString(TasGmsh *g, const char *what, char name[TAS_NAME_LENGTH]);
/* The end of a line of text, behind which binary numbers start. */
bool TasGmshEndLine(TasGmsh *g);
bool TasGmshExpectEnd(TasGmsh *g); /* $End... of the section */
bool TasGmshSkipSection(TasGmsh *g);

/* gmsh_tags.c */
PetscErrorCode TasTagIndexAdd(TasTagIndex *tags, int64_t tag, PetscInt *index, PetscBool *is_new);
PetscInt       TasTagIndexFind(const TasTagIndex *tags, int64_t tag);
PetscErrorCode TasTagIndexDestroy(TasTagIndex *tags);

/* gmsh_groups.c: $PhysicalNames, $Entities */
PetscErrorCode TasGmshReadNames(TasGmsh *g);
PetscErrorCode TasGmshReadEntities(TasGmsh *g);
/* The physical tags of an entity. */
void TasGmshEntityGroups(const TasGmsh *g, int64_t dimension, int64_t tag, PetscInt *count, const int64_t **groups);

/* gmsh_elements.c: $Nodes, $Elements */
const TasGmshType *TasGmshTypeGet(int64_t type); /* NULL: unknown */
PetscErrorCode     TasGmshReadNodes(TasGmsh *g);
PetscErrorCode     TasGmshReadElements(TasGmsh *g);

/* gmsh_fields.c: $ElementData */
PetscErrorCode TasGmshReadField(TasGmsh *g);

/* gmsh_build.c: the mesh from what was read */
PetscErrorCode TasGmshBuild(TasGmsh *g, PetscReal scale, TasMeshData *data);
