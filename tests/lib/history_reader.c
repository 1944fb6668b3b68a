/* Runs the history check over standard input: the hall's JSON in the first line, then one event a
 * line. Prints the faults and "faults N". SPDX-License-Identifier: MIT */
#include "ctl/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *next_line(char **line, size_t *room)
{
    ssize_t n = getline(line, room, stdin);
    struct json_where where;
    return n > 0 ? json_read((struct str){*line, (size_t)n}, &where) : NULL;
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    json_t *hall = next_line(&line, &room), *e;
    if (hall == NULL)
        return 2;
    struct history *h = history_new(hall);
    while ((e = next_line(&line, &room)) != NULL) {
        history_add(h, e);
        json_decref(e);
    }
    for (size_t i = 0; history_fault(h, i) != NULL; i++)
        printf("%s\n", history_fault(h, i));
    printf("faults %ld\n", history_result(h)->faults);
    history_free(h);
    json_decref(hall);
    free(line);
    return 0;
}
