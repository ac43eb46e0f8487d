/*
  Catalyst 2: the C interface with Conduit, the one file that includes its headers.  Grids are described by Conduit's Mesh Blueprint, each as
  a channel of type mesh, the calls by ParaView's Catalyst Blueprint; other implementations (CATALYST_IMPLEMENTATION_NAME) take the same.
*/
#include "solver/insitu/backend.h"
#include "solver/insitu/linear_cells.h"
#include <catalyst.h>
#if __has_include(<catalyst_conduit_blueprint.h>)
  #include <catalyst_conduit_blueprint.h>
#else
  #include <conduit_blueprint.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_GRIDS 4
#define PATH       4096

/* A grid as it is handed on: its own arrays but for those of the cells where they are cut into linear ones. */
typedef struct {
  conduit_node *mesh;
  int64_t      *cells;
  double      **values; /* [num_arrays], NULL where the step's own are used */
  int           num_arrays;
} Channel;

static const char *const axes[]   = {"x", "y", "z"};
static const char *const tensor[] = {"xx", "xy", "xz", "yx", "yy", "yz", "zx", "zy", "zz"};

/* ---- a grid ---- */

/* Component k of interlaced values, which stay where they are. */
static void SetComponent(conduit_node *node, const char *path, const double *values, int64_t items, int components, int k)
{
  conduit_node_set_path_external_float64_ptr_detailed(node, path, (double *)values, (conduit_index_t)items, (conduit_index_t)(k * (int)sizeof(double)), (conduit_index_t)(components * (int)sizeof(double)), (conduit_index_t)sizeof(double), CONDUIT_ENDIANNESS_DEFAULT_ID);
}

static void SetField(conduit_node *mesh, const TasInsituArray *array, const double *values, int64_t items)
{
  char path[PATH];

  snprintf(path, sizeof path, "fields/%s/association", array->name);
  conduit_node_set_path_char8_str(mesh, path, array->at_cells ? "element" : "vertex");
  snprintf(path, sizeof path, "fields/%s/topology", array->name);
  conduit_node_set_path_char8_str(mesh, path, "mesh");
  snprintf(path, sizeof path, "fields/%s/volume_dependent", array->name);
  conduit_node_set_path_char8_str(mesh, path, "false");
  for (int k = 0; k < array->num_components; k++) {
    const char *name = array->num_components == 9 ? tensor[k] : axes[k % 3];
    snprintf(path, sizeof path, "fields/%s/values%s%s", array->name, array->num_components > 1 ? "/" : "", array->num_components > 1 ? name : "");
    SetComponent(mesh, path, values, items, array->num_components, k);
  }
}

/* A value of each of the linear cells that a cell is cut into; NULL: no room. */
static double *Repeat(const TasInsituArray *array, int64_t num_cells, int per)
{
  const size_t size = (size_t)array->num_components;
  double      *values = malloc(((size_t)num_cells * (size_t)per * size + 1) * sizeof *values);

  for (int64_t k = 0; values && k < num_cells * per; k++) memcpy(values + (size_t)k * size, array->values + (size_t)(k / per) * size, size * sizeof *values);
  return values;
}

static void SetTopology(Channel *channel, const TasInsituGrid *grid, int per, int type, int nodes)
{
  conduit_node *mesh = channel->mesh;
  char          path[PATH];

  conduit_node_set_path_char8_str(mesh, "coordsets/coords/type", "explicit");
  for (int k = 0; k < 3; k++) {
    snprintf(path, sizeof path, "coordsets/coords/values/%s", axes[k]);
    SetComponent(mesh, path, grid->coordinates, grid->num_nodes, 3, k);
  }
  conduit_node_set_path_char8_str(mesh, "fields/node_number/association", "vertex");
  conduit_node_set_path_char8_str(mesh, "fields/node_number/topology", "mesh");
  conduit_node_set_path_char8_str(mesh, "fields/node_number/volume_dependent", "false");
  conduit_node_set_path_external_int64_ptr(mesh, "fields/node_number/values", (conduit_int64 *)grid->node_numbers, (conduit_index_t)grid->num_nodes);
  conduit_node_set_path_char8_str(mesh, "state/metadata/vtk_fields/node_number/attribute_type", "GlobalIds"); /* ParaView 5.12 and later */
  TasLinearCells(grid->cell_type, grid->num_cells, grid->cells, channel->cells);
  conduit_node_set_path_char8_str(mesh, "topologies/mesh/type", "unstructured");
  conduit_node_set_path_char8_str(mesh, "topologies/mesh/coordset", "coords");
  conduit_node_set_path_char8_str(mesh, "topologies/mesh/elements/shape", type == 3 ? "line" : type == 10 ? "tet" : "hex");
  conduit_node_set_path_external_int64_ptr(mesh, "topologies/mesh/elements/connectivity", channel->cells, (conduit_index_t)(grid->num_cells * per * nodes));
}

static int SetGrid(Channel *channel, const TasInsituGrid *grid)
{
  int       type, nodes;
  const int per = TasLinearCellsPer(grid->cell_type, &type, &nodes);

  channel->mesh   = conduit_node_create();
  channel->cells  = malloc(((size_t)grid->num_cells * (size_t)(per * nodes) + 1) * sizeof *channel->cells);
  channel->values = calloc((size_t)grid->num_arrays + 1, sizeof *channel->values);
  if (!channel->cells || !channel->values) return 0;
  channel->num_arrays = grid->num_arrays;
  SetTopology(channel, grid, per, type, nodes);
  for (int k = 0; k < grid->num_arrays; k++) {
    const TasInsituArray *array = &grid->arrays[k];
    if (array->at_cells && per > 1 && !(channel->values[k] = Repeat(array, grid->num_cells, per))) return 0;
    SetField(channel->mesh, array, channel->values[k] ? channel->values[k] : array->values, array->at_cells ? grid->num_cells * per : grid->num_nodes);
  }
  return 1;
}

