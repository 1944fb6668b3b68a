/* Owns the tree of path segments. Immutable after router_new(). A path has one way through the
 * tree: beside literal children a node has at most one that takes any segment, and literals win.
 * SPDX-License-Identifier: MIT */
#include "api/router.h"
#include "base/mem.h"
#include <assert.h>
#include <string.h>

enum { CHILDREN_MAX = 48 }; /* a hall has thirty-three; asserted when the tree is built */

struct node {
    struct str segment; /* empty: takes any */
    struct node *any;
    struct node *children[CHILDREN_MAX];
    int n_children;
    const struct command *by_method[HTTP_METHODS];
};

struct router {
    struct node root;
};

static struct node *child_literal(const struct node *n, struct str segment)
{
    for (int i = 0; i < n->n_children; i++)
        if (str_eq(n->children[i]->segment, segment))
            return n->children[i];
    return NULL;
}

static struct node *child_make(struct node *n, struct str segment)
{
    if (segment.len > 0 && segment.p[0] == '{') {
        if (!n->any)
            n->any = MEM_NEW(struct node);
        return n->any;
    }
    struct node *child = child_literal(n, segment);
    if (!child) {
        assert(n->n_children < CHILDREN_MAX);
        child = MEM_NEW(struct node);
        child->segment = segment;
        n->children[n->n_children++] = child;
    }
    return child;
}

static void add_row(struct router *r, const struct command *c)
{
    struct str rest = str_of(c->path + 1), segment;
    struct node *n = &r->root;

    while (str_cut(&rest, '/', &segment))
        n = child_make(n, segment);
    assert(!n->by_method[c->method]);
    n->by_method[c->method] = c;
}

struct router *router_new(void)
{
    struct router *r = MEM_NEW(struct router);

    for (int i = 0; i < COMMAND_COUNT; i++)
        add_row(r, command_at((enum command_id)i));
    return r;
}

static void free_below(struct node *n)
{
    for (int i = 0; i < n->n_children; i++) {
        free_below(n->children[i]);
        mem_free(n->children[i]);
    }
    if (n->any) {
        free_below(n->any);
        mem_free(n->any);
    }
}

void router_free(struct router *r)
{
    if (!r)
        return;
    free_below(&r->root);
    mem_free(r);
}

static void fill(const struct node *n, enum http_method method, struct route *out)
{
    for (int m = 0; m < HTTP_METHODS; m++)
        if (n->by_method[m])
            out->allow |= 1u << m;
    const struct command *get = n->by_method[HTTP_GET];
    bool has_head = get && get->kind != KIND_STREAM; /* a stream without a body would be nothing */
    if (has_head)
        out->allow |= 1u << HTTP_HEAD;
    out->command = method != HTTP_HEAD ? n->by_method[method] : has_head ? get : NULL;
}

void router_find(const struct router *r, enum http_method method, struct str path,
                 struct route *out)
{
    const struct node *n = &r->root;
    int n_params = 0;

    memset(out, 0, sizeof(*out));
    /* By hand rather than by str_cut(): "/halls/" must not be "/halls". */
    for (size_t at = 0; at < path.len;) {
        size_t from = at + 1, to = from;
        if (path.p[at] != '/')
            return;
        while (to < path.len && path.p[to] != '/')
            to++;
        struct str segment = {path.p + from, to - from};
        if (segment.len == 0)
            return;
        const struct node *next = child_literal(n, segment);
        if (!next && n->any) {
            next = n->any;
            if (n_params == PATH_PARAMS_MAX)
                return;
            out->params[n_params++] = segment;
        }
        if (!next)
            return;
        n = next;
        at = to;
    }
    fill(n, method, out);
}
