#pragma once
/* What newer PETSc has renamed. */
#include <petscsnes.h>

#if PETSC_VERSION_GE(3, 22, 0)
  #define TasLineSearchShellSetApply(search, function, context) SNESLineSearchShellSetApply(search, function, context)
#else
  #define TasLineSearchShellSetApply(search, function, context) SNESLineSearchShellSetUserFunc(search, function, context)
#endif
