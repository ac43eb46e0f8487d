#pragma once
/*
  What a history tells of bodies, joints and the device:

    gap                                 mm, that has been opened
    axial_force                         N, with which the tissue resists it
    joint.J.angle, joint.J.torque       degree; N mm with which the tissue turns the joint towards larger angles
    motion.B.K                          mm or rad, of a free component of a body
    reaction_force.X.x, reaction_moment.X.x, ...   with which a body or surface X holds the tissue
*/
#include "solver/domain.h"
#include "solver/history.h"
#include "solver/system.h"

typedef struct TasBodyColumns_ *TasBodyColumns;

/* Adds the columns to the history. Borrows domain and system. */
PetscErrorCode TasBodyColumnsCreate(const TasDomain *domain, TasSystem system, TasHistory history, TasBodyColumns *columns);
PetscErrorCode TasBodyColumnsDestroy(TasBodyColumns *columns); /* accepts NULL, sets NULL */

/* Their values of the present state. Collective. */
PetscErrorCode TasBodyColumnsSet(TasBodyColumns columns, TasHistory history);
