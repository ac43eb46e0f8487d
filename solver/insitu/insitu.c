#include "solver/insitu/insitu.h"
#include "solver/files.h"
#include "solver/insitu/load.h"
#include <limits.h>
#include <petscsf.h>
#include <petsctime.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_PER_DAY 86400.
#define MOST_FIELDS     64
#define SAME_TIME       1e-9 /* of a day */

struct TasInsitu_ {
  MPI_Comm                comm;
  const TasCase          *c;
  const TasMesh          *mesh;
  TasLog                  log;
  const TasInsituBackend *backend; /* NULL: none */
  PetscBool               begun, given_up;
  char                    results[PATH_MAX], folder[PATH_MAX], pipelines[PATH_MAX];
  PetscSF                 ghosts;      /* owned nodes to those of the owned cells */
  PetscInt                num_nodes;   /* of the owned cells */
  double                 *coordinates; /* [num_nodes][3] */
  int64_t                *node_numbers; /* [num_nodes] */
  int64_t                *cells;       /* [num_cells_owned][nodes_per_cell] */
  double                 *tissue_id;   /* [num_cells_owned] */
  PetscReal               next;        /* s, of the next step that the case asks for */
  TasInsituStep           step;
  double                  gaps[TAS_MAX_OSTEOTOMIES];
  PetscInt                num_arrays; /* of the tissue, in the present step */
  TasInsituArray          array[MOST_FIELDS];
  double                 *values[MOST_FIELDS]; /* behind array */
  PetscInt                num_shown;
  PetscReal               seconds; /* that all of it has taken */
};

/* ---- problems and time ---- */

