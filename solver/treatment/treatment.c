#include "solver/treatment/treatment.h"
#include <math.h>
#include "solver/treatment/device_line.h"
#include "solver/bodies/remote_parts.h"
#include "solver/text.h"

#define STOP_STIFFNESS 5e7  /* N mm/rad, of what keeps a stretch from going beyond its angle ... */
#define STOP_CORNER    2e-3 /* rad, ... from which on it is full */
#define MOST_CHANGES   1000 /* at an osteotomy */
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

/* See TasTreatmentTell. */
typedef struct {
  PetscReal            lost; /* mm */
  TasRegenerateOutcome outcome;
} Told;

/* Arrays of osteotomies, whose numbers are those of the gaps' coordinates, too. */
struct TasTreatment_ {
  const TasCase  *c;
  TasBodies      *bodies;
  TasSchedule     schedule;
  PetscInt        num_gaps;
  TasSchedulePlan plan[TAS_MAX_OSTEOTOMIES];
  TasDeviceLine   line[TAS_MAX_OSTEOTOMIES];
  Told            told[TAS_MAX_OSTEOTOMIES];
  TasRemoteParts  remote;
  PetscReal       time_step; /* s, of the trial */
  Action         *joint;
  PetscReal       from, event; /* s: the present interval */
  PetscReal       time;        /* s, accepted */
};

