#pragma once
/*
  A case: what the user asks for, read from one YAML file, checked, and resolved into plain structures.

  Internal units everywhere: mm, N, MPa, s, rad; model parameters alone stay in the unit of their own table (models/material.h).
  Days occur only where they are printed.

  Two steps make a case complete, both collective, both give the same case on every rank:
    TasCaseRead      the YAML file and the --set overrides, with what a built-in limb brings: keys, units, ranges, relations;
    TasCaseLoadMesh  reads or builds the mesh, and resolves every name of it.
  After the second one the solver needs nothing but the structures below:
    tissues[i]  is tissue i of the mesh, with at least one model, and with fibre directions where a model needs them;
    surfaces[i] is surface i of the mesh;
    bodies      form trees;

  A user's mistake fills problem (TAS_PROBLEM_LENGTH) with one line, "case.yaml:12: path.to.key: found ..., allowed ...";
  it is not an error in PETSc's sense, and the case is then only good for TasCaseDestroy.
*/
#include <stddef.h>
#include "mesh/limb_subject.h"
#include "mesh/mesh.h"
#include "models/harm.h"
#include "models/device.h"
#include "models/material.h"
#include "models/regenerate.h"
#include "models/stiffness_class.h"
#include "models/torque.h"
#include "solver/case/case_tree.h"
#include "solver/strands/strand.h"

#define TAS_MAX_TERMS 8 /* of a model whose parameters are lists */

/* Of one bone. What belongs to the second one is called as that of the first, with this before it: sections, coordinate, columns. */
#define TAS_MAX_OSTEOTOMIES 2
#define TAS_SECOND          "second_"
#define TAS_OSTEOTOMY_PREFIX(k) ((k) ? TAS_SECOND : "")

/* Something that follows a curve: value * curve(t). */
typedef struct {
  PetscReal value;
  PetscInt  curve; /* index into curves, always valid */
  PetscBool given; /* a condition stands here: for displacement of a surface, FALSE is "not prescribed" */
} TasCaseValue;

typedef struct {
  PetscReal value[3];
  PetscInt  curve;
  PetscBool given;
} TasCaseVector;

/* A factor in time: piecewise linear, constant beyond its ends; two equal times are a jump. Curve 0 is the default: 0 at the start, 1 at
 * the end. */
typedef struct {
  char       name[TAS_NAME_LENGTH];
  PetscInt   num_times;
  PetscReal *times;  /* s, never decreasing */
  PetscReal *values; /* 1 */
} TasCaseCurve;

/* ---- mesh ---- */
typedef struct {
  char           file[PETSC_MAX_PATH_LEN]; /* empty: limb. Relative paths are already joined to the case's folder */
  PetscReal      unit;                     /* mm per unit of length in the file */
  const TasLimb *limb;                     /* NULL: file */
  const TasSubject *subject;               /* NULL: the limb as it is */
  PetscReal     *dimensions;               /* [limb->num_dimensions] in the unit of the limb's table, of the subject's size */
  PetscInt       cells;                    /* limb: about how many */
  PetscBool      element_given;
  TasElement     element; /* after TasCaseLoadMesh: fits the shape of the cells */
  TasMeshData    data;    /* filled on rank 0 by TasCaseLoadMesh; whoever distributes it may clear it afterwards */
} TasCaseMesh;

/* ---- living tissue ---- */
/* Which of the living parts of presets count; what a tissue gives itself always does. */
typedef struct {
  PetscBool prestrain, relaxation, growth;
  PetscReal geometry_tolerance; /* mm: by which the limb may move when prestrain comes to equilibrium */
  PetscReal growth_tolerance;   /* of theta in a step */
} TasCaseLiving;

/* ---- tissues ---- */
typedef struct {
  PetscReal value[TAS_MAX_TERMS];   /* in the unit of the parameter's table; missing terms zero */
  char      field[TAS_NAME_LENGTH]; /* not empty: one value a cell, from this field of the mesh ... */
  PetscReal scale;                  /* ... times this, parameter's unit per unit in the file */
  const char *origin; /* of the value, where it is neither of the preset nor the default; NULL */
} TasCaseParameter;

typedef struct {
  const TasModel   *model;
  PetscInt          num_terms;  /* 1, or number of terms given (Ogden) */
  TasCaseParameter *parameters; /* [model->num_parameters] */
} TasCaseModel;

typedef enum { TAS_DIRECTION_NONE, TAS_DIRECTION_CONSTANT, TAS_DIRECTION_LAPLACE, TAS_DIRECTION_FIELD } TasDirectionKind;

