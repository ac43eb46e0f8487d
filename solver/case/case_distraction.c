/* The sections `distraction` and `second_distraction`. */
#include "solver/case/case_monitoring.h"
#include "solver/case/case_reader.h"
#include <stddef.h>
#include <string.h>

#define DAY 86400.0
#define MOST_STEPS 1000000
#define SAME_TIME 1e-9 /* of the duration: nearer times are one */

typedef struct {
  PetscReal length, rate, latency, direction[3], steps_per_day, ramp;
  PetscInt  body, steps, resolve_every;
} Wanted;

#define PLACE(member) .offset = offsetof(Wanted, member)
/* clang-format off */
#define WHERE_KEYS(body_, direction_)                                                                                                           \
  {.key = "body", .type = TAS_KEY_BODY, PLACE(body), .allowed = "the name of a body",                                                           \
   .meaning = "that is moved; by default the distal side of the " body_},                                                                       \
  {.key = "direction", .type = TAS_KEY_DIRECTION, .unit = "1", PLACE(direction), .allowed = "[x, y, z]", .meaning = direction_},                \
  {.key = "length", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_BETWEEN, 0, 1000}, PLACE(length), .required = PETSC_TRUE,                \
   .meaning = "by which the bone is lengthened"}
/* The arguments are defaults. */
#define COURSE_KEYS(rate_, latency_, ramp_, resolve_every_, steps_)                                                                             \
  {.key = "rate", .type = TAS_KEY_VALUE, .unit = "mm/s", .range = {TAS_ABOVE, 0, 0}, PLACE(rate), .standard = rate_,                            \
   .meaning = "of lengthening"},                                                                                                                \
  {.key = "latency", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_AT_LEAST, 0, 0}, PLACE(latency), .standard = latency_,                   \
   .meaning = "before the first step"},                                                                                                         \
  {.key = "steps", .type = TAS_KEY_INTEGER, .range = {TAS_WITHIN, 1, MOST_STEPS}, PLACE(steps), .meaning = "number of equal steps" steps_},     \
  {.key = "steps_per_day", .type = TAS_KEY_VALUE, .unit = "1", .range = {TAS_ABOVE, 0, 0}, PLACE(steps_per_day),                                \
   .meaning = "instead of steps"},                                                                                                              \
  {.key = "ramp", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_AT_LEAST, 0, 0}, PLACE(ramp), .standard = ramp_,                            \
   .meaning = "that each step takes, with a rest up to the next one; 0 for steady lengthening. Needs steps_per_day"},                           \
  {.key = "resolve_every", .type = TAS_KEY_INTEGER, .range = {TAS_AT_LEAST, 1, 0}, PLACE(resolve_every), .standard = resolve_every_,            \
   .meaning = "with ramp: of so many days one is calculated step by step, the others between as steady lengthening"},                           \
  {.key = "changes", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "[{at: 20 day, rate: 0.5 mm/day}, ...]",                       \
   .meaning = "of the plan: a list of times and what is otherwise from then on"}

static const TasCaseKey distraction_keys[] = {
  WHERE_KEYS("osteotomy", "by default the normal of the osteotomy"), COURSE_KEYS("1 mm/day", "0 day", "0 s", "1", "; 10 when neither this nor steps_per_day is given")};
static const TasCaseKey second_keys[] = {
  WHERE_KEYS("second osteotomy", "by default the normal of the second osteotomy, or the direction of the first distraction"), COURSE_KEYS(NULL, NULL, NULL, NULL, "")};
/* clang-format on */
#undef PLACE
static const TasCaseTable distraction_tables[] = {
    TAS_CASE_TABLE("distraction", "How far and how fast the device is to lengthen the bone.", distraction_keys)};
static const TasCaseTable second_tables[] = {TAS_CASE_TABLE(
    "second_distraction", "Where the bone is cut twice: how far and how fast it is lengthened at the second osteotomy. What is not given from `rate` on is as in `distraction`, changes too.", second_keys)};

