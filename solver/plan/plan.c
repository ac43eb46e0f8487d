#include "solver/plan/plan.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400.0
#define SAME_LENGTH 1e-6 /* mm */

const char *const tas_bone_names[TAS_NUM_BONES] = {"femur", "tibia"};
const char *const tas_leg_names[TAS_NUM_LEGS]   = {"left", "right"};

/* ---- dates: the civil calendar by eras of 400 years that begin in March ---- */

static int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day)
{
  const int64_t y = month <= 2 ? year - 1 : year, era = (y >= 0 ? y : y - 399) / 400, of_era = y - 400 * era;
  const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void CivilFromDays(int64_t date, int64_t *year, int64_t *month, int64_t *day)
{
  const int64_t z = date + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
  const int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365, of_year = of_era - (365 * y + y / 4 - y / 100);
  const int64_t m = (5 * of_year + 2) / 153;

  *day   = of_year - (153 * m + 2) / 5 + 1;
  *month = m < 10 ? m + 3 : m - 9;
  *year  = y + 400 * era + (*month <= 2);
}

PetscBool TasDateRead(const char *text, int64_t *date)
{
  int  year, month, day, used = 0;
  char again[16];

  if (strlen(text) != 10 || sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || used != 10) return PETSC_FALSE;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31) return PETSC_FALSE;
  *date = DaysFromCivil(year, month, day);
  TasDateWrite(*date, again); /* 2027-02-30 comes back as another day */
  return (PetscBool)!strcmp(text, again);
}

void TasDateWrite(int64_t date, char text[16])
{
  int64_t year, month, day;

  CivilFromDays(date, &year, &month, &day);
  snprintf(text, 16, "%04d-%02d-%02d", (int)(year % 10000), (int)(month % 100), (int)(day % 100));
}

/* ---- lengths ---- */

PetscReal TasPlanDivide(PetscReal target, const PetscReal weight[TAS_NUM_BONES], const PetscReal most[TAS_NUM_BONES], PetscReal length[TAS_NUM_BONES])
{
  PetscReal sum = 0, left = target;

  for (int b = 0; b < TAS_NUM_BONES; b++) sum += weight[b];
  for (int b = 0; b < TAS_NUM_BONES; b++) {
    length[b] = PetscMin(sum > 0 ? target * weight[b] / sum : 0, most[b]);
    left -= length[b];
  }
  for (int b = 0; b < TAS_NUM_BONES && left > SAME_LENGTH; b++) {
    const PetscReal more = PetscMin(left, most[b] - length[b]);

    length[b] += more;
    left -= more;
  }
  return left > SAME_LENGTH ? left : 0;
}

/* What the bones' parts in the target are in proportion to: shares that were given, what each bone lacks, or its length. */
static void Weights(const TasPlanWanted *wanted, TasLeg leg, PetscReal weight[TAS_NUM_BONES])
{
  const PetscReal *own = wanted->bone[leg], *other = wanted->bone[1 - leg];
  const PetscBool  compare = (PetscBool)(wanted->goal == TAS_EQUAL_LEGS && wanted->bones_given[TAS_LEFT] && wanted->bones_given[TAS_RIGHT]);
  PetscReal        sum = 0;

  for (int b = 0; b < TAS_NUM_BONES; b++) {
    weight[b] = 0;
    if (!wanted->wanted[b].lengthened) continue;
    if (wanted->wanted[b].share >= 0)
      weight[b] = wanted->wanted[b].share;
    else
      weight[b] = compare ? PetscMax(other[b] - own[b], 0) : own[b];
    sum += weight[b];
  }
  for (int b = 0; b < TAS_NUM_BONES && sum <= 0; b++) weight[b] = wanted->wanted[b].lengthened ? own[b] : 0; /* it lacks in the bone that is left alone */
}

static PetscInt WholeDays(PetscReal days) { return (PetscInt)ceil((double)days - 1e-9); }