typedef struct {
  TasDirectionKind kind;
  PetscReal        constant[3];           /* unit vector */
  char             from[TAS_NAME_LENGTH]; /* laplace: surface or tissue, see TasMeshLaplaceFibres */
  char             to[TAS_NAME_LENGTH];
  PetscReal        pennation;              /* rad */
  char             field[TAS_NAME_LENGTH]; /* cell field of 3 components; its vectors need not be of unit length, but never zero */
} TasCaseDirection;

typedef struct {
  char             name[TAS_NAME_LENGTH];
  char             preset[TAS_NAME_LENGTH]; /* empty: none */
  TasTissueKind    kind;                    /* which rules of harm judge it */
  PetscReal        prestrain;               /* brought by a limb: the first parameter of the prestrain model, instead of the preset's; 0: none */
  char             prestrain_source[300];
  PetscInt         num_models;
  TasCaseModel    *models; /* matrix and fibres, then at most one each of volume, prestrain, relaxation, growth */
  TasCaseDirection fibre;
  TasCaseDirection sheet; /* CONSTANT or FIELD; made normal to the fibre by whoever uses it */
  const TasNode   *node;  /* where it was written; NULL: brought by the limb */
} TasCaseTissue;

/* ---- rigid bodies and joints ---- */
#define TAS_MAX_ARMS 4

/* Of a muscle's end about a joint that the muscle passes. */
typedef struct {
  PetscInt  joint;
  PetscReal length; /* mm a rad, with sign */
} TasCaseArm;

/* Motion in the frame of the parent: x = centre + translation + R(rotation) (X - centre), rotation a rotation vector (axis times
   angle), components 0..2 translation (mm), 3..5 rotation vector (rad): prescribed, value 0 meaning held, except where free[k].
   A joint turns the body on top of that, arms draw it along a direction.  Force and moment act at and about the moved centre. */
typedef struct {
  char           name[TAS_NAME_LENGTH];
  PetscInt       parent; /* -1: none */
  PetscBool      centre_given;
  PetscReal      centre[3]; /* that of its joint; where not given: centroid of its surfaces, by the solver */
  TasCaseValue   motion[6];
  PetscBool      free[6];
  PetscReal      along[3]; /* unit vector: where the arms draw it */
  PetscInt       num_arms;
  TasCaseArm     arm[TAS_MAX_ARMS];
  PetscInt       turning_joint;  /* that it turns with, on the joint's axis; -1: none */
  PetscReal      turning_share;  /* by so much of its angle */
  struct TasCaseStrand_ *remote;  /* what goes on of a muscle outside the mesh, its two points that far apart; NULL: none, the arms draw the body itself */
  TasCaseVector  force;  /* N */
  TasCaseVector  moment; /* N mm */
  const TasNode *node;
} TasCaseBody;

/* A hinge. Its angle is a generalised coordinate. */
typedef struct {
  char           name[TAS_NAME_LENGTH];
  PetscInt       body; /* that it turns in the frame of that body's parent; -1: none, only arms feel it */
  PetscReal      centre[3], axis[3];
  PetscReal      undeformed;        /* rad, of the undeformed limb */
  PetscReal      lowest, highest;   /* rad, healthy range */
  PetscBool      free;              /* the angle balances what acts on it */
  TasCaseValue   angle;             /* rad, where not free: from that of the undeformed limb (curve 0) to this one (curve 1) */
  TasCaseValue   moment;            /* N mm towards larger angles, where free */
  TasJointKind   kind;              /* of the law */
  const TasTorqueLaw *passive;      /* of what is not in the mesh, or NULL */
  PetscReal      parameters[TAS_MAX_TORQUE_PARAMETERS];
  const TasNode *node;              /* NULL: brought by the limb */
} TasCaseJoint;

/* The plane of the cut. It divides surfaces that lie on both its bodies: points with (X - point).normal > 0 are distal. */
typedef struct {
  PetscBool given;
  PetscReal point[3];
  PetscReal normal[3]; /* unit vector towards the distal side */
  PetscInt  proximal;  /* bodies */
  PetscInt  distal;
} TasCaseOsteotomy;

