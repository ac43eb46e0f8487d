/* What numbers and axes of the results mean, among the provenance: for who looks at them without the case. */
#include "solver/output/recording.h"

#include "solver/text.h"

static PetscErrorCode NameTissues(const TasDomain *domain, TasResults results)
{
  const TasMesh *mesh = domain->mesh;
  const size_t   size = (size_t)(mesh->num_tissues + 1) * (TAS_NAME_LENGTH + 16);
  char          *names;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(size, &names));
  for (PetscInt t = 0; t < mesh->num_tissues; t++) TasTextAppend(size, names, "%s%" PetscInt_FMT " %s", t ? ", " : "", t, mesh->tissue_names[t]);
  PetscCall(TasResultsAddProvenance(results, "tissue_id", names));
  PetscCall(PetscFree(names));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode NameStrands(const TasCase *c, TasResults results)
{
  const size_t size = (size_t)(c->num_strands + 1) * (TAS_NAME_LENGTH + 16);
  char        *names;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(size, &names));
  for (PetscInt k = 0; k < c->num_strands; k++) TasTextAppend(size, names, "%s%" PetscInt_FMT " %s", k ? ", " : "", k + 1, c->strands[k].law.name);
  if (c->num_strands) PetscCall(TasResultsAddProvenance(results, "strand_id", names));
  PetscCall(PetscFree(names));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* As the history names what belongs to an osteotomy: the second one's with second_ before it. */
static PetscErrorCode PlaceOsteotomies(const TasCase *c, TasResults results)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < TAS_MAX_OSTEOTOMIES && c->osteotomy[k].given; k++) {
    const PetscReal *x = c->osteotomy[k].point, *n = c->osteotomy[k].normal;
    char             text[256];
    PetscCall(PetscSNPrintf(text, sizeof text, "point %.10g %.10g %.10g mm, distal normal %.10g %.10g %.10g", (double)x[0], (double)x[1], (double)x[2], (double)n[0], (double)n[1], (double)n[2]));
    PetscCall(TasResultsAddProvenance(results, k ? "second_osteotomy" : "osteotomy", text));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRecordingAddMeanings(const TasDomain *domain, TasResults results)
{
  PetscFunctionBeginUser;
  PetscCall(NameTissues(domain, results));
  PetscCall(NameStrands(domain->c, results));
  PetscCall(PlaceOsteotomies(domain->c, results));
  if (domain->c->mesh.limb) PetscCall(TasResultsAddProvenance(results, "limb", domain->c->mesh.limb->name));
  PetscFunctionReturn(PETSC_SUCCESS);
}
