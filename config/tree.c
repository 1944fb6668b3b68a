/* Builds the tree of config/tree.h from libyaml's events. Owns nothing; any thread. libcyaml, which
 * maps YAML to structs by a schema, was tried and left: it keeps no position beyond its own type
 * errors, so that every rule about meaning would need a second parse beside it. With own nodes
 * there is one way for all faults, and aliases (a way to blow a small file up) are seen and
 * refused. To allow more of YAML, touch node_of() alone. SPDX-License-Identifier: MIT */
#include "config/tree.h"

#include "base/mem.h"

#include <string.h>
#include <yaml.h>

enum {
    TREE_BYTES_MAX = 1024 * 1024, /* the largest hall file stays below it */
    TREE_DEPTH_MAX = 12,          /* our deepest: services, service, documents, document, text */
    TREE_NODES_MAX = 60000        /* 500 services at 100 nodes each, and room */
};

enum { SENTENCE_MAX = 600 /* bytes; the longest one lists the fields of a gateway */ };

/* libyaml refuses the \ud83d\ude00 of JSON for what lies beyond the basic plane; such pairs are
 * turned into \U0001f600 first, and columns behind them are put right again. */
enum { PAIR_LEN = 12, PAIR_BECOMES = 10 };

struct builder {
    struct arena *arena;
    struct fault *fault;
    yaml_parser_t parser;
    size_t node_count;
    struct buf text; /* copy in which pairs were replaced; empty when there were none */
    size_t *pairs;   /* positions behind each replaced pair, in code points of the copy */
    size_t pair_count;
};

/* Names come out of the file as they are: nothing in them may steer a terminal or begin a line. */
static void add_sentence(struct fault *f, int line, int column, char *sentence)
{
    for (char *p = sentence; *p != '\0'; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7F)
            *p = '?';
    }
    buf_addf(f->error, "%s:%d:%d: %s", f->file, line, column, sentence);
}

bool fault_on(struct fault *f, int line, int column, const char *fmt, ...)
{
    char sentence[SENTENCE_MAX];
    va_list args;

    if (f->error->len > 0)
        return false;
    va_start(args, fmt);
    (void)vsnprintf(sentence, sizeof(sentence), fmt, args);
    va_end(args);
    add_sentence(f, line, column, sentence);
    return false;
}

bool fault_at(struct fault *f, const struct node *at, const char *fmt, ...)
{
    char sentence[SENTENCE_MAX];
    va_list args;

    if (f->error->len > 0)
        return false;
    va_start(args, fmt);
    (void)vsnprintf(sentence, sizeof(sentence), fmt, args);
    va_end(args);
    add_sentence(f, at->line, at->column, sentence);
    return false;
}

