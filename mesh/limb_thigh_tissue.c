/*
  Which tissue every cell of the thigh is, and what its surfaces are for.
*/
#include "mesh/limb_thigh.h"

static PetscInt MuscleAt(PetscInt column, PetscInt row)
{
  if (column == COLUMN_MEDIAL_SEPTUM || column == COLUMN_LATERAL_SEPTUM) return TISSUE_SEPTA;
  if (column <= COLUMN_HAMSTRING_MEDIAL && row == ROW_SHEET) return TISSUE_LOOSE; /* bed of the sciatic nerve */
  if (column <= COLUMN_HAMSTRING_MEDIAL && row > ROW_SHEET)
    return column <= COLUMN_BICEPS_MEDIAL ? MUSCLE_BICEPS_FEMORIS : MUSCLE_MEDIAL_HAMSTRINGS;
  if (column <= COLUMN_ADDUCTOR_TENDON) return MUSCLE_ADDUCTORS;
  if (column == COLUMN_MEDIALIS) return MUSCLE_VASTUS_MEDIALIS;
  if (column == COLUMN_LATERALIS_BACK) return MUSCLE_VASTUS_LATERALIS;
  if (row == ROW_INNER) return MUSCLE_VASTUS_INTERMEDIUS;
  if (row == ROW_SHEET && column <= COLUMN_LATERALIS_FRONT) return TISSUE_LOOSE; /* above the aponeurosis */
  if (column >= COLUMN_RECTUS_MEDIAL && column <= COLUMN_RECTUS_LATERAL) return MUSCLE_RECTUS_FEMORIS;
  return column == COLUMN_MEDIALIS_FRONT ? MUSCLE_VASTUS_MEDIALIS : MUSCLE_VASTUS_LATERALIS;
}

static PetscInt TendonAt(PetscInt column, PetscInt row)
{
  if (row == ROW_SHEET && column >= COLUMN_MEDIALIS_FRONT && column <= COLUMN_LATERALIS_FRONT) return TENDON_QUADRICEPS;
  if (row == ROW_SHEET && column == COLUMN_ADDUCTOR_TENDON) return TENDON_ADDUCTOR;
  if (row == ROW_TENDON && column == COLUMN_BICEPS_TENDON) return TENDON_BICEPS;
  if (row == ROW_TENDON && column == COLUMN_HAMSTRING_TENDON) return TENDON_HAMSTRING;
  if (row == ROW_TENDON && column == COLUMN_RECTUS_TENDON) return RECTUS_CORE;
  return -1;
}

void ThighQuadTissue(const ThighGrid *grid, PetscInt quad, PetscInt *tissue, PetscInt *tendon)
{
  const ThighDivisions *d      = &grid->divisions;
  const PetscInt        v      = grid->cells.quad_v[quad];
  const PetscInt        column = TasGroupOf(NUM_COLUMNS, d->column, grid->cells.quad_u[quad]);

  *tendon = -1;
  if (grid->cells.quad_patch[quad] == PATCH_RING) {
    const PetscInt layer = TasGroupOf(NUM_RING, d->ring, v);

    *tissue = layer == RING_SKIN ? TISSUE_SKIN : layer == RING_FAT ? TISSUE_FAT : TISSUE_FASCIA;
    if (*tissue == TISSUE_FASCIA && (column == COLUMN_LATERALIS || column == COLUMN_LATERALIS_BACK)) *tissue = TISSUE_TRACT;
  } else {
    const PetscInt row = TasGroupOf(NUM_ROWS, d->row, v);

    *tissue = MuscleAt(column, row);
    *tendon = v == 0 && *tissue == MUSCLE_ADDUCTORS ? LINEA_ASPERA : TendonAt(column, row);
  }
}

/* Muscles that come from the pelvis and pass the hip: by a tendon in the middle of the belly, around which there is loose tissue above it. */
static PetscBool PassesHip(PetscInt muscle)
{
  return (PetscBool)(muscle == MUSCLE_RECTUS_FEMORIS || muscle == MUSCLE_BICEPS_FEMORIS || muscle == MUSCLE_MEDIAL_HAMSTRINGS);
}

static ThighTissue TissueAt(const PetscReal *values, const ThighGrid *grid, PetscInt quad, PetscReal z)
{
  const PetscReal share  = z / values[THIGH_LENGTH];
  const PetscInt  muscle = grid->quad_tissue[quad], tendon = grid->quad_tendon[quad];

  if (tendon >= 0 && tendon < NUM_TENDONS && share < values[THIGH_QUADRICEPS_TENDON_START + tendon])
    return (ThighTissue)(TISSUE_QUADRICEPS_TENDON + tendon);
  if (PassesHip(muscle) && tendon >= 0 && share > values[THIGH_ORIGIN_TENDON_END])
    return muscle == MUSCLE_RECTUS_FEMORIS ? TISSUE_RECTUS_ORIGIN : TISSUE_HAMSTRING_ORIGIN;
  if (PassesHip(muscle) && share > values[THIGH_BELLY_START]) return TISSUE_LOOSE;
  if (muscle < NUM_MUSCLES && share < values[THIGH_RECTUS_FEMORIS_BELLY_END + muscle]) return TISSUE_LOOSE;
  return (ThighTissue)muscle;
}

