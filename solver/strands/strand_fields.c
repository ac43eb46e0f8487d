/* What is read from a solved strand. */
#include "solver/strands/strand_impl.h"

PetscInt  TasStrandNumNodes(TasStrand s) { return s->num_nodes; }
PetscInt  TasStrandNumElements(TasStrand s) { return s->num_elements; }
PetscReal TasStrandLength(TasStrand s) { return s->bed_arc[s->num_bed - 1]; }

/* Point of the bed's polyline at a length along it. */
static void PointAt(PetscInt num, const PetscReal *bed, const PetscReal *length, PetscReal at, PetscReal point[3])
{
  PetscInt j = 0;

  while (j < num - 2 && at > length[j + 1]) j++;
  for (int k = 0; k < 3; k++) point[k] = bed[3 * j + k] + (at - length[j]) / (length[j + 1] - length[j]) * (bed[3 * j + 3 + k] - bed[3 * j + k]);
}

/* The law has more points than there are elements, so its stress lends the room. */
static void GetElasticStretch(TasStrand s, PetscReal *elastic)
{
  const TasPoints points = TasStrandPoints(s, 0.);

  TasMaterialElasticStretch(s->material, &points, points.stress);
  for (PetscInt e = 0; e < s->num_elements; e++) elastic[e] = points.stress[e];
}

void TasStrandGetFields(TasStrand s, const TasStrandFields *f)
{
  const PetscInt growth = TasMaterialGrowthState(s->material);

  if (f->elastic_stretch) GetElasticStretch(s, f->elastic_stretch);
  for (PetscInt i = 0; i < s->num_nodes; i++) {
    if (f->reference) PointAt(s->num_bed, s->bed_reference, s->bed_arc, i * s->spacing, f->reference + 3 * i);
    if (f->position) PointAt(s->num_bed, s->bed, s->bed_length, s->home[i] + s->slip[i], f->position + 3 * i);
    if (f->slip) f->slip[i] = s->slip[i];
  }
  for (PetscInt e = 0; e < s->num_elements; e++) {
    if (f->stretch) f->stretch[e] = s->stretch[e];
    if (f->growth) f->growth[e] = growth >= 0 ? s->old_state[growth * s->num_points + e] : 1.;
    if (f->strain) f->strain[e] = s->stretch[e] / s->start_stretch[e] - 1.;
    if (f->stress) f->stress[e] = s->stress[e] * s->stretch[e] / s->natural_volume[e];
    if (f->tension) f->tension[e] = s->area * s->stress[e];
  }
}

PetscReal TasStrandEndForce(TasStrand s, PetscBool at_end)
{
  const TasStrandEnd *end = at_end ? &s->end : &s->start;

  if (end->kind == TAS_STRAND_FREE) return 0.;
  if (end->kind == TAS_STRAND_REMOTE) return s->area * s->stress[s->num_elements + (at_end ? 1 : 0)];
  return s->area * s->stress[at_end ? s->num_elements - 1 : 0];
}

PetscReal TasStrandRemoteStretch(TasStrand s, PetscBool at_end) { return s->stretch[s->num_elements + (at_end ? 1 : 0)]; }

PetscReal TasStrandEnergy(TasStrand s)
{
  PetscReal energy = 0.;

  for (PetscInt e = 0; e < s->num_elements + 2; e++) energy += s->area * TasStrandElementLength(s, e) * s->energy[e];
  for (PetscInt i = 0; i < s->num_nodes; i++) energy += 0.5 * s->bed_stiffness * TasStrandNodeShare(s, i) * PetscSqr(s->slip[i] - s->rest[i]);
  return energy;
}
