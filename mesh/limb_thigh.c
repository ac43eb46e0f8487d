/*
  limb: thigh.  The right thigh with the femur as a hole; see limb_thigh.h for its parts and docs/limb_thigh.md for the anatomy and where
  the numbers come from.
*/
#include "mesh/limb_thigh.h"
#include <stdio.h>

#define WARD "Ward et al. 2009 Clin Orthop Relat Res 467:1074"
#define CHECKED "assumed, checked on volumes: docs/limb_thigh.md"
#define OF_MUSCLES ": share of the muscles' cross-section in the middle of the thigh"

static const TasDimension dimensions[THIGH_NUM_DIMENSIONS] = {
    [THIGH_LENGTH] = {"length", "mm", 300, 560, 436, "length of the femur, top of the head to the knee's joint line",
                      "maximum length of men 436 (42), of women 403 (20) mm: J Clin Med Res 2019 11:740, table"},
    [THIGH_LOWER_END]      = {"lower_end", "1", 0.10, 0.20, 0.12,
                              "height at which the model ends below, as a share of length: above the condyles and the patella", "assumed"},
    [THIGH_UPPER_END]      = {"upper_end", "1", 0.72, 0.85, 0.80,
                              "height at which the model ends above, as a share of length: below the lesser trochanter", "assumed"},
    [THIGH_GIRTH]          = {"thigh_girth", "mm", 380, 760, 530, "girth in the middle of the femur's length",
                              "assumed; 460 to 600 mm pass as normal below the gluteal fold (page)"},
    [THIGH_KNEE_GIRTH]     = {"knee_girth", "mm", 300, 540, 400, "girth above the patella, at a tenth of the femur's length", "assumed"},
    [THIGH_UPPER_GIRTH]    = {"upper_girth", "mm", 400, 840, 580, "girth below the gluteal fold, at 0.85 of the femur's length", "assumed"},
    [THIGH_SKIN]           = {"skin", "mm", 0.8, 3, 1.5, "thickness of the skin", "assumed"},
    [THIGH_FAT]            = {"fat", "mm", 2, 30, 8, "thickness of the subcutaneous fat above the knee", "assumed"},
    [THIGH_KNEE_FAT]       = {"knee_fat", "mm", 2, 15, 5, "thickness of the subcutaneous fat at the lower end", "assumed"},
    [THIGH_FASCIA]         = {"fascia", "mm", 0.4, 2, 0.63, "thickness of the fascia lata and of the septa",
                              "Otsuka et al. 2021 J Anat (abstract): 0.56 to 0.69 mm over rectus femoris and hamstrings, 0.91 (0.20) mm over "
                              "vastus lateralis, ultrasound of 20 adults"},
    [THIGH_ILIOTIBIAL_TRACT] = {"iliotibial_tract", "mm", 0.4, 4, 1.5, "thickness of the iliotibial tract, the fascia over the vastus lateralis",
                                "between 0.91 mm (Otsuka et al. 2021, abstract) and 1.95 (0.3) mm at the femoral condyle (Goh et al. 2003 J "
                                "Clin Ultrasound 31:239, abstract)"},
    [THIGH_FEMUR_WIDTH]      = {"femur_width", "mm", 20, 40, 28, "width of the femur's shaft", "assumed, adult shaft"},
    [THIGH_FEMUR_DEPTH]      = {"femur_depth", "mm", 20, 40, 29, "depth of the femur's shaft", "assumed, adult shaft"},
    [THIGH_RECTUS_FEMORIS_SHARE]     = {"rectus_femoris_share", "1", 0.03, 0.12, 0.065, "rectus femoris" OF_MUSCLES, CHECKED},
    [THIGH_VASTUS_LATERALIS_SHARE]   = {"vastus_lateralis_share", "1", 0.12, 0.28, 0.20, "vastus lateralis" OF_MUSCLES,
                                        CHECKED "; quadriceps about a half from 20 to 80 % of the thigh (Rigakuryoho Kagaku 21(3), abstract)"},
    [THIGH_VASTUS_MEDIALIS_SHARE]    = {"vastus_medialis_share", "1", 0.05, 0.18, 0.11, "vastus medialis" OF_MUSCLES, CHECKED},
    [THIGH_VASTUS_INTERMEDIUS_SHARE] = {"vastus_intermedius_share", "1", 0.07, 0.20, 0.13, "vastus intermedius" OF_MUSCLES, CHECKED},
    [THIGH_BICEPS_FEMORIS_SHARE]     = {"biceps_femoris_share", "1", 0.06, 0.18, 0.105, "biceps femoris, both heads," OF_MUSCLES, CHECKED},
    [THIGH_MEDIAL_HAMSTRINGS_SHARE]  = {"medial_hamstrings_share", "1", 0.07, 0.20, 0.125,
                                        "semitendinosus and semimembranosus" OF_MUSCLES ", the adductors have the rest", CHECKED},
    [THIGH_OSTEOTOMY]   = {"osteotomy", "1", 0.28, 0.75, 0.45, "distance of the osteotomy from the femur's upper end, as a share of length",
                           "assumed: shaft, as for a nail"},
    [THIGH_FREE_LENGTH] = {"free_length", "mm", 5, 80, 30, "length of bone above and below the osteotomy that no muscle is bound to", "assumed"},
    [THIGH_BELLY_START]                   = {"belly_start", "1", 0.68, 0.84, 0.76,
                                             "height where the bellies of rectus femoris and hamstrings begin below the tendons that they come from, "
                                             "as a share of length",
                                             "assumed"},
    [THIGH_ORIGIN_TENDON_END]             = {"origin_tendon_end", "1", 0.55, 0.72, 0.66,
                                             "height down to which the tendons that rectus femoris and hamstrings come from reach inside the bellies, "
                                             "as a share of length",
                                             "assumed"},
    [THIGH_QUADRICEPS_TENDON_START]       = {"quadriceps_tendon_start", "1", 0.40, 0.75, 0.57,
                                             "height where the aponeurosis over the vastus intermedius begins, as a share of length",
                                             "chosen: fibres between it and the upper end as long as those of the vasti, 97 to 99 mm (" WARD ")"},
    [THIGH_BICEPS_FEMORIS_TENDON_START]   = {"biceps_femoris_tendon_start", "1", 0.25, 0.70, 0.45,
                                             "height where the biceps' tendon begins inside the belly, as a share of length", "assumed"},
    [THIGH_MEDIAL_HAMSTRING_TENDON_START] = {"medial_hamstring_tendon_start", "1", 0.25, 0.70, 0.45,
                                             "height where the tendons of the medial hamstrings begin inside the bellies, as a share of length",
                                             "assumed; semitendinosus' tendon 222 mm in and outside the belly: Folia Morphol 2019 (abstract)"},
    [THIGH_ADDUCTOR_TENDON_START]         = {"adductor_tendon_start", "1", 0.30, 0.70, 0.48,
                                             "height where the tendon of the adductor magnus begins, as a share of length", "assumed"},
    [THIGH_RECTUS_FEMORIS_BELLY_END]      = {"rectus_femoris_belly_end", "1", 0.20, 0.45, 0.30,
                                             "height where the belly of the rectus femoris ends, as a share of length", "assumed"},
    [THIGH_VASTUS_LATERALIS_BELLY_END]    = {"vastus_lateralis_belly_end", "1", 0.14, 0.40, 0.20,
                                             "height where the belly of the vastus lateralis ends, as a share of length", "assumed"},
    [THIGH_VASTUS_MEDIALIS_BELLY_END]     = {"vastus_medialis_belly_end", "1", 0.13, 0.35, 0.15,
                                             "height where the belly of the vastus medialis ends, as a share of length",
                                             "assumed: almost at the patella"},
    [THIGH_VASTUS_INTERMEDIUS_BELLY_END]  = {"vastus_intermedius_belly_end", "1", 0.14, 0.40, 0.20,
                                             "height where the belly of the vastus intermedius ends, as a share of length", "assumed"},
    [THIGH_BICEPS_FEMORIS_BELLY_END]      = {"biceps_femoris_belly_end", "1", 0.13, 0.35, 0.15,
                                             "height where the bellies of the biceps femoris end, as a share of length",
                                             "assumed: the short head is fleshy almost to the knee"},
    [THIGH_MEDIAL_HAMSTRINGS_BELLY_END]   = {"medial_hamstrings_belly_end", "1", 0.13, 0.35, 0.15,
                                             "height where the bellies of the medial hamstrings end, as a share of length",
                                             "assumed: the semimembranosus is fleshy almost to the knee"},
    [THIGH_ADDUCTORS_BELLY_END]           = {"adductors_belly_end", "1", 0.20, 0.45, 0.28,
                                             "height where the bellies of the adductors end, at the hiatus, as a share of length", "assumed"},
    [THIGH_QUADRICEPS_TENDON_AREA]        = {"quadriceps_tendon_area", "mm^2", 80, 320, 180, "cross-section of the quadriceps tendon",
                                             "assumed, between 112 (24) mm^2 by MRI (Jt Dis Relat Surg, page 1503, abstract) and a thickness of 7.4 "
                                             "mm (PMID 37388871, abstract) over some 35 mm"},
    [THIGH_BICEPS_FEMORIS_TENDON_AREA]    = {"biceps_femoris_tendon_area", "mm^2", 20, 120, 60, "cross-section of the biceps' tendon", "assumed"},
    [THIGH_MEDIAL_HAMSTRING_TENDON_AREA]  = {"medial_hamstring_tendon_area", "mm^2", 50, 240, 130,
                                             "cross-section of the tendons of the medial hamstrings together",
                                             "semimembranosus 115 (16) mm^2 by ultrasound (PMID 34246531, abstract); semitendinosus assumed"},
    [THIGH_ADDUCTOR_TENDON_AREA]          = {"adductor_tendon_area", "mm^2", 15, 80, 35, "cross-section of the adductor magnus' tendon", "assumed"},
    [THIGH_RECTUS_FEMORIS_PENNATION]      = {"rectus_femoris_pennation", "degree", 0, 45, 13.9,
                                             "angle between the fibres of the rectus femoris and its aponeurosis", WARD},
    [THIGH_VASTUS_LATERALIS_PENNATION]    = {"vastus_lateralis_pennation", "degree", 0, 45, 18.4,
                                             "angle between the fibres of the vastus lateralis and its aponeurosis", WARD},
    [THIGH_VASTUS_MEDIALIS_PENNATION]     = {"vastus_medialis_pennation", "degree", 0, 45, 29.6,
                                             "angle between the fibres of the vastus medialis and its aponeurosis", WARD},
    [THIGH_VASTUS_INTERMEDIUS_PENNATION]  = {"vastus_intermedius_pennation", "degree", 0, 45, 4.5,
                                             "angle between the fibres of the vastus intermedius and its aponeurosis", WARD},
    [THIGH_BICEPS_FEMORIS_PENNATION]      = {"biceps_femoris_pennation", "degree", 0, 45, 11.8,
                                             "angle between the fibres of the biceps femoris and its tendon",
                                             WARD ": heads 11.6 and 12.3, by mass"},
    [THIGH_MEDIAL_HAMSTRINGS_PENNATION]   = {"medial_hamstrings_pennation", "degree", 0, 45, 14.2,
                                             "angle between the fibres of the medial hamstrings and their tendons",
                                             WARD ": semimembranosus 15.1, semitendinosus 12.9, by mass"},
    [THIGH_ADDUCTORS_PENNATION]           = {"adductors_pennation", "degree", 0, 45, 12,
                                             "angle by which the fibres of the adductors are turned towards the femur",
                                             WARD ": longus 7.1, brevis 6.1, magnus 15.5; weights assumed"},
};

