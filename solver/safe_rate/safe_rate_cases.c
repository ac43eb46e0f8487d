/* The case of a run: its text, and the folder that its hash names. */
#include "solver/safe_rate/safe_rate.h"
#include "solver/text.h"
#include "solver/command/version.h"
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_KEY "file" /* under this key a case names files */

static const char *const short_names[] = {[TAS_SAFE_RATE] = "rate", [TAS_SAFE_STEPS] = "steps-per-day", [TAS_SAFE_DAYS] = "days", [TAS_SAFE_KEY] = "value"};

void TasSafeValueText(const TasSafeWanted *wanted, PetscReal value, size_t size, char *text)
{
  snprintf(text, size, "%.10g%s%s", (double)value, strcmp(wanted->unit, "1") ? " " : "", strcmp(wanted->unit, "1") ? wanted->unit : "");
}

#define DAY 86400.0

/* The rate that a value stands for at an osteotomy, mm/day; 0: the search is not for one. */
static PetscReal RateOf(const TasCase *c, const TasSafeWanted *wanted, PetscInt osteotomy, PetscReal value)
{
  if (wanted->search == TAS_SAFE_RATE) return value;
  return wanted->search == TAS_SAFE_DAYS ? c->distraction[osteotomy].length / value : 0;
}

/* Days by which the last distraction ends later at a value. */
static PetscReal Later(const TasCase *c, const TasSafeWanted *wanted, PetscReal value)
{
  PetscReal before = 0, after = 0;

  for (PetscInt k = 0; k < c->num_distractions; k++) {
    const TasCaseDistraction *d = &c->distraction[k];
    before = PetscMax(before, (d->latency + d->length / d->rate) / DAY);
    after  = PetscMax(after, d->latency / DAY + d->length / RateOf(c, wanted, k, value));
  }
  return after - before;
}

