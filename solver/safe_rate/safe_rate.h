#pragma once
/*
  The largest rate (or fewest steps a day, fewest days, or another value of a case) at which every limit keeps a margin.

    case_safe_rate.c    the section `safe_rate`
    safe_rate_search.c  which values to try next, when to end, where margins are not monotone; pure, the runs come by a callback
    safe_rate_cases.c   the case of a run as text, its hash, its folder
    safe_rate_runs.c    starting runs of this program, several at once, watching, stopping, resuming
    safe_rate_results.c what a run has left in its folder
    safe_rate_progress.c what the search says while its runs go
    safe_rate_report.c  safe_rate.json, safe_rate.txt

  Values are in the unit that the user sees.  "Danger" is the value, or its negative where larger values are the safer ones.
  docs/safe-rate.md has the method.
*/
#include "solver/case/case_reader.h"
#include "solver/simulation.h"
#include <stdio.h>

typedef enum { TAS_SAFE_RATE, TAS_SAFE_STEPS, TAS_SAFE_DAYS, TAS_SAFE_KEY } TasSafeSearch;
#define TAS_SAFE_MAX_PARAMETERS 16
#define TAS_SAFE_MAX_RUNS 64 /* of the search */

typedef struct {
  char      path[256]; /* of values of the case; * and ? stand for any letters */
  PetscReal factor;
} TasSafeParameter;

/* The section, complete: `search` has set what was not given. */
typedef struct {
  int              search; /* TasSafeSearch */
  char             key[256], unit[64];
  int              safer;  /* 0: lower values, 1: higher ones */
  PetscBool        whole;  /* values are whole numbers */
  PetscReal        low, high, tolerance;
  PetscReal        margin; /* that every rule is to keep */
  PetscInt         at_once, ranks, threads; /* at_once 0: as many as cores suffice for */
  PetscInt         most_runs;
  PetscBool        stop_early;
  PetscInt         num_parameters;
  TasSafeParameter parameters[TAS_SAFE_MAX_PARAMETERS];
} TasSafeWanted;

/* Reads the section of a case whose other sections are read; problem as of TasCaseRead. Where the case has none: the defaults. */
PetscErrorCode TasSafeWantedRead(TasCaseReader *r, const TasNode *node, TasSafeWanted *wanted);

/* ---- runs ---- */

typedef enum { TAS_SAFE_INSIDE, TAS_SAFE_OUTSIDE, TAS_SAFE_NO_ANSWER } TasSafeState;

typedef struct {
  char      tissue[TAS_NAME_LENGTH], strand[TAS_NAME_LENGTH], rule[TAS_NAME_LENGTH], unit[32]; /* tissue or strand is empty */
  PetscReal margin, value, limit, day, at[3], arc;
  PetscInt  cell;
} TasSafeMargin;

typedef struct {
  PetscReal      value;
  TasSafeState   state;
  PetscBool      whole; /* it went to its end: margins are those of the whole treatment, else upper bounds of them */
  int            exit_status; /* of the run; -1: killed by a signal */
  PetscReal      margin;      /* the smallest one */
  PetscInt       num_margins;
  TasSafeMargin *margins;     /* PetscMalloc; of a run that was read, the worst first */
  PetscReal      wall_time, day; /* s, of its last start; d, that it reached */
  PetscReal      gap;            /* mm, that it ended with; NaN: not known */
  PetscBool      reused;         /* it was there, nothing had to be run */
  char           message[400], folder[PETSC_MAX_PATH_LEN];
} TasSafeRun;

PetscInt       TasSafeSmallest(const TasSafeRun *run); /* index of the smallest margin; -1: none */
PetscErrorCode TasSafeRunClear(TasSafeRun *run);

/* ---- the search ---- */

typedef enum {
  TAS_SAFE_BRACKETED,  /* an inside run, and an outside one within the tolerance */
  TAS_SAFE_ALL_INSIDE, /* the most dangerous bound is inside */
  TAS_SAFE_NONE,       /* the safest bound is not inside */
  TAS_SAFE_UNFINISHED  /* most_runs were not enough */
} TasSafeEnd;

