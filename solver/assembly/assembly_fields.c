/* What is wanted once a cell: pressures and fields. */
#include "solver/assembly/assembly_impl.h"

/* Displacements of a step for the cells of a batch. */
static void GatherStep(const TasMesh *mesh, const TasCellBatch *cells, const PetscReal *step, TasBatch *batch)
{
  const PetscInt nodes = mesh->nodes_per_cell;

  for (PetscInt l = 0; l < TAS_LANES; l++)
    for (PetscInt a = 0; a < nodes; a++)
      for (PetscInt d = 0; d < 3; d++) batch->step[3 * a + d][l] = step ? step[3 * mesh->cells[cells->cells[l] * nodes + a] + d] : 0.;
}

void TasAssemblyForEachCell(const TasAssembly assembly, const PetscReal *displacement, const PetscReal *step, int want, PetscBool all, TasVisitBatch visit, void *context)
{
  const PetscInt      num     = all ? assembly->num_all_batches : assembly->num_owned_batches, workers = assembly->num_workers;
  const TasCellBatch *batches = all ? assembly->all_batches : assembly->owned_batches;

#pragma omp parallel for num_threads(workers) schedule(static, 1)
  for (PetscInt t = 0; t < workers; t++)
    for (PetscInt k = (PetscInt)((PetscInt64)num * t / workers); k < (PetscInt)((PetscInt64)num * (t + 1) / workers); k++) {
      TasBatch *batch = TasWorkerGather(assembly, &assembly->workers[t], &batches[k], displacement);
      if (want & TAS_WANT_PRESSURE) GatherStep(assembly->mesh, &batches[k], step, batch);
      TasBatchEvaluate(batch, want);
      visit(batch, &batches[k], context);
    }
}

PetscInt TasAssemblyNumPressures(TasAssembly assembly) { return assembly->mesh->num_cells * assembly->reference->modes; }

/* values[cell][width] of the cells of a batch; values may be NULL. */
static void Store(const TasCellBatch *cells, PetscInt width, const TasLanes *lanes, PetscReal *values)
{
  for (PetscInt l = 0; values && l < cells->num; l++)
    for (PetscInt i = 0; i < width; i++) values[cells->cells[l] * width + i] = lanes[i][l];
}

static void StorePressure(TasBatch *batch, const TasCellBatch *cells, void *context) { Store(cells, batch->reference->modes, batch->mode_pressure, context); }

PetscErrorCode TasAssemblyPressure(TasAssembly assembly, const PetscReal *displacement, const PetscReal *step, PetscReal *pressure)
{
  PetscFunctionBeginUser;
  TasAssemblyForEachCell(assembly, displacement, step, TAS_WANT_PRESSURE, PETSC_TRUE, StorePressure, pressure);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static TasLanes Length(const TasLanes v[3])
{
  TasLanes length = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];

  for (PetscInt l = 0; l < TAS_LANES; l++) length[l] = PetscSqrtReal(length[l]);
  return length;
}

/* Deformed fibre F a0 and Cauchy stress F S F^T / J + p at a point. */
static void ReadPoint(const TasBatch *batch, PetscInt p, TasLanes fibre[3], TasLanes cauchy[9])
{
  static const int voigt[3][3] = {{0, 3, 5}, {3, 1, 4}, {5, 4, 2}};
  const PetscInt   points = batch->reference->points;
  const TasLanes  *f = batch->deformation + 9 * p, scale = 1. / (1. + batch->dilatation[p]);
  TasLanes         piola[9];

  for (int i = 0; i < 3; i++) {
    fibre[i] = f[3 * i] * batch->fibre[p] + f[3 * i + 1] * batch->fibre[points + p] + f[3 * i + 2] * batch->fibre[2 * points + p];
    for (int n = 0; n < 3; n++)
      piola[3 * i + n] = f[3 * i] * batch->stress[voigt[0][n] * points + p] + f[3 * i + 1] * batch->stress[voigt[1][n] * points + p] + f[3 * i + 2] * batch->stress[voigt[2][n] * points + p];
  }
  for (int i = 0; i < 3; i++)
    for (int j = i; j < 3; j++) {
      cauchy[3 * i + j] = (piola[3 * i] * f[3 * j] + piola[3 * i + 1] * f[3 * j + 1] + piola[3 * i + 2] * f[3 * j + 2]) * scale;
      if (i == j) cauchy[4 * i] += batch->pressure[p];
      cauchy[3 * j + i] = cauchy[3 * i + j];
    }
}

