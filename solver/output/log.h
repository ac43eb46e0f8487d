#pragma once
/*
  What a run says: lines on standard output and in run.log, from rank 0.  Opaque.
  The file has a line for each step.  On a terminal one line is rewritten in place of these, below everything else; elsewhere standard output has
  the first step, the last one, and of the others as many as one may want to read: some each minute, fewer the longer the run goes on.
  Every function may be called by all ranks with the same arguments; only rank 0 of the communicator writes.  Nothing here communicates.
*/
#include "solver/output/status.h"

typedef struct TasLog_ *TasLog;

/* What is told about a converged step. */
typedef struct {
  PetscInt  step;              /* 1, 2, ...; 0 is the initial state */
  PetscReal day, last_day;     /* d, at the end of the step and of the calendar */
  PetscReal gap, second_gap;   /* mm; NAN: the case has none, nothing is printed */
  PetscInt  newton_iterations; /* in this step, failed attempts included */
  PetscInt  linear_iterations;
  PetscReal seconds;           /* wall time of this step */
  PetscReal fraction;          /* of the whole calendar that is done, 0 to 1 */
  PetscReal time_left;         /* s; NAN: not known */
} TasProgress;

/* A log that writes to standard output, unless quiet. */
PetscErrorCode TasLogCreate(MPI_Comm comm, PetscBool quiet, TasLog *log);

/* Writes to this file as well, from now on; lines said before are repeated there.  An old file is replaced, or with append continued.
   Collective.  problem [TAS_PROBLEM_LENGTH]: empty, or why the file cannot be written (another run has it open, for one). */
PetscErrorCode TasLogOpen(TasLog log, const char *path, PetscBool append, char *problem);

/* As printf: one or more whole lines, each ended by \n. */
PetscErrorCode TasLogPrintf(TasLog log, const char *format, ...) PETSC_ATTRIBUTE_FORMAT(2, 3);

/* One line, prefixed by "warning: "; the \n is added. Also counted. */
PetscErrorCode TasLogWarning(TasLog log, const char *format, ...) PETSC_ATTRIBUTE_FORMAT(2, 3);
PetscInt       TasLogNumWarnings(TasLog log);

/* One line about a converged step; the first one is preceded by a header line.  envelope: the smallest margin so far; NULL: nothing is judged. */
PetscErrorCode TasLogProgress(TasLog log, const TasProgress *progress, const TasEnvelope *envelope);

/* What is being done before the first step, on a terminal only. */
PetscErrorCode TasLogNow(TasLog log, const char *what);

/* Others are about to write on the terminal. */
PetscErrorCode TasLogLeave(TasLog log);

/* Closes the file and frees; accepts NULL, sets NULL. */
PetscErrorCode TasLogDestroy(TasLog *log);
