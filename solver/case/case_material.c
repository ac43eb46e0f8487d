/* From a tissue of the case to a material (models/material.h). */
#include "solver/case/case.h"
#include <stdio.h>
#include <string.h>

/* Values of one parameter in n cells, term t at values[t*n] (mesh: only for fields). Cells of other tissues get the tissue's own first value: they are never
   evaluated, but the models see them. */
static void FillParameter(const TasMesh *mesh, PetscInt tissue, const TasCaseParameter *parameter, PetscInt terms, PetscInt n,
                          PetscReal *values)
{
  const TasCellField *field = parameter->field[0] ? &mesh->fields[TasMeshFindField(mesh, parameter->field)] : NULL;

  for (PetscInt t = 0; t < terms; t++)
    for (PetscInt i = 0; i < n; i++) values[t * n + i] = parameter->value[t];
  for (PetscInt i = 0; field && i < n; i++)
    if (mesh->cell_tissue[i] == tissue) values[i] = field->values[i] * parameter->scale;
}

static PetscErrorCode AddModel(TasMaterial material, const TasMesh *mesh, PetscInt tissue, const TasCaseModel *model, char *problem)
{
  const PetscInt terms = PetscMax(model->model->max_terms, 1);
  PetscInt       n     = 1;
  PetscReal     *values;

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < model->model->num_parameters; k++)
    if (model->parameters[k].field[0]) n = PetscMax(mesh->num_cells, 1);
  PetscCall(PetscCalloc1(model->model->num_parameters * terms * n, &values));
  for (PetscInt k = 0; k < model->model->num_parameters; k++)
    FillParameter(mesh, tissue, &model->parameters[k], terms, n, values + k * terms * n);
  PetscCall(TasMaterialAddModel(material, model->model, n, values, problem));
  PetscCall(PetscFree(values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Create(const TasCaseTissue *tissue, const char *section, const TasMesh *mesh, PetscInt number, TasMaterial *material,
                             char *problem)
{
  PetscFunctionBeginUser;
  *problem = 0;
  PetscCall(TasMaterialCreate(material));
  for (PetscInt m = 0; m < tissue->num_models && !*problem; m++) {
    char what[TAS_PROBLEM_LENGTH] = "";

    PetscCall(AddModel(*material, mesh, number, &tissue->models[m], what));
    if (*what) snprintf(problem, TAS_PROBLEM_LENGTH, "%s.%s, %s: %.300s", section, tissue->name, tissue->models[m].model->name, what);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseCreateMaterial(const TasCaseTissue *tissue, const TasMesh *mesh, TasMaterial *material, char *problem)
{
  PetscFunctionBeginUser;
  PetscCall(Create(tissue, "tissues", mesh, TasMeshFindTissue(mesh, tissue->name), material, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseCreateStrandMaterial(const TasCaseStrand *strand, TasMaterial *material, char *problem)
{
  PetscFunctionBeginUser;
  PetscCall(Create(&strand->law, "strands", NULL, -1, material, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}
