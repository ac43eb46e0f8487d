#include "solver/output/status.h"
#include "solver/files.h"
#include "solver/command/version.h"
#include "mesh/mesh_data.h"
#include <math.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define STATUS_LENGTH 4096

const char *TasStateName(TasState state)
{
  const char *const names[] = {"running", "done", "failed", "stopped"};

  return names[state];
}

/* text as a JSON string, quotes included; what does not fit is left out. */
static void Quote(const char *text, size_t size, char *quoted)
{
  size_t n = 0;

  quoted[n++] = '"';
  for (const unsigned char *c = (const unsigned char *)text; *c && n + 8 < size; c++) {
    if (*c == '"' || *c == '\\')
      n += (size_t)snprintf(quoted + n, size - n, "\\%c", *c);
    else if (*c < 0x20)
      n += (size_t)snprintf(quoted + n, size - n, "\\u%04x", *c);
    else
      quoted[n++] = (char)*c;
  }
  quoted[n++] = '"';
  quoted[n]   = 0;
}

/* JSON has no NaN. */
static void Number(PetscReal value, char text[32])
{
  if (isfinite(value))
    snprintf(text, 32, "%.10g", (double)value);
  else
    snprintf(text, 32, "null");
}

static void NameOrNull(const char *name, size_t size, char *text)
{
  if (name) Quote(name, size, text);
  else snprintf(text, size, "null");
}

/* Tissue and cell, or strand and arc: the others are null, so that the keys are always the same. */
static void Envelope(const TasEnvelope *envelope, size_t size, char *text)
{
  char margin[32], value[32], limit[32], arc[32], cell[32] = "null", tissue[160], strand[160];

  Number(envelope->margin, margin);
  Number(envelope->value, value);
  Number(envelope->limit, limit);
  Number(envelope->strand ? envelope->arc : NAN, arc);
  if (envelope->tissue) snprintf(cell, sizeof(cell), "%" PetscInt_FMT, envelope->cell);
  NameOrNull(envelope->tissue, sizeof(tissue), tissue);
  NameOrNull(envelope->strand, sizeof(strand), strand);
  snprintf(text, size,
           "{\"margin\": %s, \"tissue\": %s, \"strand\": %s, \"rule\": \"%s\", \"value\": %s, \"limit\": %s, \"unit\": \"%s\", \"cell\": %s"
           ", \"arc_mm\": %s, \"at_mm\": [%.10g, %.10g, %.10g], \"day\": %.10g}",
           margin, tissue, strand, envelope->rule, value, limit, envelope->unit, cell, arc, (double)envelope->at[0], (double)envelope->at[1],
           (double)envelope->at[2], (double)envelope->day);
}

/* On a full disk there is no place for a second file, but in the old one there is: the last word matters more than its being whole
   at any moment. */
static void WriteInPlace(const char *path, const char *text, char *problem)
{
  FILE *file = fopen(path, "r+");
  int   good;

  if (!file) return;
  good = fputs(text, file) >= 0 && fflush(file) == 0 && ftruncate(fileno(file), ftell(file)) == 0;
  if (fclose(file) == 0 && good) problem[0] = 0;
}

PetscErrorCode TasStatusWrite(const char *path, const TasStatus *status, char *problem)
{
  char      text[STATUS_LENGTH], message[1200] = "null", exit_status[32] = "null", host[128] = "", name[160], now[32] = "";
  char      day[32], last_day[32], gap[32], second_gap[32], fraction[32], wall_time[32], time_left[32], memory[32], envelope[896] = "null";
  time_t    seconds = time(NULL);
  struct tm utc;

  PetscFunctionBeginUser;
  if (status->message) Quote(status->message, sizeof(message), message);
  if (status->state != TAS_STATE_RUNNING) PetscCall(PetscSNPrintf(exit_status, sizeof(exit_status), "%" PetscInt_FMT, status->exit_status));
  if (gmtime_r(&seconds, &utc)) strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ", &utc);
  if (gethostname(host, sizeof(host) - 1)) host[0] = 0;
  Quote(host, sizeof(name), name);
  if (status->judged) Envelope(&status->envelope, sizeof(envelope), envelope);
  Number(status->day, day);
  Number(status->last_day, last_day);
  Number(status->gap, gap);
  Number(status->second_gap, second_gap);
  Number(status->fraction, fraction);
  Number(status->time_left, time_left);
  Number(status->wall_time, wall_time);
  Number(status->memory_peak, memory);
  PetscCall(PetscSNPrintf(text, sizeof(text),
                          "{\n"
                          "  \"state\": \"%s\",\n"
                          "  \"exit_status\": %s,\n"
                          "  \"message\": %s,\n"
                          "  \"day\": %s,\n"
                          "  \"last_day\": %s,\n"
                          "  \"gap_mm\": %s,\n"
                          "  \"second_gap_mm\": %s,\n"
                          "  \"step\": %" PetscInt_FMT ",\n"
                          "  \"fraction_done\": %s,\n"
                          "  \"warnings\": %" PetscInt_FMT ",\n"
                          "  \"envelope\": %s,\n"
                          "  \"wall_time_s\": %s,\n"
                          "  \"time_left_s\": %s,\n"
                          "  \"memory_peak_MB\": %s,\n"
                          "  \"ranks\": %" PetscInt_FMT ",\n"
                          "  \"process\": %ld,\n"
                          "  \"host\": %s,\n"
                          "  \"updated\": \"%s\",\n"
                          "  \"version\": \"%s\",\n"
                          "  \"revision\": \"%s\"\n"
                          "}\n",
                          TasStateName(status->state), exit_status, message, day, last_day, gap, second_gap, status->step, fraction, status->num_warnings, envelope,
                          wall_time, time_left, memory, status->num_ranks, (long)getpid(), name, now, tas_version, tas_revision));
  problem[0] = 0;
  PetscCall(TasFileReplaceText(path, text, problem));
  if (problem[0] && status->state != TAS_STATE_RUNNING) WriteInPlace(path, text, problem);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMemoryPeak(MPI_Comm comm, PetscReal *megabytes)
{
  struct rusage usage = {0};
  PetscReal     mine;

  PetscFunctionBeginUser;
  getrusage(RUSAGE_SELF, &usage); /* in kB on Linux; zero where it fails */
  mine = (PetscReal)usage.ru_maxrss / 1024;
  PetscCallMPI(MPI_Allreduce(&mine, megabytes, 1, MPIU_REAL, MPIU_SUM, comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}
