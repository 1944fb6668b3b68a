/* A client that asks and then does not read until it gets a line on stdin; its receive buffer is as small as the
 * kernel allows, so that the sender notices. slow_reader PORT REQUEST; what comes goes to stdout.
 * SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    int fd = socket(AF_INET, SOCK_STREAM, 0), small = 2048, large = 1 << 20;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1]))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small) < 0 ||
        connect(fd, (struct sockaddr *)&to, sizeof to) < 0 || write(fd, argv[2], strlen(argv[2])) < 0) {
        perror("slow_reader");
        return 1;
    }
    char line[8], piece[4096];
    ssize_t n;
    if (fgets(line, sizeof line, stdin) == NULL)
        return 0;
    /* With so small a window the kernels would exchange what is left in steps of two kilobytes, five a second. */
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &large, sizeof large) < 0)
        return 1;
    while ((n = read(fd, piece, sizeof piece)) > 0)
        if (write(STDOUT_FILENO, piece, (size_t)n) != n)
            return 1;
    return 0;
}
