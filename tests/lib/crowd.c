/* Many connections that ask for something and never read the answer, with receive buffers as small as the kernel
 * allows. crowd PORT COUNT REQUEST prints "there" when all have asked, and then, for each line on stdin, how many of them
 * the other side has closed; it ends with stdin. SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static int ask(unsigned short port, const char *request)
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
    return fd;
}

/* Seen without reading: the data before it stays where it is. */
static int closed(const int *fds, int count)
{
    int n = 0;

    for (int i = 0; i < count; i++) {
        struct pollfd p = {.fd = fds[i], .events = POLLRDHUP};
        n += poll(&p, 1, 0) == 1 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
    }
    return n;
}

int main(int argc, char **argv)
{
    struct rlimit limit;
    char line[16];

    if (argc != 4)
        return 2;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    int count = atoi(argv[2]);
    int *fds = calloc((size_t)count, sizeof *fds);
    if (fds == NULL)
        return 1;
    for (int i = 0; i < count; i++)
        fds[i] = ask((unsigned short)atoi(argv[1]), argv[3]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("there");
    while (fgets(line, sizeof line, stdin) != NULL)
        printf("%d\n", closed(fds, count));
    free(fds);
    return 0;
}
