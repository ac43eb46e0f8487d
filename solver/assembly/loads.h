#pragma once
/*
  What acts on surfaces: dead tractions, follower pressure, and the tangential stiffness of gliding surfaces.

    traction   force per reference area, keeps its direction
    pressure   force per current area against the current outward normal:  f_a = -p int N_a n da
    bed        tangential traction k_t times the slip  u - u_body  between tissue and bone:  f_a = k_t sum_b int N_a N_b dA (u_b - u_body,b)
               per reference area; the normal part falls on the support and does no harm there
*/
#include "solver/supports/supports.h"

typedef struct TasLoads_ *TasLoads;

PetscErrorCode TasLoadsCreate(const TasCase *c, const TasMesh *mesh, TasLoads *loads);
PetscErrorCode TasLoadsDestroy(TasLoads *loads);

/* Does the tangent lose its symmetry? (follower pressure) */
PetscBool TasLoadsUnsymmetric(TasLoads loads);

/*
  Adds to the raw forces at the owned nodes [3*num_nodes_owned] (internal minus external, N): the beds' part also to bed, which is
  set, with the owners' order; NULL where not wanted.  displacement [3*num_nodes].
  external [3*num_nodes_owned], set: the external forces alone, for the scale of the residual; NULL where not wanted.
*/
PetscErrorCode TasLoadsForce(TasLoads loads, const TasBodies *bodies, PetscReal time, const PetscReal *displacement, PetscReal *force, PetscReal *bed, PetscReal *external);

/* Adds the forces of one surface's bed to bed [3*num_nodes_owned]: its part in what TasLoadsForce gives. */
void TasLoadsSurfaceBed(TasLoads loads, const TasBodies *bodies, PetscInt surface, const PetscReal *displacement, PetscReal *bed);

/* Adds their tangent to a matrix that TasAssemblyTangent has filled. lifts may be NULL. */
PetscErrorCode TasLoadsTangent(TasLoads loads, TasAssembly assembly, const TasProjectors *projectors, const TasBodies *bodies, PetscReal time, const PetscReal *displacement, const TasLifts *lifts);

/* Adds (K^T - K) w to product [3*num_nodes_owned], K the tangent of all loads: that of a follower pressure is not symmetric where its
   surface ends.  w [3*num_nodes]. */
void TasLoadsSkew(TasLoads loads, PetscReal time, const PetscReal *displacement, const PetscReal *w, PetscReal *product);

/*
  How the beds couple nodes and bodies, V_j = dx_body/dq_j, with M the beds' stiffness and f their forces as from TasLoadsForce:
  columns[j] [3*num_nodes_owned] -= M V_j;  block[i*n + j] += V_i.M V_j - V_i.M W_j - W_i.M V_j - f.d2x_body/dq_i dq_j  over the owned
  nodes (not reduced), n coordinates that are solved for; lifts: W_j at the local nodes [3*num_nodes].
*/
PetscErrorCode TasLoadsBedCoupling(TasLoads loads, const TasBodies *bodies, const PetscReal *bed, PetscReal **columns, const PetscReal *const *lifts, PetscReal *block);

/* Body on which the bed of an owned node's slip counts, for reactions: adds the generalised forces -V_j . f of all beds to q [n], not reduced. */
void TasLoadsBedCoordinates(TasLoads loads, const TasBodies *bodies, const PetscReal *bed, PetscReal *q);

/* Body whose bed holds an owned node, or -1. */
PetscInt TasLoadsBedBody(TasLoads loads, PetscInt node);
