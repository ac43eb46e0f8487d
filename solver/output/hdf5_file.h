#pragma once
/*
  Parallel HDF5, checked: the few things that the output needs, on arrays of rows.

  A call that fails leaves one line in file->problem, and the calls after it do nothing.  What can fail on one rank alone (moving
  data, flushing) ends by sharing the problem, so that all ranks go on, or stop, together.  Everything is collective except where
  stated.  Not thread-safe.
*/
#include "mesh/mesh_data.h"
#include <hdf5.h>

typedef struct {
  MPI_Comm    comm;
  PetscMPIInt rank;
  PetscBool   writing;
  hid_t       id;
  char        path[PETSC_MAX_PATH_LEN]; /* as named in problems */
  char        problem[TAS_PROBLEM_LENGTH];
} TasHDF5;

/* A dataset of rows: [rows][width], or [rows] when width is 1. */
typedef struct {
  const char *path;
  hid_t       type; /* in the file */
  hsize_t     rows;
  hsize_t     width;
  hsize_t     room; /* 0: the size is final.  Else rows may become as many as this, in a place that is reserved now */
  const char *unit; /* attribute `unit`, or NULL */
} TasHDF5Rows;

/* Opens for reading, or makes a new file; file->problem says whether that went well. */
PetscErrorCode TasHDF5Create(MPI_Comm comm, const char *path, TasHDF5 *file);
PetscErrorCode TasHDF5Open(MPI_Comm comm, const char *path, TasHDF5 *file);

/* Everything to the disk. */
PetscErrorCode TasHDF5Flush(TasHDF5 *file);
PetscErrorCode TasHDF5Close(TasHDF5 *file);

/* Closes and removes a new file that is not wanted; its problem stays. */
PetscErrorCode TasHDF5Discard(TasHDF5 *file);

PetscErrorCode TasHDF5MakeGroup(TasHDF5 *file, const char *path);

/* Space is set aside at once, but not filled. */
PetscErrorCode TasHDF5MakeRows(TasHDF5 *file, const TasHDF5Rows *rows);

/* Rows start..start+count-1 from or to memory of this type: each rank its own piece. */
PetscErrorCode TasHDF5WriteRows(TasHDF5 *file, const char *path, hid_t type, hsize_t start, hsize_t count, const void *values);
PetscErrorCode TasHDF5ReadRows(TasHDF5 *file, const char *path, hid_t type, hsize_t start, hsize_t count, void *values);

/* The same when there is little and rank 0 has it all: a problem is not shared yet (TasHDF5Flush does). */
PetscErrorCode TasHDF5WriteFew(TasHDF5 *file, const char *path, hid_t type, hsize_t start, hsize_t count, const void *values);

/* Number of rows, within the room that was made. */
PetscErrorCode TasHDF5SetNumRows(TasHDF5 *file, const char *path, hsize_t rows);

/* rows, width: 0 when there is no such dataset. */
PetscErrorCode TasHDF5GetSize(TasHDF5 *file, const char *path, hsize_t *rows, hsize_t *width);

/* Attributes of a group or dataset; an integer one that is there is changed in place. */
PetscErrorCode TasHDF5SetText(TasHDF5 *file, const char *path, const char *name, const char *text);
PetscErrorCode TasHDF5SetIntegers(TasHDF5 *file, const char *path, const char *name, PetscInt num, const long long *values);
PetscErrorCode TasHDF5GetText(TasHDF5 *file, const char *path, const char *name, size_t size, char *text); /* empty: none */

/* A dataset that is one text. */
PetscErrorCode TasHDF5WriteText(TasHDF5 *file, const char *path, const char *text);

/* Takes down why the last HDF5 call failed. */
void TasHDF5Fail(TasHDF5 *file);
#define TasHDF5Call(file, call) \
  do { \
    if (!(file)->problem[0] && (call) < 0) TasHDF5Fail(file); \
  } while (0)
