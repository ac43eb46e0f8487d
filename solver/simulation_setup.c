#include "solver/simulation_impl.h"

#include <time.h>
#include "solver/command/version.h"

#define SAME_TIME 1e-9 /* of the whole: nearer times are one */

PetscErrorCode TasRunComplain(TasRun *run, int exit_status, const char *message)
{
  PetscFunctionBeginUser;
  run->exit_status = exit_status;
  if (message != run->message) PetscCall(PetscStrncpy(run->message, message, sizeof run->message));
  if (run->results) PetscCall(TasLogLeave(TasResultsLog(run->results)));
  PetscCall(PetscFPrintf(run->c->comm, PETSC_STDERR, "%s\n", message));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- what goes on ---- */

TasRestartParts TasRunParts(const TasRun *run)
{
  return (TasRestartParts){.system = run->system, .stepper = run->stepper, .strands = run->strands, .treatment = run->treatment, .harm = run->harm, .examinations = run->examinations, .monitoring = run->monitoring};
}

/* Reads what a resumed run starts from, before anything is touched in the folder. */
static PetscErrorCode ReadCheckpoint(TasRun *run, const char *folder)
{
  const TasRestartParts parts = TasRunParts(run);
  char                  path[PETSC_MAX_PATH_LEN], problem[TAS_PROBLEM_LENGTH] = "";

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(path, sizeof path, "%s/checkpoint.h5", folder));
  PetscCall(TasRestartRead(run->c, run->domain->mesh, &parts, path, &run->restart, problem));
  if (problem[0]) PetscCall(TasRunComplain(run, TAS_EXIT_BAD_INPUT, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- results ---- */

PetscErrorCode TasRunAddProvenance(TasRun *run, PetscInt threads)
{
  PetscMPIInt size;
  char        text[256], *values;
  time_t      now = time(NULL);

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_size(run->c->comm, &size));
  PetscCall(PetscSNPrintf(text, sizeof text, "tasis %s", tas_version));
  PetscCall(TasResultsAddProvenance(run->results, "program", text));
  PetscCall(TasResultsAddProvenance(run->results, "revision", tas_revision[0] ? tas_revision : "unknown"));
  PetscCall(TasResultsAddProvenance(run->results, "note", "Research tool: nothing it prints is advice for one patient."));
  PetscCall(TasResultsAddProvenance(run->results, "case", run->c->path));
  PetscCall(TasResultsAddProvenance(run->results, "title", run->c->title));
  PetscCall(PetscGetVersion(text, sizeof text));
  PetscCall(TasResultsAddProvenance(run->results, "petsc", text));
  (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
  PetscCall(TasResultsAddProvenance(run->results, "started", text));
  PetscCall(PetscSNPrintf(text, sizeof text, "%d ranks, %" PetscInt_FMT " threads each", size, threads));
  PetscCall(TasResultsAddProvenance(run->results, "parallel", text));
  if (run->resume) {
    PetscCall(PetscSNPrintf(text, sizeof text, "from day %.10g on", (double)(run->restart.times[0] / SECONDS_PER_DAY)));
    PetscCall(TasResultsAddProvenance(run->results, "resumed", text));
  }
  PetscCall(TasRecordingAddMeanings(run->domain, run->results));
  PetscCall(TasResultsAddCaseText(run->results, "case.yaml", run->c->text));
  PetscCall(TasCaseValues(run->c, &values));
  PetscCall(TasResultsAddCaseText(run->results, "values.csv", values));
  PetscCall(PetscFree(values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The time that the calculation starts from, and whether an event is still to come then. */
PetscReal TasRunStartTime(const TasRun *run) { return run->resume ? run->restart.times[0] : 0.; }
PetscBool TasRunIsAhead(const TasRun *run, const TasCaseEvent *event) { return (PetscBool)(event->time > TasRunStartTime(run) + (run->resume ? SAME_TIME * run->c->end_time : 0.)); }

static PetscErrorCode Announce(TasRun *run, PetscInt threads)
{
  const TasMesh *mesh = run->domain->mesh;
  PetscMPIInt    size;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_size(run->c->comm, &size));
  PetscCall(TasLogPrintf(TasResultsLog(run->results), "%s\n%" PetscInt_FMT " cells, %" PetscInt_FMT " tissues, %" PetscInt_FMT " unknowns; MPI ranks: %d, threads of each: %" PetscInt_FMT "\n", run->c->title[0] ? run->c->title : run->c->name,
                         mesh->num_cells_global, mesh->num_tissues, TasSystemNumUnknowns(run->system), size, threads));
  if (run->resume) PetscCall(TasLogPrintf(TasResultsLog(run->results), "resumed from day %.6g\n", (double)(TasRunStartTime(run) / SECONDS_PER_DAY)));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscInt PlannedOutputs(const TasRun *run)
{
  PetscInt num = run->resume ? run->restart.num_outputs : 1; /* the initial state */

  const TasSchedule *schedule = TasTreatmentSchedule(run->treatment);
  for (PetscInt e = 0; e < schedule->num_events; e++) num += TasRunIsAhead(run, &schedule->events[e]) && schedule->events[e].output ? 1 : 0;
  return num;
}

PetscErrorCode TasRunCreateStrands(TasRun *run)
{
  char problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(TasStrandsCreate(run->c, run->domain->mesh, &run->strands, problem));
  if (problem[0]) PetscCall(TasRunComplain(run, TAS_EXIT_BAD_INPUT, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRunCreatePins(TasRun *run)
{
  char problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  if (!run->c->num_pins) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasPinsCreate(run->c, run->domain->mesh, run->domain->materials, &run->pins, problem));
  if (problem[0]) PetscCall(TasRunComplain(run, TAS_EXIT_BAD_INPUT, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRunSetUp(TasRun *run, const char *folder, PetscInt threads)
{
  const TasResultsOptions options = {.double_precision = run->c->output.double_precision, .no_fields = run->c->output.no_fields, .resume = run->resume};
  char                    problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(TasDomainCreate(run->c, &run->domain, problem));
  if (problem[0]) PetscCall(TasRunComplain(run, TAS_EXIT_BAD_INPUT, problem));
  if (!run->exit_status) PetscCall(TasRunCreateStrands(run));
  if (!run->exit_status) PetscCall(TasRunCreatePins(run));
  if (!run->exit_status) PetscCall(TasHarmCreate(run->domain, run->strands, &run->harm));
  PetscCall(TasExaminationsCreate(run->c, &run->examinations));
  PetscCall(TasMonitoringCreate(run->c, &run->monitoring));
  if (!run->exit_status && run->resume) PetscCall(ReadCheckpoint(run, folder));
  if (run->exit_status) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasResultsCreate(run->c->comm, folder, &options, &run->results, problem));
  if (problem[0]) PetscCall(TasRunComplain(run, TAS_EXIT_IO, problem));
  if (run->exit_status) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasSystemCreate(run->c, run->domain->mesh, run->domain->materials, run->domain->fibre, run->domain->sheet, threads, &run->system));
  PetscCall(TasTreatmentCreate(run->c, TasSystemBodies(run->system), &run->treatment));
  PetscCall(TasSystemSetTreatment(run->system, run->treatment));
  if (run->pins) PetscCall(TasSystemSetPins(run->system, run->pins));
  PetscCall(TasSystemSetStrands(run->system, run->strands));
  PetscCall(TasStepperCreate(run->c, run->system, &run->stepper));
  PetscCall(TasResultsSetMesh(run->results, run->domain->mesh));
  PetscCall(TasRunAddProvenance(run, threads));
  PetscCall(TasRecordingCreate(run->domain, run->system, run->harm, run->results, &run->recording));
  PetscCall(TasStrandsAddColumns(run->strands, TasResultsHistory(run->results)));
  PetscCall(TasExaminationsAddColumns(run->examinations, TasResultsHistory(run->results)));
  if (run->resume) PetscCall(TasRestartTakeResults(&run->restart, run->results, problem));
  if (problem[0]) PetscCall(TasRunComplain(run, TAS_EXIT_BAD_INPUT, problem));
  if (run->exit_status) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasResultsOpen(run->results, PlannedOutputs(run), problem));
  if (!problem[0] && !options.no_fields) PetscCall(TasStrandsOpen(run->strands, folder, PlannedOutputs(run), run->resume ? run->restart.num_outputs : 0, problem));
  if (!problem[0] && !options.no_fields && run->pins) PetscCall(TasPinsWrite(run->pins, folder, problem));
  if (problem[0]) PetscCall(TasRunComplain(run, TAS_EXIT_IO, problem));
  if (run->exit_status) PetscFunctionReturn(PETSC_SUCCESS);
  if (!run->resume || !run->restart.num_outputs) PetscCall(TasRecordingWriteStatic(run->recording));
  PetscCall(Announce(run, threads));
  PetscCall(TasInsituCreate(run->c, run->domain->mesh, folder, TasResultsLog(run->results), &run->insitu));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the end ---- */

PetscErrorCode TasRunFinish(TasRun *run)
{
  const TasState state = run->exit_status == TAS_EXIT_DONE ? TAS_STATE_DONE : run->exit_status == TAS_EXIT_REQUESTED || run->exit_status == TAS_EXIT_TISSUE_LIMIT ? TAS_STATE_STOPPED : TAS_STATE_FAILED;
  char           problem[TAS_PROBLEM_LENGTH] = "";

  PetscFunctionBeginUser;
  if (run->results) PetscCall(TasResultsClose(run->results, state, run->exit_status, run->message[0] ? run->message : NULL, problem));
  if (problem[0] && !run->exit_status) PetscCall(TasRunComplain(run, TAS_EXIT_IO, problem));
  PetscCall(TasRestartClear(&run->restart));
  PetscCall(TasInsituDestroy(&run->insitu));
  PetscCall(TasRecordingDestroy(&run->recording));
  PetscCall(TasStepperDestroy(&run->stepper));
  PetscCall(TasTreatmentDestroy(&run->treatment));
  PetscCall(TasExaminationsDestroy(&run->examinations));
  PetscCall(TasMonitoringDestroy(&run->monitoring));
  PetscCall(TasSystemDestroy(&run->system));
  PetscCall(TasResultsDestroy(&run->results));
  PetscCall(TasHarmDestroy(&run->harm));
  PetscCall(TasPinsDestroy(&run->pins));
  PetscCall(TasStrandsDestroy(&run->strands));
  PetscCall(TasDomainDestroy(&run->domain));
  PetscFunctionReturn(PETSC_SUCCESS);
}
