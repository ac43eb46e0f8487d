#pragma once
/*
  Products with the upper half of a symmetric matrix, kept beside the matrix itself (MATAIJ): they are bound by memory, and MATAIJ
  moves 12 bytes an entry and both halves.

  Each entry is the sum of two numbers in single precision, stored apart.  Products with both have 48 bits and go through as many
  bytes as double precision would; products with the first alone, for a smoother, through half of them.
*/
#include <petscmat.h>

typedef struct TasHalf_ *TasHalf;

/* For a symmetric MATAIJ whose rows and columns come in threes; its values are taken over by TasHalfUpdate. The matrix is borrowed. Collective. */
PetscErrorCode TasHalfCreate(Mat matrix, TasHalf *half);
PetscErrorCode TasHalfDestroy(TasHalf *half); /* accepts NULL */

/* Takes over the values of the matrix. Collective. */
PetscErrorCode TasHalfUpdate(TasHalf half);

/* The matrix, to a relative 4e-15 in each entry, and to 6e-8: both can be multiplied with, no more. Borrowed. */
Mat TasHalfExact(TasHalf half);
Mat TasHalfRough(TasHalf half);
