/* The search for a safe value, with margins that are formulae in place of runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "solver/safe_rate/safe_rate.h"

/* Two rules; `second` may be NULL. fails(x): no answer there. */
typedef struct {
  const TasSafeWanted *wanted;
  double (*first)(double x), (*second)(double x);
  int (*fails)(double x);
  double factor; /* of the second rule's margin, with a parameter */
  int    calls, asked, stop_after;
} World;

static PetscErrorCode Evaluate(void *context, PetscInt n, const PetscReal *values, const PetscInt *parameters, TasSafeRun *runs, PetscBool *go_on)
{
  World *world = (World *)context;

  world->calls++;
  for (PetscInt i = 0; i < n; i++) {
    const double x = values[i], second = world->second ? world->second(x) : 1;
    TasSafeRun  *run = &runs[i];

    world->asked++;
    assert_true(x >= world->wanted->low - 1e-9 && x <= world->wanted->high + 1e-9);
    *run = (TasSafeRun){.value = x, .whole = PETSC_TRUE, .num_margins = 2};
    assert_int_equal(PetscCalloc1(2, &run->margins), 0);
    strcpy(run->margins[0].rule, "first");
    strcpy(run->margins[1].rule, "second");
    run->margins[0].margin = world->first(x);
    run->margins[1].margin = parameters[i] >= 0 ? 1 - (1 - second) * world->factor : second;
    run->margin            = run->margins[TasSafeSmallest(run)].margin;
    run->state             = run->margin < world->wanted->margin ? TAS_SAFE_OUTSIDE : TAS_SAFE_INSIDE;
    if (run->state == TAS_SAFE_OUTSIDE && world->wanted->stop_early) run->whole = PETSC_FALSE;
    if (world->fails && world->fails(x)) {
      run->state = TAS_SAFE_NO_ANSWER;
      run->whole = PETSC_FALSE;
    }
  }
  *go_on = (PetscBool)(!world->stop_after || world->calls < world->stop_after);
  return 0;
}

static TasSafeWanted Rate(void) { return (TasSafeWanted){.unit = "mm/day", .low = 0.25, .high = 3, .tolerance = 0.1, .most_runs = 24}; }

static TasSafeResult Search(const TasSafeWanted *wanted, World *world, PetscInt at_once)
{
  TasSafeResult result;
  PetscBool     go_on;

  world->wanted = wanted;
  assert_int_equal(TasSafeSearchRun(wanted, at_once, Evaluate, world, &result, &go_on), 0);
  assert_true(go_on);
  return result;
}

static double Line(double x) { return 1 - x / 1.37; }
static double Curve(double x) { return 1 - pow(x / 1.37, 3); }
static double Cliff(double x) { return x < 1.37 ? 0.9 : -50; }
static double Harmless(double x) { return 0.8; }
static double Deadly(double x) { return -0.8; }
static double Steep(double x) { return 1 - x / 2.5; }
static double Steps(double n) { return 1 - 5.5 / n; }
static double Window(double x) { return x > 0.9 && x < 1.1 ? -0.2 : Line(x); } /* unsafe in between */
static double Slow(double x) { return x < 0.5 ? -0.3 : 0.5; }
static int    FailsAbove(double x) { return x > 1.01; }
static int    FailsInside(double x) { return x > 0.4 && x < 0.7; }

/* The answer is inside, the run outside it within the tolerance, and the limit between them. */
static void Brackets(const TasSafeResult *result, const TasSafeWanted *wanted, double limit)
{
  assert_int_equal(result->end, TAS_SAFE_BRACKETED);
  const double inside = result->runs[result->inside].value, outside = result->runs[result->outside].value;
  assert_int_equal(result->runs[result->inside].state, TAS_SAFE_INSIDE);
  assert_true(fabs(outside - inside) <= wanted->tolerance + 1e-9);
  if (!((inside - limit) * (outside - limit) <= 1e-12)) fail_msg("%g to %g does not hold %g", inside, outside, limit);
}

