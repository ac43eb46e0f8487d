#include "solver/assembly/slices.h"

PetscErrorCode TasSlicesCreate(MPI_Comm comm, PetscInt num_global, PetscInt num_owned, const PetscInt *numbers, TasSlices *slices)
{
  PetscLayout layout;

  PetscFunctionBeginUser;
  PetscCall(PetscLayoutCreateFromSizes(comm, PETSC_DECIDE, num_global, 1, &layout));
  PetscCall(PetscSFCreate(comm, &slices->sf));
  PetscCall(PetscSFSetGraphLayout(slices->sf, layout, num_owned, NULL, PETSC_COPY_VALUES, numbers));
  slices->num_global = num_global;
  slices->num_owned  = num_owned;
  slices->start      = layout->rstart;
  slices->count      = layout->n;
  PetscCall(PetscLayoutDestroy(&layout));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSlicesDestroy(TasSlices *slices)
{
  PetscFunctionBeginUser;
  PetscCall(PetscSFDestroy(&slices->sf));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSlicesGather(const TasSlices *slices, MPI_Datatype type, PetscInt width, const void *owned, void *sliced)
{
  MPI_Datatype item;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Type_contiguous((int)width, type, &item));
  PetscCallMPI(MPI_Type_commit(&item));
  PetscCall(PetscSFReduceBegin(slices->sf, item, owned, sliced, MPI_REPLACE));
  PetscCall(PetscSFReduceEnd(slices->sf, item, owned, sliced, MPI_REPLACE));
  PetscCallMPI(MPI_Type_free(&item));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSlicesScatter(const TasSlices *slices, MPI_Datatype type, PetscInt width, const void *sliced, void *owned)
{
  MPI_Datatype item;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Type_contiguous((int)width, type, &item));
  PetscCallMPI(MPI_Type_commit(&item));
  PetscCall(PetscSFBcastBegin(slices->sf, item, sliced, owned, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(slices->sf, item, sliced, owned, MPI_REPLACE));
  PetscCallMPI(MPI_Type_free(&item));
  PetscFunctionReturn(PETSC_SUCCESS);
}
