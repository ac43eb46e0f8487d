#include "solver/treatment/schedule.h"
#include <math.h>
#include <stdlib.h>

#define DAY 86400.0
#define MOST_STEPS 1000000
#define SHORT_REST 600.0 /* s after a step, by which most of its tension has relaxed */
#define SAME_TIME 1e-9   /* of the duration: nearer times are one */

/* ---- steps of the distraction ---- */

/* How the distraction goes on at present. */
typedef struct {
  PetscReal rate, steps_per_day, interval; /* of steps, s */
  PetscReal time, commanded, driven; /* s; mm so far */
  PetscReal carried;
} Course;

static PetscErrorCode AddStep(TasSchedule *s, PetscInt *room, TasScheduleStep step)
{
  PetscFunctionBeginUser;
  if (s->num_steps == *room) {
    *room = 2 * *room + 64;
    PetscCall(PetscRealloc((size_t)*room * sizeof *s->steps, &s->steps));
  }
  s->steps[s->num_steps++] = step;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The next of two lists of changes, each in order; NULL when there is none up to a time. */
static const TasCaseChange *NextChange(const TasCaseDistraction *d, PetscInt num, const TasCaseChange *more, PetscInt used[2], PetscReal time)
{
  const TasCaseChange *a = used[0] < d->num_changes ? &d->changes[used[0]] : NULL, *b = used[1] < num ? &more[used[1]] : NULL;

  if (a && (!b || a->time <= b->time)) {
    if (a->time > time) return NULL;
    used[0]++;
    return a;
  }
  if (!b || b->time > time) return NULL;
  used[1]++;
  return b;
}

static void SetRhythm(Course *course, PetscReal rate, PetscReal steps_per_day)
{
  course->rate          = rate;
  course->steps_per_day = steps_per_day;
  course->interval      = DAY / steps_per_day;
}

/* Equal steps as far as `amount` (mm, negative in reversal) or a time: as of the last change. */
static PetscErrorCode AddSteps(const TasCase *c, Course *course, PetscReal amount, PetscReal until, TasSchedule *s, PetscInt *room)
{
  const TasCaseDistraction *d     = &c->distraction;
  const PetscInt            n     = PetscMax(1, (PetscInt)PetscCeilReal(PetscAbsReal(amount) / (course->rate * course->interval) * (1 - SAME_TIME)));
  const PetscInt            steps = PetscMax(1, (PetscInt)round(course->steps_per_day));

  PetscFunctionBeginUser;
  const PetscReal from = course->time;
  for (PetscInt k = 0; k < n; k++) {
    const PetscReal start = from + k * course->interval;
    const PetscInt  day   = (PetscInt)PetscFloorReal(start / DAY * (1 + SAME_TIME));
    if (start >= until - SAME_TIME * DAY) break;
    TasScheduleStep step = {.start = start, .ramp = d->ramp, .interval = course->interval, .commanded = amount / n, .day = day, .steps = steps};
    step.step            = (PetscInt)round((start - day * DAY) / course->interval) % steps;
    step.driven          = TasDeviceDrive(c->device.model, c->device.parameters, c->device.seed, day, step.step, steps, step.commanded, &course->carried);
    PetscCall(AddStep(s, room, step));
    course->commanded += step.commanded;
    course->driven += step.driven;
    course->time = start + course->interval;
    if (amount > 0 && course->driven >= d->length) break; /* a device that makes more than it is told is stopped */
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* All of it in one, up to the next change: cut into load steps later. */
static PetscErrorCode AddSteady(const TasCase *c, Course *course, PetscReal amount, PetscReal until, TasSchedule *s, PetscInt *room)
{
  const PetscReal duration = PetscMin(PetscAbsReal(amount) / course->rate, until - course->time), length = PetscAbsReal(amount) / course->rate > duration ? PetscSign(amount) * course->rate * duration : amount;
  TasScheduleStep step     = {.start = course->time, .ramp = duration, .interval = duration, .commanded = length, .day = (PetscInt)PetscFloorReal(course->time / DAY), .steps = 1, .resolved = PETSC_TRUE};

  PetscFunctionBeginUser;
  step.driven = TasDeviceDrive(c->device.model, c->device.parameters, c->device.seed, step.day, 0, 1, length, &course->carried);
  course->time += duration;
  course->commanded += length;
  course->driven += step.driven;
  if (duration > 0) PetscCall(AddStep(s, room, step));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddStretch(const TasCase *c, Course *course, PetscReal amount, PetscReal until, TasSchedule *s, PetscInt *room)
{
  PetscFunctionBeginUser;
  if (c->distraction.ramp > 0) PetscCall(AddSteps(c, course, amount, until, s, room));
  else PetscCall(AddSteady(c, course, amount, until, s, room));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscReal TimeOfNext(const TasCaseDistraction *d, PetscInt num, const TasCaseChange *more, const PetscInt used[2])
{
  return PetscMin(used[0] < d->num_changes ? d->changes[used[0]].time : INFINITY, used[1] < num ? more[used[1]].time : INFINITY);
}

static PetscErrorCode MakeSteps(const TasCase *c, PetscInt num_changes, const TasCaseChange *changes, TasSchedule *s)
{
  const TasCaseDistraction *d      = &c->distraction;
  Course                    course = {.time = d->latency};
  PetscInt                  used[2] = {0, 0}, room = 0;
  PetscBool                 over = PETSC_FALSE;
  const TasCaseChange      *change;

  PetscFunctionBeginUser;
  SetRhythm(&course, d->rate, d->steps_per_day > 0 ? d->steps_per_day : 1);
  while (!over && PetscMax(course.commanded, course.driven) < d->length * (1 - SAME_TIME) && s->num_steps < MOST_STEPS) {
    PetscReal back = 0;
    if (course.time >= c->end_time) break;
    while ((change = NextChange(d, num_changes, changes, used, course.time * (1 + SAME_TIME)))) {
      if (change->kind == TAS_CHANGE_RATE) SetRhythm(&course, change->value, course.steps_per_day);
      if (change->kind == TAS_CHANGE_RHYTHM) SetRhythm(&course, course.rate, change->value);
      if (change->kind == TAS_CHANGE_PAUSE) course.time = PetscMax(course.time, change->time + change->value);
      if (change->kind == TAS_CHANGE_REVERSE) back += change->value;
      if (change->kind == TAS_CHANGE_END) over = PETSC_TRUE;
    }
    if (over) break;
    const PetscReal until = TimeOfNext(d, num_changes, changes, used);
    if (back > 0) PetscCall(AddStretch(c, &course, -PetscMin(back, course.commanded), INFINITY, s, &room));
    else PetscCall(AddStretch(c, &course, d->length - course.commanded, until, s, &room));
  }
  s->end = s->num_steps ? s->steps[s->num_steps - 1].start + s->steps[s->num_steps - 1].interval : d->latency;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whole days since the first step. */
static PetscInt DayOf(const TasCaseDistraction *d, PetscReal time) { return (PetscInt)PetscFloorReal((time - d->latency) / DAY * (1 + SAME_TIME)); }

/* One day in so many, counted from the first step; the first and the last one, and those on which the course changes. */
static void ChooseResolved(const TasCaseDistraction *d, TasSchedule *s)
{
  const TasScheduleStep *steps = s->steps;

  for (PetscInt k = 0; k < s->num_steps; k++) {
    const PetscInt day = DayOf(d, steps[k].start), last = DayOf(d, steps[s->num_steps - 1].start);
    s->steps[k].resolved = (PetscBool)(!(d->ramp > 0) || day % d->resolve_every == 0 || day == last);
  }
}

/* ---- curves of length ---- */

static void AddPoint(TasSchedule *s, PetscReal time, PetscReal commanded, PetscReal driven)
{
  if (s->num_points && time <= s->times[s->num_points - 1]) return; /* one step between two resolved days */
  s->times[s->num_points]      = time;
  s->commanded[s->num_points]  = commanded;
  s->driven[s->num_points++]   = driven;
}

/* Whether the stair keeps its slope from one step to the next. */
static PetscBool GoesOn(const TasScheduleStep *step, const TasScheduleStep *next)
{
  return (PetscBool)(next->commanded == step->commanded && next->driven == step->driven && PetscAbsReal(next->start - step->start - step->interval) <= SAME_TIME * step->interval);
}

/* A stair of the steps that are resolved, joined through the others along the middle of their stair. */
static PetscErrorCode MakeCurves(TasSchedule *s)
{
  PetscReal commanded = 0, driven = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc3(3 * s->num_steps + 1, &s->times, 3 * s->num_steps + 1, &s->commanded, 3 * s->num_steps + 1, &s->driven));
  for (PetscInt k = 0; k < s->num_steps; k++) {
    const TasScheduleStep *step = &s->steps[k], *next = k + 1 < s->num_steps ? step + 1 : NULL;
    if (step->resolved) {
      if (k > 0 && !step[-1].resolved) AddPoint(s, step->start - 0.5 * (step->start - step[-1].start), commanded, driven);
      AddPoint(s, step->start, commanded, driven);
      AddPoint(s, step->start + step->ramp, commanded + step->commanded, driven + step->driven);
      if (next && !next->resolved) {
        AddPoint(s, next->start, commanded + step->commanded, driven + step->driven);
        AddPoint(s, next->start + 0.5 * (next[1].start - next->start), commanded + step->commanded + next->commanded, driven + step->driven + next->driven);
      }
    } else if (next && !next->resolved && !GoesOn(step, next)) {
      AddPoint(s, step->start + 0.5 * step->interval, commanded + step->commanded, driven + step->driven);
      AddPoint(s, next->start - 0.5 * next->interval, commanded + step->commanded, driven + step->driven);
    }
    commanded += step->commanded;
    driven += step->driven;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasScheduleLength(const TasSchedule *s, PetscReal time, PetscReal *commanded, PetscReal *driven)
{
  PetscInt low = 0, high = s->num_points;

  *commanded = *driven = 0;
  if (!s->num_points || time <= s->times[0]) return;
  while (high - low > 1) {
    const PetscInt middle = (low + high) / 2;
    if (s->times[middle] <= time) low = middle;
    else high = middle;
  }
  const PetscReal share = high < s->num_points ? (time - s->times[low]) / (s->times[high] - s->times[low]) : 0;
  *commanded            = s->commanded[low] + (share > 0 ? share * (s->commanded[high] - s->commanded[low]) : 0);
  *driven               = s->driven[low] + (share > 0 ? share * (s->driven[high] - s->driven[low]) : 0);
}

PetscInt TasScheduleDirection(const TasSchedule *s, PetscReal from, PetscReal to)
{
  PetscReal commanded, before, after;

  TasScheduleLength(s, from + 0.4 * (to - from), &commanded, &before);
  TasScheduleLength(s, from + 0.6 * (to - from), &commanded, &after);
  return after > before ? 1 : after < before ? -1 : 0;
}

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
  for (PetscInt k = 0; k < s->num_steps; k++)
    if (s->steps[k].day == day) return s->steps[k].resolved;
  return PETSC_FALSE;
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
static PetscErrorCode AddRampedSteps(const TasCase *c, const TasSchedule *s, Moments *m)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0, next; k < s->num_steps; k = next) {
    next                       = k + 1;
    const PetscReal until      = next < s->num_steps ? s->steps[next].start : s->end;
    const PetscBool end_of_day = (PetscBool)(next == s->num_steps || DayOf(&c->distraction, until) != DayOf(&c->distraction, s->steps[k].start));
    if (s->steps[k].resolved) {
      PetscCall(Add(m, PetscMin(s->steps[k].start + s->steps[k].ramp + SHORT_REST, until), PETSC_FALSE));
      PetscCall(Add(m, until, end_of_day));
      continue;
    }
    while (next < s->num_steps && !s->steps[next].resolved) next++; /* the last day is */
    const PetscReal to = next < s->num_steps ? s->steps[next].start : s->end;
    PetscCall(AddEqualSteps(m, s->steps[k].start, to, NumEqualSteps(to - s->steps[k].start, c->step_time)));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Load steps of a steady lengthening: so many of the whole length. */
static PetscErrorCode AddSteadySteps(const TasCase *c, const TasSchedule *s, Moments *m)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < s->num_steps; k++) {
    const PetscInt n = NumEqualSteps(PetscAbsReal(s->steps[k].commanded), c->distraction.length / c->distraction.num_steps);
    PetscCall(AddEqualSteps(m, s->steps[k].start, s->steps[k].start + s->steps[k].ramp, PetscMax(1, n)));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Every moment of the schedule and of the curves, in no order; those beyond the end too. */
static PetscErrorCode CollectMoments(const TasCase *c, const TasSchedule *s, Moments *m)
{
  PetscFunctionBeginUser;
  PetscCall(AddEqualSteps(m, s->end, c->end_time, NumEqualSteps(c->end_time - s->end, c->step_time)));
  PetscCall(Add(m, c->end_time, PETSC_TRUE));
  if (c->distraction.given) PetscCall(Add(m, c->distraction.latency, PETSC_TRUE));
  if (c->distraction.ramp > 0) PetscCall(AddRampedSteps(c, s, m));
  else PetscCall(AddSteadySteps(c, s, m));
  for (PetscInt i = 0; i < s->num_points; i++) PetscCall(Add(m, s->times[i], PETSC_FALSE));
  for (PetscInt k = 0; k < c->num_curves; k++)
    for (PetscInt i = 0; i < c->curves[k].num_times; i++) PetscCall(Add(m, c->curves[k].times[i], PETSC_FALSE));
  for (PetscInt k = 0; k < c->num_examinations; k++)
    for (PetscReal time = c->examinations[k].first; time <= c->end_time; time += c->examinations[k].every) PetscCall(Add(m, time, PETSC_FALSE));
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

PetscErrorCode TasScheduleCreate(const TasCase *c, PetscInt num_changes, const TasCaseChange *changes, TasSchedule *s)
{
  PetscFunctionBeginUser;
  PetscCall(PetscMemzero(s, sizeof *s));
  if (c->distraction.given) PetscCall(MakeSteps(c, num_changes, changes, s));
  ChooseResolved(&c->distraction, s);
  PetscCall(MakeCurves(s));
  PetscCall(MakeStretches(c, s));
  PetscCall(MakeEvents(c, s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasScheduleDestroy(TasSchedule *s)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(s->steps));
  PetscCall(PetscFree(s->stretches));
  PetscCall(PetscFree3(s->times, s->commanded, s->driven));
  PetscCall(PetscFree(s->events));
  PetscCall(PetscMemzero(s, sizeof *s));
  PetscFunctionReturn(PETSC_SUCCESS);
}