static void FindsTheLimit(void **state)
{
  double (*const margins[])(double) = {Line, Curve, Cliff};
  const int most[3][2]              = {{6, 6}, {6, 6}, {10, 10}}; /* runs: whole ones, ended early */

  for (int f = 0; f < 3; f++)
    for (int early = 0; early < 2; early++)
      for (PetscInt at_once = 1; at_once <= 4; at_once++) {
        TasSafeWanted wanted = Rate();
        World         world  = {.first = margins[f], .second = Harmless};

        wanted.stop_early    = (PetscBool)early;
        TasSafeResult result = Search(&wanted, &world, at_once);
        Brackets(&result, &wanted, 1.37);
        assert_int_equal(result.num_violations, 0);
        if (at_once == 2 && world.asked > most[f][early]) fail_msg("margin %d, early %d: %d runs, at most %d expected", f, early, world.asked, most[f][early]);
        assert_int_equal(TasSafeResultClear(&result), 0);
      }
}

/* The smallest of two rules counts, and the margin that is wanted. */
static void KeepsTheMargin(void **state)
{
  TasSafeWanted wanted = Rate();
  World         world  = {.first = Steep, .second = Line};

  wanted.margin        = 0.3;
  wanted.tolerance     = 0.02;
  TasSafeResult result = Search(&wanted, &world, 2);
  Brackets(&result, &wanted, 0.7 * 1.37);
  assert_string_equal(result.runs[result.outside].margins[TasSafeSmallest(&result.runs[result.outside])].rule, "second");
  assert_int_equal(TasSafeResultClear(&result), 0);
}

static void EndsAtTheBounds(void **state)
{
  TasSafeWanted wanted = Rate();
  World         good = {.first = Harmless}, bad = {.first = Deadly};
  TasSafeResult result = Search(&wanted, &good, 2);

  assert_int_equal(result.end, TAS_SAFE_ALL_INSIDE);
  assert_true(result.runs[result.inside].value == 3);
  assert_int_equal(result.outside, -1);
  assert_int_equal(TasSafeResultClear(&result), 0);
  result = Search(&wanted, &bad, 2);
  assert_int_equal(result.end, TAS_SAFE_NONE);
  assert_int_equal(result.inside, -1);
  assert_true(result.runs[result.outside].value == 0.25);
  assert_int_equal(TasSafeResultClear(&result), 0);
}

/* Steps a day: more are safer, whole numbers. 5.5 is the limit: 6 is the answer. */
static void HigherMayBeSafer(void **state)
{
  TasSafeWanted wanted = {.unit = "1", .low = 1, .high = 24, .tolerance = 1, .most_runs = 24, .safer = 1, .whole = PETSC_TRUE};
  World         world  = {.first = Steps};
  TasSafeResult result = Search(&wanted, &world, 2);

  Brackets(&result, &wanted, 5.5);
  assert_true(result.runs[result.inside].value == 6);
  assert_true(result.runs[result.outside].value == 5);
  assert_int_equal(TasSafeResultClear(&result), 0);
}

/* A run without an answer counts as unsafe. */
static void NoAnswerIsUnsafe(void **state)
{
  TasSafeWanted wanted = Rate();
  World         world  = {.first = Line, .fails = FailsAbove}, within = {.first = Line, .fails = FailsInside};
  TasSafeResult result = Search(&wanted, &world, 2);

  Brackets(&result, &wanted, 1.01);
  assert_int_equal(result.runs[result.outside].state, TAS_SAFE_NO_ANSWER);
  assert_int_equal(TasSafeResultClear(&result), 0);
  result = Search(&wanted, &within, 2); /* the first batch has a run at 0.57 */
  Brackets(&result, &wanted, 0.4);
  assert_int_equal(TasSafeResultClear(&result), 0);
}

/* Safe below 0.9 and from 1.1 to 1.37: where a run falls between them it is told, and the answer is the one below. */
static void TellsWhereMarginsRise(void **state)
{
  TasSafeWanted wanted = Rate();
  World         world = {.first = Window}, slow = {.first = Line, .second = Slow};

  wanted.low           = 0.5;
  wanted.high          = 2.0; /* thirds by ratios are 0.79 and 1.26 ... */
  wanted.tolerance     = 0.02;
  TasSafeResult result = Search(&wanted, &world, 5); /* ... five runs hit 1.0 */
  Brackets(&result, &wanted, 0.9);
  assert_true(result.num_violations > 0);
  assert_non_null(strstr(result.violations[0], "the smallest margin rises from"));
  assert_int_equal(TasSafeResultClear(&result), 0);
  wanted = Rate();
  result = Search(&wanted, &slow, 4);
  assert_int_equal(result.end, TAS_SAFE_NONE);
  assert_int_equal(result.num_violations, 1);
  assert_int_equal(TasSafeResultClear(&result), 0);
}

