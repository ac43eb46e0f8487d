#pragma once
/*
  Element loops: internal forces and tangent matrix of all tissues of a mesh.

  Every rank assembles the rows of the nodes it owns from all the cells that touch them; every thread a contiguous range of those
  rows, in the same order of cells whatever the number of threads.  So nothing is communicated, nothing is locked, and the result
  is bitwise the same with any number of threads.

  Constrained directions.  A node may be constrained in the plane or line complementary to its projector P (3x3, symmetric,
  P = 0: fixed, P = I - n n^T: glides).  The matrix is P K P + s (I - P) with s a typical stiffness of the node: symmetric, and
  the same size whatever is prescribed.
*/
#include <petscmat.h>
#include "solver/assembly/element_kernel.h"

typedef struct TasAssembly_ *TasAssembly;

/* Where the matrix is projected: slot[i] < 0 for a free local node, else the number of its projector. */
typedef struct {
  PetscInt  *slot;      /* [num_nodes] */
  PetscInt   num_slots;
  PetscReal *projector; /* [num_slots][9] */
} TasProjectors;

/* Directions K w wanted with the matrix (unprojected): the couplings of constrained nodes with whatever moves them. */
typedef struct {
  PetscInt    num;
  PetscReal **direction; /* [num][3*num_nodes] w, not zero at constrained nodes only */
  PetscReal **product;   /* [num][3*num_nodes_owned] K w, set */
} TasLifts;

/* materials [num_tissues] and fibre, sheet [num_cells][3] are borrowed; sheet may be NULL. Collective. */
PetscErrorCode TasAssemblyCreate(const TasMesh *mesh, const TasMaterial *materials, const PetscReal *fibre, const PetscReal *sheet, PetscInt threads, TasAssembly *assembly);
PetscErrorCode TasAssemblyDestroy(TasAssembly *assembly);

/* A matrix with the pattern of the mesh: MATAIJ, block size 3, rows of owned nodes. */
PetscErrorCode TasAssemblyCreateMatrix(TasAssembly assembly, Mat *matrix);

/*
  Internal forces of the displacement [3*num_nodes] (mm, ghosts included).  force [3*num_nodes_owned] (N) is set.
  pressure: of the cells, or NULL: that of the displacement.
  bad_cell: a local cell with an inadmissible point, or -1 (not collective).
*/
PetscErrorCode TasAssemblyForce(TasAssembly assembly, const PetscReal *displacement, const PetscReal *pressure, PetscReal *force, PetscInt *bad_cell);

/*
  Pressures of the cells [num_cells][modes of the element] (MPa), set: of the displacement, its volumes linearised along the step
  [3*num_nodes] (mm) if there is one.
*/
PetscErrorCode TasAssemblyPressure(TasAssembly assembly, const PetscReal *displacement, const PetscReal *step, PetscReal *pressure);
PetscInt       TasAssemblyNumPressures(TasAssembly assembly);

/* The same with the tangent matrix, which is set (call TasAssemblyAddBlock and TasAssemblyFinish afterwards). lifts may be NULL;
   pressure: of the cells, for the tangent, or NULL: that of the displacement. */
PetscErrorCode TasAssemblyTangent(TasAssembly assembly, const PetscReal *displacement, const PetscReal *pressure, const TasProjectors *projectors, Mat matrix, PetscReal *force, const TasLifts *lifts, PetscInt *bad_cell);

/* Adds a 3x3 block, before projection, for an owned node `row` and a local node `column` that share a cell. */
PetscErrorCode TasAssemblyAddBlock(TasAssembly assembly, const TasProjectors *projectors, const TasLifts *lifts, PetscInt row, PetscInt column, const PetscReal block[9]);

/* Puts the diagonal of the constrained directions, adds shift times the nodes' mean stiffness to the free ones (Newton's method in
   trouble asks for it, else 0), and closes the matrix. Collective. */
PetscErrorCode TasAssemblyFinish(TasAssembly assembly, const TasProjectors *projectors, PetscReal shift, Mat matrix);

/*
  State of living tissue at the points: prestrain, growth, relaxation.  Forces, tangents and pressures are those of a step from it;
  it stays as it is until the step is accepted.  All cells that a rank knows have theirs, so nothing is communicated.
*/
PetscBool TasAssemblyHasState(TasAssembly assembly);

/* Length of the step, s; infinite (as at first): fully relaxed, and nothing grows. */
void TasAssemblySetTimeStep(TasAssembly assembly, PetscReal time_step);

/* Error of the growth (and turnover) that the step to the displacement was calculated with: root mean square over the cells of a tissue of
   |theta at its end - theta extrapolated to it|, at the worst point of each cell; the largest of all tissues. Collective. */
PetscErrorCode TasAssemblyGrowthError(TasAssembly assembly, const PetscReal *displacement, PetscReal *error);

/* The step ends at the displacement: the state becomes that at its end. */
PetscErrorCode TasAssemblyAccept(TasAssembly assembly, const PetscReal *displacement);

/* Prestrain takes over the deformation, F_p becomes F F_p: with the displacement set to zero, the same stretch in the same place. */
PetscErrorCode TasAssemblyAbsorb(TasAssembly assembly, const PetscReal *displacement);

/* State of the owned cells for a checkpoint, [num_cells_owned][TasAssemblyStateSize()], and of all local ones back from it. Collective. */
PetscInt       TasAssemblyStateSize(TasAssembly assembly);
PetscErrorCode TasAssemblyGetState(TasAssembly assembly, PetscReal *values);
PetscErrorCode TasAssemblySetState(TasAssembly assembly, const PetscReal *values);

/* Means over each owned cell. Arrays may be NULL where not wanted. */
typedef struct {
  PetscReal *cauchy_stress;   /* [cells][9] MPa */
  PetscReal *pressure;        /* [cells] MPa, positive in compression: -tr(cauchy)/3 */
  PetscReal *fibre_stretch;   /* [cells] 1, relative to the undeformed limb */
  PetscReal *elastic_fibre_stretch; /* [cells] 1, relative to the stress-free, grown tissue */
  PetscReal *growth;          /* [cells] 1, theta: 1 before growth and where nothing grows */
  PetscReal *fibre_direction; /* [cells][3] deformed, unit */
  PetscReal *volume_ratio;    /* [cells] J */
  PetscReal *green_strain;    /* [cells][9] */
  PetscReal *energy_density;  /* [cells] MPa */
  PetscReal *fibre_stress;    /* [cells] Cauchy stress along the deformed fibre, MPa */
} TasCellFields;
PetscErrorCode TasAssemblyCellFields(TasAssembly assembly, const PetscReal *displacement, const TasCellFields *fields);

/* Undeformed volumes of the owned cells, mm3. */
PetscErrorCode TasAssemblyCellVolumes(TasAssembly assembly, PetscReal *volumes);
