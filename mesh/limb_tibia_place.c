/*
  Where the nodes of a cross-section lie: first the curves between the patches, then the inside of each patch by transfinite
  interpolation (Gordon & Hall 1973, Numer Math 21:109) with parameters that follow the divisions of all four sides.
*/
#include "mesh/limb_tibia.h"

#define CORNER_SHARE 0.5   /* of the tibia's posterior face: where the corner patch begins */
#define CORNER_TIBIAL 0.65 /* where its inner corner lies, as shares of its two sides */
#define CORNER_OUTLINE 0.65
#define MAX_LINE 2048 /* divisions along a line; the least size of cells keeps far below */

typedef struct {
  PetscInt  num;              /* of divisions */
  PetscReal at[MAX_LINE + 1]; /* shares 0 .. 1 */
} Shares;

/* Divides 0..1 in groups as wide as their weights. */
static void Divide(PetscInt num_groups, const PetscReal *weights, const PetscInt *parts, Shares *shares)
{
  PetscReal sum = 0, start = 0;

  for (PetscInt g = 0; g < num_groups; ++g) sum += weights[g];
  shares->num   = 0;
  shares->at[0] = 0;
  for (PetscInt g = 0; g < num_groups; ++g) {
    for (PetscInt i = 1; i <= parts[g]; ++i) shares->at[++shares->num] = start + weights[g] / sum * i / parts[g];
    start += weights[g] / sum;
  }
  shares->at[shares->num] = 1;
}

/* Two lists of groups as one. */
static void DivideTwo(PetscInt n, const PetscInt *parts, PetscInt m, const PetscInt *more, const PetscReal *weights, Shares *shares)
{
  PetscInt both[NUM_DEEP + NUM_OUTER];

  for (PetscInt i = 0; i < n; ++i) both[i] = parts[i];
  for (PetscInt i = 0; i < m; ++i) both[n + i] = more[i];
  Divide(n + m, weights, both, shares);
}

static void DivideEvenly(PetscInt parts, Shares *shares)
{
  Divide(1, (PetscReal[]){1}, &parts, shares);
}

/* A line of a patch's nodes: from (u, v) on in steps of (du, dv). */
typedef struct {
  const TibiaPatch *patch;
  PetscInt          u, v, du, dv;
} Line;

static TibiaPoint *At(TibiaPoint *xy, const Line *line, PetscInt i)
{
  return &xy[TibiaNode(line->patch, line->u + i * line->du, line->v + i * line->dv)];
}

/* Part from..to of the line a b that bulges to its left. */
static void PlaceBulged(TibiaPoint *xy, Line line, TibiaPoint a, TibiaPoint b, PetscReal bulge, PetscReal from, PetscReal to,
                        const Shares *shares)
{
  const PetscReal dx = b.x - a.x, dy = b.y - a.y, length = PetscSqrtReal(dx * dx + dy * dy);

  for (PetscInt i = 0; i <= shares->num; ++i) {
    const PetscReal t = from + (to - from) * shares->at[i], h = 4 * bulge * t * (1 - t) / length;

    *At(xy, &line, i) = (TibiaPoint){a.x + t * dx - h * dy, a.y + t * dy + h * dx};
  }
}

static void PlaceStraight(TibiaPoint *xy, Line line, TibiaPoint a, TibiaPoint b, const Shares *shares)
{
  PlaceBulged(xy, line, a, b, 0, 0, 1, shares);
}

static TibiaPoint OnFibula(const TibiaShape *s, PetscReal angle)
{
  return (TibiaPoint){s->fibula.x + s->fibula_radius * PetscCosReal(angle), s->fibula.y + s->fibula_radius * PetscSinReal(angle)};
}

static void PlaceOnFibula(TibiaPoint *xy, Line line, const TibiaShape *s, PetscReal from, PetscReal to, const Shares *shares)
{
  for (PetscInt i = 0; i <= shares->num; ++i) *At(xy, &line, i) = OnFibula(s, from + (to - from) * shares->at[i]);
}

