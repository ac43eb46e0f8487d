/* The sections `physiotherapy` and `examinations`: joints that are stretched, and looked at. */
#include "solver/case/case_joints.h"
#include "solver/treatment/schedule.h"
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define DAY 86400.0
#define HOUR 3600.0
#define MINUTE 60.0

/* ---- one session ---- */

typedef struct {
  TasCaseSession session;
  char           joint[TAS_NAME_LENGTH];
} Wanted;

#define PLACE(member) .offset = offsetof(Wanted, session) + offsetof(TasCaseSession, member)
/* clang-format off */
static const TasCaseKey session_keys[] = {
  {.key = "joint", .type = TAS_KEY_NAME, .offset = offsetof(Wanted, joint), .required = PETSC_TRUE, .meaning = "that is stretched"},
  {.key = "torque", .type = TAS_KEY_VALUE, .unit = "N mm", PLACE(torque), .required = PETSC_TRUE, .meaning = "at which the stretch stops: comfort, pain, or what a therapist allows; positive towards larger angles"},
  {.key = "angle", .type = TAS_KEY_VALUE, .unit = "rad", .range = {TAS_WITHIN, -4, 4}, PLACE(angle), .meaning = "beyond which it does not go; none when not given"},
  {.key = "ramp", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_ABOVE, 0, 0}, PLACE(ramp), .standard = "10 s", .meaning = "up to the torque, and back"},
  {.key = "hold", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_ABOVE, 0, 0}, PLACE(hold), .required = PETSC_TRUE, .meaning = "of the torque"},
  {.key = "rest", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_AT_LEAST, 0, 0}, PLACE(rest), .standard = "10 s", .meaning = "before the next repetition"},
  {.key = "repetitions", .type = TAS_KEY_INTEGER, .range = {TAS_WITHIN, 1, 1000}, PLACE(repetitions), .standard = "1", .meaning = "in a session"},
  {.key = "times_per_day", .type = TAS_KEY_INTEGER, .range = {TAS_WITHIN, 1, 48}, PLACE(times_per_day), .standard = "1", .meaning = "sessions on a day that has them"},
  {.key = "days_per_week", .type = TAS_KEY_INTEGER, .range = {TAS_WITHIN, 1, 7}, PLACE(days_per_week), .standard = "7", .meaning = "days that have them"},
  {.key = "first", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_WITHIN, 0, DAY}, PLACE(first), .standard = "8 hour", .meaning = "time of the day of the first session"},
  {.key = "last", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_WITHIN, 0, DAY}, PLACE(last), .standard = "20 hour", .meaning = "time of the day of the last one, where there are several"},
  {.key = "begin", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_AT_LEAST, 0, 0}, PLACE(begin), .standard = "0 day", .meaning = "after surgery"},
  {.key = "end", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_ABOVE, 0, 0}, PLACE(end), .meaning = "after surgery; the end of the calculation when not given"},
  {.key = "missed", .type = TAS_KEY_VALUE, .unit = "1", .range = {TAS_WITHIN, 0, 1}, PLACE(missed), .standard = "0", .meaning = "share of these days on which it is left out, by chance"},
  {.key = "seed", .type = TAS_KEY_INTEGER, .range = {TAS_AT_LEAST, 0, 0}, PLACE(seed), .standard = "1", .meaning = "of that chance"},
};
#undef PLACE

/* ---- presets: what is done with the stiff joint of a lengthened limb ---- */

typedef struct {
  char      preset[TAS_NAME_LENGTH], joint[TAS_NAME_LENGTH];
  PetscReal comfort, allowed;
  PetscBool brace;
} Plan;

/* Torques where the case gives none, N mm. */
#define ANKLE_SOURCE "derived: what a healthy ankle takes at 10 and at 15 degrees of dorsiflexion with a straight knee (Riener & Edrich 1999, J Biomech 32:539, coefficients as transcribed in public code)"
static const struct {
  TasJointKind kind;
  PetscReal    comfort, allowed;
  const char      *source;
} plan_torques[] = {{TAS_JOINT_ANKLE, 17e3, 27e3, ANKLE_SOURCE}, {TAS_JOINT_KNEE, 8e3, 16e3, "assumed"}};

