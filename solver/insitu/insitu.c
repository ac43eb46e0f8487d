#include "solver/insitu/insitu.h"
#include "solver/files.h"
#include "solver/insitu/grids.h"
#include "solver/insitu/load.h"
#include "solver/installation.h"
#include <limits.h>
#include <petsctime.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_PER_DAY 86400.
#define SAME_TIME       1e-9 /* of a day */

struct TasInsitu_ {
  MPI_Comm                comm;
  const TasCase          *c;
  const TasMesh          *mesh;
  TasLog                  log;
  const TasInsituBackend *backend; /* NULL: none */
  PetscBool               begun, given_up;
  char                    results[PATH_MAX], folder[PATH_MAX], pipelines[PATH_MAX];
  TasInsituTissue         tissue;
  PetscReal               next; /* s, of the next step that the case asks for */
  TasInsituStep           step;
  double                  gaps[TAS_MAX_OSTEOTOMIES];
  PetscInt                num_shown;
  PetscReal               seconds; /* that all of it has taken */
};

/* ---- problems and time ---- */

static PetscErrorCode Count(TasInsitu s, PetscLogDouble since)
{
  PetscLogDouble now;

  PetscFunctionBeginUser;
  PetscCall(PetscTime(&now));
  s->seconds += now - since;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whatever any rank has to tell ends it, with one line; the first. */
static PetscErrorCode GiveUpIf(TasInsitu s, char *problem)
{
  PetscFunctionBeginUser;
  PetscCall(TasProblemShare(s->comm, problem));
  if (!problem[0] || s->given_up) PetscFunctionReturn(PETSC_SUCCESS);
  for (char *letter = problem; *letter; letter++)
    if (*letter == '\n') *letter = ' ';
  PetscCall(TasLogWarning(s->log, "catalyst: %s; the calculation goes on without it", problem));
  s->given_up = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- signals ---- */

/* Python sets handlers of its own while it starts, and VTK resets them; those of the run come back. */
static const int handled[] = {SIGINT, SIGTERM, SIGUSR1};
#define NUM_HANDLED ((int)(sizeof handled / sizeof handled[0]))

static void KeepHandlers(struct sigaction kept[NUM_HANDLED])
{
  for (int k = 0; k < NUM_HANDLED; k++) (void)sigaction(handled[k], NULL, &kept[k]);
}

static void RestoreHandlers(const struct sigaction kept[NUM_HANDLED])
{
  for (int k = 0; k < NUM_HANDLED; k++) (void)sigaction(handled[k], &kept[k], NULL);
}

/* ---- begin and end ---- */

static PetscErrorCode Initialize(TasInsitu s, char *problem)
{
  struct sigaction kept[NUM_HANDLED];
  const char      *scripts[TAS_MAX_SCRIPTS];
  char             path[TAS_MAX_SCRIPTS][PATH_MAX];
  TasInsituSetup   setup = {.comm = s->comm, .results = s->results, .folder = s->folder, .pipelines = s->pipelines, .scripts = scripts};

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < s->c->catalyst.num_scripts && !problem[0]; k++) {
    if (!realpath(s->c->catalyst.scripts[k], path[k])) PetscCall(PetscSNPrintf(problem, TAS_PROBLEM_LENGTH, "cannot find %s", s->c->catalyst.scripts[k]));
    scripts[setup.num_scripts++] = path[k];
  }
  PetscCall(TasProblemShare(s->comm, problem));
  s->begun = (PetscBool)!problem[0];
  KeepHandlers(kept);
  if (s->begun) s->backend->initialize(&setup, problem);
  RestoreHandlers(kept);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* <folder>/catalyst as an absolute path, made by rank 0. */
static PetscErrorCode MakeFolder(TasInsitu s, const char *folder, char *problem)
{
  char        path[PATH_MAX];
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(s->comm, &rank));
  PetscCall(PetscSNPrintf(path, sizeof path, "%s/catalyst", folder));
  if (!rank) PetscCall(TasFolderMake(path, problem));
  PetscCall(TasProblemShare(s->comm, problem)); /* and all wait for it */
  if (!problem[0] && (!realpath(path, s->folder) || !realpath(folder, s->results))) PetscCall(PetscSNPrintf(problem, TAS_PROBLEM_LENGTH, "cannot find %s", path));
  PetscCall(TasProblemShare(s->comm, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasInsituCreate(const TasCase *c, const TasMesh *mesh, const char *folder, TasLog log, TasInsitu *insitu)
{
  TasInsitu      s;
  char           problem[TAS_PROBLEM_LENGTH] = "";
  PetscLogDouble before;

  PetscFunctionBeginUser;
  *insitu = NULL;
  if (!c->catalyst.num_scripts) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscTime(&before));
  PetscCall(PetscNew(&s));
  *insitu = s;
  s->comm = c->comm;
  s->c    = c;
  s->mesh = mesh;
  s->log  = log;
  s->next = -PETSC_INFINITY;
  TasInstalledPipelines(sizeof s->pipelines, s->pipelines);
  PetscCall(TasInsituLoad(&s->backend, problem));
  PetscCall(TasProblemShare(s->comm, problem));
  if (!problem[0]) PetscCall(MakeFolder(s, folder, problem));
  if (!problem[0]) PetscCall(Initialize(s, problem));
  PetscCall(GiveUpIf(s, problem));
  if (!s->given_up) PetscCall(TasInsituTissueCreate(mesh, &s->tissue));
  if (!s->given_up) PetscCall(TasLogPrintf(log, "%s: %" PetscInt_FMT " script%s, pictures and extracts in %s/catalyst\n", s->backend->name, c->catalyst.num_scripts, c->catalyst.num_scripts > 1 ? "s" : "", folder));
  PetscCall(Count(s, before));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasInsituDestroy(TasInsitu *insitu)
{
  TasInsitu s = *insitu;
  char      problem[TAS_PROBLEM_LENGTH] = "";

  PetscFunctionBeginUser;
  if (!s) PetscFunctionReturn(PETSC_SUCCESS);
  if (s->begun) {
    s->backend->finalize(problem);
    PetscCall(GiveUpIf(s, problem));
  }
  PetscCall(TasInsituTissueDestroy(&s->tissue));
  PetscCall(PetscFree(*insitu));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- a step ---- */

PetscErrorCode TasInsituReport(TasInsitu s)
{
  PetscFunctionBeginUser;
  if (s && s->num_shown) PetscCall(TasLogPrintf(s->log, "%s: %" PetscInt_FMT " steps shown in %.3g s\n", s->backend->name, s->num_shown, (double)s->seconds));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The first step at or after each multiple of the interval; with none, every step, and the script says which it wants. */
PetscErrorCode TasInsituIsDue(TasInsitu s, PetscInt number, PetscReal time, PetscBool last, PetscBool *due)
{
  const PetscReal every = s ? s->c->catalyst.every : 0.;
  PetscLogDouble  before;
  PetscMPIInt     wanted;

  PetscFunctionBeginUser;
  *due = PETSC_FALSE;
  if (!s || s->given_up || (!last && time < s->next - SAME_TIME * SECONDS_PER_DAY)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscTime(&before));
  if (every > 0.) s->next = every * (PetscFloorReal(time / every + SAME_TIME) + 1.);
  wanted = s->backend->wants(number, (double)(time / SECONDS_PER_DAY), last) != 0;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &wanted, 1, MPI_INT, MPI_MAX, s->comm));
  *due    = (PetscBool)wanted;
  s->step = (TasInsituStep){.number = number, .day = (double)(time / SECONDS_PER_DAY), .last = last};
  PetscCall(Count(s, before));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasInsituBegin(TasInsitu s, const PetscReal *gaps)
{
  PetscFunctionBeginUser;
  s->step.num_gaps = 0;
  s->step.gaps     = s->gaps;
  for (PetscInt k = 0; k < TAS_MAX_OSTEOTOMIES && !PetscIsNanReal(gaps[k]); k++) s->gaps[s->step.num_gaps++] = (double)gaps[k];
  PetscCall(TasInsituTissueBegin(&s->tissue));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TakeField(void *context, const TasResultsField *field, const PetscReal *values)
{
  TasInsitu      s = (TasInsitu)context;
  PetscLogDouble before;

  PetscFunctionBeginUser;
  PetscCall(PetscTime(&before));
  PetscCall(TasInsituTissueAdd(&s->tissue, field, values));
  PetscCall(Count(s, before));
  PetscFunctionReturn(PETSC_SUCCESS);
}

TasFieldSink TasInsituSink(TasInsitu s) { return (TasFieldSink){.take = TakeField, .context = s, .every = PETSC_TRUE}; }

PetscErrorCode TasInsituEnd(TasInsitu s, TasStrands strands)
{
  TasInsituStrands lines                       = {0};
  char             problem[TAS_PROBLEM_LENGTH] = "";
  struct sigaction kept[NUM_HANDLED];
  PetscLogDouble   before;

  PetscFunctionBeginUser;
  PetscCall(PetscTime(&before));
  PetscCall(TasInsituStrandsGather(s->comm, strands, &lines));
  const TasInsituGrid grids[2] = {s->tissue.grid, lines.grid};
  s->step.num_grids = 2;
  s->step.grids     = grids;
  KeepHandlers(kept);
  s->backend->execute(&s->step, problem);
  RestoreHandlers(kept);
  s->step.grids = NULL;
  s->num_shown++;
  PetscCall(GiveUpIf(s, problem));
  PetscCall(TasInsituStrandsClear(&lines));
  PetscCall(TasInsituTissueBegin(&s->tissue)); /* its values go */
  PetscCall(Count(s, before));
  PetscFunctionReturn(PETSC_SUCCESS);
}
