#pragma once
/*
  status.json: how a run stands, for scripts and sweeps that look at it while it runs or after it ended.
  The file is replaced atomically, so a reader never sees half of it.
*/
#include <petscsys.h>

typedef enum {
  TAS_STATE_RUNNING,
  TAS_STATE_DONE,
  TAS_STATE_FAILED, /* exit status 1, 2, 3 or 6 */
  TAS_STATE_STOPPED /* exit status 4 or 5 */
} TasState;

/* The smallest margin so far to a limit of harm (models/harm.h). */
typedef struct {
  PetscReal   margin;
  const char *rule, *unit; /* unit: of value and limit */
  const char *tissue;      /* NULL: it is a strand's */
  const char *strand;      /* NULL: it is a tissue's */
  PetscReal   value, limit;
  PetscInt    cell;  /* of the tissue, from 1 on */
  PetscReal   arc;   /* mm along the undeformed strand, from its start */
  PetscReal   at[3]; /* mm, centre of the undeformed cell or element */
  PetscReal   day;   /* d */
} TasEnvelope;

typedef struct {
  TasState    state;
  PetscInt    exit_status; /* of the program; not written while running */
  const char *message;     /* one sentence, or NULL */
  PetscReal   day, last_day;   /* d, of the last converged step and of the calendar */
  PetscReal   gap, second_gap; /* mm; NAN: the case has none */
  PetscInt    step;
  PetscReal   fraction;    /* of the calendar that is done, 0 to 1 */
  PetscInt    num_warnings;
  PetscReal   wall_time;   /* s since the start of the run */
  PetscReal   time_left;   /* s; NAN: not known */
  PetscReal   memory_peak; /* MB, over all ranks */
  PetscInt    num_ranks;
  PetscBool   judged;      /* whether there is an envelope */
  TasEnvelope envelope;
} TasStatus;

/* Replaces the file.  Not collective: call it on one rank.  problem [TAS_PROBLEM_LENGTH]: empty, or why it could not be written. */
PetscErrorCode TasStatusWrite(const char *path, const TasStatus *status, char *problem);

/* "running", "done", "failed", "stopped" */
const char *TasStateName(TasState state);

/* The largest resident memory so far in MB, summed over the ranks of comm.  Collective. */
PetscErrorCode TasMemoryPeak(MPI_Comm comm, PetscReal *megabytes);
