#include "solver/strands/locate.h"

#define MAX_NODES      27
#define MAX_ITERATIONS 50
#define INSIDE         1e-9 /* in natural coordinates */

typedef struct {
  const TasMesh *mesh;
  PetscReal     *box;      /* [num_cells_owned][6] lowest and highest corner, mm */
  PetscReal     *diagonal; /* [num_cells_owned] mm */
} Search;

/* Boxes of the nodes; curved edges of second-order cells may stand out a little, which the tolerance covers. */
static PetscErrorCode SearchCreate(const TasMesh *mesh, Search *search)
{
  PetscFunctionBeginUser;
  search->mesh = mesh;
  PetscCall(PetscMalloc2(6 * mesh->num_cells_owned + 1, &search->box, mesh->num_cells_owned + 1, &search->diagonal));
  for (PetscInt c = 0; c < mesh->num_cells_owned; c++) {
    PetscReal *low = search->box + 6 * c, *high = low + 3, sum = 0.;

    for (int d = 0; d < 3; d++) {
      low[d]  = PETSC_INFINITY;
      high[d] = -PETSC_INFINITY;
      for (PetscInt a = 0; a < mesh->nodes_per_cell; a++) {
        const PetscReal x = mesh->coordinates[3 * mesh->cells[c * mesh->nodes_per_cell + a] + d];
        low[d]            = PetscMin(low[d], x);
        high[d]           = PetscMax(high[d], x);
      }
      sum += PetscSqr(high[d] - low[d]);
    }
    search->diagonal[c] = PetscSqrtReal(sum);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscBool MayHold(const Search *search, PetscInt c, const PetscReal point[3])
{
  const PetscReal *low = search->box + 6 * c, *high = low + 3, margin = TAS_LOCATE_TOLERANCE * search->diagonal[c];

  for (int d = 0; d < 3; d++)
    if (point[d] < low[d] - margin || point[d] > high[d] + margin) return PETSC_FALSE;
  return PETSC_TRUE;
}

/* To the reference element: cubes by their sides, tetrahedra also by the oblique face. moved: by how much, the largest coordinate. */
static PetscReal Clamp(TasElement element, PetscReal natural[3])
{
  const PetscBool tet   = (PetscBool)(element == TAS_ELEMENT_TET10);
  PetscReal       moved = 0., sum = 0.;

  for (int d = 0; d < 3; d++) {
    const PetscReal inside = PetscMin(PetscMax(natural[d], tet ? 0. : -1.), 1.);
    moved                  = PetscMax(moved, PetscAbsReal(natural[d] - inside));
    natural[d]             = inside;
    sum += inside;
  }
  if (tet && sum > 1.) {
    moved = PetscMax(moved, sum - 1.);
    for (int d = 0; d < 3; d++) natural[d] /= sum;
  }
  return moved;
}

/* Position of a cell's point, and its derivative by the natural coordinates: slope[i][d] = dx_i/dxi_d. */
static void Map(const TasMesh *mesh, PetscInt c, const PetscReal natural[3], PetscReal *shape, PetscReal x[3], PetscReal slope[3][3])
{
  PetscReal gradient[3 * MAX_NODES];

  TasElementShape(mesh->element, natural, shape, gradient);
  for (int i = 0; i < 3; i++) {
    x[i] = 0.;
    for (int d = 0; d < 3; d++) slope[i][d] = 0.;
  }
  for (PetscInt a = 0; a < mesh->nodes_per_cell; a++) {
    const PetscReal *node = mesh->coordinates + 3 * mesh->cells[c * mesh->nodes_per_cell + a];
    for (int i = 0; i < 3; i++) {
      x[i] += shape[a] * node[i];
      for (int d = 0; d < 3; d++) slope[i][d] += gradient[3 * a + d] * node[i];
    }
  }
}

/* natural += slope^-1 right, by Cramer's rule; returns the largest change, INFINITY where the map is flat. */
static PetscReal Step(PetscReal a[3][3], const PetscReal right[3], PetscReal natural[3])
{
  PetscReal cofactor[3][3], determinant = 0., largest = 0.;

  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) cofactor[i][j] = a[(i + 1) % 3][(j + 1) % 3] * a[(i + 2) % 3][(j + 2) % 3] - a[(i + 1) % 3][(j + 2) % 3] * a[(i + 2) % 3][(j + 1) % 3];
  for (int j = 0; j < 3; j++) determinant += a[0][j] * cofactor[0][j];
  if (determinant == 0.) return PETSC_INFINITY;
  for (int j = 0; j < 3; j++) {
    PetscReal change = 0.;
    for (int i = 0; i < 3; i++) change += cofactor[i][j] * right[i] / determinant;
    natural[j] += change;
    largest = PetscMax(largest, PetscAbsReal(change));
  }
  return largest;
}

/* Inverse map; outside the cell the natural coordinates are kept near it and then clamped. shape: where the point was put.
   Returns the distance from there, exactly 0 inside. */
static PetscReal Invert(const TasMesh *mesh, PetscInt c, const PetscReal point[3], PetscReal *shape)
{
  PetscReal natural[3] = {0., 0., 0.}, x[3], slope[3][3], right[3], change = PETSC_INFINITY, distance = 0.;

  if (mesh->element == TAS_ELEMENT_TET10) natural[0] = natural[1] = natural[2] = 0.25;
  for (int iteration = 0; iteration < MAX_ITERATIONS && change > 1e-13; iteration++) {
    Map(mesh, c, natural, shape, x, slope);
    for (int i = 0; i < 3; i++) right[i] = point[i] - x[i];
    change = Step(slope, right, natural);
    if (change == PETSC_INFINITY) break;
    for (int d = 0; d < 3; d++) natural[d] = PetscMin(PetscMax(natural[d], -3.), 3.);
  }
  const PetscReal moved = Clamp(mesh->element, natural);
  Map(mesh, c, natural, shape, x, slope);
  for (int i = 0; i < 3; i++) distance += PetscSqr(point[i] - x[i]);
  distance = PetscSqrtReal(distance);
  return moved <= INSIDE && change <= 1e-10 ? 0. : distance;
}

/* The owned cell that has the point: least distance, then lowest number. */
static void FindOwned(const Search *search, const PetscReal point[3], PetscInt *cell, PetscReal *distance, PetscReal *shape)
{
  const TasMesh *mesh = search->mesh;
  PetscReal      trial[MAX_NODES];

  *cell     = -1;
  *distance = PETSC_INFINITY;
  for (PetscInt c = 0; c < mesh->num_cells_owned; c++) {
    PetscReal d;

    if (!MayHold(search, c, point)) continue;
    d = Invert(mesh, c, point, trial);
    if (d > TAS_LOCATE_TOLERANCE * search->diagonal[c] || d > *distance) continue;
    if (d == *distance && mesh->cell_number[c] > mesh->cell_number[*cell]) continue;
    *cell     = c;
    *distance = d;
    for (PetscInt a = 0; a < mesh->nodes_per_cell; a++) shape[a] = trial[a];
  }
}

/* Between the ranks the same rule holds: the least distance first, then among those that have it the lowest number. */
static PetscErrorCode Choose(TasLocations *l)
{
  const TasMesh *mesh = l->mesh;
  const PetscInt n    = l->num_points;
  PetscReal     *own;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(n + 1, &own));
  PetscCall(PetscArraycpy(own, l->distance, n));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, l->distance, (PetscMPIInt)n, MPIU_REAL, MPIU_MIN, mesh->comm));
  for (PetscInt p = 0; p < n; p++) {
    if (own[p] > l->distance[p]) l->cell[p] = -1;
    l->number[p] = l->cell[p] >= 0 ? mesh->cell_number[l->cell[p]] : PETSC_MAX_INT;
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, l->number, (PetscMPIInt)n, MPIU_INT, MPI_MIN, mesh->comm));
  for (PetscInt p = 0; p < n; p++) {
    if (l->cell[p] >= 0 && mesh->cell_number[l->cell[p]] != l->number[p]) l->cell[p] = -1;
    if (l->number[p] == PETSC_MAX_INT) l->number[p] = -1;
  }
  PetscCall(PetscFree(own));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLocate(const TasMesh *mesh, PetscInt num_points, const PetscReal *points, TasLocations *l)
{
  Search search;

  PetscFunctionBeginUser;
  *l = (TasLocations){.num_points = num_points, .mesh = mesh};
  PetscCall(PetscMalloc4(num_points + 1, &l->cell, num_points + 1, &l->number, num_points + 1, &l->distance, num_points * mesh->nodes_per_cell + 1, &l->shape));
  PetscCall(SearchCreate(mesh, &search));
  for (PetscInt p = 0; p < num_points; p++) FindOwned(&search, points + 3 * p, &l->cell[p], &l->distance[p], l->shape + p * mesh->nodes_per_cell);
  PetscCall(PetscFree2(search.box, search.diagonal));
  PetscCall(Choose(l));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLocationsClear(TasLocations *l)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree4(l->cell, l->number, l->distance, l->shape));
  *l = (TasLocations){0};
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Of a point: the sum over the nodes of its cell of shape times `values`, added to at. */
static void AddAt(const TasLocations *l, PetscInt p, const PetscReal *values, PetscReal at[3])
{
  const PetscInt nodes = l->mesh->nodes_per_cell;

  for (PetscInt a = 0; a < nodes && l->cell[p] >= 0; a++) {
    const PetscInt node = l->mesh->cells[l->cell[p] * nodes + a];
    for (int d = 0; d < 3; d++) at[d] += l->shape[p * nodes + a] * values[3 * node + d];
  }
}

