#include "mesh/limb.h"
#include <string.h>

static const TasLimb *const limbs[] = {&tas_limb_tibia, &tas_limb_thigh, &tas_limb_rod};

const TasLimb *TasLimbFind(const char *name)
{
  for (size_t i = 0; i < sizeof(limbs) / sizeof(limbs[0]); ++i)
    if (strcmp(limbs[i]->name, name) == 0) return limbs[i];
  return NULL;
}

PetscErrorCode TasLimbLayoutClear(TasLimbLayout *layout)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(layout->surfaces));
  PetscCall(PetscFree(layout->tissues));
  PetscCall(PetscFree(layout->strands));
  PetscCall(PetscFree(layout->joints));
  PetscCall(PetscFree(layout->turnings));
  PetscCall(PetscFree(layout->moment_arms));
  PetscCall(PetscMemzero(layout, sizeof(*layout)));
  PetscFunctionReturn(PETSC_SUCCESS);
}
