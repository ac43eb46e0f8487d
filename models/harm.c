/* Rules of harm: their tables, their margins. Theory: docs/theory/harm.md. The values are in harm_values.c. */
#include "models/harm.h"
#include "models/models_impl.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#define YOUNG_BELOW 50.0 /* age, years: the classes of Anttila et al. 2019 */

const char *const tas_kind_names[TAS_NUM_KINDS] = {"none", "muscle", "tendon", "nerve", "vessel", "skin", "fascia"};

static const struct {
  const char   *preset;
  TasTissueKind kind;
} preset_kinds[] = {
    {"muscle", TAS_KIND_MUSCLE}, {"tendon", TAS_KIND_TENDON}, {"aponeurosis", TAS_KIND_TENDON}, {"nerve", TAS_KIND_NERVE},
    {"artery", TAS_KIND_VESSEL}, {"vein", TAS_KIND_VESSEL},   {"skin", TAS_KIND_SKIN},          {"fascia", TAS_KIND_FASCIA},
};

TasTissueKind TasKindOfPreset(const char *preset)
{
  for (PetscInt p = 0; p < TAS_COUNT(preset_kinds); p++)
    if (!strcmp(preset_kinds[p].preset, preset)) return preset_kinds[p].kind;
  return TAS_KIND_NONE;
}

/* ---- parameters ---- */

#define STRAIN 0, 10, PETSC_FALSE, PETSC_TRUE /* range of a strain: above 0, at most 10 */
#define ANTTILA "Anttila et al. 2019 (PMC6532398), 104 donors"
#define AGE                                                                                                                                \
  {                                                                                                                                        \
    "age", "1", 0, 120, PETSC_TRUE, PETSC_TRUE, YOUNG_BELOW, "in years; below 50 the limit of the young holds",                            \
        "assumed: without an age, the lower limit"                                                                                         \
  }

static const TasParameter nerve_blood_flow[] = {
    {"arrest_strain", "1", STRAIN, 0.157, "strain above in situ at which the blood flow has stopped",
     "Ogata & Naito 1986, J Hand Surg Br 11:10, rabbit sciatic nerve, mean of complete arrest"},
    {"slowing_strain", "1", 0, 10, PETSC_TRUE, PETSC_TRUE, 0.08, "strain above in situ up to which the blood flow is whole",
     "derived: 8 % for 2 h cost no conduction (Effects of acute graded strain on efferent conduction properties in the rabbit tibial nerve, "
     "30 rabbits); venous slowing at 8 % is attributed to Lundborg & Rydevik 1973 (value not verified)"},
};

static const TasParameter nerve_ischaemia[] = {
    {"block_dose", "h", 0, 1000, PETSC_FALSE, PETSC_TRUE, 1.9, "ischaemia dose at which conduction is blocked",
     "fitted: 15 % strain for 2 h took 99 % of the muscle action potential (Effects of acute graded strain on efferent conduction properties "
     "in the rabbit tibial nerve, 30 rabbits), a dose of 1.95 h here"},
    {"slowed_dose", "h", 0, 1000, PETSC_FALSE, PETSC_TRUE, 0.17, "ischaemia dose from which conduction is slowed",
     "impairment within 10 min of arterial occlusion, rat sciatic nerve (Muscle Nerve 1985, 8:409, abstract)"},
    {"slowed_strain", "1", STRAIN, 0.1, "strain above in situ from which conduction is slowed at once",
     "derived: amplitude falls about linearly from 10 % beyond the physiological maximum on, hardly at 5 % (Tensile physiology: measuring "
     "force and conduction in peripheral nerves undergoing controlled stretch, 2009, guinea pig)"},
    {"recovery_time", "h", 0, 10000, PETSC_FALSE, PETSC_TRUE, 8, "time constant with which the dose is forgotten in full flow",
     "derived: normal within 24 h of a transient ischaemia, three time constants (Muscle Nerve 1985, 8:409, abstract, rat)"},
};

static const TasParameter nerve_strain[] = {
    {"strain", "1", STRAIN, 0.201, "strain above in situ at which the nerve tears",
     "Mahan et al. 2017 (ASPN abstract), fresh rat sciatic nerve, slow pull; 14.4 % in a rapid pull; taken as strain above in situ"},
};

static const TasParameter vessel_stretch[] = {
    {"strain", "1", STRAIN, 0.27, "elastic strain along the vessel at which damage begins, age 50 and above", ANTTILA ": stretch 1.27"},
    {"strain_young", "1", STRAIN, 0.51, "the same below the age of 50", ANTTILA ": stretch 1.51"},
    AGE,
};

