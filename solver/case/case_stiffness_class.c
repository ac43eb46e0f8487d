/* The section `stiffness_class`: by what factors tissue differs from its presets. */
#include "solver/case/case_reader.h"
#include <string.h>

static const char *ClassName(const void *context, PetscInt i)
{
  return tas_stiffness_classes[i].name;
}

static PetscErrorCode ReadName(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  const char *name = TasCaseExpectScalar(r, node, "the name of a stiffness class (tasis models)");

  PetscFunctionBeginUser;
  if (!name || *r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  r->c->stiffness_class = TasStiffnessClassFind(name);
  if (!r->c->stiffness_class) TasCaseComplainName(r, node, "stiffness class", name, tas_num_stiffness_classes, ClassName, NULL);
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* clang-format off */
static const TasCaseKey stiffness_keys[] = {
  {.key = "stiffness_class", .type = TAS_KEY_OTHER, .read = ReadName, .allowed = "usual, congenital (tasis models)",
   .meaning = "of the subject: multiplies stated parameters of the tissues' presets; what the case gives itself stays; usual when not given"},
};
/* clang-format on */
static const TasCaseTable stiffness_tables[] = {TAS_CASE_TABLE("", "At the top of the file.", stiffness_keys)};

static PetscErrorCode Read(TasCaseReader *r, const TasNode *node)
{
  PetscFunctionBeginUser;
  r->c->stiffness_class = &tas_stiffness_classes[0];
  if (node) PetscCall(ReadName(r, &stiffness_keys[0], node, NULL));
  else PetscCall(TasCaseRecord(r, "stiffness_class", tas_stiffness_classes[0].name, "default"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_stiffness_class = {
    .key = "stiffness_class", .meaning = "how stiff the subject's tissue is", .num_tables = 1, .tables = stiffness_tables, .read = Read};
