#include "mesh/key_table.h"

static PetscErrorCode Resize(TasKeyTable *table, PetscInt capacity)
{
  size_t num_slots = 16;

  PetscFunctionBeginUser;
  while (num_slots < 2 * (size_t)capacity) num_slots *= 2;
  PetscCheck(num_slots <= (size_t)INT32_MAX, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "Too many keys: %" PetscInt_FMT, capacity);
  PetscCall(PetscRealloc(sizeof(int64_t) * (size_t)capacity * (size_t)table->width, &table->keys));
  PetscCall(PetscFree(table->slots));
  PetscCall(PetscMalloc1(num_slots, &table->slots));
  for (size_t slot = 0; slot < num_slots; slot++) table->slots[slot] = -1;
  table->mask     = num_slots - 1;
  table->capacity = capacity;
  for (PetscInt i = 0; i < table->count; i++) {
    table->slots[TasKeyTableSlot(table, table->keys + (size_t)i * (size_t)table->width)] = (int32_t)i;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasKeyTableCreate(PetscInt width, PetscInt expected, TasKeyTable *table)
{
  PetscFunctionBeginUser;
  *table = (TasKeyTable){.width = width};
  PetscCall(Resize(table, PetscMax(expected, 8)));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasKeyTableDestroy(TasKeyTable *table)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(table->keys));
  PetscCall(PetscFree(table->slots));
  *table = (TasKeyTable){0};
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasKeyTableInsert(TasKeyTable *table, const int64_t *key, PetscInt *index, PetscBool *is_new)
{
  size_t slot = TasKeyTableSlot(table, key);

  PetscFunctionBeginUser;
  *is_new = table->slots[slot] < 0 ? PETSC_TRUE : PETSC_FALSE;
  if (*is_new) {
    if (table->count == table->capacity) {
      PetscCall(Resize(table, 2 * table->capacity));
      slot = TasKeyTableSlot(table, key);
    }
    PetscCall(PetscArraycpy(table->keys + (size_t)table->count * (size_t)table->width, key, table->width));
    table->slots[slot] = (int32_t)table->count++;
  }
  *index = table->slots[slot];
  PetscFunctionReturn(PETSC_SUCCESS);
}
