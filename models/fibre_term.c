#include "models/fibre_term.h"
#include <stdio.h>

void TasFibreDeriveOption(PetscInt n, const PetscReal *option, PetscReal *constants, char *problem)
{
  for (PetscInt i = 0; i < n; i++) {
    if (option[i] != 0 && option[i] != 1) (void)snprintf(problem, 512, "isochoric is %g: must be 0 or 1", (double)option[i]);
    constants[TAS_FIBRE_ISOCHORIC * n + i] = option[i];
  }
}
