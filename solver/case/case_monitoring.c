/* The section `monitoring`, and the changes of the plan in `distraction`. */
#include "solver/case/case_monitoring.h"
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400.0

/* ---- changes ---- */

typedef struct {
  PetscReal at, rate, steps_per_day, pause, reverse;
} Change;

/* clang-format off */
static const TasCaseKey change_keys[] = {
  {.key = "at", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_AT_LEAST, 0, 0}, .offset = offsetof(Change, at), .required = PETSC_TRUE, .meaning = "after surgery"},
  {.key = "rate", .type = TAS_KEY_VALUE, .unit = "mm/s", .range = {TAS_ABOVE, 0, 0}, .offset = offsetof(Change, rate), .meaning = "from then on"},
  {.key = "steps_per_day", .type = TAS_KEY_VALUE, .unit = "1", .range = {TAS_ABOVE, 0, 0}, .offset = offsetof(Change, steps_per_day), .meaning = "from then on"},
  {.key = "pause", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_ABOVE, 0, 0}, .offset = offsetof(Change, pause), .meaning = "before lengthening goes on"},
  {.key = "reverse", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_ABOVE, 0, 0}, .offset = offsetof(Change, reverse), .meaning = "by which the bone is shortened, at the same rate, before lengthening goes on"},
};
/* clang-format on */
const TasCaseTable tas_change_table = TAS_CASE_TABLE("distraction.changes[]", "A change of the plan.", change_keys);

static int CompareChanges(const void *a, const void *b)
{
  const PetscReal x = ((const TasCaseChange *)a)->time, y = ((const TasCaseChange *)b)->time;

  return (x > y) - (x < y);
}

