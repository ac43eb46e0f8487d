/*
  Order of the cells for locality: a walk in breadth from one far end of the mesh, as Cuthill and McKee do it, on corners and cells
  instead of a matrix.  Taking a corner from the queue takes all its cells at once, so each cell is met once and no graph is built.
*/
#include "mesh/mesh_impl.h"

typedef struct {
  PetscInt        num_corners, stride;
  const PetscInt *corners;                /* [num_cells][stride] */
  PetscInt       *offset, *cells;         /* cells of each point */
  PetscInt       *cell_seen, *point_seen; /* the walk that met them last */
  PetscInt       *queue;                  /* points in the order met */
} Walk;

PetscErrorCode TasCellsOfPoints(PetscInt num_cells, PetscInt num_corners, PetscInt stride, const PetscInt *corners, PetscInt num_points,
                                PetscInt **offset, PetscInt **cells)
{
  PetscInt *place;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(num_points + 1, offset));
  PetscCall(PetscMalloc1(num_cells * num_corners, cells));
  PetscCall(PetscMalloc1(num_points, &place));
  for (PetscInt c = 0; c < num_cells; c++) {
    for (PetscInt k = 0; k < num_corners; k++) (*offset)[corners[c * stride + k] + 1]++;
  }
  for (PetscInt p = 0; p < num_points; p++) (*offset)[p + 1] += (*offset)[p];
  PetscCall(PetscArraycpy(place, *offset, num_points));
  for (PetscInt c = 0; c < num_cells; c++) {
    for (PetscInt k = 0; k < num_corners; k++) (*cells)[place[corners[c * stride + k]]++] = c;
  }
  PetscCall(PetscFree(place));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Walks from a point through all that is connected to it; order receives the cells as met, last the point met last. */
static PetscInt WalkFrom(Walk *w, PetscInt start, PetscInt number, PetscInt *order, PetscInt *last)
{
  PetscInt num_points = 1, num_cells = 0;

  w->queue[0]          = start;
  w->point_seen[start] = number;
  for (PetscInt next = 0; next < num_points; next++) {
    const PetscInt point = w->queue[next];
    for (PetscInt i = w->offset[point]; i < w->offset[point + 1]; i++) {
      const PetscInt cell = w->cells[i];
      if (w->cell_seen[cell] == number) continue;
      w->cell_seen[cell] = number;
      order[num_cells++] = cell;
      for (PetscInt k = 0; k < w->num_corners; k++) {
        const PetscInt corner = w->corners[cell * w->stride + k];
        if (w->point_seen[corner] == number) continue;
        w->point_seen[corner]  = number;
        w->queue[num_points++] = corner;
      }
    }
  }
  *last = w->queue[num_points - 1];
  return num_cells;
}

PetscErrorCode TasMeshOrderCells(PetscInt num_cells, PetscInt num_corners, PetscInt stride, const PetscInt *corners, PetscInt num_points,
                                 PetscInt *order)
{
  Walk     w    = {.num_corners = num_corners, .stride = stride, .corners = corners};
  PetscInt done = 0, number = 0, start;

  PetscFunctionBeginUser;
  PetscCall(TasCellsOfPoints(num_cells, num_corners, stride, corners, num_points, &w.offset, &w.cells));
  PetscCall(PetscCalloc1(num_cells, &w.cell_seen));
  PetscCall(PetscCalloc1(num_points, &w.point_seen));
  PetscCall(PetscMalloc1(num_points, &w.queue));
  for (PetscInt c = 0; c < num_cells; c++) {
    if (w.cell_seen[c]) continue;
    start = corners[c * stride];
    /* two walks lead to a far end of this part of the mesh, the third gives the order */
    for (PetscInt i = 0; i < 2; i++) WalkFrom(&w, start, ++number, order + done, &start);
    done += WalkFrom(&w, start, ++number, order + done, &start);
  }
  PetscCall(PetscFree(w.queue));
  PetscCall(PetscFree(w.point_seen));
  PetscCall(PetscFree(w.cell_seen));
  PetscCall(PetscFree(w.cells));
  PetscCall(PetscFree(w.offset));
  PetscFunctionReturn(PETSC_SUCCESS);
}
