#include "solver/output/progress_line.h"
#include "solver/text.h"
#include <math.h>
#include <string.h>

#define BAR        6  /* places within its brackets */
#define SHORT_NAME 6  /* places: names are not shortened to less */
#define NUM_PARTS  7

/* From left to right. */
typedef enum { LABEL, DAY, GAP, BAR_OF_IT, SHARE, MARGIN, LEFT } Part;

void TasDurationText(PetscReal seconds, size_t size, char *text)
{
  const long s = isfinite(seconds) ? lround(PetscMin(PetscMax(seconds, 0), 3.6e8)) : -1;

  if (s < 0) snprintf(text, size, "-");
  else if (s < 60) snprintf(text, size, "%ld s", s);
  else if (s < 600) snprintf(text, size, "%ld min %02ld s", s / 60, s % 60);
  else if (s < 3600) snprintf(text, size, "%ld min", lround(s / 60.));
  else if (s < 48 * 3600) snprintf(text, size, "%ld h %02ld min", s / 3600, s % 3600 / 60);
  else snprintf(text, size, "%ld d %02ld h", s / 86400, s % 86400 / 3600);
}

/* ---- parts ---- */

/* Numbers keep their places as they grow. */
static void DayText(const TasProgressLine *l, size_t size, char *text)
{
  const int places = snprintf(NULL, 0, "%.2f", (double)l->last_day);

  if (isfinite(l->last_day)) snprintf(text, size, "day %*.2f of %-*.4g", places, (double)l->day, l->label[0] ? 5 : 0, (double)l->last_day);
  else snprintf(text, size, "day %.2f", (double)l->day);
}

static void GapText(const TasProgressLine *l, size_t size, char *text)
{
  if (isfinite(l->second_gap)) snprintf(text, size, "%5.2f + %5.2f mm", (double)l->gap, (double)l->second_gap);
  else if (isfinite(l->gap)) snprintf(text, size, "%5.2f mm", (double)l->gap);
}

static void BarText(const TasProgressLine *l, size_t size, char *text)
{
  const int full = (int)lround(BAR * PetscMin(PetscMax(l->fraction, 0), 1));

  snprintf(text, size, "[%.*s%*s]", full, "==========", BAR - full, "");
}

/* The last per cent is full only at the end. */
static void ShareText(const TasProgressLine *l, size_t size, char *text)
{
  snprintf(text, size, "%3d %%", l->fraction >= 1 ? 100 : (int)PetscMin(99, 100 * PetscMax(l->fraction, 0)));
}

static void MarginText(const TasProgressLine *l, PetscBool named, size_t size, char *text)
{
  if (isfinite(l->margin)) snprintf(text, size, "margin %6.3f%s%s", (double)l->margin, named && l->where[0] ? " " : "", named ? l->where : "");
}

static void LeftText(const TasProgressLine *l, size_t size, char *text)
{
  char duration[32];

  TasDurationText(l->time_left, sizeof(duration), duration);
  if (l->state[0]) snprintf(text, size, "%s", l->state);
  else if (isfinite(l->time_left)) snprintf(text, size, "%s left", duration);
}

/* ---- together ---- */

static PetscInt Columns(char (*parts)[TAS_PROBLEM_LENGTH])
{
  PetscInt columns = 0;

  for (PetscInt i = 0; i < NUM_PARTS; i++)
    if (parts[i][0]) columns += TasTextColumns(parts[i]) + (columns ? 2 : 0);
  return columns;
}

/* What is said twice goes first: the bar says what the share does, and days what the gap does.  The tissue's name takes the room that is left. */
static void Fit(const TasProgressLine *l, PetscInt columns, char (*parts)[TAS_PROBLEM_LENGTH])
{
  static const Part order[] = {BAR_OF_IT, GAP, SHARE, MARGIN, DAY};
  char              named[TAS_PROBLEM_LENGTH];
  PetscInt          room;

  snprintf(named, sizeof(named), "%s", parts[MARGIN]);
  MarginText(l, PETSC_FALSE, sizeof(parts[MARGIN]), parts[MARGIN]);
  const PetscInt least = PetscMin(TasTextColumns(named) - TasTextColumns(parts[MARGIN]), SHORT_NAME + 1);
  if (TasTextColumns(parts[LABEL]) > columns / 3) TasTextShorten(parts[LABEL], PetscMax(columns / 3, columns - Columns(parts) + TasTextColumns(parts[LABEL])));
  for (size_t i = 0; i < sizeof(order) / sizeof(order[0]) && Columns(parts) + (i ? 0 : least) > columns; i++) parts[order[i]][0] = 0;
  room = columns - Columns(parts);
  if (!parts[MARGIN][0] || room < least) return;
  TasTextShorten(named, TasTextColumns(parts[MARGIN]) + room);
  snprintf(parts[MARGIN], sizeof(parts[MARGIN]), "%s", named);
}

void TasProgressLineText(const TasProgressLine *l, PetscInt columns, size_t size, char *text)
{
  char parts[NUM_PARTS][TAS_PROBLEM_LENGTH] = {{0}};

  snprintf(parts[LABEL], sizeof(parts[LABEL]), "%s", l->label);
  DayText(l, sizeof(parts[DAY]), parts[DAY]);
  GapText(l, sizeof(parts[GAP]), parts[GAP]);
  BarText(l, sizeof(parts[BAR_OF_IT]), parts[BAR_OF_IT]);
  ShareText(l, sizeof(parts[SHARE]), parts[SHARE]);
  MarginText(l, PETSC_TRUE, sizeof(parts[MARGIN]), parts[MARGIN]);
  LeftText(l, sizeof(parts[LEFT]), parts[LEFT]);
  if (columns > 0 && Columns(parts) > columns) Fit(l, columns, parts);
  if (columns <= 0) parts[BAR_OF_IT][0] = 0;
  text[0] = 0;
  for (PetscInt i = 0; i < NUM_PARTS; i++)
    if (parts[i][0]) TasTextAppend(size, text, "%s%s", text[0] ? "  " : "", parts[i]);
  if (columns > 0) TasTextShorten(text, columns);
}
