/*
 * Names are bytes. In commands and in what a walk prints, each byte that is not visible ASCII, and each of % " and \, is
 * written %XX, so that a line is plain ASCII, its words are divided by single spaces, and it needs no escaping as JSON.
 */
#ifndef ESCAPE_H
#define ESCAPE_H

#include <stddef.h>
#include <stdio.h>

/* Decodes a word in place. Returns 0, or -1 if an escape is broken or a NUL would come out. */
int unescape(char *word);

void print_escaped(FILE *output, const void *bytes, size_t length);

#endif
