#pragma once
/*
  Values with units, as they are written in case files: "1 mm/day", "20 min", "0.3 MPa", "12 degree", "0.49".

  udunits2 knows the units.  Two things it would let pass are refused here: reciprocals (day/mm for mm/day), and an angle for a
  number or the other way round (udunits2 takes the radian for 1).
*/
#include <petscsys.h>

/* Loads the database of units; without it the functions below call it themselves.  TasUnitsEnd frees it. */
PetscErrorCode TasUnitsBegin(void);
PetscErrorCode TasUnitsEnd(void);

/* Reads text as a value in `unit` ("mm", "MPa", "1", "degree", "mm/s", ...).  what: empty when it is good, else what was found and what
   would be allowed, such as: found "4 mm", allowed: a pressure such as "4 kPa". size: of what, 512 is enough. */
PetscErrorCode TasUnitsRead(const char *text, const char *unit, PetscReal *value, size_t size, char *what);

/* How many of `to` are one of the unit in text ("kPa" to "MPa" is 0.001); what: as above. */
PetscErrorCode TasUnitsFactor(const char *text, const char *to, PetscReal *factor, size_t size, char *what);

/* "a pressure such as "4 kPa""; for a unit of no named dimension: "a value in <unit>". */
void TasUnitsDescribe(const char *unit, size_t size, char *description);

/* "12 kPa" for 0.012 MPa: a value of an internal unit (or of any other) for people to read; times become days, speeds mm/day. */
void TasUnitsFormat(PetscReal value, const char *unit, size_t size, char *text);
