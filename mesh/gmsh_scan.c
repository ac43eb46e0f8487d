/* The cursor in a Gmsh file: numbers and names, in text and in binary. */
#include "mesh/gmsh_impl.h"
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

PetscErrorCode TasGmshLoad(TasGmsh *g)
{
  struct stat status;
  FILE       *file = NULL;

  PetscFunctionBeginUser;
  /* looked at before it is opened: opening a pipe would wait for its other end */
  if (stat(g->path, &status)) {
    TasGmshFail(g, "cannot be read: %s", strerror(errno));
  } else if (S_ISDIR(status.st_mode)) {
    TasGmshFail(g, "is a directory, not a Gmsh mesh");
  } else if (!S_ISREG(status.st_mode)) {
    TasGmshFail(g, "is not a regular file");
  } else if (status.st_size == 0) {
    TasGmshFail(g, "is empty");
  } else if (!(file = fopen(g->path, "rb"))) {
    TasGmshFail(g, "cannot be read: %s", strerror(errno));
  } else {
    const size_t size = (size_t)status.st_size;
    PetscCall(PetscMalloc1(size + 1, &g->text));
    if (fread(g->text, 1, size, file) != size) TasGmshFail(g, "cannot be read to its end");
    g->text[size] = '\0';
    g->at         = g->text;
    g->end        = g->text + size;
  }
  if (file) fclose(file);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* "path: line 12 ($Nodes): " before the message; without a line in binary files, and without either before the file is open. */
bool TasGmshFail(TasGmsh *g, const char *format, ...)
{
  const size_t longest = 200, length = strlen(g->path);
  const char  *path      = length > longest ? g->path + length - longest : g->path;
  char         place[64] = "", text[TAS_PROBLEM_LENGTH / 2];
  va_list      arguments;

  if (*g->problem) return false;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  if (g->at && !g->binary) {
    long line = 1;
    for (const char *c = g->text; c < g->at; c++) line += *c == '\n';
    snprintf(place, sizeof(place), " line %ld", line);
    if (*g->section) snprintf(place + strlen(place), sizeof(place) - strlen(place), " (%s)", g->section);
    strcat(place, ":");
  } else if (*g->section) {
    snprintf(place, sizeof(place), " %s:", g->section);
  }
  snprintf(g->problem, TAS_PROBLEM_LENGTH, "%s:%s %s", path, place, text);
  return false;
}

static inline bool IsSpace(char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r');
}

void TasGmshSkipSpace(TasGmsh *g)
{
  while (IsSpace(*g->at)) g->at++;
}

const char *TasGmshQuote(const TasGmsh *g, char quote[32])
{
  int length = 0;

  if (g->at >= g->end) return strcpy(quote, "the end of the file");
  quote[length++] = '\'';
  for (const char *c = g->at; c < g->end && !IsSpace(*c) && length < 24; c++) quote[length++] = *c > ' ' && *c < 127 ? *c : '?';
  strcpy(quote + length, "'");
  return quote;
}

static bool Expected(TasGmsh *g, const char *what)
{
  char quote[32];

  return TasGmshFail(g, "expected %s, found %s", what, TasGmshQuote(g, quote));
}

bool TasGmshTextInt(TasGmsh *g, const char *what, int64_t *value)
{
  TasGmshSkipSpace(g);
  const char *c        = g->at;
  const bool  negative = *c == '-';
  int64_t     number   = 0;

  if (*c == '-' || *c == '+') c++;
  const char *digits = c;
  for (; *c >= '0' && *c <= '9' && c - digits < 18; c++) number = 10 * number + (*c - '0');
  if (c == digits || (*c && !IsSpace(*c))) return Expected(g, what);
  *value = negative ? -number : number;
  g->at  = c;
  return true;
}

/* Digits with at most a small power of ten are exact in double precision; all else is strtod's. */
static bool SimpleReal(const char **text, double *value)
{
  static const double power[]  = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const char         *c        = *text;
  const bool          negative = *c == '-';
  int64_t             digits   = 0;
  int                 count = 0, exponent = 0;

  if (*c == '-' || *c == '+') c++;
  for (; *c >= '0' && *c <= '9' && count < 18; c++, count++) digits = 10 * digits + (*c - '0');
  if (*c == '.') {
    for (c++; *c >= '0' && *c <= '9' && count < 18; c++, count++, exponent--) digits = 10 * digits + (*c - '0');
  }
  if (!count) return false;
  if (*c == 'e' || *c == 'E') {
    const bool below = c[1] == '-';
    int        shift = 0;
    c += c[1] == '-' || c[1] == '+' ? 2 : 1;
    const char *start = c;
    for (; *c >= '0' && *c <= '9' && c - start < 4; c++) shift = 10 * shift + (*c - '0');
    if (c == start) return false;
    exponent += below ? -shift : shift;
  }
  if ((*c && !IsSpace(*c)) || digits > (INT64_C(1) << 53) || exponent < -22 || exponent > 22) return false;
  *value = exponent < 0 ? (double)digits / power[-exponent] : (double)digits * power[exponent];
  if (negative) *value = -*value;
  *text = c;
  return true;
}

static bool CheckFinite(TasGmsh *g, const char *what, double number, PetscReal *value)
{
  *value = (PetscReal)number;
  return isfinite(number) ? true : TasGmshFail(g, "%s is %g, not a finite number", what, number);
}

bool TasGmshTextReal(TasGmsh *g, const char *what, PetscReal *value)
{
  double number;

  TasGmshSkipSpace(g);
  if (!SimpleReal(&g->at, &number)) {
    char *end;
    number = strtod(g->at, &end);
    if (end == g->at || (*end && !IsSpace(*end))) return Expected(g, what);
    if (!CheckFinite(g, what, number, value)) return false;
    g->at = end;
  }
  *value = (PetscReal)number;
  return true;
}

/* Copies the next bytes of a binary file. */
static bool Take(TasGmsh *g, const char *what, size_t size, void *value)
{
  if ((size_t)(g->end - g->at) < size) return TasGmshFail(g, "expected %s, found the end of the file", what);
  memcpy(value, g->at, size);
  g->at += size;
  return true;
}

bool TasGmshInt(TasGmsh *g, const char *what, int64_t *value)
{
  int32_t number = 0;

  if (!g->binary) return TasGmshTextInt(g, what, value);
  if (!Take(g, what, sizeof(number), &number)) return false;
  *value = number;
  return true;
}

bool TasGmshSize(TasGmsh *g, const char *what, int64_t *value)
{
  if (!g->binary) return TasGmshTextInt(g, what, value);
  return Take(g, what, sizeof(*value), value);
}

bool TasGmshReal(TasGmsh *g, const char *what, PetscReal *value)
{
  double number;

  if (!g->binary) return TasGmshTextReal(g, what, value);
  return Take(g, what, sizeof(number), &number) && CheckFinite(g, what, number, value);
}

bool TasGmshCount(TasGmsh *g, bool size, const char *what, int numbers, PetscInt *count)
{
  const char *start = g->at;
  int64_t     value;

  if (!(size ? TasGmshSize(g, what, &value) : TasGmshTextInt(g, what, &value))) return false;
  /* a number takes at least two characters, or four bytes; room for the indices of 32 nodes each */
  const int64_t room = (g->end - g->at + 1) / (numbers * (g->binary ? 4 : 2));
  if (value < 0 || value > room || value > PETSC_MAX_INT / 32) {
    g->at = start;
    TasGmshSkipSpace(g);
    return TasGmshFail(g, "%s is %lld, and the rest of the file has room for %lld at most", what, (long long)value, (long long)room);
  }
  *count = (PetscInt)value;
  return true;
}

bool TasGmshString(TasGmsh *g, const char *what, char name[TAS_NAME_LENGTH])
{
  TasGmshSkipSpace(g);
  if (*g->at != '"') return Expected(g, what);
  const char *text = g->at + 1, *close = text;
  while (close < g->end && *close != '"' && *close != '\n') close++;
  if (close >= g->end || *close != '"') return TasGmshFail(g, "%s has no closing quote", what);
  if (close - text >= TAS_NAME_LENGTH) return TasGmshFail(g, "%s has more than %d characters", what, TAS_NAME_LENGTH - 1);
  for (const char *c = text; c < close; c++) {
    if ((unsigned char)*c < ' ') return TasGmshFail(g, "%s has unprintable characters", what);
    if (*c == ',') return TasGmshFail(g, "%s has a comma, which separates names in case files", what);
  }
  memcpy(name, text, (size_t)(close - text));
  name[close - text] = '\0';
  g->at              = close + 1;
  return true;
}

bool TasGmshEndLine(TasGmsh *g)
{
  while (*g->at == ' ' || *g->at == '\t' || *g->at == '\r') g->at++;
  if (*g->at != '\n') return Expected(g, "the end of the line");
  g->at++;
  return true;
}

bool TasGmshExpectEnd(TasGmsh *g)
{
  char         end[40];
  const size_t length = (size_t)snprintf(end, sizeof(end), "$End%s", g->section + 1);

  TasGmshSkipSpace(g);
  if (strncmp(g->at, end, length) || (g->at[length] && !IsSpace(g->at[length]))) return Expected(g, end);
  g->at += length;
  return true;
}

bool TasGmshSkipSection(TasGmsh *g)
{
  char         end[40];
  const size_t length = (size_t)snprintf(end, sizeof(end), "$End%s", g->section + 1);

  for (const char *c = g->at; (c = memchr(c, '$', (size_t)(g->end - c))); c++) {
    if (c[-1] != '\n' || strncmp(c, end, length)) continue;
    g->at = c + length;
    return true;
  }
  return TasGmshFail(g, "the file ends before %s", end);
}
