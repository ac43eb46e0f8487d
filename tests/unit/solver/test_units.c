/* Values with units. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "solver/case/units.h"

static void Reads(const char *text, const char *unit, PetscReal expected)
{
  PetscReal value;
  char      what[512];

  assert_int_equal(TasUnitsRead(text, unit, &value, sizeof(what), what), PETSC_SUCCESS);
  assert_string_equal(what, "");
  assert_true(PetscAbsReal(value - expected) <= 1e-14 * PetscAbsReal(expected));
}

static void Refuses(const char *text, const char *unit, const char *part)
{
  PetscReal value;
  char      what[512];

  assert_int_equal(TasUnitsRead(text, unit, &value, sizeof(what), what), PETSC_SUCCESS);
  if (!strstr(what, part)) fail_msg("\"%s\" in %s: \"%s\" does not hold \"%s\"", text, unit, what, part);
}

static void ConvertsToInternalUnits(void **state)
{
  Reads("1 mm/day", "mm/s", 1.0 / 86400);
  Reads("20 min", "s", 1200);
  Reads("0.3 MPa", "MPa", 0.3);
  Reads("4kPa", "MPa", 0.004);
  Reads(" 4  kPa ", "MPa", 0.004);
  Reads("12 degree", "rad", 12 * PETSC_PI / 180);
  Reads("0.5 rad", "degree", 90 / PETSC_PI);
  Reads("-1e-3 m", "mm", -1);
  Reads("5 N mm", "N mm", 5);
  Reads("5 N m", "N mm", 5000);
  Reads("10 kPa/mm", "MPa/mm", 0.01);
  Reads("2 1/day", "1/s", 2.0 / 86400);
  Reads("3 cm^2", "mm2", 300);
  Reads("0.49", "1", 0.49);
  Reads("5 %", "1", 0.05);
  Reads("0 mm", "mm", 0);
  Reads("1e-320 mm", "mm", 1e-320);
}

static void RefusesWrongDimensions(void **state)
{
  Refuses("4 mm", "MPa", "found \"4 mm\" (another dimension), allowed: a pressure such as \"4 kPa\"");
  Refuses("4", "MPa", "(without a unit)");
  Refuses("4 kPa", "1", "(has a unit), allowed: a number without unit");
  Refuses("4 kpa", "MPa", "(unknown unit)");
  Refuses("1 day/mm", "mm/s", "another dimension"); /* the reciprocal */
  Refuses("1 rad", "1", "has a unit");
  Refuses("1 mm/mm", "rad", "another dimension");
  Refuses("12", "rad", "allowed: an angle such as \"12 degree\"");
  Refuses("3 degree", "mm", "another dimension");
}

static void RefusesWhatIsNoNumber(void **state)
{
  Refuses("", "mm", "allowed: a length");
  Refuses("mm", "mm", "allowed: a length");
  Refuses("nan mm", "mm", "not a finite number");
  Refuses("-inf", "1", "not a finite number");
  Refuses("1e999 mm", "mm", "too large");
  Refuses("1e308 km", "mm", "too large");
  Refuses("0x10 mm", "mm", "allowed");
  Refuses("1,5 mm", "mm", "decimals come after a point");
  Refuses("4 5 mm", "mm", "not a number and a unit");
  Refuses("5 s since 1970-01-01", "s", "not a number and a unit");
  Refuses("5 celsius", "K", "another dimension");
  Refuses("4 mm\n\001", "mm", "found \"4 mm ?\"");
}

static void GivesFactors(void **state)
{
  PetscReal factor;
  char      what[512];

  assert_int_equal(TasUnitsFactor("cm", "mm", &factor, sizeof(what), what), PETSC_SUCCESS);
  assert_string_equal(what, "");
  assert_true(PetscAbsReal(factor - 10) < 1e-14);
  assert_int_equal(TasUnitsFactor("kPa", "mm", &factor, sizeof(what), what), PETSC_SUCCESS);
  assert_string_not_equal(what, "");
}

static void FormatsForPeople(void **state)
{
  char text[64];

  TasUnitsFormat(1.0 / 86400, "mm/s", sizeof(text), text);
  assert_string_equal(text, "1 mm/day");
  TasUnitsFormat(86400 * 2.5, "s", sizeof(text), text);
  assert_string_equal(text, "2.5 day");
  TasUnitsFormat(0.004, "MPa", sizeof(text), text);
  assert_string_equal(text, "4 kPa");
  TasUnitsFormat(0.49, "1", sizeof(text), text);
  assert_string_equal(text, "0.49");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ConvertsToInternalUnits), cmocka_unit_test(RefusesWrongDimensions),
      cmocka_unit_test(RefusesWhatIsNoNumber),   cmocka_unit_test(GivesFactors),
      cmocka_unit_test(FormatsForPeople),
  };
  int failed;

  if (PetscInitializeNoArguments()) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (TasUnitsEnd() || PetscFinalize()) return 1;
  return failed;
}