/* Means over the reference volume; the direction is that of the mean deformed fibre. */
static void StoreFields(TasBatch *batch, const TasCellBatch *cells, void *context)
{
  static const int     voigt[9] = {0, 3, 5, 3, 1, 4, 5, 4, 2};
  const TasCellFields *out    = context;
  const PetscInt       points = batch->reference->points;
  TasLanes             cauchy[9] = {{0.}}, green[9] = {{0.}}, fibre[3] = {{0.}}, volume = {0.}, stretch = {0.}, along = {0.};

  for (PetscInt p = 0; p < points; p++) {
    const TasLanes weight = batch->weight[p] / batch->volume;
    TasLanes       point_fibre[3], point_cauchy[9], tension = {0.};
    ReadPoint(batch, p, point_fibre, point_cauchy);
    const TasLanes length = Length(point_fibre);
    stretch += weight * length;
    volume += weight * (1. + batch->dilatation[p]);
    for (int i = 0; i < 3; i++) {
      fibre[i] += weight * point_fibre[i];
      for (int j = 0; j < 3; j++) tension += point_cauchy[3 * i + j] * point_fibre[i] * point_fibre[j];
    }
    along += weight * tension / (length * length);
    for (int e = 0; e < 9; e++) {
      cauchy[e] += weight * point_cauchy[e];
      green[e] += weight * batch->strain[voigt[e] * points + p];
    }
  }
  PetscReal *inner = (PetscReal *)batch->material_work; /* stretches at the points: of elastic tissue they are those above */
  TasLanes   elastic = stretch, growth = 1. - (TasLanes){0.};
  if (batch->num_state) {
    const PetscInt  place = TasMaterialGrowthState(batch->material);
    const TasPoints at    = TasBatchPoints(batch, 0);
    TasMaterialElasticStretch(batch->material, &at, inner);
    elastic = (TasLanes){0.};
    if (place >= 0) growth = (TasLanes){0.};
    for (PetscInt p = 0; p < points; p++) {
      const TasLanes weight = batch->weight[p] / batch->volume;
      elastic += weight * ((TasLanes *)inner)[p];
      if (place >= 0) growth += weight * batch->old_state[place * points + p];
    }
  }
  const TasLanes length = Length(fibre), pressure = -(cauchy[0] + cauchy[4] + cauchy[8]) / 3., density = batch->energy / batch->volume;
  for (int i = 0; i < 3; i++)
    for (PetscInt l = 0; l < TAS_LANES; l++) fibre[i][l] = length[l] > 0. ? fibre[i][l] / length[l] : 0.;
  Store(cells, 9, cauchy, out->cauchy_stress);
  Store(cells, 9, green, out->green_strain);
  Store(cells, 1, &pressure, out->pressure);
  Store(cells, 1, &volume, out->volume_ratio);
  Store(cells, 1, &stretch, out->fibre_stretch);
  Store(cells, 1, &elastic, out->elastic_fibre_stretch);
  Store(cells, 1, &growth, out->growth);
  Store(cells, 1, &along, out->fibre_stress);
  Store(cells, 1, &density, out->energy_density);
  Store(cells, 3, fibre, out->fibre_direction);
}

/* Tissues without fibres: nothing that refers to one. */
static void BlankFibres(const TasAssembly assembly, const TasCellFields *fields)
{
  const TasMesh *mesh = assembly->mesh;

  for (PetscInt c = 0; c < mesh->num_cells_owned; c++) {
    if (TasMaterialNeedsFibre(assembly->materials[mesh->cell_tissue[c]])) continue;
    if (fields->fibre_stretch) fields->fibre_stretch[c] = 1.;
    if (fields->elastic_fibre_stretch) fields->elastic_fibre_stretch[c] = 1.;
    if (fields->fibre_stress) fields->fibre_stress[c] = 0.;
    for (PetscInt d = 0; fields->fibre_direction && d < 3; d++) fields->fibre_direction[3 * c + d] = 0.;
  }
}

PetscErrorCode TasAssemblyCellFields(TasAssembly assembly, const PetscReal *displacement, const TasCellFields *fields)
{
  PetscFunctionBeginUser;
  TasAssemblyForEachCell(assembly, displacement, NULL, TAS_WANT_FORCE | TAS_WANT_ENERGY, PETSC_FALSE, StoreFields, (void *)fields);
  BlankFibres(assembly, fields);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void StoreVolume(TasBatch *batch, const TasCellBatch *cells, void *context)
{
  const TasLanes volume = batch->volume;

  Store(cells, 1, &volume, context);
}

PetscErrorCode TasAssemblyCellVolumes(TasAssembly assembly, PetscReal *volumes)
{
  PetscReal *zero;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(3 * assembly->mesh->num_nodes + 1, &zero));
  TasAssemblyForEachCell(assembly, zero, NULL, TAS_WANT_FORCE, PETSC_FALSE, StoreVolume, volumes);
  PetscCall(PetscFree(zero));
  PetscFunctionReturn(PETSC_SUCCESS);
}