/* Their directions are cell fields. */
static const TasLimbTissue tissues[NUM_TISSUES] = {
    [MUSCLE_RECTUS_FEMORIS]           = {.tissue = "rectus_femoris", .preset = "muscle"},
    [MUSCLE_VASTUS_LATERALIS]         = {.tissue = "vastus_lateralis", .preset = "muscle"},
    [MUSCLE_VASTUS_MEDIALIS]          = {.tissue = "vastus_medialis", .preset = "muscle"},
    [MUSCLE_VASTUS_INTERMEDIUS]       = {.tissue = "vastus_intermedius", .preset = "muscle"},
    [MUSCLE_BICEPS_FEMORIS]           = {.tissue = "biceps_femoris", .preset = "muscle"},
    [MUSCLE_MEDIAL_HAMSTRINGS]        = {.tissue = "medial_hamstrings", .preset = "muscle"},
    [MUSCLE_ADDUCTORS]                = {.tissue = "adductors", .preset = "muscle"},
    [TISSUE_QUADRICEPS_TENDON]        = {.tissue = "quadriceps_tendon", .preset = "tendon"},
    [TISSUE_BICEPS_FEMORIS_TENDON]    = {.tissue = "biceps_femoris_tendon", .preset = "tendon"},
    [TISSUE_MEDIAL_HAMSTRING_TENDONS] = {.tissue = "medial_hamstring_tendons", .preset = "tendon"},
    [TISSUE_ADDUCTOR_TENDON]          = {.tissue = "adductor_tendon", .preset = "tendon"},
    [TISSUE_RECTUS_ORIGIN]            = {.tissue = "rectus_femoris_tendon", .preset = "tendon"},
    [TISSUE_HAMSTRING_ORIGIN]         = {.tissue = "hamstring_origin_tendons", .preset = "tendon"},
    [TISSUE_SEPTA]                    = {.tissue = "intermuscular_septum", .preset = "fascia"},
    [TISSUE_LOOSE]                    = {.tissue = "loose_tissue", .preset = "loose-connective-tissue"},
    [TISSUE_FASCIA]                   = {.tissue = "fascia_lata", .preset = "fascia"},
    [TISSUE_TRACT]                    = {.tissue = "iliotibial_tract", .preset = "fascia"},
    [TISSUE_FAT]                      = {.tissue = "fat", .preset = "fat"},
    [TISSUE_SKIN]                     = {.tissue = "skin", .preset = "skin"},
};

/* Muscles on the femur: share of the length down to which they are bound to it. */
typedef struct {
  ThighTissue muscle;
  PetscReal   lowest;
} Binding;

static const Binding bindings[] = {
    {MUSCLE_VASTUS_LATERALIS, 0.40},   /* greater trochanter, lateral lip of the linea aspera: upper half */
    {MUSCLE_VASTUS_MEDIALIS, 0.28},    /* intertrochanteric and spiral line, medial lip */
    {MUSCLE_VASTUS_INTERMEDIUS, 0.33}, /* upper two thirds of the front and the lateral face */
    {MUSCLE_ADDUCTORS, 0.30},          /* linea aspera, medial supracondylar line down to the hiatus */
};
#define NUM_BINDINGS 4

/* Surfaces, in the order in which they are entered, insertions as the tendons; after them proximal and distal one of every binding.  Nodes that two of them share
   follow the body of the first (solver/supports/supports.c): ends of muscles and tendons stand before the rest of the ends. */
enum {
  SURFACE_ORIGIN_RECTUS,
  SURFACE_ORIGIN_BICEPS,
  SURFACE_ORIGIN_HAMSTRING,
  SURFACE_ORIGIN_ADDUCTORS,
  SURFACE_TOP,
  SURFACE_INSERTION_QUADRICEPS,
  SURFACE_INSERTION_BICEPS,
  SURFACE_INSERTION_HAMSTRING,
  SURFACE_TUBERCLE,
  SURFACE_BOTTOM,
  SURFACE_SKIN,
  SURFACE_GLIDE_PROXIMAL, /* and distal after it, as in the next ones */
  SURFACE_GLIDE_DISTAL,
  SURFACE_SLEEVE_PROXIMAL,
  SURFACE_SLEEVE_DISTAL,
  SURFACE_BINDINGS
};

