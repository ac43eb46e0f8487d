#pragma once
/*
  Limbs that Tasis builds itself.  Each has a table of dimensions (from which parsing, checks and documentation are made), and
  gives a mesh of conforming hexahedra together with what its surfaces are for.
*/
#include "mesh/mesh_data.h"

typedef struct {
  const char *key;  /* as in the case file */
  const char *unit; /* "mm", "degree", "1" */
  PetscReal   low, high; /* admissible: low <= value <= high */
  PetscReal   standard;  /* default */
  const char *meaning;
  const char *source;
} TasDimension;

typedef enum {
  TAS_SURFACE_FREE,
  TAS_SURFACE_ATTACHED, /* follows `body` */
  TAS_SURFACE_GLIDING   /* glides on `body` */
} TasSurfaceKind;

/* What a surface of a limb is for, unless the case says otherwise. */
typedef struct {
  char           name[TAS_NAME_LENGTH];
  TasSurfaceKind kind;
  char           body[TAS_NAME_LENGTH];
  PetscReal      tangential_stiffness; /* of gliding: shear stress per slip, MPa/mm; 0: free to glide */
  PetscReal      along[3];             /* of gliding: the only direction of slip, a unit vector; zero: any */
} TasLimbSurface;

/* How the fibres of a tissue run, unless the case says otherwise: a Laplace field from one end to the other; without ends,
   `constant`; where that is zero too, as the cell fields "fibre" and "sheet" say, if the mesh has them. */
typedef struct {
  char      tissue[TAS_NAME_LENGTH];
  char      preset[TAS_NAME_LENGTH]; /* its default preset: "muscle", "tendon", "fascia", "skin", "fat", ... */
  char      from[TAS_NAME_LENGTH];   /* surface or tissue; empty: no Laplace field */
  char      to[TAS_NAME_LENGTH];
  PetscReal pennation;               /* rad */
  PetscReal constant[3];             /* used where from is empty and this is not zero */
  PetscReal prestrain;               /* instead of the preset's: sarcomere length (um) of a muscle, stretch in situ of others; 0: as the preset */
  char      source[256];             /* of that */
} TasLimbTissue;

#define TAS_LIMB_PATH 48 /* points of a path at most */

/* By which a joint's angle, from that of the undeformed limb on, draws what goes on of a strand outside the limb. */
typedef struct {
  char      joint[TAS_NAME_LENGTH]; /* empty: none */
  PetscReal length;                 /* mm a rad, outwards */
  char      source[256];
} TasLimbStrandArm;

/* A nerve or vessel that runs through a limb as a strand, unless the case says otherwise (docs/theory/strands.md). */
typedef struct {
  char      name[TAS_NAME_LENGTH];
  char      preset[TAS_NAME_LENGTH];
  PetscInt  num_points;
  PetscReal points[TAS_LIMB_PATH][3]; /* mm, from the start to the end */
  PetscReal area;                     /* mm2 */
  PetscReal tangential_stiffness;     /* of its bed, MPa/mm */
  PetscReal turnover_time;            /* of its bed, s, where tissue grows */
  PetscReal remote[2];                /* length that goes on outside the limb beyond start and end, mm; 0: the end is fixed to the bed */
  char      source[256];              /* of area and lengths */
  TasLimbStrandArm arm[2];            /* of start and end */
} TasLimbStrand;

/* A rigid body of a limb. Unless the case says otherwise it moves with its parent, but for what the joint, the moment arms or the device
   that belong to it do. */
typedef struct {
  const char *name;
  PetscInt    parent; /* an earlier body; -1: held */
} TasLimbBody;

/* A joint: its body turns about an axis in the frame of that body's parent.  A joint without a body is one whose far side is not modelled:
   only what has a moment arm about it feels its angle. */
typedef struct {
  char      name[TAS_NAME_LENGTH];
  char      body[TAS_NAME_LENGTH]; /* empty: none */
  PetscReal centre[3];             /* mm, in the undeformed limb */
  PetscReal axis[3];               /* unit vector: a positive angle is flexion (of the ankle, dorsiflexion) by the right hand */
  PetscReal angle;                 /* rad, of the undeformed limb */
  PetscReal range[2];              /* rad, healthy */
  char      source[256];
} TasLimbJoint;

/* A body that turns by a share of a joint's angle, about its axis: skin at the height of a joint is bent half as much as the joint. */
typedef struct {
  char      body[TAS_NAME_LENGTH], joint[TAS_NAME_LENGTH];
  PetscReal share;
} TasLimbTurning;

#define TAS_LIMB_BONE 16 /* points along a bone */

#define TAS_LIMB_ARMS 2

/* Where a muscle leaves the limb to pass joints: a body that is drawn along `direction`, in its parent's frame, by arm * (angle - that of
   the undeformed limb), summed over the joints. */
typedef struct {
  char      body[TAS_NAME_LENGTH];
  PetscReal direction[3]; /* unit vector */
  PetscInt  num_joints;
  char      joint[TAS_LIMB_ARMS][TAS_NAME_LENGTH];
  PetscReal arm[TAS_LIMB_ARMS]; /* mm a rad, with sign */
  char      preset[TAS_NAME_LENGTH]; /* of the muscle's part between the body and its attachment, towards `direction`: then the body slides, and that pulls; empty: none */
  PetscReal remote_length, area;     /* of that, mm, mm2 */
  PetscReal prestrain;               /* of that, as of a tissue */
  char      source[256];
} TasLimbMomentArm;

/* What a limb brings, whatever the number of cells: surfaces and tissues that a mesh is too coarse for stand after those that it has, which
   come in its order. */
typedef struct {
  PetscInt        num_surfaces;
  TasLimbSurface *surfaces;
  PetscInt        num_tissues;
  TasLimbTissue  *tissues;
  PetscInt        num_strands;
  TasLimbStrand  *strands;
  PetscInt        num_joints;
  TasLimbJoint   *joints;
  PetscInt        num_turnings;
  TasLimbTurning *turnings;
  PetscInt        num_moment_arms;
  TasLimbMomentArm *moment_arms;
  PetscInt        num_bone;     /* 0: no bone that pins could be aimed at */
  PetscReal       bone[TAS_LIMB_BONE][3]; /* middle of the bone that is lengthened, mm, from the proximal end of the model to the distal one */
  PetscReal       osteotomy[3]; /* a point on the plane of the osteotomy, mm */
  PetscReal       axis[3];      /* its normal: the direction of distraction, from the proximal to the distal segment */
} TasLimbLayout;

typedef struct {
  const char         *name;    /* "tibia", "thigh", "rod" */
  const char         *summary;
  PetscInt            num_dimensions;
  const TasDimension *dimensions;
  PetscInt            num_bodies;
  const TasLimbBody  *bodies; /* "proximal", "distal", ... the first one is held, the second is distracted */
  /* values [num_dimensions]; cells: about how many are wanted.
     problem: empty, or which dimensions do not go together. */
  PetscErrorCode (*build)(const PetscReal *values, PetscInt cells, TasMeshData *data, TasLimbLayout *layout, char *problem);
} TasLimb;

extern const TasLimb tas_limb_tibia;
extern const TasLimb tas_limb_thigh;
extern const TasLimb tas_limb_rod;

/* The limb of that name, or NULL. */
const TasLimb *TasLimbFind(const char *name);
PetscErrorCode TasLimbLayoutClear(TasLimbLayout *layout);
