#include "tests/benchmarks/machine_speed.h"
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <time.h>

/* Accumulators: more than latency times the number of units asks for (4 x 2), and with the two factors no more than 16 registers. */
#define CHAINS 12
#define ROUNDS 2000000
#define ENTRIES (8 << 20) /* of each of three arrays: 64 MiB */

typedef double Lanes __attribute__((vector_size(TAS_LANES * sizeof(double))));

double MachineSeconds(void)
{
  struct timespec now;

  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The chains are independent of each other, and their values stay finite: x -> x factor + term with factor < 1. */
static double Chains(double factor_value, double term_value)
{
  const Lanes factor = factor_value - (Lanes){0.}, term = term_value - (Lanes){0.};
  Lanes       x[CHAINS], sum                            = {0.};
  double      total = 0;

  for (int c = 0; c < CHAINS; c++) x[c] = term * (double)c;
  for (int r = 0; r < ROUNDS; r++)
    for (int c = 0; c < CHAINS; c++) x[c] = x[c] * factor + term;
  for (int c = 0; c < CHAINS; c++) sum += x[c];
  for (int l = 0; l < TAS_LANES; l++) total += sum[l];
  return total;
}

double MachinePeak(int threads, int repeats)
{
  volatile double factor = 0.5, term = 1e-3, sink = 0; /* what the compiler does not know it cannot compute beforehand */
  double          best = INFINITY;

  for (int r = 0; r < repeats; r++) {
    double start, total = 0;

    start = MachineSeconds();
#pragma omp parallel num_threads(threads) reduction(+ : total)
    total += Chains(factor, term);
    best = fmin(best, MachineSeconds() - start);
    sink = total;
  }
  (void)sink;
  return 2. * TAS_LANES * CHAINS * (double)ROUNDS * threads / best;
}

double MachineBandwidth(int threads, int repeats)
{
  double *a = malloc(ENTRIES * sizeof(*a)), *b = malloc(ENTRIES * sizeof(*b)), *c = malloc(ENTRIES * sizeof(*c));
  double  best = INFINITY;

  for (int r = -1; a && b && c && r < repeats; r++) { /* the first round touches the pages */
    const double start = MachineSeconds();
#pragma omp parallel for simd num_threads(threads) schedule(static)
    for (int i = 0; i < ENTRIES; i++) a[i] = r < 0 ? (b[i] = i, c[i] = 1.) : b[i] + 0.5 * c[i];
    if (r >= 0) best = fmin(best, MachineSeconds() - start);
  }
  free(a);
  free(b);
  free(c);
  return isfinite(best) ? 24. * ENTRIES / best : -1.;
}
