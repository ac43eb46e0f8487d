#include "solver/simulation.h"

#include <omp.h>
#include <signal.h>
#include <time.h>
#include "solver/checkpoint.h"
#include "solver/domain.h"
#include "solver/recording.h"
#include "solver/stepper.h"
#include "solver/version.h"

#define SECONDS_PER_DAY 86400.

/* Set by SIGINT and SIGTERM: the run ends after the present step, with a checkpoint. */
static volatile sig_atomic_t stop_requested = 0;

static void RequestStop(int signal) { stop_requested = signal; }

typedef struct {
  TasCase       *c;
  TasDomain     *domain;
  TasSystem      system;
  TasStepper     stepper;
  TasResults     results;
  TasRecording   recording;
  PetscInt       step; /* converged ones so far */
  PetscLogDouble started;
  int            exit_status;
  char           message[TAS_PROBLEM_LENGTH];
} Run;

/* ---- set-up ---- */

/* Threads of a rank: as asked for, as OMP_NUM_THREADS says, or the node's cores shared by its ranks. */
static PetscErrorCode NumThreads(MPI_Comm comm, PetscInt asked, PetscInt *threads)
{
  MPI_Comm    node;
  PetscMPIInt ranks;

  PetscFunctionBeginUser;
  *threads = asked;
  if (asked <= 0 && getenv("OMP_NUM_THREADS")) *threads = omp_get_max_threads();
  if (*threads <= 0) {
    PetscCallMPI(MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node));
    PetscCallMPI(MPI_Comm_size(node, &ranks));
    PetscCallMPI(MPI_Comm_free(&node));
    *threads = PetscMax(1, omp_get_num_procs() / ranks);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A user's mistake or a failing disk: one line on stderr from rank 0. */
static PetscErrorCode Complain(Run *run, int exit_status, const char *message)
{
  PetscFunctionBeginUser;
  run->exit_status = exit_status;
  if (message != run->message) PetscCall(PetscStrncpy(run->message, message, sizeof run->message));
  PetscCall(PetscFPrintf(run->c->comm, PETSC_STDERR, "%s\n", message));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddProvenance(Run *run, PetscInt threads)
{
  PetscMPIInt size;
  char        text[256];
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
  PetscCall(TasResultsAddCaseText(run->results, "case.yaml", run->c->text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Announce(Run *run, PetscInt threads)
{
  const TasMesh *mesh = run->domain->mesh;
  PetscMPIInt    size;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_size(run->c->comm, &size));
  PetscCall(TasLogPrintf(TasResultsLog(run->results), "%s\n%" PetscInt_FMT " cells, %" PetscInt_FMT " tissues, %" PetscInt_FMT " unknowns; %d ranks with %" PetscInt_FMT " threads\n", run->c->title[0] ? run->c->title : run->c->name,
                         mesh->num_cells_global, mesh->num_tissues, TasSystemNumUnknowns(run->system), size, threads));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscInt PlannedOutputs(const TasCase *c)
{
  PetscInt num = 1; /* the initial state */

  for (PetscInt e = 0; e < c->num_events; e++) num += c->events[e].output ? 1 : 0;
  return num;
}

static PetscErrorCode SetUp(Run *run, const char *folder, PetscInt threads)
{
  const TasResultsOptions options = {.double_precision = run->c->output.double_precision, .no_fields = run->c->output.no_fields};
  char                    problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(TasDomainCreate(run->c, &run->domain, problem));
  if (problem[0]) PetscCall(Complain(run, TAS_EXIT_BAD_INPUT, problem));
  if (run->exit_status) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasResultsCreate(run->c->comm, folder, &options, &run->results, problem));
  if (problem[0]) PetscCall(Complain(run, TAS_EXIT_IO, problem));
  if (run->exit_status) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasSystemCreate(run->c, run->domain->mesh, run->domain->materials, run->domain->fibre, run->domain->sheet, threads, &run->system));
  PetscCall(TasStepperCreate(run->c, run->system, &run->stepper));
  PetscCall(TasResultsSetMesh(run->results, run->domain->mesh));
  PetscCall(AddProvenance(run, threads));
  PetscCall(TasRecordingCreate(run->domain, run->system, run->results, &run->recording));
  PetscCall(TasResultsOpen(run->results, PlannedOutputs(run->c), problem));
  if (problem[0]) PetscCall(Complain(run, TAS_EXIT_IO, problem));
  if (run->exit_status) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasRecordingWriteStatic(run->recording));
  PetscCall(Announce(run, threads));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- stepping ---- */

static PetscErrorCode Record(Run *run, const TasStepOutcome *outcome, PetscBool output, PetscLogDouble seconds)
{
  const TasProgress progress = {.step              = run->step,
                                .day               = outcome->time / SECONDS_PER_DAY,
                                .gap               = TasRecordingGap(run->c, outcome->time),
                                .newton_iterations = outcome->newton,
                                .linear_iterations = outcome->linear,
                                .seconds           = seconds,
                                .fraction          = run->c->end_time > 0. ? outcome->time / run->c->end_time : 1.};
  char              problem[TAS_PROBLEM_LENGTH] = "";

  PetscFunctionBeginUser;
  PetscCall(TasRecordingAddRow(run->recording, outcome->time, outcome->newton, outcome->linear));
  PetscCall(TasResultsReport(run->results, &progress));
  if (output) PetscCall(TasRecordingWriteStep(run->recording, outcome->time, problem));
  if (problem[0]) PetscCall(Complain(run, TAS_EXIT_IO, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* In plain words: what failed, in which tissue, where, on which day, and what to try. */
static PetscErrorCode ExplainFailure(Run *run, const TasStepOutcome *outcome)
{
  PetscInt  cell, tissue;
  PetscReal at[3];
  char      where[256] = "";

  PetscFunctionBeginUser;
  PetscCall(TasSystemBadCell(run->system, &cell, &tissue, at));
  if (cell >= 0)
    PetscCall(PetscSNPrintf(where, sizeof where, "; worst in tissue %s, cell %" PetscInt_FMT " at (%.1f, %.1f, %.1f) mm", run->domain->mesh->tissue_names[tissue], cell + 1, (double)at[0], (double)at[1], (double)at[2]));
  PetscCall(PetscSNPrintf(run->message, sizeof run->message, "did not converge on day %.4g (reached %.4g) after %" PetscInt_FMT " step cuts: %s%s; try smaller steps, a finer mesh there, or softer loads", (double)(outcome->failed_time / SECONDS_PER_DAY),
                          (double)(outcome->time / SECONDS_PER_DAY), outcome->cuts, TasSystemReason(outcome->reason), where));
  PetscCall(Complain(run, TAS_EXIT_NOT_CONVERGED, run->message));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Has any rank been asked to stop? */
static PetscErrorCode StopRequested(Run *run)
{
  PetscMPIInt asked = stop_requested != 0;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &asked, 1, MPI_INT, MPI_MAX, run->c->comm));
  if (asked) PetscCall(Complain(run, TAS_EXIT_REQUESTED, "stopped on request; a checkpoint is in the results folder"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode RunToEvent(Run *run, const TasCaseEvent *event)
{
  TasStepOutcome outcome = {.time = -1.};

  PetscFunctionBeginUser;
  while (outcome.time != event->time && !run->exit_status) {
    PetscLogDouble before, after;
    PetscCall(PetscTime(&before));
    PetscCall(TasStepperAdvance(run->stepper, event->time, &outcome));
    PetscCall(PetscTime(&after));
    if (!outcome.converged) {
      PetscCall(ExplainFailure(run, &outcome));
      break;
    }
    run->step++;
    PetscCall(Record(run, &outcome, (PetscBool)(outcome.time == event->time && event->output), after - before));
    if (!run->exit_status) PetscCall(StopRequested(run));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- checkpoint ---- */

/* The case's text stands for the run's identity: what it says decides everything but the mesh, which is checked by its size. */
static PetscErrorCode WriteCheckpoint(Run *run)
{
  const PetscInt     num   = TasStepperNumStates(run->stepper), nq = TasSystemBodies(run->system)->num_coordinates;
  PetscReal          times[8], scalars[2] = {TasStepperStep(run->stepper), run->step}, *q;
  TasCheckpointArray arrays[20];
  char               names[8][2][32], path[PETSC_MAX_PATH_LEN], problem[TAS_PROBLEM_LENGTH];
  PetscInt           n = 0;
  Vec                state;
  const PetscScalar *values[8];

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(num * PetscMax(1, nq), &q));
  for (PetscInt k = 0; k < num; k++) {
    PetscCall(TasStepperGetState(run->stepper, k, &times[k], &state));
    PetscCall(VecGetArrayRead(state, &values[k]));
    PetscCall(TasSystemCoordinatesOf(run->system, values[k], q + k * nq));
    PetscCall(PetscSNPrintf(names[k][0], 32, "displacement.%" PetscInt_FMT, k));
    PetscCall(PetscSNPrintf(names[k][1], 32, "coordinates.%" PetscInt_FMT, k));
    arrays[n++] = (TasCheckpointArray){names[k][0], TAS_CHECKPOINT_NODES, 3, (PetscReal *)values[k]};
    if (nq) arrays[n++] = (TasCheckpointArray){names[k][1], TAS_CHECKPOINT_GLOBAL, nq, q + k * nq};
  }
  arrays[n++] = (TasCheckpointArray){"times", TAS_CHECKPOINT_GLOBAL, num, times};
  arrays[n++] = (TasCheckpointArray){"step", TAS_CHECKPOINT_GLOBAL, 2, scalars};
  PetscCall(TasResultsPath(run->results, "checkpoint.h5", path));
  PetscCall(TasCheckpointWrite(path, run->domain->mesh, run->c->text, n, arrays, problem));
  for (PetscInt k = 0; k < num; k++) {
    PetscReal time;
    PetscCall(TasStepperGetState(run->stepper, k, &time, &state));
    PetscCall(VecRestoreArrayRead(state, &values[k]));
  }
  PetscCall(PetscFree(q));
  if (problem[0] && !run->exit_status) PetscCall(Complain(run, TAS_EXIT_IO, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the whole ---- */

static PetscErrorCode Steps(Run *run)
{
  TasStepOutcome start = {.time = 0., .converged = PETSC_TRUE};
  PetscBool      good;

  PetscFunctionBeginUser;
  PetscCall(TasSystemIsAdmissible(run->system, &good));
  PetscCall(Record(run, &start, PETSC_TRUE, 0.));
  for (PetscInt e = 0; e < run->c->num_events && !run->exit_status; e++) PetscCall(RunToEvent(run, &run->c->events[e]));
  PetscCall(WriteCheckpoint(run));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Finish(Run *run)
{
  const TasState state = run->exit_status == TAS_EXIT_DONE ? TAS_STATE_DONE : run->exit_status == TAS_EXIT_REQUESTED ? TAS_STATE_STOPPED : TAS_STATE_FAILED;
  char           problem[TAS_PROBLEM_LENGTH] = "";

  PetscFunctionBeginUser;
  if (run->results) PetscCall(TasResultsClose(run->results, state, run->exit_status, run->message[0] ? run->message : NULL, problem));
  if (problem[0] && !run->exit_status) PetscCall(Complain(run, TAS_EXIT_IO, problem));
  PetscCall(TasRecordingDestroy(&run->recording));
  PetscCall(TasStepperDestroy(&run->stepper));
  PetscCall(TasSystemDestroy(&run->system));
  PetscCall(TasResultsDestroy(&run->results));
  PetscCall(TasDomainDestroy(&run->domain));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSimulationRun(TasCase *c, const char *results_folder, PetscInt threads, int *exit_status)
{
  Run run = {.c = c};

  PetscFunctionBeginUser;
  stop_requested = 0;
  (void)signal(SIGINT, RequestStop);
  (void)signal(SIGTERM, RequestStop);
  PetscCall(NumThreads(c->comm, threads, &threads));
  PetscCall(SetUp(&run, results_folder, threads));
  if (!run.exit_status) PetscCall(Steps(&run));
  PetscCall(Finish(&run));
  *exit_status = run.exit_status;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Cell quality travels with the mesh as one more field. */
static PetscErrorCode AddQuality(TasMeshData *data)
{
  TasCellField *field;

  PetscFunctionBeginUser;
  PetscCall(PetscRealloc((data->num_fields + 1) * sizeof *data->fields, &data->fields));
  field = &data->fields[data->num_fields++];
  PetscCall(PetscMemzero(field, sizeof *field));
  PetscCall(PetscStrncpy(field->name, "scaled_jacobian", sizeof field->name));
  field->num_components = 1;
  PetscCall(PetscMalloc1(data->num_cells + 1, &field->values));
  PetscCall(TasMeshDataQuality(data, field->values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSimulationMesh(TasCase *c, const char *results_folder, int *exit_status)
{
  Run         run = {.c = c};
  char        problem[TAS_PROBLEM_LENGTH];
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(c->comm, &rank));
  if (rank == 0) PetscCall(AddQuality(&c->mesh.data));
  PetscCall(TasDomainCreate(c, &run.domain, problem));
  if (problem[0]) PetscCall(Complain(&run, TAS_EXIT_BAD_INPUT, problem));
  if (!run.exit_status) PetscCall(TasResultsCreate(c->comm, results_folder, NULL, &run.results, problem));
  if (!run.exit_status && problem[0]) PetscCall(Complain(&run, TAS_EXIT_IO, problem));
  if (!run.exit_status) {
    PetscCall(TasResultsSetMesh(run.results, run.domain->mesh));
    PetscCall(AddProvenance(&run, 1));
    PetscCall(TasRecordingDeclareMesh(run.domain, run.results));
    PetscCall(TasResultsOpen(run.results, 0, problem));
    if (problem[0]) PetscCall(Complain(&run, TAS_EXIT_IO, problem));
    else PetscCall(TasRecordingWriteMesh(run.domain, run.results));
  }
  PetscCall(Finish(&run));
  *exit_status = run.exit_status;
  PetscFunctionReturn(PETSC_SUCCESS);
}
