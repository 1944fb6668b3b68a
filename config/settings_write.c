/* What is written about settings: those in force, the sample file, the manual. Owns nothing; any
 * thread. All of it comes from settings.def. SPDX-License-Identifier: MIT */
#include "config/settings_table.h"
#include <string.h>

enum { COMMENT_COLUMNS = 92 };

void settings_print(const struct settings *s, struct buf *out)
{
    schema_yaml(&SETTINGS_TYPE, s, out);
}

/* The text as comment lines behind indent blanks. */
static void add_comment(struct buf *out, int indent, const char *text)
{
    struct str rest = str_of(text);
    struct str word;
    size_t column = 0;

    while (str_cut(&rest, ' ', &word)) {
        if (column == 0 || column + 1 + word.len > COMMENT_COLUMNS) {
            buf_addf(out, "%s%*s#", column > 0 ? "\n" : "", indent, "");
            column = (size_t)indent + 1;
        }
        buf_addf(out, " " STR_FMT, STR_ARG(word));
        column += word.len + 1;
    }
    buf_add_char(out, '\n');
}

static void add_bounds(struct buf *out, const struct settings_row *row)
{
    struct str rest = str_of(row->bounds);
    struct str word;
    bool first = true;

    if (strcmp(row->type, "ENUM") != 0 && strcmp(row->type, "BOOL") != 0) {
        buf_add_c(out, row->bounds);
        return;
    }
    while (str_cut(&rest, '|', &word)) {
        buf_addf(out, "%s" STR_FMT, first ? "" : " or ", STR_ARG(word));
        first = false;
    }
}

static void add_row(struct buf *out, int indent, const struct settings_row *row)
{
    struct buf help;

    buf_init(&help);
    buf_add_c(&help, row->help);
    if (row->bounds[0] != '\0') {
        buf_add_c(&help, " (");
        add_bounds(&help, row);
        buf_add_c(&help, ")");
    }
    if (row->reload)
        buf_add_c(&help, " Takes effect on SIGHUP.");
    add_comment(out, indent, help.p);
    buf_clear(&help);
    buf_addf(out, "%*s#%s: ", indent, "", row->key);
    if (strcmp(row->type, "INT") == 0 || strcmp(row->type, "BOOL") == 0)
        buf_add_c(out, row->fallback);
    else
        schema_yaml_text(out, row->fallback);
    buf_add_char(out, '\n');
}

static void add_rows(struct buf *out, int indent, const char *section)
{
    for (size_t i = 0; i < SETTINGS_ROW_COUNT; i++) {
        if (strcmp(SETTINGS_ROWS[i].section, section) == 0)
            add_row(out, indent, &SETTINGS_ROWS[i]);
    }
}

/* Every field of a gateway would bury the file: the two everybody meets, and where the rest stands.
 */
static const char GATEWAYS_SAMPLE[] =
    "  # Ways to send; without any, messages go nowhere. All fields: paihao.yaml(5).\n"
    "  #gateways:\n"
    "  #  - name: kannel\n"
    "  #    kind: http\n"
    "  #    method: GET\n"
    "  #    url: \"http://127.0.0.1:13013/cgi-bin/sendsms?username=paihao&password=secret"
    "&to={to}&text={text}&coding=2&charset=UTF-8&dlr-mask=31&dlr-url={report_url}\"\n"
    "  #    success_status: \"202\"\n"
    "  #    report_secret: \"\"         # 16 characters or more; empty: no delivery reports\n"
    "  #    report_states: [{from: \"1\", to: delivered}, {from: \"2\", to: undelivered},\n"
    "  #                    {from: \"16\", to: undelivered}]\n";

