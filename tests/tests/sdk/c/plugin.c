/* A plug-in as a host loads it: one function of its own, and the library inside. */

#include <gatefold.h>

__attribute__((visibility("default"))) int plugin_standing(const char *root, const char *product_id, const void **inside) {
    gf_product product = {"sleeve", root, "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0001", product_id, GF_BINDING_MACHINE, 0, 0};
    gf_license *license;
    gf_status status;
    if (gf_open(&product, 0, &license) != GF_OK) return -1;
    int standing = gf_check(license, &status) == GF_OK ? (int)status.standing : -2;
    gf_close(license);
    /* Where its own copy of the library lies. */
    *inside = (const void *)gf_version();
    return standing;
}
