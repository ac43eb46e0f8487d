#include "mesh/mesh_impl.h"

PetscErrorCode TasHubCreate(MPI_Comm comm, PetscInt num_roots, PetscInt count, const PetscInt *numbers, PetscSF *hub)
{
  PetscSFNode *remote;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(count, &remote));
  for (PetscInt i = 0; i < count; i++) remote[i] = (PetscSFNode){.rank = 0, .index = numbers[i]};
  PetscCall(PetscSFCreate(comm, hub));
  PetscCall(PetscSFSetGraph(*hub, num_roots, count, NULL, PETSC_OWN_POINTER, remote, PETSC_OWN_POINTER));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Fetch(PetscSF hub, MPI_Datatype type, PetscInt width, const void *root, void *local)
{
  PetscMPIInt  count;
  MPI_Datatype entry;

  PetscFunctionBeginUser;
  PetscCall(PetscMPIIntCast(width, &count));
  PetscCallMPI(MPI_Type_contiguous(count, type, &entry));
  PetscCallMPI(MPI_Type_commit(&entry));
  PetscCall(PetscSFBcastBegin(hub, entry, root, local, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(hub, entry, root, local, MPI_REPLACE));
  PetscCallMPI(MPI_Type_free(&entry));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHubFetchInts(PetscSF hub, PetscInt width, const PetscInt *root, PetscInt *local)
{
  PetscFunctionBeginUser;
  PetscCall(Fetch(hub, MPIU_INT, width, root, local));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHubFetchReals(PetscSF hub, PetscInt width, const PetscReal *root, PetscReal *local)
{
  PetscFunctionBeginUser;
  PetscCall(Fetch(hub, MPIU_REAL, width, root, local));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHubReduceMax(PetscSF hub, const PetscInt *local, PetscInt *root)
{
  PetscFunctionBeginUser;
  PetscCall(PetscSFReduceBegin(hub, MPIU_INT, local, root, MPI_MAX));
  PetscCall(PetscSFReduceEnd(hub, MPIU_INT, local, root, MPI_MAX));
  PetscFunctionReturn(PETSC_SUCCESS);
}
