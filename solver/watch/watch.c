#include "solver/watch/watch.h"
#include "solver/output/live.h"
#include "solver/text.h"
#include "solver/watch/watch_runs.h"
#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define POLL_NANOSECONDS 500000000L
#define PLAIN_FIRST      2.   /* s between two lines about one run in a log, and ... */
#define PLAIN_SHARE      0.01 /* ... of the time that it has run */
#define PLAIN_SEVERAL    60.  /* s, where there are several */
#define LINE             TAS_LIVE_LENGTH

typedef struct {
  TasWatchRuns runs;
  TasLive      live;
  PetscBool    waiting; /* told that there is nothing yet */
  PetscBool    begun;   /* runs were told about */
  PetscInt     ended_before;
} Watch;

static volatile sig_atomic_t left = 0;

static void Leave(int signal) { left = signal; }

static double Now(void)
{
  struct timespec now = {0};

  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void Say(Watch *w, const char *text)
{
  char line[2 * LINE];

  snprintf(line, sizeof(line), "%s\n", text);
  TasLiveSay(&w->live, line);
}

/* ---- what is there ---- */

/* Folders of runs that have only begun hold these alone. */
static PetscBool IsOwn(const char *name)
{
  static const char *const names[] = {".", "..", "run.log", "runs", "case.yaml", "output.txt", "lock", "results", "status.json.part"};

  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    if (!strcmp(name, names[i])) return PETSC_TRUE;
  return PETSC_FALSE;
}

static PetscBool HoldsOther(const char *folder)
{
  DIR      *directory = opendir(folder);
  PetscBool other     = PETSC_FALSE;

  if (!directory) return PETSC_FALSE;
  for (struct dirent *entry; !other && (entry = readdir(directory));) other = (PetscBool)!IsOwn(entry->d_name);
  closedir(directory);
  return other;
}

static PetscBool IsFolder(const char *path)
{
  struct stat info;

  return (PetscBool)(!stat(path, &info) && S_ISDIR(info.st_mode));
}

static PetscBool HasParent(const char *path)
{
  char  parent[TAS_WATCH_PATH], *slash;

  snprintf(parent, sizeof(parent), "%s", path);
  for (slash = parent + strlen(parent); slash > parent + 1 && slash[-1] == '/';) *--slash = 0;
  slash = strrchr(parent, '/');
  if (!slash) return PETSC_TRUE;
  slash[slash == parent] = 0;
  return IsFolder(parent);
}

/* FALSE: results may still come. */
static PetscBool IsMistake(const char *folder, PetscBool once, char *problem)
{
  struct stat info;
  char        quoted[80];

  TasTextQuote(folder, sizeof(quoted), quoted);
  if (strlen(folder) + 64 > TAS_WATCH_PATH) snprintf(problem, TAS_PROBLEM_LENGTH, "tasis watch: %s: its name is too long", quoted);
  else if (stat(folder, &info) && (once || !HasParent(folder))) snprintf(problem, TAS_PROBLEM_LENGTH, "tasis watch: %s: there is no such folder, allowed: a folder of results", quoted);
  else if (!stat(folder, &info) && !S_ISDIR(info.st_mode)) snprintf(problem, TAS_PROBLEM_LENGTH, "tasis watch: %s: is a file, allowed: a folder of results", quoted);
  else if (HoldsOther(folder)) snprintf(problem, TAS_PROBLEM_LENGTH, "tasis watch: %s: holds no results, neither status.json nor folders with one, allowed: a folder of results", quoted);
  else return PETSC_FALSE;
  return PETSC_TRUE;
}

/* ---- several runs ---- */

static void Summary(const TasWatchRuns *r, size_t size, char *text)
{
  PetscInt good = 0, stopped = 0, ended = TasWatchCount(r, TAS_WATCH_ENDED), running = TasWatchCount(r, TAS_WATCH_RUNNING), silent = TasWatchCount(r, TAS_WATCH_SILENT), gone = TasWatchCount(r, TAS_WATCH_GONE);
  char     duration[32];

  for (PetscInt i = 0; i < r->num; i++) {
    good += r->runs[i].state == TAS_WATCH_ENDED && r->runs[i].status.exit_status == 0;
    stopped += r->runs[i].state == TAS_WATCH_ENDED && !strcmp(r->runs[i].status.state, "stopped");
  }
  snprintf(text, size, "%" PetscInt_FMT " runs: %" PetscInt_FMT " done", r->num, good);
  if (stopped) TasTextAppend(size, text, ", %" PetscInt_FMT " stopped", stopped);
  if (ended > good + stopped) TasTextAppend(size, text, ", %" PetscInt_FMT " failed", ended - good - stopped);
  if (running) TasTextAppend(size, text, ", %" PetscInt_FMT " at work", running);
  if (silent) TasTextAppend(size, text, ", %" PetscInt_FMT " without news", silent);
  if (gone) TasTextAppend(size, text, ", %" PetscInt_FMT " gone", gone);
  if (!r->status.search) return;
  if (r->status.running && r->status.runs_most) TasTextAppend(size, text, "; up to %" PetscInt_FMT " more", r->status.runs_most);
  if (r->status.note[0]) TasTextAppend(size, text, "; %s", r->status.note);
  TasDurationText(r->status.time_left, sizeof(duration), duration);
  if (r->status.running && isfinite(r->status.time_left)) TasTextAppend(size, text, "; about %s left", duration);
}

static PetscBool IsAtWork(const TasWatchRun *run) { return (PetscBool)(run->state == TAS_WATCH_RUNNING || run->state == TAS_WATCH_SILENT); }

/* Lines of runs at work, as many as there is room for, and one of all. */
static void ShowLive(Watch *w, double now)
{
  const PetscInt columns = TasLiveColumns(&w->live) - 1, rows = w->runs.single ? 1 : PetscMax(1, PetscMin(64, TasLiveRows(&w->live) - 2));
  char         (*lines)[TAS_LIVE_LENGTH] = calloc((size_t)rows + 1, sizeof(*lines));
  PetscInt       n = 0;

  for (PetscInt i = 0; lines && i < w->runs.num && n < rows; i++)
    if (w->runs.single || IsAtWork(&w->runs.runs[i])) TasWatchLine(&w->runs, &w->runs.runs[i], now, columns, sizeof(lines[n]), lines[n]), n++;
  if (lines && !w->runs.single) Summary(&w->runs, sizeof(lines[n]), lines[n]), n++;
  if (lines) TasLiveShow(&w->live, n, (const char (*)[TAS_LIVE_LENGTH])lines);
  free(lines);
}

/* ---- lines that stay ---- */

/* Does a line about it tell something new, and not too often? */
static PetscBool IsNews(const Watch *w, const TasWatchRun *run, double now)
{
  const double between = w->runs.single ? fmax(PLAIN_FIRST, PLAIN_SHARE * run->status.wall_time) : PLAIN_SEVERAL;

  if (!run->told || run->state != run->told_state) return PETSC_TRUE;
  if (TasLiveIsTerminal(&w->live)) return PETSC_FALSE; /* it is in the lines below */
  return (PetscBool)(run->state == TAS_WATCH_RUNNING && run->status.step != run->told_step && now - run->told >= between);
}

/* What had ended before anybody watched is counted only: a sweep has thousands. */
static void Begin(Watch *w, double now)
{
  char text[LINE];

  for (PetscInt i = 0; i < w->runs.num && !w->runs.single; i++) {
    TasWatchRun *run = &w->runs.runs[i];

    if (run->state != TAS_WATCH_ENDED) continue;
    w->ended_before++;
    run->told       = now;
    run->told_state = run->state;
  }
  Summary(&w->runs, sizeof(text), text);
  if (!w->runs.single && !TasLiveIsTerminal(&w->live)) Say(w, text);
  w->begun = PETSC_TRUE;
}

/* On a terminal: only ends, and what one should not miss. */
static void TellRuns(Watch *w, double now)
{
  for (PetscInt i = 0; i < w->runs.num; i++) {
    TasWatchRun *run   = &w->runs.runs[i];
    char         text[LINE];
    const PetscBool quiet = (PetscBool)(TasLiveIsTerminal(&w->live) && (run->state == TAS_WATCH_RUNNING || run->state == TAS_WATCH_SILENT || w->runs.single));

    if (!IsNews(w, run, now)) continue;
    TasWatchLine(&w->runs, run, now, TasLiveIsTerminal(&w->live) ? TasLiveColumns(&w->live) - 1 : 0, sizeof(text), text);
    if (!quiet) Say(w, text);
    run->told       = now;
    run->told_state = run->state;
    run->told_step  = run->status.step;
  }
}

static void TellOnce(Watch *w, double now)
{
  char text[LINE];

  for (PetscInt i = 0; i < w->runs.num; i++) {
    TasWatchLine(&w->runs, &w->runs.runs[i], now, 0, sizeof(text), text);
    Say(w, text);
  }
  Summary(&w->runs, sizeof(text), text);
  if (!w->runs.single) Say(w, text);
}

static void TellEnd(Watch *w)
{
  char text[LINE];

  TasLiveLeave(&w->live);
  if (w->runs.single) return;
  if (!TasLiveIsTerminal(&w->live) && TasWatchCount(&w->runs, TAS_WATCH_ENDED) > w->ended_before) {
    Summary(&w->runs, sizeof(text), text);
    Say(w, text);
  }
  if (!w->runs.status.search) return;
  if (w->runs.status.running) Say(w, "the search's process is gone: killed? started again it goes on");
  else if (w->runs.status.message[0]) Say(w, w->runs.status.message);
}

/* ---- the whole ---- */

/* FALSE: it goes on. */
static PetscBool Turn(Watch *w, PetscBool once, int *status, char *problem)
{
  const double now = Now();

  if (!TasWatchLook(&w->runs, Now)) {
    snprintf(problem, TAS_PROBLEM_LENGTH, "tasis watch: there is no memory for so many runs");
    return PETSC_TRUE;
  }
  if (!w->runs.num && !w->runs.status.there) {
    if (!w->waiting && IsMistake(w->runs.folder, once, problem)) return PETSC_TRUE;
    if (!w->waiting) Say(w, once ? "no results yet" : "no results yet; waiting for them");
    w->waiting = PETSC_TRUE;
    return once;
  }
  *status = TasWatchHasEnded(&w->runs) ? TasWatchExitStatus(&w->runs) : 0;
  if (once) {
    TellOnce(w, now);
    return PETSC_TRUE;
  }
  if (!w->begun && w->runs.num) Begin(w, now);
  TellRuns(w, now);
  ShowLive(w, now);
  if (TasWatchHasEnded(&w->runs)) TellEnd(w);
  return TasWatchHasEnded(&w->runs);
}

int TasWatch(const char *folder, PetscBool once)
{
  const struct timespec pause = {0, POLL_NANOSECONDS};
  Watch                 w     = {0};
  char                  problem[TAS_PROBLEM_LENGTH] = "";
  int                   status = 0;

  snprintf(w.runs.folder, sizeof(w.runs.folder), "%s", folder);
  TasLiveBegin(&w.live, stdout);
  (void)signal(SIGINT, Leave);
  (void)signal(SIGTERM, Leave);
  while (!Turn(&w, once, &status, problem) && !left) (void)nanosleep(&pause, NULL);
  TasLiveEnd(&w.live);
  TasWatchClear(&w.runs);
  if (left) { /* the runs go on */
    (void)signal(left, SIG_DFL);
    (void)raise(left);
  }
  if (!problem[0]) return status;
  fprintf(stderr, "%s\n", problem);
  return 2;
}
