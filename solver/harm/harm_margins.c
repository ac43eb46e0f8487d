/* margins.json: every rule of every judged tissue and strand at its worst, for programs that compare runs. */
#include "solver/files.h"
#include "solver/harm/harm_impl.h"
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

/* JSON has neither infinity nor NaN. */
static json_t *Number(PetscReal value) { return isfinite((double)value) ? json_real((double)value) : json_null(); }

static json_t *Object(const TasEnvelope *e)
{
  return json_pack("{s:o, s:s?, s:s?, s:s, s:o, s:o, s:s, s:o, s:o, s:[f,f,f], s:f}", "margin", Number(e->margin), "tissue", e->tissue, "strand", e->strand, "rule", e->rule, "value",
                   Number(e->value), "limit", Number(e->limit), "unit", e->unit, "cell", e->tissue ? json_integer(e->cell) : json_null(), "arc_mm", e->strand ? Number(e->arc) : json_null(),
                   "at_mm", (double)e->at[0], (double)e->at[1], (double)e->at[2], "day", (double)e->day);
}

PetscErrorCode TasHarmWriteMargins(TasHarm harm, TasResults results)
{
  char        path[PETSC_MAX_PATH_LEN], problem[TAS_PROBLEM_LENGTH] = "";
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(harm->domain->mesh->comm, &rank));
  PetscCall(TasResultsPath(results, "margins.json", path));
  if (!rank) {
    json_t *list = json_array();
    char   *text;

    for (PetscInt p = 0; p < harm->num_pairs; p++) {
      const TasEnvelope envelope = TasHarmEnvelope(harm, p);

      PetscCheck(!json_array_append_new(list, Object(&envelope)), PETSC_COMM_SELF, PETSC_ERR_MEM, "no room for margins.json");
    }
    text = json_dumps(list, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    PetscCheck(text, PETSC_COMM_SELF, PETSC_ERR_LIB, "jansson cannot write margins.json");
    PetscCall(TasFileReplaceText(path, text, problem));
    free(text);
    json_decref(list);
  }
  PetscCall(TasProblemShare(harm->domain->mesh->comm, problem));
  if (problem[0]) PetscCall(TasLogWarning(TasResultsLog(results), "%s", problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}
