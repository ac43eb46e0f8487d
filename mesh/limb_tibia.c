/*
  limb: tibia.  The right leg below the knee with the bones as holes; see limb_tibia.h for its parts and docs/limb_tibia.md for the
  anatomy and where the numbers come from.
*/
#include "mesh/limb_tibia.h"
#include <stdio.h>

static const TasDimension dimensions[TIBIA_NUM_DIMENSIONS] = {
    [TIBIA_LENGTH]      = {"length", "mm", 250, 500, 372, "length of the tibia, plateau to ankle joint",
                           "Rosso et al. 2012 Clin J Sport Med 22:483: 371.9 (SD 25.4) mm, plateau to centre of the ankle, 52 adults, MRI"},
    [TIBIA_KNEE_END]    = {"knee_end", "1", 0.88, 0.97, 0.94,
                           "height at which the model ends, as a share of length: below the plateau, at the fibular head", "assumed"},
    [TIBIA_CALF_GIRTH]  = {"calf_girth", "mm", 280, 500, 370, "girth of the calf at its widest",
                           "assumed, between Erdogan et al. 2022 Eur J Geriatr Gerontol 4:103 (young adults: 355 (21) m, 342 (21) f) and "
                            "larger western adults"},
    [TIBIA_ANKLE_GIRTH] = {"ankle_girth", "mm", 190, 290, 225, "least girth above the malleoli", "assumed"},
    [TIBIA_SKIN]        = {"skin", "mm", 0.8, 3, 1.5, "thickness of the skin", "assumed"},
    [TIBIA_FAT]         = {"fat", "mm", 2, 20, 6, "thickness of the subcutaneous fat at the calf",
                           "assumed; women thicker than men: Weiss & Clark 1985 Phys Ther 65:477"},
    [TIBIA_ANKLE_FAT]   = {"ankle_fat", "mm", 1, 8, 3, "thickness of the subcutaneous fat at the ankle", "assumed"},
    [TIBIA_SHIN_FAT]    = {"shin_fat", "mm", 1, 8, 2.5, "thickness of the subcutaneous fat over the shin", "assumed"},
    [TIBIA_FASCIA]      = {"fascia", "mm", 0.4, 2, 1, "thickness of the crural fascia and of the septa",
                           "Stecco et al. 2009 Surg Radiol Anat 31:523: crural fascia 0.924 mm"},
    [TIBIA_GASTROCNEMIUS_APONEUROSIS] = {"gastrocnemius_aponeurosis", "mm", 0.4, 2, 1, "thickness of the aponeurosis on the back of the gastrocnemius",
                                         "assumed"},
    [TIBIA_GLIDING_LAYER] = {"gliding_layer", "mm", 0.5, 5, 3, "thickness of the loose tissue between the superficial muscles of the calf and fascia and septum", "assumed"},
    [TIBIA_WIDTH]       = {"tibia_width", "mm", 26, 44, 34, "width of the tibia's medial face at the widest calf", "assumed, adult shaft"},
    [TIBIA_DEPTH] = {"tibia_depth", "mm", 24, 40, 31, "from the tibia's medial face to its interosseous border", "assumed, adult shaft"},
    [TIBIA_FIBULA_DIAMETER]         = {"fibula_diameter", "mm", 10, 18, 14, "diameter of the fibula's shaft", "assumed, adult shaft"},
    [TIBIA_INTEROSSEOUS_WIDTH]      = {"interosseous_width", "mm", 14, 28, 21, "width of the interosseous membrane at the widest calf",
                                       "assumed"},
    [TIBIA_TIBIALIS_ANTERIOR_SHARE] = {"tibialis_anterior_share", "1", 0.06, 0.18, 0.095,
                                       "tibialis anterior: share of the muscles' cross-section at the widest calf",
                                       "assumed, checked on volumes: docs/limb_tibia.md"},
    [TIBIA_TOE_EXTENSORS_SHARE]     = {"toe_extensors_share", "1", 0.04, 0.12, 0.06,
                                       "extensors of the toes: share of the muscles' cross-section at the widest calf",
                                       "assumed, checked on volumes: docs/limb_tibia.md"},
    [TIBIA_PERONEI_SHARE] = {"peronei_share", "1", 0.05, 0.14, 0.085, "peronei: share of the muscles' cross-section at the widest calf",
                             "assumed, checked on volumes: docs/limb_tibia.md"},
    [TIBIA_DEEP_FLEXORS_SHARE] = {"deep_flexors_share", "1", 0.06, 0.20, 0.15,
                                  "tibialis posterior and long flexors of the toes: share of the muscles' cross-section at the widest calf",
                                  "assumed, checked on volumes: docs/limb_tibia.md"},
    [TIBIA_GASTROCNEMIUS_SHARE] =
        {"gastrocnemius_share", "1", 0.15, 0.40, 0.33,
         "gastrocnemius: share of the muscles' cross-section at the widest calf; the soleus has the rest",
         "Fukunaga et al. 1992 J Orthop Res 10:926: soleus 489, medial 245, lateral head 140 cm^3; checked on volumes"},
    [TIBIA_OSTEOTOMY]   = {"osteotomy", "1", 0.18, 0.6, 0.28, "distance of the osteotomy from the plateau, as a share of length",
                           "assumed: junction of metaphysis and shaft, where callotasis is done"},
    [TIBIA_FREE_LENGTH] = {"free_length", "mm", 5, 80, 30, "length of bone above and below the osteotomy that nothing is attached to",
                           "assumed"},
    [TIBIA_TIBIALIS_ANTERIOR_TENDON_START] = {"tibialis_anterior_tendon_start", "1", 0.35, 0.75, 0.55,
                                              "height where the tendon of tibialis anterior begins inside the belly, as a share of length",
                                              "assumed"},
    [TIBIA_TOE_EXTENSOR_TENDON_START]      = {"toe_extensor_tendon_start", "1", 0.25, 0.70, 0.45,
                                              "height where the tendons of the toe extensors begin inside the belly, as a share of length",
                                              "assumed"},
    [TIBIA_PERONEAL_TENDON_START]          = {"peroneal_tendon_start", "1", 0.25, 0.70, 0.45,
                                              "height where the peroneal tendons begin inside the belly, as a share of length", "assumed"},
    [TIBIA_DEEP_FLEXOR_TENDON_START]       = {"deep_flexor_tendon_start", "1", 0.25, 0.70, 0.40,
                                              "height where the tendons of the deep flexors begin inside the belly, as a share of length",
                                              "assumed"},
    [TIBIA_APONEUROSIS_START]              = {"aponeurosis_start", "1", 0.60, 0.90, 0.85,
                                              "height where the aponeurosis between soleus and gastrocnemius begins, as a share of length", "assumed"},
    [TIBIA_GASTROCNEMIUS_APONEUROSIS_END]  = {"gastrocnemius_aponeurosis_end", "1", 0.45, 0.80, 0.55,
                                              "height down to which the aponeurosis of origin covers the back of the gastrocnemius, as a share of length",
                                              "assumed: its fibres, 51 to 59 mm long (Ward et al. 2009), end 0.13 lower, above the belly's end"},
    [TIBIA_TIBIALIS_ANTERIOR_BELLY_END]    = {"tibialis_anterior_belly_end", "1", 0.15, 0.45, 0.30,
                                              "height where the belly of tibialis anterior ends, as a share of length",
                                              "assumed: lower third of the leg"},
    [TIBIA_TOE_EXTENSORS_BELLY_END]        = {"toe_extensors_belly_end", "1", 0.02, 0.35, 0.12,
                                              "height where the belly of the toe extensors ends, as a share of length", "assumed"},
    [TIBIA_PERONEI_BELLY_END]              = {"peronei_belly_end", "1", 0.02, 0.35, 0.10,
                                              "height where the belly of the peronei ends, as a share of length", "assumed"},
    [TIBIA_DEEP_FLEXORS_BELLY_END]         = {"deep_flexors_belly_end", "1", 0.02, 0.30, 0.08,
                                              "height where the belly of the deep flexors ends, as a share of length", "assumed"},
    [TIBIA_SOLEUS_BELLY_END]               = {"soleus_belly_end", "1", 0.04, 0.30, 0.12,
                                              "height where the belly of the soleus ends, as a share of length",
                                              "assumed; fleshy fibres reach almost to the lower end of the tendon: Gray 1918"},
    [TIBIA_GASTROCNEMIUS_BELLY_END] =
        {"gastrocnemius_belly_end", "1", 0.30, 0.60, 0.42, "height where the belly of the gastrocnemius ends, as a share of length",
         "Rosso et al. 2012: medial head begins 180.6 (25.0) mm above the calcaneus, less the height of the ankle"},
    [TIBIA_TIBIALIS_ANTERIOR_TENDON_AREA] = {"tibialis_anterior_tendon_area", "mm^2", 15, 60, 30,
                                             "cross-section of the tendon of tibialis anterior below its belly", "assumed"},
    [TIBIA_TOE_EXTENSOR_TENDON_AREA]      = {"toe_extensor_tendon_area", "mm^2", 15, 60, 30,
                                             "cross-section of the tendons of the toe extensors together", "assumed"},
    [TIBIA_PERONEAL_TENDON_AREA] = {"peroneal_tendon_area", "mm^2", 15, 70, 40, "cross-section of the two peroneal tendons together",
                                    "assumed"},
    [TIBIA_DEEP_FLEXOR_TENDON_AREA] =
        {"deep_flexor_tendon_area", "mm^2", 20, 90, 50, "cross-section of the three deep flexor tendons together",
         "Min et al. 2010 J Korean Acad Rehabil Med 34:577: tibialis posterior 21.5 mm^2; the other two assumed"},
    [TIBIA_ACHILLES_TENDON_AREA]        = {"achilles_tendon_area", "mm^2", 40, 120, 70, "cross-section of the Achilles tendon",
                                           "assumed; 58 mm^2 in healthy adults by ultrasound: JoVE 201204"},
    [TIBIA_TIBIALIS_ANTERIOR_PENNATION] = {"tibialis_anterior_pennation", "degree", 0, 45, 9.6,
                                           "angle between the fibres of tibialis anterior and its tendon",
                                           "Ward et al. 2009 Clin Orthop Relat Res 467:1074"},
    [TIBIA_TOE_EXTENSORS_PENNATION]     = {"toe_extensors_pennation", "degree", 0, 45, 10.3,
                                           "angle between the fibres of the toe extensors and their tendons",
                                           "Ward et al. 2009 Clin Orthop Relat Res 467:1074: digitorum 10.8, hallucis 9.4"},
    [TIBIA_PERONEI_PENNATION] = {"peronei_pennation", "degree", 0, 45, 14.1, "angle between the fibres of the peronei and their tendons",
                                 "Ward et al. 2009 Clin Orthop Relat Res 467:1074: longus"},
    [TIBIA_DEEP_FLEXORS_PENNATION] = {"deep_flexors_pennation", "degree", 0, 45, 14,
                                      "angle between the fibres of the deep flexors and their tendons", "assumed"},
    [TIBIA_SOLEUS_PENNATION] = {"soleus_pennation", "degree", 0, 45, 28.3, "angle between the fibres of the soleus and its aponeurosis",
                                "Ward et al. 2009 Clin Orthop Relat Res 467:1074"},
    [TIBIA_GASTROCNEMIUS_PENNATION] = {"gastrocnemius_pennation", "degree", 0, 45, 17,
                                       "angle between the fibres of the gastrocnemius and its aponeurosis",
                                       "derived: fibres of 51 mm (Ward et al. 2009 Clin Orthop Relat Res 467:1074) in a belly 15 mm thick; dissected 9.9 and 12.0"},
};

