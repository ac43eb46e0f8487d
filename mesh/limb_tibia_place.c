/*
  Where the nodes of a cross-section lie: first the curves between the patches, then the inside of each patch by transfinite
  interpolation (Gordon & Hall 1973, Numer Math 21:109) with parameters that follow the divisions of all four sides.
*/
#include "mesh/limb_tibia.h"

#define CORNER_SHARE 0.5   /* of the tibia's posterior face: where the corner patch begins */
#define CORNER_TIBIAL 0.65 /* where its inner corner lies, as shares of its two sides */
#define CORNER_OUTLINE 0.65

/* Two lists of groups as one. */
static void DivideTwo(PetscInt n, const PetscInt *parts, PetscInt m, const PetscInt *more, const PetscReal *weights, TasShares *shares)
{
  PetscInt both[NUM_DEEP + NUM_OUTER];

  for (PetscInt i = 0; i < n; ++i) both[i] = parts[i];
  for (PetscInt i = 0; i < m; ++i) both[n + i] = more[i];
  TasSharesDivide(n + m, weights, both, shares);
}

static void DivideEvenly(PetscInt parts, TasShares *shares)
{
  TasSharesDivide(1, (PetscReal[]){1}, &parts, shares);
}

/* A line of a patch's nodes: from (u, v) on in steps of (du, dv). */
typedef struct {
  const TasPatch *patch;
  PetscInt          u, v, du, dv;
} Line;

static TasPlanePoint *At(TasPlanePoint *xy, const Line *line, PetscInt i)
{
  return &xy[TasPatchNode(line->patch, line->u + i * line->du, line->v + i * line->dv)];
}

/* Part from..to of the line a b that bulges to its left. */
static void PlaceBulged(TasPlanePoint *xy, Line line, TasPlanePoint a, TasPlanePoint b, PetscReal bulge, PetscReal from, PetscReal to,
                        const TasShares *shares)
{
  const PetscReal dx = b.x - a.x, dy = b.y - a.y, length = PetscSqrtReal(dx * dx + dy * dy);

  for (PetscInt i = 0; i <= shares->num; ++i) {
    const PetscReal t = from + (to - from) * shares->at[i], h = 4 * bulge * t * (1 - t) / length;

    *At(xy, &line, i) = (TasPlanePoint){a.x + t * dx - h * dy, a.y + t * dy + h * dx};
  }
}

static void PlaceStraight(TasPlanePoint *xy, Line line, TasPlanePoint a, TasPlanePoint b, const TasShares *shares)
{
  PlaceBulged(xy, line, a, b, 0, 0, 1, shares);
}

static void PlaceOnFibula(TasPlanePoint *xy, Line line, const TibiaShape *s, PetscReal from, PetscReal to, const TasShares *shares)
{
  for (PetscInt i = 0; i <= shares->num; ++i) *At(xy, &line, i) = TibiaOnFibula(s, from + (to - from) * shares->at[i]);
}

static void PlaceOnOutline(TasPlanePoint *xy, Line line, const TibiaShape *s, PetscReal from, PetscReal to, const TasShares *shares)
{
  for (PetscInt i = 0; i <= shares->num; ++i) *At(xy, &line, i) = TasOutlinePoint(&s->outline, from + (to - from) * shares->at[i]);
}

static void PlaceAnteriorLines(const TibiaGrid *grid, const TibiaShape *s, TasPlanePoint *xy)
{
  const TibiaDivisions *d   = &grid->divisions;
  const TasPatch     *t   = &grid->cells.patch[PATCH_ANTERIOR];
  const PetscInt        low = t->nv - grid->cells.patch[PATCH_LATERAL].nv;
  TasShares                shares;

  TasSharesDivide(NUM_COLUMNS, s->membrane_columns, d->column, &shares);
  PlaceStraight(xy, (Line){t, 0, 0, 1, 0}, s->interosseous, TibiaOnFibula(s, s->membrane), &shares);
  DivideTwo(NUM_LOW, d->low, NUM_OUTER, d->outer, s->tibia_rows, &shares);
  PlaceBulged(xy, (Line){t, 0, 0, 0, 1}, s->interosseous, TasOutlinePoint(&s->outline, s->crest), -s->bulge_lateral, 0, 1, &shares);
  TasSharesDivide(NUM_COLUMNS, s->anterior_top, d->column, &shares);
  PlaceOnOutline(xy, (Line){t, 0, t->nv, 1, 0}, s, s->crest, s->septum[0], &shares);
  DivideEvenly(low, &shares);
  PlaceOnFibula(xy, (Line){t, t->nu, 0, 0, 1}, s, s->membrane, s->front, &shares);
  TasSharesDivide(NUM_OUTER, s->front_rows, d->outer, &shares);
  PlaceStraight(xy, (Line){t, t->nu, low, 0, 1}, TibiaOnFibula(s, s->front), TasOutlinePoint(&s->outline, s->septum[0]), &shares);
}

