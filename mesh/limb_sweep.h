#pragma once
/*
  What the built-in limbs share: a cross-section of quadrilaterals, of the same topology at every height, swept along z into
  hexahedra; surfaces and tissues entered in the mesh and in the layout at once; the choice of divisions for a wanted number of cells.
*/
#include "mesh/limb.h"

typedef struct {
  PetscInt  num_nodes;
  PetscInt  num_quads;
  PetscInt *quads; /* [num_quads][4] anticlockwise seen from +z */
  PetscInt  num_edges;
  PetscInt *edges; /* [num_edges][2] on the outline and around the holes, the section to their left */
} TasSection;

typedef struct {
  TasMeshData      *data;
  TasLimbLayout    *layout;
  const TasSection *section; /* borrowed */
  PetscInt          num_layers;
  PetscInt          facet_capacity;
} TasSweep;

PetscErrorCode TasSectionClear(TasSection *section);

/* Whether values lie in the table's ranges and cells in [1, 50 million]; problem: empty, or the first that does not. */
PetscErrorCode TasLimbCheckValues(const TasLimb *limb, const PetscReal *values, PetscInt cells, char *problem);

/* Begins a mesh of num_layers layers in data and layout, both empty: its cells are made, points are to be filled in
   (point = level * num_nodes + node, num_layers + 1 levels; cell = layer * num_quads + quad), cell_tissue is 0. */
PetscErrorCode TasSweepBegin(TasSweep *sweep, const TasSection *section, PetscInt num_layers, TasMeshData *data, TasLimbLayout *layout);

/* Enter surfaces and tissues; their numbers go on from those entered before. */
PetscErrorCode TasSweepAddSurfaces(TasSweep *sweep, PetscInt num, const TasLimbSurface *surfaces);
PetscErrorCode TasSweepAddTissues(TasSweep *sweep, PetscInt num, const TasLimbTissue *tissues);

/* Lists as part of a surface: the side of a layer over an edge, a quadrilateral of a level (normal +z), any four corners. */
PetscErrorCode TasSweepAddSide(TasSweep *sweep, PetscInt surface, PetscInt edge, PetscInt layer);
PetscErrorCode TasSweepAddQuad(TasSweep *sweep, PetscInt surface, PetscInt quad, PetscInt level);
PetscErrorCode TasSweepAddFacet(TasSweep *sweep, PetscInt surface, const PetscInt corners[4]);

/* Ends the mesh: drops tissues without cells and surfaces without facets from data (in the layout they stand last), trims what was
   allocated in advance. */
PetscErrorCode TasSweepEnd(TasSweep *sweep);

/* In how many parts of about `size` a span is divided: `least` or more, a million or fewer. */
PetscInt TasSweepDivisions(PetscReal span, PetscReal size, PetscInt least);

/* Levels of layers that keep to the planes `planes` (ascending, [num_planes], first and last included) and are nowhere
   much thicker than `spacing`; levels are freed by the caller. */
PetscErrorCode TasSweepLevels(PetscInt num_planes, const PetscReal *planes, PetscReal spacing, PetscInt *num_layers, PetscReal **levels);

/* The size for which count(size, context), which falls with size, comes nearest to `wanted`; searched in [low, high]. */
PetscReal TasSweepFindSize(PetscInt (*count)(PetscReal size, const void *context), const void *context, PetscInt wanted, PetscReal low,
                           PetscReal high);

typedef enum {
  TAS_FIBRE_SWEEP,  /* along the lines of the sweep, sheets around the limb */
  TAS_FIBRE_SEPTUM, /* the same, sheets outwards */
  TAS_FIBRE_MUSCLE  /* tilted towards a tendon */
} TasFibreKind;

typedef struct {
  TasFibreKind kind;
  PetscInt     tendon;    /* of a muscle, as in quad_tendon */
  PetscReal    pennation; /* rad */
  PetscReal    full_tilt; /* mm from the tendon's middle beyond which the tilt is whole */
} TasFibreRule;

/* Adds the cell fields "fibre" (down the limb) and "sheet" by the tissues' rules [num_tissues]; cells have their tissues.
   quad_tendon [num_quads]: the tendon that has its place there, or -1.  limb_fibres.c */
PetscErrorCode TasSweepAddFibres(TasSweep *sweep, const PetscInt *quad_tendon, const TasFibreRule *rules);

/* Enter joints, bodies that turn with them, and moment arms, after those entered before. */
PetscErrorCode TasSweepAddJoints(TasSweep *sweep, PetscInt num, const TasLimbJoint *joints);
PetscErrorCode TasSweepAddTurnings(TasSweep *sweep, PetscInt num, const TasLimbTurning *turnings);
PetscErrorCode TasSweepAddMomentArms(TasSweep *sweep, PetscInt num, const TasLimbMomentArm *arms);

/* problem: empty, or the first of the pairs (of dimensions) whose first value does not lie below the second. */
PetscErrorCode TasLimbCheckOrder(const TasLimb *limb, const PetscReal *values, PetscInt num, const PetscInt (*pairs)[2], char *problem);

/* The last resort: what was not foreseen shows in the cells.  problem: empty, or the worst cell and the dimensions that lie furthest from
   their defaults. */
PetscErrorCode TasLimbCheckQuality(const TasLimb *limb, const PetscReal *values, const TasMeshData *data, char *problem);
