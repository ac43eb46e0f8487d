/* Fibre directions by Laplace fields; formulae and their limits: docs/theory/fibres.md. */
#include "mesh/key_table.h"
#include "mesh/tissue_field.h"
#include <stdio.h>
#include <string.h>

#define VANISHING 1e-6 /* a gradient this small against the tissue's average has no direction */

static PetscBool AllMarked(PetscInt count, const PetscInt *nodes, const PetscInt *marked)
{
  for (PetscInt k = 0; k < count; k++) {
    if (!marked[nodes[k]]) return PETSC_FALSE;
  }
  return PETSC_TRUE;
}

/* Facets that lie on the tissue, with all their corners. */
static void MarkSurface(const TasTissue *t, const TasSurface *surface, PetscInt *marked)
{
  for (PetscInt f = 0; f < surface->num_facets; f++) {
    const PetscInt *nodes = surface->facet_nodes + f * t->mesh->nodes_per_facet;
    if (!AllMarked(t->shape->face_corners, nodes, t->inside)) continue;
    for (PetscInt k = 0; k < t->shape->face_corners; k++) marked[nodes[k]] = 1;
  }
}

/* Faces of the tissue, all of whose corners another tissue has too. */
static PetscErrorCode MarkTissue(const TasTissue *t, PetscInt other, PetscInt *marked)
{
  const TasMesh *mesh = t->mesh;
  PetscInt      *corner;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(mesh->num_nodes, &corner));
  for (PetscInt c = 0; c < mesh->num_cells; c++) {
    if (mesh->cell_tissue[c] != other) continue;
    for (PetscInt k = 0; k < t->shape->num_corners; k++) corner[mesh->cells[c * mesh->nodes_per_cell + k]] = 1;
  }
  PetscCall(TasTissueShareInts(t, corner));
  for (PetscInt i = 0; i < t->num_cells; i++) {
    for (PetscInt f = 0; f < t->shape->num_faces; f++) {
      PetscInt nodes[TAS_MAX_FACE_CORNERS];
      for (PetscInt k = 0; k < t->shape->face_corners; k++) nodes[k] = TasTissueCell(t, i)[t->shape->faces[f][k]];
      if (!AllMarked(t->shape->face_corners, nodes, corner)) continue;
      for (PetscInt k = 0; k < t->shape->face_corners; k++) marked[nodes[k]] = 1;
    }
  }
  PetscCall(PetscFree(corner));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One name of an end. */
