#pragma once
/*
  Reference elements: shape functions and quadrature of the solid elements and of their facets.

    HEX8   Q1 displacement, constant pressure and dilatation (mean dilatation), 2x2x2 points
    TET10  P2 displacement, constant pressure and dilatation, 8 points
    HEX27  Q2 displacement, linear discontinuous pressure and dilatation (P-1, in reference coordinates X, so that the element
           keeps its order on distorted meshes: Boffi & Gastaldi 2002, Numer Math 90:777), 3x3x3 points
*/
#include "mesh/mesh.h"

typedef struct {
  TasElement element;
  PetscInt   nodes, points, modes; /* modes: pressure functions an element */
  PetscReal *shape;                /* [points][nodes] */
  PetscReal *gradient;             /* [points][nodes][3] by natural coordinates */
  PetscReal *weight;               /* [points] */
  PetscReal *centre_gradient;      /* [nodes][3] at the centre of the cell */
  PetscInt   facet_nodes, facet_points;
  PetscReal *facet_shape;    /* [facet_points][facet_nodes] */
  PetscReal *facet_gradient; /* [facet_points][facet_nodes][2] */
  PetscReal *facet_weight;   /* [facet_points] */
} TasReferenceElement;

PetscErrorCode TasReferenceElementCreate(TasElement element, TasReferenceElement **reference);
PetscErrorCode TasReferenceElementDestroy(TasReferenceElement **reference);

/* Shape functions [nodes] and their gradients [nodes][3] at natural coordinates; hexahedra in [-1,1]^3, tetrahedra in the unit one. */
void TasElementShape(TasElement element, const PetscReal natural[3], PetscReal *shape, PetscReal *gradient);
