#include "solver/strands/strand_impl.h"

/* F = diag(stretch, w, w) with w^2 = v/stretch: the volume is the natural one, v of the undeformed, 1 before growth; the pressure takes
   up the lateral stress. */
TasPoints TasStrandPoints(TasStrand s, PetscReal time_step)
{
  const PetscInt n          = s->num_points;
  PetscReal     *strain     = s->work;
  PetscReal     *dilatation = strain + 6 * n, *fibre = dilatation + n, *sheet = fibre + 3 * n;
  const TasPoints points    = {.n          = n,
                               .strain     = strain,
                               .dilatation = dilatation,
                               .fibre      = fibre,
                               .sheet      = sheet,
                               .constants  = s->constants,
                               .old_state  = s->old_state,
                               .time_step  = time_step,
                               .energy     = s->energy,
                               .flag       = sheet + 3 * n,
                               .stress     = sheet + 4 * n,
                               .tangent    = sheet + 10 * n,
                               .work       = sheet + 31 * n};

  for (PetscInt i = 0; i < n; i++) {
    for (int k = 0; k < 3; k++) fibre[k * n + i] = k == 0 ? 1. : 0.;
    for (int k = 0; k < 3; k++) sheet[k * n + i] = k == 1 ? 1. : 0.;
  }
  TasMaterialNaturalVolume(s->material, &points, s->natural_volume);
  for (PetscInt i = 0; i < n; i++) {
    const PetscReal stretch = s->stretch[i], volume = s->natural_volume[i];

    for (int k = 0; k < 6; k++) strain[k * n + i] = 0.;
    strain[i]         = 0.5 * (stretch - 1.) * (stretch + 1.);
    strain[n + i]     = 0.5 * (volume - stretch) / stretch;
    strain[2 * n + i] = strain[n + i];
    dilatation[i]     = volume - 1.;
  }
  return points;
}

/* With E(stretch), dE = (stretch, -v/(2 stretch^2), same) and d2E = (1, v/stretch^3, same): chain rule. */
static void Contract(TasStrand s, const TasPoints *p)
{
  const PetscInt n = s->num_points;

  for (PetscInt i = 0; i < n; i++) {
    const PetscReal x = s->stretch[i], v = s->natural_volume[i];
    const PetscReal first[3] = {x, -0.5 * v / (x * x), -0.5 * v / (x * x)}, second[3] = {1., v / (x * x * x), v / (x * x * x)};

    s->stress[i] = s->slope[i] = 0.;
    for (int k = 0; k < 3; k++) {
      s->stress[i] += p->stress[k * n + i] * first[k];
      s->slope[i] += p->stress[k * n + i] * second[k];
      for (int l = 0; l < 3; l++) s->slope[i] += p->tangent[TAS_TANGENT(PetscMin(k, l), PetscMax(k, l)) * n + i] * first[k] * first[l];
    }
  }
}

void TasStrandLaw(TasStrand s, PetscReal time_step, PetscBool update, PetscBool *good)
{
  TasPoints points;

  *good = PETSC_TRUE;
  for (PetscInt i = 0; i < s->num_points; i++)
    if (!(s->stretch[i] > 0.)) *good = PETSC_FALSE;
  if (!*good) return;
  points = TasStrandPoints(s, time_step);
  if (update) points.new_state = s->new_state;
  TasMaterialEvaluate(s->material, &points);
  Contract(s, &points);
  for (PetscInt i = 0; i < s->num_points; i++)
    if (points.flag[i] != 0.) *good = PETSC_FALSE;
}
