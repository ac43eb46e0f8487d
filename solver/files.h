#pragma once
/*
  Files and folders, and problems with them that all ranks have to know about.
*/
#include <petscsys.h>
#include <stdio.h>

/* Gives every rank the problem of the lowest rank that has one.  problem [TAS_PROBLEM_LENGTH]: in and out.  Collective. */
PetscErrorCode TasProblemShare(MPI_Comm comm, char *problem);

/* The rest is not collective: call it on one rank.  problem [TAS_PROBLEM_LENGTH] is left alone when all went well; a problem that
   is there already makes each of them do nothing. */

/* Makes a folder and its parents; good when it is there and files can be made in it. */
PetscErrorCode TasFolderMake(const char *path, char *problem);

/* Removes a file; good when there is none. */
PetscErrorCode TasFileRemove(const char *path, char *problem);

/* Moves a complete file to its name, atomically replacing what was there. */
PetscErrorCode TasFileMove(const char *from, const char *to, char *problem);

/* Replaces a file by what write() puts out: a reader sees either the old or the new one, whole. */
PetscErrorCode TasFileReplace(const char *path, void (*write)(FILE *file, const void *context), const void *context, char *problem);
PetscErrorCode TasFileReplaceText(const char *path, const char *text, char *problem);

/* problem: "cannot <what> <path>: <reason of errno>" */
void TasFileProblem(const char *what, const char *path, int error, char *problem);
