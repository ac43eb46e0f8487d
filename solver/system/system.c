#include "solver/system/system_impl.h"

/* Reduction of the error by the linear solve of a prediction; with 1e-3, Newton starts from volumes so wrong that it wanders. */
#define PREDICTION 3e-5

PetscErrorCode TasSystemCreate(const TasCase *c, const TasMesh *mesh, const TasMaterial *materials, const PetscReal *fibre, const PetscReal *sheet, PetscInt threads, TasSystem *out)
{
  TasSystem      system;
  PetscMPIInt    rank, size;
  const PetscInt ghosts = mesh->num_nodes - mesh->num_nodes_owned, nodal = 3 * mesh->num_nodes_owned;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&system));
  system->c         = c;
  system->mesh      = mesh;
  system->materials = materials;
  system->bad_cell  = -1;
  system->bad_strand = -1;
  PetscCall(TasAssemblyCreate(mesh, materials, fibre, sheet, threads, &system->assembly));
  PetscCall(TasBodiesCreate(c, &system->bodies));
  PetscCall(TasSupportsCreate(c, mesh, system->bodies, &system->supports));
  PetscCall(TasLoadsCreate(c, mesh, &system->loads));
  PetscCallMPI(MPI_Comm_rank(mesh->comm, &rank));
  PetscCallMPI(MPI_Comm_size(mesh->comm, &size));
  system->num_coordinates = system->bodies->num_coordinates;
  system->own_coordinates = rank == size - 1 ? system->num_coordinates : 0;
  PetscCall(VecCreateMPI(mesh->comm, nodal + system->own_coordinates, PETSC_DETERMINE, &system->x));
  if (!system->num_coordinates) PetscCall(VecSetBlockSize(system->x, 3));
  PetscCall(VecDuplicate(system->x, &system->residual));
  PetscCall(VecDuplicate(system->x, &system->start));
  PetscCall(VecDuplicate(system->x, &system->mixed));
  PetscCall(VecCreateGhostBlock(mesh->comm, 3, nodal, PETSC_DECIDE, ghosts, mesh->ghost_nodes, &system->u));
  PetscCall(VecDuplicate(system->u, &system->linearised));
  PetscCall(VecDuplicate(system->u, &system->step));
  PetscCall(PetscCalloc1(PetscMax(1, TasAssemblyNumPressures(system->assembly)), &system->pressure));
  PetscCall(PetscCalloc4(nodal, &system->raw, nodal, &system->bed, nodal, &system->external, PetscMax(1, system->num_coordinates), &system->q));
  if (system->num_coordinates) PetscCall(PetscCalloc1(system->num_coordinates, &system->lift));
  for (PetscInt j = 0; j < system->num_coordinates; j++) PetscCall(VecDuplicate(system->u, &system->lift[j]));
  PetscCall(TasAssemblyCreateMatrix(system->assembly, &system->matrix));
  PetscCall(TasLinearSolverCreate(c, mesh, system->matrix, !TasLoadsUnsymmetric(system->loads), system->bodies, system->own_coordinates, &system->linear));
  PetscCall(TasSystemSetUpNewton(system));
  PetscCall(TasSystemSetTime(system, 0.));
  PetscCall(TasSystemUpdatePressure(system));
  *out = system;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemDestroy(TasSystem *system)
{
  PetscFunctionBeginUser;
  if (!*system) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt j = 0; j < (*system)->num_coordinates; j++) PetscCall(VecDestroy(&(*system)->lift[j]));
  PetscCall(PetscFree((*system)->lift));
  PetscCall(TasSystemClearStrands(*system));
  PetscCall(SNESDestroy(&(*system)->snes));
  PetscCall(MatDestroy(&(*system)->border));
  PetscCall(TasLinearSolverDestroy(&(*system)->linear));
  PetscCall(MatDestroy(&(*system)->matrix));
  PetscCall(TasAssemblyDestroy(&(*system)->assembly));
  PetscCall(TasSupportsDestroy(&(*system)->supports));
  PetscCall(TasLoadsDestroy(&(*system)->loads));
  PetscCall(TasBodiesDestroy(&(*system)->bodies));
  PetscCall(VecDestroy(&(*system)->x));
  PetscCall(VecDestroy(&(*system)->residual));
  PetscCall(VecDestroy(&(*system)->start));
  PetscCall(VecDestroy(&(*system)->mixed));
  PetscCall(VecDestroy(&(*system)->u));
  PetscCall(VecDestroy(&(*system)->linearised));
  PetscCall(VecDestroy(&(*system)->step));
  PetscCall(PetscFree((*system)->pressure));
  PetscCall(PetscFree((*system)->pinned));
  PetscCall(PetscFree4((*system)->raw, (*system)->bed, (*system)->external, (*system)->q));
  PetscCall(PetscFree(*system));
  PetscFunctionReturn(PETSC_SUCCESS);
}

