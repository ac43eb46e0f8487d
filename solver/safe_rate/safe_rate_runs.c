/*
  Runs of this program as processes of their own, several at once.

  A run's folder is locked by a file that the run inherits: where the search is killed its runs go on, and a new search waits for them
  instead of starting them twice.
*/
#include "solver/files.h"
#include "solver/safe_rate/safe_rate_progress.h"
#include "solver/text.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define POLL_NANOSECONDS 50000000L
#define PATH (PETSC_MAX_PATH_LEN + 64)

extern char **environ;

typedef enum { WAITING, RUNNING, ELSEWHERE, FINISHED } JobState; /* ELSEWHERE: of a search that was killed */

typedef struct {
  TasSafeRun *run;
  JobState    state;
  PetscBool   resume, fresh; /* fresh: going on was refused, it starts anew */
  PetscBool   varied, told_to_stop;
  pid_t       pid;
  int         lock;
  time_t      started;
  char        folder[PETSC_MAX_PATH_LEN], results[PATH], tmp[PATH], label[160];
  TasStatusRead status; /* while it runs: of this run alone */
} Job;

/* ---- starting ---- */

/* What an MPI program that starts another one must not hand on; settings of the user's stay. */
static PetscBool IsOfThisProcess(const char *variable)
{
  static const char *const names[] = {"PMIX_", "OMPI_COMM_", "OMPI_UNIVERSE", "OMPI_APP", "OMPI_COMMAND", "OMPI_ARGV", "OMPI_NUM_", "OMPI_FIRST", "OMPI_FILE", "OMPI_MCA_orte", "OMPI_MCA_ess", "OMPI_MCA_pmix", "OMPI_MCA_initial", "ORTE_", "PRTE_", "TMPDIR=", "OMP_NUM_THREADS="};

  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    if (!strncmp(variable, names[i], strlen(names[i]))) return PETSC_TRUE;
  return PETSC_FALSE;
}

/* isolated: a program without mpiexec starts a daemon of its own otherwise. Free the array alone. */
static char **Environment(const char *tmp, PetscBool isolated)
{
  static char isolate[] = "OMPI_MCA_ess_singleton_isolated=1", unbound[] = "OMPI_MCA_hwloc_base_binding_policy=none";
  size_t      n = 0, k = 0;
  char      **list;

  while (environ[n]) n++;
  list = calloc(n + 4, sizeof(char *));
  if (!list) return NULL;
  for (size_t i = 0; i < n; i++)
    if (!IsOfThisProcess(environ[i])) list[k++] = environ[i];
  list[k++] = (char *)tmp;
  list[k++] = isolated ? isolate : unbound;
  return list;
}

