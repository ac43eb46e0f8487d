#pragma once
/*
  The whole calculation, as the command line calls it.  Collective over c->comm.
*/
#include "solver/case/case.h"

/* What `tasis` ends with. */
typedef enum {
  TAS_EXIT_DONE          = 0,
  TAS_EXIT_INTERNAL      = 1,
  TAS_EXIT_BAD_INPUT     = 2,
  TAS_EXIT_NOT_CONVERGED = 3,
  TAS_EXIT_TISSUE_LIMIT  = 4,
  TAS_EXIT_REQUESTED     = 5,
  TAS_EXIT_IO            = 6
} TasExit;

/* Runs a case whose mesh is loaded (TasCaseLoadMesh); clears c->mesh.data once it is distributed.
   results_folder: made if need be.  threads: of OpenMP a rank; 0: as OMP_NUM_THREADS says, or the cores of the node shared by its ranks.
   resume: goes on from the checkpoint in that folder, and keeps the results up to there; without one of this case and mesh nothing is
   touched, status TAS_EXIT_BAD_INPUT.
   exit_status: a TasExit; where it is not 0, rank 0 has said why in one line on stderr. */
PetscErrorCode TasSimulationRun(TasCase *c, const char *results_folder, PetscInt threads, PetscBool resume, int *exit_status);

/* Writes the mesh with tissues, fibre directions, surfaces and cell quality to results_folder, for a look in ParaView. */
PetscErrorCode TasSimulationMesh(TasCase *c, const char *results_folder, int *exit_status);
