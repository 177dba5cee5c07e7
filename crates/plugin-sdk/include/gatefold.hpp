// A small C++ (11 and later) face of gatefold.h: it closes what it opened, and throws nothing.
//
//     gatefold::License license(product, "Ardour", "7.3");
//     if (!license.check().is_licensed) { ... license.link() ... }

#ifndef GATEFOLD_HPP
#define GATEFOLD_HPP

#include <string>
#include <utility>
#include <vector>

#include "gatefold.h"

namespace gatefold {

// The license of one instance of a plug-in. May be used by any threads at once; standing() alone is for the audio thread.
//
// Each function is hidden, as those of C are: two plug-ins in one host may have two versions of this, and each runs its own. The
// class itself is not, so that a class of yours may hold one without a warning.
class License {
public:
    GF_API License() = default;

    // Opens and checks; result() tells what became of it. What was not opened is not licensed.
    GF_API explicit License(const gf_product &product, const char *host_name = nullptr, const char *host_version = nullptr) {
        const gf_host host = {host_name, host_version};
        result_ = gf_open(&product, &host, &license_);
    }

    GF_API ~License() { gf_close(license_); }

    GF_API License(License &&other) noexcept : license_(other.license_), result_(other.result_) { other.license_ = nullptr; }

    GF_API License &operator=(License &&other) noexcept {
        std::swap(license_, other.license_);
        std::swap(result_, other.result_);
        return *this;
    }

    License(const License &) = delete;
    License &operator=(const License &) = delete;

    // How opening it ended.
    GF_API gf_result result() const { return result_; }

    // What it is worth now.
    GF_API gf_status check() const {
        gf_status status = {};
        if (gf_check(license_, &status) != GF_OK) {
            status.standing = GF_UNLICENSED;
            status.cause = GF_CAUSE_NO_FILE;
            status.is_never_licensed = 1;
            status.days_left = GF_NO_DAYS;
            status.expires_at = status.refresh_by = GF_NO_TIME;
        }
        return status;
    }

    // The standing of the last check: one atomic read.
    GF_API gf_standing standing() const noexcept { return gf_standing_now(license_); }

    GF_API bool has_entitlement(const char *code) const {
        int has = 0;
        return gf_has_entitlement(license_, code, &has) == GF_OK && has != 0;
    }

    // The codes of the features that a license which counts includes; none of another.
    GF_API std::vector<std::string> entitlements() const {
        std::vector<std::string> codes;
        std::size_t len = 0;
        // A license that is refreshed meanwhile may have others: each is asked for until there is none of its number.
        for (std::size_t number = 0; gf_entitlement(license_, number, nullptr, 0, &len) == GF_OK; ++number) {
            std::string code(len, '\0');
            if (gf_entitlement(license_, number, &code[0], code.size(), &len) != GF_OK || len == 0) {
                break;
            }
            code.resize(len - 1);
            codes.push_back(code);
        }
        return codes;
    }

    // The link that opens Gatefold on this product; empty if nothing was opened.
    GF_API std::string link() const {
        std::size_t len = 0;
        if (gf_link(license_, nullptr, 0, &len) != GF_OK) {
            return {};
        }
        std::string text(len, '\0');
        if (gf_link(license_, &text[0], text.size(), &len) != GF_OK || len == 0) {
            return {};
        }
        text.resize(len - 1);
        return text;
    }

    // The JSON document that the server signed, with the license key in it; empty if there is none.
    GF_API std::vector<unsigned char> document() const {
        std::size_t len = 0;
        std::vector<unsigned char> bytes;
        // A file that is refreshed between the two calls may have become longer.
        for (int tries = 0; tries < 3 && gf_document(license_, nullptr, 0, &len) == GF_OK; ++tries) {
            bytes.resize(len);
            if (gf_document(license_, bytes.data(), bytes.size(), &len) == GF_OK) {
                bytes.resize(len);
                return bytes;
            }
        }
        return {};
    }

    GF_API void start_session() const { gf_session_start(license_); }
    GF_API void stop_session() const { gf_session_stop(license_); }

private:
    gf_license *license_ = nullptr;
    gf_result result_ = GF_NULL;
};

} // namespace gatefold

#endif
