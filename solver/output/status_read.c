#include "solver/output/status_read.h"
#include "solver/output/json_value.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH 4224 /* of a file, with its closing zero */

static void ReadNumbers(const json_t *object, TasStatusRead *s)
{
  s->exit_status = (int)TasJsonReal(object, "exit_status", -2);
  s->day         = TasJsonReal(object, "day", NAN);
  s->last_day    = TasJsonReal(object, "last_day", NAN);
  s->gap         = TasJsonReal(object, "gap_mm", NAN);
  s->second_gap  = TasJsonReal(object, "second_gap_mm", NAN);
  s->fraction    = TasJsonReal(object, "fraction_done", 0);
  s->time_left   = TasJsonReal(object, "time_left_s", NAN);
  s->wall_time   = TasJsonReal(object, "wall_time_s", NAN);
  s->step        = (PetscInt)TasJsonReal(object, "step", 0);
}

static void ReadEnvelope(const json_t *envelope, TasStatusRead *s)
{
  s->margin = TasJsonReal(envelope, "margin", NAN);
  TasJsonText(envelope, "tissue", sizeof(s->where), s->where);
  if (!s->where[0]) TasJsonText(envelope, "strand", sizeof(s->where), s->where);
  TasJsonText(envelope, "rule", sizeof(s->rule), s->rule);
}

static void ReadSearch(const json_t *runs, TasStatusRead *s)
{
  s->search    = (PetscBool)json_is_object(runs);
  s->runs_done = (PetscInt)TasJsonReal(runs, "done", 0);
  s->runs_most = (PetscInt)TasJsonReal(runs, "most_left", 0);
  TasJsonText(runs, "note", sizeof(s->note), s->note);
}

static long ProcessHere(const json_t *object)
{
  char host[128], here[128] = "";

  TasJsonText(object, "host", sizeof(host), host);
  if (gethostname(here, sizeof(here) - 1)) return 0;
  return strcmp(host, here) ? 0 : (long)TasJsonReal(object, "process", 0);
}

void TasStatusReadFolder(const char *folder, TasStatusRead *s)
{
  char        path[PATH];
  struct stat info;
  json_t     *object;

  *s = (TasStatusRead){.exit_status = -2, .margin = NAN};
  snprintf(path, sizeof(path), "%s/status.json", folder);
  object = stat(path, &info) ? NULL : json_load_file(path, 0, NULL);
  if (json_is_object(object)) {
    s->there   = PETSC_TRUE;
    s->updated = info.st_mtime;
    TasJsonText(object, "state", sizeof(s->state), s->state);
    s->running = (PetscBool)!strcmp(s->state, "running");
    TasJsonText(object, "message", sizeof(s->message), s->message);
    ReadNumbers(object, s);
    ReadEnvelope(json_object_get(object, "envelope"), s);
    ReadSearch(json_object_get(object, "runs"), s);
    s->process = ProcessHere(object);
  }
  json_decref(object);
}

/* A run holds a lock on its log as long as it lives, seen from every container of this computer. */
static PetscBool IsLogLocked(const char *folder)
{
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  char         path[PATH];
  int          handle, failed;

  snprintf(path, sizeof(path), "%s/run.log", folder);
  handle = open(path, O_RDONLY | O_CLOEXEC);
  if (handle < 0) return PETSC_FALSE;
  failed = fcntl(handle, F_GETLK, &lock);
  close(handle);
  return (PetscBool)(!failed && lock.l_type != F_UNLCK);
}

PetscBool TasStatusIsOrphan(const char *folder, const TasStatusRead *s)
{
  if (!s->there || !s->running || s->process <= 0) return PETSC_FALSE;
  return (PetscBool)(kill((pid_t)s->process, 0) && errno == ESRCH && !IsLogLocked(folder));
}