/* How many pairs end at or before index. */
static size_t pairs_until(const struct builder *b, size_t index)
{
    size_t low = 0;
    size_t high = b->pair_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (b->pairs[middle] <= index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int column_of(const struct builder *b, yaml_mark_t mark)
{
    size_t line_start = mark.index >= mark.column ? mark.index - mark.column : 0;
    size_t on_line = pairs_until(b, mark.index) - pairs_until(b, line_start);

    return (int)(mark.column + on_line * (PAIR_LEN - PAIR_BECOMES)) + 1;
}

static bool fault_mark(struct builder *b, yaml_mark_t mark, const char *sentence)
{
    return fault_on(b->fault, (int)mark.line + 1, column_of(b, mark), "%s", sentence);
}

/* A fault of libyaml's reader (bad UTF-8, control characters) comes with a byte offset alone. */
static bool fault_offset(struct builder *b, struct str text)
{
    size_t offset = b->parser.problem_offset;
    yaml_mark_t mark = {0, 0, 0};

    for (size_t i = 0; i < offset && i < text.len; i++) {
        bool starts = ((unsigned char)text.p[i] & 0xC0) != 0x80;

        if (text.p[i] == '\n') {
            mark.line++;
            mark.column = 0;
        } else if (starts) {
            mark.column++;
        }
        mark.index += starts;
    }
    return fault_mark(b, mark,
                      "This cannot stand in a text file: no valid UTF-8, or a control character.");
}

static bool fault_syntax(struct builder *b, struct str text)
{
    yaml_parser_t *p = &b->parser;

    if (p->error == YAML_READER_ERROR)
        return fault_offset(b, text);
    return fault_on(b->fault, (int)p->problem_mark.line + 1, column_of(b, p->problem_mark),
                    "This is not valid YAML: %s%s%s.", p->problem, p->context != NULL ? " " : "",
                    p->context != NULL ? p->context : "");
}

static bool is_empty_scalar(const struct node *n)
{
    return n->kind == NODE_SCALAR && n->plain && n->text.len == 0;
}

/* The node an event begins; NULL (with a fault) for what our files do not use. */
static struct node *node_of(struct builder *b, const yaml_event_t *e)
{
    struct node *n = arena_alloc(b->arena, sizeof(*n));
    const yaml_char_t *anchor = NULL;
    const yaml_char_t *tag = NULL;

    n->line = (int)e->start_mark.line + 1;
    n->column = column_of(b, e->start_mark);
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        n->kind = NODE_SCALAR;
        n->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        n->text = arena_str(
            b->arena, (struct str){(const char *)e->data.scalar.value, e->data.scalar.length});
        anchor = e->data.scalar.anchor;
        tag = e->data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        n->kind = NODE_LIST;
        anchor = e->data.sequence_start.anchor;
        tag = e->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        n->kind = NODE_MAP;
        anchor = e->data.mapping_start.anchor;
        tag = e->data.mapping_start.tag;
        break;
    default:
        (void)fault_at(b->fault, n, "Aliases (*name) are not taken here; write the value out.");
        return NULL;
    }
    if (anchor != NULL || tag != NULL) {
        (void)fault_at(b->fault, n, "Anchors (&name) and tags (!name) are not taken here.");
        return NULL;
    }
    if (++b->node_count > TREE_NODES_MAX) {
        (void)fault_at(b->fault, n, "The file holds too many values.");
        return NULL;
    }
    return n;
}

static bool next_event(struct builder *b, struct str text, yaml_event_t *e)
{
    if (yaml_parser_parse(&b->parser, e))
        return true;
    return fault_syntax(b, text);
}

/* Appends n to its parent; in a map every second scalar is a key. */
static bool attach(struct builder *b, struct node *parent, struct node *n, struct node **last,
                   const struct node **key)
{
    if (parent->kind == NODE_MAP && *key == NULL) {
        if (n->kind != NODE_SCALAR || n->text.len == 0)
            return fault_at(b->fault, n, "Here must be the name of a field.");
        *key = n;
        return true;
    }
    n->key = *key;
    *key = NULL;
    if (*last == NULL)
        parent->first = n;
    else
        (*last)->next = n;
    *last = n;
    parent->count++;
    return true;
}

static bool read_children(struct builder *b, struct str text, struct node *parent, int depth)
{
    struct node *last = NULL;
    const struct node *key = NULL;

    for (;;) {
        yaml_event_t e;
        struct node *n;

        if (!next_event(b, text, &e))
            return false;
        if (e.type == YAML_SEQUENCE_END_EVENT || e.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&e);
            return true;
        }
        n = node_of(b, &e);
        yaml_event_delete(&e);
        if (n == NULL)
            return false;
        if (depth >= TREE_DEPTH_MAX)
            return fault_at(b->fault, n, "This is nested too deeply.");
        if (!attach(b, parent, n, &last, &key))
            return false;
        if (n->kind != NODE_SCALAR && !read_children(b, text, n, depth + 1))
            return false;
    }
}

/* Skips to the root node, reads it, and makes sure that nothing stands behind it. */
static struct node *read_document(struct builder *b, struct str text)
{
    struct node *root = NULL;

