/* The mesh with tissues, directions, quality and surfaces, for a look before anything is calculated. */
#include "solver/output/recording.h"

static const TasResultsField mesh_fields[] = {
  {"tissue_id", "1", TAS_AT_CELLS, 1, PETSC_TRUE, PETSC_TRUE},
  {"fibre_direction", "1", TAS_AT_CELLS, 3, PETSC_TRUE, PETSC_FALSE},
  {"sheet_direction", "1", TAS_AT_CELLS, 3, PETSC_TRUE, PETSC_FALSE},
  {"scaled_jacobian", "1", TAS_AT_CELLS, 1, PETSC_TRUE, PETSC_FALSE},
};

static void SurfaceFieldName(const TasMesh *mesh, PetscInt s, char name[TAS_NAME_LENGTH + 16]) { (void)snprintf(name, TAS_NAME_LENGTH + 16, "surface.%s", mesh->surfaces[s].name); }

PetscErrorCode TasRecordingDeclareMesh(const TasDomain *domain, TasResults results)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < 4; k++)
    if (k != 2 || domain->sheet) PetscCall(TasResultsAddField(results, &mesh_fields[k]));
  for (PetscInt s = 0; s < domain->mesh->num_surfaces; s++) {
    char            name[TAS_NAME_LENGTH + 16];
    TasResultsField field = {name, "1", TAS_AT_NODES, 1, PETSC_TRUE, PETSC_TRUE};
    SurfaceFieldName(domain->mesh, s, name);
    PetscCall(TasResultsAddField(results, &field));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRecordingWriteMesh(const TasDomain *domain, TasResults results)
{
  const TasMesh *mesh    = domain->mesh;
  const PetscInt quality = TasMeshFindField(mesh, "scaled_jacobian");
  PetscReal     *values;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(PetscMax(mesh->num_cells_owned, mesh->num_nodes_owned) + 1, &values));
  for (PetscInt c = 0; c < mesh->num_cells_owned; c++) values[c] = mesh->cell_tissue[c];
  PetscCall(TasResultsWriteField(results, "tissue_id", values));
  PetscCall(TasResultsWriteField(results, "fibre_direction", domain->fibre));
  if (domain->sheet) PetscCall(TasResultsWriteField(results, "sheet_direction", domain->sheet));
  PetscCall(TasResultsWriteField(results, "scaled_jacobian", mesh->fields[quality].values));
  for (PetscInt s = 0; s < mesh->num_surfaces; s++) {
    char name[TAS_NAME_LENGTH + 16];
    PetscCall(PetscArrayzero(values, mesh->num_nodes_owned));
    for (PetscInt k = 0; k < mesh->surfaces[s].num_facets * mesh->nodes_per_facet; k++)
      if (mesh->surfaces[s].facet_nodes[k] < mesh->num_nodes_owned) values[mesh->surfaces[s].facet_nodes[k]] = 1.;
    SurfaceFieldName(mesh, s, name);
    PetscCall(TasResultsWriteField(results, name, values));
  }
  PetscCall(PetscFree(values));
  PetscFunctionReturn(PETSC_SUCCESS);
}
