#pragma once
/*
  The curves that the cross-sections of limbs are drawn with: profiles along the height, outlines, divisions of a line.
*/
#include <petscsys.h>

typedef struct {
  PetscReal x, y;
} TasPlanePoint;

/* From 0 at a to 1 at b, smoothly; 0 and 1 beyond. */
PetscReal TasStep(PetscReal a, PetscReal b, PetscReal x);

/* Values y [num] at the ascending heights [num], interpolated by monotone cubics and flat at both ends. */
PetscReal TasProfile(PetscInt num, const PetscReal *heights, const PetscReal *y, PetscReal height);

/* A slightly oval or pointed circle: r(a) = radius (1 - oval cos 2a + pointed sin 3a) around the centre; a in rad, anticlockwise. */
typedef struct {
  TasPlanePoint centre;
  PetscReal     radius, oval, pointed;
} TasOutline;

PetscReal     TasOutlineRelativeRadius(const TasOutline *outline, PetscReal angle);
PetscReal     TasOutlineRelativePerimeter(const TasOutline *outline); /* its length for a radius of 1 */
TasPlanePoint TasOutlinePoint(const TasOutline *outline, PetscReal angle);
TasPlanePoint TasOutlineNormal(const TasOutline *outline, PetscReal angle); /* outward */
PetscReal     TasOutlineAngle(const TasOutline *outline, TasPlanePoint point);

#define TAS_MAX_LINE 2048 /* divisions along a line; the least size of cells keeps far below */

/* How a line is divided: shares 0 .. 1 of its length. */
typedef struct {
  PetscInt  num; /* of divisions */
  PetscReal at[TAS_MAX_LINE + 1];
} TasShares;

/* Groups as wide as their weights, each divided evenly in `parts`. */
void TasSharesDivide(PetscInt num_groups, const PetscReal *weights, const PetscInt *parts, TasShares *shares);
