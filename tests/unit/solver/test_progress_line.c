/* One line about a run at several widths. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "solver/output/progress_line.h"
#include "solver/text.h"

static const TasProgressLine leg = {.day = 23.456, .last_day = 85, .gap = 18.456, .second_gap = NAN, .fraction = 0.2759, .margin = -0.1224, .where = "superficial_peroneal_nerve", .time_left = 605};

static const char *Text(const TasProgressLine *line, PetscInt columns)
{
  static char text[512];

  TasProgressLineText(line, columns, sizeof(text), text);
  return text;
}

static void test_widths(void **state)
{
  const struct {
    PetscInt    columns;
    const char *text;
  } wanted[] = {{0, "day 23.46 of 85  18.46 mm   27 %  margin -0.122 superficial_peroneal_nerve  10 min left"},
                {120, "day 23.46 of 85  18.46 mm  [==    ]   27 %  margin -0.122 superficial_peroneal_nerve  10 min left"},
                {79, "day 23.46 of 85  18.46 mm  [==    ]   27 %  margin -0.122 super...  10 min left"},
                {70, "day 23.46 of 85  18.46 mm   27 %  margin -0.122 superf...  10 min left"},
                {60, "day 23.46 of 85  18.46 mm   27 %  margin -0.122  10 min left"},
                {50, "day 23.46 of 85   27 %  margin -0.122  10 min left"},
                {44, "day 23.46 of 85  margin -0.122  10 min left"},
                {30, "day 23.46 of 85  10 min left"},
                {12, "10 min left"},
                {8, "10 mi..."},
                {3, "10 "}};

  for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) assert_string_equal(Text(&leg, wanted[i].columns), wanted[i].text);
}

/* Whatever is in it. */
static void test_never_wider(void **state)
{
  TasProgressLine lines[4] = {leg, leg, leg, {.day = 1e6, .last_day = NAN, .gap = NAN, .second_gap = NAN, .margin = NAN, .time_left = NAN}};

  snprintf(lines[1].label, sizeof(lines[1].label), "rate 0.85 mm/day, tissues.*.growth.time, a name that is very long \xc3\xa9\xc3\xa9\xc3\xa9");
  lines[2].second_gap = 7.25;
  snprintf(lines[2].state, sizeof(lines[2].state), "failed: did not converge on day 12 (reached 11.9) after 8 step cuts");
  for (size_t i = 0; i < 4; i++)
    for (PetscInt columns = 1; columns < 200; columns++) assert_in_range(TasTextColumns(Text(&lines[i], columns)), 0, columns);
}

static void test_unknown(void **state)
{
  const TasProgressLine begun = {.day = 0, .last_day = 85, .gap = NAN, .second_gap = NAN, .margin = NAN, .time_left = NAN};
  TasProgressLine       ended = leg;

  assert_string_equal(Text(&begun, 100), "day  0.00 of 85  [      ]    0 %");
  ended.fraction = 0.9999;
  assert_non_null(strstr(Text(&ended, 100), "[======]   99 %"));
  ended.fraction = 1;
  assert_non_null(strstr(Text(&ended, 100), "[======]  100 %"));
}

static void test_durations(void **state)
{
  const struct {
    PetscReal   seconds;
    const char *text;
  } wanted[] = {{NAN, "-"}, {-5, "0 s"}, {59.4, "59 s"}, {59.6, "1 min 00 s"}, {185, "3 min 05 s"}, {605, "10 min"}, {3589, "60 min"}, {7620, "2 h 07 min"}, {273600, "3 d 04 h"}, {INFINITY, "-"}};

  for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
    char text[32];

    TasDurationText(wanted[i].seconds, sizeof(text), text);
    assert_string_equal(text, wanted[i].text);
  }
}

static void test_shorten(void **state)
{
  char text[32] = "caf\xc3\xa9 cr\xc3\xa8me";

  assert_int_equal(TasTextColumns(text), 10);
  TasTextShorten(text, 10);
  assert_int_equal(TasTextColumns(text), 10);
  TasTextShorten(text, 7);
  assert_string_equal(text, "caf\xc3\xa9...");
  TasTextShorten(text, 2);
  assert_string_equal(text, "ca");
  TasTextShorten(text, 0);
  assert_string_equal(text, "");
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_widths), cmocka_unit_test(test_never_wider), cmocka_unit_test(test_unknown), cmocka_unit_test(test_durations), cmocka_unit_test(test_shorten)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
