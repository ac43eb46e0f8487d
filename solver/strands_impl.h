#pragma once
/* Inside strands*.c: the strands of a case (strands.c), their files (strands_output.c). */
#include "solver/hdf5_file.h"
#include "solver/locate.h"
#include "solver/strands.h"

typedef struct {
  PetscBool  open; /* on rank 0 */
  PetscInt   num_nodes, num_lines; /* of all strands */
  PetscInt   room, num_steps;      /* output steps there is place for, and written */
  PetscReal *days;                 /* [room] */
  char       folder[PETSC_MAX_PATH_LEN];
  TasHDF5    file;
  char       problem[TAS_PROBLEM_LENGTH];
} StrandFile;

struct TasStrands_ {
  const TasCase *c;
  const TasMesh *mesh;
  PetscInt       num;
  TasMaterial   *materials; /* [num] */
  TasStrand     *strands;   /* [num] */
  PetscInt      *first_bed; /* [num + 1] of the bed points of each among those of all */
  TasLocations   locations; /* of all bed points */
  PetscReal     *bed;       /* [bed points][3] mm, present */
  PetscInt      *column;    /* [num] first of its columns */
  PetscReal      time;      /* s, of the last state */
  PetscBool      started;   /* there is one */
  StrandFile     output;
};

PetscErrorCode TasStrandsCloseFile(TasStrands strands);
