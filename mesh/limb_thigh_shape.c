/*
  The curves of a cross-section of the thigh, from tables of profiles along its height.

  The femur's shaft stays where it is; the flesh bulges backwards and medially from it.
*/
#include "mesh/limb_thigh.h"

#define NUM_HEIGHTS 7

/* Heights of the tables, as shares of the length of the femur. */
static const PetscReal heights[NUM_HEIGHTS] = {0.10, 0.20, 0.30, 0.40, 0.50, 0.65, 0.85};
#define REFERENCE 4

enum {
  KNEE,
  UPPER,
  OVAL,
  CENTRE_X,
  CENTRE_Y,
  WIDTH,
  DEPTH,
  RECTUS,
  LATERALIS,
  LATERALIS_BACK,
  LATERALIS_FRONT,
  MEDIALIS,
  MEDIALIS_FRONT,
  ADDUCTORS,
  HAMSTRING,
  BICEPS,
  TURN,
  ON_MEDIALIS,
  ON_MEDIALIS_FRONT,
  ON_LINEA,
  INTERMEDIUS_ROW,
  RECTUS_ROW,
  TENDON_ROW,
  BEHIND_ROW,
  BED_ROW,
  NUM_PROFILES
};

static const PetscReal profiles[NUM_PROFILES][NUM_HEIGHTS] = {
    /* girth: 1 where it is knee_girth, upper_girth */
    [KNEE]  = {1, 0.72, 0.42, 0.16, 0, 0, 0},
    [UPPER] = {0, 0, 0, 0, 0, 0.5, 1},
    /* outline of the fascia; its centre from the femur's, as a share of its radius */
    [OVAL]     = {0, 0, 0, 0, 0, 0, 0},
    [CENTRE_X] = {-0.02, -0.04, -0.07, -0.10, -0.14, -0.22, -0.34},
    [CENTRE_Y] = {-0.34, -0.33, -0.30, -0.25, -0.19, -0.11, -0.06},
    /* femur: sizes as shares of those of its shaft */
    [WIDTH] = {2.0, 1.35, 1.10, 1.02, 1, 1.03, 1.22},
    [DEPTH] = {1.35, 1.12, 1.03, 1, 1, 1, 1.10},
    /* degrees of the outline: each muscle's columns together, before they are fitted; the way the rectus femoris looks */
    [RECTUS]          = {31, 30, 30, 31, 34, 37, 36},
    [LATERALIS_FRONT] = {22, 22, 22, 22, 22, 22, 20},
    [LATERALIS]       = {22, 23, 25, 26, 26, 28, 28},
    [LATERALIS_BACK]  = {17, 18, 21, 23, 23, 25, 25},
    [MEDIALIS_FRONT]  = {14, 14, 12, 10, 8, 6, 5},
    [MEDIALIS]        = {22, 23, 20, 15, 11, 7.5, 5.5},
    [ADDUCTORS]       = {28, 32, 36, 44, 54, 64, 72},
    [HAMSTRING]       = {47, 44, 42, 39, 36, 34, 34},
    [BICEPS]          = {39, 39, 38, 35, 33, 31, 31},
    [TURN]            = {90, 90, 90, 89, 88, 86, 82},
    /* degrees of the femur's surface under the vastus medialis, and medially on the linea aspera */
    [ON_MEDIALIS]       = {60, 60, 60, 60, 54, 44, 34},
    [ON_MEDIALIS_FRONT] = {42, 42, 42, 42, 40, 34, 26},
    [ON_LINEA]          = {20, 20, 20, 20, 24, 38, 58},
    /* widths of rows, as shares of the way from the femur to the fascia */
    [INTERMEDIUS_ROW] = {0.48, 0.52, 0.55, 0.54, 0.53, 0.51, 0.49},
    [RECTUS_ROW]      = {0.30, 0.35, 0.48, 0.52, 0.52, 0.54, 0.56},
    [TENDON_ROW]      = {0.20, 0.14, 0.06, 0.05, 0.05, 0.05, 0.05},
    [BEHIND_ROW]      = {0.16, 0.20, 0.28, 0.36, 0.40, 0.40, 0.38},
    [BED_ROW]         = {0.16, 0.14, 0.10, 0.09, 0.09, 0.09, 0.09},
};

