#pragma once
/*
  Products with the interpolation from multigrid's second level to its finest, and with its transpose, in blocks of a node's
  three displacements and an aggregate's six rigid motions, in single precision: MATAIJ moves three times the bytes.
*/
#include <petscmat.h>

typedef struct TasInterpolation_ *TasInterpolation;

/* From a MATAIJ with rows in threes and columns in sixes, whose own part's values are copied; the matrix is kept by reference. Collective. */
PetscErrorCode TasInterpolationCreate(Mat matrix, TasInterpolation *interpolation);
PetscErrorCode TasInterpolationDestroy(TasInterpolation *interpolation); /* accepts NULL */

/* The matrix it was made from. */
Mat TasInterpolationOriginal(TasInterpolation interpolation);

/* The same to a relative 6e-8 in each entry of the own part: it and its transpose can be multiplied with, no more. Borrowed. */
Mat TasInterpolationMatrix(TasInterpolation interpolation);
