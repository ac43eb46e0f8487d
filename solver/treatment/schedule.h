#pragma once
/*
  The calendar of a treatment: steps of the distraction, sessions of physiotherapy, and the times that the calculation stops at.

  It is a function of the case and of changes to the plan, those of the case and those that monitoring has made so far; so whoever wants another
  course from today on adds a change and makes it again.  Days are counted from surgery, time 0; times are in s.

  A day is resolved when each of its steps and sessions is calculated.  Through the others the lengthening is steady, along the middle of the
  stair of steps, where tissue is stretched by as much as by the steps on the mean, and all sessions of a day are one of their whole length.
*/
#include "solver/case/case.h"

/* A step of the distraction; where the lengthening is steady, all that is steady of it. */
typedef struct {
  PetscReal start, ramp;      /* s */
  PetscReal interval;         /* s to the next one */
  PetscReal commanded;        /* mm, negative in reversal */
  PetscReal driven;           /* mm that the device makes of it, before any slipping */
  PetscInt  day, step, steps; /* whole days since surgery; the step of that day, and their number */
  PetscBool resolved;
} TasScheduleStep;

/* One stretch of a session: to the torque within ramp, held, and let go within release. */
typedef struct {
  PetscInt  session; /* of the case */
  PetscReal start, ramp, hold, release;
} TasScheduleStretch;

typedef struct {
  PetscInt            num_steps;
  TasScheduleStep    *steps;
  PetscInt            num_stretches;
  TasScheduleStretch *stretches; /* in order of time */
  PetscInt            num_points; /* of the curves of length: piecewise linear, constant beyond their ends */
  PetscReal          *times, *commanded, *driven;
  PetscReal           end;        /* s, of the distraction; 0 without one */
  PetscInt            num_events;
  TasCaseEvent       *events; /* strictly increasing in time, the last one at the end of the case */
} TasSchedule;

/* When the k-th session of a day begins, s of the day; and how long one is, with the rest after its last stretch. */
PetscReal TasSessionStart(const TasCaseSession *session, PetscInt k);
PetscReal TasSessionLength(const TasCaseSession *session);

/* changes [num_changes]: by monitoring, in order of time, on top of those of the case. */
PetscErrorCode TasScheduleCreate(const TasCase *c, PetscInt num_changes, const TasCaseChange *changes, TasSchedule *schedule);
PetscErrorCode TasScheduleDestroy(TasSchedule *schedule);

/* Lengths (mm) at a time. */
void TasScheduleLength(const TasSchedule *schedule, PetscReal time, PetscReal *commanded, PetscReal *driven);

/* 1 where the device lengthens in the middle of that interval of time, -1 where it shortens, 0 at rest. */
PetscInt TasScheduleDirection(const TasSchedule *schedule, PetscReal from, PetscReal to);

/* The stretch of a joint that the middle of the interval lies in, or -1. */
PetscInt TasScheduleStretchAt(const TasCase *c, const TasSchedule *schedule, PetscInt joint, PetscReal from, PetscReal to);
