/* Reading the command line, and what it says of itself. */
#include "solver/command/command.h"
#include "solver/text.h"
#include "solver/command/version.h"
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const TasCommand tas_commands[] = {
    {"run", "CASE", "runs a case; under mpiexec too", TAS_OPTION_SET | TAS_OPTION_RESULTS | TAS_OPTION_THREADS | TAS_OPTION_RESUME,
     TasCommandRun, NULL},
    {"check", "CASE", "reads and validates a case; prints it resolved, and what the run will cost", TAS_OPTION_SET, TasCommandCheck, NULL},
    {"mesh", "CASE", "writes the mesh with tissues, fibres and surfaces for a look in ParaView", TAS_OPTION_SET | TAS_OPTION_RESULTS,
     TasCommandMesh, NULL},
    {"safe-rate", "CASE", "searches the largest rate at which every limit keeps a margin, by runs of the case; goes on where it was stopped", TAS_OPTION_SET | TAS_OPTION_RESULTS,
     TasCommandSafeRate, NULL},
    {"plan", "PLAN", "plans a lengthening: what each bone is lengthened by, with what, when; writes cases for it", TAS_OPTION_SET | TAS_OPTION_RESULTS,
     TasCommandPlan, NULL},
    {"watch", "RESULTS", "how a run, a search or several runs stand, here or elsewhere, until they end", TAS_OPTION_ONCE,
     NULL, TasCommandWatch},
    {"report", "RESULTS", "one HTML page of a run, a safe rate or several runs, with figures and pictures", TAS_OPTION_OUTPUT | TAS_OPTION_NO_PICTURES,
     NULL, TasCommandReport},
    {"models", "[NAME]", "every model, preset, limit, device and law with its parameters, units, ranges, defaults, sources", TAS_OPTION_MARKDOWN,
     TasCommandModels, NULL},
    {"keys", "[NAME]", "every key of a case file, or of one section, or of a plan, with unit, range, default", TAS_OPTION_MARKDOWN, TasCommandKeys, NULL},
};
const PetscInt tas_num_commands = (PetscInt)(sizeof(tas_commands) / sizeof(tas_commands[0]));

static const struct {
  const char *name, *value, *meaning;
  int         option; /* 0: of every command */
} options[] = {
    {"--set", "KEY=VALUE", "replaces one value of the case: --set tissues.muscle.matrix.mu=\"5 kPa\"; may be repeated", TAS_OPTION_SET},
    {"--results", "FOLDER", "where results go; by default results/<name of the case>", TAS_OPTION_RESULTS},
    {"--threads", "N", "OpenMP threads of each rank; by default OMP_NUM_THREADS, or the node's cores shared", TAS_OPTION_THREADS},
    {"--resume", NULL, "goes on from the checkpoint in the results folder; solver settings and steps may be others", TAS_OPTION_RESUME},
    {"--output", "FILE", "where the page goes; by default report.html in the folder of results", TAS_OPTION_OUTPUT},
    {"--no-pictures", NULL, "a page without pictures of the limb, which need ParaView", TAS_OPTION_NO_PICTURES},
    {"--once", NULL, "says how it stands now, and ends", TAS_OPTION_ONCE},
    {"--markdown", NULL, "prints Markdown, as in the documentation", TAS_OPTION_MARKDOWN},
    {"--help", NULL, "says what there is", 0},
    {"--version", NULL, "version of Tasis and of its libraries", 0},
};
#define NUM_OPTIONS ((PetscInt)(sizeof(options) / sizeof(options[0])))

/* ---- reading ---- */

static const char *CommandName(const void *context, PetscInt i)
{
  return tas_commands[i].name;
}

static const char *OptionName(const void *context, PetscInt i)
{
  return options[i].name;
}

static void ComplainOfName(const char *what, const char *found, PetscInt n, const char *(*get)(const void *, PetscInt), char *problem)
{
  const char *nearest = TasTextNearest(found, n, get, NULL);
  char        quoted[80];

  TasTextQuote(found, sizeof(quoted), quoted);
  snprintf(problem, TAS_PROBLEM_LENGTH, "tasis: unknown %s %s", what, quoted);
  if (nearest) TasTextAppend(TAS_PROBLEM_LENGTH, problem, ", nearest: %s", nearest);
  TasTextAppend(TAS_PROBLEM_LENGTH, problem, ", allowed:");
  for (PetscInt i = 0; i < n; i++) TasTextAppend(TAS_PROBLEM_LENGTH, problem, "%s %s", i ? "," : "", get(NULL, i));
}

