/* strands.h5 and strands.xmf. */
#include "solver/strands/strands_impl.h"
#include "solver/files.h"
#include <stdio.h>
#include <string.h>

#define HEAVY "strands.h5"
#define LIGHT "strands.xmf"

static PetscInt Items(const StrandFile *f, PetscInt k) { return tas_strand_fields[k].nodes ? f->num_nodes : f->num_lines; }

/* ---- the light file ---- */

static void WriteItem(FILE *file, const StrandFile *f, const char *type, int precision, long long rows, PetscInt width, PetscInt step, const char *path)
{
  char shape[64], part[160] = "";

  if (width > 1)
    snprintf(shape, sizeof(shape), "%lld %d", rows, (int)width);
  else
    snprintf(shape, sizeof(shape), "%lld", rows);
  if (step >= 0 && width > 1) snprintf(part, sizeof(part), "|%lld 0:1 1:%s:%lld %d", step * rows, shape, f->room * rows, (int)width);
  if (step >= 0 && width == 1) snprintf(part, sizeof(part), "|%lld:1:%s:%lld", step * rows, shape, f->room * rows);
  fprintf(file, "          <DataItem Format=\"HDF\" NumberType=\"%s\" Precision=\"%d\" Dimensions=\"%s\">" HEAVY ":/%s%s</DataItem>\n", type, precision, shape, path, part);
}

static void WriteGrid(FILE *file, const StrandFile *f, PetscInt step)
{
  fprintf(file, "      <Grid Name=\"strands\" GridType=\"Uniform\">\n");
  if (f->num_steps) fprintf(file, "        <Time Value=\"%.12g\"/>\n", (double)f->days[step]);
  fprintf(file, "        <Topology TopologyType=\"Polyline\" NodesPerElement=\"2\" NumberOfElements=\"%" PetscInt_FMT "\">\n", f->num_lines);
  WriteItem(file, f, "Int", 8, f->num_lines, 2, -1, "lines");
  fprintf(file, "        </Topology>\n        <Geometry GeometryType=\"XYZ\">\n");
  WriteItem(file, f, "Float", 8, f->num_nodes, 3, -1, "points");
  fprintf(file, "        </Geometry>\n        <Attribute Name=\"strand_id\" AttributeType=\"Scalar\" Center=\"Cell\">\n");
  WriteItem(file, f, "Int", 8, f->num_lines, 1, -1, "strand_id");
  fprintf(file, "        </Attribute>\n");
  for (PetscInt k = 0; k < TAS_STRAND_NUM_FIELDS && f->num_steps; k++) {
    if (!f->wanted[k]) continue;
    fprintf(file, "        <Attribute Name=\"%s\" AttributeType=\"%s\" Center=\"%s\">\n", tas_strand_fields[k].name, tas_strand_fields[k].width == 3 ? "Vector" : "Scalar", tas_strand_fields[k].nodes ? "Node" : "Cell");
    WriteItem(file, f, "Float", 8, Items(f, k), tas_strand_fields[k].width, step, tas_strand_fields[k].name);
    fprintf(file, "        </Attribute>\n");
  }
  fprintf(file, "      </Grid>\n");
}

static void WriteAll(FILE *file, const void *context)
{
  const StrandFile *f = (const StrandFile *)context;

  fprintf(file, "<?xml version=\"1.0\"?>\n<Xdmf Version=\"3.0\">\n  <Domain>\n");
  if (f->num_steps) fprintf(file, "    <Grid Name=\"days\" GridType=\"Collection\" CollectionType=\"Temporal\">\n");
  for (PetscInt s = 0; s < PetscMax(f->num_steps, 1); s++) WriteGrid(file, f, s);
  if (f->num_steps) fprintf(file, "    </Grid>\n");
  fprintf(file, "  </Domain>\n</Xdmf>\n");
}

