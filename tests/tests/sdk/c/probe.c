/* A plug-in of one's own hand: opens the license that its arguments name, and does what each line of its input says, so that
 * a test can change the shelf in between. */

#include <errno.h>
#include <fcntl.h>
#include <gatefold.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef GF_TEST_PANIC
gf_result gf_test_panic(void);
#endif

#define NEED(condition)                                                                  \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            printf("line %d: %s does not hold\n", __LINE__, #condition);                 \
            exit(1);                                                                     \
        }                                                                                \
    } while (0)

static void check(const gf_license *license) {
    gf_status status;
    NEED(gf_check(license, &status) == GF_OK);
    NEED(status.standing == gf_standing_now(license));
    printf("%s cause=%d licensed=%d lapsed=%d never=%d ends=%d days=%d expires=%d refresh=%d\n",
           gf_standing_text(status.standing), (int)status.cause, status.is_licensed, status.is_lapsed,
           status.is_never_licensed, (int)status.ends, (int)status.days_left, status.expires_at != GF_NO_TIME,
           status.refresh_by != GF_NO_TIME);
}

static void document(const gf_license *license) {
    size_t len = 77;
    if (gf_document(license, NULL, 0, &len) != GF_OK) {
        NEED(len == 77);
        puts("no document");
        return;
    }
    unsigned char *bytes = malloc(len);
    size_t again = 77;
    NEED(gf_document(license, bytes, len - 1, &again) == GF_TOO_SMALL && again == 77);
    NEED(gf_document(license, bytes, len, &again) == GF_OK && again == len);
    fwrite(bytes, 1, len, stdout);
    putchar('\n');
    free(bytes);
}

static void features(const gf_license *license) {
    size_t count = 77, len = 77;
    NEED(gf_entitlement_count(license, &count) == GF_OK);
    printf("%d:", (int)count);
    for (size_t number = 0; number < count; number++) {
        char code[256];
        int has = 77;
        NEED(gf_entitlement(license, number, code, sizeof code, &len) == GF_OK && len == strlen(code) + 1);
        NEED(gf_has_entitlement(license, code, &has) == GF_OK && has == 1);
        printf(" %s", code);
    }
    putchar('\n');
    int has = 77;
    NEED(gf_entitlement(license, count, NULL, 0, &len) == GF_NONE);
    NEED(gf_has_entitlement(license, "NO-SUCH-FEATURE", &has) == GF_OK && has == 0);
}

/* Whatever is wrong with an argument is told, and nothing is written. */
static void misuse(const gf_product *good) {
    gf_license *untouched = (gf_license *)0x77, *license = untouched;
    gf_product product = *good;
    NEED(gf_open(NULL, NULL, &license) == GF_NULL);
    NEED(gf_open(&product, NULL, NULL) == GF_NULL);
#define WRONG(member, value, result)                                       \
    product = *good;                                                       \
    product.member = (value);                                              \
    NEED(gf_open(&product, NULL, &license) == (result) && license == untouched)
    WRONG(vendor, NULL, GF_NULL);
    WRONG(root_key, NULL, GF_NULL);
    WRONG(account, NULL, GF_NULL);
    WRONG(product, NULL, GF_NULL);
    WRONG(vendor, "sl\xffve", GF_NOT_UTF8);
    WRONG(root_key, "\xc3(", GF_NOT_UTF8);
    WRONG(account, "\xff", GF_NOT_UTF8);
    WRONG(product, "\xff", GF_NOT_UTF8);
    WRONG(vendor, "", GF_BAD_VENDOR);
    WRONG(vendor, "../sleeve", GF_BAD_VENDOR);
    WRONG(root_key, "not a key", GF_BAD_ROOT_KEY);
    WRONG(account, "", GF_BAD_ACCOUNT);
    WRONG(product, "a b", GF_BAD_PRODUCT);
    WRONG(binding, 0, GF_BAD_BINDING);
    WRONG(binding, 3, GF_BAD_BINDING);
    WRONG(version, "\xff", GF_NOT_UTF8);

    gf_status status;
    size_t len = 77;
    int has = 77;
    memset(&status, 0x77, sizeof status);
    gf_status before = status;
    NEED(gf_check(NULL, &status) == GF_NULL && memcmp(&before, &status, sizeof status) == 0);
    NEED(gf_standing_now(NULL) == GF_UNLICENSED);
    NEED(gf_entitlement_count(NULL, &len) == GF_NULL);
    NEED(gf_entitlement(NULL, 0, NULL, 0, &len) == GF_NULL);
    NEED(gf_has_entitlement(NULL, "A", &has) == GF_NULL);
    NEED(gf_document(NULL, NULL, 0, &len) == GF_NULL);
    NEED(gf_link(NULL, NULL, 0, &len) == GF_NULL);
    NEED(gf_session_start(NULL) == GF_NULL && gf_session_stop(NULL) == GF_NULL);
    gf_close(NULL);

    gf_host host = {"M\xf6gliche \x01 Wirklichkeit", NULL};
    NEED(gf_open(good, &host, &license) == GF_OK && license != untouched);
    NEED(gf_check(license, NULL) == GF_NULL);
    NEED(gf_entitlement_count(license, NULL) == GF_NULL);
    NEED(gf_has_entitlement(license, NULL, &has) == GF_NULL);
    NEED(gf_has_entitlement(license, "\xff", &has) == GF_NOT_UTF8);
    NEED(gf_has_entitlement(license, "A", NULL) == GF_NULL);
    char small[8] = "1234567";
    NEED(gf_link(license, small, sizeof small, &len) == GF_TOO_SMALL && strcmp(small, "1234567") == 0);
    NEED(gf_link(license, NULL, 0, NULL) == GF_NULL);
    /* The same with a license and without one. */
    NEED(gf_document(license, NULL, 0, NULL) == GF_NULL && gf_document(license, (unsigned char *)small, sizeof small, NULL) == GF_NULL);
    NEED(gf_entitlement(license, 0, NULL, 0, NULL) == GF_NULL && gf_entitlement(license, 99, NULL, 0, NULL) == GF_NULL);
    NEED(len == 77 && has == 77);
    NEED(gf_session_stop(license) == GF_NONE);
    NEED(gf_session_start(license) == GF_OK && gf_session_start(license) == GF_OK);
    NEED(gf_session_stop(license) == GF_OK);
    /* The other one goes with the license. */
    gf_close(license);
    NEED(strcmp(gf_result_text(GF_PANIC), "a fault of the library") == 0);
    NEED(strcmp(gf_result_text(-1), gf_result_text(99)) == 0);
    NEED(strcmp(gf_standing_text(99), "unknown") == 0);
    puts("told");
}

