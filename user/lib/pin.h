/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks a pin's place first: libbpf would make a missing directory anywhere. */
#ifndef PIN_H
#define PIN_H

/**
 * pin_dir_problem() - can a pin be made in this directory?
 * @dir: its path
 *
 * Return: NULL, or in words what is wrong, and what to do.
 */
const char *pin_dir_problem(const char *dir);

/**
 * pin_path_problem() - is this path free?
 * @path: of the pin, in a directory without a problem
 *
 * Return: NULL, or in words what is wrong, and what to do.
 */
const char *pin_path_problem(const char *path);

#endif /* PIN_H */
