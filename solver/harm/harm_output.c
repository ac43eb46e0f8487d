/* What is told of harm: history columns, fields, status.json and the table at the end of the log. */
#include "solver/harm/harm_impl.h"
#include "solver/text.h"
#include <math.h>

#define SECONDS_PER_DAY 86400.

/* ---- fields ---- */

enum {
  FIELD_MARGIN,
  FIELD_LIMITING_RULE,
  FIELD_BLOOD_FLOW_FRACTION,
  FIELD_ISCHAEMIA_DOSE,
  FIELD_CONDUCTION_CLASS,
  FIELD_FIBROSIS_CLASS,
  NUM_FIELDS
};

/* kind: the field is about; elsewhere: in cells of other kinds and of tissues that are not judged. */
static const struct {
  TasResultsField field;
  TasTissueKind   kind;
  PetscReal       elsewhere;
} field_table[NUM_FIELDS] = {
  [FIELD_MARGIN]              = {{"margin", "1", TAS_AT_CELLS, 1, PETSC_FALSE, PETSC_FALSE}, TAS_KIND_NONE, 1.},
  [FIELD_LIMITING_RULE]       = {{"limiting_rule", "1", TAS_AT_CELLS, 1, PETSC_FALSE, PETSC_TRUE}, TAS_KIND_NONE, 0.},
  [FIELD_BLOOD_FLOW_FRACTION] = {{"blood_flow_fraction", "1", TAS_AT_CELLS, 1, PETSC_FALSE, PETSC_FALSE}, TAS_KIND_NERVE, 1.},
  [FIELD_ISCHAEMIA_DOSE]      = {{"ischaemia_dose", "h", TAS_AT_CELLS, 1, PETSC_FALSE, PETSC_FALSE}, TAS_KIND_NERVE, 0.},
  [FIELD_CONDUCTION_CLASS]    = {{"conduction_class", "1", TAS_AT_CELLS, 1, PETSC_FALSE, PETSC_TRUE}, TAS_KIND_NERVE, 0.},
  [FIELD_FIBROSIS_CLASS]      = {{"fibrosis_class", "1", TAS_AT_CELLS, 1, PETSC_FALSE, PETSC_TRUE}, TAS_KIND_MUSCLE, 0.},
};

/* Is there something to tell? */
static PetscBool IsTold(TasHarm harm, PetscInt k)
{
  for (PetscInt t = 0; t < harm->num_tissues; t++)
    if (field_table[k].kind == TAS_KIND_NONE || field_table[k].kind == harm->tissues[t].kind) return PETSC_TRUE;
  return PETSC_FALSE;
}

/* A field that the case names is written in any case; without a list only where there is something to tell. */
static PetscBool IsWanted(TasHarm harm, PetscInt k)
{
  const TasCase *c = harm->domain->c;

  return (PetscBool)(TasCaseWantsField(c, field_table[k].field.name) && (c->output.num_fields || IsTold(harm, k)));
}

