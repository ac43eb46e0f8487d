/* Newton's method for a system: SNES with a line search on the energy's slope, and the bordered matrix as it sees it. */
#include "solver/petsc_compat.h"
#include "solver/system/system_impl.h"

#define MAX_SLOPE       1. /* of the slope at the start: a step that ends steeper has gone too far */
#define MAX_CUTS        8
#define FIRST_SHIFT     3e-3 /* of the tangent, when damped: less than the shear stiffness of nearly incompressible tissue */
#define DAMPED_FACTOR   3    /* more iterations are allowed then */
#define ROUND_OFF       1e-14
#define FORCE_FACTOR    10. /* of the tolerance: the residual against reactions and loads, unless the case says it */

/* Residual along the step: minus the energy's slope. */
static PetscErrorCode Slope(Vec residual, Vec step, PetscReal *slope)
{
  PetscScalar dot;

  PetscFunctionBeginUser;
  PetscCall(VecDot(residual, step, &dot));
  *slope = PetscRealPart(dot);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/*
  x <- x - lambda y.  The full step is taken when the residual falls, or when the energy's slope along the step does not become
  larger than it was; else lambda is found by secants.  An inadmissible state halves lambda.
  (Crisfield 1991, Non-linear finite element analysis of solids and structures, section 9.2.)
  Residual and slope are those with the linearised pressures: with the state's own, a good step looks bad, because the bulk modulus
  makes large forces from its second-order change of volume, which the next step removes.
*/
static PetscErrorCode FindStep(TasSystem system, SNES snes, Vec x, Vec f, Vec y, Vec w, Vec g, PetscReal *accepted)
{
  PetscReal slope0 = 0., slope = 0., norm0, norm, lambda = 1.;

  PetscFunctionBeginUser;
  PetscCall(Slope(f, y, &slope0));
  PetscCall(VecNorm(f, NORM_2, &norm0));
  *accepted = 0.;
  for (PetscInt cut = 0; cut < MAX_CUTS; cut++) {
    PetscCall(VecWAXPY(w, -lambda, y, x));
    PetscCall(SNESComputeFunction(snes, w, g));
    if (system->inadmissible) {
      lambda *= 0.5;
      continue;
    }
    *accepted = lambda;
    PetscCall(TasSystemLinearisePressure(system));
    if (!system->c->solver.line_search) break;
    PetscCall(TasSystemMixedResidual(system, system->mixed));
    PetscCall(Slope(system->mixed, y, &slope));
    PetscCall(VecNorm(system->mixed, NORM_2, &norm));
    if (norm <= norm0 || PetscAbsReal(slope) <= MAX_SLOPE * PetscAbsReal(slope0)) break;
    lambda *= PetscMax(0.1, PetscMin(0.7, slope0 / (slope0 - slope)));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode LineSearch(SNESLineSearch search, void *context)
{
  TasSystem system = context;
  SNES      snes;
  Vec       x, f, y, w, g;
  PetscReal lambda = 0.;

  PetscFunctionBeginUser;
  PetscCall(SNESLineSearchGetSNES(search, &snes));
  PetscCall(SNESLineSearchGetVecs(search, &x, &f, &y, &w, &g));
  system->searching = PETSC_TRUE;
  PetscCall(FindStep(system, snes, x, f, y, w, g, &lambda));
  system->searching = PETSC_FALSE;
  if (lambda == 0. || system->inadmissible) {
    PetscCall(SNESLineSearchSetReason(search, SNES_LINESEARCH_FAILED_DOMAIN));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(VecScale(y, lambda));
  PetscCall(VecCopy(w, x));
  PetscCall(TasSystemImpose(system)); /* the next step starts on the supports: from beside a curved one it would return elsewhere than P says */
  PetscCall(VecCopy(g, f));
  PetscCall(SNESLineSearchSetLambda(search, lambda));
  PetscCall(SNESLineSearchComputeNorms(search));
  PetscCall(SNESLineSearchSetReason(search, SNES_LINESEARCH_SUCCEEDED));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/*
  Converged when what is left to correct, estimated in displacement, is below the tolerance times the displacement.  The residual's
  norm does not tell that (stiff tissue has large forces from small errors, soft tissue small ones from large): so the last
  correction is scaled by the factor that it has reduced the error's energy norm by.  The residual has to be small as well, because
  reactions are read from it.  At least one correction is made: a small residual at the start may be a lucky prediction.
*/
static PetscErrorCode Converged(SNES snes, PetscInt iteration, PetscReal xnorm, PetscReal correction, PetscReal fnorm, SNESConvergedReason *reason, void *context)
{
  const TasSystem      system = context;
  const TasCaseSolver *wanted = &system->c->solver;
  Vec                  residual;
  PetscReal            before = system->error;

  PetscFunctionBeginUser;
  *reason = SNES_CONVERGED_ITERATING;
  if (PetscIsInfOrNanReal(fnorm)) {
    *reason = SNES_DIVERGED_FNORM_NAN;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (iteration == 0) system->first_norm = fnorm;
  else if (system->shift > 0.) system->shift = FIRST_SHIFT * PetscMin(1., fnorm / system->first_norm);
  if (fnorm <= wanted->absolute_tolerance) *reason = SNES_CONVERGED_FNORM_ABS;
  if (iteration == 0 || *reason) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(SNESGetFunction(snes, &residual, NULL, NULL));
  PetscCall(TasLinearSolverErrorNorm(&system->linear, residual, &system->error));
  if (iteration == 1) before = system->first_error;
  const PetscReal forces = wanted->force_tolerance > 0. ? wanted->force_tolerance : FORCE_FACTOR * wanted->tolerance;
  const PetscReal left = correction * PetscMin(1., system->error / before);
  if (left <= wanted->tolerance * xnorm && fnorm <= forces * system->force_scale) *reason = SNES_CONVERGED_SNORM_RELATIVE;
  if (correction <= ROUND_OFF * xnorm) *reason = SNES_CONVERGED_SNORM_RELATIVE; /* no smaller residual can be had */
  PetscCall(PetscInfo(snes, "iteration %" PetscInt_FMT ": error norm %g, left %g of %g, residual %g of %g\n", iteration, (double)system->error, (double)left, (double)xnorm, (double)fnorm, (double)system->force_scale));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* How well a linear system is solved: no better than Newton's next step needs. */
static PetscErrorCode ApplyLinear(PC pc, Vec b, Vec x)
{
  TasSystem system;
  PetscInt  iteration;

  PetscFunctionBeginUser;
  PetscCall(PCShellGetContext(pc, &system));
  PetscCall(SNESGetIterationNumber(system->snes, &iteration));
  system->linear.tolerance = system->c->solver.linear_tolerance;
  PetscCall(TasLinearSolverApply(&system->linear, b, x));
  if (iteration == 0) PetscCall(TasLinearSolverErrorNorm(&system->linear, b, &system->first_error));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MultiplyBorder(Mat matrix, Vec x, Vec y)
{
  TasSystem system;

  PetscFunctionBeginUser;
  PetscCall(MatShellGetContext(matrix, &system));
  PetscCall(TasLinearSolverMultiply(&system->linear, x, y));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemSetUpNewton(TasSystem system)
{
  MPI_Comm       comm = system->mesh->comm;
  SNESLineSearch search;
  KSP            ksp;
  PC             pc;
  PetscInt       local;

  PetscFunctionBeginUser;
  PetscCall(VecGetLocalSize(system->x, &local));
  PetscCall(MatCreateShell(comm, local, local, PETSC_DETERMINE, PETSC_DETERMINE, system, &system->border));
  PetscCall(MatShellSetOperation(system->border, MATOP_MULT, (void (*)(void))MultiplyBorder));
  PetscCall(SNESCreate(comm, &system->snes));
  PetscCall(SNESSetType(system->snes, SNESNEWTONLS));
  PetscCall(SNESSetFunction(system->snes, system->residual, TasSystemResidual, system));
  PetscCall(SNESSetJacobian(system->snes, system->border, system->border, TasSystemJacobian, system));
  PetscCall(SNESSetTolerances(system->snes, 0., 0., 0., system->c->solver.max_iterations, 100000));
  PetscCall(SNESSetConvergenceTest(system->snes, Converged, system, NULL));
  PetscCall(SNESGetLineSearch(system->snes, &search));
  PetscCall(SNESLineSearchSetType(search, SNESLINESEARCHSHELL));
  PetscCall(TasLineSearchShellSetApply(search, LineSearch, system));
  PetscCall(SNESGetKSP(system->snes, &ksp));
  PetscCall(KSPSetOptionsPrefix(ksp, "newton_"));
  PetscCall(KSPSetType(ksp, KSPPREONLY));
  PetscCall(KSPGetPC(ksp, &pc));
  PetscCall(PCSetType(pc, PCSHELL));
  PetscCall(PCShellSetContext(pc, system));
  PetscCall(PCShellSetApply(pc, ApplyLinear));
  PetscCall(SNESSetFromOptions(system->snes));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemSolve(TasSystem system, PetscBool damped, SNESConvergedReason *reason, PetscInt *newton, PetscInt *linear)
{
  const PetscInt before = system->linear.iterations;

  PetscFunctionBeginUser;
  system->shift      = damped ? FIRST_SHIFT : 0.;
  system->bad_strand = -1;
  PetscCall(SNESSetTolerances(system->snes, 0., 0., 0., (damped ? DAMPED_FACTOR : 1) * system->c->solver.max_iterations, 100000));
  PetscCall(VecCopy(system->x, system->start));
  PetscCall(SNESSolve(system->snes, NULL, system->x));
  PetscCall(SNESGetConvergedReason(system->snes, reason));
  PetscCall(SNESGetIterationNumber(system->snes, newton));
  *linear = system->linear.iterations - before;
  if (*reason > 0) PetscCall(TasSystemImpose(system));
  else PetscCall(VecCopy(system->start, system->x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemBadCell(TasSystem system, PetscInt *cell, PetscInt *tissue, PetscReal centroid[3])
{
  const TasMesh *mesh = system->mesh;
  const PetscInt bad  = system->bad_cell, nodes = mesh->nodes_per_cell;
  PetscReal      found[5] = {-1., -1., 0., 0., 0.};
  PetscMPIInt    rank, size, first;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(mesh->comm, &rank));
  PetscCallMPI(MPI_Comm_size(mesh->comm, &size));
  first = bad >= 0 ? rank : size;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, mesh->comm));
  if (first < size) {
    if (rank == first) {
      found[0] = mesh->cell_number[bad];
      found[1] = mesh->cell_tissue[bad];
      for (PetscInt a = 0; a < nodes; a++)
        for (PetscInt d = 0; d < 3; d++) found[2 + d] += mesh->coordinates[3 * mesh->cells[bad * nodes + a] + d] / nodes;
    }
    PetscCallMPI(MPI_Bcast(found, 5, MPIU_REAL, first, mesh->comm));
  }
  *cell   = (PetscInt)found[0];
  *tissue = (PetscInt)found[1];
  for (PetscInt d = 0; d < 3; d++) centroid[d] = found[2 + d];
  PetscFunctionReturn(PETSC_SUCCESS);
}

const char *TasSystemReason(SNESConvergedReason reason)
{
  switch (reason) {
  case SNES_DIVERGED_FUNCTION_DOMAIN: return "the start of the step was inadmissible: some cell inverts, or a stress overflows";
  case SNES_DIVERGED_LINEAR_SOLVE: return "the linear solver failed";
  case SNES_DIVERGED_FNORM_NAN: return "the forces were not finite";
  case SNES_DIVERGED_MAX_IT: return "Newton's method did not converge in the allowed number of iterations";
  case SNES_DIVERGED_LINE_SEARCH: return "no step along Newton's direction was admissible: some cell inverts, or a stress overflows";
  default: return reason > 0 ? "converged" : SNESConvergedReasons[reason];
  }
}