static PetscErrorCode Count(TasInsitu s, PetscLogDouble since)
{
  PetscLogDouble now;

  PetscFunctionBeginUser;
  PetscCall(PetscTime(&now));
  s->seconds += now - since;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whatever any rank has to tell ends it, with one line; the first. */
static PetscErrorCode GiveUpIf(TasInsitu s, char *problem)
{
  PetscFunctionBeginUser;
  PetscCall(TasProblemShare(s->comm, problem));
  if (!problem[0] || s->given_up) PetscFunctionReturn(PETSC_SUCCESS);
  for (char *letter = problem; *letter; letter++)
    if (*letter == '\n') *letter = ' ';
  PetscCall(TasLogWarning(s->log, "catalyst: %s; the calculation goes on without it", problem));
  s->given_up = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the grid ---- */

/* Nodes of the owned cells come as in the mesh, without those that only the overlap has: number [mesh->num_nodes], or -1. */
static PetscErrorCode NumberNodes(TasInsitu s, PetscInt *number)
{
  const TasMesh *mesh = s->mesh;

  PetscFunctionBeginUser;
  for (PetscInt n = 0; n < mesh->num_nodes; n++) number[n] = -1;
  for (PetscInt k = 0; k < mesh->num_cells_owned * mesh->nodes_per_cell; k++) number[mesh->cells[k]] = 0;
  s->num_nodes = 0;
  for (PetscInt n = 0; n < mesh->num_nodes; n++)
    if (!number[n]) number[n] = s->num_nodes++;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CreateForest(TasInsitu s, const PetscInt *number)
{
  const TasMesh *mesh = s->mesh;
  PetscLayout    layout;
  PetscInt      *global;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(s->num_nodes + 1, &global));
  for (PetscInt n = 0; n < mesh->num_nodes; n++)
    if (number[n] >= 0) global[number[n]] = n < mesh->num_nodes_owned ? mesh->first_node + n : mesh->ghost_nodes[n - mesh->num_nodes_owned];
  PetscCall(PetscLayoutCreateFromSizes(mesh->comm, mesh->num_nodes_owned, PETSC_DECIDE, 1, &layout));
  PetscCall(PetscSFCreate(mesh->comm, &s->ghosts));
  PetscCall(PetscSFSetGraphLayout(s->ghosts, layout, s->num_nodes, NULL, PETSC_OWN_POINTER, global));
  PetscCall(PetscLayoutDestroy(&layout));
  PetscCall(PetscFree(global));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CreateGrid(TasInsitu s)
{
  const TasMesh *mesh = s->mesh;
  PetscInt      *number;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(mesh->num_nodes + 1, &number));
  PetscCall(NumberNodes(s, number));
  PetscCall(CreateForest(s, number));
  PetscCall(PetscMalloc4(3 * s->num_nodes + 1, &s->coordinates, s->num_nodes + 1, &s->node_numbers, mesh->num_cells_owned * mesh->nodes_per_cell + 1, &s->cells, mesh->num_cells_owned + 1, &s->tissue_id));
  for (PetscInt n = 0; n < mesh->num_nodes; n++) {
    if (number[n] < 0) continue;
    s->node_numbers[number[n]] = mesh->node_number[n];
    for (PetscInt d = 0; d < 3; d++) s->coordinates[3 * number[n] + d] = mesh->coordinates[3 * n + d];
  }
  for (PetscInt k = 0; k < mesh->num_cells_owned * mesh->nodes_per_cell; k++) s->cells[k] = number[mesh->cells[k]];
  for (PetscInt k = 0; k < mesh->num_cells_owned; k++) s->tissue_id[k] = mesh->cell_tissue[k];
  PetscCall(PetscFree(number));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static int CellType(TasElement element) { return element == TAS_ELEMENT_HEX8 ? 12 : element == TAS_ELEMENT_TET10 ? 24 : 29; }

/* ---- signals ---- */

/* Python sets handlers of its own while it starts, and VTK resets them; those of the run come back. */
static const int handled[] = {SIGINT, SIGTERM, SIGUSR1};
#define NUM_HANDLED ((int)(sizeof handled / sizeof handled[0]))

static void KeepHandlers(struct sigaction kept[NUM_HANDLED])
{
  for (int k = 0; k < NUM_HANDLED; k++) (void)sigaction(handled[k], NULL, &kept[k]);
}

static void RestoreHandlers(const struct sigaction kept[NUM_HANDLED])
{
  for (int k = 0; k < NUM_HANDLED; k++) (void)sigaction(handled[k], &kept[k], NULL);
}

/* ---- begin and end ---- */

static PetscErrorCode Initialize(TasInsitu s, char *problem)
{
  struct sigaction kept[NUM_HANDLED];
  const char      *scripts[TAS_MAX_SCRIPTS];
  char             path[TAS_MAX_SCRIPTS][PATH_MAX];
  TasInsituSetup   setup = {.comm = s->comm, .results = s->results, .folder = s->folder, .pipelines = s->pipelines, .scripts = scripts};

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < s->c->catalyst.num_scripts && !problem[0]; k++) {
    if (!realpath(s->c->catalyst.scripts[k], path[k])) PetscCall(PetscSNPrintf(problem, TAS_PROBLEM_LENGTH, "cannot find %s", s->c->catalyst.scripts[k]));
    scripts[setup.num_scripts++] = path[k];
  }
  PetscCall(TasProblemShare(s->comm, problem));
  s->begun = (PetscBool)!problem[0];
  KeepHandlers(kept);
  if (s->begun) s->backend->initialize(&setup, problem);
  RestoreHandlers(kept);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* <folder>/catalyst as an absolute path, made by rank 0. */
static PetscErrorCode MakeFolder(TasInsitu s, const char *folder, char *problem)
{
  char        path[PATH_MAX];
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(s->comm, &rank));
  PetscCall(PetscSNPrintf(path, sizeof path, "%s/catalyst", folder));
  if (!rank) PetscCall(TasFolderMake(path, problem));
  PetscCall(TasProblemShare(s->comm, problem)); /* and all wait for it */
  if (!problem[0] && (!realpath(path, s->folder) || !realpath(folder, s->results))) PetscCall(PetscSNPrintf(problem, TAS_PROBLEM_LENGTH, "cannot find %s", path));
  PetscCall(TasProblemShare(s->comm, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasInsituCreate(const TasCase *c, const TasMesh *mesh, const char *folder, TasLog log, TasInsitu *insitu)
{
  TasInsitu      s;
  char           problem[TAS_PROBLEM_LENGTH] = "";
  PetscLogDouble before;

  PetscFunctionBeginUser;
  *insitu = NULL;
  if (!c->catalyst.num_scripts) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscTime(&before));
  PetscCall(PetscNew(&s));
  *insitu = s;
  s->comm = c->comm;
  s->c    = c;
  s->mesh = mesh;
  s->log  = log;
  s->next = -PETSC_INFINITY;
  PetscCall(TasInsituPipelines(sizeof s->pipelines, s->pipelines));
  PetscCall(TasInsituLoad(&s->backend, problem));
  PetscCall(TasProblemShare(s->comm, problem));
  if (!problem[0]) PetscCall(MakeFolder(s, folder, problem));
  if (!problem[0]) PetscCall(Initialize(s, problem));
  PetscCall(GiveUpIf(s, problem));
  if (!s->given_up) PetscCall(CreateGrid(s));
  if (!s->given_up) PetscCall(TasLogPrintf(log, "%s: %" PetscInt_FMT " script%s, pictures and extracts in %s/catalyst\n", s->backend->name, c->catalyst.num_scripts, c->catalyst.num_scripts > 1 ? "s" : "", folder));
  PetscCall(Count(s, before));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasInsituDestroy(TasInsitu *insitu)
{
  TasInsitu s = *insitu;
  char      problem[TAS_PROBLEM_LENGTH] = "";

  PetscFunctionBeginUser;
  if (!s) PetscFunctionReturn(PETSC_SUCCESS);
  if (s->begun) {
    s->backend->finalize(problem);
    PetscCall(GiveUpIf(s, problem));
  }
  PetscCall(PetscSFDestroy(&s->ghosts));
  PetscCall(PetscFree4(s->coordinates, s->node_numbers, s->cells, s->tissue_id));
  PetscCall(PetscFree(*insitu));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- a step ---- */

PetscErrorCode TasInsituReport(TasInsitu s)
{
  PetscFunctionBeginUser;
  if (s && s->num_shown) PetscCall(TasLogPrintf(s->log, "%s: %" PetscInt_FMT " steps shown in %.3g s\n", s->backend->name, s->num_shown, (double)s->seconds));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The first step at or after each multiple of the interval; with none, every step, and the script says which it wants. */
PetscErrorCode TasInsituIsDue(TasInsitu s, PetscInt number, PetscReal time, PetscBool last, PetscBool *due)
{
  const PetscReal every = s ? s->c->catalyst.every : 0.;
  PetscLogDouble  before;
  PetscMPIInt     wanted;

  PetscFunctionBeginUser;
  *due = PETSC_FALSE;
  if (!s || s->given_up || (!last && time < s->next - SAME_TIME * SECONDS_PER_DAY)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscTime(&before));
  if (every > 0.) s->next = every * (PetscFloorReal(time / every + SAME_TIME) + 1.);
  wanted = s->backend->wants(number, (double)(time / SECONDS_PER_DAY), last) != 0;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &wanted, 1, MPI_INT, MPI_MAX, s->comm));
  *due    = (PetscBool)wanted;
  s->step = (TasInsituStep){.number = number, .day = (double)(time / SECONDS_PER_DAY), .last = last};
  PetscCall(Count(s, before));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasInsituBegin(TasInsitu s, const PetscReal *gaps)
{
  PetscFunctionBeginUser;
  s->step.num_gaps = 0;
  s->step.gaps     = s->gaps;
  for (PetscInt k = 0; k < TAS_MAX_OSTEOTOMIES && !PetscIsNanReal(gaps[k]); k++) s->gaps[s->step.num_gaps++] = (double)gaps[k];
  s->num_arrays            = 0;
  s->array[s->num_arrays++] = (TasInsituArray){.name = "tissue_id", .at_cells = 1, .num_components = 1, .values = s->tissue_id};
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* PetscReal may be another type than double. */
static PetscErrorCode Fetch(TasInsitu s, PetscInt width, const PetscReal *owned, double *values)
{
  MPI_Datatype item;
  PetscReal   *local;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Type_contiguous((PetscMPIInt)width, MPIU_REAL, &item));
  PetscCallMPI(MPI_Type_commit(&item));
  PetscCall(PetscMalloc1(width * s->num_nodes + 1, &local));
  PetscCall(PetscSFBcastBegin(s->ghosts, item, owned, local, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(s->ghosts, item, owned, local, MPI_REPLACE));
  for (PetscInt k = 0; k < width * s->num_nodes; k++) values[k] = local[k];
  PetscCall(PetscFree(local));
  PetscCallMPI(MPI_Type_free(&item));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TakeField(void *context, const TasResultsField *field, const PetscReal *values)
{
  TasInsitu       s        = (TasInsitu)context;
  const PetscBool at_cells = (PetscBool)(field->place == TAS_AT_CELLS);
  const PetscInt  items    = at_cells ? s->mesh->num_cells_owned : s->num_nodes, place = s->num_arrays;
  PetscLogDouble  before;

  PetscFunctionBeginUser;
  PetscCall(PetscTime(&before));
  PetscCheck(place < MOST_FIELDS, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "More than %d fields", MOST_FIELDS);
  PetscCall(PetscMalloc1(items * field->num_components + 1, &s->values[place]));
  if (at_cells)
    for (PetscInt k = 0; k < items * field->num_components; k++) s->values[place][k] = values[k];
  else PetscCall(Fetch(s, field->num_components, values, s->values[place]));
  s->array[s->num_arrays++] = (TasInsituArray){.name = field->name, .at_cells = at_cells, .num_components = (int)field->num_components, .values = s->values[place]};
  PetscCall(Count(s, before));
  PetscFunctionReturn(PETSC_SUCCESS);
}

TasFieldSink TasInsituSink(TasInsitu s) { return (TasFieldSink){.take = TakeField, .context = s, .every = PETSC_TRUE}; }

/* The strands in the types of a backend: all on rank 0, none elsewhere. */
typedef struct {
  double        *points, *strand, *values[TAS_STRAND_NUM_FIELDS];
  int64_t       *lines, *numbers;
  TasInsituArray array[TAS_STRAND_NUM_FIELDS + 1];
  TasInsituGrid  grid;
} StrandGrid;

static PetscErrorCode GatherStrands(TasInsitu s, TasStrands strands, StrandGrid *g)
{
  TasStrandLines all;
  PetscMPIInt    rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(s->comm, &rank));
  PetscCall(TasStrandsGather(strands, &all));
  const PetscInt nodes = rank ? 0 : all.num_nodes, lines = rank ? 0 : all.num_lines;
  PetscCall(PetscMalloc4(3 * nodes + 1, &g->points, nodes + 1, &g->numbers, 2 * lines + 1, &g->lines, lines + 1, &g->strand));
  for (PetscInt k = 0; k < nodes; k++) g->numbers[k] = k;
  for (PetscInt k = 0; k < 3 * nodes; k++) g->points[k] = all.points[k];
  for (PetscInt k = 0; k < 2 * lines; k++) g->lines[k] = all.lines[k];
  for (PetscInt k = 0; k < lines; k++) g->strand[k] = all.strand[k];
  g->array[0] = (TasInsituArray){.name = "strand_id", .at_cells = 1, .num_components = 1, .values = g->strand};
  for (PetscInt f = 0; f < all.num_fields; f++) {
    const TasStrandField *field = &all.field[f];
    const PetscInt        size  = (field->at_nodes ? nodes : lines) * field->width;
    PetscCall(PetscMalloc1(size + 1, &g->values[f]));
    for (PetscInt k = 0; k < size; k++) g->values[f][k] = field->values[k];
    g->array[f + 1] = (TasInsituArray){.name = field->name, .at_cells = !field->at_nodes, .num_components = (int)field->width, .values = g->values[f]};
  }
  g->grid = (TasInsituGrid){.name = "strands", .cell_type = 3, .nodes_per_cell = 2, .num_nodes = nodes, .num_cells = lines, .coordinates = g->points, .node_numbers = g->numbers, .cells = g->lines, .num_arrays = (int)all.num_fields + 1, .arrays = g->array};
  PetscCall(TasStrandLinesClear(&all));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ClearStrands(StrandGrid *g)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree4(g->points, g->numbers, g->lines, g->strand));
  for (PetscInt f = 0; f < TAS_STRAND_NUM_FIELDS; f++) PetscCall(PetscFree(g->values[f]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasInsituEnd(TasInsitu s, TasStrands strands)
{
  StrandGrid       g                           = {0};
  char             problem[TAS_PROBLEM_LENGTH] = "";
  struct sigaction kept[NUM_HANDLED];
  PetscLogDouble   before;

  PetscFunctionBeginUser;
  PetscCall(PetscTime(&before));
  PetscCall(GatherStrands(s, strands, &g));
  const TasInsituGrid grids[2] = {{.name = "tissue", .cell_type = CellType(s->mesh->element), .nodes_per_cell = (int)s->mesh->nodes_per_cell, .num_nodes = s->num_nodes, .num_cells = s->mesh->num_cells_owned, .coordinates = s->coordinates, .node_numbers = s->node_numbers,
                                   .cells = s->cells, .num_arrays = (int)s->num_arrays, .arrays = s->array}, g.grid};
  s->step.num_grids = 2;
  s->step.grids     = grids;
  KeepHandlers(kept);
  s->backend->execute(&s->step, problem);
  RestoreHandlers(kept);
  s->step.grids = NULL;
  s->num_shown++;
  PetscCall(GiveUpIf(s, problem));
  PetscCall(ClearStrands(&g));
  for (PetscInt k = 0; k < MOST_FIELDS; k++) PetscCall(PetscFree(s->values[k]));
  PetscCall(Count(s, before));
  PetscFunctionReturn(PETSC_SUCCESS);
}
