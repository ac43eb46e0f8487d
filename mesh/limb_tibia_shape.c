/*
  The curves of a cross-section of the leg, from tables of profiles along its height.

  The crural fascia's inner outline is a slightly oval circle that passes through the middle of the tibia's medial face, which stays
  where it is at all heights: the shin is straight and the calf bulges backwards.  The medial face itself is part of that outline.
*/
#include "mesh/limb_tibia.h"

#define NUM_HEIGHTS 8

/* Heights of the tables, as shares of the length of the tibia: ankle, .., widest calf, .., below the plateau. */
static const PetscReal heights[NUM_HEIGHTS] = {0, 0.12, 0.25, 0.40, 0.55, 0.67, 0.80, 0.94};
#define WIDEST 5

enum {
  GIRTH,
  OVAL,
  POINTED,
  FACING,
  WIDTH,
  DEPTH,
  OFFSET,
  BULGE_LATERAL,
  BULGE_POSTERIOR,
  INTEROSSEOUS,
  DIRECTION,
  FIBULA,
  FRONT,
  FRONT_SKEW,
  BACK,
  BACK_SKEW,
  POSTERIOR_1,
  POSTERIOR_2,
  ANTERIOR_TENDON,
  ANTERIOR_ROW,
  LATERAL_WIDTH,
  BACK_TENDON,
  ACHILLES_SIDE,
  SPINE_SEPTUM,
  SPINE_SOLEUS,
  SPINE_TENDON,
  NUM_PROFILES
};

static const PetscReal profiles[NUM_PROFILES][NUM_HEIGHTS] = {
    /* outline of the fascia */
    [GIRTH]   = {0, 0.02, 0.12, 0.38, 0.78, 1, 0.95, 0.86}, /* 0: ankle_girth, 1: calf_girth */
    [OVAL]    = {0.08, 0.07, 0.06, 0.05, 0.05, 0.05, 0.05, 0.04},
    [POINTED] = {0.03, 0.025, 0.01, 0, 0, 0, 0, 0},
    /* tibia: the way its medial face looks (degrees), sizes as shares of those at the widest calf, bulges of its faces (mm) */
    [FACING]          = {136, 136, 132, 127, 122, 120, 121, 124},
    [WIDTH]           = {1.15, 1.05, 0.92, 0.88, 0.95, 1, 1.08, 1.40},
    [DEPTH]           = {0.98, 0.96, 0.93, 0.92, 0.96, 1, 1.06, 1.40},
    [OFFSET]          = {0.08, 0.06, 0.04, 0, 0, 0, 0, 0},
    [BULGE_LATERAL]   = {7, 6, 5, 3, 2, 2, 2, 3},
    [BULGE_POSTERIOR] = {3, 3, 2, 1.5, 1.5, 1.5, 1.5, 2},
    /* fibula: width of the membrane and radius as shares, direction from the tibia (degrees) */
    [INTEROSSEOUS] = {0.22, 0.30, 0.57, 0.86, 1, 1, 0.96, 0.72},
    [DIRECTION]    = {-56, -51, -41, -30, -25, -23, -24, -30},
    [FIBULA]       = {1, 0.95, 0.95, 1, 1, 1, 1.04, 1.2},
    /* septa: angle on the fibula from the membrane, and of the septum from there (degrees) */
    [FRONT]       = {105, 105, 100, 93, 86, 80, 80, 86},
    [FRONT_SKEW]  = {0, 0, 0, 0, 0, 0, 0, 0},
    [BACK]        = {135, 135, 141, 151, 166, 174, 170, 152},
    [BACK_SKEW]   = {15, 15, 13, 17, 28, 36, 32, 20},
    [POSTERIOR_1] = {0.75, 0.75, 0.76, 0.78, 0.79, 0.79, 0.79, 0.78}, /* shares of the outline from crest to medial border */
    [POSTERIOR_2] = {0.855, 0.86, 0.87, 0.88, 0.885, 0.885, 0.885, 0.885},
    /* widths of columns and rows, relative to their neighbours */
    [ANTERIOR_TENDON] = {0.8, 0.8, 0.8, 0.8, 0.8, 0.9, 1, 1},
    [ANTERIOR_ROW]    = {0.6, 0.6, 0.5, 0.35, 0.25, 0.3, 0.4, 0.4},
    [LATERAL_WIDTH]   = {0.8, 0.8, 0.8, 0.8, 0.8, 0.9, 1, 1},
    [BACK_TENDON]     = {0.4, 0.4, 0.3, 0.2, 0.15, 0.12, 0.12, 0.12},
    [ACHILLES_SIDE]   = {1.5, 1.5, 1.3, 1, 1, 1, 1, 1},
    [SPINE_SEPTUM]    = {0.5, 0.5, 0.5, 0.35, 0.25, 0.25, 0.25, 0.25},
    [SPINE_SOLEUS]    = {2, 2, 1.5, 1.2, 1, 1, 1, 1},
    [SPINE_TENDON]    = {1.2, 1, 0.5, 0.2, 0.15, 0.13, 0.13, 0.13},
};

