/*
  limb: tibia.  The right leg below the knee with the bones as holes; see limb_tibia.h for its parts and docs/limb_tibia.md for the
  anatomy and where the numbers come from.
*/
#include "mesh/limb_tibia.h"
#include <stdio.h>

static const TasDimension dimensions[TIBIA_NUM_DIMENSIONS] = {
  [TIBIA_LENGTH]             = {"length", "mm", 250, 500, 375, "length of the tibia, plateau to ankle joint", ""},
  [TIBIA_KNEE_END]           = {"knee_end", "1", 0.88, 0.97, 0.94, "height at which the model ends below the plateau", ""},
  [TIBIA_CALF_GIRTH]         = {"calf_girth", "mm", 280, 500, 370, "girth of the calf at its widest", ""},
  [TIBIA_ANKLE_GIRTH]        = {"ankle_girth", "mm", 190, 290, 225, "least girth above the malleoli", ""},
  [TIBIA_SKIN]               = {"skin", "mm", 0.8, 3, 1.5, "thickness of the skin", ""},
  [TIBIA_FAT]                = {"fat", "mm", 2, 20, 6, "thickness of the subcutaneous fat at the calf", ""},
  [TIBIA_ANKLE_FAT]          = {"ankle_fat", "mm", 1, 8, 3, "thickness of the subcutaneous fat at the ankle", ""},
  [TIBIA_SHIN_FAT]           = {"shin_fat", "mm", 1, 8, 2.5, "thickness of the subcutaneous fat over the shin", ""},
  [TIBIA_FASCIA]             = {"fascia", "mm", 0.4, 2, 1, "thickness of the crural fascia and of the septa", ""},
  [TIBIA_WIDTH]              = {"tibia_width", "mm", 26, 44, 34, "width of the tibia's medial face at the widest calf", ""},
  [TIBIA_DEPTH]              = {"tibia_depth", "mm", 24, 40, 31, "from the tibia's medial face to its interosseous border", ""},
  [TIBIA_FIBULA_DIAMETER]    = {"fibula_diameter", "mm", 10, 20, 14, "diameter of the fibula's shaft", ""},
  [TIBIA_INTEROSSEOUS_WIDTH] = {"interosseous_width", "mm", 14, 28, 21, "width of the interosseous membrane at the widest calf", ""},
  [TIBIA_TIBIALIS_ANTERIOR_SHARE] = {"tibialis_anterior_share", "1", 0.06, 0.18, 0.115, "share of the muscles' cross-section at the widest calf", ""},
  [TIBIA_TOE_EXTENSORS_SHARE]     = {"toe_extensors_share", "1", 0.04, 0.12, 0.065, "", ""},
  [TIBIA_PERONEI_SHARE]           = {"peronei_share", "1", 0.05, 0.14, 0.09, "", ""},
  [TIBIA_DEEP_FLEXORS_SHARE]      = {"deep_flexors_share", "1", 0.06, 0.20, 0.14, "", ""},
  [TIBIA_GASTROCNEMIUS_SHARE]     = {"gastrocnemius_share", "1", 0.15, 0.40, 0.29, "", ""},
  [TIBIA_OSTEOTOMY]               = {"osteotomy", "1", 0.15, 0.6, 0.28, "distance of the osteotomy from the plateau, as a share of length", ""},
  [TIBIA_FREE_LENGTH]             = {"free_length", "mm", 5, 80, 30, "length of bone above and below the osteotomy that nothing is attached to", ""},
  [TIBIA_TIBIALIS_ANTERIOR_TENDON_START] = {"tibialis_anterior_tendon_start", "1", 0.35, 0.75, 0.55, "", ""},
  [TIBIA_TOE_EXTENSOR_TENDON_START]      = {"toe_extensor_tendon_start", "1", 0.25, 0.70, 0.45, "", ""},
  [TIBIA_PERONEAL_TENDON_START]          = {"peroneal_tendon_start", "1", 0.25, 0.70, 0.45, "", ""},
  [TIBIA_DEEP_FLEXOR_TENDON_START]       = {"deep_flexor_tendon_start", "1", 0.25, 0.70, 0.40, "", ""},
  [TIBIA_APONEUROSIS_START]              = {"aponeurosis_start", "1", 0.60, 0.90, 0.85, "", ""},
  [TIBIA_TIBIALIS_ANTERIOR_BELLY_END]    = {"tibialis_anterior_belly_end", "1", 0.15, 0.45, 0.30, "", ""},
  [TIBIA_TOE_EXTENSORS_BELLY_END]        = {"toe_extensors_belly_end", "1", 0.02, 0.35, 0.12, "", ""},
  [TIBIA_PERONEI_BELLY_END]              = {"peronei_belly_end", "1", 0.02, 0.35, 0.10, "", ""},
  [TIBIA_DEEP_FLEXORS_BELLY_END]         = {"deep_flexors_belly_end", "1", 0.02, 0.30, 0.08, "", ""},
  [TIBIA_SOLEUS_BELLY_END]               = {"soleus_belly_end", "1", 0.04, 0.30, 0.12, "", ""},
  [TIBIA_GASTROCNEMIUS_BELLY_END]        = {"gastrocnemius_belly_end", "1", 0.40, 0.60, 0.50, "", ""},
  [TIBIA_TIBIALIS_ANTERIOR_TENDON_AREA]  = {"tibialis_anterior_tendon_area", "mm^2", 15, 60, 30, "", ""},
  [TIBIA_TOE_EXTENSOR_TENDON_AREA]       = {"toe_extensor_tendon_area", "mm^2", 15, 60, 30, "", ""},
  [TIBIA_PERONEAL_TENDON_AREA]           = {"peroneal_tendon_area", "mm^2", 15, 70, 40, "", ""},
  [TIBIA_DEEP_FLEXOR_TENDON_AREA]        = {"deep_flexor_tendon_area", "mm^2", 20, 90, 50, "", ""},
  [TIBIA_ACHILLES_TENDON_AREA]           = {"achilles_tendon_area", "mm^2", 40, 120, 70, "", ""},
};

