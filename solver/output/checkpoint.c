#include "solver/output/checkpoint.h"
#include "solver/files.h"
#include "solver/output/hdf5_file.h"
#include "solver/assembly/slices.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FORMAT "Tasis checkpoint 2"
#define HASH_LENGTH 48

static const char *const groups[]        = {"/nodes", "/cells", "/global"};
static const char *const element_names[] = {"hex8", "tet10", "hex27"};

typedef struct {
  TasHDF5        file;
  const TasMesh *mesh;
  TasSlices      nodes, cells;
} Checkpoint;

static void ArrayPath(const TasCheckpointArray *array, char path[160])
{
  snprintf(path, 160, "%s/%.128s", groups[array->place], array->name);
}

static PetscErrorCode CreateSlices(Checkpoint *c)
{
  const TasMesh *mesh = c->mesh;

  PetscFunctionBeginUser;
  PetscCall(TasSlicesCreate(mesh->comm, mesh->num_nodes_global, mesh->num_nodes_owned, mesh->node_number, &c->nodes));
  PetscCall(TasSlicesCreate(mesh->comm, mesh->num_cells_global, mesh->num_cells_owned, mesh->cell_number, &c->cells));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode DestroySlices(Checkpoint *c)
{
  PetscFunctionBeginUser;
  PetscCall(TasSlicesDestroy(&c->nodes));
  PetscCall(TasSlicesDestroy(&c->cells));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- hashes: sums over items that know their number, so that they do not depend on the ranks ---- */

/* The finalizer of splitmix64 (Steele, Lea & Flood 2014). */
static uint64_t Mix(uint64_t h)
{
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9ULL;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebULL;
  return h ^ (h >> 31);
}

static uint64_t MixReal(uint64_t h, PetscReal value)
{
  uint64_t bits;

  memcpy(&bits, &value, sizeof(bits));
  return Mix(h * 0x9e3779b97f4a7c15ULL + bits);
}

static uint64_t MixInteger(uint64_t h, PetscInt value)
{
  return Mix(h * 0x9e3779b97f4a7c15ULL + (uint64_t)value);
}

static PetscErrorCode ShareHash(MPI_Comm comm, uint64_t sum, char hash[HASH_LENGTH])
{
  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_UINT64_T, MPI_SUM, comm));
  snprintf(hash, HASH_LENGTH, "%016" PRIx64, sum);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static uint64_t CellHash(const TasMesh *mesh, PetscInt cell)
{
  uint64_t h = MixInteger(2, mesh->cell_number[cell]);

  h = MixInteger(h, mesh->cell_tissue[cell]);
  for (PetscInt a = 0; a < mesh->nodes_per_cell; a++) h = MixInteger(h, mesh->node_number[mesh->cells[cell * mesh->nodes_per_cell + a]]);
  for (PetscInt f = 0; f < mesh->num_fields; f++) {
    const PetscInt width = mesh->fields[f].num_components;

    for (PetscInt k = 0; k < width; k++) h = MixReal(h, mesh->fields[f].values[cell * width + k]);
  }
  return h;
}

/* Places, cells, tissues, fields and surfaces. */
static PetscErrorCode MeshHash(const TasMesh *mesh, char hash[HASH_LENGTH])
{
  uint64_t sum = 0;

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < mesh->num_nodes_owned; i++) {
    uint64_t h = MixInteger(1, mesh->node_number[i]);

    for (PetscInt d = 0; d < 3; d++) h = MixReal(h, mesh->coordinates[3 * i + d]);
    sum += h;
  }
  for (PetscInt c = 0; c < mesh->num_cells_owned; c++) sum += CellHash(mesh, c);
  for (PetscInt s = 0; s < mesh->num_surfaces; s++) {
    const TasSurface *surface = &mesh->surfaces[s];

    for (PetscInt f = 0; f < surface->num_facets_owned; f++) {
      uint64_t nodes = 0; /* whatever node comes first */

      for (PetscInt a = 0; a < mesh->nodes_per_facet; a++)
        nodes += MixInteger(3, mesh->node_number[surface->facet_nodes[f * mesh->nodes_per_facet + a]]);
      sum += Mix(MixInteger(4, s) + nodes);
    }
  }
  PetscCall(ShareHash(mesh->comm, sum, hash));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* values: this rank's slice; of a global array those of rank 0. */
static PetscErrorCode ArrayHash(const Checkpoint *c, const TasCheckpointArray *array, const PetscReal *values, char hash[HASH_LENGTH])
{
  const TasSlices *slices = array->place == TAS_CHECKPOINT_NODES ? &c->nodes : &c->cells;
  const PetscInt   width  = array->num_components;
  const PetscBool  global = (PetscBool)(array->place == TAS_CHECKPOINT_GLOBAL);
  const size_t     first  = global ? 0 : (size_t)slices->start * width;
  const size_t     num    = !global ? (size_t)slices->count * width : c->file.rank ? 0 : (size_t)width;
  uint64_t         sum    = 0;

  PetscFunctionBeginUser;
  for (size_t i = 0; i < num; i++) sum += MixReal(first + i + 1, values[i]);
  PetscCall(ShareHash(c->mesh->comm, sum, hash));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WriteHash(Checkpoint *c, const TasCheckpointArray *array, const char *path, const PetscReal *values)
{
  char hash[HASH_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(ArrayHash(c, array, values, hash));
  PetscCall(TasHDF5SetText(&c->file, path, "hash", hash));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckHash(Checkpoint *c, const TasCheckpointArray *array, const char *path, const PetscReal *values)
{
  char hash[HASH_LENGTH], found[HASH_LENGTH];

  PetscFunctionBeginUser;
  if (c->file.problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(ArrayHash(c, array, values, hash));
  PetscCall(TasHDF5GetText(&c->file, path, "hash", sizeof(found), found));
  if (!c->file.problem[0] && strcmp(found, hash))
    snprintf(c->file.problem, TAS_PROBLEM_LENGTH, "cannot go on from %.300s: its array \"%.64s\" is damaged", c->file.path, array->name);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WriteArray(Checkpoint *c, const TasCheckpointArray *array)
{
  const TasSlices *slices = array->place == TAS_CHECKPOINT_NODES ? &c->nodes : &c->cells;
  const PetscInt   width  = array->num_components;
  char             path[160];
  PetscReal       *values;

  PetscFunctionBeginUser;
  if (!width) PetscFunctionReturn(PETSC_SUCCESS);
  ArrayPath(array, path);
  if (array->place == TAS_CHECKPOINT_GLOBAL) {
    PetscCall(TasHDF5MakeRows(&c->file, &(TasHDF5Rows){.path = path, .type = H5T_IEEE_F64LE, .rows = (hsize_t)width, .width = 1}));
    PetscCall(WriteHash(c, array, path, array->values));
    PetscCall(TasHDF5WriteFew(&c->file, path, H5T_NATIVE_DOUBLE, 0, (hsize_t)width, array->values));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscMalloc1((size_t)slices->count * width, &values));
  PetscCall(TasSlicesGather(slices, MPIU_REAL, width, array->values, values));
  PetscCall(TasHDF5MakeRows(
      &c->file, &(TasHDF5Rows){.path = path, .type = H5T_IEEE_F64LE, .rows = (hsize_t)slices->num_global, .width = (hsize_t)width}));
  PetscCall(TasHDF5WriteRows(&c->file, path, H5T_NATIVE_DOUBLE, (hsize_t)slices->start, (hsize_t)slices->count, values));
  PetscCall(WriteHash(c, array, path, values));
  PetscCall(PetscFree(values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- header ---- */

/* An attribute holds 64 kB, a case may be longer: FNV-1a of the text, and its length. */
static void IdentityHash(const char *identity, char hash[HASH_LENGTH])
{
  unsigned long long h = 14695981039346656037ULL;

  for (const char *c = identity; *c; c++) h = (h ^ (unsigned char)*c) * 1099511628211ULL;
  snprintf(hash, HASH_LENGTH, "%016llx-%zu", h, strlen(identity));
}

static PetscErrorCode WriteHeader(Checkpoint *c, const char *identity)
{
  const long long sizes[2] = {c->mesh->num_nodes_global, c->mesh->num_cells_global};

  char hash[HASH_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(TasHDF5SetText(&c->file, "/", "format", FORMAT));
  IdentityHash(identity, hash);
  PetscCall(TasHDF5SetText(&c->file, "/", "identity", hash));
  PetscCall(MeshHash(c->mesh, hash));
  PetscCall(TasHDF5SetText(&c->file, "/", "mesh", hash));
  PetscCall(TasHDF5SetText(&c->file, "/", "element", element_names[c->mesh->element]));
  PetscCall(TasHDF5SetIntegers(&c->file, "/", "num_nodes", 1, &sizes[0]));
  PetscCall(TasHDF5SetIntegers(&c->file, "/", "num_cells", 1, &sizes[1]));
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(groups); i++) PetscCall(TasHDF5MakeGroup(&c->file, groups[i]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCheckpointWrite(const char *path, const TasMesh *mesh, const char *identity, PetscInt num_arrays,
                                  const TasCheckpointArray *arrays, char *problem)
{
  Checkpoint c = {.mesh = mesh};
  char       part[PETSC_MAX_PATH_LEN];

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(part, sizeof(part), "%s.part", path));
  PetscCall(CreateSlices(&c));
  PetscCall(TasHDF5Create(mesh->comm, part, &c.file));
  PetscCall(WriteHeader(&c, identity));
  for (PetscInt k = 0; k < num_arrays; k++) PetscCall(WriteArray(&c, &arrays[k]));
  PetscCall(TasHDF5Flush(&c.file));
  if (c.file.problem[0])
    PetscCall(TasHDF5Discard(&c.file));
  else
    PetscCall(TasHDF5Close(&c.file));
  if (!c.file.rank) PetscCall(TasFileMove(part, path, c.file.problem));
  PetscCall(TasProblemShare(mesh->comm, c.file.problem));
  PetscCall(PetscStrncpy(problem, c.file.problem, TAS_PROBLEM_LENGTH));
  PetscCall(DestroySlices(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Opens a checkpoint; what is no checkpoint gives a problem in file->problem. */
static PetscErrorCode Open(MPI_Comm comm, const char *path, TasHDF5 *file)
{
  char        format[64] = "", missing[TAS_PROBLEM_LENGTH] = "";
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (!rank && access(path, R_OK)) TasFileProblem("read the checkpoint", path, errno, missing);
  PetscCall(TasProblemShare(comm, missing));
  if (missing[0]) {
    *file = (TasHDF5){.comm = comm, .rank = rank, .id = H5I_INVALID_HID};
    PetscCall(PetscStrncpy(file->problem, missing, sizeof(file->problem)));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TasHDF5Open(comm, path, file));
  PetscCall(TasHDF5GetText(file, "/", "format", sizeof(format), format));
  if (file->problem[0] || strcmp(format, FORMAT))
    snprintf(file->problem, sizeof(file->problem), "cannot read %.300s: it is not a whole checkpoint of this version of Tasis", path);
  PetscCall(TasProblemShare(comm, file->problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckHeader(Checkpoint *c, const char *identity)
{
  char element[16], hash[HASH_LENGTH], found[HASH_LENGTH];

  PetscFunctionBeginUser;
  IdentityHash(identity, hash);
  PetscCall(TasHDF5GetText(&c->file, "/", "identity", sizeof(found), found));
  if (!c->file.problem[0] && strcmp(found, hash))
    snprintf(c->file.problem, TAS_PROBLEM_LENGTH, "cannot go on from %.300s: it belongs to another case", c->file.path);
  PetscCall(MeshHash(c->mesh, hash));
  PetscCall(TasHDF5GetText(&c->file, "/", "mesh", sizeof(found), found));
  PetscCall(TasHDF5GetText(&c->file, "/", "element", sizeof(element), element));
  if (!c->file.problem[0] && (strcmp(found, hash) || strcmp(element, element_names[c->mesh->element])))
    snprintf(c->file.problem, TAS_PROBLEM_LENGTH, "cannot go on from %.300s: it belongs to another mesh", c->file.path);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Is the array there, in this shape? */
static PetscErrorCode CheckArray(Checkpoint *c, const TasCheckpointArray *array, const char *path, hsize_t rows, hsize_t width)
{
  hsize_t found_rows, found_width;

  PetscFunctionBeginUser;
  PetscCall(TasHDF5GetSize(&c->file, path, &found_rows, &found_width));
  if (c->file.problem[0] || (found_rows == rows && found_width == width)) PetscFunctionReturn(PETSC_SUCCESS);
  if (!found_rows)
    snprintf(c->file.problem, TAS_PROBLEM_LENGTH, "cannot go on from %.300s: it has no array \"%.64s\"", c->file.path, array->name);
  else
    snprintf(c->file.problem, TAS_PROBLEM_LENGTH,
             "cannot go on from %.250s: array \"%.64s\" has the shape %llu x %llu, this run needs %llu x %llu", c->file.path, array->name,
             (unsigned long long)found_rows, (unsigned long long)found_width, (unsigned long long)rows, (unsigned long long)width);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadArray(Checkpoint *c, const TasCheckpointArray *array)
{
  const TasSlices *slices = array->place == TAS_CHECKPOINT_NODES ? &c->nodes : &c->cells;
  const PetscInt   width  = array->num_components;
  char             path[160];
  PetscReal       *values;

  PetscFunctionBeginUser;
  if (!width) PetscFunctionReturn(PETSC_SUCCESS);
  ArrayPath(array, path);
  if (array->place == TAS_CHECKPOINT_GLOBAL) {
    PetscCall(CheckArray(c, array, path, (hsize_t)width, 1));
    PetscCall(TasHDF5ReadRows(&c->file, path, H5T_NATIVE_DOUBLE, 0, (hsize_t)width, array->values));
    PetscCall(CheckHash(c, array, path, array->values));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(CheckArray(c, array, path, (hsize_t)slices->num_global, (hsize_t)width));
  PetscCall(PetscMalloc1((size_t)slices->count * width, &values));
  PetscCall(TasHDF5ReadRows(&c->file, path, H5T_NATIVE_DOUBLE, (hsize_t)slices->start, (hsize_t)slices->count, values));
  PetscCall(CheckHash(c, array, path, values));
  if (!c->file.problem[0]) PetscCall(TasSlicesScatter(slices, MPIU_REAL, width, values, array->values));
  PetscCall(PetscFree(values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCheckpointRead(const char *path, const TasMesh *mesh, const char *identity, PetscInt num_arrays,
                                 const TasCheckpointArray *arrays, char *problem)
{
  Checkpoint c = {.mesh = mesh};

  PetscFunctionBeginUser;
  PetscCall(Open(mesh->comm, path, &c.file));
  PetscCall(CreateSlices(&c));
  PetscCall(CheckHeader(&c, identity));
  for (PetscInt k = 0; k < num_arrays && !c.file.problem[0]; k++) PetscCall(ReadArray(&c, &arrays[k]));
  PetscCall(TasHDF5Close(&c.file));
  PetscCall(PetscStrncpy(problem, c.file.problem, TAS_PROBLEM_LENGTH));
  PetscCall(DestroySlices(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCheckpointGetSize(const char *path, MPI_Comm comm, const char *name, PetscInt *num_components, char *problem)
{
  TasHDF5 file;

  PetscFunctionBeginUser;
  *num_components = -1;
  PetscCall(Open(comm, path, &file));
  for (int place = 0; place < 3 && *num_components < 0; place++) {
    const TasCheckpointArray array = {.name = name, .place = (TasCheckpointPlace)place};
    char                     where[160];
    hsize_t                  rows, width;

    ArrayPath(&array, where);
    PetscCall(TasHDF5GetSize(&file, where, &rows, &width));
    if (rows) *num_components = (PetscInt)(place == TAS_CHECKPOINT_GLOBAL ? rows : width);
  }
  PetscCall(TasHDF5Close(&file));
  PetscCall(PetscStrncpy(problem, file.problem, TAS_PROBLEM_LENGTH));
  PetscFunctionReturn(PETSC_SUCCESS);
}
