#pragma once
/*
  Products with the upper half of a symmetric matrix in single precision, kept beside the matrix itself (MATAIJ): products are
  bound by memory, and MATAIJ moves 12 bytes an entry and both halves where this moves 4 and one.
*/
#include <petscmat.h>

typedef struct TasHalf_ *TasHalf;

/* For a symmetric MATAIJ whose rows and columns come in threes; its values are taken over by TasHalfUpdate. The matrix is
   borrowed. Collective. */
PetscErrorCode TasHalfCreate(Mat matrix, TasHalf *half);
PetscErrorCode TasHalfDestroy(TasHalf *half); /* accepts NULL */

/* Takes over the values of the matrix; gives up their memory until the next update. Collective. */
PetscErrorCode TasHalfUpdate(TasHalf half);
PetscErrorCode TasHalfRelease(TasHalf half);

/* The matrix, to a relative 6e-8 in each entry: it can be multiplied with, in double precision, no more. Borrowed. */
Mat TasHalfMatrix(TasHalf half);
