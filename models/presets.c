/*
  Tissues with values ready to use.  "fitted" values come from scripts/fit_presets.py or cases/calibration; "derived" ones are stated with what they rest
  on.  Directions: fibre along the muscle, tendon, nerve or vessel, for fascia and skin along the leg; two families lie at plus and
  minus `angle` to it in the plane of fibre and sheet.  All elastic values are for the stress-free state of relaxed tissue:
  in-situ prestrain, relaxation and growth come on top where a case asks for them.
*/
#include "models/models_impl.h"

#define PRONY_DERIVED    "derived: of the order of what is measured on such tissue (docs/theory/prony.md); not fitted to a single source"
#define TURNOVER_DERIVED "derived: turnover of collagen in weeks to months; no measurement in the lengthened limb"
#define TENDON_TURNOVER                                                                                                                    \
  "fitted: axial force of cases/tibia-50mm near 300 N; tendon of the rabbit's flexor digitorum longus is longer after 20 % (Szoke et al. " \
  "2005, J Bone Joint Surg Br 87:583), aponeuroses elongate (rabbit tibia, 0.7 mm/day); undisturbed collagen takes longer"
#define BULK_DERIVED "derived: large beside the shear modulus, so that volume changes by less than 1 %"

static const TasPresetValue muscle[] = {
    {"yeoh", "c1", 0.002,
     "derived: shear modulus 4 kPa, inside 2 C10 = 3.5-7.5 kPa of the thigh (Affagard), in Dao & Ho Ba Tho 2018, Appl Bionics Biomech "
     "7631818"},
    {"yeoh", "c2", 0.0005,
     "fitted: shear modulus of the gluteal muscle in vivo times C^-0.36 under compression (Strain-dependent shear properties of human "
     "adipose tissue in vivo, J Mech Behav Biomed Mater 2023, abstract), mean of all directions, down to a stretch of 0.7"},
    {"blemker", "sigma_max", 0.3, "Blemker et al. 2005, J Biomech 38:657; as in ArtiSynth's BlemkerMuscle"},
    {"blemker", "optimal_stretch", 1.0, "Blemker et al. 2005, J Biomech 38:657; as in ArtiSynth's BlemkerMuscle"},
    {"blemker", "p1", 0.05, "Blemker et al. 2005, J Biomech 38:657; as in ArtiSynth's BlemkerMuscle"},
    {"blemker", "p2", 6.6, "Blemker et al. 2005, J Biomech 38:657; as in ArtiSynth's BlemkerMuscle"},
    {"blemker", "stretch_linear", 1.4, "Blemker et al. 2005, J Biomech 38:657; as in ArtiSynth's BlemkerMuscle"},
    {"log-squared", "K", 1.0, "FEBio feature manual, muscle material, example"},
    {"sarcomere-length", "length", 2.8, "Chen et al. 2016, J Biomech 49:2989: 2.84 um in the resting vastus lateralis, knee at 50 degrees"},
    {"sarcomere-length", "slack_length", 2.7, "derived: passive tension begins at the optimum length of human sarcomeres, 2.7 um (Ward et al. 2009, as transcribed)"},
    {"prony", "fraction", 0.2, PRONY_DERIVED},
    {"prony", "fraction", 0.15, PRONY_DERIVED},
    {"prony", "fraction", 0.15, PRONY_DERIVED},
    {"prony", "time", 1, PRONY_DERIVED},
    {"prony", "time", 30, PRONY_DERIVED},
    {"prony", "time", 600, PRONY_DERIVED},
    {"fibre-growth", "time", 6, "fitted: sarcomeres stretched by 1.14 are back within about two weeks (Zoellner et al. 2012, PLoS ONE 7:e45661; value not verified)"},
    {"fibre-growth", "loss_time", 17, "fitted: 23 % fewer serial sarcomeres after three weeks in a short cast (Coutinho et al. 2004, Braz J Med Biol Res 37:1853), held 30 % short (assumed)"},
    {"fibre-growth", "dose_exponent", 3, "fitted: 30 minutes of stretch a day keep sarcomeres in a short cast (Williams 1990, Ann Rheum Dis 49:316), 15 minutes every second day do not (Williams 1988)"},
    {"fibre-growth", "dose_time", 1, "derived: doses in the experiments are daily"},
    {"fibre-growth", "max_rate", 0.02, "derived: 1 mm/day, which active function follows (Simpson et al. 1995, J Bone Joint Surg Br 77:630), over a fascicle of 50 mm (Ward et al. 2009, as transcribed: 44 to 68 mm)"},
    {"fibre-growth", "volume_exponent", 0, "rabbit tibia lengthened by 0.7 mm/day: bellies longer in all six muscles, no gain in mass (Diverse muscle architecture adaptations in a rabbit tibial lengthening model, abstract)"},
    {"transient-network", "time", 20, TURNOVER_DERIVED},
};

