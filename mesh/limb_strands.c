#include "mesh/limb_strands.h"

#define SPACING 9.0 /* mm of height between points of a path, about */
#define LEAST   8   /* points of a short path */

/* Assumed: loose connective tissue with a shear modulus of 0.9 to 1.6 kPa, 2 to 3 mm thick around the strand. */
#define BED      0.0005       /* MPa/mm */
#define BED_TIME (10 * 86400.) /* s, assumed: as the turnover of the loose connective tissue in which they run */

static TasPlanePoint Place(const TasStrandFrame *frame, const TasPlanePoint *xy, const TasStation *at)
{
  PetscReal u, v;

  frame->divisions(frame->context, at, &u, &v);
  return TasPatchPlace(&frame->patches->patch[at->patch], xy, u, v);
}

/* Between two stations the path goes from the one's place to the other's, each taken at the path's height. */
static void PlaceAt(const TasStrandFrame *frame, const TasStrandPath *path, PetscReal share, TasPlanePoint *xy, PetscReal point[3])
{
  const PetscReal z = share * frame->length;
  PetscInt        s = 0;
  PetscReal       from, to, t;
  TasPlanePoint   a, b;

  while (s < path->num - 2 && share < frame->share(frame->context, &path->stations[s + 1])) ++s;
  from = frame->share(frame->context, &path->stations[s]);
  to   = frame->share(frame->context, &path->stations[s + 1]);
  t    = (from - share) / (from - to);
  frame->place(frame->context, z, xy);
  a        = Place(frame, xy, &path->stations[s]);
  b        = Place(frame, xy, &path->stations[s + 1]);
  point[0] = (1 - t) * a.x + t * b.x;
  point[1] = (1 - t) * a.y + t * b.y;
  point[2] = z;
}

static PetscErrorCode AddStrand(const TasStrandFrame *frame, const TasStrandPath *path, TasPlanePoint *xy, TasLimbStrand *strand)
{
  const PetscReal top = frame->share(frame->context, &path->stations[0]), bottom = frame->share(frame->context, &path->stations[path->num - 1]);
  const PetscInt  parts = PetscMax(LEAST, (PetscInt)PetscCeilReal((top - bottom) * frame->length / SPACING));

  PetscFunctionBeginUser;
  *strand = (TasLimbStrand){.area                 = path->area,
                            .tangential_stiffness = BED,
                            .turnover_time        = BED_TIME,
                            .remote               = {path->remote[0], path->remote[1]},
                            .num_points           = 1 + PetscMin(TAS_LIMB_PATH - 1, parts)};
  PetscCall(PetscStrncpy(strand->name, path->name, TAS_NAME_LENGTH));
  PetscCall(PetscStrncpy(strand->preset, path->preset, TAS_NAME_LENGTH));
  PetscCall(PetscStrncpy(strand->source, path->source, sizeof(strand->source)));
  for (PetscInt end = 0; end < 2; ++end) {
    if (!path->arm[end].joint) continue;
    strand->arm[end].length = path->arm[end].length;
    PetscCall(PetscStrncpy(strand->arm[end].joint, path->arm[end].joint, TAS_NAME_LENGTH));
    PetscCall(PetscStrncpy(strand->arm[end].source, path->arm[end].source, sizeof(strand->arm[end].source)));
  }
  for (PetscInt i = 0; i < strand->num_points; ++i)
    PlaceAt(frame, path, top + (bottom - top) * i / (strand->num_points - 1), xy, strand->points[i]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLimbAddStrands(const TasStrandFrame *frame, PetscInt num, const TasStrandPath *paths, TasLimbLayout *layout)
{
  TasPlanePoint *xy;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(frame->patches->section.num_nodes, &xy));
  PetscCall(PetscRealloc((size_t)(layout->num_strands + num) * sizeof(*layout->strands), &layout->strands));
  for (PetscInt p = 0; p < num; ++p) PetscCall(AddStrand(frame, &paths[p], xy, &layout->strands[layout->num_strands++]));
  PetscCall(PetscFree(xy));
  PetscFunctionReturn(PETSC_SUCCESS);
}
