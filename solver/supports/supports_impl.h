#pragma once
/*
  Internal to supports*.c: supports.c makes the rows of each node, supports_fit.c fits the curved surface that it glides on,
  supports_rows.c takes the rows at a displacement and projects with them, supports_curvature.c has what is of second order.
*/
#include "solver/supports/supports.h"
#include "solver/vector3.h"

#define TAS_EDGE_COSINE 0.6427876 /* 50 degrees: facets that meet at more make an edge */

typedef enum { ROW_ATTACHED, ROW_GLIDING, ROW_COMPONENT } RowKind;

typedef struct {
  RowKind             kind;
  PetscInt            surface;   /* that it stands for: the one with the fewest facets of those that ask for it */
  PetscInt            body;      /* attached, gliding; else -1 */
  PetscInt            component; /* attached, component */
  const TasCaseValue *value;     /* component */
  PetscReal           normal[3]; /* gliding: in the reference */
  PetscReal           bend[9];   /* gliding: slope of the normal along the surface, in the reference, 1/mm; before: sums of its fit */
  PetscReal           m[3], target;
} Row;

typedef struct {
  PetscInt  num; /* rows */
  Row       row[3];
  PetscReal inverse[3][3]; /* (M M^T)^-1 */
} Support;

struct TasSupports_ {
  const TasCase   *c;
  const TasMesh   *mesh;
  PetscInt        *num_facets; /* [num_surfaces] on all ranks */
  PetscInt        *index;      /* [num_nodes_owned] into support, or -1 */
  PetscInt         num;
  Support         *support;
  TasProjectors    projectors;
  PetscInt         capacity; /* of the projectors: slots that are allocated */
  const TasBodies *bodies;   /* and time, at which rows are taken */
  PetscReal        time;
  Vec              exchange; /* ghosted, 9 a node: projectors of ghost nodes */
  PetscBool        ready;
};

#define TAS_EACH_SUPPORT(supports, node, s)                                                                                                \
  for (PetscInt node = 0; node < (supports)->mesh->num_nodes_owned; node++)                                                                \
    for (const Support *s = (supports)->index[node] >= 0 ? &(supports)->support[(supports)->index[node]] : NULL; s; s = NULL)

/* Adds a facet to the fit of a symmetric 2x2 matrix b, slope of the normal: b d = change of the normal over the distance d.  X: the
   node; normals are unit vectors already. */
void TasSupportFitAdd(Support *support, const PetscReal X[3], const PetscReal area[3], const PetscReal centroid[3]);

/* The sums of the fit become the matrix `bend`, as a tensor in space; axis of the osteotomy, or NULL. */
void TasSupportFitFinish(Row *row, const PetscReal *axis);

/* Where the node is on its body: minus the body's own point below it, in the body's frame. */
void TasSupportSlip(const TasBodies *bodies, PetscInt body, const PetscReal X[3], const PetscReal u[3], PetscReal slip[3]);

/* v = M^+ a */
void TasSupportSpread(const Support *support, const PetscReal a[3], PetscReal v[3]);

/* Force of a row: its factor in raw forces r = sum of lambda m. */
PetscReal TasSupportMultiplier(const Support *support, PetscInt row, const PetscReal r[3]);

/* How the node moves with coordinate j. */
void TasSupportNodeLift(const Support *support, const TasBodies *bodies, PetscInt j, const PetscReal X[3], const PetscReal u[3],
                        PetscReal w[3]);
