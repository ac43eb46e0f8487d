#include <math.h>
#include "solver/strands/strands_impl.h"
#include <string.h>

#define SAME         1e-6       /* of a strand's spacing: nearer bed points are one */
#define SMALLEST_CUT (1. / 256) /* of the way of the beds in a step */

/* ---- beds ---- */

static PetscReal PathLength(const TasCaseStrand *strand)
{
  PetscReal length = 0.;

  for (PetscInt p = 1; p < strand->num_points; p++) {
    const PetscReal *a = strand->points + 3 * p - 3, *b = a + 3;
    length += PetscSqrtReal(PetscSqr(b[0] - a[0]) + PetscSqr(b[1] - a[1]) + PetscSqr(b[2] - a[2]));
  }
  return length;
}

static PetscInt NumNodes(const TasCaseStrand *strand)
{
  return strand->nodes ? strand->nodes : PetscMax(2, 1 + (PetscInt)PetscCeilReal(PathLength(strand) / strand->spacing));
}

/* The corners of the path, and between them points no farther apart than the strand's nodes.  points: NULL counts only. */
static PetscInt DividePath(const TasCaseStrand *strand, PetscReal *points)
{
  const PetscReal spacing = PathLength(strand) / (NumNodes(strand) - 1);
  PetscInt        num     = 0;

  for (PetscInt p = 0; p + 1 < strand->num_points; p++) {
    const PetscReal *a = strand->points + 3 * p, *b = a + 3;
    const PetscReal  length = PetscSqrtReal(PetscSqr(b[0] - a[0]) + PetscSqr(b[1] - a[1]) + PetscSqr(b[2] - a[2]));
    const PetscInt   parts  = PetscMax(1, (PetscInt)PetscCeilReal(length / spacing * (1. - 1e-12)));

    for (PetscInt k = 0; k < parts; k++, num++)
      for (int d = 0; d < 3 && points; d++) points[3 * num + d] = a[d] + (b[d] - a[d]) * k / parts;
  }
  for (int d = 0; d < 3 && points; d++) points[3 * num + d] = strand->points[3 * (strand->num_points - 1) + d];
  return num + 1;
}

/* Which bed points stay: none so near to the one before that the bed would have no direction between them. */
static PetscInt DropTwins(PetscInt num, PetscReal *points, const PetscReal *at, PetscReal spacing)
{
  PetscInt kept = 0, last = 0;

  for (PetscInt p = 0; p < num; p++) {
    const PetscReal *a = at + 3 * last, *b = at + 3 * p;

    if (p && PetscSqr(b[0] - a[0]) + PetscSqr(b[1] - a[1]) + PetscSqr(b[2] - a[2]) <= PetscSqr(SAME * spacing)) continue;
    for (int d = 0; d < 3; d++) points[3 * kept + d] = points[3 * p + d];
    kept++;
    last = p;
  }
  return kept;
}

