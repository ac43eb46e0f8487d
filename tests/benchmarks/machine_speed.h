#pragma once
/*
  What the machine can do at most, measured: the two roofs under which every loop runs.  Double precision, vectors of TAS_LANES.
*/
#include "models/material.h"

/* Floating-point operations a second of `threads` threads together: fused multiply-adds in registers, each counted as two.
   Best of `repeats` short loops. */
double MachinePeak(int threads, int repeats);

/* Bytes a second between memory and `threads` threads together: a[i] = b[i] + s c[i] on arrays far larger than any cache (192 MiB
   together), 24 bytes an entry as in STREAM (McCalpin 1995); what the write allocates is not counted.  Negative without memory. */
double MachineBandwidth(int threads, int repeats);

/* Seconds of a clock that never goes back. */
double MachineSeconds(void);
