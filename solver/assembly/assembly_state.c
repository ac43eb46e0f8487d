/* The state of living tissue at the points of the cells. */
#include "solver/assembly/assembly_impl.h"
#include <math.h>
#include <petscsf.h>

static PetscInt CellStateSize(const TasAssembly assembly, PetscInt cell) { return TasMaterialNumState(assembly->materials[assembly->mesh->cell_tissue[cell]]) * assembly->reference->points; }

static void StoreState(const TasLanes *lanes, const TasAssembly assembly, const TasBatch *batch, const TasCellBatch *cells)
{
  for (PetscInt l = 0; l < cells->num; l++) {
    PetscReal *state = assembly->state + assembly->state_start[cells->cells[l]];
    for (PetscInt e = 0; e < batch->num_state * batch->reference->points; e++) state[e] = lanes[e][l];
  }
}

static void InitBatch(TasBatch *batch, const TasCellBatch *cells, void *context)
{
  const TasPoints at = TasBatchPoints(batch, 0);

  if (!batch->num_state) return;
  TasMaterialInitState(batch->material, at.n, at.constants, at.fibre, (PetscReal *)batch->new_state);
  StoreState(batch->new_state, context, batch, cells);
}

PetscErrorCode TasAssemblyCreateState(TasAssembly assembly)
{
  const TasMesh *mesh  = assembly->mesh;
  PetscBool      alive = PETSC_FALSE;
  PetscReal     *zero;

  PetscFunctionBeginUser;
  assembly->time_step = INFINITY;
  for (PetscInt t = 0; t < mesh->num_tissues; t++) alive = (PetscBool)(alive || TasMaterialNumState(assembly->materials[t]) > 0);
  if (!alive) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(mesh->num_cells + 1, &assembly->state_start));
  assembly->state_start[0] = 0;
  for (PetscInt c = 0; c < mesh->num_cells; c++) assembly->state_start[c + 1] = assembly->state_start[c] + (size_t)CellStateSize(assembly, c);
  PetscCall(PetscCalloc1(assembly->state_start[mesh->num_cells] + 1, &assembly->state));
  PetscCall(PetscCalloc1(3 * mesh->num_nodes + 1, &zero));
  TasAssemblyForEachCell(assembly, zero, NULL, TAS_WANT_PRESSURE, PETSC_TRUE, InitBatch, assembly);
  PetscCall(PetscFree(zero));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscBool TasAssemblyHasState(TasAssembly assembly) { return (PetscBool)(assembly->state != NULL); }
void      TasAssemblySetTimeStep(TasAssembly assembly, PetscReal time_step) { assembly->time_step = time_step; }

typedef struct {
  TasAssembly assembly;
  PetscReal  *error; /* [num_cells_owned] */
} Errors;

static void FindError(TasBatch *batch, const TasCellBatch *cells, void *context)
{
  const Errors   *errors = context;
  const TasPoints at     = TasBatchPoints(batch, TAS_WANT_STATE);
  PetscReal       error[TAS_LANES];

  TasMaterialGrowthError(batch->material, &at, error);
  for (PetscInt l = 0; l < cells->num; l++) errors->error[cells->cells[l]] = error[l];
}

static PetscBool Grows(const TasAssembly assembly)
{
  for (PetscInt t = 0; t < assembly->mesh->num_tissues; t++)
    if (TasMaterialAdapts(assembly->materials[t])) return PETSC_TRUE;
  return PETSC_FALSE;
}

PetscErrorCode TasAssemblyGrowthError(TasAssembly assembly, const PetscReal *displacement, PetscReal *error)
{
  const TasMesh *mesh   = assembly->mesh;
  Errors         errors = {.assembly = assembly};
  PetscReal     *sums; /* [2][num_tissues]: squares of the errors of its cells, their number */

  PetscFunctionBeginUser;
  *error = 0.;
  if (!Grows(assembly)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc2(mesh->num_cells_owned + 1, &errors.error, 2 * mesh->num_tissues, &sums));
  TasAssemblyForEachCell(assembly, displacement, NULL, TAS_WANT_FORCE | TAS_WANT_STATE, PETSC_FALSE, FindError, &errors);
  for (PetscInt c = 0; c < mesh->num_cells_owned; c++) {
    sums[mesh->cell_tissue[c]] += PetscSqr(errors.error[c]);
    sums[mesh->num_tissues + mesh->cell_tissue[c]] += 1;
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sums, (PetscMPIInt)(2 * mesh->num_tissues), MPIU_REAL, MPIU_SUM, mesh->comm));
  for (PetscInt t = 0; t < mesh->num_tissues; t++)
    if (sums[mesh->num_tissues + t] > 0) *error = PetscMax(*error, PetscSqrtReal(sums[t] / sums[mesh->num_tissues + t]));
  PetscCall(PetscFree2(errors.error, sums));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void AcceptBatch(TasBatch *batch, const TasCellBatch *cells, void *context)
{
  if (batch->num_state) StoreState(batch->new_state, context, batch, cells);
}

