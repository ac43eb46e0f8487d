/* Where the pins run: the pieces of their lines in the cells. */
#include "solver/files.h"
#include "solver/strands/locate.h"
#include "solver/pins/pins_impl.h"
#include "solver/vector3.h"
#include <stdio.h>

#define SAMPLE      0.5  /* mm: a corner of a cell that is crossed on a shorter way may be missed */
#define SMALL       1e-9 /* of a pin's length: so well the ends of the cells are known */
#define MOST_PASSES 50
#define NUM_GAUSS   4 /* N_a N_b is of degree 6 along a line through a hexahedron of eight nodes */

static const PetscReal gauss_at[NUM_GAUSS]     = {0.06943184420297371, 0.33000947820757187, 0.66999052179242813, 0.93056815579702629};
static const PetscReal gauss_weight[NUM_GAUSS] = {0.17392742256872693, 0.32607257743127307, 0.32607257743127307, 0.17392742256872693};

/* ---- along a line ---- */

/* Points at shares of the way from a pin's start to its end. */
static PetscErrorCode LocateShares(const TasMesh *mesh, const TasCasePin *pin, PetscInt num, const PetscReal *share, TasLocations *l)
{
  PetscReal *points;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(3 * num + 1, &points));
  for (PetscInt p = 0; p < num; p++)
    for (int d = 0; d < 3; d++) points[3 * p + d] = pin->start[d] + share[p] * (pin->end[d] - pin->start[d]);
  PetscCall(TasLocate(mesh, num, points, l));
  PetscCall(PetscFree(points));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The cell that a point is in, -1: in none. */
static PetscInt CellOf(const TasLocations *l, PetscInt p) { return l->distance[p] > 0. ? -1 : l->number[p]; }

