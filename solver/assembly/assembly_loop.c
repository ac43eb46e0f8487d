#include "solver/linear/aij_part.h"
#include "solver/assembly/assembly_impl.h"

TasBatch *TasWorkerGather(const TasAssembly assembly, TasWorker *worker, const TasCellBatch *cells, const PetscReal *displacement)
{
  const TasMesh   *mesh  = assembly->mesh;
  const PetscInt   nodes = mesh->nodes_per_cell;
  TasBatch        *batch = worker->work[cells->tissue];
  const PetscReal *fibre[TAS_LANES], *sheet[TAS_LANES];
  PetscInt         numbers[TAS_LANES];

  for (PetscInt l = 0; l < TAS_LANES; l++) {
    const PetscInt *node = mesh->cells + cells->cells[l] * nodes;
    for (PetscInt a = 0; a < nodes; a++)
      for (PetscInt d = 0; d < 3; d++) {
        batch->position[3 * a + d][l]     = mesh->coordinates[3 * node[a] + d];
        batch->displacement[3 * a + d][l] = displacement[3 * node[a] + d];
      }
    fibre[l]   = assembly->fibre ? assembly->fibre + 3 * cells->cells[l] : NULL;
    sheet[l]   = assembly->sheet ? assembly->sheet + 3 * cells->cells[l] : NULL;
    numbers[l] = cells->cells[l];
  }
  if (TasMaterialNeedsFibre(batch->material)) TasBatchSetDirections(batch, fibre, assembly->sheet && TasMaterialNeedsSheet(batch->material) ? sheet : NULL);
  if (!TasMaterialIsUniform(batch->material)) TasBatchLoadConstants(batch, numbers);
  batch->time_step = assembly->time_step;
  for (PetscInt l = 0; batch->num_state && l < TAS_LANES; l++) {
    const PetscReal *state = assembly->state + assembly->state_start[cells->cells[l]];
    for (PetscInt e = 0; e < batch->num_state * batch->reference->points; e++) batch->old_state[e][l] = state[e];
  }
  return batch;
}

static void NoteFlags(TasWorker *worker, const TasCellBatch *cells, const TasBatch *batch)
{
  for (PetscInt l = 0; l < cells->num; l++)
    if (batch->flag[l] != 0. && worker->bad_cell < 0) worker->bad_cell = cells->cells[l];
}

static void ScatterForce(const TasAssembly assembly, const TasWorker *worker, const TasCellBatch *cells, const TasBatch *batch, PetscReal *force)
{
  const PetscInt nodes = assembly->mesh->nodes_per_cell;

  for (PetscInt l = 0; l < cells->num; l++) {
    const PetscInt *node = assembly->mesh->cells + cells->cells[l] * nodes;
    for (PetscInt a = 0; a < nodes; a++)
      if (node[a] >= worker->first_row && node[a] < worker->last_row)
        for (PetscInt i = 0; i < 3; i++) force[3 * node[a] + i] += batch->force[3 * a + i][l];
  }
}

/* out = left * in * right for 3x3 blocks, NULL standing for the identity. */
static void ProjectBlock(const PetscReal *left, const PetscReal *right, PetscReal block[9])
{
  PetscReal t[9];

  if (left) {
    for (PetscInt i = 0; i < 3; i++)
      for (PetscInt j = 0; j < 3; j++) t[3 * i + j] = left[3 * i] * block[j] + left[3 * i + 1] * block[3 + j] + left[3 * i + 2] * block[6 + j];
    for (PetscInt e = 0; e < 9; e++) block[e] = t[e];
  }
  if (right) {
    for (PetscInt i = 0; i < 3; i++)
      for (PetscInt j = 0; j < 3; j++) t[3 * i + j] = block[3 * i] * right[j] + block[3 * i + 1] * right[3 + j] + block[3 * i + 2] * right[6 + j];
    for (PetscInt e = 0; e < 9; e++) block[e] = t[e];
  }
}

/* The three rows of a block in the values of the matrix: start of the first, distance between them. */
static inline PetscScalar *BlockRow(const TasAssembly assembly, PetscInt row, PetscInt place, PetscInt *stride)
{
  const PetscInt *start = place >= 0 ? assembly->own_start : assembly->other_start;
  PetscScalar    *values = place >= 0 ? assembly->own_values : assembly->other_values;

  *stride = 3 * (start[row + 1] - start[row]);
  return values + 9 * start[row] + 3 * (place >= 0 ? place : -1 - place);
}

/* Adds three values in a row, the first two at once. */
static inline void AddRow(PetscScalar *values, PetscReal x, PetscReal y, PetscReal z)
{
  typedef PetscReal Two __attribute__((vector_size(2 * sizeof(PetscReal)), aligned(sizeof(PetscReal))));

  *(Two *)values += (Two){x, y};
  values[2] += z;
}