/* ---- surfaces ---- */
typedef struct {
  char           name[TAS_NAME_LENGTH];
  TasSurfaceKind kind;       /* free, attached to or gliding on bodies; the loads below come on top (not on attached) */
  PetscInt       num_bodies; /* 0, 1, or more, from proximal to distal, which osteotomies divide */
  PetscInt       bodies[TAS_MAX_OSTEOTOMIES + 1];
  PetscInt       cuts[TAS_MAX_OSTEOTOMIES]; /* [num_bodies - 1] number of the osteotomy behind each */
  PetscReal      tangential_stiffness; /* gliding, MPa/mm; 0: free to glide */
  PetscReal      along[3];             /* gliding: the only direction of slip, a unit vector; zero: any */
  TasCaseValue   displacement[3];      /* x, y, z, each only where given */
  TasCaseVector  traction;             /* MPa per reference area, dead */
  TasCaseValue   pressure;             /* MPa per current area, follows the surface, positive presses on the tissue */
  const TasNode *node;                 /* NULL: brought by the limb, or not named in the case */
} TasCaseSurface;

/* ---- strands ---- */
typedef struct {
  TasStrandEnd   part;
  PetscInt       num_arms;
  TasCaseArm     arm[TAS_MAX_ARMS];    /* by which angles draw the far end of a remote part outwards */
  const TasNode *arms_node;            /* of the case, or NULL; until joints have been read */
} TasCaseStrandEnd;

typedef struct TasCaseStrand_ {
  TasCaseTissue  law;                  /* first, so that it is read like a tissue: name, preset, models (none with a field of the mesh) */
  char           group[TAS_NAME_LENGTH]; /* physical group of lines that its path is, empty: none; TasCaseLoadMesh takes the points from it */
  PetscInt       num_points;
  PetscReal     *points;               /* [num_points][3] its path through the undeformed tissue, mm; no two neighbours alike */
  PetscReal      area;                 /* mm2 */
  PetscReal      spacing;              /* of its nodes at most, mm, or ... */
  PetscInt       nodes;                /* ... their number; 0: by spacing */
  PetscReal      tangential_stiffness; /* of its bed, MPa/mm */
  PetscReal      turnover_time;        /* of its bed, s; 0: none */
  PetscReal      perimeter;            /* that the bed acts on, mm */
  TasCaseStrandEnd start, end;
  PetscBool      two_way;              /* the tissue feels it */
  const TasNode *node; /* NULL: brought by the limb */
} TasCaseStrand;

/* ---- pins ---- */
/* A wire or half-pin of an external fixator: a straight line through the undeformed tissue that moves with its body. */
typedef struct {
  char           name[TAS_NAME_LENGTH];
  PetscInt       body;
  PetscReal      start[3], end[3];  /* mm; of a pin that is placed in a limb, by TasCaseLoadMesh: a little beyond the skin */
  PetscReal      direction[3];      /* unit vector: how such a pin leaves the bone, else zero */
  PetscBool      through;           /* ... and leaves it on the other side, too */
  PetscReal      diameter;          /* mm */
  PetscReal      stiffness;         /* across its axis, MPa; 0: by the tissue */
  PetscReal      axial_stiffness;   /* along it, MPa */
  const TasNode *node;              /* NULL: of a frame */
} TasCasePin;

/* ---- the treatment ---- */
/* A change of the plan of distraction at a time. */
typedef enum {
  TAS_CHANGE_RATE,    /* mm/s */
  TAS_CHANGE_RHYTHM,  /* steps a day */
  TAS_CHANGE_PAUSE,   /* s */
  TAS_CHANGE_REVERSE, /* mm by which the bone is shortened before lengthening goes on */
  TAS_CHANGE_END      /* lengthening is over, whatever was wanted */
} TasChangeKind;

typedef struct {
  TasChangeKind kind;
  PetscReal     time; /* s */
  PetscReal     value;
} TasCaseChange;

/* What is to be done at an osteotomy; by which device, see TasCaseDevice. */
typedef struct {
  PetscInt       body;
  PetscReal      direction[3]; /* unit vector */
  PetscReal      length;       /* mm at the end */
  PetscReal      rate;         /* mm/s */
  PetscReal      latency;      /* s before the first step */
  PetscInt       num_steps;    /* where the lengthening is steady: load steps of it */
  PetscReal      ramp;         /* s that a step takes; 0: the lengthening is steady */
  PetscReal      steps_per_day;
  PetscInt       resolve_every; /* days of which one is calculated step by step, the others as a steady lengthening */
  PetscInt       num_changes;
  TasCaseChange *changes; /* in order of time */
} TasCaseDistraction;

/* A model with its parameters in the units of its table. */
typedef struct {
  const TasDevice *model; /* never NULL after reading */
  PetscReal        parameters[TAS_MAX_DEVICE_PARAMETERS];
  PetscInt         seed;
} TasCaseDevice;

