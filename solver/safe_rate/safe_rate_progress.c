#include "solver/safe_rate/safe_rate_progress.h"
#include "solver/command/version.h"
#include "solver/files.h"
#include "solver/output/progress_line.h"
#include "solver/output/status.h"
#include "solver/text.h"
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SHOW_EVERY  0.5 /* s, on a terminal */
#define WRITE_EVERY 2.  /* s, status.json */
#define TELL_EVERY  60. /* s, in a log */

static double Now(void)
{
  struct timespec now = {0};

  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void TasSafeProgressBegin(TasSafeProgress *p, const TasSafeWanted *wanted, const TasSafeResult *result, PetscInt at_once, const char *folder)
{
  *p = (TasSafeProgress){.wanted = wanted, .result = result, .at_once = at_once, .folder = folder, .started = Now(), .told = Now()};
  TasLiveBegin(&p->live, stdout);
}

/* ---- how long it will take ---- */

static PetscInt NumAtWork(PetscInt num, const TasSafeJobState *jobs)
{
  PetscInt n = 0;

  for (PetscInt i = 0; i < num; i++) n += jobs[i].at_work;
  return n;
}

/* Runs that tell how long one takes: ended ones, and those at work with what they have left. */
static double MeanSeconds(const TasSafeProgress *p, PetscInt num, const TasSafeJobState *jobs)
{
  double   seconds = p->seconds;
  PetscInt n       = p->num_timed;

  for (PetscInt i = 0; i < num; i++) {
    const TasStatusRead *s = &jobs[i].status;

    if (!jobs[i].at_work || !s->there || !isfinite(s->time_left) || !isfinite(s->wall_time)) continue;
    seconds += s->wall_time + s->time_left;
    n++;
  }
  return n ? seconds / n : NAN;
}

static PetscInt Rounds(PetscInt runs, PetscInt at_once) { return (runs + at_once - 1) / at_once; }

static PetscInt MostLeft(const TasSafeProgress *p) { return p->result->varying ? 0 : p->result->most_runs_left + p->wanted->num_parameters; }

double TasSafeProgressTimeLeft(const TasSafeProgress *p, PetscInt num, const TasSafeJobState *jobs)
{
  const double mean = MeanSeconds(p, num, jobs);
  double       sum = 0, longest = 0;

  for (PetscInt i = 0; i < num; i++) {
    const double left = jobs[i].at_work && jobs[i].status.there && isfinite(jobs[i].status.time_left) ? jobs[i].status.time_left : mean;

    sum += left;
    longest = fmax(longest, left);
  }
  const PetscInt rounds = p->result->varying ? 0 : Rounds(p->result->most_runs_left, p->at_once) + Rounds(p->wanted->num_parameters, p->at_once);
  return fmax(longest, sum / p->at_once) + rounds * mean;
}

/* ---- how it stands ---- */

/* "inside 0.9 mm/day, outside 1.2 mm/day" */
static void Bracket(const TasSafeProgress *p, size_t size, char *text)
{
  char inside[80] = "", outside[80] = "";

  if (p->result->inside >= 0) TasSafeValueText(p->wanted, p->result->runs[p->result->inside].value, sizeof(inside), inside);
  if (p->result->outside >= 0) TasSafeValueText(p->wanted, p->result->runs[p->result->outside].value, sizeof(outside), outside);
  text[0] = 0;
  if (inside[0]) TasTextAppend(size, text, "inside %s", inside);
  if (outside[0]) TasTextAppend(size, text, "%soutside %s", inside[0] ? ", " : "", outside);
}

/* Of the whole search. */
static void Summary(const TasSafeProgress *p, PetscInt num, const TasSafeJobState *jobs, size_t size, char *text)
{
  const double left = TasSafeProgressTimeLeft(p, num, jobs);
  char         duration[32], bracket[200];

  TasDurationText(left, sizeof(duration), duration);
  Bracket(p, sizeof(bracket), bracket);
  snprintf(text, size, "search: %" PetscInt_FMT " done, %" PetscInt_FMT " at work", p->num_ended, NumAtWork(num, jobs));
  if (MostLeft(p)) TasTextAppend(size, text, ", up to %" PetscInt_FMT " more", MostLeft(p) + num - NumAtWork(num, jobs));
  if (isfinite(left)) TasTextAppend(size, text, ", about %s left", duration);
  if (bracket[0]) TasTextAppend(size, text, "; %s", bracket);
}

static PetscInt LabelColumns(PetscInt num, const TasSafeJobState *jobs)
{
  PetscInt columns = 0;

  for (PetscInt i = 0; i < num; i++) columns = PetscMax(columns, TasTextColumns(jobs[i].label));
  return columns;
}

static void JobText(const TasSafeJobState *job, PetscInt label_columns, PetscInt columns, size_t size, char *text)
{
  const TasStatusRead *s    = &job->status;
  TasProgressLine      line = {.day = 0, .last_day = NAN, .gap = NAN, .second_gap = NAN, .margin = NAN, .time_left = NAN};

  if (s->there) line = (TasProgressLine){.day = s->day, .last_day = s->last_day, .gap = s->gap, .second_gap = s->second_gap, .fraction = s->fraction, .margin = s->margin, .time_left = s->time_left};
  snprintf(line.label, sizeof(line.label), "%-*s", (int)label_columns, job->label);
  snprintf(line.where, sizeof(line.where), "%s", s->where);
  if (!s->there || (!s->step && !s->day)) snprintf(line.state, sizeof(line.state), "being prepared");
  TasProgressLineText(&line, columns, size, text);
}

static void Draw(TasSafeProgress *p, PetscInt num, const TasSafeJobState *jobs)
{
  const PetscInt columns = TasLiveColumns(&p->live) - 1, rows = PetscMax(1, TasLiveRows(&p->live) - 2);
  char           lines[65][TAS_LIVE_LENGTH];
  PetscInt       n = 0;

  for (PetscInt i = 0; i < num && n < PetscMin(rows, 64); i++)
    if (jobs[i].at_work) JobText(&jobs[i], LabelColumns(num, jobs), columns, sizeof(lines[n]), lines[n]), n++;
  Summary(p, num, jobs, sizeof(lines[n]), lines[n]);
  TasLiveShow(&p->live, n + 1, (const char (*)[TAS_LIVE_LENGTH])lines);
}

static void TellAll(TasSafeProgress *p, PetscInt num, const TasSafeJobState *jobs)
{
  char text[TAS_LIVE_LENGTH];

  for (PetscInt i = 0; i < num; i++) {
    if (!jobs[i].at_work) continue;
    JobText(&jobs[i], LabelColumns(num, jobs), 0, sizeof(text) - 1, text);
    TasTextAppend(sizeof(text), text, "\n");
    TasLiveSay(&p->live, text);
  }
  Summary(p, num, jobs, sizeof(text) - 1, text);
  TasTextAppend(sizeof(text), text, "\n");
  TasLiveSay(&p->live, text);
}

/* ---- status.json ---- */

static json_t *Number(double value) { return isfinite(value) ? json_real(value) : json_null(); }

static PetscErrorCode Write(TasSafeProgress *p, TasState state, int exit_status, const char *message, double left, char *problem)
{
  char      path[PETSC_MAX_PATH_LEN + 32], host[128] = "", now[32] = "", bracket[200], *text;
  time_t    seconds = time(NULL);
  struct tm utc;
  json_t   *object;

  PetscFunctionBeginUser;
  if (gethostname(host, sizeof(host) - 1)) host[0] = 0;
  if (gmtime_r(&seconds, &utc)) strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ", &utc);
  Bracket(p, sizeof(bracket), bracket);
  object = json_pack("{s:s, s:o, s:s?, s:{s:i, s:i, s:s}, s:f, s:o, s:i, s:s, s:s, s:s, s:s}", "state", TasStateName(state), "exit_status", state == TAS_STATE_RUNNING ? json_null() : json_integer(exit_status), "message", message[0] ? message : NULL, "runs",
                     "done", (int)p->num_ended, "most_left", state == TAS_STATE_RUNNING ? (int)MostLeft(p) : 0, "note", bracket, "wall_time_s", Now() - p->started, "time_left_s", Number(left), "process", (int)getpid(), "host", host, "updated", now, "version", tas_version, "revision", tas_revision);
  PetscCheck(object, PETSC_COMM_SELF, PETSC_ERR_LIB, "jansson cannot make status.json");
  text = json_dumps(object, JSON_INDENT(1) | JSON_REAL_PRECISION(10));
  json_decref(object);
  PetscCheck(text, PETSC_COMM_SELF, PETSC_ERR_LIB, "jansson cannot write status.json");
  snprintf(path, sizeof(path), "%s/status.json", p->folder);
  PetscCall(TasFileReplaceText(path, text, problem));
  free(text);
  p->written = Now();
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- what others call ---- */

void TasSafeProgressStarted(TasSafeProgress *p, const char *label, const char *folder, PetscBool resumed)
{
  char text[TAS_LIVE_LENGTH];

  p->shown = p->written = 0; /* at once */
  if (TasLiveIsTerminal(&p->live)) return;
  snprintf(text, sizeof(text), "%s: %s in %s\n", label, resumed ? "goes on" : "begins", folder);
  TasLiveSay(&p->live, text);
}

PetscErrorCode TasSafeProgressEnded(TasSafeProgress *p, const char *label, const TasSafeRun *run, double seconds)
{
  static const char *const states[] = {[TAS_SAFE_INSIDE] = "inside", [TAS_SAFE_OUTSIDE] = "outside", [TAS_SAFE_NO_ANSWER] = "no answer"};
  char                     text[TAS_LIVE_LENGTH], margin[48] = "", duration[48] = "";

  PetscFunctionBeginUser;
  if (run->num_margins) snprintf(margin, sizeof(margin), ", smallest margin %s%.4f", run->whole ? "" : "at most ", (double)run->margin);
  TasDurationText(seconds, sizeof(duration), duration);
  snprintf(text, sizeof(text), "%s: %s%s%s%s%s\n", label, states[run->state], margin, run->reused ? " (was there)" : " (", run->reused ? "" : duration, run->reused ? "" : ")");
  TasLiveSay(&p->live, text);
  p->shown = p->written = 0;
  p->num_ended++;
  if (run->whole && (run->reused ? run->wall_time : seconds) > 0) {
    p->num_timed++;
    p->seconds += run->reused ? run->wall_time : seconds;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSafeProgressShow(TasSafeProgress *p, PetscInt num, const TasSafeJobState *jobs, char *problem)
{
  const double now = Now();

  PetscFunctionBeginUser;
  if (TasLiveIsTerminal(&p->live) && now - p->shown >= SHOW_EVERY) {
    Draw(p, num, jobs);
    p->shown = now;
  }
  if (!TasLiveIsTerminal(&p->live) && now - p->told >= TELL_EVERY) {
    TellAll(p, num, jobs);
    p->told = now;
  }
  if (now - p->written >= WRITE_EVERY) PetscCall(Write(p, TAS_STATE_RUNNING, 0, "", TasSafeProgressTimeLeft(p, num, jobs), problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSafeProgressEnd(TasSafeProgress *p, int exit_status, const char *message, char *problem)
{
  const TasState state = exit_status == TAS_EXIT_REQUESTED ? TAS_STATE_STOPPED : exit_status == TAS_EXIT_DONE || exit_status == TAS_EXIT_NOT_CONVERGED || exit_status == TAS_EXIT_TISSUE_LIMIT ? TAS_STATE_DONE : TAS_STATE_FAILED;

  PetscFunctionBeginUser;
  PetscCall(Write(p, state, exit_status, message, 0, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}
