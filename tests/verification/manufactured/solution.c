#include "solution.h"

/* Z1 and its gradient. */
static PetscReal Swelling(const Solution *s, const PetscReal X[3], PetscReal gradient[3])
{
  const PetscReal e = 0.4 * s->mu / s->bulk, wave = 1. + sin(2. * X[0]) * cos(2. * X[1]) / 3.;

  gradient[0] = e * sin(X[2]) * 2. * cos(2. * X[0]) * cos(2. * X[1]) / 3.;
  gradient[1] = -e * sin(X[2]) * 2. * sin(2. * X[0]) * sin(2. * X[1]) / 3.;
  gradient[2] = 1. + e * cos(X[2]) * wave;
  return X[2] + e * sin(X[2]) * wave;
}

/* A, and its derivatives by Y and Z1. */
static PetscReal FirstShear(PetscReal y, PetscReal z, PetscReal slope[2])
{
  slope[0] = 0.30 * sin(1.5 * z) * cos(2. * y);
  slope[1] = 0.45 * cos(1.5 * z) * (1. + 0.5 * sin(2. * y));
  return 0.30 * sin(1.5 * z) * (1. + 0.5 * sin(2. * y));
}

/* B, and its derivatives by x and Z1. */
static PetscReal SecondShear(PetscReal x, PetscReal z, PetscReal slope[2])
{
  slope[0] = -0.50 * sin(1.2 * z) * sin(2. * x);
  slope[1] = 0.30 * cos(1.2 * z) * cos(2. * x);
  return 0.25 * sin(1.2 * z) * cos(2. * x);
}

void SolutionDisplacement(const Solution *s, const PetscReal X[3], PetscReal u[3])
{
  PetscReal       unused[3];
  const PetscReal z = Swelling(s, X, unused);

  u[0] = FirstShear(X[1], z, unused);
  u[1] = SecondShear(X[0] + u[0], z, unused);
  u[2] = z - X[2];
}

void SolutionGradient(const Solution *s, const PetscReal X[3], PetscReal F[9])
{
  PetscReal       dz[3], a[2], b[2];
  const PetscReal z = Swelling(s, X, dz), x = X[0] + FirstShear(X[1], z, a);

  (void)SecondShear(x, z, b);
  for (PetscInt k = 0; k < 3; k++) {
    F[k]     = (k == 0) + a[0] * (k == 1) + a[1] * dz[k];
    F[3 + k] = (k == 1) + b[0] * F[k] + b[1] * dz[k];
    F[6 + k] = dz[k];
  }
}

/* cof F = J F^-T; returns J. */
static PetscReal Cofactor(const PetscReal F[9], PetscReal cof[9])
{
  for (PetscInt i = 0; i < 3; i++)
    for (PetscInt j = 0; j < 3; j++) {
      const PetscInt i1 = (i + 1) % 3, i2 = (i + 2) % 3, j1 = (j + 1) % 3, j2 = (j + 2) % 3;

      cof[3 * i + j] = F[3 * i1 + j1] * F[3 * i2 + j2] - F[3 * i1 + j2] * F[3 * i2 + j1];
    }
  return F[0] * cof[0] + F[1] * cof[1] + F[2] * cof[2];
}

/* P = mu J^(-2/3) (F - I1/3 F^-T) + T(lambda)/lambda^2 (F f) f + U'(J) cof F,  f = e_z,  T = c3 (exp(c4 (lambda - 1)) - 1). */
void SolutionStress(const Solution *s, const PetscReal X[3], PetscReal P[9])
{
  PetscReal F[9], cof[9], trace = 0., square;

  SolutionGradient(s, X, F);
  const PetscReal jac = Cofactor(F, cof), pressure = s->bulk / 2. * (jac - 1. / jac), scale = s->mu * pow(jac, -2. / 3.);

  for (PetscInt k = 0; k < 9; k++) trace += F[k] * F[k];
  square                  = F[2] * F[2] + F[5] * F[5] + F[8] * F[8];
  const PetscReal tension = s->c3 * expm1(s->c4 * (sqrt(square) - 1.)) / square;
  for (PetscInt k = 0; k < 9; k++)
    P[k] = scale * (F[k] - trace / 3. * cof[k] / jac) + (k % 3 == 2 ? tension * F[k] : 0.) + pressure * cof[k];
}

void SolutionBodyForce(const Solution *s, const PetscReal X[3], PetscReal B[3])
{
  static const PetscReal weight[4] = {4. / 5., -1. / 5., 4. / 105., -1. / 280.}, step = 0.02;

  B[0] = B[1] = B[2] = 0.;
  for (PetscInt J = 0; J < 3; J++)
    for (PetscInt k = 1; k <= 4; k++)
      for (PetscInt sign = -1; sign <= 1; sign += 2) {
        PetscReal Y[3] = {X[0], X[1], X[2]}, P[9];

        Y[J] += (PetscReal)(sign * k) * step;
        SolutionStress(s, Y, P);
        for (PetscInt i = 0; i < 3; i++) B[i] -= (PetscReal)sign * weight[k - 1] / step * P[3 * i + J];
      }
}
