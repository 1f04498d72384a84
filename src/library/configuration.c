/* Configurations without an engine: exported, printed, compared; and their grammar. */
#include "config/apply.h"
#include "library/offline.h"

/* A file, or its errors. Programs need not be there: it may be the configuration of another machine. */
static bool configuration_read(const char *file, struct configuration *out, const struct yottabgp_print *print) {
    struct config_report report = {0};
    const struct config_options options = {.software = text_of("YottaBGP/" YOTTABGP_VERSION)};
    bool good = config_read_file(file, &options, out, &report);
    if (report.count) {
        struct buffer b = buffer_growing();
        put_config_report(&b, &report);
        offline_print_error(print, &b);
        buffer_release(&b);
    }
    config_report_release(&report);
    return good;
}

static void print_and_release(const struct yottabgp_print *print, struct buffer *b) {
    offline_print(print, b);
    buffer_release(b);
}

int yottabgp_configuration_export(const char *file, int indent, const struct yottabgp_print *print) {
    struct configuration c;
    struct buffer b = buffer_growing();
    if (!configuration_read(file, &c, print))
        return 1;
    put_config_export(&b, &c, indent);
    print_and_release(print, &b);
    config_release(&c);
    return 0;
}

int yottabgp_configuration_show(const char *file, const struct yottabgp_print *print) {
    struct configuration c;
    struct buffer b = buffer_growing();
    if (!configuration_read(file, &c, print))
        return 1;
    put_configuration(&b, &c);
    print_and_release(print, &b);
    config_release(&c);
    return 0;
}

int yottabgp_configuration_diff(const char *before, const char *after, const struct yottabgp_print *print) {
    struct configuration old, new;
    struct buffer b = buffer_growing();
    bool good = configuration_read(before, &old, print);
    good = configuration_read(after, &new, print) && good; /* both, so that all errors are told */
    if (good)
        put_config_diff(&b, &old, &new, &(struct config_diff_form){.routes_most = SIZE_MAX});
    print_and_release(print, &b);
    config_release(&old);
    config_release(&new);
    return good ? 0 : 1;
}

int yottabgp_configuration_schema(const char *section, int indent, const struct yottabgp_print *print) {
    struct buffer b = buffer_growing();
    bool good = put_config_schema(&b, text_of(section ? section : ""), indent);
    if (good) {
        print_and_release(print, &b);
        return 0;
    }
    put_format(&b, "Unknown section: %s\nAvailable sections: ", section);
    put_config_sections(&b);
    put_char(&b, '\n');
    offline_print_error(print, &b);
    buffer_release(&b);
    return 1;
}
