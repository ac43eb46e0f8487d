#include "solver/output/history.h"
#include "solver/files.h"
#include "mesh/mesh_data.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  char *name, *unit;
} Column;

struct TasHistory_ {
  MPI_Comm    comm;
  PetscMPIInt rank;
  PetscInt    num_columns;
  Column     *columns;
  PetscInt    num_rows, rows_allocated;
  PetscReal  *rows; /* [rows_allocated][num_columns] on rank 0 */
  PetscReal  *row;  /* [num_columns] being filled */
  FILE       *file;
  char        path[PETSC_MAX_PATH_LEN];
  char        problem[TAS_PROBLEM_LENGTH];
};

PetscErrorCode TasHistoryCreate(MPI_Comm comm, TasHistory *history)
{
  PetscFunctionBeginUser;
  PetscCall(PetscNew(history));
  (*history)->comm = comm;
  PetscCallMPI(MPI_Comm_rank(comm, &(*history)->rank));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHistoryDestroy(TasHistory *history)
{
  TasHistory h = *history;

  PetscFunctionBeginUser;
  if (!h) PetscFunctionReturn(PETSC_SUCCESS);
  if (h->file) fclose(h->file);
  for (PetscInt k = 0; k < h->num_columns; k++) {
    PetscCall(PetscFree(h->columns[k].name));
    PetscCall(PetscFree(h->columns[k].unit));
  }
  PetscCall(PetscFree(h->columns));
  PetscCall(PetscFree(h->rows));
  PetscCall(PetscFree(h->row));
  PetscCall(PetscFree(*history));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHistoryAddColumnOf(TasHistory history, const char *format, const char *owner, const char *name, const char *unit, PetscInt *column)
{
  char text[3 * TAS_NAME_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(text, sizeof text, format, owner, name));
  PetscCall(TasHistoryAddColumn(history, text, unit, column));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHistoryAddColumn(TasHistory h, const char *name, const char *unit, PetscInt *column)
{
  const PetscInt k = h->num_columns;

  PetscFunctionBeginUser;
  PetscCheck(!h->num_rows && !h->file, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE, "Column %s comes after the table was begun", name);
  PetscCheck(strlen(name) < 128 && !strpbrk(name, "\",\n"), PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG, "A column cannot be called %s", name);
  for (PetscInt i = 0; i < k; i++)
    PetscCheck(strcmp(h->columns[i].name, name), PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG, "Column %s is there already", name);
  PetscCall(PetscRealloc((k + 1) * sizeof(*h->columns), &h->columns));
  PetscCall(PetscRealloc((k + 1) * sizeof(*h->row), &h->row));
  PetscCall(PetscStrallocpy(name, &h->columns[k].name));
  PetscCall(PetscStrallocpy(unit, &h->columns[k].unit));
  h->row[k] = NAN;
  h->num_columns++;
  *column = k;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHistorySet(TasHistory h, PetscInt column, PetscReal value)
{
  PetscFunctionBeginUser;
  PetscAssert(column >= 0 && column < h->num_columns, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "No column %" PetscInt_FMT, column);
  h->row[column] = value;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void CheckWritten(TasHistory h)
{
  if (fflush(h->file) || ferror(h->file)) TasFileProblem("write", h->path, errno ? errno : EIO, h->problem);
}

static void WriteRow(TasHistory h, const PetscReal *row)
{
  for (PetscInt k = 0; k < h->num_columns; k++) {
    if (isnan(row[k]))
      fprintf(h->file, "%snan", k ? "," : ""); /* never -nan */
    else
      fprintf(h->file, "%s%.10g", k ? "," : "", (double)row[k]);
  }
  fputc('\n', h->file);
}

PetscErrorCode TasHistoryEndRow(TasHistory h)
{
  PetscFunctionBeginUser;
  if (!h->rank) {
    if (h->num_rows == h->rows_allocated) {
      h->rows_allocated = PetscMax(64, 2 * h->rows_allocated);
      PetscCall(PetscRealloc((size_t)h->rows_allocated * h->num_columns * sizeof(*h->rows), &h->rows));
    }
    PetscCall(PetscArraycpy(h->rows + (size_t)h->num_rows * h->num_columns, h->row, h->num_columns));
    if (h->file && !h->problem[0]) {
      WriteRow(h, h->row);
      CheckWritten(h);
    }
  }
  h->num_rows++;
  for (PetscInt k = 0; k < h->num_columns; k++) h->row[k] = NAN;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHistoryRestore(TasHistory h, PetscInt num_rows, const PetscReal *rows)
{
  const size_t size = (size_t)num_rows * h->num_columns;

  PetscFunctionBeginUser;
  PetscCheck(!h->num_rows && !h->file, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE, "Rows come after the table was begun");
  h->num_rows = num_rows;
  if (h->rank) PetscFunctionReturn(PETSC_SUCCESS);
  h->rows_allocated = num_rows;
  PetscCall(PetscMalloc1(size, &h->rows));
  PetscCall(PetscArraycpy(h->rows, rows, size));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHistoryOpen(TasHistory h, const char *path, char *problem)
{
  char part[PETSC_MAX_PATH_LEN];

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(part, sizeof(part), h->num_rows ? "%s.part" : "%s", path));
  PetscCall(PetscStrncpy(h->path, path, sizeof(h->path)));
  if (!h->rank) {
    h->file = fopen(part, "w");
    if (!h->file)
      TasFileProblem("write", path, errno, h->problem);
    else {
      for (PetscInt k = 0; k < h->num_columns; k++) fprintf(h->file, "%s%s [%s]", k ? "," : "", h->columns[k].name, h->columns[k].unit);
      fputc('\n', h->file);
      for (PetscInt i = 0; i < h->num_rows; i++) WriteRow(h, h->rows + (size_t)i * h->num_columns);
      CheckWritten(h);
      if (h->num_rows) PetscCall(TasFileMove(part, path, h->problem));
    }
  }
  PetscCall(TasHistoryCheck(h, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHistoryCheck(TasHistory h, char *problem)
{
  PetscFunctionBeginUser;
  PetscCall(TasProblemShare(h->comm, h->problem));
  PetscCall(PetscStrncpy(problem, h->problem, TAS_PROBLEM_LENGTH));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt TasHistoryNumColumns(TasHistory h)
{
  return h->num_columns;
}

const char *TasHistoryColumnName(TasHistory h, PetscInt column)
{
  return h->columns[column].name;
}

const char *TasHistoryColumnUnit(TasHistory h, PetscInt column)
{
  return h->columns[column].unit;
}

PetscInt TasHistoryNumRows(TasHistory h)
{
  return h->num_rows;
}

const PetscReal *TasHistoryRows(TasHistory h)
{
  return h->rows;
}
