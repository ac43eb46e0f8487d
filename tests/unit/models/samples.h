#pragma once
/*
  What the tests of models share: sample parameters of every model, random deformations, and a batch to evaluate them in.
*/
#include "models/material.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_VALUES 64
#define MAX_POINTS 192

typedef struct {
  TasPart     part;
  const char *model;
  const char *values; /* key value value ... key value ..., the rest default */
} Sample;

/* Every registered model must be here, with values that reach each of its branches at the deformations of the tests. */
static const Sample samples[] = {
    {TAS_PART_MATRIX, "neo-hookean", "mu 0.7"},
    {TAS_PART_MATRIX, "mooney-rivlin", "c1 0.4 c2 0.1"},
    {TAS_PART_MATRIX, "mooney-rivlin", "c1 0.4 c2 -0.05"},
    {TAS_PART_MATRIX, "yeoh", "c1 0.3 c2 0.2 c3 0.1"},
    {TAS_PART_MATRIX, "ogden", "mu 0.63 0.0012 -0.01 alpha 1.3 5 -2"},
    {TAS_PART_MATRIX, "ogden", "mu 1 alpha 2"},
    {TAS_PART_MATRIX, "ogden", "mu -0.3 0.02 alpha -4 12"},
    {TAS_PART_FIBRE, "weiss", "c3 2.7 c4 46.4 c5 503.99 stretch_linear 1.03"},
    {TAS_PART_FIBRE, "weiss", "c3 0.4 c4 5 stretch_linear 1.3"},
    {TAS_PART_FIBRE, "weiss", "c3 0.4 c4 5 c5 9 stretch_linear 1.3 isochoric 1"},
    {TAS_PART_FIBRE, "blemker", "sigma_max 0.3 optimal_stretch 1.07 stretch_linear 1.4"},
    {TAS_PART_FIBRE, "blemker", "sigma_max 0.3 optimal_stretch 0.95 stretch_linear 1.3 activation 0.7"},
    {TAS_PART_FIBRE, "blemker", "sigma_max 0.3 optimal_stretch 1.05 stretch_linear 1.2 activation 1 isochoric 1"},
    {TAS_PART_FIBRE, "holzapfel-gasser-ogden", "k1 0.4 k2 3"},
    {TAS_PART_FIBRE, "holzapfel-gasser-ogden", "k1 0.4 k2 30 kappa 0.2 angle 40"},
    {TAS_PART_FIBRE, "holzapfel-gasser-ogden", "k1 0.4 k2 2 kappa 0.1 angle 70 isochoric 1"},
    {TAS_PART_FIBRE, "guccione", "C 2 bf 8 bt 2 bfs 4"},
    {TAS_PART_FIBRE, "guccione", "C 2 bf 30 bt 12 bfs 7"},
    {TAS_PART_FIBRE, "guccione", "C 2 bf 8 bt 2 bfs 4 isochoric 1"},
    {TAS_PART_FIBRE, "guccione", "C 2 bf 30 bt 12 bfs 7 isochoric 1"},
    {TAS_PART_VOLUME, "log-squared", "K 3"},
    {TAS_PART_VOLUME, "simo-taylor", "K 3"},
    {TAS_PART_VOLUME, "quadratic", "K 3"},
    {TAS_PART_VOLUME, "hartmann-neff", "K 3"},
    {TAS_PART_PRESTRAIN, "in-situ-stretch", "stretch 1.1"},
    {TAS_PART_PRESTRAIN, "sarcomere-length", "length 2.8 slack_length 2.4"},
    {TAS_PART_PRESTRAIN, "unstretched", ""},
    {TAS_PART_RELAXATION, "prony", "fraction 0.2 0.1 time 3 40"},
    {TAS_PART_GROWTH, "fibre-growth", "time 6"},
    {TAS_PART_GROWTH, "area-growth", "time 20"},
    {TAS_PART_GROWTH, "turnover", "time 60"},
    {TAS_PART_MATRIX_TURNOVER, "transient-network", "time 30"},
};
#define NUM_SAMPLES ((int)(sizeof(samples) / sizeof(samples[0])))

