#pragma once
/*
  The nonlinear system of one limb at one time: balance of forces at the nodes, and at the free coordinates of rigid bodies.

  The unknown x is one vector: three displacements at each owned node and, at the end of the last rank, the generalised
  coordinates q.  Whatever x holds in constrained directions, forces are taken at the displacement that the supports allow
  (TasSupportsImpose), and the residual is zero there.

  Newton is PETSc's SNES.  With coordinates q its linear systems are bordered,
      [ K    C ] [du]     [r_u]
      [ R    D ] [dq] = - [r_q]
  and solved by elimination with the solver of K: one more solve with K a coordinate and tangent.  R is the transpose of C unless a
  follower pressure makes the tangent unsymmetric; D is not symmetric where a moment acts on several free rotations.
*/
#include <petscsnes.h>
#include "solver/assembly/loads.h"
#include "solver/pins/pins.h"
#include "solver/strands/strands.h"
#include "solver/treatment/treatment.h"

typedef struct TasSystem_ *TasSystem;

/* Borrows case and mesh. fibre, sheet [num_cells][3], materials [num_tissues]: borrowed. Collective. */
PetscErrorCode TasSystemCreate(const TasCase *c, const TasMesh *mesh, const TasMaterial *materials, const PetscReal *fibre, const PetscReal *sheet, PetscInt threads, TasSystem *system);
PetscErrorCode TasSystemDestroy(TasSystem *system);

/* Strands, borrowed: those with two-way coupling pull at the nodes from now on. Before the first solve. Collective. */
PetscErrorCode TasSystemSetStrands(TasSystem system, TasStrands strands);
TasStrands     TasSystemStrands(TasSystem system);

/* Pins, borrowed: they hold the tissue from now on; NULL: none. */
PetscErrorCode TasSystemSetPins(TasSystem system, TasPins pins);
TasPins        TasSystemPins(TasSystem system);

/* What acts on the coordinates, borrowed; made for the system's bodies. Before the first solve. Collective. */
PetscErrorCode TasSystemSetTreatment(TasSystem system, TasTreatment treatment);
TasTreatment   TasSystemTreatment(TasSystem system);

/* Length of the step that solids and strands are asked for (s), see TasAssemblySetTimeStep. */
void TasSystemSetTimeStep(TasSystem system, PetscReal time_step);

/* After a solve: the strands that do not pull come into equilibrium, too.  good: FALSE where one finds none, TasSystemBadStrand. Collective. */
PetscErrorCode TasSystemSolveStrands(TasSystem system, PetscBool *good);

/* Largest error of growth in the step that was solved, of solids and strands. Collective. */
PetscErrorCode TasSystemGrowthError(TasSystem system, PetscReal *error);

/* What was solved is the state of solids and strands at a time (s) that the next step starts from. Collective. */
PetscErrorCode TasSystemAccept(TasSystem system, PetscReal time);

/* The time (s) at which loads and supports are taken. Collective. */
PetscErrorCode TasSystemSetTime(TasSystem system, PetscReal time);

/* The same, of a state that x holds: driven coordinates as they stand there. Collective. */
PetscErrorCode TasSystemSetTimeOfState(TasSystem system, PetscReal time);

Vec  TasSystemSolution(TasSystem system); /* x, borrowed */

TasAssembly TasSystemAssembly(TasSystem system);
PetscInt    TasSystemNumUnknowns(TasSystem system); /* of all ranks */

/* Imposes the supports on x: what is prescribed is taken over at once, the rest stays. Collective. */
PetscErrorCode TasSystemImpose(TasSystem system);

/* Nodal forces [3*num_nodes_owned] (N) at the end, growing with curve 0 like every load, on top of everything else: for instance those
   of a manufactured solution. Borrowed; NULL: none. */
void TasSystemSetNodalLoad(TasSystem system, const PetscReal *force);

/*
  Pressures of the cells, see TasAssemblyPressure: an unknown beside x, of which the solver keeps the linearised value for its
  tangents (three-field Newton).  Whoever puts another state into x puts its pressures here.
*/
PetscReal *TasSystemPressure(TasSystem system); /* borrowed */
PetscInt   TasSystemNumPressures(TasSystem system);

/* Sets them to those of x. Collective. */
PetscErrorCode TasSystemUpdatePressure(TasSystem system);

/* Is x, with the supports imposed, a state without inverted cells or overflow? Collective. */
PetscErrorCode TasSystemIsAdmissible(TasSystem system, PetscBool *good);

/* Norm of the residual of an admissible x with the pressures at hand; after TasSystemIsAdmissible. Collective. */
PetscErrorCode TasSystemImbalance(TasSystem system, PetscReal *norm);

/* Linear prediction: from an equilibrium x of an earlier time, the tangent's answer to what is new at the present time. Collective.
   good: FALSE when it leads to an inadmissible state; x is then as TasSystemImpose leaves it. */
PetscErrorCode TasSystemPredict(TasSystem system, PetscBool *good);

/*
  Solves from x; x is the answer, or what it was where Newton does not converge. Collective.
  damped: with a shifted tangent, K + s D, D the nodes' mean stiffness and s falling with the residual (pseudo-transient continuation
  with switched evolution relaxation, Kelley & Keyes 1998, SIAM J Numer Anal 35:508).  It takes more iterations and finds a stable
  equilibrium where the tangent at the start is indefinite, as when a soft layer or a thin sheet buckles.  The equilibrium is
  the same, nothing is added to the forces.
  reason: of SNES, positive when converged. newton, linear: iterations.
*/
PetscErrorCode TasSystemSolve(TasSystem system, PetscBool damped, SNESConvergedReason *reason, PetscInt *newton, PetscInt *linear);

/* Where the last solve failed on an inadmissible point: number of the cell (mesh->cell_number) and its tissue, or -1. Collective. */
PetscErrorCode TasSystemBadCell(TasSystem system, PetscInt *cell, PetscInt *tissue, PetscReal centroid[3]);

/* Number of the strand that found no equilibrium where forces were last taken, or -1. */
PetscInt TasSystemBadStrand(TasSystem system);

/* Displacements at the local nodes [3*num_nodes], ghosts included, of the last state at which forces were taken. */
const PetscReal *TasSystemDisplacement(TasSystem system);
TasBodies       *TasSystemBodies(TasSystem system);

/* Generalised forces [num_coordinates] (N, N mm a rad) by which the tissue resists the coordinates of the bodies, driven ones too: its power per
   dq/dt. Of the last state at which forces were taken. Collective. */
PetscErrorCode TasSystemCoordinateForces(TasSystem system, PetscReal *force);

/* Force (N) and moment (N mm) by which a body holds the tissue, moments about the body's moved centre. Of the last solved state. Collective. */
PetscErrorCode TasSystemBodyReaction(TasSystem system, PetscInt body, PetscReal force[3], PetscReal moment[3]);

/* The same of a surface's supports and bed, moments about the origin; what two surfaces ask for at a node counts for the first. Collective. */
PetscErrorCode TasSystemSurfaceReaction(TasSystem system, PetscInt surface, PetscReal force[3], PetscReal moment[3]);

/* What the last solve of a linear or nonlinear system met, in a sentence. */
const char *TasSystemReason(SNESConvergedReason reason);

/* Forces by which supports, beds and pins hold each owned node, reaction [3*num_nodes_owned] (N), set. */
void TasSystemNodalReactions(TasSystem system, PetscReal *reaction);

/* Coordinates q [num_coordinates] that stand in a state, given its local values; the same on every rank. Collective. */
PetscErrorCode TasSystemCoordinatesOf(TasSystem system, const PetscScalar *values, PetscReal *q);
