#include "solver/case/units.h"
#include "solver/text.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udunits2.h>

static ut_system *units;

/* Names of dimensions, by a unit of it. The first row that is convertible counts. */
static const struct {
  const char *unit, *noun, *example;
} dimensions[] = {{"mm", "a length", "3 mm"},
                  {"s", "a time", "2 day"},
                  {"mm/s", "a speed", "1 mm/day"},
                  {"MPa", "a pressure", "4 kPa"},
                  {"N", "a force", "10 N"},
                  {"N mm", "a moment", "5 N mm"},
                  {"MPa/mm", "a pressure per length", "0.01 MPa/mm"},
                  {"1/s", "a number per time", "0.1 1/day"},
                  {"mm2", "an area", "20 mm2"},
                  {"1/MPa", "a number per pressure", "0.2 1/kPa"},
                  {"N/mm", "a stiffness", "50 N/mm"}};

PetscErrorCode TasUnitsBegin(void)
{
  PetscFunctionBeginUser;
  if (units) PetscFunctionReturn(PETSC_SUCCESS);
  ut_set_error_message_handler(ut_ignore);
  units = ut_read_xml(NULL);
  PetscCheck(units, PETSC_COMM_SELF, PETSC_ERR_LIB, "udunits2 does not find its database of units (UDUNITS2_XML_PATH)");
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasUnitsEnd(void)
{
  PetscFunctionBeginUser;
  if (units) ut_free_system(units);
  units = NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- which kind of unit ---- */

static PetscBool IsOneOf(const char *text, const char *const *names)
{
  for (; *names; names++)
    if (!strcmp(text, *names)) return PETSC_TRUE;
  return PETSC_FALSE;
}

static PetscBool IsAngle(const char *unit)
{
  static const char *const names[] = {"degree",  "degrees",    "deg",    "°",          "rad",    "radian",
                                      "radians", "arc_degree", "arcdeg", "arc_minute", "arcmin", NULL};

  return IsOneOf(unit, names);
}

static PetscBool IsNumber(const char *unit)
{
  static const char *const names[] = {"", "1", "%", "percent", NULL};

  return IsOneOf(unit, names);
}

/* Only what a unit is written with: udunits2 would also take "5 mm" for a unit, and "s since 1970". */
static PetscBool LooksLikeUnit(const char *text)
{
  if (!isalpha((unsigned char)*text) && !((unsigned char)*text & 0x80) && *text != '%' && strncmp(text, "1/", 2)) return PETSC_FALSE;
  if (strstr(text, "since") || strstr(text, "from") || strstr(text, "after")) return PETSC_FALSE;
  for (; *text; text++)
    if (!isalnum((unsigned char)*text) && !((unsigned char)*text & 0x80) && !strchr(" ./*^-%()", *text)) return PETSC_FALSE;
  return PETSC_TRUE;
}

/* The converter from one unit to another of the same dimension, or NULL. */
static cv_converter *Converter(const char *from, const char *to)
{
  ut_unit      *a = ut_parse(units, from, UT_UTF8), *b = ut_parse(units, to, UT_UTF8), *ratio = a && b ? ut_divide(a, b) : NULL;
  cv_converter *converter = NULL;

  if (ratio && ut_is_dimensionless(ratio)) converter = ut_get_converter(a, b); /* else: reciprocals are convertible too */
  ut_free(ratio);
  ut_free(a);
  ut_free(b);
  return converter;
}

/* The factor from one unit to the other; 0: not of the same dimension. */
static PetscReal Factor(const char *from, const char *to)
{
  cv_converter *converter;
  PetscReal     factor;

  if (IsNumber(to)) {
    if (!IsNumber(from)) return 0;
    return (*from == '%' || *from == 'p') ? 0.01 : 1;
  }
  if (IsAngle(from) != IsAngle(to) || !LooksLikeUnit(from)) return 0;
  converter = Converter(from, to);
  if (!converter) return 0;
  factor = (PetscReal)cv_convert_double(converter, 1.0);
  if (PetscAbsReal((PetscReal)cv_convert_double(converter, 0.0)) > 0) factor = 0; /* a scale with another zero, such as celsius */
  cv_free(converter);
  return factor;
}

void TasUnitsDescribe(const char *unit, size_t size, char *description)
{
  if (IsNumber(unit))
    snprintf(description, size, "a number without unit");
  else if (IsAngle(unit))
    snprintf(description, size, "an angle such as \"12 degree\"");
  else {
    for (size_t i = 0; i < sizeof(dimensions) / sizeof(dimensions[0]); i++) {
      if (Factor(dimensions[i].unit, unit) == 0) continue;
      snprintf(description, size, "%s such as \"%s\"", dimensions[i].noun, dimensions[i].example);
      return;
    }
    snprintf(description, size, "a value in %s", unit);
  }
}

/* ---- reading ---- */

static void Trim(const char *text, size_t size, char *trimmed)
{
  size_t n;

  while (isspace((unsigned char)*text)) text++;
  n = strlen(text);
  while (n && isspace((unsigned char)text[n - 1])) n--;
  snprintf(trimmed, size, "%.*s", (int)n, text);
}

static void Complain(const char *text, const char *unit, const char *why, size_t size, char *what)
{
  char found[80], allowed[120];

  TasTextQuote(text, sizeof(found), found);
  TasUnitsDescribe(unit, sizeof(allowed), allowed);
  snprintf(what, size, "found %s%s%s%s, allowed: %s", found, *why ? " (" : "", why, *why ? ")" : "", allowed);
}

/* Why `unit` in text was refused, in a few words. */
static const char *WhyNot(const char *unit, const char *wanted)
{
  ut_unit  *parsed;
  PetscBool known;

  if (!*unit) return "without a unit";
  if (IsNumber(wanted) && LooksLikeUnit(unit) && !IsNumber(unit)) return "has a unit";
  if (*unit == ',') return "decimals come after a point";
  if (IsNumber(unit) || IsAngle(unit)) return "another dimension";
  if (!LooksLikeUnit(unit)) return "not a number and a unit";
  parsed = ut_parse(units, unit, UT_UTF8);
  known  = (PetscBool)(parsed != NULL);
  ut_free(parsed);
  return known ? "another dimension" : "unknown unit";
}

PetscErrorCode TasUnitsFactor(const char *text, const char *to, PetscReal *factor, size_t size, char *what)
{
  char unit[128];

  PetscFunctionBeginUser;
  PetscCall(TasUnitsBegin());
  *what = 0;
  Trim(text, sizeof(unit), unit);
  *factor = Factor(unit, to);
  if (*factor == 0) Complain(text, to, WhyNot(unit, to), size, what);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasUnitsRead(const char *text, const char *unit, PetscReal *value, size_t size, char *what)
{
  char        found[128];
  const char *digits = text + strspn(text, " \t+-");
  char       *rest;
  PetscReal   number, factor;

  PetscFunctionBeginUser;
  PetscCall(TasUnitsBegin());
  *what  = 0;
  *value = 0;
  errno  = 0;
  number = (PetscReal)strtod(text, &rest);
  if (rest == text || !strncmp(digits, "0x", 2) || !strncmp(digits, "0X", 2)) {
    Complain(text, unit, "", size, what);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (PetscIsInfOrNanReal(number) || (errno == ERANGE && PetscAbsReal(number) > 1)) {
    Complain(text, unit, isalpha((unsigned char)*digits) ? "not a finite number" : "too large a number", size, what);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  Trim(rest, sizeof(found), found);
  factor = Factor(found, unit);
  *value = number * factor;
  if (factor == 0)
    Complain(text, unit, WhyNot(found, unit), size, what);
  else if (PetscIsInfOrNanReal(*value))
    Complain(text, unit, "too large a number", size, what);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- writing ---- */

void TasUnitsFormat(PetscReal value, const char *unit, size_t size, char *text)
{
  /* internal unit, what people read, factor, and the magnitude from which on it is used */
  static const struct {
    const char *unit, *shown;
    PetscReal   factor, from;
  } shown[] = {{"mm/s", "mm/day", 86400.0, 0}, {"s", "day", 1 / 86400.0, 3600}, {"MPa", "MPa", 1, 1},
               {"MPa", "kPa", 1e3, 1e-3},      {"MPa", "Pa", 1e6, 0},           {"rad", "degree", 180.0 / PETSC_PI, 0},
               {"1/s", "1/day", 86400.0, 0}};

  for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
    if (strcmp(shown[i].unit, unit) || PetscAbsReal(value) < shown[i].from || value == 0) continue;
    snprintf(text, size, "%.10g %s", (double)(value * shown[i].factor), shown[i].shown);
    return;
  }
  if (IsNumber(unit))
    snprintf(text, size, "%.10g", (double)value);
  else
    snprintf(text, size, "%.10g %s", (double)value, unit);
}
