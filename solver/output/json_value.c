#include "solver/output/json_value.h"
#include <stdio.h>

double TasJsonReal(const json_t *object, const char *key, double otherwise)
{
  const json_t *value = json_object_get(object, key);

  return json_is_number(value) ? json_number_value(value) : otherwise;
}

void TasJsonText(const json_t *object, const char *key, size_t size, char *text)
{
  const char *value = json_string_value(json_object_get(object, key));

  snprintf(text, size, "%s", value ? value : "");
}
