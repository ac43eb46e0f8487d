/* tasis run, mesh, models: what others do. */
#include "models/listing.h"
#include "solver/command/command.h"
#include "solver/text.h"
#include <stdio.h>
#include <string.h>

static PetscErrorCode Complain(const char *problem, int *status)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFPrintf(PETSC_COMM_WORLD, stderr, "%s\n", problem));
  *status = TAS_EXIT_BAD_INPUT;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCommandLoadCase(const TasCommandLine *line, PetscInt max_cells, TasCase **c, int *status)
{
  char problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(TasCaseRead(PETSC_COMM_WORLD, line->argument, line->num_overrides, line->overrides, c, problem));
  if (!*problem) PetscCall(TasCaseLoadMesh(*c, max_cells, problem));
  if (!*problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasCaseDestroy(c));
  PetscCall(Complain(problem, status));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void ResultsFolder(const TasCommandLine *line, const TasCase *c, const char *suffix, size_t size, char *folder)
{
  if (line->results)
    snprintf(folder, size, "%s", line->results);
  else
    snprintf(folder, size, "results/%s%s", c->name, suffix);
}

/* Where to find what was written; nothing where nothing was. */
static PetscErrorCode TellFolder(const char *folder, int status)
{
  PetscFunctionBeginUser;
  if (status == TAS_EXIT_BAD_INPUT || status == TAS_EXIT_IO) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "results are in %s; a page of them: tasis report, pictures: scripts/view.sh\n", folder));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCommandRun(const TasCommandLine *line, int *status)
{
  TasCase *c;
  char     folder[PETSC_MAX_PATH_LEN];

  PetscFunctionBeginUser;
  PetscCall(TasCommandLoadCase(line, 0, &c, status));
  if (!c) PetscFunctionReturn(PETSC_SUCCESS);
  ResultsFolder(line, c, "", sizeof(folder), folder);
  PetscCall(TasSimulationRun(c, folder, line->threads, line->resume, status));
  PetscCall(TellFolder(folder, *status));
  PetscCall(TasCaseDestroy(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCommandMesh(const TasCommandLine *line, int *status)
{
  TasCase *c;
  char     folder[PETSC_MAX_PATH_LEN];

  PetscFunctionBeginUser;
  PetscCall(TasCommandLoadCase(line, 0, &c, status));
  if (!c) PetscFunctionReturn(PETSC_SUCCESS);
  ResultsFolder(line, c, "-mesh", sizeof(folder), folder);
  PetscCall(TasSimulationMesh(c, folder, status));
  PetscCall(TellFolder(folder, *status));
  PetscCall(TasCaseDestroy(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- models ---- */

static const char *KnownName(const void *context, PetscInt i) { return TasModelsName(i); }

PetscErrorCode TasCommandModels(const TasCommandLine *line, int *status)
{
  const PetscInt n = TasModelsNumNames();
  PetscMPIInt    rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  if (line->argument && !TasModelsKnows(line->argument)) {
    const char *nearest = TasTextNearest(line->argument, n, KnownName, NULL);
    char        quoted[80], problem[TAS_PROBLEM_LENGTH];

    TasTextQuote(line->argument, sizeof(quoted), quoted);
    snprintf(problem, sizeof(problem), "tasis models: no model, preset, limit, device or law %s%s%s, allowed:", quoted, nearest ? ", nearest: " : "",
             nearest ? nearest : "");
    for (PetscInt i = 0; i < n; i++) {
      const PetscBool room = (PetscBool)(strlen(problem) + strlen(KnownName(NULL, i)) + 8 < sizeof(problem));

      TasTextAppend(sizeof(problem), problem, "%s %s", i ? "," : "", room ? KnownName(NULL, i) : "...");
      if (!room) break;
    }
    PetscCall(Complain(problem, status));
  } else if (!rank)
    PetscCall(TasModelsPrint(stdout, line->argument, line->markdown));
  PetscFunctionReturn(PETSC_SUCCESS);
}
