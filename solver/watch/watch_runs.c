#include "solver/watch/watch_runs.h"
#include "solver/text.h"
#include <ctype.h>
#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DEPTH        3   /* of folders: <search>/runs/<run>/results */
#define SEARCH_EVERY 3.  /* s between looks for new folders, and for ended runs that go on */
#define SEARCH_COST  20. /* and as many times as long as such a look took: disks of clusters are busy */
#define SILENT_STEPS 10. /* of a run's mean step, without news */
#define SILENT_LEAST 60. /* s */
#define HASH         16  /* digits at the end of the folder of a search's run */

/* ---- finding ---- */

/* "runs/rate-0.85-4fa714ed16527b9d/results" is rate-0.85. */
static void Label(const char *root, const char *folder, size_t size, char *label)
{
  const char *name   = folder + strlen(root);
  size_t      length;

  while (*name == '/') name++;
  if (!strncmp(name, "runs/", 5)) name += 5;
  length = strlen(name);
  if (length > 8 && !strcmp(name + length - 8, "/results")) length -= 8;
  if (length > HASH + 1 && name[length - HASH - 1] == '-' && strspn(name + length - HASH, "0123456789abcdef") >= HASH) length -= HASH + 1;
  snprintf(label, size, "%.*s", (int)length, name);
}

static TasWatchRun *FindRun(const TasWatchRuns *r, const char *folder)
{
  for (PetscInt i = 0; i < r->num; i++)
    if (!strcmp(r->runs[i].folder, folder)) return &r->runs[i];
  return NULL;
}

static PetscBool AddRun(TasWatchRuns *r, const char *folder)
{
  if (r->num == r->room) {
    const PetscInt room = 2 * r->room + 16;
    TasWatchRun   *runs = realloc(r->runs, (size_t)room * sizeof(*runs));

    if (!runs) return PETSC_FALSE;
    r->runs = runs;
    r->room = room;
  }
  r->runs[r->num] = (TasWatchRun){.told_step = -1};
  snprintf(r->runs[r->num].folder, TAS_WATCH_PATH, "%s", folder);
  Label(r->folder, folder, sizeof(r->runs[r->num].label), r->runs[r->num].label);
  r->label_columns = PetscMax(r->label_columns, TasTextColumns(r->runs[r->num].label));
  r->num++;
  return PETSC_TRUE;
}

/* A folder with a status is a run; other folders may hold some. */
static PetscBool Descend(TasWatchRuns *r, const char *folder, int depth)
{
  DIR       *directory = opendir(folder);
  PetscBool  good      = PETSC_TRUE;

  if (!directory) return PETSC_TRUE;
  for (struct dirent *entry; good && (entry = readdir(directory));) {
    char          path[TAS_WATCH_PATH];
    TasStatusRead status;

    if (entry->d_name[0] == '.' || snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) >= (int)sizeof(path) || FindRun(r, path)) continue;
    TasStatusReadFolder(path, &status);
    if (status.there && !status.search) good = AddRun(r, path);
    else if (depth > 1) good = Descend(r, path, depth - 1);
  }
  closedir(directory);
  return good;
}

static int CompareLabels(const void *a, const void *b) { return strcmp(((const TasWatchRun *)a)->folder, ((const TasWatchRun *)b)->folder); }

static PetscBool Search(TasWatchRuns *r)
{
  if (r->single) return (PetscBool)(r->num || AddRun(r, r->folder));
  if (!Descend(r, r->folder, DEPTH)) return PETSC_FALSE;
  if (r->num) qsort(r->runs, (size_t)r->num, sizeof(*r->runs), CompareLabels);
  return PETSC_TRUE;
}

/* ---- looking ---- */

static TasWatchState StateOf(const TasWatchRun *run, double now)
{
  const double mean = run->status.step > 0 ? run->status.wall_time / run->status.step : 0;

  if (!run->status.running) return TAS_WATCH_ENDED;
  if (TasStatusIsOrphan(run->folder, &run->status)) return TAS_WATCH_GONE;
  return now - run->changed > fmax(SILENT_LEAST, SILENT_STEPS * mean) ? TAS_WATCH_SILENT : TAS_WATCH_RUNNING;
}

/* Clocks of two computers differ: the age of a status counts from when it was seen to change, and from its date only at first. */
static void LookAt(TasWatchRun *run, double now)
{
  const TasStatusRead before = run->status;

  TasStatusReadFolder(run->folder, &run->status);
  if (!run->status.there) run->status = before; /* it is being replaced */
  if (!run->changed) run->changed = now - fmax(0, difftime(time(NULL), run->status.updated));
  else if (run->status.updated != before.updated || run->status.step != before.step || run->status.running != before.running) run->changed = now;
  run->state = StateOf(run, now);
}

