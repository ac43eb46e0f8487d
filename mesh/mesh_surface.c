/* Surfaces: which face of which cell each facet is, found on rank 0, and the facets of the cells that a rank holds. */
#include "mesh/facet_match.h"
#include "mesh/mesh_impl.h"
#include "mesh/topology.h"

/* The facets by the cell that they belong to, on rank 0. */
typedef struct {
  PetscInt *range;   /* [num_cells][2] first and number of a cell's facets */
  PetscInt *entries; /* [num_facets][2] surface, face of the cell */
} CellFacets;

/* Counts the facets of each cell in range[.][1]. interior [num_surfaces]: some facet lies between two cells. */
static PetscErrorCode CountFacets(const TasMeshData *data, const TasFacetMatch *match, PetscInt *range, PetscInt *interior)
{
  PetscFunctionBeginUser;
  for (PetscInt f = 0; f < data->num_facets; f++) {
    const PetscInt entry = match->entry[f];
    PetscCheck(match->num_cells[entry], PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
               "Facet %" PetscInt_FMT " is no face of a cell: see TasMeshDataCheck", f);
    range[2 * match->cell[entry] + 1]++;
    if (match->num_cells[entry] > 1) interior[data->facet_surface[f]] = 1;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode GroupByCell(const TasMeshData *data, CellFacets *facets, PetscInt *interior)
{
  TasFacetMatch match;
  PetscInt      total = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(2 * data->num_cells, &facets->range));
  PetscCall(PetscMalloc1(2 * data->num_facets, &facets->entries));
  PetscCall(TasFacetMatchCreate(data, &match));
  PetscCall(CountFacets(data, &match, facets->range, interior));
  for (PetscInt c = 0; c < data->num_cells; c++) {
    facets->range[2 * c] = total;
    total += facets->range[2 * c + 1];
    facets->range[2 * c + 1] = 0;
  }
  for (PetscInt f = 0; f < data->num_facets; f++) {
    PetscInt *range = facets->range + 2 * match.cell[match.entry[f]], *entry = facets->entries + 2 * (range[0] + range[1]++);
    entry[0] = data->facet_surface[f];
    entry[1] = match.face[match.entry[f]];
  }
  PetscCall(TasFacetMatchDestroy(&match));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The facets of the local cells, in the order of the cells: range as in CellFacets but for local cells and entries. */
static PetscErrorCode FetchFacets(const TasMesh *mesh, const TasMeshData *data, const CellFacets *root, CellFacets *local,
                                  PetscInt *num_facets)
{
  PetscSF   hub;
  PetscInt *numbers, total = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(2 * mesh->num_cells, &local->range));
  PetscCall(TasHubCreate(mesh->comm, data->num_cells, mesh->num_cells, mesh->cell_number, &hub));
  PetscCall(TasHubFetchInts(hub, 2, root->range, local->range));
  PetscCall(PetscSFDestroy(&hub));
  for (PetscInt c = 0; c < mesh->num_cells; c++) total += local->range[2 * c + 1];
  PetscCall(PetscMalloc1(total, &numbers));
  PetscCall(PetscMalloc1(2 * total, &local->entries));
  total = 0;
  for (PetscInt c = 0; c < mesh->num_cells; c++) {
    const PetscInt first = local->range[2 * c];
    local->range[2 * c]  = total;
    for (PetscInt i = 0; i < local->range[2 * c + 1]; i++) numbers[total++] = first + i;
  }
  PetscCall(TasHubCreate(mesh->comm, data->num_facets, total, numbers, &hub));
  PetscCall(TasHubFetchInts(hub, 2, root->entries, local->entries));
  PetscCall(PetscSFDestroy(&hub));
  PetscCall(PetscFree(numbers));
  *num_facets = total;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AllocateSurfaces(TasMesh *mesh, PetscInt num_facets, const PetscInt *entries)
{
  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < num_facets; i++) mesh->surfaces[entries[2 * i]].num_facets++;
  for (PetscInt s = 0; s < mesh->num_surfaces; s++) {
    TasSurface *surface = &mesh->surfaces[s];
    PetscCall(PetscMalloc1(surface->num_facets, &surface->facet_cell));
    PetscCall(PetscMalloc1(surface->num_facets * mesh->nodes_per_facet, &surface->facet_nodes));
    surface->num_facets = 0;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void FillSurfaces(TasMesh *mesh, const CellFacets *facets)
{
  const TasElementLayout *layout = TasElementGetLayout(mesh->element);

  for (PetscInt c = 0; c < mesh->num_cells; c++) {
    for (PetscInt i = 0; i < facets->range[2 * c + 1]; i++) {
      const PetscInt *entry   = facets->entries + 2 * (facets->range[2 * c] + i);
      TasSurface     *surface = &mesh->surfaces[entry[0]];
      PetscInt       *nodes   = surface->facet_nodes + surface->num_facets * mesh->nodes_per_facet;
      for (PetscInt k = 0; k < mesh->nodes_per_facet; k++) nodes[k] = mesh->cells[c * mesh->nodes_per_cell + layout->facets[entry[1]][k]];
      surface->facet_cell[surface->num_facets++] = c;
      if (c < mesh->num_cells_owned) surface->num_facets_owned++;
    }
  }
}

PetscErrorCode TasMeshSetSurfaces(TasMesh *mesh, const TasMeshData *data)
{
  CellFacets root = {0}, local = {0};
  PetscInt  *interior, num_facets = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(mesh->num_surfaces, &interior));
  if (data->num_facets)
    PetscCall(GroupByCell(data, &root, interior));
  else
    PetscCall(PetscCalloc1(2 * data->num_cells, &root.range));
  PetscCallMPI(MPI_Bcast(interior, (PetscMPIInt)mesh->num_surfaces, MPIU_INT, 0, mesh->comm));
  for (PetscInt s = 0; s < mesh->num_surfaces; s++) mesh->surfaces[s].interior = interior[s] ? PETSC_TRUE : PETSC_FALSE;
  PetscCall(FetchFacets(mesh, data, &root, &local, &num_facets));
  PetscCall(AllocateSurfaces(mesh, num_facets, local.entries));
  FillSurfaces(mesh, &local);
  PetscCall(PetscFree(local.range));
  PetscCall(PetscFree(local.entries));
  PetscCall(PetscFree(root.range));
  PetscCall(PetscFree(root.entries));
  PetscCall(PetscFree(interior));
  PetscFunctionReturn(PETSC_SUCCESS);
}
