#include "solver/output/live.h"
#include "solver/text.h"
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define OFTEN 0.1 /* s between two drawings */

/* ---- the terminal ---- */

static PetscBool IsForeground(FILE *file) { return (PetscBool)(tcgetpgrp(fileno(file)) == getpgrp()); }

static PetscBool IsTerminal(FILE *file)
{
  const char *kind = getenv("TERM");

  return (PetscBool)(isatty(fileno(file)) && kind && *kind && strcmp(kind, "dumb") && IsForeground(file));
}

static struct winsize Size(const TasLive *live)
{
  struct winsize size = {0};

  if (ioctl(fileno(live->file), TIOCGWINSZ, &size) || !size.ws_col) size.ws_col = 80;
  if (!size.ws_row) size.ws_row = 24;
  return size;
}

PetscInt TasLiveColumns(const TasLive *live) { return Size(live).ws_col; }

PetscInt TasLiveRows(const TasLive *live) { return Size(live).ws_row; }

PetscBool TasLiveIsTerminal(const TasLive *live) { return live->terminal; }

static double Now(void)
{
  struct timespec now = {0};

  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- drawing ---- */

/* From the end of the last line back to the first one; lines that a narrower terminal has broken take several rows. */
static void Erase(TasLive *live)
{
  const PetscInt columns = TasLiveColumns(live);
  PetscInt       rows    = 0;

  if (!IsForeground(live->file)) live->num_drawn = 0; /* what is on the screen is another program's by now */
  for (PetscInt i = 0; i < live->num_drawn; i++) rows += PetscMax(1, (live->drawn[i] + columns - 1) / columns);
  if (rows > 1) fprintf(live->file, "\033[%" PetscInt_FMT "A", rows - 1);
  if (rows) fputs("\r\033[J", live->file);
  live->num_drawn = 0;
}

static void Draw(TasLive *live)
{
  const PetscInt columns = TasLiveColumns(live) - 1, most = PetscMin(live->num_lines, PetscMax(1, TasLiveRows(live) - 1));
  PetscInt      *drawn   = realloc(live->drawn, (size_t)(most + 1) * sizeof(*drawn));

  if (!drawn || !IsForeground(live->file)) return;
  live->drawn = drawn;
  Erase(live);
  for (PetscInt i = 0; i < most; i++) {
    char line[TAS_LIVE_LENGTH];

    snprintf(line, sizeof(line), "%s", live->lines + i * TAS_LIVE_LENGTH);
    TasTextShorten(line, columns);
    fprintf(live->file, "%s%s", i ? "\n" : "", line);
    live->drawn[i] = TasTextColumns(line);
  }
  live->num_drawn = most;
  live->drawn_at  = Now();
  fflush(live->file);
}

/* ---- what others call ---- */

void TasLiveBegin(TasLive *live, FILE *file) { *live = (TasLive){.file = file, .terminal = IsTerminal(file)}; }

void TasLiveShow(TasLive *live, PetscInt num, const char (*lines)[TAS_LIVE_LENGTH])
{
  char *copy;

  if (!live->terminal) return;
  copy = realloc(live->lines, (size_t)(num + 1) * TAS_LIVE_LENGTH);
  if (!copy) return;
  if (num) memcpy(copy, lines, (size_t)num * TAS_LIVE_LENGTH);
  live->lines     = copy;
  live->num_lines = num;
  if (!num) Erase(live);
  else if (!live->num_drawn || Now() - live->drawn_at >= OFTEN) Draw(live);
}

void TasLiveSay(TasLive *live, const char *text)
{
  if (live->terminal) Erase(live);
  fputs(text, live->file);
  if (live->terminal && live->num_lines) Draw(live);
  fflush(live->file);
}

void TasLiveLeave(TasLive *live)
{
  if (!live->terminal) return;
  if (live->num_lines) Draw(live);
  if (live->num_drawn) fputs("\n", live->file);
  live->num_drawn = live->num_lines = 0;
  fflush(live->file);
}

void TasLiveEnd(TasLive *live)
{
  TasLiveLeave(live);
  free(live->lines);
  free(live->drawn);
  live->lines = NULL;
  live->drawn = NULL;
}