static void CountSteps(TasCaseReader *r, const TasNode *node, const Wanted *wanted, TasCaseDistraction *d)
{
  const PetscReal days = wanted->length / wanted->rate / DAY;

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
static void CheckSpeed(TasCaseReader *r, const TasNode *node, PetscInt k)
{
  const TasCaseDistraction *d      = &r->c->distraction[k];
  const TasCaseDevice      *device = &r->c->device[k];
  const PetscReal           step   = d->length / d->num_steps, least = step / TasDeviceSpeed(device->model, device->parameters);

  if (d->ramp > 0 && d->ramp < least * (1 - SAME_TIME))
    TasCaseComplain(r, TasNodeFind(node, "ramp"), "found %g s, allowed: at least the %.4g s that the %s needs for a step of %.3g mm", (double)d->ramp, (double)least, device->model->name, (double)step);
}

static void CheckStroke(TasCaseReader *r, const TasNode *node, PetscInt k)
{
  const TasCaseDevice *device = &r->c->device[k];
  const PetscReal      length = r->c->distraction[k].length, stroke = TasDeviceStroke(device->model, device->parameters);

  if (length > stroke) TasCaseComplain(r, TasNodeFind(node, "length"), "found %g mm, allowed: at most the stroke of the %s, %g mm", (double)length, device->model->name, (double)stroke);
}

static void CheckBody(TasCaseReader *r, const TasNode *node, const TasCaseDistraction *d)
{
  const TasCaseBody *body;

  if (d->body < 0) {
    TasCaseComplainMissing(r, node, "body", "the name of the body that is moved");
    return;
  }
  body = &r->c->bodies[d->body];
  for (const TasNode *child = TasNodeFind(body->node, "motion") ? TasNodeFind(body->node, "motion")->first : NULL; child;
       child                = child->next)
    if (strlen(child->key) == 1) TasCaseComplain(r, child, "this body is moved by the distraction, allowed: rotations, or no distraction");
}

static PetscErrorCode TakeWanted(TasCaseReader *r, const TasNode *node, const Wanted *wanted, PetscInt k)
{
  TasCaseDistraction     *d   = &r->c->distraction[k];
  const TasCaseOsteotomy *cut = &r->c->osteotomy[k];

  PetscFunctionBeginUser;
  r->c->num_distractions = k + 1;
  d->body          = wanted->body >= 0 ? wanted->body : cut->distal;
  d->length        = wanted->length;
  d->rate          = wanted->rate;
  d->latency       = wanted->latency;
  d->ramp          = wanted->ramp;
  d->steps_per_day = wanted->steps_per_day;
  d->resolve_every = wanted->resolve_every;
  if (d->ramp > 0 && !(d->steps_per_day > 0)) TasCaseComplainMissing(r, node, "steps_per_day", "a number, such as 4, where ramp is given");
  if (d->ramp > 0 && d->steps_per_day > 0 && !(d->ramp * d->steps_per_day < DAY))
    TasCaseComplain(r, TasNodeFind(node, "ramp"), "found %g s, allowed: less than the %g s from step to step", (double)d->ramp, (double)(DAY / d->steps_per_day));
  PetscCall(PetscArraycpy(d->direction, TasNodeFind(node, "direction") || !cut->given ? wanted->direction : cut->normal, 3));
  if (!TasNodeFind(node, "direction") && !cut->given && k == 0)
    TasCaseComplainMissing(r, node, "direction", "[x, y, z], or an osteotomy with its normal");
  if (!(d->length / d->rate / DAY <= 1e5))
    TasCaseComplain(r, node, "length / rate is %g days, allowed: at most 100000", (double)(d->length / d->rate / DAY));
  CountSteps(r, node, wanted, d);
  CheckSpeed(r, node, k);
  CheckBody(r, node, d);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadDistraction(TasCaseReader *r, const TasNode *node)
{
  Wanted wanted = {.body = -1};

  PetscFunctionBeginUser;
  if (!node) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasCaseReadMap(r, &distraction_tables[0], "distraction", node, &wanted));
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TakeWanted(r, node, &wanted, 0));
  PetscCall(TasCaseReadChanges(r, TasNodeFind(node, "changes"), 0));
  if (!*r->problem) CheckStroke(r, node, 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_distraction = {
    .key = "distraction", .meaning = "how the bone is lengthened", .num_tables = 1, .tables = distraction_tables, .read = ReadDistraction};

/* ---- the second osteotomy ---- */

/* What is not given is as of the first one, and recorded so. */
static PetscErrorCode TakeFirst(TasCaseReader *r, const TasNode *node, Wanted *wanted)
{
  static const char *const  keys[] = {"rate", "latency", "steps", "steps_per_day", "ramp", "resolve_every", "changes"};
  const TasCaseDistraction *first  = &r->c->distraction[0];
  const PetscBool           rhythm = (PetscBool)(TasNodeFind(node, "steps") || TasNodeFind(node, "steps_per_day"));
  char                      path[64];

  PetscFunctionBeginUser;
  *wanted = (Wanted){.body = -1, .rate = first->rate, .latency = first->latency, .ramp = first->ramp, .resolve_every = first->resolve_every};
  if (!rhythm) wanted->steps_per_day = first->steps_per_day;
  if (!rhythm && !(first->steps_per_day > 0)) wanted->steps = first->num_steps;
  PetscCall(PetscArraycpy(wanted->direction, first->direction, 3));
  for (size_t k = 0; k < PETSC_STATIC_ARRAY_LENGTH(keys); k++) {
    if (TasNodeFind(node, keys[k]) || (rhythm && !strncmp(keys[k], "steps", 5))) continue;
    PetscCall(PetscSNPrintf(path, sizeof path, "distraction.%s", keys[k]));
    PetscCall(TasCaseRecordSecond(r, path, NULL));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscBool IsBelow(const TasCase *c, PetscInt body, PetscInt other)
{
  PetscInt up = c->bodies[body].parent;

  while (up >= 0 && up != other) up = c->bodies[up].parent;
  return (PetscBool)(up >= 0);
}

/* Both osteotomies are of one bone: its segments move in each other's frames. */
static void CheckLine(TasCaseReader *r, const TasNode *node)
{
  const TasCase *c     = r->c;
  const PetscInt first = c->distraction[0].body, second = c->distraction[1].body;
  const TasNode *where = TasNodeFind(node, "body") ? TasNodeFind(node, "body") : node;

  if (*r->problem) return;
  if (first == second)
    TasCaseComplain(r, where, "found body %s, which the first distraction moves, allowed: another segment of the bone", c->bodies[second].name);
  else if (!IsBelow(c, second, first) && !IsBelow(c, first, second))
    TasCaseComplain(r, where, "found body %s, which does not move with %s, allowed: a body of that line (bodies.%s: {parent: %s})", c->bodies[second].name, c->bodies[first].name, c->bodies[second].name, c->bodies[first].name);
}

static PetscErrorCode ReadSecond(TasCaseReader *r, const TasNode *node)
{
  Wanted wanted;

  PetscFunctionBeginUser;
  if (!node) PetscFunctionReturn(PETSC_SUCCESS);
  if (!r->c->num_distractions) TasCaseComplain(r, node, "there is no first one, allowed: where there is a distraction");
  if (*r->problem || !TasCaseExpectMap(r, node)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TakeFirst(r, node, &wanted));
  PetscCall(TasCaseReadMap(r, &second_tables[0], "second_distraction", node, &wanted));
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TakeWanted(r, node, &wanted, 1));
  CheckLine(r, node);
  if (TasNodeFind(node, "changes")) PetscCall(TasCaseReadChanges(r, TasNodeFind(node, "changes"), 1));
  else PetscCall(TasCaseTakeChanges(r, node));
  if (!*r->problem) CheckStroke(r, node, 1);
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_second_distraction = {
    .key = "second_distraction", .meaning = "how the bone is lengthened at a second osteotomy", .num_tables = 1, .tables = second_tables, .read = ReadSecond};

PetscReal TasCaseEndOfDistraction(const TasCase *c)
{
  PetscReal end = 0;

  for (PetscInt k = 0; k < c->num_distractions; k++) {
    const TasCaseDistraction *d = &c->distraction[k];
    end = PetscMax(end, d->latency + (d->ramp > 0 ? d->num_steps * DAY / d->steps_per_day : d->length / d->rate));
  }
  return end;
}