/* The value as the key of the case takes it, at each osteotomy.  A slower distraction ends later: what comes after it stays as long as it is. */
static PetscErrorCode ApplyValue(const TasCase *c, const TasSafeWanted *wanted, PetscReal value, TasTree *tree, char *problem)
{
  const PetscInt num = wanted->search == TAS_SAFE_KEY ? 1 : PetscMax(1, c->num_distractions);
  char           text[128], override[512];

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < num && !*problem; k++) {
    const PetscReal rate = RateOf(c, wanted, k, value);
    TasSafeValueText(wanted, value, sizeof(text), text);
    if (rate > 0) snprintf(text, sizeof(text), "%.10g mm/day", (double)rate);
    snprintf(override, sizeof(override), "%s%s=%s", TAS_OSTEOTOMY_PREFIX(k), wanted->key, text);
    PetscCall(TasTreeOverride(tree, override, problem));
  }
  if (*problem || !(RateOf(c, wanted, 0, value) > 0) || !TasNodeFind(TasNodeFind(TasTreeRoot(tree), "time"), "end")) PetscFunctionReturn(PETSC_SUCCESS);
  snprintf(override, sizeof(override), "time.end=%.10g day", (double)(c->end_time / DAY + Later(c, wanted, value)));
  PetscCall(TasTreeOverride(tree, override, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* fibres[0] is a name here, no range of letters. */
PetscBool TasSafeMatches(const char *pattern, const char *path)
{
  char   escaped[512];
  size_t n = 0;

  for (; *pattern && n + 2 < sizeof(escaped); pattern++) {
    if (*pattern == '[' || *pattern == '\\') escaped[n++] = '\\';
    escaped[n++] = *pattern;
  }
  escaped[n] = 0;
  return (PetscBool)!fnmatch(escaped, path, 0);
}

/* A path as --set takes it: fibres.0.c3 for fibres[0].c3. */
static void SetPath(const char *path, size_t size, char *set)
{
  size_t n = 0;

  for (; *path && n + 1 < size; path++)
    if (*path != ']') set[n++] = *path == '[' ? '.' : *path;
  set[n] = 0;
}

static PetscErrorCode MultiplyEntries(const TasCase *c, const TasSafeParameter *parameter, TasTree *tree, char *problem)
{
  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < c->num_entries && !*problem; i++) {
    char path[256], override[512], *unit;

    if (!TasSafeMatches(parameter->path, c->entries[i].path)) continue;
    SetPath(c->entries[i].path, sizeof(path), path);
    const double value = strtod(c->entries[i].value, &unit) * (double)parameter->factor;
    snprintf(override, sizeof(override), "%s=%.12g%.80s", path, value, unit);
    PetscCall(TasTreeOverride(tree, override, problem));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSafeCaseText(const TasCase *c, const TasSafeWanted *wanted, PetscReal value, PetscInt parameter, char **text, char *problem)
{
  const char *slash = strrchr(c->path, '/');
  char        folder[PETSC_MAX_PATH_LEN], absolute[PETSC_MAX_PATH_LEN];
  TasTree    *tree;

  PetscFunctionBeginUser;
  *text = NULL;
  PetscCall(TasTreeParse(c->path, c->text, strlen(c->text), &tree, problem));
  if (*problem) PetscFunctionReturn(PETSC_SUCCESS);
  snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - c->path) : 0, c->path);
  if (slash == c->path) snprintf(folder, sizeof(folder), "/");
  if (folder[0])
    PetscCall(PetscGetFullPath(folder, absolute, sizeof(absolute)));
  else
    PetscCall(PetscGetWorkingDirectory(absolute, sizeof(absolute)));
  PetscCall(TasTreeRemove(tree, "safe_rate"));
  PetscCall(TasTreeJoinPaths(tree, PATH_KEY, absolute));
  PetscCall(ApplyValue(c, wanted, value, tree, problem));
  if (parameter >= 0 && !*problem) PetscCall(MultiplyEntries(c, &wanted->parameters[parameter], tree, problem));
  if (!*problem) PetscCall(TasTreeWrite(tree, text));
  PetscCall(TasTreeDestroy(&tree));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSafeCaseCheck(const TasCase *c, const TasSafeWanted *wanted, PetscReal value, PetscInt parameter, char *problem)
{
  const char *tmp = getenv("TMPDIR");
  char        path[PETSC_MAX_PATH_LEN], what[TAS_PROBLEM_LENGTH] = "", value_text[128], *text;
  TasCase    *tried = NULL;
  int         file;

  PetscFunctionBeginUser;
  PetscCall(TasSafeCaseText(c, wanted, value, parameter, &text, what));
  snprintf(path, sizeof(path), "%.3000s/tasis-case-XXXXXX", tmp && *tmp ? tmp : "/tmp");
  file = *what ? -1 : mkstemp(path);
  if (file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text)) {
    PetscCall(TasCaseRead(PETSC_COMM_SELF, path, 0, NULL, &tried, what));
    PetscCall(TasCaseDestroy(&tried));
  }
  if (file >= 0) close(file), unlink(path);
  PetscCall(PetscFree(text));
  if (!*what) PetscFunctionReturn(PETSC_SUCCESS);
  const char *told = strncmp(what, path, strlen(path)) ? what : strstr(what, ": "); /* the file has gone: its name would tell nothing */
  TasSafeValueText(wanted, value, sizeof(value_text), value_text);
  PetscCall(PetscSNPrintf(problem, TAS_PROBLEM_LENGTH, "%.120s: safe_rate: a run with %s = %s%s%s: %.300s", c->path, wanted->key, value_text, parameter >= 0 ? " and " : "",
                          parameter >= 0 ? wanted->parameters[parameter].path : "", told && told != what ? told + 2 : what));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- hash: FNV-1a of the case, the files that it names, and the program ---- */

typedef struct {
  uint64_t value;
} Hash;

static void HashBytes(Hash *hash, const char *bytes, size_t n)
{
  for (size_t i = 0; i < n; i++) hash->value = (hash->value ^ (unsigned char)bytes[i]) * 1099511628211ULL;
}

static void HashFile(Hash *hash, const char *path)
{
  FILE  *file = fopen(path, "rb");
  char   bytes[65536];
  size_t n;

  if (!file) return;
  while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0) HashBytes(hash, bytes, n);
  fclose(file);
}

static void HashFiles(Hash *hash, const TasNode *node)
{
  if (node->kind == TAS_NODE_SCALAR && node->key && !strcmp(node->key, PATH_KEY)) HashFile(hash, node->text);
  for (const TasNode *child = node->first; child; child = child->next) HashFiles(hash, child);
}

PetscErrorCode TasSafeFolderName(const TasSafeWanted *wanted, PetscReal value, PetscInt parameter, const char *text, size_t size, char *name)
{
  Hash     hash = {14695981039346656037ULL};
  TasTree *tree;
  char     problem[TAS_PROBLEM_LENGTH] = "", varied[32] = "";

  PetscFunctionBeginUser;
  HashBytes(&hash, text, strlen(text));
  HashBytes(&hash, tas_version, strlen(tas_version));
  HashBytes(&hash, tas_revision, strlen(tas_revision));
  PetscCall(TasTreeParse("case", text, strlen(text), &tree, problem));
  if (!*problem) HashFiles(&hash, TasTreeRoot(tree));
  PetscCall(TasTreeDestroy(&tree));
  if (parameter >= 0) snprintf(varied, sizeof(varied), "-parameter%" PetscInt_FMT, parameter + 1);
  snprintf(name, size, "%s-%.10g%s-%016" PRIx64, short_names[wanted->search], (double)value, varied, hash.value);
  PetscFunctionReturn(PETSC_SUCCESS);
}
