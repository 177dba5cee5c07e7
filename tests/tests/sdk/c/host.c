/* A host that loads and unloads plug-ins: host ROOT PRODUCT CYCLES PLUGIN [PLUGIN]. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int standing_of(const char *root, const char *product, const void **inside);

static long resident_pages(void) {
    long all, resident;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &all, &resident) != 2) exit(3);
    fclose(file);
    return resident;
}

static int is_mapped(const char *path) {
    char line[4096];
    int found = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (fgets(line, sizeof line, maps)) found |= strstr(line, path) != NULL;
    fclose(maps);
    return found;
}

static int open_files(void) {
    int count = 0;
    for (int fd = 0; fd < 256; fd++) count += access("/dev/null", F_OK) == 0 && lseek(fd, 0, SEEK_CUR) != -1;
    return count;
}

int main(int argc, char **argv) {
    if (argc < 5) return 2;
    int cycles = atoi(argv[3]), plugins = argc - 4, files = open_files();
    long early = 0;
    for (int cycle = 0; cycle < cycles; cycle++) {
        void *loaded[2];
        const void *inside[2] = {NULL, NULL};
        for (int one = 0; one < plugins; one++) {
            /* Some hosts load so that every name is everybody's. */
            loaded[one] = dlopen(argv[4 + one], RTLD_NOW | (cycle % 2 ? RTLD_GLOBAL : RTLD_LOCAL));
            if (!loaded[one]) { puts(dlerror()); return 4; }
            if (dlsym(loaded[one], "gf_open")) { puts("a name shows"); return 5; }
            standing_of *standing;
            *(void **)&standing = dlsym(loaded[one], "plugin_standing");
            int found = standing(argv[1], argv[2], &inside[one]);
            if (found != 0) { printf("standing %d\n", found); return 6; }
        }
        for (int one = 0; cycle == 0 && one < plugins; one++) printf("version %s\n", (const char *)inside[one]);
        if (plugins == 2 && inside[0] == inside[1]) { puts("they share one copy"); return 7; }
        for (int one = 0; one < plugins; one++) dlclose(loaded[one]);
        for (int one = 0; one < plugins; one++)
            if (is_mapped(argv[4 + one])) { puts("it stays loaded"); return 8; }
        if (cycle == cycles / 5) early = resident_pages();
    }
    printf("grown by %ld pages, %d files\n", resident_pages() - early, open_files() - files);
    return 0;
}
