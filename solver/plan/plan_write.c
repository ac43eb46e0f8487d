/* A plan as tables for people and spreadsheets, and as cases. */
#include "solver/plan/plan.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400.0
#define MOST_VISITS 1000

/* ---- the calendar ---- */

typedef struct {
  PetscInt day;
  char     bone[64], what[160];
} Entry;

typedef struct {
  PetscInt num;
  Entry   *entries; /* [3 * TAS_MAX_PLANNED + 1 + MOST_VISITS] */
} Calendar;

static Entry *AddEntry(Calendar *calendar, PetscInt day, const char *bone)
{
  Entry *entry = &calendar->entries[calendar->num++];

  entry->day = day;
  snprintf(entry->bone, sizeof(entry->bone), "%s", bone);
  return entry;
}

static void AddBone(Calendar *calendar, const TasPlanWanted *wanted, const TasPlannedBone *bone)
{
  const TasBoneWanted *w = &wanted->wanted[bone->bone];
  char                 name[64];

  TasPlanBoneName(bone, sizeof(name), name);
  snprintf(AddEntry(calendar, bone->surgery, name)->what, 160, "surgery");
  snprintf(AddEntry(calendar, bone->latency_end, name)->what, 160, "distraction begins: %.3g mm/day in %" PetscInt_FMT " steps", (double)(w->rate * DAY), w->steps_per_day);
  snprintf(AddEntry(calendar, bone->distraction_end, name)->what, 160, "distraction ends: %.1f mm", (double)bone->length);
  snprintf(AddEntry(calendar, bone->consolidated[0], name)->what, 160, "consolidated by the healing index (day %" PetscInt_FMT " to %" PetscInt_FMT ")", bone->consolidated[1], bone->consolidated[2]);
}

/* Is a bone being lengthened after that day, or does one wait for it? */
static PetscBool Lengthens(const TasPlan *plan, PetscInt day)
{
  for (PetscInt i = 0; i < plan->num_bones; i++)
    if (day < plan->bones[i].distraction_end) return PETSC_TRUE;
  return PETSC_FALSE;
}

/* From the first end of latency on, until everything has consolidated. */
static void AddVisits(Calendar *calendar, const TasPlanWanted *wanted, const TasPlan *plan)
{
  PetscInt day = plan->num_bones ? plan->bones[0].latency_end : 0;

  for (PetscInt i = 0; i < plan->num_bones; i++) day = PetscMin(day, plan->bones[i].latency_end);
  for (PetscInt n = 0; n < MOST_VISITS && day <= plan->days[0]; n++) {
    const PetscBool lengthens = Lengthens(plan, day);

    snprintf(AddEntry(calendar, day, "-")->what, 160, "follow-up %" PetscInt_FMT, n + 1);
    day += (PetscInt)ceil((double)((lengthens ? wanted->follow_up_distraction : wanted->follow_up_consolidation) / DAY) - 1e-9);
  }
}

/* In the order of days; those of one day as they were added. */
static void Sort(Calendar *calendar)
{
  for (PetscInt i = 1; i < calendar->num; i++) {
    const Entry entry = calendar->entries[i];
    PetscInt    place = i;

    for (; place > 0 && calendar->entries[place - 1].day > entry.day; place--) calendar->entries[place] = calendar->entries[place - 1];
    calendar->entries[place] = entry;
  }
}

static void MakeCalendar(Calendar *calendar, const TasPlanWanted *wanted, const TasPlan *plan)
{
  calendar->num     = 0;
  calendar->entries = calloc(4 * TAS_MAX_PLANNED + MOST_VISITS, sizeof(Entry));
  if (!calendar->entries) return;
  for (PetscInt i = 0; i < plan->num_bones; i++) AddBone(calendar, wanted, &plan->bones[i]);
  AddVisits(calendar, wanted, plan);
  Sort(calendar);
}

static void DateOf(const TasPlanWanted *wanted, PetscInt day, char text[16])
{
  if (wanted->surgery == TAS_NO_DATE)
    snprintf(text, 16, "-");
  else
    TasDateWrite(wanted->surgery + day, text);
}

/* ---- for people ---- */

