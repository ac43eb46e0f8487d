#pragma once
/*
  Internal to limb_thigh*.c: the right thigh as a stack of cross-sections of one topology.

  x points laterally, y anteriorly, z along the femur from the knee's joint line (0) to the top of the femoral head; x = y = 0 is the axis
  of the femur's shaft.  A section has two patches that go round (u clockwise seen from above, v outwards):

    FLESH  from the femur to the fascia lata; columns start behind the lateral septum
    RING   fascia, fat and skin

  Groups of columns and rows are what tissues are made of; each group has one or more divisions.
*/
#include "mesh/limb_patches.h"
#include "mesh/limb_tendons.h"

typedef enum {
  THIGH_LENGTH,
  THIGH_LOWER_END,
  THIGH_UPPER_END,
  THIGH_GIRTH,
  THIGH_KNEE_GIRTH,
  THIGH_UPPER_GIRTH,
  THIGH_SKIN,
  THIGH_FAT,
  THIGH_KNEE_FAT,
  THIGH_FASCIA,
  THIGH_ILIOTIBIAL_TRACT,
  THIGH_FEMUR_WIDTH,
  THIGH_FEMUR_DEPTH,
  THIGH_RECTUS_FEMORIS_SHARE,
  THIGH_VASTUS_LATERALIS_SHARE,
  THIGH_VASTUS_MEDIALIS_SHARE,
  THIGH_VASTUS_INTERMEDIUS_SHARE,
  THIGH_BICEPS_FEMORIS_SHARE,
  THIGH_MEDIAL_HAMSTRINGS_SHARE,
  THIGH_OSTEOTOMY,
  THIGH_FREE_LENGTH,
  THIGH_BELLY_START,
  THIGH_ORIGIN_TENDON_END,
  THIGH_QUADRICEPS_TENDON_START,
  THIGH_BICEPS_FEMORIS_TENDON_START,
  THIGH_MEDIAL_HAMSTRING_TENDON_START,
  THIGH_ADDUCTOR_TENDON_START,
  THIGH_RECTUS_FEMORIS_BELLY_END,
  THIGH_VASTUS_LATERALIS_BELLY_END,
  THIGH_VASTUS_MEDIALIS_BELLY_END,
  THIGH_VASTUS_INTERMEDIUS_BELLY_END,
  THIGH_BICEPS_FEMORIS_BELLY_END,
  THIGH_MEDIAL_HAMSTRINGS_BELLY_END,
  THIGH_ADDUCTORS_BELLY_END,
  THIGH_QUADRICEPS_TENDON_AREA,
  THIGH_BICEPS_FEMORIS_TENDON_AREA,
  THIGH_MEDIAL_HAMSTRING_TENDON_AREA,
  THIGH_ADDUCTOR_TENDON_AREA,
  THIGH_RECTUS_FEMORIS_PENNATION,
  THIGH_VASTUS_LATERALIS_PENNATION,
  THIGH_VASTUS_MEDIALIS_PENNATION,
  THIGH_VASTUS_INTERMEDIUS_PENNATION,
  THIGH_BICEPS_FEMORIS_PENNATION,
  THIGH_MEDIAL_HAMSTRINGS_PENNATION,
  THIGH_ADDUCTORS_PENNATION,
  THIGH_NUM_DIMENSIONS
} ThighDimension;

/* Muscles and tendons follow the order of their dimensions; the adductors have the rest of the muscles' cross-section. */
typedef enum {
  MUSCLE_RECTUS_FEMORIS,
  MUSCLE_VASTUS_LATERALIS,
  MUSCLE_VASTUS_MEDIALIS,
  MUSCLE_VASTUS_INTERMEDIUS,
  MUSCLE_BICEPS_FEMORIS,
  MUSCLE_MEDIAL_HAMSTRINGS,
  MUSCLE_ADDUCTORS,
  NUM_MUSCLES,
  TISSUE_QUADRICEPS_TENDON = NUM_MUSCLES,
  TISSUE_BICEPS_FEMORIS_TENDON,
  TISSUE_MEDIAL_HAMSTRING_TENDONS,
  TISSUE_ADDUCTOR_TENDON,
  TISSUE_RECTUS_ORIGIN,
  TISSUE_HAMSTRING_ORIGIN,
  TISSUE_SEPTA,
  TISSUE_LOOSE,
  TISSUE_FASCIA,
  TISSUE_TRACT,
  TISSUE_FAT,
  TISSUE_SKIN,
  NUM_TISSUES
} ThighTissue;

/* Of the last two there is no tendon below: the adductors' fibres run towards the linea aspera, and in the rectus femoris the place of the
   tendon that it comes from lies apart from that of the tendon where it ends. */
enum { TENDON_QUADRICEPS, TENDON_BICEPS, TENDON_HAMSTRING, TENDON_ADDUCTOR, NUM_TENDONS, LINEA_ASPERA = NUM_TENDONS, RECTUS_CORE };

enum { PATCH_FLESH, PATCH_RING, NUM_PATCHES };

