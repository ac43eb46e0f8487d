#pragma once
/* A field of the results: what is written at nodes or cells; and where its values go. */
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

/* Takes the values of a field that changes, [num_nodes_owned or num_cells_owned][num_components].  Collective over the mesh. */
typedef struct {
  PetscErrorCode (*take)(void *context, const TasResultsField *field, const PetscReal *values);
  void      *context;
  PetscBool  every; /* also fields that the case does not ask for */
} TasFieldSink;
