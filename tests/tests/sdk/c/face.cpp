// A plug-in on the C++ face, with one function of its own that shows.

#include <gatefold.hpp>

extern "C" __attribute__((visibility("default"))) std::size_t plugin_link(const gf_product *product) {
    gatefold::License opened(*product, "probe"), license(std::move(opened));
    license.start_session();
    license.stop_session();
    const bool has = license.has_entitlement("A") || license.check().is_licensed || license.standing() == GF_ACTIVE;
    return license.link().size() + license.document().size() + license.entitlements().size() + (has ? 1 : 0);
}