static const TasPresetValue tendon[] = {
    {"neo-hookean", "mu", 0.5, "derived: within 0.05 MPa (FEBio feature manual, tendon material, example) to 1 MPa"},
    {"weiss", "c3", 2.7, "FEBio feature manual, tendon material, example (L1)"},
    {"weiss", "c4", 46.4, "FEBio feature manual, tendon material, example (L2)"},
    {"weiss", "c5", 800, "derived: Achilles modulus near 0.8 GPa, attributed to Wren et al. 2001 (value not verified)"},
    {"weiss", "stretch_linear", 1.03, "FEBio feature manual, tendon material, example"},
    {"log-squared", "K", 100, "FEBio feature manual, trans iso Mooney-Rivlin, example"},
    {"prony", "fraction", 0.08, PRONY_DERIVED},
    {"prony", "fraction", 0.08, PRONY_DERIVED},
    {"prony", "fraction", 0.08, PRONY_DERIVED},
    {"prony", "time", 2, PRONY_DERIVED},
    {"prony", "time", 60, PRONY_DERIVED},
    {"prony", "time", 1200, PRONY_DERIVED},
    {"turnover", "time", 20, TENDON_TURNOVER},
    {"turnover", "loss_time", 20, TENDON_TURNOVER},
    {"transient-network", "time", 20, TENDON_TURNOVER},
};

static const TasPresetValue aponeurosis[] = {
    {"neo-hookean", "mu", 0.5, "derived: as tendon"},
    {"weiss", "c3", 1.35,
     "derived: half of the tendon's, so that the slope of the straight fibres, 252 MPa, is between those of softer and stiffer sources"},
    {"weiss", "c4", 46.4, "derived: as tendon"},
    {"weiss", "c5", 0, "derived: smooth end of the toe region"},
    {"weiss", "stretch_linear", 1.03, "derived: as tendon"},
    {"log-squared", "K", 10, "Almonacid et al. 2024, SIAM J Appl Math, Flexodeal: aponeurosis"},
    {"prony", "fraction", 0.08, PRONY_DERIVED},
    {"prony", "fraction", 0.08, PRONY_DERIVED},
    {"prony", "fraction", 0.08, PRONY_DERIVED},
    {"prony", "time", 2, PRONY_DERIVED},
    {"prony", "time", 60, PRONY_DERIVED},
    {"prony", "time", 1200, PRONY_DERIVED},
    {"turnover", "time", 20, TENDON_TURNOVER},
    {"turnover", "loss_time", 20, TENDON_TURNOVER},
    {"transient-network", "time", 20, TENDON_TURNOVER},
};

#define NERVE_RELAXATION                                                                                                                   \
  "fitted: 48 % lost in one hour at a strain of 6 %, 34 % at 9 and 12 %, which count once (Wall et al. 1991, J Hand Surg 16A:859); their " \
  "sum only, divided as assumed (cases/calibration/nerve-relaxation)"
#define NERVE_TIMES "assumed: seconds to half an hour; the measurement is of one hour only"

