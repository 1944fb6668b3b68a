/* The table of sentences, and dates in words. Constant. SPDX-License-Identifier: MIT */
#include "ctl/terminal_words.h"

static const char *const words[WORDS][TERMINAL_LANGS] = {
    [WORD_NOW] = {"请到窗口", "Now calling"},
    [WORD_LATEST] = {"最近叫号", "Latest calls"},
    [WORD_NO_CALLS] = {"请留意叫号", "Please watch for your number"},
    [WORD_NO_CALLS_HINT] = {"叫到您的号时，这里会显示号码和窗口",
                            "Your number and counter will appear here"},
    [WORD_FEW] = {"暂无更多叫号", "No further calls yet"},
    [WORD_WAITING] = {"等候人数", "Waiting"},
    [WORD_NOBODY] = {"现在没有人等候", "Nobody is waiting"},
    [WORD_MINUTES] = {"分钟", "min"},
    [WORD_COUNTER] = {"窗口", "Counter"},
    [WORD_CALLED] = {"请前往", "please go"},
    [WORD_SERVING] = {"办理中", "being served"},
    [WORD_ENDED] = {"已结束", "ended"},
    [WORD_STOPPED_ALL] = {"今天停止取号", "No more numbers today"},
    [WORD_STOPPED_SOME] = {"今天停止取号：", "No more numbers today: "},
    [WORD_STALE] = {"连接中断，没有更新，自 ", "Not up to date since "},
    [WORD_OFFLINE] = {"暂时无法显示叫号", "Calls cannot be shown at the moment"},
    [WORD_OFFLINE_HINT] = {"请听工作人员叫号，或到咨询台",
                           "Please listen for staff or ask at the information desk"},
    [WORD_CONNECTING] = {"正在连接…", "Connecting…"},
};

struct str terminal_word(enum terminal_lang lang, enum terminal_word w)
{
    return str_of(words[w][lang]);
}

void terminal_time(const struct zone *zone, int64_t ms, struct buf *out)
{
    struct zone_local l;

    zone_local(zone, ms, &l);
    buf_addf(out, "%02d:%02d", l.hour, l.minute);
}

void terminal_date(enum terminal_lang lang, const struct zone *zone, int64_t ms, struct buf *out)
{
    static const char *const zh_days[] = {"一", "二", "三", "四", "五", "六", "日"};
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct zone_local l;

    zone_local(zone, ms, &l);
    if (lang == TERMINAL_ZH)
        buf_addf(out, "%d月%d日 周%s ", l.month, l.day, zh_days[l.weekday]);
    else
        buf_addf(out, "%s %d %s ", days[l.weekday], l.day, months[l.month - 1]);
    terminal_time(zone, ms, out);
}
