#pragma once
/*
  Internal to limb_tibia*.c: the right leg below the knee as a stack of cross-sections of one topology.

  x points laterally, y anteriorly, z along the leg from the ankle (0) to the knee.  A section is made of patches, each a grid of
  quadrilaterals (u runs clockwise seen from above, v outwards):

    ANTERIOR   between lateral face of the tibia, interosseous membrane, front of the fibula and crural fascia
    LATERAL    over the lateral face of the fibula
    POSTERIOR  over the back of the fibula, membrane and lateral part of the tibia's posterior face
    CORNER     at the medial border of the tibia, closes the posterior patch there
    RING       fascia, fat and skin around everything; inside it lies on the medial face of the tibia

  Groups of columns and rows are what tissues are made of; each group has one or more divisions.
*/
#include "mesh/limb_patches.h"
#include "mesh/limb_tendons.h"

typedef enum {
  TIBIA_LENGTH,
  TIBIA_KNEE_END,
  TIBIA_CALF_GIRTH,
  TIBIA_ANKLE_GIRTH,
  TIBIA_SKIN,
  TIBIA_FAT,
  TIBIA_ANKLE_FAT,
  TIBIA_SHIN_FAT,
  TIBIA_FASCIA,
  TIBIA_GASTROCNEMIUS_APONEUROSIS,
  TIBIA_GLIDING_LAYER,
  TIBIA_WIDTH,
  TIBIA_DEPTH,
  TIBIA_FIBULA_DIAMETER,
  TIBIA_INTEROSSEOUS_WIDTH,
  TIBIA_TIBIALIS_ANTERIOR_SHARE,
  TIBIA_TOE_EXTENSORS_SHARE,
  TIBIA_PERONEI_SHARE,
  TIBIA_DEEP_FLEXORS_SHARE,
  TIBIA_GASTROCNEMIUS_SHARE,
  TIBIA_OSTEOTOMY,
  TIBIA_FREE_LENGTH,
  TIBIA_TIBIALIS_ANTERIOR_TENDON_START,
  TIBIA_TOE_EXTENSOR_TENDON_START,
  TIBIA_PERONEAL_TENDON_START,
  TIBIA_DEEP_FLEXOR_TENDON_START,
  TIBIA_APONEUROSIS_START,
  TIBIA_GASTROCNEMIUS_APONEUROSIS_END,
  TIBIA_TIBIALIS_ANTERIOR_BELLY_END,
  TIBIA_TOE_EXTENSORS_BELLY_END,
  TIBIA_PERONEI_BELLY_END,
  TIBIA_DEEP_FLEXORS_BELLY_END,
  TIBIA_SOLEUS_BELLY_END,
  TIBIA_GASTROCNEMIUS_BELLY_END,
  TIBIA_TIBIALIS_ANTERIOR_TENDON_AREA,
  TIBIA_TOE_EXTENSOR_TENDON_AREA,
  TIBIA_PERONEAL_TENDON_AREA,
  TIBIA_DEEP_FLEXOR_TENDON_AREA,
  TIBIA_ACHILLES_TENDON_AREA,
  TIBIA_TIBIALIS_ANTERIOR_PENNATION,
  TIBIA_TOE_EXTENSORS_PENNATION,
  TIBIA_PERONEI_PENNATION,
  TIBIA_DEEP_FLEXORS_PENNATION,
  TIBIA_SOLEUS_PENNATION,
  TIBIA_GASTROCNEMIUS_PENNATION,
  TIBIA_NUM_DIMENSIONS
} TibiaDimension;

/* Tissues, in the order in which they are entered. The five tendons follow the order of TibiaTendon. */
typedef enum {
  TISSUE_TIBIALIS_ANTERIOR,
  TISSUE_TOE_EXTENSORS,
  TISSUE_PERONEI,
  TISSUE_DEEP_FLEXORS,
  TISSUE_SOLEUS,
  TISSUE_GASTROCNEMIUS,
  TISSUE_TIBIALIS_ANTERIOR_TENDON,
  TISSUE_TOE_EXTENSOR_TENDONS,
  TISSUE_PERONEAL_TENDONS,
  TISSUE_DEEP_FLEXOR_TENDONS,
  TISSUE_ACHILLES_TENDON,
  TISSUE_GASTROCNEMIUS_APONEUROSIS,
  TISSUE_SEPTUM,
  TISSUE_LOOSE,
  TISSUE_FASCIA,
  TISSUE_FAT,
  TISSUE_SKIN,
  NUM_TISSUES
} TibiaTissue;

