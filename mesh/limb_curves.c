#include "mesh/limb_curves.h"

PetscReal TasStep(PetscReal a, PetscReal b, PetscReal x)
{
  const PetscReal t = PetscMax(0., PetscMin(1., (x - a) / (b - a)));

  return t * t * (3 - 2 * t);
}

/* Slope of a profile at one of its heights: the monotone one of Fritsch & Butland (1984), SIAM J Sci Stat Comput 5:300. */
static PetscReal Slope(PetscInt num, const PetscReal *heights, const PetscReal *y, PetscInt i)
{
  PetscReal h0, h1, d0, d1;

  if (i == 0 || i == num - 1) return 0; /* flat ends: the limb goes on straight */
  h0 = heights[i] - heights[i - 1];
  h1 = heights[i + 1] - heights[i];
  d0 = (y[i] - y[i - 1]) / h0;
  d1 = (y[i + 1] - y[i]) / h1;
  if (d0 * d1 <= 0) return 0;
  return 3 * (h0 + h1) / ((2 * h1 + h0) / d0 + (h1 + 2 * h0) / d1);
}

PetscReal TasProfile(PetscInt num, const PetscReal *heights, const PetscReal *y, PetscReal height)
{
  PetscInt  i = 0;
  PetscReal h, t;

  while (i < num - 2 && height > heights[i + 1]) ++i;
  h = heights[i + 1] - heights[i];
  t = PetscMax(0., PetscMin(1., (height - heights[i]) / h));
  return y[i] + t * t * (3 - 2 * t) * (y[i + 1] - y[i]) +
         h * t * (1 - t) * ((1 - t) * Slope(num, heights, y, i) - t * Slope(num, heights, y, i + 1));
}

PetscReal TasOutlineRelativeRadius(const TasOutline *outline, PetscReal angle)
{
  return 1 - outline->oval * PetscCosReal(2 * angle) + outline->pointed * PetscSinReal(3 * angle);
}

PetscReal TasOutlineRelativePerimeter(const TasOutline *outline)
{
  PetscReal      sum = 0;
  const PetscInt n   = 360;

  for (PetscInt i = 0; i < n; ++i) {
    const PetscReal a = 2 * PETSC_PI * i / n, r = TasOutlineRelativeRadius(outline, a);
    const PetscReal dr = 2 * outline->oval * PetscSinReal(2 * a) + 3 * outline->pointed * PetscCosReal(3 * a);

    sum += PetscSqrtReal(r * r + dr * dr) / n;
  }
  return 2 * PETSC_PI * sum;
}

TasPlanePoint TasOutlinePoint(const TasOutline *outline, PetscReal angle)
{
  const PetscReal r = outline->radius * TasOutlineRelativeRadius(outline, angle);

  return (TasPlanePoint){outline->centre.x + r * PetscCosReal(angle), outline->centre.y + r * PetscSinReal(angle)};
}

TasPlanePoint TasOutlineNormal(const TasOutline *outline, PetscReal angle)
{
  const PetscReal     step = 1e-4;
  const TasPlanePoint a = TasOutlinePoint(outline, angle - step), b = TasOutlinePoint(outline, angle + step);
  const PetscReal     dx = b.x - a.x, dy = b.y - a.y, length = PetscSqrtReal(dx * dx + dy * dy);

  return (TasPlanePoint){dy / length, -dx / length};
}

PetscReal TasOutlineAngle(const TasOutline *outline, TasPlanePoint point)
{
  return PetscAtan2Real(point.y - outline->centre.y, point.x - outline->centre.x);
}

void TasSharesDivide(PetscInt num_groups, const PetscReal *weights, const PetscInt *parts, TasShares *shares)
{
  PetscReal sum = 0, start = 0;

  for (PetscInt g = 0; g < num_groups; ++g) sum += weights[g];
  shares->num   = 0;
  shares->at[0] = 0;
  for (PetscInt g = 0; g < num_groups; ++g) {
    for (PetscInt i = 1; i <= parts[g]; ++i) shares->at[++shares->num] = start + weights[g] / sum * i / parts[g];
    start += weights[g] / sum;
  }
  shares->at[shares->num] = 1;
}
