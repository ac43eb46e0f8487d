#pragma once
/*
  A matrix in single precision for the smoother of multigrid's finest level.

  Smoothing needs no more digits and is bound by memory: the rank's own part (3x3 blocks, eight block rows side by side, so that a
  product runs on vectors) takes a third of what MATAIJ moves.  What couples with other ranks stays in double precision.  Threads
  share the rows, and each row is added up in the same order whatever their number.
*/
#include <petscmat.h>

/* A MATSHELL with MatMult alone, of the pattern of a MATAIJ whose rows and columns come in threes; its values are not set. Collective. */
PetscErrorCode TasSmootherMatrixCreate(Mat matrix, PetscInt threads, Mat *shell);

/* Takes over the values of the matrix. Collective. */
PetscErrorCode TasSmootherMatrixUpdate(Mat matrix, Mat shell);