/* Degrees of the femur's surface that the columns cover, those of profiles apart: the linea aspera is drawn wider than it is, so that cells
   fit on it. */
static const PetscReal femur_columns[NUM_COLUMNS] = {8, 8, 8, 8, 8, 8, 0, 0, 4, 0, 0, 20, 12, 20, 42, 52, 36, 4};

static PetscReal Profile(PetscInt which, PetscReal share)
{
  return TasProfile(NUM_HEIGHTS, heights, profiles[which], share);
}

PetscReal ThighReferenceShare(void)
{
  return heights[REFERENCE];
}

static void ShapeOutline(const PetscReal *v, ThighShape *s)
{
  const PetscReal knee = Profile(KNEE, s->share), upper = Profile(UPPER, s->share);
  const PetscReal girth = v[THIGH_GIRTH] + knee * (v[THIGH_KNEE_GIRTH] - v[THIGH_GIRTH]) + upper * (v[THIGH_UPPER_GIRTH] - v[THIGH_GIRTH]);
  TasOutline     *o     = &s->outline;

  s->fascia  = v[THIGH_FASCIA];
  s->skin    = v[THIGH_SKIN];
  s->tract   = v[THIGH_ILIOTIBIAL_TRACT];
  s->fat     = v[THIGH_FAT] + knee * (v[THIGH_KNEE_FAT] - v[THIGH_FAT]);
  o->oval    = Profile(OVAL, s->share);
  o->pointed = 0;
  o->radius  = (girth - 2 * PETSC_PI * (s->skin + s->fat + s->fascia)) / TasOutlineRelativePerimeter(o);
  o->centre  = (TasPlanePoint){o->radius * Profile(CENTRE_X, s->share), o->radius * Profile(CENTRE_Y, s->share)};
}

static void Spread(PetscReal *columns, PetscInt from, PetscInt num, const PetscReal *shares, PetscReal whole)
{
  for (PetscInt i = 0; i < num; ++i) columns[from + i] = shares[i] * whole;
}

/* The septa are one fascia thick: their columns are given absolutely, the others share the rest of the outline. */
static void ShapeColumns(const ThighFit *fit, ThighShape *s)
{
  const PetscReal  septum = s->fascia / (2 * PETSC_PI * s->outline.radius), h = s->share;
  const PetscReal *f = fit->muscle, thirds[3] = {0.38, 0.24, 0.38}, adductors[2] = {0.72, 0.28}, on_linea[2] = {0.6, 0.4};
  const PetscReal  on_medialis = PetscSqrtReal(f[MUSCLE_VASTUS_MEDIALIS]); /* most of it lies on the femur */
  PetscReal       *c = s->outline_columns, sum = 0;

  for (PetscInt i = 0; i < NUM_COLUMNS; ++i) s->femur_columns[i] = femur_columns[i];
  Spread(s->femur_columns, COLUMN_ADDUCTORS, 2, on_linea, Profile(ON_LINEA, h));
  s->femur_columns[COLUMN_MEDIALIS]       = on_medialis * Profile(ON_MEDIALIS, h);
  s->femur_columns[COLUMN_MEDIALIS_FRONT] = on_medialis * Profile(ON_MEDIALIS_FRONT, h);
  Spread(c, COLUMN_BICEPS_LATERAL, 3, thirds, f[MUSCLE_BICEPS_FEMORIS] * Profile(BICEPS, h));
  Spread(c, COLUMN_HAMSTRING_LATERAL, 3, thirds, f[MUSCLE_MEDIAL_HAMSTRINGS] * Profile(HAMSTRING, h));
  Spread(c, COLUMN_ADDUCTORS, 2, adductors, Profile(ADDUCTORS, h));
  c[COLUMN_MEDIALIS]        = f[MUSCLE_VASTUS_MEDIALIS] * Profile(MEDIALIS, h);
  c[COLUMN_MEDIALIS_FRONT]  = f[MUSCLE_VASTUS_MEDIALIS] * Profile(MEDIALIS_FRONT, h);
  Spread(c, COLUMN_RECTUS_MEDIAL, 3, thirds, f[MUSCLE_RECTUS_FEMORIS] * Profile(RECTUS, h));
  c[COLUMN_LATERALIS_FRONT] = f[MUSCLE_VASTUS_LATERALIS] * Profile(LATERALIS_FRONT, h);
  c[COLUMN_LATERALIS]       = f[MUSCLE_VASTUS_LATERALIS] * Profile(LATERALIS, h);
  c[COLUMN_LATERALIS_BACK]  = f[MUSCLE_VASTUS_LATERALIS] * Profile(LATERALIS_BACK, h);
  c[COLUMN_MEDIAL_SEPTUM] = c[COLUMN_LATERAL_SEPTUM] = 0;
  for (PetscInt i = 0; i < NUM_COLUMNS; ++i) sum += c[i];
  c[COLUMN_MEDIAL_SEPTUM] = c[COLUMN_LATERAL_SEPTUM] = sum * septum / (1 - 2 * septum);
}

