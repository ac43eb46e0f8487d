/* Which rank holds which cells: a partition of the graph of cells that share a face, and around each part the layer that touches it. */
#include "mesh/mesh_impl.h"
#include "mesh/topology.h"
#include <petscmat.h>
#include <stdlib.h>

/* Cells around points, and room to go round a cell without meeting a neighbour twice. */
typedef struct {
  const TasMeshData *data;
  PetscInt           num_corners;
  PetscInt          *offset, *cells; /* [num_points + 1], [offset[num_points]] cells of each point */
  PetscInt          *shared;         /* [num_cells] corners that the cell at hand shares with each; zero between visits */
  PetscInt          *met;            /* [num_cells] neighbours of the cell at hand */
} Neighbours;

static PetscErrorCode NeighboursCreate(const TasMeshData *data, Neighbours *n)
{
  PetscFunctionBeginUser;
  n->data        = data;
  n->num_corners = TasShapeTopology(data->shape)->num_corners;
  PetscCall(TasCellsOfPoints(data->num_cells, n->num_corners, n->num_corners, data->cells, data->num_points, &n->offset, &n->cells));
  PetscCall(PetscCalloc1(data->num_cells, &n->shared));
  PetscCall(PetscMalloc1(data->num_cells, &n->met));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode NeighboursDestroy(Neighbours *n)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(n->offset));
  PetscCall(PetscFree(n->cells));
  PetscCall(PetscFree(n->shared));
  PetscCall(PetscFree(n->met));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Lists in n->met the other cells that share at least so many corners with a cell. */
static PetscInt FindNeighbours(Neighbours *n, PetscInt cell, PetscInt corners)
{
  const PetscInt *corner = n->data->cells + cell * n->num_corners;
  PetscInt        num = 0, kept = 0;

  for (PetscInt k = 0; k < n->num_corners; k++)
    for (PetscInt i = n->offset[corner[k]]; i < n->offset[corner[k] + 1]; i++) {
      const PetscInt other = n->cells[i];
      if (other != cell && n->shared[other]++ == 0) n->met[num++] = other;
    }
  for (PetscInt i = 0; i < num; i++) {
    const PetscInt other = n->met[i];
    if (n->shared[other] >= corners) n->met[kept++] = other;
    n->shared[other] = 0;
  }
  return kept;
}