static PetscReal Profile(PetscInt which, PetscReal share)
{
  return TasProfile(NUM_HEIGHTS, heights, profiles[which], share);
}

static PetscReal Angle(PetscInt which, PetscReal share)
{
  return Profile(which, share) * PETSC_PI / 180;
}

PetscReal TibiaWidestShare(void)
{
  return heights[WIDEST];
}

/* The outline: its radius from the girth, its place from the middle of the medial face. */
static void ShapeOutline(const PetscReal *v, TibiaShape *s)
{
  const PetscReal girth = v[TIBIA_ANKLE_GIRTH] + s->bulk * (v[TIBIA_CALF_GIRTH] - v[TIBIA_ANKLE_GIRTH]);
  const PetscReal look = 126 * PETSC_PI / 180, off = 0.75 * v[TIBIA_DEPTH];
  PetscReal       r, shin                          = 0.12; /* about how much of the girth lies over the shin */

  s->fascia   = v[TIBIA_FASCIA];
  s->skin     = v[TIBIA_SKIN];
  s->aponeurosis = v[TIBIA_GASTROCNEMIUS_APONEUROSIS];
  s->gliding     = (0.3 + 0.7 * s->bulk) * v[TIBIA_GLIDING_LAYER]; /* there is little room at the ankle */
  s->fat      = v[TIBIA_ANKLE_FAT] + s->bulk * (v[TIBIA_FAT] - v[TIBIA_ANKLE_FAT]);
  s->shin_fat = PetscMin(s->fat, v[TIBIA_SHIN_FAT]);
  s->outline.oval     = Profile(OVAL, s->share);
  s->outline.pointed  = Profile(POINTED, s->share);
  s->facing   = Angle(FACING, s->share);
  s->outline.radius   = (girth - 2 * PETSC_PI * (s->skin + s->fascia + (1 - shin) * s->fat + shin * s->shin_fat)) / TasOutlineRelativePerimeter(&s->outline);
  r           = s->outline.radius * TasOutlineRelativeRadius(&s->outline, s->facing);
  s->outline.centre = (TasPlanePoint){off * PetscCosReal(look) - r * PetscCosReal(s->facing), off * PetscSinReal(look) - r * PetscSinReal(s->facing)};
}

static void ShapeBones(const PetscReal *v, TibiaShape *s)
{
  const PetscReal  width = v[TIBIA_WIDTH] * Profile(WIDTH, s->share), depth = v[TIBIA_DEPTH] * Profile(DEPTH, s->share);
  const PetscReal  offset = width * Profile(OFFSET, s->share), gap = v[TIBIA_INTEROSSEOUS_WIDTH] * Profile(INTEROSSEOUS, s->share);
  const PetscReal  direction = Angle(DIRECTION, s->share);
  const PetscReal  ex = PetscCosReal(s->facing), ey = PetscSinReal(s->facing);
  const TasPlanePoint middle = TasOutlinePoint(&s->outline, s->facing);
  const PetscReal  half   = 0.5 * width / (s->outline.radius * TasOutlineRelativeRadius(&s->outline, s->facing));

  s->crest           = s->facing - half;
  s->border          = s->facing + half - 2 * PETSC_PI;
  s->interosseous    = (TasPlanePoint){middle.x - depth * ex + offset * ey, middle.y - depth * ey - offset * ex};
  s->bulge_lateral   = Profile(BULGE_LATERAL, s->share) * v[TIBIA_DEPTH] / 31;
  s->bulge_posterior = Profile(BULGE_POSTERIOR, s->share) * v[TIBIA_DEPTH] / 31;
  s->fibula_radius   = 0.5 * v[TIBIA_FIBULA_DIAMETER] * Profile(FIBULA, s->share);
  s->fibula.x        = s->interosseous.x + (gap + s->fibula_radius) * PetscCosReal(direction);
  s->fibula.y        = s->interosseous.y + (gap + s->fibula_radius) * PetscSinReal(direction);
  s->membrane        = direction + PETSC_PI;
}

