#pragma once
/*
  checkpoint.h5: everything that a run needs to go on, on any number of ranks.

  Arrays are stored in the order of mesh->node_number and mesh->cell_number, which does not depend on the ranks.  The file is
  written under a temporary name and renamed when it is complete and on the disk: there is always a whole one.
  Hashes tell another mesh and damaged values.
*/
#include "mesh/mesh.h"

typedef enum {
  TAS_CHECKPOINT_NODES, /* values [num_nodes_owned][num_components] */
  TAS_CHECKPOINT_CELLS, /* values [num_cells_owned][num_components] */
  TAS_CHECKPOINT_GLOBAL /* values [num_components], the same on all ranks: time, step size, generalised coordinates, counters */
} TasCheckpointPlace;

typedef struct {
  const char        *name; /* unique, snake_case: "displacement.0", "displacement.1", "state", "time", ... */
  TasCheckpointPlace place;
  PetscInt           num_components;
  PetscReal         *values; /* read only when writing */
} TasCheckpointArray;

/* Writes arrays [num_arrays].  Collective.
   identity: a text of any length that the reader must match: what defines the run; its hash is stored, beside one of the mesh.  Not NULL.
   problem [TAS_PROBLEM_LENGTH]: empty, or why it could not be written; a checkpoint that was there before is then still whole. */
PetscErrorCode TasCheckpointWrite(const char *path, const TasMesh *mesh, const char *identity, PetscInt num_arrays, const TasCheckpointArray *arrays, char *problem);

/* Fills the values of arrays [num_arrays] (allocated by the caller), bit for bit as they were.  Collective.
   problem: empty, or: no such file, not a checkpoint, of another case (identity) or mesh, an array is missing, damaged or of another shape. */
PetscErrorCode TasCheckpointRead(const char *path, const TasMesh *mesh, const char *identity, PetscInt num_arrays, const TasCheckpointArray *arrays, char *problem);

/* Number of components of an array in the file, -1 when it has no array of that name; to know what to allocate before reading.
   Collective.  problem as above. */
PetscErrorCode TasCheckpointGetSize(const char *path, MPI_Comm comm, const char *name, PetscInt *num_components, char *problem);
