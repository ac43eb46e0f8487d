/*
  The sections `distraction` and `time`, and the events that follow from them.

  Steps of the schedule: at latency's end, at each step of the distraction, then in equal steps to the end.  The points of curves are
  events as well, since a load may turn there.
*/
#include "solver/case_time.h"
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400.0
#define MOST_STEPS 1000000
#define SHORT_REST 600.0 /* s after a step, by which most of its tension has relaxed */
#define SAME_TIME 1e-9 /* of the duration: nearer times are one */

/* ---- distraction ---- */

typedef struct {
  TasCaseDistraction *distraction;
  PetscReal           length, rate, latency, direction[3], steps_per_day, ramp;
  PetscInt            body, steps, resolve_every;
} Wanted;

#define PLACE(member) .offset = offsetof(Wanted, member)
/* clang-format off */
static const TasCaseKey distraction_keys[] = {
  {.key = "body", .type = TAS_KEY_BODY, PLACE(body), .allowed = "the name of a body",
   .meaning = "that is moved; by default the distal side of the osteotomy"},
  {.key = "direction", .type = TAS_KEY_DIRECTION, .unit = "1", PLACE(direction), .allowed = "[x, y, z]",
   .meaning = "by default the normal of the osteotomy"},
  {.key = "length", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_BETWEEN, 0, 1000}, PLACE(length), .required = PETSC_TRUE,
   .meaning = "by which the bone is lengthened"},
  {.key = "rate", .type = TAS_KEY_VALUE, .unit = "mm/s", .range = {TAS_ABOVE, 0, 0}, PLACE(rate), .standard = "1 mm/day",
   .meaning = "of lengthening"},
  {.key = "latency", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_AT_LEAST, 0, 0}, PLACE(latency), .standard = "0 day",
   .meaning = "before the first step"},
  {.key = "steps", .type = TAS_KEY_INTEGER, .range = {TAS_WITHIN, 1, MOST_STEPS}, PLACE(steps),
   .meaning = "number of equal steps; 10 when neither this nor steps_per_day is given"},
  {.key = "steps_per_day", .type = TAS_KEY_VALUE, .unit = "1", .range = {TAS_ABOVE, 0, 0}, PLACE(steps_per_day),
   .meaning = "instead of steps"},
  {.key = "ramp", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_AT_LEAST, 0, 0}, PLACE(ramp), .standard = "0 s",
   .meaning = "that each step takes, with a rest up to the next one; 0 for steady lengthening. Needs steps_per_day"},
  {.key = "resolve_every", .type = TAS_KEY_INTEGER, .range = {TAS_AT_LEAST, 1, 0}, PLACE(resolve_every), .standard = "1",
   .meaning = "with ramp: of so many days one is calculated step by step, the others between as steady lengthening"},
};
/* clang-format on */
#undef PLACE
static const TasCaseTable distraction_tables[] = {
    TAS_CASE_TABLE("distraction", "The ideal device: moves a body along a direction, whatever the force.", distraction_keys)};

static void CountSteps(TasCaseReader *r, const TasNode *node, const Wanted *wanted)
{
  TasCaseDistraction *d    = &r->c->distraction;
  const PetscReal     days = wanted->length / wanted->rate / DAY;

  d->num_steps = wanted->steps > 0 ? wanted->steps : 10;
  if (wanted->steps_per_day > 0 && wanted->steps > 0) TasCaseComplain(r, node, "found both steps and steps_per_day, allowed: one of them");
  if (wanted->steps_per_day <= 0) return;
  if (wanted->steps_per_day * days > MOST_STEPS)
    TasCaseComplain(r, TasNodeFind(node, "steps_per_day"), "makes %g steps in %g days, allowed: at most %d in all",
                    (double)(wanted->steps_per_day * days), (double)days, MOST_STEPS);
  else
    d->num_steps = PetscMax(1, (PetscInt)PetscCeilReal(wanted->steps_per_day * days * (1 - SAME_TIME)));
}

