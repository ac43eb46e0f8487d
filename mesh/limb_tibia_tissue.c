/*
  Which tissue every cell of the leg is, and what its surfaces are for.
*/
#include "mesh/limb_tibia.h"

/* The last two are none that end at the foot: the sheet that the gastrocnemius comes from, and beside the Achilles tendon the plane
   between gastrocnemius and soleus. */
enum { TENDON_NONE = -1, TENDON_ANTERIOR, TENDON_EXTENSORS, TENDON_PERONEAL, TENDON_DEEP, TENDON_ACHILLES, TENDON_SHEET, TENDON_PLANE };

/* Row group of the rows that go round; rows below `inner` end on a bone. */
static PetscInt OuterGroup(const TibiaGrid *grid, const TasPatch *t, PetscInt v)
{
  return TasGroupOf(NUM_OUTER, grid->divisions.outer, v - (t->nv - grid->cells.patch[PATCH_LATERAL].nv));
}

static void AnteriorTissue(const TibiaGrid *grid, PetscInt u, PetscInt v, PetscInt *muscle, PetscInt *tendon)
{
  const TasPatch *t      = &grid->cells.patch[PATCH_ANTERIOR];
  const PetscInt    column = TasGroupOf(NUM_COLUMNS, grid->divisions.column, u);
  const PetscBool   round  = v >= t->nv - grid->cells.patch[PATCH_LATERAL].nv;

  *muscle = column < 3 ? TISSUE_TIBIALIS_ANTERIOR : TISSUE_TOE_EXTENSORS;
  if (!round || OuterGroup(grid, t, v) != OUTER_TENDON) return;
  if (column == 1) *tendon = TENDON_ANTERIOR;
  if (column == 3) *tendon = TENDON_EXTENSORS;
}

static void LateralTissue(const TibiaGrid *grid, PetscInt u, PetscInt v, PetscInt *muscle, PetscInt *tendon)
{
  const PetscInt column = TasGroupOf(NUM_LATERAL, grid->divisions.lateral, u), row = OuterGroup(grid, &grid->cells.patch[PATCH_LATERAL], v);

  *muscle = column == LATERAL_FRONT || column == LATERAL_BACK ? TISSUE_SEPTUM : column == LATERAL_GLIDE || row == OUTER_GLIDE ? TISSUE_LOOSE : TISSUE_PERONEI;
  if (column == LATERAL_TENDON && row == OUTER_TENDON) *tendon = TENDON_PERONEAL;
}

static void PosteriorTissue(const TibiaGrid *grid, PetscInt u, PetscInt v, PetscInt *muscle, PetscInt *tendon)
{
  const TasPatch *t       = &grid->cells.patch[PATCH_POSTERIOR];
  const PetscInt    columns = t->nu - grid->divisions.tibial;
  const PetscInt    column  = u < columns ? TasGroupOf(NUM_COLUMNS, grid->divisions.column, columns - 1 - u) : -1; /* from the tibia */

  if (v < t->nv - grid->cells.patch[PATCH_LATERAL].nv) {
    const PetscInt row = TasGroupOf(NUM_DEEP, grid->divisions.deep, v);

    *muscle = row == DEEP_SEPTUM ? TISSUE_LOOSE : row == DEEP_SOLEUS ? TISSUE_SOLEUS : TISSUE_DEEP_FLEXORS;
    if (row == DEEP_TENDON && column < 0) *tendon = TENDON_DEEP;
  } else {
    const PetscInt row = OuterGroup(grid, t, v);

    *muscle = row == OUTER_GLIDE ? TISSUE_LOOSE : row >= OUTER_OUTER ? TISSUE_GASTROCNEMIUS : TISSUE_SOLEUS;
    if (row == OUTER_TENDON) *tendon = column >= 1 && column <= 3 ? TENDON_ACHILLES : TENDON_PLANE;
    if (row == OUTER_SHEET && column >= 0 && column <= 3) *tendon = TENDON_SHEET;
  }
}

