#include "solver/treatment/monitoring.h"

#define DAY 86400.

struct TasMonitoring_ {
  const TasCase *c;
  PetscReal     *until; /* [num_monitors] s: at rest until then; infinite: slowed down, or over */
};

PetscErrorCode TasMonitoringCreate(const TasCase *c, TasMonitoring *out)
{
  TasMonitoring m;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&m));
  m->c = c;
  PetscCall(PetscCalloc1(c->num_monitors + 1, &m->until));
  *out = m;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMonitoringDestroy(TasMonitoring *monitoring)
{
  PetscFunctionBeginUser;
  if (!*monitoring) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree((*monitoring)->until));
  PetscCall(PetscFree(*monitoring));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The rate that the plan of the case has at a time. */
static PetscReal PlannedRate(const TasCaseDistraction *d, PetscReal time)
{
  PetscReal rate = d->rate;

  for (PetscInt k = 0; k < d->num_changes; k++)
    if (d->changes[k].kind == TAS_CHANGE_RATE && d->changes[k].time <= time) rate = d->changes[k].value;
  return rate;
}

static PetscErrorCode Change(TasTreatment treatment, PetscInt osteotomy, TasChangeKind kind, PetscReal time, PetscReal value)
{
  const TasCaseChange change = {.kind = kind, .time = time, .value = value};

  PetscFunctionBeginUser;
  PetscCall(TasTreatmentChange(treatment, osteotomy, &change));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The plan of one osteotomy; until: as in TasMonitoring_. */
static PetscErrorCode ChangePlan(const TasCaseMonitor *rule, TasTreatment treatment, PetscInt osteotomy, PetscReal rate, PetscReal time, PetscReal *until)
{
  PetscFunctionBeginUser;
  *until = PETSC_INFINITY;
  switch (rule->action) {
  case TAS_ACTION_PAUSE:
    *until = time + rule->pause;
    PetscCall(Change(treatment, osteotomy, TAS_CHANGE_PAUSE, time, rule->pause));
    break;
  case TAS_ACTION_SLOW: PetscCall(Change(treatment, osteotomy, TAS_CHANGE_RATE, time, rule->share * rate)); break;
  case TAS_ACTION_REVERSE:
    *until = time + rule->length / rate + rule->pause;
    PetscCall(Change(treatment, osteotomy, TAS_CHANGE_REVERSE, time, rule->length));
    PetscCall(Change(treatment, osteotomy, TAS_CHANGE_PAUSE, time + rule->length / rate, rule->pause));
    break;
  case TAS_ACTION_END: PetscCall(Change(treatment, osteotomy, TAS_CHANGE_END, time, 0.)); break;
  case TAS_ACTION_STOP: break;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Act(TasMonitoring m, PetscInt k, TasTreatment treatment, PetscReal time, PetscReal margin, const char *what, TasLog log, char *stop)
{
  static const char *const done[] = {"pause", "slower", "reversal", "lengthening ends", "stop"};
  const TasCaseMonitor    *rule   = &m->c->monitors[k];

  PetscFunctionBeginUser;
  PetscCall(TasLogPrintf(log, "monitoring %s: day %.4g, margin %.3f, %s: %s\n", rule->name, (double)(time / DAY), (double)margin, what, done[rule->action]));
  if (rule->action == TAS_ACTION_STOP) {
    PetscCall(PetscSNPrintf(stop, TAS_PROBLEM_LENGTH, "monitoring %s ends the calculation on day %.4g: margin %.3f, %s", rule->name, (double)(time / DAY), (double)margin, what));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  m->until[k] = 0.;
  for (PetscInt osteotomy = 0; osteotomy < m->c->num_distractions; osteotomy++) {
    PetscReal until;
    if (time >= TasTreatmentSchedule(treatment)->lengthening[osteotomy].end) continue;
    PetscCall(ChangePlan(rule, treatment, osteotomy, PlannedRate(&m->c->distraction[osteotomy], time), time, &until));
    m->until[k] = PetscMax(m->until[k], until);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMonitoringLook(TasMonitoring m, TasHarm harm, TasTreatment treatment, PetscReal time, TasLog log, char *stop)
{
  char what[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  stop[0] = 0;
  for (PetscInt k = 0; k < m->c->num_monitors && !stop[0]; k++) {
    const TasCaseMonitor *rule   = &m->c->monitors[k];
    const PetscReal       margin = TasHarmMarginNow(harm, rule->rule, rule->tissue, what);
    const PetscBool       over   = (PetscBool)(time >= TasTreatmentSchedule(treatment)->end);
    if (rule->action == TAS_ACTION_SLOW && m->until[k] > time && margin >= rule->recovery && !over) {
      PetscCall(TasLogPrintf(log, "monitoring %s: day %.4g, margin %.3f: rate as planned again\n", rule->name, (double)(time / DAY), (double)margin));
      for (PetscInt i = 0; i < m->c->num_distractions; i++) PetscCall(Change(treatment, i, TAS_CHANGE_RATE, time, PlannedRate(&m->c->distraction[i], time)));
      m->until[k] = 0.;
    }
    if (margin > rule->margin || time < m->until[k] || (over && rule->action != TAS_ACTION_STOP)) continue;
    PetscCall(Act(m, k, treatment, time, margin, what, log, stop));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasMonitoringListArrays(TasMonitoring m, PetscInt *num_arrays, TasCheckpointArray *arrays)
{
  if (m->c->num_monitors) arrays[(*num_arrays)++] = (TasCheckpointArray){"monitoring", TAS_CHECKPOINT_GLOBAL, m->c->num_monitors, m->until};
}
