/*
  Opens the corners of a cross-section that are too sharp or too flat, by small moves of the nodes around them.

  Where the curves of the section already give good angles nothing moves, so thicknesses stay what they are.  The moves are then
  smoothed along the limb, so that neighbouring sections stay alike.
*/
#include "mesh/limb_patches.h"

#define SWEEPS 60
#define SHARPEST 0.6  /* rad: corners between SHARPEST and pi - SHARPEST are left alone */
#define RATE 0.5      /* of the missing angle, per sweep */
#define SMOOTHING 12. /* mm along the limb over which moves are smoothed */
#define LONGEST 0.15  /* a move, as a share of the shortest edge at the node */
#define DANGER 0.3    /* sine of a corner below which no move may make it worse: thin cells fold over */

static PetscReal Length(PetscReal x, PetscReal y)
{
  return PetscSqrtReal(x * x + y * y);
}

/* Turns the corner at b between the edges to a (next) and c (previous) towards the admissible range; adds up the moves. */
static PetscBool OpenCorner(const TasPlanePoint *xy, const PetscInt node[3], TasPlanePoint *move, PetscReal *shortest)
{
  const TasPlanePoint b  = xy[node[1]];
  const PetscReal  ax = xy[node[0]].x - b.x, ay = xy[node[0]].y - b.y, cx = xy[node[2]].x - b.x, cy = xy[node[2]].y - b.y;
  const PetscReal  la = Length(ax, ay), lc = Length(cx, cy);
  PetscReal        angle = PetscAtan2Real(ax * cy - ay * cx, ax * cx + ay * cy), turn = 0;

  for (PetscInt i = 0; i < 3; ++i) shortest[node[i]] = PetscMin(shortest[node[i]], i == 0 ? la : i == 2 ? lc : PetscMin(la, lc));
  if (angle < -0.5 * PETSC_PI) angle += 2 * PETSC_PI; /* inverted: folded over from the flat side */
  if (angle < SHARPEST)
    turn = SHARPEST - angle;
  else if (angle > PETSC_PI - SHARPEST)
    turn = PETSC_PI - SHARPEST - angle;
  if (turn == 0) return PETSC_FALSE;
  turn *= 0.5 * RATE;
  /* to a: clockwise; to c: anticlockwise; b goes the other way */
  move[node[0]].x += turn * ay;
  move[node[0]].y -= turn * ax;
  move[node[2]].x -= turn * cy;
  move[node[2]].y += turn * cx;
  move[node[1]].x -= 0.5 * turn * (ay - cy);
  move[node[1]].y += 0.5 * turn * (ax - cx);
  return PETSC_TRUE;
}

static void Move(PetscInt num, const PetscBool *fixed, const TasPlanePoint *move, const PetscReal *shortest, TasPlanePoint *xy)
{
  for (PetscInt i = 0; i < num; ++i) {
    const PetscReal length = Length(move[i].x, move[i].y), most = LONGEST * shortest[i];

    if (fixed[i] || length == 0) continue;
    xy[i].x += move[i].x * PetscMin(1., most / length);
    xy[i].y += move[i].y * PetscMin(1., most / length);
  }
}

/* The smallest sine of a quadrilateral's corners; negative where it is folded over. */
static PetscReal Sharpest(const TasPlanePoint *xy, const PetscInt n[4])
{
  PetscReal least = 1;

  for (PetscInt k = 0; k < 4; ++k) {
    const TasPlanePoint a = xy[n[(k + 1) % 4]], b = xy[n[k]], c = xy[n[(k + 3) % 4]];
    const PetscReal     product = Length(a.x - b.x, a.y - b.y) * Length(c.x - b.x, c.y - b.y);

    least = PetscMin(least, ((a.x - b.x) * (c.y - b.y) - (a.y - b.y) * (c.x - b.x)) / PetscMax(product, PETSC_SMALL));
  }
  return least;
}

/* Takes back the moves that have made a sharp corner sharper. */
static void TakeBack(const TasSection *section, const TasPlanePoint *before, TasPlanePoint *xy)
{
  PetscBool any = PETSC_TRUE;

  while (any) { /* ends at the latest when all have been taken back */
    any = PETSC_FALSE;
    for (PetscInt q = 0; q < section->num_quads; ++q) {
      const PetscInt *n   = &section->quads[4 * q];
      const PetscReal now = Sharpest(xy, n);

      if (now >= DANGER || now >= Sharpest(before, n)) continue;
      for (PetscInt k = 0; k < 4; ++k) xy[n[k]] = before[n[k]];
      any = PETSC_TRUE;
    }
  }
}

typedef struct {
  const PetscBool *fixed; /* [num_nodes] of the section, as are the others */
  TasPlanePoint   *move, *before;
  PetscReal       *shortest;
} Work;

