#include "solver/strand_impl.h"

/* F = diag(stretch, stretch^-1/2, stretch^-1/2): incompressible, the pressure takes up the lateral stress. */
static void SetPoints(TasStrand s, TasPoints *p)
{
  const PetscInt n          = s->num_points;
  PetscReal     *strain     = s->work;
  PetscReal     *dilatation = strain + 6 * n, *fibre = dilatation + n, *sheet = fibre + 3 * n;

  for (PetscInt i = 0; i < n; i++) {
    const PetscReal stretch = s->stretch[i];

    for (int k = 0; k < 6; k++) strain[k * n + i] = 0.;
    for (int k = 0; k < 3; k++) fibre[k * n + i] = k == 0 ? 1. : 0.;
    for (int k = 0; k < 3; k++) sheet[k * n + i] = k == 1 ? 1. : 0.;
    strain[i]         = 0.5 * (stretch - 1.) * (stretch + 1.);
    strain[n + i]     = 0.5 * (1. - stretch) / stretch;
    strain[2 * n + i] = strain[n + i];
    dilatation[i]     = 0.;
  }
  *p = (TasPoints){.n          = n,
                   .strain     = strain,
                   .dilatation = dilatation,
                   .fibre      = fibre,
                   .sheet      = sheet,
                   .constants  = s->constants,
                   .old_state  = s->old_state,
                   .energy     = s->energy,
                   .flag       = sheet + 3 * n,
                   .stress     = sheet + 4 * n,
                   .tangent    = sheet + 10 * n,
                   .new_state  = s->new_state};
}

/* With E(stretch), dE = (stretch, -1/(2 stretch^2), same) and d2E = (1, 1/stretch^3, same): chain rule. */
static void Contract(TasStrand s, const TasPoints *p)
{
  const PetscInt n = s->num_points;

  for (PetscInt i = 0; i < n; i++) {
    const PetscReal x = s->stretch[i], first[3] = {x, -0.5 / (x * x), -0.5 / (x * x)}, second[3] = {1., 1. / (x * x * x), 1. / (x * x * x)};

    s->stress[i] = s->slope[i] = 0.;
    for (int k = 0; k < 3; k++) {
      s->stress[i] += p->stress[k * n + i] * first[k];
      s->slope[i] += p->stress[k * n + i] * second[k];
      for (int l = 0; l < 3; l++) s->slope[i] += p->tangent[TAS_TANGENT(PetscMin(k, l), PetscMax(k, l)) * n + i] * first[k] * first[l];
    }
  }
}

void TasStrandLaw(TasStrand s, PetscReal time_step, PetscBool *good)
{
  TasPoints points;

  *good = PETSC_TRUE;
  for (PetscInt i = 0; i < s->num_points; i++)
    if (!(s->stretch[i] > 0.)) *good = PETSC_FALSE;
  if (!*good) return;
  SetPoints(s, &points);
  points.time_step = time_step;
  TasMaterialEvaluate(s->material, &points);
  Contract(s, &points);
  for (PetscInt i = 0; i < s->num_points; i++)
    if (points.flag[i] != 0.) *good = PETSC_FALSE;
}