PetscBool TasWatchLook(TasWatchRuns *r, double (*clock)(void))
{
  const double    now   = clock();
  const PetscBool whole = (PetscBool)(!r->num || r->single || now >= r->search_next);

  TasStatusReadFolder(r->folder, &r->status);
  if (!r->num) r->single = (PetscBool)(r->status.there && !r->status.search);
  if (whole && !Search(r)) return PETSC_FALSE;
  for (PetscInt i = 0; i < r->num; i++)
    if (whole || !r->runs[i].changed || r->runs[i].status.running) LookAt(&r->runs[i], now);
  if (whole) r->search_next = now + fmax(SEARCH_EVERY, SEARCH_COST * (clock() - now));
  return PETSC_TRUE;
}

void TasWatchClear(TasWatchRuns *r)
{
  free(r->runs);
  r->runs = NULL;
  r->num = r->room = 0;
}

/* ---- telling ---- */

PetscInt TasWatchCount(const TasWatchRuns *r, TasWatchState state)
{
  PetscInt count = 0;

  for (PetscInt i = 0; i < r->num; i++) count += r->runs[i].state == state;
  return count;
}

static PetscBool IsSearchOver(const TasWatchRuns *r) { return (PetscBool)(!r->status.running || TasStatusIsOrphan(r->folder, &r->status)); }

PetscBool TasWatchHasEnded(const TasWatchRuns *r)
{
  if (!r->num) return (PetscBool)(r->status.there && r->status.search && IsSearchOver(r));
  if (r->status.search && !IsSearchOver(r)) return PETSC_FALSE;
  return (PetscBool)(!TasWatchCount(r, TAS_WATCH_RUNNING) && !TasWatchCount(r, TAS_WATCH_SILENT));
}

int TasWatchExitStatus(const TasWatchRuns *r)
{
  int worst = 0;

  if (r->status.there && r->status.search) return r->status.running ? 1 : r->status.exit_status;
  for (PetscInt i = 0; i < r->num; i++) {
    const TasWatchRun *run = &r->runs[i];

    if (run->state == TAS_WATCH_GONE) worst = worst > 1 ? worst : 1;
    if (run->state == TAS_WATCH_ENDED && run->status.exit_status > worst) worst = run->status.exit_status;
  }
  return worst;
}

/* A search stops runs as soon as a limit is broken. */
static void StateText(const TasWatchRuns *r, const TasWatchRun *run, double now, size_t size, char *text)
{
  const TasStatusRead *s = &run->status;
  char                 duration[32];

  TasDurationText(run->state == TAS_WATCH_ENDED ? s->wall_time : now - run->changed, sizeof(duration), duration);
  text[0] = 0;
  if (run->state == TAS_WATCH_SILENT) snprintf(text, size, "no news for %s", duration);
  else if (run->state == TAS_WATCH_GONE) snprintf(text, size, "its process is gone: killed? --resume goes on");
  else if (run->state == TAS_WATCH_ENDED && r->status.search && s->exit_status == 5) snprintf(text, size, "stopped by the search");
  else if (run->state == TAS_WATCH_ENDED && !strncmp(s->message, s->state, strlen(s->state)) && s->message[0]) snprintf(text, size, "%.140s", s->message);
  else if (run->state == TAS_WATCH_ENDED && s->message[0]) snprintf(text, size, "%s: %.140s", s->state, s->message);
  else if (run->state == TAS_WATCH_ENDED) snprintf(text, size, "%s in %s", s->state, duration);
  else if (!s->step && !s->day) snprintf(text, size, "being prepared");
}

void TasWatchLine(const TasWatchRuns *r, const TasWatchRun *run, double now, PetscInt columns, size_t size, char *text)
{
  const TasStatusRead *s    = &run->status;
  TasProgressLine      line = {.day = s->day, .last_day = s->last_day, .gap = s->gap, .second_gap = s->second_gap, .fraction = s->fraction, .margin = s->margin, .time_left = s->time_left};

  if (!r->single) snprintf(line.label, sizeof(line.label), "%-*s", (int)r->label_columns, run->label);
  snprintf(line.where, sizeof(line.where), "%s", s->where);
  if (isfinite(line.time_left)) line.time_left = fmax(0, line.time_left - (now - run->changed)); /* it goes on between two steps */
  StateText(r, run, now, sizeof(line.state), line.state);
  TasProgressLineText(&line, columns, size, text);
}
