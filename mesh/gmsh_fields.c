/* $ElementData: scalars, vectors and tensors of the cells. */
#include "mesh/gmsh_impl.h"
#include <string.h>

/* The three lists of tags in front of the values, text in binary files too. */
static bool ReadHeader(TasGmsh *g, TasCellField *field, PetscInt *num_values)
{
  int64_t   number, components = 0, values = 0;
  PetscInt  count;
  PetscReal time;
  char      ignored[TAS_NAME_LENGTH];

  if (!TasGmshCount(g, false, "the number of string tags", 1, &count)) return false;
  if (count < 1) return TasGmshFail(g, "data without a name");
  for (PetscInt i = 0; i < count; i++) {
    if (!TasGmshString(g, "the name of the data", i ? ignored : field->name)) return false;
  }
  if (!TasGmshCount(g, false, "the number of real tags", 1, &count)) return false;
  for (PetscInt i = 0; i < count; i++) {
    if (!TasGmshTextReal(g, "a real tag", &time)) return false;
  }
  if (!TasGmshCount(g, false, "the number of integer tags", 1, &count)) return false;
  if (count < 3) return TasGmshFail(g, "field '%s' has %lld integer tags, 3 are needed", field->name, (long long)count);
  for (PetscInt i = 0; i < count; i++) {
    if (!TasGmshTextInt(g, "an integer tag", i == 1 ? &components : i == 2 ? &values : &number)) return false;
  }
  if (components != 1 && components != 3 && components != 9) {
    return TasGmshFail(g, "field '%s' has %lld components; 1, 3 or 9 are allowed", field->name, (long long)components);
  }
  if (values < 0 || values > (g->end - g->at) / (2 * (components + 1)) + 1) {
    return TasGmshFail(g, "field '%s' announces %lld values, and the rest of the file has no room for them", field->name,
                       (long long)values);
  }
  field->num_components = (PetscInt)components;
  *num_values           = (PetscInt)values;
  return !g->binary || TasGmshEndLine(g);
}

static bool ReadValues(TasGmsh *g, TasCellField *field, PetscInt num_values, PetscBool *seen)
{
  for (PetscInt v = 0; v < num_values; v++) {
    PetscReal value[9];
    int64_t   tag;
    if (!TasGmshInt(g, "the tag of an element", &tag)) return false;
    for (PetscInt i = 0; i < field->num_components; i++) {
      if (!TasGmshReal(g, "a value", &value[i])) return false;
    }
    const PetscInt index = TasTagIndexFind(&g->element_tags, tag);
    if (index < 0) return TasGmshFail(g, "field '%s' has a value for element %lld, which is not in $Elements", field->name, (long long)tag);
    const PetscInt cell = g->element_cell[index];
    if (cell < 0) continue; /* on a facet or a line */
    if (seen[cell]) return TasGmshFail(g, "field '%s' has two values for element %lld", field->name, (long long)tag);
    seen[cell] = PETSC_TRUE;
    for (PetscInt i = 0; i < field->num_components; i++) field->values[cell * field->num_components + i] = value[i];
  }
  return true;
}

static void CheckComplete(TasGmsh *g, const TasCellField *field, const PetscBool *seen)
{
  for (PetscInt e = 0; e < g->element_tags.count && !*g->problem; e++) {
    if (g->element_cell[e] < 0 || seen[g->element_cell[e]]) continue;
    const int64_t tag = g->element_tags.scattered ? g->element_tags.table.keys[e] : g->element_tags.first + e;
    TasGmshFail(g, "field '%s' has no value for element %lld: every cell needs one", field->name, (long long)tag);
  }
}

PetscErrorCode TasGmshReadField(TasGmsh *g)
{
  TasCellField *field;
  PetscBool    *seen;
  PetscInt      num_values = 0;

  PetscFunctionBeginUser;
  if (!g->elements_read) TasGmshFail(g, "$ElementData before $Elements");
  if (*g->problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscRealloc(sizeof(TasCellField) * (size_t)(g->num_fields + 1), &g->fields));
  field  = &g->fields[g->num_fields++];
  *field = (TasCellField){0};
  if (!ReadHeader(g, field, &num_values)) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt f = 0; f < g->num_fields - 1; f++) {
    if (!strcmp(g->fields[f].name, field->name)) TasGmshFail(g, "field '%s' is given twice: keep one step of time", field->name);
  }
  if (*g->problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(g->cells.count, &seen));
  PetscCall(PetscMalloc1(g->cells.count * field->num_components, &field->values));
  if (ReadValues(g, field, num_values, seen)) CheckComplete(g, field, seen);
  if (!*g->problem) TasGmshExpectEnd(g);
  PetscCall(PetscFree(seen));
  PetscFunctionReturn(PETSC_SUCCESS);
}
