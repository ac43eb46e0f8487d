#pragma once
/* First-order shape functions of hexahedra and tetrahedra, and their derivatives in space.  Private to mesh/. */
#include "mesh/topology.h"

typedef struct {
  PetscInt  num_corners, num_points; /* points of integration */
  PetscReal weight;                  /* the same for all */
  PetscReal value[8][8];             /* [point][corner] */
  PetscReal slope[8][8][3];          /* [point][corner] by the reference coordinates */
} TasShapeRule;

/* The centre alone, or the points that integrate products of slopes (of an undistorted cell) exactly. */
void TasShapeRuleSet(TasShape shape, PetscBool centre, TasShapeRule *rule);

/* gradient [corner][3] in space at a point of the rule; returns the determinant of the Jacobian. x: [num_corners] corners. */
PetscReal TasShapeGradients(const TasShapeRule *rule, PetscInt point, const PetscReal *const *x, PetscReal gradient[][3]);
