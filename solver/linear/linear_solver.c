#include "solver/linear/linear_solver.h"

/* Unknowns up to which a factorisation is taken by default; see docs/developer/performance.md. */
#define DIRECT_LIMIT 40000

/* A new multigrid hierarchy costs about as much as this many iterations. */
#define SETUP_ITERATIONS 60

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
    PetscCall(PetscCalloc2(num_coordinates * num_coordinates, &solver->block, num_coordinates * num_coordinates, &solver->schur));
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
    PetscCall(PetscFree2(solver->block, solver->schur));
  }
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

/*
  One solve with K.  A hierarchy that was made for an earlier tangent is kept until the iterations that its age has cost, all
  solves together, would have paid for a new one.
*/
static PetscErrorCode SolveMatrix(TasLinear *solver, Vec b, Vec x)
{
  const PetscBool fresh = (PetscBool)(solver->direct || solver->renew);
  const PetscBool rough = (PetscBool)(solver->half && solver->tolerance >= ROUGH_TOLERANCE);
  PetscInt        iterations;

  PetscFunctionBeginUser;
  const PetscReal tolerance = solver->direct ? PetscMin(solver->tolerance, FACTORISED_TOLERANCE) : solver->tolerance;
  if (!solver->direct || solver->product) PetscCall(KSPSetTolerances(solver->ksp, tolerance, PETSC_DEFAULT, PETSC_DEFAULT, PETSC_DEFAULT));
  PetscCall(KSPSetReusePreconditioner(solver->ksp, !fresh));
  if (fresh && solver->half) PetscCall(TasMultigridSetUp(solver->ksp, solver->matrix, solver->half, &solver->multigrid));
  solver->base = rough ? TasHalfMatrix(solver->half) : solver->matrix;
  PetscCall(KSPSetOperators(solver->ksp, solver->product ? solver->product : solver->base, solver->matrix));
  PetscCall(KSPSolve(solver->ksp, b, x));
  PetscCall(KSPGetIterationNumber(solver->ksp, &iterations));
  solver->iterations += iterations;
  if (solver->direct) PetscFunctionReturn(PETSC_SUCCESS);
  const PetscReal rate = -PetscLogReal(solver->tolerance) / PetscMax(1, iterations);
  if (fresh) {
    solver->fresh_rate      = rate;
    solver->lost_iterations = 0.;
  } else solver->lost_iterations += iterations * PetscMax(0., 1. - rate / solver->fresh_rate);
  solver->renew = (PetscBool)(solver->lost_iterations > SETUP_ITERATIONS);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The nodal part of a vector of the system, as a vector of the matrix's layout; without coordinates the vector itself. */
static PetscErrorCode NodalPart(const TasLinear *solver, Vec whole, Vec *part, PetscScalar **values)
{
  PetscFunctionBeginUser;
  PetscCall(MatCreateVecs(solver->matrix, part, NULL));
  PetscCall(VecGetArray(whole, values));
  PetscCall(VecPlaceArray(*part, *values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode RestoreNodalPart(Vec whole, Vec *part, PetscScalar **values)
{
  PetscFunctionBeginUser;
  PetscCall(VecResetArray(*part));
  PetscCall(VecDestroy(part));
  PetscCall(VecRestoreArray(whole, values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* D - R K^-1 C, once a tangent. */
static PetscErrorCode PrepareBorder(TasLinear *solver)
{
  const PetscInt n = solver->bodies->num_free;

  PetscFunctionBeginUser;
  if (solver->border_ready) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt j = 0; j < n; j++) PetscCall(SolveMatrix(solver, solver->column[j], solver->solved[j]));
  for (PetscInt i = 0; i < n; i++)
    for (PetscInt j = 0; j < n; j++) {
      PetscScalar product;
      PetscCall(VecDot(solver->row[i], solver->solved[j], &product));
      solver->schur[i * n + j] = solver->block[i * n + j] - product;
    }
  solver->border_ready = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Solves the small dense system of the coordinates; singular when a free body is held by nothing: the answer is then not finite. */
static PetscErrorCode SolveCoordinates(const TasLinear *solver, PetscScalar *rhs)
{
  const PetscInt n = solver->bodies->num_free;
  Mat            dense;
  Vec            b, x;

  PetscFunctionBeginUser;
  PetscCall(MatCreateSeqDense(PETSC_COMM_SELF, n, n, NULL, &dense));
  for (PetscInt i = 0; i < n; i++)
    for (PetscInt j = 0; j < n; j++) PetscCall(MatSetValue(dense, i, j, solver->schur[i * n + j], INSERT_VALUES));
  PetscCall(MatAssemblyBegin(dense, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(dense, MAT_FINAL_ASSEMBLY));
  PetscCall(MatLUFactor(dense, NULL, NULL, NULL));
  PetscCall(VecCreateSeqWithArray(PETSC_COMM_SELF, 1, n, rhs, &b));
  PetscCall(VecDuplicate(b, &x));
  PetscCall(MatSolve(dense, b, x));
  PetscCall(VecCopy(x, b));
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&b));
  PetscCall(MatDestroy(&dense));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Coordinates stand behind the nodal values of the last rank: everyone gets those that are solved for, q [num_free]. */
static PetscErrorCode ShareCoordinates(const TasLinear *solver, const PetscScalar *values, PetscInt nodal, PetscScalar *q)
{
  const PetscInt n = solver->bodies->num_free;
  MPI_Comm    comm = PetscObjectComm((PetscObject)solver->matrix);
  PetscMPIInt size;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_size(comm, &size));
  for (PetscInt k = 0; solver->own_coordinates && k < n; k++) q[k] = values[nodal + solver->bodies->free[k]];
  PetscCallMPI(MPI_Bcast(q, (PetscMPIInt)n, MPIU_SCALAR, size - 1, comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLinearSolverApply(TasLinear *solver, Vec b, Vec x)
{
  const PetscInt n = solver->bodies->num_free;
  Vec            bu, xu;
  PetscScalar   *bv, *xv, *q;
  PetscInt       nodal;

  PetscFunctionBeginUser;
  if (!solver->num_coordinates) {
    PetscCall(SolveMatrix(solver, b, x));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PrepareBorder(solver));
  PetscCall(PetscMalloc1(n + 1, &q));
  PetscCall(NodalPart(solver, b, &bu, &bv));
  PetscCall(NodalPart(solver, x, &xu, &xv));
  PetscCall(VecGetLocalSize(bu, &nodal));
  PetscCall(SolveMatrix(solver, bu, xu));
  PetscCall(ShareCoordinates(solver, bv, nodal, q));
  for (PetscInt j = 0; j < n; j++) {
    PetscScalar product;
    PetscCall(VecDot(solver->row[j], xu, &product));
    q[j] -= product;
  }
  if (n) PetscCall(SolveCoordinates(solver, q));
  for (PetscInt j = 0; j < n; j++) PetscCall(VecAXPY(xu, -q[j], solver->solved[j]));
  for (PetscInt j = 0; j < solver->own_coordinates; j++) xv[nodal + j] = bv[nodal + j]; /* driven ones: the identity */
  for (PetscInt k = 0; solver->own_coordinates && k < n; k++) xv[nodal + solver->bodies->free[k]] = q[k];
  PetscCall(RestoreNodalPart(b, &bu, &bv));
  PetscCall(RestoreNodalPart(x, &xu, &xv));
  PetscCall(PetscFree(q));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLinearSolverErrorNorm(TasLinear *solver, Vec residual, PetscReal *norm)
{
  Vec          r, z;
  PetscScalar *values, product;
  PC           pc;

  PetscFunctionBeginUser;
  PetscCall(NodalPart(solver, residual, &r, &values));
  PetscCall(VecDuplicate(r, &z));
  PetscCall(KSPGetPC(solver->ksp, &pc));
  PetscCall(PCApply(pc, r, z));
  PetscCall(VecDot(r, z, &product));
  *norm = PetscSqrtReal(PetscAbsScalar(product));
  PetscCall(VecDestroy(&z));
  PetscCall(RestoreNodalPart(residual, &r, &values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLinearSolverMultiply(TasLinear *solver, Vec x, Vec y)
{
  const PetscInt n = solver->bodies->num_free;
  Vec            xu, yu;
  PetscScalar   *xv, *yv, *q;
  PetscInt       nodal;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(n + 1, &q));
  PetscCall(NodalPart(solver, x, &xu, &xv));
  PetscCall(NodalPart(solver, y, &yu, &yv));
  PetscCall(VecGetLocalSize(xu, &nodal));
  PetscCall(ShareCoordinates(solver, xv, nodal, q));
  solver->base = solver->matrix;
  PetscCall(MatMult(solver->product ? solver->product : solver->matrix, xu, yu));
  for (PetscInt j = 0; j < solver->own_coordinates; j++) yv[nodal + j] = xv[nodal + j];
  for (PetscInt i = 0; i < n; i++) {
    PetscScalar sum;
    PetscCall(VecAXPY(yu, q[i], solver->column[i]));
    PetscCall(VecDot(solver->row[i], xu, &sum));
    for (PetscInt j = 0; j < n; j++) sum += solver->block[i * n + j] * q[j];
    if (solver->own_coordinates) yv[nodal + solver->bodies->free[i]] = sum;
  }
  PetscCall(RestoreNodalPart(x, &xu, &xv));
  PetscCall(RestoreNodalPart(y, &yu, &yv));
  PetscCall(PetscFree(q));
  PetscFunctionReturn(PETSC_SUCCESS);
}
