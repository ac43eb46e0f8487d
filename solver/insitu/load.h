#pragma once
/* The backend, found and loaded.  Not collective. */
#include "solver/insitu/backend.h"
#include <petscsys.h>

/* The backend, which stays loaded.  problem [TAS_PROBLEM_LENGTH]: empty, or why there is none. */
PetscErrorCode TasInsituLoad(const TasInsituBackend **backend, char *problem);
