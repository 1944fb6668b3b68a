/* The pages, built and embedded: bytes compressed beforehand, found by path.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_WEB_WEB_H
#define PAIHAO_WEB_WEB_H

#include "base/str.h"
#include <stdbool.h>
#include <stddef.h>

struct web_asset {
    const char *path; /* "/", "/kiosk", "/assets/board-0123456789abcdef.js" */
    const char *content_type;
    const char *etag; /* weak, since one stands for all three codings; quoted as sent */
    bool framable;  /* other sites may show it inside theirs: it takes no key press that matters */
    bool immutable; /* its name holds its hash: cache for ever. Others: no-cache */
    struct str identity;
    struct str gzip;
    struct str br;
};

extern const struct web_asset web_assets[];
extern const size_t web_assets_count;

/* NULL where there is none; always so when built with PAIHAO_PAGES=OFF. */
const struct web_asset *web_find(struct str path);

#endif
