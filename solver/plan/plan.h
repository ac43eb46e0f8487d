#pragma once
/*
  Planning a lengthening: from leg lengths and a goal to what each bone is lengthened by, with what, when, and what the evidence says
  against it.  Knows no mechanics; docs/plan.md has the rules and where their numbers come from.

  A plan is read from plan.yaml (plan_read.c, the same reader as cases), worked out by pure functions (plan.c, plan_warnings.c), and
  written as tables and as cases (plan_write.c).  Units: mm, s for rates and latencies as they are read; days in the result.
*/
#include "solver/case/case_reader.h"
#include <stdint.h>
#include <stdio.h>

typedef enum { TAS_FEMUR, TAS_TIBIA, TAS_NUM_BONES } TasBone;
typedef enum { TAS_LEFT, TAS_RIGHT, TAS_NUM_LEGS } TasLeg;
typedef enum { TAS_EQUAL_LEGS, TAS_STATURE } TasGoal;

extern const char *const tas_bone_names[TAS_NUM_BONES]; /* "femur", "tibia" */
extern const char *const tas_leg_names[TAS_NUM_LEGS];   /* "left", "right" */

/* ---- devices ---- */

/* Days from surgery to consolidation for each cm of length. */
typedef struct {
  PetscReal   typical, low, high;
  const char *source;
} TasHealingIndex;

typedef struct {
  const char     *name; /* of models/device.h */
  TasHealingIndex healing[TAS_NUM_BONES]; /* days/cm */
} TasPlanDevice;

#define TAS_PLAN_DEVICES "ilizarov-frame | hexapod | magnetic-nail | ratchet-nail | motorised-nail | ideal" /* in the order of the table */
#define TAS_NUM_PLAN_DEVICES 6
extern const TasPlanDevice tas_plan_devices[TAS_NUM_PLAN_DEVICES];

/* The standard stroke of a device, mm; 0: not limited. source: of that value. */
PetscReal TasPlanStroke(const TasPlanDevice *device, const char **source);

/* ---- what is asked for ---- */

#define TAS_NO_DATE INT64_MIN
#define TAS_PLAN_RESOLUTIONS "coarse | medium | fine"

typedef struct {
  PetscBool lengthened;
  int       device;         /* index into tas_plan_devices */
  PetscReal share;          /* of the target; below 0: by proportion */
  PetscReal most_share;     /* of the bone's length, and ... */
  PetscReal most_length;    /* ... mm, in one procedure */
  PetscReal stroke;         /* mm, of the device that was chosen; 0: its standard */
  PetscReal rate, latency;  /* mm/s, s */
  PetscReal start;          /* s: its surgery after the first one */
  PetscInt  steps_per_day;
} TasBoneWanted;

typedef struct {
  char          title[256];
  PetscReal     age;        /* years; 0: not given */
  int           sex;        /* 0 not given, 1 female, 2 male */
  PetscReal     bone[TAS_NUM_LEGS][TAS_NUM_BONES]; /* mm */
  PetscBool     bones_given[TAS_NUM_LEGS];         /* FALSE: from the leg's length, by the mean ratio of femur to tibia */
  TasGoal       goal;
  PetscReal     gain;       /* stature, mm */
  PetscReal     residual;   /* equal legs: difference that is left on purpose, mm */
  TasBoneWanted wanted[TAS_NUM_BONES];
  int64_t       surgery;    /* days since 1970-01-01, or TAS_NO_DATE */
  PetscReal     follow_up_distraction, follow_up_consolidation; /* s; 0: none */
  int           resolution; /* of TAS_PLAN_RESOLUTIONS */
  PetscReal     after;      /* s that cases go on after the end of distraction */
} TasPlanWanted;

/* The mean ratio of femur to tibia: Strecker et al. 1997 J Bone Joint Surg Br 79:1019 (abstract), 1.26 +- 0.1 (2 SD), CT of 355 adults. */
#define TAS_FEMUR_TO_TIBIA 1.26

/* tasis keys plan, docs/plan.md */
extern const TasCaseTable tas_plan_tables[];
extern const PetscInt     tas_num_plan_tables;

/* Reads plan.yaml. *c: owns the text, destroy it last; problem: as of TasCaseRead.  Collective. */
PetscErrorCode TasPlanRead(MPI_Comm comm, const char *path, PetscInt num_overrides, char *const *overrides, TasCase **c, TasPlanWanted *wanted, char *problem);

/* ---- what is planned ---- */

/* One bone of one leg. Days count from the first surgery and are whole ones, rounded up. */
typedef struct {
  TasLeg    leg;
  TasBone   bone;
  PetscReal bone_length, length; /* mm: of the bone, and by which it is lengthened */
  PetscReal asked;               /* mm: before limits */
  PetscReal most;                /* mm: by its limits */
  PetscReal stroke;              /* mm; 0: not limited */
  PetscBool stroke_suffices;
  PetscInt  surgery, latency_end, distraction_end;
  PetscInt  consolidated[3];     /* typical, earliest, latest */
} TasPlannedBone;

#define TAS_MAX_PLANNED (TAS_NUM_LEGS * TAS_NUM_BONES)
#define TAS_MAX_WARNINGS 64

typedef struct {
  PetscReal      leg[TAS_NUM_LEGS]; /* mm */
  PetscReal      discrepancy;       /* mm, left - right */
  PetscReal      target;            /* mm of length for each leg that is lengthened */
  PetscReal      missing;           /* mm of the target that the limits of the bones leave out */
  PetscInt       num_bones;
  TasPlannedBone bones[TAS_MAX_PLANNED];
  PetscInt       days[3];           /* until everything has consolidated: typical, earliest, latest */
  PetscInt       num_warnings;
  char           warnings[TAS_MAX_WARNINGS][400];
} TasPlan;

/* problem: empty, or why nothing can be planned (the legs are equal). */
void TasPlanMake(const TasPlanWanted *wanted, TasPlan *plan, char *problem);

/* Fills plan->warnings; part of TasPlanMake. */
void TasPlanWarn(const TasPlanWanted *wanted, TasPlan *plan);

/* Divides target among the bones by weights, none beyond most; what does not fit goes to the other bone. Returns what fits nowhere. */
PetscReal TasPlanDivide(PetscReal target, const PetscReal weight[TAS_NUM_BONES], const PetscReal most[TAS_NUM_BONES], PetscReal length[TAS_NUM_BONES]);

/* ---- dates ---- */

/* Days since 1970-01-01 in the Gregorian calendar; FALSE: not a date of the form 2027-03-01. */
PetscBool TasDateRead(const char *text, int64_t *date);
void      TasDateWrite(int64_t date, char text[16]);

/* ---- writing ---- */

void TasPlanPrint(FILE *file, const TasPlanWanted *wanted, const TasPlan *plan);
void TasPlanPrintCsv(FILE *file, const TasPlanWanted *wanted, const TasPlan *plan);
/* The case of a planned bone, as YAML. source: the plan's file, for a comment. */
void TasPlanPrintCase(FILE *file, const TasPlanWanted *wanted, const TasPlannedBone *bone, const char *source);
/* "right-tibia" */
void TasPlanBoneName(const TasPlannedBone *bone, size_t size, char *name);
