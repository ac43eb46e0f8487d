#pragma once
/*
  Text in messages: quoting what a user wrote, and finding the name that was probably meant.
*/
#include <petscsys.h>

/* text in double quotes, on one line whatever it holds, and shortened where it is long (about 60 characters are kept).
   size: of quoted, with the closing zero; at least 16. */
void TasTextQuote(const char *text, size_t size, char *quoted);

/* Number of single-character edits (insert, delete, replace, swap of neighbours) between two names, ignoring case; a name that is
   merely the beginning of the other counts little. */
PetscInt TasTextDistance(const char *a, const char *b);

/* The name nearest to text, or NULL when there is none that could have been meant.
   get(context, i): the i-th name. */
const char *TasTextNearest(const char *text, PetscInt num_names, const char *(*get)(const void *context, PetscInt i), const void *context);

/* The same for a plain array, and for a list like "auto | direct | iterative" (then copied into nearest [TAS_NAME_LENGTH]; empty: none). */
const char *TasTextNearestOf(const char *text, PetscInt num_names, const char *const *names);
void        TasTextNearestChoice(const char *text, const char *choices, size_t size, char *nearest);

/* Does the list "auto | direct | iterative" hold that word? Its place from 0, or -1. */
PetscInt TasTextFindChoice(const char *choices, const char *word);

/* Appends, as printf does, to a text in an array of `size` characters; cuts what does not fit. */
void TasTextAppend(size_t size, char *text, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Places that a text takes on a terminal: its UTF-8 characters. */
PetscInt TasTextColumns(const char *text);

/* Cuts a text to so many places; "..." stands for what is missing where there is room for it. */
void TasTextShorten(char *text, PetscInt columns);
