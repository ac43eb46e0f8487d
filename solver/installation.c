#include "solver/installation.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The folder above that of the program: prefix, or folder of the build. */
static void Prefix(char prefix[PATH_MAX])
{
  const ssize_t length = readlink("/proc/self/exe", prefix, PATH_MAX - 1);

  prefix[length > 0 ? length : 0] = 0;
  for (int up = 0; up < 2; up++) {
    char *slash = strrchr(prefix, '/');
    if (slash) *slash = 0;
  }
}

void TasInstalledScripts(size_t size, char *path)
{
  const char *wish = getenv("TASIS_SCRIPTS");
  char        prefix[PATH_MAX];

  Prefix(prefix);
  (void)snprintf(path, size, "%s", wish && *wish ? wish : "");
  if (!*path) (void)snprintf(path, size, "%s/share/tasis/scripts", prefix);
  if (access(path, R_OK) && !(wish && *wish)) (void)snprintf(path, size, "%s", TASIS_SOURCE_SCRIPTS);
}

void TasInstalledPipelines(size_t size, char *path)
{
  char scripts[PATH_MAX];

  TasInstalledScripts(sizeof scripts, scripts);
  (void)snprintf(path, size, "%s/catalyst", scripts);
}

void TasInstalledLibrary(const char *name, size_t size, char *path)
{
  char prefix[PATH_MAX];

  Prefix(prefix);
  (void)snprintf(path, size, "%s/lib/tasis/%s", prefix, name);
}
