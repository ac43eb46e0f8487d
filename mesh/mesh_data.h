#pragma once
/*
  A mesh as it is read or built: plain arrays, all on rank 0 (the other ranks hold an empty one).
  First-order hexahedra or tetrahedra, node order of VTK and Gmsh.  Lengths in mm.
*/
#include <petscsys.h>

#define TAS_NAME_LENGTH    64  /* of a tissue, surface or field, with the closing zero */
#define TAS_PROBLEM_LENGTH 512 /* of a message about bad input */

typedef enum {
  TAS_SHAPE_HEX, /* 8 corners, facets of 4 */
  TAS_SHAPE_TET  /* 4 corners, facets of 3 */
} TasShape;

typedef struct {
  char       name[TAS_NAME_LENGTH];
  PetscInt   num_components;
  PetscReal *values; /* [num_cells][num_components] */
} TasCellField;

typedef struct {
  TasShape      shape;
  PetscInt      num_points;
  PetscReal    *points; /* [num_points][3] */
  PetscInt      num_cells;
  PetscInt     *cells;       /* [num_cells][8 or 4] */
  PetscInt     *cell_tissue; /* [num_cells] index into tissue_names */
  PetscInt      num_tissues;
  char        (*tissue_names)[TAS_NAME_LENGTH];
  PetscInt      num_facets;
  PetscInt     *facets;        /* [num_facets][4 or 3] corners; the same facet may be listed for several surfaces */
  PetscInt     *facet_surface; /* [num_facets] index into surface_names */
  PetscInt      num_surfaces;
  char        (*surface_names)[TAS_NAME_LENGTH];
  PetscInt      num_fields;
  TasCellField *fields; /* e.g. "fibre" and "sheet" (3 components), or a material parameter */
  /* paths of strands: no part of the mesh that is computed on */
  PetscReal    *line_points;   /* [...][3] */
  PetscInt      num_lines;
  PetscInt     *lines;         /* [num_lines][2] among line_points */
  PetscInt     *line_group;    /* [num_lines] index into line_group_names; a line may be listed for several groups */
  PetscInt      num_line_groups;
  char        (*line_group_names)[TAS_NAME_LENGTH];
} TasMeshData;

/* Frees the arrays and zeroes the structure; accepts one that is already empty. */
PetscErrorCode TasMeshDataClear(TasMeshData *data);

/* Reads Gmsh 2.2 or 4.1, ASCII or binary: first-order hexahedra or tetrahedra (not both), physical groups of dimension 3
   (tissues), 2 (surfaces) and 1 (paths), $ElementData as cell fields.  scale: mm per unit of length in the file.
   problem [TAS_PROBLEM_LENGTH]: empty, or one line that says what is wrong with the file, and where (line or section). */
PetscErrorCode TasMeshDataReadGmsh(const char *path, PetscReal scale, TasMeshData *data, char *problem);

/* The lines of a group as one path from end to end: points [*num_points][3] from PetscMalloc.  It starts where the line at that end starts;
   with lines turned this way and that, at the end that comes first in the file.  problem: empty, or why the lines are no path. */
PetscErrorCode TasMeshDataPath(const TasMeshData *data, PetscInt group, PetscInt *num_points, PetscReal **points, char *problem);

/* Writes Gmsh 2.2 ASCII with its physical groups (without paths) and cell fields: to take a built-in limb elsewhere. */
PetscErrorCode TasMeshDataWriteGmsh(const char *path, const TasMeshData *data);

/* Checks what a solver relies on: finite coordinates, indices in range, no cell inverted or flat (scaled Jacobian at every
   corner positive), no cell twice, no unused point, tissue or surface, facets that are faces of cells and listed once in a surface.
   problem: as above, naming the first cell and tissue. */
PetscErrorCode TasMeshDataCheck(const TasMeshData *data, char *problem);

/* The smallest scaled Jacobian over the corners of every cell [num_cells] (Knupp: 1 is a right-angled hexahedron or a regular
   tetrahedron, 0 a flat cell). */
PetscErrorCode TasMeshDataQuality(const TasMeshData *data, PetscReal *scaled_jacobian);
