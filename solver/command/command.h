#pragma once
/*
  The command line: tasis COMMAND [ARGUMENT] [OPTION]... [-- PETSC OPTION...]
*/
#include "solver/simulation.h"

#define TAS_NOTE "Research tool: nothing it prints is advice for one patient."

/* What was asked for. Texts are borrowed from argv. */
typedef struct {
  const char *argument; /* CASE or NAME; NULL: none */
  const char *results;  /* NULL: results/<name of the case> */
  PetscInt    threads;  /* 0: not given */
  PetscBool   resume;
  PetscBool   markdown;
  const char *output; /* of report; NULL: report.html in the folder of results */
  PetscBool   no_pictures;
  PetscBool   once; /* of watch */
  PetscInt    num_overrides;
  char      **overrides;   /* [argc] */
  int         first_petsc; /* place in argv of the first option for PETSc; argc: none */
} TasCommandLine;

typedef enum { TAS_OPTION_SET = 1, TAS_OPTION_RESULTS = 2, TAS_OPTION_THREADS = 4, TAS_OPTION_MARKDOWN = 8, TAS_OPTION_RESUME = 16, TAS_OPTION_OUTPUT = 32, TAS_OPTION_NO_PICTURES = 64, TAS_OPTION_ONCE = 128 } TasCommandOption;

typedef struct {
  const char *name;
  const char *argument; /* "CASE", "PLAN", "RESULTS", "[NAME]" in brackets where it may be left out, or NULL */
  const char *summary;
  int         options; /* TasCommandOption, added */
  /* Collective over PETSC_COMM_WORLD. status: a TasExit. */
  PetscErrorCode (*run)(const TasCommandLine *line, int *status);
  /* Instead of run: needs neither PETSc nor MPI, which are not started. Returns a TasExit. */
  int (*alone)(const TasCommandLine *line);
} TasCommand;

/* In the order of `tasis --help`. */
extern const TasCommand tas_commands[];
extern const PetscInt   tas_num_commands;

/* Reads argv; PETSc and MPI need not be there yet. problem (TAS_PROBLEM_LENGTH): empty, or one line. command: NULL for --help and
   --version, which help and version tell. Free line->overrides with free(). */
void TasCommandLineRead(int argc, char **argv, const TasCommand **command, TasCommandLine *line, PetscBool *help, PetscBool *version,
                        char *problem);

/* Rank 0 writes on standard output. */
PetscErrorCode TasCommandHelp(const TasCommand *command); /* NULL: of the program */
PetscErrorCode TasCommandVersion(void);

/* The case with its mesh, or a line on stderr, status TAS_EXIT_BAD_INPUT and *c NULL. max_cells: as for TasCaseLoadMesh. */
PetscErrorCode TasCommandLoadCase(const TasCommandLine *line, PetscInt max_cells, TasCase **c, int *status);

PetscErrorCode TasCommandRun(const TasCommandLine *line, int *status);
PetscErrorCode TasCommandCheck(const TasCommandLine *line, int *status);
PetscErrorCode TasCommandMesh(const TasCommandLine *line, int *status);
PetscErrorCode TasCommandSafeRate(const TasCommandLine *line, int *status);
PetscErrorCode TasCommandPlan(const TasCommandLine *line, int *status);
PetscErrorCode TasCommandModels(const TasCommandLine *line, int *status);
PetscErrorCode TasCommandKeys(const TasCommandLine *line, int *status);
int            TasCommandReport(const TasCommandLine *line);
int            TasCommandWatch(const TasCommandLine *line);
