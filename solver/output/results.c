#include "solver/output/results.h"
#include "solver/files.h"
#include "solver/output/provenance.h"
#include "solver/output/vtkhdf.h"
#include "solver/output/xdmf.h"
#include <math.h>
#include <petsctime.h>
#include <string.h>

#define HEAVY "results.vtkhdf"
#define LIGHT "results.xmf"
#define ORIGIN "provenance.json"

struct TasResults_ {
  MPI_Comm          comm;
  PetscMPIInt       rank, size;
  TasResultsOptions options;
  char              folder[PETSC_MAX_PATH_LEN];
  PetscReal         start; /* of the clock */
  TasLog            log;
  TasHistory        history;
  TasProvenance     provenance;
  TasVtkhdf         fields; /* NULL until there is a mesh, and without fields */
  const TasMesh    *mesh;
  TasResultsField  *described; /* fields as xdmf.h takes them */
  PetscReal         day;       /* of the output step that is being written */
  PetscBool         ours;      /* the folder: no other run is writing to it */
  PetscBool         open;
  TasStatus         status;
  char              problem[TAS_PROBLEM_LENGTH]; /* the first one */
};

TasHistory TasResultsHistory(TasResults r)
{
  return r->history;
}

TasLog TasResultsLog(TasResults r)
{
  return r->log;
}

PetscMPIInt TasResultsRank(TasResults r)
{
  return r->rank;
}

PetscInt TasResultsNumSteps(TasResults r)
{
  return r->fields ? TasVtkhdfNumSteps(r->fields) : 0;
}

PetscErrorCode TasResultsPath(TasResults r, const char *name, char path[PETSC_MAX_PATH_LEN])
{
  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(path, PETSC_MAX_PATH_LEN, "%s/%s", r->folder, name));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The first problem stays, and is what later calls report. */
