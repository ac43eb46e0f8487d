#include "mesh/limb_subject.h"
#include <stdio.h>
#include <string.h>

#define FEMORA "J Clin Med Res 2019 11:740, table: maximum length of femora, men 436 (42), women 403 (20) mm"
#define TIBIAE "372 mm as the mean of both sexes, their ratio as of femora, 403 to 436: derived (Rosso et al. 2012; " FEMORA ")"
#define CALVES "370 mm of the limb by the ratio of calves, 342 (21) to 355 (21) mm in young women and men (Erdogan et al. 2022 Eur J Geriatr Gerontol 4:103)"
#define WOMEN  "assumed; women have more of it than men (Weiss & Clark 1985 Phys Ther 65:477)"
#define RABBIT "assumed: adult New Zealand White; growing rabbits' tibiae reach 105 mm (Anat Rec 161, doi 10.1002/ar.1091610402, abstract)"
#define DOG    "assumed: between medium and large breeds, which a femur of 195 mm divides (Front Vet Sci 2021, doi 10.3389/fvets.2021.540406, abstract)"

static const TasSubject subjects[] = {
    {"male",
     "a man",
     {{"tibia", 386.5 / 372, "tibia of 386.5 mm; " TIBIAE, {{"calf_girth", 370, "as the limb's default"}, {"ankle_girth", 230, "assumed"}}},
      {"thigh", 1, "femur of 436 mm; " FEMORA, {{NULL}}}}},
    {"female",
     "a woman",
     {{"tibia",
       357.2 / 372,
       "tibia of 357.2 mm; " TIBIAE,
       {{"calf_girth", 356, CALVES}, {"ankle_girth", 218, "assumed"}, {"fat", 9, WOMEN}}},
      {"thigh",
       403. / 436,
       "femur of 403 mm; " FEMORA,
       {{"thigh_girth", 520, "assumed"}, {"knee_girth", 390, "assumed"}, {"upper_girth", 580, "assumed"}, {"fat", 14, WOMEN}, {"knee_fat", 8, WOMEN}}}}},
    {"rabbit",
     "a New Zealand White rabbit, as a small human limb",
     {{"tibia", 100. / 372, "tibia of 100 mm, " RABBIT, {{NULL}}}, {"thigh", 95. / 436, "femur of 95 mm, " RABBIT, {{NULL}}}}},
    {"dog",
     "a dog of middle size, as a small human limb",
     {{"tibia", 195. / 372, "tibia as long as the femur, 195 mm, assumed; femur " DOG, {{NULL}}},
      {"thigh", 195. / 436, "femur of 195 mm, " DOG, {{NULL}}}}},
};

PetscInt TasSubjectCount(void)
{
  return (PetscInt)(sizeof(subjects) / sizeof(subjects[0]));
}

const TasSubject *TasSubjectAt(PetscInt i)
{
  return &subjects[i];
}

const TasSubjectLimb *TasSubjectFindLimb(const TasSubject *subject, const TasLimb *limb)
{
  for (PetscInt i = 0; i < TAS_SUBJECT_LIMBS && subject; ++i)
    if (strcmp(subject->limbs[i].limb, limb->name) == 0) return &subject->limbs[i];
  return NULL;
}

/* By how much a value of this unit is larger when lengths are larger by `scale`. */
static PetscReal Factor(const char *unit, PetscReal scale)
{
  return strcmp(unit, "mm") == 0 ? scale : strcmp(unit, "mm^2") == 0 ? scale * scale : 1;
}