static inline void AddBlock(const TasAssembly assembly, PetscInt row, PetscInt place, const PetscReal block[9])
{
  PetscInt     stride;
  PetscScalar *values = BlockRow(assembly, row, place, &stride);

  for (PetscInt i = 0; i < 3; i++) AddRow(values + i * stride, block[3 * i], block[3 * i + 1], block[3 * i + 2]);
}

/* Block (a, b) of a cell, of which pairs a <= b are stored. */
static inline void CellBlock(const PetscReal *stiffness, PetscInt a, PetscInt b, PetscReal block[9])
{
  if (a <= b) {
    const PetscReal *k = stiffness + 9 * (b * (b + 1) / 2 + a);
    for (PetscInt e = 0; e < 9; e++) block[e] = k[e];
  } else {
    const PetscReal *k = stiffness + 9 * (a * (a + 1) / 2 + b);
    for (PetscInt i = 0; i < 3; i++)
      for (PetscInt j = 0; j < 3; j++) block[3 * i + j] = k[3 * j + i];
  }
}

static void AddLifts(const TasLifts *lifts, PetscInt row, PetscInt column, const PetscReal block[9])
{
  for (PetscInt m = 0; m < lifts->num; m++) {
    const PetscReal *w = lifts->direction[m] + 3 * column;
    PetscReal       *y = lifts->product[m] + 3 * row;
    for (PetscInt i = 0; i < 3; i++) y[i] += block[3 * i] * w[0] + block[3 * i + 1] * w[1] + block[3 * i + 2] * w[2];
  }
}

/* The blocks of one row of a cell, of which some belong into the other part of the matrix. */
static void ScatterSharedRow(const TasAssembly assembly, PetscInt row, PetscInt nodes, PetscInt a, const short *place, const PetscReal *stiffness)
{
  for (PetscInt b = 0; b < nodes; b++) {
    PetscReal block[9];
    CellBlock(stiffness, a, b, block);
    AddBlock(assembly, row, place[b], block);
  }
}

/* The same, all into the own part; blocks before the diagonal stand transposed in column a, the others in the columns b. */
static void ScatterOwnRow(const TasAssembly assembly, PetscInt row, PetscInt nodes, PetscInt a, const short *place, const PetscReal *stiffness)
{
  const size_t     stride = 3 * (size_t)(assembly->own_start[row + 1] - assembly->own_start[row]);
  PetscScalar     *first  = assembly->own_values + 9 * (size_t)assembly->own_start[row];
  const PetscReal *block  = stiffness + 9 * (a * (a + 1) / 2);

  for (PetscInt b = 0; b < a; b++, block += 9) {
    PetscScalar *values = first + 3 * place[b];
    AddRow(values, block[0], block[3], block[6]);
    AddRow(values + stride, block[1], block[4], block[7]);
    AddRow(values + 2 * stride, block[2], block[5], block[8]);
  }
  for (PetscInt b = a; b < nodes; b++, block += 9 * b) {
    PetscScalar *values = first + 3 * place[b];
    AddRow(values, block[0], block[1], block[2]);
    AddRow(values + stride, block[3], block[4], block[5]);
    AddRow(values + 2 * stride, block[6], block[7], block[8]);
  }
}

/* Cells without constrained nodes: every block goes straight into the matrix. */
static void ScatterFree(const TasAssembly assembly, const TasWorker *worker, PetscInt cell, const PetscReal *stiffness)
{
  const PetscInt  nodes = assembly->mesh->nodes_per_cell;
  const PetscInt *node  = assembly->mesh->cells + cell * nodes;
  const short    *place = assembly->place + (size_t)cell * nodes * nodes;

  for (PetscInt a = 0; a < nodes; a++, place += nodes) {
    const PetscReal *diagonal = stiffness + 9 * (a * (a + 3) / 2);
    short            signs    = 0;
    if (node[a] < worker->first_row || node[a] >= worker->last_row) continue;
    for (PetscInt b = 0; b < nodes; b++) signs |= place[b];
    if (signs < 0) ScatterSharedRow(assembly, node[a], nodes, a, place, stiffness);
    else ScatterOwnRow(assembly, node[a], nodes, a, place, stiffness);
    assembly->node_stiffness[node[a]] += (diagonal[0] + diagonal[4] + diagonal[8]) / 3.;
  }
}

