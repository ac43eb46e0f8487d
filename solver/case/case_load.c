/* The second step of a case: its mesh, and every name that refers to it. */
#include "solver/case/case_models.h"
#include "solver/case/case_pins.h"
#include "solver/text.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* What every rank knows of the mesh, which itself is on rank 0. */
typedef struct {
  TasShape shape;
  PetscInt num_tissues, num_surfaces, num_fields;
  char (*tissues)[TAS_NAME_LENGTH];
  char (*surfaces)[TAS_NAME_LENGTH];
  char (*fields)[TAS_NAME_LENGTH];
  PetscInt *components; /* of the fields */
} MeshNames;

/* ---- the mesh ---- */

static void CheckFile(TasCaseReader *r, const TasNode *node)
{
  struct stat what;
  const char *file = r->c->mesh.file;

  if (stat(file, &what))
    TasCaseComplain(r, node, "found \"%.160s\": %s, allowed: a Gmsh file (.msh)", file, strerror(errno));
  else if (!S_ISREG(what.st_mode))
    TasCaseComplain(r, node, "found \"%.160s\", which is %s, allowed: a Gmsh file (.msh)", file,
                    S_ISDIR(what.st_mode) ? "a folder" : "no file");
}

/* On rank 0. */
static PetscErrorCode MakeMesh(TasCaseReader *r, PetscInt max_cells)
{
  TasCaseMesh   *mesh    = &r->c->mesh;
  const TasNode *section = TasNodeFind(r->root, "mesh"), *node = TasNodeFind(section, mesh->limb ? "limb" : "file");
  TasLimbLayout  layout                   = {0};
  char           what[TAS_PROBLEM_LENGTH] = "";

  PetscFunctionBeginUser;
  if (mesh->limb) {
    PetscCall(TasSubjectBuild(mesh->subject, mesh->limb, mesh->dimensions, max_cells ? PetscMin(max_cells, mesh->cells) : mesh->cells, &mesh->data, &layout, what));
    PetscCall(TasLimbLayoutClear(&layout));
  } else {
    CheckFile(r, node);
    if (!*r->problem) PetscCall(TasMeshDataReadGmsh(mesh->file, mesh->unit, &mesh->data, what));
  }
  if (!*what && !*r->problem) PetscCall(TasMeshDataCheck(&mesh->data, what));
  if (*what) TasCaseComplain(r, node, "%s", what);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One array of names on every rank; names: of rank 0. */
static PetscErrorCode ShareNames(MPI_Comm comm, PetscInt n, char (*names)[TAS_NAME_LENGTH], char (**copy)[TAS_NAME_LENGTH])
{
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(PetscCalloc1(n, copy));
  if (!rank && n) memcpy(*copy, names, (size_t)n * TAS_NAME_LENGTH);
  PetscCallMPI(MPI_Bcast(*copy, (int)(n * TAS_NAME_LENGTH), MPI_CHAR, 0, comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MeshNamesCreate(MPI_Comm comm, const TasMeshData *data, MeshNames *names)
{
  PetscInt header[4] = {data->shape, data->num_tissues, data->num_surfaces, data->num_fields};
  char(*fields)[TAS_NAME_LENGTH];
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Bcast(header, 4, MPIU_INT, 0, comm));
  *names = (MeshNames){.shape = (TasShape)header[0], .num_tissues = header[1], .num_surfaces = header[2], .num_fields = header[3]};
  PetscCall(ShareNames(comm, header[1], data->tissue_names, &names->tissues));
  PetscCall(ShareNames(comm, header[2], data->surface_names, &names->surfaces));
  PetscCall(PetscCalloc1(header[3], &fields));
  PetscCall(PetscCalloc1(header[3], &names->components));
  for (PetscInt f = 0; f < header[3] && !rank; f++) {
    PetscCall(PetscStrncpy(fields[f], data->fields[f].name, TAS_NAME_LENGTH));
    names->components[f] = data->fields[f].num_components;
  }
  PetscCall(ShareNames(comm, header[3], fields, &names->fields));
  PetscCallMPI(MPI_Bcast(names->components, header[3], MPIU_INT, 0, comm));
  PetscCall(PetscFree(fields));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MeshNamesDestroy(MeshNames *names)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(names->tissues));
  PetscCall(PetscFree(names->surfaces));
  PetscCall(PetscFree(names->fields));
  PetscCall(PetscFree(names->components));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- names ---- */

static PetscInt FindName(PetscInt n, char (*names)[TAS_NAME_LENGTH], const char *name)
{
  for (PetscInt i = 0; i < n; i++)
    if (!strcmp(names[i], name)) return i;
  return -1;
}

static const char *GetName(const void *names, PetscInt i)
{
  return ((char(*)[TAS_NAME_LENGTH])names)[i];
}

/* tissues[i] becomes tissue i of the mesh. */
static PetscErrorCode OrderTissues(TasCaseReader *r, const MeshNames *names)
{
  TasCase       *c = r->c;
  TasCaseTissue *ordered;

  PetscFunctionBeginUser;
  for (PetscInt t = 0; t < c->num_tissues; t++)
    if (FindName(names->num_tissues, names->tissues, c->tissues[t].name) < 0 && c->tissues[t].node)
      TasCaseComplainName(r, c->tissues[t].node, "tissue of the mesh is called", c->tissues[t].name, names->num_tissues, GetName,
                          names->tissues);
  for (PetscInt i = 0; i < names->num_tissues && !*r->problem; i++) {
    PetscBool found = PETSC_FALSE;

    for (PetscInt t = 0; t < c->num_tissues; t++) found = (PetscBool)(found || !strcmp(c->tissues[t].name, names->tissues[i]));
    if (!found)
      TasCaseComplainMissing(r, TasNodeFind(r->root, "tissues"), names->tissues[i],
                             "an entry for each tissue of the mesh, such as {preset: muscle}");
  }
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(c->num_tissues, &ordered));
  for (PetscInt t = 0; t < c->num_tissues; t++) {
    const PetscInt i = FindName(names->num_tissues, names->tissues, c->tissues[t].name);

    if (i >= 0)
      ordered[i] = c->tissues[t];
    else
      PetscCall(TasCaseTissueClear(&c->tissues[t])); /* of the limb, but with these dimensions of no size */
  }
  PetscCall(PetscFree(c->tissues));
  c->tissues     = ordered;
  c->num_tissues = names->num_tissues;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode OrderSurfaces(TasCaseReader *r, const MeshNames *names)
{
  TasCase        *c = r->c;
  TasCaseSurface *ordered;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(names->num_surfaces, &ordered));
  for (PetscInt i = 0; i < names->num_surfaces; i++) PetscCall(PetscStrncpy(ordered[i].name, names->surfaces[i], TAS_NAME_LENGTH));
  for (PetscInt s = 0; s < c->num_surfaces; s++) {
    const PetscInt i = FindName(names->num_surfaces, names->surfaces, c->surfaces[s].name);

    if (i >= 0)
      ordered[i] = c->surfaces[s];
    else if (c->surfaces[s].node)
      TasCaseComplainName(r, c->surfaces[s].node, "surface of the mesh is called", c->surfaces[s].name, names->num_surfaces, GetName,
                          names->surfaces);
  }
  PetscCall(PetscFree(c->surfaces));
  c->surfaces     = ordered;
  c->num_surfaces = names->num_surfaces;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- fields and directions ---- */

/* Where the user wrote something about a tissue. */
static const TasNode *TissueNode(const TasCaseTissue *tissue, const char *key)
{
  const TasNode *node = TasNodeFind(tissue->node, key);

  return node ? node : tissue->node;
}

static void CheckField(TasCaseReader *r, const MeshNames *names, const TasNode *node, const char *field, PetscInt components)
{
  const PetscInt f = FindName(names->num_fields, names->fields, field);

  if (f < 0)
    TasCaseComplainName(r, node, "cell field of the mesh is called", field, names->num_fields, GetName, names->fields);
  else if (names->components[f] != components)
    TasCaseComplain(r, node, "field \"%s\" of the mesh has %" PetscInt_FMT " components, allowed: %" PetscInt_FMT, field,
                    names->components[f], components);
}

static PetscErrorCode CheckDirection(TasCaseReader *r, const MeshNames *names, TasCaseTissue *tissue, const char *key, PetscBool needed)
{
  const PetscBool   sheet     = (PetscBool)!strcmp(key, "sheet");
  TasCaseDirection *direction = sheet ? &tissue->sheet : &tissue->fibre;
  const TasNode    *node      = TissueNode(tissue, key);
  const char       *standard  = sheet ? "sheet" : "fibre";
  const PetscInt    f         = FindName(names->num_fields, names->fields, standard);

  PetscFunctionBeginUser;
  if (direction->kind == TAS_DIRECTION_NONE && f >= 0 && names->components[f] == 3 && needed) {
    direction->kind = TAS_DIRECTION_FIELD;
    PetscCall(PetscStrncpy(direction->field, standard, TAS_NAME_LENGTH));
  }
  if (direction->kind == TAS_DIRECTION_FIELD) CheckField(r, names, node, direction->field, 3);
  if (direction->kind == TAS_DIRECTION_LAPLACE) {
    const char *const ends[] = {direction->from, direction->to};

    for (int i = 0; i < 2; i++)
      if (FindName(names->num_surfaces, names->surfaces, ends[i]) < 0 && FindName(names->num_tissues, names->tissues, ends[i]) < 0)
        TasCaseComplainName(r, node, "surface (nor tissue) of the mesh is called", ends[i], names->num_surfaces, GetName, names->surfaces);
  }
  if (direction->kind == TAS_DIRECTION_NONE && needed)
    TasCaseComplainMissing(r, tissue->node, key,
                           sheet ? "[x, y, z] or {field: name}" : "[x, y, z], {laplace: {from: name, to: name}} or {field: name}");
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckTissue(TasCaseReader *r, const MeshNames *names, TasCaseTissue *tissue)
{
  PetscBool fibre = PETSC_FALSE, sheet = PETSC_FALSE;

  PetscFunctionBeginUser;
  for (PetscInt m = 0; m < tissue->num_models; m++) {
    const TasCaseModel *model = &tissue->models[m];

    fibre = (PetscBool)(fibre || model->model->part == TAS_PART_FIBRE || model->model->part == TAS_PART_GROWTH || (model->model->part == TAS_PART_PRESTRAIN && model->model->num_parameters));
    sheet = (PetscBool)(sheet || model->model->two_directions);
    for (PetscInt k = 0; k < model->model->num_parameters; k++)
      if (model->parameters[k].field[0]) CheckField(r, names, tissue->node, model->parameters[k].field, 1);
  }
  PetscCall(CheckDirection(r, names, tissue, "direction", fibre));
  PetscCall(CheckDirection(r, names, tissue, "sheet", sheet));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const TasCellField *GetField(const TasMeshData *data, const char *name)
{
  for (PetscInt f = 0; f < data->num_fields; f++)
    if (!strcmp(data->fields[f].name, name)) return &data->fields[f];
  return NULL;
}

/* Values of a parameter in the tissue's cells; the first one stands for the tissue where a single value is wanted. Rank 0. */
static void CheckParameterField(TasCaseReader *r, PetscInt tissue, const TasParameter *p, TasCaseParameter *parameter)
{
  const TasMeshData  *data  = &r->c->mesh.data;
  const TasCellField *field = GetField(data, parameter->field);
  PetscBool           first = PETSC_TRUE;

  for (PetscInt cell = 0; cell < data->num_cells && !*r->problem; cell++) {
    const PetscReal value = field->values[cell] * parameter->scale;

    if (data->cell_tissue[cell] != tissue) continue;
    if (!TasParameterAdmits(p, value)) {
      char range[80];

      TasParameterRange(p, range, sizeof(range));
      TasCaseComplain(r, r->c->tissues[tissue].node, "field \"%s\" gives %s = %g %s in cell %" PetscInt_FMT ", allowed: %s %s", field->name,
                      p->key, (double)value, p->unit, cell + 1, range, p->unit);
    }
    if (first) parameter->value[0] = value;
    first = PETSC_FALSE;
  }
}

static void CheckDirectionField(TasCaseReader *r, PetscInt tissue, const TasCaseDirection *direction, const char *key)
{
  const TasMeshData  *data = &r->c->mesh.data;
  const TasCellField *field;

  if (direction->kind != TAS_DIRECTION_FIELD) return;
  field = GetField(data, direction->field);
  for (PetscInt cell = 0; cell < data->num_cells && !*r->problem; cell++) {
    const PetscReal *v = &field->values[3 * cell], length = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];

    if (data->cell_tissue[cell] != tissue || (length > 0 && !PetscIsInfOrNanReal(length))) continue;
    TasCaseComplain(r, TissueNode(&r->c->tissues[tissue], key),
                    "field \"%s\" has no direction in cell %" PetscInt_FMT " (%g, %g, %g), allowed: vectors that are not zero", field->name,
                    cell + 1, (double)v[0], (double)v[1], (double)v[2]);
  }
}

/* Rank 0 sees the values; the parameters' representatives go to everybody. */
static PetscErrorCode CheckFields(TasCaseReader *r, const MeshNames *names)
{
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(r->c->comm, &rank));
  for (PetscInt t = 0; t < names->num_tissues; t++) {
    TasCaseTissue *tissue = &r->c->tissues[t];

    if (!rank) CheckDirectionField(r, t, &tissue->fibre, "direction");
    if (!rank) CheckDirectionField(r, t, &tissue->sheet, "sheet");
    for (PetscInt m = 0; m < tissue->num_models; m++) {
      for (PetscInt k = 0; k < tissue->models[m].model->num_parameters; k++) {
        TasCaseParameter *parameter = &tissue->models[m].parameters[k];

        if (!parameter->field[0]) continue;
        if (!rank) CheckParameterField(r, t, &tissue->models[m].model->parameters[k], parameter);
        PetscCallMPI(MPI_Bcast(parameter->value, 1, MPIU_REAL, 0, r->c->comm));
      }
    }
  }
  PetscCallMPI(MPI_Bcast(r->problem, TAS_PROBLEM_LENGTH, MPI_CHAR, 0, r->c->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the rest ---- */

static void ChooseElement(TasCaseReader *r, const MeshNames *names)
{
  TasCaseMesh    *mesh = &r->c->mesh;
  const TasNode  *node = TasNodeFind(TasNodeFind(r->root, "mesh"), "element");
  const PetscBool tet  = (PetscBool)(names->shape == TAS_SHAPE_TET);

  if (!mesh->element_given)
    mesh->element = tet ? TAS_ELEMENT_TET10 : TAS_ELEMENT_HEX8;
  else if (tet != (mesh->element == TAS_ELEMENT_TET10))
    TasCaseComplain(r, node, "found \"%s\" for a mesh of %s, allowed: %s", node->text, tet ? "tetrahedra" : "hexahedra",
                    tet ? "tet10" : "hex8, hex27");
}

static PetscBool MovesWith(const TasCase *c, PetscInt other, PetscInt body)
{
  while (other >= 0 && other != body) other = c->bodies[other].parent;
  return (PetscBool)(other >= 0);
}

/* Is a surface or a pin bound to the body, or to one that moves with it? */
static PetscBool HoldsTissue(const TasCase *c, PetscInt body)
{
  for (PetscInt i = 0; i < c->num_pins; i++)
    if (MovesWith(c, c->pins[i].body, body)) return PETSC_TRUE;
  for (PetscInt s = 0; s < c->num_surfaces; s++)
    for (PetscInt i = 0; i < c->surfaces[s].num_bodies; i++)
      if (MovesWith(c, c->surfaces[s].bodies[i], body)) return PETSC_TRUE;
  return PETSC_FALSE;
}

static void CheckSupports(TasCaseReader *r)
{
  const TasCase *c    = r->c;
  PetscBool      held = PETSC_FALSE;

  for (PetscInt s = 0; s < c->num_surfaces; s++) {
    const TasCaseValue *u = c->surfaces[s].displacement;

    held = (PetscBool)(held || c->surfaces[s].kind != TAS_SURFACE_FREE || u[0].given || u[1].given || u[2].given);
  }
  if (!held) TasCaseComplainMissing(r, NULL, "surfaces", "at least one surface that holds the tissue: attached, gliding or displacement");
  for (PetscInt b = 0; b < c->num_bodies; b++) {
    const PetscBool *is_free = c->bodies[b].free;

    if ((is_free[0] || is_free[1] || is_free[2] || is_free[3] || is_free[4] || is_free[5]) && !HoldsTissue(c, b))
      TasCaseComplain(r, c->bodies[b].node,
                      "has free components but no surface is attached to it or glides on it, and no pin, allowed: a body of some surface or pin");
  }
}

PetscErrorCode TasCaseLoadMesh(TasCase *c, PetscInt max_cells, char *problem)
{
  TasCaseReader reader = {.c = c, .root = TasTreeRoot(c->tree), .problem = problem};
  MeshNames     names;
  PetscMPIInt   rank;

  PetscFunctionBeginUser;
  memset(problem, 0, TAS_PROBLEM_LENGTH);
  PetscCallMPI(MPI_Comm_rank(c->comm, &rank));
  if (!rank) PetscCall(MakeMesh(&reader, max_cells));
  PetscCallMPI(MPI_Bcast(problem, TAS_PROBLEM_LENGTH, MPI_CHAR, 0, c->comm));
  if (*problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MeshNamesCreate(c->comm, &c->mesh.data, &names));
  ChooseElement(&reader, &names);
  PetscCall(OrderTissues(&reader, &names));
  PetscCall(OrderSurfaces(&reader, &names));
  for (PetscInt t = 0; t < names.num_tissues && !*problem; t++) PetscCall(CheckTissue(&reader, &names, &c->tissues[t]));
  if (!*problem) CheckSupports(&reader);
  if (!*problem) PetscCall(CheckFields(&reader, &names));
  if (!*problem) PetscCall(TasCaseLoadPaths(&reader));
  if (!*problem) PetscCall(TasCasePlacePins(&reader));
  PetscCall(MeshNamesDestroy(&names));
  PetscFunctionReturn(PETSC_SUCCESS);
}
