#include "solver/output/log.h"
#include "solver/files.h"
#include "solver/output/live.h"
#include "solver/output/progress_line.h"
#include "mesh/mesh_data.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <petsctime.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLAIN_SECONDS 2.   /* between two steps that are told on standard output, and at least ... */
#define PLAIN_SHARE   0.01 /* ... of the time so far: a run of a day tells some 800 of its steps */
#define LINE          256  /* of a step, with its closing zero */

struct TasLog_ {
  MPI_Comm    comm;
  PetscMPIInt rank;
  PetscBool   quiet;
  FILE       *file;
  char       *said; /* before there was a file */
  size_t      said_length;
  PetscInt    num_warnings;
  TasLive     live;
  PetscBool   in_table, told_table; /* the header of the steps was written: to the file, to standard output */
  char        untold[LINE];         /* the last step, where standard output has not had it */
  PetscLogDouble started, told;     /* s: the log, the last step on standard output */
};

/* PETSc's monitors write where they like: no line can be rewritten among them. */
static PetscErrorCode HasMonitors(PetscBool *has)
{
  char *all;

  PetscFunctionBeginUser;
  PetscCall(PetscOptionsGetAll(NULL, &all));
  *has = (PetscBool)(strstr(all, "monitor") || strstr(all, "_reason") || strstr(all, "-info"));
  PetscCall(PetscFree(all));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode BeginLive(TasLog log)
{
  PetscBool monitored = PETSC_FALSE;

  PetscFunctionBeginUser;
  PetscCall(HasMonitors(&monitored));
  TasLiveBegin(&log->live, stdout);
  if (monitored) log->live.terminal = PETSC_FALSE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLogCreate(MPI_Comm comm, PetscBool quiet, TasLog *log)
{
  PetscFunctionBeginUser;
  PetscCall(PetscNew(log));
  (*log)->comm          = comm;
  (*log)->quiet         = quiet;
  PetscCall(PetscTime(&(*log)->started));
  PetscCallMPI(MPI_Comm_rank(comm, &(*log)->rank));
  if (!(*log)->rank && !quiet) PetscCall(BeginLive(*log));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLogDestroy(TasLog *log)
{
  PetscFunctionBeginUser;
  if (!*log) PetscFunctionReturn(PETSC_SUCCESS);
  if (!(*log)->rank && !(*log)->quiet) TasLiveEnd(&(*log)->live);
  if ((*log)->file) fclose((*log)->file);
  PetscCall(PetscFree((*log)->said));
  PetscCall(PetscFree(*log));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Keeps another run out of the same folder: the lock goes when the process does, whatever the way.  Disks without locks are fine. */
static void Lock(FILE *file, const char *path, char *problem)
{
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

  if (fcntl(fileno(file), F_SETLK, &lock) && (errno == EAGAIN || errno == EACCES)) {
    snprintf(problem, TAS_PROBLEM_LENGTH, "cannot write %.300s: another run of Tasis is writing to this folder", path);
  }
}

/* Opened without cutting it off: it may belong to a run that still goes. */
static FILE *OpenLocked(const char *path, PetscBool append, char *problem)
{
  int   handle = open(path, O_WRONLY | O_CREAT | (append ? O_APPEND : 0), 0666);
  FILE *file   = handle < 0 ? NULL : fdopen(handle, append ? "a" : "w");

  if (!file) {
    TasFileProblem("write", path, errno, problem);
    if (handle >= 0) close(handle);
    return NULL;
  }
  Lock(file, path, problem);
  if (!problem[0] && !append && ftruncate(handle, 0)) TasFileProblem("write", path, errno, problem);
  if (!problem[0]) return file;
  fclose(file);
  return NULL;
}

PetscErrorCode TasLogOpen(TasLog log, const char *path, PetscBool append, char *problem)
{
  PetscFunctionBeginUser;
  problem[0] = 0;
  if (!log->rank) {
    log->file = OpenLocked(path, append, problem);
    if (log->file && log->said && (fputs(log->said, log->file) < 0 || fflush(log->file))) TasFileProblem("write", path, errno, problem);
    PetscCall(PetscFree(log->said));
  }
  PetscCall(TasProblemShare(log->comm, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* To the file or, until there is one, to memory.  A log that cannot be written stops no run. */
static PetscErrorCode Keep(TasLog log, const char *text)
{
  const size_t length = strlen(text);

  PetscFunctionBeginUser;
  if (log->file) {
    fputs(text, log->file);
    fflush(log->file);
  } else {
    PetscCall(PetscRealloc(log->said_length + length + 1, &log->said));
    memcpy(log->said + log->said_length, text, length + 1);
    log->said_length += length;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* To standard output; what is said comes after the step that it is about. */
static void Tell(TasLog log, const char *text)
{
  if (log->quiet) return;
  if (log->untold[0]) TasLiveSay(&log->live, log->untold);
  log->untold[0] = 0;
  TasLiveSay(&log->live, text);
}

static PetscErrorCode Say(TasLog log, const char *text)
{
  PetscFunctionBeginUser;
  Tell(log, text);
  PetscCall(Keep(log, text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SayFormatted(TasLog log, const char *before, const char *format, const char *after, va_list arguments)
{
  va_list again;
  int     length;
  char   *text;
  size_t  place = strlen(before);

  PetscFunctionBeginUser;
  va_copy(again, arguments);
  length = vsnprintf(NULL, 0, format, again);
  va_end(again);
  PetscCheck(length >= 0, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG, "Bad format");
  PetscCall(PetscMalloc1(place + (size_t)length + strlen(after) + 1, &text));
  memcpy(text, before, place);
  vsnprintf(text + place, (size_t)length + 1, format, arguments);
  memcpy(text + place + length, after, strlen(after) + 1);
  PetscCall(Say(log, text));
  PetscCall(PetscFree(text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLogPrintf(TasLog log, const char *format, ...)
{
  va_list arguments;

  PetscFunctionBeginUser;
  if (log->rank) PetscFunctionReturn(PETSC_SUCCESS);
  va_start(arguments, format);
  PetscCall(SayFormatted(log, "", format, "", arguments));
  va_end(arguments);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLogWarning(TasLog log, const char *format, ...)
{
  va_list arguments;

  PetscFunctionBeginUser;
  log->num_warnings++;
  if (log->rank) PetscFunctionReturn(PETSC_SUCCESS);
  va_start(arguments, format);
  PetscCall(SayFormatted(log, "warning: ", format, "\n", arguments));
  va_end(arguments);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt TasLogNumWarnings(TasLog log)
{
  return log->num_warnings;
}

/* ---- steps ---- */

/* header and line [LINE]: as in the table. */
static void StepText(const TasProgress *p, const TasEnvelope *envelope, char *header, char *line)
{
  const PetscBool has_gap = (PetscBool)!isnan(p->gap), has_second = (PetscBool)!isnan(p->second_gap);
  char            left[32], gap[64] = "", margin[TAS_NAME_LENGTH + 32] = "";

  TasDurationText(p->time_left, sizeof(left), left);
  if (has_gap) snprintf(gap, sizeof(gap), "%10.3f", (double)p->gap);
  if (has_second) snprintf(gap, sizeof(gap), "%10.3f%13.3f", (double)p->gap, (double)p->second_gap);
  if (envelope) snprintf(margin, sizeof(margin), "%9.3f  %s", (double)envelope->margin, envelope->tissue ? envelope->tissue : envelope->strand ? envelope->strand : "");
  snprintf(header, LINE, "%6s%10s%s%s%8s%8s%10s%14s%s\n", "step", "day", has_gap ? "  gap [mm]" : "", has_second ? "  second [mm]" : "", "newton", "linear", "time [s]", "left", envelope ? "   margin" : "");
  snprintf(line, LINE, "%6" PetscInt_FMT "%10.3f%s%8" PetscInt_FMT "%8" PetscInt_FMT "%10.2f%14s%s\n", p->step, (double)p->day, gap, p->newton_iterations, p->linear_iterations, (double)p->seconds, left, margin);
}

static void ShowStep(TasLog log, const TasProgress *p, const TasEnvelope *envelope)
{
  TasProgressLine line = {.day = p->day, .last_day = p->last_day, .gap = p->gap, .second_gap = p->second_gap, .fraction = p->fraction, .margin = envelope ? envelope->margin : NAN, .time_left = p->fraction < 1 ? p->time_left : NAN};
  char            text[1][TAS_LIVE_LENGTH];

  if (envelope) snprintf(line.where, sizeof(line.where), "%s", envelope->tissue ? envelope->tissue : envelope->strand ? envelope->strand : "");
  TasProgressLineText(&line, TasLiveColumns(&log->live) - 1, sizeof(text[0]), text[0]);
  TasLiveShow(&log->live, 1, (const char (*)[TAS_LIVE_LENGTH])text);
  if (p->fraction >= 1) TasLiveLeave(&log->live); /* what is said of the whole run stands below */
}

/* Not every step: what nobody reads hides what matters. */
static PetscErrorCode TellStep(TasLog log, const char *header, const char *line, PetscBool last)
{
  PetscLogDouble now;

  PetscFunctionBeginUser;
  PetscCall(PetscTime(&now));
  if (!log->told_table) TasLiveSay(&log->live, header);
  snprintf(log->untold, sizeof(log->untold), "%s", line);
  if (!log->told_table || last || now - log->told >= PetscMax(PLAIN_SECONDS, PLAIN_SHARE * (now - log->started))) {
    TasLiveSay(&log->live, line);
    log->untold[0] = 0;
    log->told      = now;
  }
  log->told_table = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLogProgress(TasLog log, const TasProgress *p, const TasEnvelope *envelope)
{
  char header[LINE], line[LINE];

  PetscFunctionBeginUser;
  if (log->rank) PetscFunctionReturn(PETSC_SUCCESS);
  StepText(p, envelope, header, line);
  if (!log->in_table) PetscCall(Keep(log, header));
  log->in_table = PETSC_TRUE;
  PetscCall(Keep(log, line));
  if (log->quiet) PetscFunctionReturn(PETSC_SUCCESS);
  if (TasLiveIsTerminal(&log->live)) ShowStep(log, p, envelope);
  else PetscCall(TellStep(log, header, line, (PetscBool)(p->fraction >= 1)));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLogNow(TasLog log, const char *what)
{
  char text[1][TAS_LIVE_LENGTH];

  PetscFunctionBeginUser;
  if (log->rank || log->quiet) PetscFunctionReturn(PETSC_SUCCESS);
  snprintf(text[0], sizeof(text[0]), "%s", what);
  TasLiveShow(&log->live, 1, (const char (*)[TAS_LIVE_LENGTH])text);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLogLeave(TasLog log)
{
  PetscFunctionBeginUser;
  if (!log->rank && !log->quiet) TasLiveLeave(&log->live);
  PetscFunctionReturn(PETSC_SUCCESS);
}