/* Groups of columns, from the lateral septum on over behind, medially and in front. */
enum {
  COLUMN_BICEPS_LATERAL,
  COLUMN_BICEPS_TENDON,
  COLUMN_BICEPS_MEDIAL,
  COLUMN_HAMSTRING_LATERAL,
  COLUMN_HAMSTRING_TENDON,
  COLUMN_HAMSTRING_MEDIAL,
  COLUMN_ADDUCTORS,
  COLUMN_ADDUCTOR_TENDON,
  COLUMN_MEDIAL_SEPTUM,
  COLUMN_MEDIALIS,
  COLUMN_MEDIALIS_FRONT,
  COLUMN_RECTUS_MEDIAL,
  COLUMN_RECTUS_TENDON,
  COLUMN_RECTUS_LATERAL,
  COLUMN_LATERALIS_FRONT,
  COLUMN_LATERALIS,
  COLUMN_LATERALIS_BACK,
  COLUMN_LATERAL_SEPTUM,
  NUM_COLUMNS
};
enum { ROW_INNER, ROW_SHEET, ROW_OUTER, ROW_TENDON, ROW_OUTERMOST, NUM_ROWS };
enum { RING_FASCIA, RING_FAT, RING_SKIN, NUM_RING };

typedef enum { SIDE_VASTI, SIDE_SEPTA, SIDE_LINEA, SIDE_SKIN } ThighSide;

typedef struct {
  PetscInt  column[NUM_COLUMNS], row[NUM_ROWS], ring[NUM_RING];
  PetscReal size; /* that the divisions were made for, mm */
} ThighDivisions;

typedef struct {
  ThighDivisions divisions;
  TasPatches     cells;        /* edge_side: ThighSide */
  PetscInt      *quad_tissue;  /* [num_quads] the muscle that it is part of in the belly of the thigh, or another ThighTissue */
  PetscInt      *quad_tendon;  /* [num_quads] and its tendon, LINEA_ASPERA, RECTUS_CORE or -1 */
} ThighGrid;

/* Factors of the groups' widths that give the muscles their shares of the cross-section. */
typedef struct {
  PetscReal muscle[NUM_MUSCLES];
} ThighFit;

typedef struct {
  const PetscReal *values;
  const ThighGrid *grid;
  const ThighFit  *fit;
} Thigh;

/* The curves of a section at one height. */
typedef struct {
  PetscReal  share;   /* height as a share of the length */
  PetscReal  turn;    /* the way the middle of the rectus femoris looks, rad around the outline's centre */
  TasOutline outline; /* of the fascia's inside */
  PetscReal  half_width, half_depth; /* of the femur, mm */
  PetscReal  fascia, fat, skin, tract;
  PetscReal  tract_angle, tract_half_width; /* where the iliotibial tract lies on the outline, rad */
  /* weights of the groups: columns along the femur and the outline, rows at every boundary of columns */
  PetscReal femur_columns[NUM_COLUMNS], outline_columns[NUM_COLUMNS];
  PetscReal rows[NUM_COLUMNS][NUM_ROWS]; /* in the middle of the columns */
} ThighShape;

/* limb_thigh_shape.c */
PetscReal ThighReferenceShare(void); /* of the height at which the muscles' shares hold */
void      ThighShapeAt(const PetscReal *values, const ThighFit *fit, PetscReal z, ThighShape *shape);

/* limb_thigh_grid.c */
void           ThighDivide(const PetscReal *values, PetscReal size, ThighDivisions *divisions);
PetscInt       ThighCountQuads(const ThighDivisions *divisions);
PetscErrorCode ThighGridCreate(const ThighDivisions *divisions, ThighGrid *grid);
PetscErrorCode ThighGridClear(ThighGrid *grid);

/* limb_thigh_place.c: positions of the section's nodes, xy [num_nodes]. */
void ThighPlace(const ThighGrid *grid, const ThighShape *shape, TasPlanePoint *xy);

/* limb_thigh_fit.c */
/* problem: empty, or which share cannot be had. */
PetscErrorCode ThighFitShares(const PetscReal *values, const ThighGrid *grid, ThighFit *fit, char *problem);
/* problem: empty, or which tendon does not fit at the lower end. */
PetscErrorCode ThighCheckTendons(const Thigh *thigh, char *problem);
/* Positions at a height, with the areas of the tendons as asked for; thigh: a Thigh. */
void ThighPlaceAt(const void *thigh, PetscReal z, TasPlanePoint *xy);

/* limb_thigh_tissue.c */
/* What belongs in quad_tissue and quad_tendon. */
void           ThighQuadTissue(const ThighGrid *grid, PetscInt quad, PetscInt *tissue, PetscInt *tendon);
PetscErrorCode ThighNameAll(const PetscReal *values, const ThighGrid *grid, const PetscReal *levels, TasSweep *sweep);
/* After it: cell fields "fibre" (down the thigh) and "sheet". */
PetscErrorCode ThighAddFibres(const PetscReal *values, const ThighGrid *grid, TasSweep *sweep);

/* limb_thigh_strands.c, limb_thigh_joints.c: into the layout. */
PetscErrorCode ThighAddStrands(const Thigh *thigh, TasLimbLayout *layout);
PetscErrorCode ThighAddJoints(const PetscReal *values, TasSweep *sweep);
