/*
  Growth: theta, the ratio of the stress-free length (fibre-growth), area (area-growth) or rest length of the fibre models (turnover)
  to that before surgery.  Theory: docs/theory/growth.md

    dtheta/dt = <x - upper>/time - <lower - x>/loss_time,   x = elastic stretch/that in situ = ratio/theta

  With a dose time T the excess is a power mean over about the last T, of exponent p: a stretch that is held for a short part of the
  day counts more than its share of the time (p > 1),
    excess = m^(1/p),   dm/dt = (<x - upper>^p - m)/T,   and the same with exponent 1 for what is missing.
*/
#include "models/wrapped.h"
#include <math.h>
#include <stdio.h>

#define ZOELLNER "form: Zoellner et al. 2012, PLoS ONE 7:e45661"

/* clang-format off */
#define PARAMETERS(what)                                                                                                                     \
    {"time", "day", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "time constant of " what, ZOELLNER},                                         \
    {"loss_time", "day", 0, INFINITY, PETSC_FALSE, PETSC_TRUE, INFINITY, "time constant of loss where the tissue is slack; infinite: none", ZOELLNER}, \
    {"upper", "1", 0.5, 2, PETSC_TRUE, PETSC_TRUE, 1, "elastic stretch, relative to that in situ, above which it is added", ZOELLNER},       \
    {"lower", "1", 0, 2, PETSC_TRUE, PETSC_TRUE, 1, "elastic stretch, relative to that in situ, below which it is lost", ZOELLNER},          \
    {"max_rate", "1/day", 0, INFINITY, PETSC_FALSE, PETSC_TRUE, INFINITY, "largest rate of growth and of loss", "as the tissue"},            \
    {"largest", "1", 1, INFINITY, PETSC_FALSE, PETSC_TRUE, INFINITY, "growth at which it ends", "as the tissue"},                            \
    {"smallest", "1", 0, 1, PETSC_FALSE, PETSC_FALSE, 0.5, "growth at which loss ends", "as the tissue"},                                    \
    {"dose_exponent", "1", 1, 32, PETSC_TRUE, PETSC_TRUE, 1, "of the power mean over the dose time; above 1 short stretches count more than their time", "docs/theory/growth.md"}, \
    {"dose_time", "day", 0, INFINITY, PETSC_TRUE, PETSC_FALSE, 0, "over which stretch is averaged; 0: the present stretch counts", "docs/theory/growth.md"}
#define VOLUME_EXPONENT 9 /* place in the table below */
static const TasParameter fibre_parameters[]    = {PARAMETERS("growth along the fibre"),
    {"volume_exponent", "1", 0, 1, PETSC_TRUE, PETSC_TRUE, 1, "of growth in the ratio of volumes: 1 for as thick as before, 0 for as heavy as before", "docs/theory/growth.md"}};
static const TasParameter area_parameters[]     = {PARAMETERS("growth in the plane of fibre and sheet, for the ratio of areas")};
static const TasParameter turnover_parameters[] = {PARAMETERS("the turnover of the fibres")};
/* clang-format on */

static void Derive(const PetscReal *values, PetscReal *constants, char *problem)
{
  if (values[3] > values[2]) (void)snprintf(problem, 512, "lower is %g, allowed: at most upper, %g", (double)values[3], (double)values[2]);
  constants[TAS_GROWTH_TIME]          = values[0] * TAS_DAY;
  constants[TAS_GROWTH_LOSS_TIME]     = values[1] * TAS_DAY;
  constants[TAS_GROWTH_UPPER]         = values[2];
  constants[TAS_GROWTH_LOWER]         = values[3];
  constants[TAS_GROWTH_MAX_RATE]      = values[4] / TAS_DAY;
  constants[TAS_GROWTH_LARGEST]       = values[5];
  constants[TAS_GROWTH_SMALLEST]      = values[6];
  constants[TAS_GROWTH_DOSE_EXPONENT] = values[7];
  constants[TAS_GROWTH_DOSE_TIME]     = values[8] * TAS_DAY;
}

static void DeriveFibre(const PetscReal *values, PetscReal *constants, char *problem)
{
  Derive(values, constants, problem);
  constants[TAS_GROWTH_VOLUME_EXPONENT] = values[VOLUME_EXPONENT];
}

static PetscReal Clamp(PetscReal x, PetscReal low, PetscReal high) { return x < low ? low : x > high ? high : x; }
static PetscReal Positive(PetscReal x) { return x > 0 ? x : 0; }

/* What decides about a step of growth at a point. */
typedef struct {
  const PetscReal *constants, *old_state;
  PetscInt         n;
  PetscReal        ratio, step, weight; /* weight: of the end of the step in its mean rate */
} Step;

static PetscReal Constant(const Step *s, int k) { return s->constants[k * s->n]; }
static PetscReal Old(const Step *s, int k) { return s->old_state[k * s->n]; }

/* Means of over- and understretch and the rate, should theta be reached at the end of the step. */
static PetscReal RateAt(const Step *s, PetscReal theta, PetscReal *over, PetscReal *under)
{
  const PetscReal upper = Constant(s, TAS_GROWTH_UPPER), lower = Constant(s, TAS_GROWTH_LOWER), p = Constant(s, TAS_GROWTH_DOSE_EXPONENT);
  const PetscReal x = s->ratio / theta, before = Old(s, TAS_GROWN_RATIO), dose_time = Constant(s, TAS_GROWTH_DOSE_TIME);
  PetscReal       excess = Positive(x - upper), lack = Positive(lower - x);

  *over = *under = 0;
  if (dose_time > 0) {
    *over  = TasAverage(Old(s, TAS_GROWN_OVER), pow(Positive(before - upper), p), pow(excess, p), s->step / dose_time);
    *under = TasAverage(Old(s, TAS_GROWN_UNDER), Positive(lower - before), lack, s->step / dose_time);
    excess = pow(*over, 1 / p);
    lack   = *under;
  }
  const PetscReal rate = excess / Constant(s, TAS_GROWTH_TIME) - lack / Constant(s, TAS_GROWTH_LOSS_TIME), most = Constant(s, TAS_GROWTH_MAX_RATE);
  return Clamp(rate, -most, most);
}

