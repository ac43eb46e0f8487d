/* Lines of a group, in whatever order and direction, as one path. */
#include "mesh/key_table.h"
#include "mesh/mesh_data.h"
#include <stdio.h>

typedef struct {
  PetscInt    num;     /* lines of the group */
  PetscInt   *lines;   /* [num][2] places of points in `table` */
  TasKeyTable table;   /* points that they use */
  PetscInt   *lines_at; /* [points][2] lines that meet there, -1: none */
} Chain;

/* problem: a point where more than two lines meet. */
static PetscErrorCode ChainCreate(const TasMeshData *data, PetscInt group, Chain *chain, char *problem)
{
  PetscFunctionBeginUser;
  *chain = (Chain){0};
  PetscCall(PetscMalloc1(2 * data->num_lines + 1, &chain->lines));
  PetscCall(PetscMalloc1(4 * data->num_lines + 1, &chain->lines_at));
  PetscCall(TasKeyTableCreate(1, 2 * data->num_lines + 1, &chain->table));
  for (PetscInt l = 0; l < data->num_lines && !problem[0]; l++) {
    if (data->line_group[l] != group) continue;
    for (int k = 0; k < 2 && !problem[0]; k++) {
      const int64_t point = data->lines[2 * l + k];
      PetscInt      place, *at;
      PetscBool     is_new;

      PetscCall(TasKeyTableInsert(&chain->table, &point, &place, &is_new));
      at = chain->lines_at + 2 * place;
      if (is_new) at[0] = at[1] = -1;
      chain->lines[2 * chain->num + k] = place;
      if (at[1] >= 0) {
        const PetscReal *x = data->line_points + 3 * point;
        (void)snprintf(problem, TAS_PROBLEM_LENGTH, "more than two lines meet at (%.6g, %.6g, %.6g)", (double)x[0], (double)x[1], (double)x[2]);
      }
      at[at[0] >= 0] = chain->num;
    }
    chain->num++;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The point to start from, or -1. */
static PetscInt FindStart(const Chain *chain)
{
  PetscInt start = -1;

  for (PetscInt l = 0; l < chain->num; l++)
    for (int k = 0; k < 2; k++) {
      const PetscInt place = chain->lines[2 * l + k];

      if (chain->lines_at[2 * place + 1] >= 0) continue;
      if (k == 0) return place;
      if (start < 0) start = place;
    }
  return start;
}

/* From the start along the lines; returns the number of points. */
static PetscInt Walk(const TasMeshData *data, const Chain *chain, PetscInt start, PetscReal *points)
{
  PetscInt place = start, line = -1, num = 0;

  for (;;) {
    const PetscInt *at = chain->lines_at + 2 * place;

    for (int d = 0; d < 3; d++) points[3 * num + d] = data->line_points[3 * chain->table.keys[place] + d];
    num++;
    line = at[0] == line ? at[1] : at[0];
    if (line < 0) return num;
    place = chain->lines[2 * line] == place ? chain->lines[2 * line + 1] : chain->lines[2 * line];
  }
}

PetscErrorCode TasMeshDataPath(const TasMeshData *data, PetscInt group, PetscInt *num_points, PetscReal **points, char *problem)
{
  Chain    chain;
  PetscInt start;

  PetscFunctionBeginUser;
  problem[0]  = 0;
  *num_points = 0;
  *points     = NULL;
  PetscCall(ChainCreate(data, group, &chain, problem));
  start = problem[0] ? -1 : FindStart(&chain);
  if (!problem[0] && start < 0) (void)snprintf(problem, TAS_PROBLEM_LENGTH, "its lines have no end: a path has two");
  if (!problem[0]) {
    PetscCall(PetscMalloc1(3 * (chain.num + 1), points));
    *num_points = Walk(data, &chain, start, *points);
    if (*num_points <= chain.num) (void)snprintf(problem, TAS_PROBLEM_LENGTH, "its lines do not hang together: only %d of %d are reached from one end", (int)(*num_points - 1), (int)chain.num);
  }
  PetscCall(PetscFree(chain.lines));
  PetscCall(PetscFree(chain.lines_at));
  PetscCall(TasKeyTableDestroy(&chain.table));
  PetscFunctionReturn(PETSC_SUCCESS);
}
