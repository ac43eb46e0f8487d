/* Which rank holds which cells: DMPlex on corners and cells alone, without edges and faces, which nobody needs for that. */
#include "mesh/mesh_impl.h"
#include "mesh/topology.h"
#include <petscdmplex.h>

/* The cells and their corners on rank 0, nothing on the others. */
static PetscErrorCode CreateSerialDM(MPI_Comm comm, const TasMeshData *data, DM *dm)
{
  const TasTopology *shape = TasShapeTopology(data->shape);
  PetscInt          *cells;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(data->num_cells * shape->num_corners, &cells));
  PetscCall(PetscArraycpy(cells, data->cells, data->num_cells * shape->num_corners));
  for (PetscInt c = 0; c < data->num_cells; c++) {
    /* PETSc runs round the bottom of a cell (or the base of a tetrahedron) the other way */
    PetscInt      *cell = cells + c * shape->num_corners;
    const PetscInt swap = cell[1], other = data->shape == TAS_SHAPE_HEX ? 3 : 2;
    cell[1]     = cell[other];
    cell[other] = swap;
  }
  PetscCall(DMPlexCreate(comm, dm));
  PetscCall(DMSetDimension(*dm, 3));
  PetscCall(DMPlexBuildFromCellList(*dm, data->num_cells, data->num_points, shape->num_corners, cells));
  PetscCall(PetscFree(cells));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Cells of the distributed DM: those whose point is shared with a lower layer (leaves) are the overlap. */
static PetscErrorCode ListCells(DM dm, PetscSF migration, PetscInt *num_owned, PetscInt *num_cells, PetscInt **cell_number)
{
  PetscInt           first, last, num_leaves, num_moved, count = 0;
  const PetscInt    *leaves, *moved;
  const PetscSFNode *origin;
  PetscSF            shared;
  PetscBool         *ghost;
  PetscInt          *number;

  PetscFunctionBeginUser;
  PetscCall(DMPlexGetHeightStratum(dm, 0, &first, &last));
  PetscCall(PetscCalloc1(last - first, &ghost));
  PetscCall(PetscMalloc1(last - first, &number));
  PetscCall(DMGetPointSF(dm, &shared));
  PetscCall(PetscSFGetGraph(shared, NULL, &num_leaves, &leaves, NULL));
  for (PetscInt l = 0; l < num_leaves; l++) {
    const PetscInt point = leaves ? leaves[l] : l;
    if (point >= first && point < last) ghost[point - first] = PETSC_TRUE;
  }
  PetscCall(PetscSFGetGraph(migration, NULL, &num_moved, &moved, &origin));
  for (PetscInt l = 0; l < num_moved; l++) {
    const PetscInt point = moved ? moved[l] : l;
    if (point >= first && point < last) number[point - first] = origin[l].index;
  }
  PetscCall(PetscMalloc1(last - first, cell_number));
  for (PetscInt c = 0; c < last - first; c++) {
    if (!ghost[c]) (*cell_number)[count++] = number[c];
  }
  *num_owned = count;
  for (PetscInt c = 0; c < last - first; c++) {
    if (ghost[c]) (*cell_number)[count++] = number[c];
  }
  *num_cells = count;
  PetscCall(PetscFree(number));
  PetscCall(PetscFree(ghost));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMeshDistribute(MPI_Comm comm, const TasMeshData *data, PetscInt *num_owned, PetscInt *num_cells, PetscInt **cell_number)
{
  PetscMPIInt      size;
  DM               serial, parallel;
  PetscPartitioner partitioner;
  PetscSF          migration;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_size(comm, &size));
  if (size == 1) {
    *num_owned = *num_cells = data->num_cells;
    PetscCall(PetscMalloc1(data->num_cells, cell_number));
    for (PetscInt c = 0; c < data->num_cells; c++) (*cell_number)[c] = c;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(CreateSerialDM(comm, data, &serial));
  PetscCall(DMPlexGetPartitioner(serial, &partitioner));
  PetscCall(PetscPartitionerSetFromOptions(partitioner));
  PetscCall(DMSetBasicAdjacency(serial, PETSC_FALSE, PETSC_TRUE)); /* cells that share a corner */
  PetscCall(DMPlexDistribute(serial, 1, &migration, &parallel));
  PetscCall(DMDestroy(&serial));
  PetscCall(ListCells(parallel, migration, num_owned, num_cells, cell_number));
  PetscCall(PetscSortInt(*num_owned, *cell_number));
  PetscCall(PetscSortInt(*num_cells - *num_owned, *cell_number + *num_owned));
  PetscCall(PetscSFDestroy(&migration));
  PetscCall(DMDestroy(&parallel));
  PetscFunctionReturn(PETSC_SUCCESS);
}
