/* The bare codec as a client: binds, keeps a window of submit_sm full over one blocking socket, and
 * says how long it took; what the driver is measured against. bench_smpp PORT WINDOW COUNT
 * prints the microseconds. SPDX-License-Identifier: MIT */
#include "sms/smpp_pdu.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { IN_MAX = 65536 };

static int fd;
static uint8_t in[IN_MAX];
static size_t in_len;

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void put(const uint8_t *p, size_t n)
{
    while (n) {
        ssize_t sent = send(fd, p, n, 0);
        if (sent <= 0)
            exit(1);
        p += sent;
        n -= (size_t)sent;
    }
}

/* Reads once; the number of answers of that command in it, whole ones only. */
static int answers(uint32_t command)
{
    int n = 0;
    size_t at = 0;
    ssize_t got = recv(fd, in + in_len, sizeof in - in_len, 0);
    if (got <= 0)
        exit(1);
    in_len += (size_t)got;
    while (in_len - at >= SMPP_HEADER_OCTETS) {
        struct smpp_header h = smpp_read_header(in + at);
        if (h.length < SMPP_HEADER_OCTETS || h.length > sizeof in)
            exit(1);
        if (in_len - at < h.length)
            break;
        n += h.command == (command | SMPP_RESP) && h.status == SMPP_ROK;
        at += h.length;
    }
    memmove(in, in + at, in_len - at);
    in_len -= at;
    return n;
}

static size_t submit(uint8_t *out, uint32_t sequence)
{
    const struct smpp_message m = {.from = {0, 1, STR("10691234")},
                                   .to = {1, 1, STR("8613800000001")},
                                   .validity = STR("000000001000000R"),
                                   .registered_delivery = 1,
                                   .text = STR("Number A012: counter 3. Please come now.")};
    return smpp_write_message(out, SMPP_SUBMIT_SM, sequence, &m);
}

int main(int argc, char **argv)
{
    static uint8_t out[1000 * SMPP_WRITE_MAX];
    const int one = 1;
    if (argc != 4)
        return 64;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
    int window = atoi(argv[2]), count = atoi(argv[3]), sent = 0, got = 0;
    const struct smpp_bind bind = {"bench", "", "", {0, 0, STR("")}};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one))
        return 1;
    put(out, smpp_write_bind(out, 1, &bind));
    while (!answers(SMPP_BIND_TRANSCEIVER))
        continue;
    int64_t begun_us = now_us();
    while (got < count) {
        size_t n = 0;
        for (; sent < count && sent - got < window; sent++)
            n += submit(out + n, (uint32_t)sent + 2);
        put(out, n);
        got += answers(SMPP_SUBMIT_SM);
    }
    printf("%lld\n", (long long)(now_us() - begun_us));
    close(fd);
    return 0;
}
