#include "solver/assembly/domain.h"

/* ---- directions ---- */

static PetscReal Length(const PetscReal v[3]) { return PetscSqrtReal(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]); }

static void SetConstant(const TasMesh *mesh, PetscInt tissue, const PetscReal value[3], PetscReal *direction)
{
  for (PetscInt c = 0; c < mesh->num_cells; c++)
    for (PetscInt d = 0; mesh->cell_tissue[c] == tissue && d < 3; d++) direction[3 * c + d] = value[d];
}

/* A cell field, made of unit length. The first cell (by input number) with no direction is reported. */
static PetscErrorCode SetFromField(const TasMesh *mesh, PetscInt tissue, const char *name, PetscReal *direction, char *problem)
{
  const PetscInt   field  = TasMeshFindField(mesh, name);
  const PetscReal *values = field >= 0 ? mesh->fields[field].values : NULL;
  PetscInt         bad    = PETSC_MAX_INT;

  PetscFunctionBeginUser;
  if (field < 0 || mesh->fields[field].num_components != 3) {
    PetscCall(PetscSNPrintf(problem, TAS_PROBLEM_LENGTH, "tissues.%s: the mesh has no cell field \"%s\" with 3 components", mesh->tissue_names[tissue], name));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (PetscInt c = 0; c < mesh->num_cells; c++) {
    if (mesh->cell_tissue[c] != tissue) continue;
    const PetscReal length = Length(values + 3 * c);
    if (!(length > 0.) || PetscIsInfOrNanReal(length)) bad = PetscMin(bad, mesh->cell_number[c]);
    for (PetscInt d = 0; d < 3; d++) direction[3 * c + d] = values[3 * c + d] / length;
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &bad, 1, MPIU_INT, MPI_MIN, mesh->comm));
  if (bad < PETSC_MAX_INT)
    PetscCall(PetscSNPrintf(problem, TAS_PROBLEM_LENGTH, "tissues.%s: the cell field \"%s\" gives no direction in cell %" PetscInt_FMT, mesh->tissue_names[tissue], name, bad + 1));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetDirection(const TasMesh *mesh, PetscInt tissue, const TasCaseDirection *wanted, PetscReal *direction, char *problem)
{
  PetscFunctionBeginUser;
  switch (wanted->kind) {
  case TAS_DIRECTION_NONE: break;
  case TAS_DIRECTION_CONSTANT: SetConstant(mesh, tissue, wanted->constant, direction); break;
  case TAS_DIRECTION_FIELD: PetscCall(SetFromField(mesh, tissue, wanted->field, direction, problem)); break;
  case TAS_DIRECTION_LAPLACE: PetscCall(TasMeshLaplaceFibres(mesh, tissue, wanted->from, wanted->to, wanted->pennation, direction, problem)); break;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Makes sheet normal to the fibre; parallel ones, or none given, are replaced by the coordinate axis farthest from the fibre. */
static void MakeNormal(const PetscReal fibre[3], PetscReal sheet[3])
{
  for (PetscInt attempt = 0; attempt < 2; attempt++) {
    const PetscReal along = sheet[0] * fibre[0] + sheet[1] * fibre[1] + sheet[2] * fibre[2];
    PetscReal       length;
    for (PetscInt d = 0; d < 3; d++) sheet[d] -= along * fibre[d];
    length = Length(sheet);
    if (length > 1e-6) {
      for (PetscInt d = 0; d < 3; d++) sheet[d] /= length;
      return;
    }
    PetscInt axis = 0;
    for (PetscInt d = 1; d < 3; d++)
      if (PetscAbsReal(fibre[d]) < PetscAbsReal(fibre[axis])) axis = d;
    for (PetscInt d = 0; d < 3; d++) sheet[d] = d == axis;
  }
}

static PetscErrorCode CreateDirections(TasDomain *domain, char *problem)
{
  const TasMesh *mesh  = domain->mesh;
  PetscBool      sheet = PETSC_FALSE;

  PetscFunctionBeginUser;
  for (PetscInt t = 0; t < mesh->num_tissues; t++) sheet = (PetscBool)(sheet || TasMaterialNeedsSheet(domain->materials[t]));
  PetscCall(PetscCalloc1(3 * mesh->num_cells + 1, &domain->fibre));
  if (sheet) PetscCall(PetscCalloc1(3 * mesh->num_cells + 1, &domain->sheet));
  for (PetscInt t = 0; t < mesh->num_tissues && !problem[0]; t++) {
    PetscCall(SetDirection(mesh, t, &domain->c->tissues[t].fibre, domain->fibre, problem));
    if (sheet && !problem[0] && TasMaterialNeedsSheet(domain->materials[t])) PetscCall(SetDirection(mesh, t, &domain->c->tissues[t].sheet, domain->sheet, problem));
  }
  for (PetscInt c = 0; sheet && !problem[0] && c < mesh->num_cells; c++)
    if (TasMaterialNeedsSheet(domain->materials[mesh->cell_tissue[c]])) MakeNormal(domain->fibre + 3 * c, domain->sheet + 3 * c);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- materials ---- */

static PetscBool PullsAtRest(const TasCaseStrand *strand)
{
  for (PetscInt m = 0; m < strand->law.num_models; m++)
    if (strand->two_way && strand->law.models[m].model->part == TAS_PART_PRESTRAIN) return PETSC_TRUE;
  return PETSC_FALSE;
}

/* Where some tissue, or a strand that it feels, is prestrained every other one has to take up what the equilibrium with it leaves. */
static PetscErrorCode CreateMaterials(TasDomain *domain, char *problem)
{
  const TasMesh *mesh      = domain->mesh;
  PetscBool      prestrain = PETSC_FALSE;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(mesh->num_tissues, &domain->materials));
  for (PetscInt s = 0; s < domain->c->num_strands; s++) prestrain = (PetscBool)(prestrain || PullsAtRest(&domain->c->strands[s]));
  for (PetscInt t = 0; t < mesh->num_tissues && !problem[0]; t++) {
    PetscCall(TasCaseCreateMaterial(&domain->c->tissues[t], mesh, &domain->materials[t], problem));
    prestrain = (PetscBool)(prestrain || TasMaterialPrestrainState(domain->materials[t]) >= 0);
  }
  for (PetscInt t = 0; prestrain && t < mesh->num_tissues && !problem[0]; t++)
    if (TasMaterialPrestrainState(domain->materials[t]) < 0) PetscCall(TasMaterialAddModel(domain->materials[t], TasModelFind(TAS_PART_PRESTRAIN, "unstretched"), 1, NULL, problem));
  domain->prestrained = prestrain;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- life cycle ---- */

PetscErrorCode TasDomainCreate(TasCase *c, TasDomain **out, char *problem)
{
  TasDomain *domain;

  PetscFunctionBeginUser;
  problem[0] = '\0';
  PetscCall(PetscNew(&domain));
  *out      = domain;
  domain->c = c;
  PetscCall(TasMeshCreate(c->comm, &c->mesh.data, c->mesh.element, &domain->mesh));
  PetscCall(TasMeshDataClear(&c->mesh.data));
  PetscCall(CreateMaterials(domain, problem));
  if (!problem[0]) PetscCall(CreateDirections(domain, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasDomainDestroy(TasDomain **domain)
{
  PetscFunctionBeginUser;
  if (!*domain) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt t = 0; (*domain)->materials && t < (*domain)->mesh->num_tissues; t++) PetscCall(TasMaterialDestroy(&(*domain)->materials[t]));
  PetscCall(PetscFree((*domain)->materials));
  PetscCall(PetscFree((*domain)->fibre));
  PetscCall(PetscFree((*domain)->sheet));
  PetscCall(TasMeshDestroy(&(*domain)->mesh));
  PetscCall(PetscFree(*domain));
  PetscFunctionReturn(PETSC_SUCCESS);
}
