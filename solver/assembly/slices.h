#pragma once
/*
  Values in an order that does not depend on the ranks.

  The items (nodes, cells) have numbers 0..num_global-1; rank r holds the slice start..start+count-1 of them, one after another, to
  read or write it as one piece of a file.  Gather goes from the owners to the slices, Scatter back.
*/
#include <petscsf.h>

typedef struct {
  PetscSF  sf; /* roots: the slice; leaves: what this rank owns */
  PetscInt num_global, num_owned;
  PetscInt start, count;
} TasSlices;

/* numbers [num_owned]: each number is owned by exactly one rank.  Collective, like everything here. */
PetscErrorCode TasSlicesCreate(MPI_Comm comm, PetscInt num_global, PetscInt num_owned, const PetscInt *numbers, TasSlices *slices);
PetscErrorCode TasSlicesDestroy(TasSlices *slices);

/* type, width: each item has `width` values of an MPI type.  owned [num_owned][width], sliced [count][width]. */
PetscErrorCode TasSlicesGather(const TasSlices *slices, MPI_Datatype type, PetscInt width, const void *owned, void *sliced);
PetscErrorCode TasSlicesScatter(const TasSlices *slices, MPI_Datatype type, PetscInt width, const void *sliced, void *owned);
