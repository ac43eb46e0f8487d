#include "solver/output/vtkhdf_impl.h"
#include "solver/files.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define HISTORY_ROWS_A_STEP 32 /* room that is made for the history; it costs nothing until it is used */
#define HISTORY_ROWS_LEAST 1024
#define HISTORY_MOST 1e9 /* bytes: HDF5 takes pieces of a dataset up to 4 GB */
#define STEPS_LEAST 8

_Static_assert(sizeof(PetscReal) == sizeof(double), "history and coordinates are written as 64-bit reals");

PetscErrorCode TasVtkhdfCreate(const TasMesh *mesh, const char *path, PetscBool double_precision, TasVtkhdf *file)
{
  TasVtkhdf v;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&v));
  v->mesh             = mesh;
  v->double_precision = double_precision;
  v->file.id          = H5I_INVALID_HID;
  PetscCall(PetscStrncpy(v->path, path, sizeof(v->path)));
  PetscCall(PetscSNPrintf(v->part, sizeof(v->part), "%s.part", path));
  PetscCall(TasSlicesCreate(mesh->comm, mesh->num_nodes_global, mesh->num_nodes_owned, mesh->node_number, &v->nodes));
  PetscCall(TasSlicesCreate(mesh->comm, mesh->num_cells_global, mesh->num_cells_owned, mesh->cell_number, &v->cells));
  *file = v;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode DestroyTexts(PetscInt num, Text **texts)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < num; k++) {
    PetscCall(PetscFree((*texts)[k].name));
    PetscCall(PetscFree((*texts)[k].text));
  }
  PetscCall(PetscFree(*texts));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasVtkhdfDestroy(TasVtkhdf *file)
{
  TasVtkhdf v = *file;

  PetscFunctionBeginUser;
  if (!v) PetscFunctionReturn(PETSC_SUCCESS);
  if (v->file.id >= 0) PetscCall(v->published ? TasHDF5Close(&v->file) : TasHDF5Discard(&v->file));
  for (PetscInt k = 0; k < v->num_fields; k++) {
    PetscCall(PetscFree(v->fields[k].info.name));
    PetscCall(PetscFree(v->fields[k].info.unit));
  }
  PetscCall(PetscFree(v->fields));
  PetscCall(DestroyTexts(v->num_provenance, &v->provenance));
  PetscCall(DestroyTexts(v->num_case_texts, &v->case_texts));
  PetscCall(TasSlicesDestroy(&v->nodes));
  PetscCall(TasSlicesDestroy(&v->cells));
  PetscCall(PetscFree(v->days));
  PetscCall(PetscFree(*file));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* NULL when there is none. */
static Field *FindField(TasVtkhdf v, const char *name)
{
  for (PetscInt k = 0; k < v->num_fields; k++) {
    if (!strcmp(v->fields[k].info.name, name)) return &v->fields[k];
  }
  return NULL;
}

PetscErrorCode TasVtkhdfAddField(TasVtkhdf v, const TasResultsField *info)
{
  const char *group = info->place == TAS_AT_NODES ? "PointData" : "CellData";
  char       *name, *unit;
  Field      *field;

  PetscFunctionBeginUser;
  PetscCheck(v->file.id < 0, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE, "Field %s is added to a file that is open", info->name);
  PetscCheck(!FindField(v, info->name), PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG, "Field %s is there already", info->name);
  PetscCheck(!strchr(info->name, '/') && strlen(info->name) < TAS_NAME_LENGTH, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
             "Field %s cannot be called so", info->name);
  PetscCall(PetscRealloc((v->num_fields + 1) * sizeof(*v->fields), &v->fields));
  field = &v->fields[v->num_fields++];
  PetscCall(PetscStrallocpy(info->name, &name));
  PetscCall(PetscStrallocpy(info->unit, &unit));
  *field           = (Field){.info = *info};
  field->info.name = name;
  field->info.unit = unit;
  field->type      = info->is_integer ? H5T_NATIVE_INT32 : v->double_precision ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT;
  field->size      = H5Tget_size(field->type);
  PetscCall(PetscSNPrintf(field->path, sizeof(field->path), "/VTKHDF/%s/%s", group, name));
  PetscCall(PetscSNPrintf(field->offsets, sizeof(field->offsets), "/VTKHDF/Steps/%sOffsets/%s", group, name));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddText(const char *name, const char *text, PetscInt *num, Text **texts)
{
  PetscFunctionBeginUser;
  PetscCheck(name[0] && !strchr(name, '/') && strlen(name) < 128, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG, "Text %s cannot be called so",
             name);
  PetscCall(PetscRealloc((*num + 1) * sizeof(**texts), texts));
  PetscCall(PetscStrallocpy(name, &(*texts)[*num].name));
  PetscCall(PetscStrallocpy(text, &(*texts)[*num].text));
  (*num)++;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasVtkhdfAddProvenance(TasVtkhdf v, const char *key, const char *value)
{
  const size_t most = 32768; /* HDF5 takes attributes up to 64 kB */

  PetscFunctionBeginUser;
  PetscCall(AddText(key, value, &v->num_provenance, &v->provenance));
  if (strlen(value) > most) v->provenance[v->num_provenance - 1].text[most] = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasVtkhdfAddCaseText(TasVtkhdf v, const char *name, const char *text)
{
  PetscFunctionBeginUser;
  PetscCall(AddText(name, text, &v->num_case_texts, &v->case_texts));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasVtkhdfSetHistory(TasVtkhdf v, TasHistory history)
{
  PetscFunctionBeginUser;
  v->history = history;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Room to make for the history when so many rows are needed at least, and so many would be welcome. */
static PetscInt HistoryRoom(TasVtkhdf v, PetscInt least, PetscReal welcome)
{
  const PetscReal most = HISTORY_MOST / (sizeof(PetscReal) * PetscMax(v->history ? TasHistoryNumColumns(v->history) : 1, 1));

  return PetscMax(PetscMax(least, HISTORY_ROWS_LEAST), (PetscInt)PetscMin(welcome, most));
}

/* From <path>.part to its name: what is in it was flushed. */
static PetscErrorCode Publish(TasVtkhdf v)
{
  PetscFunctionBeginUser;
  if (!v->file.rank) PetscCall(TasFileMove(v->part, v->path, v->file.problem));
  PetscCall(TasProblemShare(v->mesh->comm, v->file.problem));
  PetscCall(PetscStrncpy(v->file.path, v->path, sizeof(v->file.path)));
  v->published = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Rows of the history that the file has not. Sizes first: what rank 0 writes alone may fail there alone. */
static PetscErrorCode AppendHistory(TasVtkhdf v)
{
  const PetscInt num = v->history ? TasHistoryNumRows(v->history) : 0, width = v->history ? TasHistoryNumColumns(v->history) : 0;

  PetscFunctionBeginUser;
  if (num == v->num_history || !width) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasHDF5SetNumRows(&v->file, "/history/values", (hsize_t)num));
  if (!v->file.rank) {
    const PetscReal *rows = TasHistoryRows(v->history) + (size_t)v->num_history * width;

    PetscCall(
        TasHDF5WriteFew(&v->file, "/history/values", H5T_NATIVE_DOUBLE, (hsize_t)v->num_history, (hsize_t)(num - v->num_history), rows));
  }
  v->num_history = num;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Entries first..v->num_steps-1 of a dataset below Steps: value + step * times. */
static PetscErrorCode FillCounter(TasVtkhdf v, const char *path, PetscInt first, int64_t value, int64_t times)
{
  int64_t *values;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(v->num_steps - first, &values));
  for (PetscInt s = first; s < v->num_steps; s++) values[s - first] = value + s * times;
  PetscCall(TasHDF5WriteFew(&v->file, path, H5T_NATIVE_INT64, (hsize_t)first, (hsize_t)(v->num_steps - first), values));
  PetscCall(PetscFree(values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const struct {
  const char *path;
  int64_t     value;
} step_counters[] = {{"/VTKHDF/Steps/PartOffsets", 0},
                     {"/VTKHDF/Steps/NumberOfParts", 1},
                     {"/VTKHDF/Steps/PointOffsets", 0},
                     {"/VTKHDF/Steps/CellOffsets", 0},
                     {"/VTKHDF/Steps/ConnectivityIdOffsets", 0}};
#define NUM_STEP_COUNTERS PETSC_STATIC_ARRAY_LENGTH(step_counters)

/* Steps first..v->num_steps-1, whose fields are written: everything else about them, then their number, in this order on the disk. */
static PetscErrorCode PublishSteps(TasVtkhdf v, PetscInt first)
{
  const hsize_t   num   = (hsize_t)v->num_steps;
  const long long steps = v->num_steps;
  TasHDF5        *file  = &v->file;

  PetscFunctionBeginUser;
  PetscCall(TasHDF5SetNumRows(file, "/VTKHDF/Steps/Values", num));
  for (size_t i = 0; i < NUM_STEP_COUNTERS; i++) PetscCall(TasHDF5SetNumRows(file, step_counters[i].path, num));
  for (PetscInt k = 0; k < v->num_fields; k++) PetscCall(TasHDF5SetNumRows(file, v->fields[k].offsets, num));
  PetscCall(AppendHistory(v));
  PetscCall(TasHDF5WriteFew(file, "/VTKHDF/Steps/Values", H5T_NATIVE_DOUBLE, (hsize_t)first, num - (hsize_t)first, v->days + first));
  for (size_t i = 0; i < NUM_STEP_COUNTERS; i++) PetscCall(FillCounter(v, step_counters[i].path, first, step_counters[i].value, 0));
  for (PetscInt k = 0; k < v->num_fields; k++) {
    const Field *field = &v->fields[k];

    PetscCall(FillCounter(v, field->offsets, first, 0, field->info.is_static ? 0 : FieldSlices(v, field)->num_global));
  }
  PetscCall(TasHDF5Flush(file));
  PetscCall(TasHDF5SetIntegers(file, "/VTKHDF/Steps", "NSteps", 1, &steps));
  PetscCall(TasHDF5Flush(file));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CopyField(TasVtkhdf v, TasHDF5 *from, const Field *field)
{
  const TasSlices *slices = FieldSlices(v, field);
  /* a temporal field that is written already in this step too */
  const PetscInt num =
      PetscMin((PetscInt)field->written + (field->info.is_static ? 0 : v->num_steps), field->info.is_static ? 1 : v->step_room);
  void *values;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc((size_t)slices->count * field->info.num_components * field->size, &values));
  for (PetscInt s = 0; s < num && !from->problem[0] && !v->file.problem[0]; s++) {
    const hsize_t start = (hsize_t)s * slices->num_global + slices->start;

    PetscCall(TasHDF5ReadRows(from, field->path, field->type, start, (hsize_t)slices->count, values));
    PetscCall(TasHDF5WriteRows(&v->file, field->path, field->type, start, (hsize_t)slices->count, values));
  }
  PetscCall(PetscFree(values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CopySteps(TasVtkhdf v, TasHDF5 *from)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < v->num_fields; k++) PetscCall(CopyField(v, from, &v->fields[k]));
  if (!v->file.problem[0]) PetscCall(PetscStrncpy(v->file.problem, from->problem, TAS_PROBLEM_LENGTH));
  v->num_history = 0;
  if (v->num_steps)
    PetscCall(PublishSteps(v, 0));
  else {
    PetscCall(AppendHistory(v));
    PetscCall(TasHDF5Flush(&v->file));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Copies to a file with other room, which takes the name of this one.  When that fails this one stays; what was tried is removed.
   problem: why. */
static PetscErrorCode Rebuild(TasVtkhdf v, PetscInt step_room, PetscInt history_room, char *problem)
{
  const PetscInt old_steps = v->step_room, old_rows = v->history_room, old_history = v->num_history;
  TasHDF5        old;

  PetscFunctionBeginUser;
  if (!v->published) {
    PetscCall(TasHDF5Flush(&v->file));
    PetscCall(Publish(v));
  }
  PetscCall(PetscStrncpy(problem, v->file.problem, TAS_PROBLEM_LENGTH));
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  old = v->file;
  PetscCall(TasVtkhdfLayOut(v, step_room, history_room));
  PetscCall(CopySteps(v, &old));
  if (!v->file.problem[0]) PetscCall(Publish(v));
  PetscCall(PetscStrncpy(problem, v->file.problem, TAS_PROBLEM_LENGTH));
  if (problem[0]) {
    PetscCall(TasHDF5Discard(&v->file));
    v->file         = old;
    v->step_room    = old_steps;
    v->history_room = old_rows;
    v->num_history  = old_history;
  } else
    PetscCall(TasHDF5Close(&old));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The days of the steps that are kept, from the file that is there.  A problem where it cannot be the one that the run went on from. */
static PetscErrorCode ReadKeptDays(TasVtkhdf v, TasHDF5 *old)
{
  hsize_t rows = 0, width, points = 0, cells = 0;

  PetscFunctionBeginUser;
  PetscCall(TasHDF5GetSize(old, "/VTKHDF/Steps/Values", &rows, &width));
  PetscCall(TasHDF5GetSize(old, "/VTKHDF/Points", &points, &width));
  PetscCall(TasHDF5GetSize(old, "/VTKHDF/Types", &cells, &width));
  v->num_steps = v->steps_allocated = v->kept_steps;
  PetscCall(PetscMalloc1(v->kept_steps, &v->days));
  if (rows >= (hsize_t)v->kept_steps) PetscCall(TasHDF5ReadRows(old, "/VTKHDF/Steps/Values", H5T_NATIVE_DOUBLE, 0, (hsize_t)v->kept_steps, v->days));
  if (!old->problem[0] && (rows < (hsize_t)v->kept_steps || v->days[v->kept_steps - 1] > v->kept_day || points != (hsize_t)v->nodes.num_global || cells != (hsize_t)v->cells.num_global))
    snprintf(old->problem, TAS_PROBLEM_LENGTH, "cannot go on from %.300s: it is not the file of the run that wrote the checkpoint", v->path);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Copies what is kept to the new file, which takes the name of the old one when it has everything. */
static PetscErrorCode TakeOver(TasVtkhdf v)
{
  TasHDF5 old;

  PetscFunctionBeginUser;
  PetscCall(TasHDF5Open(v->mesh->comm, v->path, &old));
  PetscCall(ReadKeptDays(v, &old));
  for (PetscInt k = 0; k < v->num_fields; k++) v->fields[k].written = v->fields[k].info.is_static;
  if (!old.problem[0])
    PetscCall(CopySteps(v, &old));
  else
    PetscCall(PetscStrncpy(v->file.problem, old.problem, TAS_PROBLEM_LENGTH));
  PetscCall(TasHDF5Close(&old));
  if (!v->file.problem[0]) PetscCall(Publish(v));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasVtkhdfGoOn(TasVtkhdf v, PetscInt num_steps, PetscReal day)
{
  PetscFunctionBeginUser;
  v->kept_steps = num_steps;
  v->kept_day   = day;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasVtkhdfOpen(TasVtkhdf v, PetscInt num_steps, char *problem)
{
  PetscFunctionBeginUser;
  PetscCall(TasVtkhdfLayOut(v, num_steps, HistoryRoom(v, 0, (PetscReal)HISTORY_ROWS_A_STEP * num_steps)));
  if (v->kept_steps && !v->file.problem[0])
    PetscCall(TakeOver(v));
  else
    PetscCall(TasHDF5Flush(&v->file));
  PetscCall(PetscStrncpy(problem, v->file.problem, TAS_PROBLEM_LENGTH));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Makes sure of room for so many steps and rows. */
static PetscErrorCode MakeRoom(TasVtkhdf v, PetscInt steps, PetscInt rows)
{
  const PetscInt step_room    = steps <= v->step_room ? v->step_room : PetscMax(STEPS_LEAST, 2 * v->step_room);
  const PetscInt history_room = rows <= v->history_room ? v->history_room : HistoryRoom(v, rows, 2. * rows);
  char           problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  if (v->file.problem[0] || (step_room == v->step_room && history_room == v->history_room)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(Rebuild(v, step_room, history_room, problem));
  if (problem[0]) PetscCall(PetscStrncpy(v->file.problem, problem, TAS_PROBLEM_LENGTH));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MakeHistoryRoom(TasVtkhdf v)
{
  PetscFunctionBeginUser;
  if (v->history) PetscCall(MakeRoom(v, v->num_steps, TasHistoryNumRows(v->history)));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* As the file has them: 32-bit integers, 32-bit or 64-bit reals. */
static PetscErrorCode Convert(const Field *field, size_t num, const PetscReal *values, void **converted, MPI_Datatype *type)
{
  PetscFunctionBeginUser;
  PetscCall(PetscMalloc(num * field->size, converted));
  if (field->info.is_integer) {
    int32_t *out = *converted;

    for (size_t i = 0; i < num; i++) out[i] = (int32_t)values[i];
    *type = MPI_INT32_T;
  } else if (field->size == sizeof(float)) {
    float *out = *converted;

    for (size_t i = 0; i < num; i++) out[i] = (float)values[i];
    *type = MPI_FLOAT;
  } else {
    PetscCall(PetscMemcpy(*converted, values, num * sizeof(double)));
    *type = MPI_DOUBLE;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasVtkhdfWriteField(TasVtkhdf v, const char *name, const PetscReal *values)
{
  Field           *field = FindField(v, name);
  const TasSlices *slices;
  MPI_Datatype     type = MPI_DATATYPE_NULL;
  void            *owned, *sliced;
  PetscInt         width, step;

  PetscFunctionBeginUser;
  PetscCheck(field, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG, "There is no field %s", name);
  if (!field->info.is_static) PetscCall(MakeRoom(v, v->num_steps + 1, 0));
  if (v->file.problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  slices = FieldSlices(v, field);
  width  = field->info.num_components;
  step   = field->info.is_static ? 0 : v->num_steps;
  PetscCall(PetscMalloc((size_t)slices->count * width * field->size, &sliced));
  PetscCall(Convert(field, (size_t)slices->num_owned * width, values, &owned, &type));
  PetscCall(TasSlicesGather(slices, type, width, owned, sliced));
  PetscCall(TasHDF5WriteRows(&v->file, field->path, field->type, (hsize_t)step * slices->num_global + slices->start, (hsize_t)slices->count,
                             sliced));
  PetscCall(PetscFree(owned));
  PetscCall(PetscFree(sliced));
  field->written = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasVtkhdfEndStep(TasVtkhdf v, PetscReal day, char *problem)
{
  PetscFunctionBeginUser;
  PetscCall(MakeRoom(v, v->num_steps + 1, 0));
  PetscCall(MakeHistoryRoom(v));
  if (!v->file.problem[0]) {
    for (PetscInt k = 0; k < v->num_fields; k++) {
      PetscCheck(v->fields[k].written, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE, "Field %s was not written", v->fields[k].info.name);
      v->fields[k].written = v->fields[k].info.is_static;
    }
    if (v->num_steps == v->steps_allocated) {
      v->steps_allocated = PetscMax(2 * v->steps_allocated, v->step_room);
      PetscCall(PetscRealloc(v->steps_allocated * sizeof(*v->days), &v->days));
    }
    v->days[v->num_steps++] = day;
    PetscCall(PublishSteps(v, v->num_steps - 1));
    if (!v->published) PetscCall(Publish(v));
    if (v->file.problem[0]) v->num_steps--;
  }
  PetscCall(PetscStrncpy(problem, v->file.problem, TAS_PROBLEM_LENGTH));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasVtkhdfClose(TasVtkhdf v, char *problem)
{
  const PetscInt rows = v->history ? TasHistoryNumRows(v->history) : 0;

  PetscFunctionBeginUser;
  problem[0] = 0;
  if (v->file.id < 0) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MakeHistoryRoom(v));
  PetscCall(AppendHistory(v));
  PetscCall(TasHDF5Flush(&v->file));
  if (!v->published && !v->file.problem[0]) PetscCall(Publish(v));
  /* no place for a second copy, for one: the file stays as it is, complete */
  if (v->num_steps < v->step_room && !v->file.problem[0]) PetscCall(Rebuild(v, v->num_steps, PetscMax(rows, 1), problem));
  if (v->published)
    PetscCall(TasHDF5Close(&v->file));
  else
    PetscCall(TasHDF5Discard(&v->file));
  PetscCall(PetscStrncpy(problem, v->file.problem, TAS_PROBLEM_LENGTH));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt TasVtkhdfNumFields(TasVtkhdf v)
{
  return v->num_fields;
}

const TasResultsField *TasVtkhdfField(TasVtkhdf v, PetscInt k)
{
  return &v->fields[k].info;
}

PetscInt TasVtkhdfNumSteps(TasVtkhdf v)
{
  return v->num_steps;
}

const PetscReal *TasVtkhdfDays(TasVtkhdf v)
{
  return v->days;
}
