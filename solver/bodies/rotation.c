#include "solver/bodies/rotation.h"

/* sin(x)/x and (1 - cos x)/x^2 as functions of s = x^2, with two derivatives by s. */
static void RotationFactors(PetscReal s, PetscReal a[3], PetscReal b[3])
{
  if (s < 1.) { /* power series: the closed forms cancel */
    PetscReal term = 1.; /* (-1)^n/(2n)! */
    for (PetscInt d = 0; d < 3; d++) a[d] = b[d] = 0.;
    for (PetscInt n = 0; n < 14; n++) {
      PetscReal power[3];
      for (PetscInt d = 0; d < 3; d++) {
        PetscReal factor = 1.;
        for (PetscInt m = 0; m < d; m++) factor *= n - m;
        power[d] = n < d ? 0. : factor * (n == d ? 1. : PetscPowRealInt(s, n - d));
        a[d] += term / (2 * n + 1) * power[d];
        b[d] += term / ((2 * n + 1) * (2 * n + 2)) * power[d];
      }
      term *= -1. / ((2 * n + 1) * (2 * n + 2));
    }
  } else {
    const PetscReal x = PetscSqrtReal(s), cosine = PetscCosReal(x);
    a[0] = PetscSinReal(x) / x;
    b[0] = (1. - cosine) / s;
    a[1] = (cosine - a[0]) / (2. * s);
    b[1] = (0.5 * a[0] - b[0]) / s;
    a[2] = (-0.5 * a[0] - 3. * a[1]) / (2. * s);
    b[2] = (0.5 * a[1] - 2. * b[1]) / s;
  }
}

static void Hat(const PetscReal v[3], PetscReal w[9])
{
  const PetscReal hat[9] = {0., -v[2], v[1], v[2], 0., -v[0], -v[1], v[0], 0.};
  for (PetscInt e = 0; e < 9; e++) w[e] = hat[e];
}

/* out += factor * x y */
static void AddProduct(PetscReal factor, const PetscReal x[9], const PetscReal y[9], PetscReal out[9])
{
  for (PetscInt i = 0; i < 3; i++)
    for (PetscInt j = 0; j < 3; j++) out[3 * i + j] += factor * (x[3 * i] * y[j] + x[3 * i + 1] * y[3 + j] + x[3 * i + 2] * y[6 + j]);
}

void TasRotationSet(const PetscReal v[3], TasRotation *out)
{
  PetscReal a[3], b[3], w[9], unit[3][9], square[9] = {0.}, mixed[3][9];

  RotationFactors(v[0] * v[0] + v[1] * v[1] + v[2] * v[2], a, b);
  Hat(v, w);
  AddProduct(1., w, w, square);
  for (PetscInt k = 0; k < 3; k++) {
    const PetscReal axis[3] = {k == 0, k == 1, k == 2};
    Hat(axis, unit[k]);
    for (PetscInt e = 0; e < 9; e++) mixed[k][e] = 0.;
    AddProduct(1., unit[k], w, mixed[k]);
    AddProduct(1., w, unit[k], mixed[k]);
  }
  for (PetscInt e = 0; e < 9; e++) {
    out->value[e] = (e % 4 == 0 ? 1. : 0.) + a[0] * w[e] + b[0] * square[e];
    for (PetscInt k = 0; k < 3; k++) out->slope[k][e] = 2. * v[k] * (a[1] * w[e] + b[1] * square[e]) + a[0] * unit[k][e] + b[0] * mixed[k][e];
  }
  for (PetscInt k = 0; k < 3; k++)
    for (PetscInt l = 0; l < 3; l++) {
      PetscReal *c = out->curvature[k][l];
      for (PetscInt e = 0; e < 9; e++)
        c[e] = 4. * v[k] * v[l] * (a[2] * w[e] + b[2] * square[e]) + (k == l ? 2. : 0.) * (a[1] * w[e] + b[1] * square[e]) +
                 2. * v[k] * (a[1] * unit[l][e] + b[1] * mixed[l][e]) + 2. * v[l] * (a[1] * unit[k][e] + b[1] * mixed[k][e]);
      AddProduct(b[0], unit[k], unit[l], c);
      AddProduct(b[0], unit[l], unit[k], c);
    }
}
