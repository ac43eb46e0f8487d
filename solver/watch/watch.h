#pragma once
/*
  tasis watch: how runs stand that go on elsewhere, from their folders of results.  Without PETSc and MPI.
*/
#include <petscsystypes.h>

/* Until everything has ended, or once.  Returns a TasExit: that of the run or search, the largest of several runs, 1 for a run that was
   killed, 2 with a line on stderr for what holds no results; once: 0 while it goes on. */
int TasWatch(const char *folder, PetscBool once);