/* Values of a field at the cells of a tissue, in gathered->scratch. */
static PetscErrorCode EvaluateField(TasHarm harm, const TasHarmTissue *tissue, PetscInt k, TasHarmGathered *gathered)
{
  const TasLimits *limits = &harm->domain->c->limits;
  const PetscInt   n      = tissue->num_cells;
  PetscReal       *other;

  PetscFunctionBeginUser;
  switch (k) {
  case FIELD_BLOOD_FLOW_FRACTION: TasRulesBloodFlow(limits, n, gathered->state, gathered->scratch); break;
  case FIELD_ISCHAEMIA_DOSE: TasRulesIschaemiaDose(n, gathered->state, gathered->scratch); break;
  case FIELD_CONDUCTION_CLASS: TasRulesConductionClass(limits, n, gathered->state, gathered->scratch); break;
  case FIELD_FIBROSIS_CLASS: TasRulesFibrosisClass(limits, n, gathered->state, gathered->scratch); break;
  default:
    PetscCall(PetscMalloc1(n + 1, &other));
    TasRulesEnvelope(tissue->kind, limits, &gathered->points, gathered->state, k == FIELD_MARGIN ? gathered->scratch : other, k == FIELD_MARGIN ? other : gathered->scratch);
    PetscCall(PetscFree(other));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHarmGiveFields(TasHarm harm, const TasHarmCells *cells, const TasFieldSink *sink)
{
  const PetscInt num = harm->domain->mesh->num_cells_owned;
  PetscReal     *values;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(num + 1, &values));
  for (PetscInt k = 0; k < NUM_FIELDS; k++) {
    if (!(sink->every ? IsTold(harm, k) : IsWanted(harm, k))) continue;
    for (PetscInt i = 0; i < num; i++) values[i] = field_table[k].elsewhere;
    for (PetscInt t = 0; t < harm->num_tissues; t++) {
      const TasHarmTissue *tissue = &harm->tissues[t];
      TasHarmGathered      gathered;
      if (field_table[k].kind != TAS_KIND_NONE && field_table[k].kind != tissue->kind) continue;
      PetscCall(TasHarmGather(harm, tissue, cells, &gathered));
      PetscCall(EvaluateField(harm, tissue, k, &gathered));
      for (PetscInt i = 0; i < tissue->num_cells; i++) values[tissue->cells[i]] = gathered.scratch[i];
      PetscCall(TasHarmGatheredFree(&gathered));
    }
    PetscCall(sink->take(sink->context, &field_table[k].field, values));
  }
  PetscCall(PetscFree(values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- declarations ---- */

/* The tissue or strand of a pair. */
static const char *Name(TasHarm harm, PetscInt p) { return harm->pairs[p].strand >= 0 ? harm->domain->c->strands[harm->pairs[p].strand].law.name : harm->domain->mesh->tissue_names[harm->pairs[p].tissue]; }

PetscReal TasHarmMarginNow(TasHarm harm, PetscInt rule, const char *owner, char *what)
{
  PetscReal smallest = 1.;

  what[0] = 0;
  for (PetscInt p = 0; p < harm->num_pairs; p++) {
    if ((rule >= 0 && (PetscInt)harm->pairs[p].rule != rule) || (owner[0] && strcmp(owner, Name(harm, p))) || harm->now[p].margin >= smallest) continue;
    smallest = harm->now[p].margin;
    (void)snprintf(what, TAS_PROBLEM_LENGTH, "%s of %s at (%.1f, %.1f, %.1f) mm", tas_rules[harm->pairs[p].rule].name, Name(harm, p), (double)harm->now[p].at[0], (double)harm->now[p].at[1], (double)harm->now[p].at[2]);
  }
  return smallest;
}

TasEnvelope TasHarmEnvelope(TasHarm harm, PetscInt p)
{
  const PetscBool     strand = (PetscBool)(harm->pairs[p].strand >= 0);
  const TasHarmWorst *worst  = &harm->worst[p];
  const TasRule      *rule   = &tas_rules[harm->pairs[p].rule];

  return (TasEnvelope){.margin = worst->margin,
                       .rule   = rule->name,
                       .tissue = strand ? NULL : Name(harm, p),
                       .strand = strand ? Name(harm, p) : NULL,
                       .value  = worst->value,
                       .limit  = TasRuleLimit(harm->pairs[p].rule, &harm->domain->c->limits),
                       .unit   = rule->unit,
                       .cell   = strand ? 0 : (PetscInt)worst->place + 1,
                       .arc    = strand ? worst->place : 0.,
                       .at     = {worst->at[0], worst->at[1], worst->at[2]},
                       .day    = worst->time / SECONDS_PER_DAY};
}

/* The worst pair so far, for status.json. */
static PetscErrorCode SetEnvelope(TasHarm harm, TasResults results)
{
  const TasEnvelope envelope = TasHarmEnvelope(harm, TasHarmSmallest(harm->worst, 0, harm->num_pairs));

  PetscFunctionBeginUser;
  PetscCall(TasResultsSetEnvelope(results, &envelope));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddColumn(TasHistory history, const char *tissue, const char *name, const char *unit, PetscInt *column)
{
  char text[2 * TAS_NAME_LENGTH + 2];

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(text, sizeof text, "%s.%s", tissue, name));
  for (char *letter = text + strlen(tissue); *letter; letter++) *letter = *letter == '-' ? '_' : *letter;
  PetscCall(TasHistoryAddColumn(history, text, unit, column));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A tissue's columns stand side by side: its margin, the share of its volume that is beyond a limit, the value of each rule at its worst cell, and what else it has to tell. */
static PetscErrorCode DeclareColumns(TasHarm harm, TasHistory history)
{
  PetscInt column;

  PetscFunctionBeginUser;
  for (PetscInt t = 0; t < harm->num_tissues; t++) {
    TasHarmTissue    *tissue = &harm->tissues[t];
    const char *const name   = harm->domain->mesh->tissue_names[tissue->tissue];
    PetscCall(AddColumn(history, name, "margin", "1", &tissue->column));
    PetscCall(AddColumn(history, name, "harmed_share", "1", &column));
    for (PetscInt p = tissue->first_pair; p < tissue->first_pair + tissue->num_pairs; p++) PetscCall(AddColumn(history, name, tas_rules[harm->pairs[p].rule].name, tas_rules[harm->pairs[p].rule].unit, &column));
    if (tissue->kind == TAS_KIND_NERVE) {
      PetscCall(AddColumn(history, name, "blood_flow_fraction_min", "1", &column));
      PetscCall(AddColumn(history, name, "conduction_class_max", "1", &column));
    }
    if (tissue->kind == TAS_KIND_MUSCLE) PetscCall(AddColumn(history, name, "fibrosis_class_max", "1", &column));
  }
  PetscCall(TasHistoryAddColumn(history, "envelope_margin", "1", &harm->envelope_column));
  PetscCall(TasHistoryAddColumn(history, "envelope_tissue", "1", &column));
  PetscCall(TasHistoryAddColumn(history, "envelope_rule", "1", &column));
  if (harm->num_pairs > harm->num_cell_pairs) PetscCall(TasHistoryAddColumn(history, "envelope_strand", "1", &column));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The rules as this run applies them: a line each below /case, and the numbers of `limiting_rule` among the provenance. */
static PetscErrorCode AddTexts(TasHarm harm, TasResults results)
{
  const TasLimits *limits      = &harm->domain->c->limits;
  char             names[1024] = "0 none", table[8192] = "number,rule,kind,quantity,limit,unit,source\n";

  PetscFunctionBeginUser;
  for (PetscInt r = 0; r < TAS_NUM_RULES; r++) {
    const TasRule *rule = &tas_rules[r];
    TasTextAppend(sizeof names, names, ", %" PetscInt_FMT " %s", r + 1, rule->name);
    if (limits->off[r]) continue;
    const PetscReal limit    = TasRuleLimit((TasRuleNumber)r, limits);
    const PetscInt  k        = limit == limits->value[r][0] ? 0 : 1;
    const PetscBool standard = (PetscBool)(limit == rule->parameters[k].standard);
    TasTextAppend(sizeof table, table, "%" PetscInt_FMT ",%s,%s,%s,%.10g,%s,\"%s\"\n", r + 1, rule->name, tas_kind_names[rule->kind], rule->quantity, (double)limit, rule->unit, standard ? rule->parameters[k].source : "the case");
  }
  PetscCall(TasResultsAddProvenance(results, "limiting_rule", names));
  PetscCall(TasResultsAddCaseText(results, "limits.csv", table));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHarmDeclare(TasHarm harm, TasResults results)
{
  const TasDomain *domain = harm->domain;

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < NUM_FIELDS; k++)
    if (IsWanted(harm, k)) PetscCall(TasResultsAddField(results, &field_table[k].field));
  for (PetscInt t = 0; t < domain->mesh->num_tissues; t++)
    if (domain->c->tissues[t].kind != TAS_KIND_NONE && !TasMaterialNeedsFibre(domain->materials[t]))
      PetscCall(TasLogWarning(TasResultsLog(results), "tissue %s has no fibres: the limits of its kind, %s, are not looked at", domain->mesh->tissue_names[t], tas_kind_names[domain->c->tissues[t].kind]));
  if (!TasHarmJudges(harm)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(DeclareColumns(harm, TasResultsHistory(results)));
  PetscCall(AddTexts(harm, results));
  if (harm->begun) PetscCall(SetEnvelope(harm, results)); /* a resumed run may have no step left */
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- lines of the log ---- */

/* "0.157" or "1.9 h" */
static void Quantity(PetscReal value, const char *unit, char text[48]) { (void)snprintf(text, 48, strcmp(unit, "1") ? "%.4g %s" : "%.4g", (double)value, unit); }

/* "cell 12" or "at 81.4 mm along it" */
static void Place(const TasHarmPair *pair, const TasHarmWorst *worst, char text[64])
{
  if (pair->strand >= 0) (void)snprintf(text, 64, "%.1f mm along it", (double)worst->place);
  else (void)snprintf(text, 64, "cell %.0f", (double)worst->place + 1.);
}

static PetscErrorCode ReportPair(TasHarm harm, TasLog log, PetscInt p, const TasHarmWorst *worst, const char *before)
{
  const TasRule *rule = &tas_rules[harm->pairs[p].rule];
  char           value[48], limit[48], place[64];

  PetscFunctionBeginUser;
  Quantity(worst->value, rule->unit, value);
  Quantity(TasRuleLimit(harm->pairs[p].rule, &harm->domain->c->limits), rule->unit, limit);
  Place(&harm->pairs[p], worst, place);
  PetscCall(TasLogPrintf(log, "%s%7.3f  %-26s %-19s %14s of %-14s day %-8.4g %s at (%.1f, %.1f, %.1f) mm\n", before, (double)worst->margin, Name(harm, p), rule->name, value, limit, (double)(worst->time / SECONDS_PER_DAY), place,
                         (double)worst->at[0], (double)worst->at[1], (double)worst->at[2]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- each step ---- */

PetscErrorCode TasHarmSetColumns(TasHarm harm, TasResults results)
{
  const TasHistory history = TasResultsHistory(results);
  PetscInt         smallest;

  PetscFunctionBeginUser;
  if (!TasHarmJudges(harm)) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt t = 0; t < harm->num_tissues; t++) {
    const TasHarmTissue *tissue = &harm->tissues[t];
    PetscInt             column = tissue->column;
    PetscCall(TasHistorySet(history, column++, harm->now[TasHarmSmallest(harm->now, tissue->first_pair, tissue->num_pairs)].margin));
    PetscCall(TasHistorySet(history, column++, tissue->harmed / tissue->volume));
    for (PetscInt p = tissue->first_pair; p < tissue->first_pair + tissue->num_pairs; p++) PetscCall(TasHistorySet(history, column++, harm->now[p].value));
    if (tissue->kind == TAS_KIND_NERVE) PetscCall(TasHistorySet(history, column++, tissue->flow));
    if (tissue->kind == TAS_KIND_NERVE || tissue->kind == TAS_KIND_MUSCLE) PetscCall(TasHistorySet(history, column++, tissue->worst_class));
  }
  smallest = TasHarmSmallest(harm->now, 0, harm->num_pairs);
  PetscCall(TasHistorySet(history, harm->envelope_column, harm->now[smallest].margin));
  PetscCall(TasHistorySet(history, harm->envelope_column + 1, harm->pairs[smallest].tissue));
  PetscCall(TasHistorySet(history, harm->envelope_column + 2, harm->pairs[smallest].rule + 1));
  if (harm->num_pairs > harm->num_cell_pairs) PetscCall(TasHistorySet(history, harm->envelope_column + 3, harm->pairs[smallest].strand + 1));
  PetscCall(SetEnvelope(harm, results));
  for (PetscInt p = 0; p < harm->num_pairs; p++)
    if (harm->pairs[p].passed) PetscCall(ReportPair(harm, TasResultsLog(results), p, &harm->now[p], "limit passed: "));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the end ---- */

/* A strand's pairs stand together: behind the last one of those that begin at p. */
static PetscInt NextStrand(TasHarm harm, PetscInt p)
{
  PetscInt next = p;

  while (next < harm->num_pairs && harm->pairs[next].strand == harm->pairs[p].strand) next++;
  return next;
}

/* Puts a pair among others, the worst first. */
static void Insert(TasHarm harm, PetscInt worst, PetscInt *num, PetscInt *pair)
{
  PetscInt place = (*num)++;

  for (; place > 0 && harm->worst[pair[place - 1]].margin > harm->worst[worst].margin + TAS_RULES_TIE; place--) pair[place] = pair[place - 1];
  pair[place] = worst;
}

PetscErrorCode TasHarmReport(TasHarm harm, TasResults results)
{
  const TasLog    log     = TasResultsLog(results);
  const PetscBool strands = (PetscBool)(harm->num_pairs > harm->num_cell_pairs);
  PetscInt       *pair, num = 0;

  PetscFunctionBeginUser;
  if (!TasHarmJudges(harm) || !harm->begun) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(harm->num_pairs, &pair));
  for (PetscInt t = 0; t < harm->num_tissues; t++) Insert(harm, TasHarmSmallest(harm->worst, harm->tissues[t].first_pair, harm->tissues[t].num_pairs), &num, pair);
  for (PetscInt p = harm->num_cell_pairs, next; p < harm->num_pairs; p = next) {
    next = NextStrand(harm, p);
    Insert(harm, TasHarmSmallest(harm->worst, p, next - p), &num, pair);
  }
  PetscCall(TasLogPrintf(log, "smallest margin of each tissue%s (1 untouched, 0 at the limit): tissue, rule, value, limit, when and where\n", strands ? " and strand" : ""));
  for (PetscInt k = 0; k < num; k++) PetscCall(ReportPair(harm, log, pair[k], &harm->worst[pair[k]], ""));
  PetscCall(PetscFree(pair));
  PetscCall(TasHarmWriteMargins(harm, results));
  PetscFunctionReturn(PETSC_SUCCESS);
}