static PetscErrorCode WriteLight(StrandFile *f)
{
  char path[PETSC_MAX_PATH_LEN];

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(path, sizeof(path), "%s/" LIGHT, f->folder));
  if (!f->problem[0]) PetscCall(TasFileReplace(path, WriteAll, f, f->problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the heavy file, on rank 0 ---- */

static PetscErrorCode WriteArray(TasHDF5 *file, const char *path, hid_t type, hsize_t rows, hsize_t width, const char *unit, const void *values)
{
  PetscFunctionBeginUser;
  PetscCall(TasHDF5MakeRows(file, &(TasHDF5Rows){.path = path, .type = type, .rows = rows, .width = width, .unit = unit}));
  if (values) PetscCall(TasHDF5WriteFew(file, path, type, 0, rows, values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Stored as 64-bit, whatever PetscInt is. */
static PetscErrorCode WriteInts(TasHDF5 *file, const char *path, PetscInt rows, PetscInt width, const PetscInt *values)
{
  long long *wide;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(rows * width + 1, &wide));
  for (PetscInt k = 0; k < rows * width; k++) wide[k] = values[k];
  PetscCall(WriteArray(file, path, H5T_NATIVE_LLONG, (hsize_t)rows, (hsize_t)width, NULL, wide));
  PetscCall(PetscFree(wide));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WriteNames(TasStrands s)
{
  char *names;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1((size_t)s->num * (TAS_NAME_LENGTH + 1) + 1, &names));
  for (PetscInt i = 0; i < s->num; i++) {
    if (i) strcat(names, ",");
    strcat(names, s->c->strands[i].law.name);
  }
  PetscCall(TasHDF5SetText(&s->output.file, "/strand_id", "names", names));
  PetscCall(PetscFree(names));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WriteStatic(TasStrands s)
{
  StrandFile *f = &s->output;
  PetscReal  *points;
  PetscInt   *lines, *ids;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc3(3 * f->num_nodes, &points, 2 * f->num_lines, &lines, f->num_lines, &ids));
  TasStrandsGatherLines(s, points, lines, ids);
  PetscCall(WriteArray(&f->file, "points", H5T_NATIVE_DOUBLE, (hsize_t)f->num_nodes, 3, "mm", points));
  PetscCall(WriteInts(&f->file, "lines", f->num_lines, 2, lines));
  PetscCall(WriteInts(&f->file, "strand_id", f->num_lines, 1, ids));
  PetscCall(WriteNames(s));
  PetscCall(PetscFree3(points, lines, ids));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What was written before: values of the first `kept` steps of each field, from PetscMalloc. */
static PetscErrorCode ReadKept(StrandFile *f, const char *path, PetscInt kept, PetscReal *values[TAS_STRAND_NUM_FIELDS])
{
  TasHDF5 old;

  PetscFunctionBeginUser;
  PetscCall(TasHDF5Open(PETSC_COMM_SELF, path, &old));
  PetscCall(TasHDF5ReadRows(&old, "days", H5T_NATIVE_DOUBLE, 0, (hsize_t)kept, f->days));
  for (PetscInt k = 0; k < TAS_STRAND_NUM_FIELDS; k++) {
    if (!f->wanted[k]) continue;
    PetscCall(PetscMalloc1(kept * Items(f, k) * tas_strand_fields[k].width + 1, &values[k]));
    PetscCall(TasHDF5ReadRows(&old, tas_strand_fields[k].name, H5T_NATIVE_DOUBLE, 0, (hsize_t)(kept * Items(f, k)), values[k]));
  }
  PetscCall(TasHDF5Close(&old));
  PetscCall(PetscStrncpy(f->problem, old.problem, TAS_PROBLEM_LENGTH));
  f->num_steps = kept;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MakeFields(StrandFile *f, PetscReal *values[TAS_STRAND_NUM_FIELDS])
{
  PetscFunctionBeginUser;
  if (!f->room) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(WriteArray(&f->file, "days", H5T_NATIVE_DOUBLE, (hsize_t)f->room, 1, "day", NULL));
  PetscCall(TasHDF5WriteFew(&f->file, "days", H5T_NATIVE_DOUBLE, 0, (hsize_t)f->num_steps, f->days));
  for (PetscInt k = 0; k < TAS_STRAND_NUM_FIELDS; k++) {
    if (!f->wanted[k]) continue;
    PetscCall(WriteArray(&f->file, tas_strand_fields[k].name, H5T_NATIVE_DOUBLE, (hsize_t)(f->room * Items(f, k)), (hsize_t)tas_strand_fields[k].width, tas_strand_fields[k].unit, NULL));
    PetscCall(TasHDF5WriteFew(&f->file, tas_strand_fields[k].name, H5T_NATIVE_DOUBLE, 0, (hsize_t)(f->num_steps * Items(f, k)), values[k]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Everything has its place from the start, so that a run that is killed leaves a file that can be read; made under another name first,
   because the one that is there may hold steps to keep. */
static PetscErrorCode MakeFile(TasStrands s, PetscInt kept)
{
  StrandFile *f = &s->output;
  PetscReal  *values[TAS_STRAND_NUM_FIELDS] = {NULL};
  char        path[PETSC_MAX_PATH_LEN], part[PETSC_MAX_PATH_LEN];

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(path, sizeof(path), "%s/" HEAVY, f->folder));
  PetscCall(PetscSNPrintf(part, sizeof(part), "%s/" HEAVY ".part", f->folder));
  if (kept) PetscCall(ReadKept(f, path, kept, values));
  if (!f->problem[0]) {
    PetscCall(TasHDF5Create(PETSC_COMM_SELF, part, &f->file));
    f->open = PETSC_TRUE;
    PetscCall(WriteStatic(s));
    PetscCall(MakeFields(f, values));
    PetscCall(TasHDF5Flush(&f->file));
    PetscCall(PetscStrncpy(f->problem, f->file.problem, TAS_PROBLEM_LENGTH));
    if (!f->problem[0]) PetscCall(TasFileMove(part, path, f->problem));
  }
  for (PetscInt k = 0; k < TAS_STRAND_NUM_FIELDS; k++) PetscCall(PetscFree(values[k]));
  PetscCall(WriteLight(f));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The first problem stays, on all ranks. */
static PetscErrorCode Share(TasStrands s, char *problem)
{
  PetscFunctionBeginUser;
  PetscCall(TasProblemShare(s->mesh->comm, s->output.problem));
  PetscCall(PetscStrncpy(problem, s->output.problem, TAS_PROBLEM_LENGTH));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandsOpen(TasStrands s, const char *folder, PetscInt num_steps, PetscInt kept, char *problem)
{
  StrandFile *f = &s->output;
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  problem[0] = 0;
  if (!s->num) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCallMPI(MPI_Comm_rank(s->mesh->comm, &rank));
  PetscCall(PetscStrncpy(f->folder, folder, sizeof(f->folder)));
  f->room = num_steps;
  TasStrandsCount(s);
  PetscCall(PetscMalloc1(f->room + 1, &f->days));
  if (!rank) PetscCall(MakeFile(s, kept));
  PetscCall(Share(s, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Room for that many steps: more than were planned, or only for those that there are, where monitoring has changed the treatment. */
static PetscErrorCode MakeRoom(TasStrands s, PetscInt room)
{
  StrandFile *f = &s->output;

  PetscFunctionBeginUser;
  PetscCall(TasHDF5Close(&f->file));
  f->open = PETSC_FALSE;
  f->room = room;
  PetscCall(PetscRealloc((size_t)f->room * sizeof *f->days, &f->days));
  PetscCall(MakeFile(s, f->num_steps));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddStep(TasStrands s, PetscReal day)
{
  StrandFile *f = &s->output;
  PetscReal  *values[TAS_STRAND_NUM_FIELDS];

  PetscFunctionBeginUser;
  if (f->num_steps == f->room) PetscCall(MakeRoom(s, 2 * f->room + 1));
  if (f->problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt k = 0; k < TAS_STRAND_NUM_FIELDS; k++) PetscCall(PetscMalloc1(Items(f, k) * tas_strand_fields[k].width, &values[k]));
  PetscCall(TasStrandsGatherFields(s, values));
  for (PetscInt k = 0; k < TAS_STRAND_NUM_FIELDS; k++) {
    if (f->wanted[k]) PetscCall(TasHDF5WriteFew(&f->file, tas_strand_fields[k].name, H5T_NATIVE_DOUBLE, (hsize_t)(f->num_steps * Items(f, k)), (hsize_t)Items(f, k), values[k]));
    PetscCall(PetscFree(values[k]));
  }
  f->days[f->num_steps] = day;
  PetscCall(TasHDF5WriteFew(&f->file, "days", H5T_NATIVE_DOUBLE, (hsize_t)f->num_steps, 1, &day));
  PetscCall(TasHDF5Flush(&f->file));
  PetscCall(PetscStrncpy(f->problem, f->file.problem, TAS_PROBLEM_LENGTH));
  if (!f->problem[0]) f->num_steps++;
  PetscCall(WriteLight(f));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandsWriteStep(TasStrands s, PetscReal day, char *problem)
{
  PetscFunctionBeginUser;
  problem[0] = 0;
  if (!s->num) PetscFunctionReturn(PETSC_SUCCESS);
  if (s->output.open) PetscCall(AddStep(s, day));
  PetscCall(Share(s, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandsCloseFile(TasStrands s)
{
  PetscFunctionBeginUser;
  if (s->output.open && s->output.num_steps && s->output.num_steps < s->output.room) PetscCall(MakeRoom(s, s->output.num_steps));
  if (s->output.open) PetscCall(TasHDF5Close(&s->output.file));
  s->output.open = PETSC_FALSE;
  PetscCall(PetscFree(s->output.days));
  PetscFunctionReturn(PETSC_SUCCESS);
}
