/* Prints paihao.yaml(5); run by the build. Single-threaded. A change of the page is one of
 * settings.def or of settings_write.c. SPDX-License-Identifier: MIT */
#include "config/settings.h"

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    struct buf page;
    bool good;

    buf_init(&page);
    settings_manual(&page);
    good = fwrite(page.p, 1, page.len, stdout) == page.len && fflush(stdout) == 0;
    buf_clear(&page);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
