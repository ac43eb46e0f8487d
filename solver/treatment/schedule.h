#pragma once
/*
  The calendar of a treatment: steps of the distraction, sessions of physiotherapy, and the times that the calculation stops at.

  It is a function of the case and of changes to the plan, those of the case and those that monitoring has made so far; so whoever wants another
  course from today on adds a change and makes it again.  Days are counted from surgery, time 0; times are in s.

  Its events are those of all osteotomies.  A day is resolved when each of the steps at one of them, and each session, is calculated; on the others
  all sessions of a day are one of their whole length.
*/
#include "solver/treatment/lengthening.h"

/* One stretch of a session: to the torque within ramp, held, and let go within release. */
typedef struct {
  PetscInt  session; /* of the case */
  PetscReal start, ramp, hold, release;
} TasScheduleStretch;

typedef struct {
  PetscInt            num_lengthenings; /* one an osteotomy that is distracted */
  TasLengthening      lengthening[TAS_MAX_OSTEOTOMIES];
  PetscInt            num_stretches;
  TasScheduleStretch *stretches; /* in order of time */
  PetscReal           end;        /* s, of all distraction; 0 without one */
  PetscInt            num_events;
  TasCaseEvent       *events; /* strictly increasing in time, the last one at the end of the case */
} TasSchedule;

/* When the k-th session of a day begins, s of the day; and how long one is, with the rest after its last stretch. */
PetscReal TasSessionStart(const TasCaseSession *session, PetscInt k);
PetscReal TasSessionLength(const TasCaseSession *session);

/* Changes at an osteotomy by monitoring, in order of time, on top of those of the case. */
typedef struct {
  PetscInt       num_changes;
  TasCaseChange *changes;
} TasSchedulePlan;

/* plan [num_distractions]; NULL: as the case has it. */
PetscErrorCode TasScheduleCreate(const TasCase *c, const TasSchedulePlan *plan, TasSchedule *schedule);
PetscErrorCode TasScheduleDestroy(TasSchedule *schedule);

/* The stretch of a joint that the middle of the interval lies in, or -1. */
PetscInt TasScheduleStretchAt(const TasCase *c, const TasSchedule *schedule, PetscInt joint, PetscReal from, PetscReal to);
