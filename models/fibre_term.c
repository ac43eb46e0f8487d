#include "models/fibre_term.h"
#include <stdio.h>

void TasFibreDeriveOption(PetscReal option, PetscReal *constants, char *problem)
{
  if (option != 0 && option != 1) (void)snprintf(problem, 512, "isochoric is %g: must be 0 or 1", (double)option);
  constants[TAS_FIBRE_ISOCHORIC] = option;
}
