/* The codec of CMPP. Owns nothing; any thread. A further PDU is a struct in the header, a table of
 * its fields and a row of shapes[]. SPDX-License-Identifier: MIT */
#include "sms/cmpp_pdu.h"

#include <string.h>

enum kind {
    NUMBER,  /* big-endian; the member is as wide as it likes */
    TEXT,    /* octet string, filled up with NUL */
    OCTETS,  /* as they are */
    CONTENT, /* an octet that tells the length, and so many */
    TAIL,    /* TEXT that some peers leave out */
};

struct field {
    enum kind kind;
    size_t offset, size; /* of the member */
    size_t width[2];     /* on the wire, by layout; 0: not there */
};

struct shape {
    uint32_t command;
    const struct field *fields;
    size_t count;
};

#define MEMBER(type, member) offsetof(struct type, member), sizeof(((struct type *)0)->member)
#define ROWS(fields)         fields, sizeof(fields) / sizeof((fields)[0])

static const struct field connect_fields[] = {
    {TEXT, MEMBER(cmpp_connect, source_addr), {6, 6}},
    {OCTETS, MEMBER(cmpp_connect, authenticator), {16, 16}},
    {NUMBER, MEMBER(cmpp_connect, version), {1, 1}},
    {NUMBER, MEMBER(cmpp_connect, timestamp), {4, 4}},
};

static const struct field connect_resp_fields[] = {
    {NUMBER, MEMBER(cmpp_connect_resp, status), {1, 4}},
    {OCTETS, MEMBER(cmpp_connect_resp, authenticator), {16, 16}},
    {NUMBER, MEMBER(cmpp_connect_resp, version), {1, 1}},
};

static const struct field submit_fields[] = {
    {NUMBER, MEMBER(cmpp_submit, msg_id), {8, 8}},
    {NUMBER, MEMBER(cmpp_submit, pk_total), {1, 1}},
    {NUMBER, MEMBER(cmpp_submit, pk_number), {1, 1}},
    {NUMBER, MEMBER(cmpp_submit, registered_delivery), {1, 1}},
    {NUMBER, MEMBER(cmpp_submit, msg_level), {1, 1}},
    {TEXT, MEMBER(cmpp_submit, service_id), {10, 10}},
    {NUMBER, MEMBER(cmpp_submit, fee_user_type), {1, 1}},
    {TEXT, MEMBER(cmpp_submit, fee_terminal_id), {21, 32}},
    {NUMBER, MEMBER(cmpp_submit, fee_terminal_type), {0, 1}},
    {NUMBER, MEMBER(cmpp_submit, tp_pid), {1, 1}},
    {NUMBER, MEMBER(cmpp_submit, tp_udhi), {1, 1}},
    {NUMBER, MEMBER(cmpp_submit, msg_fmt), {1, 1}},
    {TEXT, MEMBER(cmpp_submit, msg_src), {6, 6}},
    {TEXT, MEMBER(cmpp_submit, fee_type), {2, 2}},
    {TEXT, MEMBER(cmpp_submit, fee_code), {6, 6}},
    {TEXT, MEMBER(cmpp_submit, valid_time), {17, 17}},
    {TEXT, MEMBER(cmpp_submit, at_time), {17, 17}},
    {TEXT, MEMBER(cmpp_submit, src_id), {21, 21}},
    {NUMBER, MEMBER(cmpp_submit, dest_count), {1, 1}},
    {TEXT, MEMBER(cmpp_submit, dest_terminal_id), {21, 32}},
    {NUMBER, MEMBER(cmpp_submit, dest_terminal_type), {0, 1}},
    {CONTENT, MEMBER(cmpp_submit, content), {1, 1}},
    {TAIL, MEMBER(cmpp_submit, link_id), {8, 20}},
};

static const struct field deliver_fields[] = {
    {NUMBER, MEMBER(cmpp_deliver, msg_id), {8, 8}},
    {TEXT, MEMBER(cmpp_deliver, dest_id), {21, 21}},
    {TEXT, MEMBER(cmpp_deliver, service_id), {10, 10}},
    {NUMBER, MEMBER(cmpp_deliver, tp_pid), {1, 1}},
    {NUMBER, MEMBER(cmpp_deliver, tp_udhi), {1, 1}},
    {NUMBER, MEMBER(cmpp_deliver, msg_fmt), {1, 1}},
    {TEXT, MEMBER(cmpp_deliver, src_terminal_id), {21, 32}},
    {NUMBER, MEMBER(cmpp_deliver, src_terminal_type), {0, 1}},
    {NUMBER, MEMBER(cmpp_deliver, registered_delivery), {1, 1}},
    {CONTENT, MEMBER(cmpp_deliver, content), {1, 1}},
    {TAIL, MEMBER(cmpp_deliver, link_id), {8, 20}},
};

