#include "solver/output/provenance.h"
#include "solver/files.h"
#include <jansson.h>
#include <stdlib.h>

struct TasProvenance_ {
  json_t *groups;
};

PetscErrorCode TasProvenanceCreate(TasProvenance *provenance)
{
  PetscFunctionBeginUser;
  PetscCall(PetscNew(provenance));
  (*provenance)->groups = json_pack("{s:{}, s:{}}", "provenance", "case");
  PetscCheck((*provenance)->groups, PETSC_COMM_SELF, PETSC_ERR_MEM, "no room for the provenance");
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasProvenanceDestroy(TasProvenance *provenance)
{
  PetscFunctionBeginUser;
  if (*provenance) json_decref((*provenance)->groups);
  PetscCall(PetscFree(*provenance));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasProvenanceAdd(TasProvenance provenance, const char *group, const char *name, const char *text)
{
  json_t *value = json_string(text);

  PetscFunctionBeginUser;
  if (value) (void)json_object_set_new(json_object_get(provenance->groups, group), name, value);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasProvenanceWrite(TasProvenance provenance, const char *path, char *problem)
{
  char *text = json_dumps(provenance->groups, JSON_INDENT(1) | JSON_SORT_KEYS);

  PetscFunctionBeginUser;
  PetscCheck(text, PETSC_COMM_SELF, PETSC_ERR_LIB, "jansson cannot write %s", path);
  PetscCall(TasFileReplaceText(path, text, problem));
  free(text);
  PetscFunctionReturn(PETSC_SUCCESS);
}
