#pragma once
/* A field of the results: what is written at nodes or cells. */
#include <petscsys.h>

typedef enum {
  TAS_AT_NODES,
  TAS_AT_CELLS
} TasPlace;

typedef struct {
  const char *name; /* snake_case: "cauchy_stress" */
  const char *unit; /* "MPa"; "1" when dimensionless */
  TasPlace    place;
  PetscInt    num_components; /* 1, 3 or 9 (a tensor, row by row) */
  PetscBool   is_static;      /* written once, before the first output step */
  PetscBool   is_integer;     /* stored as 32-bit integers: ids, counts */
} TasResultsField;
