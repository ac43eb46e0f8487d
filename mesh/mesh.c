#include "mesh/mesh.h"
#include "mesh/mesh_impl.h"
#include "mesh/topology.h"
#include <string.h>

/* Copies names from rank 0 to all; *names is allocated. */
static PetscErrorCode ShareNames(MPI_Comm comm, PetscInt count, char (*input)[TAS_NAME_LENGTH], char (**names)[TAS_NAME_LENGTH])
{
  PetscMPIInt length;

  PetscFunctionBeginUser;
  PetscCall(PetscMPIIntCast(count * TAS_NAME_LENGTH, &length));
  PetscCall(PetscCalloc1(count, names));
  if (input) PetscCall(PetscMemcpy(*names, input, (size_t)length));
  PetscCallMPI(MPI_Bcast(*names, length, MPI_CHAR, 0, comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Element, counts and names of rank 0, which all ranks know then. */
static PetscErrorCode BeginMesh(MPI_Comm comm, const TasMeshData *data, TasElement element, TasMesh *mesh)
{
  PetscInt counts[] = {element, data->shape, data->num_cells, data->num_tissues, data->num_surfaces, data->num_fields};
  char(*names)[TAS_NAME_LENGTH];

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Bcast(counts, PETSC_STATIC_ARRAY_LENGTH(counts), MPIU_INT, 0, comm));
  const TasElementLayout *layout = TasElementGetLayout((TasElement)counts[0]);
  PetscCheck((TasShape)counts[1] == layout->shape, comm, PETSC_ERR_ARG_INCOMP, "The element does not fit cells that are %s",
             TasShapeTopology((TasShape)counts[1])->name);
  PetscCallMPI(MPI_Comm_dup(comm, &mesh->comm));
  mesh->element          = (TasElement)counts[0];
  mesh->nodes_per_cell   = layout->nodes_per_cell;
  mesh->nodes_per_facet  = layout->nodes_per_facet;
  mesh->num_cells_global = counts[2];
  mesh->num_tissues      = counts[3];
  mesh->num_surfaces     = counts[4];
  mesh->num_fields       = counts[5];
  PetscCall(ShareNames(comm, mesh->num_tissues, data->tissue_names, &mesh->tissue_names));
  PetscCall(ShareNames(comm, mesh->num_surfaces, data->surface_names, &names));
  PetscCall(PetscCalloc1(mesh->num_surfaces, &mesh->surfaces));
  for (PetscInt s = 0; s < mesh->num_surfaces; s++) PetscCall(PetscStrncpy(mesh->surfaces[s].name, names[s], TAS_NAME_LENGTH));
  PetscCall(PetscFree(names));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Nodes of the cells by number, for the cells in their first order. */
static PetscErrorCode FetchCells(TasMesh *mesh, PetscInt num_roots, const TasRaisedMesh *raised)
{
  PetscSF hub;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(mesh->num_cells * mesh->nodes_per_cell, &mesh->cells));
  PetscCall(TasHubCreate(mesh->comm, num_roots, mesh->num_cells, mesh->cell_number, &hub));
  PetscCall(TasHubFetchInts(hub, mesh->nodes_per_cell, raised->cells, mesh->cells));
  PetscCall(PetscSFDestroy(&hub));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Tissue and fields of the cells in their final order. */
static PetscErrorCode FetchCellData(TasMesh *mesh, const TasMeshData *data)
{
  PetscMPIInt rank;
  PetscSF     hub;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(mesh->comm, &rank));
  PetscCall(TasHubCreate(mesh->comm, data->num_cells, mesh->num_cells, mesh->cell_number, &hub));
  PetscCall(PetscMalloc1(mesh->num_cells, &mesh->cell_tissue));
  PetscCall(TasHubFetchInts(hub, 1, data->cell_tissue, mesh->cell_tissue));
  PetscCall(PetscCalloc1(mesh->num_fields, &mesh->fields));
  for (PetscInt f = 0; f < mesh->num_fields; f++) {
    TasCellField *field = &mesh->fields[f];
    if (rank == 0) *field = data->fields[f];
    PetscCallMPI(MPI_Bcast(field, sizeof(*field), MPI_BYTE, 0, mesh->comm));
    PetscCall(PetscMalloc1(mesh->num_cells * field->num_components, &field->values));
    PetscCall(TasHubFetchReals(hub, field->num_components, rank == 0 ? data->fields[f].values : NULL, field->values));
  }
  PetscCall(PetscSFDestroy(&hub));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMeshCreate(MPI_Comm comm, const TasMeshData *data, TasElement element, TasMesh **mesh)
{
  TasRaisedMesh raised;
  TasMesh      *m;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&m));
  PetscCall(BeginMesh(comm, data, element, m));
  PetscCall(TasMeshDistribute(m->comm, data, &m->num_cells_owned, &m->num_cells, &m->cell_number));
  PetscCall(TasMeshRaise(data, m->element, &raised));
  PetscCall(FetchCells(m, data->num_cells, &raised));
  PetscCall(TasMeshSetNodes(m, &raised));
  PetscCall(TasRaisedMeshClear(&raised));
  PetscCall(FetchCellData(m, data));
  PetscCall(TasMeshSetSurfaces(m, data));
  *mesh = m;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMeshDestroy(TasMesh **mesh)
{
  TasMesh *m = *mesh;

  PetscFunctionBeginUser;
  if (!m) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt f = 0; f < m->num_fields; f++) PetscCall(PetscFree(m->fields[f].values));
  for (PetscInt s = 0; s < m->num_surfaces; s++) {
    PetscCall(PetscFree(m->surfaces[s].facet_cell));
    PetscCall(PetscFree(m->surfaces[s].facet_nodes));
  }
  PetscCall(PetscFree(m->ghost_nodes));
  PetscCall(PetscFree(m->node_number));
  PetscCall(PetscFree(m->coordinates));
  PetscCall(PetscFree(m->cells));
  PetscCall(PetscFree(m->cell_number));
  PetscCall(PetscFree(m->cell_tissue));
  PetscCall(PetscFree(m->tissue_names));
  PetscCall(PetscFree(m->surfaces));
  PetscCall(PetscFree(m->fields));
  PetscCallMPI(MPI_Comm_free(&m->comm));
  PetscCall(PetscFree(*mesh));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt TasMeshFindTissue(const TasMesh *mesh, const char *name)
{
  for (PetscInt t = 0; t < mesh->num_tissues; t++) {
    if (!strcmp(mesh->tissue_names[t], name)) return t;
  }
  return -1;
}

PetscInt TasMeshFindSurface(const TasMesh *mesh, const char *name)
{
  for (PetscInt s = 0; s < mesh->num_surfaces; s++) {
    if (!strcmp(mesh->surfaces[s].name, name)) return s;
  }
  return -1;
}

PetscInt TasMeshFindField(const TasMesh *mesh, const char *name)
{
  for (PetscInt f = 0; f < mesh->num_fields; f++) {
    if (!strcmp(mesh->fields[f].name, name)) return f;
  }
  return -1;
}
