/*
  Writes a results folder whose every value is a known function of place and day, for the checks in this folder.

    write_results FOLDER ELEMENT -cells N -planned P -steps S [-double] [-rows R: of the history, a step] [-pause SECONDS: after a step]
                                 [-killed: ends without closing]
*/
#include "solver/output/results.h"
#include "tests/output/box_mesh.h"
#include <math.h>
#include <stdio.h>
#include <time.h>

typedef struct {
  PetscInt          cells, planned, steps, rows;
  PetscReal         pause;
  PetscBool         killed;
  TasResultsOptions results;
} Options;

static PetscErrorCode GetOptions(Options *o)
{
  PetscFunctionBeginUser;
  *o = (Options){.cells = 3, .planned = 5, .steps = 5, .rows = 3};
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-cells", &o->cells, NULL));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-planned", &o->planned, NULL));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-steps", &o->steps, NULL));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-rows", &o->rows, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-pause", &o->pause, NULL));
  PetscCall(PetscOptionsHasName(NULL, NULL, "-killed", &o->killed));
  PetscCall(PetscOptionsHasName(NULL, NULL, "-double", &o->results.double_precision));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const TasResultsField fields[] = {
    {.name = "displacement", .unit = "mm", .place = TAS_AT_NODES, .num_components = 3},
    {.name = "gap_distance", .unit = "mm", .place = TAS_AT_NODES, .num_components = 1},
    {.name = "cauchy_stress", .unit = "MPa", .place = TAS_AT_CELLS, .num_components = 9},
    {.name = "pressure", .unit = "MPa", .place = TAS_AT_CELLS, .num_components = 1},
    {.name = "tissue_id", .unit = "1", .place = TAS_AT_CELLS, .num_components = 1, .is_static = PETSC_TRUE, .is_integer = PETSC_TRUE},
    {.name = "fibre_direction", .unit = "1", .place = TAS_AT_CELLS, .num_components = 3, .is_static = PETSC_TRUE},
    {.name = "depth", .unit = "mm", .place = TAS_AT_NODES, .num_components = 1, .is_static = PETSC_TRUE},
};
#define NUM_FIELDS PETSC_STATIC_ARRAY_LENGTH(fields)

/* Component c of a field at x on that day; the checks have the same formulae. */
static PetscReal Value(PetscInt field, const PetscReal x[3], PetscInt tissue, PetscReal day, PetscInt c)
{
  switch (field) {
  case 0:
    return day * (c + 1) * x[c] + 0.25 * c;
  case 1:
    return x[0] - 2 * x[1] + 4 * x[2] + day;
  case 2:
    return (c + 1) * day + x[c % 3];
  case 3:
    return x[0] * 0.5 - day;
  case 4:
    return tissue + 1;
  case 5:
    return c == tissue ? 1 : 0;
  default:
    return x[2] + 8;
  }
}

/* A cell's place is the mean of its nodes. */
static void Place(const TasMesh *mesh, TasPlace place, PetscInt i, PetscReal x[3])
{
  const PetscInt *nodes = place == TAS_AT_NODES ? &i : mesh->cells + i * mesh->nodes_per_cell,
                 num    = place == TAS_AT_NODES ? 1 : mesh->nodes_per_cell;

  for (int d = 0; d < 3; d++) {
    x[d] = 0;
    for (PetscInt k = 0; k < num; k++) x[d] += mesh->coordinates[3 * nodes[k] + d] / num;
  }
}