#define Check(call) assert_int_equal(call, PETSC_SUCCESS)

static inline int FindKey(const TasModel *model, const char *key)
{
  for (PetscInt k = 0; k < model->num_parameters; k++)
    if (!strcmp(model->parameters[k].key, key)) return (int)k;
  return -1;
}

/* Parses "key value value ... key value ..." into the layout of derive(). */
static inline void SampleValues(const TasModel *model, const char *text, PetscReal *values)
{
  const PetscInt terms = PetscMax(model->max_terms, 1);
  char           copy[256], *rest;
  int            k = -1, t = 0;

  memset(values, 0, MAX_VALUES * sizeof(*values));
  for (PetscInt p = 0; p < model->num_parameters; p++) values[p * terms] = model->parameters[p].standard;
  (void)snprintf(copy, sizeof(copy), "%s", text);
  for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
    const int found = FindKey(model, word);

    if (found >= 0)
      k = found, t = 0;
    else
      values[k * terms + t++] = atof(word);
  }
}

static inline void AddSample(TasMaterial material, const Sample *sample)
{
  const TasModel *model = TasModelFind(sample->part, sample->model);
  PetscReal       values[MAX_VALUES];
  char            problem[512];

  assert_non_null(model);
  SampleValues(model, sample->values, values);
  Check(TasMaterialAddModel(material, model, 1, values, problem));
  if (problem[0]) fail_msg("%s: %s", sample->model, problem);
}

static inline TasMaterial SampleMaterial(const Sample *sample)
{
  TasMaterial material;

  Check(TasMaterialCreate(&material));
  AddSample(material, sample);
  return material;
}

/* Points and results; component k of point i at [k][i] once copied to arrays of exactly n. */
typedef struct {
  PetscInt  n;
  PetscReal strain[6 * MAX_POINTS], dilatation[MAX_POINTS], fibre[3 * MAX_POINTS], sheet[3 * MAX_POINTS];
  PetscReal energy[MAX_POINTS], stress[6 * MAX_POINTS], tangent[21 * MAX_POINTS], flag[MAX_POINTS];
} Batch;

/* J - 1 of a strain, accurate when it is small */
static inline PetscReal DilatationOf(const PetscReal e[6])
{
  const PetscReal second = e[0] * e[1] + e[1] * e[2] + e[2] * e[0] - e[3] * e[3] - e[4] * e[4] - e[5] * e[5];
  const PetscReal third  = e[0] * (e[1] * e[2] - e[4] * e[4]) - e[3] * (e[3] * e[2] - e[4] * e[5]) + e[5] * (e[3] * e[4] - e[1] * e[5]);
  const PetscReal x      = 2 * (e[0] + e[1] + e[2]) + 4 * second + 8 * third;

  return x / (1 + sqrt(1 + x));
}

static inline void GetStrain(const Batch *b, PetscInt i, PetscReal e[6])
{
  for (int k = 0; k < 6; k++) e[k] = b->strain[k * b->n + i];
}

static inline void SetStrain(Batch *b, PetscInt i, const PetscReal e[6])
{
  for (int k = 0; k < 6; k++) b->strain[k * b->n + i] = e[k];
  b->dilatation[i] = DilatationOf(e);
}

static inline void SetDirections(Batch *b, PetscInt i, const PetscReal fibre[3], const PetscReal sheet[3])
{
  for (int k = 0; k < 3; k++) {
    b->fibre[k * b->n + i] = fibre[k];
    b->sheet[k * b->n + i] = sheet[k];
  }
}

static inline void Evaluate(TasMaterial material, Batch *b)
{
  const PetscInt cells[TAS_LANES] = {0};
  PetscReal      constants[64 * MAX_POINTS];
  TasPoints      points = {.n          = b->n,
                           .strain     = b->strain,
                           .dilatation = b->dilatation,
                           .fibre      = b->fibre,
                           .sheet      = b->sheet,
                           .constants  = constants,
                           .time_step  = 1,
                           .energy     = b->energy,
                           .stress     = b->stress,
                           .tangent    = b->tangent,
                           .flag       = b->flag};

  assert_int_equal(b->n % TAS_LANES, 0);
  assert_true(TasMaterialNumConstants(material) <= 64);
  TasMaterialLoadConstants(material, b->n / TAS_LANES, cells, constants);
  TasMaterialEvaluate(material, &points);
}