TasTreatment     TasSystemTreatment(TasSystem system) { return system->treatment; }
Vec              TasSystemSolution(TasSystem system) { return system->x; }
TasAssembly      TasSystemAssembly(TasSystem system) { return system->assembly; }
TasBodies       *TasSystemBodies(TasSystem system) { return system->bodies; }
PetscInt         TasSystemNumUnknowns(TasSystem system) { return 3 * system->mesh->num_nodes_global + system->num_coordinates; }

PetscReal       *TasSystemPressure(TasSystem system) { return system->pressure; }
PetscInt         TasSystemNumPressures(TasSystem system) { return TasAssemblyNumPressures(system->assembly); }

/* Values with ghosts: the local form lives as long as the vector, so the pointer stays good until that is written again. */
static const PetscReal *LocalValues(Vec ghosted)
{
  const PetscScalar *values = NULL;
  Vec                local;

  PetscCallAbort(PETSC_COMM_SELF, VecGhostGetLocalForm(ghosted, &local));
  PetscCallAbort(PETSC_COMM_SELF, VecGetArrayRead(local, &values));
  PetscCallAbort(PETSC_COMM_SELF, VecRestoreArrayRead(local, NULL));
  PetscCallAbort(PETSC_COMM_SELF, VecGhostRestoreLocalForm(ghosted, &local));
  return values;
}

const PetscReal *TasSystemDisplacement(TasSystem system) { return LocalValues(system->u); }

