/* The section `catalyst`. */
#include "solver/case/case_reader.h"
#include "solver/installation.h"
#include "solver/text.h"
#include <dirent.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_READY 32

/* ---- ready pipelines ---- */

typedef struct {
  PetscInt num;
  char     name[MOST_READY][TAS_NAME_LENGTH];
} Ready;

static int CompareNames(const void *a, const void *b) { return strcmp((const char *)a, (const char *)b); }

/* The scripts of the folder that are not parts of others. */
static void FindReady(char folder[PATH_MAX], Ready *ready)
{
  struct dirent *entry;
  DIR           *directory;

  TasInstalledPipelines(PATH_MAX, folder);
  ready->num = 0;
  directory  = opendir(folder);
  while (directory && ready->num < MOST_READY && (entry = readdir(directory))) {
    const size_t length = strlen(entry->d_name);
    if (length < 4 || length - 3 >= TAS_NAME_LENGTH || strcmp(entry->d_name + length - 3, ".py") || !strncmp(entry->d_name, "tasis_", 6)) continue;
    (void)snprintf(ready->name[ready->num++], TAS_NAME_LENGTH, "%.*s", (int)(length - 3), entry->d_name);
  }
  if (directory) closedir(directory);
  qsort(ready->name, (size_t)ready->num, sizeof ready->name[0], CompareNames);
}

static const char *ReadyName(const void *context, PetscInt i) { return ((const Ready *)context)->name[i]; }

/* ---- keys ---- */

/* A name without a slash or an ending is that of a ready pipeline, anything else a path as seen from the case file. */
static PetscErrorCode ReadScript(TasCaseReader *r, const TasNode *node, const char *allowed, char path[PETSC_MAX_PATH_LEN])
{
  const char  *text  = TasCaseExpectScalar(r, node, allowed);
  const char  *slash = strrchr(r->c->path, '/');
  const int    above = slash ? (int)(slash - r->c->path) + 1 : 0;
  const size_t room  = PETSC_MAX_PATH_LEN;
  char         folder[PATH_MAX];
  Ready        ready;

  PetscFunctionBeginUser;
  if (!text) PetscFunctionReturn(PETSC_SUCCESS);
  if (strlen(text) + (size_t)above >= room) TasCaseComplain(r, node, "found a path of %zu characters, allowed: at most %zu", strlen(text), room - (size_t)above - 1);
  else if (strchr(text, '/') || strchr(text, '.')) {
    (void)snprintf(path, room, "%.*s%s", text[0] == '/' ? 0 : above, r->c->path, text);
    if (access(path, R_OK)) TasCaseComplain(r, node, "found \"%s\", which cannot be read, allowed: %s", text, allowed);
  } else {
    PetscInt k = 0;
    FindReady(folder, &ready);
    while (k < ready.num && strcmp(ready.name[k], text)) k++;
    if (k == ready.num) TasCaseComplainName(r, node, "pipeline", text, ready.num, ReadyName, &ready);
    else if (strlen(folder) + strlen(text) + 5 > room) TasCaseComplain(r, node, "the folder of the pipelines has too long a name");
    else TasTextAppend(room, path, "%s/%s.py", folder, text);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadScripts(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseCatalyst *catalyst = (TasCaseCatalyst *)target;
  const PetscBool  list     = (PetscBool)(node->kind == TAS_NODE_LIST);

  PetscFunctionBeginUser;
  if (list && (node->num_children < 1 || node->num_children > TAS_MAX_SCRIPTS)) TasCaseComplain(r, node, "found %" PetscInt_FMT " scripts, allowed: 1 to %d", (PetscInt)node->num_children, TAS_MAX_SCRIPTS);
  for (const TasNode *child = list ? node->first : node; child && !*r->problem; child = list ? child->next : NULL)
    PetscCall(ReadScript(r, child, key->allowed, catalyst->scripts[catalyst->num_scripts++]));
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* clang-format off */
static const TasCaseKey keys[] = {
  {.key = "script", .type = TAS_KEY_OTHER, .read = ReadScripts, .allowed = "the name of a ready pipeline (scripts/catalyst), a path such as ./mine.py, or a list of them", .required = PETSC_TRUE,
   .meaning = "what makes pictures and extracts; paths are relative to the case file"},
  {.key = "every", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_AT_LEAST, 0, 0}, .offset = offsetof(TasCaseCatalyst, every), .standard = "1 day",
   .meaning = "the first converged step at or after each multiple of it is shown, and the last one; 0 day: every step, of which the script's triggers choose"},
};
/* clang-format on */
static const TasCaseTable tables[] = {TAS_CASE_TABLE("catalyst", "Pictures and extracts by ParaView Catalyst while the run goes, into the folder `catalyst` of the results; whatever goes wrong there is a warning, and the run goes on.", keys)};

static PetscErrorCode ReadCatalyst(TasCaseReader *r, const TasNode *node)
{
  PetscFunctionBeginUser;
  if (node) PetscCall(TasCaseReadMap(r, &tables[0], "catalyst", node, &r->c->catalyst));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_catalyst = {.key = "catalyst", .meaning = "pictures and extracts while the run goes", .num_tables = 1, .tables = tables, .read = ReadCatalyst};