TasPlanePoint TibiaOnFibula(const TibiaShape *s, PetscReal angle)
{
  return (TasPlanePoint){s->fibula.x + s->fibula_radius * PetscCosReal(angle), s->fibula.y + s->fibula_radius * PetscSinReal(angle)};
}

/* Angle around the outline's centre at which a line from the fibula's centre meets the outline. */
static PetscReal MeetOutline(const TibiaShape *s, PetscReal direction)
{
  const PetscReal dx = PetscCosReal(direction), dy = PetscSinReal(direction);
  PetscReal       near = 0, far = 4 * s->outline.radius;

  for (PetscInt i = 0; i < 60; ++i) {
    const PetscReal t = 0.5 * (near + far), x = s->fibula.x + t * dx - s->outline.centre.x, y = s->fibula.y + t * dy - s->outline.centre.y;
    const PetscReal angle = PetscAtan2Real(y, x);

    if (x * x + y * y < PetscSqr(s->outline.radius * TasOutlineRelativeRadius(&s->outline, angle)))
      near = t;
    else
      far = t;
  }
  return PetscAtan2Real(s->fibula.y + near * dy - s->outline.centre.y, s->fibula.x + near * dx - s->outline.centre.x);
}

PetscReal TibiaFibulaDepth(const TibiaShape *s)
{
  const PetscInt n     = 72;
  PetscReal      least = PETSC_MAX_REAL;

  for (PetscInt i = 0; i < n; ++i) {
    const TasPlanePoint on = TasOutlinePoint(&s->outline, MeetOutline(s, 2 * PETSC_PI * i / n));

    least = PetscMin(least, PetscSqrtReal(PetscSqr(on.x - s->fibula.x) + PetscSqr(on.y - s->fibula.y)) - s->fibula_radius);
  }
  return least;
}

/* An angle's equal in (limit - 2 pi, limit]. */
static PetscReal Below(PetscReal angle, PetscReal limit)
{
  while (angle > limit) angle -= 2 * PETSC_PI;
  while (angle <= limit - 2 * PETSC_PI) angle += 2 * PETSC_PI;
  return angle;
}

static void ShapeSepta(const TibiaFit *fit, TibiaShape *s)
{
  const PetscReal whole = s->crest - s->border;

  const PetscReal turn[2] = {s->bulk * fit->turn[0], s->bulk * fit->turn[1]};

  /* Most of a turn moves the septum along the fibula, the rest tilts it. */
  s->front        = s->membrane - Angle(FRONT, s->share) + 0.7 * turn[0];
  s->back         = s->membrane + Angle(BACK, s->share) - 2 * PETSC_PI + 0.7 * turn[1];
  s->septum[0]    = Below(MeetOutline(s, s->front + Angle(FRONT_SKEW, s->share) + 0.3 * turn[0]), s->crest);
  s->septum[1]    = Below(MeetOutline(s, s->back + Angle(BACK_SKEW, s->share) + 0.3 * turn[1]), s->crest);
  s->posterior[0] = s->crest - whole * Profile(POSTERIOR_1, s->share);
  s->posterior[1] = s->crest - whole * Profile(POSTERIOR_2, s->share);
}

/* The septa are one thickness wide: their columns are given absolutely, the others share the rest of the arc. */
static void LateralColumns(const TibiaShape *s, PetscReal arc, PetscReal tendon, PetscReal *weights)
{
  const PetscReal septum = PetscMin(s->fascia / arc, 0.12), gliding = PetscMin(s->gliding / arc, 0.15), rest = (1 - 2 * septum - gliding) / (2 + tendon);

  weights[LATERAL_FRONT] = weights[LATERAL_BACK] = septum;
  weights[LATERAL_GLIDE]                         = gliding;
  weights[LATERAL_BEFORE] = weights[LATERAL_BEHIND] = rest;
  weights[LATERAL_TENDON]                          = rest * tendon;
}

