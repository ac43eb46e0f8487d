/* tasis plan: from leg lengths and a goal to lengths, calendar and cases. */
#include "solver/command/command.h"
#include "solver/files.h"
#include "solver/plan/plan.h"
#include <stdio.h>
#include <string.h>

typedef struct {
  const TasPlanWanted  *wanted;
  const TasPlan        *plan;
  const TasPlannedBone *bone;
  const char           *source;
} Content;

static void WriteText(FILE *file, const void *context)
{
  const Content *content = (const Content *)context;

  fprintf(file, TAS_NOTE "\n\n");
  TasPlanPrint(file, content->wanted, content->plan);
}

static void WriteCsv(FILE *file, const void *context) { TasPlanPrintCsv(file, ((const Content *)context)->wanted, ((const Content *)context)->plan); }

static void WriteCase(FILE *file, const void *context)
{
  const Content *content = (const Content *)context;

  TasPlanPrintCase(file, content->wanted, content->bone, content->source);
}

static PetscErrorCode WriteFile(const char *folder, const char *name, void (*write)(FILE *, const void *), const Content *content, char *problem)
{
  char path[PETSC_MAX_PATH_LEN];

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(path, sizeof(path), "%s/%s", folder, name));
  PetscCall(TasFileReplace(path, write, content, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* plan.txt, plan.csv, and a folder with case.yaml for each bone. */
static PetscErrorCode WriteFolder(const char *folder, Content *content, char *problem)
{
  char path[PETSC_MAX_PATH_LEN], name[64];

  PetscFunctionBeginUser;
  PetscCall(TasFolderMake(folder, problem));
  PetscCall(WriteFile(folder, "plan.txt", WriteText, content, problem));
  PetscCall(WriteFile(folder, "plan.csv", WriteCsv, content, problem));
  for (PetscInt i = 0; i < content->plan->num_bones; i++) {
    content->bone = &content->plan->bones[i];
    TasPlanBoneName(content->bone, sizeof(name), name);
    PetscCall(PetscSNPrintf(path, sizeof(path), "%s/%s", folder, name));
    PetscCall(TasFolderMake(path, problem));
    PetscCall(WriteFile(path, "case.yaml", WriteCase, content, problem));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* On rank 0. */
static PetscErrorCode Tell(const TasCommandLine *line, const TasCase *c, const TasPlanWanted *wanted, const TasPlan *plan, char *problem)
{
  const char *slash   = strrchr(c->path, '/');
  Content     content = {.wanted = wanted, .plan = plan, .source = slash ? slash + 1 : c->path};
  char        folder[PETSC_MAX_PATH_LEN];

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(folder, sizeof(folder), "%s%s", line->results ? line->results : "results/", line->results ? "" : c->name));
  PetscCall(WriteFolder(folder, &content, problem));
  if (*problem) PetscFunctionReturn(PETSC_SUCCESS);
  WriteText(stdout, &content);
  printf("\nplan.txt, plan.csv and a case for each bone are in %s\n", folder);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCommandPlan(const TasCommandLine *line, int *status)
{
  TasCase      *c;
  TasPlanWanted wanted;
  TasPlan       plan;
  PetscMPIInt   rank;
  char          problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(TasPlanRead(PETSC_COMM_WORLD, line->argument, line->num_overrides, line->overrides, &c, &wanted, problem));
  if (!*problem) {
    char what[TAS_PROBLEM_LENGTH];

    TasPlanMake(&wanted, &plan, what);
    if (*what) PetscCall(PetscSNPrintf(problem, sizeof(problem), "%.200s: %.300s", c->path, what));
  }
  if (*problem) *status = TAS_EXIT_BAD_INPUT;
  if (!*problem && !rank) PetscCall(Tell(line, c, &wanted, &plan, problem));
  if (!*status) {
    PetscCall(TasProblemShare(PETSC_COMM_WORLD, problem));
    if (*problem) *status = TAS_EXIT_IO;
  }
  if (*problem) PetscCall(PetscFPrintf(PETSC_COMM_WORLD, PETSC_STDERR, "%s\n", problem));
  PetscCall(TasCaseDestroy(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}