static void PrintLegs(FILE *file, const TasPlanWanted *wanted, const TasPlan *plan)
{
  fprintf(file, "%-14s %10s %10s\n", "mm", "left", "right");
  for (int b = 0; b < TAS_NUM_BONES; b++)
    fprintf(file, "%-14s %9.1f%c %9.1f%c\n", tas_bone_names[b], (double)wanted->bone[TAS_LEFT][b], wanted->bones_given[TAS_LEFT] ? ' ' : '*', (double)wanted->bone[TAS_RIGHT][b],
            wanted->bones_given[TAS_RIGHT] ? ' ' : '*');
  fprintf(file, "%-14s %9.1f  %9.1f\n", "leg", (double)plan->leg[TAS_LEFT], (double)plan->leg[TAS_RIGHT]);
  if (!wanted->bones_given[TAS_LEFT] || !wanted->bones_given[TAS_RIGHT]) fprintf(file, "* from the length of the leg\n");
  fprintf(file, "\ndiscrepancy    %9.1f mm%s\n", (double)PetscAbsReal(plan->discrepancy),
          PetscAbsReal(plan->discrepancy) < 1e-6 ? "" : plan->discrepancy > 0 ? ", the right leg is shorter" : ", the left leg is shorter");
  fprintf(file, "target         %9.1f mm%s\n", (double)plan->target, wanted->goal == TAS_STATURE ? " for each leg" : "");
  fprintf(file, "planned        %9.1f mm\n\n", (double)(plan->target - plan->missing));
}

static void PrintBones(FILE *file, const TasPlanWanted *wanted, const TasPlan *plan)
{
  fprintf(file, "%-12s %8s %8s %8s  %-14s %9s %8s  %8s %5s %8s %17s\n", "", "mm", "of target", "of bone", "device", "stroke mm", "suffices", "mm/day", "steps", "mm/step", "healing d/cm");
  for (PetscInt i = 0; i < plan->num_bones; i++) {
    const TasPlannedBone  *bone   = &plan->bones[i];
    const TasBoneWanted   *w      = &wanted->wanted[bone->bone];
    const TasPlanDevice   *device = &tas_plan_devices[w->device];
    const TasHealingIndex *index  = &device->healing[bone->bone];
    char                   name[64], stroke[16] = "-", range[32];

    TasPlanBoneName(bone, sizeof(name), name);
    if (bone->stroke > 0) snprintf(stroke, sizeof(stroke), "%.0f", (double)bone->stroke);
    snprintf(range, sizeof(range), "%.3g (%.3g-%.3g)", (double)index->typical, (double)index->low, (double)index->high);
    fprintf(file, "%-12s %8.1f %7.1f %% %6.1f %%  %-14s %9s %8s  %8.3g %5" PetscInt_FMT " %8.3g %17s\n", name, (double)bone->length, (double)(100 * bone->length / plan->target),
            (double)(100 * bone->length / bone->bone_length), device->name, stroke, bone->stroke_suffices ? "yes" : "NO", (double)(w->rate * DAY), w->steps_per_day,
            (double)(w->rate * DAY / w->steps_per_day), range);
  }
  fprintf(file, "\n");
}

static void PrintCalendar(FILE *file, const TasPlanWanted *wanted, const TasPlan *plan)
{
  Calendar calendar;

  MakeCalendar(&calendar, wanted, plan);
  fprintf(file, "%5s  %-10s  %-12s  %s\n", "day", "date", "bone", "what");
  for (PetscInt i = 0; i < calendar.num; i++) {
    char date[16];

    DateOf(wanted, calendar.entries[i].day, date);
    fprintf(file, "%5" PetscInt_FMT "  %-10s  %-12s  %s\n", calendar.entries[i].day, date, calendar.entries[i].bone, calendar.entries[i].what);
  }
  free(calendar.entries);
  fprintf(file, "\ntotal %" PetscInt_FMT " days (%" PetscInt_FMT " to %" PetscInt_FMT "), by the healing index from surgery on\n", plan->days[0], plan->days[1], plan->days[2]);
}

static void PrintSources(FILE *file, const TasPlanWanted *wanted, const TasPlan *plan)
{
  fprintf(file, "\nSources\n");
  for (PetscInt i = 0; i < plan->num_bones; i++) {
    const TasPlannedBone *bone   = &plan->bones[i];
    const TasBoneWanted  *w      = &wanted->wanted[bone->bone];
    const TasPlanDevice  *device = &tas_plan_devices[w->device];
    const char           *stroke;

    (void)TasPlanStroke(device, &stroke);
    if (i && bone->leg != plan->bones[0].leg) break; /* the other leg is lengthened alike */
    fprintf(file, "  %s, %s: healing index: %s; stroke: %s\n", tas_bone_names[bone->bone], device->name, device->healing[bone->bone].source, w->stroke > 0 ? "the plan" : stroke);
  }
  fprintf(file, "  follow-up dates: practice, assumed\n");
}

