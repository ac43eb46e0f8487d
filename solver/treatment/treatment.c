#include "solver/treatment/treatment.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "solver/treatment/device_line.h"
#include "solver/bodies/remote_parts.h"

#define STOP_STIFFNESS 5e7  /* N mm/rad, of what keeps a stretch from going beyond its angle ... */
#define STOP_CORNER    2e-3 /* rad, ... from which on it is full */
#define MOST_CHANGES   1000
#define TELL_LENGTH    0.5  /* mm: each further loss of that much is told */

/* What is done to a joint in the present interval. */
typedef struct {
  PetscInt  coordinate;
  PetscBool driven;
  PetscReal from, to; /* angle where it is driven (rad), else moment (N mm) */
  PetscReal now;      /* that at the present trial */
  PetscReal stop;     /* rad, or infinite with the sign of the moment */
  PetscReal towards;  /* 1, -1: the side on which the stop stands; 0: none */
} Action;

struct TasTreatment_ {
  const TasCase *c;
  TasBodies     *bodies;
  TasSchedule    schedule;
  TasDeviceLine  line;
  TasRemoteParts remote;
  PetscReal      time_step; /* s, of the trial */
  PetscInt       gap; /* coordinate, or -1 */
  Action        *joint;
  PetscReal      from, event; /* s: the present interval */
  PetscReal      time;        /* s, accepted */
  PetscInt       num_changes;
  TasCaseChange *changes;
  PetscReal      told_lost; /* mm, see TasTreatmentTell */
  TasRegenerateOutcome told_outcome;
};

PetscErrorCode TasTreatmentCreate(const TasCase *c, TasBodies *bodies, TasTreatment *out)
{
  TasTreatment t;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&t));
  t->c      = c;
  t->bodies = bodies;
  t->gap    = c->distraction.given ? 0 : -1;
  PetscCall(PetscCalloc2(c->num_joints, &t->joint, MOST_CHANGES, &t->changes));
  for (PetscInt k = 0; k < c->num_joints; k++) t->joint[k] = (Action){.coordinate = t->gap + 1 + k, .driven = PETSC_TRUE};
  for (PetscInt j = 0; j < t->gap + 1 + c->num_joints; j++) TasBodiesDrive(bodies, j, PETSC_TRUE);
  PetscCall(TasDeviceLineCreate(c, &t->line));
  PetscCall(TasRemotePartsCreate(c, bodies, &t->remote));
  PetscCall(TasScheduleCreate(c, 0, NULL, &t->schedule));
  *out = t;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTreatmentDestroy(TasTreatment *treatment)
{
  PetscFunctionBeginUser;
  if (!*treatment) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasScheduleDestroy(&(*treatment)->schedule));
  PetscCall(TasDeviceLineDestroy(&(*treatment)->line));
  PetscCall(TasRemotePartsDestroy(&(*treatment)->remote));
  PetscCall(PetscFree2((*treatment)->joint, (*treatment)->changes));
  PetscCall(PetscFree(*treatment));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasSchedule *TasTreatmentSchedule(TasTreatment t) { return &t->schedule; }

const TasCaseEvent *TasTreatmentNext(TasTreatment t, PetscReal time)
{
  for (PetscInt e = 0; e < t->schedule.num_events; e++)
    if (t->schedule.events[e].time > time) return &t->schedule.events[e];
  return NULL;
}

