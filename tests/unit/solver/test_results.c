/* solver/output/results.c, log.c, status.c, files.c: the folder, and what is said in it. Fields are checked in tests/output. */
#include "solver/output/results.h"
#include "solver/files.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static char                    base[] = "/tmp/tasis-results-XXXXXX";
static const TasResultsOptions quiet  = {.quiet = PETSC_TRUE, .no_fields = PETSC_TRUE};

static const char *In(const char *name)
{
  static char path[4][PETSC_MAX_PATH_LEN];
  static int  next;

  next = (next + 1) % 4;
  snprintf(path[next], sizeof(path[next]), "%s/%s", base, name);
  return path[next];
}

static const char *Read(const char *path)
{
  static char text[8192];
  FILE       *file = fopen(path, "r");
  size_t      n;

  if (!file) return "";
  n = fread(text, 1, sizeof(text) - 1, file);
  fclose(file);
  text[n] = 0;
  return text;
}

static void Write(const char *path, const char *text)
{
  FILE *file = fopen(path, "w");

  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static void assert_has(const char *text, const char *words)
{
  if (!strstr(text, words)) fail_msg("\"%s\" is not in:\n%s", words, text);
}

/* A whole run without fields. */
static void test_run(void **state)
{
  char       problem[TAS_PROBLEM_LENGTH], path[PETSC_MAX_PATH_LEN];
  TasResults results;
  PetscInt   column;

  assert_int_equal(TasResultsCreate(PETSC_COMM_WORLD, In("a/deep/folder"), &quiet, &results, problem), 0);
  assert_string_equal(problem, "");
  assert_int_equal(TasHistoryAddColumn(TasResultsHistory(results), "time", "day", &column), 0);
  assert_int_equal(TasResultsOpen(results, 2, problem), 0);
  assert_string_equal(problem, "");
  assert_has(Read(In("a/deep/folder/status.json")), "\"state\": \"running\",\n  \"exit_status\": null,\n  \"message\": null");
  assert_int_equal(TasLogWarning(TasResultsLog(results), "cell %d is %s", 7, "flat"), 0);
  assert_int_equal(TasHistoryEndRow(TasResultsHistory(results)), 0);
  assert_int_equal(
      TasResultsReport(
          results,
          &(TasProgress){
              .step = 3, .day = 1.5, .gap = 0.75, .second_gap = NAN, .newton_iterations = 5, .linear_iterations = 61, .seconds = 2, .fraction = 0.5, .time_left = NAN}),
      0);
  assert_int_equal(
      TasResultsReport(
          results,
          &(TasProgress){
              .step = 4, .day = 1.75, .gap = 0.875, .second_gap = NAN, .newton_iterations = 6, .linear_iterations = 62, .seconds = 100, .fraction = 0.75, .time_left = 100, .last_day = 7}),
      0);
  assert_int_equal(TasResultsEndStep(results, problem), 0);
  assert_string_equal(problem, "");
  assert_has(Read(In("a/deep/folder/status.json")), "\"day\": 1.75,\n  \"last_day\": 7,\n  \"gap_mm\": 0.875,\n  \"second_gap_mm\": null,\n  \"step\": 4,\n  \"fraction_done\": 0.75,\n  \"warnings\": 1");
  assert_int_equal(TasResultsClose(results, TAS_STATE_STOPPED, 4, "the \"tibial nerve\"\nreached its limit", problem), 0);
  assert_string_equal(problem, "");
  assert_has(Read(In("a/deep/folder/status.json")),
             "\"state\": \"stopped\",\n  \"exit_status\": 4,\n  \"message\": \"the \\\"tibial nerve\\\"\\u000areached its limit\"");
  assert_int_equal(TasResultsPath(results, "run.log", path), 0);
  assert_has(Read(path), "warning: cell 7 is flat\n  step       day  gap [mm]  newton  linear  time [s]          left\n"
                         "     3     1.500     0.750       5      61      2.00             -\n"
                         "     4     1.750     0.875       6      62    100.00    1 min 40 s\nstopped: the \"tibial nerve\"");
  assert_has(Read(In("a/deep/folder/history.csv")), "time [day]\nnan\n");
  assert_int_equal(TasResultsDestroy(&results), 0);
  assert_null(results);
  assert_int_equal(TasResultsDestroy(&results), 0);
}

/* A folder of an earlier run: Tasis's own files go, others stay; a run that is resumed keeps all but what is half written. */
static void test_old_files(void **state)
{
  char       problem[TAS_PROBLEM_LENGTH] = "";
  TasResults results;

  for (int resume = 1; resume >= 0; resume--) {
    const TasResultsOptions options = {.quiet = PETSC_TRUE, .no_fields = PETSC_TRUE, .resume = (PetscBool)resume};

    assert_int_equal(TasFolderMake(In("old"), problem), 0);
    Write(In("old/notes.txt"), "mine");
    Write(In("old/results.vtkhdf"), "old");
    Write(In("old/results.vtkhdf.part"), "half");
    Write(In("old/checkpoint.h5"), "old");
    Write(In("old/run.log"), "a long log of an old run, longer than what the new one says\n");
    assert_int_equal(TasResultsCreate(PETSC_COMM_WORLD, In("old"), &options, &results, problem), 0);
    assert_string_equal(problem, "");
    assert_int_equal(access(In("old/notes.txt"), F_OK), 0);
    assert_int_equal(access(In("old/results.vtkhdf.part"), F_OK), -1);
    assert_int_equal(access(In("old/results.vtkhdf"), F_OK), resume ? 0 : -1);
    assert_int_equal(access(In("old/checkpoint.h5"), F_OK), resume ? 0 : -1);
    assert_int_equal(TasResultsClose(results, TAS_STATE_DONE, 0, NULL, problem), 0);
    assert_string_equal(Read(In("old/run.log")), resume ? "a long log of an old run, longer than what the new one says\ndone\n" : "done\n");
    assert_int_equal(TasResultsDestroy(&results), 0);
  }
}

static void Fails(const char *folder, const char *words)
{
  char       problem[TAS_PROBLEM_LENGTH];
  TasResults results;

  assert_int_equal(TasResultsCreate(PETSC_COMM_WORLD, folder, &quiet, &results, problem), 0);
  assert_has(problem, words);
  assert_null(strchr(problem, '\n'));
  problem[0] = 0;
  assert_int_equal(TasResultsClose(results, TAS_STATE_FAILED, 6, NULL, problem), 0);
  assert_has(problem, words); /* it stays */
  assert_int_equal(TasResultsDestroy(&results), 0);
}

static void test_bad_folders(void **state)
{
  char long_name[PETSC_MAX_PATH_LEN + 100];

  Write(In("file"), "mine");
  Fails(In("file"), "/file: Not a directory");
  Fails(In("file/below"), "/file: Not a directory");
  Fails("/proc/nowhere", "cannot make the folder /proc/nowhere: ");
  Fails("", "its name is empty");
  memset(long_name, 'x', sizeof(long_name));
  long_name[sizeof(long_name) - 1] = 0;
  Fails(long_name, "cannot make the folder");
  assert_string_equal(Read(In("file")), "mine");
  assert_int_equal(mkdir(In("blocked"), 0777), 0);
  assert_int_equal(mkdir(In("blocked/run.log"), 0777), 0);
  Fails(In("blocked"), "cannot write");
  if (geteuid()) { /* root may write anywhere */
    assert_int_equal(mkdir(In("closed"), 0555), 0);
    Fails(In("closed"), "cannot write into the folder");
  }
}

/* Two runs into one folder: the second one is refused and leaves the first one's files alone. */
static void test_two_runs(void **state)
{
  char       problem[TAS_PROBLEM_LENGTH] = "", status[8192];
  TasResults results;
  pid_t      child;
  int        told;

  assert_int_equal(TasResultsCreate(PETSC_COMM_WORLD, In("shared"), &quiet, &results, problem), 0);
  assert_int_equal(TasLogPrintf(TasResultsLog(results), "first\n"), 0);
  strcpy(status, Read(In("shared/status.json")));
  child = fork(); /* a lock belongs to a process */
  if (!child) {
    TasLog other;
    char   found[TAS_PROBLEM_LENGTH] = "";

    if (TasLogCreate(PETSC_COMM_SELF, PETSC_TRUE, &other) || TasLogOpen(other, In("shared/run.log"), PETSC_FALSE, found)) _exit(2);
    _exit(strstr(found, "another run of Tasis is writing to this folder") ? 0 : 1);
  }
  waitpid(child, &told, 0);
  assert_int_equal(told, 0);
  assert_string_equal(Read(In("shared/run.log")), "first\n");
  assert_string_equal(Read(In("shared/status.json")), status);
  assert_int_equal(TasResultsDestroy(&results), 0);
}

/* Without a number there is null: readers of JSON know no NaN. */
static void test_status(void **state)
{
  char            problem[TAS_PROBLEM_LENGTH] = "";
  const TasStatus status                      = {
                           .state = TAS_STATE_FAILED, .exit_status = 3, .message = "\x01\\", .day = NAN, .wall_time = INFINITY, .num_ranks = 2};

  assert_int_equal(TasStatusWrite(In("status.json"), &status, problem), 0);
  assert_string_equal(problem, "");
  assert_has(Read(In("status.json")), "\"message\": \"\\u0001\\\\\",\n  \"day\": null");
  assert_has(Read(In("status.json")), "\"wall_time_s\": null");
  assert_int_equal(TasStatusWrite("/proc/nowhere/status.json", &status, problem), 0);
  assert_has(problem, "cannot write /proc/nowhere/status.json: ");
}

static void test_log_before_file(void **state)
{
  char   problem[TAS_PROBLEM_LENGTH] = "", longer[5001];
  TasLog log;

  memset(longer, 'x', 5000);
  longer[5000] = 0;
  assert_int_equal(TasLogCreate(PETSC_COMM_WORLD, PETSC_TRUE, &log), 0);
  assert_int_equal(TasLogPrintf(log, "Tasis %d\n", 1), 0);
  assert_int_equal(TasLogPrintf(log, "%s\n", longer), 0);
  assert_int_equal(TasLogOpen(log, In("early.log"), PETSC_FALSE, problem), 0);
  assert_string_equal(problem, "");
  assert_int_equal(TasLogProgress(log, &(TasProgress){.day = 2, .gap = NAN, .second_gap = NAN, .fraction = 1}, NULL), 0);
  assert_int_equal(strlen(Read(In("early.log"))), strlen("Tasis 1\n") + 5001 + 57 + 57);
  assert_null(strstr(Read(In("early.log")), "gap"));
  assert_int_equal(TasLogDestroy(&log), 0);
  assert_int_equal(TasLogDestroy(&log), 0);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_run),         cmocka_unit_test(test_old_files),
                                     cmocka_unit_test(test_bad_folders), cmocka_unit_test(test_two_runs),
                                     cmocka_unit_test(test_status),      cmocka_unit_test(test_log_before_file)};
  char                    remove[64];
  int                     failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL) || !mkdtemp(base)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  snprintf(remove, sizeof(remove), "rm -rf %s", base);
  if (system(remove)) failed = 1;
  return PetscFinalize() || failed;
}
