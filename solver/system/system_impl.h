#pragma once
/* Inside of a system: shared by system.c (residual, tangent), system_newton.c (SNES, line search, convergence), linear_solver.c
   (choice of KSP and PC, bordered systems), system_strands.c and system_reactions.c. */
#include "solver/linear/linear_solver.h"
#include "solver/system/system.h"

struct TasSystem_ {
  const TasCase     *c;
  const TasMesh     *mesh;
  const TasMaterial *materials;
  TasAssembly        assembly;
  TasBodies         *bodies;
  TasSupports        supports;
  TasLoads           loads;
  PetscReal          time;
  PetscInt           num_coordinates; /* q, of all ranks; held by the last one */
  PetscInt           own_coordinates; /* num_coordinates on the last rank, else 0 */
  Vec                x, residual, start, mixed;
  Vec                u;                     /* ghosted: displacement at which forces were taken */
  Vec                linearised, step;      /* ghosted: displacement of the last tangent, and from there to u */
  PetscReal         *pressure;              /* of the cells, for the tangent, see TasSystemPressure */
  PetscReal         *raw, *bed, *external;  /* [3*owned] N */
  const PetscReal   *nodal_load;            /* [3*owned] N, or NULL */
  PetscReal         *q;                     /* [num_coordinates] on every rank */
  PetscReal          force_scale;           /* N: norm of reactions and loads */
  PetscInt           bad_cell;              /* local, -1: none */
  PetscInt           bad_strand;            /* -1: none */
  TasTreatment       treatment;             /* NULL: none */
  TasPins            pins;                  /* NULL: none */
  PetscReal         *pinned;                /* [3*owned] N, their part of raw */
  TasStrands         strands;               /* NULL: none */
  Vec                pulled, moved;         /* ghosted: what strands pull with, and a direction; NULL where none pulls */
  PetscReal         *product;               /* [3*owned] N, of the strands' stiffness with it */
  PetscReal         *drawn;                 /* [num_free][num_coordinates] N mm, see TasStrandsAddProduct: for each lift */
  Mat                stiffened;             /* tangent and strands */
  Mat                matrix;                /* K */
  Vec               *lift;                  /* [num_coordinates] ghosted W_j */
  TasLinear   linear;
  SNES               snes;
  PetscReal          shift, first_norm;     /* of the tangent, see TasSystemSolve; residual at the first iteration */
  PetscReal          error, first_error;    /* N mm^(1/2): TasLinearSolverErrorNorm of the residual, now and before the present correction */
  Mat                border;                /* the bordered matrix, as SNES sees it */
  PetscBool          searching;             /* inside the line search, which deals with inadmissible states itself */
  PetscBool          inadmissible;          /* the last forces were those of an inadmissible state */
};

/* Spreads x over bodies, supports and the ghosted u. Collective. */
PetscErrorCode TasSystemSetState(TasSystem system, Vec x);

/* Raw forces, beds and loads at the present state; inadmissible: on any rank. Collective. */
PetscErrorCode TasSystemForces(TasSystem system, PetscBool *inadmissible);

/* Adds what the strands pull with to raw and external, at a displacement with ghosts; bad_strand: one that finds no equilibrium there. Collective. */
PetscErrorCode TasSystemAddStrands(TasSystem system, const PetscReal *displacement);

/* Adds to product [3*num_nodes_owned] the strands' stiffness, as of the last forces, times a direction [3*num_nodes] and of the coordinates, drawing
   [num_coordinates] (NULL: none); force [num_coordinates] (NULL: not wanted), see TasStrandsAddProduct. Collective. */
PetscErrorCode TasSystemAddStrandsProduct(TasSystem system, const PetscReal *direction, const PetscReal *drawing, PetscReal *product, PetscReal *force);

PetscErrorCode TasSystemClearStrands(TasSystem system);

/* The pressures of the tangent become those of its state linearised along the step to u. Collective. */
PetscErrorCode TasSystemLinearisePressure(TasSystem system);

/* The residual at u with the linearised pressures: what Newton's method for the three fields sees of the balance of forces. Collective. */
PetscErrorCode TasSystemMixedResidual(TasSystem system, Vec residual);

/* SNES callbacks. */
PetscErrorCode TasSystemResidual(SNES snes, Vec x, Vec residual, void *system);
PetscErrorCode TasSystemJacobian(SNES snes, Vec x, Mat jacobian, Mat preconditioner, void *system);

/* Sets up SNES: convergence, line search, options. */
PetscErrorCode TasSystemSetUpNewton(TasSystem system);
