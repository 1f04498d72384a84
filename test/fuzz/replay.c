/* Instead of libFuzzer: tries the files named, and all files of the folders named; says which was the slowest. */
#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>
#include <time.h>

#include "fuzz.h"

static struct {
    unsigned files;
    double slowest;
    char name[PATH_MAX];
} replay;

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void replay_file(const char *path, size_t size) {
    FILE *file = fopen(path, "rb");
    uint8_t *octets = malloc(size + 1);
    FUZZ_CHECK(file && octets, "%s", path);
    size_t len = fread(octets, 1, size, file);
    fclose(file);
    double start = seconds();
    LLVMFuzzerTestOneInput(octets, len);
    double took = seconds() - start;
    if (took > replay.slowest) {
        replay.slowest = took;
        snprintf(replay.name, sizeof replay.name, "%s (%zu octets)", path, len);
    }
    replay.files++;
    free(octets);
}

static void replay_path(const char *path);

static void replay_folder(const char *path) {
    DIR *folder = opendir(path);
    FUZZ_CHECK(folder, "%s", path);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char inner[PATH_MAX];
        if (entry->d_name[0] != '.' && snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) < PATH_MAX)
            replay_path(inner);
    }
    closedir(folder);
}

static void replay_path(const char *path) {
    struct stat about;
    FUZZ_CHECK(stat(path, &about) == 0, "%s", path);
    if (S_ISDIR(about.st_mode))
        replay_folder(path);
    else
        replay_file(path, (size_t)about.st_size);
}

int main(int count, char **arguments) {
    for (int i = 1; i < count; i++) {
        fprintf(stderr, "%s\n", arguments[i]);
        replay_path(arguments[i]);
    }
    printf("%u files; the slowest took %.2f ms: %s\n", replay.files, replay.slowest * 1e3, replay.name);
    return replay.files ? 0 : 1;
}
