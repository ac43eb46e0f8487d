#include "mesh/gmsh_impl.h"
#include <math.h>
#include <string.h>

static PetscErrorCode Forget(TasGmsh *g)
{
  PetscFunctionBeginUser;
  for (PetscInt f = 0; f < g->num_fields; f++) PetscCall(PetscFree(g->fields[f].values));
  PetscCall(PetscFree(g->fields));
  PetscCall(PetscFree(g->cells.nodes));
  PetscCall(PetscFree(g->cells.group));
  PetscCall(PetscFree(g->facets.nodes));
  PetscCall(PetscFree(g->facets.group));
  PetscCall(PetscFree(g->lines.nodes));
  PetscCall(PetscFree(g->lines.group));
  PetscCall(PetscFree(g->groups));
  PetscCall(PetscFree(g->entities.first));
  PetscCall(PetscFree(g->entities.groups));
  PetscCall(TasKeyTableDestroy(&g->entities.index));
  PetscCall(PetscFree(g->element_cell));
  PetscCall(TasTagIndexDestroy(&g->element_tags));
  PetscCall(TasTagIndexDestroy(&g->node_tags));
  PetscCall(PetscFree(g->points));
  PetscCall(PetscFree(g->text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Binary files write the number one, so that another order of bytes shows. */
static bool CheckByteOrder(TasGmsh *g)
{
  int64_t one;

  if (!TasGmshEndLine(g) || !TasGmshInt(g, "the number one", &one)) return false;
  if (one == 0x01000000) return TasGmshFail(g, "was written on a machine of the other byte order: save it as text (gmsh -format msh41)");
  return one == 1 ? true : TasGmshFail(g, "the mark of the byte order is %lld instead of 1", (long long)one);
}

static bool ReadFormat(TasGmsh *g)
{
  PetscReal version;
  int64_t   binary, size;

  if (strncmp(g->at, "$MeshFormat", 11)) return TasGmshFail(g, "is not a Gmsh mesh: it does not start with $MeshFormat");
  strcpy(g->section, "$MeshFormat");
  g->at += 11;
  if (!TasGmshTextReal(g, "the version of the format", &version) || !TasGmshTextInt(g, "0 (text) or 1 (binary)", &binary) ||
      !TasGmshTextInt(g, "the size of a number in bytes", &size)) {
    return false;
  }
  g->version = version >= 2 && version < 2.25 ? 22 : fabs(version - 4.1) < 1e-6 ? 41 : 0;
  if (!g->version) {
    return TasGmshFail(g, "format %g: 2.2 and 4.1 are read (gmsh -save -format msh41 old.msh -o new.msh)", (double)version);
  }
  if (binary != 0 && binary != 1)
    return TasGmshFail(g, "the type of the file is %lld: 0 (text) or 1 (binary) is needed", (long long)binary);
  if (binary && size != 8) return TasGmshFail(g, "numbers of %lld bytes: 8 are needed", (long long)size);
  g->binary = binary == 1;
  return (!g->binary || CheckByteOrder(g)) && TasGmshExpectEnd(g);
}

/* The name of the next section; false at the end of the file as well. */
static bool NextSection(TasGmsh *g)
{
  char   quote[32];
  size_t length = 0;

  g->section[0] = '\0';
  TasGmshSkipSpace(g);
  if (g->at >= g->end) return false;
  if (*g->at != '$') return TasGmshFail(g, "expected a section that starts with $, found %s", TasGmshQuote(g, quote));
  while (length < sizeof(g->section) - 1 && g->at + length < g->end && g->at[length] > ' ') length++;
  if (length == sizeof(g->section) - 1) return TasGmshFail(g, "the name of a section is too long: %s", TasGmshQuote(g, quote));
  memcpy(g->section, g->at, length);
  g->section[length] = '\0';
  g->at += length;
  /* behind the name the line ends; binary numbers may start at once behind that */
  return TasGmshEndLine(g);
}

static PetscErrorCode ReadSection(TasGmsh *g)
{
  PetscFunctionBeginUser;
  if (!strcmp(g->section, "$PhysicalNames"))
    PetscCall(TasGmshReadNames(g));
  else if (!strcmp(g->section, "$Entities"))
    PetscCall(TasGmshReadEntities(g));
  else if (!strcmp(g->section, "$Nodes"))
    PetscCall(TasGmshReadNodes(g));
  else if (!strcmp(g->section, "$Elements"))
    PetscCall(TasGmshReadElements(g));
  else if (!strcmp(g->section, "$ElementData"))
    PetscCall(TasGmshReadField(g));
  else if (!strcmp(g->section, "$PartitionedEntities"))
    TasGmshFail(g, "the mesh is partitioned: save it whole, Tasis distributes it itself");
  else if (!strncmp(g->section, "$End", 4))
    TasGmshFail(g, "a section ends here that has not begun");
  else
    TasGmshSkipSection(g);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMeshDataReadGmsh(const char *path, PetscReal scale, TasMeshData *data, char *problem)
{
  TasGmsh g = {.path = path, .problem = problem};

  PetscFunctionBeginUser;
  problem[0] = '\0';
  *data      = (TasMeshData){0};
  PetscCall(TasGmshLoad(&g));
  if (!*problem) ReadFormat(&g);
  while (!*problem && NextSection(&g)) PetscCall(ReadSection(&g));
  g.section[0] = '\0';
  if (!*problem && !g.nodes_read) TasGmshFail(&g, "the file has no $Nodes");
  if (!*problem && !g.elements_read) TasGmshFail(&g, "the file has no $Elements");
  if (!*problem) PetscCall(TasGmshBuild(&g, scale, data));
  if (*problem) PetscCall(TasMeshDataClear(data));
  PetscCall(Forget(&g));
  PetscFunctionReturn(PETSC_SUCCESS);
}
