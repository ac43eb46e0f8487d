# Run at every build: writes OUTPUT, which says what the program is, and touches it only where that has changed.
#   cmake -DSOURCE=folder -DOUTPUT=file.c -DVERSION=1.2.3 [-DGIT=git] -P version.cmake
# The revision is empty without git or outside a checkout. "+" marks sources that differ from it; other files do not count.
set(revision "")
if(GIT AND EXISTS ${SOURCE}/.git)
  execute_process(COMMAND ${GIT} -C ${SOURCE} rev-parse --short=10 HEAD
                  OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND ${GIT} -C ${SOURCE} --no-optional-locks status --porcelain -- CMakeLists.txt models mesh solver
                  OUTPUT_VARIABLE changes ERROR_QUIET)
  if(revision AND changes)
    string(APPEND revision "+")
  endif()
endif()
set(text "#include \"solver/command/version.h\"\n\nconst char tas_version[] = \"${VERSION}\", tas_revision[] = \"${revision}\";\n")
set(written "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} written)
endif()
if(NOT written STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
