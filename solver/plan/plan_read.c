/* plan.yaml: its tables, and from them what is wanted. */
#include "solver/plan/plan.h"
#include "solver/text.h"
#include <stddef.h>
#include <string.h>

#define DAY 86400.0

static PetscErrorCode ReadDate(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  const char *text = TasCaseExpectScalar(r, node, key->allowed);
  char        quoted[80];

  PetscFunctionBeginUser;
  if (text && !TasDateRead(text, &((TasPlanWanted *)target)->surgery)) {
    TasTextQuote(text, sizeof(quoted), quoted);
    TasCaseComplain(r, node, "found %s, allowed: %s", quoted, key->allowed);
  }
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* "auto", or a share. */
static PetscErrorCode ReadShare(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  PetscReal *share = &((TasBoneWanted *)target)->share;

  PetscFunctionBeginUser;
  if (node->kind == TAS_NODE_SCALAR && !strcmp(node->text, "auto"))
    *share = -1;
  else
    PetscCall(TasCaseReadValue(r, node, key->unit, &key->range, share));
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

typedef struct {
  PetscReal length, bone[TAS_NUM_BONES];
} Leg;

/* clang-format off */
#define PLACE(member) .offset = offsetof(TasPlanWanted, member)
static const TasCaseKey top_keys[] = {
  {.key = "title", .type = TAS_KEY_TEXT, PLACE(title), .meaning = "one line that says what the plan is for"},
  {.key = "subject", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{age: 28 year, sex: female}", .meaning = "who"},
  {.key = "left", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .required = PETSC_TRUE, .allowed = "{femur: 452 mm, tibia: 372 mm}, or {length: 824 mm}", .meaning = "the left leg"},
  {.key = "right", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .required = PETSC_TRUE, .allowed = "{femur: 430 mm, tibia: 359 mm}, or {length: 789 mm}", .meaning = "the right leg"},
  {.key = "goal", .type = TAS_KEY_CHOICE, .choices = "equal-legs | stature", PLACE(goal), .required = PETSC_TRUE,
   .meaning = "equal-legs: the shorter leg is lengthened; stature: both are"},
  {.key = "gain", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_BETWEEN, 0, 300}, PLACE(gain), .meaning = "stature: by which both legs become longer"},
  {.key = "residual", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_WITHIN, 0, 50}, PLACE(residual), .standard = "0 mm",
   .meaning = "equal-legs: difference that is left on purpose"},
  {.key = "femur", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{device: magnetic-nail, ...}", .meaning = "given where the femur is lengthened"},
  {.key = "tibia", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{device: ilizarov-frame, ...}", .meaning = "given where the tibia is lengthened"},
  {.key = "schedule", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{surgery: 2027-03-01, ...}", .meaning = "dates"},
  {.key = "case", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{resolution: coarse, after: 30 day}", .meaning = "of the cases that are written"},
};
static const TasCaseKey subject_keys[] = {
  {.key = "age", .type = TAS_KEY_VALUE, .unit = "year", .range = {TAS_BETWEEN, 0, 120}, PLACE(age), .meaning = "for warnings"},
  {.key = "sex", .type = TAS_KEY_CHOICE, .choices = "not-given | female | male", PLACE(sex), .meaning = "for warnings"},
};
static const TasCaseKey schedule_keys[] = {
  {.key = "surgery", .type = TAS_KEY_OTHER, .read = ReadDate, .allowed = "a date such as 2027-03-01", .meaning = "the first one; without it the calendar has days alone"},
  {.key = "follow_up_distraction", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_WITHIN, 86400, 86400 * 365.}, PLACE(follow_up_distraction), .standard = "7 day",
   .meaning = "from one follow-up to the next while a bone is lengthened; practice, assumed"},
  {.key = "follow_up_consolidation", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_WITHIN, 86400, 86400 * 365.}, PLACE(follow_up_consolidation), .standard = "28 day",
   .meaning = "and afterwards; practice, assumed"},
};
static const TasCaseKey case_keys[] = {
  {.key = "resolution", .type = TAS_KEY_CHOICE, .choices = TAS_PLAN_RESOLUTIONS, PLACE(resolution), .standard = "coarse", .meaning = "mesh.resolution"},
  {.key = "after", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_AT_LEAST, 0, 0}, PLACE(after), .standard = "30 day", .meaning = "that the calculation goes on after the end of distraction"},
};
#undef PLACE
static const TasCaseKey leg_keys[] = {
  {.key = "length", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_WITHIN, 100, 1400}, .offset = offsetof(Leg, length), .meaning = "of femur and tibia together; instead of these, which then come from the mean ratio 1.26 (Strecker et al. 1997 J Bone Joint Surg Br 79:1019, abstract)"},
  {.key = "femur", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_WITHIN, 50, 700}, .offset = offsetof(Leg, bone[TAS_FEMUR]), .meaning = "length of the femur"},
  {.key = "tibia", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_WITHIN, 50, 700}, .offset = offsetof(Leg, bone[TAS_TIBIA]), .meaning = "length of the tibia"},
};
#define PLACE(member) .offset = offsetof(TasBoneWanted, member)
static const TasCaseKey bone_keys[] = {
  {.key = "device", .type = TAS_KEY_CHOICE, .choices = TAS_PLAN_DEVICES, PLACE(device), .required = PETSC_TRUE, .meaning = "what lengthens it; sets stroke and healing index"},
  {.key = "share", .type = TAS_KEY_OTHER, .read = ReadShare, .unit = "1", .range = {TAS_WITHIN, 0, 1}, .allowed = "auto, or a number",
   .meaning = "of the target; auto: in proportion to what each bone lacks against the other leg, or, where that is not known and for stature, to its length"},
  {.key = "most_share", .type = TAS_KEY_VALUE, .unit = "1", .range = {TAS_BETWEEN, 0, 1}, PLACE(most_share), .standard = "0.2",
   .meaning = "limit of one procedure, of the bone's length; what does not fit goes to the other bone. The default: the rabbit's gastrocnemius degenerated at 20 % (1993 Acta Orthop Scand 64:688, abstract)"},
  {.key = "most_length", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_BETWEEN, 0, 300}, PLACE(most_length), .standard = "80 mm", .meaning = "limit of one procedure; assumed"},
  {.key = "stroke", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_BETWEEN, 0, 300}, PLACE(stroke), .meaning = "of the device that was chosen; by default that of the table below"},
  {.key = "rate", .type = TAS_KEY_VALUE, .unit = "mm/s", .range = {TAS_ABOVE, 0, 0}, PLACE(rate), .meaning = "of lengthening; by default 1 mm/day (femur; usual with PRECICE: radler-ortho.com, page) or 0.75 mm/day (tibia; Guerreschi & Tsibidakis 2016, as quoted on a page)"},
  {.key = "steps_per_day", .type = TAS_KEY_INTEGER, .range = {TAS_WITHIN, 1, 1440}, PLACE(steps_per_day), .meaning = "rhythm; by default steps of 0.25 mm at the default rates: 4 (femur) or 3 (tibia), from the same pages"},
  {.key = "latency", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_AT_LEAST, 0, 0}, PLACE(latency), .standard = "7 day", .meaning = "from surgery to the first step; about a week (radler-ortho.com, page)"},
  {.key = "start", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_AT_LEAST, 0, 0}, PLACE(start), .standard = "0 day", .meaning = "of its surgery after the first one"},
};
#undef PLACE
/* clang-format on */