static const TasCommand *FindCommand(const char *name, char *problem)
{
  for (PetscInt i = 0; i < tas_num_commands; i++)
    if (!strcmp(tas_commands[i].name, name)) return &tas_commands[i];
  ComplainOfName("command", name, tas_num_commands, CommandName, problem);
  return NULL;
}

static void TakeOption(PetscInt option, char *value, TasCommandLine *line, PetscBool *help, PetscBool *version, char *problem)
{
  char *rest;
  long  number;

  switch (options[option].option) {
  case TAS_OPTION_SET:
    line->overrides[line->num_overrides++] = value;
    break;
  case TAS_OPTION_RESULTS:
    line->results = value;
    break;
  case TAS_OPTION_OUTPUT:
    line->output = value;
    break;
  case TAS_OPTION_NO_PICTURES:
    line->no_pictures = PETSC_TRUE;
    break;
  case TAS_OPTION_ONCE:
    line->once = PETSC_TRUE;
    break;
  case TAS_OPTION_RESUME:
    line->resume = PETSC_TRUE;
    break;
  case TAS_OPTION_MARKDOWN:
    line->markdown = PETSC_TRUE;
    break;
  case TAS_OPTION_THREADS:
    number = strtol(value, &rest, 10);
    if (*rest || rest == value || number < 1 || number > 4096)
      snprintf(problem, TAS_PROBLEM_LENGTH, "tasis: --threads: found \"%.60s\", allowed: a whole number, 1 to 4096", value);
    else
      line->threads = (PetscInt)number;
    break;
  default:
    if (!strcmp(options[option].name, "--help"))
      *help = PETSC_TRUE;
    else
      *version = PETSC_TRUE;
  }
}

/* An option at argv[i], "--results DIR" or "--results=DIR". Returns how many places it takes. */
static int ReadOption(int argc, char **argv, int i, const TasCommand *command, TasCommandLine *line, PetscBool *help, PetscBool *version,
                      char *problem)
{
  char        *equals = strchr(argv[i], '=');
  const size_t length = equals ? (size_t)(equals - argv[i]) : strlen(argv[i]);
  const char  *name   = !strcmp(argv[i], "-h") ? "--help" : argv[i];
  PetscInt     o      = 0;

  while (o < NUM_OPTIONS &&
         (strlen(options[o].name) != (name == argv[i] ? length : 6) || strncmp(name, options[o].name, strlen(options[o].name))))
    o++;
  if (o == NUM_OPTIONS) {
    ComplainOfName("option", argv[i], NUM_OPTIONS, OptionName, problem);
    if (argv[i][1] != '-') TasTextAppend(TAS_PROBLEM_LENGTH, problem, "; PETSc's options stand after --");
  } else if (options[o].option && command && !(command->options & options[o].option)) {
    snprintf(problem, TAS_PROBLEM_LENGTH, "tasis %s: does not take %s, allowed: see tasis %s --help", command->name, options[o].name,
             command->name);
  } else if (options[o].value && !equals && (i + 1 == argc || !strcmp(argv[i + 1], "--"))) {
    snprintf(problem, TAS_PROBLEM_LENGTH, "tasis: %s: no value, allowed: %s %s", options[o].name, options[o].name, options[o].value);
  } else if (!options[o].value && equals) {
    snprintf(problem, TAS_PROBLEM_LENGTH, "tasis: %s takes no value, found \"%.60s\"", options[o].name, argv[i]);
  } else {
    TakeOption(o, equals ? equals + 1 : (options[o].value ? argv[i + 1] : NULL), line, help, version, problem);
    return options[o].value && !equals ? 2 : 1;
  }
  return 1;
}

/* What a command takes, in words: a folder of results, or a file of its own kind. */
static void DescribeArgument(const TasCommand *command, size_t size, char *text)
{
  const char *noun = !strcmp(command->argument, "PLAN") ? "plan" : "case";

  if (!strcmp(command->argument, "RESULTS"))
    snprintf(text, size, "names no results, allowed: tasis %s RESULTS, a folder of results", command->name);
  else
    snprintf(text, size, "names no %s, allowed: tasis %s %s, a folder that holds %s.yaml, or a YAML file", noun, command->name, command->argument, noun);
}

