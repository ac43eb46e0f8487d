#include "solver/linear/linear_impl.h"

/* Unknowns up to which a factorisation is taken by default; see docs/developer/performance.md. */
#define DIRECT_LIMIT 40000

/* A new multigrid hierarchy costs about as much as this many iterations. */
#define SETUP_ITERATIONS 60

/* A factorisation costs about as much as this many iterations with it, and this many are tried with that of an earlier tangent. */
#define FACTORISATION_ITERATIONS 20
#define MOST_WITH_OLD_FACTORS    40

/* Solves to this tolerance or a larger one multiply with the matrix in single precision. */
#define ROUGH_TOLERANCE 1e-5

/* A factorisation that is not quite that of the product is iterated with to this tolerance at least: another Newton iteration costs more. */
#define FACTORISED_TOLERANCE 1e-3

/* Rigid-body modes as near-null space: without them multigrid takes many times as long. */
static PetscErrorCode SetNearNullSpace(const TasMesh *mesh, Mat matrix)
{
  Vec          coordinates;
  MatNullSpace modes;
  PetscScalar *values;

  PetscFunctionBeginUser;
  PetscCall(VecCreateMPI(mesh->comm, 3 * mesh->num_nodes_owned, PETSC_DETERMINE, &coordinates));
  PetscCall(VecSetBlockSize(coordinates, 3));
  PetscCall(VecGetArray(coordinates, &values));
  PetscCall(PetscArraycpy(values, mesh->coordinates, 3 * mesh->num_nodes_owned));
  PetscCall(VecRestoreArray(coordinates, &values));
  PetscCall(MatNullSpaceCreateRigidBody(coordinates, &modes));
  PetscCall(MatSetNearNullSpace(matrix, modes));
  PetscCall(MatNullSpaceDestroy(&modes));
  PetscCall(VecDestroy(&coordinates));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A default that options on the command line override. */
static PetscErrorCode Default(const char *name, const char *value)
{
  PetscBool given;

  PetscFunctionBeginUser;
  PetscCall(PetscOptionsHasName(NULL, NULL, name, &given));
  if (!given) PetscCall(PetscOptionsSetValue(NULL, name, value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ChooseDirect(TasLinear *solver)
{
  PC pc;

  PetscFunctionBeginUser;
  PetscCall(KSPSetType(solver->ksp, KSPPREONLY));
  PetscCall(KSPGetPC(solver->ksp, &pc));
  PetscCall(PCSetType(pc, solver->symmetric ? PCCHOLESKY : PCLU));
  PetscCall(PCFactorSetMatSolverType(pc, MATSOLVERMUMPS));
  PetscCall(Default("-mat_mumps_icntl_14", "100")); /* room for pivoting: with less, MUMPS now and then gives up */
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Where the matrix is symmetric, multigrid is made from it, and products go through its upper half in single precision. */
static PetscErrorCode ChooseIterative(const TasMesh *mesh, TasLinear *solver)
{
  PC pc;

  PetscFunctionBeginUser;
  PetscCall(Default("-mg_levels_ksp_type", "chebyshev"));
  PetscCall(Default("-mg_levels_pc_type", "jacobi"));
  PetscCall(Default("-mg_levels_ksp_max_it", "1"));
  PetscCall(Default("-pc_gamg_use_sa_esteig", "0")); /* else smoothers keep the bounds of the first tangent; beyond its bound a smoother is indefinite */
  PetscCall(Default("-mg_levels_ksp_chebyshev_esteig_steps", "30")); /* ten do not find what a few cells of stretched skin do to it */
  PetscCall(SetNearNullSpace(mesh, solver->matrix));
  PetscCall(KSPSetTolerances(solver->ksp, PETSC_DEFAULT, 1e-50, 1e10, 2000));
  PetscCall(KSPGetPC(solver->ksp, &pc));
  PetscCall(PCSetType(pc, PCGAMG));
  if (solver->symmetric) {
    PetscCall(KSPSetType(solver->ksp, KSPCG));
    PetscCall(KSPSetNormType(solver->ksp, KSP_NORM_NATURAL));
    PetscCall(TasHalfCreate(solver->matrix, &solver->half));
  } else {
    PetscCall(KSPSetType(solver->ksp, KSPFGMRES));
    PetscCall(KSPGMRESSetRestart(solver->ksp, 100));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLinearSolverCreate(const TasCase *c, const TasMesh *mesh, Mat matrix, PetscBool symmetric, const TasBodies *bodies, PetscInt own_coordinates, TasLinear *solver)
{
  const TasLinearSolver wanted          = c->solver.linear;
  const PetscInt        num_coordinates = bodies->num_coordinates;

  PetscFunctionBeginUser;
  PetscCall(PetscMemzero(solver, sizeof *solver));
  solver->matrix          = matrix;
  solver->symmetric       = symmetric;
  solver->direct          = wanted == TAS_LINEAR_DIRECT || (wanted == TAS_LINEAR_AUTO && 3 * mesh->num_nodes_global <= DIRECT_LIMIT);
  solver->bodies          = bodies;
  solver->num_coordinates = num_coordinates;
  solver->own_coordinates = own_coordinates;
  solver->renew           = PETSC_TRUE;
  solver->tolerance       = 1e-6;
  PetscCall(MatSetOption(matrix, MAT_SYMMETRIC, symmetric));
  PetscCall(MatSetOption(matrix, MAT_SYMMETRY_ETERNAL, symmetric)); /* else each assembly forgets it, and the half needs it */
  PetscCall(KSPCreate(mesh->comm, &solver->ksp));
  if (solver->direct) PetscCall(ChooseDirect(solver));
  else PetscCall(ChooseIterative(mesh, solver));
  PetscCall(KSPSetOperators(solver->ksp, matrix, matrix));
  PetscCall(KSPSetFromOptions(solver->ksp));
  if (num_coordinates) {
    Vec like;
    PetscCall(MatCreateVecs(matrix, &like, NULL));
    PetscCall(VecDuplicateVecs(like, num_coordinates, &solver->column));
    PetscCall(VecDuplicateVecs(like, num_coordinates, &solver->solved));
    if (symmetric) solver->row = solver->column;
    else PetscCall(VecDuplicateVecs(like, num_coordinates, &solver->row));
    PetscCall(VecDestroy(&like));
    PetscCall(PetscCalloc3(num_coordinates * num_coordinates, &solver->block, num_coordinates * num_coordinates, &solver->schur, num_coordinates, &solver->lifted));
    for (PetscInt j = 0; j < num_coordinates; j++) solver->lifted[j] = -1;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLinearSolverSetProduct(TasLinear *solver, Mat product)
{
  PetscFunctionBeginUser;
  solver->product = product;
  solver->base    = solver->matrix;
  if (!solver->direct) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(KSPSetType(solver->ksp, KSPGMRES)); /* not CG: a factorised tangent may be indefinite */
  PetscCall(KSPGMRESSetRestart(solver->ksp, 100));
  PetscCall(KSPSetFromOptions(solver->ksp));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLinearSolverDestroy(TasLinear *solver)
{
  PetscFunctionBeginUser;
  if (solver->num_coordinates) {
    if (!solver->symmetric) PetscCall(VecDestroyVecs(solver->num_coordinates, &solver->row));
    PetscCall(VecDestroyVecs(solver->num_coordinates, &solver->column));
    PetscCall(VecDestroyVecs(solver->num_coordinates, &solver->solved));
    PetscCall(PetscFree3(solver->block, solver->schur, solver->lifted));
  }
  for (PetscInt k = 0; k < 2; k++) PetscCall(VecDestroy(&solver->part[k]));
  PetscCall(KSPDestroy(&solver->bordered));
  PetscCall(KSPDestroy(&solver->ksp));
  PetscCall(TasMultigridDestroy(&solver->multigrid));
  PetscCall(TasHalfDestroy(&solver->half));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLinearSolverUpdate(TasLinear *solver)
{
  PetscFunctionBeginUser;
  if (solver->half && !solver->renew) PetscCall(TasHalfUpdate(solver->half));
  solver->border_ready = PETSC_FALSE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasLinearSolverForget(TasLinear *solver)
{
  if (!solver->direct) return;
  solver->renew = PETSC_TRUE;
  for (PetscInt j = 0; j < solver->num_coordinates; j++) solver->lifted[j] = -1;
}

/*
  A hierarchy, or factors, that were made for an earlier tangent are kept until the iterations that their age has cost, all solves
  together, would have paid for new ones, or until a solve with them fails (that a tangent is indefinite is not their fault).
  Factors that nothing is iterated with are always the tangent's own.
*/
PetscErrorCode TasLinearPrepareMatrix(TasLinear *solver)
{
  const PetscBool rough  = (PetscBool)(solver->half && solver->tolerance >= ROUGH_TOLERANCE);
  PCFailedReason  failed = PC_NOERROR;
  PC              pc;

  PetscFunctionBeginUser;
  PetscCall(KSPGetPC(solver->ksp, &pc));
  if (solver->direct) PetscCall(PCGetFailedReason(pc, &failed));
  if (failed != PC_NOERROR) { /* a singular tangent: PETSc lets MUMPS make no factors after it has failed, until all is done anew */
    PetscCall(PCReset(pc));
    solver->renew = PETSC_TRUE;
  }
  if ((solver->direct && !solver->product) || solver->renew) solver->fresh = PETSC_TRUE;
  PetscCall(KSPSetReusePreconditioner(solver->ksp, !solver->fresh));
  if (solver->renew && solver->half) PetscCall(TasMultigridSetUp(solver->ksp, solver->matrix, solver->half, &solver->multigrid));
  solver->renew = PETSC_FALSE;
  solver->base = rough ? TasHalfMatrix(solver->half) : solver->matrix;
  PetscCall(KSPSetOperators(solver->ksp, solver->product ? solver->product : solver->base, solver->matrix));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscReal TasLinearTolerance(const TasLinear *solver) { return solver->direct ? PetscMin(solver->tolerance, FACTORISED_TOLERANCE) : solver->tolerance; }

PetscInt TasLinearMostIterations(const TasLinear *solver) { return solver->direct && !solver->fresh ? MOST_WITH_OLD_FACTORS : 2000; }

void TasLinearCount(TasLinear *solver, PetscInt iterations, KSPConvergedReason reason)
{
  solver->iterations += iterations;
  if (solver->direct && !solver->product) return;
  const PetscBool aged = (PetscBool)!solver->fresh;
  const PetscReal rate = -PetscLogReal(TasLinearTolerance(solver)) / PetscMax(1, iterations);
  if (!aged) {
    if (reason > 0) solver->fresh_rate = rate;
    solver->lost_iterations = 0.;
    solver->fresh           = PETSC_FALSE;
  } else solver->lost_iterations += iterations * PetscMax(0., 1. - rate / solver->fresh_rate);
  solver->renew = (PetscBool)(solver->lost_iterations > (solver->direct ? FACTORISATION_ITERATIONS : SETUP_ITERATIONS) || (aged && reason <= 0 && reason != KSP_DIVERGED_INDEFINITE_MAT));
}

PetscErrorCode TasLinearSolveMatrix(TasLinear *solver, Vec b, Vec x)
{
  PetscBool          again = PETSC_TRUE;
  PetscInt           iterations;
  KSPConvergedReason reason;

  PetscFunctionBeginUser;
  while (again) {
    PetscCall(TasLinearPrepareMatrix(solver));
    if (!solver->direct || solver->product) PetscCall(KSPSetTolerances(solver->ksp, TasLinearTolerance(solver), PETSC_DEFAULT, PETSC_DEFAULT, TasLinearMostIterations(solver)));
    PetscCall(KSPSolve(solver->ksp, b, x));
    PetscCall(KSPGetIterationNumber(solver->ksp, &iterations));
    PetscCall(KSPGetConvergedReason(solver->ksp, &reason));
    TasLinearCount(solver, iterations, reason);
    again = (PetscBool)(reason <= 0 && solver->renew); /* the preconditioner was too old: a new one is not renewed */
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLinearSolverErrorNorm(TasLinear *solver, Vec residual, PetscReal *norm)
{
  PetscScalar *values, product;
  Vec          z;
  PC           pc;

  PetscFunctionBeginUser;
  PetscCall(TasLinearOpenPart(solver, TAS_PART_READ, residual, &values));
  PetscCall(VecDuplicate(solver->part[TAS_PART_READ], &z));
  PetscCall(KSPGetPC(solver->ksp, &pc));
  PetscCall(PCApply(pc, solver->part[TAS_PART_READ], z));
  PetscCall(VecDot(solver->part[TAS_PART_READ], z, &product));
  *norm = PetscSqrtReal(PetscAbsScalar(product));
  PetscCall(VecDestroy(&z));
  PetscCall(TasLinearClosePart(solver, TAS_PART_READ, residual, &values));
  PetscFunctionReturn(PETSC_SUCCESS);
}
