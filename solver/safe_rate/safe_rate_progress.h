#pragma once
/*
  What a search says while its runs go: lines on a terminal or in a log, and status.json in its folder for `tasis watch`.
*/
#include "solver/output/live.h"
#include "solver/output/status_read.h"
#include "solver/safe_rate/safe_rate.h"

/* A run that is at work or waits for its turn. */
typedef struct {
  char          label[160]; /* "0.85 mm/day" */
  PetscBool     at_work;
  TasStatusRead status;     /* there: of this run */
} TasSafeJobState;

/* Everything in it is of this module alone, but for the live lines. */
typedef struct TasSafeProgress_ {
  TasLive              live;
  const TasSafeWanted *wanted;
  const TasSafeResult *result;
  const char          *folder;
  PetscInt             at_once;
  double               started, shown, told, written; /* s */
  PetscInt             num_ended;
  PetscInt             num_timed; /* ended runs whose duration is known */
  double               seconds;   /* of all of them */
} TasSafeProgress;

void TasSafeProgressBegin(TasSafeProgress *progress, const TasSafeWanted *wanted, const TasSafeResult *result, PetscInt at_once, const char *folder);

/* A run has begun, or has come to its end (or was there). */
void           TasSafeProgressStarted(TasSafeProgress *progress, const char *label, const char *folder, PetscBool resumed);
PetscErrorCode TasSafeProgressEnded(TasSafeProgress *progress, const char *label, const TasSafeRun *run, double seconds);

/* How the runs of the present round stand: as often as one likes; writes and draws what is due. problem: as of TasFileReplaceText. */
PetscErrorCode TasSafeProgressShow(TasSafeProgress *progress, PetscInt num, const TasSafeJobState *jobs, char *problem);

/* s to the end of the search, roughly: present runs, rounds that its bracket may still need, and those of the sensitivity; NaN: no run tells yet. */
double TasSafeProgressTimeLeft(const TasSafeProgress *progress, PetscInt num, const TasSafeJobState *jobs);

/* The last status.json; message may be empty. */
PetscErrorCode TasSafeProgressEnd(TasSafeProgress *progress, int exit_status, const char *message, char *problem);
