/* What is wanted once a cell: energy and fields. */
#include "solver/assembly_impl.h"

typedef void (*VisitCell)(const TasBatch *batch, PetscInt lane, PetscInt cell, void *context);

/* Displacements of a step for the cells of a batch. */
static void GatherStep(const TasMesh *mesh, const TasCellBatch *cells, const PetscReal *step, TasBatch *batch)
{
  const PetscInt nodes = mesh->nodes_per_cell;

  for (PetscInt l = 0; l < TAS_LANES; l++)
    for (PetscInt a = 0; a < nodes; a++)
      for (PetscInt d = 0; d < 3; d++) batch->step[3 * a + d][l] = step ? step[3 * mesh->cells[cells->cells[l] * nodes + a] + d] : 0.;
}

/* Evaluates every owned cell, for pressures every local one; each is visited once, by any thread. step: for pressures, may be NULL. */
static void ForEachCell(const TasAssembly assembly, const PetscReal *displacement, const PetscReal *step, int want, VisitCell visit, void *context)
{
  const PetscBool     all     = (PetscBool)(want & TAS_WANT_PRESSURE);
  const PetscInt      num     = all ? assembly->num_all_batches : assembly->num_owned_batches, workers = assembly->num_workers;
  const TasCellBatch *batches = all ? assembly->all_batches : assembly->owned_batches;

#pragma omp parallel for num_threads(workers) schedule(static, 1)
  for (PetscInt t = 0; t < workers; t++)
    for (PetscInt k = (PetscInt)((PetscInt64)num * t / workers); k < (PetscInt)((PetscInt64)num * (t + 1) / workers); k++) {
      TasBatch *batch = TasWorkerGather(assembly, &assembly->workers[t], &batches[k], displacement);
      if (all) GatherStep(assembly->mesh, &batches[k], step, batch);
      TasBatchEvaluate(batch, want);
      for (PetscInt l = 0; l < batches[k].num; l++) visit(batch, l, batches[k].cells[l], context);
    }
}

PetscInt TasAssemblyNumPressures(TasAssembly assembly) { return assembly->mesh->num_cells * assembly->reference->modes; }

static void StorePressure(const TasBatch *batch, PetscInt lane, PetscInt cell, void *context)
{
  const PetscInt modes    = batch->reference->modes;
  PetscReal     *pressure = context;

  for (PetscInt m = 0; m < modes; m++) pressure[cell * modes + m] = batch->mode_pressure[m][lane];
}

