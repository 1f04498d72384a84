/* Levels of the log: settings at the start, what is said while it runs, and which of them counts. */
#include "library/log_filter.h"

#include "unit.h"

static struct environment environment;
static struct log_filter filter;
static char wanted[240];

static void with(const char *const *variables) {
    struct complaint complaint = {0};
    assert_true(environment_read(&environment, (char *const *)variables, NULL, &complaint));
    log_filter_init(&filter, &environment);
}

#define WITH(...) with((const char *const[]){__VA_ARGS__, NULL})

static int end(void **state) {
    (void)state;
    log_filter_release(&filter);
    environment_release(&environment);
    return 0;
}

static enum api_level refusal(const char *subject, const char *level) {
    return log_filter_set(&filter, &environment, NULL, text_of(subject), text_of(level), wanted);
}

static bool set(const char *subject, const char *level) {
    return refusal(subject, level) == API_LEVEL_SET;
}

static bool wants(enum yottabgp_level level, const char *source) {
    return log_filter_wants(&filter, NULL, level, source);
}

static void settings_say_it_at_the_start(void **state) {
    (void)state;
    WITH("exabgp_log_routes=true", "exabgp_log_network=false");
    assert_true(wants(YOTTABGP_INFO, "reactor"));
    assert_false(wants(YOTTABGP_DEBUG, "reactor"));
    assert_true(wants(YOTTABGP_INFO, "routes"));
    assert_false(wants(YOTTABGP_INFO, "network"));
    assert_true(wants(YOTTABGP_WARNING, "network")); /* what is urgent is told whatever is off */
    assert_true(wants(YOTTABGP_INFO, "api"));
    assert_true(wants(YOTTABGP_INFO, "no subject"));
    assert_false(filter.messages);
}

static void a_log_that_is_off_says_nothing(void **state) {
    (void)state;
    WITH("exabgp_log_enable=false");
    assert_false(wants(YOTTABGP_CRITICAL, "reactor"));
    assert_false(wants(YOTTABGP_CRITICAL, "no subject"));
    assert_true(set("", "error"));
    assert_true(wants(YOTTABGP_ERROR, "reactor"));
    assert_false(wants(YOTTABGP_WARNING, "reactor"));
}

static void debug_of_everything_looks_at_messages(void **state) {
    (void)state;
    WITH("exabgp_log_level=DEBUG");
    assert_false(filter.messages); /* none of their subjects is on */
    log_filter_release(&filter);
    environment_release(&environment);
    WITH("exabgp_log_level=DEBUG", "exabgp_log_all=true");
    assert_true(filter.messages);
}

static void a_subject_has_a_level_of_its_own(void **state) {
    (void)state;
    WITH("exabgp_log_level=WARNING");
    assert_true(set("packets", "debug"));
    assert_true(filter.messages);
    assert_true(wants(YOTTABGP_DEBUG, "packets"));
    assert_false(wants(YOTTABGP_INFO, "reactor"));
    assert_true(set("", "CRITICAL"));
    assert_true(wants(YOTTABGP_DEBUG, "packets"));
    assert_false(wants(YOTTABGP_ERROR, "reactor"));
    assert_true(set("packets", "default"));
    assert_false(filter.messages);
    assert_false(wants(YOTTABGP_ERROR, "packets"));
    assert_true(set("all", "off"));
    assert_false(wants(YOTTABGP_CRITICAL, "reactor"));
    assert_true(wants(YOTTABGP_CRITICAL, "no subject"));
    assert_true(set("", "default"));
    assert_true(wants(YOTTABGP_WARNING, "reactor"));
    assert_false(wants(YOTTABGP_INFO, "reactor"));
}

static void what_is_neither_is_refused_and_changes_nothing(void **state) {
    (void)state;
    WITH("exabgp_log_level=INFO");
    assert_int_equal(refusal("", "loud"), API_LEVEL_NO_LEVEL);
    assert_string_equal(wanted, "a level: debug, info, warning, error, critical, off or default");
    assert_int_equal(refusal("reactors", "loud"), API_LEVEL_NO_SUBJECT);
    assert_non_null(strstr(wanted, "a subject: all, api, configuration, "));
    assert_non_null(strstr(wanted, "timers; or neighbor IP"));
    assert_false(set("reactor", ""));
    assert_false(set("reactor", "debugging"));
    assert_false(wants(YOTTABGP_DEBUG, "reactor"));
}

static void each_setting_of_the_log_is_a_subject(void **state) {
    (void)state;
    size_t count;
    const struct environment_setting *s = environment_settings(&count);
    WITH("exabgp_log_level=INFO");
    for (size_t i = 0; i < count; i++)
        if (strcmp(s[i].section, "log") == 0 && s[i].type == ENVIRONMENT_BOOL && strcmp(s[i].option, "short") != 0 &&
            strcmp(s[i].option, "enable") != 0 && !set(s[i].option, "debug"))
            fail_msg("%s is no subject", s[i].option);
}

/* What completion offers behind `log level` is a list of its own, in another room. */
static void each_word_that_is_offered_is_one(void **state) {
    struct buffer commands = buffer_growing();
    (void)state;
    WITH("exabgp_log_level=INFO");
    put_api_commands(&commands);
    put_u8(&commands, 0);
    char *row = strstr((char *)commands.base, "\tlog level\t"), *words = NULL;
    assert_non_null(row);
    strtok_r(row, "\t", &words);
    strtok_r(NULL, "\t", &words);
    words = strtok_r(NULL, "\t", &words);
    unsigned subjects = 0;
    for (char *word; (word = strtok_r(NULL, " ", &words));) {
        bool is_level = refusal("", word) == API_LEVEL_SET;
        subjects += !is_level;
        if (!is_level && strcmp(word, "neighbor") != 0 && !set(word, "info"))
            fail_msg("%s is neither a subject nor a level", word);
    }
    assert_int_equal(subjects, LOG_SUBJECTS + 2); /* `all` and `neighbor` */
    buffer_release(&commands);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(settings_say_it_at_the_start, end),
        cmocka_unit_test_teardown(a_log_that_is_off_says_nothing, end),
        cmocka_unit_test_teardown(debug_of_everything_looks_at_messages, end),
        cmocka_unit_test_teardown(a_subject_has_a_level_of_its_own, end),
        cmocka_unit_test_teardown(what_is_neither_is_refused_and_changes_nothing, end),
        cmocka_unit_test_teardown(each_setting_of_the_log_is_a_subject, end),
        cmocka_unit_test_teardown(each_word_that_is_offered_is_one, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
