#include "mesh/tissue_shape.h"

/* Corners of the reference cube, order of VTK_HEXAHEDRON. */
static const PetscReal cube[8][3] = {{-1, -1, -1}, {1, -1, -1}, {1, 1, -1}, {-1, 1, -1}, {-1, -1, 1}, {1, -1, 1}, {1, 1, 1}, {-1, 1, 1}};

static void HexPoint(const PetscReal r[3], PetscReal value[8], PetscReal slope[8][3])
{
  for (PetscInt k = 0; k < 8; k++) {
    const PetscReal f[3] = {1 + cube[k][0] * r[0], 1 + cube[k][1] * r[1], 1 + cube[k][2] * r[2]};
    value[k]             = f[0] * f[1] * f[2] / 8;
    slope[k][0]          = cube[k][0] * f[1] * f[2] / 8;
    slope[k][1]          = f[0] * cube[k][1] * f[2] / 8;
    slope[k][2]          = f[0] * f[1] * cube[k][2] / 8;
  }
}

/* Slopes of a tetrahedron are constant, so its centre serves for everything. */
static void TetRule(TasShapeRule *rule)
{
  static const PetscReal slope[4][3] = {{-1, -1, -1}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

  *rule = (TasShapeRule){.num_corners = 4, .num_points = 1, .weight = 1. / 6};
  for (PetscInt k = 0; k < 4; k++) {
    rule->value[0][k] = 0.25;
    for (PetscInt d = 0; d < 3; d++) rule->slope[0][k][d] = slope[k][d];
  }
}

void TasShapeRuleSet(TasShape shape, PetscBool centre, TasShapeRule *rule)
{
  const PetscReal gauss = centre ? 0 : 1 / PetscSqrtReal(3);

  if (shape == TAS_SHAPE_TET) {
    TetRule(rule);
    return;
  }
  *rule = (TasShapeRule){.num_corners = 8, .num_points = centre ? 1 : 8, .weight = centre ? 8 : 1};
  for (PetscInt q = 0; q < rule->num_points; q++) {
    const PetscReal r[3] = {gauss * cube[q][0], gauss * cube[q][1], gauss * cube[q][2]};
    HexPoint(r, rule->value[q], rule->slope[q]);
  }
}

PetscReal TasShapeGradients(const TasShapeRule *rule, PetscInt point, const PetscReal *const *x, PetscReal gradient[][3])
{
  PetscReal j[3][3] = {{0}}, inverse[3][3]; /* j[a][d] = dx_d / dr_a */

  for (PetscInt k = 0; k < rule->num_corners; k++) {
    for (PetscInt a = 0; a < 3; a++) {
      for (PetscInt d = 0; d < 3; d++) j[a][d] += rule->slope[point][k][a] * x[k][d];
    }
  }
  for (PetscInt a = 0; a < 3; a++) {
    const PetscInt b = (a + 1) % 3, c = (a + 2) % 3;
    for (PetscInt d = 0; d < 3; d++) {
      const PetscInt e = (d + 1) % 3, f = (d + 2) % 3;
      inverse[d][a] = j[b][e] * j[c][f] - j[b][f] * j[c][e]; /* cofactors; divided by the determinant below */
    }
  }
  const PetscReal det = j[0][0] * inverse[0][0] + j[0][1] * inverse[1][0] + j[0][2] * inverse[2][0];
  for (PetscInt k = 0; k < rule->num_corners; k++) {
    for (PetscInt d = 0; d < 3; d++) {
      gradient[k][d] = 0;
      for (PetscInt a = 0; a < 3; a++) gradient[k][d] += inverse[d][a] * rule->slope[point][k][a] / det;
    }
  }
  return det;
}