PetscErrorCode TasTreatmentCreate(const TasCase *c, TasBodies *bodies, TasTreatment *out)
{
  TasTreatment t;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&t));
  t->c        = c;
  t->bodies   = bodies;
  t->num_gaps = c->num_distractions;
  PetscCall(PetscCalloc1(c->num_joints, &t->joint));
  for (PetscInt k = 0; k < c->num_joints; k++) t->joint[k] = (Action){.coordinate = t->num_gaps + k, .driven = PETSC_TRUE};
  for (PetscInt j = 0; j < t->num_gaps + c->num_joints; j++) TasBodiesDrive(bodies, j, PETSC_TRUE);
  for (PetscInt k = 0; k < t->num_gaps; k++) {
    PetscCall(PetscCalloc1(MOST_CHANGES, &t->plan[k].changes));
    PetscCall(TasDeviceLineCreate(&c->device[k], &c->regenerate[k], &t->line[k]));
  }
  PetscCall(TasRemotePartsCreate(c, bodies, &t->remote));
  PetscCall(TasScheduleCreate(c, t->plan, &t->schedule));
  *out = t;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTreatmentDestroy(TasTreatment *treatment)
{
  TasTreatment t = *treatment;

  PetscFunctionBeginUser;
  if (!t) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasScheduleDestroy(&t->schedule));
  for (PetscInt k = 0; k < t->num_gaps; k++) {
    PetscCall(PetscFree(t->plan[k].changes));
    PetscCall(TasDeviceLineDestroy(&t->line[k]));
  }
  PetscCall(TasRemotePartsDestroy(&t->remote));
  PetscCall(PetscFree(t->joint));
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
  PetscCall(TasScheduleCreate(t->c, t->plan, &t->schedule));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTreatmentChange(TasTreatment t, PetscInt osteotomy, const TasCaseChange *change)
{
  TasSchedulePlan *plan = &t->plan[osteotomy];

  PetscFunctionBeginUser;
  PetscCheck(plan->num_changes < MOST_CHANGES, PETSC_COMM_SELF, PETSC_ERR_PLIB, "More than %d changes of the plan", MOST_CHANGES);
  plan->changes[plan->num_changes++] = *change;
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
  for (PetscInt k = 0; k < t->num_gaps; k++) TasDeviceLineMount(&t->line[k], tissue[k]);
  PetscCall(TasRemotePartsMount(t->remote, tissue));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasTreatmentBegin(TasTreatment t, PetscReal event, const PetscReal *tissue)
{
  t->from  = t->time;
  t->event = event;
  for (PetscInt k = 0; k < t->num_gaps; k++) {
    TasDeviceLineBegin(&t->line[k], &t->schedule.lengthening[k], event);
    TasBodiesDrive(t->bodies, k, (PetscBool)isinf(t->line[k].stiffness));
  }
  for (PetscInt k = 0; k < t->c->num_joints; k++) BeginJoint(t, k, tissue);
}

PetscReal TasTreatmentEvent(TasTreatment t) { return t->event; }

void TasTreatmentExamine(TasTreatment t, PetscReal event, PetscInt joint, PetscReal moment, const PetscReal *tissue)
{
  Action *a = &t->joint[joint];

  t->from  = t->time;
  t->event = event;
  for (PetscInt k = 0; k < t->num_gaps; k++) TasDeviceLineRest(&t->line[k], event);
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

  for (PetscInt k = 0; k < t->num_gaps; k++) {
    TasDeviceLineSetTime(&t->line[k], time);
    if (t->bodies->coordinate[k].driven) t->bodies->coordinate[k].value = t->line[k].trial;
  }
  for (PetscInt k = 0; k < t->c->num_joints; k++) {
    Action *a = &t->joint[k];
    a->now    = time == t->event ? a->to : a->from + share * (a->to - a->from);
    if (a->driven) t->bodies->coordinate[a->coordinate].value = a->now;
  }
}

void TasTreatmentSetTimeStep(TasTreatment t, PetscReal time_step)
{
  t->time_step = time_step;
  for (PetscInt k = 0; k < t->num_gaps; k++) t->line[k].time_step = time_step;
}

PetscReal TasTreatmentGrowthError(TasTreatment t) { return TasRemotePartsGrowthError(t->remote, t->time_step); }

PetscReal TasTreatmentForce(TasTreatment t, PetscInt coordinate, PetscReal *slope)
{
  PetscReal force = 0., by = 0.;

  if (coordinate < t->num_gaps) {
    force = TasDeviceLineForce(&t->line[coordinate], t->bodies->coordinate[coordinate].value, &by);
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
  for (PetscInt k = 0; k < t->num_gaps; k++) {
    TasDeviceLineAccept(&t->line[k], t->bodies->coordinate[k].value);
    t->line[k].time = time;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasTreatmentReport(TasTreatment t, PetscInt osteotomy, const PetscReal *tissue, TasDeviceReport *report)
{
  const TasDeviceLine *line          = &t->line[osteotomy];
  TasRegenerateReport  tissue_in_gap = {0};
  PetscReal            driven;

  *report = (TasDeviceReport){0};
  TasLengtheningLength(&t->schedule.lengthening[osteotomy], t->time, &report->commanded, &driven);
  report->lost         = line->lost;
  report->device_force = TasDeviceLineDeviceForce(line, tissue[osteotomy], &report->regenerate_force);
  if (!line->regenerate) return;
  TasRegenerateGetReport(line->regenerate, &tissue_in_gap);
  report->regenerate_stiffness = tissue_in_gap.stiffness;
}

/* The step (mm) that the tissue of the gap is to bear next; 0: there is none. */
static PetscReal NextStep(const TasTreatment t, PetscInt osteotomy)
{
  const TasLengthening *l = &t->schedule.lengthening[osteotomy];
  PetscReal             commanded, driven, later;

  TasLengtheningLength(l, t->time, &commanded, &driven);
  TasLengtheningLength(l, l->end, &later, &driven);
  return t->time < l->end && later > commanded && l->num_steps ? l->steps[0].commanded : 0.;
}

static void TellOf(TasTreatment t, PetscInt osteotomy, char *text)
{
  const TasDeviceLine *line = &t->line[osteotomy];
  Told                *told = &t->told[osteotomy];
  const char          *of   = osteotomy ? "second osteotomy: " : "";

  if (line->lost - told->lost > TELL_LENGTH) {
    told->lost = line->lost;
    TasTextAppend(TAS_PROBLEM_LENGTH, text, "%s%sthe device slips: %.2f mm lost so far", text[0] ? "; " : "", of, (double)line->lost);
  }
  if (!line->regenerate) return;
  const TasRegenerateOutcome outcome = TasRegenerateGetOutcome(line->regenerate, line->stiffness, NextStep(t, osteotomy));
  if (outcome == told->outcome) return;
  told->outcome = outcome;
  TasTextAppend(TAS_PROBLEM_LENGTH, text, "%s%stissue of the gap: %s", text[0] ? "; " : "", of, tas_regenerate_outcomes[outcome]);
}

void TasTreatmentTell(TasTreatment t, char *text)
{
  text[0] = 0;
  for (PetscInt k = 0; k < t->num_gaps; k++) TellOf(t, k, text);
}

/* ---- checkpoints: interval, what is of each gap, changes, joints, device lines, remote parts ---- */

#define HEAD      3
#define OF_GAP    4
#define OF_CHANGE 3
#define OF_JOINT  6

PetscInt TasTreatmentStateSize(TasTreatment t)
{
  PetscInt size = HEAD + OF_JOINT * t->c->num_joints + TasRemotePartsStateSize(t->remote);

  for (PetscInt k = 0; k < t->num_gaps; k++) size += OF_GAP + OF_CHANGE * t->plan[k].num_changes + TasDeviceLineStateSize(&t->line[k]);
  return size;
}

static PetscReal *GetChanges(const TasSchedulePlan *plan, PetscReal *state)
{
  for (PetscInt k = 0; k < plan->num_changes; k++) {
    *state++ = plan->changes[k].kind;
    *state++ = plan->changes[k].time;
    *state++ = plan->changes[k].value;
  }
  return state;
}

void TasTreatmentGetState(TasTreatment t, PetscReal *state)
{
  const PetscReal head[HEAD] = {t->from, t->event, t->time};

  for (PetscInt k = 0; k < HEAD; k++) *state++ = head[k];
  for (PetscInt k = 0; k < t->num_gaps; k++) {
    const PetscReal values[OF_GAP] = {t->plan[k].num_changes, t->bodies->coordinate[k].driven, t->told[k].lost, t->told[k].outcome};
    for (PetscInt i = 0; i < OF_GAP; i++) *state++ = values[i];
  }
  for (PetscInt k = 0; k < t->num_gaps; k++) state = GetChanges(&t->plan[k], state);
  for (PetscInt k = 0; k < t->c->num_joints; k++) {
    const Action   *a               = &t->joint[k];
    const PetscReal values[OF_JOINT] = {a->driven, a->from, a->to, a->now, a->stop, a->towards};
    for (PetscInt i = 0; i < OF_JOINT; i++) *state++ = values[i];
  }
  for (PetscInt k = 0; k < t->num_gaps; k++) {
    TasDeviceLineGetState(&t->line[k], state);
    state += TasDeviceLineStateSize(&t->line[k]);
  }
  TasRemotePartsGetState(t->remote, state);
}

/* Everything of the gaps but their device lines; the size of the whole state is known when their numbers of changes are. */
static PetscErrorCode SetGaps(TasTreatment t, PetscInt size, const PetscReal **state)
{
  static const char other[] = "The checkpoint's treatment has another state than the case's, though the case is the same";

  PetscFunctionBeginUser;
  PetscCheck(size >= HEAD + OF_GAP * t->num_gaps, PETSC_COMM_SELF, PETSC_ERR_FILE_UNEXPECTED, "The checkpoint's treatment is cut short");
  for (PetscInt k = 0; k < t->num_gaps; k++, *state += OF_GAP) {
    PetscCheck((*state)[0] >= 0 && (*state)[0] <= MOST_CHANGES, PETSC_COMM_SELF, PETSC_ERR_FILE_UNEXPECTED, "%s", other);
    t->plan[k].num_changes = (PetscInt)(*state)[0];
    TasBodiesDrive(t->bodies, k, (PetscBool)((*state)[1] != 0.));
    t->told[k] = (Told){.lost = (*state)[2], .outcome = (TasRegenerateOutcome)(*state)[3]};
  }
  PetscCheck(size == TasTreatmentStateSize(t), PETSC_COMM_SELF, PETSC_ERR_FILE_UNEXPECTED, "%s", other);
  for (PetscInt k = 0; k < t->num_gaps; k++)
    for (PetscInt i = 0; i < t->plan[k].num_changes; i++, *state += OF_CHANGE) t->plan[k].changes[i] = (TasCaseChange){.kind = (TasChangeKind)(*state)[0], .time = (*state)[1], .value = (*state)[2]};
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTreatmentSetState(TasTreatment t, PetscInt size, const PetscReal *state)
{
  const PetscReal *head = state;

  PetscFunctionBeginUser;
  state += HEAD;
  PetscCall(SetGaps(t, size, &state));
  t->from  = head[0];
  t->event = head[1];
  t->time  = head[2];
  PetscCall(Remake(t));
  for (PetscInt k = 0; k < t->c->num_joints; k++, state += OF_JOINT) {
    Action *a = &t->joint[k];
    *a        = (Action){.coordinate = a->coordinate, .driven = (PetscBool)(state[0] != 0.), .from = state[1], .to = state[2], .now = state[3], .stop = state[4], .towards = state[5]};
    TasBodiesDrive(t->bodies, a->coordinate, a->driven);
  }
  for (PetscInt k = 0; k < t->num_gaps; k++) {
    TasDeviceLineSetState(&t->line[k], state);
    state += TasDeviceLineStateSize(&t->line[k]);
  }
  PetscCall(TasRemotePartsSetState(t->remote, state));
  PetscFunctionReturn(PETSC_SUCCESS);
}