/* P_row block P_column into the matrix, and the block's share in the lifts. */
static void AddProjected(const TasAssembly assembly, const TasProjectors *projectors, const TasLifts *lifts, PetscInt row, PetscInt column, PetscInt place, const PetscReal in[9])
{
  const PetscInt left = projectors->slot[row], right = projectors->slot[column];
  PetscReal      block[9];

  for (PetscInt e = 0; e < 9; e++) block[e] = in[e];
  if (lifts && right >= 0) AddLifts(lifts, row, column, block);
  ProjectBlock(left >= 0 ? projectors->projector + 9 * left : NULL, right >= 0 ? projectors->projector + 9 * right : NULL, block);
  AddBlock(assembly, row, place, block);
}

static void ScatterConstrained(const TasAssembly assembly, const TasWorker *worker, PetscInt cell, const PetscReal *stiffness, const TasProjectors *projectors, const TasLifts *lifts)
{
  const PetscInt  nodes = assembly->mesh->nodes_per_cell;
  const PetscInt *node  = assembly->mesh->cells + cell * nodes;
  const short    *place = assembly->place + (size_t)cell * nodes * nodes;

  for (PetscInt a = 0; a < nodes; a++) {
    if (node[a] < worker->first_row || node[a] >= worker->last_row) continue;
    for (PetscInt b = 0; b < nodes; b++) {
      PetscReal block[9];
      CellBlock(stiffness, a, b, block);
      if (a == b) assembly->node_stiffness[node[a]] += (block[0] + block[4] + block[8]) / 3.;
      AddProjected(assembly, projectors, lifts, node[a], node[b], place[a * nodes + b], block);
    }
  }
}

static void ScatterTangent(const TasAssembly assembly, const TasWorker *worker, const TasCellBatch *cells, TasBatch *batch, const TasProjectors *projectors, const TasLifts *lifts)
{
  const PetscInt nodes = assembly->mesh->nodes_per_cell;

  TasBatchSplitStiffness(batch);
  for (PetscInt l = 0; l < cells->num; l++) {
    const PetscInt  *node        = assembly->mesh->cells + cells->cells[l] * nodes;
    const PetscReal *stiffness   = batch->cell_stiffness + l * 9 * TasNumPairs(nodes);
    PetscBool        constrained = PETSC_FALSE;
    for (PetscInt a = 0; projectors && a < nodes; a++)
      if (projectors->slot[node[a]] >= 0) constrained = PETSC_TRUE;
    if (constrained) ScatterConstrained(assembly, worker, cells->cells[l], stiffness, projectors, lifts);
    else ScatterFree(assembly, worker, cells->cells[l], stiffness);
  }
}

static void GivePressure(const TasCellBatch *cells, const PetscReal *pressure, TasBatch *batch)
{
  const PetscInt modes = batch->reference->modes;

  batch->pressure_given = (PetscBool)(pressure != NULL);
  for (PetscInt m = 0; pressure && m < modes; m++)
    for (PetscInt l = 0; l < TAS_LANES; l++) batch->given_pressure[m][l] = pressure[cells->cells[l] * modes + m];
}

/* What a thread adds to begins with zeros: rows up to `end`, from where the last call left off, so that they are in a cache when the first cell comes. */
static void ClearRows(const TasAssembly assembly, TasWorker *worker, PetscInt end, PetscReal *force, PetscBool tangent, const TasLifts *lifts)
{
  const PetscInt begin = worker->num_clear;

  for (PetscInt i = 3 * begin; i < 3 * end; i++) force[i] = 0.;
  worker->num_clear = end;
  if (!tangent) return;
  for (PetscInt row = begin; row < end; row++) assembly->node_stiffness[row] = 0.;
  for (PetscInt m = 0; lifts && m < lifts->num; m++)
    for (PetscInt i = 3 * begin; i < 3 * end; i++) lifts->product[m][i] = 0.;
  for (size_t v = 9 * (size_t)assembly->own_start[begin]; v < 9 * (size_t)assembly->own_start[end]; v++) assembly->own_values[v] = 0.;
  for (size_t v = 9 * (size_t)assembly->other_start[begin]; v < 9 * (size_t)assembly->other_start[end]; v++) assembly->other_values[v] = 0.;
}

/* The row behind the last one that a batch adds to. */
static PetscInt EndOfRows(const TasAssembly assembly, const TasWorker *worker, const TasCellBatch *cells)
{
  const PetscInt nodes = assembly->mesh->nodes_per_cell;
  PetscInt       end   = worker->num_clear;

  for (PetscInt l = 0; l < cells->num; l++)
    for (PetscInt a = 0; a < nodes; a++) {
      const PetscInt row = assembly->mesh->cells[cells->cells[l] * nodes + a];
      if (row >= end && row < worker->last_row) end = row + 1;
    }
  return end;
}