static void Copy(PetscReal *to, const PetscReal *from, PetscInt n)
{
  for (PetscInt i = 0; i < n; ++i) to[i] = from[i];
}

/* Below the gastrocnemius its rows shrink to a thin layer over the Achilles tendon. */
static PetscReal OuterRow(const PetscReal *values, const TibiaFit *fit, PetscReal share)
{
  const PetscReal end = values[TIBIA_GASTROCNEMIUS_BELLY_END], thin = 0.2;

  return thin + (fit->gastrocnemius - thin) * TasStep(end - 0.04, end + 0.14, share);
}

#define PLAIN_ROW 0.25

/* The last two of n rows along a line from a to b: in the calf an aponeurosis, and what it glides in, above the ankle just rows. */
static void ThinLastRows(const TibiaShape *s, TasPlanePoint a, TasPlanePoint b, PetscInt n, PetscReal *weights)
{
  const PetscReal length = PetscSqrtReal(PetscSqr(a.x - b.x) + PetscSqr(a.y - b.y)), thin[2] = {s->aponeurosis / length, s->gliding / length};
  PetscReal       rest   = 0;

  for (PetscInt i = 0; i < n - 2; ++i) rest += weights[i];
  for (PetscInt i = 0; i < 2; ++i) weights[n - 2 + i] = PLAIN_ROW + s->bulk * (rest * thin[i] / PetscMax(0.5, 1 - thin[0] - thin[1]) - PLAIN_ROW);
}

static void ShapeWeights(const PetscReal *values, const TibiaFit *fit, TibiaShape *s)
{
  const PetscReal h = s->share, deep = PetscPowReal(fit->deep, s->bulk), outer = OuterRow(values, fit, h);
  const PetscReal extensors = PetscPowReal(fit->extensors, s->bulk), tendon = Profile(ANTERIOR_TENDON, h), row = Profile(ANTERIOR_ROW, h);
  const PetscReal side = Profile(ACHILLES_SIDE, h), back = Profile(BACK_TENDON, h), lateral = Profile(LATERAL_WIDTH, h);
  const PetscReal soleus = Profile(SPINE_SOLEUS, h), septum = Profile(SPINE_SEPTUM, h);

  for (PetscInt i = 0; i < NUM_COLUMNS; ++i) {
    const PetscReal factor = i >= 3 ? extensors : 1;

    s->anterior_top[i]     = factor * (i == 1 || i == 3 ? tendon : 1);
    s->membrane_columns[i] = factor;
    s->posterior_top[i]    = i == 0 || i == 4 ? side : 1;
  }
  Copy(s->tibia_rows, (PetscReal[]){0.5, 0.5, 0.5, row, 0.3, PLAIN_ROW, PLAIN_ROW}, 7);
  Copy(s->front_rows, (PetscReal[]){0.6, row, 0.3, PLAIN_ROW, PLAIN_ROW}, 5);
  Copy(s->back_rows, (PetscReal[]){1, back, outer, 0, 0}, 5);
  Copy(s->fibula_rows, (PetscReal[]){deep, deep, 0.4, 1}, 4);
  Copy(s->spine_rows, (PetscReal[]){deep, deep, septum, soleus, 1, Profile(SPINE_TENDON, h), outer, 0, 0}, 9);
  Copy(s->border_rows, (PetscReal[]){1, 1, 0.5, 1, 1, 0.3, 0.3, PLAIN_ROW, PLAIN_ROW}, 9);
  ThinLastRows(s, TibiaOnFibula(s, s->back), TasOutlinePoint(&s->outline, s->septum[1]), NUM_OUTER, s->back_rows);
  ThinLastRows(s, s->interosseous, TasOutlinePoint(&s->outline, s->posterior[0]), NUM_DEEP + NUM_OUTER, s->spine_rows);
  LateralColumns(s, s->fibula_radius * (s->front - s->back), 1, s->lateral_bottom);
  LateralColumns(s, s->outline.radius * (s->septum[0] - s->septum[1]), lateral, s->lateral_top);
}

void TibiaShapeAt(const PetscReal *values, const TibiaFit *fit, PetscReal z, TibiaShape *shape)
{
  shape->share = z / values[TIBIA_LENGTH];
  shape->bulk  = Profile(GIRTH, shape->share);
  ShapeOutline(values, shape);
  ShapeBones(values, shape);
  ShapeSepta(fit, shape);
  ShapeWeights(values, fit, shape);
}
