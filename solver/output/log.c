#include "solver/output/log.h"
#include "solver/files.h"
#include "mesh/mesh_data.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>


struct TasLog_ {
  MPI_Comm    comm;
  PetscMPIInt rank;
  PetscBool   quiet;
  FILE       *file;
  char       *said; /* before there was a file */
  size_t      said_length;
  PetscInt    num_warnings;
  PetscBool   in_table;      /* the header of the progress lines was written */
  PetscReal   started;       /* work that was done at the first progress line; negative: none yet */
  PetscReal   spent;         /* s since then */
};

PetscErrorCode TasLogCreate(MPI_Comm comm, PetscBool quiet, TasLog *log)
{
  PetscFunctionBeginUser;
  PetscCall(PetscNew(log));
  (*log)->comm          = comm;
  (*log)->quiet         = quiet;
  (*log)->started       = -1;
  PetscCallMPI(MPI_Comm_rank(comm, &(*log)->rank));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLogDestroy(TasLog *log)
{
  PetscFunctionBeginUser;
  if (!*log) PetscFunctionReturn(PETSC_SUCCESS);
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

/* To standard output, and to the file or, until there is one, to memory.  A log that cannot be written stops no run. */
static PetscErrorCode Say(TasLog log, const char *text)
{
  const size_t length = strlen(text);

  PetscFunctionBeginUser;
  if (!log->quiet) {
    fputs(text, stdout);
    fflush(stdout);
  }
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

/* "42 s", "3 min 05 s", "2 h 07 min" */
static void Duration(PetscReal seconds, size_t size, char *text)
{
  const long s = lround(PetscMin(PetscMax(seconds, 0), 3.6e8));

  if (s < 60)
    snprintf(text, size, "%ld s", s);
  else if (s < 3600)
    snprintf(text, size, "%ld min %02ld s", s / 60, s % 60);
  else
    snprintf(text, size, "%ld h %02ld min", s / 3600, s % 3600 / 60);
}

/* The calendar is finished at the speed of late: steps differ in cost, and the first ones say little about the last. */
static void TimeLeft(TasLog log, const TasProgress *p, size_t size, char *text)
{
  if (log->started < 0)
    log->started = p->work;
  else
    log->spent += p->seconds;
  if (p->work > log->started)
    Duration((1 - p->work) * log->spent / (p->work - log->started), size, text);
  else
    snprintf(text, size, "-");
}

PetscErrorCode TasLogProgress(TasLog log, const TasProgress *p)
{
  const PetscBool has_gap = (PetscBool)!isnan(p->gap), has_second = (PetscBool)!isnan(p->second_gap);
  char            left[32], gap[64] = "";

  PetscFunctionBeginUser;
  if (log->rank) PetscFunctionReturn(PETSC_SUCCESS);
  TimeLeft(log, p, sizeof(left), left);
  if (has_gap) snprintf(gap, sizeof(gap), "%10.3f", (double)p->gap);
  if (has_second) snprintf(gap, sizeof(gap), "%10.3f%13.3f", (double)p->gap, (double)p->second_gap);
  if (!log->in_table)
    PetscCall(
        TasLogPrintf(log, "%6s%10s%s%s%8s%8s%12s%16s\n", "step", "day", has_gap ? "  gap [mm]" : "", has_second ? "  second [mm]" : "", "newton", "linear", "time [s]", "left"));
  log->in_table = PETSC_TRUE;
  PetscCall(TasLogPrintf(log, "%6" PetscInt_FMT "%10.3f%s%8" PetscInt_FMT "%8" PetscInt_FMT "%12.2f%16s\n", p->step, (double)p->day, gap,
                         p->newton_iterations, p->linear_iterations, (double)p->seconds, left));
  PetscFunctionReturn(PETSC_SUCCESS);
}
