#include "solver/simulation.h"

#include <omp.h>
#include <signal.h>
#include <time.h>
#include "solver/assembly/domain.h"
#include "solver/insitu/insitu.h"
#include "solver/treatment/examinations.h"
#include "solver/treatment/monitoring.h"
#include "solver/treatment/time_left.h"
#include "solver/output/recording.h"
#include "solver/output/requests.h"
#include "solver/output/restart.h"
#include "solver/command/version.h"

#define SECONDS_PER_DAY  86400.
#define EXAMINATION_STEPS 4
#define CHECKPOINT_SHARE 0.05 /* of the time that checkpoints may take */
#define SAME_TIME        1e-9 /* of the whole: nearer times are one */

/* Set by SIGINT and SIGTERM: the run ends after the present step, with a checkpoint; by SIGUSR1: a checkpoint after the present step. */
static volatile sig_atomic_t stop_requested = 0, checkpoint_requested = 0;

static void RequestStop(int signal) { stop_requested = signal; }
static void RequestCheckpoint(int signal) { checkpoint_requested = signal; }

typedef struct {
  TasCase       *c;
  TasDomain     *domain;
  TasSystem      system;
  TasStepper     stepper;
  TasHarm        harm;
  TasStrands     strands;
  TasPins        pins;
  TasTreatment   treatment;
  TasExaminations examinations;
  TasMonitoring  monitoring;
  TasResults     results;
  TasRecording   recording;
  TasInsitu      insitu;
  PetscInt       step; /* converged ones so far */
  PetscBool      resume;
  TasRestart     restart;         /* where a resumed run starts */
  PetscInt       checkpoint_step; /* of the last checkpoint */
  PetscLogDouble checkpoint_time, checkpoint_cost; /* s, when it was written and how long that took */
  TasTimeLeft    time_left;
  PetscLogDouble reported; /* s, when the last step was */
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
  if (run->results) PetscCall(TasLogLeave(TasResultsLog(run->results)));
  PetscCall(PetscFPrintf(run->c->comm, PETSC_STDERR, "%s\n", message));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- checkpoint ---- */

static TasRestartParts Parts(const Run *run)
{
  return (TasRestartParts){.system = run->system, .stepper = run->stepper, .strands = run->strands, .treatment = run->treatment, .harm = run->harm, .examinations = run->examinations, .monitoring = run->monitoring};
}

static PetscErrorCode WriteCheckpoint(Run *run)
{
  const TasRestartParts parts = Parts(run);
  PetscLogDouble before, after;
  char           problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(PetscTime(&before));
  PetscCall(TasRestartWrite(run->c, run->domain->mesh, &parts, run->results, run->step, problem));
  PetscCall(PetscTime(&after));
  run->checkpoint_time = after;
  run->checkpoint_cost = after - before;
  run->checkpoint_step = run->step;
  if (problem[0] && !run->exit_status) PetscCall(Complain(run, TAS_EXIT_IO, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* After a step, but not so often that it takes more than a share of the time: rank 0 says. */
static PetscErrorCode WriteCheckpointIfDue(Run *run)
{
  PetscLogDouble now;
  PetscMPIInt    due;

  PetscFunctionBeginUser;
  PetscCall(PetscTime(&now));
  due = now - run->checkpoint_time >= run->checkpoint_cost / CHECKPOINT_SHARE;
  PetscCallMPI(MPI_Bcast(&due, 1, MPI_INT, 0, run->c->comm));
  if (due) PetscCall(WriteCheckpoint(run));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Reads what a resumed run starts from, before anything is touched in the folder. */
static PetscErrorCode ReadCheckpoint(Run *run, const char *folder)
{
  const TasRestartParts parts = Parts(run);
  char                  path[PETSC_MAX_PATH_LEN], problem[TAS_PROBLEM_LENGTH] = "";

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(path, sizeof path, "%s/checkpoint.h5", folder));
  PetscCall(TasRestartRead(run->c, run->domain->mesh, &parts, path, &run->restart, problem));
  if (problem[0]) PetscCall(Complain(run, TAS_EXIT_BAD_INPUT, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- results ---- */

static PetscErrorCode AddProvenance(Run *run, PetscInt threads)
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
static PetscReal StartTime(const Run *run) { return run->resume ? run->restart.times[0] : 0.; }
static PetscBool IsAhead(const Run *run, const TasCaseEvent *event) { return (PetscBool)(event->time > StartTime(run) + (run->resume ? SAME_TIME * run->c->end_time : 0.)); }

static PetscErrorCode Announce(Run *run, PetscInt threads)
{
  const TasMesh *mesh = run->domain->mesh;
  PetscMPIInt    size;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_size(run->c->comm, &size));
  PetscCall(TasLogPrintf(TasResultsLog(run->results), "%s\n%" PetscInt_FMT " cells, %" PetscInt_FMT " tissues, %" PetscInt_FMT " unknowns; %d ranks with %" PetscInt_FMT " threads\n", run->c->title[0] ? run->c->title : run->c->name,
                         mesh->num_cells_global, mesh->num_tissues, TasSystemNumUnknowns(run->system), size, threads));
  if (run->resume) PetscCall(TasLogPrintf(TasResultsLog(run->results), "resumed from day %.6g\n", (double)(StartTime(run) / SECONDS_PER_DAY)));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscInt PlannedOutputs(const Run *run)
{
  PetscInt num = run->resume ? run->restart.num_outputs : 1; /* the initial state */

  const TasSchedule *schedule = TasTreatmentSchedule(run->treatment);
  for (PetscInt e = 0; e < schedule->num_events; e++) num += IsAhead(run, &schedule->events[e]) && schedule->events[e].output ? 1 : 0;
  return num;
}

static PetscErrorCode CreateStrands(Run *run)
{
  char problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(TasStrandsCreate(run->c, run->domain->mesh, &run->strands, problem));
  if (problem[0]) PetscCall(Complain(run, TAS_EXIT_BAD_INPUT, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CreatePins(Run *run)
{
  char problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  if (!run->c->num_pins) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasPinsCreate(run->c, run->domain->mesh, run->domain->materials, &run->pins, problem));
  if (problem[0]) PetscCall(Complain(run, TAS_EXIT_BAD_INPUT, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetUp(Run *run, const char *folder, PetscInt threads)
{
  const TasResultsOptions options = {.double_precision = run->c->output.double_precision, .no_fields = run->c->output.no_fields, .resume = run->resume};
  char                    problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(TasDomainCreate(run->c, &run->domain, problem));
  if (problem[0]) PetscCall(Complain(run, TAS_EXIT_BAD_INPUT, problem));
  if (!run->exit_status) PetscCall(CreateStrands(run));
  if (!run->exit_status) PetscCall(CreatePins(run));
  if (!run->exit_status) PetscCall(TasHarmCreate(run->domain, run->strands, &run->harm));
  PetscCall(TasExaminationsCreate(run->c, &run->examinations));
  PetscCall(TasMonitoringCreate(run->c, &run->monitoring));
  if (!run->exit_status && run->resume) PetscCall(ReadCheckpoint(run, folder));
  if (run->exit_status) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasResultsCreate(run->c->comm, folder, &options, &run->results, problem));
  if (problem[0]) PetscCall(Complain(run, TAS_EXIT_IO, problem));
  if (run->exit_status) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasSystemCreate(run->c, run->domain->mesh, run->domain->materials, run->domain->fibre, run->domain->sheet, threads, &run->system));
  PetscCall(TasTreatmentCreate(run->c, TasSystemBodies(run->system), &run->treatment));
  PetscCall(TasSystemSetTreatment(run->system, run->treatment));
  if (run->pins) PetscCall(TasSystemSetPins(run->system, run->pins));
  PetscCall(TasSystemSetStrands(run->system, run->strands));
  PetscCall(TasStepperCreate(run->c, run->system, &run->stepper));
  PetscCall(TasResultsSetMesh(run->results, run->domain->mesh));
  PetscCall(AddProvenance(run, threads));
  PetscCall(TasRecordingCreate(run->domain, run->system, run->harm, run->results, &run->recording));
  PetscCall(TasStrandsAddColumns(run->strands, TasResultsHistory(run->results)));
  PetscCall(TasExaminationsAddColumns(run->examinations, TasResultsHistory(run->results)));
  if (run->resume) PetscCall(TasRestartTakeResults(&run->restart, run->results, problem));
  if (problem[0]) PetscCall(Complain(run, TAS_EXIT_BAD_INPUT, problem));
  if (run->exit_status) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasResultsOpen(run->results, PlannedOutputs(run), problem));
  if (!problem[0] && !options.no_fields) PetscCall(TasStrandsOpen(run->strands, folder, PlannedOutputs(run), run->resume ? run->restart.num_outputs : 0, problem));
  if (!problem[0] && !options.no_fields && run->pins) PetscCall(TasPinsWrite(run->pins, folder, problem));
  if (problem[0]) PetscCall(Complain(run, TAS_EXIT_IO, problem));
  if (run->exit_status) PetscFunctionReturn(PETSC_SUCCESS);
  if (!run->resume || !run->restart.num_outputs) PetscCall(TasRecordingWriteStatic(run->recording));
  PetscCall(Announce(run, threads));
  PetscCall(TasInsituCreate(run->c, run->domain->mesh, folder, TasResultsLog(run->results), &run->insitu));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- stepping ---- */

/* From here on steps are counted. */
static PetscErrorCode BeginTimeLeft(Run *run)
{
  PetscBool adapts = PETSC_FALSE;

  PetscFunctionBeginUser;
  for (PetscInt t = 0; t < run->domain->mesh->num_tissues; t++) adapts = (PetscBool)(adapts || TasMaterialAdapts(run->domain->materials[t]));
  TasTimeLeftBegin(&run->time_left, StartTime(run), adapts);
  PetscCall(PetscTime(&run->reported));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* s from the end of this step on. */
static PetscErrorCode TimeLeft(Run *run, const TasStepOutcome *outcome, PetscReal *seconds)
{
  const TasSchedule   *schedule = TasTreatmentSchedule(run->treatment);
  const PetscLogDouble last     = run->reported;

  PetscFunctionBeginUser;
  PetscCall(PetscTime(&run->reported));
  if (run->step) TasTimeLeftStep(&run->time_left, schedule, outcome->time, outcome->newton, run->reported - last);
  *seconds = run->step ? TasTimeLeftEstimate(&run->time_left, schedule) : NAN;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The state of the last row of the history, to whoever watches the run. */
static PetscErrorCode Show(Run *run, PetscReal time)
{
  const PetscReal gaps[TAS_MAX_OSTEOTOMIES] = {TasBodiesGap(TasSystemBodies(run->system), 0), TasBodiesGap(TasSystemBodies(run->system), 1)};
  const PetscBool last                      = (PetscBool)!TasTreatmentNext(run->treatment, time);
  PetscBool       due;

  PetscFunctionBeginUser;
  PetscCall(TasInsituIsDue(run->insitu, run->step, time, last, &due));
  if (!due) PetscFunctionReturn(PETSC_SUCCESS);
  const TasFieldSink sink = TasInsituSink(run->insitu);
  PetscCall(TasInsituBegin(run->insitu, gaps));
  PetscCall(TasRecordingGive(run->recording, &sink));
  PetscCall(TasInsituEnd(run->insitu, run->strands));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Record(Run *run, const TasStepOutcome *outcome, PetscBool output, PetscLogDouble seconds)
{
  TasProgress progress = {.step              = run->step,
                          .day               = outcome->time / SECONDS_PER_DAY,
                          .last_day          = run->c->end_time / SECONDS_PER_DAY,
                          .gap               = TasBodiesGap(TasSystemBodies(run->system), 0),
                          .second_gap        = TasBodiesGap(TasSystemBodies(run->system), 1),
                          .newton_iterations = outcome->newton,
                          .linear_iterations = outcome->linear,
                          .seconds           = seconds,
                          .fraction          = run->c->end_time > 0. ? outcome->time / run->c->end_time : 1.};
  char        problem[TAS_PROBLEM_LENGTH] = "";

  PetscFunctionBeginUser;
  PetscCall(TasStrandsSetRow(run->strands, TasResultsHistory(run->results)));
  PetscCall(TasExaminationsSetColumns(run->examinations, TasResultsHistory(run->results)));
  PetscCall(TasRecordingAddRow(run->recording, outcome->time, outcome->newton, outcome->linear));
  PetscCall(TimeLeft(run, outcome, &progress.time_left));
  PetscCall(TasResultsReport(run->results, &progress));
  if (output) PetscCall(TasRecordingWriteStep(run->recording, outcome->time, problem));
  if (output && !problem[0] && !run->c->output.no_fields) PetscCall(TasStrandsWriteStep(run->strands, outcome->time / SECONDS_PER_DAY, problem));
  if (!problem[0]) PetscCall(Show(run, outcome->time));
  PetscCall(TasRecordingRelease(run->recording));
  if (problem[0]) PetscCall(Complain(run, TAS_EXIT_IO, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* In plain words: what failed, in which tissue, where, on which day, and what to try. */
static PetscErrorCode ExplainFailure(Run *run, const TasStepOutcome *outcome)
{
  PetscInt  cell, tissue;
  PetscReal at[3];
  char      where[256] = "", cause[256];

  PetscFunctionBeginUser;
  PetscCall(PetscStrncpy(cause, TasSystemReason(outcome->reason), sizeof cause));
  PetscCall(TasSystemBadCell(run->system, &cell, &tissue, at));
  if (TasSystemBadStrand(run->system) >= 0) PetscCall(PetscSNPrintf(cause, sizeof cause, "strand %s finds no equilibrium, it may need more nodes or a softer bed", run->c->strands[TasSystemBadStrand(run->system)].law.name));
  else if (cell >= 0)
    PetscCall(PetscSNPrintf(where, sizeof where, "; worst in tissue %s, cell %" PetscInt_FMT " at (%.1f, %.1f, %.1f) mm", run->domain->mesh->tissue_names[tissue], cell + 1, (double)at[0], (double)at[1], (double)at[2]));
  PetscCall(PetscSNPrintf(run->message, sizeof run->message, "did not converge on day %.4g (reached %.4g) after %" PetscInt_FMT " step cuts: %s%s; try smaller steps, a finer mesh there, or softer loads", (double)(outcome->failed_time / SECONDS_PER_DAY),
                          (double)(outcome->time / SECONDS_PER_DAY), outcome->cuts, cause, where));
  PetscCall(Complain(run, TAS_EXIT_NOT_CONVERGED, run->message));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Has any rank been asked for something, by a signal or by a file in the results folder? */
static PetscErrorCode DoAsRequested(Run *run)
{
  PetscMPIInt asked[2] = {stop_requested != 0, checkpoint_requested != 0};

  PetscFunctionBeginUser;
  checkpoint_requested = 0;
  PetscCall(TasRequestsTake(run->results, asked));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, asked, 2, MPI_INT, MPI_MAX, run->c->comm));
  if (asked[TAS_REQUEST_CHECKPOINT]) PetscCall(WriteCheckpoint(run));
  if (asked[TAS_REQUEST_CHECKPOINT] && !run->exit_status) PetscCall(TasLogPrintf(TasResultsLog(run->results), "checkpoint written on request\n"));
  if (asked[TAS_REQUEST_STOP] && !run->exit_status) PetscCall(Complain(run, TAS_EXIT_REQUESTED, "stopped on request; with --resume it goes on from the checkpoint in the results folder"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the treatment has to tell, and whether monitoring changes it. */
static PetscErrorCode LookAfter(Run *run, PetscReal time)
{
  TasLog log = TasResultsLog(run->results);
  char   text[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  TasTreatmentTell(run->treatment, text);
  if (text[0]) PetscCall(TasLogPrintf(log, "day %.4g: %s\n", (double)(time / SECONDS_PER_DAY), text));
  PetscCall(TasMonitoringLook(run->monitoring, run->harm, run->treatment, time, log, text));
  if (text[0]) PetscCall(Complain(run, TAS_EXIT_TISSUE_LIMIT, text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Generalised forces of the tissue on the coordinates, to be freed. */
static PetscErrorCode TissueForces(Run *run, PetscReal **tissue)
{
  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(TasSystemBodies(run->system)->num_coordinates + 1, tissue));
  PetscCall(TasSystemCoordinateForces(run->system, *tissue));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Turns the joint up to the torque, and leaves everything as it was. */
static PetscErrorCode ExamineOne(Run *run, PetscInt number, PetscReal time)
{
  const TasCaseExamination *wanted  = &run->c->examinations[number];
  TasStepOutcome            outcome = {.time = time, .converged = PETSC_TRUE};
  TasRestart                before;
  PetscReal                *tissue, angle = NAN;

  PetscFunctionBeginUser;
  PetscCall(TasRestartGather(run->domain->mesh, run->system, run->stepper, run->strands, run->treatment, &before));
  PetscCall(TissueForces(run, &tissue));
  TasTreatmentExamine(run->treatment, time + wanted->ramp, wanted->joint, wanted->torque, tissue);
  for (PetscInt part = 1; part <= EXAMINATION_STEPS && outcome.converged; part++) {
    const PetscReal end = part == EXAMINATION_STEPS ? time + wanted->ramp : time + wanted->ramp * part / EXAMINATION_STEPS;
    do PetscCall(TasStepperAdvance(run->stepper, end, &outcome));
    while (outcome.converged && outcome.time != end);
  }
  if (outcome.converged) angle = TasTreatmentAngle(run->treatment, wanted->joint);
  else PetscCall(TasLogPrintf(TasResultsLog(run->results), "day %.4g: examination %s finds no equilibrium: %s\n", (double)(time / SECONDS_PER_DAY), wanted->name, TasSystemReason(outcome.reason)));
  TasExaminationsSetAngle(run->examinations, number, angle);
  PetscCall(TasRestartTakeState(&before, run->system, run->stepper, run->strands, run->treatment));
  PetscCall(TasRestartClear(&before));
  PetscCall(PetscFree(tissue));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Examine(Run *run, PetscReal time)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < run->c->num_examinations; k++)
    if (TasExaminationIsDue(run->examinations, k, time)) PetscCall(ExamineOne(run, k, time));
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
    if (outcome.time == event->time) PetscCall(Examine(run, event->time));
    PetscCall(Record(run, &outcome, (PetscBool)(outcome.time == event->time && event->output), after - before));
    if (!run->exit_status && outcome.time == event->time) PetscCall(LookAfter(run, event->time));
    if (!run->exit_status) PetscCall(WriteCheckpointIfDue(run));
    if (!run->exit_status) PetscCall(DoAsRequested(run));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What is done to gap and joints up to the next event; a run that goes on in the middle of it has it from the checkpoint. */
static PetscErrorCode BeginInterval(Run *run, PetscReal event)
{
  PetscReal *tissue;

  PetscFunctionBeginUser;
  if (TasTreatmentEvent(run->treatment) == event) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TissueForces(run, &tissue));
  TasTreatmentBegin(run->treatment, event, tissue);
  PetscCall(PetscFree(tissue));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Prestrain(Run *run)
{
  TasPrestrainOutcome outcome;

  PetscFunctionBeginUser;
  PetscCall(TasLogNow(TasResultsLog(run->results), "prestrain: looking for the limb's equilibrium before surgery"));
  PetscCall(TasSystemSetPins(run->system, NULL)); /* they come with surgery, and would keep the limb from settling */
  PetscCall(TasStepperPrestrain(run->stepper, run->c->living.geometry_tolerance, &outcome));
  PetscCall(TasSystemSetPins(run->system, run->pins));
  if (outcome.converged)
    PetscCall(TasLogPrintf(TasResultsLog(run->results), "prestrain: %" PetscInt_FMT " equilibria, %" PetscInt_FMT " Newton iterations; the limb keeps its shape within %.2g mm\n", outcome.equilibria, outcome.newton, (double)outcome.moved));
  else {
    PetscCall(PetscSNPrintf(run->message, sizeof run->message, "prestrain found no equilibrium after %" PetscInt_FMT ": %s, the limb still moves by %.2g mm; try less stretch, or a larger living.geometry_tolerance", outcome.equilibria,
                            outcome.reason > 0 ? "it does not settle" : TasSystemReason(outcome.reason), (double)outcome.moved));
    PetscCall(Complain(run, TAS_EXIT_NOT_CONVERGED, run->message));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The device takes over what bone has borne. */
static PetscErrorCode Mount(Run *run)
{
  PetscReal *tissue;

  PetscFunctionBeginUser;
  PetscCall(TissueForces(run, &tissue));
  PetscCall(TasTreatmentMount(run->treatment, tissue));
  PetscCall(PetscFree(tissue));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Where nothing is prestrained. */
static PetscErrorCode Begin(Run *run)
{
  PetscBool good;

  PetscFunctionBeginUser;
  PetscCall(TasStepperBegin(run->stepper, &good));
  if (good) PetscFunctionReturn(PETSC_SUCCESS);
  const PetscInt strand = TasSystemBadStrand(run->system);
  PetscCall(PetscSNPrintf(run->message, sizeof run->message, "no state of rest before surgery: %s%s", strand >= 0 ? "strand " : "the undeformed limb is inadmissible", strand >= 0 ? run->c->strands[strand].law.name : ""));
  PetscCall(Complain(run, TAS_EXIT_NOT_CONVERGED, run->message));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the whole ---- */

static PetscErrorCode Steps(Run *run)
{
  TasStepOutcome start = {.time = 0., .converged = PETSC_TRUE};
  PetscBool      good;

  PetscFunctionBeginUser;
  if (run->resume) {
    PetscCall(TasRestartTakeState(&run->restart, run->system, run->stepper, run->strands, run->treatment));
    run->step = run->checkpoint_step = run->restart.step;
  } else {
    if (run->domain->prestrained) PetscCall(Prestrain(run));
    else PetscCall(Begin(run));
    if (run->exit_status) PetscFunctionReturn(PETSC_SUCCESS);
    PetscCall(TasSystemIsAdmissible(run->system, &good));
    PetscCall(Mount(run));
    PetscCall(Examine(run, 0.));
    PetscCall(Record(run, &start, PETSC_TRUE, 0.));
  }
  PetscCall(BeginTimeLeft(run));
  for (const TasCaseEvent *next; !run->exit_status && (next = TasTreatmentNext(run->treatment, TasStepperTime(run->stepper)));) {
    const TasCaseEvent event = *next; /* the plan may be changed on the way */
    PetscCall(BeginInterval(run, event.time));
    PetscCall(RunToEvent(run, &event));
  }
  if (run->checkpoint_step != run->step || !run->step) PetscCall(WriteCheckpoint(run));
  PetscCall(TasInsituReport(run->insitu));
  PetscCall(TasHarmReport(run->harm, run->results));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Finish(Run *run)
{
  const TasState state = run->exit_status == TAS_EXIT_DONE ? TAS_STATE_DONE : run->exit_status == TAS_EXIT_REQUESTED || run->exit_status == TAS_EXIT_TISSUE_LIMIT ? TAS_STATE_STOPPED : TAS_STATE_FAILED;
  char           problem[TAS_PROBLEM_LENGTH] = "";

  PetscFunctionBeginUser;
  if (run->results) PetscCall(TasResultsClose(run->results, state, run->exit_status, run->message[0] ? run->message : NULL, problem));
  if (problem[0] && !run->exit_status) PetscCall(Complain(run, TAS_EXIT_IO, problem));
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

PetscErrorCode TasSimulationRun(TasCase *c, const char *results_folder, PetscInt threads, PetscBool resume, int *exit_status)
{
  Run run = {.c = c, .resume = resume};

  PetscFunctionBeginUser;
  stop_requested = checkpoint_requested = 0;
  (void)signal(SIGINT, RequestStop);
  (void)signal(SIGTERM, RequestStop);
  (void)signal(SIGUSR1, RequestCheckpoint);
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
  if (!run.exit_status) PetscCall(CreateStrands(&run));
  if (!run.exit_status) PetscCall(CreatePins(&run));
  if (!run.exit_status) PetscCall(TasResultsCreate(c->comm, results_folder, NULL, &run.results, problem));
  if (!run.exit_status && problem[0]) PetscCall(Complain(&run, TAS_EXIT_IO, problem));
  if (!run.exit_status) {
    PetscCall(TasResultsSetMesh(run.results, run.domain->mesh));
    PetscCall(AddProvenance(&run, 1));
    PetscCall(TasRecordingDeclareMesh(run.domain, run.results));
    PetscCall(TasResultsOpen(run.results, 0, problem));
    if (!problem[0]) PetscCall(TasStrandsOpen(run.strands, results_folder, 0, 0, problem));
    if (!problem[0] && run.pins) PetscCall(TasPinsWrite(run.pins, results_folder, problem));
    if (problem[0]) PetscCall(Complain(&run, TAS_EXIT_IO, problem));
    else PetscCall(TasRecordingWriteMesh(run.domain, run.results));
  }
  PetscCall(Finish(&run));
  *exit_status = run.exit_status;
  PetscFunctionReturn(PETSC_SUCCESS);
}