static const TasLimbBody bodies[] = {
    {"proximal", -1}, {"distal", 0}, {"patella", 1}, {"hamstring_insertion", 1}, {"rectus_origin", 0}, {"hamstring_origin", 0}};

/* Layers are thicker than cells are wide: everything varies slowly along the thigh. */
static PetscReal Spacing(PetscReal size)
{
  return 1.1 * size;
}

static void Planes(const PetscReal *v, PetscReal planes[3])
{
  planes[0] = v[THIGH_LENGTH] * v[THIGH_LOWER_END];
  planes[1] = v[THIGH_LENGTH] * (1 - v[THIGH_OSTEOTOMY]);
  planes[2] = v[THIGH_LENGTH] * v[THIGH_UPPER_END];
}

static PetscInt CountCells(PetscReal size, const void *values)
{
  ThighDivisions divisions;
  PetscReal      planes[3];
  PetscInt       layers = 0;

  Planes(values, planes);
  for (PetscInt i = 0; i < 2; ++i) layers += TasSweepDivisions(planes[i + 1] - planes[i], Spacing(size), 1);
  ThighDivide(values, size, &divisions);
  return ThighCountQuads(&divisions) * layers;
}

#define LEAST_BONE 20. /* mm of femur that muscles are bound to on either side of the osteotomy */

