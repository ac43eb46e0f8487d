/*
  Opens the corners of a cross-section that are too sharp or too flat, by small moves of the nodes around them.

  Where the curves of the section already give good angles nothing moves, so thicknesses stay what they are.  The moves are then
  smoothed along the leg, so that neighbouring sections stay alike.  Nodes on bones and from the fascia outwards are kept.
*/
#include "mesh/limb_tibia.h"

#define SWEEPS 60
#define SHARPEST 0.6  /* rad: corners between SHARPEST and pi - SHARPEST are left alone */
#define RATE 0.5      /* of the missing angle, per sweep */
#define SMOOTHING 12. /* mm along the leg over which moves are smoothed */
#define LONGEST 0.15  /* a move, as a share of the shortest edge at the node */

static PetscReal Length(PetscReal x, PetscReal y)
{
  return PetscSqrtReal(x * x + y * y);
}

/* Turns the corner at b between the edges to a (next) and c (previous) towards the admissible range; adds up the moves. */
static PetscBool OpenCorner(const TibiaPoint *xy, const PetscInt node[3], TibiaPoint *move, PetscReal *shortest)
{
  const TibiaPoint b  = xy[node[1]];
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

static void Move(PetscInt num, const PetscBool *fixed, const TibiaPoint *move, const PetscReal *shortest, TibiaPoint *xy)
{
  for (PetscInt i = 0; i < num; ++i) {
    const PetscReal length = Length(move[i].x, move[i].y), most = LONGEST * shortest[i];

    if (fixed[i] || length == 0) continue;
    xy[i].x += move[i].x * PetscMin(1., most / length);
    xy[i].y += move[i].y * PetscMin(1., most / length);
  }
}

typedef struct {
  PetscBool  *fixed; /* [num_nodes] of the section, as are the others */
  TibiaPoint *move;
  PetscReal  *shortest;
} Work;

static void RelaxSection(const TibiaGrid *grid, Work *work, TibiaPoint *xy)
{
  const TasSection *section = &grid->section;

  for (PetscInt sweep = 0; sweep < SWEEPS; ++sweep) {
    PetscBool any = PETSC_FALSE;

    for (PetscInt i = 0; i < section->num_nodes; ++i) {
      work->move[i]     = (TibiaPoint){0, 0};
      work->shortest[i] = PETSC_MAX_REAL;
    }
    for (PetscInt q = 0; q < section->num_quads; ++q) {
      const PetscInt *n = &section->quads[4 * q];

      if (grid->quad_patch[q] == PATCH_RING) continue;
      for (PetscInt k = 0; k < 4; ++k)
        if (OpenCorner(xy, (PetscInt[]){n[(k + 1) % 4], n[k], n[(k + 3) % 4]}, work->move, work->shortest)) any = PETSC_TRUE;
    }
    if (!any) break;
    Move(section->num_nodes, work->fixed, work->move, work->shortest, xy);
  }
}

static PetscErrorCode WorkCreate(const TibiaGrid *grid, Work *work)
{
  const TasSection *section = &grid->section;
  const TibiaPatch *ring    = &grid->patch[PATCH_RING];

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc3(section->num_nodes, &work->fixed, section->num_nodes, &work->move, section->num_nodes, &work->shortest));
  for (PetscInt i = 0; i < 2 * section->num_edges; ++i)
    if (grid->edge_side[i / 2] != SIDE_MEMBRANE) work->fixed[section->edges[i]] = PETSC_TRUE;
  for (PetscInt u = 0; u <= ring->nu; ++u)
    for (PetscInt v = 0; v <= ring->nv; ++v) work->fixed[TibiaNode(ring, u, v)] = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One pass of (1 2 1)/4 along the leg for each node; ends as they are.  before: [num_nodes] work. */
static void SmoothAlong(PetscInt num_levels, PetscInt num_nodes, TibiaPoint *move, TibiaPoint *before)
{
  for (PetscInt i = 0; i < num_nodes; ++i) before[i] = move[i];
  for (PetscInt level = 1; level < num_levels - 1; ++level) {
    for (PetscInt i = 0; i < num_nodes; ++i) {
      TibiaPoint       *here = &move[level * num_nodes + i], old = *here;
      const TibiaPoint *next = here + num_nodes;

      here->x   = 0.25 * (before[i].x + 2 * old.x + next->x);
      here->y   = 0.25 * (before[i].y + 2 * old.y + next->y);
      before[i] = old;
    }
  }
}

PetscErrorCode TibiaRelax(const TibiaGrid *grid, PetscInt num_levels, PetscReal spacing, TibiaPoint *xy)
{
  const PetscInt num_nodes = grid->section.num_nodes, passes = (PetscInt)(PetscSqr(SMOOTHING / spacing) + 1);
  TibiaPoint    *move;
  Work           work;

  PetscFunctionBeginUser;
  PetscCall(WorkCreate(grid, &work));
  PetscCall(PetscMalloc1(num_levels * num_nodes, &move));
  PetscCall(PetscArraycpy(move, xy, num_levels * num_nodes));
  for (PetscInt level = 0; level < num_levels; ++level) RelaxSection(grid, &work, &move[level * num_nodes]);
  for (PetscInt i = 0; i < num_levels * num_nodes; ++i) move[i] = (TibiaPoint){move[i].x - xy[i].x, move[i].y - xy[i].y};
  for (PetscInt pass = 0; pass < passes; ++pass) SmoothAlong(num_levels, num_nodes, move, work.move);
  for (PetscInt i = 0; i < num_levels * num_nodes; ++i) xy[i] = (TibiaPoint){xy[i].x + move[i].x, xy[i].y + move[i].y};
  PetscCall(PetscFree(move));
  PetscCall(PetscFree3(work.fixed, work.move, work.shortest));
  PetscFunctionReturn(PETSC_SUCCESS);
}
