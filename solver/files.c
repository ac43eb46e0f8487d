#include "solver/files.h"
#include "mesh/mesh_data.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

PetscErrorCode TasProblemShare(MPI_Comm comm, char *problem)
{
  PetscMPIInt rank, size, mine, first;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  mine = problem[0] ? rank : size;
  PetscCallMPI(MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, comm));
  if (first < size) PetscCallMPI(MPI_Bcast(problem, TAS_PROBLEM_LENGTH, MPI_CHAR, first, comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasFileProblem(const char *what, const char *path, int error, char *problem)
{
  if (problem[0]) return;
  snprintf(problem, TAS_PROBLEM_LENGTH, "cannot %s %.300s: %s", what, path, strerror(error));
}

/* One folder, whose parent is there. */
static void MakeOne(const char *path, char *problem)
{
  struct stat info;

  if (mkdir(path, 0777) == 0) return;
  if (errno == EEXIST && stat(path, &info) == 0 && !S_ISDIR(info.st_mode)) errno = ENOTDIR;
  if (errno != EEXIST) TasFileProblem("make the folder", path, errno, problem);
}

PetscErrorCode TasFolderMake(const char *path, char *problem)
{
  char part[PETSC_MAX_PATH_LEN];

  PetscFunctionBeginUser;
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  if (!path[0] || strlen(path) >= sizeof(part)) {
    snprintf(problem, TAS_PROBLEM_LENGTH, "cannot make the folder \"%.100s\": its name is %s", path, path[0] ? "too long" : "empty");
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscStrncpy(part, path, sizeof(part)));
  for (char *slash = strchr(part + 1, '/'); slash && !problem[0]; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    MakeOne(part, problem);
    *slash = '/';
  }
  if (!problem[0]) MakeOne(path, problem);
  if (!problem[0] && access(path, W_OK | X_OK)) TasFileProblem("write into the folder", path, errno, problem);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasFileRemove(const char *path, char *problem)
{
  PetscFunctionBeginUser;
  if (!problem[0] && unlink(path) && errno != ENOENT) TasFileProblem("replace", path, errno, problem);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasFileMove(const char *from, const char *to, char *problem)
{
  PetscFunctionBeginUser;
  if (!problem[0] && rename(from, to)) TasFileProblem("write", to, errno, problem);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasFileReplace(const char *path, void (*write)(FILE *file, const void *context), const void *context, char *problem)
{
  char  part[PETSC_MAX_PATH_LEN];
  FILE *file;
  int   failed;

  PetscFunctionBeginUser;
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscSNPrintf(part, sizeof(part), "%s.part", path));
  file = fopen(part, "w");
  if (!file) {
    TasFileProblem("write", path, errno, problem);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  errno = 0;
  write(file, context);
  failed = ferror(file);
  if (fclose(file) || failed) {
    TasFileProblem("write", path, errno ? errno : EIO, problem);
    unlink(part);
  }
  PetscCall(TasFileMove(part, path, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void PutText(FILE *file, const void *text)
{
  (void)fputs(text, file);
}

PetscErrorCode TasFileReplaceText(const char *path, const char *text, char *problem)
{
  PetscFunctionBeginUser;
  PetscCall(TasFileReplace(path, PutText, text, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}