void TibiaQuadTissue(const TibiaGrid *grid, PetscInt quad, PetscInt *muscle, PetscInt *tendon)
{
  static const TibiaTissue rings[NUM_RING] = {TISSUE_FASCIA, TISSUE_FAT, TISSUE_SKIN};
  const PetscInt           u = grid->cells.quad_u[quad], v = grid->cells.quad_v[quad];

  *tendon = TENDON_NONE;
  switch (grid->cells.quad_patch[quad]) {
  case PATCH_ANTERIOR:
    AnteriorTissue(grid, u, v, muscle, tendon);
    break;
  case PATCH_LATERAL:
    LateralTissue(grid, u, v, muscle, tendon);
    break;
  case PATCH_POSTERIOR:
    PosteriorTissue(grid, u, v, muscle, tendon);
    break;
  case PATCH_CORNER:
    *muscle = u < grid->cells.patch[PATCH_CORNER].nu - grid->divisions.outer[OUTER_GLIDE] ? TISSUE_SOLEUS : TISSUE_LOOSE;
    break;
  default:
    *muscle = rings[TasGroupOf(NUM_RING, grid->divisions.ring, v)];
  }
}

/* Heights, as shares of the length, below which a tendon's cells are tendon, and below which a muscle's cells are loose tissue. */
static const TibiaDimension tendon_start[NUM_TENDONS] = {TIBIA_TIBIALIS_ANTERIOR_TENDON_START, TIBIA_TOE_EXTENSOR_TENDON_START,
                                                         TIBIA_PERONEAL_TENDON_START, TIBIA_DEEP_FLEXOR_TENDON_START,
                                                         TIBIA_APONEUROSIS_START};
static const TibiaDimension belly_end[NUM_MUSCLES]    = {
       TIBIA_TIBIALIS_ANTERIOR_BELLY_END, TIBIA_TOE_EXTENSORS_BELLY_END, TIBIA_PERONEI_BELLY_END,
       TIBIA_DEEP_FLEXORS_BELLY_END,      TIBIA_SOLEUS_BELLY_END,        TIBIA_GASTROCNEMIUS_BELLY_END};

TibiaTissue TibiaTissueAt(const PetscReal *values, const TibiaGrid *grid, PetscInt quad, PetscReal z)
{
  const PetscReal share = z / values[TIBIA_LENGTH];
  const PetscInt  muscle = grid->quad_muscle[quad], tendon = grid->quad_tendon[quad];

  if (tendon == TENDON_SHEET && share > values[TIBIA_GASTROCNEMIUS_APONEUROSIS_END]) return TISSUE_GASTROCNEMIUS_APONEUROSIS;
  if ((tendon == TENDON_ACHILLES || tendon == TENDON_PLANE) && share >= values[TIBIA_APONEUROSIS_START]) return TISSUE_LOOSE;
  if (tendon >= 0 && tendon < NUM_TENDONS && share < values[tendon_start[tendon]]) return TISSUE_TIBIALIS_ANTERIOR_TENDON + tendon;
  if (muscle < NUM_MUSCLES && share < values[belly_end[muscle]]) return TISSUE_LOOSE;
  return (TibiaTissue)muscle;
}

#define SARCOMERES                                                                                                                             \
  "fitted: passive torque of the ankle with the knee straight and bent (Riener & Edrich 1999, J Biomech 32:539, formula as transcribed); those of "  \
  "the soleus are shorter in dissection, too, 2.12 against 2.59 and 2.71 um (Ward et al. 2009)"