static PetscErrorCode MarkName(const TasTissue *t, const char *name, PetscInt *marked, char *problem)
{
  const PetscInt surface = TasMeshFindSurface(t->mesh, name), tissue = TasMeshFindTissue(t->mesh, name);

  PetscFunctionBeginUser;
  if (surface >= 0) {
    MarkSurface(t, &t->mesh->surfaces[surface], marked);
  } else if (tissue >= 0 && tissue != t->tissue) {
    PetscCall(MarkTissue(t, tissue, marked));
  } else {
    snprintf(problem, TAS_PROBLEM_LENGTH, "fibres of '%s': there is no surface or other tissue named '%s'",
             t->mesh->tissue_names[t->tissue], name);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* marked [num_nodes]: corners of the tissue on an end; names are separated by commas. */
static PetscErrorCode MarkEnd(const TasTissue *t, const char *names, PetscInt *marked, char *problem)
{
  PetscInt count;
  char     name[TAS_NAME_LENGTH];

  PetscFunctionBeginUser;
  for (const char *at = names; *at && !*problem;) {
    at += strspn(at, ", ");
    size_t      length = strcspn(at, ",");
    const char *next   = at + length;
    while (length && at[length - 1] == ' ') length--;
    if (length) {
      const size_t kept = PetscMin(length, sizeof(name) - 1);
      memcpy(name, at, kept);
      name[kept] = '\0';
      PetscCall(MarkName(t, name, marked, problem));
    }
    at = next;
  }
  PetscCall(TasTissueShareInts(t, marked));
  PetscCall(TasTissueCount(t, marked, &count));
  if (!*problem && !count) {
    snprintf(problem, TAS_PROBLEM_LENGTH, "fibres of '%s': '%s' does not touch the tissue with a whole face",
             t->mesh->tissue_names[t->tissue], names);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* phi: 0 on `from`, 1 on `to`, one half where they meet. */
static PetscErrorCode SolveLaplace(const TasTissue *t, const PetscInt *from, const PetscInt *to, PetscReal *phi, char *problem)
{
  PetscInt *fixed, own[2] = {0, 0}, total[2];

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(t->mesh->num_nodes, &fixed));
  for (PetscInt n = 0; n < t->mesh->num_nodes; n++) {
    fixed[n] = from[n] || to[n];
    phi[n]   = from[n] && to[n] ? 0.5 : to[n] ? 1 : 0;
    if (n >= t->mesh->num_nodes_owned) continue;
    own[0] += from[n] && !to[n];
    own[1] += to[n] && !from[n];
  }
  PetscCallMPI(MPI_Allreduce(own, total, 2, MPIU_INT, MPI_SUM, t->mesh->comm));
  if (!total[0] || !total[1]) {
    PetscCall(
        PetscSNPrintf(problem, TAS_PROBLEM_LENGTH, "fibres of '%s': its two ends are at the same place", t->mesh->tissue_names[t->tissue]));
  } else {
    PetscCall(TasTissueSolve(t, fixed, 0, phi, problem));
  }
  PetscCall(PetscFree(fixed));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscReal Norm(const PetscReal v[3])
{
  return PetscSqrtReal(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

/* Below this the gradient of a cell counts as none. */
static PetscErrorCode Threshold(const TasTissue *t, const PetscReal *gradient, PetscReal *threshold)
{
  PetscReal here[2] = {0, 0}, sum[2];

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < t->num_cells; i++) {
    if (t->cells[i] >= t->mesh->num_cells_owned) continue;
    here[0] += Norm(gradient + 3 * i);
    here[1] += 1;
  }
  PetscCallMPI(MPI_Allreduce(here, sum, 2, MPIU_REAL, MPI_SUM, t->mesh->comm));
  *threshold = sum[1] > 0 ? VANISHING * sum[0] / sum[1] : 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Unit vectors along the gradients; zero where there is none. */
static PetscErrorCode Directions(const TasTissue *t, const PetscReal *phi, PetscReal *direction)
{
  PetscReal threshold;

  PetscFunctionBeginUser;
  PetscCall(TasTissueGradient(t, phi, direction));
  PetscCall(Threshold(t, direction, &threshold));
  for (PetscInt i = 0; i < t->num_cells; i++) {
    const PetscReal norm = Norm(direction + 3 * i);
    for (PetscInt d = 0; d < 3; d++) direction[3 * i + d] = norm > threshold ? direction[3 * i + d] / norm : 0;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Averages over the cells at each node; by way of the nodes a cell can take the average of its neighbours on any rank. */
static PetscErrorCode AverageAtNodes(const TasTissue *t, const PetscReal *direction, PetscReal *average)
{
  PetscFunctionBeginUser;
  for (PetscInt n = 0; n < t->mesh->num_nodes_owned; n++) {
    for (PetscInt i = t->node_offset[n]; i < t->node_offset[n + 1]; i++) {
      for (PetscInt d = 0; d < 3; d++) average[3 * n + d] += direction[3 * t->at_node[i] + d];
    }
  }
  PetscCall(TasTissueShareReals(t, 3, average));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Cells without a direction take the average of those around them. missing: how many have none then, on all ranks. */
static PetscErrorCode FillGaps(const TasTissue *t, PetscReal *direction, PetscInt *missing)
{
  PetscReal *average;
  PetscInt   here = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(3 * t->mesh->num_nodes, &average));
  PetscCall(AverageAtNodes(t, direction, average));
  for (PetscInt i = 0; i < t->num_cells; i++) {
    PetscReal *v = direction + 3 * i;
    if (Norm(v) > 0) continue;
    for (PetscInt k = 0; k < t->shape->num_corners; k++) {
      for (PetscInt d = 0; d < 3; d++) v[d] += average[3 * TasTissueCell(t, i)[k] + d];
    }
    const PetscReal norm = Norm(v);
    for (PetscInt d = 0; d < 3; d++) v[d] = norm > 1e-3 ? v[d] / norm : 0;
    here += norm <= 1e-3 && t->cells[i] < t->mesh->num_cells_owned;
  }
  PetscCallMPI(MPI_Allreduce(&here, missing, 1, MPIU_INT, MPI_SUM, t->mesh->comm));
  PetscCall(PetscFree(average));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* sides [num_nodes]: corners on the faces between the tissue and whatever else, except at its two ends. */
static PetscErrorCode MarkSides(const TasTissue *t, const PetscInt *from, const PetscInt *to, PetscInt *sides)
{
  const PetscInt width = t->shape->face_corners;
  TasKeyTable    faces;
  PetscInt      *times, index;
  PetscBool      is_new;

  PetscFunctionBeginUser;
  PetscCall(TasKeyTableCreate(width, 4 * t->num_cells, &faces));
  PetscCall(PetscCalloc1(t->shape->num_faces * t->num_cells, &times));
  for (PetscInt i = 0; i < t->num_cells; i++) {
    for (PetscInt f = 0; f < t->shape->num_faces; f++) {
      PetscInt nodes[TAS_MAX_FACE_CORNERS];
      int64_t  key[TAS_MAX_FACE_CORNERS];
      for (PetscInt k = 0; k < width; k++) nodes[k] = TasTissueCell(t, i)[t->shape->faces[f][k]];
      TasSortedKey(width, nodes, key);
      PetscCall(TasKeyTableInsert(&faces, key, &index, &is_new));
      times[index]++;
    }
  }
  for (PetscInt i = 0; i < faces.count; i++) {
    PetscInt nodes[TAS_MAX_FACE_CORNERS];
    for (PetscInt k = 0; k < width; k++) nodes[k] = (PetscInt)faces.keys[i * width + k];
    if (times[i] > 1 || AllMarked(width, nodes, from) || AllMarked(width, nodes, to)) continue;
    for (PetscInt k = 0; k < width; k++) sides[nodes[k]] = 1;
  }
  PetscCall(PetscFree(times));
  PetscCall(TasKeyTableDestroy(&faces));
  PetscCall(TasTissueShareInts(t, sides)); /* outside the overlap a rank does not see the cells behind a face; owners do */
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Turns unit vectors by the angle towards the part of inward that is normal to them. */
static void Tilt(PetscInt count, PetscReal angle, const PetscReal *inward, PetscReal *fibre)
{
  for (PetscInt i = 0; i < count; i++) {
    const PetscReal *g = inward + 3 * i;
    PetscReal       *f = fibre + 3 * i, m[3], along = g[0] * f[0] + g[1] * f[1] + g[2] * f[2];
    for (PetscInt d = 0; d < 3; d++) m[d] = g[d] - along * f[d];
    const PetscReal norm = Norm(m);
    if (norm < VANISHING) continue; /* in the middle of the tissue, or inward along the fibre: nowhere to turn to */
    for (PetscInt d = 0; d < 3; d++) f[d] = PetscCosReal(angle) * f[d] + PetscSinReal(angle) * m[d] / norm;
  }
}

/* Inward: the gradient of psi, -laplace(psi) = 1, psi = 0 on the sides; it points from the nearest side to the middle. */
static PetscErrorCode ApplyPennation(const TasTissue *t, const PetscInt *from, const PetscInt *to, PetscReal angle, PetscReal *fibre,
                                     char *problem)
{
  PetscInt  *sides;
  PetscReal *psi, *inward;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc3(t->mesh->num_nodes, &sides, t->mesh->num_nodes, &psi, 3 * t->num_cells, &inward));
  PetscCall(MarkSides(t, from, to, sides));
  PetscCall(TasTissueSolve(t, sides, 1, psi, problem));
  PetscCall(Directions(t, psi, inward));
  if (!*problem) Tilt(t->num_cells, angle, inward, fibre);
  PetscCall(PetscFree3(sides, psi, inward));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckArguments(const TasTissue *t, const char *from, const char *to, PetscReal pennation, char *problem)
{
  const char *name = t->mesh->tissue_names[t->tissue];

  PetscFunctionBeginUser;
  if (!from[strspn(from, ", ")] || !to[strspn(to, ", ")]) {
    snprintf(problem, TAS_PROBLEM_LENGTH, "fibres of '%s': name both ends, `from` and `to`", name);
  } else if (!(PetscAbsReal(pennation) < PETSC_PI / 2)) {
    snprintf(problem, TAS_PROBLEM_LENGTH, "fibres of '%s': a pennation of %g rad; it must be between -pi/2 and pi/2", name,
             (double)pennation);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MakeFibres(const TasTissue *t, const PetscInt *from, const PetscInt *to, PetscReal pennation, PetscReal *fibre,
                                 char *problem)
{
  PetscReal *phi;
  PetscInt   missing = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(t->mesh->num_nodes, &phi));
  PetscCall(SolveLaplace(t, from, to, phi, problem));
  if (!*problem) {
    PetscCall(Directions(t, phi, fibre));
    PetscCall(FillGaps(t, fibre, &missing));
  }
  if (missing) {
    snprintf(problem, TAS_PROBLEM_LENGTH,
             "fibres of '%s': %" PetscInt_FMT
             " of its cells get no direction; they lie in a part that does not reach from one end to the other",
             t->mesh->tissue_names[t->tissue], missing);
  }
  if (!*problem && pennation != 0) PetscCall(ApplyPennation(t, from, to, pennation, fibre, problem));
  PetscCall(PetscFree(phi));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMeshLaplaceFibres(const TasMesh *mesh, PetscInt tissue, const char *from, const char *to, PetscReal pennation,
                                    PetscReal *fibre, char *problem)
{
  TasTissue *t;
  PetscInt  *start, *end;
  PetscReal *made;

  PetscFunctionBeginUser;
  problem[0] = '\0';
  PetscCall(TasTissueCreate(mesh, tissue, &t));
  PetscCall(PetscCalloc3(mesh->num_nodes, &start, mesh->num_nodes, &end, 3 * t->num_cells, &made));
  PetscCall(CheckArguments(t, from, to, pennation, problem));
  if (!*problem) PetscCall(MarkEnd(t, from, start, problem));
  if (!*problem) PetscCall(MarkEnd(t, to, end, problem));
  if (!*problem) PetscCall(MakeFibres(t, start, end, pennation, made, problem));
  if (!*problem) {
    for (PetscInt i = 0; i < t->num_cells; i++) PetscCall(PetscArraycpy(fibre + 3 * t->cells[i], made + 3 * i, 3));
  }
  PetscCall(PetscFree3(start, end, made));
  PetscCall(TasTissueDestroy(&t));
  PetscFunctionReturn(PETSC_SUCCESS);
}
