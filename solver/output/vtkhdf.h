#pragma once
/*
  results.vtkhdf: fields through time on a mesh that is stored once.

  A VTKHDF UnstructuredGrid, version 2.1, temporal (docs.vtk.org, "VTKHDF format specification"): one part, whose mesh every step
  points at; a temporal field is one dataset of steps * items rows, where step s starts at row s * items.  Every dataset that has a
  unit names it in the attribute `unit`.  VTK reads nothing but /VTKHDF; Tasis's own are
    /history     values [rows][columns], columns [columns] and units [columns]: what history.csv has (one row of NANs: none yet)
    /provenance  one attribute a fact
    /case        texts

  Killed at any time, the file can be read and holds the steps that were completed.  To that end
  - it is made under the name <path>.part with room for all planned steps, and gets its name with its first step;
  - from then on nothing is created or moved in it: a step goes to its place, the number of steps follows in one write;
  - more room, or less when there was too much, is made by copying to a new file that takes the name of the old one.
  Until it is closed, the datasets of temporal fields may therefore have rows beyond the last step; disks that know sparse files
  do not spend space on them.

  Everything is collective.  problem [TAS_PROBLEM_LENGTH]: empty, or one line, the same on all ranks; it stays in every later call.
*/
#include "mesh/mesh.h"
#include "solver/output/history.h"
#include "solver/output/results_field.h"

typedef struct TasVtkhdf_ *TasVtkhdf;

/* The mesh must outlive it. */
PetscErrorCode TasVtkhdfCreate(const TasMesh *mesh, const char *path, PetscBool double_precision, TasVtkhdf *file);
PetscErrorCode TasVtkhdfDestroy(TasVtkhdf *file); /* accepts NULL, sets NULL; without Close: as if killed */

/* Before Open: a field; an attribute of /provenance; a text dataset below /case; the table that /history copies. */
PetscErrorCode TasVtkhdfAddField(TasVtkhdf file, const TasResultsField *field);
PetscErrorCode TasVtkhdfAddProvenance(TasVtkhdf file, const char *key, const char *value);
PetscErrorCode TasVtkhdfAddCaseText(TasVtkhdf file, const char *name, const char *text);
PetscErrorCode TasVtkhdfSetHistory(TasVtkhdf file, TasHistory history); /* must outlive it */

/* Before Open: the file that is there goes on after its first num_steps steps, none of which is later than day; num_steps may be 0. */
PetscErrorCode TasVtkhdfGoOn(TasVtkhdf file, PetscInt num_steps, PetscReal day);

PetscErrorCode TasVtkhdfOpen(TasVtkhdf file, PetscInt num_steps, char *problem); /* planned, kept ones included */

/* values [num_nodes_owned or num_cells_owned][num_components] of the step that is next, or of a static field. */
PetscErrorCode TasVtkhdfWriteField(TasVtkhdf file, const char *name, const PetscReal *values);

/* Every temporal field was written: publishes the step, and the rows of the history up to now. */
PetscErrorCode TasVtkhdfEndStep(TasVtkhdf file, PetscReal day, char *problem);

/* Publishes what is left of the history and gives unused room back. */
PetscErrorCode TasVtkhdfClose(TasVtkhdf file, char *problem);

/* What is in it. */
PetscInt               TasVtkhdfNumFields(TasVtkhdf file);
const TasResultsField *TasVtkhdfField(TasVtkhdf file, PetscInt k);
PetscInt               TasVtkhdfNumSteps(TasVtkhdf file);
const PetscReal       *TasVtkhdfDays(TasVtkhdf file); /* [num_steps] */
