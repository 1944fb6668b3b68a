/* The fan-out of events to streams: boards, staff, citizens' phones. One hub per worker thread,
 * with a fold of each hall somebody watches. Reads only events and snapshots, never the answer of a
 * command. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_HUB_H
#define PAIHAO_DISPLAY_HUB_H

#include "core/outlook.h"
#include "http/http.h"
#include "store/store.h"
#include <stdint.h>

struct hub;

/* outlooks: of the same thread; outlives the hub. */
struct hub *hub_new(struct loop *l, struct store *store, const struct outlooks *outlooks);
/* After the store and the HTTP server of this thread: no answer is outstanding, no stream is left.
 */
void hub_free(struct hub *h);
/* Every event of every hall, in order, exactly once; halls nobody watches are ignored. */
void hub_event(struct hub *h, struct str hall, uint64_t epoch, uint64_t seq, struct str json);
/* Events of the hall were missed for good: its streams get a fresh snapshot. */
void hub_reset(struct hub *h, struct str hall);
/* There is a new forecast of the hall. */
void hub_forecast(struct hub *h, struct str hall);
/* Ends every stream. */
void hub_drain(struct hub *h);
int hub_streams(const struct hub *h);

/* Answer a request that was checked: the hall exists, the caller may. hub is a struct hub. The
 * ticket is the id of the citizen's own ticket, else empty; device the name of a board or kiosk,
 * else empty. */
void hub_open_board(void *hub, struct http_request *req, struct str hall, struct str device);
void hub_open_staff(void *hub, struct http_request *req, struct str hall, struct str ticket);
void hub_open_ticket(void *hub, struct http_request *req, struct str hall, struct str ticket);
/* GET board: one Board. */
void hub_board_json(void *hub, struct http_request *req, struct str hall, struct str ticket);

#endif
