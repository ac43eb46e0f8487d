#pragma once
/*
  PETSc's algebraic multigrid (PCGAMG) for a symmetric matrix, with the products of its levels in single precision: those of
  smoothers and residuals through upper halves, the finest interpolation in blocks.  Iterations are bound by memory, and a
  preconditioner needs no more digits.  Its own matrices stay, because coarse levels are made from them.
*/
#include <petscksp.h>
#include "solver/linear/half_matrix.h"
#include "solver/assembly/interpolation.h"

#define TAS_MAX_LEVELS 32

typedef struct {
  PetscInt         num_levels;           /* 0: not set up, or another preconditioner was asked for */
  TasHalf          half[TAS_MAX_LEVELS]; /* of the levels between the coarsest and the finest; else NULL */
  TasInterpolation interpolation;        /* from the second level to the finest; NULL with one level */
} TasMultigrid;

/* Sets up the solver's preconditioner for a matrix, and anew when called again; finest: of that matrix, gets its present values. Collective. */
PetscErrorCode TasMultigridSetUp(KSP ksp, Mat matrix, TasHalf finest, TasMultigrid *multigrid);
PetscErrorCode TasMultigridDestroy(TasMultigrid *multigrid);
