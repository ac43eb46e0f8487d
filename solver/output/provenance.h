#pragma once
/*
  provenance.json: what ran, of what case, whether fields are written or not.  An object of two: "provenance" and "case", each of texts,
  the same as /provenance and /case of results.vtkhdf.
*/
#include <petscsys.h>

typedef struct TasProvenance_ *TasProvenance;

/* Not collective. */
PetscErrorCode TasProvenanceCreate(TasProvenance *provenance);
PetscErrorCode TasProvenanceDestroy(TasProvenance *provenance); /* accepts NULL, sets NULL */

/* group: "provenance" or "case". What is no UTF-8 is left out: JSON cannot say it. */
PetscErrorCode TasProvenanceAdd(TasProvenance provenance, const char *group, const char *name, const char *text);

/* On one rank. problem [TAS_PROBLEM_LENGTH]: as in solver/files.h. */
PetscErrorCode TasProvenanceWrite(TasProvenance provenance, const char *path, char *problem);