static PetscErrorCode CheckInside(const TasCaseStrand *strand, const TasLocations *locations, const PetscReal *points, char *problem)
{
  char origin[PETSC_MAX_PATH_LEN] = "";

  PetscFunctionBeginUser;
  if (strand->node) TasNodeOrigin(strand->node, sizeof(origin), origin);
  for (PetscInt p = 0; p < locations->num_points && !problem[0]; p++) {
    if (locations->number[p] >= 0) continue;
    PetscCall(PetscSNPrintf(problem, TAS_PROBLEM_LENGTH,
                            "%s%sstrands.%s.path: leaves the mesh at (%.6g, %.6g, %.6g) mm, allowed: within the tissue, or no farther from it than %g of a cell's diagonal",
                            origin, origin[0] ? ": " : "", strand->law.name, (double)points[3 * p], (double)points[3 * p + 1], (double)points[3 * p + 2],
                            (double)TAS_LOCATE_TOLERANCE));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Bed points of one strand, located, without twins: from PetscMalloc, where they were put. */
static PetscErrorCode MakeBed(const TasMesh *mesh, const TasCaseStrand *strand, PetscInt *num, PetscReal **points, char *problem)
{
  TasLocations locations;
  PetscReal   *at;

  PetscFunctionBeginUser;
  *num = DividePath(strand, NULL);
  PetscCall(PetscMalloc1(3 * *num, points));
  PetscCall(PetscMalloc1(3 * *num, &at));
  (void)DividePath(strand, *points);
  PetscCall(TasLocate(mesh, *num, *points, &locations));
  PetscCall(CheckInside(strand, &locations, *points, problem));
  PetscCall(TasLocationsPositions(&locations, NULL, at));
  *num = DropTwins(*num, *points, at, PathLength(strand) / (NumNodes(strand) - 1));
  PetscCall(TasLocationsClear(&locations));
  PetscCall(PetscFree(at));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- set-up ---- */

static PetscErrorCode CreateStrand(TasStrands s, PetscInt i, char *problem)
{
  const TasCaseStrand *strand = &s->c->strands[i];
  const TasStrandSetup setup  = {.area          = strand->area,
                                 .bed_stiffness = strand->tangential_stiffness * strand->perimeter,
                                 .bed_time      = strand->turnover_time,
                                 .start         = strand->start.part,
                                 .end           = strand->end.part,
                                 .num_nodes     = NumNodes(strand),
                                 .num_bed       = s->first_bed[i + 1] - s->first_bed[i],
                                 .bed           = s->bed + 3 * s->first_bed[i]};
  TasStrandSetup       with   = setup;

  PetscFunctionBeginUser;
  PetscCall(TasCaseCreateStrandMaterial(strand, &s->materials[i], problem));
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  with.material = s->materials[i];
  PetscCall(TasStrandCreate(&with, &s->strands[i]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* All beds together, so that one exchange gives all positions. */
static PetscErrorCode LocateBeds(TasStrands s, PetscReal **beds)
{
  PetscReal *all;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(3 * s->first_bed[s->num] + 1, &all));
  PetscCall(PetscMalloc3(3 * s->first_bed[s->num] + 1, &s->bed, 3 * s->first_bed[s->num] + 1, &s->next_bed, 6 * s->first_bed[s->num] + 1, &s->scratch));
  for (PetscInt i = 0; i < s->num; i++) PetscCall(PetscArraycpy(all + 3 * s->first_bed[i], beds[i], 3 * (s->first_bed[i + 1] - s->first_bed[i])));
  PetscCall(TasLocate(s->mesh, s->first_bed[s->num], all, &s->locations));
  PetscCall(TasLocationsPositions(&s->locations, NULL, s->bed));
  PetscCall(PetscFree(all));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandsCreate(const TasCase *c, const TasMesh *mesh, TasStrands *strands, char *problem)
{
  TasStrands  s;
  PetscReal **beds;

  PetscFunctionBeginUser;
  problem[0] = 0;
  PetscCall(PetscNew(&s));
  *strands = s;
  s->c     = c;
  s->mesh  = mesh;
  s->num   = c->num_strands;
  s->time_step = INFINITY;
  PetscCall(PetscCalloc4(s->num + 1, &s->materials, s->num + 1, &s->strands, s->num + 1, &s->first_bed, s->num + 1, &s->column));
  PetscCall(PetscCalloc1(s->num + 1, &s->drawn));
  PetscCall(PetscCalloc1(s->num + 1, &beds));
  for (PetscInt i = 0; i < s->num && !problem[0]; i++) {
    PetscInt num;

    PetscCall(MakeBed(mesh, &c->strands[i], &num, &beds[i], problem));
    s->first_bed[i + 1] = s->first_bed[i] + num;
    if (!problem[0] && num < 2) PetscCall(PetscSNPrintf(problem, TAS_PROBLEM_LENGTH, "strands.%s.path: lies in one point of the mesh, allowed: a path through the tissue", c->strands[i].law.name));
  }
  if (!problem[0]) PetscCall(LocateBeds(s, beds));
  for (PetscInt i = 0; i < s->num && !problem[0]; i++) PetscCall(CreateStrand(s, i, problem));
  if (!problem[0]) PetscCall(TasStrandsHarmCreate(s));
  for (PetscInt i = 0; i < s->num; i++) PetscCall(PetscFree(beds[i]));
  PetscCall(PetscFree(beds));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandsDestroy(TasStrands *strands)
{
  TasStrands s = *strands;

  PetscFunctionBeginUser;
  if (!s) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasStrandsCloseFile(s));
  PetscCall(TasStrandsHarmDestroy(s));
  for (PetscInt i = 0; i < s->num; i++) {
    PetscCall(TasStrandDestroy(&s->strands[i]));
    PetscCall(TasMaterialDestroy(&s->materials[i]));
  }
  PetscCall(TasLocationsClear(&s->locations));
  PetscCall(PetscFree4(s->materials, s->strands, s->first_bed, s->column));
  PetscCall(PetscFree(s->reach));
  PetscCall(PetscFree(s->drawn));
  PetscCall(PetscFree3(s->bed, s->next_bed, s->scratch));
  PetscCall(PetscFree(*strands));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt  TasStrandsNum(TasStrands s) { return s->num; }
TasStrand TasStrandsGet(TasStrands s, PetscInt number) { return s->strands[number]; }

/* ---- ends that joints draw ---- */

static PetscReal *Reach(TasStrands s, PetscInt i, PetscInt end) { return s->reach + (2 * i + end) * s->bodies->num_coordinates; }

PetscErrorCode TasStrandsFollow(TasStrands s, const TasBodies *bodies)
{
  PetscFunctionBeginUser;
  s->bodies = bodies;
  PetscCall(PetscFree(s->reach));
  PetscCall(PetscCalloc1(2 * s->num * bodies->num_coordinates + 1, &s->reach));
  for (PetscInt i = 0; i < s->num; i++)
    for (PetscInt end = 0; end < 2; end++) {
      const TasCaseStrandEnd *wanted = end ? &s->c->strands[i].end : &s->c->strands[i].start;
      for (PetscInt a = 0; a < wanted->num_arms; a++) Reach(s, i, end)[TasBodiesFindCoordinate(bodies, s->c->joints[wanted->arm[a].joint].name)] += wanted->arm[a].length;
    }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* By that much the coordinates at hand, or a direction of them, draw the far ends of a strand. */
static void Draw(TasStrands s, PetscInt i, const PetscReal *direction, PetscReal drawn[2])
{
  drawn[0] = drawn[1] = 0.;
  for (PetscInt j = 0; s->bodies && j < s->bodies->num_coordinates; j++)
    for (PetscInt end = 0; end < 2; end++) drawn[end] += Reach(s, i, end)[j] * (direction ? direction[j] : s->bodies->coordinate[j].value);
}

static void AddByReach(TasStrands s, PetscInt i, const PetscReal tension[2], PetscReal *force)
{
  for (PetscInt j = 0; s->bodies && j < s->bodies->num_coordinates; j++) force[j] += Reach(s, i, 0)[j] * tension[0] + Reach(s, i, 1)[j] * tension[1];
}

void TasStrandsAddCoordinates(TasStrands s, PetscReal *force)
{
  for (PetscInt i = 0; i < s->num; i++) {
    const PetscReal tension[2] = {TasStrandEndForce(s->strands[i], PETSC_FALSE), TasStrandEndForce(s->strands[i], PETSC_TRUE)};
    if (s->c->strands[i].two_way) AddByReach(s, i, tension, force);
  }
}

/* ---- steps ---- */

/* From the last bed and drawn ends to the new ones, where one step is too long in several: the state stays that of the step's start. */
static PetscErrorCode SolveInParts(TasStrand strand, PetscInt num_bed, const PetscReal *from, const PetscReal *to, const PetscReal drawn[2], PetscReal time_step, PetscBool *converged)
{
  TasStrandOutcome outcome;
  PetscReal       *bed, ends[2], before[2], reached = 0., part = 1.;

  PetscFunctionBeginUser;
  TasStrandGetDrawn(strand, before);
  PetscCall(PetscMalloc1(3 * num_bed, &bed));
  while (reached < 1. && part >= SMALLEST_CUT) {
    const PetscReal at = PetscMin(1., reached + part);

    for (PetscInt k = 0; k < 3 * num_bed; k++) bed[k] = at < 1. ? from[k] + at * (to[k] - from[k]) : to[k];
    for (int end = 0; end < 2; end++) ends[end] = at < 1. ? before[end] + at * (drawn[end] - before[end]) : drawn[end];
    TasStrandDraw(strand, ends);
    PetscCall(TasStrandSolve(strand, bed, time_step, &outcome));
    if (outcome.converged) reached = at;
    part *= outcome.converged ? 2. : 0.5;
  }
  *converged = (PetscBool)(reached >= 1.);
  PetscCall(PetscFree(bed));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscBool TasStrandsArePulling(TasStrands s)
{
  for (PetscInt i = 0; i < s->num; i++)
    if (s->c->strands[i].two_way) return PETSC_TRUE;
  return PETSC_FALSE;
}

void TasStrandsSetTimeStep(TasStrands s, PetscReal time_step)
{
  if (time_step != s->time_step) s->solved = TAS_SOLVED_NONE;
  s->time_step = time_step;
}

/* Takes over how far the far ends are drawn now: is it other than in the last solution? */
static PetscBool DrawnAnew(TasStrands s)
{
  PetscBool anew = PETSC_FALSE;

  for (PetscInt i = 0; i < s->num; i++) {
    PetscReal drawn[2];
    Draw(s, i, NULL, drawn);
    for (PetscInt end = 0; end < 2; end++) {
      anew             = (PetscBool)(anew || drawn[end] != s->drawn[i][end]);
      s->drawn[i][end] = drawn[end];
    }
  }
  return anew;
}

/* Of the beds in scratch; what is solved already stays. */
static PetscErrorCode SolveAll(TasStrands s, PetscBool pulling, PetscInt *failed)
{
  const size_t size = 3 * (size_t)s->first_bed[s->num] * sizeof *s->bed;
  const PetscBool anew = DrawnAnew(s);
  const PetscInt before = anew || memcmp(s->scratch, s->next_bed, size) ? TAS_SOLVED_NONE : s->solved;

  PetscFunctionBeginUser;
  memcpy(s->next_bed, s->scratch, size);
  s->solved = TAS_SOLVED_NONE;
  for (PetscInt i = 0; i < s->num && *failed < 0; i++) {
    const PetscInt first   = s->first_bed[i];
    const PetscBool two_way = s->c->strands[i].two_way;
    PetscBool       converged;

    if (before == TAS_SOLVED_ALL || (before == TAS_SOLVED_PULLING && two_way) || (pulling && !two_way)) continue;
    TasStrandReturn(s->strands[i]);
    PetscCall(SolveInParts(s->strands[i], s->first_bed[i + 1] - first, s->bed + 3 * first, s->next_bed + 3 * first, s->drawn[i], s->time_step, &converged));
    if (!converged) *failed = i;
  }
  if (*failed < 0) s->solved = pulling && before != TAS_SOLVED_ALL ? TAS_SOLVED_PULLING : TAS_SOLVED_ALL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandsSolve(TasStrands s, const PetscReal *displacement, PetscBool pulling, PetscInt *failed)
{
  PetscFunctionBeginUser;
  *failed = -1;
  if (!s->num) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasLocationsPositions(&s->locations, displacement, s->scratch));
  PetscCall(SolveAll(s, pulling, failed));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandsAddForce(TasStrands s, PetscReal *force)
{
  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < s->num; i++) {
    if (!s->c->strands[i].two_way) continue;
    TasStrandBedForces(s->strands[i], s->scratch);
    TasLocationsSpread(&s->locations, s->first_bed[i], s->first_bed[i + 1] - s->first_bed[i], s->scratch, force);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandsAddProduct(TasStrands s, const PetscReal *direction, const PetscReal *drawing, PetscReal *product, PetscReal *force)
{
  PetscReal *moved = s->scratch + 3 * s->first_bed[s->num];

  PetscFunctionBeginUser;
  PetscCall(TasLocationsInterpolate(&s->locations, direction, moved));
  for (PetscInt i = 0; i < s->num; i++) {
    PetscReal drawn[2] = {0., 0.}, tension[2];
    if (!s->c->strands[i].two_way) continue;
    if (drawing) Draw(s, i, drawing, drawn);
    PetscCall(TasStrandBedProduct(s->strands[i], moved + 3 * s->first_bed[i], drawn, s->scratch, tension));
    if (force) AddByReach(s, i, tension, force);
    TasLocationsSpread(&s->locations, s->first_bed[i], s->first_bed[i + 1] - s->first_bed[i], s->scratch, product);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscReal TasStrandsGrowthError(TasStrands s)
{
  PetscReal error = 0.;

  for (PetscInt i = 0; i < s->num; i++) error = PetscMax(error, TasStrandGrowthError(s->strands[i], s->time_step));
  return error;
}

PetscErrorCode TasStrandsAccept(TasStrands s, PetscReal time)
{
  PetscFunctionBeginUser;
  if (!s->num) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCheck(s->solved == TAS_SOLVED_ALL, s->mesh->comm, PETSC_ERR_ORDER, "Strands are solved before they are accepted");
  for (PetscInt i = 0; i < s->num; i++) {
    PetscCall(TasStrandCommit(s->strands[i], s->time_step));
    PetscCall(TasStrandsHarmUpdate(s, i, s->started ? time - s->time : 0.));
  }
  PetscCall(PetscArraycpy(s->bed, s->next_bed, 3 * s->first_bed[s->num]));
  s->solved  = TAS_SOLVED_NONE;
  s->time    = time;
  s->started = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- checkpoint ---- */

PetscInt TasStrandsStateSize(TasStrands s)
{
  PetscInt size = s->num ? 1 + 3 * s->first_bed[s->num] : 0;

  for (PetscInt i = 0; i < s->num; i++) size += TasStrandStateSize(s->strands[i]) + TAS_RULES_STATE * TasStrandNumElements(s->strands[i]);
  return size;
}

void TasStrandsGetState(TasStrands s, PetscReal *state)
{
  if (!s->num) return;
  *state++ = s->time;
  for (PetscInt k = 0; k < 3 * s->first_bed[s->num]; k++) *state++ = s->bed[k];
  for (PetscInt i = 0; i < s->num; i++) {
    TasStrandGetState(s->strands[i], state);
    state += TasStrandStateSize(s->strands[i]);
    for (PetscInt k = 0; k < TAS_RULES_STATE * TasStrandNumElements(s->strands[i]); k++) *state++ = s->harm[i].state[k];
  }
}

PetscErrorCode TasStrandsSetState(TasStrands s, const PetscReal *state)
{
  PetscFunctionBeginUser;
  if (!s->num) PetscFunctionReturn(PETSC_SUCCESS);
  s->time    = *state++;
  s->started = PETSC_TRUE;
  s->solved  = TAS_SOLVED_NONE;
  for (PetscInt k = 0; k < 3 * s->first_bed[s->num]; k++) s->bed[k] = *state++;
  for (PetscInt i = 0; i < s->num; i++) {
    PetscCall(TasStrandSetState(s->strands[i], s->bed + 3 * s->first_bed[i], state));
    state += TasStrandStateSize(s->strands[i]);
    for (PetscInt k = 0; k < TAS_RULES_STATE * TasStrandNumElements(s->strands[i]); k++) s->harm[i].state[k] = *state++;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
