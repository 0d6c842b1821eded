/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers by the names that the kernel has for them. */
#ifndef ENUMERATORS_H
#define ENUMERATORS_H

#include <bpf/btf.h>
#include <stdbool.h>

#include "value.h"

/*
 * Calls FN with each enumerator of the kernel and of its modules, until FN returns true.
 * Returns whether it did so.
 */
bool enumerators_each(bool (*fn)(void *ctx, const char *name,
				 struct number number),
		      void *ctx);

/* Tells whether the kernel knows a flag or another number by that name. */
bool kernel_has_enumerator(const char *name);

/*
 * Finds a number by its name, for struct value_names: CTX is the BTF of an object, whose
 * enumerators are taken where the kernel has none of that name.
 */
const char *enumerator_find(void *ctx, const char *name, struct number *number);

#endif /* ENUMERATORS_H */
