#pragma once
/* Inside vtkhdf*.c: the file (vtkhdf.c), its layout (vtkhdf_layout.c). */
#include "solver/output/hdf5_file.h"
#include "solver/assembly/slices.h"
#include "solver/output/vtkhdf.h"

typedef struct {
  TasResultsField info;     /* its strings are owned */
  char            path[128]; /* of its dataset */
  char            offsets[160]; /* of its dataset below Steps */
  hid_t           type;     /* in the file, and in memory before it is written */
  size_t          size;     /* of one value of that type */
  PetscBool       written;  /* in this step; a static one: at all */
} Field;

typedef struct {
  char *name, *text;
} Text;

struct TasVtkhdf_ {
  const TasMesh *mesh;
  PetscBool      double_precision;
  char           path[PETSC_MAX_PATH_LEN], part[PETSC_MAX_PATH_LEN];
  TasSlices      nodes, cells;
  PetscInt       num_fields;
  Field         *fields;
  PetscInt       num_provenance, num_case_texts;
  Text          *provenance, *case_texts;
  TasHistory     history; /* NULL: none */
  TasHDF5        file;
  PetscBool      published;    /* has its name */
  PetscInt       step_room, history_room; /* for how many steps and rows the file has place */
  PetscInt       num_steps, steps_allocated;
  PetscReal     *days;
  PetscInt       num_history; /* rows in the file */
  PetscInt       kept_steps;  /* of the file that is there, see TasVtkhdfGoOn */
  PetscReal      kept_day;
};

/* The slices that a field is written in, and their unit for MPI. */
static inline const TasSlices *FieldSlices(TasVtkhdf file, const Field *field)
{
  return field->info.place == TAS_AT_NODES ? &file->nodes : &file->cells;
}

/* Makes <path>.part with place for the steps and rows of `room`, and writes all but the fields to it. Sets v->file, step_room, history_room. */
PetscErrorCode TasVtkhdfLayOut(TasVtkhdf file, PetscInt step_room, PetscInt history_room);