/* MPa/mm, assumed, as of the leg's origins: loose tissue with a shear modulus of 1 to 1.6 kPa (Iatridis et al. 2003, see
   docs/limb_tibia.md) under the periosteum, 0.5 to 0.8 mm thick. */
#define BINDING_STIFFNESS 0.002

static const TasLimbSurface surfaces[SURFACE_BINDINGS] = {
    [SURFACE_TOP]                 = {.name = "top", .kind = TAS_SURFACE_ATTACHED, .body = "proximal"},
    [SURFACE_ORIGIN_RECTUS]       = {.name = "origin_rectus_femoris", .kind = TAS_SURFACE_ATTACHED, .body = "rectus_origin"},
    [SURFACE_ORIGIN_BICEPS]       = {.name = "origin_biceps_femoris", .kind = TAS_SURFACE_ATTACHED, .body = "hamstring_origin"},
    [SURFACE_ORIGIN_HAMSTRING]    = {.name = "origin_medial_hamstrings", .kind = TAS_SURFACE_ATTACHED, .body = "hamstring_origin"},
    [SURFACE_ORIGIN_ADDUCTORS]    = {.name = "origin_adductors", .kind = TAS_SURFACE_ATTACHED, .body = "proximal"},
    [SURFACE_BOTTOM]              = {.name = "bottom", .kind = TAS_SURFACE_ATTACHED, .body = "distal"},
    [SURFACE_INSERTION_QUADRICEPS]             = {.name = "insertion_quadriceps", .kind = TAS_SURFACE_ATTACHED, .body = "patella"},
    [SURFACE_INSERTION_BICEPS]    = {.name = "insertion_biceps_femoris", .kind = TAS_SURFACE_ATTACHED, .body = "hamstring_insertion"},
    [SURFACE_INSERTION_HAMSTRING] = {.name = "insertion_medial_hamstrings", .kind = TAS_SURFACE_ATTACHED, .body = "hamstring_insertion"},
    [SURFACE_TUBERCLE]            = {.name = "adductor_tubercle", .kind = TAS_SURFACE_ATTACHED, .body = "distal"},
    [SURFACE_SKIN]                = {.name = "skin", .kind = TAS_SURFACE_FREE},
    [SURFACE_GLIDE_PROXIMAL]      = {.name = "glide_proximal", .kind = TAS_SURFACE_GLIDING, .body = "proximal"},
    [SURFACE_GLIDE_DISTAL]        = {.name = "glide_distal", .kind = TAS_SURFACE_GLIDING, .body = "distal"},
    [SURFACE_SLEEVE_PROXIMAL]     = {.name = "sleeve_proximal", .kind = TAS_SURFACE_GLIDING, .body = "proximal", .along[2] = -1},
    [SURFACE_SLEEVE_DISTAL]       = {.name = "sleeve_distal", .kind = TAS_SURFACE_GLIDING, .body = "distal", .along[2] = -1},
};

/* Vasti come from the femur: below the osteotomy they are free to slide, so that the whole belly lengthens.  Adductors end on it: both
   segments must hold them. */
static PetscErrorCode AddBinding(TasSweep *sweep, ThighTissue muscle)
{
  const PetscBool insertion  = muscle == MUSCLE_ADDUCTORS ? PETSC_TRUE : PETSC_FALSE;
  TasLimbSurface  binding[2] = {
      {.kind = TAS_SURFACE_GLIDING, .body = "proximal", .tangential_stiffness = BINDING_STIFFNESS, .along = {0, 0, -1}},
      {.kind = TAS_SURFACE_GLIDING, .body = "distal", .tangential_stiffness = insertion ? BINDING_STIFFNESS : 0, .along = {0, 0, -1}}};

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < 2; ++i)
    PetscCall(PetscSNPrintf(binding[i].name, TAS_NAME_LENGTH, "%s_%s_%s", insertion ? "insertion" : "origin", tissues[muscle].tissue,
                            binding[i].body));
  PetscCall(TasSweepAddSurfaces(sweep, 2, binding));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The surface of an edge on the femur: its number for the proximal segment. */
static PetscInt FemurSurface(const PetscReal *values, PetscInt side, ThighTissue tissue, PetscReal z)
{
  const PetscReal cut = values[THIGH_LENGTH] * (1 - values[THIGH_OSTEOTOMY]);

  if (PetscAbsReal(z - cut) >= values[THIGH_FREE_LENGTH])
    for (PetscInt b = 0; b < NUM_BINDINGS; ++b)
      if (bindings[b].muscle == tissue && z > bindings[b].lowest * values[THIGH_LENGTH]) return SURFACE_BINDINGS + 2 * b;
  return side == SIDE_VASTI ? SURFACE_GLIDE_PROXIMAL : SURFACE_SLEEVE_PROXIMAL;
}

