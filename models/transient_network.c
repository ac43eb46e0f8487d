/*
  Turnover of the matrix: a network whose links break at the rate 1/time and are replaced by others that are laid down at the strain
  that the tissue has in situ.  Theory: docs/theory/transient-network.md

  The network's rest state is a metric Q, the identity before surgery: the matrix takes F_e Q F_e^T, with Q scaled to determinant 1, in
  place of F_e F_e^T.  Q follows that of links laid down now, also of determinant 1,
    dQ/dt = (Q_new - Q)/time.
*/
#include "models/wrapped.h"
#include <math.h>

static const TasParameter parameters[] = {
    {"time", "day", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "mean life of a link of the network", "Green & Tobolsky 1946, J Chem Phys 14:80"},
};

static void Derive(const PetscReal *values, PetscReal *constants, char *problem)
{
  (void)problem;
  constants[TAS_NETWORK_TIME] = values[0] * TAS_DAY;
}

/* Of determinant 1. */
static void Normalise(PetscReal q[6])
{
  const PetscReal det = q[0] * (q[1] * q[2] - q[4] * q[4]) - q[3] * (q[3] * q[2] - q[4] * q[5]) + q[5] * (q[3] * q[4] - q[1] * q[5]);
  const PetscReal scale = 1 / cbrt(det);

  for (int A = 0; A < 6; A++) q[A] *= scale;
}

void TasNetworkInit(PetscInt n, PetscReal *state)
{
  for (int A = 0; A < 6; A++) state[(TAS_NETWORK_METRIC + A) * n] = state[(TAS_NETWORK_NEW + A) * n] = A < 3 ? 1. : 0.;
}

void TasNetworkPredict(const PetscReal *constants, const PetscReal *state, PetscInt n, PetscReal time_step, PetscReal q[6])
{
  const PetscReal decay = isinf(time_step) ? 1 : exp(-time_step / constants[TAS_NETWORK_TIME * n]);

  for (int A = 0; A < 6; A++) q[A] = decay * state[(TAS_NETWORK_METRIC + A) * n] + (1 - decay) * state[(TAS_NETWORK_NEW + A) * n];
  Normalise(q);
}

void TasNetworkUpdate(const PetscReal *constants, const PetscReal *old_state, const PetscReal laid_down[6], PetscReal time_step, PetscInt n, PetscReal *new_state)
{
  const PetscReal x = isinf(time_step) ? 0 : time_step / constants[TAS_NETWORK_TIME * n];
  PetscReal       latest[6];

  for (int A = 0; A < 6; A++) latest[A] = isinf(time_step) ? old_state[(TAS_NETWORK_NEW + A) * n] : laid_down[A];
  Normalise(latest);
  for (int A = 0; A < 6; A++) {
    new_state[(TAS_NETWORK_METRIC + A) * n] = TasAverage(old_state[(TAS_NETWORK_METRIC + A) * n], old_state[(TAS_NETWORK_NEW + A) * n], latest[A], x);
    new_state[(TAS_NETWORK_NEW + A) * n]    = latest[A];
  }
}

const TasModel tas_model_transient_network = {.name           = "transient-network",
                                              .summary        = "The links of the matrix are replaced by others, laid down at the strain in situ.",
                                              .theory         = "transient-network",
                                              .part           = TAS_PART_MATRIX_TURNOVER,
                                              .num_parameters = TAS_COUNT(parameters),
                                              .parameters     = parameters,
                                              .num_constants  = TAS_NETWORK_CONSTANTS,
                                              .derive         = Derive};
