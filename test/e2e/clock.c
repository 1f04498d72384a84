/* A time of day that jumps, for one program: loaded before the C library (LD_PRELOAD), it adds to the time of day the
 * seconds that stand in the file $CLOCK_JUMP names. The clocks that only grow stay what they are. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static long clock_jump(void) {
    const char *path = getenv("CLOCK_JUMP");
    FILE *file = path ? fopen(path, "re") : NULL;
    char line[32] = "";
    if (!file)
        return 0;
    if (!fgets(line, sizeof line, file))
        line[0] = 0;
    fclose(file);
    return strtol(line, NULL, 10);
}

int clock_gettime(clockid_t which, struct timespec *now) {
    int (*usual)(clockid_t, struct timespec *) =
        (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int failed = usual(which, now);
    if (!failed && which == CLOCK_REALTIME)
        now->tv_sec += clock_jump();
    return failed;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}
