#pragma once
/*
  status.json as others read it, of a run or of a search of several runs.  Without PETSc: it may not have been started.
*/
#include "mesh/mesh_data.h"
#include <time.h>

typedef struct {
  PetscBool there;        /* FALSE: no such file, or it is damaged; nothing else is then set */
  PetscBool search;       /* of several runs, which lie below its folder */
  char      state[16];    /* "running", "done", "failed", "stopped" */
  PetscBool running;
  int       exit_status;  /* -2: not known */
  char      message[400]; /* empty: none */
  PetscReal day, last_day, gap, second_gap, fraction, time_left, wall_time; /* as of TasStatus; NaN: not known */
  PetscInt  step;
  PetscReal margin;       /* NaN: nothing is judged */
  char      where[TAS_NAME_LENGTH], rule[TAS_NAME_LENGTH];
  PetscInt  runs_done, runs_most; /* of a search: ended, and how many more there may be */
  char      note[160];    /* of a search: what it has found so far */
  long      process;      /* 0: on another computer */
  time_t    updated;      /* of the file, on the clock of its disk */
} TasStatusRead;

/* Of the folder's status.json. */
void TasStatusReadFolder(const char *folder, TasStatusRead *status);

/* Its process is on this computer and has ended without a word: killed, or the computer was started anew. */
PetscBool TasStatusIsOrphan(const char *folder, const TasStatusRead *status);
