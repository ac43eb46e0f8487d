/* safe_rate.json and safe_rate.txt. */
#include "solver/files.h"
#include "solver/safe_rate/safe_rate.h"
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHORT 0.02 /* of the length */

static const char *const state_names[] = {[TAS_SAFE_INSIDE] = "inside", [TAS_SAFE_OUTSIDE] = "outside", [TAS_SAFE_NO_ANSWER] = "no answer"};
static const char *const end_names[]   = {[TAS_SAFE_BRACKETED] = "bracketed", [TAS_SAFE_ALL_INSIDE] = "all inside", [TAS_SAFE_NONE] = "none inside", [TAS_SAFE_UNFINISHED] = "unfinished"};

static const TasSafeRun *RunOf(const TasSafeReport *r, PetscInt index) { return index < 0 ? NULL : &r->result->runs[index]; }

/* What the answer ends at: a run whose limit was broken, one without an answer, or nothing. */
static const char *BracketedBy(const TasSafeReport *r)
{
  const TasSafeRun *outside = RunOf(r, r->result->outside);

  return !outside ? "the bound" : outside->state == TAS_SAFE_OUTSIDE ? "a limit" : "a run without an answer";
}

/* The rule that limits: the one that breaks outside, else the one nearest to its limit inside. */
static const TasSafeMargin *Limiting(const TasSafeReport *r)
{
  const TasSafeRun *outside = RunOf(r, r->result->outside), *run = outside && outside->state == TAS_SAFE_OUTSIDE ? outside : RunOf(r, r->result->inside);

  return run && run->num_margins ? &run->margins[TasSafeSmallest(run)] : NULL;
}

/* Days that the distraction takes at a value; NaN: not known from it. */
static PetscReal DaysAt(const TasSafeReport *r, PetscReal value)
{
  PetscReal longest = 0;

  for (PetscInt k = 0; k < r->c->num_distractions; k++) longest = PetscMax(longest, r->c->distraction[k].length);
  if (r->wanted->search == TAS_SAFE_RATE) return longest / value;
  return r->wanted->search == TAS_SAFE_DAYS ? value : NAN;
}

/* mm that are wanted, of all osteotomies. */
static PetscReal Length(const TasSafeReport *r)
{
  PetscReal length = 0;

  for (PetscInt k = 0; k < r->c->num_distractions; k++) length += r->c->distraction[k].length;
  return length;
}

/* Has a search for a rhythm or rate of a given length come to it? A device may stall, and monitoring may end a lengthening. */
static PetscBool IsShort(const TasSafeReport *r, const TasSafeRun *run)
{
  return (PetscBool)(run->whole && r->wanted->search != TAS_SAFE_KEY && run->gap < (1 - SHORT) * Length(r));
}

/* ---- for people ---- */

static void PrintMargin(FILE *file, const TasSafeMargin *m)
{
  char value[64], limit[64];

  snprintf(value, sizeof(value), "%.4g%s%s", (double)m->value, strcmp(m->unit, "1") ? " " : "", strcmp(m->unit, "1") ? m->unit : "");
  snprintf(limit, sizeof(limit), "%.4g%s%s", (double)m->limit, strcmp(m->unit, "1") ? " " : "", strcmp(m->unit, "1") ? m->unit : "");
  fprintf(file, "  %8.4f  %-26s %-20s %14s of %-14s day %-8.4g at (%.1f, %.1f, %.1f) mm\n", (double)m->margin, m->tissue[0] ? m->tissue : m->strand, m->rule, value, limit, (double)m->day, (double)m->at[0], (double)m->at[1], (double)m->at[2]);
}

static void PrintAnswer(FILE *file, const TasSafeReport *r)
{
  const TasSafeRun *inside = RunOf(r, r->result->inside), *outside = RunOf(r, r->result->outside);
  char              text[80];

  if (!inside) {
    TasSafeValueText(r->wanted, r->wanted->safer ? r->wanted->high : r->wanted->low, sizeof(text), text);
    fprintf(file, "%s = %s, the safest bound, does not keep a margin of %g: there is no answer within the bounds.\n", r->wanted->key, text, (double)r->wanted->margin);
  } else {
    TasSafeValueText(r->wanted, inside->value, sizeof(text), text);
    fprintf(file, "%s = %s keeps a margin of %g with every rule", r->wanted->key, text, (double)r->wanted->margin);
    if (isfinite((double)DaysAt(r, inside->value))) fprintf(file, "; the distraction takes %.4g days", (double)DaysAt(r, inside->value));
    fprintf(file, ".\n");
    if (IsShort(r, inside)) fprintf(file, "Its run ended with %.4g mm of the %.4g mm that were wanted.\n", (double)inside->gap, (double)Length(r));
  }
  if (outside) TasSafeValueText(r->wanted, outside->value, sizeof(text), text);
  if (outside && outside->state == TAS_SAFE_OUTSIDE) fprintf(file, "At %s a limit is broken.\n", text);
  if (outside && outside->state == TAS_SAFE_NO_ANSWER) fprintf(file, "At %s there is no answer, which counts as unsafe: %s\n", text, outside->message);
  if (!outside && inside) fprintf(file, "That is the bound: nothing beyond it was tried.\n");
  if (r->result->end == TAS_SAFE_UNFINISHED) fprintf(file, "The search has not come to its tolerance.\n");
  fprintf(file, "\n");
}

