#pragma once
/* Where the backend and the ready pipelines are.  Not collective. */
#include "solver/insitu/backend.h"
#include <petscsys.h>

/* The backend, which stays loaded.  problem [TAS_PROBLEM_LENGTH]: empty, or why there is none. */
PetscErrorCode TasInsituLoad(const TasInsituBackend **backend, char *problem);

/* The folder of the ready pipelines. */
PetscErrorCode TasInsituPipelines(size_t size, char *folder);
