/*
  The topology of the thigh's cross-section: how many divisions, and the sides on bone and skin.
*/
#include "mesh/limb_thigh.h"

/* Widths of the groups in the middle of an adult's thigh, mm: what decides how finely each is divided. */
static const PetscReal column_widths[NUM_COLUMNS] = {12, 8, 12, 12, 8, 12, 30, 8, 1, 20, 14, 13, 8, 13, 16, 20, 18, 1};
static const PetscReal row_widths[NUM_ROWS] = {18, 4, 9, 7, 9}, ring_widths[NUM_RING] = {1.2, 8, 1.8};

/* Below this many divisions the edges of a group cut off too much of the round femur. */
static const PetscInt least_columns[NUM_COLUMNS] = {[COLUMN_ADDUCTORS] = 3, [COLUMN_MEDIALIS] = 2, [COLUMN_MEDIALIS_FRONT] = 2,
                                                    [COLUMN_LATERALIS] = 2, [COLUMN_LATERALIS_FRONT] = 2};

void ThighDivide(const PetscReal *values, PetscReal size, ThighDivisions *d)
{
  const PetscReal scale = values[THIGH_GIRTH] / 530; /* a thick thigh gets larger cells, not more of them */

  d->size = size;
  TasGroupDivide(NUM_COLUMNS, column_widths, size / scale, d->column);
  for (PetscInt c = 0; c < NUM_COLUMNS; ++c) d->column[c] = PetscMax(d->column[c], least_columns[c]);
  TasGroupDivide(NUM_ROWS, row_widths, size / scale, d->row);
  TasGroupDivide(NUM_RING, ring_widths, size / scale, d->ring);
}

PetscInt ThighCountQuads(const ThighDivisions *d)
{
  return TasGroupSum(NUM_COLUMNS, d->column) * (TasGroupSum(NUM_ROWS, d->row) + TasGroupSum(NUM_RING, d->ring));
}

static void Share(TasPatch *patch, PetscInt which)
{
  static const PetscInt first[4] = {0, 0, 1, 0};
  const TasPatch       *flesh    = &patch[PATCH_FLESH];

  if (which == PATCH_RING) TasPatchShareNodes(&patch[PATCH_RING], flesh->nu + 1, first, flesh, (PetscInt[]){0, flesh->nv, 1, 0});
}

static PetscInt SideOfEdge(const void *divisions, const TasPatches *cells, PetscInt q, PetscInt k)
{
  const ThighDivisions *d      = divisions;
  const PetscInt        p      = cells->quad_patch[q], v = cells->quad_v[q];
  const PetscInt        column = TasGroupOf(NUM_COLUMNS, d->column, cells->quad_u[q]);

  if (p == PATCH_RING) return k == 2 && v == cells->patch[p].nv - 1 ? SIDE_SKIN : -1;
  if (k != 0 || v != 0) return -1;
  if (column == COLUMN_MEDIAL_SEPTUM || column == COLUMN_LATERAL_SEPTUM) return SIDE_SEPTA;
  return column < COLUMN_MEDIAL_SEPTUM ? SIDE_LINEA : SIDE_VASTI;
}

PetscErrorCode ThighGridCreate(const ThighDivisions *d, ThighGrid *grid)
{
  const PetscInt around = TasGroupSum(NUM_COLUMNS, d->column);
  PetscInt       sizes[NUM_PATCHES][2] = {{around, TasGroupSum(NUM_ROWS, d->row)}, {around, TasGroupSum(NUM_RING, d->ring)}};
  TasPatchPlan   plan = {.num_patches = NUM_PATCHES, .sizes = sizes, .closed = PATCH_FLESH, .share = Share, .side = SideOfEdge};

  PetscFunctionBeginUser;
  PetscCall(PetscMemzero(grid, sizeof(*grid)));
  grid->divisions = *d;
  plan.context    = &grid->divisions;
  PetscCall(TasPatchesCreate(&plan, &grid->cells));
  PetscCall(PetscMalloc2(grid->cells.section.num_quads, &grid->quad_tissue, grid->cells.section.num_quads, &grid->quad_tendon));
  for (PetscInt q = 0; q < grid->cells.section.num_quads; ++q) ThighQuadTissue(grid, q, &grid->quad_tissue[q], &grid->quad_tendon[q]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ThighGridClear(ThighGrid *grid)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree2(grid->quad_tissue, grid->quad_tendon));
  PetscCall(TasPatchesClear(&grid->cells));
  PetscFunctionReturn(PETSC_SUCCESS);
}
