/* tasis keys: every key of a case file, printed from the tables that parse it. */
#include "mesh/limb_subject.h"
#include "solver/case/case_reader.h"
#include "solver/command/command.h"
#include "solver/plan/plan.h"
#include "solver/text.h"
#include "solver/case/units.h"
#include <stdio.h>
#include <string.h>

/* What may stand there, in words. */
static void Allowed(const TasCaseKey *key, size_t size, char *text)
{
  char unit[120] = "", range[160] = "";

  if (key->unit) TasUnitsDescribe(key->unit, sizeof(unit), unit);
  TasRangeText(&key->range, key->unit ? key->unit : "1", sizeof(range), range);
  text[0] = 0;
  switch (key->type) {
  case TAS_KEY_VALUE:
    snprintf(text, size, "%s", unit);
    break;
  case TAS_KEY_VECTOR:
    snprintf(text, size, "[x, y, z], each %s", unit);
    break;
  case TAS_KEY_DIRECTION:
    snprintf(text, size, "[x, y, z], not all zero");
    break;
  case TAS_KEY_CURVED:
    snprintf(text, size, "%s, or {value: ..., curve: name}", unit);
    break;
  case TAS_KEY_CURVED_VECTOR:
    snprintf(text, size, "[x, y, z], each %s, or {value: [...], curve: name}", unit);
    break;
  case TAS_KEY_INTEGER:
    snprintf(text, size, "a whole number");
    break;
  case TAS_KEY_SWITCH:
    snprintf(text, size, "yes or no");
    break;
  case TAS_KEY_NAME:
    snprintf(text, size, "%s", key->allowed ? key->allowed : "a name");
    break;
  case TAS_KEY_TEXT:
    snprintf(text, size, "a text");
    break;
  case TAS_KEY_BODY:
    snprintf(text, size, "the name of a body");
    break;
  case TAS_KEY_CURVE:
    snprintf(text, size, "the name of a curve");
    break;
  case TAS_KEY_CHOICE:
  case TAS_KEY_OTHER:
    snprintf(text, size, "%s", key->allowed ? key->allowed : key->choices);
    break;
  }
  if (*range) TasTextAppend(size, text, "; %s", range);
}

/* A vertical bar would end a cell of the table. */
static void Cell(const char *text)
{
  for (; *text; text++) {
    if (*text == '|') putchar('\\');
    putchar(*text);
  }
}

static void PrintMarkdown(const TasCaseTable *table)
{
  printf("## %s%s%s\n\n%s\n\n| key | value | default | meaning |\n|---|---|---|---|\n", table->path[0] ? "`" : "",
         table->path[0] ? table->path : "Top", table->path[0] ? "`" : "", table->meaning);
  for (PetscInt i = 0; i < table->num_keys; i++) {
    const TasCaseKey *key = &table->keys[i];
    char              allowed[320];

    Allowed(key, sizeof(allowed), allowed);
    printf("| `%s` | ", key->key);
    Cell(allowed);
    printf(" | %s | ", key->standard ? key->standard : key->required ? "must be given" : "");
    Cell(key->meaning);
    printf(" |\n");
  }
  printf("\n");
}

static void PrintText(const TasCaseTable *table)
{
  printf("%s\n  %s\n", table->path[0] ? table->path : "(top)", table->meaning);
  for (PetscInt i = 0; i < table->num_keys; i++) {
    const TasCaseKey *key = &table->keys[i];
    char              allowed[320];

    Allowed(key, sizeof(allowed), allowed);
    printf("    %-20s %s\n", key->key, key->meaning);
    printf("    %-20s   %s", "", allowed);
    if (key->standard) printf("; default %s", key->standard);
    printf("%s\n", key->required ? "; must be given" : "");
  }
  printf("\n");
}

/* A limb's dimensions are keys as well. */
static void PrintDimensions(const TasLimb *limb, PetscBool markdown)
{
  if (markdown)
    printf("## `mesh.dimensions` of `limb: %s`\n\n%s\n\n| key | value | default | meaning | source |\n|---|---|---|---|---|\n", limb->name,
           limb->summary);
  else
    printf("mesh.dimensions, limb %s\n  %s\n", limb->name, limb->summary);
  for (PetscInt i = 0; i < limb->num_dimensions; i++) {
    const TasDimension *d     = &limb->dimensions[i];
    const TasRange      range = {TAS_WITHIN, d->low, d->high};
    char                bounds[160], standard[64];

    TasRangeText(&range, d->unit, sizeof(bounds), bounds);
    TasUnitsFormat(d->standard, d->unit, sizeof(standard), standard);
    if (!markdown)
      printf("    %-30s %s; %s; default %s (%s)\n", d->key, d->meaning, bounds, standard, d->source);
    else {
      printf("| `%s` | %s | %s | ", d->key, bounds, standard);
      Cell(d->meaning);
      printf(" | ");
      Cell(d->source);
      printf(" |\n");
    }
  }
  printf("\n");
}

