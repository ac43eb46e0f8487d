#pragma once
/*
  Rigid bodies and their generalised coordinates: bone segments, the foot, the ends of muscles that pass a joint.

  A body maps the material point X into the frame of its parent by
      x = centre + t + R(v) (X - centre),   v a rotation vector (axis times angle),
  and its parent takes it from there; t and v are what is prescribed plus factors times coordinates q.  A coordinate is the gap of an
  osteotomy (mm), the angle of a joint less that of the undeformed limb (rad), or a free component of a body; one coordinate may move
  several bodies.  It is solved for, or driven: then its value is given (see treatment.h).

  All maps are affine, x = A X + a; so are their derivatives by coordinates, which are kept beside them.
*/
#include "solver/case/case.h"

#define TAS_BODY_COMPONENTS 6 /* translation x, y, z (mm), rotation vector x, y, z (rad) */
#define TAS_AFFINE          12 /* reals of a map: A row by row, a */

typedef struct {
  PetscInt  component, coordinate;
  PetscReal factor;
} TasBodyTerm;

typedef struct {
  char         name[TAS_NAME_LENGTH];
  PetscInt     parent; /* an earlier one in `order`; -1: none */
  PetscReal    centre[3];
  PetscReal    prescribed[TAS_BODY_COMPONENTS];
  PetscInt     num_terms;
  TasBodyTerm *term;
  PetscReal   *local, *map; /* [1 + n + n*n][TAS_AFFINE]: into the parent's frame, and to where it is; first and second derivatives */
} TasBody;

typedef enum { TAS_COORDINATE_GAP, TAS_COORDINATE_JOINT, TAS_COORDINATE_SLIDE, TAS_COORDINATE_TRANSLATION, TAS_COORDINATE_ROTATION } TasCoordinateKind;

typedef struct {
  char              name[TAS_NAME_LENGTH]; /* "gap", "second_gap", that of a joint, "patella.slide" of a body with a remote part, "foot.x" */
  TasCoordinateKind kind;
  PetscBool         driven;
  PetscReal         value;
  PetscReal         undeformed; /* rad, of a joint: its angle is that and the value */
} TasCoordinate;

typedef struct {
  PetscInt       num;
  TasBody       *body;
  PetscInt      *order; /* [num] parents first */
  PetscInt       num_coordinates;
  TasCoordinate *coordinate; /* those of the gaps first, then joints */
  PetscInt       num_free;
  PetscInt      *free; /* [num_free] the coordinates that are solved for */
} TasBodies;

/* Bodies of a case at time 0. Centres that are not given stay zero: the caller sets them before anything is mapped. */
PetscErrorCode TasBodiesCreate(const TasCase *c, TasBodies **bodies);
PetscErrorCode TasBodiesDestroy(TasBodies **bodies);

/* What is prescribed of the bodies' motions at a time (s). */
void TasBodiesSetTime(TasBodies *bodies, const TasCase *c, PetscReal time);

/* The coordinates that are not driven take their value from q [num_coordinates] (NULL: keep it). Updates the maps; call after anything above has changed. */
void TasBodiesSetCoordinates(TasBodies *bodies, const PetscReal *q);

/* From now on that coordinate is driven, or solved for. */
void TasBodiesDrive(TasBodies *bodies, PetscInt coordinate, PetscBool driven);

/* How far the gap of an osteotomy is open, mm; NAN where it is not distracted. */
PetscReal TasBodiesGap(const TasBodies *bodies, PetscInt osteotomy);

/* The coordinate of that name, or -1. */
PetscInt TasBodiesFindCoordinate(const TasBodies *bodies, const char *name);

/* Where the body takes the material point X. */
void TasBodyMap(const TasBodies *bodies, PetscInt body, const PetscReal X[3], PetscReal x[3]);

/* dx/dq_j of that point; zero where the coordinate is not of this body. */
void TasBodyVelocity(const TasBodies *bodies, PetscInt body, PetscInt coordinate, const PetscReal X[3], PetscReal velocity[3]);

/* d2x/dq_i dq_j of that point. */
void TasBodyAcceleration(const TasBodies *bodies, PetscInt body, PetscInt i, PetscInt j, const PetscReal X[3], PetscReal acceleration[3]);

/* R v, and its first and second derivatives by coordinates, of a vector fixed in the body. */
void TasBodyRotate(const TasBodies *bodies, PetscInt body, const PetscReal v[3], PetscReal out[3]);
void TasBodyRotateBack(const TasBodies *bodies, PetscInt body, const PetscReal v[3], PetscReal out[3]); /* R^T v */
void TasBodyRotateSlope(const TasBodies *bodies, PetscInt body, PetscInt coordinate, const PetscReal v[3], PetscReal out[3]);
void TasBodyRotateCurvature(const TasBodies *bodies, PetscInt body, PetscInt i, PetscInt j, const PetscReal v[3], PetscReal out[3]);

/* Force that the given forces and moments of all bodies (at and about their moved centres) exert on a coordinate: their power per dq_i/dt.
   And its slope dQ_i/dq_j: a moment that keeps its direction has no potential where several rotations are free. */
PetscReal TasBodiesLoad(const TasBodies *bodies, const TasCase *c, PetscReal time, PetscInt i);
PetscReal TasBodiesLoadSlope(const TasBodies *bodies, const TasCase *c, PetscReal time, PetscInt i, PetscInt j);

/* Whether a coordinate moves that body. */
PetscBool TasBodyMovesWith(const TasBodies *bodies, PetscInt body, PetscInt coordinate);
