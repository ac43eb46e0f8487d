#pragma once
/*
  The runs below a folder, as their status.json tell, and how long each has given no news.  Without PETSc.
*/
#include "solver/output/progress_line.h"
#include "solver/output/status_read.h"

#define TAS_WATCH_PATH 4096

typedef enum {
  TAS_WATCH_RUNNING,
  TAS_WATCH_SILENT, /* several times longer than between its steps so far, and a minute at least */
  TAS_WATCH_GONE,   /* its process has ended without a word */
  TAS_WATCH_ENDED
} TasWatchState;

typedef struct {
  char          folder[TAS_WATCH_PATH], label[TAS_NAME_LENGTH];
  TasStatusRead status;
  TasWatchState state;
  double        changed; /* s on this computer's clock, when the status was written last */
  double        told;    /* s, when a line about it was written last; 0: never */
  TasWatchState told_state;
  PetscInt      told_step;
} TasWatchRun;

typedef struct {
  char         folder[TAS_WATCH_PATH];
  TasStatusRead status; /* of the folder itself: of the only run, or of the search of several */
  PetscBool    single;
  PetscInt     num, room;
  TasWatchRun *runs; /* by name */
  PetscInt     label_columns; /* of the longest label */
  double       search_next; /* s, when new folders are looked for again */
} TasWatchRuns;

/* Looks at everything anew; clock: s, from any moment on. FALSE: there is no memory. */
PetscBool TasWatchLook(TasWatchRuns *runs, double (*clock)(void));
void      TasWatchClear(TasWatchRuns *runs);

PetscInt TasWatchCount(const TasWatchRuns *runs, TasWatchState state);

/* Exit status of what has ended: of the run, of the search, else the largest of all runs; 1 for what was killed. */
int       TasWatchExitStatus(const TasWatchRuns *runs);
PetscBool TasWatchHasEnded(const TasWatchRuns *runs);

/* One line about a run, at now (s). */
void TasWatchLine(const TasWatchRuns *runs, const TasWatchRun *run, double now, PetscInt columns, size_t size, char *text);