static PetscErrorCode WriteFields(TasResults results, const TasMesh *mesh, PetscBool statics, PetscReal day)
{
  PetscFunctionBeginUser;
  for (size_t f = 0; f < NUM_FIELDS; f++) {
    const PetscInt n = fields[f].place == TAS_AT_NODES ? mesh->num_nodes_owned : mesh->num_cells_owned, width = fields[f].num_components;
    PetscReal     *values, x[3];

    if (fields[f].is_static != statics) continue;
    PetscCall(PetscMalloc1(n * width, &values));
    for (PetscInt i = 0; i < n; i++) {
      Place(mesh, fields[f].place, i, x);
      for (PetscInt c = 0; c < width; c++)
        values[i * width + c] = Value((PetscInt)f, x, fields[f].place == TAS_AT_CELLS ? mesh->cell_tissue[i] : 0, day, c);
    }
    PetscCall(TasResultsWriteField(results, fields[f].name, values));
    PetscCall(PetscFree(values));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(const char *problem)
{
  PetscFunctionBeginUser;
  if (problem[0]) {
    PetscCall(PetscPrintf(PETSC_COMM_WORLD, "problem: %s\n", problem));
    PetscCall(PetscFinalize());
    exit(6);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Step(TasResults results, const TasMesh *mesh, const Options *o, PetscInt s, char *problem)
{
  const PetscReal day = 0.5 * s;
  PetscReal       begin, end;

  PetscFunctionBeginUser;
  for (PetscInt r = 0; r < o->rows; r++) {
    PetscCall(TasHistorySet(TasResultsHistory(results), 0, day + 0.125 * r));
    PetscCall(TasHistorySet(TasResultsHistory(results), 1, 10 * day));
    PetscCall(TasHistoryEndRow(TasResultsHistory(results)));
  }
  PetscCall(TasResultsReport(results, &(TasProgress){.step              = s,
                                                     .day               = day,
                                                     .gap               = day,
                                                     .last_day          = 0.5 * (o->planned - 1),
                                                     .second_gap        = NAN,
                                                     .newton_iterations = 4,
                                                     .linear_iterations = 40,
                                                     .seconds           = 0.01,
                                                     .fraction          = (s + 1.0) / o->planned,
                                                     .time_left         = NAN}));
  begin = MPI_Wtime();
  PetscCall(TasResultsBeginStep(results, day));
  PetscCall(WriteFields(results, mesh, PETSC_FALSE, day));
  PetscCall(TasResultsEndStep(results, problem));
  end = MPI_Wtime();
  if (o->cells >= 20) PetscCall(TasLogPrintf(TasResultsLog(results), "output %.3f s\n", (double)(end - begin)));
  if (o->pause > 0) nanosleep(&(struct timespec){.tv_sec = (time_t)o->pause, .tv_nsec = (long)((o->pause - (time_t)o->pause) * 1e9)}, NULL);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Describe(TasResults results)
{
  PetscInt column;

  PetscFunctionBeginUser;
  for (size_t f = 0; f < NUM_FIELDS; f++) PetscCall(TasResultsAddField(results, &fields[f]));
  PetscCall(TasResultsAddProvenance(results, "author", "J\xc3\xbcrgen \"Test\""));
  PetscCall(TasResultsAddCaseText(results, "case.yaml", "name: box\nlength: 2 mm\n"));
  PetscCall(TasHistoryAddColumn(TasResultsHistory(results), "time", "day", &column));
  PetscCall(TasHistoryAddColumn(TasResultsHistory(results), "gap", "mm", &column));
  PetscCall(TasHistoryAddColumn(TasResultsHistory(results), "force", "N", &column)); /* never set */
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Run(const char *folder, TasElement element)
{
  Options    o;
  TasMesh   *mesh = NULL;
  TasResults results;
  char       problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(GetOptions(&o));
  PetscCall(BoxMeshCreate(PETSC_COMM_WORLD, element, o.cells, &mesh));
  PetscCall(TasResultsCreate(PETSC_COMM_WORLD, folder, &o.results, &results, problem));
  PetscCall(Check(problem));
  PetscCall(TasResultsSetMesh(results, mesh));
  PetscCall(Describe(results));
  PetscCall(TasResultsOpen(results, o.planned, problem));
  PetscCall(WriteFields(results, mesh, PETSC_TRUE, 0));
  for (PetscInt s = 0; s < o.steps && !problem[0]; s++) PetscCall(Step(results, mesh, &o, s, problem));
  if (!o.killed) PetscCall(TasResultsClose(results, TAS_STATE_DONE, 0, "the \"box\" is done", problem));
  PetscCall(TasResultsDestroy(&results));
  PetscCall(BoxMeshDestroy(&mesh));
  PetscCall(Check(problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const char *const names[] = {"hex8", "tet10", "hex27"};
  PetscBool         same    = PETSC_FALSE;

  PetscFunctionBeginUser;
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCheck(argc >= 3, PETSC_COMM_WORLD, PETSC_ERR_ARG_WRONG, "usage: write_results FOLDER ELEMENT");
  for (int e = 0; e < 3 && !same; e++) {
    PetscCall(PetscStrcmp(argv[2], names[e], &same));
    if (same) PetscCall(Run(argv[1], (TasElement)e));
  }
  PetscCheck(same, PETSC_COMM_WORLD, PETSC_ERR_ARG_WRONG, "No element %s", argv[2]);
  PetscCall(PetscFinalize());
  return 0;
}