static void CheckArgument(const TasCommand *command, const TasCommandLine *line, char *problem)
{
  char text[256];

  if (!command)
    snprintf(problem, TAS_PROBLEM_LENGTH, "tasis: no command, allowed: run, check, mesh, safe-rate, plan, watch, report, models, keys; tasis --help says more");
  else if (command->argument && command->argument[0] != '[' && !line->argument) {
    DescribeArgument(command, sizeof(text), text);
    snprintf(problem, TAS_PROBLEM_LENGTH, "tasis %s: %s", command->name, text);
  }
}

void TasCommandLineRead(int argc, char **argv, const TasCommand **command, TasCommandLine *line, PetscBool *help, PetscBool *version,
                        char *problem)
{
  *command = NULL;
  *line    = (TasCommandLine){.first_petsc = argc, .overrides = calloc((size_t)argc + 1, sizeof(char *))};
  *help = *version = PETSC_FALSE;
  *problem         = 0;
  for (int i = 1, places; i < argc && !*problem && line->overrides; i += places) {
    places = 1;
    if (!strcmp(argv[i], "--")) {
      line->first_petsc = i + 1;
      break;
    }
    if (argv[i][0] == '-' && argv[i][1])
      places = ReadOption(argc, argv, i, *command, line, help, version, problem);
    else if (!*command)
      *command = FindCommand(argv[i], problem);
    else if (!line->argument && (*command)->argument)
      line->argument = argv[i];
    else
      snprintf(problem, TAS_PROBLEM_LENGTH, "tasis %s: found \"%.60s\" too, allowed: %s", (*command)->name, argv[i],
               (*command)->argument ? "one argument" : "no argument");
  }
  if (!*problem && !*help && !*version) CheckArgument(*command, line, problem);
}

/* ---- what it says of itself ---- */

static PetscErrorCode PrintOptions(int wanted)
{
  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < NUM_OPTIONS; i++) {
    char text[64];

    if (options[i].option && !(options[i].option & wanted)) continue;
    snprintf(text, sizeof(text), "%s%s%s", options[i].name, options[i].value ? " " : "", options[i].value ? options[i].value : "");
    PetscCall(PetscPrintf(PETSC_COMM_WORLD, "  %-18s %s\n", text, options[i].meaning));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCommandHelp(const TasCommand *command)
{
  PetscFunctionBeginUser;
  if (command) {
    PetscCall(PetscPrintf(PETSC_COMM_WORLD, "tasis %s%s%s [OPTION]...%s\n%s\n\n", command->name, command->argument ? " " : "",
                          command->argument ? command->argument : "", command->alone ? "" : " [-- PETSC OPTION...]", command->summary));
    PetscCall(PrintOptions(command->options));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "tasis COMMAND [ARGUMENT] [OPTION]... [-- PETSC OPTION...]\nPredicts how soft tissues are "
                                          "stretched while a bone is lengthened. " TAS_NOTE "\n\n"));
  for (PetscInt i = 0; i < tas_num_commands; i++)
    PetscCall(PetscPrintf(PETSC_COMM_WORLD, "  %-9s %-7s %s\n", tas_commands[i].name,
                          tas_commands[i].argument ? tas_commands[i].argument : "", tas_commands[i].summary));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "\nCASE is a folder that holds case.yaml, or a YAML file; so is PLAN, with plan.yaml. RESULTS is a folder of results.\n\n"));
  PetscCall(PrintOptions(~0));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "\nExit status: 0 done, 1 internal error, 2 bad input, 3 did not converge, 4 stopped at a tissue "
                                          "limit, 5 stopped on request with a\ncheckpoint, 6 input or output failed.\n"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCommandVersion(void)
{
  PetscInt major, minor, subminor;
  unsigned hdf_major, hdf_minor, hdf_release;

  PetscFunctionBeginUser;
  PetscCall(PetscGetVersionNumber(&major, &minor, &subminor, NULL));
  PetscCheck(H5get_libversion(&hdf_major, &hdf_minor, &hdf_release) >= 0, PETSC_COMM_SELF, PETSC_ERR_LIB, "HDF5 does not tell its version");
  PetscCall(PetscPrintf(PETSC_COMM_WORLD,
                        "tasis %s%s%s%s, PETSc %" PetscInt_FMT ".%" PetscInt_FMT ".%" PetscInt_FMT ", HDF5 %u.%u.%u\n" TAS_NOTE "\n",
                        tas_version, tas_revision[0] ? " (" : "", tas_revision, tas_revision[0] ? ")" : "", major, minor, subminor,
                        hdf_major, hdf_minor, hdf_release));
  PetscFunctionReturn(PETSC_SUCCESS);
}
