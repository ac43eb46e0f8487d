/* What a run has left in its folder: status.json and margins.json. */
#include "solver/output/json_value.h"
#include "solver/output/status_read.h"
#include "solver/safe_rate/safe_rate.h"
#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static json_t *Load(const char *folder, const char *name)
{
  char path[PETSC_MAX_PATH_LEN + 32];

  snprintf(path, sizeof(path), "%s/%s", folder, name);
  return json_load_file(path, 0, NULL); /* NULL: there is none, or it is damaged */
}

/* A margin that is no number is as bad as can be. */
static TasSafeMargin ReadMargin(const json_t *object)
{
  TasSafeMargin m  = {.margin = TasJsonReal(object, "margin", PETSC_MIN_REAL), .value = TasJsonReal(object, "value", NAN), .limit = TasJsonReal(object, "limit", NAN), .day = TasJsonReal(object, "day", NAN), .arc = TasJsonReal(object, "arc_mm", NAN), .cell = (PetscInt)TasJsonReal(object, "cell", 0)};
  json_t       *at = json_object_get(object, "at_mm");

  TasJsonText(object, "tissue", sizeof(m.tissue), m.tissue);
  TasJsonText(object, "strand", sizeof(m.strand), m.strand);
  TasJsonText(object, "rule", sizeof(m.rule), m.rule);
  TasJsonText(object, "unit", sizeof(m.unit), m.unit);
  for (size_t k = 0; k < 3; k++) m.at[k] = json_number_value(json_array_get(at, k));
  return m;
}

/* The worst first. */
static void Insert(TasSafeRun *run, const TasSafeMargin *margin)
{
  PetscInt place = run->num_margins++;

  for (; place > 0 && run->margins[place - 1].margin > margin->margin; place--) run->margins[place] = run->margins[place - 1];
  run->margins[place] = *margin;
}

static PetscErrorCode ReadMargins(const char *results, TasSafeRun *run)
{
  json_t *list = Load(results, "margins.json"), *object;
  size_t  k;

  PetscFunctionBeginUser;
  if (!json_is_array(list) || !json_array_size(list)) {
    json_decref(list);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscCalloc1(json_array_size(list), &run->margins));
  json_array_foreach(list, k, object) {
    const TasSafeMargin margin = ReadMargin(object);

    Insert(run, &margin);
  }
  json_decref(list);
  run->margin = run->margins[TasSafeSmallest(run)].margin;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The last value of a column of history.csv, by its title; NaN: there is none. */
static PetscReal LastOf(const char *results, const char *title)
{
  char      path[PETSC_MAX_PATH_LEN + 32], *line = NULL;
  size_t    size   = 0;
  PetscReal value  = NAN;
  int       column = -1;
  FILE     *file;

  snprintf(path, sizeof(path), "%s/history.csv", results);
  file = fopen(path, "r");
  while (file && getline(&line, &size, file) > 0) {
    char *cell = line, *next;
    int   k    = 0;

    line[strcspn(line, "\r\n")] = 0;
    for (; cell && (column < 0 || k < column); cell = next, k++) {
      next = strchr(cell, ',');
      if (next) *next++ = 0;
      if (column < 0 && !strcmp(cell, title)) break;
    }
    if (column < 0 && !cell) break; /* no such column */
    if (column >= 0 && cell)
      value = strtod(cell, NULL);
    else
      column = k;
  }
  if (file) fclose(file);
  free(line);
  return value;
}

/* What its end means. A run that failed after a limit was broken is outside all the same, as is one that its monitoring has ended (exit
   status 4); without margins there is no answer. */
static void Judge(const TasSafeWanted *wanted, TasSafeRun *run)
{
  const PetscBool broken = (PetscBool)(run->num_margins && run->margin < wanted->margin);

  run->whole = (PetscBool)(run->exit_status == TAS_EXIT_DONE && run->num_margins);
  if (run->whole)
    run->state = broken ? TAS_SAFE_OUTSIDE : TAS_SAFE_INSIDE;
  else
    run->state = broken || run->exit_status == TAS_EXIT_TISSUE_LIMIT ? TAS_SAFE_OUTSIDE : TAS_SAFE_NO_ANSWER;
  if (!run->num_margins && run->exit_status == TAS_EXIT_DONE) snprintf(run->message, sizeof(run->message), "no tissue of it is judged by a limit");
}

PetscErrorCode TasSafeRunRead(const TasSafeWanted *wanted, const char *results, TasSafeRun *run, PetscBool *done, PetscBool *resumable)
{
  TasStatusRead status;
  char          path[PETSC_MAX_PATH_LEN + 32];

  PetscFunctionBeginUser;
  PetscCall(TasSafeRunClear(run));
  TasStatusReadFolder(results, &status);
  PetscCall(PetscStrncpy(run->message, status.message, sizeof(run->message)));
  run->exit_status = status.exit_status;
  run->wall_time   = isfinite((double)status.wall_time) ? status.wall_time : 0;
  run->day         = isfinite((double)status.day) ? status.day : 0;
  run->gap         = LastOf(results, "gap [mm]");
  const PetscReal second = LastOf(results, TAS_SECOND "gap [mm]");
  if (!isnan(second)) run->gap += second;
  PetscCall(ReadMargins(results, run));
  Judge(wanted, run);
  *done = PETSC_FALSE;
  if (!strcmp(status.state, "done") || run->exit_status == TAS_EXIT_NOT_CONVERGED || run->exit_status == TAS_EXIT_TISSUE_LIMIT) *done = PETSC_TRUE;
  if (run->exit_status == TAS_EXIT_REQUESTED) *done = (PetscBool)(wanted->stop_early && run->state == TAS_SAFE_OUTSIDE);
  snprintf(path, sizeof(path), "%s/checkpoint.h5", results);
  *resumable = (PetscBool)(!*done && !access(path, R_OK));
  PetscFunctionReturn(PETSC_SUCCESS);
}