static void Clear(Channel *channel)
{
  for (int k = 0; k < channel->num_arrays; k++) free(channel->values[k]);
  free(channel->values);
  free(channel->cells);
  if (channel->mesh) conduit_node_destroy(channel->mesh);
}

static int IsGood(const Channel *channel)
{
  conduit_node *info = conduit_node_create();
  const int     good = conduit_blueprint_verify("mesh", channel->mesh, info);

  conduit_node_destroy(info);
  return good;
}

/* ---- the calls ---- */

static MPI_Comm comm;

/* Nobody goes on alone: the other ranks would wait. */
static int AllGood(const char *problem)
{
  int good = !problem[0];

  MPI_Allreduce(MPI_IN_PLACE, &good, 1, MPI_INT, MPI_MIN, comm);
  return good;
}

static void Tell(char *problem, const char *what, enum catalyst_status status)
{
  if (status != catalyst_status_ok) snprintf(problem, TAS_INSITU_PROBLEM, "%s (status %d of Catalyst)", what, (int)status);
}

/* Python will find tasis_insitu.py. */
static void AddPythonPath(const char *folder)
{
  const char  *old    = getenv("PYTHONPATH");
  const size_t length = strlen(folder) + (old ? strlen(old) : 0) + 2;
  char        *path   = malloc(length);

  if (!path) return;
  snprintf(path, length, "%s%s%s", folder, old && *old ? ":" : "", old ? old : "");
  setenv("PYTHONPATH", path, 1);
  free(path);
}

static void Initialize(const TasInsituSetup *setup, char *problem)
{
  conduit_node *node = conduit_node_create();
  char          path[PATH];

  comm = setup->comm;
  setenv("PARAVIEW_OVERRIDE_EXTRACTS_OUTPUT_DIRECTORY", setup->folder, 0);
  setenv("TASIS_RESULTS", setup->results, 1);
  AddPythonPath(setup->pipelines);
  if (!getenv("CATALYST_IMPLEMENTATION_NAME")) conduit_node_set_path_char8_str(node, "catalyst_load/implementation", "paraview");
  conduit_node_set_path_int64(node, "catalyst/mpi_comm", (conduit_int64)MPI_Comm_c2f(setup->comm));
  snprintf(path, sizeof path, "%s/tasis_guard.py", setup->pipelines); /* comes first, and guards the rest */
  conduit_node_set_path_char8_str(node, "catalyst/scripts/guard/filename", path);
  for (int k = 0; k < setup->num_scripts; k++) {
    snprintf(path, sizeof path, "catalyst/scripts/script%d/filename", k);
    conduit_node_set_path_char8_str(node, path, setup->scripts[k]);
  }
  Tell(problem, "no implementation of Catalyst 2 starts, CATALYST_IMPLEMENTATION_PATHS names its folder", catalyst_initialize(node));
  conduit_node_destroy(node);
}

/* Scripts have their own triggers, which are looked at when the step is shown. */
static int Wants(int64_t number, double day, int last)
{
  (void)number, (void)day, (void)last;
  return 1;
}

static void SetState(conduit_node *node, const TasInsituStep *step)
{
  char gaps[PATH] = "lengthening=";

  for (int k = 0; k < step->num_gaps; k++) snprintf(gaps + strlen(gaps), sizeof gaps - strlen(gaps), "%s%.17g", k ? " " : "", step->gaps[k]);
  conduit_node_set_path_int64(node, "catalyst/state/timestep", (conduit_int64)step->number);
  conduit_node_set_path_float64(node, "catalyst/state/time", step->day);
  conduit_node_set_char8_str(conduit_node_append(conduit_node_fetch(node, "catalyst/state/parameters")), gaps);
}

static void Execute(const TasInsituStep *step, char *problem)
{
  conduit_node *node                = conduit_node_create();
  Channel       channel[MOST_GRIDS] = {{NULL, NULL, NULL, 0}};
  char          path[PATH];

  SetState(node, step);
  for (int k = 0; k < step->num_grids && k < MOST_GRIDS && !problem[0]; k++) {
    if (!SetGrid(&channel[k], &step->grids[k])) snprintf(problem, TAS_INSITU_PROBLEM, "no memory for %s", step->grids[k].name);
    else if (!IsGood(&channel[k])) snprintf(problem, TAS_INSITU_PROBLEM, "%s does not pass the check of the Mesh Blueprint", step->grids[k].name);
    snprintf(path, sizeof path, "catalyst/channels/%s/type", step->grids[k].name);
    conduit_node_set_path_char8_str(node, path, "mesh");
    snprintf(path, sizeof path, "catalyst/channels/%s/data", step->grids[k].name);
    if (!problem[0]) conduit_node_set_path_external_node(node, path, channel[k].mesh);
  }
  if (AllGood(problem)) Tell(problem, "a script failed", catalyst_execute(node));
  conduit_node_destroy(node);
  for (int k = 0; k < MOST_GRIDS; k++) Clear(&channel[k]);
}

static void Finalize(char *problem)
{
  conduit_node *node = conduit_node_create();

  Tell(problem, "it does not end well", catalyst_finalize(node));
  conduit_node_destroy(node);
}

const TasInsituBackend tas_insitu_backend = {"Catalyst 2", Initialize, Wants, Execute, Finalize};
