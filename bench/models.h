/* SPDX-License-Identifier: GPL-2.0-only */
/* What a call costs through each model of the kit, and whether that grows. */
#ifndef MODELS_H
#define MODELS_H

struct json_object;

void measure_models(struct json_object *figures);

#endif /* MODELS_H */