static void PlaceOnOutline(TibiaPoint *xy, Line line, const TibiaShape *s, PetscReal from, PetscReal to, const Shares *shares)
{
  for (PetscInt i = 0; i <= shares->num; ++i) *At(xy, &line, i) = TibiaOutline(s, from + (to - from) * shares->at[i]);
}

static void PlaceAnteriorLines(const TibiaGrid *grid, const TibiaShape *s, TibiaPoint *xy)
{
  const TibiaDivisions *d   = &grid->divisions;
  const TibiaPatch     *t   = &grid->patch[PATCH_ANTERIOR];
  const PetscInt        low = t->nv - grid->patch[PATCH_LATERAL].nv;
  Shares                shares;

  Divide(NUM_COLUMNS, s->membrane_columns, d->column, &shares);
  PlaceStraight(xy, (Line){t, 0, 0, 1, 0}, s->interosseous, OnFibula(s, s->membrane), &shares);
  DivideTwo(NUM_LOW, d->low, NUM_OUTER, d->outer, s->tibia_rows, &shares);
  PlaceBulged(xy, (Line){t, 0, 0, 0, 1}, s->interosseous, TibiaOutline(s, s->crest), -s->bulge_lateral, 0, 1, &shares);
  Divide(NUM_COLUMNS, s->anterior_top, d->column, &shares);
  PlaceOnOutline(xy, (Line){t, 0, t->nv, 1, 0}, s, s->crest, s->septum[0], &shares);
  DivideEvenly(low, &shares);
  PlaceOnFibula(xy, (Line){t, t->nu, 0, 0, 1}, s, s->membrane, s->front, &shares);
  Divide(NUM_OUTER, s->front_rows, d->outer, &shares);
  PlaceStraight(xy, (Line){t, t->nu, low, 0, 1}, OnFibula(s, s->front), TibiaOutline(s, s->septum[0]), &shares);
}

static void PlaceLateralLines(const TibiaGrid *grid, const TibiaShape *s, TibiaPoint *xy)
{
  const TibiaDivisions *d = &grid->divisions;
  const TibiaPatch     *t = &grid->patch[PATCH_LATERAL];
  Shares                shares;

  Divide(NUM_LATERAL, s->lateral_bottom, d->lateral, &shares);
  PlaceOnFibula(xy, (Line){t, 0, 0, 1, 0}, s, s->front, s->back, &shares);
  Divide(NUM_LATERAL, s->lateral_top, d->lateral, &shares);
  PlaceOnOutline(xy, (Line){t, 0, t->nv, 1, 0}, s, s->septum[0], s->septum[1], &shares);
  Divide(NUM_OUTER, s->back_rows, d->outer, &shares);
  PlaceStraight(xy, (Line){t, t->nu, 0, 0, 1}, OnFibula(s, s->back), TibiaOutline(s, s->septum[1]), &shares);
}

/* The posterior patch but for its medial part. */
static void PlacePosteriorLines(const TibiaGrid *grid, const TibiaShape *s, TibiaPoint *xy)
{
  const TibiaDivisions *d = &grid->divisions;
  const TibiaPatch     *t = &grid->patch[PATCH_POSTERIOR];
  PetscInt              mirrored[NUM_COLUMNS];
  Shares                shares;

  Divide(NUM_DEEP, s->fibula_rows, d->deep, &shares);
  PlaceOnFibula(xy, (Line){t, 0, 0, 0, 1}, s, s->membrane, s->back + 2 * PETSC_PI, &shares);
  for (PetscInt i = 0; i < NUM_COLUMNS; ++i) mirrored[i] = d->column[NUM_COLUMNS - 1 - i];
  Divide(NUM_COLUMNS, s->posterior_top, mirrored, &shares);
  PlaceOnOutline(xy, (Line){t, 0, t->nv, 1, 0}, s, s->septum[1], s->posterior[0], &shares);
  DivideTwo(NUM_DEEP, d->deep, NUM_OUTER, d->outer, s->spine_rows, &shares);
  PlaceStraight(xy, (Line){t, t->nu - d->tibial, 0, 0, 1}, s->interosseous, TibiaOutline(s, s->posterior[0]), &shares);
}