static PetscErrorCode ReadChange(TasCaseReader *r, const TasNode *node, PetscInt osteotomy)
{
  TasCaseDistraction *d      = &r->c->distraction[osteotomy];
  const TasDevice    *device = r->c->device[osteotomy].model;
  Change              change = {0};

  PetscFunctionBeginUser;
  PetscCall(TasCaseReadMap(r, &tas_change_table, "", node, &change));
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (node->num_children < 2) TasCaseComplain(r, node, "changes nothing, allowed: at, and some of rate, steps_per_day, pause, reverse");
  if (change.steps_per_day > 0 && !(d->ramp > 0)) TasCaseComplain(r, TasNodeFind(node, "steps_per_day"), "the lengthening is steady, allowed: a rhythm where %sdistraction.ramp is given", TAS_OSTEOTOMY_PREFIX(osteotomy));
  if (change.steps_per_day > 0 && d->ramp * change.steps_per_day >= DAY) TasCaseComplain(r, TasNodeFind(node, "steps_per_day"), "found steps every %g s that take %g s each, allowed: fewer", (double)(DAY / change.steps_per_day), (double)d->ramp);
  if (change.reverse > 0 && !device->reverses) TasCaseComplain(r, TasNodeFind(node, "reverse"), "device %s only lengthens, allowed: pause", device->name);
  if (change.rate > 0) d->changes[d->num_changes++] = (TasCaseChange){TAS_CHANGE_RATE, change.at, change.rate};
  if (change.steps_per_day > 0) d->changes[d->num_changes++] = (TasCaseChange){TAS_CHANGE_RHYTHM, change.at, change.steps_per_day};
  if (change.pause > 0) d->changes[d->num_changes++] = (TasCaseChange){TAS_CHANGE_PAUSE, change.at, change.pause};
  if (change.reverse > 0) d->changes[d->num_changes++] = (TasCaseChange){TAS_CHANGE_REVERSE, change.at, change.reverse};
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseReadChanges(TasCaseReader *r, const TasNode *node, PetscInt osteotomy)
{
  TasCaseDistraction *d = &r->c->distraction[osteotomy];

  PetscFunctionBeginUser;
  if (!node || *r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (node->kind != TAS_NODE_LIST) {
    TasCaseComplain(r, node, "not a list, allowed: [{at: 20 day, rate: 0.5 mm/day}, ...]");
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscCalloc1(4 * node->num_children, &d->changes));
  for (const TasNode *child = node->first; child && !*r->problem; child = child->next) PetscCall(ReadChange(r, child, osteotomy));
  qsort(d->changes, (size_t)d->num_changes, sizeof *d->changes, CompareChanges);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseTakeChanges(TasCaseReader *r, const TasNode *node)
{
  const TasCaseDistraction *first = &r->c->distraction[0];
  TasCaseDistraction       *d     = &r->c->distraction[1];
  const TasDevice          *device = r->c->device[1].model;

  PetscFunctionBeginUser;
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(first->num_changes, &d->changes));
  for (PetscInt k = 0; k < first->num_changes; k++) {
    const TasCaseChange *change = &d->changes[d->num_changes++];
    d->changes[k]               = first->changes[k];
    if (change->kind == TAS_CHANGE_REVERSE && !device->reverses) TasCaseComplain(r, node, "the changes of distraction reverse, and device %s only lengthens, allowed: changes of its own", device->name);
    if (change->kind == TAS_CHANGE_RHYTHM && d->ramp * change->value >= DAY) TasCaseComplain(r, node, "the changes of distraction make steps every %g s, and here they take %g s each, allowed: changes of its own", (double)(DAY / change->value), (double)d->ramp);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- monitoring ---- */

typedef struct {
  TasCaseMonitor monitor;
  char           rule[TAS_NAME_LENGTH];
} Wanted;

#define PLACE(member) .offset = offsetof(Wanted, monitor) + offsetof(TasCaseMonitor, member)
/* clang-format off */
static const TasCaseKey monitor_keys[] = {
  {.key = "rule", .type = TAS_KEY_NAME, .offset = offsetof(Wanted, rule), .meaning = "that is watched (tasis models); every one when not given"},
  {.key = "tissue", .type = TAS_KEY_NAME, PLACE(tissue), .meaning = "or strand that is watched; every one when not given"},
  {.key = "margin", .type = TAS_KEY_VALUE, .unit = "1", .range = {TAS_BETWEEN, -10, 1}, PLACE(margin), .standard = "0.1", .meaning = "(limit - value)/limit at which it acts"},
  {.key = "recovery", .type = TAS_KEY_VALUE, .unit = "1", .range = {TAS_BETWEEN, -10, 1}, PLACE(recovery), .meaning = "margin from which on the rate is what it was; twice `margin` when not given. For slow"},
  {.key = "every", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_ABOVE, 0, 0}, PLACE(every), .standard = "1 day", .meaning = "how long it looks away at most while the bone is lengthened (stop: until the end of the calculation), also on days that are not resolved"},
  {.key = "action", .type = TAS_KEY_CHOICE, .choices = "pause | slow | reverse | end | stop", PLACE(action), .standard = "pause",
   .meaning = "pause: rest for `pause`, again and again until the margin is larger; slow: go on at `share` of the rate; reverse: shorten by `length`, then pause; end: lengthening is over; stop: the calculation ends with exit status 4"},
  {.key = "pause", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_ABOVE, 0, 0}, PLACE(pause), .standard = "2 day", .meaning = "of pause and reverse"},
  {.key = "share", .type = TAS_KEY_VALUE, .unit = "1", .range = {TAS_BETWEEN, 0, 1}, PLACE(share), .standard = "0.5", .meaning = "of the rate, for slow"},
  {.key = "length", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_ABOVE, 0, 0}, PLACE(length), .standard = "1 mm", .meaning = "of reverse, at each osteotomy"},
};
/* clang-format on */
#undef PLACE
static const TasCaseTable monitoring_tables[] = {
    TAS_CASE_TABLE("monitoring.<name>", "What is done when a limit comes near, as a surgeon would. Looked at whenever a step of the schedule is done, and `every` so often; the log tells what was done. It acts on all osteotomies that are still distracted.", monitor_keys)};

static const char *RuleName(const void *context, PetscInt i) { return tas_rules[i].name; }

static const char *OwnerName(const void *context, PetscInt i)
{
  const TasCase *c = context;

  return i < c->num_tissues ? c->tissues[i].name : c->strands[i - c->num_tissues].law.name;
}

static PetscErrorCode CheckMonitor(TasCaseReader *r, const TasNode *node, const Wanted *wanted)
{
  const TasCase        *c     = r->c;
  const TasCaseMonitor *m     = &wanted->monitor;
  const PetscInt        num   = c->num_tissues + c->num_strands;
  PetscBool             known = (PetscBool)!m->tissue[0];

  PetscFunctionBeginUser;
  if (m->rule >= 0 && c->limits.off[m->rule]) TasCaseComplain(r, TasNodeFind(node, "rule"), "found a limit that is off, allowed: one that is on");
  for (PetscInt i = 0; i < num; i++) known = (PetscBool)(known || !strcmp(OwnerName(c, i), m->tissue));
  if (!known) TasCaseComplainName(r, TasNodeFind(node, "tissue"), "tissue or strand", m->tissue, num, OwnerName, c);
  if (m->recovery < m->margin) TasCaseComplain(r, TasNodeFind(node, "recovery"), "found %g below the margin of %g, allowed: more", (double)m->recovery, (double)m->margin);
  if (!c->num_distractions && m->action != TAS_ACTION_STOP) TasCaseComplain(r, node, "there is no distraction to act on, allowed: action: stop");
  for (PetscInt k = 0; k < PetscMax(1, c->num_distractions); k++)
    if (m->action == TAS_ACTION_REVERSE && !c->device[k].model->reverses) TasCaseComplain(r, TasNodeFind(node, "action"), "device %s only lengthens, allowed: pause, slow, end or stop", c->device[k].model->name);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadMonitoring(TasCaseReader *r, const TasNode *node)
{
  TasCase *c = r->c;

  PetscFunctionBeginUser;
  if (!node || !TasCaseExpectMap(r, node)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(node->num_children, &c->monitors));
  for (const TasNode *child = node->first; child && !*r->problem; child = child->next) {
    Wanted wanted = {.monitor = {.rule = -1, .recovery = NAN}};
    PetscCall(TasCaseReadMap(r, &monitoring_tables[0], "", child, &wanted));
    if (*r->problem) break;
    if (wanted.rule[0]) wanted.monitor.rule = TasRuleFind(wanted.rule);
    if (wanted.rule[0] && wanted.monitor.rule < 0) TasCaseComplainName(r, TasNodeFind(child, "rule"), "limit", wanted.rule, TAS_NUM_RULES, RuleName, NULL);
    if (isnan(wanted.monitor.recovery)) wanted.monitor.recovery = PetscMax(2 * wanted.monitor.margin, wanted.monitor.margin);
    if (strlen(child->key) >= TAS_NAME_LENGTH) TasCaseComplain(r, child, "found a name of %zu characters, allowed: at most %d", strlen(child->key), TAS_NAME_LENGTH - 1);
    if (!*r->problem) PetscCall(CheckMonitor(r, child, &wanted));
    PetscCall(PetscStrncpy(wanted.monitor.name, child->key, TAS_NAME_LENGTH));
    c->monitors[c->num_monitors++] = wanted.monitor;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_monitoring = {.key = "monitoring", .meaning = "what is done when a limit comes near", .num_tables = 1, .tables = monitoring_tables, .read = ReadMonitoring};
