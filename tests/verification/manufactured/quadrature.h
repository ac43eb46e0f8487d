#pragma once
/*
  What the test integrates by itself, with rules of higher degree than the elements' own: nodal forces of the manufactured
  solution, and the errors of a solution.
*/
#include "mesh/mesh.h"
#include "solution.h"

/* Consistent nodal forces [3*num_nodes_owned] (N): the body force in all owned cells, the traction P N on all surfaces but
   `fixed` and those inside. force is set. */
PetscErrorCode NodalForces(const TasMesh *mesh, const Solution *s, const char *fixed, PetscReal *force);

/* Norms over the owned cells of the displacement's error u - u_h: L2 (mm^2.5) and H1 seminorm (mm^1.5).
   u_h [3*num_nodes] at the local nodes. */
PetscErrorCode ErrorNorms(const TasMesh *mesh, const Solution *s, const PetscReal *u, PetscReal *l2, PetscReal *h1);
