#pragma once
/*
  A table from short tuples of integers (the corners of a face, the tag of a node) to 0, 1, 2, ... in the order of insertion.
  Open addressing, so that looking up costs the same whatever the numbers are.  Private to mesh/.
*/
#include <petscsys.h>
#include <stdint.h>

typedef struct {
  PetscInt width;    /* integers in a key */
  PetscInt count;    /* keys held */
  PetscInt capacity; /* keys there is room for */
  int64_t *keys;     /* [count][width] */
  size_t   mask;     /* slots - 1; a power of two minus one */
  int32_t *slots;    /* index of a key, or -1 */
} TasKeyTable;

/* Room for `expected` keys; it grows beyond. */
PetscErrorCode TasKeyTableCreate(PetscInt width, PetscInt expected, TasKeyTable *table);
PetscErrorCode TasKeyTableDestroy(TasKeyTable *table);
/* index: of the key, that was there or is new now. */
PetscErrorCode TasKeyTableInsert(TasKeyTable *table, const int64_t *key, PetscInt *index, PetscBool *is_new);

static inline size_t TasKeyHash(const int64_t *key, PetscInt width)
{
  uint64_t hash = 0;
  for (PetscInt i = 0; i < width; i++) {
    hash = (hash ^ (uint64_t)key[i]) * UINT64_C(0x9E3779B97F4A7C15);
    hash ^= hash >> 32;
  }
  return (size_t)hash;
}

/* The slot that holds the key, or the empty one where it belongs. */
static inline size_t TasKeyTableSlot(const TasKeyTable *table, const int64_t *key)
{
  size_t slot = TasKeyHash(key, table->width) & table->mask;
  for (; table->slots[slot] >= 0; slot = (slot + 1) & table->mask) {
    const int64_t *held = table->keys + (size_t)table->slots[slot] * (size_t)table->width;
    PetscInt       same = 0;
    while (same < table->width && held[same] == key[same]) same++;
    if (same == table->width) break;
  }
  return slot;
}

/* Index of the key, or -1. */
static inline PetscInt TasKeyTableFind(const TasKeyTable *table, const int64_t *key)
{
  return table->slots[TasKeyTableSlot(table, key)];
}

/* A key that does not depend on the order of the numbers: sorts n of them (few). */
static inline void TasSortedKey(PetscInt n, const PetscInt *numbers, int64_t *key)
{
  for (PetscInt i = 0; i < n; i++) {
    PetscInt place = i;
    for (; place > 0 && key[place - 1] > numbers[i]; place--) key[place] = key[place - 1];
    key[place] = numbers[i];
  }
}
