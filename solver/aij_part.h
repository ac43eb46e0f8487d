#pragma once
/* The compressed rows that a rank holds of a MATAIJ: among its own columns, and in those of other ranks. */
#include <petscmat.h>

typedef struct {
  Mat                mat;
  PetscInt           rows;           /* block rows of three */
  const PetscInt    *start, *column; /* of the scalar rows; columns as the part numbers them */
  const PetscScalar *value;
} TasAijPart;

/* own and other (NULL on one rank) are borrowed; global: global columns of the other part's columns. */
PetscErrorCode TasAijParts(Mat matrix, Mat *own, Mat *other, const PetscInt **global);

/* Gives access until it is closed; nothing else may change the matrix meanwhile. */
PetscErrorCode TasAijPartOpen(Mat mat, TasAijPart *part);
PetscErrorCode TasAijPartClose(TasAijPart *part);
