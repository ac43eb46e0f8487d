/* Strands that pull at the tissue: their forces among the loads, and their stiffness beside the matrix, whose sparsity it does not have
   (a strand couples all nodes along its course).  And what a step asks of everything that has a state: solids and strands. */
#include "solver/system/system_impl.h"

/* ---- forces ---- */

/* Sums of what the ranks' cells make, at the owned nodes: adds factor times them to values [3*num_nodes_owned]. */
static PetscErrorCode AddOwned(TasSystem system, Vec ghosted, PetscReal factor, PetscReal *values)
{
  const PetscScalar *sum;

  PetscFunctionBeginUser;
  PetscCall(VecGhostUpdateBegin(ghosted, ADD_VALUES, SCATTER_REVERSE));
  PetscCall(VecGhostUpdateEnd(ghosted, ADD_VALUES, SCATTER_REVERSE));
  PetscCall(VecGetArrayRead(ghosted, &sum));
  for (PetscInt i = 0; i < 3 * system->mesh->num_nodes_owned; i++) values[i] += factor * sum[i];
  PetscCall(VecRestoreArrayRead(ghosted, &sum));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The values of `pulled` with ghosts, set to zero. */
static PetscErrorCode OpenPulled(TasSystem system, Vec *local, PetscScalar **values)
{
  PetscFunctionBeginUser;
  PetscCall(VecGhostGetLocalForm(system->pulled, local));
  PetscCall(VecSet(*local, 0.));
  PetscCall(VecGetArray(*local, values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ClosePulled(TasSystem system, Vec *local, PetscScalar **values)
{
  PetscFunctionBeginUser;
  PetscCall(VecRestoreArray(*local, values));
  PetscCall(VecGhostRestoreLocalForm(system->pulled, local));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemAddStrands(TasSystem system, const PetscReal *displacement)
{
  PetscScalar *force;
  Vec          local;

  PetscFunctionBeginUser;
  if (!system->pulled) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasStrandsSolve(system->strands, displacement, PETSC_TRUE, &system->bad_strand));
  if (system->bad_strand >= 0) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(OpenPulled(system, &local, &force));
  PetscCall(TasStrandsAddForce(system->strands, force));
  PetscCall(ClosePulled(system, &local, &force));
  PetscCall(AddOwned(system, system->pulled, -1., system->raw));
  PetscCall(VecGetArray(system->pulled, &force));
  for (PetscInt i = 0; i < 3 * system->mesh->num_nodes_owned; i++) system->external[i] += force[i];
  PetscCall(VecRestoreArray(system->pulled, &force));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemAddStrandsProduct(TasSystem system, const PetscReal *direction, const PetscReal *drawing, PetscReal *product, PetscReal *force)
{
  PetscScalar *values;
  Vec          local;

  PetscFunctionBeginUser;
  if (!system->pulled || system->bad_strand >= 0) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(OpenPulled(system, &local, &values));
  PetscCall(TasStrandsAddProduct(system->strands, direction, drawing, values, force));
  PetscCall(ClosePulled(system, &local, &values));
  PetscCall(AddOwned(system, system->pulled, 1., product));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- stiffness ---- */

/* y = P (tangent + strands) P x at the nodes, the tangent as the linear solver multiplies with it. */
static PetscErrorCode MultiplyNodal(Mat matrix, Vec x, Vec y)
{
  const PetscScalar *from;
  PetscScalar       *to, *all;
  TasSystem          system;
  Vec                local;

  PetscFunctionBeginUser;
  PetscCall(MatShellGetContext(matrix, &system));
  const PetscInt nodal = 3 * system->mesh->num_nodes_owned;
  PetscCall(MatMult(system->linear.base, x, y));
  PetscCall(VecGetArrayRead(x, &from));
  PetscCall(VecGetArray(system->moved, &to));
  PetscCall(PetscArraycpy(to, from, nodal));
  TasSupportsProject(system->supports, to);
  PetscCall(VecRestoreArray(system->moved, &to));
  PetscCall(VecRestoreArrayRead(x, &from));
  PetscCall(VecGhostUpdateBegin(system->moved, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(VecGhostUpdateEnd(system->moved, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(VecGhostGetLocalForm(system->moved, &local));
  PetscCall(VecGetArray(local, &all));
  PetscCall(PetscArrayzero(system->product, nodal));
  PetscCall(TasSystemAddStrandsProduct(system, all, NULL, system->product, NULL));
  PetscCall(VecRestoreArray(local, &all));
  PetscCall(VecGhostRestoreLocalForm(system->moved, &local));
  TasSupportsProject(system->supports, system->product);
  PetscCall(VecGetArray(y, &to));
  for (PetscInt i = 0; i < nodal; i++) to[i] += system->product[i];
  PetscCall(VecRestoreArray(y, &to));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemSetStrands(TasSystem system, TasStrands strands)
{
  const PetscInt nodal = 3 * system->mesh->num_nodes_owned;

  PetscFunctionBeginUser;
  system->strands = strands;
  PetscCall(TasStrandsFollow(strands, system->bodies));
  if (!TasStrandsArePulling(strands)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecDuplicate(system->u, &system->pulled));
  PetscCall(VecDuplicate(system->u, &system->moved));
  PetscCall(PetscMalloc1(nodal + 1, &system->product));
  PetscCall(PetscCalloc1(PetscSqr(system->num_coordinates) + 1, &system->drawn));
  PetscCall(MatCreateShell(system->mesh->comm, nodal, nodal, PETSC_DETERMINE, PETSC_DETERMINE, system, &system->stiffened));
  PetscCall(MatShellSetOperation(system->stiffened, MATOP_MULT, (void (*)(void))MultiplyNodal));
  PetscCall(TasLinearSolverSetProduct(&system->linear, system->stiffened));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemClearStrands(TasSystem system)
{
  PetscFunctionBeginUser;
  PetscCall(VecDestroy(&system->pulled));
  PetscCall(VecDestroy(&system->moved));
  PetscCall(PetscFree(system->product));
  PetscCall(PetscFree(system->drawn));
  PetscCall(MatDestroy(&system->stiffened));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- steps ---- */

TasStrands TasSystemStrands(TasSystem system) { return system->strands; }
PetscInt   TasSystemBadStrand(TasSystem system) { return system->bad_strand; }

void TasSystemSetTimeStep(TasSystem system, PetscReal time_step)
{
  TasLinearSolverForget(&system->linear); /* a new step begins: a run that is resumed here goes on as this one does */
  TasAssemblySetTimeStep(system->assembly, time_step);
  if (system->treatment) TasTreatmentSetTimeStep(system->treatment, time_step);
  if (system->strands) TasStrandsSetTimeStep(system->strands, time_step);
}

PetscErrorCode TasSystemSolveStrands(TasSystem system, PetscBool *good)
{
  PetscFunctionBeginUser;
  if (system->strands) PetscCall(TasStrandsSolve(system->strands, TasSystemDisplacement(system), PETSC_FALSE, &system->bad_strand));
  *good = (PetscBool)(system->bad_strand < 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemGrowthError(TasSystem system, PetscReal *error)
{
  PetscFunctionBeginUser;
  *error = 0.;
  if (TasAssemblyHasState(system->assembly)) PetscCall(TasAssemblyGrowthError(system->assembly, TasSystemDisplacement(system), error));
  if (system->strands) *error = PetscMax(*error, TasStrandsGrowthError(system->strands));
  if (system->treatment) *error = PetscMax(*error, TasTreatmentGrowthError(system->treatment));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemAccept(TasSystem system, PetscReal time)
{
  PetscFunctionBeginUser;
  PetscCall(TasAssemblyAccept(system->assembly, TasSystemDisplacement(system)));
  if (system->strands) PetscCall(TasStrandsAccept(system->strands, time));
  if (system->treatment) PetscCall(TasTreatmentAccept(system->treatment, time));
  TasSystemSetTimeStep(system, 0.); /* what is asked for from now on is asked for now */
  PetscFunctionReturn(PETSC_SUCCESS);
}