/* Devices of a plan with what rests on evidence. */
static void PrintDevices(PetscBool markdown)
{
  printf(markdown ? "## Devices\n\n| device | stroke, mm | source | femur, days/cm | source | tibia, days/cm | source |\n|---|---|---|---|---|---|---|\n" : "devices\n");
  for (PetscInt i = 0; i < TAS_NUM_PLAN_DEVICES; i++) {
    const TasPlanDevice *d          = &tas_plan_devices[i];
    const char          *source;
    const PetscReal      longest    = TasPlanStroke(d, &source);
    char                 stroke[16] = "not limited";

    if (longest > 0) snprintf(stroke, sizeof(stroke), "%g", (double)longest);
    printf(markdown ? "| `%s` | %s | %s |" : "    %-15s stroke %s mm (%s)", d->name, stroke, source);
    for (int b = 0; b < TAS_NUM_BONES; b++) {
      const TasHealingIndex *h = &d->healing[b];

      if (markdown)
        printf(" %g (%g to %g) | %s |", (double)h->typical, (double)h->low, (double)h->high, h->source);
      else
        printf("; %s %g (%g to %g) days/cm (%s)", tas_bone_names[b], (double)h->typical, (double)h->low, (double)h->high, h->source);
    }
    printf("\n");
  }
}

static void PrintPlan(PetscBool markdown)
{
  for (PetscInt t = 0; t < tas_num_plan_tables; t++) markdown ? PrintMarkdown(&tas_plan_tables[t]) : PrintText(&tas_plan_tables[t]);
  PrintDevices(markdown);
}

/* What subjects change of a limb's dimensions. */
static void PrintSubjects(const TasLimb *limb, PetscBool markdown)
{
  printf(markdown ? "## `mesh.subject` of `limb: %s`\n\nAll lengths of the limb times one factor, but for the dimensions named; ranges are scaled too.\n\n| subject | lengths | source |\n|---|---|---|\n" : "mesh.subject, limb %s\n", limb->name);
  for (PetscInt i = 0; i < TasSubjectCount(); i++) {
    const TasSubject     *subject = TasSubjectAt(i);
    const TasSubjectLimb *as      = TasSubjectFindLimb(subject, limb);

    if (!as) continue;
    printf(markdown ? "| `%s`: %s | times %.3g | " : "    %-30s %s; lengths times %.3g; ", subject->name, subject->meaning, (double)as->scale);
    Cell(as->source);
    for (const TasSubjectValue *v = as->values; v < as->values + TAS_SUBJECT_VALUES && v->key; v++) {
      printf(markdown ? "; `%s` %g mm: " : "; %s %g mm: ", v->key, (double)v->value);
      Cell(v->source);
    }
    printf(markdown ? " |\n" : "\n");
  }
  printf("\n");
}

/* What output.fields may name. */
static void PrintFields(PetscBool markdown)
{
  printf(markdown ? "## `output.fields`\n\nFields of the results, with the unit that each names in `results.vtkhdf`; 1: none.\n\n| field | unit | meaning |\n|---|---|---|\n" : "output.fields\n");
  for (PetscInt k = 0; k < tas_num_output_fields; k++) {
    const TasOutputField *f = &tas_output_fields[k];
    printf(markdown ? "| `%s` | %s | %s |\n" : "    %-24s %-5s %s\n", f->name, f->unit, f->meaning);
  }
  printf("\n");
}

static const char *SectionName(const void *context, PetscInt i)
{
  return i == tas_num_case_sections ? "plan" : tas_case_sections[i]->key;
}

PetscErrorCode TasCommandKeys(const TasCommandLine *line, int *status)
{
  PetscBool   found = PETSC_FALSE;
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(TasUnitsBegin());
  for (PetscInt s = 0; s < tas_num_case_sections; s++) {
    const TasCaseSection *section = tas_case_sections[s];

    if (line->argument && strcmp(section->key, line->argument)) continue;
    found = PETSC_TRUE;
    for (PetscInt t = 0; t < section->num_tables && !rank; t++)
      line->markdown ? PrintMarkdown(&section->tables[t]) : PrintText(&section->tables[t]);
    if (!rank && !strcmp(section->key, "output")) PrintFields(line->markdown);
    if (strcmp(section->key, "mesh") || rank) continue;
    PrintDimensions(&tas_limb_tibia, line->markdown);
    PrintDimensions(&tas_limb_thigh, line->markdown);
    PrintDimensions(&tas_limb_rod, line->markdown);
    PrintSubjects(&tas_limb_tibia, line->markdown);
    PrintSubjects(&tas_limb_thigh, line->markdown);
  }
  if (line->argument && !strcmp(line->argument, "plan")) {
    found = PETSC_TRUE;
    if (!rank) PrintPlan(line->markdown);
  }
  if (!found) {
    const char *nearest = TasTextNearest(line->argument, tas_num_case_sections + 1, SectionName, NULL);
    char        quoted[80], problem[TAS_PROBLEM_LENGTH];

    TasTextQuote(line->argument, sizeof(quoted), quoted);
    snprintf(problem, sizeof(problem), "tasis keys: no section %s%s%s, allowed:", quoted, nearest ? ", nearest: " : "",
             nearest ? nearest : "");
    for (PetscInt s = 0; s < tas_num_case_sections + 1; s++)
      TasTextAppend(sizeof(problem), problem, "%s %s", s ? "," : "", SectionName(NULL, s));
    PetscCall(PetscFPrintf(PETSC_COMM_WORLD, stderr, "%s\n", problem));
    *status = TAS_EXIT_BAD_INPUT;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