typedef struct {
  TasSafeEnd end;
  PetscInt   num_runs;
  TasSafeRun runs[TAS_SAFE_MAX_RUNS]; /* in the order in which they were asked for */
  PetscInt   inside, outside;         /* that bracket the answer; -1: none */
  PetscInt   num_violations;          /* of margins that fall with danger */
  char       violations[16][240];
  PetscReal  d_value[TAS_SAFE_MAX_PARAMETERS]; /* change of the answer with each parameter, NaN: no estimate */
  TasSafeRun varied[TAS_SAFE_MAX_PARAMETERS];  /* runs at the answer with that parameter changed */
  PetscInt   most_runs_left;      /* after those that are being made, where the bracket is divided evenly from then on */
  PetscBool  varying;             /* those with a parameter changed are being made */
} TasSafeResult;

/* Runs n values, filling runs [n]; parameter: of the sensitivity, -1: none.  go_on FALSE: the search is to end (asked to, or bad input). */
typedef PetscErrorCode (*TasSafeEvaluate)(void *context, PetscInt n, const PetscReal *values, const PetscInt *parameters, TasSafeRun *runs, PetscBool *go_on);

PetscErrorCode TasSafeSearchRun(const TasSafeWanted *wanted, PetscInt at_once, TasSafeEvaluate evaluate, void *context, TasSafeResult *result, PetscBool *go_on);
PetscErrorCode TasSafeResultClear(TasSafeResult *result);

/* ---- cases of runs ---- */

/* The case of a run: that of the search without its section, with absolute paths, the value, and a parameter times its factor (-1: none).
   With another rate `time.end` moves as the end of the distraction does.  text: PetscMalloc.  problem: as of TasCaseRead. */
PetscErrorCode TasSafeCaseText(const TasCase *c, const TasSafeWanted *wanted, PetscReal value, PetscInt parameter, char **text, char *problem);

/* Does a path of the case match one with * and ? for any letters? */
PetscBool TasSafeMatches(const char *pattern, const char *path);

/* Reads that case: nothing but its mesh may then be wrong with it. */
PetscErrorCode TasSafeCaseCheck(const TasCase *c, const TasSafeWanted *wanted, PetscReal value, PetscInt parameter, char *problem);

/* "rate-0.85-1a2b3c4d5e6f7081": the same for the same case, files that it names, and program. */
PetscErrorCode TasSafeFolderName(const TasSafeWanted *wanted, PetscReal value, PetscInt parameter, const char *text, size_t size, char *name);

/* "0.85 mm/day" */
void TasSafeValueText(const TasSafeWanted *wanted, PetscReal value, size_t size, char *text);

/* ---- running ---- */

struct TasSafeProgress_;
typedef struct {
  const TasCase       *c;
  const TasSafeWanted *wanted;
  struct TasSafeProgress_ *progress; /* safe_rate_progress.h */
  PetscInt             at_once;
  char                 folder[PETSC_MAX_PATH_LEN]; /* of the search */
  PetscInt             num_started;
  volatile int        *stop;   /* not 0: a signal asks to end */
  int                  status; /* TasExit why it ended before its time */
  char                 problem[TAS_PROBLEM_LENGTH];
} TasSafeRunner;

/* A TasSafeEvaluate. What is finished in the folder is taken as it is, what was interrupted goes on. */
PetscErrorCode TasSafeRunAll(void *runner, PetscInt n, const PetscReal *values, const PetscInt *parameters, TasSafeRun *runs, PetscBool *go_on);

/* What stands in a results folder. done: it needs nothing more; resumable: it can go on from there.  exit_status: -2 where not known. */
PetscErrorCode TasSafeRunRead(const TasSafeWanted *wanted, const char *results, TasSafeRun *run, PetscBool *done, PetscBool *resumable);

/* ---- telling ---- */

typedef struct {
  const TasCase       *c;
  const TasSafeWanted *wanted;
  const TasSafeResult *result;
  PetscInt             num_started;
  PetscReal            wall_time; /* s */
  const char          *note;
} TasSafeReport;

void           TasSafeReportPrint(FILE *file, const void *report); /* a TasSafeReport */
PetscErrorCode TasSafeReportWrite(const char *folder, const TasSafeReport *report, char *problem);
