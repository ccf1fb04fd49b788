/*
 * afsvol SERVER VOLUME USER --walk    prints what a volume holds, one JSON object a line
 * afsvol SERVER VOLUME USER < LINES   changes it
 *
 * SERVER is the address of the file server, VOLUME the number of the volume, USER who does it, such as admin. Test machines have no kernel module for AFS,
 * so this is the user's side of the file system: the same calls that the module makes, without a mount. changes.h lists
 * the lines, escape.h says how their words are written.
 */
#include "changes.h"
#include "escape.h"
#include "walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_WORDS 4

static int split(char *line, char **words)
{
    int count = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " ")) {
        if (count == MOST_WORDS || unescape(word) != 0) {
            return 0;
        }
        words[count++] = word;
    }
    return count;
}

int main(int count, char **arguments)
{
    int is_walk = count == 5 && strcmp(arguments[4], "--walk") == 0;
    if (count != 4 && !is_walk) {
        fprintf(stderr, "usage: afsvol SERVER VOLUME USER [--walk]\n");
        return 2;
    }
    struct volume volume = open_volume(arguments[1], (afs_uint32)strtoul(arguments[2], NULL, 10), arguments[3]);
    if (is_walk) {
        walk(&volume);
        return fflush(stdout) == 0 ? 0 : 1;
    }
    char *line = NULL;
    size_t size = 0;
    for (int number = 1; getline(&line, &size, stdin) > 0; number++) {
        char *words[MOST_WORDS];
        int found = split(line, words);
        if (found == 0 || !change(&volume, found, words)) {
            fprintf(stderr, "afsvol: line %d is no change\n", number);
            return 2;
        }
    }
    free(line);
    return 0;
}
