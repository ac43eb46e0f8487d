#include "solver/output/requests.h"
#include <unistd.h>

static const char *const names[TAS_NUM_REQUESTS] = {[TAS_REQUEST_STOP] = "stop", [TAS_REQUEST_CHECKPOINT] = "checkpoint"};

PetscErrorCode TasRequestsTake(TasResults results, PetscMPIInt asked[TAS_NUM_REQUESTS])
{
  char path[PETSC_MAX_PATH_LEN];

  PetscFunctionBeginUser;
  if (TasResultsRank(results)) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt k = 0; k < TAS_NUM_REQUESTS; k++) {
    PetscCall(TasResultsPath(results, names[k], path));
    if (!access(path, F_OK) && !unlink(path)) asked[k] = 1; /* a folder of that name is none */
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