static void MakeCalendar(const TasBoneWanted *wanted, TasPlannedBone *bone)
{
  const TasHealingIndex *index = &tas_plan_devices[wanted->device].healing[bone->bone];
  const PetscReal        days[3] = {index->typical, index->low, index->high}, start = wanted->start / DAY;
  const PetscReal        end = start + wanted->latency / DAY + bone->length / (wanted->rate * DAY);

  bone->surgery         = WholeDays(start);
  bone->latency_end     = WholeDays(start + wanted->latency / DAY);
  bone->distraction_end = WholeDays(end);
  for (int k = 0; k < 3; k++) bone->consolidated[k] = PetscMax(WholeDays(start + days[k] * bone->length / 10), bone->distraction_end);
}

static void PlanLeg(const TasPlanWanted *wanted, TasLeg leg, TasPlan *plan)
{
  PetscReal weight[TAS_NUM_BONES], most[TAS_NUM_BONES], length[TAS_NUM_BONES], sum = 0, missing;

  Weights(wanted, leg, weight);
  for (int b = 0; b < TAS_NUM_BONES; b++) {
    const TasBoneWanted *w = &wanted->wanted[b];

    most[b] = w->lengthened ? PetscMin(w->most_share * wanted->bone[leg][b], w->most_length) : 0;
    sum += weight[b];
  }
  missing       = TasPlanDivide(plan->target, weight, most, length);
  plan->missing = PetscMax(plan->missing, missing);
  for (int b = 0; b < TAS_NUM_BONES; b++) {
    const TasBoneWanted *w = &wanted->wanted[b];
    TasPlannedBone       bone = {.leg = leg, .bone = (TasBone)b, .bone_length = wanted->bone[leg][b], .length = length[b], .most = most[b]};

    if (!w->lengthened || length[b] <= SAME_LENGTH) continue;
    bone.asked           = plan->target * weight[b] / sum;
    bone.stroke          = w->stroke > 0 ? w->stroke : TasPlanStroke(&tas_plan_devices[w->device], &(const char *){NULL});
    bone.stroke_suffices = (PetscBool)(bone.stroke <= 0 || bone.length <= bone.stroke + SAME_LENGTH);
    MakeCalendar(w, &bone);
    for (int k = 0; k < 3; k++) plan->days[k] = PetscMax(plan->days[k], bone.consolidated[k]);
    plan->bones[plan->num_bones++] = bone;
  }
}

void TasPlanMake(const TasPlanWanted *wanted, TasPlan *plan, char *problem)
{
  memset(plan, 0, sizeof(*plan));
  problem[0] = 0;
  for (int leg = 0; leg < TAS_NUM_LEGS; leg++) plan->leg[leg] = wanted->bone[leg][TAS_FEMUR] + wanted->bone[leg][TAS_TIBIA];
  plan->discrepancy = plan->leg[TAS_LEFT] - plan->leg[TAS_RIGHT];
  plan->target      = wanted->goal == TAS_STATURE ? wanted->gain : PetscAbsReal(plan->discrepancy) - wanted->residual;
  if (plan->target <= SAME_LENGTH) {
    snprintf(problem, TAS_PROBLEM_LENGTH, "the legs differ by %g mm and %g mm are to be left: nothing is to be lengthened", (double)PetscAbsReal(plan->discrepancy), (double)wanted->residual);
    return;
  }
  for (int leg = 0; leg < TAS_NUM_LEGS; leg++)
    if (wanted->goal == TAS_STATURE || leg == (plan->discrepancy > 0 ? TAS_RIGHT : TAS_LEFT)) PlanLeg(wanted, (TasLeg)leg, plan);
  TasPlanWarn(wanted, plan);
}

void TasPlanBoneName(const TasPlannedBone *bone, size_t size, char *name) { snprintf(name, size, "%s-%s", tas_leg_names[bone->leg], tas_bone_names[bone->bone]); }