#define NUM_MUSCLES 6
#define NUM_TENDONS 5

typedef enum { PATCH_ANTERIOR, PATCH_LATERAL, PATCH_POSTERIOR, PATCH_CORNER, PATCH_RING, NUM_PATCHES } TibiaPatchName;

/* Groups of divisions. */
enum { NUM_COLUMNS = 5, NUM_LATERAL = 6, NUM_LOW = 2, NUM_DEEP = 4, NUM_OUTER = 5, NUM_RING = 3 };
enum { LATERAL_FRONT, LATERAL_BEFORE, LATERAL_TENDON, LATERAL_BEHIND, LATERAL_BACK, LATERAL_GLIDE }; /* septum, peronei and their tendon, septum, and beside it what the posterior muscles glide in */
enum { DEEP_INNER, DEEP_TENDON, DEEP_SEPTUM, DEEP_SOLEUS }; /* rows of the posterior patch that end on the fibula */
enum { OUTER_INNER, OUTER_TENDON, OUTER_OUTER, OUTER_SHEET, OUTER_GLIDE }; /* rows that go round from anterior to posterior; behind, the last two are thin: an aponeurosis, and what it glides in under the fascia */
enum { RING_FASCIA, RING_FAT, RING_SKIN };

typedef enum {
  SIDE_TIBIA_LATERAL,
  SIDE_TIBIA_POSTERIOR,
  SIDE_TIBIA_CORNER,
  SIDE_TIBIA_MEDIAL,
  SIDE_FIBULA_FRONT,
  SIDE_FIBULA_LATERAL,
  SIDE_FIBULA_BACK,
  SIDE_SKIN,
  SIDE_MEMBRANE /* no outline: between anterior and deep posterior compartment */
} TibiaSide;

typedef struct {
  PetscInt  column[NUM_COLUMNS];  /* from the tibia to the fibula; both sides of the membrane */
  PetscInt  lateral[NUM_LATERAL];
  PetscInt  tibial;               /* on the tibia's posterior face, lateral part */
  PetscInt  medial;               /* on its medial face */
  PetscInt  low[NUM_LOW];         /* anterior rows that end on the fibula */
  PetscInt  deep[NUM_DEEP];
  PetscInt  outer[NUM_OUTER];
  PetscInt  ring[NUM_RING];
  PetscReal size; /* that the divisions were made for, mm */
} TibiaDivisions;

typedef struct {
  TibiaDivisions divisions;
  TasPatches     cells;       /* edge_side: TibiaSide */
  PetscInt      *quad_muscle; /* [num_quads] the muscle that it would be part of in the belly of the leg, or another TibiaTissue */
  PetscInt      *quad_tendon; /* [num_quads] and its tendon, or -1 */
} TibiaGrid;

/* What makes the muscles' areas at the widest calf those that are asked for. */
typedef struct {
  PetscReal turn[2];   /* rad, by which the anterior and posterior septa are turned */
  PetscReal extensors; /* factors of the widths of columns and rows */
  PetscReal deep;
  PetscReal gastrocnemius;
} TibiaFit;