static PetscErrorCode NameSides(const PetscReal *values, const ThighGrid *grid, PetscInt layer, PetscReal z, TasSweep *sweep)
{
  const PetscBool distal = z < values[THIGH_LENGTH] * (1 - values[THIGH_OSTEOTOMY]) ? PETSC_TRUE : PETSC_FALSE;

  PetscFunctionBeginUser;
  for (PetscInt e = 0; e < grid->cells.section.num_edges; ++e) {
    const PetscInt side = grid->cells.edge_side[e];

    if (side == SIDE_SKIN)
      PetscCall(TasSweepAddSide(sweep, SURFACE_SKIN, e, layer));
    else
      PetscCall(TasSweepAddSide(sweep, FemurSurface(values, side, TissueAt(values, grid, grid->cells.edge_quad[e], z), z) + distal, e, layer));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode NameEnds(const ThighGrid *grid, TasSweep *sweep)
{
  const PetscInt num_quads = grid->cells.section.num_quads, last = sweep->num_layers - 1;
  PetscInt       tops[NUM_TISSUES], bottoms[NUM_TISSUES];

  PetscFunctionBeginUser;
  for (PetscInt t = 0; t < NUM_TISSUES; ++t) {
    tops[t]    = SURFACE_TOP;
    bottoms[t] = SURFACE_BOTTOM;
  }
  for (PetscInt t = 0; t < NUM_TENDONS; ++t) bottoms[TISSUE_QUADRICEPS_TENDON + t] = SURFACE_INSERTION_QUADRICEPS + t;
  tops[TISSUE_RECTUS_ORIGIN] = SURFACE_ORIGIN_RECTUS;
  tops[MUSCLE_ADDUCTORS]     = SURFACE_ORIGIN_ADDUCTORS;
  for (PetscInt q = 0; q < num_quads; ++q) {
    PetscCall(TasSweepAddQuad(sweep, bottoms[sweep->data->cell_tissue[q]], q, 0));
    tops[TISSUE_HAMSTRING_ORIGIN] = grid->quad_tissue[q] == MUSCLE_BICEPS_FEMORIS ? SURFACE_ORIGIN_BICEPS : SURFACE_ORIGIN_HAMSTRING;
    PetscCall(TasSweepAddQuad(sweep, tops[sweep->data->cell_tissue[last * num_quads + q]], q, last + 1));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ThighNameAll(const PetscReal *values, const ThighGrid *grid, const PetscReal *levels, TasSweep *sweep)
{
  const PetscInt num_quads = grid->cells.section.num_quads;

  PetscFunctionBeginUser;
  PetscCall(TasSweepAddTissues(sweep, NUM_TISSUES, tissues));
  PetscCall(TasSweepAddSurfaces(sweep, SURFACE_BINDINGS, surfaces));
  for (PetscInt b = 0; b < NUM_BINDINGS; ++b) PetscCall(AddBinding(sweep, bindings[b].muscle));
  for (PetscInt layer = 0; layer < sweep->num_layers; ++layer) {
    const PetscReal z = 0.5 * (levels[layer] + levels[layer + 1]);

    for (PetscInt q = 0; q < num_quads; ++q) sweep->data->cell_tissue[layer * num_quads + q] = TissueAt(values, grid, q, z);
    PetscCall(NameSides(values, grid, layer, z, sweep));
  }
  PetscCall(NameEnds(grid, sweep));
  PetscFunctionReturn(PETSC_SUCCESS);
}

#define FULL_TILT 8. /* mm from the tendon's middle beyond which the tilt is whole */

PetscErrorCode ThighAddFibres(const PetscReal *values, const ThighGrid *grid, TasSweep *sweep)
{
  static const PetscInt tendon_of[NUM_MUSCLES] = {TENDON_QUADRICEPS, TENDON_QUADRICEPS, TENDON_QUADRICEPS, TENDON_QUADRICEPS,
                                                  TENDON_BICEPS,     TENDON_HAMSTRING,  LINEA_ASPERA};
  TasFibreRule          rules[NUM_TISSUES]     = {[TISSUE_SEPTA] = {.kind = TAS_FIBRE_SEPTUM}};

  PetscFunctionBeginUser;
  for (PetscInt m = 0; m < NUM_MUSCLES; ++m)
    rules[m] = (TasFibreRule){TAS_FIBRE_MUSCLE, tendon_of[m], values[THIGH_RECTUS_FEMORIS_PENNATION + m] * PETSC_PI / 180, FULL_TILT};
  PetscCall(TasSweepAddFibres(sweep, grid->quad_tendon, rules));
  PetscFunctionReturn(PETSC_SUCCESS);
}
