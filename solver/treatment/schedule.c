#include "solver/treatment/schedule.h"
#include <stdlib.h>

#define DAY 86400.0
#define SHORT_REST 600.0 /* s after a step, by which most of its tension has relaxed */
#define SAME_TIME 1e-9   /* of the duration: nearer times are one */

/* ---- sessions ---- */

/* A number from 0 to 1 that depends on seed and day alone (splitmix64). */
static PetscReal Chance(PetscInt seed, PetscInt day)
{
  unsigned long long z = 0x9e3779b97f4a7c15ULL * ((unsigned long long)day + 1) + 0xd1342543de82ef95ULL * ((unsigned long long)seed + 1);

  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return (PetscReal)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static PetscBool IsHeld(const TasCaseSession *session, PetscInt day)
{
  const PetscInt weekday = day % 7, n = session->days_per_week;

  if (day * DAY < session->begin || day * DAY >= session->end || (weekday + 1) * n / 7 == weekday * n / 7) return PETSC_FALSE;
  return (PetscBool)(Chance(session->seed, day) >= session->missed);
}

static PetscBool IsResolvedDay(const TasSchedule *s, PetscInt day)
{
  PetscBool resolved = PETSC_FALSE;

  for (PetscInt i = 0; i < s->num_lengthenings; i++) {
    const TasLengthening *l = &s->lengthening[i];
    PetscInt              k = 0;
    while (k < l->num_steps && l->steps[k].day != day) k++;
    if (k < l->num_steps && l->steps[k].resolved) resolved = PETSC_TRUE;
  }
  return resolved;
}

PetscReal TasSessionStart(const TasCaseSession *s, PetscInt k) { return s->first + (s->times_per_day > 1 ? (s->last - s->first) * k / (s->times_per_day - 1) : 0); }

static PetscReal LengthOfStretch(const TasCaseSession *s) { return 2 * s->ramp + s->hold + s->rest; }

PetscReal TasSessionLength(const TasCaseSession *s) { return s->repetitions * LengthOfStretch(s); }

static PetscErrorCode AddSession(const TasCase *c, PetscInt number, PetscInt day, TasSchedule *s, PetscInt *room)
{
  const TasCaseSession *session  = &c->sessions[number];
  const PetscBool       resolved = IsResolvedDay(s, day);
  const PetscInt        times    = resolved ? session->times_per_day : 1, repetitions = resolved ? session->repetitions : 1;
  const PetscReal       hold     = resolved ? session->hold : session->hold * session->times_per_day * session->repetitions;

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < times; k++)
    for (PetscInt r = 0; r < repetitions; r++) {
      const PetscReal start = day * DAY + TasSessionStart(session, k) + r * LengthOfStretch(session);
      if (s->num_stretches == *room) {
        *room = 2 * *room + 64;
        PetscCall(PetscRealloc(*room * sizeof *s->stretches, &s->stretches));
      }
      s->stretches[s->num_stretches++] = (TasScheduleStretch){.session = number, .start = start, .ramp = session->ramp, .hold = hold, .release = session->ramp};
    }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static int CompareStretches(const void *a, const void *b)
{
  const PetscReal x = ((const TasScheduleStretch *)a)->start, y = ((const TasScheduleStretch *)b)->start;

  return (x > y) - (x < y);
}

static PetscErrorCode MakeStretches(const TasCase *c, TasSchedule *s)
{
  PetscInt room = 0;

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < c->num_sessions; k++)
    for (PetscInt day = 0; day * DAY < c->end_time; day++)
      if (IsHeld(&c->sessions[k], day)) PetscCall(AddSession(c, k, day, s, &room));
  if (s->num_stretches) qsort(s->stretches, (size_t)s->num_stretches, sizeof *s->stretches, CompareStretches);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt TasScheduleStretchAt(const TasCase *c, const TasSchedule *s, PetscInt joint, PetscReal from, PetscReal to)
{
  const PetscReal time = 0.5 * (from + to);

  for (PetscInt k = 0; k < s->num_stretches; k++) {
    const TasScheduleStretch *stretch = &s->stretches[k];
    if (stretch->start > time) break;
    if (c->sessions[stretch->session].joint == joint && time < stretch->start + stretch->ramp + stretch->hold + stretch->release) return k;
  }
  return -1;
}

/* ---- events ---- */

typedef struct {
  PetscReal time;
  PetscBool planned; /* a step of the schedule, not only a point of a curve */
} Moment;

typedef struct {
  PetscInt num, room;
  Moment  *moments;
} Moments;

static PetscErrorCode Add(Moments *m, PetscReal time, PetscBool planned)
{
  PetscFunctionBeginUser;
  if (m->num == m->room) {
    m->room = 2 * m->room + 256;
    PetscCall(PetscRealloc(m->room * sizeof *m->moments, &m->moments));
  }
  m->moments[m->num++] = (Moment){time, planned};
  PetscFunctionReturn(PETSC_SUCCESS);
}

static int CompareMoments(const void *a, const void *b)
{
  const PetscReal x = ((const Moment *)a)->time, y = ((const Moment *)b)->time;

  return (x > y) - (x < y);
}

static PetscErrorCode AddEqualSteps(Moments *m, PetscReal from, PetscReal to, PetscInt n)
{
  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < n; i++) PetscCall(Add(m, i == n - 1 ? to : from + (to - from) * (i + 1) / n, PETSC_TRUE));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscInt NumEqualSteps(PetscReal length, PetscReal step) { return length > 0 ? PetscMax(1, (PetscInt)PetscCeilReal(length / step * (1 - SAME_TIME))) : 0; }

/* Steps of days that are resolved, with a short rest in each, and equal steps through the days between. */
static PetscErrorCode AddRampedSteps(const TasCase *c, const TasCaseDistraction *d, const TasLengthening *l, Moments *m)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0, next; k < l->num_steps; k = next) {
    next                       = k + 1;
    const PetscReal until      = next < l->num_steps ? l->steps[next].start : l->end;
    const PetscBool end_of_day = (PetscBool)(next == l->num_steps || TasLengtheningDay(d, until) != TasLengtheningDay(d, l->steps[k].start));
    if (l->steps[k].resolved) {
      PetscCall(Add(m, PetscMin(l->steps[k].start + l->steps[k].ramp + SHORT_REST, until), PETSC_FALSE));
      PetscCall(Add(m, until, end_of_day));
      continue;
    }
    while (next < l->num_steps && !l->steps[next].resolved) next++; /* the last day is */
    const PetscReal to = next < l->num_steps ? l->steps[next].start : l->end;
    PetscCall(AddEqualSteps(m, l->steps[k].start, to, NumEqualSteps(to - l->steps[k].start, c->step_time)));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Load steps of a steady lengthening: so many of the whole length. */
static PetscErrorCode AddSteadySteps(const TasCaseDistraction *d, const TasLengthening *l, Moments *m)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < l->num_steps; k++) {
    const PetscInt n = NumEqualSteps(PetscAbsReal(l->steps[k].commanded), d->length / d->num_steps);
    PetscCall(AddEqualSteps(m, l->steps[k].start, l->steps[k].start + l->steps[k].ramp, PetscMax(1, n)));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddLengthening(const TasCase *c, const TasSchedule *s, PetscInt osteotomy, Moments *m)
{
  const TasCaseDistraction *d = &c->distraction[osteotomy];
  const TasLengthening     *l = &s->lengthening[osteotomy];

  PetscFunctionBeginUser;
  PetscCall(Add(m, d->latency, PETSC_TRUE));
  if (d->ramp > 0) PetscCall(AddRampedSteps(c, d, l, m));
  else PetscCall(AddSteadySteps(d, l, m));
  for (PetscInt i = 0; i < l->num_points; i++) PetscCall(Add(m, l->times[i], PETSC_FALSE));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* When monitoring looks, besides at the other moments: also on days that are not resolved. */
static PetscErrorCode AddLooks(const TasCase *c, const TasSchedule *s, Moments *m)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < c->num_monitors; k++) {
    const PetscReal every = c->monitors[k].every, end = c->monitors[k].action == TAS_ACTION_STOP ? c->end_time : s->end;
    for (PetscInt i = 1; i * every < end; i++) PetscCall(Add(m, i * every, PETSC_FALSE));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Every moment of the schedule and of the curves, in no order; those beyond the end too. */
static PetscErrorCode CollectMoments(const TasCase *c, const TasSchedule *s, Moments *m)
{
  PetscFunctionBeginUser;
  PetscCall(AddEqualSteps(m, s->end, c->end_time, NumEqualSteps(c->end_time - s->end, c->step_time)));
  PetscCall(Add(m, c->end_time, PETSC_TRUE));
  for (PetscInt k = 0; k < s->num_lengthenings; k++) PetscCall(AddLengthening(c, s, k, m));
  for (PetscInt k = 0; k < c->num_curves; k++)
    for (PetscInt i = 0; i < c->curves[k].num_times; i++) PetscCall(Add(m, c->curves[k].times[i], PETSC_FALSE));
  for (PetscInt k = 0; k < c->num_examinations; k++)
    for (PetscReal time = c->examinations[k].first; time <= c->end_time; time += c->examinations[k].every) PetscCall(Add(m, time, PETSC_FALSE));
  PetscCall(AddLooks(c, s, m));
  for (PetscInt k = 0; k < s->num_stretches; k++) {
    const TasScheduleStretch *stretch = &s->stretches[k];
    PetscCall(Add(m, stretch->start, PETSC_FALSE));
    PetscCall(Add(m, stretch->start + stretch->ramp, PETSC_FALSE));
    PetscCall(Add(m, stretch->start + stretch->ramp + stretch->hold, PETSC_FALSE));
    PetscCall(Add(m, stretch->start + stretch->ramp + stretch->hold + stretch->release, PETSC_FALSE));
  }
  qsort(m->moments, (size_t)m->num, sizeof *m->moments, CompareMoments);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MakeEvents(const TasCase *c, TasSchedule *s)
{
  const PetscReal same    = SAME_TIME * c->end_time;
  Moments         m       = {0};
  PetscInt        planned = 0;

  PetscFunctionBeginUser;
  PetscCall(CollectMoments(c, s, &m));
  PetscCall(PetscCalloc1(m.num, &s->events));
  for (PetscInt i = 0; i < m.num; i++) {
    TasCaseEvent *last = s->num_events ? &s->events[s->num_events - 1] : NULL;

    if (m.moments[i].time <= same || m.moments[i].time > c->end_time + same) continue;
    if (!last || m.moments[i].time > last->time + same) {
      last  = &s->events[s->num_events++];
      *last = (TasCaseEvent){m.moments[i].time, PETSC_FALSE};
    }
    last->output = (PetscBool)(last->output || m.moments[i].planned);
  }
  s->events[s->num_events - 1].time = c->end_time;
  for (PetscInt i = 0; i < s->num_events; i++) { /* of the planned ones, every n-th */
    if (!s->events[i].output) continue;
    planned++;
    s->events[i].output = (PetscBool)(planned % c->output.every == 0 || i == s->num_events - 1);
  }
  PetscCall(PetscFree(m.moments));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasScheduleCreate(const TasCase *c, const TasSchedulePlan *plan, TasSchedule *s)
{
  PetscFunctionBeginUser;
  PetscCall(PetscMemzero(s, sizeof *s));
  s->num_lengthenings = c->num_distractions;
  for (PetscInt k = 0; k < s->num_lengthenings; k++) {
    PetscCall(TasLengtheningCreate(c, k, plan ? plan[k].num_changes : 0, plan ? plan[k].changes : NULL, &s->lengthening[k]));
    s->end = PetscMax(s->end, s->lengthening[k].end);
  }
  PetscCall(MakeStretches(c, s));
  PetscCall(MakeEvents(c, s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasScheduleDestroy(TasSchedule *s)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < s->num_lengthenings; k++) PetscCall(TasLengtheningDestroy(&s->lengthening[k]));
  PetscCall(PetscFree(s->stretches));
  PetscCall(PetscFree(s->events));
  PetscCall(PetscMemzero(s, sizeof *s));
  PetscFunctionReturn(PETSC_SUCCESS);
}