static const TasPresetValue nerve[] = {
    {"neo-hookean", "mu", 0.015,
     "derived: soft beside the tangent along the nerve, 0.17-2.1 MPa, of rabbit sciatic nerve (Doering 2022, Purdue thesis)"},
    {"weiss", "c3", 0.0082,
     "fitted: tangents 0.5 and 0.9 MPa at 6 and 9 % (Doering 2022), about 0.05 MPa at the in-situ strain of 11 % attributed to Kwan 1992 "
     "(not verified)"},
    {"weiss", "c4", 19.6, "fitted: as c3"},
    {"weiss", "c5", 8.1, "fitted: slope at the end of the toe region, near 6.3 MPa of human fascicles (Hand Surg Rehab 2024, 43:101745)"},
    {"weiss", "stretch_linear", 1.2, "fitted: as c3"},
    {"log-squared", "K", 5, BULK_DERIVED},
    {"in-situ-stretch", "stretch", 1.11, "Kwan et al. 1992, rabbit tibial nerve, 11 % (value not verified)"},
    {"prony", "fraction", 0.173, NERVE_RELAXATION},
    {"prony", "fraction", 0.148, NERVE_RELAXATION},
    {"prony", "fraction", 0.124, NERVE_RELAXATION},
    {"prony", "time", 10, NERVE_TIMES},
    {"prony", "time", 120, NERVE_TIMES},
    {"prony", "time", 1500, NERVE_TIMES},
    {"fibre-growth", "time", 5, "derived: no deficit at 1 mm/day, harm from 2 mm/day (Ikeda et al. 2000, Hand Surg 5:41)"},
    {"fibre-growth", "max_rate", 0.007, "derived: 3 mm/day (Loverde & Pfister 2015, PMC4547500) over the 450 mm of a nerve of the leg"},
};

#define ARTERY_FIT                                                                                                                         \
  "fitted: stress 33 kPa around, 42 kPa along and stiffness 718 kPa around at axial stretch 1.29 of femoropopliteal arteries (Jadidi et "  \
  "al. 2024, PMC11456514), with a stretch around of 1.20 assumed"

static const TasPresetValue artery[] = {
    {"neo-hookean", "mu", 0.0076, "FEBio feature manual, Holzapfel-Gasser-Ogden example (c = 7.64 kPa)"},
    {"holzapfel-gasser-ogden", "k1", 0.001274, ARTERY_FIT},
    {"holzapfel-gasser-ogden", "k2", 40.6, ARTERY_FIT},
    {"holzapfel-gasser-ogden", "kappa", 0.226,
     "FEBio feature manual, Holzapfel-Gasser-Ogden example; Gasser et al. 2006, J R Soc Interface 3:15"},
    {"holzapfel-gasser-ogden", "angle", 42.6, ARTERY_FIT},
    {"log-squared", "K", 5, BULK_DERIVED},
    {"in-situ-stretch", "stretch", 1.12, "Jadidi et al. 2024, PMC11456514: axial prestretch of tibial arteries"},
    {"prony", "fraction", 0.08, PRONY_DERIVED},
    {"prony", "fraction", 0.06, PRONY_DERIVED},
    {"prony", "time", 1, PRONY_DERIVED},
    {"prony", "time", 60, PRONY_DERIVED},
    {"fibre-growth", "time", 14, "assumed: weeks, as the turnover of arterial collagen"},
};

static const TasPresetValue vein[] = {
    {"neo-hookean", "mu", 0.0038,
     "derived: half of the artery's; veins have been measured little, and are not quite incompressible (J Biomech Eng 2019, 141:091005)"},
    {"holzapfel-gasser-ogden", "k1", 0.000637, "derived: half of the artery's"},
    {"holzapfel-gasser-ogden", "k2", 40.6, "derived: as artery"},
    {"holzapfel-gasser-ogden", "kappa", 0.226, "derived: as artery"},
    {"holzapfel-gasser-ogden", "angle", 42.6, "derived: as artery"},
    {"log-squared", "K", 2.5, "derived: half of the artery's"},
    {"in-situ-stretch", "stretch", 1.2, "assumed: no measurement found"},
    {"prony", "fraction", 0.08, PRONY_DERIVED},
    {"prony", "fraction", 0.06, PRONY_DERIVED},
    {"prony", "time", 1, PRONY_DERIVED},
    {"prony", "time", 60, PRONY_DERIVED},
    {"fibre-growth", "time", 14, "assumed: as artery"},
};

#define FASCIA_FIT                                                                                                                         \
  "fitted: 3.96 MPa along (Aparici-Gil et al. 2025, Front Bioeng Biotechnol 13:1494793; at a stretch taken as 1.10) and rupture at 16.67 " \
  "MPa, stretch 1.17 (zaguan.unizar.es/record/150412)"

