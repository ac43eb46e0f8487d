#include "mesh/tissue_field.h"

static PetscErrorCode ListCells(TasTissue *t)
{
  const TasMesh *mesh = t->mesh;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(mesh->num_cells, &t->cells));
  for (PetscInt c = 0; c < mesh->num_cells; c++) {
    if (mesh->cell_tissue[c] == t->tissue) t->cells[t->num_cells++] = c;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ListCellsAtNodes(TasTissue *t)
{
  const PetscInt num_nodes = t->mesh->num_nodes, corners = t->shape->num_corners;
  PetscInt      *place;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(num_nodes + 1, &t->node_offset));
  PetscCall(PetscCalloc1(num_nodes, &t->inside));
  PetscCall(PetscMalloc1(t->num_cells * corners, &t->at_node));
  PetscCall(PetscMalloc1(num_nodes, &place));
  for (PetscInt i = 0; i < t->num_cells; i++) {
    for (PetscInt k = 0; k < corners; k++) t->node_offset[TasTissueCell(t, i)[k] + 1]++;
  }
  for (PetscInt n = 0; n < num_nodes; n++) {
    t->inside[n] = t->node_offset[n + 1] > 0;
    t->node_offset[n + 1] += t->node_offset[n];
    place[n] = t->node_offset[n];
  }
  for (PetscInt i = 0; i < t->num_cells; i++) {
    for (PetscInt k = 0; k < corners; k++) t->at_node[place[TasTissueCell(t, i)[k]]++] = i;
  }
  PetscCall(PetscFree(place));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ConnectGhosts(TasTissue *t)
{
  const TasMesh *mesh = t->mesh;
  PetscLayout    layout;

  PetscFunctionBeginUser;
  PetscCall(PetscLayoutCreateFromSizes(mesh->comm, mesh->num_nodes_owned, mesh->num_nodes_global, 1, &layout));
  PetscCall(PetscSFCreate(mesh->comm, &t->ghosts));
  PetscCall(PetscSFSetGraphLayout(t->ghosts, layout, mesh->num_nodes - mesh->num_nodes_owned, NULL, PETSC_COPY_VALUES, mesh->ghost_nodes));
  PetscCall(PetscLayoutDestroy(&layout));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTissueCreate(const TasMesh *mesh, PetscInt tissue, TasTissue **t)
{
  PetscFunctionBeginUser;
  PetscCall(PetscNew(t));
  (*t)->mesh   = mesh;
  (*t)->tissue = tissue;
  (*t)->shape  = TasShapeTopology(TasElementGetLayout(mesh->element)->shape);
  PetscCall(ListCells(*t));
  PetscCall(ListCellsAtNodes(*t));
  PetscCall(ConnectGhosts(*t));
  PetscCall(TasTissueShareInts(*t, (*t)->inside));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTissueDestroy(TasTissue **t)
{
  PetscFunctionBeginUser;
  if (!*t) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscSFDestroy(&(*t)->ghosts));
  PetscCall(PetscFree((*t)->cells));
  PetscCall(PetscFree((*t)->node_offset));
  PetscCall(PetscFree((*t)->at_node));
  PetscCall(PetscFree((*t)->inside));
  PetscCall(PetscFree(*t));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTissueShareInts(const TasTissue *t, PetscInt *values)
{
  PetscInt *ghosts = values + t->mesh->num_nodes_owned;

  PetscFunctionBeginUser;
  PetscCall(PetscSFBcastBegin(t->ghosts, MPIU_INT, values, ghosts, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(t->ghosts, MPIU_INT, values, ghosts, MPI_REPLACE));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTissueShareReals(const TasTissue *t, PetscInt width, PetscReal *values)
{
  PetscReal   *ghosts = values + width * t->mesh->num_nodes_owned;
  MPI_Datatype entry;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Type_contiguous((PetscMPIInt)width, MPIU_REAL, &entry));
  PetscCallMPI(MPI_Type_commit(&entry));
  PetscCall(PetscSFBcastBegin(t->ghosts, entry, values, ghosts, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(t->ghosts, entry, values, ghosts, MPI_REPLACE));
  PetscCallMPI(MPI_Type_free(&entry));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTissueCount(const TasTissue *t, const PetscInt *marked, PetscInt *count)
{
  PetscInt here = 0;

  PetscFunctionBeginUser;
  for (PetscInt n = 0; n < t->mesh->num_nodes_owned; n++) here += marked[n] != 0;
  PetscCallMPI(MPI_Allreduce(&here, count, 1, MPIU_INT, MPI_SUM, t->mesh->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}
