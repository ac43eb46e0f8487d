#include "solver/insitu/load.h"
#include "mesh/mesh_data.h"
#include "solver/installation.h"
#include <dlfcn.h>
#include <limits.h>
#include <unistd.h>

_Static_assert(TAS_INSITU_PROBLEM == TAS_PROBLEM_LENGTH, "problems of backends are handed on as they are");

PetscErrorCode TasInsituLoad(const TasInsituBackend **backend, char *problem)
{
  char  path[PATH_MAX];
  void *library = NULL;

  PetscFunctionBeginUser;
  *backend = NULL;
  TasInstalledLibrary("tasis_catalyst.so", sizeof path, path);
  if (access(path, R_OK)) {
    PetscCall(PetscStrncpy(problem, "this Tasis was built without ParaView Catalyst (scripts/setup.sh catalyst, then build again)", TAS_PROBLEM_LENGTH));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  library = dlopen(path, RTLD_NOW | RTLD_GLOBAL); /* extensions of Python look for its symbols among those of the program */
  if (library) *backend = (const TasInsituBackend *)dlsym(library, TAS_INSITU_SYMBOL);
  if (!*backend) PetscCall(PetscSNPrintf(problem, TAS_PROBLEM_LENGTH, "%.400s", dlerror()));
  PetscFunctionReturn(PETSC_SUCCESS);
}