static const TasParameter vessel_stress[] = {
    {"stress", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, 0.106, "wall stress along the vessel at which damage begins, age 50 and above",
     ANTTILA ": 106 kPa along; taken as Cauchy stress"},
    {"stress_young", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, 0.196, "the same below the age of 50",
     ANTTILA ": 196 kPa along; taken as Cauchy stress"},
    AGE,
};

static const TasParameter muscle_overstretch[] = {
    {"strain", "1", STRAIN, 0.6, "sarcomere strain above the optimal length at which the filaments no longer overlap",
     "Blemker, Pinsky & Delp 2005, J Biomech 38:657: active force ends at 1.6 optimal lengths"},
    {"optimal_length", "um", 0, 100, PETSC_FALSE, PETSC_TRUE, 2.7, "optimal sarcomere length",
     "within 2.64 to 2.81 um of human filaments (Gollapudi & Lin 2009, J Biomech 42:2011, abstract)"},
    {"rest_length", "um", 0, 100, PETSC_FALSE, PETSC_TRUE, 2.7, "sarcomere length before surgery, where the model has none",
     "assumed: the optimal length"},
};

static const TasParameter muscle_contracture[] = {
    {"index", "1", 0, 1, PETSC_FALSE, PETSC_FALSE, 0.15, "share of the sarcomeres needed for the present length that is missing",
     "derived from one girl's femur lengthened by 4 cm: sarcomeres of vastus lateralis of 3.64 um, and 3.11 um eight months later (Boakes et "
     "al. 2007, Clin Orthop Relat Res 454:250), so 15 % of them were missing and were made good"},
};

#define SIMPSON "Simpson et al. 1995, J Bone Joint Surg Br 77:630, rabbit: "
#define FITTED  "fitted: cases/rabbit-tibia, where half of the muscle is strained by "

static const TasParameter muscle_fibrosis[] = {
    {"rate", "1/day", 0, 100, PETSC_FALSE, PETSC_TRUE, 0.02, "strain a day above which fibrous tissue forms between the fibres",
     FITTED "1.7 % a day at 1 mm/day and 2.5 % at 1.6; " SIMPSON "endomysial fibrosis above 1 mm/day"},
    {"compliance_rate", "1/day", 0, 100, PETSC_FALSE, PETSC_TRUE, 0.01, "strain a day up to which passive compliance stays normal",
     FITTED "0.7 % a day at 0.4 mm/day and 1.2 % at 0.7; " SIMPSON "compliance normal at 0.4 mm/day only"},
    {"window", "day", 0, 1000, PETSC_FALSE, PETSC_TRUE, 1, "time over which the rate is averaged (exponentially)",
     "assumed: as long as the day that rates are stated for"},
};

static const TasParameter tendon_strain[] = {
    {"strain", "1", STRAIN, 0.075, "elastic strain at which tendon tears",
     "attributed to Wren et al. 2001 (value not verified): substance of the Achilles tendon 7.5 to 9.9 %, the lower end"},
};

static const TasParameter skin_stretch[] = {
    {"strain", "1", STRAIN, 0.13, "elastic strain along the fibres at which the first of them break",
     "Li & Luo 2016, Ann Biomed Eng 44:3109 (PMC5042997): fibre stretch 1.13 to 1.32 depending on species, the lower end; excised human back "
     "tears at 54 % (Ni Annaidh et al. 2012)"},
};

static const TasParameter fascia_strain[] = {
    {"strain", "1", STRAIN, 0.1411, "elastic strain at which fascia tears",
     "BMC Musculoskelet Disord 2009, 10:105, rabbit deep fascia, not lengthened"},
};

/* ---- rules ---- */

#define PARAMETERS(table) TAS_COUNT(table), table

