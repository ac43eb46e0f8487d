#include "solver/text.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LONGEST 64 /* characters of a name that are compared, or of a text that are quoted */

void TasTextQuote(const char *text, size_t size, char *quoted)
{
  size_t room = PetscMin(size - 6, LONGEST), n = 0;

  quoted[n++] = '"';
  for (; *text && n < room; text++) {
    const unsigned char c = (unsigned char)*text;

    quoted[n++] = (c < 0x20 || c == 0x7f) ? (c == '\n' ? ' ' : '?') : (char)c;
  }
  if (*text) {
    while (n > 1 && ((unsigned char)quoted[n - 1] & 0xc0) == 0x80) n--; /* no half of a UTF-8 character */
    if (n > 1 && (unsigned char)quoted[n - 1] >= 0xc0) n--;
    memcpy(quoted + n, "...", 3);
    n += 3;
  }
  quoted[n++] = '"';
  quoted[n]   = 0;
}

static int Lower(char c)
{
  return c == '_' || c == ' ' ? '-' : tolower((unsigned char)c); /* neo_hookean is neo-hookean */
}

PetscInt TasTextDistance(const char *a, const char *b)
{
  const PetscInt na = (PetscInt)PetscMin(strlen(a), LONGEST), nb = (PetscInt)PetscMin(strlen(b), LONGEST);
  PetscInt       row[3][LONGEST + 1], *before = row[0], *last = row[1], *now = row[2];

  for (PetscInt j = 0; j <= nb; j++) last[j] = j;
  for (PetscInt i = 1; i <= na; i++) {
    PetscInt *spare = before;

    now[0] = i;
    for (PetscInt j = 1; j <= nb; j++) {
      const PetscBool same = (PetscBool)(Lower(a[i - 1]) == Lower(b[j - 1]));

      now[j] = PetscMin(PetscMin(last[j] + 1, now[j - 1] + 1), last[j - 1] + !same);
      if (i > 1 && j > 1 && Lower(a[i - 1]) == Lower(b[j - 2]) && Lower(a[i - 2]) == Lower(b[j - 1]))
        now[j] = PetscMin(now[j], before[j - 2] + 1);
    }
    before = last;
    last   = now;
    now    = spare;
  }
  return last[nb];
}

/* Is the shorter one a beginning or an end of the other? "distal" for "attached_distal". */
static PetscBool IsPartOf(const char *a, const char *b)
{
  const size_t na = strlen(a), nb = strlen(b);

  if (na > nb) return IsPartOf(b, a);
  return (PetscBool)(na >= 3 && (!strncmp(a, b, na) || !strcmp(a, b + nb - na)));
}

const char *TasTextNearest(const char *text, PetscInt num_names, const char *(*get)(const void *context, PetscInt i), const void *context)
{
  const PetscInt length  = (PetscInt)strlen(text);
  PetscInt       best    = 2 * (length <= 3 ? 1 : PetscMax(2, length / 3)) + 1; /* further away means something else was meant */
  const char    *nearest = NULL;

  for (PetscInt i = 0; i < num_names; i++) {
    const char    *name     = get(context, i);
    const PetscInt distance = 2 * TasTextDistance(text, name);
    const PetscInt score    = IsPartOf(text, name) ? PetscMin(distance, 2) : distance;

    if (score < best) {
      best    = score;
      nearest = name;
    }
  }
  return nearest;
}

static const char *GetFromArray(const void *names, PetscInt i)
{
  return ((const char *const *)names)[i];
}

const char *TasTextNearestOf(const char *text, PetscInt num_names, const char *const *names)
{
  return TasTextNearest(text, num_names, GetFromArray, names);
}

/* Splits off the next word of "a | b | c". */
static PetscBool NextChoice(const char **choices, char word[LONGEST])
{
  size_t n;

  *choices += strspn(*choices, " |");
  n = strcspn(*choices, " |");
  if (!n) return PETSC_FALSE;
  snprintf(word, LONGEST, "%.*s", (int)n, *choices);
  *choices += n;
  return PETSC_TRUE;
}

void TasTextNearestChoice(const char *text, const char *choices, size_t size, char *nearest)
{
  char        words[32][LONGEST];
  const char *names[32], *found;
  PetscInt    n = 0;

  while (n < 32 && NextChoice(&choices, words[n])) {
    names[n] = words[n];
    n++;
  }
  found = TasTextNearestOf(text, n, names);
  snprintf(nearest, size, "%s", found ? found : "");
}

PetscInt TasTextFindChoice(const char *choices, const char *word)
{
  char choice[LONGEST];

  for (PetscInt i = 0; NextChoice(&choices, choice); i++)
    if (!strcmp(choice, word)) return i;
  return -1;
}

void TasTextAppend(size_t size, char *text, const char *format, ...)
{
  const size_t used = strlen(text);
  va_list      arguments;

  if (used + 1 >= size) return;
  va_start(arguments, format);
  vsnprintf(text + used, size - used, format, arguments);
  va_end(arguments);
}

static PetscBool IsInside(char c) { return (PetscBool)(((unsigned char)c & 0xc0) == 0x80); } /* of a UTF-8 character */

PetscInt TasTextColumns(const char *text)
{
  PetscInt columns = 0;

  for (; *text; text++) columns += !IsInside(*text);
  return columns;
}

void TasTextShorten(char *text, PetscInt columns)
{
  const PetscBool dots = (PetscBool)(columns >= 6);
  PetscInt        kept = dots ? columns - 3 : PetscMax(columns, 0);

  if (TasTextColumns(text) <= columns) return;
  while (kept > 0 || IsInside(*text)) kept -= !IsInside(*text++);
  *text = 0;
  if (dots) strcpy(text, "...");
}