typedef struct {
  const TasRegenerateLaw *law; /* NULL: the gap is empty */
  PetscReal               parameters[TAS_MAX_REGENERATE_PARAMETERS];
} TasCaseRegenerate;

/* Stretching of a joint: pushed towards a torque, but not beyond an angle, held, let go; so many times a session, so many sessions. */
typedef struct {
  char           name[TAS_NAME_LENGTH];
  PetscInt       joint;
  PetscReal      torque;             /* N mm: the stretch goes on up to it; positive towards larger angles */
  PetscReal      angle;              /* rad: not beyond; infinite with the torque's sign: as far as it goes */
  PetscReal      ramp, hold, rest;   /* s of a stretch, and before the next one */
  PetscInt       repetitions;
  PetscInt       times_per_day, days_per_week;
  PetscReal      first, last;        /* s of the day at which the first and the last session start */
  PetscReal      begin, end;         /* s: of the treatment */
  PetscReal      missed;             /* share of the days on which it is left out, by chance */
  PetscInt       seed;
  const TasNode *node;
} TasCaseSession;

/* A virtual examination: how far a joint goes under a torque, on certain days.  It leaves no trace in the limb. */
typedef struct {
  char      name[TAS_NAME_LENGTH];
  PetscInt  joint;
  PetscReal torque;       /* N mm, positive towards larger angles */
  PetscReal ramp;         /* s */
  PetscReal every, first; /* s: on the first day (0: before surgery), and so often after it */
} TasCaseExamination;

/* What is done when a margin gets small, and until when. */
typedef enum {
  TAS_ACTION_PAUSE,   /* for a time */
  TAS_ACTION_SLOW,    /* to a share of the rate */
  TAS_ACTION_REVERSE, /* by a length, then a pause */
  TAS_ACTION_END,     /* lengthening is over */
  TAS_ACTION_STOP     /* the calculation ends, with exit status 4 */
} TasActionKind;

typedef struct {
  char          name[TAS_NAME_LENGTH];
  PetscInt      rule;     /* TasRuleNumber; -1: all */
  char          tissue[TAS_NAME_LENGTH]; /* tissue or strand that is watched; empty: all */
  PetscReal     margin;   /* at or below which it acts */
  PetscReal     recovery; /* margin from which on it goes on as before */
  PetscReal     every;    /* s that it looks away at most */
  TasActionKind action;
  PetscReal     pause;    /* s */
  PetscReal     share;    /* of the rate */
  PetscReal     length;   /* mm of reversal */
} TasCaseMonitor;

/* ---- time ---- */
/* A time that no step crosses, see schedule.h. The calculation starts at time 0, which is no event. */
typedef struct {
  PetscReal time;   /* s */
  PetscBool output; /* fields are written here */
} TasCaseEvent;

/* ---- solver, output ---- */
typedef enum { TAS_LINEAR_AUTO, TAS_LINEAR_DIRECT, TAS_LINEAR_ITERATIVE } TasLinearSolver;

typedef struct {
  PetscReal       tolerance;          /* estimated error of the displacement relative to it */
  PetscReal       force_tolerance;    /* norm of the residual relative to that of the reaction and load forces; 0: from tolerance */
  PetscReal       absolute_tolerance; /* N: below it the residual is zero whatever the loads */
  PetscInt        max_iterations;     /* Newton, before the step is cut */
  TasLinearSolver linear;
  PetscReal       linear_tolerance; /* iterative: reduction of the error by a solve */
  PetscReal       smallest_step;    /* share of the interval between two events below which the calculation gives up */
  PetscBool       line_search;
  PetscBool       predictor; /* start from the extrapolated last increment */
} TasCaseSolver;

typedef struct {
  PetscInt  every;      /* fields are written at every n-th step of the schedule, and at the end */
  PetscBool no_fields;  /* history and log alone */
  PetscInt  num_fields; /* 0: all */
  char (*fields)[TAS_NAME_LENGTH];
  PetscBool double_precision; /* of fields */
} TasCaseOutput;

#define TAS_MAX_SCRIPTS 8
typedef struct {
  PetscInt  num_scripts; /* 0: nothing is shown while the run goes */
  char      scripts[TAS_MAX_SCRIPTS][PETSC_MAX_PATH_LEN];
  PetscReal every; /* s; 0: every step */
} TasCaseCatalyst;

/* A field that may be asked for in output.fields; the table is in case_settings.c. */
typedef struct {
  const char *name;
  const char *unit;
  const char *meaning;
} TasOutputField;
extern const TasOutputField tas_output_fields[];
extern const PetscInt       tas_num_output_fields;

