/* tasis watch: needs nothing but the folder, so that it starts at once on any computer that sees it. */
#include "solver/command/command.h"
#include "solver/watch/watch.h"

int TasCommandWatch(const TasCommandLine *line) { return TasWatch(line->argument, line->once); }
