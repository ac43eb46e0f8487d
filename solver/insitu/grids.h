#pragma once
/* The grids of a running calculation in the types of a backend.  Collective. */
#include "mesh/mesh.h"
#include "solver/insitu/backend.h"
#include "solver/output/results_field.h"
#include "solver/strands/strands.h"
#include <petscsf.h>

#define TAS_INSITU_MOST_FIELDS 64

/* The tissue: the owned cells with their nodes, and the fields of the present step. */
typedef struct {
  const TasMesh *mesh;
  PetscSF        ghosts; /* owned nodes to those of the owned cells */
  double        *coordinates, *tissue_id;
  int64_t       *node_numbers, *cells;
  TasInsituArray array[TAS_INSITU_MOST_FIELDS];
  double        *values[TAS_INSITU_MOST_FIELDS]; /* behind array */
  TasInsituGrid  grid; /* which points at all of them */
} TasInsituTissue;

PetscErrorCode TasInsituTissueCreate(const TasMesh *mesh, TasInsituTissue *tissue);
PetscErrorCode TasInsituTissueDestroy(TasInsituTissue *tissue); /* also of zeros */

/* A step begins: tissue_id alone. */
PetscErrorCode TasInsituTissueBegin(TasInsituTissue *tissue);

/* Copies values [num_nodes_owned or num_cells_owned][num_components]. */
PetscErrorCode TasInsituTissueAdd(TasInsituTissue *tissue, const TasResultsField *field, const PetscReal *values);

/* All strands on rank 0, none elsewhere, with the fields of their last state. */
typedef struct {
  double        *points, *strand, *values[TAS_STRAND_NUM_FIELDS];
  int64_t       *lines, *numbers;
  TasInsituArray array[TAS_STRAND_NUM_FIELDS + 1];
  TasInsituGrid  grid;
} TasInsituStrands;

PetscErrorCode TasInsituStrandsGather(MPI_Comm comm, TasStrands strands, TasInsituStrands *grid);
PetscErrorCode TasInsituStrandsClear(TasInsituStrands *grid);
