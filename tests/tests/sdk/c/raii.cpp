// The C++ face: opened, moved, asked and closed by itself.

#include <cstdio>
#include <cstdlib>
#include <gatefold.hpp>

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    const gf_product product = {argv[1], argv[2], argv[3], argv[4], GF_BINDING_MACHINE, 0, "2.1.0"};
    gatefold::License none;
    if (none.check().is_licensed || none.check().is_never_licensed != 1 || !none.link().empty()) return 3;
    gatefold::License opened(product, "probe", "1");
    if (opened.result() != GF_OK) return 4;
    none = std::move(opened);
    gatefold::License license(std::move(none));
    license.start_session();
    const gf_status status = license.check();
    if (license.standing() != status.standing) return 5;
    std::printf("%s %s %d\n", gf_standing_text(license.standing()), license.link().c_str(), !license.document().empty());
    if (license.has_entitlement("NO-SUCH-FEATURE")) return 6;
    for (const std::string &code : license.entitlements()) std::printf("%s%s", code.c_str(), license.has_entitlement(code.c_str()) ? "\n" : "?");
    gf_product wrong = product;
    wrong.root_key = "x";
    return gatefold::License(wrong).result() == GF_BAD_ROOT_KEY ? 0 : 7;
}
