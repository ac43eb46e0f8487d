#include "solver/linear/multigrid.h"

/* Between the finest level and the next, both ways. */
static PetscErrorCode SetInterpolation(PC pc, PetscInt level, Mat interpolation)
{
  PetscFunctionBeginUser;
  PetscCall(PCMGSetInterpolation(pc, level, interpolation));
  PetscCall(PCMGSetRestriction(pc, level, interpolation));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the level smooths and takes residuals with: a half of its matrix, or (NULL) the matrix itself. */
static PetscErrorCode SetProducts(PC pc, PetscInt level, TasHalf half)
{
  KSP smoother;
  Mat matrix, product;

  PetscFunctionBeginUser;
  PetscCall(PCMGGetSmoother(pc, level, &smoother));
  PetscCall(KSPGetOperators(smoother, NULL, &matrix));
  product = half ? TasHalfMatrix(half) : matrix;
  PetscCall(KSPSetOperators(smoother, product, matrix));
  PetscCall(PCMGSetResidual(pc, level, PCMGResidualDefault, product));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The finest level and the way there, as PETSc made them. */
static PetscErrorCode RestoreFinest(PC pc, TasMultigrid *multigrid)
{
  const PetscInt last = multigrid->num_levels - 1;

  PetscFunctionBeginUser;
  if (!multigrid->interpolation) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(SetInterpolation(pc, last, TasInterpolationOriginal(multigrid->interpolation)));
  PetscCall(TasInterpolationDestroy(&multigrid->interpolation));
  PetscCall(SetProducts(pc, last, NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The half of a level's own matrix instead of the one before. */
static PetscErrorCode RenewHalf(PC pc, PetscInt level, TasHalf *half)
{
  TasHalf before = *half;
  KSP     smoother;
  Mat     matrix;

  PetscFunctionBeginUser;
  PetscCall(PCMGGetSmoother(pc, level, &smoother));
  PetscCall(KSPGetOperators(smoother, NULL, &matrix));
  PetscCall(TasHalfCreate(matrix, half));
  PetscCall(TasHalfUpdate(*half));
  PetscCall(SetProducts(pc, level, *half));
  PetscCall(TasHalfDestroy(&before));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMultigridSetUp(KSP ksp, Mat matrix, TasHalf finest, TasMultigrid *multigrid)
{
  PetscBool expected, reuse = PETSC_TRUE; /* the latter is what PETSc does if not told otherwise */
  Mat       interpolation;
  PC        pc;

  PetscFunctionBeginUser;
  PetscCall(KSPGetPC(ksp, &pc));
  PetscCall(RestoreFinest(pc, multigrid));
  PetscCall(KSPSetOperators(ksp, matrix, matrix));
  PetscCall(TasHalfRelease(finest)); /* memory is scarcest while coarse levels are made */
  PetscCall(KSPSetUp(ksp));
  PetscCall(TasHalfUpdate(finest));
  PetscCall(PetscObjectTypeCompare((PetscObject)pc, PCGAMG, &expected));
  if (!expected) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscOptionsGetBool(NULL, NULL, "-pc_gamg_reuse_interpolation", &reuse, NULL));
  if (reuse) PetscCall(MatSetNearNullSpace(matrix, NULL)); /* the interpolations made from it stay */
  PetscCall(PCMGGetLevels(pc, &multigrid->num_levels));
  const PetscInt last = multigrid->num_levels - 1;
  PetscCheck(last < TAS_MAX_LEVELS, PetscObjectComm((PetscObject)ksp), PETSC_ERR_SUP, "more than %d levels of multigrid", TAS_MAX_LEVELS);
  if (last < 1) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt level = 1; level < last; level++) PetscCall(RenewHalf(pc, level, &multigrid->half[level]));
  PetscCall(SetProducts(pc, last, finest));
  PetscCall(PCMGGetInterpolation(pc, last, &interpolation));
  PetscCall(TasInterpolationCreate(interpolation, &multigrid->interpolation));
  PetscCall(SetInterpolation(pc, last, TasInterpolationMatrix(multigrid->interpolation)));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMultigridDestroy(TasMultigrid *multigrid)
{
  PetscFunctionBeginUser;
  for (PetscInt level = 0; level < TAS_MAX_LEVELS; level++) PetscCall(TasHalfDestroy(&multigrid->half[level]));
  PetscCall(TasInterpolationDestroy(&multigrid->interpolation));
  multigrid->num_levels = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}
