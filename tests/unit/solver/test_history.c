/* solver/output/history.c: the table in memory and in history.csv. */
#include "solver/output/history.h"
#include "mesh/mesh_data.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static const char *Read(const char *path)
{
  static char text[2048];
  FILE       *file = fopen(path, "r");
  size_t      n;

  assert_non_null(file);
  n = fread(text, 1, sizeof(text) - 1, file);
  fclose(file);
  text[n] = 0;
  return text;
}

static void test_rows(void **state)
{
  char       path[] = "/tmp/tasis-history-XXXXXX", problem[TAS_PROBLEM_LENGTH];
  TasHistory history;
  PetscInt   time, gap, force;

  close(mkstemp(path));
  assert_int_equal(TasHistoryCreate(PETSC_COMM_WORLD, &history), 0);
  assert_int_equal(TasHistoryAddColumn(history, "time", "day", &time), 0);
  assert_int_equal(TasHistoryAddColumn(history, "gap", "mm", &gap), 0);
  assert_int_equal(TasHistoryAddColumn(history, "reaction_force.distal.z", "N", &force), 0);
  assert_int_equal(force, 2);
  assert_int_equal(TasHistorySet(history, gap, 0.125), 0);
  assert_int_equal(TasHistorySet(history, time, 1e-9), 0);
  assert_int_equal(TasHistoryEndRow(history), 0);
  assert_int_equal(TasHistoryOpen(history, path, problem), 0); /* rows from before are written too */
  assert_string_equal(problem, "");
  assert_string_equal(Read(path), "time [day],gap [mm],reaction_force.distal.z [N]\n1e-09,0.125,nan\n");
  assert_int_equal(TasHistorySet(history, force, -123456.75), 0);
  assert_int_equal(TasHistorySet(history, time, -sqrt(-1)), 0);
  assert_int_equal(TasHistoryEndRow(history), 0); /* and reach the file at once; what was set before is forgotten */
  assert_string_equal(strrchr(Read(path), 'n'), "nan,-123456.75\n" + 2);
  assert_non_null(strstr(Read(path), "\nnan,nan,-123456.75\n"));
  assert_int_equal(TasHistoryNumRows(history), 2);
  assert_true(TasHistoryRows(history)[1] == 0.125 && isnan(TasHistoryRows(history)[2]) && TasHistoryRows(history)[5] == -123456.75);
  for (int i = 0; i < 1000; i++) {
    assert_int_equal(TasHistorySet(history, time, i), 0);
    assert_int_equal(TasHistoryEndRow(history), 0);
  }
  assert_true(TasHistoryRows(history)[3 * 1001] == 999);
  assert_int_equal(TasHistoryCheck(history, problem), 0);
  assert_string_equal(problem, "");
  assert_int_equal(TasHistoryDestroy(&history), 0);
  assert_null(history);
  assert_int_equal(TasHistoryDestroy(&history), 0);
  unlink(path);
}

/* What cannot be written is told once, by the next check, and does not stop the rows in memory. */
static void test_full_disk(void **state)
{
  char       problem[TAS_PROBLEM_LENGTH];
  TasHistory history;
  PetscInt   time;

  if (access("/dev/full", W_OK)) skip();
  assert_int_equal(TasHistoryCreate(PETSC_COMM_WORLD, &history), 0);
  assert_int_equal(TasHistoryAddColumn(history, "time", "day", &time), 0);
  assert_int_equal(TasHistoryOpen(history, "/dev/full", problem), 0);
  assert_string_equal(problem, "cannot write /dev/full: No space left on device");
  assert_int_equal(TasHistoryEndRow(history), 0);
  assert_int_equal(TasHistoryCheck(history, problem), 0);
  assert_string_equal(problem, "cannot write /dev/full: No space left on device");
  assert_int_equal(TasHistoryNumRows(history), 1);
  assert_int_equal(TasHistoryDestroy(&history), 0);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_full_disk)};
  int                     failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