#define FASCIA_TURNOVER                                                                                                                    \
  "fitted: axial force of cases/tibia-50mm near 300 N; below 7 days, as fascia stays whole in rabbits lengthened by 2 % a day (BMC "      \
  "Musculoskelet Disord 2009 10:105), with its rupture at 14.1 %; undisturbed collagen takes longer"
static const TasPresetValue fascia[] = {
    {"neo-hookean", "mu", 1.99,
     "fitted: 0.60 MPa across (Aparici-Gil et al. 2025, Front Bioeng Biotechnol 13:1494793; at a stretch taken as 1.10)"},
    {"holzapfel-gasser-ogden", "k1", 2.2, FASCIA_FIT},
    {"holzapfel-gasser-ogden", "k2", 9.26, FASCIA_FIT},
    {"holzapfel-gasser-ogden", "kappa", 0, "derived: both families along the leg; the matrix stands for the transverse layer"},
    {"holzapfel-gasser-ogden", "angle", 0, "derived: both families along the leg; the matrix stands for the transverse layer"},
    {"log-squared", "K", 100, BULK_DERIVED},
    {"prony", "fraction", 0.1, PRONY_DERIVED},
    {"prony", "fraction", 0.1, PRONY_DERIVED},
    {"prony", "fraction", 0.1, PRONY_DERIVED},
    {"prony", "time", 5, PRONY_DERIVED},
    {"prony", "time", 120, PRONY_DERIVED},
    {"prony", "time", 1200, PRONY_DERIVED},
    {"turnover", "time", 5, FASCIA_TURNOVER},
    {"turnover", "loss_time", 5, FASCIA_TURNOVER},
    {"transient-network", "time", 5, FASCIA_TURNOVER},
};

#define SKIN_FIT                                                                                                                           \
  "fitted: strength 21.6 MPa at 54 % strain, slopes 1.18 MPa at first and 83.3 MPa later (Ni Annaidh et al. 2012, J Mech Behav Biomed "    \
  "Mater 5:139), 28.0/15.6 along/across Langer's lines (Ottenio et al. 2015): cases/calibration/skin-stretch"

static const TasPresetValue skin[] = {
    {"yeoh", "c1", 0.1, "derived: shear modulus 0.2 MPa, of the order of the fit of Ni Annaidh et al. 2012, Ann Biomed Eng (not verified)"},
    {"yeoh", "c3", 3.92, SKIN_FIT},
    {"weiss", "c3", 0.0235, SKIN_FIT},
    {"weiss", "c4", 20.7, SKIN_FIT},
    {"weiss", "c5", 0, "derived: smooth end of the toe region"},
    {"weiss", "stretch_linear", 1.212, SKIN_FIT},
    {"log-squared", "K", 20, BULK_DERIVED},
    {"in-situ-stretch", "stretch", 1.04, "derived: tension of 54 kPa at constant width, between 28 and 92 kPa in vivo (Flynn, arm)"},
    {"prony", "fraction", 0.15, PRONY_DERIVED},
    {"prony", "fraction", 0.15, PRONY_DERIVED},
    {"prony", "fraction", 0.1, PRONY_DERIVED},
    {"prony", "time", 2, PRONY_DERIVED},
    {"prony", "time", 60, PRONY_DERIVED},
    {"prony", "time", 900, PRONY_DERIVED},
    {"fibre-growth", "time", 20, "assumed: pig skin under expanders grows by 0.02 to 0.08 an hour at far larger stretch, twice as fast along as across (PMC8678288)"},
    {"transient-network", "time", 20, TURNOVER_DERIVED},
};

#define FAT_FIT                                                                                                                            \
  "fitted: moduli in tension 1.6 kPa at first, 11.7 kPa at 30 % (subcutaneous, human; Alkhouli et al. 2013, Am J Physiol Endocrinol "      \
  "Metab 305:E1427, abstract); the shear modulus, 0.53 kPa, is that of Sims et al. 2010, Biomech Model Mechanobiol 9:703 (porcine)"

