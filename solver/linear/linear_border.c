/* Coordinates beside the displacements: the bordered system [K C; R D], its solution by elimination, and by Krylov's method on the whole. */
#include "solver/linear/linear_impl.h"
#include <math.h>

/* What a solve that eliminates coordinates asks of K: their Schur complement is the small difference of large numbers. */
#define EXACT 1e-6

/* Coupling that is left between a lift and the displacements, squared and relative to both energies: what one Krylov iteration or two make up for. */
#define COUPLING 0.05
#define MOST_IMPROVEMENTS 6

/* ---- parts ---- */

PetscErrorCode TasLinearOpenPart(TasLinear *solver, PetscInt number, Vec whole, PetscScalar **values)
{
  PetscFunctionBeginUser;
  if (!solver->part[number]) PetscCall(MatCreateVecs(solver->matrix, &solver->part[number], NULL));
  if (number == TAS_PART_READ) PetscCall(VecGetArrayRead(whole, (const PetscScalar **)values));
  else PetscCall(VecGetArray(whole, values));
  PetscCall(VecPlaceArray(solver->part[number], *values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLinearClosePart(TasLinear *solver, PetscInt number, Vec whole, PetscScalar **values)
{
  PetscFunctionBeginUser;
  PetscCall(VecResetArray(solver->part[number]));
  if (number == TAS_PART_READ) PetscCall(VecRestoreArrayRead(whole, (const PetscScalar **)values));
  else PetscCall(VecRestoreArray(whole, values));
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

/* y = [K C; R D] x, with K as `base`, the matrix or its half, has it. */
static PetscErrorCode Multiply(TasLinear *solver, Mat base, Vec x, Vec y)
{
  const PetscInt n = solver->bodies->num_free;
  PetscScalar   *xv, *yv, *q;
  PetscInt       nodal;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(n + 1, &q));
  PetscCall(TasLinearOpenPart(solver, TAS_PART_READ, x, &xv));
  PetscCall(TasLinearOpenPart(solver, TAS_PART_WRITTEN, y, &yv));
  Vec xu = solver->part[TAS_PART_READ], yu = solver->part[TAS_PART_WRITTEN];
  PetscCall(VecGetLocalSize(xu, &nodal));
  PetscCall(ShareCoordinates(solver, xv, nodal, q));
  solver->base = base;
  PetscCall(MatMult(solver->product ? solver->product : base, xu, yu));
  for (PetscInt j = 0; j < solver->own_coordinates; j++) yv[nodal + j] = xv[nodal + j];
  for (PetscInt i = 0; i < n; i++) {
    PetscScalar sum;
    PetscCall(VecAXPY(yu, q[i], solver->column[i]));
    PetscCall(VecDot(solver->row[i], xu, &sum));
    for (PetscInt j = 0; j < n; j++) sum += solver->block[i * n + j] * q[j];
    if (solver->own_coordinates) yv[nodal + solver->bodies->free[i]] = sum;
  }
  PetscCall(TasLinearClosePart(solver, TAS_PART_READ, x, &xv));
  PetscCall(TasLinearClosePart(solver, TAS_PART_WRITTEN, y, &yv));
  PetscCall(PetscFree(q));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- elimination ---- */

/* D - R K^-1 C, once a tangent. */
static PetscErrorCode PrepareElimination(TasLinear *solver)
{
  const PetscInt n = solver->bodies->num_free;

  PetscFunctionBeginUser;
  if (solver->border_ready) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt j = 0; j < n; j++) PetscCall(TasLinearSolveMatrix(solver, solver->column[j], solver->solved[j]));
  for (PetscInt i = 0; i < n; i++)
    for (PetscInt j = 0; j < n; j++) {
      PetscScalar product;
      PetscCall(VecDot(solver->row[i], solver->solved[j], &product));
      solver->schur[i * n + j] = solver->block[i * n + j] - product;
    }
  solver->border_ready = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/*
  x from b with the lifts at hand: K^-1 by a solve where the lifts are exact, else by the preconditioner.  The coordinates' balance is
  then taken along the lifts, so that the preconditioner is symmetric where the system is.
*/
static PetscErrorCode Eliminate(TasLinear *solver, PetscBool exact, Vec b, Vec x)
{
  const PetscInt n          = solver->bodies->num_free;
  const PetscBool by_lifts  = (PetscBool)(!exact && solver->symmetric);
  Vec             bu, xu;
  PetscScalar    *bv, *xv, *q;
  PetscInt        nodal;
  PC              pc;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(n + 1, &q));
  PetscCall(TasLinearOpenPart(solver, TAS_PART_READ, b, &bv));
  PetscCall(TasLinearOpenPart(solver, TAS_PART_WRITTEN, x, &xv));
  bu = solver->part[TAS_PART_READ];
  xu = solver->part[TAS_PART_WRITTEN];
  PetscCall(VecGetLocalSize(bu, &nodal));
  PetscCall(KSPGetPC(solver->ksp, &pc));
  if (exact) PetscCall(TasLinearSolveMatrix(solver, bu, xu));
  else PetscCall(PCApply(pc, bu, xu));
  PetscCall(ShareCoordinates(solver, bv, nodal, q));
  for (PetscInt j = 0; j < n; j++) {
    PetscScalar product;
    PetscCall(VecDot(by_lifts ? solver->solved[j] : solver->row[j], by_lifts ? bu : xu, &product));
    q[j] -= product;
  }
  if (n) PetscCall(SolveCoordinates(solver, q));
  for (PetscInt j = 0; j < n; j++) PetscCall(VecAXPY(xu, -q[j], solver->solved[j]));
  for (PetscInt j = 0; j < solver->own_coordinates; j++) xv[nodal + j] = bv[nodal + j]; /* driven ones: the identity */
  for (PetscInt k = 0; solver->own_coordinates && k < n; k++) xv[nodal + solver->bodies->free[k]] = q[k];
  PetscCall(TasLinearClosePart(solver, TAS_PART_READ, b, &bv));
  PetscCall(TasLinearClosePart(solver, TAS_PART_WRITTEN, x, &xv));
  PetscCall(PetscFree(q));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode EliminateExactly(TasLinear *solver, Vec b, Vec x)
{
  PetscFunctionBeginUser;
  if (solver->bodies->num_free) solver->tolerance = EXACT;
  PetscCall(PrepareElimination(solver));
  PetscCall(Eliminate(solver, PETSC_TRUE, b, x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- Krylov's method on the whole ---- */

/*
  With lifts W_j about K^-1 C_j of an earlier tangent, u = v - W q has a system whose blocks hardly couple: K of v, and of q
  S = D - R W - W^T (C - K W), which errs in the second order of W's error.  So the preconditioner of K, and S, make one of the whole.
*/
static PetscErrorCode MultiplyWhole(Mat matrix, Vec x, Vec y)
{
  TasLinear *solver;

  PetscFunctionBeginUser;
  PetscCall(MatShellGetContext(matrix, &solver));
  PetscCall(Multiply(solver, solver->base, x, y));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Precondition(PC pc, Vec x, Vec y)
{
  TasLinear *solver;

  PetscFunctionBeginUser;
  PetscCall(PCShellGetContext(pc, &solver));
  PetscCall(Eliminate(solver, PETSC_FALSE, x, y));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CreateBordered(TasLinear *solver, Vec like)
{
  PetscInt local;
  Mat      whole;
  PC       pc;

  PetscFunctionBeginUser;
  PetscCall(VecGetLocalSize(like, &local));
  PetscCall(KSPCreate(PetscObjectComm((PetscObject)like), &solver->bordered));
  PetscCall(MatCreateShell(PetscObjectComm((PetscObject)like), local, local, PETSC_DETERMINE, PETSC_DETERMINE, solver, &whole));
  PetscCall(MatShellSetOperation(whole, MATOP_MULT, (void (*)(void))MultiplyWhole));
  PetscCall(KSPSetOperators(solver->bordered, whole, whole));
  PetscCall(MatDestroy(&whole));
  PetscCall(KSPSetOptionsPrefix(solver->bordered, "bordered_"));
  PetscCall(KSPSetType(solver->bordered, solver->direct ? KSPGMRES : solver->symmetric ? KSPCG : KSPFGMRES));
  if (solver->direct || !solver->symmetric) PetscCall(KSPGMRESSetRestart(solver->bordered, 100)); /* beside factors not CG: a tangent may be indefinite */
  else PetscCall(KSPSetNormType(solver->bordered, KSP_NORM_NATURAL));
  PetscCall(KSPGetPC(solver->bordered, &pc));
  PetscCall(PCSetType(pc, PCSHELL));
  PetscCall(PCShellSetContext(pc, solver));
  PetscCall(PCShellSetApply(pc, Precondition));
  PetscCall(KSPSetFromOptions(solver->bordered));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* left = C_k - K W_k. */
static PetscErrorCode LeftOver(TasLinear *solver, PetscInt k, Vec left)
{
  PetscFunctionBeginUser;
  PetscCall(MatMult(solver->product ? solver->product : solver->base, solver->solved[k], left));
  PetscCall(VecAYPX(left, -1., solver->column[k]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* work = M^-1 left, and the energy left . work. */
static PetscErrorCode Energy(TasLinear *solver, Vec left, Vec work, PetscReal *energy)
{
  PetscScalar product;
  PC          pc;

  PetscFunctionBeginUser;
  PetscCall(KSPGetPC(solver->ksp, &pc));
  PetscCall(PCApply(pc, left, work));
  PetscCall(VecDot(left, work, &product));
  *energy = PetscAbsScalar(product);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Column k of S. */
static PetscErrorCode FillSchur(TasLinear *solver, PetscInt k, Vec left)
{
  const PetscInt n = solver->bodies->num_free;

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < n; i++) {
    PetscScalar by_row, by_lift = 0.;
    PetscCall(VecDot(solver->row[i], solver->solved[k], &by_row));
    if (solver->symmetric) PetscCall(VecDot(solver->solved[i], left, &by_lift));
    solver->schur[i * n + k] = solver->block[i * n + k] - by_row - by_lift;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A lift that was made for an earlier tangent, or none, takes a step by the factors: where they are this tangent's, all that strands leave of its error goes. */
static PetscErrorCode StepLift(TasLinear *solver, PetscInt k, Vec left, Vec work)
{
  PetscReal energy;

  PetscFunctionBeginUser;
  if (solver->lifted[k] != solver->bodies->free[k]) PetscCall(VecSet(solver->solved[k], 0.));
  PetscCall(LeftOver(solver, k, left));
  PetscCall(Energy(solver, left, work, &energy));
  solver->lifted[k] = PetscIsInfOrNanReal(energy) ? -1 : solver->bodies->free[k];
  if (solver->lifted[k] >= 0) PetscCall(VecAXPY(solver->solved[k], 1., work));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A lift that was made for an earlier tangent is kept, and improved where it couples too much. */
static PetscErrorCode ImproveLift(TasLinear *solver, PetscInt k, Vec left, Vec work)
{
  const PetscInt n = solver->bodies->num_free;
  PetscReal      energy, before = INFINITY, wanted = solver->tolerance;

  PetscFunctionBeginUser;
  if (solver->lifted[k] != solver->bodies->free[k]) PetscCall(VecSet(solver->solved[k], 0.));
  solver->lifted[k] = solver->bodies->free[k];
  for (PetscInt round = 0; round <= MOST_IMPROVEMENTS; round++) {
    PetscCall(LeftOver(solver, k, left));
    PetscCall(Energy(solver, left, work, &energy));
    PetscCall(FillSchur(solver, k, left));
    const PetscReal coupling = energy / (PetscAbsReal(solver->schur[k * n + k]) + energy);
    const PetscBool helps    = (PetscBool)(energy <= 0.5 * before); /* not where K is indefinite, or where something is not finite */
    if (PetscIsInfOrNanReal(energy)) solver->lifted[k] = -1;
    if (!(coupling > COUPLING) || !helps || round == MOST_IMPROVEMENTS) break;
    before            = energy;
    solver->tolerance = 0.3 * PetscSqrtReal(COUPLING / coupling);
    PetscCall(TasLinearSolveMatrix(solver, left, work));
    PetscCall(VecAXPY(solver->solved[k], 1., work));
    solver->tolerance = wanted;
    PetscCall(TasLinearPrepareMatrix(solver));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PrepareWhole(TasLinear *solver, Vec like)
{
  const PetscInt n = solver->bodies->num_free;
  Vec            left, work;

  PetscFunctionBeginUser;
  if (!solver->bordered) PetscCall(CreateBordered(solver, like));
  PetscCall(TasLinearPrepareMatrix(solver));
  PetscCall(KSPSetUp(solver->ksp));
  if (solver->border_ready) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecDuplicate(solver->column[0], &left));
  PetscCall(VecDuplicate(solver->column[0], &work));
  for (PetscInt k = 0; k < n; k++) {
    if (!solver->direct) PetscCall(ImproveLift(solver, k, left, work));
    else if (solver->fresh || solver->lifted[k] != solver->bodies->free[k]) PetscCall(StepLift(solver, k, left, work));
  }
  for (PetscInt k = 0; (solver->direct || n > 1) && k < n; k++) { /* with the lifts of all */
    PetscCall(LeftOver(solver, k, left));
    PetscCall(FillSchur(solver, k, left));
  }
  PetscCall(VecDestroy(&left));
  PetscCall(VecDestroy(&work));
  solver->border_ready = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SolveWhole(TasLinear *solver, Vec b, Vec x, PetscBool *solved)
{
  KSPConvergedReason reason;
  PetscInt           iterations;

  PetscFunctionBeginUser;
  PetscCall(PrepareWhole(solver, b));
  PetscCall(KSPSetTolerances(solver->bordered, TasLinearTolerance(solver), 1e-50, 1e10, TasLinearMostIterations(solver)));
  PetscCall(KSPSolve(solver->bordered, b, x));
  PetscCall(KSPGetIterationNumber(solver->bordered, &iterations));
  PetscCall(KSPGetConvergedReason(solver->bordered, &reason));
  TasLinearCount(solver, iterations, reason);
  *solved = (PetscBool)(reason > 0);
  if (!*solved) solver->border_ready = PETSC_FALSE; /* lifts at hand are not good enough for elimination */
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- what the system calls ---- */

PetscErrorCode TasLinearSolverApply(TasLinear *solver, Vec b, Vec x)
{
  PetscBool solved = PETSC_FALSE;

  PetscFunctionBeginUser;
  if (!solver->num_coordinates) {
    PetscCall(TasLinearSolveMatrix(solver, b, x));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  const PetscBool whole = (PetscBool)(solver->bodies->num_free && (!solver->direct || solver->product));
  if (whole) PetscCall(SolveWhole(solver, b, x, &solved));
  if (whole && !solved && solver->renew) PetscCall(SolveWhole(solver, b, x, &solved)); /* the preconditioner was too old */
  if (!solved) PetscCall(EliminateExactly(solver, b, x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLinearSolverMultiply(TasLinear *solver, Vec x, Vec y)
{
  PetscFunctionBeginUser;
  PetscCall(Multiply(solver, solver->matrix, x, y));
  PetscFunctionReturn(PETSC_SUCCESS);
}
