/* The sections `distraction` and `time`. */
#include "solver/case/case_time.h"
#include "solver/case/case_monitoring.h"
#include "solver/case/case_reader.h"
#include <stddef.h>
#include <string.h>

#define DAY 86400.0
#define MOST_STEPS 1000000
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
  {.key = "changes", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "[{at: 20 day, rate: 0.5 mm/day}, ...]",
   .meaning = "of the plan: a list of times and what is otherwise from then on"},
};
/* clang-format on */
#undef PLACE
static const TasCaseTable distraction_tables[] = {
    TAS_CASE_TABLE("distraction", "How far and how fast the device is to lengthen the bone.", distraction_keys)};

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

/* A step takes a slow device some time. */
static void CheckSpeed(TasCaseReader *r, const TasNode *node)
{
  const TasCaseDistraction *d    = &r->c->distraction;
  const PetscReal           step = d->length / d->num_steps, least = step / TasDeviceSpeed(r->c->device.model, r->c->device.parameters);

  if (d->ramp > 0 && d->ramp < least * (1 - SAME_TIME))
    TasCaseComplain(r, TasNodeFind(node, "ramp"), "found %g s, allowed: at least the %.4g s that the %s needs for a step of %.3g mm", (double)d->ramp, (double)least, r->c->device.model->name, (double)step);
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
  CheckSpeed(r, node);
  CheckBody(r, node);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadDistraction(TasCaseReader *r, const TasNode *node)
{
  const TasCaseDistraction *d      = &r->c->distraction;
  Wanted                    wanted = {.body = -1};

  PetscFunctionBeginUser;
  if (!node) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasCaseReadMap(r, &distraction_tables[0], "distraction", node, &wanted));
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TakeWanted(r, node, &wanted));
  PetscCall(TasCaseReadChanges(r, TasNodeFind(node, "changes")));
  if (!*r->problem && d->length > TasDeviceStroke(r->c->device.model, r->c->device.parameters))
    TasCaseComplain(r, TasNodeFind(node, "length"), "found %g mm, allowed: at most the stroke of the %s, %g mm", (double)d->length, r->c->device.model->name, (double)TasDeviceStroke(r->c->device.model, r->c->device.parameters));
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

/* As planned, without changes. */
static PetscReal EndOfDistraction(const TasCase *c)
{
  const TasCaseDistraction *d = &c->distraction;

  if (!d->given) return 0;
  return d->latency + (d->ramp > 0 ? d->num_steps * DAY / d->steps_per_day : d->length / d->rate);
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

void TasCaseSetEnd(TasCase *c) { c->curves[0].times[1] = PetscMax(c->end_time, EndOfDistraction(c)); }