PetscErrorCode TasAssemblyPressure(TasAssembly assembly, const PetscReal *displacement, const PetscReal *step, PetscReal *pressure)
{
  PetscFunctionBeginUser;
  ForEachCell(assembly, displacement, step, TAS_WANT_PRESSURE, StorePressure, pressure);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void StoreEnergy(const TasBatch *batch, PetscInt lane, PetscInt cell, void *context) { ((PetscReal *)context)[cell] = batch->energy[lane]; }

PetscErrorCode TasAssemblyEnergy(TasAssembly assembly, const PetscReal *displacement, PetscReal *energy)
{
  const PetscInt num = assembly->mesh->num_cells_owned;
  PetscReal     *cell_energy, sum = 0.;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(PetscMax(1, num), &cell_energy));
  ForEachCell(assembly, displacement, NULL, TAS_WANT_FORCE | TAS_WANT_ENERGY, StoreEnergy, cell_energy);
  for (PetscInt c = 0; c < num; c++) sum += cell_energy[c];
  PetscCall(PetscFree(cell_energy));
  PetscCallMPI(MPI_Allreduce(&sum, energy, 1, MPIU_REAL, MPIU_SUM, assembly->mesh->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What a point adds to the means of its cell. */
typedef struct {
  PetscReal weight, cauchy[3][3], green[3][3], volume, energy, fibre[3];
} PointFields;

static void ReadPoint(const TasBatch *batch, PetscInt p, PetscInt l, PointFields *point)
{
  static const int voigt[3][3] = {{0, 3, 5}, {3, 1, 4}, {5, 4, 2}};
  const PetscInt   points = batch->reference->points;
  const PetscReal  ratio = 1. + batch->dilatation[p][l];
  PetscReal        f[3][3], stress[3][3];

  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      f[i][j]            = batch->deformation[9 * p + 3 * i + j][l];
      stress[i][j]       = batch->stress[voigt[i][j] * points + p][l];
      point->green[i][j] = batch->strain[voigt[i][j] * points + p][l];
    }
  for (int i = 0; i < 3; i++) {
    point->fibre[i] = 0.;
    for (int j = 0; j < 3; j++) {
      point->cauchy[i][j] = i == j ? batch->pressure[p][l] : 0.;
      point->fibre[i] += f[i][j] * batch->fibre[j * points + p][l];
      for (int m = 0; m < 3; m++)
        for (int n = 0; n < 3; n++) point->cauchy[i][j] += f[i][m] * stress[m][n] * f[j][n] / ratio;
    }
  }
  point->weight = batch->weight[p][l] / batch->volume[l];
  point->volume = ratio;
  point->energy = batch->point_energy[p][l];
}

/* Means over the reference volume; the fibre's stretch is that of the mean deformed fibre's points. */
static void StoreFields(const TasBatch *batch, PetscInt l, PetscInt cell, void *context)
{
  const TasCellFields *out = context;
  PetscReal            cauchy[9] = {0.}, green[9] = {0.}, volume = 0., fibre[3] = {0.}, stretch = 0., along = 0.;

  for (PetscInt p = 0; p < batch->reference->points; p++) {
    PointFields point;
    PetscReal   length;
    ReadPoint(batch, p, l, &point);
    length = PetscSqrtReal(PetscSqr(point.fibre[0]) + PetscSqr(point.fibre[1]) + PetscSqr(point.fibre[2]));
    stretch += point.weight * length;
    volume += point.weight * point.volume;
    for (int i = 0; i < 3; i++) {
      fibre[i] += point.weight * point.fibre[i];
      for (int j = 0; j < 3; j++) {
        cauchy[3 * i + j] += point.weight * point.cauchy[i][j];
        green[3 * i + j] += point.weight * point.green[i][j];
        along += point.weight * point.cauchy[i][j] * point.fibre[i] * point.fibre[j] / PetscSqr(length);
      }
    }
  }
  const PetscReal length = PetscSqrtReal(PetscSqr(fibre[0]) + PetscSqr(fibre[1]) + PetscSqr(fibre[2]));
  for (int i = 0; i < 9; i++) {
    if (out->cauchy_stress) out->cauchy_stress[9 * cell + i] = cauchy[i];
    if (out->green_strain) out->green_strain[9 * cell + i] = green[i];
  }
  if (out->pressure) out->pressure[cell] = -(cauchy[0] + cauchy[4] + cauchy[8]) / 3.;
  if (out->volume_ratio) out->volume_ratio[cell] = volume;
  if (out->fibre_stretch) out->fibre_stretch[cell] = stretch;
  if (out->fibre_stress) out->fibre_stress[cell] = along;
  if (out->energy_density) out->energy_density[cell] = batch->energy[l] / batch->volume[l];
  for (int i = 0; out->fibre_direction && i < 3; i++) out->fibre_direction[3 * cell + i] = length > 0. ? fibre[i] / length : 0.;
}

/* Tissues without fibres: nothing that refers to one. */
static void BlankFibres(const TasAssembly assembly, const TasCellFields *fields)
{
  const TasMesh *mesh = assembly->mesh;

  for (PetscInt c = 0; c < mesh->num_cells_owned; c++) {
    if (TasMaterialNeedsFibre(assembly->materials[mesh->cell_tissue[c]])) continue;
    if (fields->fibre_stretch) fields->fibre_stretch[c] = 1.;
    if (fields->fibre_stress) fields->fibre_stress[c] = 0.;
    for (PetscInt d = 0; fields->fibre_direction && d < 3; d++) fields->fibre_direction[3 * c + d] = 0.;
  }
}

PetscErrorCode TasAssemblyCellFields(TasAssembly assembly, const PetscReal *displacement, const TasCellFields *fields)
{
  PetscFunctionBeginUser;
  ForEachCell(assembly, displacement, NULL, TAS_WANT_FORCE | TAS_WANT_ENERGY, StoreFields, (void *)fields);
  BlankFibres(assembly, fields);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void StoreVolume(const TasBatch *batch, PetscInt lane, PetscInt cell, void *context) { ((PetscReal *)context)[cell] = batch->volume[lane]; }

PetscErrorCode TasAssemblyCellVolumes(TasAssembly assembly, PetscReal *volumes)
{
  PetscReal *zero;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(3 * assembly->mesh->num_nodes + 1, &zero));
  ForEachCell(assembly, zero, NULL, TAS_WANT_FORCE, StoreVolume, volumes);
  PetscCall(PetscFree(zero));
  PetscFunctionReturn(PETSC_SUCCESS);
}