static const struct field answer_fields[] = {
    {NUMBER, MEMBER(cmpp_answer, msg_id), {8, 8}},
    {NUMBER, MEMBER(cmpp_answer, result), {1, 4}},
};

static const struct field active_test_resp_fields[] = {
    {TAIL, MEMBER(cmpp_active_test_resp, reserved), {1, 1}},
};

static const struct field report_fields[] = {
    {NUMBER, MEMBER(cmpp_report, msg_id), {8, 8}},
    {TEXT, MEMBER(cmpp_report, stat), {7, 7}},
    {TAIL, MEMBER(cmpp_report, submit_time), {10, 10}},
    {TAIL, MEMBER(cmpp_report, done_time), {10, 10}},
    {TAIL, MEMBER(cmpp_report, dest_terminal_id), {21, 32}},
    {NUMBER, MEMBER(cmpp_report, smsc_sequence), {4, 4}},
};

static const struct shape shapes[] = {
    {CMPP_CONNECT, ROWS(connect_fields)},
    {CMPP_CONNECT | CMPP_RESP, ROWS(connect_resp_fields)},
    {CMPP_TERMINATE, NULL, 0},
    {CMPP_TERMINATE | CMPP_RESP, NULL, 0},
    {CMPP_SUBMIT, ROWS(submit_fields)},
    {CMPP_SUBMIT | CMPP_RESP, ROWS(answer_fields)},
    {CMPP_DELIVER, ROWS(deliver_fields)},
    {CMPP_DELIVER | CMPP_RESP, ROWS(answer_fields)},
    {CMPP_ACTIVE_TEST, NULL, 0},
    {CMPP_ACTIVE_TEST | CMPP_RESP, ROWS(active_test_resp_fields)},
};
static const struct shape report_shape = {0, ROWS(report_fields)};

static const struct shape *shape_of(uint32_t command)
{
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        if (shapes[i].command == command)
            return &shapes[i];
    return NULL;
}

bool cmpp_knows(uint32_t command)
{
    return shape_of(command) != NULL;
}

/* The body of a PDU: where the union begins. */
static const char *body_of(const struct cmpp_pdu *pdu)
{
    return (const char *)&pdu->connect;
}

/* --- writing --- */

static uint64_t member_number(const char *at, size_t size)
{
    switch (size) {
    case sizeof(uint8_t):
        return *(const uint8_t *)at;
    case sizeof(uint32_t):
        return *(const uint32_t *)at;
    default:
        return *(const uint64_t *)at;
    }
}

static void add_number(struct buf *out, uint64_t n, size_t width)
{
    while (width-- > 0)
        buf_add_char(out, (char)(n >> 8 * width & 0xFF));
}

static bool add_text(struct buf *out, const char *text, size_t width)
{
    size_t len = strlen(text);
    if (len > width)
        return false;
    buf_add(out, text, len);
    while (len++ < width)
        buf_add_char(out, '\0');
    return true;
}

static bool add_field(struct buf *out, const struct field *f, const char *at, size_t width)
{
    const struct cmpp_content *content = (const void *)at;
    uint64_t n;
    switch (f->kind) {
    case NUMBER:
        n = member_number(at, f->size);
        if (width < sizeof n && n >> 8 * width)
            return width == 0; /* of the other layout */
        add_number(out, n, width);
        return true;
    case OCTETS:
        buf_add(out, at, width);
        return true;
    case CONTENT:
        add_number(out, content->length, 1);
        buf_add(out, content->octets, content->length);
        return true;
    case TEXT:
    case TAIL:
        break;
    }
    return add_text(out, at, width);
}

static bool content_fits(const struct cmpp_content *c, uint8_t fmt)
{
    return c->length <= (fmt == CMPP_ASCII ? CMPP_ASCII_MAX : CMPP_OTHER_MAX);
}

/* What the widths do not say. */
static bool may_write(const struct cmpp_pdu *pdu)
{
    if (pdu->command == CMPP_SUBMIT)
        return pdu->submit.dest_count == 1 &&
               content_fits(&pdu->submit.content, pdu->submit.msg_fmt);
    if (pdu->command == CMPP_DELIVER)
        return content_fits(&pdu->deliver.content, pdu->deliver.msg_fmt);
    return true;
}

