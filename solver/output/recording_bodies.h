#pragma once
/*
  What a history tells of bodies, joints and the device (its columns where it is not ideal, or the gap not empty):

    gap                                 mm, that has been opened
    axial_force                         N, with which the tissue resists it
    commanded_length, lost_length       mm, that the device was told, and that it lost by slipping
    device_force                        N, with which it pushes the segments apart
    regenerate_force, _stiffness        N, with which the tissue of the gap pulls them together; N/mm
    second_gap, second_axial_force, ... all of these of a second osteotomy
    joint.J.angle, joint.J.torque       degree; N mm of passive torque towards larger angles: of the tissue and of what is not in the mesh
    motion.B.K                          mm or rad, of a free component of a body
    reaction_force.X.x, reaction_moment.X.x, ...   with which a body or surface X holds the tissue; X_surface where a body has its name
*/
#include "solver/assembly/domain.h"
#include "solver/output/history.h"
#include "solver/system/system.h"

typedef struct TasBodyColumns_ *TasBodyColumns;

/* Adds the columns to the history. Borrows domain and system. */
PetscErrorCode TasBodyColumnsCreate(const TasDomain *domain, TasSystem system, TasHistory history, TasBodyColumns *columns);
PetscErrorCode TasBodyColumnsDestroy(TasBodyColumns *columns); /* accepts NULL, sets NULL */

/* Their values of the present state. Collective. */
PetscErrorCode TasBodyColumnsSet(TasBodyColumns columns, TasHistory history);