/* Their directions are cell fields: limb_tibia_fibres.c. */
static const TasLimbTissue tissues[NUM_TISSUES] = {
    [TISSUE_TIBIALIS_ANTERIOR]        = {.tissue = "tibialis_anterior", .preset = "muscle"},
    [TISSUE_TOE_EXTENSORS]            = {.tissue = "toe_extensors", .preset = "muscle"},
    [TISSUE_PERONEI]                  = {.tissue = "peronei", .preset = "muscle"},
    [TISSUE_DEEP_FLEXORS]             = {.tissue = "deep_flexors", .preset = "muscle"},
    [TISSUE_SOLEUS]                   = {.tissue = "soleus", .preset = "muscle", .prestrain = 2.35, .source = SARCOMERES},
    [TISSUE_GASTROCNEMIUS]            = {.tissue = "gastrocnemius", .preset = "muscle", .prestrain = 3.4, .source = SARCOMERES},
    [TISSUE_TIBIALIS_ANTERIOR_TENDON] = {.tissue = "tibialis_anterior_tendon", .preset = "tendon"},
    [TISSUE_TOE_EXTENSOR_TENDONS]     = {.tissue = "toe_extensor_tendons", .preset = "tendon"},
    [TISSUE_PERONEAL_TENDONS]         = {.tissue = "peroneal_tendons", .preset = "tendon"},
    [TISSUE_DEEP_FLEXOR_TENDONS]      = {.tissue = "deep_flexor_tendons", .preset = "tendon"},
    [TISSUE_ACHILLES_TENDON]          = {.tissue = "achilles_tendon", .preset = "tendon"},
    [TISSUE_GASTROCNEMIUS_APONEUROSIS] = {.tissue = "gastrocnemius_aponeurosis", .preset = "aponeurosis"},
    [TISSUE_SEPTUM]                   = {.tissue = "intermuscular_septum", .preset = "fascia"},
    [TISSUE_LOOSE]                    = {.tissue = "loose_tissue", .preset = "loose-connective-tissue"},
    [TISSUE_FASCIA]                   = {.tissue = "crural_fascia", .preset = "fascia"},
    [TISSUE_FAT]                      = {.tissue = "fat", .preset = "fat"},
    [TISSUE_SKIN]                     = {.tissue = "skin", .preset = "skin"},
};

/* The muscles that come from the leg's bones: share of the length down to which they do, per side of the section. */
typedef struct {
  TibiaTissue muscle;
  TibiaSide   side;
  PetscReal   lowest;
} Origin;

static const Origin origins[] = {
    {TISSUE_TIBIALIS_ANTERIOR, SIDE_TIBIA_LATERAL, 0.40}, /* lateral condyle, upper half to two thirds of the lateral face */
    {TISSUE_TOE_EXTENSORS, SIDE_FIBULA_FRONT, 0.30},      /* upper three quarters of the fibula's front */
    {TISSUE_PERONEI, SIDE_FIBULA_LATERAL, 0.30},          /* longus upper two thirds, brevis lower two thirds */
    {TISSUE_DEEP_FLEXORS, SIDE_FIBULA_BACK, 0.25},        /* tibialis posterior upper, flexor hallucis longus lower two thirds */
    {TISSUE_DEEP_FLEXORS, SIDE_TIBIA_POSTERIOR, 0.30},    /* tibialis posterior, flexor digitorum longus below the soleal line */
    {TISSUE_SOLEUS, SIDE_FIBULA_BACK, 0.66},              /* head and upper quarter to third of the fibula */
    {TISSUE_SOLEUS, SIDE_TIBIA_CORNER, 0.45},             /* soleal line, middle third of the medial border */
};

/* Surfaces, in the order in which they are entered; the three of a muscle m are SURFACE_ORIGINS + 3 m + {all, proximal, distal}.
   Nodes that two of them share follow the body of the first (solver/supports/supports.c): the gastrocnemius stands before the rest of the top. */
enum {
  SURFACE_TOP_SEPTUM,
  SURFACE_ORIGIN_GASTROCNEMIUS,
  SURFACE_POPLITEAL,
  SURFACE_TOP,
  SURFACE_CALCANEUS,
  SURFACE_ANKLE_SKIN,
  SURFACE_ANKLE,
  SURFACE_SKIN,
  SURFACE_GLIDE_PROXIMAL, /* and distal after it, as in the next two */
  SURFACE_GLIDE_DISTAL,
  SURFACE_SLEEVE_PROXIMAL,
  SURFACE_SLEEVE_DISTAL,
  SURFACE_MEMBRANE_PROXIMAL,
  SURFACE_MEMBRANE_DISTAL,
  SURFACE_ORIGINS
};
enum { ORIGIN_ALL, ORIGIN_PROXIMAL, ORIGIN_DISTAL };