static void PlaceLateralLines(const TibiaGrid *grid, const TibiaShape *s, TasPlanePoint *xy)
{
  const TibiaDivisions *d = &grid->divisions;
  const TasPatch     *t = &grid->cells.patch[PATCH_LATERAL];
  TasShares                shares;

  TasSharesDivide(NUM_LATERAL, s->lateral_bottom, d->lateral, &shares);
  PlaceOnFibula(xy, (Line){t, 0, 0, 1, 0}, s, s->front, s->back, &shares);
  TasSharesDivide(NUM_LATERAL, s->lateral_top, d->lateral, &shares);
  PlaceOnOutline(xy, (Line){t, 0, t->nv, 1, 0}, s, s->septum[0], s->septum[1], &shares);
  TasSharesDivide(NUM_OUTER, s->back_rows, d->outer, &shares);
  PlaceStraight(xy, (Line){t, t->nu, 0, 0, 1}, TibiaOnFibula(s, s->back), TasOutlinePoint(&s->outline, s->septum[1]), &shares);
}

/* The posterior patch but for its medial part. */
static void PlacePosteriorLines(const TibiaGrid *grid, const TibiaShape *s, TasPlanePoint *xy)
{
  const TibiaDivisions *d = &grid->divisions;
  const TasPatch     *t = &grid->cells.patch[PATCH_POSTERIOR];
  PetscInt              mirrored[NUM_COLUMNS];
  TasShares                shares;

  TasSharesDivide(NUM_DEEP, s->fibula_rows, d->deep, &shares);
  PlaceOnFibula(xy, (Line){t, 0, 0, 0, 1}, s, s->membrane, s->back + 2 * PETSC_PI, &shares);
  for (PetscInt i = 0; i < NUM_COLUMNS; ++i) mirrored[i] = d->column[NUM_COLUMNS - 1 - i];
  TasSharesDivide(NUM_COLUMNS, s->posterior_top, mirrored, &shares);
  PlaceOnOutline(xy, (Line){t, 0, t->nv, 1, 0}, s, s->septum[1], s->posterior[0], &shares);
  DivideTwo(NUM_DEEP, d->deep, NUM_OUTER, d->outer, s->spine_rows, &shares);
  PlaceStraight(xy, (Line){t, t->nu - d->tibial, 0, 0, 1}, s->interosseous, TasOutlinePoint(&s->outline, s->posterior[0]), &shares);
}

/* Where posterior and corner patch meet inside. */
static TasPlanePoint CornerPoint(TasPlanePoint on_bone, TasPlanePoint on_outline, TasPlanePoint border)
{
  return (TasPlanePoint){border.x + CORNER_TIBIAL * (on_bone.x - border.x) + CORNER_OUTLINE * (on_outline.x - border.x),
                      border.y + CORNER_TIBIAL * (on_bone.y - border.y) + CORNER_OUTLINE * (on_outline.y - border.y)};
}

static void PlaceMedialLines(const TibiaGrid *grid, const TibiaShape *s, TasPlanePoint *xy)
{
  const TibiaDivisions *d = &grid->divisions;
  const TasPatch     *t = &grid->cells.patch[PATCH_POSTERIOR], *c = &grid->cells.patch[PATCH_CORNER];
  const TasPlanePoint      border = TasOutlinePoint(&s->outline, s->border), on_outline = TasOutlinePoint(&s->outline, s->posterior[1]);
  TasPlanePoint            on_bone, inside;
  TasShares                shares;

  DivideEvenly(d->tibial, &shares);
  PlaceBulged(xy, (Line){t, t->nu - d->tibial, 0, 1, 0}, s->interosseous, border, s->bulge_posterior, 0, CORNER_SHARE, &shares);
  on_bone = xy[TasPatchNode(t, t->nu, 0)];
  inside  = CornerPoint(on_bone, on_outline, border);
  PlaceOnOutline(xy, (Line){t, t->nu - d->tibial, t->nv, 1, 0}, s, s->posterior[0], s->posterior[1], &shares);
  TasSharesDivide(2, s->border_rows, d->deep, &shares);
  PlaceStraight(xy, (Line){t, t->nu, 0, 0, 1}, on_bone, inside, &shares);
  PlaceOnOutline(xy, (Line){c, c->nu, 0, 0, 1}, s, s->border, s->posterior[1], &shares);
  DivideTwo(NUM_DEEP - 2, &d->deep[2], NUM_OUTER, d->outer, &s->border_rows[2], &shares);
  PlaceStraight(xy, (Line){t, t->nu, c->nv, 0, 1}, inside, on_outline, &shares);
  PlaceBulged(xy, (Line){c, 0, 0, 1, 0}, s->interosseous, border, s->bulge_posterior, CORNER_SHARE, 1, &shares);
}