/* One line of the resolved case, for `tasis check` and the provenance of results. */
typedef struct {
  char *path;   /* tissues.muscle.matrix.mu */
  char *value;  /* with its unit */
  char *origin; /* "case.yaml:12", "--set ...", "default", "preset muscle: <source>", "limb tibia: <source>" */
} TasCaseEntry;

typedef struct TasCase_ {
  MPI_Comm           comm;
  char               path[PETSC_MAX_PATH_LEN]; /* of the YAML file */
  char               name[TAS_NAME_LENGTH];    /* folder of case.yaml, or the file's name without suffix */
  char               title[256];
  char              *text; /* the YAML file as read; with --set: the merged case, written out again */
  TasTree           *tree; /* the parsed text; the nodes kept above point into it */
  TasCaseMesh        mesh;
  TasCaseLiving      living;
  const TasStiffnessClass *stiffness_class; /* of the subject: what it does to presets */
  PetscInt           num_tissues;
  TasCaseTissue     *tissues;
  PetscInt           num_bodies;
  TasCaseBody       *bodies;
  PetscInt           num_joints;
  TasCaseJoint      *joints;
  TasCaseOsteotomy   osteotomy[TAS_MAX_OSTEOTOMIES];
  TasLimits          limits; /* of harm */
  PetscInt           num_surfaces;
  TasCaseSurface    *surfaces;
  PetscInt           num_strands;
  TasCaseStrand     *strands;
  PetscInt           num_pins;
  TasCasePin        *pins;
  PetscInt           num_curves;
  TasCaseCurve      *curves;
  PetscInt           num_distractions; /* osteotomies that are distracted */
  TasCaseDistraction distraction[TAS_MAX_OSTEOTOMIES];
  TasCaseDevice      device[TAS_MAX_OSTEOTOMIES];
  TasCaseRegenerate  regenerate[TAS_MAX_OSTEOTOMIES];
  PetscInt           num_sessions;
  TasCaseSession    *sessions;
  PetscInt           num_examinations;
  TasCaseExamination *examinations;
  PetscInt           num_monitors;
  TasCaseMonitor    *monitors;
  PetscReal          end_time;  /* s */
  PetscReal          step_time; /* s: of the schedule outside the distraction */
  TasCaseSolver      solver;
  TasCaseOutput      output;
  TasCaseCatalyst    catalyst;
  PetscInt           num_entries;
  TasCaseEntry      *entries;
} TasCase;

/* path: a YAML file, or a folder that holds case.yaml. overrides: "path.to.key=value", in the order given.  Collective. */
PetscErrorCode TasCaseRead(MPI_Comm comm, const char *path, PetscInt num_overrides, char *const *overrides, TasCase **c, char *problem);
PetscErrorCode TasCaseDestroy(TasCase **c); /* accepts NULL, sets NULL */

/* Reads the mesh file, or builds the limb with about max_cells cells at most (0: as many as the case asks for), checks it, and
   completes the case as described above.  Collective; the mesh itself is on rank 0 only, in c->mesh.data. */
PetscErrorCode TasCaseLoadMesh(TasCase *c, PetscInt max_cells, char *problem);

/* Is the point on the distal side of that osteotomy? */
PetscBool TasCaseIsDistal(const TasCase *c, PetscInt osteotomy, const PetscReal X[3]);

/* The segment of the bone that the point is at; there is an osteotomy. */
PetscInt TasCaseSegment(const TasCase *c, const PetscReal X[3]);

/* s: when all distraction is over, as planned, without changes; 0 where there is none. */
PetscReal TasCaseEndOfDistraction(const TasCase *c);

/* Value of a curve at a time (s). */
PetscReal TasCaseCurveValue(const TasCase *c, PetscInt curve, PetscReal time);

/* The resolved case as CSV: path,value,origin of every entry. Free the table with PetscFree(). */
PetscErrorCode TasCaseValues(const TasCase *c, char **table);

/* Is that field to be written? */
PetscBool TasCaseWantsField(const TasCase *c, const char *field);

/* A new material of the tissue: its models with their parameters in the cells of the mesh (any rank; not collective).
   problem: what derive() of a model says about values that come from the mesh. */
PetscErrorCode TasCaseCreateMaterial(const TasCaseTissue *tissue, const TasMesh *mesh, TasMaterial *material, char *problem);

/* The same of a strand: uniform. */
PetscErrorCode TasCaseCreateStrandMaterial(const TasCaseStrand *strand, TasMaterial *material, char *problem);
