#pragma once
/*
  Lines of a terminal that are rewritten in place, with messages above them; where it is not a terminal, messages alone.

  A terminal is one that this process is in the foreground of: Open MPI gives its programs one, too, which nobody looks at, and what runs in
  the background should not write into what is being typed.  TERM=dumb counts as none.
  Not collective, and without PETSc: for one process.
*/
#include <petscsystypes.h>
#include <stdio.h>

#define TAS_LIVE_LENGTH 1024 /* of a line, with its closing zero */

/* Everything in it is of this module alone, but that whoever has its reasons sets terminal to FALSE. */
typedef struct {
  FILE     *file;
  PetscBool terminal;
  PetscInt  num_lines; /* to be shown */
  char     *lines;     /* [num_lines][TAS_LIVE_LENGTH] */
  PetscInt  num_drawn, *drawn; /* on the screen, with their columns */
  double    drawn_at;  /* s; several in a tenth of a second are drawn once */
} TasLive;

void TasLiveBegin(TasLive *live, FILE *file);

PetscBool TasLiveIsTerminal(const TasLive *live);

/* As it is now: 80 x 24 where the terminal does not tell. */
PetscInt TasLiveColumns(const TasLive *live);
PetscInt TasLiveRows(const TasLive *live);

/* These lines (each without \n, best of TasLiveColumns() - 1 columns) stand in place of the last ones, from above as many as there is room for. */
void TasLiveShow(TasLive *live, PetscInt num, const char (*lines)[TAS_LIVE_LENGTH]);

/* Whole lines, each with \n, above. */
void TasLiveSay(TasLive *live, const char *text);

/* What is shown stays, and whatever is written next stands below: for the last time, or before others write. */
void TasLiveLeave(TasLive *live);

/* The same, and frees. */
void TasLiveEnd(TasLive *live);
