/* The section `mesh`: a file of the user's, or a limb that Tasis builds. */
#include "solver/case/case_reader.h"
#include "solver/text.h"
#include "solver/case/units.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMBS "tibia | thigh | rod"
#define SUBJECTS "male | female | rabbit | dog" /* in the order of TasSubjectAt */
#define ELEMENTS "hex8 | tet10 | hex27" /* in the order of TasElement */

static const struct {
  const char *name;
  PetscInt    cells;
} resolutions[] = {{"coarse", 8000}, {"medium", 60000}, {"fine", 450000}};

static const char *const resolution_allowed = "coarse | medium | fine, or a number of cells from 100 to 50000000";

/* Relative paths are meant from the case's folder. */
static PetscErrorCode ReadFile(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCase    *c      = (TasCase *)target;
  const char *text   = TasCaseExpectScalar(r, node, "the path of a Gmsh file (.msh)");
  const char *slash  = strrchr(c->path, '/');
  const int   folder = slash && text && *text != '/' ? (int)(slash - c->path) + 1 : 0;

  PetscFunctionBeginUser;
  if (!text) PetscFunctionReturn(PETSC_SUCCESS);
  if (folder + strlen(text) >= sizeof(c->mesh.file))
    TasCaseComplain(r, node, "found a path of %zu characters, allowed: at most %zu", strlen(text), sizeof(c->mesh.file) - 1);
  else
    snprintf(c->mesh.file, sizeof(c->mesh.file), "%.*s%s", folder, c->path, text);
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadUnit(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCase    *c    = (TasCase *)target;
  const char *text = TasCaseExpectScalar(r, node, "a unit of length: mm, cm, m");
  char        what[256];

  PetscFunctionBeginUser;
  if (!text) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasUnitsFactor(text, "mm", &c->mesh.unit, sizeof(what), what));
  if (*what) TasCaseComplain(r, node, "found \"%.40s\", allowed: a unit of length: mm, cm, m", text);
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One of the key's choices, by its number. */
static PetscErrorCode ReadChoice(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, int *found)
{
  const TasCaseKey choice = {.key = key->key, .type = TAS_KEY_CHOICE, .choices = key->choices};

  PetscFunctionBeginUser;
  PetscCall(TasCaseReadKey(r, &choice, node, found));
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadLimb(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  int found = -1;

  PetscFunctionBeginUser;
  PetscCall(ReadChoice(r, key, node, &found));
  if (found >= 0) ((TasCase *)target)->mesh.limb = TasLimbFind(node->text);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadSubject(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  int found = -1;

  PetscFunctionBeginUser;
  PetscCall(ReadChoice(r, key, node, &found));
  if (found >= 0) ((TasCase *)target)->mesh.subject = TasSubjectAt(found);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadResolution(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCase    *c    = (TasCase *)target;
  const char *text = TasCaseExpectScalar(r, node, resolution_allowed);
  char       *rest, quoted[80];
  long        cells = 0;

  PetscFunctionBeginUser;
  if (!text) PetscFunctionReturn(PETSC_SUCCESS);
  for (size_t i = 0; i < sizeof(resolutions) / sizeof(resolutions[0]); i++)
    if (!strcmp(text, resolutions[i].name)) cells = resolutions[i].cells;
  if (!cells) {
    cells = strtol(text, &rest, 10);
    if (*rest || cells < 100 || cells > 50000000) {
      TasTextQuote(text, sizeof(quoted), quoted);
      TasCaseComplain(r, node, "found %s, allowed: %s", quoted, resolution_allowed);
    }
  }
  c->mesh.cells = (PetscInt)cells;
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadElement(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseMesh *mesh  = &((TasCase *)target)->mesh;
  int          found = 0;

  PetscFunctionBeginUser;
  PetscCall(ReadChoice(r, key, node, &found));
  mesh->element       = (TasElement)found;
  mesh->element_given = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *DimensionName(const void *limb, PetscInt i)
{
  return ((const TasLimb *)limb)->dimensions[i].key;
}

static PetscErrorCode ReadDimensions(TasCaseReader *r, const TasNode *node)
{
  TasCaseMesh   *mesh = &r->c->mesh;
  const TasLimb *limb = mesh->limb;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(limb->num_dimensions, &mesh->dimensions));
  if (node && !TasCaseExpectMap(r, node)) PetscFunctionReturn(PETSC_SUCCESS);
  for (const TasNode *child = node ? node->first : NULL; child; child = child->next) {
    PetscInt i = 0;

    while (i < limb->num_dimensions && strcmp(limb->dimensions[i].key, child->key)) i++;
    if (i == limb->num_dimensions) TasCaseComplainName(r, child, "dimension", child->key, i, DimensionName, limb);
  }
  for (PetscInt i = 0; i < limb->num_dimensions && !*r->problem; i++) {
    const TasNode *child = TasNodeFind(node, limb->dimensions[i].key);
    TasDimension   d;
    char           path[128], value[64], origin[512];

    PetscCall(TasSubjectDimension(mesh->subject, limb, i, &d, sizeof(origin), origin));
    mesh->dimensions[i] = d.standard;
    if (child) {
      const TasRange range = {TAS_WITHIN, d.low, d.high};

      PetscCall(TasCaseReadValue(r, child, d.unit, &range, &mesh->dimensions[i]));
      PetscCall(TasCaseRecordNode(r, child));
      continue;
    }
    snprintf(path, sizeof(path), "mesh.dimensions.%s", d.key);
    TasUnitsFormat(d.standard, d.unit, sizeof(value), value);
    PetscCall(TasCaseRecord(r, path, value, origin));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* clang-format off */
static const TasCaseKey keys[] = {
  {.key = "file", .type = TAS_KEY_OTHER, .read = ReadFile, .allowed = "a path",
   .meaning = "a Gmsh file (.msh 2.2 or 4.1), relative to the case file; its physical groups are the tissues and surfaces"},
  {.key = "unit", .type = TAS_KEY_OTHER, .read = ReadUnit, .allowed = "mm, cm, m, ...",
   .meaning = "unit of the coordinates in the file; mm when not given"},
  {.key = "limb", .type = TAS_KEY_OTHER, .read = ReadLimb, .choices = LIMBS,
   .meaning = "instead of a file: a limb that Tasis builds, with its tissues, bodies, surfaces and osteotomy"},
  {.key = "subject", .type = TAS_KEY_OTHER, .read = ReadSubject, .choices = SUBJECTS,
   .meaning = "limb only: whom it is scaled to, see below; dimensions that are given override it; the limb's own defaults when not given"},
  {.key = "resolution", .type = TAS_KEY_OTHER, .read = ReadResolution,
   .allowed = "coarse (8000 cells) | medium (60000) | fine (450000) | a number of cells",
   .meaning = "limb only: how many cells, about; coarse when not given"},
  {.key = "dimensions", .type = TAS_KEY_OTHER, .read = TasCaseReadLater, .allowed = "{length: 380 mm, ...}",
   .meaning = "limb only: dimensions that differ from the limb's defaults, see below"},
  {.key = "element", .type = TAS_KEY_OTHER, .read = ReadElement, .choices = ELEMENTS,
   .meaning = "hex8 (mean dilatation) or hex27 (Q2/P-1) for hexahedra, tet10 for tetrahedra; by default hex8 or tet10, as the cells are"},
};
/* clang-format on */
static const TasCaseTable tables[] = {TAS_CASE_TABLE("mesh", "Where the tissue is: a mesh file, or a limb that Tasis builds.", keys)};

static void CheckTogether(TasCaseReader *r, const TasNode *node)
{
  const TasCaseMesh *mesh = &r->c->mesh;

  if (!mesh->file[0] && !mesh->limb) TasCaseComplain(r, node, "names no mesh, allowed: {file: name.msh} or {limb: %s}", LIMBS);
  if (mesh->file[0] && mesh->limb) TasCaseComplain(r, node, "found both file and limb, allowed: one of them");
  if (mesh->limb && TasNodeFind(node, "unit"))
    TasCaseComplain(r, TasNodeFind(node, "unit"), "goes with a file, allowed: nothing (limbs are in mm)");
  if (!mesh->limb && TasNodeFind(node, "resolution"))
    TasCaseComplain(r, TasNodeFind(node, "resolution"), "goes with a limb, allowed: nothing (a file has the cells it has)");
  if (mesh->subject && !mesh->limb)
    TasCaseComplain(r, TasNodeFind(node, "subject"), "goes with a limb, allowed: nothing");
  else if (mesh->subject && !TasSubjectFindLimb(mesh->subject, mesh->limb))
    TasCaseComplain(r, TasNodeFind(node, "subject"), "has no limb \"%s\", allowed: with limb: tibia | thigh", mesh->limb->name);
  if (!mesh->limb && TasNodeFind(node, "dimensions"))
    TasCaseComplain(r, TasNodeFind(node, "dimensions"), "goes with a limb, allowed: nothing");
}

/* An array of rank 0 on all ranks; array: the address of its pointer, which means nothing on the others. */
static PetscErrorCode ShareArray(MPI_Comm comm, PetscInt num, size_t size, void *array)
{
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (rank) PetscCall(PetscMalloc((size_t)num * size, (void **)array));
  PetscCallMPI(MPI_Bcast(*(void **)array, (int)((size_t)num * size), MPI_BYTE, 0, comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the limb brings does not depend on the number of cells: it is taken from the smallest mesh, built on rank 0. */
static PetscErrorCode MakeLayout(TasCaseReader *r, const TasNode *node)
{
  const TasCaseMesh *mesh   = &r->c->mesh;
  TasLimbLayout     *layout = &r->layout;
  TasMeshData        data;
  char               what[TAS_PROBLEM_LENGTH] = "";
  PetscMPIInt        rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(r->c->comm, &rank));
  PetscCall(PetscArrayzero(&data, 1));
  if (!rank) PetscCall(TasSubjectBuild(mesh->subject, mesh->limb, mesh->dimensions, 100, &data, layout, what));
  PetscCall(TasMeshDataClear(&data));
  PetscCallMPI(MPI_Bcast(what, sizeof(what), MPI_CHAR, 0, r->c->comm));
  if (*what) TasCaseComplain(r, TasNodeFind(node, "dimensions") ? TasNodeFind(node, "dimensions") : node, "%s", what);
  if (*what) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCallMPI(MPI_Bcast(layout, sizeof(*layout), MPI_BYTE, 0, r->c->comm)); /* the arrays' addresses are replaced next */
  PetscCall(ShareArray(r->c->comm, layout->num_surfaces, sizeof(*layout->surfaces), &layout->surfaces));
  PetscCall(ShareArray(r->c->comm, layout->num_tissues, sizeof(*layout->tissues), &layout->tissues));
  PetscCall(ShareArray(r->c->comm, layout->num_strands, sizeof(*layout->strands), &layout->strands));
  PetscCall(ShareArray(r->c->comm, layout->num_joints, sizeof(*layout->joints), &layout->joints));
  PetscCall(ShareArray(r->c->comm, layout->num_turnings, sizeof(*layout->turnings), &layout->turnings));
  PetscCall(ShareArray(r->c->comm, layout->num_moment_arms, sizeof(*layout->moment_arms), &layout->moment_arms));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Read(TasCaseReader *r, const TasNode *node)
{
  PetscFunctionBeginUser;
  if (!node) {
    TasCaseComplainMissing(r, NULL, "mesh", "{file: name.msh} or {limb: " LIMBS "}");
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TasCaseReadMap(r, &tables[0], "mesh", node, r->c));
  if (!*r->problem) CheckTogether(r, node);
  if (!r->c->mesh.limb && !TasNodeFind(node, "unit")) PetscCall(TasCaseRecord(r, "mesh.unit", "mm", "default"));
  if (*r->problem || !r->c->mesh.limb) PetscFunctionReturn(PETSC_SUCCESS);
  if (!TasNodeFind(node, "resolution")) {
    r->c->mesh.cells = resolutions[0].cells;
    PetscCall(TasCaseRecord(r, "mesh.resolution", resolutions[0].name, "default"));
  }
  PetscCall(ReadDimensions(r, TasNodeFind(node, "dimensions")));
  if (!*r->problem) PetscCall(MakeLayout(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_mesh = {.key = "mesh", .meaning = "where the tissue is", .num_tables = 1, .tables = tables, .read = Read};