/* Where posterior and corner patch meet inside. */
static TibiaPoint CornerPoint(TibiaPoint on_bone, TibiaPoint on_outline, TibiaPoint border)
{
  return (TibiaPoint){border.x + CORNER_TIBIAL * (on_bone.x - border.x) + CORNER_OUTLINE * (on_outline.x - border.x),
                      border.y + CORNER_TIBIAL * (on_bone.y - border.y) + CORNER_OUTLINE * (on_outline.y - border.y)};
}

static void PlaceMedialLines(const TibiaGrid *grid, const TibiaShape *s, TibiaPoint *xy)
{
  const TibiaDivisions *d = &grid->divisions;
  const TibiaPatch     *t = &grid->patch[PATCH_POSTERIOR], *c = &grid->patch[PATCH_CORNER];
  const TibiaPoint      border = TibiaOutline(s, s->border), on_outline = TibiaOutline(s, s->posterior[1]);
  TibiaPoint            on_bone, inside;
  Shares                shares;

  DivideEvenly(d->tibial, &shares);
  PlaceBulged(xy, (Line){t, t->nu - d->tibial, 0, 1, 0}, s->interosseous, border, s->bulge_posterior, 0, CORNER_SHARE, &shares);
  on_bone = xy[TibiaNode(t, t->nu, 0)];
  inside  = CornerPoint(on_bone, on_outline, border);
  PlaceOnOutline(xy, (Line){t, t->nu - d->tibial, t->nv, 1, 0}, s, s->posterior[0], s->posterior[1], &shares);
  Divide(2, s->border_rows, d->deep, &shares);
  PlaceStraight(xy, (Line){t, t->nu, 0, 0, 1}, on_bone, inside, &shares);
  PlaceOnOutline(xy, (Line){c, c->nu, 0, 0, 1}, s, s->border, s->posterior[1], &shares);
  DivideTwo(NUM_DEEP - 2, &d->deep[2], NUM_OUTER, d->outer, &s->border_rows[2], &shares);
  PlaceStraight(xy, (Line){t, t->nu, c->nv, 0, 1}, inside, on_outline, &shares);
  PlaceBulged(xy, (Line){c, 0, 0, 1, 0}, s->interosseous, border, s->bulge_posterior, CORNER_SHARE, 1, &shares);
}

/* Shares of the way along a line of nodes. */
static void Measure(TibiaPoint *xy, Line line, PetscInt num, Shares *shares)
{
  shares->num   = num;
  shares->at[0] = 0;
  for (PetscInt i = 1; i <= num; ++i) {
    const TibiaPoint *a = At(xy, &line, i - 1), *b = At(xy, &line, i);

    shares->at[i] = shares->at[i - 1] + PetscSqrtReal(PetscSqr(b->x - a->x) + PetscSqr(b->y - a->y));
  }
  for (PetscInt i = 1; i <= num; ++i) shares->at[i] /= shares->at[num];
}

