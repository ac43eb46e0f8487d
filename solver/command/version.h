#pragma once
/* What program this is; the build writes version.c (scripts/cmake/version.cmake). */

extern const char tas_version[];  /* "0.1.0" */
extern const char tas_revision[]; /* git revision of its sources, "1a2b3c4d5e", with "+" where they differed from it; empty: unknown */
