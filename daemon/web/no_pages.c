/* The table of a daemon built without pages (PAIHAO_PAGES=OFF). Any thread.
 * SPDX-License-Identifier: MIT */
#include "web/web.h"

const struct web_asset web_assets[] = {{.path = ""}};
const size_t web_assets_count = 0;