    for (;;) {
        yaml_event_t e;
        yaml_event_type_t type;

        if (!next_event(b, text, &e))
            return NULL;
        type = e.type;
        if (type == YAML_STREAM_END_EVENT) {
            yaml_event_delete(&e);
            if (root == NULL || is_empty_scalar(root))
                (void)fault_on(b->fault, 1, 1, "The file is empty.");
            return root;
        }
        if (type == YAML_DOCUMENT_START_EVENT && root != NULL) {
            (void)fault_mark(b, e.start_mark, "A second document begins here; one file holds one.");
            yaml_event_delete(&e);
            return NULL;
        }
        if (type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_START_EVENT ||
            type == YAML_DOCUMENT_END_EVENT) {
            yaml_event_delete(&e);
            continue;
        }
        root = node_of(b, &e);
        yaml_event_delete(&e);
        if (root == NULL || (root->kind != NODE_SCALAR && !read_children(b, text, root, 1)))
            return NULL;
    }
}

static int hex4(const char *p)
{
    int value = 0;

    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdefABCDEF";
        const char *at = p[i] != '\0' ? strchr(digits, p[i]) : NULL;

        if (at == NULL)
            return -1;
        value = value * 16 + (int)(at - digits > 15 ? at - digits - 6 : at - digits);
    }
    return value;
}

/* The code point of a \ud83d\ude00 at the start of s, or 0. */
static unsigned pair_at(struct str s)
{
    int high, low;

    if (s.len < PAIR_LEN || s.p[0] != '\\' || s.p[1] != 'u' || s.p[6] != '\\' || s.p[7] != 'u')
        return 0;
    high = hex4(s.p + 2);
    low = hex4(s.p + 8);
    if (high < 0xD800 || high > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
        return 0;
    return 0x10000u + (((unsigned)high - 0xD800u) << 10) + ((unsigned)low - 0xDC00u);
}

static void add_pair(struct builder *b, unsigned code_point, size_t *index)
{
    buf_addf(&b->text, "\\U%08x", code_point);
    *index += PAIR_BECOMES;
    b->pairs = mem_realloc(b->pairs, (b->pair_count + 1) * sizeof(*b->pairs));
    b->pairs[b->pair_count++] = *index;
}

/* Only for JSON, where a backslash stands in strings alone. */
static struct str replace_pairs(struct builder *b, struct str text)
{
    size_t index = 0;

    for (size_t i = 0; i < text.len;) {
        unsigned code_point = pair_at((struct str){text.p + i, text.len - i});
        size_t len = text.p[i] == '\\' && i + 1 < text.len ? 2 : 1;

        if (code_point != 0) {
            add_pair(b, code_point, &index);
            i += PAIR_LEN;
            continue;
        }
        for (size_t k = 0; k < len; k++)
            index += ((unsigned char)text.p[i + k] & 0xC0) != 0x80;
        buf_add(&b->text, text.p + i, len);
        i += len;
    }
    return buf_str(&b->text);
}

static bool is_json(struct str text)
{
    size_t i = 0;

    while (i < text.len && strchr(" \t\r\n", text.p[i]) != NULL && text.p[i] != '\0')
        i++;
    return i < text.len && text.p[i] == '{';
}

struct node *tree_read(struct arena *a, struct str text, struct fault *f)
{
    struct builder b = {.arena = a, .fault = f};
    struct node *root;

    if (text.len > TREE_BYTES_MAX) {
        (void)fault_on(f, 1, 1, "The file is larger than %d bytes.", TREE_BYTES_MAX);
        return NULL;
    }
    if (!yaml_parser_initialize(&b.parser)) {
        (void)fault_on(f, 1, 1, "There is no memory to read the file.");
        return NULL;
    }
    buf_init(&b.text);
    if (is_json(text))
        text = replace_pairs(&b, text);
    yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&b.parser, (const unsigned char *)text.p, text.len);
    root = read_document(&b, text);
    yaml_parser_delete(&b.parser);
    buf_clear(&b.text);
    mem_free(b.pairs);
    return f->error->len > 0 ? NULL : root;
}

const struct node *tree_get(const struct node *map, const char *key)
{
    for (const struct node *n = map->first; n != NULL; n = n->next) {
        if (n->key != NULL && str_is(n->key->text, key))
            return n;
    }
    return NULL;
}

const struct node *tree_at(const struct node *list, size_t i)
{
    const struct node *n = list->first;

    while (n != NULL && i-- > 0)
        n = n->next;
    return n;
}
