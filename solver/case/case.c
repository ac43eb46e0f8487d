/* A case as a whole: the file, its sections, its end. */
#include "solver/case/case.h"
#include "solver/case/case_models.h"
#include "solver/case/case_time.h"
#include "solver/text.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LARGEST_FILE (16 << 20) /* a case is written by hand */

/* ---- the file ---- */

/* path: becomes that of case.yaml where it is a folder; noun: "case". */
static void FindFile(char *path, size_t size, const char *noun, char *problem)
{
  struct stat what;
  char        quoted[80];

  TasTextQuote(path, sizeof(quoted), quoted);
  if (stat(path, &what)) {
    snprintf(problem, TAS_PROBLEM_LENGTH, "%s %s: %s, allowed: a folder that holds %s.yaml, or a YAML file", noun, quoted, strerror(errno), noun);
    return;
  }
  if (!S_ISDIR(what.st_mode)) {
    if (!S_ISREG(what.st_mode))
      snprintf(problem, TAS_PROBLEM_LENGTH, "%s %s: not a file, allowed: a folder that holds %s.yaml, or a YAML file", noun, quoted, noun);
    return;
  }
  while (strlen(path) > 1 && path[strlen(path) - 1] == '/') path[strlen(path) - 1] = 0;
  if (!strcmp(path, ".")) path[0] = 0;
  TasTextAppend(size, path, "%s%s.yaml", !*path || path[strlen(path) - 1] == '/' ? "" : "/", noun);
  if (stat(path, &what) && errno != ENOENT)
    snprintf(problem, TAS_PROBLEM_LENGTH, "%s %s: its %s.yaml cannot be read: %s", noun, quoted, noun, strerror(errno));
  else if (stat(path, &what))
    snprintf(problem, TAS_PROBLEM_LENGTH, "%s %s: the folder holds no %s.yaml, allowed: a folder that holds %s.yaml, or a YAML file", noun,
             quoted, noun, noun);
  else if (!S_ISREG(what.st_mode))
    snprintf(problem, TAS_PROBLEM_LENGTH, "%s %s: its %s.yaml is not a file", noun, quoted, noun);
}

