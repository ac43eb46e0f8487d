/* What a strand does to its bed and to what draws its far ends: derivatives of its energy by the positions of the bed points, while the nodes find their
   places. */
#include "solver/strands/strand_impl.h"

/* The home of a node is the length of the segments before its own, and its share of that one. */
static void HomesOf(TasStrand s, const PetscReal *segments, PetscReal *homes)
{
  PetscReal before = 0.;
  PetscInt  i      = 0;

  for (PetscInt m = 0; m < s->num_bed - 1; m++) {
    for (; i < s->num_nodes && s->segment[i] == m; i++) homes[i] = before + s->share[i] * segments[m];
    before += segments[m];
  }
}

/* The transpose of that: from derivatives by the homes to those by the lengths of the segments. */
static void Gather(TasStrand s, const PetscReal *by_home, PetscReal *by_length)
{
  PetscReal beyond = 0.;
  PetscInt  i      = s->num_nodes - 1;

  for (PetscInt m = s->num_bed - 2; m >= 0; m--) {
    PetscReal whole = beyond;

    for (; i >= 0 && s->segment[i] == m; i--) {
      beyond += s->share[i] * by_home[i];
      whole += by_home[i];
    }
    by_length[m] = beyond;
    beyond       = whole;
  }
}

/* Unit vector along a segment; its length. */
static PetscReal Direction(TasStrand s, PetscInt m, PetscReal direction[3])
{
  const PetscReal length = s->bed_length[m + 1] - s->bed_length[m];

  for (int k = 0; k < 3; k++) direction[k] = (s->bed[3 * m + 3 + k] - s->bed[3 * m + k]) / length;
  return length;
}

/* Held at their places, the nodes feel the bed by their homes alone. */
static void HomeForces(TasStrand s, PetscReal *by_home)
{
  const PetscInt last = s->num_nodes - 1;

  for (PetscInt i = 0; i <= last; i++) by_home[i] = -s->bed_stiffness * TasStrandNodeShare(s, i) * (s->slip[i] - s->rest[i]);
  if (s->end.kind == TAS_STRAND_REMOTE) by_home[last] += s->area * s->stress[s->num_elements + 1];
  if (s->end.kind == TAS_STRAND_FIXED) by_home[last] += s->area * s->stress[s->num_elements - 1];
}

void TasStrandBedForces(TasStrand s, PetscReal *force)
{
  HomeForces(s, s->step);
  Gather(s, s->step, s->pull);
  for (PetscInt k = 0; k < 3 * s->num_bed; k++) force[k] = 0.;
  for (PetscInt m = 0; m < s->num_bed - 1; m++) {
    PetscReal t[3];

    (void)Direction(s, m, t);
    for (int k = 0; k < 3; k++) {
      force[3 * m + k] += s->pull[m] * t[k];
      force[3 * m + 3 + k] -= s->pull[m] * t[k];
    }
  }
}

/* Stiffness of the remote part of start or end; 0 where there is none. */
static PetscReal RemoteStiffness(TasStrand s, PetscInt end)
{
  const TasStrandEnd *at = end ? &s->end : &s->start;

  return at->kind == TAS_STRAND_REMOTE ? s->area * s->slope[s->num_elements + end] / at->remote_length : 0.;
}

/* Stiffness by which the home of a node that is not held pulls at it. */
static PetscReal HomeStiffness(TasStrand s, PetscInt i)
{
  return s->bed_stiffness * TasStrandNodeShare(s, i) + (i == s->num_nodes - 1 ? RemoteStiffness(s, 1) : 0.);
}

/* Change of the forces by the homes when these move by `moved` and the nodes follow: with the places y of the free nodes and K the homes'
   stiffness, S dy = K dh, change = K (dh - dy); a held end moves with its home and pulls at the node before it.  Drawn ends pull at the first node, whose
   home does not move along the bed, and as the home of the last node does. */
static PetscErrorCode ChangeHomeForces(TasStrand s, const PetscReal *moved, const PetscReal drawing[2], PetscReal *change, PetscReal tension[2])
{
  const PetscInt  last  = s->num_nodes - 1;
  const PetscReal next  = s->area * s->slope[last - 1] / s->spacing; /* stiffness of the last element */
  const PetscBool first = (PetscBool)(s->start.kind == TAS_STRAND_FIXED), held = (PetscBool)(s->end.kind == TAS_STRAND_FIXED);
  PetscBool       solved;

  PetscFunctionBeginUser;
  PetscCall(TasStrandFactorise(s, &solved));
  for (PetscInt i = 0; i <= last; i++) s->step[i] = HomeStiffness(s, i) * moved[i];
  s->step[0] -= RemoteStiffness(s, 0) * drawing[0];
  s->step[last] += RemoteStiffness(s, 1) * drawing[1];
  if (held) {
    s->step[last - 1] += next * moved[last];
    s->step[last] = moved[last];
  }
  if (first) s->step[0] = moved[0];
  if (solved) PetscCall(TasStrandSolveTangent(s));
  tension[0] = RemoteStiffness(s, 0) * (s->step[0] + drawing[0]);
  tension[1] = RemoteStiffness(s, 1) * (moved[last] - s->step[last] + drawing[1]);
  for (PetscInt i = 0; i <= last; i++) change[i] = HomeStiffness(s, i) * (moved[i] - s->step[i]);
  change[last] += RemoteStiffness(s, 1) * drawing[1];
  if (held) change[last] = next * (s->step[last] - s->step[last - 1]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Of the forces tau t of a segment, its unit vector t and the difference v of the directions at its ends: d(tau) t + tau (1 - t t) v/length. */
PetscErrorCode TasStrandBedProduct(TasStrand s, const PetscReal *direction, const PetscReal *drawing, PetscReal *product, PetscReal *tension)
{
  const PetscReal none[2] = {0., 0.};
  PetscReal      *turned, *change, t[3], gained[2] = {0., 0.};

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc2(3 * s->num_bed, &turned, s->num_bed, &change));
  HomeForces(s, s->step);
  Gather(s, s->step, change);
  for (PetscInt m = 0; m < s->num_bed - 1; m++) {
    const PetscReal length = Direction(s, m, t), *v = direction + 3 * m;
    PetscReal       along  = 0.;

    for (int k = 0; k < 3; k++) along += t[k] * (v[3 + k] - v[k]);
    for (int k = 0; k < 3; k++) turned[3 * m + k] = change[m] * (v[3 + k] - v[k] - along * t[k]) / length;
    s->pull[m] = along;
  }
  HomesOf(s, s->pull, s->trial);
  PetscCall(ChangeHomeForces(s, s->trial, drawing ? drawing : none, s->trial, gained));
  for (int end = 0; end < 2 && tension; end++) tension[end] = gained[end];
  Gather(s, s->trial, change);
  for (PetscInt k = 0; k < 3 * s->num_bed; k++) product[k] = 0.;
  for (PetscInt m = 0; m < s->num_bed - 1; m++) {
    (void)Direction(s, m, t);
    for (int k = 0; k < 3; k++) {
      const PetscReal f = change[m] * t[k] + turned[3 * m + k];
      product[3 * m + k] -= f;
      product[3 * m + 3 + k] += f;
    }
  }
  PetscCall(PetscFree2(turned, change));
  PetscFunctionReturn(PETSC_SUCCESS);
}