bool cmpp_write(const struct cmpp_pdu *pdu, struct buf *out)
{
    const struct shape *shape = shape_of(pdu->command);
    size_t begin = out->len;
    if (!shape || !may_write(pdu))
        return false;
    add_number(out, 0, 4); /* the length, below */
    add_number(out, pdu->command, 4);
    add_number(out, pdu->sequence, 4);
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *f = &shape->fields[i];
        if (!add_field(out, f, body_of(pdu) + f->offset, f->width[pdu->layout])) {
            out->len = begin;
            out->p[begin] = '\0';
            return false;
        }
    }
    for (int i = 0; i < 4; i++)
        out->p[begin + (size_t)i] = (char)((out->len - begin) >> 8 * (3 - i) & 0xFF);
    return true;
}

/* --- reading --- */

struct view {
    const uint8_t *p;
    size_t n;
};

static uint64_t take_number(struct view *v, size_t width)
{
    uint64_t n = 0;
    for (size_t i = 0; i < width; i++)
        n = n << 8 | v->p[i];
    v->p += width;
    v->n -= width;
    return n;
}

static void put_number(char *at, size_t size, uint64_t n)
{
    if (size == sizeof(uint8_t))
        *(uint8_t *)at = (uint8_t)n;
    else if (size == sizeof(uint32_t))
        *(uint32_t *)at = (uint32_t)n;
    else
        *(uint64_t *)at = n;
}

static void take_octets(struct view *v, char *at, size_t n)
{
    memcpy(at, v->p, n);
    v->p += n;
    v->n -= n;
}

/* What stands behind the first NUL is no part of the text: some peers leave there what was in their
 * memory. */
static void take_text(struct view *v, char *at, size_t size, size_t width)
{
    size_t len = strnlen((const char *)v->p, width);
    memcpy(at, v->p, len);
    memset(at + len, 0, size - len);
    v->p += width;
    v->n -= width;
}

static bool take_field(struct view *v, const struct field *f, char *at, size_t width)
{
    struct cmpp_content *content = (void *)at;
    if (f->kind == TAIL && v->n < width)
        width = v->n;
    if (v->n < width)
        return false;
    switch (f->kind) {
    case NUMBER:
        put_number(at, f->size, take_number(v, width));
        return true;
    case OCTETS:
        take_octets(v, at, width);
        return true;
    case CONTENT:
        if (v->p[0] > v->n - 1)
            return false;
        content->length = (uint8_t)take_number(v, 1);
        take_octets(v, (char *)content->octets, content->length);
        return true;
    case TEXT:
    case TAIL:
        break;
    }
    take_text(v, at, f->size, width);
    return true;
}

static bool take_fields(struct view v, const struct shape *shape, enum cmpp_layout layout,
                        char *body)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *f = &shape->fields[i];
        if (!take_field(&v, f, body + f->offset, f->width[layout]))
            return false;
    }
    return true;
}

/* Octets of a shape without what is in its content. */
static size_t width_of(const struct shape *shape, enum cmpp_layout layout)
{
    size_t sum = 0;
    for (size_t i = 0; i < shape->count; i++)
        sum += shape->fields[i].width[layout];
    return sum;
}

/* An account may be asked for in one layout and served in the other, and some gateways mix them:
 * where a length is fixed, it is what counts. */
static enum cmpp_layout layout_of(const struct shape *shape, size_t n, enum cmpp_layout layout)
{
    if (!(shape->command & CMPP_RESP) || width_of(shape, CMPP_20) == width_of(shape, CMPP_30))
        return layout;
    return n >= width_of(shape, CMPP_30) ? CMPP_30 : CMPP_20;
}

bool cmpp_read(const uint8_t *frame, size_t n, enum cmpp_layout layout, struct cmpp_pdu *pdu)
{
    struct view v = {frame, n};
    memset(pdu, 0, sizeof *pdu);
    if (n < CMPP_HEADER_OCTETS || take_number(&v, 4) != n)
        return false;
    pdu->command = (uint32_t)take_number(&v, 4);
    pdu->sequence = (uint32_t)take_number(&v, 4);
    pdu->layout = layout;
    const struct shape *shape = shape_of(pdu->command);
    if (!shape)
        return true;
    pdu->layout = layout_of(shape, v.n, layout);
    return take_fields(v, shape, pdu->layout, (char *)&pdu->connect);
}

bool cmpp_read_report(const struct cmpp_content *content, struct cmpp_report *out)
{
    struct view v = {content->octets, content->length};
    enum cmpp_layout layout = v.n >= width_of(&report_shape, CMPP_30) ? CMPP_30 : CMPP_20;
    memset(out, 0, sizeof *out);
    return take_fields(v, &report_shape, layout, (char *)out) || *out->stat;
}