void TasPlanPrint(FILE *file, const TasPlanWanted *wanted, const TasPlan *plan)
{
  if (wanted->title[0]) fprintf(file, "%s\n\n", wanted->title);
  PrintLegs(file, wanted, plan);
  PrintBones(file, wanted, plan);
  PrintCalendar(file, wanted, plan);
  fprintf(file, "\nWarnings\n");
  for (PetscInt i = 0; i < plan->num_warnings; i++) fprintf(file, "  - %s\n", plan->warnings[i]);
  PrintSources(file, wanted, plan);
}

void TasPlanPrintCsv(FILE *file, const TasPlanWanted *wanted, const TasPlan *plan)
{
  Calendar calendar;

  MakeCalendar(&calendar, wanted, plan);
  fprintf(file, "day,date,bone,what\n");
  for (PetscInt i = 0; i < calendar.num; i++) {
    char date[16];

    DateOf(wanted, calendar.entries[i].day, date);
    fprintf(file, "%" PetscInt_FMT ",%s,%s,\"%s\"\n", calendar.entries[i].day, date, calendar.entries[i].bone, calendar.entries[i].what);
  }
  free(calendar.entries);
}

/* ---- cases ---- */

/* Is the bone of a length that the limb can be built with? A limb that this program does not know may have any. */
static PetscBool FitsLimb(const TasPlannedBone *bone)
{
  const TasLimb *limb = TasLimbFind(bone->bone == TAS_TIBIA ? "tibia" : "thigh");

  for (PetscInt i = 0; limb && i < limb->num_dimensions; i++)
    if (!strcmp(limb->dimensions[i].key, "length")) return (PetscBool)(bone->bone_length >= limb->dimensions[i].low && bone->bone_length <= limb->dimensions[i].high);
  return (PetscBool)!limb;
}

/* Minutes that a step takes: at least one, and what the device needs for it. */
static PetscReal StepMinutes(const TasBoneWanted *w)
{
  const TasDevice *device = TasDeviceFind(tas_plan_devices[w->device].name);
  PetscReal        standard[TAS_MAX_DEVICE_PARAMETERS];

  for (PetscInt k = 0; k < device->num_parameters; k++) standard[k] = device->parameters[k].standard;
  return PetscMax(1, PetscCeilReal(w->rate * DAY / w->steps_per_day / TasDeviceSpeed(device, standard) / 60));
}

void TasPlanPrintCase(FILE *file, const TasPlanWanted *wanted, const TasPlannedBone *bone, const char *source)
{
  static const char *const resolutions[] = {"coarse", "medium", "fine"};
  const TasBoneWanted     *w             = &wanted->wanted[bone->bone];
  const PetscReal          end           = w->latency / DAY + bone->length / (w->rate * DAY) + wanted->after / DAY;

  fprintf(file, "# Made by tasis plan from %s.\n", source);
  fprintf(file, "title: %s %s lengthened by %.1f mm\n", tas_leg_names[bone->leg], tas_bone_names[bone->bone], (double)bone->length);
  fprintf(file, "mesh:\n  limb: %s\n  resolution: %s\n", bone->bone == TAS_TIBIA ? "tibia" : "thigh", resolutions[wanted->resolution]);
  if (FitsLimb(bone)) fprintf(file, "  dimensions: {length: %.10g mm}\n", (double)bone->bone_length);
  if (w->stroke > 0 && strcmp(tas_plan_devices[w->device].name, "ideal"))
    fprintf(file, "device: {model: %s, stroke: %.10g mm}\n", tas_plan_devices[w->device].name, (double)w->stroke);
  else
    fprintf(file, "device: %s\n", tas_plan_devices[w->device].name);
  fprintf(file, "living: {prestrain: yes, relaxation: yes, growth: yes}\n");
  fprintf(file, "distraction:\n  length: %.10g mm\n  rate: %.10g mm/day\n  latency: %.10g day\n", (double)bone->length, (double)(w->rate * DAY), (double)(w->latency / DAY));
  fprintf(file, "  steps_per_day: %" PetscInt_FMT "\n", w->steps_per_day);
  if (w->steps_per_day < 100) fprintf(file, "  ramp: %g min\n  resolve_every: 10 # every step of one day in ten is calculated\n", (double)StepMinutes(w));
  fprintf(file, "time: {end: %.10g day, step: 5 day}\n", (double)ceil((double)end - 1e-9));
}