/* The curves of a section at one height; angles in rad around the outline's centre, anticlockwise. */
typedef struct {
  PetscReal  share;                          /* height as a share of the length */
  PetscReal  bulk;                           /* 0 at the ankle, 1 at the widest calf */
  TasOutline outline;                        /* of the fascia's inside */
  PetscReal  crest, border;                  /* angles of the tibia's crest and medial border, border < crest */
  PetscReal  septum[2];                      /* angles where the septa meet the fascia, anterior and posterior */
  PetscReal  posterior[2];                   /* angles of the lines that bound the medial part of the posterior compartment */
  PetscReal  facing;                         /* angle that the medial face looks at */
  TasPlanePoint interosseous;                /* lateral border of the tibia */
  PetscReal  bulge_lateral, bulge_posterior; /* of the tibia's faces, mm */
  TasPlanePoint fibula;
  PetscReal  fibula_radius;
  PetscReal  membrane, front, back; /* angles on the fibula: where the membrane comes in, of the anterior and posterior septum */
  PetscReal  fat, shin_fat, fascia, skin, aponeurosis, gliding;
  /* weights of the groups along the curves */
  PetscReal anterior_top[NUM_COLUMNS], membrane_columns[NUM_COLUMNS];
  PetscReal tibia_rows[NUM_LOW + NUM_OUTER];
  PetscReal front_rows[NUM_OUTER], back_rows[NUM_OUTER]; /* along the septa */
  PetscReal lateral_top[NUM_LATERAL], lateral_bottom[NUM_LATERAL];
  PetscReal posterior_top[NUM_COLUMNS];
  PetscReal fibula_rows[NUM_DEEP];
  PetscReal spine_rows[NUM_DEEP + NUM_OUTER], border_rows[NUM_DEEP + NUM_OUTER];
} TibiaShape;

typedef struct {
  const PetscReal *values;
  const TibiaGrid *grid;
  const TibiaFit  *fit;
} TibiaLeg;

/* limb_tibia_shape.c */
void       TibiaShapeAt(const PetscReal *values, const TibiaFit *fit, PetscReal z, TibiaShape *shape);
TasPlanePoint TibiaOnFibula(const TibiaShape *shape, PetscReal angle);
/* Least distance of the fibula's surface from the fascia, mm; negative where it comes through. */
PetscReal TibiaFibulaDepth(const TibiaShape *shape);
/* Share of the height at which the calf is widest. */
PetscReal TibiaWidestShare(void);

/* limb_tibia_grid.c */
void           TibiaDivide(const PetscReal *values, PetscReal size, TibiaDivisions *divisions);
PetscInt       TibiaCountQuads(const TibiaDivisions *divisions);
PetscErrorCode TibiaGridCreate(const TibiaDivisions *divisions, TibiaGrid *grid);
PetscErrorCode TibiaGridClear(TibiaGrid *grid);

/* limb_tibia_place.c */
/* Positions of the section's nodes, xy [num_nodes]. */
void TibiaPlace(const TibiaGrid *grid, const TibiaShape *shape, TasPlanePoint *xy);

/* limb_tibia_fit.c */
/* problem: empty, or which share cannot be had. */
PetscErrorCode TibiaFitShares(const PetscReal *values, const TibiaGrid *grid, TibiaFit *fit, char *problem);
/* problem: empty, or which tendon does not fit at the ankle. */
PetscErrorCode TibiaCheckTendons(const TibiaLeg *leg, char *problem);
/* Positions at a height, with the areas of the tendons as asked for; leg: a TibiaLeg. */
void TibiaPlaceAt(const void *leg, PetscReal z, TasPlanePoint *xy);

/* limb_tibia_tissue.c */
/* What belongs in quad_muscle and quad_tendon. */
void           TibiaQuadTissue(const TibiaGrid *grid, PetscInt quad, PetscInt *muscle, PetscInt *tendon);
TibiaTissue    TibiaTissueAt(const PetscReal *values, const TibiaGrid *grid, PetscInt quad, PetscReal z);
PetscErrorCode TibiaNameAll(const PetscReal *values, const TibiaGrid *grid, const PetscReal *levels, TasSweep *sweep);

/* Cell fields "fibre" (down the leg) and "sheet"; after TibiaNameAll. */
PetscErrorCode TibiaAddFibres(const PetscReal *values, const TibiaGrid *grid, TasSweep *sweep);

/* limb_tibia_strands.c: nerves and arteries, into the layout. */
PetscErrorCode TibiaAddStrands(const TibiaLeg *leg, TasLimbLayout *layout);

/* limb_tibia_joints.c: joints and moment arms, into the layout. */
PetscErrorCode TibiaAddJoints(const PetscReal *values, TasSweep *sweep);
