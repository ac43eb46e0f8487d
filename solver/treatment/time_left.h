#pragma once
/*
  How long a run will take from here on: roughly, from what its calendar still holds and what it has cost so far.

  The cost of a step is counted in iterations of Newton's method, so that a computer that becomes slower or faster is told from a treatment that
  becomes harder or easier.  An interval between two events costs as many as those of about its length have cost; where tissue adapts and the interval
  is longer than half a day, as many a day as the last such ones, apart for days on which the bone is lengthened and those of rest.
  What is recent counts more.  docs/developer/time-left.md has how good it is.
*/
#include "solver/treatment/schedule.h"

#define TAS_TIME_LEFT_KINDS 40 /* of lengths of intervals, by powers of two of a second */

typedef struct {
  PetscReal iterations;
  PetscInt  num; /* intervals so far */
} TasTimeLeftKind;

/* Per day of long intervals: sums in which each older interval counts less. */
typedef struct {
  PetscReal iterations, days;
} TasTimeLeftRate;

/* Everything in it is of this module alone. */
typedef struct {
  PetscBool       adapts;
  PetscReal       begin, time; /* s, of the treatment: of the first step and of the last one */
  PetscInt        num_steps;
  PetscReal       iterations, present;             /* so far; in the present interval */
  PetscReal       recent_iterations, recent_seconds; /* sums in which older steps count less */
  TasTimeLeftKind kinds[TAS_TIME_LEFT_KINDS];
  TasTimeLeftRate rates[2]; /* at rest, lengthened */
} TasTimeLeft;

/* A run starts at this time (s) of its treatment. adapts: tissue grows or is remodelled, so that steps are limited by accuracy. */
void TasTimeLeftBegin(TasTimeLeft *left, PetscReal time, PetscBool adapts);

/* A step has come to this time (s); newton: its iterations, seconds: of wall time, with all that was done besides. */
void TasTimeLeftStep(TasTimeLeft *left, const TasSchedule *schedule, PetscReal time, PetscInt newton, PetscReal seconds);

/* s of wall time to the end of the schedule; NaN: not known yet. */
PetscReal TasTimeLeftEstimate(const TasTimeLeft *left, const TasSchedule *schedule);