/* TasShares of the way along a line of nodes. */
static void Measure(TasPlanePoint *xy, Line line, PetscInt num, TasShares *shares)
{
  shares->num   = num;
  shares->at[0] = 0;
  for (PetscInt i = 1; i <= num; ++i) {
    const TasPlanePoint *a = At(xy, &line, i - 1), *b = At(xy, &line, i);

    shares->at[i] = shares->at[i - 1] + PetscSqrtReal(PetscSqr(b->x - a->x) + PetscSqr(b->y - a->y));
  }
  for (PetscInt i = 1; i <= num; ++i) shares->at[i] /= shares->at[num];
}

/* Columns first..last of a patch from their four sides. */
static void Fill(const TasPatch *t, PetscInt first, PetscInt last, TasPlanePoint *xy)
{
  TasShares bottom, top, left, right;

  Measure(xy, (Line){t, first, 0, 1, 0}, last - first, &bottom);
  Measure(xy, (Line){t, first, t->nv, 1, 0}, last - first, &top);
  Measure(xy, (Line){t, first, 0, 0, 1}, t->nv, &left);
  Measure(xy, (Line){t, last, 0, 0, 1}, t->nv, &right);
  for (PetscInt u = first + 1; u < last; ++u) {
    for (PetscInt v = 1; v < t->nv; ++v) {
      const PetscReal   ub = bottom.at[u - first], du = top.at[u - first] - ub, vl = left.at[v], dv = right.at[v] - vl;
      const PetscReal   a = (ub + vl * du) / (1 - du * dv), b = vl + a * dv; /* where the straight lines of the parameters meet */
      const TasPlanePoint *s = &xy[TasPatchNode(t, u, 0)], *n = &xy[TasPatchNode(t, u, t->nv)], *w = &xy[TasPatchNode(t, first, v)],
                       *e  = &xy[TasPatchNode(t, last, v)];
      const TasPlanePoint *sw = &xy[TasPatchNode(t, first, 0)], *se = &xy[TasPatchNode(t, last, 0)], *nw = &xy[TasPatchNode(t, first, t->nv)],
                       *ne = &xy[TasPatchNode(t, last, t->nv)];
      TasPlanePoint *here     = &xy[TasPatchNode(t, u, v)];

      here->x = (1 - b) * s->x + b * n->x + (1 - a) * w->x + a * e->x - (1 - b) * ((1 - a) * sw->x + a * se->x) -
                b * ((1 - a) * nw->x + a * ne->x);
      here->y = (1 - b) * s->y + b * n->y + (1 - a) * w->y + a * e->y - (1 - b) * ((1 - a) * sw->y + a * se->y) -
                b * ((1 - a) * nw->y + a * ne->y);
    }
  }
}

/* Over the shin the fat is thin, with a smooth passage. */
static void Thickness(const void *context, PetscReal angle, PetscReal layers[NUM_RING])
{
  const TibiaShape *s    = context;
  const PetscReal   away = PetscAbsReal(PetscAtan2Real(PetscSinReal(angle - s->facing), PetscCosReal(angle - s->facing)));
  const PetscReal   shin = 1 / (1 + PetscPowReal(away / (1.5 * (s->facing - s->crest)), 6));

  layers[RING_FASCIA] = s->fascia;
  layers[RING_FAT]    = s->fat + shin * (s->shin_fat - s->fat);
  layers[RING_SKIN]   = s->skin;
}

static void PlaceRing(const TibiaGrid *grid, const TibiaShape *s, TasPlanePoint *xy)
{
  const TibiaDivisions *d = &grid->divisions;
  const TasPatch       *t = &grid->cells.patch[PATCH_RING];
  TasShares             shares;

  DivideEvenly(d->medial, &shares);
  PlaceOnOutline(xy, (Line){t, t->nu - d->medial, 0, 1, 0}, s, s->border, s->crest - 2 * PETSC_PI, &shares);
  TasPatchPlaceLayers(t, &s->outline, d->ring, Thickness, s, xy);
}

void TibiaPlace(const TibiaGrid *grid, const TibiaShape *shape, TasPlanePoint *xy)
{
  const TasPatch *patch = grid->cells.patch, *back = &patch[PATCH_POSTERIOR];

  PlaceAnteriorLines(grid, shape, xy);
  PlaceLateralLines(grid, shape, xy);
  PlacePosteriorLines(grid, shape, xy);
  PlaceMedialLines(grid, shape, xy);
  Fill(&patch[PATCH_ANTERIOR], 0, patch[PATCH_ANTERIOR].nu, xy);
  Fill(&patch[PATCH_LATERAL], 0, patch[PATCH_LATERAL].nu, xy);
  Fill(back, 0, back->nu - grid->divisions.tibial, xy);
  Fill(back, back->nu - grid->divisions.tibial, back->nu, xy);
  Fill(&patch[PATCH_CORNER], 0, patch[PATCH_CORNER].nu, xy);
  PlaceRing(grid, shape, xy);
}
