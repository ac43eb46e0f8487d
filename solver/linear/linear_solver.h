#pragma once
/*
  The linear systems of Newton: which Krylov method and preconditioner, and how coordinates of rigid bodies are eliminated.

    direct     MUMPS, LDL^T where the tangent is symmetric, else LU
    iterative  conjugate gradients (GMRES where the tangent is not symmetric) with smoothed-aggregation multigrid (GAMG) and the
               rigid-body modes of the mesh; the multigrid hierarchy is kept as long as it pays
    auto       direct below a size at which the two take the same time
  Where strands add to the matrix what it has no room for, a direct solver iterates (GMRES) with factors, which are kept within a step as long as it pays.
  Coordinates of bodies are eliminated exactly where factors are all that is needed (or where iterating on the whole fails, because its matrix
  is indefinite); else iterations run on the whole, with lifts of the coordinates that are kept from tangent to tangent.
  PETSc options (-ksp_type, -pc_type, ...) override everything.
*/
#include <petscsnes.h>
#include "solver/bodies/bodies.h"
#include "solver/linear/multigrid.h"

typedef struct {
  KSP        ksp; /* of K */
  PetscBool  direct, symmetric;
  const TasBodies *bodies; /* which coordinates are solved for: those have columns, rows and solved, one after another; the others are the identity */
  PetscInt   num_coordinates, own_coordinates;
  Mat        matrix;
  Mat        product;  /* what solves multiply with instead, or NULL: base and what has not the matrix's sparsity */
  Mat        base;     /* for it: the matrix or its half */
  TasHalf    half;    /* its upper half in single precision, for the products of an iterative symmetric solve; else NULL */
  Vec       *column;  /* [num_coordinates] C_j */
  Vec       *row;     /* [num_coordinates] R_j; the columns themselves where the tangent is symmetric */
  Vec       *solved;  /* [num_coordinates] K^-1 C_j; iterative: about that, of this tangent or an earlier one */
  PetscInt  *lifted;  /* [num_coordinates] the coordinate whose that is, or -1 */
  PetscReal *block;   /* [num_free^2] D, on every rank */
  PetscReal *schur;   /* [num_free^2] D - R K^-1 C */
  PetscBool  border_ready;
  KSP        bordered; /* iterative, with coordinates to solve for: of the whole; else NULL */
  Vec        part[2];  /* without values: laid out as what the matrix acts on */
  PetscReal  tolerance;        /* iterative: by how much a solve reduces the error, in the preconditioner's energy norm */
  PetscReal  fresh_rate;       /* logarithm of that, an iteration, when the preconditioner was new */
  PetscReal  lost_iterations;  /* by which an ageing preconditioner has prolonged the solves since */
  PetscInt   iterations;       /* of all solves so far */
  PetscBool  renew;            /* make the preconditioner anew at the next solve */
  PetscBool  fresh;            /* it has been, and no solve has been counted since */
  TasMultigrid multigrid;      /* where there is a half */
} TasLinear;

PetscErrorCode TasLinearSolverCreate(const TasCase *c, const TasMesh *mesh, Mat matrix, PetscBool symmetric, const TasBodies *bodies, PetscInt own_coordinates, TasLinear *solver);
PetscErrorCode TasLinearSolverDestroy(TasLinear *solver);

/* Solves multiply with a product from now on, borrowed, which is solver->base and something soft besides, and keep the matrix for preconditioning;
   a direct solver becomes an iterative one with the factorisation. Collective. */
PetscErrorCode TasLinearSolverSetProduct(TasLinear *solver, Mat product);

/* The next solve makes its factors, and lifts of coordinates, without those of earlier tangents: what follows depends on nothing before it.
   A multigrid hierarchy stays. */
void TasLinearSolverForget(TasLinear *solver);

/* The matrix has new values. */
PetscErrorCode TasLinearSolverUpdate(TasLinear *solver);

/*
  Size of the error that a residual stands for: sqrt(r . M^-1 r), M the factorisation or hierarchy at hand (of this tangent or of
  an earlier one), over the nodal part of r.  It weighs soft and stiff tissue alike, as the residual's own norm does not.  Collective.
*/
PetscErrorCode TasLinearSolverErrorNorm(TasLinear *solver, Vec residual, PetscReal *norm);

/* Solves the bordered system for a vector laid out as the unknown of a system: x = [K C; R D]^-1 b. Collective. */
PetscErrorCode TasLinearSolverApply(TasLinear *solver, Vec b, Vec x);

/* Bordered product y = [K C; R D] x. Collective. */
PetscErrorCode TasLinearSolverMultiply(TasLinear *solver, Vec x, Vec y);