static void PrintRuns(FILE *file, const TasSafeReport *r)
{
  fprintf(file, "Runs\n  %-20s %-10s %10s  %8s  %8s  %6s  %s\n", "value", "state", "margin", "to day", "gap, mm", "s", "folder");
  for (PetscInt i = 0; i < r->result->num_runs; i++) {
    const TasSafeRun *run = &r->result->runs[i];
    char              text[80], margin[32], gap[32] = "-";

    if (isfinite((double)run->gap)) snprintf(gap, sizeof(gap), "%.4g", (double)run->gap);
    TasSafeValueText(r->wanted, run->value, sizeof(text), text);
    snprintf(margin, sizeof(margin), "%s%.4f", run->whole ? "" : "<= ", (double)run->margin);
    if (!run->num_margins) snprintf(margin, sizeof(margin), "-");
    fprintf(file, "  %-20s %-10s %10s  %8.4g  %8s  %6.1f  %s%s\n", text, state_names[run->state], margin, (double)run->day, gap, (double)run->wall_time, run->folder, i == r->result->inside || i == r->result->outside ? "  <- bracket" : "");
    if (run->state == TAS_SAFE_NO_ANSWER) fprintf(file, "    %s\n", run->message);
  }
  fprintf(file, "\n");
}

static void PrintSensitivity(FILE *file, const TasSafeReport *r)
{
  if (!r->wanted->num_parameters || r->result->inside < 0) return;
  fprintf(file, "Sensitivity: how the answer moves, estimated from margins (docs/safe-rate.md)\n");
  for (PetscInt k = 0; k < r->wanted->num_parameters; k++) {
    char change[80] = "no estimate";

    if (isfinite((double)r->result->d_value[k])) snprintf(change, sizeof(change), "%+.3g %s", (double)r->result->d_value[k], strcmp(r->wanted->unit, "1") ? r->wanted->unit : "");
    fprintf(file, "  %-44s x %-6g  %-20s margin %.4f\n", r->wanted->parameters[k].path, (double)r->wanted->parameters[k].factor, change, (double)r->result->varied[k].margin);
  }
  fprintf(file, "\n");
}

void TasSafeReportPrint(FILE *file, const void *report)
{
  const TasSafeReport *r      = (const TasSafeReport *)report;
  const TasSafeRun    *inside = RunOf(r, r->result->inside);
  const TasSafeMargin *limiting = Limiting(r);

  fprintf(file, "%s\n\n%s\n", r->note, r->c->title[0] ? r->c->title : r->c->name);
  PrintAnswer(file, r);
  if (limiting) fprintf(file, "What limits%s\n", r->result->outside >= 0 && r->result->runs[r->result->outside].state == TAS_SAFE_OUTSIDE ? ", in the run outside" : "");
  if (limiting) PrintMargin(file, limiting);
  if (inside) fprintf(file, "\nMargins at the answer (1 untouched, 0 at the limit)\n");
  for (PetscInt k = 0; inside && k < inside->num_margins; k++) PrintMargin(file, &inside->margins[k]);
  fprintf(file, "\n");
  PrintRuns(file, r);
  fprintf(file, r->result->num_violations ? "Margins do not fall everywhere:\n" : "Margins fall from each run to the next more dangerous one.\n");
  for (PetscInt k = 0; k < r->result->num_violations; k++) fprintf(file, "  %s\n", r->result->violations[k]);
  if (r->result->num_violations) fprintf(file, "  The answer is the outermost value below which no run was unsafe.\n");
  fprintf(file, "\n");
  PrintSensitivity(file, r);
  fprintf(file, "%" PetscInt_FMT " runs, %" PetscInt_FMT " started now, %.1f s\n", r->result->num_runs + (inside ? r->wanted->num_parameters : 0), r->num_started, (double)r->wall_time);
}

/* ---- for programs ---- */

static json_t *Number(PetscReal value) { return isfinite((double)value) && value > -1e300 ? json_real((double)value) : json_null(); }