static PetscErrorCode Spawn(TasSafeRunner *runner, Job *job)
{
  const TasSafeWanted       *w = runner->wanted;
  char                       program[PETSC_MAX_PATH_LEN], ranks[16], threads[16], output[PATH], file[PATH], tmp[PATH + 8];
  char                      *words[16], **environment;
  int                        n = 0, failed;
  posix_spawn_file_actions_t actions;
  const ssize_t              length = readlink("/proc/self/exe", program, sizeof(program) - 1);

  PetscFunctionBeginUser;
  PetscCheck(length > 0, PETSC_COMM_SELF, PETSC_ERR_SYS, "this program does not find itself: /proc/self/exe: %s", strerror(errno));
  program[length] = 0;
  snprintf(ranks, sizeof(ranks), "%" PetscInt_FMT, w->ranks);
  snprintf(threads, sizeof(threads), "%" PetscInt_FMT, w->threads);
  snprintf(output, sizeof(output), "%s/output.txt", job->folder);
  snprintf(file, sizeof(file), "%s/case.yaml", job->folder);
  snprintf(job->tmp, sizeof(job->tmp), "%.3000s/tasis-XXXXXX", getenv("TMPDIR") && *getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
  if (!mkdtemp(job->tmp)) TasFileProblem("make the folder", job->tmp, errno, runner->problem);
  if (runner->problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  snprintf(tmp, sizeof(tmp), "TMPDIR=%s", job->tmp);
  if (w->ranks > 1) words[n++] = "mpiexec", words[n++] = "-n", words[n++] = ranks;
  words[n++] = program, words[n++] = "run", words[n++] = file, words[n++] = "--results", words[n++] = job->results, words[n++] = "--threads", words[n++] = threads;
  if (job->resume) words[n++] = "--resume";
  words[n]    = NULL;
  environment = Environment(tmp, (PetscBool)(w->ranks == 1));
  PetscCheck(environment, PETSC_COMM_SELF, PETSC_ERR_MEM, "no room for an environment");
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  if (job->lock >= 0) posix_spawn_file_actions_adddup2(&actions, job->lock, job->lock); /* inherited by this run alone */
  failed = posix_spawnp(&job->pid, words[0], &actions, NULL, words, environment);
  posix_spawn_file_actions_destroy(&actions);
  free(environment);
  if (failed) TasFileProblem("start", words[0], failed, runner->problem);
  job->state   = RUNNING;
  job->started = time(NULL);
  runner->num_started++;
  if (!failed) TasSafeProgressStarted(runner->progress, job->label, job->run->folder, job->resume);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- what is there already ---- */

/* FALSE: another process has it. Disks without locks are fine. */
static PetscBool TakeLock(Job *job)
{
  char path[PATH];

  snprintf(path, sizeof(path), "%s/lock", job->folder);
  job->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (job->lock < 0 || !flock(job->lock, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK) return PETSC_TRUE;
  close(job->lock);
  job->lock = -1;
  return PETSC_FALSE;
}

static void ReleaseLock(Job *job)
{
  if (job->lock >= 0) close(job->lock);
  job->lock = -1;
}

static PetscErrorCode LookWhatIsThere(TasSafeRunner *runner, Job *job)
{
  PetscBool done;

  PetscFunctionBeginUser;
  job->state = ELSEWHERE;
  if (!TakeLock(job)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasSafeRunRead(runner->wanted, job->results, job->run, &done, &job->resume));
  if (job->varied && done && !job->run->whole && job->run->exit_status == TAS_EXIT_REQUESTED) done = PETSC_FALSE;
  job->state       = done ? FINISHED : WAITING;
  job->run->reused = done;
  if (!done) PetscFunctionReturn(PETSC_SUCCESS);
  ReleaseLock(job);
  PetscCall(TasSafeProgressEnded(runner->progress, job->label, job->run, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Prepare(TasSafeRunner *runner, PetscReal value, PetscInt parameter, TasSafeRun *run, Job *job)
{
  char  name[128], path[PATH], *text;

  PetscFunctionBeginUser;
  *job = (Job){.run = run, .lock = -1, .varied = (PetscBool)(parameter >= 0)};
  PetscCall(PetscMemzero(run, sizeof(*run)));
  run->value = value;
  TasSafeValueText(runner->wanted, value, sizeof(job->label), job->label);
  if (parameter >= 0) TasTextAppend(sizeof(job->label), job->label, ", %s", runner->wanted->parameters[parameter].path);
  PetscCall(TasSafeCaseText(runner->c, runner->wanted, value, parameter, &text, runner->problem));
  if (runner->problem[0]) runner->status = TAS_EXIT_BAD_INPUT;
  if (runner->status) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasSafeFolderName(runner->wanted, value, parameter, text, sizeof(name), name));
  PetscCall(PetscSNPrintf(job->folder, sizeof(job->folder), "%s/runs/%s", runner->folder, name));
  PetscCall(PetscSNPrintf(run->folder, sizeof(run->folder), "runs/%s", name));
  PetscCall(PetscSNPrintf(job->results, sizeof(job->results), "%s/results", job->folder));
  PetscCall(PetscSNPrintf(path, sizeof(path), "%s/case.yaml", job->folder));
  PetscCall(TasFolderMake(job->folder, runner->problem));
  PetscCall(TasFileReplaceText(path, text, runner->problem));
  PetscCall(PetscFree(text));
  if (!runner->problem[0]) PetscCall(LookWhatIsThere(runner, job));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- ending ---- */

/* The last line that a run wrote, for the search to say. */
static void LastLine(const Job *job, size_t size, char *text)
{
  char  path[PATH], line[TAS_PROBLEM_LENGTH];
  FILE *file;

  snprintf(path, sizeof(path), "%s/output.txt", job->folder);
  file    = fopen(path, "r");
  text[0] = 0;
  while (file && fgets(line, sizeof(line), file))
    if (line[strspn(line, " \n")]) snprintf(text, size, "%.*s", (int)strcspn(line, "\n"), line);
  if (file) fclose(file);
}

/* mpiexec may refuse, a library may be missing: the next run would fare no better. */
static PetscBool HasNotBegun(const Job *job)
{
  char path[PATH + 32];

  snprintf(path, sizeof(path), "%s/status.json", job->results);
  return (PetscBool)(access(path, R_OK) != 0);
}

static PetscErrorCode Finish(TasSafeRunner *runner, Job *job, int wait_status)
{
  TasSafeRun *run  = job->run;
  const int   code = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1;
  PetscBool   done, resumable;

  PetscFunctionBeginUser;
  PetscCall(PetscRMTree(job->tmp)); /* MPI may have left something */
  job->state = FINISHED;
  if (code == TAS_EXIT_BAD_INPUT && job->resume && !job->fresh) { /* its checkpoint is of no use */
    job->fresh  = PETSC_TRUE;
    job->resume = PETSC_FALSE;
    job->state  = WAITING;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TasSafeRunRead(runner->wanted, job->results, run, &done, &resumable));
  ReleaseLock(job);
  if (code != run->exit_status) { /* it died, or never came to its folder */
    run->exit_status = code;
    run->whole       = PETSC_FALSE;
    run->state       = TAS_SAFE_NO_ANSWER;
    LastLine(job, sizeof(run->message), run->message);
    if (!WIFEXITED(wait_status)) snprintf(run->message, sizeof(run->message), "killed by signal %d", WTERMSIG(wait_status));
  }
  if (code == TAS_EXIT_BAD_INPUT || code == TAS_EXIT_IO) {
    runner->status = code;
    snprintf(runner->problem, sizeof(runner->problem), "%.200s: %.300s", job->folder, run->message);
  } else if (!job->told_to_stop && HasNotBegun(job)) {
    runner->status = TAS_EXIT_IO;
    snprintf(runner->problem, sizeof(runner->problem), "%.300s: the run ended with status %d before it began: its output.txt says why", job->folder, code);
  } else if (code == TAS_EXIT_REQUESTED && !job->told_to_stop)
    *runner->stop = SIGTERM; /* somebody else wants it to end */
  if (!*runner->stop) PetscCall(TasSafeProgressEnded(runner->progress, job->label, run, difftime(time(NULL), job->started)));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Its first rank, which tells the others; mpiexec would leave them no time for a checkpoint. */
static void TellToStop(Job *job, long process)
{
  if (job->told_to_stop) return;
  job->told_to_stop = PETSC_TRUE;
  kill(process > 0 ? (pid_t)process : job->pid, SIGTERM);
}

/* What an earlier run left in the folder says nothing of this one. */
static PetscBool IsOfThisRun(const TasSafeRunner *runner, const Job *job)
{
  if (runner->wanted->ranks == 1) return (PetscBool)(job->status.process == (long)job->pid);
  return (PetscBool)(job->status.updated > job->started);
}

static PetscErrorCode Watch(TasSafeRunner *runner, Job *job)
{
  int         status;
  const pid_t ended = waitpid(job->pid, &status, WNOHANG);

  PetscFunctionBeginUser;
  if (ended == job->pid) {
    PetscCall(Finish(runner, job, status));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  TasStatusReadFolder(job->results, &job->status);
  job->status.there = (PetscBool)(job->status.there && IsOfThisRun(runner, job));
  const PetscBool broken = (PetscBool)(job->status.there && job->status.margin < runner->wanted->margin); /* a NaN is not */
  if (*runner->stop || runner->status || (runner->wanted->stop_early && !job->varied && broken)) TellToStop(job, job->status.there ? job->status.process : 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- all of them ---- */

static PetscInt Count(const Job *jobs, PetscInt n, JobState state)
{
  PetscInt count = 0;

  for (PetscInt i = 0; i < n; i++) count += jobs[i].state == state;
  return count;
}

static PetscBool MayStart(const TasSafeRunner *runner) { return (PetscBool)(!*runner->stop && !runner->status && !runner->problem[0]); }

/* To those who watch. */
static PetscErrorCode Tell(TasSafeRunner *runner, PetscInt n, Job *jobs)
{
  TasSafeJobState states[TAS_SAFE_MAX_RUNS];
  PetscInt        num = 0;

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < n && num < TAS_SAFE_MAX_RUNS; i++) {
    if (jobs[i].state == FINISHED) continue;
    if (jobs[i].state == ELSEWHERE) TasStatusReadFolder(jobs[i].results, &jobs[i].status);
    states[num] = (TasSafeJobState){.at_work = (PetscBool)(jobs[i].state != WAITING), .status = jobs[i].status};
    snprintf(states[num++].label, sizeof(states[0].label), "%s", jobs[i].label);
  }
  PetscCall(TasSafeProgressShow(runner->progress, num, states, runner->problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Turn(TasSafeRunner *runner, PetscInt n, Job *jobs)
{
  const struct timespec pause = {0, POLL_NANOSECONDS};

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < n; i++) {
    if (jobs[i].state == RUNNING) PetscCall(Watch(runner, &jobs[i]));
    if (jobs[i].state == ELSEWHERE && MayStart(runner)) PetscCall(LookWhatIsThere(runner, &jobs[i]));
    if (jobs[i].state == WAITING && MayStart(runner) && Count(jobs, n, RUNNING) + Count(jobs, n, ELSEWHERE) < runner->at_once) PetscCall(Spawn(runner, &jobs[i]));
  }
  if (Count(jobs, n, FINISHED) < n) PetscCall(Tell(runner, n, jobs));
  if (Count(jobs, n, FINISHED) < n) (void)nanosleep(&pause, NULL);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSafeRunAll(void *context, PetscInt n, const PetscReal *values, const PetscInt *parameters, TasSafeRun *runs, PetscBool *go_on)
{
  TasSafeRunner *runner = (TasSafeRunner *)context;
  Job           *jobs;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(n, &jobs));
  for (PetscInt i = 0; i < n && MayStart(runner); i++) PetscCall(Prepare(runner, values[i], parameters[i], &runs[i], &jobs[i]));
  while (Count(jobs, n, RUNNING) || (Count(jobs, n, FINISHED) < n && MayStart(runner))) PetscCall(Turn(runner, n, jobs));
  for (PetscInt i = 0; i < n; i++) ReleaseLock(&jobs[i]);
  if (runner->problem[0] && !runner->status) runner->status = TAS_EXIT_IO;
  if (*runner->stop && !runner->status) runner->status = TAS_EXIT_REQUESTED;
  *go_on = (PetscBool)!runner->status;
  PetscCall(PetscFree(jobs));
  PetscFunctionReturn(PETSC_SUCCESS);
}
