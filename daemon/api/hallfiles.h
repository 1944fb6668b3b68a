/* Hall files as bodies of requests. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_HALLFILES_H
#define PAIHAO_API_HALLFILES_H

#include "api/call.h"

/* The file in the body, of this hall, and its zone; false when a problem was answered. Both are the
 * caller's to free. */
bool hallfile_of_body(struct call *c, struct hall_file **file, struct zone **zone);
/* error: "name:line:column: sentence", as hall_read() writes it. */
void hallfile_refuse(struct call *c, struct str name, struct str error);

#endif