/* Columns first..last of a patch from their four sides. */
static void Fill(const TibiaPatch *t, PetscInt first, PetscInt last, TibiaPoint *xy)
{
  Shares bottom, top, left, right;

  Measure(xy, (Line){t, first, 0, 1, 0}, last - first, &bottom);
  Measure(xy, (Line){t, first, t->nv, 1, 0}, last - first, &top);
  Measure(xy, (Line){t, first, 0, 0, 1}, t->nv, &left);
  Measure(xy, (Line){t, last, 0, 0, 1}, t->nv, &right);
  for (PetscInt u = first + 1; u < last; ++u) {
    for (PetscInt v = 1; v < t->nv; ++v) {
      const PetscReal   ub = bottom.at[u - first], du = top.at[u - first] - ub, vl = left.at[v], dv = right.at[v] - vl;
      const PetscReal   a = (ub + vl * du) / (1 - du * dv), b = vl + a * dv; /* where the straight lines of the parameters meet */
      const TibiaPoint *s = &xy[TibiaNode(t, u, 0)], *n = &xy[TibiaNode(t, u, t->nv)], *w = &xy[TibiaNode(t, first, v)],
                       *e  = &xy[TibiaNode(t, last, v)];
      const TibiaPoint *sw = &xy[TibiaNode(t, first, 0)], *se = &xy[TibiaNode(t, last, 0)], *nw = &xy[TibiaNode(t, first, t->nv)],
                       *ne = &xy[TibiaNode(t, last, t->nv)];
      TibiaPoint *here     = &xy[TibiaNode(t, u, v)];

      here->x = (1 - b) * s->x + b * n->x + (1 - a) * w->x + a * e->x - (1 - b) * ((1 - a) * sw->x + a * se->x) -
                b * ((1 - a) * nw->x + a * ne->x);
      here->y = (1 - b) * s->y + b * n->y + (1 - a) * w->y + a * e->y - (1 - b) * ((1 - a) * sw->y + a * se->y) -
                b * ((1 - a) * nw->y + a * ne->y);
    }
  }
}

/* Thickness of the fat: over the shin it is thin, with a smooth passage. */
static PetscReal FatAt(const TibiaShape *s, PetscReal angle)
{
  const PetscReal away = PetscAbsReal(PetscAtan2Real(PetscSinReal(angle - s->facing), PetscCosReal(angle - s->facing)));
  const PetscReal shin = 1 / (1 + PetscPowReal(away / (1.5 * (s->facing - s->crest)), 6));

  return s->fat + shin * (s->shin_fat - s->fat);
}

/* Outward normal of the outline. */
static TibiaPoint Normal(const TibiaShape *s, PetscReal angle)
{
  const PetscReal  step = 1e-4;
  const TibiaPoint a = TibiaOutline(s, angle - step), b = TibiaOutline(s, angle + step);
  const PetscReal  dx = b.x - a.x, dy = b.y - a.y, length = PetscSqrtReal(dx * dx + dy * dy);

  return (TibiaPoint){dy / length, -dx / length};
}

static void PlaceRing(const TibiaGrid *grid, const TibiaShape *s, TibiaPoint *xy)
{
  const TibiaDivisions *d = &grid->divisions;
  const TibiaPatch     *t = &grid->patch[PATCH_RING];
  Shares                shares;

  DivideEvenly(d->medial, &shares);
  PlaceOnOutline(xy, (Line){t, t->nu - d->medial, 0, 1, 0}, s, s->border, s->crest - 2 * PETSC_PI, &shares);
  for (PetscInt u = 0; u < t->nu; ++u) {
    const TibiaPoint start            = xy[TibiaNode(t, u, 0)];
    const PetscReal  angle            = PetscAtan2Real(start.y - s->centre.y, start.x - s->centre.x);
    const TibiaPoint normal           = Normal(s, angle);
    const PetscReal  layers[NUM_RING] = {s->fascia, FatAt(s, angle), s->skin}, whole = layers[0] + layers[1] + layers[2];

    Divide(NUM_RING, layers, d->ring, &shares);
    for (PetscInt v = 1; v <= t->nv; ++v)
      xy[TibiaNode(t, u, v)] = (TibiaPoint){start.x + whole * shares.at[v] * normal.x, start.y + whole * shares.at[v] * normal.y};
  }
}

void TibiaPlace(const TibiaGrid *grid, const TibiaShape *shape, TibiaPoint *xy)
{
  const TibiaPatch *patch = grid->patch, *back = &patch[PATCH_POSTERIOR];

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

PetscReal TibiaQuadArea(const TibiaGrid *grid, const TibiaPoint *xy, PetscInt quad)
{
  const PetscInt  *corner = &grid->section.quads[4 * quad];
  const TibiaPoint a = xy[corner[0]], b = xy[corner[1]], c = xy[corner[2]], d = xy[corner[3]];

  return 0.5 * ((c.x - a.x) * (d.y - b.y) - (d.x - b.x) * (c.y - a.y));
}
