#pragma once
/*
  Wires and half-pins of an external fixator: straight lines that belong to a rigid body and hold the tissue that they pierce
  (docs/theory/pins.md).

    s = x - x_body(X) = how far the tissue has left the pin,   a = R a_0 the pin's axis, which turns with the body
    energy = 1/2 int [ k (|s|^2 - (s.a)^2) + k_a (s.a)^2 ] dl   over the part of the line that lies in the undeformed tissue

  with k across the axis and k_a along it (MPa: N a mm of pin, a mm of s).  k is given, or TAS_PINS_STIFFNESS times the shear modulus of the
  tissue in question.  The line is divided at the faces of the cells; in each cell it has the matrix  M_ab = int N_a N_b dl, and s is
  interpolated from the nodes, which is exact: the body's motion is affine.

  What is added up over nodes is that of the owned nodes, and what is one number for all that of the owned cells: not reduced.
*/
#include "solver/assembly/assembly.h"
#include "solver/bodies/bodies.h"

/* 4 pi/(ln 3 - 8/10): a rigid cylinder in incompressible tissue that is held at three times its radius. */
#define TAS_PINS_STIFFNESS 42.1

typedef struct TasPins_ *TasPins;

/* Finds the pins of a case in its mesh; borrows both. materials [num_tissues]; NULL: only to see where they are.  problem [TAS_PROBLEM_LENGTH]: empty, or one line for the user: a
   pin that misses the tissue. Collective. */
PetscErrorCode TasPinsCreate(const TasCase *c, const TasMesh *mesh, const TasMaterial *materials, TasPins *pins, char *problem);
PetscErrorCode TasPinsDestroy(TasPins *pins); /* accepts NULL, sets NULL */

PetscInt TasPinsNum(TasPins pins);

/* Length of a pin within the undeformed tissue, mm; the same on every rank. */
PetscReal TasPinsLength(TasPins pins, PetscInt pin);

/* Of all pins, N mm. displacement [3*num_nodes]. */
PetscReal TasPinsEnergy(TasPins pins, const TasBodies *bodies, const PetscReal *displacement);

/* Its derivative by the displacement, added to force [3*num_nodes_owned] (N): minus what the pins do to the tissue. */
void TasPinsForce(TasPins pins, const TasBodies *bodies, const PetscReal *displacement, PetscReal *force);

/* Its second derivative, added to a matrix that TasAssemblyTangent has filled. lifts may be NULL. */
PetscErrorCode TasPinsTangent(TasPins pins, TasAssembly assembly, const TasProjectors *projectors, const TasBodies *bodies, const TasLifts *lifts);

/* Its derivative by the coordinates, added to q [num_coordinates]. */
void TasPinsCoordinates(TasPins pins, const TasBodies *bodies, const PetscReal *displacement, PetscReal *q);

/*
  What couples nodes and coordinates, with B_j = d2(energy)/du dq_j and n coordinates that are solved for:
  columns[j] [3*num_nodes_owned] += B_j;  block[i*n + j] += d2(energy)/dq_i dq_j + W_i.B_j + B_i.W_j;  lifts: W_j at the local nodes [3*num_nodes].
*/
PetscErrorCode TasPinsCoupling(TasPins pins, const TasBodies *bodies, const PetscReal *displacement, PetscReal **columns, const PetscReal *const *lifts, PetscReal *block);

/* Adds force (N) and moment (N mm) about a point by which a pin holds the tissue to sum [6]. */
void TasPinsReaction(TasPins pins, PetscInt pin, const TasBodies *bodies, const PetscReal *displacement, const PetscReal about[3], PetscReal sum[6]);

/* Largest values over the cells of a pin, each the mean along it there, of the owned cells: distance by which the tissue has left the pin across its axis
   (mm), and the force per length that takes, divided by the diameter (MPa). */
void TasPinsLargest(TasPins pins, PetscInt pin, const TasBodies *bodies, const PetscReal *displacement, PetscReal *distance, PetscReal *pressure);

/* near [num_cells_owned]: does the middle of a cell lie within that distance (mm) of a pin, in the undeformed tissue? */
void TasPinsNear(TasPins pins, PetscReal distance, PetscBool *near);

/* Writes pins.vtk into a folder: the undeformed pins as lines, in VTK's legacy format. problem: empty, or why not; the same on every rank. Collective. */
PetscErrorCode TasPinsWrite(TasPins pins, const char *folder, char *problem);
