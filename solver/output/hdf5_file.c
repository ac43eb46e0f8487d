#include "solver/output/hdf5_file.h"
#include "solver/files.h"
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define LEAST_SPACE (1 << 20) /* a disk with less than this (bytes) is called full: MPI-IO does not say why a write failed */

/* The innermost message on HDF5's stack of errors says most. */
static herr_t FirstMessage(unsigned n, const H5E_error2_t *error, void *context)
{
  char *message = context;

  if (!message[0] && error->desc && error->desc[0]) snprintf(message, 200, "%s", error->desc);
  return 0;
}

void TasHDF5Fail(TasHDF5 *file)
{
  char           message[200] = "";
  size_t         length       = strlen(file->path);
  struct statvfs disk;

  if (file->problem[0]) return;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, FirstMessage, message);
  H5Eclear2(H5E_DEFAULT);
  for (char *c = message; *c; c++) *c = *c == '\n' ? ' ' : *c;
  if (file->writing && statvfs(file->path, &disk) == 0 && (double)disk.f_bavail * disk.f_frsize < LEAST_SPACE)
    snprintf(message, sizeof(message), "no space left on the disk");
  /* a user does not know the name that a file has while it is made */
  if (length > 5 && !strcmp(file->path + length - 5, ".part")) length -= 5;
  snprintf(file->problem, TAS_PROBLEM_LENGTH, "cannot %s %.*s: %s", file->writing ? "write" : "read", (int)PetscMin(length, 280),
           file->path, message[0] ? message : "HDF5 failed");
}

