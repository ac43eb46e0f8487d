/* Who owns which node, and the local and global numbers of nodes: TasMeshSetNodes. */
#include "mesh/key_table.h"
#include "mesh/mesh_impl.h"
#include "mesh/topology.h"

/* The nodes of the local cells, numbered as they are met: TasMesh.cells without gaps, before anybody owns anything. */
typedef struct {
  PetscInt  count;
  PetscInt *numbers; /* [count] */
  PetscInt *cells;   /* [num_cells][nodes_per_cell] */
  PetscInt *owned;   /* [count] 1: this rank owns it */
  PetscInt *global;  /* [count] */
  PetscInt *local;   /* [count] place among the nodes of the mesh */
  PetscSF   hub;
} MetNodes;

static PetscErrorCode MeetNodes(const TasMesh *mesh, PetscInt num_roots, MetNodes *met)
{
  const PetscInt entries = mesh->num_cells * mesh->nodes_per_cell;
  TasKeyTable    table;
  PetscBool      is_new;

  PetscFunctionBeginUser;
  PetscCall(TasKeyTableCreate(1, entries / 6, &table));
  PetscCall(PetscMalloc1(entries, &met->cells));
  for (PetscInt i = 0; i < entries; i++) {
    const int64_t key = mesh->cells[i];
    PetscCall(TasKeyTableInsert(&table, &key, &met->cells[i], &is_new));
  }
  met->count = table.count;
  PetscCall(PetscMalloc4(met->count, &met->numbers, met->count, &met->owned, met->count, &met->global, met->count, &met->local));
  for (PetscInt i = 0; i < met->count; i++) met->numbers[i] = (PetscInt)table.keys[i];
  PetscCall(TasKeyTableDestroy(&table));
  PetscCall(TasHubCreate(mesh->comm, num_roots, met->count, met->numbers, &met->hub));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ForgetNodes(MetNodes *met)
{
  PetscFunctionBeginUser;
  PetscCall(PetscSFDestroy(&met->hub));
  PetscCall(PetscFree4(met->numbers, met->owned, met->global, met->local));
  PetscCall(PetscFree(met->cells));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Puts the owned cells into their final order, in the mesh and among the nodes met. */
static PetscErrorCode OrderOwnedCells(TasMesh *mesh, MetNodes *met)
{
  const PetscInt width = mesh->nodes_per_cell, corners = TasShapeTopology(TasElementGetLayout(mesh->element)->shape)->num_corners;
  PetscInt      *order, *cells, *numbers;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc3(mesh->num_cells_owned, &order, mesh->num_cells_owned * width, &cells, mesh->num_cells_owned, &numbers));
  PetscCall(TasMeshOrderCells(mesh->num_cells_owned, corners, width, met->cells, met->count, order));
  for (PetscInt c = 0; c < mesh->num_cells_owned; c++) {
    numbers[c] = mesh->cell_number[order[c]];
    PetscCall(PetscArraycpy(cells + c * width, met->cells + order[c] * width, width));
  }
  PetscCall(PetscArraycpy(mesh->cell_number, numbers, mesh->num_cells_owned));
  PetscCall(PetscArraycpy(met->cells, cells, mesh->num_cells_owned * width));
  PetscCall(PetscFree3(order, cells, numbers));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Of the ranks that own a cell at a node the last one owns the node. The overlap brings it all other cells there, since every cell
   at a node, also at one on an edge or a face, is a cell at its corners. */
static PetscErrorCode FindOwners(const TasMesh *mesh, PetscInt num_roots, MetNodes *met)
{
  PetscMPIInt rank;
  PetscInt   *root;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(mesh->comm, &rank));
  PetscCall(PetscMalloc1(num_roots, &root));
  for (PetscInt n = 0; n < num_roots; n++) root[n] = -1;
  for (PetscInt n = 0; n < met->count; n++) met->owned[n] = -1;
  for (PetscInt i = 0; i < mesh->num_cells_owned * mesh->nodes_per_cell; i++) met->owned[met->cells[i]] = rank;
  PetscCall(TasHubReduceMax(met->hub, met->owned, root));
  PetscCall(TasHubFetchInts(met->hub, 1, root, met->owned));
  for (PetscInt n = 0; n < met->count; n++) met->owned[n] = met->owned[n] == rank;
  PetscCall(PetscFree(root));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Owned nodes as the cells meet them; then what the others call theirs. */
static PetscErrorCode NumberNodes(TasMesh *mesh, PetscInt num_roots, MetNodes *met)
{
  PetscInt *root;

  PetscFunctionBeginUser;
  for (PetscInt n = 0; n < met->count; n++) met->local[n] = -1;
  for (PetscInt i = 0; i < mesh->num_cells_owned * mesh->nodes_per_cell; i++) {
    const PetscInt n = met->cells[i];
    if (met->owned[n] && met->local[n] < 0) met->local[n] = mesh->num_nodes_owned++;
  }
  PetscCallMPI(MPI_Exscan(&mesh->num_nodes_owned, &mesh->first_node, 1, MPIU_INT, MPI_SUM, mesh->comm));
  PetscCall(PetscMalloc1(num_roots, &root));
  for (PetscInt n = 0; n < num_roots; n++) root[n] = -1;
  for (PetscInt n = 0; n < met->count; n++) met->global[n] = met->owned[n] ? mesh->first_node + met->local[n] : -1;
  PetscCall(TasHubReduceMax(met->hub, met->global, root));
  PetscCall(TasHubFetchInts(met->hub, 1, root, met->global));
  PetscCall(PetscFree(root));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Ghosts follow the owned nodes by their global number, which keeps those of one owner together. */
static PetscErrorCode NumberGhosts(TasMesh *mesh, MetNodes *met)
{
  PetscInt *which, count = 0;

  PetscFunctionBeginUser;
  mesh->num_nodes = met->count;
  PetscCall(PetscMalloc1(met->count - mesh->num_nodes_owned, &mesh->ghost_nodes));
  PetscCall(PetscMalloc1(met->count - mesh->num_nodes_owned, &which));
  for (PetscInt n = 0; n < met->count; n++) {
    if (met->owned[n]) continue;
    which[count]               = n;
    mesh->ghost_nodes[count++] = met->global[n];
  }
  PetscCall(PetscSortIntWithArray(count, mesh->ghost_nodes, which));
  for (PetscInt g = 0; g < count; g++) met->local[which[g]] = mesh->num_nodes_owned + g;
  PetscCall(PetscFree(which));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode FillNodes(TasMesh *mesh, const TasRaisedMesh *raised, const MetNodes *met)
{
  PetscReal *coordinates;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(3 * met->count, &coordinates));
  PetscCall(TasHubFetchReals(met->hub, 3, raised->coordinates, coordinates));
  PetscCall(PetscMalloc1(met->count, &mesh->node_number));
  PetscCall(PetscMalloc1(3 * met->count, &mesh->coordinates));
  for (PetscInt n = 0; n < met->count; n++) {
    mesh->node_number[met->local[n]] = met->numbers[n];
    for (PetscInt d = 0; d < 3; d++) mesh->coordinates[3 * met->local[n] + d] = coordinates[3 * n + d];
  }
  for (PetscInt i = 0; i < mesh->num_cells * mesh->nodes_per_cell; i++) mesh->cells[i] = met->local[met->cells[i]];
  PetscCall(PetscFree(coordinates));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMeshSetNodes(TasMesh *mesh, const TasRaisedMesh *raised)
{
  MetNodes met = {0};

  PetscFunctionBeginUser;
  mesh->num_nodes_global = raised->num_nodes;
  PetscCallMPI(MPI_Bcast(&mesh->num_nodes_global, 1, MPIU_INT, 0, mesh->comm));
  PetscCall(MeetNodes(mesh, raised->num_nodes, &met));
  PetscCall(OrderOwnedCells(mesh, &met));
  PetscCall(FindOwners(mesh, raised->num_nodes, &met));
  PetscCall(NumberNodes(mesh, raised->num_nodes, &met));
  PetscCall(NumberGhosts(mesh, &met));
  PetscCall(FillNodes(mesh, raised, &met));
  PetscCall(ForgetNodes(&met));
  PetscFunctionReturn(PETSC_SUCCESS);
}
