#pragma once
/*
  A cross-section made of structured patches: each a grid of quadrilaterals (u and v such that u x v points up) whose sides may share
  their nodes with patches before it.  Groups of columns and rows, each of one or more divisions, are what tissues are made of.
*/
#include "mesh/limb_curves.h"
#include "mesh/limb_sweep.h"

typedef struct {
  PetscInt  nu, nv;
  PetscInt *node;   /* [nu + 1][nv + 1] */
  PetscBool closed; /* column nu is column 0 */
} TasPatch;

typedef struct {
  PetscInt   num_patches;
  TasPatch  *patch;
  TasSection section;
  PetscInt  *quad_patch; /* [num_quads] and where in it */
  PetscInt  *quad_u, *quad_v;
  PetscInt  *edge_side; /* [num_edges] as the plan names them */
  PetscInt  *edge_quad; /* [num_edges] the quadrilateral behind it */
} TasPatches;

typedef struct {
  PetscInt num_patches;
  PetscInt (*sizes)[2];                           /* [num_patches] nu, nv; borrowed, as the context */
  PetscInt closed;                                /* this patch and those after it close on themselves */
  void (*share)(TasPatch *patch, PetscInt which); /* what a patch has in common with those before it: TasPatchShareNodes */
  /* The side that edge k of a quadrilateral lies on, or -1; edges: v = 0, u = nu, v = nv, u = 0. */
  PetscInt (*side)(const void *context, const TasPatches *patches, PetscInt quad, PetscInt k);
  const void *context;
} TasPatchPlan;

PetscErrorCode TasPatchesCreate(const TasPatchPlan *plan, TasPatches *patches);
PetscErrorCode TasPatchesClear(TasPatches *patches);

PetscInt TasPatchNode(const TasPatch *patch, PetscInt u, PetscInt v);
/* Makes num nodes of `to`, from (u, v) on in steps of (du, dv), the same as those of `from`; lines are {u, v, du, dv}. */
void TasPatchShareNodes(TasPatch *to, PetscInt num, const PetscInt line[4], const TasPatch *from, const PetscInt other[4]);

PetscReal TasPatchesArea(const TasPatches *patches, const TasPlanePoint *xy, PetscInt quad);

/* Where a place in a patch lies, u and v in divisions, in the section xy [num_nodes]. */
TasPlanePoint TasPatchPlace(const TasPatch *patch, const TasPlanePoint *xy, PetscReal u, PetscReal v);

/* The group that division i belongs to, and the sum of the groups' divisions. */
PetscInt TasGroupOf(PetscInt num_groups, const PetscInt *parts, PetscInt i);
PetscInt TasGroupSum(PetscInt num_groups, const PetscInt *parts);
/* A group's number plus a share of its width, in divisions. */
PetscReal TasGroupPlace(PetscInt num_groups, const PetscInt *parts, PetscReal at);
/* How groups of these widths (mm) are divided for cells of about `size`. */
void TasGroupDivide(PetscInt num_groups, const PetscReal *widths, PetscReal size, PetscInt *parts);

#define TAS_LAYERS 3 /* fascia, fat, skin */

/* Places the rows of a closed patch outwards from its first one, which lies on the outline: thickness(context, angle, layers) gives the
   thicknesses of the groups of rows (mm). */
void TasPatchPlaceLayers(const TasPatch *patch, const TasOutline *outline, const PetscInt parts[TAS_LAYERS],
                         void (*thickness)(const void *context, PetscReal angle, PetscReal layers[TAS_LAYERS]), const void *context,
                         TasPlanePoint *xy);

/* Positions points [num_levels][num_nodes][3] of all sections: place(context, z, xy [num_nodes]) each, then sharp and flat corners are
   opened by small moves.  Nodes of the last patch (from the fascia outwards) and of edges stay, but for those of the side `movable`.
   limb_relax.c */
PetscErrorCode TasPatchesPlaceAll(const TasPatches *patches, PetscInt movable, PetscInt num_levels, const PetscReal *levels,
                                  void (*place)(const void *context, PetscReal z, TasPlanePoint *xy), const void *context, PetscReal *points);
