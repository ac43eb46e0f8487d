#pragma once
/*
  Where points lie in the undeformed mesh: in which cell, and where in it.

  A point is in a cell when its natural coordinates, found by Newton's method, are within the reference element.  On a face between
  cells the one with the lowest cell_number has it, so that the answer does not depend on the ranks.  A point outside every cell goes to
  the nearest point of the nearest cell when it is no farther than TAS_LOCATE_TOLERANCE of that cell's diagonal.
*/
#include "solver/assembly/element.h"

#define TAS_LOCATE_TOLERANCE 0.1

typedef struct {
  PetscInt       num_points;
  PetscInt      *cell;     /* [num_points] local cell on the one rank that owns it, else -1 */
  PetscInt      *number;   /* [num_points] its cell_number, the same on all ranks; -1: the point is not in the mesh */
  PetscReal     *distance; /* [num_points] mm from the point to where it was put, 0 inside; the same on all ranks; PETSC_INFINITY: not in the mesh */
  PetscReal     *shape;   /* [num_points][nodes_per_cell] shape functions there; counts where cell >= 0 */
  const TasMesh *mesh; /* borrowed */
} TasLocations;

/* points [num_points][3] mm, the same on all ranks. Collective. */
PetscErrorCode TasLocate(const TasMesh *mesh, PetscInt num_points, const PetscReal *points, TasLocations *locations);
PetscErrorCode TasLocationsClear(TasLocations *locations); /* accepts an empty one */

/* Positions of the points of the mesh in the displacement [3*num_nodes] (mm, ghosts included; NULL: none): position [num_points][3], on all
   ranks the same, bit for bit on any number of them.  Points that are not in the mesh are at the origin. Collective. */
PetscErrorCode TasLocationsPositions(const TasLocations *locations, const PetscReal *displacement, PetscReal *position);

/* A field of the nodes at the points, values [3*num_nodes] (ghosts included), at [num_points][3]; 0 at points that are not in the mesh.  On all
   ranks the same, bit for bit on any number of them. Collective. */
PetscErrorCode TasLocationsInterpolate(const TasLocations *locations, const PetscReal *values, PetscReal *at);

/* The transpose: adds to force [3*num_nodes] (ghosts included) the parts that the nodes take of the forces [num][3] at the points from number
   `first` on, each point's on the rank that has its cell. Not collective. */
void TasLocationsSpread(const TasLocations *locations, PetscInt first, PetscInt num, const PetscReal *forces, PetscReal *force);
