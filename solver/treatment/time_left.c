#include "solver/treatment/time_left.h"
#include <math.h>

#define DAY         86400.
#define LONG        (0.5 * DAY) /* intervals of several steps, where tissue adapts */
#define OVERHEAD    2.   /* iterations' worth of work that a step takes besides */
#define NEWEST      0.4  /* share of the newest interval in the cost of its kind */
#define KEEP        0.7  /* of what older long intervals count, with each new one */
#define PRIOR_DAYS  5.   /* of a run of which nothing is known count as much as such a long interval */
#define MEMORY      0.2  /* of the iterations so far: after so many more, a step counts half in the speed */
#define LEAST_MEMORY 30. /* iterations */
#define FEW         3    /* steps, which say nothing yet */
#define SAME_TIME   1e-9 /* of the whole: nearer times are one */

/* Steps a day of long intervals at rest and lengthened, before there were any: chosen for runs of the cases (docs/developer/time-left.md). */
static const PetscReal prior_steps[2] = {0.5, 0.8};

void TasTimeLeftBegin(TasTimeLeft *left, PetscReal time, PetscBool adapts)
{
  *left = (TasTimeLeft){.adapts = adapts, .begin = time, .time = time};
}

static PetscInt Kind(PetscReal length) { return (PetscInt)PetscMin(TAS_TIME_LEFT_KINDS - 1, lround(log2((double)PetscMax(length, 1)))); }

static PetscBool IsLong(const TasTimeLeft *left, PetscReal from, PetscReal to) { return (PetscBool)(left->adapts && to - from > LONG); }

static PetscInt IsLengthened(const TasSchedule *s, PetscReal from, PetscReal to)
{
  PetscInt lengthened = 0;

  for (PetscInt k = 0; k < s->num_lengthenings && !lengthened; k++) lengthened = TasLengtheningDirection(&s->lengthening[k], from, to) != 0;
  return lengthened;
}

/* The event that ends the interval in which a time lies, at its end at the latest. */
static PetscInt EventAt(const TasSchedule *s, PetscReal time)
{
  const PetscReal same = SAME_TIME * s->events[s->num_events - 1].time;
  PetscInt        low = 0, high = s->num_events - 1;

  while (low < high) {
    const PetscInt middle = (low + high) / 2;

    if (s->events[middle].time < time - same) low = middle + 1;
    else high = middle;
  }
  return low;
}

static PetscReal From(const TasSchedule *s, PetscInt event) { return event ? s->events[event - 1].time : 0; }

/* ---- what was seen ---- */

static void LearnInterval(TasTimeLeft *left, const TasSchedule *s, PetscReal from, PetscReal to)
{
  if (IsLong(left, from, to) && from == 0) return; /* before surgery has changed anything: unlike all others */
  if (IsLong(left, from, to)) {
    TasTimeLeftRate *rate = &left->rates[IsLengthened(s, from, to)];

    rate->iterations = KEEP * rate->iterations + left->present;
    rate->days       = KEEP * rate->days + (to - from) / DAY;
  } else {
    TasTimeLeftKind *kind = &left->kinds[Kind(to - from)];

    kind->num++;
    kind->iterations += PetscMax(NEWEST, 1. / kind->num) * (left->present - kind->iterations);
  }
}

void TasTimeLeftStep(TasTimeLeft *left, const TasSchedule *s, PetscReal time, PetscInt newton, PetscReal seconds)
{
  const PetscReal iterations = newton + OVERHEAD;
  const PetscInt  event = EventAt(s, time), last = s->num_events - 1;
  const PetscReal same = SAME_TIME * s->events[last].time;

  left->iterations += iterations;
  const PetscReal fade    = pow(0.5, iterations / PetscMax(LEAST_MEMORY, MEMORY * left->iterations));
  left->recent_iterations = fade * left->recent_iterations + iterations;
  left->recent_seconds    = fade * left->recent_seconds + seconds;
  left->num_steps++;
  left->present += iterations;
  left->time = time;
  if (time < s->events[event].time - same) return;
  if (From(s, event) >= left->begin - same) LearnInterval(left, s, From(s, event), s->events[event].time); /* the whole of it was seen */
  left->present = 0;
}

/* ---- what is expected ---- */

static PetscReal OfAStep(const TasTimeLeft *left) { return left->iterations / left->num_steps; }

/* Iterations a day of long intervals. Where one of the two ways has not been seen yet, it is to the other as before. */
static PetscReal Rate(const TasTimeLeft *left, PetscInt lengthened)
{
  const TasTimeLeftRate *rate  = &left->rates[lengthened];
  PetscReal              prior = prior_steps[lengthened] * OfAStep(left);

  if (!lengthened && left->rates[1].days > 0) prior *= Rate(left, 1) / (prior_steps[1] * OfAStep(left));
  return (rate->iterations + PRIOR_DAYS * prior) / (rate->days + PRIOR_DAYS);
}

/* As those of its kind, else of the nearest kind that is known. */
static PetscReal OfKind(const TasTimeLeft *left, PetscInt kind)
{
  for (PetscInt away = 0; away < TAS_TIME_LEFT_KINDS; away++) {
    if (kind >= away && left->kinds[kind - away].num) return left->kinds[kind - away].iterations;
    if (kind + away < TAS_TIME_LEFT_KINDS && left->kinds[kind + away].num) return left->kinds[kind + away].iterations;
  }
  return OfAStep(left);
}

static PetscReal Expect(const TasTimeLeft *left, const TasSchedule *s, PetscReal from, PetscReal to)
{
  if (IsLong(left, from, to)) return PetscMax(OfAStep(left), Rate(left, IsLengthened(s, from, to)) * (to - from) / DAY);
  return OfKind(left, Kind(to - from));
}

PetscReal TasTimeLeftEstimate(const TasTimeLeft *left, const TasSchedule *s)
{
  const PetscReal end = s->events[s->num_events - 1].time, same = SAME_TIME * end;
  PetscReal       iterations = 0;

  if (left->time >= end - same) return 0;
  if (left->num_steps < FEW) return NAN;
  for (PetscInt k = EventAt(s, left->time); k < s->num_events; k++) {
    const PetscReal from = From(s, k), to = s->events[k].time;

    if (to <= left->time + same) continue; /* it has just come to an end */
    iterations += Expect(left, s, from, to) * (from < left->time ? (to - left->time) / (to - from) : 1);
  }
  return iterations * left->recent_seconds / left->recent_iterations;
}
