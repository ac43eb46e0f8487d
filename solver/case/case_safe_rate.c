/* The section `safe_rate`. */
#include "solver/safe_rate/safe_rate.h"
#include "solver/text.h"
#include "solver/case/units.h"
#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define SEARCHES "rate | steps-per-day | days | key"

/* clang-format off */
#define PLACE(member) .offset = offsetof(TasSafeWanted, member)
static const TasCaseKey keys[] = {
  {.key = "search", .type = TAS_KEY_CHOICE, .choices = SEARCHES, PLACE(search), .standard = "rate",
   .meaning = "the largest distraction.rate; the fewest distraction.steps_per_day; the fewest days that distraction.length may take; or the outermost value of `key`. Of two osteotomies, of both"},
  {.key = "key", .type = TAS_KEY_TEXT, PLACE(key), .meaning = "search: key: the path of a value with a number, as for --set"},
  {.key = "safer", .type = TAS_KEY_CHOICE, .choices = "lower | higher", PLACE(safer), .meaning = "search: key: which values are the safer ones; lower when not given"},
  {.key = "low", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "a value, such as 0.25 mm/day", .meaning = "lower bound; by default 0.25 mm/day for a rate, 1 for steps-per-day"},
  {.key = "high", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "a value, such as 3 mm/day", .meaning = "upper bound; by default 3 mm/day for a rate, 24 for steps-per-day"},
  {.key = "tolerance", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "a value, such as 0.1 mm/day",
   .meaning = "distance of the run inside from the run outside at most; by default 0.1 mm/day for a rate, 1 for steps-per-day and days"},
  {.key = "margin", .type = TAS_KEY_VALUE, .unit = "1", .range = {TAS_BETWEEN, -1, 1}, PLACE(margin), .standard = "0", .meaning = "that every rule of harm is to keep: 1 untouched, 0 at the limit"},
  {.key = "stop_early", .type = TAS_KEY_SWITCH, PLACE(stop_early), .standard = "yes", .meaning = "a run ends when it is below that margin: quicker, but it cannot tell its final margins"},
  {.key = "at_once", .type = TAS_KEY_INTEGER, .range = {TAS_WITHIN, 1, 16}, PLACE(at_once), .meaning = "runs at the same time; by default one for ranks * threads cores"},
  {.key = "ranks", .type = TAS_KEY_INTEGER, .range = {TAS_WITHIN, 1, 4096}, PLACE(ranks), .standard = "1", .meaning = "of each run; more than one need mpiexec"},
  {.key = "threads", .type = TAS_KEY_INTEGER, .range = {TAS_WITHIN, 1, 4096}, PLACE(threads), .standard = "1", .meaning = "of each rank"},
  {.key = "most_runs", .type = TAS_KEY_INTEGER, .range = {TAS_WITHIN, 2, TAS_SAFE_MAX_RUNS}, PLACE(most_runs), .standard = "24", .meaning = "of the search; those for the sensitivity come on top"},
  {.key = "sensitivity", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{path: factor, ...}, such as {\"tissues.*.growth.time\": 1.2}",
   .meaning = "values of the case, as `tasis check` prints their paths, that are multiplied to see how the answer moves; * stands for any letters"},
};
#undef PLACE
/* clang-format on */
static const TasCaseTable tables[] = {TAS_CASE_TABLE(
    "safe_rate", "What `tasis safe-rate` looks for; `tasis run` does not mind it. Values of low, high and tolerance are in the unit of what is searched.", keys)};

/* What the searches but the last one bring; NULL: must be given. */
static const struct {
  const char *key, *unit, *low, *high, *tolerance;
  int         safer;
  PetscBool   whole;
} searches[] = {
    [TAS_SAFE_RATE]  = {"distraction.rate", "mm/day", "0.25 mm/day", "3 mm/day", "0.1 mm/day", 0, PETSC_FALSE},
    [TAS_SAFE_STEPS] = {"distraction.steps_per_day", "1", "1", "24", "1", 1, PETSC_TRUE},
    [TAS_SAFE_DAYS]  = {"distraction.rate", "day", NULL, NULL, "1 day", 1, PETSC_FALSE},
    [TAS_SAFE_KEY]   = {NULL, NULL, NULL, NULL, NULL, 0, PETSC_FALSE},
};

/* "mm/day" of "0.25 mm/day"; 1 where there is no unit. */
static void UnitOf(const char *text, size_t size, char *unit)
{
  char *rest;

  (void)strtod(text, &rest);
  while (isspace((unsigned char)*rest)) rest++;
  snprintf(unit, size, "%s", *rest ? rest : "1");
}

static PetscErrorCode ReadValue(TasCaseReader *r, const TasNode *section, const char *key, const char *standard, const TasSafeWanted *wanted, PetscReal *value)
{
  const TasNode *node  = TasNodeFind(section, key);
  const TasRange above = {TAS_ABOVE, 0, 0}, any = {0};
  char           text[64], path[80];
  TasNode        written = {.kind = TAS_NODE_SCALAR, .text = text, .source = "default"};

  PetscFunctionBeginUser;
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (!node && !standard) {
    TasCaseComplainMissing(r, section, key, "a value in the unit of what is searched");
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (!node) {
    snprintf(text, sizeof(text), "%s", standard);
    snprintf(path, sizeof(path), "safe_rate.%s", key);
    PetscCall(TasCaseRecord(r, path, standard, "default"));
  }
  PetscCall(TasCaseReadValue(r, node ? node : &written, wanted->unit, wanted->search == TAS_SAFE_KEY && strcmp(key, "tolerance") ? &any : &above, value));
  if (node) PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadBounds(TasCaseReader *r, const TasNode *section, TasSafeWanted *wanted)
{
  PetscFunctionBeginUser;
  PetscCall(ReadValue(r, section, "low", searches[wanted->search].low, wanted, &wanted->low));
  PetscCall(ReadValue(r, section, "high", searches[wanted->search].high, wanted, &wanted->high));
  PetscCall(ReadValue(r, section, "tolerance", searches[wanted->search].tolerance, wanted, &wanted->tolerance));
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (!(wanted->low < wanted->high))
    TasCaseComplain(r, section, "low, %g, is not below high, %g (%s), allowed: low < high", (double)wanted->low, (double)wanted->high, wanted->unit);
  else if (wanted->tolerance >= wanted->high - wanted->low)
    TasCaseComplain(r, section, "tolerance, %g, reaches from low to high, allowed: less than %g (%s)", (double)wanted->tolerance, (double)(wanted->high - wanted->low), wanted->unit);
  else if (wanted->whole && (wanted->low != PetscFloorReal(wanted->low) || wanted->high != PetscFloorReal(wanted->high) || wanted->tolerance != PetscFloorReal(wanted->tolerance)))
    TasCaseComplain(r, section, "found %g, %g and %g for low, high and tolerance, allowed: whole numbers", (double)wanted->low, (double)wanted->high, (double)wanted->tolerance);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadSearch(TasCaseReader *r, const TasNode *section, TasSafeWanted *wanted)
{
  const TasNode *key = TasNodeFind(section, "key"), *safer = TasNodeFind(section, "safer"), *low = TasNodeFind(section, "low");

  PetscFunctionBeginUser;
  if (wanted->search != TAS_SAFE_KEY) {
    if (key || safer) TasCaseComplain(r, key ? key : safer, "goes with search: key, allowed: nothing");
    PetscCall(PetscStrncpy(wanted->key, searches[wanted->search].key, sizeof(wanted->key)));
    PetscCall(PetscStrncpy(wanted->unit, searches[wanted->search].unit, sizeof(wanted->unit)));
    wanted->safer = searches[wanted->search].safer;
    wanted->whole = searches[wanted->search].whole;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (!key) TasCaseComplainMissing(r, section, "key", "the path of a value, such as distraction.latency");
  if (!low) TasCaseComplainMissing(r, section, "low", "a value with the unit of what is searched");
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (TasCaseExpectScalar(r, low, "a value with its unit")) UnitOf(low->text, sizeof(wanted->unit), wanted->unit);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *EntryPath(const void *c, PetscInt i) { return ((const TasCase *)c)->entries[i].path; }

/* Does the path stand for at least one value, and for numbers alone? */
static void CheckParameter(TasCaseReader *r, const TasNode *node)
{
  const TasCase *c     = r->c;
  PetscInt       found = 0;

  for (PetscInt i = 0; i < c->num_entries && !*r->problem; i++) {
    char *rest;

    if (!TasSafeMatches(node->key, c->entries[i].path)) continue;
    found++;
    (void)strtod(c->entries[i].value, &rest);
    if (rest == c->entries[i].value) TasCaseComplain(r, node, "%s is %.60s, allowed: values that are numbers", c->entries[i].path, c->entries[i].value);
  }
  if (!found) {
    const char *nearest = TasTextNearest(node->key, c->num_entries, EntryPath, c);

    TasCaseComplain(r, node, "no value of the case has that path%s%s%s, allowed: a path as tasis check prints it, * for any letters", nearest ? ", nearest: \"" : "", nearest ? nearest : "", nearest ? "\"" : "");
  }
}

static PetscErrorCode ReadParameters(TasCaseReader *r, const TasNode *node, TasSafeWanted *wanted)
{
  const TasRange above = {TAS_ABOVE, 0, 0};

  PetscFunctionBeginUser;
  if (*r->problem || !node || !TasCaseExpectMap(r, node)) PetscFunctionReturn(PETSC_SUCCESS);
  if (node->num_children > TAS_SAFE_MAX_PARAMETERS) TasCaseComplain(r, node, "found %" PetscInt_FMT " parameters, allowed: at most %d", node->num_children, TAS_SAFE_MAX_PARAMETERS);
  for (const TasNode *child = node->first; child && !*r->problem; child = child->next) {
    TasSafeParameter *parameter = &wanted->parameters[wanted->num_parameters++];

    if (strlen(child->key) >= sizeof(parameter->path)) TasCaseComplain(r, child, "found a path of %zu characters, allowed: at most %zu", strlen(child->key), sizeof(parameter->path) - 1);
    snprintf(parameter->path, sizeof(parameter->path), "%s", child->key);
    PetscCall(TasCaseReadValue(r, child, "1", &above, &parameter->factor));
    if (parameter->factor == 1) TasCaseComplain(r, child, "found the factor 1, allowed: another number above 0");
    if (!*r->problem) CheckParameter(r, child);
    PetscCall(TasCaseRecordNode(r, child));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSafeWantedRead(TasCaseReader *r, const TasNode *node, TasSafeWanted *wanted)
{
  PetscFunctionBeginUser;
  memset(wanted, 0, sizeof(*wanted));
  PetscCall(TasCaseReadMap(r, &tables[0], "safe_rate", node, wanted));
  if (!*r->problem) PetscCall(ReadSearch(r, node, wanted));
  if (!*r->problem) PetscCall(ReadBounds(r, node, wanted));
  PetscCall(ReadParameters(r, TasNodeFind(node, "sensitivity"), wanted));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A case is checked with its section, whoever reads it; what it says is read again by the command that wants it. */
static PetscErrorCode Read(TasCaseReader *r, const TasNode *node)
{
  TasSafeWanted wanted;

  PetscFunctionBeginUser;
  if (node) PetscCall(TasSafeWantedRead(r, node, &wanted));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_safe_rate = {
    .key = "safe_rate", .meaning = "what tasis safe-rate looks for", .num_tables = 1, .tables = tables, .read = Read};