PetscErrorCode TasSystemSetTime(TasSystem system, PetscReal time)
{
  PetscFunctionBeginUser;
  system->time = time;
  TasBodiesSetTime(system->bodies, system->c, time);
  if (system->treatment) TasTreatmentSetTime(system->treatment, time);
  TasBodiesSetCoordinates(system->bodies, system->q);
  PetscCall(TasSupportsUpdate(system->supports, system->bodies, time));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemCoordinatesOf(TasSystem system, const PetscScalar *values, PetscReal *q)
{
  PetscMPIInt size;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_size(system->mesh->comm, &size));
  for (PetscInt j = 0; j < system->own_coordinates; j++) q[j] = values[3 * system->mesh->num_nodes_owned + j];
  PetscCallMPI(MPI_Bcast(q, (PetscMPIInt)system->num_coordinates, MPIU_REAL, size - 1, system->mesh->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemSetTimeOfState(TasSystem system, PetscReal time)
{
  const PetscScalar *values;

  PetscFunctionBeginUser;
  PetscCall(TasSystemSetTime(system, time));
  PetscCall(VecGetArrayRead(system->x, &values));
  PetscCall(TasSystemCoordinatesOf(system, values, system->q));
  PetscCall(VecRestoreArrayRead(system->x, &values));
  for (PetscInt j = 0; j < system->num_coordinates; j++) system->bodies->coordinate[j].value = system->q[j];
  TasBodiesSetCoordinates(system->bodies, NULL);
  PetscCall(TasSupportsUpdate(system->supports, system->bodies, time));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemSetTreatment(TasSystem system, TasTreatment treatment)
{
  PetscFunctionBeginUser;
  system->treatment = treatment;
  PetscCall(TasSystemSetTime(system, system->time));
  PetscCall(TasSystemImpose(system));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemSetPins(TasSystem system, TasPins pins)
{
  PetscFunctionBeginUser;
  system->pins = pins;
  if (pins && !system->pinned) PetscCall(PetscCalloc1(3 * system->mesh->num_nodes_owned + 1, &system->pinned));
  PetscFunctionReturn(PETSC_SUCCESS);
}

TasPins TasSystemPins(TasSystem system) { return system->pins; }

/* Bodies and supports follow the coordinates in x that are solved for. */
static PetscErrorCode ReadCoordinates(TasSystem system, const PetscScalar *values)
{
  PetscFunctionBeginUser;
  if (!system->bodies->num_free) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasSystemCoordinatesOf(system, values, system->q));
  TasBodiesSetCoordinates(system->bodies, system->q);
  PetscCall(TasSupportsUpdate(system->supports, system->bodies, system->time));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode UpdateGhosts(Vec v)
{
  PetscFunctionBeginUser;
  PetscCall(VecGhostUpdateBegin(v, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(VecGhostUpdateEnd(v, INSERT_VALUES, SCATTER_FORWARD));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemSetState(TasSystem system, Vec x)
{
  const PetscScalar *values;
  PetscScalar       *u;

  PetscFunctionBeginUser;
  PetscCall(VecGetArrayRead(x, &values));
  PetscCall(ReadCoordinates(system, values));
  PetscCall(VecGetArray(system->u, &u));
  PetscCall(PetscArraycpy(u, values, 3 * system->mesh->num_nodes_owned));
  PetscCall(TasSupportsImpose(system->supports, u));
  PetscCall(VecRestoreArray(system->u, &u));
  PetscCall(VecRestoreArrayRead(x, &values));
  PetscCall(UpdateGhosts(system->u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemUpdatePressure(TasSystem system)
{
  PetscFunctionBeginUser;
  PetscCall(TasSystemSetState(system, system->x));
  PetscCall(TasAssemblyPressure(system->assembly, LocalValues(system->u), NULL, system->pressure));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemLinearisePressure(TasSystem system)
{
  PetscFunctionBeginUser;
  PetscCall(VecWAXPY(system->step, -1., system->linearised, system->u));
  PetscCall(UpdateGhosts(system->step));
  PetscCall(TasAssemblyPressure(system->assembly, LocalValues(system->linearised), LocalValues(system->step), system->pressure));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Flags of all ranks; the first rank with one keeps it. */
static PetscErrorCode NoteBadCell(TasSystem system, PetscInt bad_cell, PetscBool *inadmissible)
{
  PetscFunctionBeginUser;
  *inadmissible    = (PetscBool)(bad_cell >= 0);
  system->bad_cell = bad_cell;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, inadmissible, 1, MPIU_BOOL, MPI_LOR, system->mesh->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasSystemSetNodalLoad(TasSystem system, const PetscReal *force) { system->nodal_load = force; }

static PetscErrorCode AddPins(TasSystem system, const PetscReal *u)
{
  const PetscInt nodal = 3 * system->mesh->num_nodes_owned;

  PetscFunctionBeginUser;
  if (!system->pins) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscArrayzero(system->pinned, nodal));
  TasPinsForce(system->pins, system->bodies, u, system->pinned);
  for (PetscInt i = 0; i < nodal; i++) system->raw[i] += system->pinned[i];
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Loads, beds and pins at the present state, on top of the internal forces in raw. */
static PetscErrorCode AddLoads(TasSystem system, const PetscReal *u)
{
  const PetscReal ramp = TasCaseCurveValue(system->c, 0, system->time);

  PetscFunctionBeginUser;
  PetscCall(TasLoadsForce(system->loads, system->bodies, system->time, u, system->raw, system->bed, system->external));
  for (PetscInt i = 0; system->nodal_load && i < 3 * system->mesh->num_nodes_owned; i++) {
    system->raw[i] -= ramp * system->nodal_load[i];
    system->external[i] += ramp * system->nodal_load[i];
  }
  PetscCall(AddPins(system, u));
  PetscCall(TasSystemAddStrands(system, u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemForces(TasSystem system, PetscBool *inadmissible)
{
  const PetscReal *u = TasSystemDisplacement(system);
  PetscInt         bad_cell;

  PetscFunctionBeginUser;
  PetscCall(TasAssemblyForce(system->assembly, u, NULL, system->raw, &bad_cell));
  PetscCall(AddLoads(system, u));
  PetscCall(NoteBadCell(system, bad_cell, inadmissible));
  if (system->bad_strand >= 0) *inadmissible = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Norm of what the supports and the loads exert: what the residual is measured against. */
static PetscErrorCode UpdateForceScale(TasSystem system)
{
  const PetscInt owned = system->mesh->num_nodes_owned;
  PetscReal      sum[2] = {0., 0.}, force[3];

  PetscFunctionBeginUser;
  for (PetscInt a = 0; a < owned; a++) {
    TasSupportsReaction(system->supports, a, -1, system->raw, force);
    for (PetscInt d = 0; d < 3; d++) {
      sum[0] += PetscSqr(force[d]);
      sum[1] += PetscSqr(system->external[3 * a + d]) + PetscSqr(system->bed[3 * a + d]) + (system->pins ? PetscSqr(system->pinned[3 * a + d]) : 0.);
    }
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPIU_REAL, MPIU_SUM, system->mesh->comm));
  system->force_scale = PetscSqrtReal(PetscMax(sum[0], sum[1]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Q_j = W_j . raw - V_j . bed + d(energy of the pins and of the strands' remote parts)/dq_j; where not of all, those of driven coordinates are not whole. */
static PetscErrorCode CoordinateForces(TasSystem system, PetscBool all, PetscReal *force)
{
  const PetscInt   n = system->num_coordinates, nodal = 3 * system->mesh->num_nodes_owned;
  const PetscReal *u = TasSystemDisplacement(system);
  PetscReal       *w;

  PetscFunctionBeginUser;
  PetscCall(PetscArrayzero(force, n));
  PetscCall(PetscMalloc1(nodal + 1, &w));
  for (PetscInt j = 0; j < n; j++) {
    if (!all && system->bodies->coordinate[j].driven) continue;
    TasSupportsLift(system->supports, system->bodies, j, u, w);
    for (PetscInt i = 0; i < nodal; i++) force[j] += w[i] * system->raw[i];
  }
  PetscCall(PetscFree(w));
  TasLoadsBedCoordinates(system->loads, system->bodies, system->bed, force);
  if (system->pins) TasPinsCoordinates(system->pins, system->bodies, u, force);
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, force, (PetscMPIInt)n, MPIU_REAL, MPIU_SUM, system->mesh->comm));
  if (system->pulled && system->bad_strand < 0) TasStrandsAddCoordinates(system->strands, force);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemCoordinateForces(TasSystem system, PetscReal *force)
{
  PetscFunctionBeginUser;
  PetscCall(CoordinateForces(system, PETSC_TRUE, force));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the tissue asks of the coordinates that are solved for, less what acts on them. */
static PetscErrorCode CoordinateResidual(TasSystem system, PetscReal *r)
{
  PetscReal *slope;

  PetscFunctionBeginUser;
  PetscCall(PetscArrayzero(r, system->num_coordinates));
  if (!system->bodies->num_free) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(CoordinateForces(system, PETSC_FALSE, r));
  PetscCall(PetscCalloc1(system->num_coordinates, &slope));
  for (PetscInt j = 0; j < system->num_coordinates; j++) {
    if (system->bodies->coordinate[j].driven) r[j] = 0.;
    else r[j] -= TasBodiesLoad(system->bodies, system->c, system->time, j) + (system->treatment ? TasTreatmentForce(system->treatment, j, slope) : 0.);
  }
  PetscCall(PetscFree(slope));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The projected raw forces and the coordinates' balance, as a vector of the system. */
static PetscErrorCode StoreResidual(TasSystem system, Vec residual)
{
  const PetscInt nodal = 3 * system->mesh->num_nodes_owned;
  PetscScalar   *values;

  PetscFunctionBeginUser;
  PetscCall(VecGetArray(residual, &values));
  PetscCall(PetscArraycpy(values, system->raw, nodal));
  TasSupportsProject(system->supports, values);
  if (system->num_coordinates) {
    PetscReal *r;
    PetscCall(PetscMalloc1(system->num_coordinates, &r));
    PetscCall(CoordinateResidual(system, r));
    for (PetscInt j = 0; j < system->own_coordinates; j++) values[nodal + j] = r[j];
    PetscCall(PetscFree(r));
  }
  PetscCall(VecRestoreArray(residual, &values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemMixedResidual(TasSystem system, Vec residual)
{
  const PetscReal *u   = TasSystemDisplacement(system);
  PetscReal       *raw = system->raw; /* reactions are read from it, with the pressures of u */
  PetscInt         bad_cell;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(3 * system->mesh->num_nodes_owned, &system->raw));
  PetscCall(TasAssemblyForce(system->assembly, u, system->pressure, system->raw, &bad_cell));
  PetscCall(AddLoads(system, u));
  PetscCall(StoreResidual(system, residual));
  PetscCall(PetscFree(system->raw));
  system->raw = raw;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemImbalance(TasSystem system, PetscReal *norm)
{
  PetscFunctionBeginUser;
  PetscCall(TasSystemMixedResidual(system, system->mixed));
  PetscCall(VecNorm(system->mixed, NORM_2, norm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemResidual(SNES snes, Vec x, Vec residual, void *context)
{
  TasSystem system = context;

  PetscFunctionBeginUser;
  PetscCall(TasSystemSetState(system, x));
  PetscCall(TasSystemForces(system, &system->inadmissible));
  if (system->inadmissible) {
    if (!system->searching) PetscCall(SNESSetFunctionDomainError(snes));
    PetscCall(VecSet(residual, 0.));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(UpdateForceScale(system));
  PetscCall(StoreResidual(system, residual));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A column or row of the border: P a + P b. */
static PetscErrorCode StoreBorder(TasSystem system, const PetscReal *a, const PetscReal *b, Vec border)
{
  const PetscInt nodal = 3 * system->mesh->num_nodes_owned;
  PetscScalar   *values;

  PetscFunctionBeginUser;
  PetscCall(VecGetArray(border, &values));
  for (PetscInt k = 0; k < nodal; k++) values[k] = a[k] + (b ? b[k] : 0.);
  TasSupportsProject(system->supports, values);
  PetscCall(VecRestoreArray(border, &values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What acts on the coordinates besides given loads: minus its slope goes into D [num_free][num_free]. */
static PetscErrorCode SubtractTreatment(TasSystem system, PetscReal *block)
{
  const PetscInt n = system->bodies->num_free, *number = system->bodies->free;
  PetscReal     *slope;

  PetscFunctionBeginUser;
  if (!system->treatment) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(system->num_coordinates, &slope));
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(PetscArrayzero(slope, system->num_coordinates));
    (void)TasTreatmentForce(system->treatment, number[i], slope);
    for (PetscInt j = 0; j < n; j++) block[i * n + j] -= slope[number[j]];
  }
  PetscCall(PetscFree(slope));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* C, R and D of the bordered system, from K W_j of the element loops. */
static PetscErrorCode FillBorder(TasSystem system, PetscReal *const *lifts, PetscReal **products)
{
  const PetscInt   n = system->bodies->num_free, *number = system->bodies->free, nodal = 3 * system->mesh->num_nodes_owned;
  const PetscReal *u     = TasSystemDisplacement(system);
  PetscReal       *block = system->linear.block, *skew;

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < n; i++)
    for (PetscInt j = 0; j < n; j++) {
      block[i * n + j] = TasSupportsCurvature(system->supports, system->bodies, number[i], number[j], u, system->raw);
      for (PetscInt k = 0; k < nodal; k++) block[i * n + j] += lifts[i][k] * products[j][k];
    }
  PetscCall(TasLoadsBedCoupling(system->loads, system->bodies, system->bed, products, (const PetscReal *const *)lifts, block));
  if (system->pins) PetscCall(TasPinsCoupling(system->pins, system->bodies, u, products, (const PetscReal *const *)lifts, block));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, block, (PetscMPIInt)(n * n), MPIU_REAL, MPIU_SUM, system->mesh->comm));
  for (PetscInt i = 0; i < n; i++)
    for (PetscInt j = 0; j < n; j++) {
      block[i * n + j] -= TasBodiesLoadSlope(system->bodies, system->c, system->time, number[i], number[j]);
      if (system->pulled) block[i * n + j] += system->drawn[j * system->num_coordinates + number[i]];
    }
  PetscCall(SubtractTreatment(system, block));
  PetscCall(PetscCalloc1(nodal + 1, &skew));
  for (PetscInt j = 0; j < n; j++) {
    TasSupportsTurn(system->supports, system->bodies, number[j], u, system->raw, products[j]);
    PetscCall(StoreBorder(system, products[j], NULL, system->linear.column[j]));
    if (system->linear.symmetric) continue;
    PetscCall(PetscArrayzero(skew, nodal));
    TasLoadsSkew(system->loads, system->time, u, lifts[j], skew);
    PetscCall(StoreBorder(system, products[j], skew, system->linear.row[j]));
  }
  PetscCall(PetscFree(skew));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Of direction number j: a coordinate's lift moves what that draws, too. */
static PetscErrorCode AddStrandsProduct(TasSystem system, PetscInt j, const PetscReal *direction, PetscReal *product)
{
  const PetscInt  n       = system->num_coordinates;
  const PetscBool is_lift = (PetscBool)(j < system->bodies->num_free);
  PetscReal      *drawing, *force = system->pulled && is_lift ? system->drawn + j * n : NULL;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(n + 1, &drawing));
  if (is_lift) drawing[system->bodies->free[j]] = 1.;
  if (force) PetscCall(PetscArrayzero(force, n));
  PetscCall(TasSystemAddStrandsProduct(system, direction, drawing, product, force));
  PetscCall(PetscFree(drawing));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Tangent at the present state with the products of the given directions (ghosted vectors), num of them. */
static PetscErrorCode AssembleTangent(TasSystem system, PetscInt num, Vec *directions, PetscBool border, PetscReal **first_product)
{
  const TasProjectors *projectors = TasSupportsProjectors(system->supports);
  const PetscReal     *u          = TasSystemDisplacement(system);
  TasLifts             lifts      = {.num = num};
  Vec                 *local;
  PetscInt             bad_cell;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc3(num, &lifts.direction, num, &lifts.product, num, &local));
  for (PetscInt j = 0; j < num; j++) {
    PetscCall(UpdateGhosts(directions[j]));
    PetscCall(VecGhostGetLocalForm(directions[j], &local[j]));
    PetscCall(VecGetArray(local[j], &lifts.direction[j]));
    PetscCall(PetscCalloc1(3 * system->mesh->num_nodes_owned, &lifts.product[j]));
  }
  PetscCall(VecCopy(system->u, system->linearised));
  PetscCall(UpdateGhosts(system->linearised));
  PetscCall(TasAssemblyTangent(system->assembly, u, system->pressure, projectors, system->matrix, system->raw, num ? &lifts : NULL, &bad_cell));
  PetscCall(AddLoads(system, u));
  PetscCall(TasLoadsTangent(system->loads, system->assembly, projectors, system->bodies, system->time, u, num ? &lifts : NULL));
  if (system->pins) PetscCall(TasPinsTangent(system->pins, system->assembly, projectors, system->bodies, num ? &lifts : NULL));
  PetscCall(TasSupportsTangent(system->supports, system->assembly, num ? &lifts : NULL, system->raw));
  PetscCall(TasAssemblyFinish(system->assembly, projectors, system->shift, system->matrix));
  for (PetscInt j = 0; j < num; j++) PetscCall(AddStrandsProduct(system, j, lifts.direction[j], lifts.product[j]));
  PetscCall(TasLinearSolverUpdate(&system->linear));
  if (border) PetscCall(FillBorder(system, lifts.direction, lifts.product));
  if (first_product) PetscCall(PetscArraycpy(*first_product, lifts.product[num - 1], 3 * system->mesh->num_nodes_owned));
  for (PetscInt j = 0; j < num; j++) {
    PetscCall(VecRestoreArray(local[j], &lifts.direction[j]));
    PetscCall(VecGhostRestoreLocalForm(directions[j], &local[j]));
    PetscCall(PetscFree(lifts.product[j]));
  }
  PetscCall(PetscFree3(lifts.direction, lifts.product, local));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* W_j of the coordinates that are solved for, one after another. */
static PetscErrorCode Lift(TasSystem system)
{
  PetscScalar *w;

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < system->bodies->num_free; k++) {
    PetscCall(VecGetArray(system->lift[k], &w));
    TasSupportsLift(system->supports, system->bodies, system->bodies->free[k], TasSystemDisplacement(system), w);
    PetscCall(VecRestoreArray(system->lift[k], &w));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemJacobian(SNES snes, Vec x, Mat jacobian, Mat preconditioner, void *context)
{
  TasSystem system = context;

  PetscFunctionBeginUser;
  PetscCall(TasSystemSetState(system, x));
  PetscCall(Lift(system));
  PetscCall(AssembleTangent(system, system->bodies->num_free, system->lift, (PetscBool)(system->bodies->num_free > 0), NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemImpose(TasSystem system)
{
  PetscScalar *values;

  PetscFunctionBeginUser;
  PetscCall(VecGetArray(system->x, &values));
  PetscCall(ReadCoordinates(system, values));
  PetscCall(TasSupportsImpose(system->supports, values));
  for (PetscInt j = 0; j < system->own_coordinates; j++) values[3 * system->mesh->num_nodes_owned + j] = system->bodies->coordinate[j].value;
  PetscCall(VecRestoreArray(system->x, &values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemIsAdmissible(TasSystem system, PetscBool *good)
{
  PetscBool inadmissible;

  PetscFunctionBeginUser;
  PetscCall(TasSystemSetState(system, system->x));
  PetscCall(TasSystemForces(system, &inadmissible));
  *good = (PetscBool)!inadmissible;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The supports' own step du_c at the present time goes into `step` (ghosted); u becomes the displacement before it. */
static PetscErrorCode SupportStep(TasSystem system, Vec step)
{
  const PetscInt nodal = 3 * system->mesh->num_nodes_owned;
  PetscScalar   *s, *u;

  PetscFunctionBeginUser;
  PetscCall(VecGetArray(system->x, &u));
  PetscCall(ReadCoordinates(system, u));
  PetscCall(VecGetArray(step, &s));
  PetscCall(PetscArraycpy(s, u, nodal));
  PetscCall(TasSupportsImpose(system->supports, s));
  for (PetscInt i = 0; i < nodal; i++) s[i] -= u[i];
  PetscCall(VecRestoreArray(step, &s));
  PetscCall(VecGetArray(system->u, &s));
  PetscCall(PetscArraycpy(s, u, nodal));
  PetscCall(VecRestoreArray(system->u, &s));
  PetscCall(VecRestoreArray(system->x, &u));
  PetscCall(UpdateGhosts(system->u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* With the old equilibrium u and the supports' step s: K du = -P (raw(u) + K s), x = u + s + du. */
PetscErrorCode TasSystemPredict(TasSystem system, PetscBool *good)
{
  const PetscInt n = system->bodies->num_free, nodal = 3 * system->mesh->num_nodes_owned;
  Vec           *directions, step, answer;
  PetscReal     *product;

  PetscFunctionBeginUser;
  PetscCall(VecDuplicate(system->u, &step));
  PetscCall(VecDuplicate(system->x, &answer));
  PetscCall(PetscMalloc2(n + 1, &directions, nodal, &product));
  PetscCall(SupportStep(system, step));
  PetscCall(Lift(system));
  for (PetscInt k = 0; k < n; k++) directions[k] = system->lift[k];
  directions[n] = step;
  PetscCall(AssembleTangent(system, n + 1, directions, (PetscBool)(n > 0), &product));
  for (PetscInt i = 0; i < nodal; i++) system->raw[i] += product[i];
  PetscCall(StoreResidual(system, system->residual));
  system->linear.tolerance = PREDICTION;
  PetscCall(TasLinearSolverApply(&system->linear, system->residual, answer));
  PetscCall(TasSystemImpose(system));
  PetscCall(VecCopy(system->x, system->start));
  PetscCall(VecAXPY(system->x, -1., answer));
  PetscCall(TasSystemImpose(system));
  PetscCall(TasSystemIsAdmissible(system, good));
  if (*good) PetscCall(TasSystemLinearisePressure(system));
  if (!*good) {
    PetscCall(VecCopy(system->start, system->x));
    PetscCall(TasSystemImpose(system));
  }
  PetscCall(PetscFree2(directions, product));
  PetscCall(VecDestroy(&step));
  PetscCall(VecDestroy(&answer));
  PetscFunctionReturn(PETSC_SUCCESS);
}