enum { TOP, SUBJECT, LEG, BONE, SCHEDULE, CASE };
const TasCaseTable tas_plan_tables[] = {
    [TOP]      = TAS_CASE_TABLE("", "At the top of plan.yaml.", top_keys),
    [SUBJECT]  = TAS_CASE_TABLE("subject", "Who is to be lengthened.", subject_keys),
    [LEG]      = TAS_CASE_TABLE("left, right", "A leg: its bones, or its length.", leg_keys),
    [BONE]     = TAS_CASE_TABLE("femur, tibia", "How a bone is lengthened, in each leg that is.", bone_keys),
    [SCHEDULE] = TAS_CASE_TABLE("schedule", "When.", schedule_keys),
    [CASE]     = TAS_CASE_TABLE("case", "What the cases of the bones say besides.", case_keys),
};
const PetscInt tas_num_plan_tables = (PetscInt)(sizeof(tas_plan_tables) / sizeof(tas_plan_tables[0]));

static PetscErrorCode ReadLeg(TasCaseReader *r, TasLeg leg, TasPlanWanted *wanted)
{
  const TasNode  *node  = TasNodeFind(r->root, tas_leg_names[leg]);
  Leg             found = {0};
  const PetscReal ratio = TAS_FEMUR_TO_TIBIA;
  PetscReal      *bone  = wanted->bone[leg];

  PetscFunctionBeginUser;
  PetscCall(TasCaseReadMap(r, &tas_plan_tables[LEG], tas_leg_names[leg], node, &found));
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  wanted->bones_given[leg] = (PetscBool)(found.bone[TAS_FEMUR] > 0 && found.bone[TAS_TIBIA] > 0);
  if (found.length > 0 && (found.bone[TAS_FEMUR] > 0 || found.bone[TAS_TIBIA] > 0))
    TasCaseComplain(r, node, "found both length and bones, allowed: {femur: 452 mm, tibia: 372 mm}, or {length: 824 mm}");
  else if (found.length <= 0 && !wanted->bones_given[leg])
    TasCaseComplainMissing(r, node, found.bone[TAS_FEMUR] > 0 ? "tibia" : "femur", "a length such as \"400 mm\", or {length: 824 mm} for the whole leg");
  bone[TAS_FEMUR] = wanted->bones_given[leg] ? found.bone[TAS_FEMUR] : found.length * ratio / (1 + ratio);
  bone[TAS_TIBIA] = wanted->bones_given[leg] ? found.bone[TAS_TIBIA] : found.length / (1 + ratio);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadBone(TasCaseReader *r, TasBone b, TasBoneWanted *wanted)
{
  const TasNode *node = TasNodeFind(r->root, tas_bone_names[b]);

  PetscFunctionBeginUser;
  wanted->share = -1;
  if (!node || *r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasCaseReadMap(r, &tas_plan_tables[BONE], tas_bone_names[b], node, wanted));
  wanted->lengthened = PETSC_TRUE;
  if (!(wanted->rate > 0)) wanted->rate = (b == TAS_FEMUR ? 1 : 0.75) / DAY;
  if (!wanted->steps_per_day) wanted->steps_per_day = b == TAS_FEMUR ? 4 : 3;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What one bone is not given the other one has. */
static void CompleteShares(TasCaseReader *r, TasPlanWanted *wanted)
{
  TasBoneWanted *femur = &wanted->wanted[TAS_FEMUR], *tibia = &wanted->wanted[TAS_TIBIA];

  if (!femur->lengthened && !tibia->lengthened) TasCaseComplainMissing(r, NULL, "femur", "the bones to lengthen: femur: {device: magnetic-nail}, or tibia, or both");
  if (femur->lengthened != tibia->lengthened) femur->share = tibia->share = -1; /* one bone has it all */
  if (femur->share >= 0 && tibia->share < 0) tibia->share = 1 - femur->share;
  if (tibia->share >= 0 && femur->share < 0) femur->share = 1 - tibia->share;
  if (femur->share >= 0 && PetscAbsReal(femur->share + tibia->share - 1) > 1e-6)
    TasCaseComplain(r, TasNodeFind(TasNodeFind(r->root, "tibia"), "share"), "found shares that sum to %g, allowed: 1, or one of them left out", (double)(femur->share + tibia->share));
}

static void CheckGoal(TasCaseReader *r, const TasPlanWanted *wanted)
{
  if (wanted->goal == TAS_STATURE && !(wanted->gain > 0)) TasCaseComplainMissing(r, NULL, "gain", "a length such as \"60 mm\" where the goal is stature");
  if (wanted->goal == TAS_EQUAL_LEGS && wanted->gain > 0) TasCaseComplain(r, TasNodeFind(r->root, "gain"), "goes with the goal stature, allowed: nothing (equal-legs has the difference of the legs as its target)");
  if (wanted->goal == TAS_STATURE && TasNodeFind(r->root, "residual")) TasCaseComplain(r, TasNodeFind(r->root, "residual"), "goes with the goal equal-legs, allowed: nothing");
}

PetscErrorCode TasPlanRead(MPI_Comm comm, const char *path, PetscInt num_overrides, char *const *overrides, TasCase **c, TasPlanWanted *wanted, char *problem)
{
  TasCaseReader r = {.problem = problem};

  PetscFunctionBeginUser;
  memset(wanted, 0, sizeof(*wanted));
  wanted->surgery = TAS_NO_DATE;
  PetscCall(TasCaseOpen(comm, "plan", path, num_overrides, overrides, c, problem));
  if (*problem) PetscFunctionReturn(PETSC_SUCCESS);
  r.c    = *c;
  r.root = TasTreeRoot((*c)->tree);
  PetscCall(TasCaseReadMap(&r, &tas_plan_tables[TOP], "", r.root, wanted));
  PetscCall(TasCaseReadMap(&r, &tas_plan_tables[SUBJECT], "subject", TasNodeFind(r.root, "subject"), wanted));
  PetscCall(ReadLeg(&r, TAS_LEFT, wanted));
  PetscCall(ReadLeg(&r, TAS_RIGHT, wanted));
  PetscCall(ReadBone(&r, TAS_FEMUR, &wanted->wanted[TAS_FEMUR]));
  PetscCall(ReadBone(&r, TAS_TIBIA, &wanted->wanted[TAS_TIBIA]));
  PetscCall(TasCaseReadMap(&r, &tas_plan_tables[SCHEDULE], "schedule", TasNodeFind(r.root, "schedule"), wanted));
  PetscCall(TasCaseReadMap(&r, &tas_plan_tables[CASE], "case", TasNodeFind(r.root, "case"), wanted));
  if (!*problem) CompleteShares(&r, wanted);
  if (!*problem) CheckGoal(&r, wanted);
  PetscFunctionReturn(PETSC_SUCCESS);
}
