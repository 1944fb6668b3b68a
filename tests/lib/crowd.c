/* Many connections that ask for something and never read the answer, with receive buffers as small as the kernel
 * allows. crowd PORT COUNT REQUEST prints "there" when all have asked, and ends with its stdin. SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static void ask(unsigned short port, const char *request)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), small = 2048;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small) < 0 ||
        connect(fd, (struct sockaddr *)&to, sizeof to) < 0 ||
        write(fd, request, strlen(request)) != (ssize_t)strlen(request)) {
        perror("crowd");
        exit(1);
    }
}

int main(int argc, char **argv)
{
    struct rlimit limit;

    if (argc != 4)
        return 2;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    int count = atoi(argv[2]);
    for (int i = 0; i < count; i++)
        ask((unsigned short)atoi(argv[1]), argv[3]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("there");
    while (getchar() != EOF) {
    }
    return 0;
}
