#pragma once
/*
  A manufactured solution of finite elasticity on the unit cube, and the forces that belong to it.

  The deformation is a swelling along z followed by two shears,
    Z1 = Z + e s,   s = sin Z (1 + sin(2X) cos(2Y)/3),      e = 0.4 mu/K
    x  = X + A,     A = 0.30 sin(3 Z1/2) (1 + sin(2Y)/2)
    y  = Y + B,     B = 0.25 sin(6 Z1/5) cos(2x)
    z  = Z1
  so that u = 0 at Z = 0, J = 1 + e ds/dZ exactly, and the pressure K (J - 1) stays of the order of mu however large K is: the
  nearly incompressible limit is approached with a pressure field that is neither zero nor constant.

  The material is neo-Hookean with fibres along z (Weiss, toe region, full stretch) and the volumetric law of Simo & Taylor; its
  first Piola-Kirchhoff stress is written here in closed form, apart from models/, and differentiated numerically for the body force.
*/
#include <petscsys.h>

typedef struct {
  PetscReal mu, bulk; /* MPa */
  PetscReal c3, c4;   /* fibres: MPa, 1 */
} Solution;

void SolutionDisplacement(const Solution *s, const PetscReal X[3], PetscReal u[3]);

/* dx/dX, row by row. */
void SolutionGradient(const Solution *s, const PetscReal X[3], PetscReal F[9]);

/* First Piola-Kirchhoff stress, MPa. */
void SolutionStress(const Solution *s, const PetscReal X[3], PetscReal P[9]);

/* Force per reference volume that balances the stress, -Div P, N/mm3; differences of order 8, error about 1e-12. */
void SolutionBodyForce(const Solution *s, const PetscReal X[3], PetscReal B[3]);