static const char *const bodies[] = {"proximal", "distal", "foot"};

/* Layers are thicker than cells are wide: everything varies slowly along the leg. */
static PetscReal Spacing(PetscReal size)
{
  return 1.1 * size;
}

static PetscInt CountCells(PetscReal size, const void *context)
{
  const PetscReal *v = context;
  TibiaDivisions   divisions;
  const PetscReal  top = v[TIBIA_LENGTH] * v[TIBIA_KNEE_END], cut = v[TIBIA_LENGTH] * (1 - v[TIBIA_OSTEOTOMY]);

  TibiaDivide(v, size, &divisions);
  return TibiaCountQuads(&divisions) * (TasSweepDivisions(cut, Spacing(size), 1) + TasSweepDivisions(top - cut, Spacing(size), 1));
}

#define LEAST_DEPTH   2.   /* mm of tissue between fibula and fascia */
#define LEAST_QUALITY 0.2  /* scaled Jacobian that is promised */

static PetscErrorCode CheckFibula(const PetscReal *v, char *problem)
{
  const TibiaFit plain = {.extensors = 1, .deep = 1, .gastrocnemius = 1};
  const PetscInt n     = 20;

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i <= n && !problem[0]; ++i) {
    const PetscReal z = v[TIBIA_LENGTH] * v[TIBIA_KNEE_END] * i / n;
    TibiaShape      shape;
    PetscReal       depth;

    TibiaShapeAt(v, &plain, z, &shape);
    depth = TibiaFibulaDepth(&shape);
    if (depth >= LEAST_DEPTH) continue;
    (void)snprintf(problem, TAS_PROBLEM_LENGTH,
                   "tibia: at z = %.0f mm only %.1f mm are left between fibula and fascia, %g needed: %s is too small for tibia_depth, interosseous_width, fibula_diameter and the fat", (double)z,
                   (double)depth, (double)LEAST_DEPTH, shape.bulk < 0.5 ? "ankle_girth" : "calf_girth");
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckTogether(const PetscReal *v, char *problem)
{
  static const TibiaDimension pairs[][2] = {
    {TIBIA_TIBIALIS_ANTERIOR_BELLY_END, TIBIA_TIBIALIS_ANTERIOR_TENDON_START}, {TIBIA_TOE_EXTENSORS_BELLY_END, TIBIA_TOE_EXTENSOR_TENDON_START},
    {TIBIA_PERONEI_BELLY_END, TIBIA_PERONEAL_TENDON_START},                    {TIBIA_DEEP_FLEXORS_BELLY_END, TIBIA_DEEP_FLEXOR_TENDON_START},
    {TIBIA_SOLEUS_BELLY_END, TIBIA_GASTROCNEMIUS_BELLY_END},                   {TIBIA_GASTROCNEMIUS_BELLY_END, TIBIA_APONEUROSIS_START},
  };
  const PetscReal above = v[TIBIA_LENGTH] * (v[TIBIA_OSTEOTOMY] - 1 + v[TIBIA_KNEE_END]); /* from the osteotomy to the top */

  PetscFunctionBeginUser;
  for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); ++i) {
    if (v[pairs[i][0]] < v[pairs[i][1]]) continue;
    (void)snprintf(problem, TAS_PROBLEM_LENGTH, "tibia: %s (%g) must lie below %s (%g)", dimensions[pairs[i][0]].key, (double)v[pairs[i][0]], dimensions[pairs[i][1]].key, (double)v[pairs[i][1]]);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (v[TIBIA_FREE_LENGTH] > above - 5)
    (void)snprintf(problem, TAS_PROBLEM_LENGTH, "tibia: free_length (%g mm) leaves no bone for the origins above the osteotomy, which is %.0f mm below the upper end", (double)v[TIBIA_FREE_LENGTH], (double)above);
  else PetscCall(CheckFibula(v, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* How far a value lies from its default, as a share of the way to its limit. */
static PetscReal Distance(const PetscReal *values, PetscInt i)
{
  const TasDimension *d = &dimensions[i];

  return values[i] > d->standard ? (values[i] - d->standard) / (d->high - d->standard) : (d->standard - values[i]) / (d->standard - d->low);
}

/* The last resort: what was not foreseen shows in the cells. */
static PetscErrorCode CheckQuality(const PetscReal *values, const TasMeshData *data, char *problem)
{
  PetscReal *quality;
  PetscInt   worst = 0, first = 0, second = 1;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(data->num_cells, &quality));
  PetscCall(TasMeshDataQuality(data, quality));
  for (PetscInt c = 0; c < data->num_cells; ++c)
    if (!(quality[c] >= quality[worst])) worst = c;
  for (PetscInt i = 0; i < TIBIA_NUM_DIMENSIONS; ++i) {
    if (Distance(values, i) > Distance(values, first)) second = first, first = i;
    else if (i != first && Distance(values, i) > Distance(values, second)) second = i;
  }
  if (!(quality[worst] >= LEAST_QUALITY))
    (void)snprintf(problem, TAS_PROBLEM_LENGTH, "tibia: these dimensions together distort the cells (scaled Jacobian %.2f in %s at z = %.0f mm, %g needed); furthest from their defaults are %s and %s", (double)quality[worst],
                   data->tissue_names[data->cell_tissue[worst]], (double)data->points[3 * data->cells[8 * worst] + 2], (double)LEAST_QUALITY, dimensions[first].key, dimensions[second].key);
  PetscCall(PetscFree(quality));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PlaceAll(const PetscReal *values, const TibiaGrid *grid, const TibiaFit *fit, PetscInt num_levels, const PetscReal *levels, PetscReal *points)
{
  TibiaPoint     *xy;
  TibiaRelaxation work;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(grid->section.num_nodes, &xy));
  PetscCall(TibiaRelaxationCreate(grid, &work));
  for (PetscInt level = 0; level < num_levels; ++level) {
    TibiaFitTendons(values, grid, fit, levels[level], xy);
    TibiaRelax(grid, &work, xy);
    for (PetscInt i = 0; i < grid->section.num_nodes; ++i, points += 3) {
      points[0] = xy[i].x;
      points[1] = xy[i].y;
      points[2] = levels[level];
    }
  }
  PetscCall(TibiaRelaxationClear(&work));
  PetscCall(PetscFree(xy));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode BuildWithFit(const PetscReal *v, const TibiaGrid *grid, const TibiaFit *fit, TasMeshData *data, TasLimbLayout *layout)
{
  const PetscReal cut = v[TIBIA_LENGTH] * (1 - v[TIBIA_OSTEOTOMY]), planes[3] = {0, cut, v[TIBIA_LENGTH] * v[TIBIA_KNEE_END]};
  PetscInt        num_layers;
  PetscReal      *levels;
  TasSweep        sweep;

  PetscFunctionBeginUser;
  PetscCall(TasSweepLevels(3, planes, Spacing(grid->divisions.size), &num_layers, &levels));
  PetscCall(TasSweepBegin(&sweep, &grid->section, num_layers, data, layout));
  PetscCall(PlaceAll(v, grid, fit, num_layers + 1, levels, data->points));
  PetscCall(TibiaNameAll(v, grid, levels, &sweep));
  PetscCall(TasSweepEnd(&sweep));
  layout->osteotomy[2] = cut;
  layout->axis[2]      = -1;
  PetscCall(PetscFree(levels));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode BuildTibia(const PetscReal *values, PetscInt cells, TasMeshData *data, TasLimbLayout *layout, char *problem)
{
  TibiaDivisions divisions;
  TibiaGrid      grid;
  TibiaFit       fit;

  PetscFunctionBeginUser;
  PetscCall(TasLimbCheckValues(&tas_limb_tibia, values, cells, problem));
  if (!problem[0]) PetscCall(CheckTogether(values, problem));
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  TibiaDivide(values, TasSweepFindSize(CountCells, values, cells, 0.3, 100), &divisions);
  PetscCall(TibiaGridCreate(&divisions, &grid));
  PetscCall(TibiaFitShares(values, &grid, &fit, problem));
  if (!problem[0]) PetscCall(TibiaCheckTendons(values, &grid, &fit, problem));
  if (!problem[0]) {
    PetscCall(BuildWithFit(values, &grid, &fit, data, layout));
    PetscCall(CheckQuality(values, data, problem));
  }
  PetscCall(TibiaGridClear(&grid));
  if (problem[0]) {
    PetscCall(TasMeshDataClear(data));
    PetscCall(TasLimbLayoutClear(layout));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasLimb tas_limb_tibia = {
  .name           = "tibia",
  .summary        = "the leg below the knee: muscles, tendons, fascia, fat and skin around tibia and fibula",
  .num_dimensions = TIBIA_NUM_DIMENSIONS,
  .dimensions     = dimensions,
  .num_bodies     = sizeof(bodies) / sizeof(bodies[0]),
  .bodies         = bodies,
  .build          = BuildTibia,
};
