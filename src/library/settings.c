/* `env` and the version. */
#include <stdio.h>

#include "library/offline.h"

#include "config/environment.h"

const char *yottabgp_version(void) {
    return YOTTABGP_VERSION;
}

void library_software(struct text version, char *out, size_t size) {
    if (version.len)
        snprintf(out, size, "ExaBGP/%.*s", TEXT_ARGS(version));
    else
        snprintf(out, size, "YottaBGP/%s", YOTTABGP_VERSION);
}

int yottabgp_environment(char *const *variables, const char *env_file, bool changed_only, bool as_variables,
                         const struct yottabgp_print *print) {
    struct environment e;
    struct complaint complaint = {0};
    struct buffer b = buffer_growing();
    bool good = environment_read(&e, variables, env_file, &complaint);
    if (good) {
        put_environment(&b, &e, changed_only, as_variables);
        offline_print(print, &b);
    } else {
        put_complaint(&b, &complaint, NULL, (struct text){"", 0});
        offline_print_error(print, &b);
    }
    environment_release(&e);
    buffer_release(&b);
    return good ? 0 : 1;
}

bool yottabgp_setting(char *const *variables, const char *env_file, const char *name, char *out, size_t size) {
    struct environment e;
    struct complaint complaint = {0};
    struct buffer b = buffer_fixed(out, size);
    environment_read(&e, variables, env_file, &complaint);
    bool set = put_environment_setting(&b, &e, text_of(name));
    put_u8(&b, 0);
    environment_release(&e);
    return set && !b.full;
}
