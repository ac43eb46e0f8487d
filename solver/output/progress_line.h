#pragma once
/*
  How a run stands, in one line of a terminal or a log: the same for `tasis run`, `watch` and `safe-rate`.  Pure.
*/
#include "mesh/mesh_data.h"

typedef struct {
  char      label[160];      /* which run; empty: the only one */
  PetscReal day, last_day;   /* d; last_day NaN: not known */
  PetscReal gap, second_gap; /* mm; NaN: there is none */
  PetscReal fraction;        /* of the calendar, 0 to 1 */
  PetscReal margin;          /* the smallest one; NaN: nothing is judged */
  char      where[TAS_NAME_LENGTH]; /* tissue or strand that has it */
  PetscReal time_left;       /* s; NaN: not known */
  char      state[160];      /* instead of the time left: "done", "no news for 5 min"; empty: it goes on */
} TasProgressLine;

/* Of so many columns at most: what matters least is left out first, names are shortened; 0: everything, as for a log. size: of text. */
void TasProgressLineText(const TasProgressLine *line, PetscInt columns, size_t size, char *text);

/* "42 s", "3 min 05 s", "25 min", "2 h 07 min", "3 d 04 h"; "-" for NaN. */
void TasDurationText(PetscReal seconds, size_t size, char *text);