static const TasPresetValue fat[] = {
    {"ogden", "mu", 9.27e-5, FAT_FIT},
    {"ogden", "alpha", 11.5, FAT_FIT},
    {"log-squared", "K", 0.5, "derived: a thousand times the shear modulus, and no larger than conditioning needs"},
    {"prony", "fraction", 0.39, "Sims et al. 2010, Biomech Model Mechanobiol 9:703 (porcine, MRI)"},
    {"prony", "time", 700, "Sims et al. 2010, Biomech Model Mechanobiol 9:703 (porcine, MRI)"},
    {"transient-network", "time", 20, TURNOVER_DERIVED},
};

#define IATRIDIS "subcutaneous tissue of rats, tensile modulus 4.77 kPa at once, 2.75 kPa at rest (Iatridis et al. 2003, Connect Tissue Res 44:208, abstract)"
static const TasPresetValue loose[] = {
    {"neo-hookean", "mu", 0.00092, "derived: a third of the modulus at rest, " IATRIDIS},
    {"log-squared", "K", 0.1, "assumed: about a hundred times the shear modulus"},
    {"prony", "fraction", 0.42, "derived: " IATRIDIS},
    {"prony", "time", 700, "assumed: as fat"},
    {"transient-network", "time", 10, TURNOVER_DERIVED},
};

#define HOLZAPFEL "holzapfel-gasser-ogden"

/* clang-format off */
#define PARTS(matrix, fibre, prestrain, growth, turnover)                                                                          \
  {[TAS_PART_MATRIX] = matrix, [TAS_PART_FIBRE] = fibre, [TAS_PART_VOLUME] = "log-squared", [TAS_PART_PRESTRAIN] = prestrain,      \
   [TAS_PART_RELAXATION] = "prony", [TAS_PART_GROWTH] = growth, [TAS_PART_MATRIX_TURNOVER] = turnover}
#define IN_SITU "in-situ-stretch"
#define NETWORK "transient-network"
const TasPreset tas_presets[] = {
    {"muscle", "Skeletal muscle, passive unless activation is set.", PARTS("yeoh", "blemker", "sarcomere-length", "fibre-growth", NETWORK), TAS_COUNT(muscle), muscle},
    {"tendon", "Tendon, Achilles.", PARTS("neo-hookean", "weiss", NULL, "turnover", NETWORK), TAS_COUNT(tendon), tendon},
    {"aponeurosis", "Tendon sheet on or in a muscle.", PARTS("neo-hookean", "weiss", NULL, "turnover", NETWORK), TAS_COUNT(aponeurosis), aponeurosis},
    {"nerve", "Peripheral nerve, whole cross-section, from its stress-free length.", PARTS("neo-hookean", "weiss", IN_SITU, "fibre-growth", NULL), TAS_COUNT(nerve), nerve},
    {"artery", "Artery of the leg, one layer, from its stress-free length.", PARTS("neo-hookean", HOLZAPFEL, IN_SITU, "fibre-growth", NULL), TAS_COUNT(artery), artery},
    {"vein", "Vein, half as stiff as the artery.", PARTS("neo-hookean", HOLZAPFEL, IN_SITU, "fibre-growth", NULL), TAS_COUNT(vein), vein},
    {"fascia", "Crural fascia.", PARTS("neo-hookean", HOLZAPFEL, NULL, "turnover", NETWORK), TAS_COUNT(fascia), fascia},
    {"skin", "Skin, Langer's lines along the leg.", PARTS("yeoh", "weiss", IN_SITU, "fibre-growth", NETWORK), TAS_COUNT(skin), skin},
    {"fat", "Subcutaneous fat; its septa stiffen it with strain.", PARTS("ogden", NULL, NULL, NULL, NETWORK), TAS_COUNT(fat), fat},
    {"loose-connective-tissue", "Loose connective tissue between muscles and around tendons.", PARTS("neo-hookean", NULL, NULL, NULL, NETWORK), TAS_COUNT(loose), loose},
};
/* clang-format on */
const PetscInt tas_num_presets = TAS_COUNT(tas_presets);

const TasPreset *TasPresetFind(const char *name)
{
  for (PetscInt p = 0; p < tas_num_presets; p++) {
    PetscBool same = PETSC_FALSE;

    if (!PetscStrcmp(tas_presets[p].name, name, &same) && same) return &tas_presets[p];
  }
  return NULL;
}
