/* tasis mesh: no run, only what it would start from. */
#include "solver/simulation_impl.h"

/* Cell quality travels with the mesh as one more field. */
static PetscErrorCode AddQuality(TasMeshData *data)
{
  TasCellField *field;

  PetscFunctionBeginUser;
  PetscCall(PetscRealloc((data->num_fields + 1) * sizeof *data->fields, &data->fields));
  field = &data->fields[data->num_fields++];
  PetscCall(PetscMemzero(field, sizeof *field));
  PetscCall(PetscStrncpy(field->name, "scaled_jacobian", sizeof field->name));
  field->num_components = 1;
  PetscCall(PetscMalloc1(data->num_cells + 1, &field->values));
  PetscCall(TasMeshDataQuality(data, field->values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSimulationMesh(TasCase *c, const char *results_folder, int *exit_status)
{
  TasRun      run = {.c = c};
  char        problem[TAS_PROBLEM_LENGTH];
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(c->comm, &rank));
  if (rank == 0) PetscCall(AddQuality(&c->mesh.data));
  PetscCall(TasDomainCreate(c, &run.domain, problem));
  if (problem[0]) PetscCall(TasRunComplain(&run, TAS_EXIT_BAD_INPUT, problem));
  if (!run.exit_status) PetscCall(TasRunCreateStrands(&run));
  if (!run.exit_status) PetscCall(TasRunCreatePins(&run));
  if (!run.exit_status) PetscCall(TasResultsCreate(c->comm, results_folder, NULL, &run.results, problem));
  if (!run.exit_status && problem[0]) PetscCall(TasRunComplain(&run, TAS_EXIT_IO, problem));
  if (!run.exit_status) {
    PetscCall(TasResultsSetMesh(run.results, run.domain->mesh));
    PetscCall(TasRunAddProvenance(&run, 1));
    PetscCall(TasRecordingDeclareMesh(run.domain, run.results));
    PetscCall(TasResultsOpen(run.results, 0, problem));
    if (!problem[0]) PetscCall(TasStrandsOpen(run.strands, results_folder, 0, 0, problem));
    if (!problem[0] && run.pins) PetscCall(TasPinsWrite(run.pins, results_folder, problem));
    if (problem[0]) PetscCall(TasRunComplain(&run, TAS_EXIT_IO, problem));
    else PetscCall(TasRecordingWriteMesh(run.domain, run.results));
  }
  PetscCall(TasRunFinish(&run));
  *exit_status = run.exit_status;
  PetscFunctionReturn(PETSC_SUCCESS);
}