static json_t *MarginObject(const TasSafeMargin *m)
{
  return json_pack("{s:o, s:s?, s:s?, s:s, s:o, s:o, s:s, s:o, s:[f,f,f], s:o}", "margin", Number(m->margin), "tissue", m->tissue[0] ? m->tissue : NULL, "strand", m->strand[0] ? m->strand : NULL, "rule", m->rule, "value", Number(m->value),
                   "limit", Number(m->limit), "unit", m->unit, "arc_mm", Number(m->arc), "at_mm", (double)m->at[0], (double)m->at[1], (double)m->at[2], "day", Number(m->day));
}

static json_t *RunObject(const TasSafeRun *run)
{
  return json_pack("{s:f, s:s, s:o, s:b, s:i, s:s, s:f, s:o, s:f, s:b, s:s}", "value", (double)run->value, "state", state_names[run->state], "margin", run->num_margins ? Number(run->margin) : json_null(), "whole", run->whole, "exit_status", run->exit_status,
                   "message", run->message, "day", (double)run->day, "gap_mm", Number(run->gap), "wall_time_s", (double)run->wall_time, "reused", run->reused, "folder", run->folder);
}

static json_t *AnswerObject(const TasSafeReport *r)
{
  const TasSafeRun *inside = RunOf(r, r->result->inside), *outside = RunOf(r, r->result->outside);
  json_t           *margins = json_array(), *limiting = Limiting(r) ? MarginObject(Limiting(r)) : json_null();

  for (PetscInt k = 0; inside && k < inside->num_margins; k++) json_array_append_new(margins, MarginObject(&inside->margins[k]));
  return json_pack("{s:o, s:s, s:o, s:b, s:s, s:s, s:o, s:s?, s:s?, s:o, s:o}", "value", inside ? Number(inside->value) : json_null(), "unit", r->wanted->unit, "days_of_distraction", inside ? Number(DaysAt(r, inside->value)) : json_null(), "short_of_length", inside && IsShort(r, inside), "end", end_names[r->result->end],
                   "bracketed_by", BracketedBy(r), "outside_value", outside ? Number(outside->value) : json_null(), "inside", inside ? inside->folder : NULL, "outside", outside ? outside->folder : NULL, "limiting", limiting, "margins", margins);
}

static json_t *SensitivityList(const TasSafeReport *r)
{
  json_t *list = json_array();

  for (PetscInt k = 0; r->result->inside >= 0 && k < r->wanted->num_parameters; k++)
    json_array_append_new(list, json_pack("{s:s, s:f, s:o, s:o}", "parameter", r->wanted->parameters[k].path, "factor", (double)r->wanted->parameters[k].factor, "change", Number(r->result->d_value[k]), "run", RunObject(&r->result->varied[k])));
  return list;
}

static json_t *Report(const TasSafeReport *r)
{
  json_t *runs = json_array(), *violations = json_array();

  for (PetscInt i = 0; i < r->result->num_runs; i++) json_array_append_new(runs, RunObject(&r->result->runs[i]));
  for (PetscInt i = 0; i < r->result->num_violations; i++) json_array_append_new(violations, json_string(r->result->violations[i]));
  return json_pack("{s:s, s:s, s:{s:s, s:s, s:f, s:f, s:f, s:f}, s:o, s:o, s:b, s:o, s:o, s:i, s:f}", "note", r->note, "case", r->c->path, "search", "key", r->wanted->key, "unit", r->wanted->unit, "low", (double)r->wanted->low, "high",
                   (double)r->wanted->high, "tolerance", (double)r->wanted->tolerance, "margin", (double)r->wanted->margin, "answer", AnswerObject(r), "runs", runs, "monotone", !r->result->num_violations, "violations", violations, "sensitivity",
                   SensitivityList(r), "started", (int)r->num_started, "wall_time_s", (double)r->wall_time);
}

PetscErrorCode TasSafeReportWrite(const char *folder, const TasSafeReport *report, char *problem)
{
  char    path[PETSC_MAX_PATH_LEN], *text;
  json_t *object = Report(report);

  PetscFunctionBeginUser;
  PetscCheck(object, PETSC_COMM_SELF, PETSC_ERR_LIB, "jansson cannot make safe_rate.json");
  text = json_dumps(object, JSON_INDENT(1) | JSON_REAL_PRECISION(10));
  json_decref(object);
  PetscCheck(text, PETSC_COMM_SELF, PETSC_ERR_LIB, "jansson cannot write safe_rate.json");
  PetscCall(PetscSNPrintf(path, sizeof(path), "%s/safe_rate.json", folder));
  PetscCall(TasFileReplaceText(path, text, problem));
  free(text);
  PetscCall(PetscSNPrintf(path, sizeof(path), "%s/safe_rate.txt", folder));
  PetscCall(TasFileReplace(path, TasSafeReportPrint, report, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}