PetscErrorCode TasAssemblyAccept(TasAssembly assembly, const PetscReal *displacement)
{
  PetscFunctionBeginUser;
  if (assembly->state) TasAssemblyForEachCell(assembly, displacement, NULL, TAS_WANT_FORCE | TAS_WANT_STATE, PETSC_TRUE, AcceptBatch, assembly);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* F_p becomes F F_p. */
static void AbsorbBatch(TasBatch *batch, const TasCellBatch *cells, void *context)
{
  const PetscInt points = batch->reference->points, first = TasMaterialPrestrainState(batch->material);

  if (first < 0) return;
  for (PetscInt p = 0; p < points; p++) {
    const TasLanes *f = batch->deformation + 9 * p;
    TasLanes        product[9];
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++) {
        product[3 * i + j] = f[3 * i] * batch->old_state[(first + j) * points + p];
        for (int k = 1; k < 3; k++) product[3 * i + j] += f[3 * i + k] * batch->old_state[(first + 3 * k + j) * points + p];
      }
    for (int e = 0; e < 9; e++) batch->old_state[(first + e) * points + p] = product[e];
  }
  StoreState(batch->old_state, context, batch, cells);
}

PetscErrorCode TasAssemblyAbsorb(TasAssembly assembly, const PetscReal *displacement)
{
  PetscFunctionBeginUser;
  if (assembly->state) TasAssemblyForEachCell(assembly, displacement, NULL, TAS_WANT_FORCE, PETSC_TRUE, AbsorbBatch, assembly);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- checkpoint ---- */

PetscInt TasAssemblyStateSize(TasAssembly assembly)
{
  PetscInt size = 0;

  for (PetscInt t = 0; t < assembly->mesh->num_tissues; t++) size = PetscMax(size, TasMaterialNumState(assembly->materials[t]) * assembly->reference->points);
  return size;
}

PetscErrorCode TasAssemblyGetState(TasAssembly assembly, PetscReal *values)
{
  const PetscInt size = TasAssemblyStateSize(assembly);

  PetscFunctionBeginUser;
  PetscCall(PetscArrayzero(values, (size_t)size * assembly->mesh->num_cells_owned));
  for (PetscInt c = 0; assembly->state && c < assembly->mesh->num_cells_owned; c++)
    PetscCall(PetscArraycpy(values + (size_t)size * c, assembly->state + assembly->state_start[c], CellStateSize(assembly, c)));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A star forest from the owned cells to the overlap of every rank. */
static PetscErrorCode CreateOverlap(const TasMesh *mesh, PetscSF *forest)
{
  const PetscInt owned = mesh->num_cells_owned, ghosts = mesh->num_cells - owned;
  PetscMPIInt    size, rank, *counts, *starts, mine = (PetscMPIInt)owned;
  PetscInt      *numbers, *place, *owner, total = 0;
  PetscSFNode   *remote;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_size(mesh->comm, &size));
  PetscCallMPI(MPI_Comm_rank(mesh->comm, &rank));
  PetscCall(PetscMalloc2(size, &counts, size, &starts));
  PetscCallMPI(MPI_Allgather(&mine, 1, MPI_INT, counts, 1, MPI_INT, mesh->comm));
  for (PetscMPIInt r = 0; r < size; r++) {
    starts[r] = (PetscMPIInt)total;
    total += counts[r];
  }
  PetscCall(PetscMalloc3(total, &numbers, total, &place, total, &owner));
  PetscCallMPI(MPI_Allgatherv(mesh->cell_number, mine, MPIU_INT, numbers, counts, starts, MPIU_INT, mesh->comm));
  for (PetscMPIInt r = 0; r < size; r++)
    for (PetscInt k = 0; k < counts[r]; k++) {
      place[numbers[starts[r] + k]] = k;
      owner[numbers[starts[r] + k]] = r;
    }
  PetscCall(PetscMalloc1(ghosts, &remote));
  for (PetscInt g = 0; g < ghosts; g++) {
    remote[g].rank  = owner[mesh->cell_number[owned + g]];
    remote[g].index = place[mesh->cell_number[owned + g]];
  }
  PetscCall(PetscSFCreate(mesh->comm, forest));
  PetscCall(PetscSFSetGraph(*forest, owned, ghosts, NULL, PETSC_COPY_VALUES, remote, PETSC_OWN_POINTER));
  PetscCall(PetscFree2(counts, starts));
  PetscCall(PetscFree3(numbers, place, owner));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasAssemblySetState(TasAssembly assembly, const PetscReal *values)
{
  const TasMesh *mesh = assembly->mesh;
  const PetscInt size = TasAssemblyStateSize(assembly), owned = mesh->num_cells_owned;
  PetscReal     *overlap;
  MPI_Datatype   cell;
  PetscSF        forest;

  PetscFunctionBeginUser;
  if (!assembly->state) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1((size_t)size * (mesh->num_cells - owned) + 1, &overlap));
  PetscCall(CreateOverlap(mesh, &forest));
  PetscCallMPI(MPI_Type_contiguous((PetscMPIInt)size, MPIU_REAL, &cell));
  PetscCallMPI(MPI_Type_commit(&cell));
  PetscCall(PetscSFBcastBegin(forest, cell, values, overlap, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(forest, cell, values, overlap, MPI_REPLACE));
  for (PetscInt c = 0; c < mesh->num_cells; c++)
    PetscCall(PetscArraycpy(assembly->state + assembly->state_start[c], c < owned ? values + (size_t)size * c : overlap + (size_t)size * (c - owned), CellStateSize(assembly, c)));
  PetscCallMPI(MPI_Type_free(&cell));
  PetscCall(PetscSFDestroy(&forest));
  PetscCall(PetscFree(overlap));
  PetscFunctionReturn(PETSC_SUCCESS);
}
