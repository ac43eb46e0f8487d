/*
  Where the nodes of a cross-section of the thigh lie: on lines that leave the femur at a right angle and bend to their place on the fascia.
*/
#include "mesh/limb_thigh.h"

#define STRAIGHT 0.4 /* of the way to the fascia: how far a line goes on as it left the femur */

/* Angle of the middle of the rectus femoris' columns less that of the first column, rad clockwise. */
static PetscReal ToTheFront(const PetscReal *columns)
{
  PetscReal sum = 0, before = 0;

  for (PetscInt c = 0; c < NUM_COLUMNS; ++c) sum += columns[c];
  for (PetscInt c = 0; c < COLUMN_RECTUS_TENDON; ++c) before += columns[c];
  return 2 * PETSC_PI * (before + 0.5 * columns[COLUMN_RECTUS_TENDON]) / sum;
}

/* Of the rows at column u: between the middles of the groups of columns they pass from the one's to the other's. */
static void RowsAt(const ThighGrid *grid, const ThighShape *shape, PetscInt u, PetscReal rows[NUM_ROWS])
{
  const PetscInt *parts = grid->divisions.column, all = TasGroupSum(NUM_COLUMNS, parts);
  PetscReal       middle = 0.5 * parts[0], last = -0.5 * parts[NUM_COLUMNS - 1], t;
  PetscInt        group = 0, start = 0;

  while (group < NUM_COLUMNS && u > middle) {
    last = middle;
    start += parts[group++];
    middle = group < NUM_COLUMNS ? start + 0.5 * parts[group] : all + 0.5 * parts[0];
  }
  t = (u - last) / (middle - last);
  for (PetscInt r = 0; r < NUM_ROWS; ++r)
    rows[r] = (1 - t) * shape->rows[(group + NUM_COLUMNS - 1) % NUM_COLUMNS][r] + t * shape->rows[group % NUM_COLUMNS][r];
}

static void PlaceLine(const ThighGrid *grid, const ThighShape *s, PetscInt u, PetscReal on_femur, PetscReal on_outline, TasPlanePoint *xy)
{
  const TasPatch     *t    = &grid->cells.patch[PATCH_FLESH];
  const PetscReal     cosine = PetscCosReal(on_femur), sine = PetscSinReal(on_femur);
  const TasPlanePoint a = {s->half_width * cosine, s->half_depth * sine}, b = TasOutlinePoint(&s->outline, on_outline);
  const PetscReal     nx = cosine / s->half_width, ny = sine / s->half_depth; /* normal of the femur */
  const PetscReal     ahead = STRAIGHT * PetscSqrtReal((PetscSqr(b.x - a.x) + PetscSqr(b.y - a.y)) / (nx * nx + ny * ny));
  const TasPlanePoint c = {a.x + ahead * nx, a.y + ahead * ny};
  PetscReal           rows[NUM_ROWS];
  TasShares           shares;

  RowsAt(grid, s, u, rows);
  TasSharesDivide(NUM_ROWS, rows, grid->divisions.row, &shares);
  for (PetscInt v = 0; v <= t->nv; ++v) {
    const PetscReal p = shares.at[v], q = 1 - p;

    xy[TasPatchNode(t, u, v)] = (TasPlanePoint){q * q * a.x + 2 * p * q * c.x + p * p * b.x, q * q * a.y + 2 * p * q * c.y + p * p * b.y};
  }
}

/* Over the vastus lateralis the fascia is thicker: the iliotibial tract. */
static void Thickness(const void *shape, PetscReal angle, PetscReal layers[NUM_RING])
{
  const ThighShape *s    = shape;
  const PetscReal   turn = angle - s->tract_angle, away = PetscAbsReal(PetscAtan2Real(PetscSinReal(turn), PetscCosReal(turn)));
  const PetscReal   tract = 1 / (1 + PetscPowReal(away / s->tract_half_width, 8));

  layers[RING_FASCIA] = s->fascia + tract * (s->tract - s->fascia);
  layers[RING_FAT]    = s->fat;
  layers[RING_SKIN]   = s->skin;
}

void ThighPlace(const ThighGrid *grid, const ThighShape *s, TasPlanePoint *xy)
{
  const PetscReal femur = 0.5 * PETSC_PI + ToTheFront(s->femur_columns), outline = s->turn + ToTheFront(s->outline_columns);
  TasShares       inner, outer;

  TasSharesDivide(NUM_COLUMNS, s->femur_columns, grid->divisions.column, &inner);
  TasSharesDivide(NUM_COLUMNS, s->outline_columns, grid->divisions.column, &outer);
  for (PetscInt u = 0; u < inner.num; ++u)
    PlaceLine(grid, s, u, femur - 2 * PETSC_PI * inner.at[u], outline - 2 * PETSC_PI * outer.at[u], xy);
  TasPatchPlaceLayers(&grid->cells.patch[PATCH_RING], &s->outline, grid->divisions.ring, Thickness, s, xy);
}
