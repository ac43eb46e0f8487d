/* What the evidence says against a plan. A warning names its source; none of them forbids anything. */
#include "solver/plan/plan.h"
#include "solver/text.h"
#include <stdarg.h>
#include <string.h>

#define DAY 86400.0

static void Warn(TasPlan *plan, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void Warn(TasPlan *plan, const char *format, ...)
{
  va_list arguments;

  if (plan->num_warnings == TAS_MAX_WARNINGS) return;
  va_start(arguments, format);
  vsnprintf(plan->warnings[plan->num_warnings++], sizeof(plan->warnings[0]), format, arguments);
  va_end(arguments);
}

static void WarnOfLength(TasPlan *plan, const TasPlannedBone *bone, const char *name)
{
  const PetscReal percent = 100 * bone->length / bone->bone_length;

  if (bone->bone == TAS_TIBIA && percent > 25)
    Warn(plan, "%s: %.0f %% of the bone; beyond 25 %% of the tibia all 13 feet were in equinocavovarus when the frame came off (Emara 2013 J Foot Ankle Surg, abstract)", name, (double)percent);
  else if (percent >= 20)
    Warn(plan, "%s: %.0f %% of the bone; the rabbit's gastrocnemius degenerated at 20 and 30 %% (1993 Acta Orthop Scand 64:688, abstract)", name, (double)percent);
  if (bone->length > 80)
    Warn(plan, "%s: %.0f mm in one procedure; more than 80 mm is beyond usual practice (assumed), divide it into two", name, (double)bone->length);
  else if (bone->length > 50)
    Warn(plan, "%s: %.0f mm in one procedure, more than 50; with a mean of 69 mm 9.2 %% of cosmetic tibiae had equinus and 4.6 %% a peroneal neuropathy (Novikov 2014 Clin Orthop Relat Res, as quoted on a page)", name, (double)bone->length);
  else if (bone->length > 40)
    Warn(plan, "%s: %.0f mm; more than 40 mm went with insufficient regenerate (Kenawey et al. 2011 Clin Orthop Relat Res, PMC3008908, abstract)", name, (double)bone->length);
}

static void WarnOfRate(TasPlan *plan, const TasBoneWanted *wanted, const char *name)
{
  const PetscReal rate = wanted->rate * DAY * (1 - 1e-9);

  if (rate >= 1.5)
    Warn(plan, "%s: %.3g mm/day; above 1.5 mm/day the risk of insufficient regenerate was 9.1 times as high (Kenawey et al. 2011 Clin Orthop Relat Res, PMC3008908, abstract), and 2 mm/day is critical for the rabbit's nerve (Ikeda et al. 2000 Hand Surg 5:41, abstract)", name, (double)(wanted->rate * DAY));
  else if (rate >= 1)
    Warn(plan, "%s: %.3g mm/day; above 1 mm/day muscle became fibrous in the rabbit (Simpson et al. 1995 J Bone Joint Surg Br 77:630, abstract)", name, (double)(wanted->rate * DAY));
  else if (wanted->rate * DAY * (1 - 1e-9) <= 0.5)
    Warn(plan, "%s: %.3g mm/day; at 0.5 mm/day the bone often consolidated too early in dogs (Ilizarov 1989 Clin Orthop Relat Res 239:263, abstract)", name, (double)(wanted->rate * DAY));
  if (wanted->steps_per_day < 3)
    Warn(plan, "%s: %" PetscInt_FMT " steps a day; more and smaller steps were better in dogs (Ilizarov 1989 Clin Orthop Relat Res 239:263, abstract)", name, wanted->steps_per_day);
  if (wanted->latency < 5 * DAY || wanted->latency > 10 * DAY)
    Warn(plan, "%s: a latency of %.3g days; practice is 5 to 10 days (assumed)", name, (double)(wanted->latency / DAY));
}

static void WarnOfDevice(TasPlan *plan, const TasBoneWanted *wanted, const TasPlannedBone *bone, const char *name)
{
  const char *device = tas_plan_devices[wanted->device].name;

  if (!bone->stroke_suffices) Warn(plan, "%s: %.0f mm are more than the stroke of the %s, %.0f mm", name, (double)bone->length, device, (double)bone->stroke);
  if (!strcmp(device, "ratchet-nail"))
    Warn(plan, "%s: 21 of 35 segments with a ratchet nail did not keep their rate (Lee 2014, as quoted on a page): control it more often than here", name);
  if (bone->length < bone->asked - 1e-6)
    Warn(plan, "%s: %.1f mm would be its share, its limits allow %.1f mm", name, (double)bone->asked, (double)bone->most);
}

static void WarnOfSubject(TasPlan *plan, const TasPlanWanted *wanted)
{
  const PetscReal grown = wanted->sex == 1 ? 16 : 18;

  if (wanted->age > 0 && wanted->age < grown)
    Warn(plan, "%.3g years: the bones may still grow (assumed below %.0f); growth that remains is not in this plan", (double)wanted->age, (double)grown);
  if (wanted->age >= 30) Warn(plan, "%.3g years: from 30 on insufficient regenerate was more frequent (Kenawey et al. 2011 Clin Orthop Relat Res, PMC3008908, abstract)", (double)wanted->age);
  for (int leg = 0; leg < TAS_NUM_LEGS; leg++)
    if (!wanted->bones_given[leg])
      Warn(plan, "%s leg: femur and tibia from its length by the mean ratio of 1.26 (Strecker et al. 1997 J Bone Joint Surg Br 79:1019, abstract): measure them", tas_leg_names[leg]);
  if (wanted->goal == TAS_STATURE && PetscAbsReal(plan->discrepancy) > 10)
    Warn(plan, "the legs differ by %.0f mm, which a gain of both leaves as it is", (double)PetscAbsReal(plan->discrepancy));
}

static void WarnOfLimb(TasPlan *plan, const TasPlannedBone *bone, const char *name)
{
  const TasLimb *limb = TasLimbFind(bone->bone == TAS_TIBIA ? "tibia" : "thigh");

  for (PetscInt i = 0; limb && i < limb->num_dimensions; i++)
    if (!strcmp(limb->dimensions[i].key, "length") && (bone->bone_length < limb->dimensions[i].low || bone->bone_length > limb->dimensions[i].high))
      Warn(plan, "%s: its case has the standard length, since the built-in limb goes from %g to %g mm", name, (double)limb->dimensions[i].low, (double)limb->dimensions[i].high);
}

void TasPlanWarn(const TasPlanWanted *wanted, TasPlan *plan)
{
  if (plan->missing > 0) Warn(plan, "%.1f mm of the target do not fit into the limits of the bones: another procedure, or other limits", (double)plan->missing);
  for (PetscInt i = 0; i < plan->num_bones; i++) {
    const TasPlannedBone *bone = &plan->bones[i];
    const TasBoneWanted  *w    = &wanted->wanted[bone->bone];
    char                  name[64];

    TasPlanBoneName(bone, sizeof(name), name);
    WarnOfLength(plan, bone, name);
    WarnOfRate(plan, w, name);
    WarnOfDevice(plan, w, bone, name);
    WarnOfLimb(plan, bone, name);
  }
  WarnOfSubject(plan, wanted);
  Warn(plan, "nerves: 76 of 814 lengthenings had a nerve lesion, 84 %% of them during distraction (Nogueira et al. 2003 J Bone Joint Surg Am 85:1502, abstract): examine them at each follow-up");
}