static void SetRows(PetscReal *rows, PetscReal inner, PetscReal sheet)
{
  const PetscReal outer = 1 - inner - sheet;

  rows[ROW_INNER]     = inner;
  rows[ROW_SHEET]     = sheet;
  rows[ROW_OUTER]     = 0.36 * outer;
  rows[ROW_TENDON]    = 0.28 * outer;
  rows[ROW_OUTERMOST] = 0.36 * outer;
}

static void ShapeRows(const ThighFit *fit, ThighShape *s)
{
  const PetscReal h = s->share, inner = Profile(INTERMEDIUS_ROW, h) * fit->muscle[MUSCLE_VASTUS_INTERMEDIUS], sheet = Profile(TENDON_ROW, h);

  for (PetscInt c = 0; c < COLUMN_ADDUCTORS; ++c) SetRows(s->rows[c], Profile(BEHIND_ROW, h), Profile(BED_ROW, h));
  for (PetscInt c = COLUMN_ADDUCTORS; c < NUM_COLUMNS; ++c) SetRows(s->rows[c], 0.4, 0.07);
  for (PetscInt c = COLUMN_MEDIALIS_FRONT; c <= COLUMN_LATERALIS; ++c) {
    const PetscReal outer = c >= COLUMN_RECTUS_MEDIAL && c <= COLUMN_RECTUS_LATERAL ? Profile(RECTUS_ROW, h) : 0.52, sum = inner + sheet + outer;

    SetRows(s->rows[c], inner / sum, sheet / sum);
  }
}

/* The iliotibial tract lies in the middle of the vastus lateralis; angles as limb_thigh_place.c has them. */
static void ShapeTract(ThighShape *s)
{
  const PetscReal *c     = s->outline_columns;
  const PetscReal  front = 0.5 * c[COLUMN_RECTUS_TENDON] + c[COLUMN_RECTUS_LATERAL] + c[COLUMN_LATERALIS_FRONT];
  PetscReal        sum   = 0;

  for (PetscInt i = 0; i < NUM_COLUMNS; ++i) sum += c[i];
  s->tract_half_width = PETSC_PI * (c[COLUMN_LATERALIS] + c[COLUMN_LATERALIS_BACK]) / sum;
  s->tract_angle      = s->turn - 2 * PETSC_PI * front / sum - s->tract_half_width;
}

void ThighShapeAt(const PetscReal *values, const ThighFit *fit, PetscReal z, ThighShape *s)
{
  s->share      = z / values[THIGH_LENGTH];
  s->turn       = Profile(TURN, s->share) * PETSC_PI / 180;
  s->half_width = 0.5 * values[THIGH_FEMUR_WIDTH] * Profile(WIDTH, s->share);
  s->half_depth = 0.5 * values[THIGH_FEMUR_DEPTH] * Profile(DEPTH, s->share);
  ShapeOutline(values, s);
  ShapeColumns(fit, s);
  ShapeRows(fit, s);
  ShapeTract(s);
}
