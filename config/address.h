/* Where a sign or printer of a hall is: a numeric address of the house with a port, or a serial
 * line. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CONFIG_ADDRESS_H
#define PAIHAO_CONFIG_ADDRESS_H

#include "base/str.h"
#include <stdbool.h>

enum { ADDRESS_HOST_MAX = 46, ADDRESS_PATH_MAX = 64 };

struct address {
    char host[ADDRESS_HOST_MAX]; /* numeric, without brackets; "" : a serial line */
    int port;
    char path[ADDRESS_PATH_MAX]; /* "/dev/ttyUSB0" */
    int baud;
    int data_bits;
    char parity; /* n, e, o */
};

/* "192.168.1.21:5005", "[fd00::5]:5005", "serial:/dev/ttyUSB0:9600", "serial:/dev/ttyS0:9600:7e1".
 * Loopback, private and link-local only: nothing in a hall file makes the daemon speak to the
 * world. False: why is a sentence. */
bool address_read(struct str text, struct address *out, const char **why);

#endif
