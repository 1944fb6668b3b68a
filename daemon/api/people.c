/* Members of staff and devices: what the library cannot do alone, namely hashing passwords, making
 * tokens and keeping an admin of some halls within those halls. SPDX-License-Identifier: MIT */
#include "api/call.h"
#include "base/json.h"
#include "base/metric.h"
#include <assert.h>
#include <string.h>

enum {
    PASSWORD_MIN = 10, /* with argon2id and the growing wait: out of reach of guessing */
    HASH_MAX = 128,
};

/* What is tried first by anybody who guesses; shorter ones are refused by their length. */
static const char *const common_passwords[] = {
    "1234567890",  "0123456789",    "12345678910",   "123456789a",  "qwertyuiop",  "qwerty12345",
    "qwerty1234",  "1q2w3e4r5t",    "1qaz2wsx3edc",  "password12",  "password123", "password1234",
    "passw0rd123", "iloveyou123",   "administrator", "admin12345",  "admin123456", "a123456789",
    "woaini1314",  "woaini1314520", "5201314520",    "abcdefghij",  "abcd123456",  "abc1234567",
    "letmein1234", "welcome123",    "welcome1234",   "changeme123", "paihao1234",  "paihao12345",
};

struct hashing {
    struct call *call;
    struct str password;
    char hash[HASH_MAX];
    bool done;
};

static bool is_weak(struct str password, struct str name)
{
    bool all_same = true;

    if (str_utf8_count(password) < PASSWORD_MIN || str_eq(password, name))
        return true;
    for (size_t i = 0; i < sizeof(common_passwords) / sizeof(common_passwords[0]); i++)
        if (str_is(password, common_passwords[i]))
            return true;
    for (size_t i = 1; i < password.len; i++)
        all_same = all_same && password.p[i] == password.p[0];
    return all_same;
}

/* On a job thread. */
static void hash_password(void *arg)
{
    struct hashing *h = arg;
    h->done = seal_password_hash(h->password, h->hash);
    explicit_bzero((char *)h->password.p, h->password.len); /* our own copy in the arena */
}

static void on_hashed(void *arg)
{
    struct hashing *h = arg;
    struct call *c = h->call;
    struct str hash = str_of(h->hash);

    if (!h->done) {
        call_problem(c, ERR_INTERNAL, NULL, NULL);
    } else if (c->command->id == COMMAND_staff_add) {
        struct str argv[] = {c->args.v[0], c->args.v[1], c->args.v[2], hash,
                             args_get(c->command, &c->args, "rights")};
        call_store_write(c, c->command->function, argv, 5, call_on_reply);
    } else {
        char guess[SEAL_HASH_CHARS + 1];
        session_guess(c->api, c->args.v[0], guess);
        struct str argv[] = {c->args.v[0], hash, str_of(guess)};
        call_store_write(c, c->command->function, argv, 3, call_on_reply);
    }
}

/* Goes on in on_hashed(). */
static void start_hashing(struct call *c)
{
    struct str password = args_get(c->command, &c->args, "password");

    if (is_weak(password, args_get(c->command, &c->args, "name"))) {
        call_problem(c, ERR_PASSWORD_WEAK, "password", NULL);
        return;
    }
    struct hashing *h = arena_alloc(http_arena(c->req), sizeof(*h));
    h->call = c;
    h->password = password;
    if (!jobs_submit(c->api->config.jobs, hash_password, on_hashed, h)) {
        metric_add(METRIC_JOBS_REFUSED, NULL, 1);
        call_problem(c, ERR_BUSY, NULL, NULL);
    }
}

void local_staff_add(struct call *c)
{
    if (!auth_has_halls(&c->who, args_get(c->command, &c->args, "halls")))
        call_problem(c, ERR_FORBIDDEN, "halls", NULL);
    else
        start_hashing(c);
}

static void act_on_staff(struct call *c)
{
    if (c->command->id == COMMAND_staff_password)
        start_hashing(c);
    else
        call_store_write(c, c->command->function, c->args.v, c->args.n, call_on_reply);
}