/* Muscles that come from the fibula, or from both bones, between septa and membrane. The soleus, which comes from both as well, must be
   able to slide off the tibia's medial border, where it is a wedge under the fascia. */
static const PetscBool origin_along[NUM_MUSCLES] = {
    [TISSUE_TOE_EXTENSORS] = PETSC_TRUE, [TISSUE_PERONEI] = PETSC_TRUE, [TISSUE_DEEP_FLEXORS] = PETSC_TRUE};

/* Of the origins on the proximal segment, MPa/mm. Assumed: loose tissue with a shear modulus of 1 to 1.6 kPa (Iatridis et al. 2003, see
   docs/limb_tibia.md) under the periosteum, 0.5 to 0.8 mm thick. */
#define ORIGIN_STIFFNESS 0.002

/* The sleeves: periosteum slides along the cortex. Around the bone it is held by what is bound to the bones' borders: fascia on the
   tibia's medial face, septa and interosseous membrane on the fibula (docs/limb_tibia.md). */
static const TasLimbSurface surfaces[SURFACE_ORIGINS] = {
    [SURFACE_TOP_SEPTUM] = {.name = "top_septum", .kind = TAS_SURFACE_ATTACHED, .body = "proximal"},
    [SURFACE_ORIGIN_GASTROCNEMIUS] = {.name = "origin_gastrocnemius", .kind = TAS_SURFACE_ATTACHED, .body = "gastrocnemius_origin"},
    [SURFACE_POPLITEAL]         = {.name = "popliteal", .kind = TAS_SURFACE_ATTACHED, .body = "popliteal"},
    [SURFACE_TOP]               = {.name = "top", .kind = TAS_SURFACE_ATTACHED, .body = "proximal"},
    [SURFACE_ANKLE]             = {.name = "ankle", .kind = TAS_SURFACE_ATTACHED, .body = "foot"},
    [SURFACE_CALCANEUS]         = {.name = "calcaneus", .kind = TAS_SURFACE_ATTACHED, .body = "calcaneus"},
    [SURFACE_ANKLE_SKIN]        = {.name = "ankle_skin", .kind = TAS_SURFACE_ATTACHED, .body = "ankle_skin"},
    [SURFACE_SKIN]              = {.name = "skin", .kind = TAS_SURFACE_FREE},
    [SURFACE_GLIDE_PROXIMAL]    = {.name = "glide_proximal", .kind = TAS_SURFACE_GLIDING, .body = "proximal"},
    [SURFACE_GLIDE_DISTAL]      = {.name = "glide_distal", .kind = TAS_SURFACE_GLIDING, .body = "distal"},
    [SURFACE_SLEEVE_PROXIMAL]   = {.name = "sleeve_proximal", .kind = TAS_SURFACE_GLIDING, .body = "proximal", .along[2] = -1},
    [SURFACE_SLEEVE_DISTAL]     = {.name = "sleeve_distal", .kind = TAS_SURFACE_GLIDING, .body = "distal", .along[2] = -1},
    [SURFACE_MEMBRANE_PROXIMAL] = {.name = "membrane_proximal", .kind = TAS_SURFACE_GLIDING, .body = "proximal", .along[2] = -1},
    [SURFACE_MEMBRANE_DISTAL]   = {.name = "membrane_distal", .kind = TAS_SURFACE_GLIDING, .body = "distal", .along[2] = -1},
};