static void RelaxSection(const TasSection *section, Work *work, TasPlanePoint *xy)
{
  for (PetscInt sweep = 0; sweep < SWEEPS; ++sweep) {
    PetscBool any = PETSC_FALSE;

    for (PetscInt i = 0; i < section->num_nodes; ++i) {
      work->move[i]     = (TasPlanePoint){0, 0};
      work->shortest[i] = PETSC_MAX_REAL;
    }
    for (PetscInt q = 0; q < section->num_quads; ++q) {
      const PetscInt *n = &section->quads[4 * q];

      if (work->fixed[n[0]] && work->fixed[n[1]] && work->fixed[n[2]] && work->fixed[n[3]]) continue;
      for (PetscInt k = 0; k < 4; ++k)
        if (OpenCorner(xy, (PetscInt[]){n[(k + 1) % 4], n[k], n[(k + 3) % 4]}, work->move, work->shortest)) any = PETSC_TRUE;
    }
    if (!any) break;
    for (PetscInt i = 0; i < section->num_nodes; ++i) work->before[i] = xy[i];
    Move(section->num_nodes, work->fixed, work->move, work->shortest, xy);
    TakeBack(section, work->before, xy);
  }
}

/* One pass of (1 2 1)/4 along the limb for each node; ends as they are.  before: [num_nodes] work. */
static void SmoothAlong(PetscInt num_levels, PetscInt num_nodes, TasPlanePoint *move, TasPlanePoint *before)
{
  for (PetscInt i = 0; i < num_nodes; ++i) before[i] = move[i];
  for (PetscInt level = 1; level < num_levels - 1; ++level) {
    for (PetscInt i = 0; i < num_nodes; ++i) {
      TasPlanePoint       *here = &move[level * num_nodes + i], old = *here;
      const TasPlanePoint *next = here + num_nodes;

      here->x   = 0.25 * (before[i].x + 2 * old.x + next->x);
      here->y   = 0.25 * (before[i].y + 2 * old.y + next->y);
      before[i] = old;
    }
  }
}

static PetscErrorCode Relax(const TasSection *section, const PetscBool *fixed, PetscInt num_levels, PetscReal spacing, TasPlanePoint *xy)
{
  const PetscInt num_nodes = section->num_nodes, passes = (PetscInt)(PetscSqr(SMOOTHING / spacing) + 1);
  TasPlanePoint *move;
  Work           work = {.fixed = fixed};

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc3(num_nodes, &work.move, num_nodes, &work.before, num_nodes, &work.shortest));
  PetscCall(PetscMalloc1(num_levels * num_nodes, &move));
  PetscCall(PetscArraycpy(move, xy, num_levels * num_nodes));
  for (PetscInt level = 0; level < num_levels; ++level) RelaxSection(section, &work, &move[level * num_nodes]);
  for (PetscInt i = 0; i < num_levels * num_nodes; ++i) move[i] = (TasPlanePoint){move[i].x - xy[i].x, move[i].y - xy[i].y};
  for (PetscInt pass = 0; pass < passes; ++pass) SmoothAlong(num_levels, num_nodes, move, work.move);
  for (PetscInt i = 0; i < num_levels * num_nodes; ++i) xy[i] = (TasPlanePoint){xy[i].x + move[i].x, xy[i].y + move[i].y};
  PetscCall(PetscFree(move));
  PetscCall(PetscFree3(work.move, work.before, work.shortest));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void Fix(const TasPatches *patches, PetscInt movable, PetscBool *fixed)
{
  const TasSection *section = &patches->section;
  const TasPatch   *last    = &patches->patch[patches->num_patches - 1];

  for (PetscInt i = 0; i < 2 * section->num_edges; ++i)
    if (patches->edge_side[i / 2] != movable) fixed[section->edges[i]] = PETSC_TRUE;
  for (PetscInt u = 0; u <= last->nu; ++u)
    for (PetscInt v = 0; v <= last->nv; ++v) fixed[TasPatchNode(last, u, v)] = PETSC_TRUE;
}

PetscErrorCode TasPatchesPlaceAll(const TasPatches *patches, PetscInt movable, PetscInt num_levels, const PetscReal *levels,
                                  void (*place)(const void *context, PetscReal z, TasPlanePoint *xy), const void *context, PetscReal *points)
{
  const PetscInt  n       = patches->section.num_nodes;
  const PetscReal spacing = (levels[num_levels - 1] - levels[0]) / (num_levels - 1);
  PetscBool      *fixed;
  TasPlanePoint  *xy;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(n, &fixed));
  PetscCall(PetscMalloc1(num_levels * n, &xy));
  Fix(patches, movable, fixed);
  for (PetscInt level = 0; level < num_levels; ++level) place(context, levels[level], &xy[level * n]);
  PetscCall(Relax(&patches->section, fixed, num_levels, spacing, xy));
  for (PetscInt i = 0; i < num_levels * n; ++i, points += 3) {
    points[0] = xy[i].x;
    points[1] = xy[i].y;
    points[2] = levels[i / n];
  }
  PetscCall(PetscFree(xy));
  PetscCall(PetscFree(fixed));
  PetscFunctionReturn(PETSC_SUCCESS);
}
