#pragma once
/* Rotations by rotation vectors (axis times angle). */
#include <petscsys.h>

typedef struct {
  PetscReal value[9], slope[3][9], curvature[3][3][9]; /* R row by row, and its derivatives by the rotation vector */
} TasRotation;

/* R = I + a W + b W^2 (Rodrigues), W the cross-product matrix of v, a = sin|v|/|v|, b = (1 - cos|v|)/|v|^2, of any v. */
void TasRotationSet(const PetscReal v[3], TasRotation *rotation);
