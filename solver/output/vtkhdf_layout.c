#include "solver/output/vtkhdf_impl.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

static unsigned char CellType(TasElement element)
{
  switch (element) {
  case TAS_ELEMENT_HEX8:
    return 12; /* VTK_HEXAHEDRON */
  case TAS_ELEMENT_TET10:
    return 24; /* VTK_QUADRATIC_TETRA */
  default:
    return 29; /* VTK_TRIQUADRATIC_HEXAHEDRON */
  }
}

/* A dataset of one number, as there is one part. */
static PetscErrorCode WriteCount(TasHDF5 *file, const char *path, long long count)
{
  PetscFunctionBeginUser;
  PetscCall(TasHDF5MakeRows(file, &(TasHDF5Rows){.path = path, .type = H5T_STD_I64LE, .rows = 1, .width = 1}));
  PetscCall(TasHDF5WriteFew(file, path, H5T_NATIVE_LLONG, 0, 1, &count));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WritePoints(TasVtkhdf v)
{
  TasHDF5   *file = &v->file;
  PetscReal *points;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(3 * v->nodes.count, &points));
  PetscCall(TasSlicesGather(&v->nodes, MPIU_REAL, 3, v->mesh->coordinates, points));
  PetscCall(TasHDF5MakeRows(
      file, &(TasHDF5Rows){.path = "/VTKHDF/Points", .type = H5T_IEEE_F64LE, .rows = v->nodes.num_global, .width = 3, .unit = "mm"}));
  PetscCall(TasHDF5WriteRows(file, "/VTKHDF/Points", H5T_NATIVE_DOUBLE, v->nodes.start, v->nodes.count, points));
  PetscCall(PetscFree(points));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WriteConnectivity(TasVtkhdf v)
{
  TasHDF5       *file  = &v->file;
  const PetscInt width = v->mesh->nodes_per_cell;
  const size_t   owned = (size_t)v->cells.num_owned * width, sliced = (size_t)v->cells.count * width;
  const hsize_t  total = (hsize_t)v->cells.num_global * width;
  int64_t       *mine, *slice;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc2(owned, &mine, sliced, &slice));
  for (size_t i = 0; i < owned; i++) mine[i] = v->mesh->node_number[v->mesh->cells[i]];
  PetscCall(TasSlicesGather(&v->cells, MPI_INT64_T, width, mine, slice));
  PetscCall(TasHDF5MakeRows(file, &(TasHDF5Rows){.path = "/VTKHDF/Connectivity", .type = H5T_STD_I64LE, .rows = total, .width = 1}));
  PetscCall(TasHDF5WriteRows(file, "/VTKHDF/Connectivity", H5T_NATIVE_INT64, (hsize_t)v->cells.start * width, sliced, slice));
  PetscCall(PetscFree2(mine, slice));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WriteCells(TasVtkhdf v)
{
  TasHDF5        *file  = &v->file;
  const TasSlices cells = v->cells;
  const PetscBool last  = (PetscBool)(cells.start + cells.count == cells.num_global);
  int64_t        *offsets;
  unsigned char  *types;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc2(cells.count + 1, &offsets, cells.count, &types));
  for (PetscInt i = 0; i <= cells.count; i++) offsets[i] = (int64_t)(cells.start + i) * v->mesh->nodes_per_cell;
  if (cells.count) memset(types, CellType(v->mesh->element), (size_t)cells.count);
  PetscCall(TasHDF5MakeRows(
      file, &(TasHDF5Rows){.path = "/VTKHDF/Offsets", .type = H5T_STD_I64LE, .rows = (hsize_t)cells.num_global + 1, .width = 1}));
  PetscCall(TasHDF5MakeRows(file, &(TasHDF5Rows){.path = "/VTKHDF/Types", .type = H5T_STD_U8LE, .rows = cells.num_global, .width = 1}));
  PetscCall(TasHDF5WriteRows(file, "/VTKHDF/Offsets", H5T_NATIVE_INT64, cells.start, cells.count + (last && cells.count), offsets));
  PetscCall(TasHDF5WriteRows(file, "/VTKHDF/Types", H5T_NATIVE_UCHAR, cells.start, cells.count, types));
  PetscCall(PetscFree2(offsets, types));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WriteMesh(TasVtkhdf v)
{
  const long long version[2] = {2, 1};
  TasHDF5        *file       = &v->file;

  PetscFunctionBeginUser;
  PetscCall(TasHDF5MakeGroup(file, "/VTKHDF"));
  PetscCall(TasHDF5SetIntegers(file, "/VTKHDF", "Version", 2, version));
  PetscCall(TasHDF5SetText(file, "/VTKHDF", "Type", "UnstructuredGrid"));
  PetscCall(WriteCount(file, "/VTKHDF/NumberOfPoints", v->nodes.num_global));
  PetscCall(WriteCount(file, "/VTKHDF/NumberOfCells", v->cells.num_global));
  PetscCall(WriteCount(file, "/VTKHDF/NumberOfConnectivityIds", (long long)v->cells.num_global * v->mesh->nodes_per_cell));
  PetscCall(WritePoints(v));
  PetscCall(WriteConnectivity(v));
  PetscCall(WriteCells(v));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* No room for steps: no group Steps, and no temporal fields. */
static PetscErrorCode MakeSteps(TasVtkhdf v)
{
  const char *const counters[] = {"PartOffsets", "NumberOfParts", "PointOffsets", "CellOffsets", "ConnectivityIdOffsets"};
  const long long   none       = 0;
  const hsize_t     room       = (hsize_t)v->step_room;
  TasHDF5          *file       = &v->file;

  PetscFunctionBeginUser;
  if (!room) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasHDF5MakeGroup(file, "/VTKHDF/Steps"));
  PetscCall(TasHDF5MakeGroup(file, "/VTKHDF/Steps/PointDataOffsets"));
  PetscCall(TasHDF5MakeGroup(file, "/VTKHDF/Steps/CellDataOffsets"));
  PetscCall(TasHDF5SetIntegers(file, "/VTKHDF/Steps", "NSteps", 1, &none));
  PetscCall(TasHDF5MakeRows(
      file, &(TasHDF5Rows){.path = "/VTKHDF/Steps/Values", .type = H5T_IEEE_F64LE, .width = 1, .room = room, .unit = "day"}));
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(counters); i++) {
    char path[64];

    PetscCall(PetscSNPrintf(path, sizeof(path), "/VTKHDF/Steps/%s", counters[i]));
    PetscCall(TasHDF5MakeRows(file, &(TasHDF5Rows){.path = path, .type = H5T_STD_I64LE, .width = 1, .room = room}));
  }
  for (PetscInt k = 0; k < v->num_fields; k++) {
    PetscCall(TasHDF5MakeRows(file, &(TasHDF5Rows){.path = v->fields[k].offsets, .type = H5T_STD_I64LE, .width = 1, .room = room}));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MakeFields(TasVtkhdf v)
{
  PetscFunctionBeginUser;
  PetscCall(TasHDF5MakeGroup(&v->file, "/VTKHDF/PointData"));
  PetscCall(TasHDF5MakeGroup(&v->file, "/VTKHDF/CellData"));
  for (PetscInt k = 0; k < v->num_fields; k++) {
    const Field  *field = &v->fields[k];
    const hsize_t items = FieldSlices(v, field)->num_global;

    if (!field->info.is_static && !v->step_room) continue;
    PetscCall(TasHDF5MakeRows(&v->file, &(TasHDF5Rows){.path  = field->path,
                                                       .type  = field->type,
                                                       .rows  = items * (field->info.is_static ? 1 : (hsize_t)v->step_room),
                                                       .width = field->info.num_components,
                                                       .unit  = field->info.unit}));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A dataset of texts, one a column, all of the width of the longest. */
static PetscErrorCode WriteColumnTexts(TasVtkhdf v, const char *path, const char *(*get)(TasHistory, PetscInt))
{
  const PetscInt num   = TasHistoryNumColumns(v->history);
  size_t         width = 1;
  hid_t          type  = H5I_INVALID_HID;
  char          *texts;

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < num; k++) width = PetscMax(width, strlen(get(v->history, k)));
  PetscCall(PetscCalloc1((size_t)num * width, &texts));
  for (PetscInt k = 0; k < num; k++) memcpy(texts + (size_t)k * width, get(v->history, k), strlen(get(v->history, k)));
  TasHDF5Call(&v->file, type = H5Tcopy(H5T_C_S1));
  TasHDF5Call(&v->file, H5Tset_size(type, width));
  TasHDF5Call(&v->file, H5Tset_strpad(type, H5T_STR_NULLPAD));
  PetscCall(TasHDF5MakeRows(&v->file, &(TasHDF5Rows){.path = path, .type = type, .rows = (hsize_t)num, .width = 1}));
  PetscCall(TasHDF5WriteFew(&v->file, path, type, 0, (hsize_t)num, texts));
  TasHDF5Call(&v->file, H5Tclose(type));
  PetscCall(PetscFree(texts));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MakeHistory(TasVtkhdf v)
{
  const PetscInt num = TasHistoryNumColumns(v->history);
  PetscReal     *nothing;

  PetscFunctionBeginUser;
  PetscCall(TasHDF5MakeGroup(&v->file, "/history"));
  /* one row from the start: place for the rest is then reserved with it */
  PetscCall(TasHDF5MakeRows(
      &v->file,
      &(TasHDF5Rows){
          .path = "/history/values", .type = H5T_IEEE_F64LE, .rows = 1, .width = (hsize_t)num, .room = (hsize_t)v->history_room}));
  PetscCall(PetscMalloc1(num, &nothing));
  for (PetscInt k = 0; k < num; k++) nothing[k] = NAN;
  PetscCall(TasHDF5WriteFew(&v->file, "/history/values", H5T_NATIVE_DOUBLE, 0, 1, nothing));
  PetscCall(PetscFree(nothing));
  PetscCall(WriteColumnTexts(v, "/history/columns", TasHistoryColumnName));
  PetscCall(WriteColumnTexts(v, "/history/units", TasHistoryColumnUnit));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WriteTexts(TasVtkhdf v)
{
  char path[256];

  PetscFunctionBeginUser;
  PetscCall(TasHDF5MakeGroup(&v->file, "/provenance"));
  PetscCall(TasHDF5MakeGroup(&v->file, "/case"));
  for (PetscInt k = 0; k < v->num_provenance; k++)
    PetscCall(TasHDF5SetText(&v->file, "/provenance", v->provenance[k].name, v->provenance[k].text));
  for (PetscInt k = 0; k < v->num_case_texts; k++) {
    PetscCall(PetscSNPrintf(path, sizeof(path), "/case/%s", v->case_texts[k].name));
    PetscCall(TasHDF5WriteText(&v->file, path, v->case_texts[k].text));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasVtkhdfLayOut(TasVtkhdf v, PetscInt step_room, PetscInt history_room)
{
  PetscFunctionBeginUser;
  v->step_room    = step_room;
  v->history_room = history_room;
  PetscCall(TasHDF5Create(v->mesh->comm, v->part, &v->file));
  PetscCall(WriteTexts(v));
  PetscCall(WriteMesh(v));
  PetscCall(MakeFields(v));
  PetscCall(MakeSteps(v));
  if (v->history && TasHistoryNumColumns(v->history)) PetscCall(MakeHistory(v));
  PetscFunctionReturn(PETSC_SUCCESS);
}