static void CheckBody(TasCaseReader *r, const TasNode *node)
{
  const TasCaseDistraction *d = &r->c->distraction;
  const TasCaseBody        *body;

  if (d->body < 0) {
    TasCaseComplainMissing(r, node, "body", "the name of the body that is moved");
    return;
  }
  body = &r->c->bodies[d->body];
  for (const TasNode *child = TasNodeFind(body->node, "motion") ? TasNodeFind(body->node, "motion")->first : NULL; child;
       child                = child->next)
    if (strlen(child->key) == 1) TasCaseComplain(r, child, "this body is moved by the distraction, allowed: rotations, or no distraction");
}

static PetscErrorCode TakeWanted(TasCaseReader *r, const TasNode *node, const Wanted *wanted)
{
  TasCaseDistraction     *d   = &r->c->distraction;
  const TasCaseOsteotomy *cut = &r->c->osteotomy;

  PetscFunctionBeginUser;
  d->given   = PETSC_TRUE;
  d->body    = wanted->body >= 0 ? wanted->body : cut->distal;
  d->length  = wanted->length;
  d->rate    = wanted->rate;
  d->latency = wanted->latency;
  d->ramp          = wanted->ramp;
  d->steps_per_day = wanted->steps_per_day;
  d->resolve_every = wanted->resolve_every;
  if (d->ramp > 0 && !(d->steps_per_day > 0)) TasCaseComplainMissing(r, node, "steps_per_day", "a number, such as 4, where ramp is given");
  if (d->ramp > 0 && d->steps_per_day > 0 && !(d->ramp * d->steps_per_day < DAY))
    TasCaseComplain(r, TasNodeFind(node, "ramp"), "found %g s, allowed: less than the %g s from step to step", (double)d->ramp, (double)(DAY / d->steps_per_day));
  PetscCall(PetscArraycpy(d->direction, TasNodeFind(node, "direction") ? wanted->direction : cut->normal, 3));
  if (!TasNodeFind(node, "direction") && !cut->given)
    TasCaseComplainMissing(r, node, "direction", "[x, y, z], or an osteotomy with its normal");
  if (!(d->length / d->rate / DAY <= 1e5))
    TasCaseComplain(r, node, "length / rate is %g days, allowed: at most 100000", (double)(d->length / d->rate / DAY));
  CountSteps(r, node, wanted);
  CheckBody(r, node);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Is that day of the distraction (from 0) calculated step by step? The first and the last one always are. */
static PetscBool IsResolved(const TasCaseDistraction *d, PetscInt step)
{
  const PetscInt day = (PetscInt)PetscFloorReal(step / d->steps_per_day * (1 + SAME_TIME)), last = (PetscInt)PetscFloorReal((d->num_steps - 1) / d->steps_per_day * (1 + SAME_TIME));

  return (PetscBool)(day % d->resolve_every == 0 || day == last);
}

static PetscReal StepStart(const TasCaseDistraction *d, PetscReal step) { return d->latency + step * DAY / d->steps_per_day; }

static void AddPoint(const TasCaseDistraction *d, TasCaseCurve *curve, PetscReal time, PetscInt steps)
{
  if (curve->num_times && time <= curve->times[curve->num_times - 1]) return; /* one step between two resolved days */
  curve->values[curve->num_times]  = (PetscReal)steps / d->num_steps;
  curve->times[curve->num_times++] = time;
}

/* The share of length reached; the last of the curves, for which case_curves.c has left room.  Steady, or a stair of the steps that
   are resolved, joined through the others by steady lengthening along the middle of their stair, where tissue is stretched by as much as by
   the steps on the mean. */
static PetscErrorCode AddCurve(TasCase *c)
{
  TasCaseDistraction *d     = &c->distraction;
  TasCaseCurve       *curve = &c->curves[c->num_curves];
  const PetscInt      most  = d->ramp > 0 ? 3 * d->num_steps + 1 : 2;

  PetscFunctionBeginUser;
  PetscCall(PetscStrncpy(curve->name, "distraction", TAS_NAME_LENGTH));
  PetscCall(PetscCalloc2(most, &curve->times, most, &curve->values));
  d->curve = c->num_curves++;
  AddPoint(d, curve, d->latency, 0);
  if (!(d->ramp > 0)) {
    AddPoint(d, curve, d->latency + d->length / d->rate, d->num_steps);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (PetscInt k = 0; k < d->num_steps; k++) {
    if (!IsResolved(d, k)) continue;
    if (k > 0 && !IsResolved(d, k - 1)) AddPoint(d, curve, StepStart(d, k - 0.5), k);
    AddPoint(d, curve, StepStart(d, k), k);
    AddPoint(d, curve, StepStart(d, k) + d->ramp, k + 1);
    if (k + 1 == d->num_steps || IsResolved(d, k + 1)) continue;
    AddPoint(d, curve, StepStart(d, k + 1), k + 1); /* rests to the end of the day */
    AddPoint(d, curve, StepStart(d, k + 1.5), k + 2);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadDistraction(TasCaseReader *r, const TasNode *node)
{
  Wanted wanted = {.body = -1};

  PetscFunctionBeginUser;
  if (!node) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasCaseReadMap(r, &distraction_tables[0], "distraction", node, &wanted));
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TakeWanted(r, node, &wanted));
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(AddCurve(r->c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_distraction = {
    .key = "distraction", .meaning = "how the bone is lengthened", .num_tables = 1, .tables = distraction_tables, .read = ReadDistraction};

/* ---- time ---- */

typedef struct {
  PetscReal end, step;
  PetscInt  steps;
} Steps;

/* clang-format off */
static const TasCaseKey time_keys[] = {
  {.key = "end", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_ABOVE, 0, 0}, .offset = offsetof(Steps, end),
   .meaning = "of the calculation; by default the end of the distraction, or 1 day without one"},
  {.key = "step", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_ABOVE, 0, 0}, .offset = offsetof(Steps, step),
   .meaning = "of the schedule, before and after the distraction and through days of it that are not resolved"},
  {.key = "steps", .type = TAS_KEY_INTEGER, .range = {TAS_WITHIN, 1, MOST_STEPS}, .offset = offsetof(Steps, steps),
   .meaning = "instead of step: number of equal steps; 10 when neither is given"},
};
/* clang-format on */
static const TasCaseTable time_tables[] = {TAS_CASE_TABLE(
    "time", "Steps of the schedule that calculation and output follow; time 0 is the start. Newton's method may take smaller ones.",
    time_keys)};

static PetscReal EndOfDistraction(const TasCase *c)
{
  if (c->distraction.ramp > 0) return StepStart(&c->distraction, c->distraction.num_steps);
  return c->distraction.given ? c->distraction.latency + c->distraction.length / c->distraction.rate : 0;
}

static PetscErrorCode ReadTime(TasCaseReader *r, const TasNode *node)
{
  TasCase        *c     = r->c;
  Steps           steps = {0, 0, 0};
  const PetscReal from  = EndOfDistraction(c);

  PetscFunctionBeginUser;
  PetscCall(TasCaseReadMap(r, &time_tables[0], "time", node, &steps));
  if (steps.step > 0 && steps.steps > 0) TasCaseComplain(r, node, "found both step and steps, allowed: one of them");
  c->end_time = steps.end > 0 ? steps.end : c->distraction.given ? from : DAY;
  if (!TasNodeFind(node, "end"))
    PetscCall(TasCaseRecord(r, "time.end", c->distraction.given ? "end of the distraction" : "1 day", "default"));
  if (steps.step > 0 && c->end_time / steps.step > MOST_STEPS)
    TasCaseComplain(r, TasNodeFind(node, "step"), "makes %g steps, allowed: at most %d", (double)(c->end_time / steps.step), MOST_STEPS);
  if (steps.step > 0)
    c->step_time = steps.step;
  else
    c->step_time = (c->end_time > from ? c->end_time - from : c->end_time) / PetscMax(1, steps.steps > 0 ? steps.steps : 10);
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_time = {
    .key = "time", .meaning = "end and steps of the calculation", .num_tables = 1, .tables = time_tables, .read = ReadTime};

/* ---- events ---- */

typedef struct {
  PetscReal time;
  PetscBool planned; /* a step of the schedule, not only a point of a curve */
} Moment;

static int CompareMoments(const void *a, const void *b)
{
  const PetscReal x = ((const Moment *)a)->time, y = ((const Moment *)b)->time;

  return (x > y) - (x < y);
}

static PetscInt NumEqualSteps(PetscReal length, PetscReal step)
{
  return length > 0 ? PetscMax(1, (PetscInt)PetscCeilReal(length / step * (1 - SAME_TIME))) : 0;
}

static PetscInt AddEqualSteps(Moment *moments, PetscReal from, PetscReal to, PetscInt n)
{
  for (PetscInt i = 0; i < n; i++) moments[i] = (Moment){i == n - 1 ? to : from + (to - from) * (i + 1) / n, PETSC_TRUE};
  return n;
}

/* Of a distraction with ramps: the steps of days that are resolved, with a short rest in each, and equal steps through the days between. */
static PetscInt AddRampedSteps(const TasCase *c, Moment *moments)
{
  const TasCaseDistraction *d = &c->distraction;
  PetscInt                  n = 0;

  for (PetscInt k = 0, next; k < d->num_steps; k = next) {
    next = k + 1;
    if (IsResolved(d, k)) {
      moments[n++] = (Moment){PetscMin(StepStart(d, k) + d->ramp + SHORT_REST, StepStart(d, next)), PETSC_FALSE};
      moments[n++] = (Moment){StepStart(d, next), (PetscBool)(next == d->num_steps || PetscFmodReal(next, d->steps_per_day) < SAME_TIME)};
      continue;
    }
    while (!IsResolved(d, next)) next++; /* the last day is */
    n += AddEqualSteps(moments + n, StepStart(d, k), StepStart(d, next), NumEqualSteps(StepStart(d, next) - StepStart(d, k), c->step_time));
  }
  return n;
}

/* Every moment of the schedule and of the curves, in no order; those beyond the end too. */
static PetscErrorCode CollectMoments(const TasCase *c, Moment **moments, PetscInt *n)
{
  const TasCaseDistraction *d     = &c->distraction;
  const PetscReal           from  = EndOfDistraction(c);
  const PetscInt            after = NumEqualSteps(c->end_time - from, c->step_time);
  PetscInt                  most  = after + 1 + (d->given ? 3 * d->num_steps + 1 + NumEqualSteps(from, c->step_time) : 0);

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < c->num_curves; k++) most += c->curves[k].num_times;
  PetscCall(PetscMalloc1(most, moments));
  *n                 = AddEqualSteps(*moments, from, c->end_time, after);
  (*moments)[(*n)++] = (Moment){c->end_time, PETSC_TRUE};
  if (d->given) (*moments)[(*n)++] = (Moment){d->latency, PETSC_TRUE};
  if (d->given && !(d->ramp > 0)) *n += AddEqualSteps(*moments + *n, d->latency, from, d->num_steps);
  if (d->ramp > 0) *n += AddRampedSteps(c, *moments + *n);
  for (PetscInt k = 0; k < c->num_curves; k++)
    for (PetscInt i = 0; i < c->curves[k].num_times; i++) (*moments)[(*n)++] = (Moment){c->curves[k].times[i], PETSC_FALSE};
  qsort(*moments, (size_t)*n, sizeof(Moment), CompareMoments);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseMakeEvents(TasCaseReader *r)
{
  TasCase        *c    = r->c;
  const PetscReal same = SAME_TIME * c->end_time;
  Moment         *moments;
  PetscInt        n = 0, planned = 0;

  PetscFunctionBeginUser;
  c->curves[0].times[1] = PetscMax(c->end_time, EndOfDistraction(c));
  PetscCall(CollectMoments(c, &moments, &n));
  PetscCall(PetscCalloc1(n, &c->events));
  for (PetscInt i = 0; i < n; i++) {
    TasCaseEvent *last = c->num_events ? &c->events[c->num_events - 1] : NULL;

    if (moments[i].time <= same || moments[i].time > c->end_time + same) continue;
    if (!last || moments[i].time > last->time + same) {
      last  = &c->events[c->num_events++];
      *last = (TasCaseEvent){moments[i].time, PETSC_FALSE};
    }
    last->output = (PetscBool)(last->output || moments[i].planned);
  }
  c->events[c->num_events - 1].time = c->end_time;
  for (PetscInt i = 0; i < c->num_events; i++) { /* of the planned ones, every n-th */
    if (!c->events[i].output) continue;
    planned++;
    c->events[i].output = (PetscBool)(planned % c->output.every == 0 || i == c->num_events - 1);
  }
  PetscCall(PetscFree(moments));
  PetscFunctionReturn(PETSC_SUCCESS);
}
