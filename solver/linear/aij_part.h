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

/* Products with the other part, for those who multiply with the own part themselves. Nothing happens on one rank. */
typedef struct {
  Mat        matrix; /* borrowed */
  Vec        ghosts; /* entries of other ranks that the part's columns stand for; NULL on one rank */
  Vec        local;  /* frame for the own entries of a vector of the rows */
  VecScatter scatter;
} TasAijOther;

PetscErrorCode TasAijOtherCreate(Mat matrix, TasAijOther *other);
PetscErrorCode TasAijOtherDestroy(TasAijOther *other);

/* y += part times x, in two calls between which the own part is multiplied with. Collective. */
PetscErrorCode TasAijOtherBegin(TasAijOther *other, Vec x);
PetscErrorCode TasAijOtherEnd(TasAijOther *other, Vec x, Vec y);

/* x += transposed part times y, in the same way; x is complete after the second call. Collective. */
PetscErrorCode TasAijOtherTransposeBegin(TasAijOther *other, Vec y);
PetscErrorCode TasAijOtherTransposeEnd(TasAijOther *other, Vec x);