const TasRule tas_rules[TAS_NUM_RULES] = {
    [TAS_RULE_NERVE_BLOOD_FLOW]   = {"nerve-blood-flow", "Strain stops the blood flow in a nerve; relaxation of stress does not restore it.",
                                     "strain above in situ", "1", TAS_KIND_NERVE, PETSC_FALSE, PARAMETERS(nerve_blood_flow)},
    [TAS_RULE_NERVE_ISCHAEMIA]    = {"nerve-ischaemia", "A nerve stops conducting when blood has been missing for long.", "ischaemia dose",
                                     "h", TAS_KIND_NERVE, PETSC_FALSE, PARAMETERS(nerve_ischaemia)},
    [TAS_RULE_NERVE_STRAIN]       = {"nerve-strain", "A nerve tears.", "strain above in situ", "1", TAS_KIND_NERVE, PETSC_FALSE,
                                     PARAMETERS(nerve_strain)},
    [TAS_RULE_VESSEL_STRETCH]     = {"vessel-stretch", "A vessel's wall is damaged by stretch.", "elastic strain along the vessel", "1",
                                     TAS_KIND_VESSEL, PETSC_TRUE, PARAMETERS(vessel_stretch)},
    [TAS_RULE_VESSEL_STRESS]      = {"vessel-stress", "A vessel's wall is damaged by stress.", "Cauchy stress along the vessel", "MPa",
                                     TAS_KIND_VESSEL, PETSC_TRUE, PARAMETERS(vessel_stress)},
    [TAS_RULE_MUSCLE_OVERSTRETCH] = {"muscle-overstretch", "Sarcomeres are pulled out of overlap.", "sarcomere strain above the optimal length",
                                     "1", TAS_KIND_MUSCLE, PETSC_FALSE, PARAMETERS(muscle_overstretch)},
    [TAS_RULE_MUSCLE_CONTRACTURE] = {"muscle-contracture", "Sarcomeres are added more slowly than the muscle is lengthened.",
                                     "contracture index", "1", TAS_KIND_MUSCLE, PETSC_FALSE, PARAMETERS(muscle_contracture)},
    [TAS_RULE_MUSCLE_FIBROSIS]    = {"muscle-fibrosis", "Muscle that is lengthened too fast becomes fibrous.", "strain a day", "1/day",
                                     TAS_KIND_MUSCLE, PETSC_FALSE, PARAMETERS(muscle_fibrosis)},
    [TAS_RULE_TENDON_STRAIN]      = {"tendon-strain", "A tendon or an aponeurosis tears.", "elastic strain along the fibres", "1",
                                     TAS_KIND_TENDON, PETSC_FALSE, PARAMETERS(tendon_strain)},
    [TAS_RULE_SKIN_STRETCH]       = {"skin-stretch", "Fibres of the skin break.", "elastic strain along the fibres", "1", TAS_KIND_SKIN,
                                     PETSC_FALSE, PARAMETERS(skin_stretch)},
    [TAS_RULE_FASCIA_STRAIN]      = {"fascia-strain", "Fascia tears.", "elastic strain along the fibres", "1", TAS_KIND_FASCIA, PETSC_FALSE,
                                     PARAMETERS(fascia_strain)},
};

PetscInt TasRuleFind(const char *name)
{
  for (PetscInt r = 0; r < TAS_NUM_RULES; r++)
    if (!strcmp(tas_rules[r].name, name)) return r;
  return -1;
}

/* ---- limits of a case ---- */

void TasLimitsSetStandard(TasLimits *limits)
{
  limits->share = 0;
  for (PetscInt r = 0; r < TAS_NUM_RULES; r++) {
    limits->off[r] = PETSC_FALSE;
    for (PetscInt k = 0; k < TAS_MAX_RULE_PARAMETERS; k++)
      limits->value[r][k] = k < tas_rules[r].num_parameters ? tas_rules[r].parameters[k].standard : 0;
  }
}

/* Parameters of a rule of which the first must be the larger one. */
static const struct {
  TasRuleNumber rule;
  int           larger, smaller;
} ordered[] = {{TAS_RULE_NERVE_BLOOD_FLOW, 0, 1}, {TAS_RULE_NERVE_ISCHAEMIA, 0, 1}, {TAS_RULE_MUSCLE_FIBROSIS, 0, 1}};

PetscInt TasLimitsCheck(const TasLimits *limits, char *problem)
{
  problem[0] = 0;
  for (PetscInt o = 0; o < TAS_COUNT(ordered); o++) {
    const TasRule   *rule  = &tas_rules[ordered[o].rule];
    const PetscReal *value = limits->value[ordered[o].rule];

    if (value[ordered[o].larger] > value[ordered[o].smaller]) continue;
    (void)snprintf(problem, 512, "found %s %g and %s %g, allowed: %s above %s", rule->parameters[ordered[o].larger].key,
                   (double)value[ordered[o].larger], rule->parameters[ordered[o].smaller].key, (double)value[ordered[o].smaller],
                   rule->parameters[ordered[o].larger].key, rule->parameters[ordered[o].smaller].key);
    return ordered[o].rule;
  }
  return -1;
}

PetscReal TasRuleLimit(TasRuleNumber rule, const TasLimits *limits)
{
  const PetscReal *value = limits->value[rule];

  return value[tas_rules[rule].by_age && value[2] < YOUNG_BELOW ? 1 : 0];
}

PetscReal TasRuleMargin(TasRuleNumber rule, const TasLimits *limits, PetscReal value)
{
  const PetscReal limit = TasRuleLimit(rule, limits);

  return PetscMin(1, (limit - value) / limit);
}