/* What theta misses of what its rates ask for: grows with theta, since the rate falls with it. */
static PetscReal Miss(const Step *s, PetscReal theta)
{
  PetscReal over, under;

  return theta - Old(s, TAS_GROWN_THETA) - s->step * ((1 - s->weight) * Old(s, TAS_GROWN_RATE) + s->weight * RateAt(s, theta, &over, &under));
}

/* The root of Miss, by the method of Illinois between bounds on either side of it. */
static PetscReal Solve(const Step *s)
{
  PetscReal low = Constant(s, TAS_GROWTH_SMALLEST), high = Constant(s, TAS_GROWTH_LARGEST), f_low = Miss(s, low), f_high;
  int       side = 0;

  if (f_low >= 0) return low;
  if (isinf(high))
    for (high = 2 * Old(s, TAS_GROWN_THETA); Miss(s, high) < 0; high *= 2) { }
  f_high = Miss(s, high);
  if (f_high <= 0) return high;
  for (int k = 0; k < 200 && high - low > 1e-15 * high; k++) {
    const PetscReal middle = Clamp((low * f_high - high * f_low) / (f_high - f_low), low, high), f = Miss(s, middle);
    if (f == 0) return middle;
    if (f < 0) {
      low   = middle;
      f_low = f;
      if (side < 0) f_high *= 0.5;
      side = -1;
    } else {
      high   = middle;
      f_high = f;
      if (side > 0) f_low *= 0.5;
      side = 1;
    }
  }
  return 0.5 * (low + high);
}

void TasGrowthInit(const PetscReal *constants, PetscInt n, PetscReal *state)
{
  const Step s = {.constants = constants, .old_state = state, .n = n, .ratio = 1, .weight = 0.5};
  PetscReal  over, under;

  state[TAS_GROWN_THETA * n] = state[TAS_GROWN_RATIO * n] = 1;
  state[TAS_GROWN_OVER * n]  = pow(Positive(1 - Constant(&s, TAS_GROWTH_UPPER)), Constant(&s, TAS_GROWTH_DOSE_EXPONENT));
  state[TAS_GROWN_UNDER * n] = Positive(Constant(&s, TAS_GROWTH_LOWER) - 1);
  state[TAS_GROWN_RATE * n]  = RateAt(&s, 1, &over, &under);
}

PetscReal TasGrowthPredict(const PetscReal *constants, const PetscReal *state, PetscInt n, PetscReal time_step)
{
  if (isinf(time_step)) return state[TAS_GROWN_THETA * n];
  return Clamp(state[TAS_GROWN_THETA * n] + time_step * state[TAS_GROWN_RATE * n], constants[TAS_GROWTH_SMALLEST * n], constants[TAS_GROWTH_LARGEST * n]);
}

void TasGrowthUpdate(const PetscReal *constants, const PetscReal *old_state, PetscReal ratio, PetscReal time_step, PetscInt n, PetscReal *new_state)
{
  Step      s = {.constants = constants, .old_state = old_state, .n = n, .ratio = ratio, .step = isinf(time_step) ? 0 : time_step};
  PetscReal theta, over, under;

  s.weight = s.step > Constant(&s, TAS_GROWTH_TIME) ? 1 - 0.5 * Constant(&s, TAS_GROWTH_TIME) / s.step : 0.5;
  theta    = s.step > 0 ? Solve(&s) : Old(&s, TAS_GROWN_THETA);
  new_state[TAS_GROWN_RATE * n]  = RateAt(&s, theta, &over, &under);
  new_state[TAS_GROWN_THETA * n] = theta;
  new_state[TAS_GROWN_RATIO * n] = ratio / theta;
  new_state[TAS_GROWN_OVER * n]  = over;
  new_state[TAS_GROWN_UNDER * n] = under;
}

#define MODEL(symbol, key, text, parameter_table, kind, two, make)                                                                             \
  const TasModel symbol = {.name           = key,                                                                                          \
                           .summary        = text,                                                                                         \
                           .theory         = "growth",                                                                                     \
                           .part           = TAS_PART_GROWTH,                                                                              \
                           .two_directions = two,                                                                                          \
                           .num_parameters = TAS_COUNT(parameter_table),                                                                   \
                           .parameters     = parameter_table,                                                                              \
                           .num_constants  = TAS_GROWTH_CONSTANTS,                                                                         \
                           .growth         = kind,                                                                                         \
                           .derive         = make}

MODEL(tas_model_fibre_growth, "fibre-growth", "The tissue grows along its fibres where they are stretched, as muscle adds sarcomeres.", fibre_parameters, TAS_GROWTH_FIBRE, PETSC_FALSE, DeriveFibre);
MODEL(tas_model_area_growth, "area-growth", "The tissue grows in the plane of its fibres where that is stretched, as skin does.", area_parameters, TAS_GROWTH_AREA, PETSC_TRUE, Derive);
MODEL(tas_model_turnover, "turnover", "Fibres are replaced by others, laid down at the stretch that they have in situ; nothing else grows.", turnover_parameters, TAS_GROWTH_TURNOVER, PETSC_FALSE, Derive);
