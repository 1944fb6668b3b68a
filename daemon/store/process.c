/* Owns nothing: starts and ends child processes for embedded.c. Runs on the main thread;
 * process_end() blocks. SPDX-License-Identifier: MIT */
#include "store/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    KILLED_MS = 2000
}; /* SIGKILL takes effect at once, but a sync to a slow disk is waited for */

/* Between fork and exec, with other threads in the parent: only async-signal-safe calls. What fails
 * here and is not looked at leaves the child with less comfort, not with less function. */
static _Noreturn void become(const struct process_start *start, int parent, int error_fd)
{
    char *const argv[] = {(char *)start->program, (char *)start->argument, NULL};
    static const int defaults[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGQUIT};
    sigset_t none;

    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
        (void)signal(defaults[i], SIG_DFL);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    int null_fd = open("/dev/null", O_RDONLY);
    if (getppid() == parent && null_fd >= 0 && dup2(null_fd, 0) == 0 &&
        dup2(start->output_fd, 1) == 1 && dup2(start->output_fd, 2) == 2 &&
        dup2(error_fd, 3) == 3 && fcntl(3, F_SETFD, FD_CLOEXEC) == 0) {
        (void)close_range(4, ~0U, 0);
        (void)execvp(start->program, argv);
        error_fd = 3;
    }
    int error = errno != 0 ? errno : ESRCH;
    ssize_t n = write(error_fd, &error, sizeof(error)); /* without it the parent sees a quick end */
    _exit(n > 0 ? 127 : 126);
}

int process_start(const struct process_start *start)
{
    int pipe_fd[2];
    int error = 0;
    int parent = getpid();

    if (pipe2(pipe_fd, O_CLOEXEC) != 0)
        return -1;
    int pid = fork();
    if (pid == 0)
        become(start, parent, pipe_fd[1]);
    int fork_error = errno;
    (void)close(pipe_fd[1]); /* a pipe end without data */
    /* Ends at once: by the exec, which closes the child's end, or with the exec's error. */
    while (pid > 0 && read(pipe_fd[0], &error, sizeof(error)) < 0 && errno == EINTR)
        continue;
    (void)close(pipe_fd[0]);
    if (pid > 0 && error == 0)
        return pid;
    if (pid > 0)
        (void)waitpid(pid, NULL, 0); /* it has exited or is about to */
    errno = pid > 0 ? error : fork_error;
    return -1;
}

int process_open(int pid)
{
    return pidfd_open(pid, 0);
}

static bool wait_end(int pidfd, int wait_ms)
{
    struct pollfd p = {pidfd, POLLIN, 0};
    int n;

    do
        n = poll(&p, 1, wait_ms); /* a signal starts the time anew: late is better than early */
    while (n < 0 && errno == EINTR);
    return n > 0;
}

bool process_end(int pidfd, int wait_ms)
{
    /* A failure means that it has ended already, which the wait below finds out. A stopped process
     * takes SIGTERM only when it goes on. */
    (void)pidfd_send_signal(pidfd, SIGTERM, NULL, 0);
    (void)pidfd_send_signal(pidfd, SIGCONT, NULL, 0);
    if (wait_end(pidfd, wait_ms))
        return true;
    (void)pidfd_send_signal(pidfd, SIGKILL, NULL, 0);
    return wait_end(pidfd, KILLED_MS);
}