static PetscErrorCode Remake(TasTreatment t)
{
  PetscFunctionBeginUser;
  PetscCall(TasScheduleDestroy(&t->schedule));
  PetscCall(TasScheduleCreate(t->c, t->num_changes, t->changes, &t->schedule));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTreatmentChange(TasTreatment t, const TasCaseChange *change)
{
  PetscFunctionBeginUser;
  PetscCheck(t->num_changes < MOST_CHANGES, PETSC_COMM_SELF, PETSC_ERR_PLIB, "More than %d changes of the plan", MOST_CHANGES);
  t->changes[t->num_changes++] = *change;
  PetscCall(Remake(t));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- joints ---- */

static PetscReal Angle(const TasTreatment t, PetscInt joint)
{
  const TasCoordinate *c = &t->bodies->coordinate[t->joint[joint].coordinate];

  return c->value + c->undeformed;
}

/* Angles of hip, knee and ankle, as far as the limb has them. */
static void AllAngles(const TasTreatment t, PetscReal angles[TAS_NUM_JOINTS])
{
  for (PetscInt k = 0; k < TAS_NUM_JOINTS; k++) angles[k] = 0.;
  for (PetscInt k = 0; k < t->c->num_joints; k++)
    if (t->c->joints[k].kind < TAS_NUM_JOINTS) angles[t->c->joints[k].kind] = Angle(t, k);
}

/* Passive torque of a joint, and its derivatives ADDED to those by all coordinates. */
static PetscReal Passive(const TasTreatment t, PetscInt joint, PetscReal *slope)
{
  const TasCaseJoint *wanted = &t->c->joints[joint];
  PetscReal           angles[TAS_NUM_JOINTS], torque, by[TAS_NUM_JOINTS];

  if (!wanted->passive) return 0.;
  AllAngles(t, angles);
  TasTorque(wanted->passive, wanted->parameters, angles, wanted->kind, &torque, by);
  for (PetscInt k = 0; slope && k < t->c->num_joints; k++)
    if (t->c->joints[k].kind < TAS_NUM_JOINTS) slope[t->joint[k].coordinate] += by[t->c->joints[k].kind];
  return torque;
}

PetscReal TasTreatmentPassiveTorque(TasTreatment t, PetscInt joint) { return Passive(t, joint, NULL) + TasRemotePartsForce(t->remote, t->joint[joint].coordinate, 0., NULL); }

/* Moment of the stop beyond an angle, back towards the joint's free range. */
static PetscReal Stop(const Action *a, PetscReal angle, PetscReal *slope)
{
  const PetscReal beyond = a->towards * (angle - a->stop);

  if (a->towards == 0. || isinf(a->stop) || beyond <= 0.) return 0.;
  const PetscReal corner = PetscMin(beyond, STOP_CORNER), moment = STOP_STIFFNESS * (corner * corner / (2. * STOP_CORNER) + beyond - corner);
  *slope -= STOP_STIFFNESS * (beyond < STOP_CORNER ? beyond / STOP_CORNER : 1.);
  return -a->towards * moment;
}

/* What is done to a joint where no session is on: held, driven by a curve, or free with a given moment; value: of the angle or moment at a time. */
static PetscBool Standing(const TasTreatment t, PetscInt joint, PetscReal time, PetscReal *value)
{
  const TasCaseJoint *wanted = &t->c->joints[joint];

  if (wanted->free) *value = wanted->moment.given ? wanted->moment.value * TasCaseCurveValue(t->c, wanted->moment.curve, time) : 0.;
  else *value = wanted->angle.given ? (wanted->angle.value - wanted->undeformed) * TasCaseCurveValue(t->c, wanted->angle.curve, time) : 0.;
  return (PetscBool)!wanted->free;
}

/* The moment that is applied at present: given, or that by which the joint is held. */
static PetscReal Applied(const TasTreatment t, PetscInt joint, const PetscReal *tissue)
{
  const Action *a = &t->joint[joint];

  return a->driven ? tissue[a->coordinate] - TasTreatmentPassiveTorque(t, joint) : a->now;
}

static void BeginJoint(TasTreatment t, PetscInt joint, const PetscReal *tissue)
{
  Action                   *a       = &t->joint[joint];
  const PetscInt            place   = TasScheduleStretchAt(t->c, &t->schedule, joint, t->from, t->event);
  const TasScheduleStretch *stretch = place >= 0 ? &t->schedule.stretches[place] : NULL;
  const PetscReal           applied = Applied(t, joint, tissue);
  PetscReal                 value;
  PetscBool                 driven = Standing(t, joint, t->event, &value);

  if (stretch && 0.5 * (t->from + t->event) < stretch->start + stretch->ramp + stretch->hold) {
    const TasCaseSession *session = &t->c->sessions[stretch->session];
    const PetscReal       share   = stretch->ramp > 0 ? PetscMin(1., (t->event - stretch->start) / stretch->ramp) : 1.;
    driven                        = PETSC_FALSE;
    a->to                         = share < 1. ? applied + (session->torque - applied) * (t->event - t->from) / (stretch->start + stretch->ramp - t->from) : session->torque;
    a->stop                       = session->angle;
    a->towards                    = PetscSign(session->torque);
  } else {
    a->to = value;
    if (driven || !stretch) a->towards = 0.;
  }
  a->driven = driven;
  a->from   = driven ? t->bodies->coordinate[a->coordinate].value : applied;
  a->now    = a->from;
  TasBodiesDrive(t->bodies, a->coordinate, driven);
}

/* ---- intervals ---- */

PetscErrorCode TasTreatmentMount(TasTreatment t, const PetscReal *tissue)
{
  PetscFunctionBeginUser;
  if (t->gap >= 0) TasDeviceLineMount(&t->line, tissue[t->gap]);
  PetscCall(TasRemotePartsMount(t->remote, tissue));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasTreatmentBegin(TasTreatment t, PetscReal event, const PetscReal *tissue)
{
  t->from  = t->time;
  t->event = event;
  if (t->gap >= 0) {
    TasDeviceLineBegin(&t->line, &t->schedule, event);
    TasBodiesDrive(t->bodies, t->gap, (PetscBool)isinf(t->line.stiffness));
  }
  for (PetscInt k = 0; k < t->c->num_joints; k++) BeginJoint(t, k, tissue);
}

PetscReal TasTreatmentEvent(TasTreatment t) { return t->event; }

void TasTreatmentExamine(TasTreatment t, PetscReal event, PetscInt joint, PetscReal moment, const PetscReal *tissue)
{
  Action *a = &t->joint[joint];

  t->from  = t->time;
  t->event = event;
  TasDeviceLineRest(&t->line, event);
  for (PetscInt k = 0; k < t->c->num_joints; k++) {
    Action         *other   = &t->joint[k];
    const PetscReal present = other->driven ? t->bodies->coordinate[other->coordinate].value : other->now;
    if (other != a) other->from = other->to = present;
  }
  a->from    = Applied(t, joint, tissue);
  a->to      = moment;
  a->towards = 0.;
  a->driven  = PETSC_FALSE;
  TasBodiesDrive(t->bodies, a->coordinate, PETSC_FALSE);
}

PetscReal TasTreatmentAngle(TasTreatment t, PetscInt joint) { return Angle(t, joint); }

void TasTreatmentSetTime(TasTreatment t, PetscReal time)
{
  const PetscReal share = t->event > t->from ? (time - t->from) / (t->event - t->from) : 0.;

  if (t->gap >= 0) {
    TasDeviceLineSetTime(&t->line, time);
    if (t->bodies->coordinate[t->gap].driven) t->bodies->coordinate[t->gap].value = t->line.trial;
  }
  for (PetscInt k = 0; k < t->c->num_joints; k++) {
    Action *a = &t->joint[k];
    a->now    = time == t->event ? a->to : a->from + share * (a->to - a->from);
    if (a->driven) t->bodies->coordinate[a->coordinate].value = a->now;
  }
}

void TasTreatmentSetTimeStep(TasTreatment t, PetscReal time_step) { t->line.time_step = t->time_step = time_step; }

PetscReal TasTreatmentGrowthError(TasTreatment t) { return TasRemotePartsGrowthError(t->remote, t->time_step); }

PetscReal TasTreatmentForce(TasTreatment t, PetscInt coordinate, PetscReal *slope)
{
  PetscReal force = 0., by = 0.;

  if (coordinate == t->gap) {
    force = TasDeviceLineForce(&t->line, t->bodies->coordinate[coordinate].value, &by);
    slope[coordinate] += by;
  }
  for (PetscInt k = 0; k < t->c->num_joints; k++) {
    Action *a = &t->joint[k];
    if (a->coordinate != coordinate) continue;
    force = a->now + Passive(t, k, slope) + Stop(a, Angle(t, k), &by);
    slope[coordinate] += by;
  }
  return force + TasRemotePartsForce(t->remote, coordinate, t->time_step, slope);
}

PetscErrorCode TasTreatmentAccept(TasTreatment t, PetscReal time)
{
  PetscFunctionBeginUser;
  t->time = time;
  if (time > 0.) PetscCall(TasRemotePartsAccept(t->remote, t->time_step)); /* before surgery they are not there yet */
  if (t->gap < 0) PetscFunctionReturn(PETSC_SUCCESS);
  TasDeviceLineAccept(&t->line, t->bodies->coordinate[t->gap].value);
  t->line.time = time;
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasTreatmentReport(TasTreatment t, const PetscReal *tissue, TasDeviceReport *report)
{
  TasRegenerateReport tissue_in_gap = {0};
  PetscReal           driven;

  *report = (TasDeviceReport){0};
  if (t->gap < 0) return;
  TasScheduleLength(&t->schedule, t->time, &report->commanded, &driven);
  report->lost         = t->line.lost;
  report->device_force = TasDeviceLineDeviceForce(&t->line, tissue[t->gap], &report->regenerate_force);
  if (!t->line.regenerate) return;
  TasRegenerateGetReport(t->line.regenerate, &tissue_in_gap);
  report->regenerate_stiffness = tissue_in_gap.stiffness;
}

void TasTreatmentTell(TasTreatment t, char *text)
{
  PetscReal commanded, driven, later;

  text[0] = 0;
  if (t->gap < 0) return;
  if (t->line.lost - t->told_lost > TELL_LENGTH) {
    t->told_lost = t->line.lost;
    (void)snprintf(text, TAS_PROBLEM_LENGTH, "the device slips: %.2f mm lost so far", (double)t->line.lost);
  }
  if (!t->line.regenerate) return;
  TasScheduleLength(&t->schedule, t->time, &commanded, &driven);
  TasScheduleLength(&t->schedule, t->schedule.end, &later, &driven);
  const PetscReal            next    = t->time < t->schedule.end && later > commanded && t->schedule.num_steps ? t->schedule.steps[0].commanded : 0.;
  const TasRegenerateOutcome outcome = TasRegenerateGetOutcome(t->line.regenerate, t->line.stiffness, next);
  if (outcome == t->told_outcome) return;
  t->told_outcome = outcome;
  (void)snprintf(text + strlen(text), TAS_PROBLEM_LENGTH - strlen(text), "%stissue of the gap: %s", text[0] ? "; " : "", tas_regenerate_outcomes[outcome]);
}

/* ---- checkpoints: changes, interval, joints, device line ---- */

#define HEAD      7
#define OF_CHANGE 3
#define OF_JOINT  6

PetscInt TasTreatmentStateSize(TasTreatment t) { return HEAD + OF_CHANGE * t->num_changes + OF_JOINT * t->c->num_joints + TasDeviceLineStateSize(&t->line) + TasRemotePartsStateSize(t->remote); }

void TasTreatmentGetState(TasTreatment t, PetscReal *state)
{
  const PetscReal head[HEAD] = {t->num_changes, t->from, t->event, t->time, t->gap >= 0 && t->bodies->coordinate[t->gap].driven, t->told_lost, t->told_outcome};

  for (PetscInt k = 0; k < HEAD; k++) *state++ = head[k];
  for (PetscInt k = 0; k < t->num_changes; k++) {
    *state++ = t->changes[k].kind;
    *state++ = t->changes[k].time;
    *state++ = t->changes[k].value;
  }
  for (PetscInt k = 0; k < t->c->num_joints; k++) {
    const Action   *a               = &t->joint[k];
    const PetscReal values[OF_JOINT] = {a->driven, a->from, a->to, a->now, a->stop, a->towards};
    for (PetscInt i = 0; i < OF_JOINT; i++) *state++ = values[i];
  }
  TasDeviceLineGetState(&t->line, state);
  TasRemotePartsGetState(t->remote, state + TasDeviceLineStateSize(&t->line));
}

PetscErrorCode TasTreatmentSetState(TasTreatment t, PetscInt size, const PetscReal *state)
{
  PetscFunctionBeginUser;
  PetscCheck(size >= HEAD, PETSC_COMM_SELF, PETSC_ERR_FILE_UNEXPECTED, "The checkpoint's treatment is cut short");
  t->num_changes = (PetscInt)state[0];
  PetscCheck(t->num_changes <= MOST_CHANGES && size == TasTreatmentStateSize(t), PETSC_COMM_SELF, PETSC_ERR_FILE_UNEXPECTED, "The checkpoint's treatment has another state than the case's, though the case is the same");
  t->from  = state[1];
  t->event = state[2];
  t->time  = state[3];
  if (t->gap >= 0) TasBodiesDrive(t->bodies, t->gap, (PetscBool)(state[4] != 0.));
  t->told_lost    = state[5];
  t->told_outcome = (TasRegenerateOutcome)state[6];
  state += HEAD;
  for (PetscInt k = 0; k < t->num_changes; k++, state += OF_CHANGE) t->changes[k] = (TasCaseChange){.kind = (TasChangeKind)state[0], .time = state[1], .value = state[2]};
  PetscCall(Remake(t));
  for (PetscInt k = 0; k < t->c->num_joints; k++, state += OF_JOINT) {
    Action *a = &t->joint[k];
    *a        = (Action){.coordinate = a->coordinate, .driven = (PetscBool)(state[0] != 0.), .from = state[1], .to = state[2], .now = state[3], .stop = state[4], .towards = state[5]};
    TasBodiesDrive(t->bodies, a->coordinate, a->driven);
  }
  TasDeviceLineSetState(&t->line, state);
  PetscCall(TasRemotePartsSetState(t->remote, state + TasDeviceLineStateSize(&t->line)));
  PetscFunctionReturn(PETSC_SUCCESS);
}