/* One rank has each point and the others add zeros: exact. */
static PetscErrorCode Sum(const TasLocations *l, PetscReal *at)
{
  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, at, (PetscMPIInt)(3 * l->num_points), MPIU_REAL, MPIU_SUM, l->mesh->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLocationsInterpolate(const TasLocations *l, const PetscReal *values, PetscReal *at)
{
  PetscFunctionBeginUser;
  PetscCall(PetscArrayzero(at, 3 * l->num_points));
  for (PetscInt p = 0; p < l->num_points; p++) AddAt(l, p, values, at + 3 * p);
  PetscCall(Sum(l, at));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasLocationsSpread(const TasLocations *l, PetscInt first, PetscInt num, const PetscReal *forces, PetscReal *force)
{
  const PetscInt nodes = l->mesh->nodes_per_cell;

  for (PetscInt p = first; p < first + num; p++)
    for (PetscInt a = 0; a < nodes && l->cell[p] >= 0; a++) {
      const PetscInt node = l->mesh->cells[l->cell[p] * nodes + a];
      for (int d = 0; d < 3; d++) force[3 * node + d] += l->shape[p * nodes + a] * forces[3 * (p - first) + d];
    }
}

PetscErrorCode TasLocationsPositions(const TasLocations *l, const PetscReal *displacement, PetscReal *position)
{
  PetscFunctionBeginUser;
  PetscCall(PetscArrayzero(position, 3 * l->num_points));
  for (PetscInt p = 0; p < l->num_points; p++) {
    AddAt(l, p, l->mesh->coordinates, position + 3 * p);
    if (displacement) AddAt(l, p, displacement, position + 3 * p);
  }
  PetscCall(Sum(l, position));
  PetscFunctionReturn(PETSC_SUCCESS);
}
