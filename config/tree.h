/* A YAML (or JSON) text as a tree in which every node knows its line and column, and the one fault
 * that is reported about it. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CONFIG_TREE_H
#define PAIHAO_CONFIG_TREE_H

#include "base/arena.h"
#include "base/str.h"
#include <stdbool.h>

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
    enum node_kind kind;
    int line;   /* 1-based */
    int column; /* 1-based, in code points */
    bool plain; /* a scalar without quotes */
    struct str text;
    const struct node *key; /* of a map's child */
    struct node *first;     /* child of a list or map */
    struct node *next;      /* sibling */
    size_t count;           /* children */
};

/* The first fault found, as "file:line:column: sentence". */
struct fault {
    const char *file;
    struct buf *error;
};

/* Both return false, so that a check can end with them. Only the first fault is kept. */
bool fault_at(struct fault *f, const struct node *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool fault_on(struct fault *f, int line, int column, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* NULL on a fault. Anchors, aliases, tags, a second document, more than 1 MiB, a nesting over 12
 * and more than 60,000 nodes are faults. The tree lives in the arena; text need not stay. */
struct node *tree_read(struct arena *a, struct str text, struct fault *f);
/* The child of a map under that key, or NULL. */
const struct node *tree_get(const struct node *map, const char *key);
/* The i-th child of a list. */
const struct node *tree_at(const struct node *list, size_t i);

#endif
