/* tasis: the program. */
#include "solver/command/command.h"
#include "solver/case/units.h"
#include <stdio.h>
#include <stdlib.h>

/* PETSc gets what stands after `--` (and PETSC_OPTIONS), and leaves signals and files in the home folder alone. */
static PetscErrorCode StartPetsc(int argc, char **argv, int first)
{
  static char skip[] = "-skip_petscrc", quiet[] = "-no_signal_handler";
  int         count = 3 + argc - first;
  char      **list = calloc((size_t)count + 1, sizeof(char *)), **kept = list;

  if (!list) return PETSC_ERR_MEM;
  list[0] = argv[0];
  list[1] = skip;
  list[2] = quiet;
  for (int i = first; i < argc; i++) list[3 + i - first] = argv[i];
  PetscCall(PetscInitialize(&count, &list, NULL, NULL));
  free(kept);
  return PETSC_SUCCESS;
}

static PetscErrorCode Act(const TasCommand *command, const TasCommandLine *line, PetscBool help, PetscBool version, int *status)
{
  PetscFunctionBeginUser;
  if (version)
    PetscCall(TasCommandVersion());
  else if (help)
    PetscCall(TasCommandHelp(command));
  else
    PetscCall(command->run(line, status));
  PetscCall(TasUnitsEnd());
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const TasCommand *command;
  TasCommandLine    line;
  PetscBool         help, version;
  char              problem[TAS_PROBLEM_LENGTH];
  int               status = TAS_EXIT_DONE;

  TasCommandLineRead(argc, argv, &command, &line, &help, &version, problem);
  if (!*problem && !help && !version && command->alone) {
    status = command->alone(&line);
    free(line.overrides);
    return status;
  }
  if (StartPetsc(argc, argv, line.first_petsc)) return TAS_EXIT_INTERNAL;
  if (*problem) {
    PetscCall(PetscFPrintf(PETSC_COMM_WORLD, stderr, "%s\n", problem));
    status = TAS_EXIT_BAD_INPUT;
  } else if (Act(command, &line, help, version, &status)) {
    fprintf(stderr, "tasis: internal error, please report it with the lines above\n");
    MPI_Abort(PETSC_COMM_WORLD, TAS_EXIT_INTERNAL); /* the other ranks may be waiting */
  }
  free(line.overrides);
  if (PetscFinalize()) return TAS_EXIT_INTERNAL;
  return status;
}