static const TasLimbBody bodies[] = {{"proximal", -1}, {"distal", 0}, {"foot", 1}, {"gastrocnemius_origin", 0}, {"popliteal", 0}, {"calcaneus", 1}, {"ankle_skin", 1}};

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

#define LEAST_DEPTH 3.5 /* mm of tissue between fibula and fascia */

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
                   "tibia: at z = %.0f mm only %.1f mm are left between fibula and fascia, %g needed: %s is too small for tibia_depth, "
                   "interosseous_width, fibula_diameter and the fat",
                   (double)z, (double)depth, (double)LEAST_DEPTH, shape.bulk < 0.25 ? "ankle_girth" : "calf_girth");
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckTogether(const PetscReal *v, char *problem)
{
  static const PetscInt pairs[][2] = {
      {TIBIA_TIBIALIS_ANTERIOR_BELLY_END, TIBIA_TIBIALIS_ANTERIOR_TENDON_START},
      {TIBIA_TOE_EXTENSORS_BELLY_END, TIBIA_TOE_EXTENSOR_TENDON_START},
      {TIBIA_PERONEI_BELLY_END, TIBIA_PERONEAL_TENDON_START},
      {TIBIA_DEEP_FLEXORS_BELLY_END, TIBIA_DEEP_FLEXOR_TENDON_START},
      {TIBIA_SOLEUS_BELLY_END, TIBIA_GASTROCNEMIUS_BELLY_END},
      {TIBIA_GASTROCNEMIUS_BELLY_END, TIBIA_APONEUROSIS_START},
  };
  const PetscReal above = v[TIBIA_LENGTH] * (v[TIBIA_OSTEOTOMY] - 1 + v[TIBIA_KNEE_END]); /* from the osteotomy to the top */

  PetscFunctionBeginUser;
  PetscCall(TasLimbCheckOrder(&tas_limb_tibia, v, sizeof(pairs) / sizeof(pairs[0]), pairs, problem));
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  if (v[TIBIA_ANKLE_GIRTH] > 0.9 * v[TIBIA_CALF_GIRTH])
    (void)snprintf(problem, TAS_PROBLEM_LENGTH, "tibia: ankle_girth (%g mm) must be at most 90 %% of calf_girth (%g mm)",
                   (double)v[TIBIA_ANKLE_GIRTH], (double)v[TIBIA_CALF_GIRTH]);
  else if (v[TIBIA_FREE_LENGTH] > above - 5)
    (void)snprintf(problem, TAS_PROBLEM_LENGTH,
                   "tibia: free_length (%g mm) leaves no bone for the origins above the osteotomy, which is %.0f mm below the upper end",
                   (double)v[TIBIA_FREE_LENGTH], (double)above);
  else
    PetscCall(CheckFibula(v, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The middle of the tibia, between its crest, medial and interosseous borders. */
static void PlaceBone(const PetscReal *v, const TibiaFit *fit, PetscReal top, TasLimbLayout *layout)
{
  layout->num_bone = TAS_LIMB_BONE;
  for (PetscInt i = 0; i < TAS_LIMB_BONE; ++i) {
    TibiaShape s;

    layout->bone[i][2] = top * (1 - i / (TAS_LIMB_BONE - 1.));
    TibiaShapeAt(v, fit, layout->bone[i][2], &s);
    const TasPlanePoint crest = TasOutlinePoint(&s.outline, s.crest), border = TasOutlinePoint(&s.outline, s.border);
    layout->bone[i][0] = (crest.x + border.x + s.interosseous.x) / 3;
    layout->bone[i][1] = (crest.y + border.y + s.interosseous.y) / 3;
  }
}

static PetscErrorCode BuildWithFit(const PetscReal *v, const TibiaGrid *grid, const TibiaFit *fit, TasMeshData *data, TasLimbLayout *layout)
{
  const PetscReal cut = v[TIBIA_LENGTH] * (1 - v[TIBIA_OSTEOTOMY]), planes[3] = {0, cut, v[TIBIA_LENGTH] * v[TIBIA_KNEE_END]};
  PetscInt        num_layers;
  PetscReal      *levels;
  TasSweep        sweep;
  const TibiaLeg  leg = {v, grid, fit};

  PetscFunctionBeginUser;
  PetscCall(TasSweepLevels(3, planes, Spacing(grid->divisions.size), &num_layers, &levels));
  PetscCall(TasSweepBegin(&sweep, &grid->cells.section, num_layers, data, layout));
  PetscCall(TasPatchesPlaceAll(&grid->cells, SIDE_MEMBRANE, num_layers + 1, levels, TibiaPlaceAt, &leg, data->points));
  PetscCall(TibiaNameAll(v, grid, levels, &sweep));
  PetscCall(TibiaAddFibres(v, grid, &sweep));
  PetscCall(TibiaAddStrands(&leg, layout));
  PetscCall(TibiaAddJoints(v, &sweep));
  PetscCall(TasSweepEnd(&sweep));
  PlaceBone(v, fit, planes[2], layout);
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
  if (!problem[0]) PetscCall(TibiaCheckTendons(&(TibiaLeg){values, &grid, &fit}, problem));
  if (!problem[0]) {
    PetscCall(BuildWithFit(values, &grid, &fit, data, layout));
    PetscCall(TasLimbCheckQuality(&tas_limb_tibia, values, data, problem));
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