/* A factor f on 1 - margin of the limiting rule moves the limit of a line from 1.37 to 1.37/f. */
static void SensitivityOfALine(void **state)
{
  TasSafeWanted wanted = Rate();
  World         world  = {.first = Harmless, .second = Line, .factor = 1.05};

  wanted.num_parameters = 1;
  TasSafeResult result  = Search(&wanted, &world, 2);
  const double  exact   = 1.37 / 1.05 - 1.37;
  if (!(fabs(result.d_value[0] - exact) < 0.1 * fabs(exact))) fail_msg("%g, exactly %g", (double)result.d_value[0], exact);
  assert_true(result.varied[0].value == result.runs[result.inside].value);
  assert_int_equal(TasSafeResultClear(&result), 0);
}

static void StopsWhenAskedTo(void **state)
{
  TasSafeWanted wanted = Rate();
  World         world  = {.wanted = &wanted, .first = Line, .stop_after = 1};
  TasSafeResult result;
  PetscBool     go_on;

  assert_int_equal(TasSafeSearchRun(&wanted, 2, Evaluate, &world, &result, &go_on), 0);
  assert_false(go_on);
  assert_int_equal(world.calls, 1);
  assert_int_equal(TasSafeResultClear(&result), 0);
  world.stop_after = 0;
  wanted.most_runs = 2;
  assert_int_equal(TasSafeSearchRun(&wanted, 2, Evaluate, &world, &result, &go_on), 0);
  assert_int_equal(result.end, TAS_SAFE_UNFINISHED);
  assert_int_equal(TasSafeResultClear(&result), 0);
}

/* ---- what a run leaves in its folder ---- */

