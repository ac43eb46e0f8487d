/* tasis safe-rate: the outermost value at which every limit keeps a margin, from runs of this program. */
#include "solver/command/command.h"
#include "solver/files.h"
#include "solver/safe_rate/safe_rate_progress.h"
#include <omp.h>
#include <signal.h>
#include <string.h>

static volatile int stop_requested = 0;

static void RequestStop(int signal) { stop_requested = signal; }

/* A search of rates moves the end of the calculation with that of the distraction, which it must therefore reach. */
static void CheckDistraction(TasCaseReader *r, const TasSafeWanted *wanted)
{
  const TasNode *end  = TasNodeFind(TasNodeFind(r->root, "time"), "end");
  PetscReal      done = 0;

  if (wanted->search == TAS_SAFE_KEY) return;
  for (PetscInt k = 0; k < r->c->num_distractions; k++) done = PetscMax(done, r->c->distraction[k].latency + r->c->distraction[k].length / r->c->distraction[k].rate);
  if (!r->c->num_distractions) TasCaseComplainMissing(r, NULL, "distraction", "what is searched: {length: 50 mm, rate: 1 mm/day}");
  if (end && r->c->end_time < done * (1 - 1e-6)) TasCaseComplain(r, end, "ends on day %.6g, before the distraction does on day %.6g, allowed: a later end, or none", (double)(r->c->end_time / 86400), (double)(done / 86400));
}

/* The section, and that the cases at its ends and with each parameter are good: before any work. */
static PetscErrorCode Load(const TasCommandLine *line, TasCase **c, TasSafeWanted *wanted, int *status, char *problem)
{
  TasCaseReader reader = {.problem = problem};

  PetscFunctionBeginUser;
  PetscCall(TasCommandLoadCase(line, 2000, c, status));
  if (!*c) PetscFunctionReturn(PETSC_SUCCESS);
  reader.c    = *c;
  reader.root = TasTreeRoot((*c)->tree);
  PetscCall(TasSafeWantedRead(&reader, TasNodeFind(reader.root, "safe_rate"), wanted));
  if (!*problem) CheckDistraction(&reader, wanted);
  if (!*problem) PetscCall(TasSafeCaseCheck(*c, wanted, wanted->low, -1, problem));
  if (!*problem) PetscCall(TasSafeCaseCheck(*c, wanted, wanted->high, -1, problem));
  for (PetscInt k = 0; k < wanted->num_parameters && !*problem; k++) PetscCall(TasSafeCaseCheck(*c, wanted, wanted->low, k, problem));
  if (*problem) *status = TAS_EXIT_BAD_INPUT;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static int ExitStatus(const TasSafeResult *result)
{
  const PetscInt outside = result->outside;

  if (outside >= 0 && result->runs[outside].state == TAS_SAFE_NO_ANSWER) return TAS_EXIT_NOT_CONVERGED;
  if (result->end == TAS_SAFE_NONE) return TAS_EXIT_TISSUE_LIMIT;
  return result->end == TAS_SAFE_UNFINISHED ? TAS_EXIT_NOT_CONVERGED : TAS_EXIT_DONE;
}

static PetscErrorCode Tell(TasSafeRunner *runner, const TasSafeResult *result, PetscReal wall_time)
{
  const TasSafeReport report = {.c = runner->c, .wanted = runner->wanted, .result = result, .num_started = runner->num_started, .wall_time = wall_time, .note = TAS_NOTE};

  PetscFunctionBeginUser;
  PetscCall(TasSafeReportWrite(runner->folder, &report, runner->problem));
  if (runner->problem[0])
    runner->status = TAS_EXIT_IO;
  else {
    printf("\n");
    TasSafeReportPrint(stdout, &report);
    printf("safe_rate.json, safe_rate.txt and the runs are in %s\n", runner->folder);
    runner->status = ExitStatus(result);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The answer in one line, for those who watch. */
static void Answer(const TasSafeWanted *wanted, const TasSafeResult *result, size_t size, char *text)
{
  char value[80];

  if (result->inside < 0) snprintf(text, size, "no answer within the bounds");
  else {
    TasSafeValueText(wanted, result->runs[result->inside].value, sizeof(value), value);
    snprintf(text, size, "%s = %s keeps a margin of %g with every rule", wanted->key, value, (double)wanted->margin);
  }
}

static PetscErrorCode Search(TasSafeRunner *runner)
{
  TasSafeResult  *result;
  TasSafeProgress progress;
  PetscLogDouble  before, after;
  PetscBool       go_on;
  char            answer[TAS_PROBLEM_LENGTH] = "", lost[TAS_PROBLEM_LENGTH] = "";

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&result));
  PetscCall(PetscTime(&before));
  TasSafeProgressBegin(&progress, runner->wanted, result, runner->at_once, runner->folder);
  runner->progress = &progress;
  PetscCall(TasFolderMake(runner->folder, runner->problem));
  if (runner->problem[0]) runner->status = TAS_EXIT_IO;
  if (!runner->status) PetscCall(TasSafeSearchRun(runner->wanted, runner->at_once, TasSafeRunAll, runner, result, &go_on));
  PetscCall(PetscTime(&after));
  TasLiveShow(&progress.live, 0, NULL); /* what comes now says it all */
  TasLiveEnd(&progress.live);
  if (!runner->status) PetscCall(Tell(runner, result, after - before));
  if (runner->status == TAS_EXIT_REQUESTED) PetscCall(PetscStrncpy(runner->problem, "stopped on request; started again it goes on with the runs that are there", sizeof(runner->problem)));
  if (!runner->problem[0]) Answer(runner->wanted, result, sizeof(answer), answer);
  PetscCall(TasSafeProgressEnd(&progress, runner->status, runner->problem[0] ? runner->problem : answer, lost));
  PetscCall(TasSafeResultClear(result));
  PetscCall(PetscFree(result));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCommandSafeRate(const TasCommandLine *line, int *status)
{
  TasCase      *c = NULL;
  TasSafeWanted wanted;
  TasSafeRunner runner = {.wanted = &wanted, .stop = &stop_requested};
  PetscMPIInt   size;

  PetscFunctionBeginUser;
  PetscCall(Load(line, &c, &wanted, status, runner.problem));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  if (!*status && size > 1) {
    snprintf(runner.problem, sizeof(runner.problem), "tasis safe-rate: found %d ranks, allowed: 1; it starts its runs itself, safe_rate.ranks sets their ranks", size);
    *status = TAS_EXIT_BAD_INPUT;
  }
  if (!*status) {
    runner.c       = c;
    runner.at_once = wanted.at_once ? wanted.at_once : PetscMin(16, PetscMax(1, omp_get_num_procs() / (wanted.ranks * wanted.threads)));
    PetscCall(PetscSNPrintf(runner.folder, sizeof(runner.folder), "%s%s%s", line->results ? line->results : "results/", line->results ? "" : c->name, line->results ? "" : "-safe-rate"));
    (void)signal(SIGINT, RequestStop);
    (void)signal(SIGTERM, RequestStop);
    PetscCall(Search(&runner));
    *status = runner.status;
  }
  if (runner.problem[0]) PetscCall(PetscFPrintf(PETSC_COMM_WORLD, PETSC_STDERR, "%s\n", runner.problem));
  PetscCall(TasCaseDestroy(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}
