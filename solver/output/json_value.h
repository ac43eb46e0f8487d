#pragma once
/* Values of the JSON that runs leave in their folders. */
#include <jansson.h>

/* The number below a key, or what stands for one that is not there. */
double TasJsonReal(const json_t *object, const char *key, double otherwise);

/* The text below a key, cut at size; empty where there is none. */
void TasJsonText(const json_t *object, const char *key, size_t size, char *text);
