#include "tests/benchmarks/element_operations.h"

/* Of the models at one point; counted by count_operations.py, polynomials of expm1, cbrt and log1p included. */
#define LAW_STRESS 208.
#define LAW_TANGENT 428.
#define LAW_VOLUME 31.

#define COFACTOR 27. /* nine of two products and a difference */

/* Jacobian 9n fused; its cofactors, determinant (5), reciprocal and scaling (10); gradients (15n); weight and volume (2). */
static double Geometry(double n, double q)
{
  return q * (18 * n + COFACTOR + 5 + 10 + 15 * n + 2);
}

/* Displacement gradient 9n fused; F (3), E (six of 8), J - 1 as the sum of trace (2), minors (11) and determinant (14). */
static double Deformation(double n, double q)
{
  return q * (18 * n + 3 + 48 + 2 + 11 + 14 + 2);
}

/* Dilatation and pressure: one mean, or projections on several modes, whose functions come from the positions (3 (2n + 1)). */
static double Pressure(double n, double q, double m)
{
  if (m == 1) return 2 * q + 3 + LAW_VOLUME;
  const double mass = q * m * (1 + 2 * m), middle = q * m * (2 + 2 * m), project = q * 3 * m, values = q * 2 * m;
  const double inverse = 2 * m * m * m, bulk = 4 * m * m * m;
  return q * 3 * (2 * n + 1) + mass + inverse + 2 * (project + values) + q * LAW_VOLUME + 2 * q + middle + bulk;
}

/* P = (F S + p cof F) w (9 of 8), and P grad N (9n fused). */
static double Forces(double n, double q)
{
  return q * (COFACTOR + 72 + 18 * n);
}

/* A = w dP/dF: for each of nine columns kL half of it (6 of 3 fused), the other half (9 of 3 fused) on 3 stresses, and four entries
   of the pressure's part; then A grad N_b (27n entries of 5) and the blocks a <= b (9 entries of 3 fused each). */
static double PointStiffness(double n, double q)
{
  const double slice = 36 + 54 + 3 + 8, pairs = n * (n + 1) / 2;

  return q * (9 * slice + 3 * 3 + 1 + 27 * n * 5 + pairs * 54);
}

/* Coupling vectors g (3n entries of 7 for each mode), and g bulk g^T on the blocks. */
static double BulkStiffness(double n, double q, double m)
{
  return q * (COFACTOR + m * (m > 1) + 21 * m * n) + m * m * (3 * n + 18 * n * (n + 1) / 2);
}

double ElementOperations(const TasReferenceElement *reference, int want)
{
  const double n = reference->nodes, q = reference->points, m = reference->modes;
  const double force = Geometry(n, q) + Deformation(n, q) + Pressure(n, q, m) + Forces(n, q);

  if (!(want & TAS_WANT_STIFFNESS)) return force + q * LAW_STRESS;
  return force + q * LAW_TANGENT + PointStiffness(n, q) + BulkStiffness(n, q, m);
}
