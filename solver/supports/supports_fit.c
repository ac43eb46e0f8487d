#include "solver/supports/supports_impl.h"

/* Two unit vectors across the unit vector n and each other */
static void Tangents(const PetscReal n[3], PetscReal t[2][3])
{
  PetscInt  axis = 0;
  PetscReal length;

  for (PetscInt d = 1; d < 3; d++)
    if (PetscAbsReal(n[d]) < PetscAbsReal(n[axis])) axis = d;
  for (PetscInt d = 0; d < 3; d++) t[0][d] = (d == axis) - n[axis] * n[d];
  length = TasLength(t[0]);
  for (PetscInt d = 0; d < 3; d++) t[0][d] /= length;
  TasCross(n, t[0], t[1]);
}

void TasSupportFitAdd(Support *support, const PetscReal X[3], const PetscReal area[3], const PetscReal centroid[3])
{
  const PetscReal size = TasLength(area);

  for (PetscInt r = 0; r < support->num; r++) {
    Row      *row = &support->row[r];
    PetscReal t[2][3], away[3], turn[3], d[2], e[2];
    if (row->kind != ROW_GLIDING || TasDot(row->normal, area) < TAS_EDGE_COSINE * size) continue;
    Tangents(row->normal, t);
    for (PetscInt k = 0; k < 3; k++) {
      away[k] = centroid[k] - X[k];
      turn[k] = area[k] / size - row->normal[k];
    }
    for (PetscInt k = 0; k < 2; k++) {
      d[k] = TasDot(away, t[k]);
      e[k] = TasDot(turn, t[k]);
    }
    const PetscReal sums[9] = {d[0] * d[0], d[0] * d[1], d[1] * d[1], 0., 0., 0., d[0] * e[0], d[1] * e[0] + d[0] * e[1], d[1] * e[1]};
    for (PetscInt k = 0; k < 9; k++) row->bend[k] += size * sums[k];
    return;
  }
}

/* B <- T B T with T = I - a a^T */
static void FlattenAlong(const PetscReal a[3], PetscReal b[9])
{
  for (PetscInt pass = 0; pass < 2; pass++) {
    PetscReal along[3], t[9];
    for (PetscInt j = 0; j < 3; j++) along[j] = a[0] * b[j] + a[1] * b[3 + j] + a[2] * b[6 + j];
    for (PetscInt i = 0; i < 3; i++)
      for (PetscInt j = 0; j < 3; j++) t[3 * j + i] = b[3 * i + j] - a[i] * along[j]; /* transposed, for the other side */
    for (PetscInt e = 0; e < 9; e++) b[e] = t[e];
  }
}

/* A symmetric 2x2 matrix (xx, xy, yy) in the axes t as a tensor in space */
static void Embed(const PetscReal t[2][3], const PetscReal m[3], PetscReal b[9])
{
  for (PetscInt i = 0; i < 3; i++)
    for (PetscInt j = 0; j < 3; j++)
      b[3 * i + j] = m[0] * t[0][i] * t[0][j] + m[1] * (t[0][i] * t[1][j] + t[1][i] * t[0][j]) + m[2] * t[1][i] * t[1][j];
}

/*
  Keeps the concave part of B, where the surface turns around the tissue.  A tissue that is pressed against it may slide along it
  without resistance only if it follows it; on the tangent plane it would lose the stiffness p/r.  Where the surface is convex a
  mesh of facets gains by the plane: single nodes that slide along the true surface would cut its corners, and lose p/r themselves.
*/
static void KeepConcave(const PetscReal t[2][3], PetscReal b[9])
{
  PetscReal m[3] = {0.}, part[3];

  for (PetscInt i = 0; i < 3; i++)
    for (PetscInt j = 0; j < 3; j++) {
      m[0] += t[0][i] * b[3 * i + j] * t[0][j];
      m[1] += t[0][i] * b[3 * i + j] * t[1][j];
      m[2] += t[1][i] * b[3 * i + j] * t[1][j];
    }
  const PetscReal mean = 0.5 * (m[0] + m[2]), radius = PetscSqrtReal(PetscSqr(0.5 * (m[0] - m[2])) + m[1] * m[1]);
  const PetscReal high = PetscMax(0., mean + radius), low = PetscMax(0., mean - radius);
  /* the matrix with the same axes and these two values */
  const PetscReal even = 0.5 * (high + low), uneven = radius > 0. ? 0.5 * (high - low) / radius : 0.;
  part[0] = even + uneven * 0.5 * (m[0] - m[2]);
  part[1] = uneven * m[1];
  part[2] = even - uneven * 0.5 * (m[0] - m[2]);
  Embed(t, part, b);
}

/* Where the facets say nothing of a direction the surface is flat there, and so it is along the axis of an osteotomy: slips are long in
 * that direction, and a shaft is straight. */
void TasSupportFitFinish(Row *row, const PetscReal *axis)
{
  const PetscReal damp = 1e-6 * (row->bend[0] + row->bend[2]), xx = row->bend[0] + damp, xy = row->bend[1], yy = row->bend[2] + damp,
                  *rhs = row->bend + 6;
  PetscReal       t[2][3], b[3];
  const PetscReal m[3][3] = {{xx, xy, 0.}, {xy, xx + yy, xy}, {0., xy, yy}};
  const PetscReal det     = m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * m[1][0] * m[2][2];

  for (PetscInt k = 0; k < 3; k++) { /* Cramer */
    PetscReal c[3][3];
    for (PetscInt i = 0; i < 3; i++)
      for (PetscInt j = 0; j < 3; j++) c[i][j] = j == k ? rhs[i] : m[i][j];
    b[k] = det > 0. ? TasDeterminant(c) / det : 0.;
  }
  Tangents(row->normal, t);
  Embed((const PetscReal(*)[3])t, b, row->bend);
  if (axis) FlattenAlong(axis, row->bend);
  KeepConcave((const PetscReal(*)[3])t, row->bend);
}
