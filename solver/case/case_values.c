/* The resolved case as a table, for the provenance of results: what `tasis check` prints, as CSV. */
#include "solver/case/case.h"
#include <string.h>

/* A cell in quotes, as RFC 4180 has it; returns the place behind it. text NULL: counts only. */
static size_t PutCell(const char *cell, char after, size_t n, char *text)
{
  if (text) text[n] = '"';
  n++;
  for (; *cell; cell++)
    for (int times = *cell == '"' ? 2 : 1; times > 0; times--, n++)
      if (text) text[n] = *cell;
  if (text) text[n] = '"', text[n + 1] = after;
  return n + 2;
}

static size_t PutTable(const TasCase *c, char *text)
{
  static const char header[] = "path,value,origin\n";
  size_t            n        = sizeof(header) - 1;

  if (text) memcpy(text, header, n);
  for (PetscInt i = 0; i < c->num_entries; i++) {
    n = PutCell(c->entries[i].path, ',', n, text);
    n = PutCell(c->entries[i].value, ',', n, text);
    n = PutCell(c->entries[i].origin, '\n', n, text);
  }
  if (text) text[n] = 0;
  return n + 1;
}

PetscErrorCode TasCaseValues(const TasCase *c, char **table)
{
  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(PutTable(c, NULL), table));
  (void)PutTable(c, *table);
  PetscFunctionReturn(PETSC_SUCCESS);
}