/* ---- random deformations ---- */

static inline PetscReal Random(void) /* -1 to 1, the same series on every machine */
{
  static unsigned long long state = 88172645463325252ULL;

  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (PetscReal)(state >> 11) * (2.0 / 9007199254740992.0) - 1;
}

/* A rotation from a random quaternion */
static inline void RandomRotation(PetscReal r[3][3])
{
  PetscReal q[4], norm = 0;

  for (int k = 0; k < 4; k++) q[k] = Random(), norm += q[k] * q[k];
  for (int k = 0; k < 4; k++) q[k] /= sqrt(norm);
  const PetscReal w = q[0], x = q[1], y = q[2], z = q[3];
  const PetscReal m[3][3] = {{1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)},
                             {2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)},
                             {2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)}};
  memcpy(r, m, sizeof(m));
}

/* sum over a of values[a] r_a (x) r_a, r_a the columns of r */
static inline void FromPrincipal(const PetscReal values[3], PetscReal r[3][3], PetscReal e[6])
{
  static const int row[6] = {0, 1, 2, 0, 1, 0}, column[6] = {0, 1, 2, 1, 2, 2};

  for (int k = 0; k < 6; k++) {
    e[k] = 0;
    for (int a = 0; a < 3; a++) e[k] += values[a] * r[row[k]][a] * r[column[k]][a];
  }
}

static inline PetscReal StrainOfStretch(PetscReal stretch)
{
  return (stretch * stretch - 1) / 2;
}

/* One deformation of each kind in turn: moderate, large, tiny, two equal stretches, three equal, nearly equal, fibre in
   compression, fibre in tension, diagonal. */
static PetscBool without_dilations = PETSC_FALSE; /* an isochoric fibre has its kink at pure dilations: 3 kinds are changed then */

static inline void RandomPoint(Batch *b, PetscInt i)
{
  PetscReal       r[3][3], values[3], e[6], fibre[3], sheet[3];
  const int       kind = (int)(i % 9);
  const PetscReal size = kind == 1 ? 0.6 : kind == 2 ? 1e-6 : 0.15;

  RandomRotation(r);
  for (int a = 0; a < 3; a++) values[a] = kind == 2 ? size * Random() : StrainOfStretch(exp(size * Random()));
  if (kind == 3) values[1] = values[0];
  if (kind == 4) values[1] = values[2] = values[0];
  if (kind == 5) values[1] = values[0] * (1 + 1e-9), values[2] = values[0] * (1 - 3e-13);
  if (without_dilations && (kind == 4 || kind == 5)) values[1] += 0.1;
  if (kind == 6) values[0] = StrainOfStretch(0.8);
  if (kind == 7) values[0] = StrainOfStretch(1.0 + 0.2 * (1.05 + Random()));
  if (kind == 8) memset(r, 0, sizeof(r)), r[0][0] = r[1][1] = r[2][2] = 1;
  FromPrincipal(values, r, e);
  SetStrain(b, i, e);
  if (kind < 6) RandomRotation(r);
  for (int k = 0; k < 3; k++) fibre[k] = r[k][0], sheet[k] = r[k][1];
  SetDirections(b, i, fibre, sheet);
}

static inline void RandomBatch(Batch *b, PetscInt n)
{
  b->n = n;
  for (PetscInt i = 0; i < n; i++) RandomPoint(b, i);
}

static inline PetscReal Largest(const PetscReal *values, PetscInt count, PetscInt stride)
{
  PetscReal largest = 0;

  for (PetscInt k = 0; k < count; k++) largest = fmax(largest, fabs(values[k * stride]));
  return largest;
}
