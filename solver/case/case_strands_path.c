/* The key `path` of a strand: points, a file of points, or a group of lines of the mesh. */
#include "solver/case/case_strands.h"
#include "solver/text.h"
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_POINTS 100000

PetscErrorCode TasCaseStrandAllocate(TasCaseStrand *strand, PetscInt points)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(strand->points));
  strand->num_points = 0;
  PetscCall(PetscMalloc1(3 * points + 1, &strand->points));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Three numbers with nothing else on the line. */
static PetscBool ParseRow(char *line, PetscReal value[3])
{
  for (int k = 0; k < 3; k++) {
    char *end;

    value[k] = strtod(line, &end);
    if (end == line || PetscIsInfOrNanReal(value[k])) return PETSC_FALSE;
    line = end + strspn(end, " \t\r\n");
    if (k < 2 && *line++ != ',') return PETSC_FALSE;
  }
  return (PetscBool)!*line;
}

static PetscBool IsHeader(const char *line)
{
  char     letters[4] = "";
  PetscInt n          = 0;

  for (; *line; line++) {
    if (strchr(" \t\r\n,\"", *line)) continue;
    if (n == 3) return PETSC_FALSE;
    letters[n++] = *line;
  }
  return (PetscBool)!strcmp(letters, "xyz");
}