static PetscErrorCode AddOriginSurfaces(TasSweep *sweep, PetscInt m)
{
  const char    *muscle   = tissues[m].tissue;
  TasLimbSurface origin[] = {
      /* Whence the muscle comes, for a fibre field of the user's own: what holds it are the two below and the top, to which the
         same facets belong. */
      [ORIGIN_ALL]      = {.kind = TAS_SURFACE_FREE},
      [ORIGIN_PROXIMAL] = {.kind = TAS_SURFACE_GLIDING, .body = "proximal", .tangential_stiffness = ORIGIN_STIFFNESS},
      /* Free, so that the whole belly lengthens: see docs/limb_tibia.md. */
      [ORIGIN_DISTAL] = {.kind = TAS_SURFACE_GLIDING, .body = "distal"},
  };

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < 3; ++i)
    PetscCall(PetscSNPrintf(origin[i].name, TAS_NAME_LENGTH, origin[i].body[0] ? "origin_%s_%s" : "origin_%s", muscle, origin[i].body));
  for (PetscInt i = ORIGIN_PROXIMAL; i <= ORIGIN_DISTAL && origin_along[m]; ++i)
    origin[i].along[2] = -1;
  PetscCall(TasSweepAddSurfaces(sweep, 3, origin));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddNames(TasSweep *sweep)
{
  PetscFunctionBeginUser;
  PetscCall(TasSweepAddTissues(sweep, NUM_TISSUES, tissues));
  PetscCall(TasSweepAddSurfaces(sweep, SURFACE_ORIGINS, surfaces));
  for (PetscInt m = 0; m < TISSUE_GASTROCNEMIUS; ++m) PetscCall(AddOriginSurfaces(sweep, m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether a muscle comes from a side of the section at a height. */
static PetscBool IsOrigin(const PetscReal *values, TibiaTissue muscle, PetscInt side, PetscReal z)
{
  const PetscReal cut = values[TIBIA_LENGTH] * (1 - values[TIBIA_OSTEOTOMY]);

  if (PetscAbsReal(z - cut) < values[TIBIA_FREE_LENGTH]) return PETSC_FALSE;
  for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); ++i)
    if (origins[i].muscle == muscle && (PetscInt)origins[i].side == side && z > origins[i].lowest * values[TIBIA_LENGTH]) return PETSC_TRUE;
  return PETSC_FALSE;
}

static PetscErrorCode NameSides(const PetscReal *values, const TibiaGrid *grid, PetscInt layer, PetscReal z, TasSweep *sweep)
{
  const PetscBool distal = z < values[TIBIA_LENGTH] * (1 - values[TIBIA_OSTEOTOMY]) ? PETSC_TRUE : PETSC_FALSE;

  PetscFunctionBeginUser;
  for (PetscInt e = 0; e < grid->cells.section.num_edges; ++e) {
    const PetscInt    side   = grid->cells.edge_side[e];
    const TibiaTissue tissue = TibiaTissueAt(values, grid, grid->cells.edge_quad[e], z);

    if (side == SIDE_SKIN) {
      PetscCall(TasSweepAddSide(sweep, SURFACE_SKIN, e, layer));
    } else if (side == SIDE_MEMBRANE) {
      PetscCall(TasSweepAddSide(sweep, SURFACE_MEMBRANE_PROXIMAL + distal, e, layer));
    } else if (tissue < NUM_MUSCLES && IsOrigin(values, tissue, side, z)) {
      PetscCall(TasSweepAddSide(sweep, SURFACE_ORIGINS + 3 * tissue + ORIGIN_ALL, e, layer));
      PetscCall(TasSweepAddSide(sweep, SURFACE_ORIGINS + 3 * tissue + (distal ? ORIGIN_DISTAL : ORIGIN_PROXIMAL), e, layer));
    } else {
      PetscCall(TasSweepAddSide(sweep, (side < SIDE_TIBIA_MEDIAL ? SURFACE_GLIDE_PROXIMAL : SURFACE_SLEEVE_PROXIMAL) + distal, e, layer));
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What lies behind the gastrocnemius: fascia, fat and skin, and the loose tissue under them. */
static PetscBool IsPopliteal(const TibiaGrid *grid, PetscInt q)
{
  const TasPatch *patch = grid->cells.patch;
  const PetscInt  first = patch[PATCH_ANTERIOR].nu + patch[PATCH_LATERAL].nu, u = grid->cells.quad_u[q] - first;

  if (grid->cells.quad_patch[q] == PATCH_POSTERIOR) return (PetscBool)(OuterGroup(grid, &patch[PATCH_POSTERIOR], grid->cells.quad_v[q]) == OUTER_GLIDE);
  return (PetscBool)(grid->cells.quad_patch[q] == PATCH_RING && u >= 0 && u < patch[PATCH_POSTERIOR].nu);
}

static PetscInt TopSurface(const TibiaGrid *grid, PetscInt q, PetscInt tissue)
{
  if (tissue == TISSUE_GASTROCNEMIUS || tissue == TISSUE_GASTROCNEMIUS_APONEUROSIS) return SURFACE_ORIGIN_GASTROCNEMIUS;
  if (tissue == TISSUE_SEPTUM) return SURFACE_TOP_SEPTUM;
  return IsPopliteal(grid, q) ? SURFACE_POPLITEAL : SURFACE_TOP;
}

static PetscInt BottomSurface(PetscInt tissue)
{
  if (tissue == TISSUE_SEPTUM || tissue == TISSUE_FASCIA || tissue == TISSUE_FAT || tissue == TISSUE_SKIN) return SURFACE_ANKLE_SKIN;
  return tissue == TISSUE_ACHILLES_TENDON ? SURFACE_CALCANEUS : SURFACE_ANKLE;
}

static PetscErrorCode NameEnds(const PetscReal *values, const TibiaGrid *grid, TasSweep *sweep)
{
  const PetscInt num_quads = grid->cells.section.num_quads, last = sweep->num_layers - 1;

  PetscFunctionBeginUser;
  for (PetscInt q = 0; q < num_quads; ++q) {
    const PetscInt bottom = sweep->data->cell_tissue[q], top = sweep->data->cell_tissue[last * num_quads + q];

    PetscCall(TasSweepAddQuad(sweep, BottomSurface(bottom), q, 0));
    PetscCall(TasSweepAddQuad(sweep, TopSurface(grid, q, top), q, last + 1));
    if (top < TISSUE_GASTROCNEMIUS) PetscCall(TasSweepAddQuad(sweep, SURFACE_ORIGINS + 3 * top + ORIGIN_ALL, q, last + 1));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TibiaNameAll(const PetscReal *values, const TibiaGrid *grid, const PetscReal *levels, TasSweep *sweep)
{
  const PetscInt num_quads = grid->cells.section.num_quads;

  PetscFunctionBeginUser;
  PetscCall(AddNames(sweep));
  for (PetscInt layer = 0; layer < sweep->num_layers; ++layer) {
    const PetscReal z = 0.5 * (levels[layer] + levels[layer + 1]);

    for (PetscInt q = 0; q < num_quads; ++q) sweep->data->cell_tissue[layer * num_quads + q] = TibiaTissueAt(values, grid, q, z);
    PetscCall(NameSides(values, grid, layer, z, sweep));
  }
  PetscCall(NameEnds(values, grid, sweep));
  PetscFunctionReturn(PETSC_SUCCESS);
}

#define FULL_TILT 6. /* mm from the tendon's middle beyond which the tilt is whole */

static const TibiaDimension pennation[NUM_MUSCLES] = {
    TIBIA_TIBIALIS_ANTERIOR_PENNATION, TIBIA_TOE_EXTENSORS_PENNATION, TIBIA_PERONEI_PENNATION,
    TIBIA_DEEP_FLEXORS_PENNATION,      TIBIA_SOLEUS_PENNATION,        TIBIA_GASTROCNEMIUS_PENNATION};
static const PetscInt tendon_of[NUM_MUSCLES] = {TENDON_ANTERIOR, TENDON_EXTENSORS, TENDON_PERONEAL,
                                                TENDON_DEEP,     TENDON_ACHILLES,  TENDON_ACHILLES};

PetscErrorCode TibiaAddFibres(const PetscReal *values, const TibiaGrid *grid, TasSweep *sweep)
{
  TasFibreRule rules[NUM_TISSUES] = {[TISSUE_SEPTUM] = {.kind = TAS_FIBRE_SEPTUM}};

  PetscFunctionBeginUser;
  for (PetscInt m = 0; m < NUM_MUSCLES; ++m)
    rules[m] = (TasFibreRule){TAS_FIBRE_MUSCLE, tendon_of[m], values[pennation[m]] * PETSC_PI / 180, FULL_TILT};
  PetscCall(TasSweepAddFibres(sweep, grid->quad_tendon, rules));
  PetscFunctionReturn(PETSC_SUCCESS);
}
