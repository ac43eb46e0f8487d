#pragma once
/*
  The upper half of a symmetric matrix in 3x3 blocks (MATSBAIJ), kept beside the matrix itself (MATAIJ): a third of the memory
  traffic, so products, which are bound by it, take half the time.
*/
#include <petscmat.h>

/* With the pattern of a symmetric MATAIJ whose rows and columns come in threes; its values are zero. Collective. */
PetscErrorCode TasHalfMatrixCreate(Mat matrix, Mat *half);

/* Takes over the values of the matrix. Collective. */
PetscErrorCode TasHalfMatrixUpdate(Mat matrix, Mat half);
