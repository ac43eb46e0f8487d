/* tasis report: hands the folder to the Python package scripts/report. Neither PETSc nor MPI is started: exec takes this process's place. */
#include "mesh/mesh_data.h"
#include "solver/command/command.h"
#include "solver/installation.h"
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH (2 * PETSC_MAX_PATH_LEN)

#define PACKAGES "python3-numpy python3-pandas python3-h5py python3-matplotlib python3-jinja2"
#define MODULES  "numpy", "pandas", "h5py", "matplotlib", "jinja2"

extern char **environ;

/* Has this interpreter all that the report needs? It looks for the modules without loading them. */
static PetscBool CanReport(const char *python)
{
  static char look[]  = "import sys, importlib.util as u; sys.exit(any(u.find_spec(m) is None for m in sys.argv[1:]))";
  char       *words[] = {(char *)python, "-c", look, MODULES, NULL};
  pid_t       child;
  int         status;

  if (posix_spawnp(&child, python, NULL, NULL, words, environ)) return PETSC_FALSE;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return PETSC_FALSE;
  return (PetscBool)(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static const char *FindPython(void)
{
  const char *const pythons[] = {getenv("TASIS_PYTHON"), "/usr/bin/python3", "python3"};

  for (size_t i = 0; i < sizeof(pythons) / sizeof(pythons[0]); i++)
    if (pythons[i] && *pythons[i] && CanReport(pythons[i])) return pythons[i];
  return NULL;
}

int TasCommandReport(const TasCommandLine *line)
{
  char        scripts[PATH], program[PATH + 32], *words[8];
  const char *python;
  int         n = 0;

  TasInstalledScripts(sizeof(scripts), scripts);
  snprintf(program, sizeof(program), "%s/report", scripts);
  if (access(program, R_OK)) {
    fprintf(stderr, "tasis report: no scripts in %s, allowed: a folder that holds report, named by TASIS_SCRIPTS\n", scripts);
    return TAS_EXIT_BAD_INPUT;
  }
  python = FindPython();
  if (!python) {
    fprintf(stderr, "tasis report: no Python 3 with what a report needs, allowed: one named by TASIS_PYTHON, or the Debian packages " PACKAGES "\n");
    return TAS_EXIT_BAD_INPUT;
  }
  words[n++] = (char *)python, words[n++] = program, words[n++] = (char *)line->argument;
  if (line->output) words[n++] = "--output", words[n++] = (char *)line->output;
  if (line->no_pictures) words[n++] = "--no-pictures";
  words[n] = NULL;
  fflush(NULL);
  (void)execvp(python, words);
  fprintf(stderr, "tasis report: cannot start %s: %s\n", python, strerror(errno));
  return TAS_EXIT_IO;
}
