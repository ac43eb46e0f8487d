#pragma once
/* Inside of solver/linear: the matrix alone (linear_solver.c), and with its border of coordinates (linear_border.c). */
#include "solver/linear/linear_solver.h"

/* The preconditioner and the operators of the next solve with K at the present tolerance. Collective. */
PetscErrorCode TasLinearPrepareMatrix(TasLinear *solver);

/* How exactly a Krylov method solves at the present tolerance, and how many iterations it has for that. */
PetscReal TasLinearTolerance(const TasLinear *solver);
PetscInt  TasLinearMostIterations(const TasLinear *solver);

/* Iterations that a solve to the present tolerance has taken: they say how the preconditioner ages. */
void TasLinearCount(TasLinear *solver, PetscInt iterations, KSPConvergedReason reason);

/* x = K^-1 b to the present tolerance. Collective. */
PetscErrorCode TasLinearSolveMatrix(TasLinear *solver, Vec b, Vec x);

/* What the matrix acts on of a vector of the system, until it is restored. Of two that can be open at a time one is only read: PETSc locks the
   vectors that it hands to a preconditioner. */
enum { TAS_PART_READ, TAS_PART_WRITTEN };
PetscErrorCode TasLinearOpenPart(TasLinear *solver, PetscInt number, Vec whole, PetscScalar **values);
PetscErrorCode TasLinearClosePart(TasLinear *solver, PetscInt number, Vec whole, PetscScalar **values);
