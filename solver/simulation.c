#include "solver/simulation_impl.h"

#include <omp.h>
#include <signal.h>
#include "solver/output/requests.h"

#define EXAMINATION_STEPS 4
#define CHECKPOINT_SHARE  0.05 /* of the time that checkpoints may take */
#define SECONDS_UNTOLD    30.  /* without a line in the log, before surgery */

/* Set by SIGINT and SIGTERM: the run ends after the present step, with a checkpoint; by SIGUSR1: a checkpoint after the present step. */
static volatile sig_atomic_t stop_requested = 0, checkpoint_requested = 0;

static void RequestStop(int signal) { stop_requested = signal; }
static void RequestCheckpoint(int signal) { checkpoint_requested = signal; }

/* ---- checkpoint ---- */

static PetscErrorCode WriteCheckpoint(TasRun *run)
{
  const TasRestartParts parts = TasRunParts(run);
  PetscLogDouble before, after;
  char           problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(PetscTime(&before));
  PetscCall(TasRestartWrite(run->c, run->domain->mesh, &parts, run->results, run->step, problem));
  PetscCall(PetscTime(&after));
  run->checkpoint_time = after;
  run->checkpoint_cost = after - before;
  run->checkpoint_step = run->step;
  if (problem[0] && !run->exit_status) PetscCall(TasRunComplain(run, TAS_EXIT_IO, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* After a step, but not so often that it takes more than a share of the time: rank 0 says. */
static PetscErrorCode WriteCheckpointIfDue(TasRun *run)
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

/* ---- stepping ---- */

/* From here on steps are counted. */
static PetscErrorCode BeginTimeLeft(TasRun *run)
{
  PetscBool adapts = PETSC_FALSE;

  PetscFunctionBeginUser;
  for (PetscInt t = 0; t < run->domain->mesh->num_tissues; t++) adapts = (PetscBool)(adapts || TasMaterialAdapts(run->domain->materials[t]));
  TasTimeLeftBegin(&run->time_left, TasRunStartTime(run), adapts);
  PetscCall(PetscTime(&run->reported));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* s from the end of this step on. */
static PetscErrorCode TimeLeft(TasRun *run, const TasStepOutcome *outcome, PetscReal *seconds)
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
static PetscErrorCode Show(TasRun *run, PetscReal time)
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

static PetscErrorCode Record(TasRun *run, const TasStepOutcome *outcome, PetscBool output, PetscLogDouble seconds)
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
  if (problem[0]) PetscCall(TasRunComplain(run, TAS_EXIT_IO, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* In plain words: what failed, in which tissue, where, on which day, and what to try. */
static PetscErrorCode ExplainFailure(TasRun *run, const TasStepOutcome *outcome)
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
  PetscCall(TasRunComplain(run, TAS_EXIT_NOT_CONVERGED, run->message));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What any rank has been asked for, by a signal or by a file in the results folder. */
static PetscErrorCode TakeRequests(TasRun *run, PetscMPIInt asked[TAS_NUM_REQUESTS])
{
  PetscFunctionBeginUser;
  asked[TAS_REQUEST_STOP]       = stop_requested != 0;
  asked[TAS_REQUEST_CHECKPOINT] = checkpoint_requested != 0;
  checkpoint_requested          = 0;
  PetscCall(TasRequestsTake(run->results, asked));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, asked, TAS_NUM_REQUESTS, MPI_INT, MPI_MAX, run->c->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode DoAsRequested(TasRun *run)
{
  PetscMPIInt asked[TAS_NUM_REQUESTS];

  PetscFunctionBeginUser;
  PetscCall(TakeRequests(run, asked));
  if (asked[TAS_REQUEST_CHECKPOINT]) PetscCall(WriteCheckpoint(run));
  if (asked[TAS_REQUEST_CHECKPOINT] && !run->exit_status) PetscCall(TasLogPrintf(TasResultsLog(run->results), "checkpoint written on request\n"));
  if (asked[TAS_REQUEST_STOP] && !run->exit_status) PetscCall(TasRunComplain(run, TAS_EXIT_REQUESTED, "stopped on request; with --resume it goes on from the checkpoint in the results folder"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the treatment has to tell, and whether monitoring changes it. */
static PetscErrorCode LookAfter(TasRun *run, PetscReal time)
{
  TasLog log = TasResultsLog(run->results);
  char   text[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  TasTreatmentTell(run->treatment, text);
  if (text[0]) PetscCall(TasLogPrintf(log, "day %.4g: %s\n", (double)(time / SECONDS_PER_DAY), text));
  PetscCall(TasMonitoringLook(run->monitoring, run->harm, run->treatment, time, log, text));
  if (text[0]) PetscCall(TasRunComplain(run, TAS_EXIT_TISSUE_LIMIT, text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Generalised forces of the tissue on the coordinates, to be freed. */
static PetscErrorCode TissueForces(TasRun *run, PetscReal **tissue)
{
  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(TasSystemBodies(run->system)->num_coordinates + 1, tissue));
  PetscCall(TasSystemCoordinateForces(run->system, *tissue));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Turns the joint up to the torque, and leaves everything as it was. */
static PetscErrorCode ExamineOne(TasRun *run, PetscInt number, PetscReal time)
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

static PetscErrorCode Examine(TasRun *run, PetscReal time)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < run->c->num_examinations; k++)
    if (TasExaminationIsDue(run->examinations, k, time)) PetscCall(ExamineOne(run, k, time));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode RunToEvent(TasRun *run, const TasCaseEvent *event)
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
static PetscErrorCode BeginInterval(TasRun *run, PetscReal event)
{
  PetscReal *tissue;

  PetscFunctionBeginUser;
  if (TasTreatmentEvent(run->treatment) == event) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TissueForces(run, &tissue));
  TasTreatmentBegin(run->treatment, event, tissue);
  PetscCall(PetscFree(tissue));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Prestrain on its way: on a terminal always, into the log where it takes long.  There is nothing yet that a run could be resumed from. */
static PetscErrorCode TellPrestrain(void *context, const TasPrestrainOutcome *outcome, PetscBool *go_on)
{
  TasRun        *run = context;
  TasLog         log = TasResultsLog(run->results);
  PetscMPIInt    asked[TAS_NUM_REQUESTS];
  PetscLogDouble now;
  char           text[128];

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(text, sizeof text, "prestrain: equilibrium %" PetscInt_FMT " before surgery, the limb still moves by %.2g mm", outcome->equilibria, (double)outcome->moved));
  PetscCall(PetscTime(&now));
  if (now - run->reported > SECONDS_UNTOLD) {
    run->reported = now;
    PetscCall(TasLogPrintf(log, "%s\n", text));
  }
  PetscCall(TasLogNow(log, text));
  PetscCall(TasResultsTouch(run->results));
  PetscCall(TakeRequests(run, asked));
  if (asked[TAS_REQUEST_CHECKPOINT]) checkpoint_requested = 1; /* when there is something to keep */
  if (asked[TAS_REQUEST_STOP]) PetscCall(TasRunComplain(run, TAS_EXIT_REQUESTED, "stopped on request, before surgery: begin again without --resume"));
  *go_on = (PetscBool)!run->exit_status;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Prestrain(TasRun *run)
{
  TasPrestrainOutcome outcome;

  PetscFunctionBeginUser;
  PetscCall(TasLogNow(TasResultsLog(run->results), "prestrain: looking for the limb's equilibrium before surgery"));
  PetscCall(TasSystemSetPins(run->system, NULL)); /* they come with surgery, and would keep the limb from settling */
  PetscCall(PetscTime(&run->reported));
  PetscCall(TasStepperPrestrain(run->stepper, run->c->living.geometry_tolerance, TellPrestrain, run, &outcome));
  PetscCall(TasSystemSetPins(run->system, run->pins));
  if (run->exit_status) PetscFunctionReturn(PETSC_SUCCESS);
  if (outcome.converged)
    PetscCall(TasLogPrintf(TasResultsLog(run->results), "prestrain: %" PetscInt_FMT " equilibria, %" PetscInt_FMT " Newton iterations; the limb keeps its shape within %.2g mm\n", outcome.equilibria, outcome.newton, (double)outcome.moved));
  else {
    char moved[64] = "";
    if (outcome.equilibria) PetscCall(PetscSNPrintf(moved, sizeof moved, ", the limb still moves by %.2g mm", (double)outcome.moved));
    PetscCall(PetscSNPrintf(run->message, sizeof run->message, "prestrain found no equilibrium after %" PetscInt_FMT ": %s%s; try less stretch, or a larger living.geometry_tolerance", outcome.equilibria,
                            outcome.reason > 0 ? "it does not settle" : TasSystemReason(outcome.reason), moved));
    PetscCall(TasRunComplain(run, TAS_EXIT_NOT_CONVERGED, run->message));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The device takes over what bone has borne. */
static PetscErrorCode Mount(TasRun *run)
{
  PetscReal *tissue;

  PetscFunctionBeginUser;
  PetscCall(TissueForces(run, &tissue));
  PetscCall(TasTreatmentMount(run->treatment, tissue));
  PetscCall(PetscFree(tissue));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Where nothing is prestrained. */
static PetscErrorCode Begin(TasRun *run)
{
  PetscBool good;

  PetscFunctionBeginUser;
  PetscCall(TasStepperBegin(run->stepper, &good));
  if (good) PetscFunctionReturn(PETSC_SUCCESS);
  const PetscInt strand = TasSystemBadStrand(run->system);
  PetscCall(PetscSNPrintf(run->message, sizeof run->message, "no state of rest before surgery: %s%s", strand >= 0 ? "strand " : "the undeformed limb is inadmissible", strand >= 0 ? run->c->strands[strand].law.name : ""));
  PetscCall(TasRunComplain(run, TAS_EXIT_NOT_CONVERGED, run->message));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the whole ---- */

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

static PetscErrorCode Steps(TasRun *run)
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

PetscErrorCode TasSimulationRun(TasCase *c, const char *results_folder, PetscInt threads, PetscBool resume, int *exit_status)
{
  TasRun run = {.c = c, .resume = resume};

  PetscFunctionBeginUser;
  stop_requested = checkpoint_requested = 0;
  (void)signal(SIGINT, RequestStop);
  (void)signal(SIGTERM, RequestStop);
  (void)signal(SIGUSR1, RequestCheckpoint);
  PetscCall(NumThreads(c->comm, threads, &threads));
  PetscCall(TasRunSetUp(&run, results_folder, threads));
  if (!run.exit_status) PetscCall(Steps(&run));
  PetscCall(TasRunFinish(&run));
  *exit_status = run.exit_status;
  PetscFunctionReturn(PETSC_SUCCESS);
}