/* The part of each cell, on rank 0. Scotch's threads would make another partition each time, and so another history in its last digits. */
static PetscErrorCode Partition(Neighbours *n, PetscInt num_parts, PetscInt *part)
{
  const PetscInt  num_cells = n->data->num_cells, corners = TasShapeTopology(n->data->shape)->face_corners;
  PetscInt       *start, *neighbour, num = 0;
  const PetscInt *answer;
  Mat             graph;
  MatPartitioning partitioning;
  IS              parts;

  PetscFunctionBeginUser;
  (void)setenv("SCOTCH_PTHREAD_NUMBER", "1", 0);
  PetscCall(PetscMalloc1(num_cells + 1, &start));
  for (PetscInt c = 0; c < num_cells; c++) num += FindNeighbours(n, c, corners);
  PetscCall(PetscMalloc1(num, &neighbour));
  num = 0;
  for (PetscInt c = 0; c < num_cells; c++) {
    const PetscInt found = FindNeighbours(n, c, corners);
    start[c]             = num;
    PetscCall(PetscSortInt(found, n->met));
    PetscCall(PetscArraycpy(neighbour + num, n->met, found));
    num += found;
  }
  start[num_cells] = num;
  PetscCall(MatCreateMPIAdj(PETSC_COMM_SELF, num_cells, num_cells, start, neighbour, NULL, &graph)); /* which frees the arrays */
  PetscCall(MatPartitioningCreate(PETSC_COMM_SELF, &partitioning));
  PetscCall(MatPartitioningSetAdjacency(partitioning, graph));
  PetscCall(MatPartitioningSetNParts(partitioning, num_parts));
  PetscCall(MatPartitioningSetFromOptions(partitioning));
  PetscCall(MatPartitioningApply(partitioning, &parts));
  PetscCall(ISGetIndices(parts, &answer));
  PetscCall(PetscArraycpy(part, answer, num_cells));
  PetscCall(ISRestoreIndices(parts, &answer));
  PetscCall(ISDestroy(&parts));
  PetscCall(MatPartitioningDestroy(&partitioning));
  PetscCall(MatDestroy(&graph));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The cells of all parts, one part after the other: in each the own ones first, then those of other parts that touch them. */
typedef struct {
  PetscInt *offset; /* [2 num_parts + 1]: where own cells begin, and where the others do */
  PetscInt *cell;   /* [offset[2 num_parts]] ascending in each of the two */
} Lists;

/* Numbers in n->met the lists that a cell belongs to. */
static PetscInt FindLists(Neighbours *n, const PetscInt *part, PetscInt cell)
{
  const PetscInt found = FindNeighbours(n, cell, 1);
  PetscInt       num   = 0;

  for (PetscInt i = 0; i < found; i++) {
    const PetscInt other = part[n->met[i]], list = 2 * other + 1;
    PetscInt       k     = 0;
    while (k < num && n->met[k] != list) k++;
    if (other != part[cell] && k == num) n->met[num++] = list;
  }
  n->met[num++] = 2 * part[cell];
  return num;
}

static PetscErrorCode CreateLists(Neighbours *n, const PetscInt *part, PetscInt num_parts, Lists *lists)
{
  const PetscInt num_lists = 2 * num_parts;
  PetscInt      *place;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(num_lists + 1, &lists->offset));
  PetscCall(PetscMalloc1(num_lists, &place));
  for (PetscInt c = 0; c < n->data->num_cells; c++) {
    const PetscInt num = FindLists(n, part, c);
    for (PetscInt i = 0; i < num; i++) lists->offset[n->met[i] + 1]++;
  }
  for (PetscInt l = 0; l < num_lists; l++) lists->offset[l + 1] += lists->offset[l];
  PetscCall(PetscArraycpy(place, lists->offset, num_lists));
  PetscCall(PetscMalloc1(lists->offset[num_lists], &lists->cell));
  for (PetscInt c = 0; c < n->data->num_cells; c++) {
    const PetscInt num = FindLists(n, part, c);
    for (PetscInt i = 0; i < num; i++) lists->cell[place[n->met[i]]++] = c;
  }
  PetscCall(PetscFree(place));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Everyone's own part of the lists on rank 0, which are empty elsewhere. */
static PetscErrorCode SendLists(MPI_Comm comm, const Lists *lists, PetscInt *num_owned, PetscInt *num_cells, PetscInt **cells)
{
  PetscMPIInt size, rank, num, *nums = NULL, *starts = NULL;
  PetscInt   *counts = NULL, count[2];

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_size(comm, &size));
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (rank == 0) {
    PetscCall(PetscMalloc3(2 * size, &counts, size, &nums, size, &starts));
    for (PetscMPIInt r = 0; r < size; r++) {
      const PetscInt *offset = lists->offset + 2 * (PetscInt)r;
      counts[2 * r]     = offset[1] - offset[0];
      counts[2 * r + 1] = offset[2] - offset[0];
      PetscCall(PetscMPIIntCast(offset[0], &starts[r]));
      PetscCall(PetscMPIIntCast(counts[2 * r + 1], &nums[r]));
    }
  }
  PetscCallMPI(MPI_Scatter(counts, 2, MPIU_INT, count, 2, MPIU_INT, 0, comm));
  PetscCall(PetscMPIIntCast(count[1], &num));
  PetscCall(PetscMalloc1(num, cells));
  PetscCallMPI(MPI_Scatterv(lists->cell, nums, starts, MPIU_INT, *cells, num, MPIU_INT, 0, comm));
  *num_owned = count[0];
  *num_cells = count[1];
  if (rank == 0) PetscCall(PetscFree3(counts, nums, starts));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMeshDistribute(MPI_Comm comm, const TasMeshData *data, PetscInt *num_owned, PetscInt *num_cells, PetscInt **cell_number)
{
  PetscMPIInt size, rank;
  PetscInt   *part;
  Neighbours  neighbours;
  Lists       lists = {NULL, NULL};

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_size(comm, &size));
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (size == 1) {
    *num_owned = *num_cells = data->num_cells;
    PetscCall(PetscMalloc1(data->num_cells, cell_number));
    for (PetscInt c = 0; c < data->num_cells; c++) (*cell_number)[c] = c;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (rank == 0) {
    PetscCall(PetscMalloc1(data->num_cells, &part));
    PetscCall(NeighboursCreate(data, &neighbours));
    PetscCall(Partition(&neighbours, size, part));
    PetscCall(CreateLists(&neighbours, part, size, &lists));
    PetscCall(NeighboursDestroy(&neighbours));
    PetscCall(PetscFree(part));
  }
  PetscCall(SendLists(comm, &lists, num_owned, num_cells, cell_number));
  PetscCall(PetscFree(lists.offset));
  PetscCall(PetscFree(lists.cell));
  PetscFunctionReturn(PETSC_SUCCESS);
}
