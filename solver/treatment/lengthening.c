#include "solver/treatment/lengthening.h"
#include <math.h>

#define DAY 86400.0
#define MOST_STEPS 1000000
#define SAME_TIME 1e-9 /* of the duration: nearer times are one */

/* ---- steps ---- */

/* How it goes on at present. */
typedef struct {
  const TasCaseDistraction *d;
  const TasCaseDevice      *device;
  PetscReal                 rate, steps_per_day, interval; /* of steps, s */
  PetscReal                 time, commanded, driven; /* s; mm so far */
  PetscReal                 carried;
  PetscInt                  room; /* for steps */
} Course;

static PetscErrorCode AddStep(TasLengthening *l, Course *course, TasLengtheningStep step)
{
  PetscFunctionBeginUser;
  if (l->num_steps == course->room) {
    course->room = 2 * course->room + 64;
    PetscCall(PetscRealloc((size_t)course->room * sizeof *l->steps, &l->steps));
  }
  l->steps[l->num_steps++] = step;
  course->commanded += step.commanded;
  course->driven += step.driven;
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
static PetscErrorCode AddSteps(Course *course, PetscReal amount, PetscReal until, TasLengthening *l)
{
  const TasCaseDistraction *d     = course->d;
  const PetscInt            n     = PetscMax(1, (PetscInt)PetscCeilReal(PetscAbsReal(amount) / (course->rate * course->interval) * (1 - SAME_TIME)));
  const PetscInt            steps = PetscMax(1, (PetscInt)round(course->steps_per_day));

  PetscFunctionBeginUser;
  const PetscReal from = course->time;
  for (PetscInt k = 0; k < n; k++) {
    const PetscReal start = from + k * course->interval;
    const PetscInt  day   = (PetscInt)PetscFloorReal(start / DAY * (1 + SAME_TIME));
    if (start >= until - SAME_TIME * DAY) break;
    TasLengtheningStep step = {.start = start, .ramp = d->ramp, .interval = course->interval, .commanded = amount / n, .day = day, .steps = steps};
    step.step               = (PetscInt)round((start - day * DAY) / course->interval) % steps;
    step.driven             = TasDeviceDrive(course->device->model, course->device->parameters, course->device->seed, day, step.step, steps, step.commanded, &course->carried);
    PetscCall(AddStep(l, course, step));
    course->time = start + course->interval;
    if (amount > 0 && course->driven >= d->length) break; /* a device that makes more than it is told is stopped */
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* All of it in one, up to the next change: cut into load steps later. */
static PetscErrorCode AddSteady(Course *course, PetscReal amount, PetscReal until, TasLengthening *l)
{
  const PetscReal    duration = PetscMin(PetscAbsReal(amount) / course->rate, until - course->time), length = PetscAbsReal(amount) / course->rate > duration ? PetscSign(amount) * course->rate * duration : amount;
  TasLengtheningStep step     = {.start = course->time, .ramp = duration, .interval = duration, .commanded = length, .day = (PetscInt)PetscFloorReal(course->time / DAY), .steps = 1, .resolved = PETSC_TRUE};

  PetscFunctionBeginUser;
  step.driven = TasDeviceDrive(course->device->model, course->device->parameters, course->device->seed, step.day, 0, 1, length, &course->carried);
  course->time += duration;
  if (duration > 0) PetscCall(AddStep(l, course, step));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddStretch(Course *course, PetscReal amount, PetscReal until, TasLengthening *l)
{
  PetscFunctionBeginUser;
  if (course->d->ramp > 0) PetscCall(AddSteps(course, amount, until, l));
  else PetscCall(AddSteady(course, amount, until, l));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscReal TimeOfNext(const TasCaseDistraction *d, PetscInt num, const TasCaseChange *more, const PetscInt used[2])
{
  return PetscMin(used[0] < d->num_changes ? d->changes[used[0]].time : INFINITY, used[1] < num ? more[used[1]].time : INFINITY);
}

static PetscErrorCode MakeSteps(const TasCase *c, PetscInt osteotomy, PetscInt num_changes, const TasCaseChange *changes, TasLengthening *l)
{
  const TasCaseDistraction *d      = &c->distraction[osteotomy];
  Course                    course = {.d = d, .device = &c->device[osteotomy], .time = d->latency};
  PetscInt                  used[2] = {0, 0};
  PetscBool                 over = PETSC_FALSE;
  const TasCaseChange      *change;

  PetscFunctionBeginUser;
  SetRhythm(&course, d->rate, d->steps_per_day > 0 ? d->steps_per_day : 1);
  while (!over && PetscMax(course.commanded, course.driven) < d->length * (1 - SAME_TIME) && l->num_steps < MOST_STEPS) {
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
    if (back > 0 && course.commanded > 0) PetscCall(AddStretch(&course, -PetscMin(back, course.commanded), INFINITY, l));
    else PetscCall(AddStretch(&course, d->length - course.commanded, until, l));
  }
  l->end = l->num_steps ? l->steps[l->num_steps - 1].start + l->steps[l->num_steps - 1].interval : d->latency;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt TasLengtheningDay(const TasCaseDistraction *d, PetscReal time) { return (PetscInt)PetscFloorReal((time - d->latency) / DAY * (1 + SAME_TIME)); }

/* One day in so many, counted from the first step; the first and the last one, and those on which the course changes. */
static void ChooseResolved(const TasCaseDistraction *d, TasLengthening *l)
{
  const TasLengtheningStep *steps = l->steps;

  for (PetscInt k = 0; k < l->num_steps; k++) {
    const PetscInt day = TasLengtheningDay(d, steps[k].start), last = TasLengtheningDay(d, steps[l->num_steps - 1].start);
    l->steps[k].resolved = (PetscBool)(!(d->ramp > 0) || day % d->resolve_every == 0 || day == last);
  }
}

/* ---- curves of length ---- */

static void AddPoint(TasLengthening *l, PetscReal time, PetscReal commanded, PetscReal driven)
{
  if (l->num_points && time <= l->times[l->num_points - 1]) return; /* one step between two resolved days */
  l->times[l->num_points]      = time;
  l->commanded[l->num_points]  = commanded;
  l->driven[l->num_points++]   = driven;
}

/* Whether the stair keeps its slope from one step to the next. */
static PetscBool GoesOn(const TasLengtheningStep *step, const TasLengtheningStep *next)
{
  return (PetscBool)(next->commanded == step->commanded && next->driven == step->driven && PetscAbsReal(next->start - step->start - step->interval) <= SAME_TIME * step->interval);
}

/* A stair of the steps that are resolved, joined through the others along the middle of their stair. */
static PetscErrorCode MakeCurves(TasLengthening *l)
{
  PetscReal commanded = 0, driven = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc3(3 * l->num_steps + 1, &l->times, 3 * l->num_steps + 1, &l->commanded, 3 * l->num_steps + 1, &l->driven));
  for (PetscInt k = 0; k < l->num_steps; k++) {
    const TasLengtheningStep *step = &l->steps[k], *next = k + 1 < l->num_steps ? step + 1 : NULL;
    if (step->resolved) {
      if (k > 0 && !step[-1].resolved) AddPoint(l, step->start - 0.5 * (step->start - step[-1].start), commanded, driven);
      AddPoint(l, step->start, commanded, driven);
      AddPoint(l, step->start + step->ramp, commanded + step->commanded, driven + step->driven);
      if (next && !next->resolved) {
        AddPoint(l, next->start, commanded + step->commanded, driven + step->driven);
        AddPoint(l, next->start + 0.5 * (next[1].start - next->start), commanded + step->commanded + next->commanded, driven + step->driven + next->driven);
      }
    } else if (next && !next->resolved && !GoesOn(step, next)) {
      AddPoint(l, step->start + 0.5 * step->interval, commanded + step->commanded, driven + step->driven);
      AddPoint(l, next->start - 0.5 * next->interval, commanded + step->commanded, driven + step->driven);
    }
    commanded += step->commanded;
    driven += step->driven;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasLengtheningLength(const TasLengthening *l, PetscReal time, PetscReal *commanded, PetscReal *driven)
{
  PetscInt low = 0, high = l->num_points;

  *commanded = *driven = 0;
  if (!l->num_points || time <= l->times[0]) return;
  while (high - low > 1) {
    const PetscInt middle = (low + high) / 2;
    if (l->times[middle] <= time) low = middle;
    else high = middle;
  }
  const PetscReal share = high < l->num_points ? (time - l->times[low]) / (l->times[high] - l->times[low]) : 0;
  *commanded            = l->commanded[low] + (share > 0 ? share * (l->commanded[high] - l->commanded[low]) : 0);
  *driven               = l->driven[low] + (share > 0 ? share * (l->driven[high] - l->driven[low]) : 0);
}

PetscInt TasLengtheningDirection(const TasLengthening *l, PetscReal from, PetscReal to)
{
  PetscReal commanded, before, after;

  TasLengtheningLength(l, from + 0.4 * (to - from), &commanded, &before);
  TasLengtheningLength(l, from + 0.6 * (to - from), &commanded, &after);
  return after > before ? 1 : after < before ? -1 : 0;
}

/* ---- the whole ---- */

PetscErrorCode TasLengtheningCreate(const TasCase *c, PetscInt osteotomy, PetscInt num_changes, const TasCaseChange *changes, TasLengthening *l)
{
  PetscFunctionBeginUser;
  PetscCall(PetscMemzero(l, sizeof *l));
  PetscCall(MakeSteps(c, osteotomy, num_changes, changes, l));
  ChooseResolved(&c->distraction[osteotomy], l);
  PetscCall(MakeCurves(l));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLengtheningDestroy(TasLengthening *l)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(l->steps));
  PetscCall(PetscFree3(l->times, l->commanded, l->driven));
  PetscCall(PetscMemzero(l, sizeof *l));
  PetscFunctionReturn(PETSC_SUCCESS);
}
