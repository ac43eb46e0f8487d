#include "solver/insitu/grids.h"

/* ---- tissue ---- */

/* Nodes of the owned cells come as in the mesh, without those that only the overlap has: number [mesh->num_nodes], or -1. */
static PetscErrorCode NumberNodes(TasInsituTissue *t, PetscInt *number)
{
  const TasMesh *mesh = t->mesh;

  PetscFunctionBeginUser;
  for (PetscInt n = 0; n < mesh->num_nodes; n++) number[n] = -1;
  for (PetscInt k = 0; k < mesh->num_cells_owned * mesh->nodes_per_cell; k++) number[mesh->cells[k]] = 0;
  t->grid.num_nodes = 0;
  for (PetscInt n = 0; n < mesh->num_nodes; n++)
    if (!number[n]) number[n] = (PetscInt)t->grid.num_nodes++;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CreateForest(TasInsituTissue *t, const PetscInt *number)
{
  const TasMesh *mesh = t->mesh;
  PetscLayout    layout;
  PetscInt      *global;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(t->grid.num_nodes + 1, &global));
  for (PetscInt n = 0; n < mesh->num_nodes; n++)
    if (number[n] >= 0) global[number[n]] = n < mesh->num_nodes_owned ? mesh->first_node + n : mesh->ghost_nodes[n - mesh->num_nodes_owned];
  PetscCall(PetscLayoutCreateFromSizes(mesh->comm, mesh->num_nodes_owned, PETSC_DECIDE, 1, &layout));
  PetscCall(PetscSFCreate(mesh->comm, &t->ghosts));
  PetscCall(PetscSFSetGraphLayout(t->ghosts, layout, (PetscInt)t->grid.num_nodes, NULL, PETSC_OWN_POINTER, global));
  PetscCall(PetscLayoutDestroy(&layout));
  PetscCall(PetscFree(global));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static int CellType(TasElement element) { return element == TAS_ELEMENT_HEX8 ? 12 : element == TAS_ELEMENT_TET10 ? 24 : 29; }

PetscErrorCode TasInsituTissueCreate(const TasMesh *mesh, TasInsituTissue *t)
{
  PetscInt *number;

  PetscFunctionBeginUser;
  *t = (TasInsituTissue){.mesh = mesh};
  PetscCall(PetscMalloc1(mesh->num_nodes + 1, &number));
  PetscCall(NumberNodes(t, number));
  PetscCall(CreateForest(t, number));
  PetscCall(PetscMalloc4(3 * t->grid.num_nodes + 1, &t->coordinates, t->grid.num_nodes + 1, &t->node_numbers, mesh->num_cells_owned * mesh->nodes_per_cell + 1, &t->cells, mesh->num_cells_owned + 1, &t->tissue_id));
  for (PetscInt n = 0; n < mesh->num_nodes; n++) {
    if (number[n] < 0) continue;
    t->node_numbers[number[n]] = mesh->node_number[n];
    for (PetscInt d = 0; d < 3; d++) t->coordinates[3 * number[n] + d] = mesh->coordinates[3 * n + d];
  }
  for (PetscInt k = 0; k < mesh->num_cells_owned * mesh->nodes_per_cell; k++) t->cells[k] = number[mesh->cells[k]];
  for (PetscInt k = 0; k < mesh->num_cells_owned; k++) t->tissue_id[k] = mesh->cell_tissue[k];
  PetscCall(PetscFree(number));
  t->grid = (TasInsituGrid){.name = "tissue", .cell_type = CellType(mesh->element), .nodes_per_cell = (int)mesh->nodes_per_cell, .num_nodes = t->grid.num_nodes, .num_cells = mesh->num_cells_owned, .coordinates = t->coordinates,
                            .node_numbers = t->node_numbers, .cells = t->cells, .arrays = t->array};
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode FreeValues(TasInsituTissue *t)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < TAS_INSITU_MOST_FIELDS; k++) PetscCall(PetscFree(t->values[k]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasInsituTissueDestroy(TasInsituTissue *t)
{
  PetscFunctionBeginUser;
  PetscCall(FreeValues(t));
  PetscCall(PetscSFDestroy(&t->ghosts));
  PetscCall(PetscFree4(t->coordinates, t->node_numbers, t->cells, t->tissue_id));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasInsituTissueBegin(TasInsituTissue *t)
{
  PetscFunctionBeginUser;
  PetscCall(FreeValues(t));
  t->array[0]        = (TasInsituArray){.name = "tissue_id", .at_cells = 1, .num_components = 1, .values = t->tissue_id};
  t->grid.num_arrays = 1;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* To the nodes of the owned cells; PetscReal may be another type than double. */
static PetscErrorCode Fetch(const TasInsituTissue *t, PetscInt width, const PetscReal *owned, double *values)
{
  MPI_Datatype item;
  PetscReal   *local;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Type_contiguous((PetscMPIInt)width, MPIU_REAL, &item));
  PetscCallMPI(MPI_Type_commit(&item));
  PetscCall(PetscMalloc1(width * t->grid.num_nodes + 1, &local));
  PetscCall(PetscSFBcastBegin(t->ghosts, item, owned, local, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(t->ghosts, item, owned, local, MPI_REPLACE));
  for (PetscInt k = 0; k < width * t->grid.num_nodes; k++) values[k] = local[k];
  PetscCall(PetscFree(local));
  PetscCallMPI(MPI_Type_free(&item));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasInsituTissueAdd(TasInsituTissue *t, const TasResultsField *field, const PetscReal *values)
{
  const PetscBool at_cells = (PetscBool)(field->place == TAS_AT_CELLS);
  const PetscInt  items = (PetscInt)(at_cells ? t->grid.num_cells : t->grid.num_nodes), place = t->grid.num_arrays;

  PetscFunctionBeginUser;
  PetscCheck(place < TAS_INSITU_MOST_FIELDS, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "More than %d fields", TAS_INSITU_MOST_FIELDS);
  PetscCall(PetscMalloc1(items * field->num_components + 1, &t->values[place]));
  if (at_cells)
    for (PetscInt k = 0; k < items * field->num_components; k++) t->values[place][k] = values[k];
  else PetscCall(Fetch(t, field->num_components, values, t->values[place]));
  t->array[t->grid.num_arrays++] = (TasInsituArray){.name = field->name, .at_cells = at_cells, .num_components = (int)field->num_components, .values = t->values[place]};
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- strands ---- */

PetscErrorCode TasInsituStrandsGather(MPI_Comm comm, TasStrands strands, TasInsituStrands *g)
{
  TasStrandLines all;
  PetscMPIInt    rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
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

PetscErrorCode TasInsituStrandsClear(TasInsituStrands *g)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree4(g->points, g->numbers, g->lines, g->strand));
  for (PetscInt f = 0; f < TAS_STRAND_NUM_FIELDS; f++) PetscCall(PetscFree(g->values[f]));
  PetscFunctionReturn(PETSC_SUCCESS);
}