/* MPI-IO on one rank too: data then goes straight to the file, in the order of the calls. */
static PetscErrorCode Start(MPI_Comm comm, const char *path, PetscBool writing, TasHDF5 *file)
{
  hid_t access = H5I_INVALID_HID;

  PetscFunctionBeginUser;
  *file = (TasHDF5){.comm = comm, .writing = writing, .id = H5I_INVALID_HID};
  PetscCallMPI(MPI_Comm_rank(comm, &file->rank));
  PetscCall(PetscStrncpy(file->path, path, sizeof(file->path)));
  /* what HDF5 prints by itself is for its developers */
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  TasHDF5Call(file, access = H5Pcreate(H5P_FILE_ACCESS));
  TasHDF5Call(file, H5Pset_fapl_mpio(access, comm, MPI_INFO_NULL));
  TasHDF5Call(file, H5Pset_fclose_degree(access, H5F_CLOSE_STRONG));
  if (writing)
    TasHDF5Call(file, file->id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access));
  else
    TasHDF5Call(file, file->id = H5Fopen(path, H5F_ACC_RDONLY, access));
  H5Pclose(access);
  PetscCall(TasProblemShare(comm, file->problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHDF5Create(MPI_Comm comm, const char *path, TasHDF5 *file)
{
  PetscFunctionBeginUser;
  PetscCall(Start(comm, path, PETSC_TRUE, file));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHDF5Open(MPI_Comm comm, const char *path, TasHDF5 *file)
{
  PetscFunctionBeginUser;
  PetscCall(Start(comm, path, PETSC_FALSE, file));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHDF5Flush(TasHDF5 *file)
{
  PetscFunctionBeginUser;
  PetscCall(TasProblemShare(file->comm, file->problem));
  TasHDF5Call(file, H5Fflush(file->id, H5F_SCOPE_GLOBAL));
  PetscCall(TasProblemShare(file->comm, file->problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHDF5Close(TasHDF5 *file)
{
  PetscFunctionBeginUser;
  /* also after a problem: the other ranks close too, and a handle that stays open fails again at exit */
  if (file->id >= 0 && H5Fclose(file->id) < 0) TasHDF5Fail(file);
  file->id = H5I_INVALID_HID;
  PetscCall(TasProblemShare(file->comm, file->problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHDF5Discard(TasHDF5 *file)
{
  char reason[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(PetscStrncpy(reason, file->problem, sizeof(reason)));
  /* emptied first: closing writes what HDF5 still holds, and where it finds no space for that it crashes when MPI ends (1.10.8) */
  if (!file->rank && truncate(file->path, 0)) PetscCall(PetscInfo(NULL, "Cannot empty %s\n", file->path));
  PetscCallMPI(MPI_Barrier(file->comm));
  PetscCall(TasHDF5Close(file));
  if (!file->rank) unlink(file->path);
  PetscCall(PetscStrncpy(file->problem, reason, sizeof(file->problem)));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHDF5MakeGroup(TasHDF5 *file, const char *path)
{
  hid_t group = H5I_INVALID_HID;

  PetscFunctionBeginUser;
  TasHDF5Call(file, group = H5Gcreate2(file->id, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  TasHDF5Call(file, H5Gclose(group));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHDF5MakeRows(TasHDF5 *file, const TasHDF5Rows *rows)
{
  const int     rank    = rows->width > 1 ? 2 : 1;
  const hsize_t size[2] = {rows->rows, rows->width}, largest[2] = {H5S_UNLIMITED, rows->width}, chunk[2] = {rows->room, rows->width};
  hid_t         space = H5I_INVALID_HID, layout = H5I_INVALID_HID, set = H5I_INVALID_HID;

  PetscFunctionBeginUser;
  TasHDF5Call(file, space = H5Screate_simple(rank, size, rows->room ? largest : NULL));
  TasHDF5Call(file, layout = H5Pcreate(H5P_DATASET_CREATE));
  TasHDF5Call(file, H5Pset_alloc_time(layout, H5D_ALLOC_TIME_EARLY));
  TasHDF5Call(file, H5Pset_fill_time(layout, H5D_FILL_TIME_NEVER));
  if (rows->room) TasHDF5Call(file, H5Pset_chunk(layout, rank, chunk));
  TasHDF5Call(file, set = H5Dcreate2(file->id, rows->path, rows->type, space, H5P_DEFAULT, layout, H5P_DEFAULT));
  TasHDF5Call(file, H5Dclose(set));
  TasHDF5Call(file, H5Pclose(layout));
  TasHDF5Call(file, H5Sclose(space));
  if (rows->unit) PetscCall(TasHDF5SetText(file, rows->path, "unit", rows->unit));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What is needed to move rows start..start+count-1. */
typedef struct {
  hid_t set, file_space, memory_space, transfer;
} Move;

static void MoveBegin(TasHDF5 *file, const char *path, hsize_t start, hsize_t count, H5FD_mpio_xfer_t mode, Move *move)
{
  hsize_t size[2] = {0, 1}, from[2] = {start, 0};

  *move = (Move){H5I_INVALID_HID, H5I_INVALID_HID, H5I_INVALID_HID, H5I_INVALID_HID};
  TasHDF5Call(file, move->set = H5Dopen2(file->id, path, H5P_DEFAULT));
  TasHDF5Call(file, move->file_space = H5Dget_space(move->set));
  TasHDF5Call(file, H5Sget_simple_extent_dims(move->file_space, size, NULL));
  size[0] = count;
  TasHDF5Call(file, move->memory_space = H5Screate_simple(2, size, NULL));
  if (count)
    TasHDF5Call(file, H5Sselect_hyperslab(move->file_space, H5S_SELECT_SET, from, NULL, size, NULL));
  else
    TasHDF5Call(file, H5Sselect_none(move->file_space));
  TasHDF5Call(file, move->transfer = H5Pcreate(H5P_DATASET_XFER));
  TasHDF5Call(file, H5Pset_dxpl_mpio(move->transfer, mode));
}

static void MoveEnd(TasHDF5 *file, Move *move)
{
  if (move->transfer >= 0) H5Pclose(move->transfer);
  if (move->memory_space >= 0) H5Sclose(move->memory_space);
  if (move->file_space >= 0) H5Sclose(move->file_space);
  if (move->set >= 0) H5Dclose(move->set);
}

PetscErrorCode TasHDF5WriteRows(TasHDF5 *file, const char *path, hid_t type, hsize_t start, hsize_t count, const void *values)
{
  const char none = 0;
  Move       move;

  PetscFunctionBeginUser;
  MoveBegin(file, path, start, count, H5FD_MPIO_COLLECTIVE, &move);
  TasHDF5Call(file, H5Dwrite(move.set, type, move.memory_space, move.file_space, move.transfer, count ? values : &none));
  MoveEnd(file, &move);
  PetscCall(TasProblemShare(file->comm, file->problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHDF5ReadRows(TasHDF5 *file, const char *path, hid_t type, hsize_t start, hsize_t count, void *values)
{
  char none;
  Move move;

  PetscFunctionBeginUser;
  MoveBegin(file, path, start, count, H5FD_MPIO_COLLECTIVE, &move);
  TasHDF5Call(file, H5Dread(move.set, type, move.memory_space, move.file_space, move.transfer, count ? values : &none));
  MoveEnd(file, &move);
  PetscCall(TasProblemShare(file->comm, file->problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHDF5WriteFew(TasHDF5 *file, const char *path, hid_t type, hsize_t start, hsize_t count, const void *values)
{
  Move move;

  PetscFunctionBeginUser;
  if (file->rank || !count) PetscFunctionReturn(PETSC_SUCCESS);
  MoveBegin(file, path, start, count, H5FD_MPIO_INDEPENDENT, &move);
  TasHDF5Call(file, H5Dwrite(move.set, type, move.memory_space, move.file_space, move.transfer, values));
  MoveEnd(file, &move);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHDF5SetNumRows(TasHDF5 *file, const char *path, hsize_t rows)
{
  hid_t   set = H5I_INVALID_HID, space = H5I_INVALID_HID;
  hsize_t size[2];

  PetscFunctionBeginUser;
  TasHDF5Call(file, set = H5Dopen2(file->id, path, H5P_DEFAULT));
  TasHDF5Call(file, space = H5Dget_space(set));
  TasHDF5Call(file, H5Sget_simple_extent_dims(space, size, NULL));
  size[0] = rows;
  TasHDF5Call(file, H5Dset_extent(set, size));
  TasHDF5Call(file, H5Sclose(space));
  TasHDF5Call(file, H5Dclose(set));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHDF5GetSize(TasHDF5 *file, const char *path, hsize_t *rows, hsize_t *width)
{
  hid_t   set = H5I_INVALID_HID, space = H5I_INVALID_HID;
  hsize_t size[2] = {0, 1};
  int     rank    = 1;

  PetscFunctionBeginUser;
  *rows = *width = 0;
  if (file->problem[0] || H5Lexists(file->id, path, H5P_DEFAULT) <= 0) PetscFunctionReturn(PETSC_SUCCESS);
  TasHDF5Call(file, set = H5Dopen2(file->id, path, H5P_DEFAULT));
  TasHDF5Call(file, space = H5Dget_space(set));
  TasHDF5Call(file, rank = H5Sget_simple_extent_ndims(space));
  if (!file->problem[0] && (rank == 1 || rank == 2)) {
    TasHDF5Call(file, H5Sget_simple_extent_dims(space, size, NULL));
    *rows  = size[0];
    *width = size[1];
  }
  TasHDF5Call(file, H5Sclose(space));
  TasHDF5Call(file, H5Dclose(set));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Strings of fixed length: VTK wants the type of its group so, and what has variable length lives in a heap that is shared.
   text is not empty. */
static hid_t TextType(const char *text)
{
  hid_t type = H5Tcopy(H5T_C_S1);

  for (const char *c = text; *c; c++) {
    if ((unsigned char)*c > 127) H5Tset_cset(type, H5T_CSET_UTF8);
  }
  H5Tset_size(type, PetscMax(strlen(text), 1));
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  return type;
}

PetscErrorCode TasHDF5SetText(TasHDF5 *file, const char *path, const char *name, const char *text)
{
  hid_t type = H5I_INVALID_HID, space = H5I_INVALID_HID, attribute = H5I_INVALID_HID;

  PetscFunctionBeginUser;
  TasHDF5Call(file, type = TextType(text));
  TasHDF5Call(file, space = H5Screate(H5S_SCALAR));
  TasHDF5Call(file, attribute = H5Acreate_by_name(file->id, path, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  TasHDF5Call(file, H5Awrite(attribute, type, text));
  TasHDF5Call(file, H5Aclose(attribute));
  TasHDF5Call(file, H5Sclose(space));
  TasHDF5Call(file, H5Tclose(type));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* By way of the object: an attribute that H5Aopen_by_name() opened cannot be written (HDF5 1.10.8). */
PetscErrorCode TasHDF5SetIntegers(TasHDF5 *file, const char *path, const char *name, PetscInt num, const long long *values)
{
  const hsize_t size   = (hsize_t)num;
  hid_t         object = H5I_INVALID_HID, space = H5I_INVALID_HID, attribute = H5I_INVALID_HID;
  htri_t        there = 0;

  PetscFunctionBeginUser;
  TasHDF5Call(file, object = H5Oopen(file->id, path, H5P_DEFAULT));
  TasHDF5Call(file, there = H5Aexists(object, name));
  TasHDF5Call(file, space = num == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &size, NULL));
  if (there)
    TasHDF5Call(file, attribute = H5Aopen(object, name, H5P_DEFAULT));
  else
    TasHDF5Call(file, attribute = H5Acreate2(object, name, H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT));
  TasHDF5Call(file, H5Awrite(attribute, H5T_NATIVE_LLONG, values));
  TasHDF5Call(file, H5Aclose(attribute));
  TasHDF5Call(file, H5Sclose(space));
  TasHDF5Call(file, H5Oclose(object));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHDF5GetText(TasHDF5 *file, const char *path, const char *name, size_t size, char *text)
{
  hid_t type = H5I_INVALID_HID, attribute = H5I_INVALID_HID;

  PetscFunctionBeginUser;
  text[0] = 0;
  if (file->problem[0] || H5Aexists_by_name(file->id, path, name, H5P_DEFAULT) <= 0) PetscFunctionReturn(PETSC_SUCCESS);
  TasHDF5Call(file, attribute = H5Aopen_by_name(file->id, path, name, H5P_DEFAULT, H5P_DEFAULT));
  TasHDF5Call(file, type = H5Tcopy(H5T_C_S1));
  TasHDF5Call(file, H5Tset_size(type, size));
  TasHDF5Call(file, H5Aread(attribute, type, text));
  TasHDF5Call(file, H5Tclose(type));
  TasHDF5Call(file, H5Aclose(attribute));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHDF5WriteText(TasHDF5 *file, const char *path, const char *text)
{
  hid_t type = H5I_INVALID_HID, space = H5I_INVALID_HID, set = H5I_INVALID_HID;

  PetscFunctionBeginUser;
  TasHDF5Call(file, type = TextType(text));
  TasHDF5Call(file, space = H5Screate(H5S_SCALAR));
  TasHDF5Call(file, set = H5Dcreate2(file->id, path, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  if (!file->rank) TasHDF5Call(file, H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text));
  /* closing is collective: a rank that failed closes too */
  if (set >= 0) H5Dclose(set);
  TasHDF5Call(file, H5Sclose(space));
  TasHDF5Call(file, H5Tclose(type));
  PetscCall(TasProblemShare(file->comm, file->problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}
