/* The embedded pages: found by path, complete, and compressed. SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "web/web.h"

static void test_web_find_knows_every_page(void **state)
{
    static const char *const paths[] = {"/", "/t", "/kiosk", "/clerk", "/board"};
    if (web_assets_count == 0)
        skip(); /* built with PAIHAO_PAGES=OFF */
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        const struct web_asset *page = web_find(str_of(paths[i]));
        assert_non_null(page);
        assert_true(str_starts(page->identity, "<!doctype html>"));
        assert_string_equal(page->content_type, "text/html; charset=utf-8");
        assert_false(page->immutable);
    }
}

static void test_web_find_refuses_other_paths(void **state)
{
    assert_null(web_find(STR("")));
    assert_null(web_find(STR("/boar")));
    assert_null(web_find(STR("/board/")));
    assert_null(web_find(STR("/assets/../board")));
}

static void test_web_assets_are_whole(void **state)
{
    for (size_t i = 0; i < web_assets_count; i++) {
        const struct web_asset *asset = &web_assets[i];
        assert_true(asset->identity.len > 0);
        assert_true(asset->br.len > 0);
        assert_true(asset->gzip.len > 2);
        assert_memory_equal(asset->gzip.p, "\x1f\x8b", 2);
        assert_int_equal(strncmp(asset->etag, "W/\"", 3), 0);
        assert_true(asset->immutable == (strncmp(asset->path, "/assets/", 8) == 0));
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(asset->path, web_assets[k].path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_web_find_knows_every_page),
        cmocka_unit_test(test_web_find_refuses_other_paths),
        cmocka_unit_test(test_web_assets_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
