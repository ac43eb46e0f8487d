#pragma once
/*
  Numbers through time: a table with one row for each converged step and one column for each quantity.
  Written row by row to history.csv (each row reaches the file before TasHistoryEndRow() returns), and kept in memory for the
  copy in results.vtkhdf.  Opaque.

  Values count on rank 0, where they must be global already; the other ranks may make the same calls, which cost nothing.
*/
#include <petscsys.h>

typedef struct TasHistory_ *TasHistory;

PetscErrorCode TasHistoryCreate(MPI_Comm comm, TasHistory *history);

/* Adds a column; every column before the first row.  name: snake_case, unique, e.g. "gap" or "reaction_force.distal.z"; unit: "mm", "1".
   column: its index, for TasHistorySet(). */
PetscErrorCode TasHistoryAddColumn(TasHistory history, const char *name, const char *unit, PetscInt *column);

/* The same; format of the name: of two texts, such as "reaction_force.%s.%s". */
PetscErrorCode TasHistoryAddColumnOf(TasHistory history, const char *format, const char *owner, const char *name, const char *unit, PetscInt *column);

/* Value in the row that is being filled; a column that is not set holds NAN. */
PetscErrorCode TasHistorySet(TasHistory history, PetscInt column, PetscReal value);

/* The row is complete.  Not collective.  A failure to write is remembered for TasHistoryCheck(). */
PetscErrorCode TasHistoryEndRow(TasHistory history);

/* Rows of an earlier run that this one goes on from, before the first row and before Open.  rows [num_rows][num_columns] counts on
   rank 0. */
PetscErrorCode TasHistoryRestore(TasHistory history, PetscInt num_rows, const PetscReal *rows);

/* Starts history.csv: header line `time [day],gap [mm],...`.  Collective.  Rows from before are written too, and a file that is there
   is replaced at once, when they are.
   problem [TAS_PROBLEM_LENGTH]: empty, or why not. */
PetscErrorCode TasHistoryOpen(TasHistory history, const char *path, char *problem);

/* problem: empty, or the first failure to write so far; the same on all ranks.  Collective. */
PetscErrorCode TasHistoryCheck(TasHistory history, char *problem);

/* The table: columns are the same on all ranks; rows [num_rows][num_columns] on rank 0 (elsewhere NULL, but num_rows counts). */
PetscInt         TasHistoryNumColumns(TasHistory history);
const char      *TasHistoryColumnName(TasHistory history, PetscInt column);
const char      *TasHistoryColumnUnit(TasHistory history, PetscInt column);
PetscInt         TasHistoryNumRows(TasHistory history);
const PetscReal *TasHistoryRows(TasHistory history);

/* Closes the file and frees; accepts NULL, sets NULL. */
PetscErrorCode TasHistoryDestroy(TasHistory *history);
