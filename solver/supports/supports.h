#pragma once
/*
  Supports: what holds the nodes of a surface.

    attached      the node follows its rigid body                                     u = x_body(X) - X
    gliding       the node stays on its body's surface, to second order about X       (n + B y/2) . y = 0,  y = R^T (x - x_body(X))
    displacement  a component is prescribed in time                                   u_d = value(t)

    along         gliding, and only along the line on the surface that has this direction a                 (n x a) . y = 0

  with n the normal at X and B its slope along the surface.  (A tangent plane alone would not do: pressed by p against a surface of
  radius r, the tissue would feel a stiffness p/r that is not there, or lose one, which soft tissue does not survive.)

  Each is a row  m . u = target  of at most three at a node; m and target depend on time and on the generalised coordinates q.
  With M the rows of a node, P = I - M^+ M projects on its free directions, and W_j = du/dq_j = M^+ d(target - m.u)/dq_j is how it
  moves with coordinate j.

  A node that is attached keeps nothing else.  Normals of a gliding surface are means over the facets around the node; where the
  facets meet at more than 50 degrees there are two or three of them, and the node glides along the edge or not at all.
*/
#include "solver/assembly/assembly.h"
#include "solver/bodies/bodies.h"

typedef struct TasSupports_ *TasSupports;

/* Also sets the centres of bodies that have none: the centroid of their surfaces. Collective. */
PetscErrorCode TasSupportsCreate(const TasCase *c, const TasMesh *mesh, TasBodies *bodies, TasSupports *supports);
PetscErrorCode TasSupportsDestroy(TasSupports *supports);

/* The time, and the bodies (borrowed) as they stand: what TasSupportsImpose takes the rows for. */
PetscErrorCode TasSupportsUpdate(TasSupports supports, const TasBodies *bodies, PetscReal time);

const TasProjectors *TasSupportsProjectors(TasSupports supports);

/* Which body a point of a surface belongs to, by the side of the osteotomy; -1: none. */
PetscInt TasSurfaceBody(const TasCase *c, PetscInt surface, const PetscReal X[3]);

/* Moves u [3*num_nodes_owned] to the nearest displacement that the supports allow, and takes rows and projectors there. Collective. */
PetscErrorCode TasSupportsImpose(TasSupports supports, PetscReal *u);

/* Adds the tangent of curved gliding surfaces, force times curvature, for the raw forces [3*num_nodes_owned]. lifts may be NULL. */
PetscErrorCode TasSupportsTangent(TasSupports supports, TasAssembly assembly, const TasLifts *lifts, const PetscReal *raw);

/* v <- P v at the owned nodes. */
void TasSupportsProject(TasSupports supports, PetscReal *v);

/* W_j at the owned nodes, zero where nothing is constrained. w [3*num_nodes_owned] is set. */
void TasSupportsLift(TasSupports supports, const TasBodies *bodies, PetscInt coordinate, const PetscReal *u, PetscReal *w);

/* Second-order terms: with raw forces r, the part of d2(potential)/dq_i dq_j that comes from the curvature of the supports; not reduced. */
PetscReal TasSupportsCurvature(TasSupports supports, const TasBodies *bodies, PetscInt i, PetscInt j, const PetscReal *u, const PetscReal *r);

/* Adds to column [3*num_nodes_owned] the change of the projected raw forces r by the turning of gliding rows with coordinate j, at the displacement u. */
void TasSupportsTurn(TasSupports supports, const TasBodies *bodies, PetscInt j, const PetscReal *u, const PetscReal *r, PetscReal *column);

/* Force by which the supports hold the owned node: the share of body `body` (-1: of everything) in the raw force r[3*node..]. */
void TasSupportsReaction(TasSupports supports, PetscInt node, PetscInt body, const PetscReal *r, PetscReal force[3]);

/* The same for a surface. A row that several surfaces at a node ask for counts for the one with the fewest facets, of equals the
   first: the shares of all surfaces add up to the whole. */
void TasSupportsSurfaceReaction(TasSupports supports, PetscInt node, PetscInt surface, const PetscReal *r, PetscReal force[3]);
