#include "models/material_impl.h"
#include <stdio.h>
#include <string.h>

PetscErrorCode TasMaterialCreate(TasMaterial *material)
{
  PetscFunctionBeginUser;
  PetscCall(PetscNew(material));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMaterialDestroy(TasMaterial *material)
{
  PetscFunctionBeginUser;
  if (!*material) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt p = 0; p < (*material)->num_parts; p++) PetscCall(PetscFree((*material)->parts[p].constants));
  PetscCall(PetscFree((*material)->parts));
  for (int part = TAS_PART_VOLUME; part < TAS_NUM_PARTS; part++) PetscCall(PetscFree((*material)->single[part].constants));
  PetscCall(PetscFree(*material));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void CheckValue(const TasModel *model, PetscInt k, PetscReal value, char *problem)
{
  const TasParameter *parameter = &model->parameters[k];
  char                range[64];

  if (problem[0] || TasParameterAdmits(parameter, value)) return;
  (void)snprintf(problem, 512, "%s: %s is %g%s%s, allowed: %s", model->name, parameter->key, (double)value,
                 strcmp(parameter->unit, "1") ? " " : "", strcmp(parameter->unit, "1") ? parameter->unit : "",
                 TasParameterRange(parameter, range, sizeof(range)));
}

/* Ranges of all values; terms that are not used are zero and not asked. */
static void CheckValues(const TasModel *model, PetscInt num_cells, const PetscReal *values, char *problem)
{
  const PetscInt terms = PetscMax(model->max_terms, 1);

  for (PetscInt k = 0; k < model->num_parameters; k++)
    for (PetscInt t = 0; t < terms; t++)
      for (PetscInt i = 0; i < num_cells; i++) {
        const PetscReal value = values[(k * terms + t) * num_cells + i];

        if (t == 0 || value != 0) CheckValue(model, k, value, problem);
      }
}

static PetscBool IsSingle(TasPart part)
{
  return part >= TAS_PART_VOLUME ? PETSC_TRUE : PETSC_FALSE;
}

static void CheckFit(TasMaterial material, const TasModel *model, PetscInt num_cells, char *problem)
{
  static const char *const names[TAS_NUM_PARTS] = {
      [TAS_PART_VOLUME] = "volumetric law", [TAS_PART_PRESTRAIN] = "prestrain", [TAS_PART_RELAXATION] = "relaxation", [TAS_PART_GROWTH] = "growth", [TAS_PART_MATRIX_TURNOVER] = "turnover of the matrix"};
  PetscInt others = 1;

  for (PetscInt p = 0; p < material->num_parts; p++) others = PetscMax(others, material->parts[p].num_cells);
  for (int part = TAS_PART_VOLUME; part < TAS_NUM_PARTS; part++) others = PetscMax(others, material->single[part].num_cells);
  if (num_cells < 1 || (num_cells > 1 && others > 1 && others != num_cells)) {
    (void)snprintf(problem, 512, "%s: parameters of %d cells do not go with those of %d cells", model->name, (int)num_cells, (int)others);
  } else if (IsSingle(model->part) && material->single[model->part].model) {
    (void)snprintf(problem, 512, "%s: the material has a %s already, %s", model->name, names[model->part], material->single[model->part].model->name);
  }
}

static PetscErrorCode AppendPart(TasMaterial material, const TasMaterialPart *part)
{
  TasMaterialPart *parts;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(material->num_parts + 1, &parts));
  PetscCall(PetscArraycpy(parts, material->parts, material->num_parts));
  parts[material->num_parts++] = *part;
  PetscCall(PetscFree(material->parts));
  material->parts = parts;
  material->num_constants += part->model->num_constants;
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasModelDerive(const TasModel *model, const PetscReal *parameters, PetscReal *constants, char *problem)
{
  problem[0] = 0;
  if (model->derive)
    model->derive(parameters, constants, problem);
  else
    for (PetscInt k = 0; k < model->num_constants; k++) constants[k] = parameters[k];
}

/* Cell by cell, up to the first problem. */
static PetscErrorCode DeriveCells(const TasModel *model, PetscInt num_cells, const PetscReal *parameters, PetscReal *constants,
                                  char *problem)
{
  const PetscInt num_values = model->num_parameters * PetscMax(model->max_terms, 1);
  PetscReal     *values, derived[TAS_MAX_CONSTANTS];

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(num_values, &values));
  for (PetscInt i = 0; i < num_cells && !problem[0]; i++) {
    for (PetscInt k = 0; k < num_values; k++) values[k] = parameters[k * num_cells + i];
    TasModelDerive(model, values, derived, problem);
    for (PetscInt k = 0; k < model->num_constants; k++) constants[k * num_cells + i] = derived[k];
  }
  PetscCall(PetscFree(values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMaterialAddModel(TasMaterial material, const TasModel *model, PetscInt num_cells, const PetscReal *parameters,
                                   char *problem)
{
  TasMaterialPart part = {.model = model, .num_cells = num_cells};

  PetscFunctionBeginUser;
  problem[0] = 0;
  PetscCheck(model->num_constants <= TAS_MAX_CONSTANTS, PETSC_COMM_SELF, PETSC_ERR_PLIB, "Model %s has more than %d constants", model->name,
             TAS_MAX_CONSTANTS);
  CheckFit(material, model, num_cells, problem);
  if (!problem[0]) CheckValues(model, num_cells, parameters, problem);
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(model->num_constants * num_cells, &part.constants));
  PetscCall(DeriveCells(model, num_cells, parameters, part.constants, problem));
  if (problem[0]) {
    char reason[480];

    PetscCall(PetscStrncpy(reason, problem, sizeof(reason)));
    (void)snprintf(problem, 512, "%s: %.450s", model->name, reason);
    PetscCall(PetscFree(part.constants));
  } else if (IsSingle(model->part)) {
    material->single[model->part] = part;
    if (model->part == TAS_PART_RELAXATION) material->num_terms = TasMaterialCountTerms(&part);
  } else {
    PetscCall(AppendPart(material, &part));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Prestrain, growth and turnover go along the fibre. */
PetscBool TasMaterialNeedsFibre(TasMaterial material)
{
  const TasModel *prestrain = material->single[TAS_PART_PRESTRAIN].model;

  for (PetscInt p = 0; p < material->num_parts; p++)
    if (material->parts[p].model->part == TAS_PART_FIBRE) return PETSC_TRUE;
  return (prestrain && prestrain->num_parameters) || material->single[TAS_PART_GROWTH].model ? PETSC_TRUE : PETSC_FALSE;
}

PetscBool TasMaterialNeedsSheet(TasMaterial material)
{
  const TasModel *growth = material->single[TAS_PART_GROWTH].model;

  for (PetscInt p = 0; p < material->num_parts; p++)
    if (material->parts[p].model->two_directions) return PETSC_TRUE;
  return growth && growth->two_directions ? PETSC_TRUE : PETSC_FALSE;
}

PetscInt TasMaterialNumConstants(TasMaterial material)
{
  PetscInt num = material->num_constants;

  for (int part = TAS_PART_VOLUME; part < TAS_NUM_PARTS; part++)
    if (material->single[part].model) num += material->single[part].model->num_constants;
  return num;
}

const PetscReal *TasMaterialConstantsOf(TasMaterial material, TasPart part, PetscInt n, const PetscReal *constants)
{
  constants += material->num_constants * n;
  for (int before = TAS_PART_VOLUME; before < (int)part; before++)
    if (material->single[before].model) constants += material->single[before].model->num_constants * n;
  return constants;
}

PetscBool TasMaterialIsUniform(TasMaterial material)
{
  for (PetscInt p = 0; p < material->num_parts; p++)
    if (material->parts[p].num_cells > 1) return PETSC_FALSE;
  for (int part = TAS_PART_VOLUME; part < TAS_NUM_PARTS; part++)
    if (material->single[part].num_cells > 1) return PETSC_FALSE;
  return PETSC_TRUE;
}

static PetscReal *LoadPart(const TasMaterialPart *part, PetscInt points_per_cell, const PetscInt cells[TAS_LANES], PetscReal *to)
{
  for (PetscInt k = 0; k < part->model->num_constants; k++) {
    const PetscReal *from = part->constants + k * part->num_cells;

    for (PetscInt p = 0; p < points_per_cell; p++)
      for (PetscInt lane = 0; lane < TAS_LANES; lane++) *to++ = from[part->num_cells > 1 ? cells[lane] : 0];
  }
  return to;
}

void TasMaterialLoadConstants(TasMaterial material, PetscInt points_per_cell, const PetscInt cells[TAS_LANES], PetscReal *constants)
{
  for (PetscInt p = 0; p < material->num_parts; p++) constants = LoadPart(&material->parts[p], points_per_cell, cells, constants);
  for (int part = TAS_PART_VOLUME; part < TAS_NUM_PARTS; part++)
    if (material->single[part].model) constants = LoadPart(&material->single[part], points_per_cell, cells, constants);
}

static void SetZero(PetscReal *values, PetscInt count)
{
  if (!values) return;
  for (PetscInt i = 0; i < count; i++) values[i] = 0;
}

/* A point that is turned inside out, or whose results are not finite: 0 * x is not 0 for infinity and NaN.  Of the tangent the
   diagonal is enough, nothing else in a kernel grows faster. */
static void RaiseFlags(const TasPoints *points)
{
  const TasPoints  p        = *points;
  const PetscReal *diagonal = p.tangent ? p.tangent : p.stress;
  const PetscReal *energy   = p.energy ? p.energy : p.stress;
  const PetscInt   stride   = p.tangent ? p.n : 0;

#pragma omp simd
  for (PetscInt i = 0; i < p.n; i++) {
    PetscReal sum = 0 * energy[i];

    for (int k = 0; k < 6; k++) sum += 0 * p.stress[k * p.n + i] + 0 * diagonal[TAS_TANGENT(k, k) * stride + i];
    p.flag[i] = sum == 0 && p.dilatation[i] > -1 ? p.flag[i] : 1;
  }
}

void TasMaterialEvaluateParts(TasMaterial material, const TasPoints *points, PetscBool matrix, PetscBool fibres)
{
  TasPoints one = *points;

  one.add = PETSC_FALSE;
  for (PetscInt p = 0; p < material->num_parts; p++) {
    const TasModel *model = material->parts[p].model;

    if (model->part == TAS_PART_MATRIX ? matrix : fibres) {
      model->evaluate(&one);
      one.add = PETSC_TRUE;
    }
    one.constants += model->num_constants * one.n;
  }
  if (one.add) return;
  SetZero(points->energy, points->n);
  SetZero(points->stress, 6 * points->n);
  SetZero(points->tangent, 21 * points->n);
}

void TasMaterialEvaluate(TasMaterial material, const TasPoints *points)
{
  SetZero(points->flag, points->n);
  if (TasMaterialIsWrapped(material)) TasMaterialEvaluateWrapped(material, points);
  else TasMaterialEvaluateParts(material, points, PETSC_TRUE, PETSC_TRUE);
  RaiseFlags(points);
}

void TasMaterialEvaluateVolume(TasMaterial material, const TasDilatations *points, const PetscReal *constants)
{
  TasDilatations with_constants = *points;

  if (!material->single[TAS_PART_VOLUME].model) {
    SetZero(points->energy, points->n);
    SetZero(points->pressure, points->n);
    SetZero(points->modulus, points->n);
    return;
  }
  with_constants.constants = constants + material->num_constants * points->n;
  material->single[TAS_PART_VOLUME].model->evaluate_volume(&with_constants);
}

/* Mean over the cells of each constant: what a uniform material in their place would have. */
static void MeanConstants(const TasMaterialPart *part, PetscReal *to)
{
  for (PetscInt k = 0; k < part->model->num_constants; k++) {
    PetscReal sum = 0;

    for (PetscInt i = 0; i < part->num_cells; i++) sum += part->constants[k * part->num_cells + i];
    for (PetscInt lane = 0; lane < TAS_LANES; lane++) to[k * TAS_LANES + lane] = sum / part->num_cells;
  }
}

/* Tension-only fibres have no stiffness at rest: the state is a strain of 1e-6 along the fibre. (S_xx - S_yy)/2 by E_xx is the
   shear modulus of an isotropic material, and half the fibre's modulus on top of it with fibres. */
static PetscErrorCode EvaluateNearRest(TasMaterial material, const PetscReal *constants, PetscReal *tangent)
{
  PetscReal strain[6 * TAS_LANES] = {0}, dilatation[TAS_LANES], fibre[3 * TAS_LANES] = {0}, sheet[3 * TAS_LANES] = {0};
  PetscReal stress[6 * TAS_LANES], flag[TAS_LANES];

  PetscFunctionBeginUser;
  for (PetscInt lane = 0; lane < TAS_LANES; lane++) {
    strain[lane]            = 1e-6;
    dilatation[lane]        = 2e-6 / (1 + PetscSqrtReal(1 + 2e-6));
    fibre[lane]             = 1;
    sheet[TAS_LANES + lane] = 1;
  }
  const TasPoints points = {.n          = TAS_LANES,
                            .strain     = strain,
                            .dilatation = dilatation,
                            .fibre      = fibre,
                            .sheet      = sheet,
                            .constants  = constants,
                            .stress     = stress,
                            .tangent    = tangent,
                            .flag       = flag};

  TasMaterialEvaluateParts(material, &points, PETSC_TRUE, PETSC_TRUE);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMaterialGetModuli(TasMaterial material, PetscReal *shear, PetscReal *bulk)
{
  PetscReal *constants, *to, tangent[21 * TAS_LANES];
  PetscReal  dilatation[TAS_LANES] = {0}, energy[TAS_LANES], pressure[TAS_LANES], modulus[TAS_LANES];

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(TasMaterialNumConstants(material) * TAS_LANES, &constants));
  to = constants;
  for (PetscInt p = 0; p < material->num_parts; p++) {
    MeanConstants(&material->parts[p], to);
    to += material->parts[p].model->num_constants * TAS_LANES;
  }
  PetscCall(EvaluateNearRest(material, constants, tangent));
  *shear = (tangent[TAS_TANGENT(0, 0) * TAS_LANES] - tangent[TAS_TANGENT(0, 1) * TAS_LANES]) / 2;
  *bulk  = 0;
  if (material->single[TAS_PART_VOLUME].model) {
    const TasDilatations points = {.n = TAS_LANES, .dilatation = dilatation, .energy = energy, .pressure = pressure, .modulus = modulus};

    MeanConstants(&material->single[TAS_PART_VOLUME], to);
    TasMaterialEvaluateVolume(material, &points, constants);
    *bulk = modulus[0];
  }
  PetscCall(PetscFree(constants));
  PetscFunctionReturn(PETSC_SUCCESS);
}
