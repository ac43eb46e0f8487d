#include "solver/assembly/assembly_impl.h"

/* Batches of the marked cells: tissue by tissue, in the order of the cells. */
static PetscErrorCode CollectBatches(const TasMesh *mesh, const PetscBool *marked, PetscInt *num_batches, TasCellBatch **batches)
{
  TasCellBatch *batch = NULL;
  PetscInt      num   = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(mesh->num_cells / TAS_LANES + mesh->num_tissues + 1, batches));
  for (PetscInt tissue = 0; tissue < mesh->num_tissues; tissue++) {
    batch = NULL;
    for (PetscInt c = 0; c < mesh->num_cells; c++) {
      if (mesh->cell_tissue[c] != tissue || !marked[c]) continue;
      if (!batch || batch->num == TAS_LANES) {
        batch         = &(*batches)[num++];
        batch->tissue = tissue;
        batch->num    = 0;
      }
      for (PetscInt l = batch->num; l < TAS_LANES; l++) batch->cells[l] = c;
      batch->num++;
    }
  }
  PetscCall(PetscRealloc(PetscMax(1, num) * sizeof(TasCellBatch), batches));
  *num_batches = num;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CreateWork(const TasAssembly assembly, TasBatch ***work)
{
  const PetscInt none[TAS_LANES] = {0};

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(assembly->mesh->num_tissues, work));
  for (PetscInt tissue = 0; tissue < assembly->mesh->num_tissues; tissue++) {
    PetscCall(TasBatchCreate(assembly->reference, assembly->materials[tissue], &(*work)[tissue]));
    if (TasMaterialIsUniform(assembly->materials[tissue])) TasBatchLoadConstants((*work)[tissue], none);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The cells that touch the rows of a thread; their order does not depend on the number of threads. */
static PetscErrorCode WorkerSetUp(const TasAssembly assembly, PetscInt first_row, PetscInt last_row, TasWorker *worker)
{
  const TasMesh *mesh = assembly->mesh;
  PetscBool     *marked;

  PetscFunctionBeginUser;
  worker->first_row = first_row;
  worker->last_row  = last_row;
  PetscCall(PetscCalloc1(mesh->num_cells, &marked));
  for (PetscInt i = 0; i < mesh->num_cells * mesh->nodes_per_cell; i++)
    if (mesh->cells[i] >= first_row && mesh->cells[i] < last_row) marked[i / mesh->nodes_per_cell] = PETSC_TRUE;
  PetscCall(CollectBatches(mesh, marked, &worker->num_batches, &worker->batches));
  PetscCall(PetscFree(marked));
  PetscCall(CreateWork(assembly, &worker->work));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Batches of the owned cells and of all, each cell once: for whatever is wanted per cell and not per node. */
static PetscErrorCode SingleBatches(TasAssembly assembly)
{
  const TasMesh *mesh = assembly->mesh;
  PetscBool     *marked;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(mesh->num_cells, &marked));
  for (PetscInt c = 0; c < mesh->num_cells_owned; c++) marked[c] = PETSC_TRUE;
  PetscCall(CollectBatches(mesh, marked, &assembly->num_owned_batches, &assembly->owned_batches));
  for (PetscInt c = mesh->num_cells_owned; c < mesh->num_cells; c++) marked[c] = PETSC_TRUE;
  PetscCall(CollectBatches(mesh, marked, &assembly->num_all_batches, &assembly->all_batches));
  PetscCall(PetscFree(marked));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WorkerClear(TasAssembly assembly, TasWorker *worker)
{
  PetscFunctionBeginUser;
  for (PetscInt tissue = 0; worker->work && tissue < assembly->mesh->num_tissues; tissue++) PetscCall(TasBatchDestroy(&worker->work[tissue]));
  PetscCall(PetscFree(worker->work));
  PetscCall(PetscFree(worker->batches));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Cells that touch each owned node, as a compressed list. */
static PetscErrorCode NodeCells(const TasMesh *mesh, PetscInt **start, PetscInt **list)
{
  const PetscInt nodes = mesh->nodes_per_cell;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(mesh->num_nodes_owned + 2, start));
  for (PetscInt i = 0; i < mesh->num_cells * nodes; i++)
    if (mesh->cells[i] < mesh->num_nodes_owned) (*start)[mesh->cells[i] + 2]++;
  for (PetscInt i = 1; i < mesh->num_nodes_owned + 2; i++) (*start)[i] += (*start)[i - 1];
  PetscCall(PetscMalloc1(PetscMax(1, (*start)[mesh->num_nodes_owned + 1]), list));
  for (PetscInt c = 0; c < mesh->num_cells; c++)
    for (PetscInt a = 0; a < nodes; a++) {
      const PetscInt node = mesh->cells[c * nodes + a];
      if (node < mesh->num_nodes_owned) (*list)[(*start)[node + 1]++] = c;
    }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscInt GlobalNode(const TasMesh *mesh, PetscInt node)
{
  return node < mesh->num_nodes_owned ? mesh->first_node + node : mesh->ghost_nodes[node - mesh->num_nodes_owned];
}

/* The neighbours of every owned node, sorted by global number: the block pattern of the matrix. */
static PetscErrorCode BuildPattern(TasAssembly assembly, const PetscInt *start, const PetscInt *list)
{
  const TasMesh *mesh = assembly->mesh;
  const PetscInt nodes = mesh->nodes_per_cell, owned = mesh->num_nodes_owned;
  PetscInt      *mark, capacity = 32 * owned + 64, *column, num = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(mesh->num_nodes, &mark));
  for (PetscInt i = 0; i < mesh->num_nodes; i++) mark[i] = -1;
  PetscCall(PetscMalloc1(owned + 1, &assembly->row_start));
  PetscCall(PetscMalloc1(capacity, &column));
  assembly->row_start[0] = 0;
  for (PetscInt row = 0; row < owned; row++) {
    for (PetscInt k = start[row]; k < start[row + 1]; k++)
      for (PetscInt a = 0; a < nodes; a++) {
        const PetscInt node = mesh->cells[list[k] * nodes + a];
        if (mark[node] == row) continue;
        mark[node] = row;
        if (num == capacity) {
          capacity *= 2;
          PetscCall(PetscRealloc(capacity * sizeof(PetscInt), &column));
        }
        column[num++] = GlobalNode(mesh, node);
      }
    assembly->row_start[row + 1] = num;
    PetscCall(PetscSortInt(num - assembly->row_start[row], column + assembly->row_start[row]));
  }
  assembly->column = column;
  PetscCall(PetscFree(mark));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Splits the pattern into the part among the rank's own nodes and the rest, as PETSc stores it. */
static PetscErrorCode SplitPattern(TasAssembly assembly)
{
  const TasMesh *mesh = assembly->mesh;
  const PetscInt owned = mesh->num_nodes_owned, first = mesh->first_node, last = first + owned;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc2(owned + 1, &assembly->own_start, owned + 1, &assembly->other_start));
  assembly->own_start[0] = assembly->other_start[0] = 0;
  for (PetscInt row = 0; row < owned; row++) {
    PetscInt own = 0;
    for (PetscInt k = assembly->row_start[row]; k < assembly->row_start[row + 1]; k++) own += assembly->column[k] >= first && assembly->column[k] < last;
    assembly->own_start[row + 1]   = assembly->own_start[row] + own;
    assembly->other_start[row + 1] = assembly->other_start[row] + (assembly->row_start[row + 1] - assembly->row_start[row] - own);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt TasAssemblyPlace(const TasAssembly assembly, PetscInt row, PetscInt node)
{
  const PetscInt  global = GlobalNode(assembly->mesh, node);
  const PetscInt *column = assembly->column + assembly->row_start[row];
  const PetscInt  num = assembly->row_start[row + 1] - assembly->row_start[row];
  const PetscInt  first = assembly->mesh->first_node, last = first + assembly->mesh->num_nodes_owned;
  PetscInt        low = 0, high = num - 1, before;

  while (low < high) {
    const PetscInt middle = (low + high) / 2;
    if (column[middle] < global) low = middle + 1;
    else high = middle;
  }
  for (before = 0; before < num && column[before] < first; before++) { }
  if (global >= first && global < last) return low - before;
  return global < first ? -1 - low : -1 - (low - (assembly->own_start[row + 1] - assembly->own_start[row]));
}

static PetscErrorCode BuildPlaces(TasAssembly assembly)
{
  const TasMesh *mesh  = assembly->mesh;
  const PetscInt nodes = mesh->nodes_per_cell;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1((size_t)mesh->num_cells * nodes * nodes, &assembly->place));
  for (PetscInt c = 0; c < mesh->num_cells; c++)
    for (PetscInt a = 0; a < nodes; a++) {
      const PetscInt row = mesh->cells[c * nodes + a];
      if (row >= mesh->num_nodes_owned) continue;
      for (PetscInt b = 0; b < nodes; b++)
        assembly->place[((size_t)c * nodes + a) * nodes + b] = (short)TasAssemblyPlace(assembly, row, mesh->cells[c * nodes + b]);
    }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasAssemblyCreate(const TasMesh *mesh, const TasMaterial *materials, const PetscReal *fibre, const PetscReal *sheet, PetscInt threads, TasAssembly *out)
{
  TasAssembly assembly;
  PetscInt   *start, *list, row = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&assembly));
  assembly->mesh      = mesh;
  assembly->materials = materials;
  assembly->fibre     = fibre;
  assembly->sheet     = sheet;
  PetscCall(TasReferenceElementCreate(mesh->element, &assembly->reference));
  PetscCall(NodeCells(mesh, &start, &list));
  PetscCall(BuildPattern(assembly, start, list));
  PetscCall(SplitPattern(assembly));
  PetscCall(BuildPlaces(assembly));
  assembly->num_workers = PetscMax(1, PetscMin(threads, mesh->num_nodes_owned));
  PetscCall(PetscCalloc1(assembly->num_workers, &assembly->workers));
  for (PetscInt t = 0; t < assembly->num_workers; t++) { /* equal shares of the cells around the rows */
    const PetscInt first = row, share = (PetscInt)((PetscInt64)start[mesh->num_nodes_owned] * (t + 1) / assembly->num_workers);
    while (row < mesh->num_nodes_owned && (start[row] < share || t == assembly->num_workers - 1)) row++;
    PetscCall(WorkerSetUp(assembly, first, row, &assembly->workers[t]));
  }
  PetscCall(SingleBatches(assembly));
  PetscCall(TasAssemblyCreateState(assembly));
  PetscCall(PetscFree(start));
  PetscCall(PetscFree(list));
  PetscCall(PetscMalloc1(mesh->num_nodes_owned, &assembly->node_stiffness));
  *out = assembly;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasAssemblyDestroy(TasAssembly *assembly)
{
  PetscFunctionBeginUser;
  if (!*assembly) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt t = 0; t < (*assembly)->num_workers; t++) PetscCall(WorkerClear(*assembly, &(*assembly)->workers[t]));
  PetscCall(PetscFree((*assembly)->workers));
  PetscCall(PetscFree((*assembly)->owned_batches));
  PetscCall(PetscFree((*assembly)->all_batches));
  PetscCall(TasReferenceElementDestroy(&(*assembly)->reference));
  PetscCall(PetscFree((*assembly)->row_start));
  PetscCall(PetscFree((*assembly)->column));
  PetscCall(PetscFree2((*assembly)->own_start, (*assembly)->other_start));
  PetscCall(PetscFree((*assembly)->place));
  PetscCall(PetscFree((*assembly)->node_stiffness));
  PetscCall(PetscFree((*assembly)->state));
  PetscCall(PetscFree((*assembly)->state_start));
  PetscCall(PetscFree(*assembly));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasAssemblyCreateMatrix(TasAssembly assembly, Mat *matrix)
{
  const TasMesh *mesh = assembly->mesh;
  const PetscInt owned = mesh->num_nodes_owned;
  PetscInt      *start, *column, num = 0;
  PetscMPIInt    size;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_size(mesh->comm, &size));
  PetscCall(PetscMalloc2(3 * owned + 1, &start, 9 * assembly->row_start[owned] + 1, &column));
  start[0] = 0;
  for (PetscInt row = 0; row < owned; row++)
    for (PetscInt i = 0; i < 3; i++) {
      for (PetscInt k = assembly->row_start[row]; k < assembly->row_start[row + 1]; k++)
        for (PetscInt j = 0; j < 3; j++) column[num++] = 3 * assembly->column[k] + j;
      start[3 * row + i + 1] = num;
    }
  PetscCall(MatCreate(mesh->comm, matrix));
  PetscCall(MatSetSizes(*matrix, 3 * owned, 3 * owned, 3 * mesh->num_nodes_global, 3 * mesh->num_nodes_global));
  PetscCall(MatSetBlockSize(*matrix, 3));
  PetscCall(MatSetType(*matrix, size == 1 ? MATSEQAIJ : MATMPIAIJ));
  if (size == 1) PetscCall(MatSeqAIJSetPreallocationCSR(*matrix, start, column, NULL));
  else PetscCall(MatMPIAIJSetPreallocationCSR(*matrix, start, column, NULL));
  PetscCall(PetscFree2(start, column));
  PetscFunctionReturn(PETSC_SUCCESS);
}
