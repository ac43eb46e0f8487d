#pragma once
/*
  The treatment as it goes on: what acts on the generalised coordinates of the bodies besides the tissue.

    gaps     of one osteotomy or two: each has its device and its tissue; with an infinitely stiff device the gap is driven
    joints   passive torque of what is not in the mesh, given moments, and sessions of stretching
    slides   what goes on of a muscle outside the mesh (remote_parts.h)

  Time goes from event to event of the schedule.  From one to the next, what is done goes on linearly: the length that the device drives, the angle
  of a joint that is held, the moment on one that is free.  It starts from what is there, so nothing jumps where a joint is let go or held,
  and a plan that monitoring has changed goes on from where the limb is.
*/
#include "solver/bodies/bodies.h"
#include "solver/treatment/schedule.h"

typedef struct TasTreatment_ *TasTreatment;

/* Borrows both; the joints and the gaps are held. */
PetscErrorCode TasTreatmentCreate(const TasCase *c, TasBodies *bodies, TasTreatment *treatment);
PetscErrorCode TasTreatmentDestroy(TasTreatment *treatment); /* accepts NULL, sets NULL */

const TasSchedule *TasTreatmentSchedule(TasTreatment treatment);

/* The first event after a time (s), or NULL. */
const TasCaseEvent *TasTreatmentNext(TasTreatment treatment, PetscReal time);

/* Another course at an osteotomy from now on. */
PetscErrorCode TasTreatmentChange(TasTreatment treatment, PetscInt osteotomy, const TasCaseChange *change);

/* Before the first step: each device is mounted on the limb as it is, and so are remote parts. tissue [num_coordinates]: of TasSystemCoordinateForces. */
PetscErrorCode TasTreatmentMount(TasTreatment treatment, const PetscReal *tissue);

/* The next interval begins, from the time that was last accepted to an event; tissue: as above. */
void TasTreatmentBegin(TasTreatment treatment, PetscReal event, const PetscReal *tissue);

/* The event (s) that the present interval leads to. */
PetscReal TasTreatmentEvent(TasTreatment treatment);

/* Instead of it, for an examination: the joint is turned up to a moment (N mm) by then, everything else stays as it is. */
void TasTreatmentExamine(TasTreatment treatment, PetscReal event, PetscInt joint, PetscReal moment, const PetscReal *tissue);

/* Angle of a joint of the case, rad. */
PetscReal TasTreatmentAngle(TasTreatment treatment, PetscInt joint);

/* Values of driven coordinates at a time within the interval; time_step (s): of the step that leads there. */
void TasTreatmentSetTime(TasTreatment treatment, PetscReal time);
void TasTreatmentSetTimeStep(TasTreatment treatment, PetscReal time_step);

/* Generalised force (N, N mm) on a coordinate, positive towards larger values, and its derivatives by all coordinates, ADDED to slope
   [num_coordinates], of the trial at the present values of the coordinates. */
PetscReal TasTreatmentForce(TasTreatment treatment, PetscInt coordinate, PetscReal *slope);

/* The step to that time (s) is done. */
PetscErrorCode TasTreatmentAccept(TasTreatment treatment, PetscReal time);

/* Error of growth of remote parts in the trial, as of TasSystemGrowthError. */
PetscReal TasTreatmentGrowthError(TasTreatment treatment);

/* For the history, of the accepted state of an osteotomy that is distracted. Lengths mm, forces N. */
typedef struct {
  PetscReal commanded, lost; /* told, lost by slipping so far */
  PetscReal device_force, regenerate_force, regenerate_stiffness;
} TasDeviceReport;
void TasTreatmentReport(TasTreatment treatment, PetscInt osteotomy, const PetscReal *tissue, TasDeviceReport *report);

/* In words, what has happened since the last time it was asked: a device that slipped, how the tissue of the gap does. [TAS_PROBLEM_LENGTH], empty: nothing. */
void TasTreatmentTell(TasTreatment treatment, char *text);

/* Passive torque (N mm) of what is not in the mesh at a joint of the case. */
PetscReal TasTreatmentPassiveTorque(TasTreatment treatment, PetscInt joint);

/* The state as plain reals, for checkpoints. */
PetscInt       TasTreatmentStateSize(TasTreatment treatment);
void           TasTreatmentGetState(TasTreatment treatment, PetscReal *state);
PetscErrorCode TasTreatmentSetState(TasTreatment treatment, PetscInt size, const PetscReal *state);
