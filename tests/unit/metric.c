/* base/metric.h: counting from several threads, and the text Prometheus reads.
 * SPDX-License-Identifier: MIT */
#include "base/metric.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static void assert_line(const char *line, bool there)
{
    struct buf b;
    struct buf wanted;

    buf_init(&b);
    buf_init(&wanted);
    buf_add_char(&b, '\n');
    metric_render(&b);
    buf_addf(&wanted, "\n%s\n", line);
    if ((strstr(b.p, wanted.p) != NULL) != there)
        print_error("%s: %s\n", there ? "missing" : "not wanted", line);
    assert_true((strstr(b.p, wanted.p) != NULL) == there);
    buf_clear(&b);
    buf_clear(&wanted);
}

static void test_metric_render_shows_unlabelled_rows_from_the_start(void **state)
{
    assert_line("paihao_store_up 0", true);
    assert_line("# TYPE paihao_store_up gauge", true);
    assert_line("# TYPE paihao_commands_total counter", false);
}

static void test_metric_add_and_set(void **state)
{
    metric_add(METRIC_COMMANDS, "ticket_call", 2);
    metric_add(METRIC_COMMANDS, "ticket_call", 1);
    metric_add(METRIC_COMMANDS, "ticket_issue", 5);
    metric_set(METRIC_STORE_UP, NULL, 1);
    metric_add(METRIC_STREAMS, "board", 3);
    metric_add(METRIC_STREAMS, "board", -1);
    assert_line("paihao_commands_total{command=\"ticket_call\"} 3", true);
    assert_line("paihao_commands_total{command=\"ticket_issue\"} 5", true);
    assert_line("paihao_store_up 1", true);
    assert_line("paihao_streams{channel=\"board\"} 2", true);
}

static void test_metric_observe_fills_cumulated_buckets(void **state)
{
    metric_observe(METRIC_STORE_SECONDS, NULL, 0.001);
    metric_observe(METRIC_STORE_SECONDS, NULL, 0.3);
    metric_observe(METRIC_STORE_SECONDS, NULL, 11);
    metric_observe(METRIC_STORE_SECONDS, NULL, -1);
    metric_observe(METRIC_STORE_SECONDS, NULL, NAN);
    assert_line("paihao_store_call_duration_seconds_bucket{le=\"0.001\"} 3", true);
    assert_line("paihao_store_call_duration_seconds_bucket{le=\"0.25\"} 3", true);
    assert_line("paihao_store_call_duration_seconds_bucket{le=\"0.5\"} 4", true);
    assert_line("paihao_store_call_duration_seconds_bucket{le=\"10\"} 4", true);
    assert_line("paihao_store_call_duration_seconds_bucket{le=\"+Inf\"} 5", true);
    assert_line("paihao_store_call_duration_seconds_sum 11.301000000", true);
    assert_line("paihao_store_call_duration_seconds_count 5", true);
}

static void test_metric_label_is_escaped_or_other(void **state)
{
    char lengthy[100];

    memset(lengthy, 'x', sizeof(lengthy) - 1);
    lengthy[sizeof(lengthy) - 1] = '\0';
    metric_add(METRIC_EVENTS, "a\"b\\c\nd", 1);
    metric_add(METRIC_EVENTS, lengthy, 1);
    metric_add(METRIC_EVENTS, "\xFF", 1);
    assert_line("paihao_events_total{type=\"a\\\"b\\\\c\\nd\"} 1", true);
    assert_line("paihao_events_total{type=\"other\"} 2", true);
}

static void test_metric_labels_are_bounded(void **state)
{
    for (int i = 0; i < 400; i++) {
        char label[16];

        (void)snprintf(label, sizeof(label), "r%d", i);
        metric_add(METRIC_STORE_FAILURES, label, 1);
        metric_add(METRIC_STORE_FAILURES, "r0", 1);
    }
    assert_line("paihao_store_failures_total{reason=\"r0\"} 401", true);
    assert_line("paihao_store_failures_total{reason=\"r255\"} 1", true);
    assert_line("paihao_store_failures_total{reason=\"r256\"} 1", false);
    assert_line("paihao_store_failures_total{reason=\"other\"} 144", true);
}

enum { THREADS = 4, ROUNDS = 20000 };

static void *count(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        char label[16];

        (void)snprintf(label, sizeof(label), "l%d", i % 100);
        metric_add(METRIC_REFUSALS, label, 1);
        metric_observe(METRIC_HTTP_SECONDS, NULL, 0.002);
    }
    return NULL;
}

static void test_metric_loses_nothing_between_threads(void **state)
{
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < 100; i++) {
        char line[80];

        (void)snprintf(line, sizeof(line), "paihao_refusals_total{code=\"l%d\"} %d", i,
                       THREADS * ROUNDS / 100);
        assert_line(line, true);
    }
    assert_line("paihao_http_request_duration_seconds_count 80000", true);
    assert_line("paihao_http_request_duration_seconds_sum 160.000000000", true);
}

static void test_metric_render_pleases_promtool(void **state)
{
    struct buf b;
    FILE *promtool;

    if (system("command -v promtool >/dev/null 2>&1") != 0)
        skip();
    metric_set(METRIC_BUILD, "0.1.0", 1);
    metric_add(METRIC_HTTP_REQUESTS, "200", 1);
    metric_add(METRIC_STREAM_RESYNCS, "old", 1);
    metric_add(METRIC_REDIS_RESTARTS, NULL, 1);
    metric_add(METRIC_MESSAGES, "sent", 1);
    buf_init(&b);
    metric_render(&b);
    promtool = popen("promtool check metrics", "w");
    assert_non_null(promtool);
    assert_int_equal(fwrite(b.p, 1, b.len, promtool), b.len);
    assert_int_equal(pclose(promtool), 0);
    buf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_metric_render_shows_unlabelled_rows_from_the_start),
        cmocka_unit_test(test_metric_add_and_set),
        cmocka_unit_test(test_metric_observe_fills_cumulated_buckets),
        cmocka_unit_test(test_metric_label_is_escaped_or_other),
        cmocka_unit_test(test_metric_labels_are_bounded),
        cmocka_unit_test(test_metric_loses_nothing_between_threads),
        cmocka_unit_test(test_metric_render_pleases_promtool),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