static PetscErrorCode Keep(TasResults r, char *problem)
{
  PetscFunctionBeginUser;
  if (!r->problem[0]) PetscCall(PetscStrncpy(r->problem, problem, TAS_PROBLEM_LENGTH));
  PetscCall(PetscStrncpy(problem, r->problem, TAS_PROBLEM_LENGTH));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Only what is Tasis's own, a folder may hold a user's files too: half-written files and old requests in any case, results unless the run goes on. */
static PetscErrorCode RemoveOld(TasResults r, char *problem)
{
  static const char *const results[]  = {HEAVY, LIGHT, "strands.h5", "strands.xmf", "history.csv", "status.json", "checkpoint.h5", "margins.json", "pins.vtk", ORIGIN};
  static const char *const requests[] = {"stop", "checkpoint"};
  char                     path[PETSC_MAX_PATH_LEN], part[PETSC_MAX_PATH_LEN];

  PetscFunctionBeginUser;
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(results); i++) {
    PetscCall(TasResultsPath(r, results[i], path));
    PetscCall(PetscSNPrintf(part, sizeof part, "%s.part", path));
    PetscCall(TasFileRemove(part, problem));
    if (!r->options.resume) PetscCall(TasFileRemove(path, problem));
  }
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(requests); i++) {
    PetscCall(TasResultsPath(r, requests[i], path));
    PetscCall(TasFileRemove(path, problem));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WriteStatus(TasResults r, char *problem)
{
  char      path[PETSC_MAX_PATH_LEN];
  PetscReal now;

  PetscFunctionBeginUser;
  problem[0] = 0;
  PetscCall(TasMemoryPeak(r->comm, &r->status.memory_peak));
  PetscCall(PetscTime(&now));
  r->status.wall_time    = now - r->start;
  r->status.num_warnings = TasLogNumWarnings(r->log);
  PetscCall(TasResultsPath(r, "status.json", path));
  if (!r->rank) PetscCall(TasStatusWrite(path, &r->status, problem));
  PetscCall(TasProblemShare(r->comm, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The log comes first: it is locked, so a run that still goes keeps its files. */
static PetscErrorCode StartFolder(TasResults r, char *problem)
{
  char path[PETSC_MAX_PATH_LEN];

  PetscFunctionBeginUser;
  problem[0] = 0;
  if (!r->rank) PetscCall(TasFolderMake(r->folder, problem));
  PetscCall(TasProblemShare(r->comm, problem));
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasResultsPath(r, "run.log", path));
  PetscCall(TasLogOpen(r->log, path, r->options.resume, problem));
  r->ours = (PetscBool)!problem[0];
  if (!r->rank) PetscCall(RemoveOld(r, problem));
  PetscCall(TasProblemShare(r->comm, problem));
  if (!problem[0]) PetscCall(WriteStatus(r, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasResultsCreate(MPI_Comm comm, const char *folder, const TasResultsOptions *options, TasResults *results, char *problem)
{
  TasResults r;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&r));
  *results = r;
  r->comm  = comm;
  if (options) r->options = *options;
  PetscCallMPI(MPI_Comm_rank(comm, &r->rank));
  PetscCallMPI(MPI_Comm_size(comm, &r->size));
  r->status = (TasStatus){.state = TAS_STATE_RUNNING, .num_ranks = r->size, .last_day = NAN, .gap = NAN, .second_gap = NAN, .time_left = NAN};
  PetscCall(PetscTime(&r->start));
  PetscCall(PetscStrncpy(r->folder, folder, sizeof(r->folder)));
  PetscCall(TasLogCreate(comm, r->options.quiet, &r->log));
  PetscCall(TasHistoryCreate(comm, &r->history));
  PetscCall(TasProvenanceCreate(&r->provenance));
  PetscCall(StartFolder(r, problem));
  PetscCall(Keep(r, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasResultsDestroy(TasResults *results)
{
  TasResults r = *results;

  PetscFunctionBeginUser;
  if (!r) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasVtkhdfDestroy(&r->fields));
  PetscCall(TasHistoryDestroy(&r->history));
  PetscCall(TasProvenanceDestroy(&r->provenance));
  PetscCall(TasLogDestroy(&r->log));
  PetscCall(PetscFree(r->described));
  PetscCall(PetscFree(*results));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasResultsSetMesh(TasResults r, const TasMesh *mesh)
{
  char path[PETSC_MAX_PATH_LEN];

  PetscFunctionBeginUser;
  r->mesh = mesh;
  if (r->options.no_fields) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasResultsPath(r, HEAVY, path));
  PetscCall(TasVtkhdfCreate(mesh, path, r->options.double_precision, &r->fields));
  PetscCall(TasVtkhdfSetHistory(r->fields, r->history));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasResultsAddField(TasResults r, const TasResultsField *field)
{
  PetscFunctionBeginUser;
  PetscCheck(r->mesh, PETSC_COMM_SELF, PETSC_ERR_ORDER, "The mesh comes before field %s", field->name);
  if (r->fields) PetscCall(TasVtkhdfAddField(r->fields, field));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasResultsAddProvenance(TasResults r, const char *key, const char *value)
{
  PetscFunctionBeginUser;
  PetscCheck(r->mesh, PETSC_COMM_SELF, PETSC_ERR_ORDER, "The mesh comes first");
  PetscCall(TasProvenanceAdd(r->provenance, "provenance", key, value));
  if (r->fields) PetscCall(TasVtkhdfAddProvenance(r->fields, key, value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasResultsAddCaseText(TasResults r, const char *name, const char *text)
{
  PetscFunctionBeginUser;
  PetscCheck(r->mesh, PETSC_COMM_SELF, PETSC_ERR_ORDER, "The mesh comes first");
  PetscCall(TasProvenanceAdd(r->provenance, "case", name, text));
  if (r->fields) PetscCall(TasVtkhdfAddCaseText(r->fields, name, text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasResultsGoOn(TasResults r, PetscInt num_steps, PetscReal day)
{
  PetscFunctionBeginUser;
  PetscCheck(r->options.resume, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE, "Earlier results were removed");
  if (r->fields) PetscCall(TasVtkhdfGoOn(r->fields, num_steps, day));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasResultsOpen(TasResults r, PetscInt num_steps, char *problem)
{
  char path[PETSC_MAX_PATH_LEN];

  PetscFunctionBeginUser;
  PetscCall(PetscStrncpy(problem, r->problem, TAS_PROBLEM_LENGTH));
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  if (r->fields) {
    PetscCall(TasVtkhdfOpen(r->fields, num_steps, problem));
    PetscCall(PetscMalloc1(TasVtkhdfNumFields(r->fields), &r->described));
    for (PetscInt k = 0; k < TasVtkhdfNumFields(r->fields); k++) r->described[k] = *TasVtkhdfField(r->fields, k);
    r->open = PETSC_TRUE;
  }
  if (TasHistoryNumColumns(r->history) && !problem[0]) {
    PetscCall(TasResultsPath(r, "history.csv", path));
    PetscCall(TasHistoryOpen(r->history, path, problem));
  }
  PetscCall(TasResultsPath(r, ORIGIN, path));
  if (!r->rank && !problem[0]) PetscCall(TasProvenanceWrite(r->provenance, path, problem));
  PetscCall(TasProblemShare(r->comm, problem));
  PetscCall(Keep(r, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Not shared yet: rank 0 alone knows. */
static PetscErrorCode WriteLight(TasResults r, char *problem)
{
  char path[PETSC_MAX_PATH_LEN];

  PetscFunctionBeginUser;
  if (r->rank || problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasResultsPath(r, LIGHT, path));
  PetscCall(TasXdmfWrite(path,
                         &(TasXdmf){.heavy            = HEAVY,
                                    .element          = r->mesh->element,
                                    .num_nodes        = r->mesh->num_nodes_global,
                                    .num_cells        = r->mesh->num_cells_global,
                                    .num_fields       = TasVtkhdfNumFields(r->fields),
                                    .fields           = r->described,
                                    .double_precision = r->options.double_precision,
                                    .num_steps        = TasVtkhdfNumSteps(r->fields),
                                    .days             = TasVtkhdfDays(r->fields)},
                         problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasResultsBeginStep(TasResults r, PetscReal day)
{
  PetscFunctionBeginUser;
  r->day = day;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasResultsWriteField(TasResults r, const char *name, const PetscReal *values)
{
  PetscFunctionBeginUser;
  if (r->open && !r->problem[0]) PetscCall(TasVtkhdfWriteField(r->fields, name, values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasResultsEndStep(TasResults r, char *problem)
{
  PetscFunctionBeginUser;
  PetscCall(TasHistoryCheck(r->history, problem));
  PetscCall(Keep(r, problem));
  if (r->open && !problem[0]) {
    PetscCall(TasVtkhdfEndStep(r->fields, r->day, problem));
    PetscCall(WriteLight(r, problem));
    PetscCall(TasProblemShare(r->comm, problem));
    PetscCall(Keep(r, problem));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasResultsReport(TasResults r, const TasProgress *progress)
{
  char problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  r->status.day        = progress->day;
  r->status.last_day   = progress->last_day;
  r->status.gap        = progress->gap;
  r->status.second_gap = progress->second_gap;
  r->status.step       = progress->step;
  r->status.fraction   = progress->fraction;
  r->status.time_left  = progress->time_left;
  PetscCall(TasLogProgress(r->log, progress, r->status.judged ? &r->status.envelope : NULL));
  PetscCall(WriteStatus(r, problem));
  PetscCall(Keep(r, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasResultsTouch(TasResults r)
{
  char problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(WriteStatus(r, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasResultsSetEnvelope(TasResults r, const TasEnvelope *envelope)
{
  PetscFunctionBeginUser;
  r->status.judged   = PETSC_TRUE;
  r->status.envelope = *envelope;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The last line of the log, the last status. */
static PetscErrorCode Finish(TasResults r, TasState state, PetscInt exit_status, const char *message, char *problem)
{
  PetscFunctionBeginUser;
  if (!r->ours) PetscFunctionReturn(PETSC_SUCCESS);
  r->status.state       = state;
  r->status.exit_status = exit_status;
  r->status.message     = message;
  r->status.time_left   = state == TAS_STATE_DONE ? 0 : NAN;
  PetscCall(TasLogPrintf(r->log, "%s%s%s\n", TasStateName(state), message ? ": " : "", message ? message : ""));
  PetscCall(WriteStatus(r, problem));
  r->status.message = NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasResultsClose(TasResults r, TasState state, PetscInt exit_status, const char *message, char *problem)
{
  PetscFunctionBeginUser;
  PetscCall(TasHistoryCheck(r->history, problem));
  PetscCall(Keep(r, problem));
  if (r->open) {
    PetscCall(TasVtkhdfClose(r->fields, problem));
    PetscCall(WriteLight(r, problem));
    PetscCall(TasProblemShare(r->comm, problem));
    PetscCall(Keep(r, problem));
    r->open = PETSC_FALSE;
  }
  if (problem[0] && state == TAS_STATE_DONE) {
    state       = TAS_STATE_FAILED;
    exit_status = 6;
    message     = r->problem;
  }
  PetscCall(Finish(r, state, exit_status, message, problem));
  PetscCall(Keep(r, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}