void settings_sample(struct buf *out)
{
    buf_add_c(out, "# Settings of paihaod. Every line that is commented out shows its default.\n"
                   "# Halls, services and staff are not here: see paihaoctl(1).\n");
    for (size_t i = 0; i < SETTINGS_SECTION_COUNT; i++) {
        const struct settings_section *section = &SETTINGS_SECTIONS[i];
        bool top = section->name[0] == '\0';

        buf_addf(out, "\n# %s\n", section->help);
        if (!top)
            buf_addf(out, "%s:\n", section->name);
        add_rows(out, top ? 0 : 2, section->name);
        if (strcmp(section->name, "sms") == 0)
            buf_add_c(out, GATEWAYS_SAMPLE);
    }
}

/* Text for roff: a backslash, or a dot or quote at the start of a line, would be a command. */
static void add_roff(struct buf *out, const char *text)
{
    if (text[0] == '.' || text[0] == '\'')
        buf_add_c(out, "\\&");
    for (; *text != '\0'; text++) {
        if (*text == '\\')
            buf_add_c(out, "\\e");
        else if (*text == '-')
            buf_add_c(out, "\\-");
        else
            buf_add_char(out, *text);
    }
}

static void add_manual_row(struct buf *out, const struct settings_row *row)
{
    bool top = row->section[0] == '\0';

    buf_addf(out, ".TP\n.B %s%s%s\n",
             strcmp(row->section, "gateway") == 0 ? "sms.gateways[]" : row->section, top ? "" : ".",
             row->key);
    add_roff(out, row->help);
    buf_add_char(out, '\n');
    if (row->bounds[0] != '\0') {
        buf_add_c(out, "Allowed: ");
        add_bounds(out, row);
        buf_add_c(out, ".\n");
    }
    buf_add_c(out, "Default: ");
    add_roff(out, row->fallback[0] != '\0' ? row->fallback : "empty");
    buf_add_c(out, row->reload ? ". Takes effect on SIGHUP.\n" : ".\n");
}

static const char MANUAL_HEAD[] =
    ".TH PAIHAO.YAML 5 \"\" \"paihao " PAIHAO_VERSION "\"\n"
    ".SH NAME\npaihao.yaml \\- settings of paihaod\n"
    ".SH DESCRIPTION\n"
    "A YAML file, read by\n.B paihaod \\-\\-config\nand again on SIGHUP. Every setting has a "
    "default; a "
    "setting that is not known, or out\nof its bounds, keeps the daemon from starting and is named "
    "with its line and column.\nA reload takes over all of the file or nothing.\n"
    ".SH SETTINGS\n";

static const char MANUAL_TAIL[] =
    ".TP\n.B sms.gateways[].headers\nList of further headers, each \"Name: value\".\n"
    ".TP\n.B sms.gateways[].report_states\nList of {from: word of the gateway, to: delivered, "
    "undelivered, expired, rejected,\nunknown or ignored}. Words that are not listed are ignored.\n"
    ".TP\n.B sms.gateways[].classify\nList of {at: JSON pointer, match: expression, as: retry, "
    "throttle, permanent or config}: what a\nrefusal means; the first that matches decides. "
    "Without at the whole body is looked at.\n"
    ".TP\n.B sms.gateways[].results\nList of {codes: 100-149, as: retry, throttle, permanent or "
    "config}: what SMPP statuses and CMPP\nResults mean, the carrier's own and ours; the first "
    "that matches decides. Codes may be hexadecimal (0x400).\n"
    ".TP\n.B sms.gateways[].templates\nList of {kind: called, language: zh, code: the provider's, "
    "variables: [number, win=counter]}.\nWithout a language it serves all that have no entry of "
    "their own.\n"
    ".SH SEE ALSO\n.BR paihaod (8),\n.BR paihaoctl (1)\n";

void settings_manual(struct buf *out)
{
    buf_add_c(out, MANUAL_HEAD);
    for (size_t i = 0; i < SETTINGS_ROW_COUNT; i++)
        add_manual_row(out, &SETTINGS_ROWS[i]);
    buf_add_c(out, MANUAL_TAIL);
}