static PetscErrorCode CellsAt(const TasMesh *mesh, const TasCasePin *pin, PetscInt num, const PetscReal *share, PetscInt *cell)
{
  TasLocations l;

  PetscFunctionBeginUser;
  PetscCall(LocateShares(mesh, pin, num, share, &l));
  for (PetscInt p = 0; p < num; p++) cell[p] = CellOf(&l, p);
  PetscCall(TasLocationsClear(&l));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Places along a line in their order, and the cells there. */
typedef struct {
  PetscInt   num;
  PetscReal *at;
  PetscInt  *cell;
} Samples;

/* Do the next two lie in different cells, and apart? */
static PetscBool Changes(const Samples *s, PetscInt i) { return (PetscBool)(i + 1 < s->num && s->cell[i] != s->cell[i + 1] && s->at[i + 1] - s->at[i] > SMALL); }

/* Where the cell of sample i ends before sample i + 1, for each that changes: the last place in it and the first beyond. */
static PetscErrorCode Bisect(const TasMesh *mesh, const TasCasePin *pin, const Samples *s, Samples *last, Samples *beyond)
{
  PetscReal *middle;
  PetscInt  *found, n = 0;

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < s->num; i++) {
    if (!Changes(s, i)) continue;
    last->at[n] = s->at[i], last->cell[n] = s->cell[i];
    beyond->at[n] = s->at[i + 1], beyond->cell[n] = s->cell[i + 1];
    n++;
  }
  last->num = beyond->num = n;
  PetscCall(PetscMalloc2(n + 1, &middle, n + 1, &found));
  for (PetscReal gap = 1.; n && gap > 0.5 * SMALL; gap *= 0.5) {
    for (PetscInt k = 0; k < n; k++) middle[k] = 0.5 * (last->at[k] + beyond->at[k]);
    PetscCall(CellsAt(mesh, pin, n, middle, found));
    for (PetscInt k = 0; k < n; k++) {
      if (found[k] == last->cell[k]) last->at[k] = middle[k];
      else beyond->at[k] = middle[k], beyond->cell[k] = found[k];
    }
  }
  PetscCall(PetscFree2(middle, found));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SamplesCreate(PetscInt room, Samples *s)
{
  PetscFunctionBeginUser;
  s->num = 0;
  PetscCall(PetscMalloc2(room + 1, &s->at, room + 1, &s->cell));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void Append(Samples *s, PetscReal at, PetscInt cell)
{
  s->at[s->num]     = at;
  s->cell[s->num++] = cell;
}

/* Adds the ends of the cells to the samples; what lies between two of them may still hide a small one, which the next time finds. */
static PetscErrorCode Refine(const TasMesh *mesh, const TasCasePin *pin, Samples *s)
{
  Samples last, beyond, more;

  PetscFunctionBeginUser;
  PetscCall(SamplesCreate(s->num, &last));
  PetscCall(SamplesCreate(s->num, &beyond));
  PetscCall(SamplesCreate(3 * s->num, &more));
  PetscCall(Bisect(mesh, pin, s, &last, &beyond));
  for (PetscInt i = 0, k = 0; i < s->num; i++) {
    Append(&more, s->at[i], s->cell[i]);
    if (!Changes(s, i)) continue;
    Append(&more, last.at[k], last.cell[k]);
    Append(&more, beyond.at[k], beyond.cell[k]);
    k++;
  }
  PetscCall(PetscFree2(last.at, last.cell));
  PetscCall(PetscFree2(beyond.at, beyond.cell));
  PetscCall(PetscFree2(s->at, s->cell));
  *s = more;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscBool AnyChanges(const Samples *s)
{
  for (PetscInt i = 0; i < s->num; i++)
    if (Changes(s, i)) return PETSC_TRUE;
  return PETSC_FALSE;
}

/* The ends of the line's pieces, each in one cell or outside: shares [*num + 1], 0 first and 1 last. */
static PetscErrorCode Divide(const TasMesh *mesh, const TasCasePin *pin, PetscReal length, PetscInt *num, PetscReal **ends)
{
  const PetscInt n = 1 + (PetscInt)(length / SAMPLE);
  Samples        s;

  PetscFunctionBeginUser;
  PetscCall(SamplesCreate(n + 1, &s));
  s.num = n + 1;
  for (PetscInt i = 0; i <= n; i++) s.at[i] = i / (PetscReal)n;
  PetscCall(CellsAt(mesh, pin, n + 1, s.at, s.cell));
  for (int pass = 0; pass < MOST_PASSES && AnyChanges(&s); pass++) PetscCall(Refine(mesh, pin, &s));
  PetscCall(PetscMalloc1(s.num + 2, ends));
  (*ends)[*num = 0] = 0.;
  for (PetscInt i = 1; i < s.num; i++)
    if (s.cell[i] != s.cell[i - 1]) (*ends)[++*num] = s.at[i];
  (*ends)[++*num] = 1.;
  PetscCall(PetscFree2(s.at, s.cell));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the cells of a pin ---- */

/* Quadrature points of a pin: what cell they are in, shape functions (on every rank), weight in mm. */
typedef struct {
  PetscInt   num;
  PetscInt  *number;
  PetscReal *shape, *weight;
} Points;

static PetscErrorCode PointsCreate(const TasMesh *mesh, const TasCasePin *pin, PetscReal length, Points *points)
{
  const PetscInt nodes = mesh->nodes_per_cell;
  PetscReal     *ends, *share;
  PetscInt       pieces = 0;
  TasLocations   l;

  PetscFunctionBeginUser;
  PetscCall(Divide(mesh, pin, length, &pieces, &ends));
  points->num = NUM_GAUSS * pieces;
  PetscCall(PetscMalloc1(points->num, &share));
  PetscCall(PetscMalloc3(points->num, &points->number, points->num * nodes, &points->shape, points->num, &points->weight));
  for (PetscInt p = 0; p < points->num; p++) {
    const PetscInt piece = p / NUM_GAUSS, g = p % NUM_GAUSS;
    share[p]          = ends[piece] + gauss_at[g] * (ends[piece + 1] - ends[piece]);
    points->weight[p] = gauss_weight[g] * (ends[piece + 1] - ends[piece]) * length;
  }
  PetscCall(LocateShares(mesh, pin, points->num, share, &l));
  for (PetscInt p = 0; p < points->num; p++) {
    points->number[p] = CellOf(&l, p);
    for (PetscInt a = 0; a < nodes; a++) points->shape[p * nodes + a] = l.cell[p] >= 0 ? l.shape[p * nodes + a] : 0.;
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, points->shape, (PetscMPIInt)(points->num * nodes), MPIU_REAL, MPIU_SUM, mesh->comm));
  PetscCall(TasLocationsClear(&l));
  PetscCall(PetscFree(share));
  PetscCall(PetscFree(ends));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscInt FindCell(const TasMesh *mesh, PetscInt number)
{
  for (PetscInt cell = 0; cell < mesh->num_cells; cell++)
    if (mesh->cell_number[cell] == number) return cell;
  return -1;
}

/* The pin's entry for a cell, a new one where it has none yet. */
static PetscErrorCode CellOfPin(TasPins pins, PetscInt pin, PetscInt cell, TasPinCell **out)
{
  const PetscInt nodes = pins->mesh->nodes_per_cell;

  PetscFunctionBeginUser;
  for (PetscInt k = pins->num_cells - 1; k >= 0 && pins->cells[k].pin == pin; k--)
    if (pins->cells[k].cell == cell) {
      *out = &pins->cells[k];
      PetscFunctionReturn(PETSC_SUCCESS);
    }
  PetscCall(PetscRealloc((size_t)(pins->num_cells + 1) * sizeof(TasPinCell), &pins->cells));
  *out  = &pins->cells[pins->num_cells++];
  **out = (TasPinCell){.pin = pin, .cell = cell, .owned = (PetscBool)(cell < pins->mesh->num_cells_owned)};
  PetscCall(PetscCalloc1(nodes * nodes, &(*out)->mass));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddPin(TasPins pins, PetscInt number)
{
  const TasCasePin *pin   = &pins->c->pins[number];
  const TasMesh    *mesh  = pins->mesh;
  const PetscInt    nodes = mesh->nodes_per_cell;
  PetscReal         length;
  Points            points;

  PetscFunctionBeginUser;
  for (int d = 0; d < 3; d++) pins->axis[number][d] = pin->end[d] - pin->start[d];
  length = TasLength(pins->axis[number]);
  for (int d = 0; d < 3; d++) pins->axis[number][d] /= length;
  PetscCall(PointsCreate(mesh, pin, length, &points));
  for (PetscInt p = 0; p < points.num; p++) {
    if (points.number[p] < 0) continue;
    const PetscReal *shape = points.shape + p * nodes;
    const PetscInt   cell  = FindCell(mesh, points.number[p]);
    TasPinCell      *entry = NULL;
    pins->length[number] += points.weight[p];
    if (cell < 0) continue;
    PetscCall(CellOfPin(pins, number, cell, &entry));
    for (PetscInt a = 0; a < nodes; a++)
      for (PetscInt b = 0; b < nodes; b++) entry->mass[a * nodes + b] += points.weight[p] * shape[a] * shape[b];
  }
  PetscCall(PetscFree3(points.number, points.shape, points.weight));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* As given, or by the tissue that is pierced. */
static PetscErrorCode SetStiffness(TasPins pins, const TasMaterial *materials)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < pins->num_cells; k++) {
    TasPinCell       *entry = &pins->cells[k];
    const TasCasePin *pin   = &pins->c->pins[entry->pin];
    PetscReal         shear, bulk;
    entry->across = pin->stiffness;
    entry->along  = pin->axial_stiffness;
    if (pin->stiffness > 0. || !materials) continue;
    PetscCall(TasMaterialGetModuli(materials[pins->mesh->cell_tissue[entry->cell]], &shear, &bulk));
    entry->across = TAS_PINS_STIFFNESS * shear;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void Complain(const TasCasePin *pin, char *problem)
{
  char origin[PETSC_MAX_PATH_LEN] = "";

  if (pin->node) TasNodeOrigin(pin->node, sizeof(origin), origin);
  snprintf(problem, TAS_PROBLEM_LENGTH, "%.200s%spins.%s: from (%.6g, %.6g, %.6g) to (%.6g, %.6g, %.6g) mm it misses the tissue, allowed: a line that crosses it", origin, origin[0] ? ": " : "", pin->name, (double)pin->start[0],
           (double)pin->start[1], (double)pin->start[2], (double)pin->end[0], (double)pin->end[1], (double)pin->end[2]);
}

PetscErrorCode TasPinsCreate(const TasCase *c, const TasMesh *mesh, const TasMaterial *materials, TasPins *out, char *problem)
{
  TasPins pins;

  PetscFunctionBeginUser;
  problem[0] = 0;
  PetscCall(PetscNew(&pins));
  pins->c    = c;
  pins->mesh = mesh;
  PetscCall(PetscCalloc2(c->num_pins + 1, &pins->axis, c->num_pins + 1, &pins->length));
  for (PetscInt i = 0; i < c->num_pins; i++) {
    PetscCall(AddPin(pins, i));
    if (!(pins->length[i] > 0.) && !problem[0]) Complain(&c->pins[i], problem);
  }
  PetscCall(SetStiffness(pins, materials));
  *out = pins;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasPinsDestroy(TasPins *pins)
{
  PetscFunctionBeginUser;
  if (!*pins) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt k = 0; k < (*pins)->num_cells; k++) PetscCall(PetscFree((*pins)->cells[k].mass));
  PetscCall(PetscFree((*pins)->cells));
  PetscCall(PetscFree2((*pins)->axis, (*pins)->length));
  PetscCall(PetscFree(*pins));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt  TasPinsNum(TasPins pins) { return pins->c->num_pins; }
PetscReal TasPinsLength(TasPins pins, PetscInt pin) { return pins->length[pin]; }

/* ---- for a look ---- */

/* From a point to the line between two others. */
static PetscReal Distance(const TasCasePin *pin, const PetscReal x[3])
{
  PetscReal from[3], along[3], share;

  for (int d = 0; d < 3; d++) {
    from[d]  = x[d] - pin->start[d];
    along[d] = pin->end[d] - pin->start[d];
  }
  share = PetscMin(1., PetscMax(0., TasDot(from, along) / TasDot(along, along)));
  for (int d = 0; d < 3; d++) from[d] -= share * along[d];
  return TasLength(from);
}

void TasPinsNear(TasPins pins, PetscReal distance, PetscBool *near)
{
  const TasMesh *mesh  = pins->mesh;
  const PetscInt nodes = mesh->nodes_per_cell;

  for (PetscInt cell = 0; cell < mesh->num_cells_owned; cell++) {
    PetscReal middle[3] = {0., 0., 0.};
    for (PetscInt a = 0; a < nodes; a++)
      for (int d = 0; d < 3; d++) middle[d] += mesh->coordinates[3 * mesh->cells[cell * nodes + a] + d] / nodes;
    near[cell] = PETSC_FALSE;
    for (PetscInt i = 0; i < pins->c->num_pins; i++) near[cell] = (PetscBool)(near[cell] || Distance(&pins->c->pins[i], middle) <= distance);
  }
}

static void WriteLines(FILE *file, const void *context)
{
  const TasCase *c = context;
  const int      n = (int)c->num_pins;

  fprintf(file, "# vtk DataFile Version 3.0\npins before surgery, mm\nASCII\nDATASET POLYDATA\nPOINTS %d double\n", 2 * n);
  for (int i = 0; i < 2 * n; i++) {
    const PetscReal *x = i % 2 ? c->pins[i / 2].end : c->pins[i / 2].start;
    fprintf(file, "%.9g %.9g %.9g\n", (double)x[0], (double)x[1], (double)x[2]);
  }
  fprintf(file, "LINES %d %d\n", n, 3 * n);
  for (int i = 0; i < n; i++) fprintf(file, "2 %d %d\n", 2 * i, 2 * i + 1);
  fprintf(file, "CELL_DATA %d\nSCALARS pin_id int 1\nLOOKUP_TABLE default\n", n);
  for (int i = 0; i < n; i++) fprintf(file, "%d\n", i + 1);
  fprintf(file, "SCALARS diameter double 1\nLOOKUP_TABLE default\n");
  for (int i = 0; i < n; i++) fprintf(file, "%.9g\n", (double)c->pins[i].diameter);
}

PetscErrorCode TasPinsWrite(TasPins pins, const char *folder, char *problem)
{
  char        path[PETSC_MAX_PATH_LEN];
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  problem[0] = 0;
  PetscCallMPI(MPI_Comm_rank(pins->mesh->comm, &rank));
  PetscCall(PetscSNPrintf(path, sizeof path, "%s/pins.vtk", folder));
  if (!rank) PetscCall(TasFileReplace(path, WriteLines, pins->c, problem));
  PetscCall(TasProblemShare(pins->mesh->comm, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}