static const TasCaseKey plan_keys[] = {
  {.key = "preset", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "none, own or physiotherapist",
   .meaning = "none; own: exercises up to the comfort torque, 3 times a day for 10 min, a quarter of the days missed; physiotherapist: these, none missed, and on 5 days a week 30 min up to the allowed torque. Bouts of 10 to 15 min, 3 to 6 times a day, and a therapist 5 days a week are the practice (review, PMC3445223; Paley Institute); the shares are assumed"},
  {.key = "joint", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "the name of a joint", .meaning = "of the preset's sessions; ankle or knee, whichever turns a body, when not given"},
  {.key = "comfort_torque", .type = TAS_KEY_VALUE, .unit = "N mm", .offset = offsetof(Plan, comfort), .meaning = "at which a patient stops; when not given 17 N m at an ankle, what a healthy one takes at 10 degrees of dorsiflexion (derived, Riener & Edrich 1999), and 8 N m at a knee (assumed)"},
  {.key = "allowed_torque", .type = TAS_KEY_VALUE, .unit = "N mm", .offset = offsetof(Plan, allowed), .meaning = "up to which a therapist goes on; when not given 27 N m at an ankle, what a healthy one takes at 15 degrees (derived, the same), and 16 N m at a knee (assumed)"},
  {.key = "night_brace", .type = TAS_KEY_SWITCH, .offset = offsetof(Plan, brace), .standard = "no", .meaning = "from 22 to 6 o'clock a brace turns the ankle as far towards a right angle as the comfort torque does"},
  {.key = "sessions", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{name: {joint: ankle, torque: 10 N m, hold: 5 min, ...}, ...}", .meaning = "further ones; one of a preset's name replaces it"},
};
/* clang-format on */
static const TasCaseTable physiotherapy_tables[] = {
    TAS_CASE_TABLE("physiotherapy", "Stretching of joints. On days that are not resolved, all sessions of a day are one of their whole length.", plan_keys),
    TAS_CASE_TABLE("physiotherapy.sessions.<name>", "A session: repetitions of stretches.", session_keys),
};

static PetscErrorCode CheckSession(TasCaseReader *r, const TasNode *node, TasCaseSession *s)
{
  const TasCaseJoint *joint  = &r->c->joints[s->joint];
  const PetscReal     length = TasSessionLength(s), gap = s->times_per_day > 1 ? (s->last - s->first) / (s->times_per_day - 1) : DAY;

  PetscFunctionBeginUser;
  if (!(s->torque != 0)) TasCaseComplain(r, TasNodeFind(node, "torque"), "found no torque, allowed: one that is not zero");
  if (s->end <= s->begin) TasCaseComplain(r, node, "ends on day %g before it begins on day %g, allowed: begin < end", (double)(s->end / DAY), (double)(s->begin / DAY));
  if (s->last < s->first) TasCaseComplain(r, node, "the last session of a day is before the first, allowed: first <= last");
  if (length > gap) TasCaseComplain(r, node, "a session takes %g min, and the next one begins after %g min, allowed: sessions that do not overlap", (double)(length / MINUTE), (double)(gap / MINUTE));
  if (isfinite(s->angle) && (s->angle < joint->lowest || s->angle > joint->highest))
    TasCaseComplain(r, TasNodeFind(node, "angle"), "found %g degree, allowed: %g to %g degree, the range of joint %s", (double)(s->angle * 180 / PETSC_PI), (double)(joint->lowest * 180 / PETSC_PI), (double)(joint->highest * 180 / PETSC_PI), joint->name);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Sessions of one joint do not overlap: in the order of the day. */
static void CheckOverlap(TasCaseReader *r)
{
  const TasCase *c = r->c;

  for (PetscInt a = 0; a < c->num_sessions && !*r->problem; a++)
    for (PetscInt b = 0; b < c->num_sessions && !*r->problem; b++) {
      const TasCaseSession *s = &c->sessions[a], *t = &c->sessions[b];
      if (a == b || s->joint != t->joint) continue;
      for (PetscInt i = 0; i < s->times_per_day && !*r->problem; i++)
        for (PetscInt k = 0; k < t->times_per_day && !*r->problem; k++) {
          const PetscReal from = TasSessionStart(s, i), to = from + TasSessionLength(s);
          const PetscReal other = TasSessionStart(t, k);
          for (PetscInt shift = 0; shift < 2; shift++)
            if (other + shift * DAY >= from && other + shift * DAY < to && s->begin < t->end && t->begin < s->end)
              TasCaseComplain(r, t->node ? t->node : s->node, "session %s begins while session %s of the same joint is on, allowed: sessions that do not overlap", t->name, s->name);
        }
    }
}

static TasCaseSession *AddSession(TasCaseReader *r, const char *name)
{
  TasCase *c = r->c;

  for (PetscInt k = 0; k < c->num_sessions; k++)
    if (!strcmp(c->sessions[k].name, name)) return &c->sessions[k];
  return &c->sessions[c->num_sessions++];
}

static PetscErrorCode ReadSession(TasCaseReader *r, const TasNode *node)
{
  Wanted wanted = {.session = {.angle = NAN, .end = r->c->end_time, .node = node}};

  PetscFunctionBeginUser;
  if (strlen(node->key) >= TAS_NAME_LENGTH) TasCaseComplain(r, node, "found a name of %zu characters, allowed: at most %d", strlen(node->key), TAS_NAME_LENGTH - 1);
  PetscCall(TasCaseReadMap(r, &physiotherapy_tables[1], "", node, &wanted));
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  wanted.session.joint = TasCaseFindJoint(r, TasNodeFind(node, "joint"), wanted.joint);
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (isnan(wanted.session.angle)) wanted.session.angle = wanted.session.torque > 0 ? INFINITY : -INFINITY;
  PetscCall(PetscStrncpy(wanted.session.name, node->key, TAS_NAME_LENGTH));
  PetscCall(CheckSession(r, node, &wanted.session));
  *AddSession(r, node->key) = wanted.session;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode RecordPreset(TasCaseReader *r, const TasCaseSession *s, const char *preset)
{
  char path[160], text[256];

  PetscFunctionBeginUser;
  snprintf(path, sizeof(path), "physiotherapy.sessions.%s", s->name);
  snprintf(text, sizeof(text), "joint %s up to %g N m, %g min, %" PetscInt_FMT " times a day, %" PetscInt_FMT " days a week, %g missed", r->c->joints[s->joint].name, (double)(s->torque / 1000), (double)(s->hold / MINUTE), s->times_per_day, s->days_per_week, (double)s->missed);
  PetscCall(TasCaseRecord(r, path, text, preset));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscInt PresetJoint(TasCaseReader *r, const TasNode *node, const Plan *plan)
{
  if (plan->joint[0]) return TasCaseFindJoint(r, TasNodeFind(node, "joint"), plan->joint);
  for (PetscInt k = 0; k < r->c->num_joints; k++)
    if (r->c->joints[k].kind == TAS_JOINT_ANKLE) return k;
  for (PetscInt k = 0; k < r->c->num_joints; k++)
    if (r->c->joints[k].kind == TAS_JOINT_KNEE) return k;
  TasCaseComplain(r, TasNodeFind(node, "preset"), "stretches a joint, and there is neither ankle nor knee, allowed: none, or sessions with their joint");
  return -1;
}

static PetscErrorCode TakeTorque(TasCaseReader *r, const TasNode *node, const char *key, PetscReal standard, const char *source, PetscReal *torque)
{
  char path[64], text[32];

  PetscFunctionBeginUser;
  if (TasNodeFind(node, key)) PetscFunctionReturn(PETSC_SUCCESS);
  *torque = standard;
  snprintf(path, sizeof(path), "physiotherapy.%s", key);
  snprintf(text, sizeof(text), "%g N m", (double)(standard / 1000));
  PetscCall(TasCaseRecord(r, path, text, source));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Torques of the plan that are not given, by the joint. */
static PetscErrorCode TakeTorques(TasCaseReader *r, const TasNode *node, PetscInt joint, Plan *plan)
{
  PetscInt k = 0;

  PetscFunctionBeginUser;
  while (k + 1 < (PetscInt)(sizeof(plan_torques) / sizeof(*plan_torques)) && (PetscInt)plan_torques[k].kind != (PetscInt)r->c->joints[joint].kind) k++;
  PetscCall(TakeTorque(r, node, "comfort_torque", plan_torques[k].comfort, plan_torques[k].source, &plan->comfort));
  PetscCall(TakeTorque(r, node, "allowed_torque", plan_torques[k].allowed, plan_torques[k].source, &plan->allowed));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TakePreset(TasCaseReader *r, const TasNode *node, Plan *plan)
{
  const PetscBool own = (PetscBool)!strcmp(plan->preset, "own"), therapist = (PetscBool)!strcmp(plan->preset, "physiotherapist");
  PetscInt        joint;
  char            origin[2 * TAS_NAME_LENGTH];

  PetscFunctionBeginUser;
  if (!own && !therapist && strcmp(plan->preset, "none")) TasCaseComplain(r, TasNodeFind(node, "preset"), "found \"%s\", allowed: none, own or physiotherapist", plan->preset);
  if (*r->problem || (!own && !therapist && !plan->brace)) PetscFunctionReturn(PETSC_SUCCESS);
  joint = PresetJoint(r, node, plan);
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (plan->brace && r->c->joints[joint].kind != TAS_JOINT_ANKLE) TasCaseComplain(r, TasNodeFind(node, "night_brace"), "joint %s is no ankle, allowed: no, or a session that holds it", r->c->joints[joint].name);
  PetscCall(TakeTorques(r, node, joint, plan));
  snprintf(origin, sizeof(origin), "preset %s", plan->preset);
  if (own || therapist) r->c->sessions[r->c->num_sessions++] = (TasCaseSession){.name = "exercise", .joint = joint, .torque = plan->comfort, .angle = INFINITY, .ramp = 10, .hold = 10 * MINUTE, .rest = 10, .repetitions = 1, .times_per_day = 3,
                                                          .days_per_week = 7, .first = 8 * HOUR, .last = 20 * HOUR, .begin = DAY, .end = r->c->end_time, .missed = own ? 0.25 : 0, .seed = 1, .node = node};
  if (therapist)
    r->c->sessions[r->c->num_sessions++] = (TasCaseSession){.name = "therapy", .joint = joint, .torque = plan->allowed, .angle = INFINITY, .ramp = 10, .hold = 30 * MINUTE, .rest = 10, .repetitions = 1, .times_per_day = 1,
                                                            .days_per_week = 5, .first = 11 * HOUR, .last = 11 * HOUR, .begin = DAY, .end = r->c->end_time, .seed = 2, .node = node};
  if (plan->brace)
    r->c->sessions[r->c->num_sessions++] = (TasCaseSession){.name = "brace", .joint = joint, .torque = plan->comfort, .angle = 0, .ramp = MINUTE, .hold = 8 * HOUR - 3 * MINUTE, .rest = 10, .repetitions = 1, .times_per_day = 1,
                                                            .days_per_week = 7, .first = 22 * HOUR, .last = 22 * HOUR, .begin = 0, .end = r->c->end_time, .seed = 3, .node = node};
  for (PetscInt k = 0; k < r->c->num_sessions; k++) PetscCall(RecordPreset(r, &r->c->sessions[k], origin));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadPhysiotherapy(TasCaseReader *r, const TasNode *node)
{
  const TasNode *preset = node ? TasNodeFind(node, "preset") : NULL, *joint = node ? TasNodeFind(node, "joint") : NULL, *sessions = node ? TasNodeFind(node, "sessions") : NULL;
  Plan           plan = {.preset = "none"};

  PetscFunctionBeginUser;
  if (!node) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasCaseReadMap(r, &physiotherapy_tables[0], "physiotherapy", node, &plan));
  if (preset) PetscCall(TasCaseReadName(r, preset, plan.preset));
  if (joint) PetscCall(TasCaseReadName(r, joint, plan.joint));
  if (sessions && !TasCaseExpectMap(r, sessions)) PetscFunctionReturn(PETSC_SUCCESS);
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(3 + (sessions ? sessions->num_children : 0), &r->c->sessions));
  PetscCall(TakePreset(r, node, &plan));
  for (const TasNode *child = sessions ? sessions->first : NULL; child && !*r->problem; child = child->next) PetscCall(ReadSession(r, child));
  CheckOverlap(r);
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_physiotherapy = {.key = "physiotherapy", .meaning = "stretching of joints", .num_tables = 2, .tables = physiotherapy_tables, .read = ReadPhysiotherapy};

/* ---- examinations ---- */

typedef struct {
  TasCaseExamination examination;
  char               joint[TAS_NAME_LENGTH];
} WantedExamination;

#define PLACE(member) .offset = offsetof(WantedExamination, examination) + offsetof(TasCaseExamination, member)
/* clang-format off */
static const TasCaseKey examination_keys[] = {
  {.key = "joint", .type = TAS_KEY_NAME, .offset = offsetof(WantedExamination, joint), .required = PETSC_TRUE, .meaning = "that is turned"},
  {.key = "torque", .type = TAS_KEY_VALUE, .unit = "N mm", PLACE(torque), .required = PETSC_TRUE, .meaning = "up to which; positive towards larger angles"},
  {.key = "ramp", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_ABOVE, 0, 0}, PLACE(ramp), .standard = "10 s", .meaning = "within which"},
  {.key = "first", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_AT_LEAST, 0, 0}, PLACE(first), .standard = "0 day", .meaning = "after surgery; 0: before it"},
  {.key = "every", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_ABOVE, 0, 0}, PLACE(every), .standard = "10 day", .meaning = "from then on"},
};
/* clang-format on */
#undef PLACE
static const TasCaseTable examination_tables[] = {
    TAS_CASE_TABLE("examinations.<name>", "Virtual examinations: how far a joint goes under a torque. The limb is as before afterwards. In the history: examination.<name>.angle and, against the first one, .lost.", examination_keys)};

static PetscErrorCode ReadExaminations(TasCaseReader *r, const TasNode *node)
{
  TasCase *c = r->c;

  PetscFunctionBeginUser;
  if (!node || !TasCaseExpectMap(r, node)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(node->num_children, &c->examinations));
  for (const TasNode *child = node->first; child && !*r->problem; child = child->next) {
    WantedExamination wanted = {0};
    PetscCall(TasCaseReadMap(r, &examination_tables[0], "", child, &wanted));
    if (*r->problem) break;
    wanted.examination.joint = TasCaseFindJoint(r, TasNodeFind(child, "joint"), wanted.joint);
    if (strlen(child->key) >= TAS_NAME_LENGTH) TasCaseComplain(r, child, "found a name of %zu characters, allowed: at most %d", strlen(child->key), TAS_NAME_LENGTH - 1);
    if (wanted.examination.torque == 0) TasCaseComplain(r, TasNodeFind(child, "torque"), "found no torque, allowed: one that is not zero");
    PetscCall(PetscStrncpy(wanted.examination.name, child->key, TAS_NAME_LENGTH));
    c->examinations[c->num_examinations++] = wanted.examination;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_examinations = {.key = "examinations", .meaning = "virtual examinations of joints", .num_tables = 1, .tables = examination_tables, .read = ReadExaminations};
