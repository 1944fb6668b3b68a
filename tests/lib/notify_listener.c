/* Listens where a service manager would: prints "listening", then each datagram sent to the socket PATH as one line,
 * its own line breaks as "|". notify_listener PATH ("@name": an abstract one). SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    char text[4096];
    ssize_t n;

    if (argc != 2 || strlen(argv[1]) >= sizeof at.sun_path)
        return 2;
    memcpy(at.sun_path, argv[1], strlen(argv[1]));
    if (at.sun_path[0] == '@')
        at.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(argv[1]));
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) < 0) {
        perror("notify_listener");
        return 1;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("listening");
    while ((n = recv(fd, text, sizeof text - 1, 0)) >= 0) {
        text[n] = '\0';
        for (char *p = text; *p != '\0'; p++)
            if (*p == '\n')
                *p = '|';
        puts(text);
    }
    return 1;
}