/* text: from PetscMalloc, with a closing zero. */
static PetscErrorCode ReadFile(const char *path, char **text, size_t *length, char *problem)
{
  FILE *file = fopen(path, "rb");
  long  size = -1;

  PetscFunctionBeginUser;
  if (file && !fseek(file, 0, SEEK_END)) size = ftell(file);
  if (size < 0)
    snprintf(problem, TAS_PROBLEM_LENGTH, "%.200s: cannot be read: %s", path, strerror(errno));
  else if (size > LARGEST_FILE)
    snprintf(problem, TAS_PROBLEM_LENGTH, "%.200s: found %ld bytes, allowed: at most %d", path, size, LARGEST_FILE);
  else {
    rewind(file);
    PetscCall(PetscMalloc1(size + 1, text));
    *length = fread(*text, 1, (size_t)size, file);
    if (*length < (size_t)size) snprintf(problem, TAS_PROBLEM_LENGTH, "%.200s: cannot be read: %s", path, strerror(errno));
    (*text)[*length] = 0;
  }
  if (file) fclose(file);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Rank 0 reads, everybody gets path and text. */
static PetscErrorCode ShareFile(TasCase *c, const char *noun, size_t *length, char *problem)
{
  PetscMPIInt rank;
  long long   size = 0;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(c->comm, &rank));
  if (!rank) {
    FindFile(c->path, sizeof(c->path), noun, problem);
    if (!*problem) PetscCall(ReadFile(c->path, &c->text, length, problem));
    size = (long long)*length;
  }
  PetscCallMPI(MPI_Bcast(problem, TAS_PROBLEM_LENGTH, MPI_CHAR, 0, c->comm));
  if (*problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCallMPI(MPI_Bcast(c->path, sizeof(c->path), MPI_CHAR, 0, c->comm));
  PetscCallMPI(MPI_Bcast(&size, 1, MPI_LONG_LONG, 0, c->comm));
  *length = (size_t)size;
  if (rank) PetscCall(PetscMalloc1(*length + 1, &c->text));
  PetscCallMPI(MPI_Bcast(c->text, (int)*length + 1, MPI_CHAR, 0, c->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The folder of case.yaml, or the file's name without its suffix. */
static void NameCase(TasCase *c, const char *noun)
{
  const char *slash = strrchr(c->path, '/'), *file = slash ? slash + 1 : c->path, *start = file, *end = strrchr(file, '.');

  if (!strncmp(file, noun, strlen(noun)) && !strcmp(file + strlen(noun), ".yaml") && slash && slash > c->path) {
    end   = slash;
    start = slash;
    while (start > c->path && start[-1] != '/') start--;
  }
  if (!end || end <= start) end = start + strlen(start);
  snprintf(c->name, sizeof(c->name), "%.*s", (int)PetscMin(end - start, TAS_NAME_LENGTH - 1), start);
  if (!strcmp(c->name, ".") || !strcmp(c->name, "..") || !strcmp(c->name, noun)) snprintf(c->name, sizeof(c->name), "%s", noun);
}

/* ---- sections ---- */

static const char *SectionName(const void *context, PetscInt i)
{
  return tas_case_sections[i]->key;
}

static void CheckSections(TasCaseReader *r)
{
  for (const TasNode *child = r->root->first; child; child = child->next) {
    PetscInt s = 0;

    while (s < tas_num_case_sections && strcmp(tas_case_sections[s]->key, child->key)) s++;
    if (s == tas_num_case_sections) TasCaseComplainName(r, child, "key", child->key, tas_num_case_sections, SectionName, NULL);
  }
}

static PetscErrorCode ReadSections(TasCaseReader *r)
{
  PetscFunctionBeginUser;
  CheckSections(r);
  for (PetscInt s = 0; s < tas_num_case_sections && !*r->problem; s++) {
    PetscCall(tas_case_sections[s]->read(r, TasNodeFind(r->root, tas_case_sections[s]->key)));
  }
  if (!*r->problem) TasCaseSetEnd(r->c);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ParseText(TasCase *c, size_t length, PetscInt num_overrides, char *const *overrides, char *problem)
{
  PetscFunctionBeginUser;
  PetscCall(TasTreeParse(c->path, c->text, length, &c->tree, problem));
  for (PetscInt i = 0; i < num_overrides && !*problem; i++) PetscCall(TasTreeOverride(c->tree, overrides[i], problem));
  if (*problem || !num_overrides) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree(c->text));
  PetscCall(TasTreeWrite(c->tree, &c->text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseOpen(MPI_Comm comm, const char *noun, const char *path, PetscInt num_overrides, char *const *overrides, TasCase **out, char *problem)
{
  TasCase *c;
  size_t   length = 0;

  PetscFunctionBeginUser;
  memset(problem, 0, TAS_PROBLEM_LENGTH);
  PetscCall(PetscNew(out));
  c            = *out;
  c->comm      = comm;
  c->mesh.unit = 1;
  for (PetscInt k = 0; k < TAS_MAX_OSTEOTOMIES; k++) c->device[k].model = TasDeviceFind("ideal");
  if (strlen(path) >= sizeof(c->path) - 16) {
    char quoted[80];

    TasTextQuote(path, sizeof(quoted), quoted);
    snprintf(problem, TAS_PROBLEM_LENGTH, "%s %s: File name too long, allowed: at most %zu characters", noun, quoted, sizeof(c->path) - 17);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscStrncpy(c->path, path, sizeof(c->path)));
  PetscCall(ShareFile(c, noun, &length, problem));
  if (*problem) PetscFunctionReturn(PETSC_SUCCESS);
  NameCase(c, noun);
  PetscCall(ParseText(c, length, num_overrides, overrides, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseRead(MPI_Comm comm, const char *path, PetscInt num_overrides, char *const *overrides, TasCase **c, char *problem)
{
  TasCaseReader reader = {.problem = problem};

  PetscFunctionBeginUser;
  PetscCall(TasCaseOpen(comm, "case", path, num_overrides, overrides, c, problem));
  if (*problem) PetscFunctionReturn(PETSC_SUCCESS);
  reader.c    = *c;
  reader.root = TasTreeRoot((*c)->tree);
  PetscCall(ReadSections(&reader));
  PetscCall(TasLimbLayoutClear(&reader.layout));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the end ---- */

PetscErrorCode TasCaseDestroy(TasCase **out)
{
  TasCase *c = *out;

  PetscFunctionBeginUser;
  if (!c) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt t = 0; t < c->num_tissues; t++) PetscCall(TasCaseTissueClear(&c->tissues[t]));
  for (PetscInt s = 0; s < c->num_strands; s++) PetscCall(TasCaseStrandClear(&c->strands[s]));
  for (PetscInt k = 0; k < c->num_curves; k++) PetscCall(PetscFree2(c->curves[k].times, c->curves[k].values));
  for (PetscInt i = 0; i < c->num_entries; i++) {
    PetscCall(PetscFree(c->entries[i].path));
    PetscCall(PetscFree(c->entries[i].value));
    PetscCall(PetscFree(c->entries[i].origin));
  }
  PetscCall(PetscFree(c->tissues));
  for (PetscInt b = 0; b < c->num_bodies; b++) {
    if (c->bodies[b].remote) PetscCall(TasCaseStrandClear(c->bodies[b].remote));
    PetscCall(PetscFree(c->bodies[b].remote));
  }
  PetscCall(PetscFree(c->bodies));
  PetscCall(PetscFree(c->joints));
  PetscCall(PetscFree(c->surfaces));
  PetscCall(PetscFree(c->strands));
  PetscCall(PetscFree(c->pins));
  PetscCall(PetscFree(c->curves));
  for (PetscInt k = 0; k < TAS_MAX_OSTEOTOMIES; k++) PetscCall(PetscFree(c->distraction[k].changes));
  PetscCall(PetscFree(c->sessions));
  PetscCall(PetscFree(c->examinations));
  PetscCall(PetscFree(c->monitors));
  PetscCall(PetscFree(c->entries));
  PetscCall(PetscFree(c->output.fields));
  PetscCall(PetscFree(c->mesh.dimensions));
  PetscCall(PetscFree(c->text));
  PetscCall(TasMeshDataClear(&c->mesh.data));
  PetscCall(TasTreeDestroy(&c->tree));
  PetscCall(PetscFree(*out));
  PetscFunctionReturn(PETSC_SUCCESS);
}