PetscErrorCode TasSubjectDimension(const TasSubject *subject, const TasLimb *limb, PetscInt i, TasDimension *dimension, size_t num,
                                   char *source)
{
  const TasSubjectLimb *as     = TasSubjectFindLimb(subject, limb);
  const PetscReal       factor = as ? Factor(limb->dimensions[i].unit, as->scale) : 1;

  PetscFunctionBeginUser;
  *dimension = limb->dimensions[i];
  dimension->low *= factor;
  dimension->high *= factor;
  dimension->standard *= factor;
  (void)snprintf(source, num, "limb %s: %s", limb->name, dimension->source);
  if (!as) PetscFunctionReturn(PETSC_SUCCESS);
  if (strcmp(dimension->key, "length") == 0)
    (void)snprintf(source, num, "subject %s: %s", subject->name, as->source);
  else if (factor != 1)
    (void)snprintf(source, num, "subject %s: %.3g times that of limb %s, with the length of its bone", subject->name, (double)factor, limb->name);
  for (const TasSubjectValue *v = as->values; v < as->values + TAS_SUBJECT_VALUES && v->key; ++v) {
    if (strcmp(v->key, dimension->key) != 0) continue;
    dimension->standard = v->value;
    (void)snprintf(source, num, "subject %s: %s", subject->name, v->source);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void Multiply(PetscInt num, PetscReal *values, PetscReal factor)
{
  for (PetscInt i = 0; i < num; ++i) values[i] *= factor;
}

/* Layers under surfaces and around strands are thicker in a larger limb: their stiffness is that of a material over a thickness. */
static void Enlarge(PetscReal scale, TasMeshData *data, TasLimbLayout *layout)
{
  Multiply(3 * data->num_points, data->points, scale);
  Multiply(3, layout->osteotomy, scale);
  for (PetscInt s = 0; s < layout->num_surfaces; ++s) layout->surfaces[s].tangential_stiffness /= scale;
  for (PetscInt j = 0; j < layout->num_joints; ++j) Multiply(3, layout->joints[j].centre, scale);
  Multiply(3 * layout->num_bone, layout->bone[0], scale);
  for (PetscInt a = 0; a < layout->num_moment_arms; ++a) {
    Multiply(TAS_LIMB_ARMS, layout->moment_arms[a].arm, scale);
    layout->moment_arms[a].remote_length *= scale;
    layout->moment_arms[a].area *= scale * scale;
  }
  for (PetscInt s = 0; s < layout->num_strands; ++s) {
    TasLimbStrand *strand = &layout->strands[s];

    Multiply(3 * strand->num_points, strand->points[0], scale);
    Multiply(2, strand->remote, scale);
    for (PetscInt end = 0; end < 2; ++end) strand->arm[end].length *= scale;
    strand->area *= scale * scale;
    strand->tangential_stiffness /= scale;
  }
}

/* Divided by a factor that it was multiplied by, a limit of a range may end up a rounding error outside. */
static PetscReal Within(const TasDimension *d, PetscReal value)
{
  const PetscReal slack = 1e-12 * (d->high - d->low);

  return value < d->low && value > d->low - slack ? d->low : value > d->high && value < d->high + slack ? d->high : value;
}

PetscErrorCode TasSubjectBuild(const TasSubject *subject, const TasLimb *limb, const PetscReal *values, PetscInt cells, TasMeshData *data,
                               TasLimbLayout *layout, char *problem)
{
  const TasSubjectLimb *as    = TasSubjectFindLimb(subject, limb);
  const PetscReal       scale = as ? as->scale : 1;
  char                  what[TAS_PROBLEM_LENGTH];
  PetscReal            *adult;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(limb->num_dimensions, &adult));
  for (PetscInt i = 0; i < limb->num_dimensions; ++i) {
    const TasDimension *d = &limb->dimensions[i];

    adult[i] = scale == 1 ? values[i] : Within(d, values[i] / Factor(d->unit, scale));
  }
  PetscCall(limb->build(adult, cells, data, layout, problem));
  PetscCall(PetscFree(adult));
  if (scale == 1) PetscFunctionReturn(PETSC_SUCCESS);
  if (problem[0]) {
    PetscCall(PetscStrncpy(what, problem, sizeof(what)));
    (void)snprintf(problem, TAS_PROBLEM_LENGTH, "subject %s, with lengths divided by %.3g: %.420s", subject->name, (double)scale, what);
  } else {
    Enlarge(scale, data, layout);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
