/* The table of the rows that C code in this folder answers, and the shortest of them: QR codes, the
 * clock, the OpenAPI document. SPDX-License-Identifier: MIT */
#include "api/call.h"
#include "base/clock.h"
#include "base/json.h"
#include <errno.h>
#include <qrencode.h>

/* Screens: what they report, and how they are admitted. */
static const local_fn of_screens[COMMAND_COUNT] = {
    [COMMAND_board_shown] = local_board_shown,
    [COMMAND_device_health] = local_device_health,
    [COMMAND_hall_devices] = local_hall_devices,
    [COMMAND_pairing_open] = local_pairing_open,
    [COMMAND_pairing_claim] = local_pairing_claim,
    [COMMAND_pairing_take] = local_pairing_take,
};

static const local_fn of_gateways[COMMAND_COUNT] = {
    [COMMAND_gateway_list] = local_gateway_list,
    [COMMAND_gateway_test] = local_gateway_test,
};

local_fn local_find(enum command_id id)
{
    static const local_fn table[COMMAND_COUNT] = {
        [COMMAND_hall_list] = local_hall_list,
        [COMMAND_hall_view] = local_hall_view,
        [COMMAND_service_list] = local_service_list,
        [COMMAND_hall_import] = local_hall_import,
        [COMMAND_hall_export] = local_hall_export,
        [COMMAND_session_open] = local_session_open,
        [COMMAND_session_view] = local_session_view,
        [COMMAND_session_close] = local_session_close,
        [COMMAND_staff_add] = local_staff_add,
        [COMMAND_staff_password] = local_staff_password,
        [COMMAND_staff_disable] = local_staff_disable,
        [COMMAND_staff_rights] = local_staff_rights,
        [COMMAND_device_add] = local_device_add,
        [COMMAND_device_remove] = local_device_remove,
        [COMMAND_device_view] = local_device_view,
        [COMMAND_qr_make] = local_qr_make,
        [COMMAND_clock_view] = local_clock_view,
        [COMMAND_openapi_view] = local_openapi_view,
        [COMMAND_challenge_make] = local_challenge_make,
        [COMMAND_code_send] = local_code_send,
        [COMMAND_booking_confirm] = local_booking_confirm,
        [COMMAND_booking_accept] = local_booking_accept,
        [COMMAND_booking_own] = local_booking_own,
        [COMMAND_booking_view] = local_booking_view,
        [COMMAND_waitlist_view] = local_waitlist_view,
        [COMMAND_waitlist_join] = local_waitlist_join,
        [COMMAND_check_in] = local_check_in,
        [COMMAND_booking_arrive] = local_booking_arrive,
        [COMMAND_ticket_arrive] = local_ticket_arrive,
        [COMMAND_ticket_remote] = local_ticket_remote,
        [COMMAND_arrival_view] = local_arrival_view,
        [COMMAND_booking_file] = local_booking_file,
        [COMMAND_booking_list] = local_booking_list,
        [COMMAND_booking_get] = local_booking_get,
        [COMMAND_block_list] = local_block_list,
        [COMMAND_wait_list] = local_wait_list,
        [COMMAND_what_if] = local_what_if,
        [COMMAND_day_list] = local_day_list,
        [COMMAND_time_list] = local_time_list,
        [COMMAND_desk_times] = local_desk_times,
        [COMMAND_first_free] = local_first_free,
        [COMMAND_desk_days] = local_desk_days,
        [COMMAND_conflict_list] = local_conflict_list,
        [COMMAND_rebook] = local_rebook,
        [COMMAND_closure_add] = local_closure_add,
        [COMMAND_hall_preview] = local_hall_preview,
        [COMMAND_booking_hold] = local_booking_hold,
        [COMMAND_booking_make] = local_booking_make,
        [COMMAND_booking_move] = local_booking_move,
        [COMMAND_booking_shift] = local_booking_shift,
        [COMMAND_statistics_view] = local_statistics_view,
        [COMMAND_statistics_file] = local_statistics_file,
        [COMMAND_hall_status] = local_hall_status,
    };
    local_fn fn = table[id] ? table[id] : of_screens[id];
    return fn ? fn : of_gateways[id];
}

/* One path for all dark modules: each run of them in a row is one rectangle. */
static void write_path(struct buf *out, const QRcode *qr)
{
    for (int y = 0; y < qr->width; y++) {
        const unsigned char *row = qr->data + (size_t)y * (size_t)qr->width;
        for (int x = 0; x < qr->width;) {
            int from = x;
            while (x < qr->width && row[x] & 1)
                x++;
            if (x > from)
                buf_addf(out, "M%d %dh%dv1h-%dz", from, y, x - from, x - from);
            else
                x++;
        }
    }
}

void local_qr_make(struct call *c)
{
    struct str text = c->args.v[0];
    struct buf out;
    /* M: reads with 15 % of it covered, which is what a scratched kiosk screen needs. */
    QRcode *qr = QRcode_encodeData((int)text.len, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);

    if (!qr) {
        call_problem(c, errno == ERANGE ? ERR_FIELD_INVALID : ERR_INTERNAL, "text", NULL);
        return;
    }
    buf_init(&out);
    buf_addf(&out, "{\"size\":%d,\"path\":\"", qr->width);
    write_path(&out, qr);
    buf_add_c(&out, "\"}");
    QRcode_free(qr);
    call_reply_json(c, buf_str(&out));
    buf_clear(&out);
}

void local_clock_view(struct call *c)
{
    struct buf out;

    buf_init(&out);
    buf_addf(&out, "{\"now\":%lld,\"speed\":%d}", (long long)c->now_ms, clock_speed());
    call_reply_json(c, buf_str(&out));
    buf_clear(&out);
}

void local_openapi_view(struct call *c)
{
    struct buf *doc = &c->api->openapi;
    static const struct http_field cache = {"Cache-Control", {"no-cache", 8}};

    if (doc->len == 0)
        openapi_build(doc);
    call_reply(c, 200, buf_str(doc), &cache, 1);
}