static void Put(const char *folder, const char *name, const char *text)
{
  char  path[256];
  FILE *file;

  snprintf(path, sizeof(path), "%s/%s", folder, name);
  remove(path);
  if (!text) return;
  file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

/* A run with that state, exit status ("null": none) and smallest margin. */
static TasSafeRun Left(const char *folder, const char *state, const char *exit_status, double margin, PetscBool stop_early, PetscBool *done, PetscBool *resumable)
{
  TasSafeWanted wanted = {.margin = 0, .stop_early = stop_early};
  TasSafeRun    run    = {0};
  char          text[512];

  snprintf(text, sizeof(text), "{\"state\": \"%s\", \"exit_status\": %s, \"message\": null, \"day\": 12.5, \"wall_time_s\": 3}", state, exit_status);
  Put(folder, "status.json", text);
  snprintf(text, sizeof(text), "[{\"margin\": 0.7, \"tissue\": \"skin\", \"strand\": null, \"rule\": \"skin-stretch\", \"day\": 1, \"at_mm\": [1, 2, 3]},"
                               " {\"margin\": %.17g, \"tissue\": null, \"strand\": \"n\", \"rule\": \"nerve-strain\", \"value\": 0.1, \"limit\": 0.2, \"unit\": \"1\", \"day\": 9, \"at_mm\": [0, 0, 0]}]", margin);
  Put(folder, "margins.json", text);
  assert_int_equal(TasSafeRunRead(&wanted, folder, &run, done, resumable), 0);
  return run;
}

static void Is(TasSafeRun run, TasSafeState state, PetscBool whole)
{
  if (run.state != state || run.whole != whole) fail_msg("state %d, whole %d", (int)run.state, (int)run.whole);
  assert_int_equal(TasSafeRunClear(&run), 0);
}

static void JudgesWhatIsLeft(void **state)
{
  char          folder[] = "/tmp/tasis-test-XXXXXX";
  TasSafeWanted wanted   = {.margin = 0};
  TasSafeRun    run      = {0};
  PetscBool     done, resumable;

  assert_non_null(mkdtemp(folder));
  Put(folder, "history.csv", "time [day],gap [mm],axial_force [N]\n0,0,1\n5,4.5,2\n10,9.25,3\n");
  run = Left(folder, "done", "0", 0.2, PETSC_TRUE, &done, &resumable);
  assert_true(done && !resumable);
  assert_true(run.gap == 9.25 && run.day == 12.5 && run.margin == 0.2 && run.num_margins == 2);
  assert_string_equal(run.margins[0].strand, "n"); /* the worst first */
  assert_true(run.margins[1].at[2] == 3 && isnan((double)run.margins[1].limit));
  Is(run, TAS_SAFE_INSIDE, PETSC_TRUE);
  Is(Left(folder, "done", "0", -1e-9, PETSC_TRUE, &done, &resumable), TAS_SAFE_OUTSIDE, PETSC_TRUE);
  Is(Left(folder, "stopped", "5", -0.1, PETSC_TRUE, &done, &resumable), TAS_SAFE_OUTSIDE, PETSC_FALSE);
  assert_true(done);
  Is(Left(folder, "stopped", "5", -0.1, PETSC_FALSE, &done, &resumable), TAS_SAFE_OUTSIDE, PETSC_FALSE);
  assert_true(!done && !resumable); /* it is to tell its margins, but has no checkpoint */
  Put(folder, "checkpoint.h5", "x");
  Is(Left(folder, "stopped", "5", 0.1, PETSC_TRUE, &done, &resumable), TAS_SAFE_NO_ANSWER, PETSC_FALSE);
  assert_true(!done && resumable);
  Is(Left(folder, "running", "null", 0.1, PETSC_TRUE, &done, &resumable), TAS_SAFE_NO_ANSWER, PETSC_FALSE);
  assert_true(!done && resumable);
  Is(Left(folder, "failed", "3", 0.1, PETSC_TRUE, &done, &resumable), TAS_SAFE_NO_ANSWER, PETSC_FALSE);
  assert_true(done);
  Is(Left(folder, "failed", "3", -0.1, PETSC_TRUE, &done, &resumable), TAS_SAFE_OUTSIDE, PETSC_FALSE);
  Is(Left(folder, "stopped", "4", 0.1, PETSC_TRUE, &done, &resumable), TAS_SAFE_OUTSIDE, PETSC_FALSE); /* by its monitoring */
  assert_true(done);
  Put(folder, "history.csv", "time [day]\n0\n");
  run = Left(folder, "failed", "1", 0.1, PETSC_TRUE, &done, &resumable);
  assert_true(!done && isnan((double)run.gap));
  Is(run, TAS_SAFE_NO_ANSWER, PETSC_FALSE);
  run = (TasSafeRun){0};
  Put(folder, "margins.json", "[{\"margin\": "); /* torn */
  assert_int_equal(TasSafeRunRead(&wanted, folder, &run, &done, &resumable), 0);
  assert_int_equal(run.num_margins, 0);
  const char *const files[] = {"status.json", "margins.json", "history.csv", "checkpoint.h5"};
  for (int i = 0; i < 4; i++) Put(folder, files[i], NULL);
  assert_int_equal(TasSafeRunRead(&wanted, folder, &run, &done, &resumable), 0);
  assert_true(!done && !resumable && run.state == TAS_SAFE_NO_ANSWER);
  assert_int_equal(rmdir(folder), 0);
}

static void PathsWithStars(void **state)
{
  assert_true(TasSafeMatches("tissues.*.growth.time", "tissues.soleus.growth.time"));
  assert_false(TasSafeMatches("tissues.*.growth.time", "tissues.soleus.growth.loss_time"));
  assert_true(TasSafeMatches("tissues.muscle.fibres[0].c3", "tissues.muscle.fibres[0].c3"));
  assert_false(TasSafeMatches("tissues.muscle.fibres[0].c3", "tissues.muscle.fibres0.c3"));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(FindsTheLimit),      cmocka_unit_test(KeepsTheMargin),        cmocka_unit_test(EndsAtTheBounds),    cmocka_unit_test(HigherMayBeSafer), cmocka_unit_test(NoAnswerIsUnsafe),
                                     cmocka_unit_test(TellsWhereMarginsRise), cmocka_unit_test(SensitivityOfALine), cmocka_unit_test(StopsWhenAskedTo), cmocka_unit_test(JudgesWhatIsLeft), cmocka_unit_test(PathsWithStars)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
