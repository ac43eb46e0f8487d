#pragma once
/*
  Where the files are that belong to the program: beside it when it was installed (bin/tasis, lib/tasis, share/tasis/scripts), else in
  the folder it was built in and in its source.  Not collective.
*/
#include <stddef.h>

/* The folder of Tasis's scripts; the environment's TASIS_SCRIPTS comes first. It may not be there. */
void TasInstalledScripts(size_t size, char *path);

/* The ready pipelines of Catalyst among them. */
void TasInstalledPipelines(size_t size, char *path);

/* A library that is loaded on demand, whether or not it is there. */
void TasInstalledLibrary(const char *name, size_t size, char *path);