/* Everything a thread does in one pass; pure computing, no PETSc. */
static void WorkerRun(const TasAssembly assembly, TasWorker *worker, const PetscReal *displacement, const PetscReal *pressure, PetscReal *force, PetscBool tangent, const TasProjectors *projectors, const TasLifts *lifts)
{
  worker->bad_cell = -1;
  worker->num_clear = worker->first_row;
  for (PetscInt k = 0; k < worker->num_batches; k++) {
    const TasCellBatch *cells = &worker->batches[k];
    TasBatch           *batch = TasWorkerGather(assembly, worker, cells, displacement);
    GivePressure(cells, pressure, batch);
    TasBatchEvaluate(batch, tangent ? TAS_WANT_FORCE | TAS_WANT_STIFFNESS : TAS_WANT_FORCE | TAS_GIVEN_PRESSURE);
    NoteFlags(worker, cells, batch);
    ClearRows(assembly, worker, EndOfRows(assembly, worker, cells), force, tangent, lifts);
    ScatterForce(assembly, worker, cells, batch, force);
    if (tangent) ScatterTangent(assembly, worker, cells, batch, projectors, lifts);
  }
  ClearRows(assembly, worker, worker->last_row, force, tangent, lifts);
}

static void RunWorkers(const TasAssembly assembly, const PetscReal *displacement, const PetscReal *pressure, PetscReal *force, PetscBool tangent, const TasProjectors *projectors, const TasLifts *lifts, PetscInt *bad_cell)
{
#pragma omp parallel for num_threads(assembly->num_workers) schedule(static, 1)
  for (PetscInt t = 0; t < assembly->num_workers; t++) WorkerRun(assembly, &assembly->workers[t], displacement, pressure, force, tangent, projectors, lifts);
  *bad_cell = -1;
  for (PetscInt t = 0; t < assembly->num_workers; t++)
    if (*bad_cell < 0) *bad_cell = assembly->workers[t].bad_cell;
}

PetscErrorCode TasAssemblyForce(TasAssembly assembly, const PetscReal *displacement, const PetscReal *pressure, PetscReal *force, PetscInt *bad_cell)
{
  PetscFunctionBeginUser;
  RunWorkers(assembly, displacement, pressure, force, PETSC_FALSE, NULL, NULL, bad_cell);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode OpenMatrix(TasAssembly assembly, Mat matrix)
{
  const PetscInt *global;

  PetscFunctionBeginUser;
  PetscCall(TasAijParts(matrix, &assembly->own, &assembly->other, &global));
  PetscCall(MatSeqAIJGetArray(assembly->own, &assembly->own_values));
  if (assembly->other) PetscCall(MatSeqAIJGetArray(assembly->other, &assembly->other_values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasAssemblyTangent(TasAssembly assembly, const PetscReal *displacement, const PetscReal *pressure, const TasProjectors *projectors, Mat matrix, PetscReal *force, const TasLifts *lifts, PetscInt *bad_cell)
{
  PetscFunctionBeginUser;
  PetscCall(OpenMatrix(assembly, matrix));
  RunWorkers(assembly, displacement, pressure, force, PETSC_TRUE, projectors, lifts, bad_cell);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasAssemblyAddBlock(TasAssembly assembly, const TasProjectors *projectors, const TasLifts *lifts, PetscInt row, PetscInt column, const PetscReal block[9])
{
  PetscFunctionBeginUser;
  if (row == column) assembly->node_stiffness[row] += (block[0] + block[4] + block[8]) / 3.;
  AddProjected(assembly, projectors, lifts, row, column, TasAssemblyPlace(assembly, row, column), block);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasAssemblyFinish(TasAssembly assembly, const TasProjectors *projectors, PetscReal shift, Mat matrix)
{
  PetscFunctionBeginUser;
  for (PetscInt row = 0; row < assembly->mesh->num_nodes_owned; row++) {
    const PetscInt slot = projectors ? projectors->slot[row] : -1;
    PetscReal      block[9];
    if (slot < 0 && shift == 0.) continue;
    for (PetscInt e = 0; e < 9; e++) {
      const PetscReal identity = e % 4 == 0 ? 1. : 0., free = slot < 0 ? identity : projectors->projector[9 * slot + e];
      block[e] = assembly->node_stiffness[row] * (identity - free + shift * free);
    }
    AddBlock(assembly, row, TasAssemblyPlace(assembly, row, row), block);
  }
  PetscCall(MatSeqAIJRestoreArray(assembly->own, &assembly->own_values));
  if (assembly->other) PetscCall(MatSeqAIJRestoreArray(assembly->other, &assembly->other_values));
  PetscCall(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}
