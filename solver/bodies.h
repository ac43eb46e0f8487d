#pragma once
/*
  Rigid bodies: bone segments and the foot.

  A body maps the material point X to  x = centre + translation + R(rotation) (X - centre), rotation being a rotation vector
  (axis times angle).  Its six components are prescribed in time or free; the free components of all bodies are the generalised
  coordinates q of the Newton solve.  A body may move with another one: then it has that body's map.
*/
#include "solver/case.h"

#define TAS_BODY_COMPONENTS 6 /* translation x, y, z (mm), rotation vector x, y, z (rad) */

typedef struct {
  char      name[TAS_NAME_LENGTH];
  PetscInt  root; /* the body whose motion this one has; itself unless `with` */
  PetscReal centre[3];
  PetscReal value[TAS_BODY_COMPONENTS];
  PetscInt  coordinate[TAS_BODY_COMPONENTS]; /* index into q of a free component, else -1 */
  PetscReal rotation[9], slope[3][9], curvature[3][3][9]; /* R and its derivatives by the rotation vector */
} TasBody;

typedef struct {
  PetscInt num;
  TasBody *body;
  PetscInt num_coordinates; /* length of q */
} TasBodies;

/* Bodies of a case at time 0. Centres that are not given stay zero: the caller sets them before anything is mapped. */
PetscErrorCode TasBodiesCreate(const TasCase *c, TasBodies **bodies);
PetscErrorCode TasBodiesDestroy(TasBodies **bodies);

/* Prescribed components at a time (s). */
void TasBodiesSetTime(TasBodies *bodies, const TasCase *c, PetscReal time);

/* Generalised coordinates q [num_coordinates]. Updates rotations; call after TasBodiesSetTime. q may be NULL without any. */
void TasBodiesSetCoordinates(TasBodies *bodies, const PetscReal *q);

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

/* Force that the given force and moment of its body (about the moved centre) exert on a coordinate: their power per dq_i/dt.  And
   its slope dQ_i/dq_j: a moment that keeps its direction has no potential where several rotations are free. */
PetscReal TasBodiesLoad(const TasBodies *bodies, const TasCase *c, PetscReal time, PetscInt i);
PetscReal TasBodiesLoadSlope(const TasBodies *bodies, const TasCase *c, PetscReal time, PetscInt i, PetscInt j);

/* Component (0..5) that a coordinate stands for in this body, or -1 when it moves another one. */
PetscInt TasBodyComponent(const TasBodies *bodies, PetscInt body, PetscInt coordinate);