static void on_target(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct json_where where;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    json_t *target = json_read(reply->text, &where);
    bool is_known = json_str(target, "hash").len > 0;
    bool is_ours = auth_has_halls(&c->who, json_str(target, "halls"));
    json_decref(target);
    if (!is_known)
        call_problem(c, ERR_STAFF_UNKNOWN, "name", NULL);
    else if (!is_ours)
        call_problem(c, ERR_FORBIDDEN, "name", NULL);
    else
        act_on_staff(c);
}

/* An admin of some halls acts on staff of these halls only; that of all halls needs no look. */
static void check_target(struct call *c)
{
    struct str argv[] = {c->args.v[0], STR("")};

    if (str_is(c->who.halls, "*"))
        act_on_staff(c);
    else
        call_store_read(c, "staff_secret", argv, 2, on_target);
}

void local_staff_password(struct call *c)
{
    check_target(c);
}

void local_staff_disable(struct call *c)
{
    check_target(c);
}

void local_staff_rights(struct call *c)
{
    check_target(c);
}

/* A device's token comes from the request it was made by, so that a repeated request, which the
 * library answers from memory, shows the same token again. Without the key file nobody can compute
 * it. */
void call_device_token(const struct call *c, char out[SEAL_TOKEN_CHARS + 1])
{
    char half[SEAL_HASH_CHARS + 1];

    seal_hash(c->api->config.seal, "device", str_of(c->request), half);
    memcpy(out, half, SEAL_HASH_CHARS);
    seal_hash(c->api->config.seal, "device2", str_of(c->request), half);
    memcpy(out + SEAL_HASH_CHARS, half, SEAL_TOKEN_CHARS - SEAL_HASH_CHARS);
    out[SEAL_TOKEN_CHARS] = '\0';
}

static void on_device(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    char token[SEAL_TOKEN_CHARS + 1];
    struct buf out;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    call_device_token(c, token);
    buf_init(&out);
    buf_add(&out, reply->text.p, reply->text.len - 1);
    json_add_member_cstr(&out, "token", token);
    buf_add_char(&out, '}');
    call_reply_json(c, buf_str(&out));
    buf_clear(&out);
}

void local_device_add(struct call *c)
{
    char token[SEAL_TOKEN_CHARS + 1], hash[SEAL_HASH_CHARS + 1];

    if (!auth_has_hall(&c->who, args_get(c->command, &c->args, "hall"))) {
        call_problem(c, ERR_FORBIDDEN, "hall", NULL);
        return;
    }
    call_device_token(c, token);
    seal_hash(c->api->config.seal, "token", str_of(token), hash);
    struct str argv[] = {c->args.v[0], c->args.v[1], c->args.v[2], str_of(hash)};
    call_store_write(c, c->command->function, argv, 4, on_device);
}

static void on_forgotten(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;

    (void)reply; /* the device is gone; that its silence alarms nobody may fail */
    call_reply_json(c, STR("{\"done\":true}"));
}

/* Its hall is not to miss it. */
static void on_removed(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct json_where where;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    json_t *removed = json_read(reply->text, &where);
    c->hall = arena_str(http_arena(c->req), json_str(removed, "hall"));
    json_decref(removed);
    call_store_write(c, "device_forget", c->args.v, 1, on_forgotten);
}

static void on_whose(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct json_where where;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    json_t *device = json_read(reply->text, &where);
    bool is_ours = auth_has_hall(&c->who, json_str(device, "hall"));
    json_decref(device);
    if (is_ours)
        call_store_write(c, c->command->function, c->args.v, c->args.n, on_removed);
    else
        call_problem(c, ERR_FORBIDDEN, "name", NULL);
}

/* Whose device it is only the store knows; the admin of all halls need not ask. A repeated request
 * of another admin finds it gone, which is as good an answer. */
void local_device_remove(struct call *c)
{
    if (str_is(c->who.halls, "*"))
        call_store_write(c, c->command->function, c->args.v, c->args.n, on_removed);
    else
        call_store_read(c, "device_find", c->args.v, 1, on_whose);
}

void local_device_view(struct call *c)
{
    struct buf out;

    buf_init(&out);
    buf_add_char(&out, '{');
    json_add_member_cstr(&out, "name", c->who.name);
    json_add_member_cstr(&out, "kind", role_name((enum role)c->who.role));
    json_add_member_str(&out, "hall", c->who.halls);
    buf_add_char(&out, '}');
    call_reply_json(c, buf_str(&out));
    buf_clear(&out);
}