struct work {
    const gf_product *product;
    const gf_license *license;
    gf_standing expect;
};

static void *use(void *of) {
    const struct work *work = of;
    for (int round = 0; round < 50; round++) {
        gf_status status;
        gf_license *own = NULL;
        size_t len;
        NEED(gf_check(work->license, &status) == GF_OK && status.standing == work->expect);
        NEED(gf_standing_now(work->license) == work->expect);
        NEED(gf_open(work->product, NULL, &own) == GF_OK);
        NEED(gf_session_start(own) == GF_OK && gf_session_start(work->license) == GF_OK);
        NEED(gf_check(own, &status) == GF_OK && status.standing == work->expect);
        NEED(gf_entitlement_count(own, &len) == GF_OK);
        NEED(gf_session_stop(work->license) == GF_OK);
        gf_close(own);
    }
    return NULL;
}

static void threads(const gf_product *product, const gf_license *license) {
    pthread_t all[16];
    struct work work = {product, license, gf_standing_now(license)};
    for (size_t one = 0; one < 16; one++) NEED(pthread_create(&all[one], NULL, use, &work) == 0);
    for (size_t one = 0; one < 16; one++) NEED(pthread_join(all[one], NULL) == 0);
    puts("agreed");
}

static int taken[64];
static size_t takes;

/* Takes every descriptor that is left, as a host does that has many files open. */
static void fill(void) {
    struct rlimit limit;
    NEED(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = sizeof taken / sizeof *taken;
    NEED(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    while ((taken[takes] = open("/dev/null", O_RDONLY)) >= 0) takes++;
    NEED(errno == EMFILE && takes > 0);
    puts("full");
}

static void leave(void) {
    while (takes > 0) NEED(close(taken[--takes]) == 0);
    puts("left");
}

int main(int argc, char **argv) {
    NEED(argc == 7);
    gf_product product = {argv[1], argv[2], argv[3], argv[4], (uint32_t)atoi(argv[5]), (uint32_t)atoi(argv[6]), "2.1.0"};
    /* As a format that names no host gives it. */
    gf_host host = {getenv("PROBE_HOST"), "1"};
    gf_license *license = NULL;
    gf_result result = gf_open(&product, &host, &license);
    printf("opened: %s\n", gf_result_text(result));
    fflush(stdout);
    char line[64], link[300];
    size_t len;
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        if (strcmp(line, "check") == 0) check(license);
        else if (strcmp(line, "now") == 0) puts(gf_standing_text(gf_standing_now(license)));
        else if (strcmp(line, "document") == 0) document(license);
        else if (strcmp(line, "features") == 0) features(license);
        else if (strcmp(line, "misuse") == 0) misuse(&product);
        else if (strcmp(line, "fill") == 0) fill();
        else if (strcmp(line, "leave") == 0) leave();
        else if (strcmp(line, "threads") == 0) threads(&product, license);
        else if (strcmp(line, "start") == 0) puts(gf_result_text(gf_session_start(license)));
        else if (strcmp(line, "stop") == 0) puts(gf_result_text(gf_session_stop(license)));
        else if (strcmp(line, "close") == 0) gf_close(license), license = NULL, puts("closed");
        else if (strcmp(line, "open") == 0) puts(gf_result_text(gf_open(&product, &host, &license)));
        else if (strcmp(line, "link") == 0 && gf_link(license, link, sizeof link, &len) == GF_OK) puts(link);
#ifdef GF_TEST_PANIC
        else if (strcmp(line, "panic") == 0) puts(gf_result_text(gf_test_panic()));
#endif
        else puts("?");
        fflush(stdout);
    }
    gf_close(license);
    return 0;
}