static PetscErrorCode CheckTogether(const PetscReal *v, char *problem)
{
  static const PetscInt pairs[][2] = {{THIGH_RECTUS_FEMORIS_BELLY_END, THIGH_QUADRICEPS_TENDON_START},
                                      {THIGH_BICEPS_FEMORIS_BELLY_END, THIGH_BICEPS_FEMORIS_TENDON_START},
                                      {THIGH_MEDIAL_HAMSTRINGS_BELLY_END, THIGH_MEDIAL_HAMSTRING_TENDON_START},
                                      {THIGH_ADDUCTORS_BELLY_END, THIGH_ADDUCTOR_TENDON_START},
                                      {THIGH_LOWER_END, THIGH_RECTUS_FEMORIS_BELLY_END},
                                      {THIGH_LOWER_END, THIGH_VASTUS_LATERALIS_BELLY_END},
                                      {THIGH_LOWER_END, THIGH_VASTUS_MEDIALIS_BELLY_END},
                                      {THIGH_LOWER_END, THIGH_VASTUS_INTERMEDIUS_BELLY_END},
                                      {THIGH_LOWER_END, THIGH_BICEPS_FEMORIS_BELLY_END},
                                      {THIGH_LOWER_END, THIGH_MEDIAL_HAMSTRINGS_BELLY_END},
                                      {THIGH_LOWER_END, THIGH_ADDUCTORS_BELLY_END},
                                      {THIGH_KNEE_GIRTH, THIGH_GIRTH},
                                      {THIGH_QUADRICEPS_TENDON_START, THIGH_BELLY_START},
                                      {THIGH_BICEPS_FEMORIS_TENDON_START, THIGH_ORIGIN_TENDON_END},
                                      {THIGH_MEDIAL_HAMSTRING_TENDON_START, THIGH_ORIGIN_TENDON_END},
                                      {THIGH_ORIGIN_TENDON_END, THIGH_BELLY_START},
                                      {THIGH_BELLY_START, THIGH_UPPER_END}};
  PetscReal             planes[3];

  PetscFunctionBeginUser;
  PetscCall(TasLimbCheckOrder(&tas_limb_thigh, v, sizeof(pairs) / sizeof(pairs[0]), pairs, problem));
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  Planes(v, planes);
  if (v[THIGH_FREE_LENGTH] + LEAST_BONE > PetscMin(planes[2] - planes[1], planes[1] - planes[0]))
    (void)snprintf(problem, TAS_PROBLEM_LENGTH,
                   "thigh: free_length (%g mm) leaves no bone for muscles between the osteotomy (at z = %.0f mm) and the ends of the model (%.0f "
                   "and %.0f mm)",
                   (double)v[THIGH_FREE_LENGTH], (double)planes[1], (double)planes[0], (double)planes[2]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode BuildWithFit(const Thigh *thigh, TasMeshData *data, TasLimbLayout *layout)
{
  const PetscReal *v    = thigh->values;
  const ThighGrid *grid = thigh->grid;
  PetscInt         num_layers;
  PetscReal        planes[3], *levels;
  TasSweep         sweep;

  PetscFunctionBeginUser;
  Planes(v, planes);
  PetscCall(TasSweepLevels(3, planes, Spacing(grid->divisions.size), &num_layers, &levels));
  PetscCall(TasSweepBegin(&sweep, &grid->cells.section, num_layers, data, layout));
  PetscCall(TasPatchesPlaceAll(&grid->cells, -1, num_layers + 1, levels, ThighPlaceAt, thigh, data->points));
  PetscCall(ThighNameAll(v, grid, levels, &sweep));
  PetscCall(ThighAddFibres(v, grid, &sweep));
  PetscCall(ThighAddJoints(v, &sweep));
  PetscCall(TasSweepEnd(&sweep));
  layout->num_bone     = 2; /* x = y = 0 is its axis */
  layout->bone[0][2]   = planes[2];
  layout->bone[1][2]   = planes[0];
  layout->osteotomy[2] = planes[1];
  layout->axis[2]      = -1;
  PetscCall(PetscFree(levels));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Widths of groups and paths of strands are found on a grid of this size, mm, in a thigh of the usual girth: they do not depend on the
   number of cells. */
#define REFERENCE_SIZE 4.

static PetscErrorCode BuildThigh(const PetscReal *values, PetscInt cells, TasMeshData *data, TasLimbLayout *layout, char *problem)
{
  ThighDivisions divisions;
  ThighGrid      grid, reference;
  ThighFit       fit;
  const Thigh    thigh = {values, &grid, &fit}, fitted = {values, &reference, &fit};

  PetscFunctionBeginUser;
  PetscCall(TasLimbCheckValues(&tas_limb_thigh, values, cells, problem));
  if (!problem[0]) PetscCall(CheckTogether(values, problem));
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  ThighDivide(values, REFERENCE_SIZE * values[THIGH_GIRTH] / 530, &divisions);
  PetscCall(ThighGridCreate(&divisions, &reference));
  ThighDivide(values, TasSweepFindSize(CountCells, values, cells, 0.3, 100), &divisions);
  PetscCall(ThighGridCreate(&divisions, &grid));
  PetscCall(ThighFitShares(values, &reference, &fit, problem));
  if (!problem[0]) PetscCall(ThighCheckTendons(&fitted, problem));
  if (!problem[0]) {
    PetscCall(BuildWithFit(&thigh, data, layout));
    PetscCall(ThighAddStrands(&fitted, layout));
    PetscCall(TasLimbCheckQuality(&tas_limb_thigh, values, data, problem));
  }
  PetscCall(ThighGridClear(&grid));
  PetscCall(ThighGridClear(&reference));
  if (problem[0]) {
    PetscCall(TasMeshDataClear(data));
    PetscCall(TasLimbLayoutClear(layout));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasLimb tas_limb_thigh = {
    .name           = "thigh",
    .summary        = "the thigh above the knee: muscles, tendons, septa, fascia, fat and skin around the femur",
    .num_dimensions = THIGH_NUM_DIMENSIONS,
    .dimensions     = dimensions,
    .num_bodies     = sizeof(bodies) / sizeof(bodies[0]),
    .bodies         = bodies,
    .build          = BuildThigh,
};