/* x,y,z in the mesh's unit, below a header; on the rank that calls it. */
static PetscErrorCode ParseFile(TasCaseReader *r, const TasNode *node, FILE *file, TasCaseStrand *strand)
{
  char      line[512], quoted[80];
  PetscInt  number = 0, room = 0;
  PetscBool header = PETSC_FALSE;

  PetscFunctionBeginUser;
  while (fgets(line, sizeof(line), file) && !*r->problem) {
    PetscReal *point;

    number++;
    if (strspn(line, " \t\r\n") == strlen(line)) continue;
    line[strcspn(line, "\r\n")] = 0;
    TasTextQuote(line, sizeof(quoted), quoted);
    if (!header) {
      header = IsHeader(line);
      if (!header) TasCaseComplain(r, node, "line %" PetscInt_FMT " of the file: found %s, allowed: the header x,y,z", number, quoted);
      continue;
    }
    if (strand->num_points == room) {
      room = PetscMax(64, 2 * room);
      PetscCall(PetscRealloc((size_t)(3 * room) * sizeof(PetscReal), &strand->points));
    }
    point = strand->points + 3 * strand->num_points++;
    if (!ParseRow(line, point)) TasCaseComplain(r, node, "line %" PetscInt_FMT " of the file: found %s, allowed: three numbers x,y,z", number, quoted);
    for (int k = 0; k < 3; k++) point[k] *= r->c->mesh.unit;
    if (strand->num_points == MOST_POINTS) TasCaseComplain(r, node, "found more points, allowed: at most %d", MOST_POINTS);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Relative to the case's folder. Rank 0 reads, everybody gets the points. */
static PetscErrorCode ReadFile(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseStrand *strand = (TasCaseStrand *)target;
  const char    *text = TasCaseExpectScalar(r, node, "the path of a file with columns x,y,z"), *slash = strrchr(r->c->path, '/');
  char           path[2 * PETSC_MAX_PATH_LEN];
  PetscMPIInt    rank;

  PetscFunctionBeginUser;
  if (!text) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCallMPI(MPI_Comm_rank(r->c->comm, &rank));
  PetscCall(TasCaseStrandAllocate(strand, 0));
  snprintf(path, sizeof(path), "%.*s%s", slash && *text != '/' ? (int)(slash - r->c->path) + 1 : 0, r->c->path, text);
  if (!rank) {
    FILE *file = fopen(path, "r");

    if (file)
      PetscCall(ParseFile(r, node, file, strand));
    else
      TasCaseComplain(r, node, "\"%.120s\" cannot be read: %s", text, strerror(errno));
    if (file) fclose(file);
  }
  PetscCallMPI(MPI_Bcast(r->problem, TAS_PROBLEM_LENGTH, MPI_CHAR, 0, r->c->comm));
  PetscCallMPI(MPI_Bcast(&strand->num_points, 1, MPIU_INT, 0, r->c->comm));
  if (rank) PetscCall(PetscRealloc((size_t)(3 * strand->num_points + 1) * sizeof(PetscReal), &strand->points));
  PetscCallMPI(MPI_Bcast(strand->points, (int)(3 * strand->num_points), MPIU_REAL, 0, r->c->comm));
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadPoints(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseStrand   *strand = (TasCaseStrand *)target;
  const TasCaseKey vector = {.key = key->key, .type = TAS_KEY_VECTOR, .unit = "mm"};

  PetscFunctionBeginUser;
  if (node->kind != TAS_NODE_LIST) TasCaseComplain(r, node, "found no list, allowed: %s", key->allowed);
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasCaseStrandAllocate(strand, node->num_children));
  for (const TasNode *child = node->first; child; child = child->next)
    PetscCall(TasCaseReadKey(r, &vector, child, strand->points + 3 * strand->num_points++));
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* clang-format off */
const TasCaseKey tas_strand_path_keys[TAS_NUM_STRAND_PATH_KEYS] = {
  {.key = "file", .type = TAS_KEY_OTHER, .read = ReadFile, .allowed = "a path",
   .meaning = "a CSV file, relative to the case file: the header x,y,z, then a point a line, in the mesh's unit"},
  {.key = "points", .type = TAS_KEY_OTHER, .read = ReadPoints, .allowed = "a list of points, [[0 mm, 0 mm, 0 mm], ...]",
   .meaning = "the corners of the path, from the start to the end"},
  {.key = "group", .type = TAS_KEY_NAME, .offset = offsetof(TasCaseStrand, group),
   .meaning = "a physical group of lines in the mesh file, which hang together; it starts where its lines start"},
};
/* clang-format on */
static const TasCaseTable path_table = TAS_CASE_TABLE("strands.<name>.path", "Where the strand runs: one of these.", tas_strand_path_keys);

static void CheckPath(TasCaseReader *r, const TasNode *node, const TasCaseStrand *strand)
{
  if (*r->problem) return;
  if (strand->num_points < 2) TasCaseComplain(r, node, "found %" PetscInt_FMT " points, allowed: at least 2", strand->num_points);
  for (PetscInt p = 1; p < strand->num_points; p++) {
    const PetscReal *a = strand->points + 3 * p - 3, *b = a + 3;

    if (a[0] == b[0] && a[1] == b[1] && a[2] == b[2])
      TasCaseComplain(r, node, "points %" PetscInt_FMT " and %" PetscInt_FMT " are the same, allowed: points that differ from their neighbours", p,
                      p + 1);
  }
}

PetscErrorCode TasCaseReadPath(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseStrand *strand = (TasCaseStrand *)target;

  PetscFunctionBeginUser;
  PetscCall(TasCaseStrandAllocate(strand, 0));
  PetscCall(TasCaseReadMap(r, &path_table, "", node, target));
  if (!*r->problem && node->num_children != 1) TasCaseComplain(r, node, "found %" PetscInt_FMT " keys, allowed: %s", node->num_children, TAS_STRAND_PATH_ALLOWED);
  if (!strand->group[0]) CheckPath(r, node, strand);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *LineGroupName(const void *data, PetscInt i) { return ((const TasMeshData *)data)->line_group_names[i]; }

/* On rank 0, which has the mesh. */
static PetscErrorCode TakeGroup(TasCaseReader *r, const TasNode *node, TasCaseStrand *strand)
{
  const TasMeshData *data  = &r->c->mesh.data;
  PetscInt           group = 0;
  char               what[TAS_PROBLEM_LENGTH] = "";

  PetscFunctionBeginUser;
  while (group < data->num_line_groups && strcmp(data->line_group_names[group], strand->group)) group++;
  if (group == data->num_line_groups) {
    TasCaseComplainName(r, node, "group of lines of the mesh is called", strand->group, data->num_line_groups, LineGroupName, data);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscFree(strand->points));
  PetscCall(TasMeshDataPath(data, group, &strand->num_points, &strand->points, what));
  if (*what) TasCaseComplain(r, node, "group \"%s\" of the mesh is no path: %s", strand->group, what);
  CheckPath(r, node, strand);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCaseLoadPaths(TasCaseReader *r)
{
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(r->c->comm, &rank));
  for (PetscInt s = 0; s < r->c->num_strands && !*r->problem; s++) {
    TasCaseStrand *strand = &r->c->strands[s];

    if (!strand->group[0]) continue;
    if (!rank) PetscCall(TakeGroup(r, TasNodeFind(strand->node, "path"), strand));
    PetscCallMPI(MPI_Bcast(r->problem, TAS_PROBLEM_LENGTH, MPI_CHAR, 0, r->c->comm));
    PetscCallMPI(MPI_Bcast(&strand->num_points, 1, MPIU_INT, 0, r->c->comm));
    if (rank) PetscCall(PetscRealloc((size_t)(3 * strand->num_points + 1) * sizeof(PetscReal), &strand->points));
    PetscCallMPI(MPI_Bcast(strand->points, (int)(3 * strand->num_points), MPIU_REAL, 0, r->c->comm));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
