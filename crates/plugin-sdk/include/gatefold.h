/* Gatefold: whether a plug-in is licensed on this computer.
 *
 * Made by `cargo xtask header` from crates/plugin-sdk/src/ffi; do not edit.
 *
 * - A call ends with a gf_result. What it is to write is written after GF_OK alone.
 * - Every function takes NULL, and none lets anything but a result out: no exception, no signal.
 * - A gf_license may be used by any threads at once, but for gf_close, which is the last to use it.
 * - gf_standing_now is for the audio thread. Every other function may read files and wait.
 * - Nothing here opens a socket or starts a thread. No file is written but by gf_close, where the user shares usage.
 */

#ifndef GATEFOLD_H
#define GATEFOLD_H

#include <stddef.h>
#include <stdint.h>

/* Two plug-ins in one host may have two versions of this library: each calls its own. */
#if defined(__GNUC__) && !defined(_WIN32)
#define GF_API __attribute__((visibility("hidden")))
#else
#define GF_API
#endif

// The plug-in takes files of this computer alone.
#define GF_BINDING_MACHINE 1

// The plug-in takes files of the account alone.
#define GF_BINDING_ACCOUNT 2

// In place of a time: there is none.
#define GF_NO_TIME INT64_MIN

// In place of days: nothing ends.
#define GF_NO_DAYS -1

// How a call ended. What a call is to write is written after GF_OK alone.
enum gf_result
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // It is done.
  GF_OK = 0,
  // An argument that must not be is NULL.
  GF_NULL = 1,
  // A text is not UTF-8.
  GF_NOT_UTF8 = 2,
  // The vendor's id is not of lower-case letters, digits and hyphens.
  GF_BAD_VENDOR = 3,
  // The root key is no minisign public key.
  GF_BAD_ROOT_KEY = 4,
  // The account's id is empty.
  GF_BAD_ACCOUNT = 5,
  // The product's id is not of letters, digits and hyphens, or too long.
  GF_BAD_PRODUCT = 6,
  // The binding is neither GF_BINDING_MACHINE nor GF_BINDING_ACCOUNT.
  GF_BAD_BINDING = 7,
  // The buffer is too small. Asked with NULL, a call says how large it must be.
  GF_TOO_SMALL = 8,
  // There is no such thing: no document, no feature of this number.
  GF_NONE = 9,
  // A fault of ours. Nothing was done; the license is as before.
  GF_PANIC = 10,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum gf_result gf_result;
#else
typedef int32_t gf_result;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What a license is worth, from best to worst.
enum gf_standing
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // It counts.
  GF_ACTIVE = 0,
  // It counts, but should have been refreshed.
  GF_GRACE = 1,
  // It would count, but the clock stands before a time that was signed.
  GF_CLOCK_BEHIND = 2,
  // The license, or its file and the grace after it, has ended.
  GF_EXPIRED = 3,
  // The vendor suspended or banned it.
  GF_REVOKED = 4,
  // A machine file without its license.
  GF_INCOMPLETE = 5,
  // Of another computer, or this one cannot be identified.
  GF_WRONG_MACHINE = 6,
  // Of another product or account.
  GF_WRONG_PRODUCT = 7,
  // A license file where a machine file is asked for, or the other way round.
  GF_WRONG_KIND = 8,
  // No license.
  GF_UNLICENSED = 9,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum gf_standing gf_standing;
#else
typedef uint32_t gf_standing;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Why.
enum gf_cause
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // There is no file.
  GF_CAUSE_NO_FILE = 0,
  // There is a file, and it is not genuine, or cannot be read.
  GF_CAUSE_NOT_GENUINE = 1,
  // Nothing speaks against it.
  GF_CAUSE_ACTIVE = 2,
  // The vendor is gone, and by its word the license goes on without end.
  GF_CAUSE_VENDOR_GONE = 3,
  // The file has ended not long ago.
  GF_CAUSE_GRACE = 4,
  // The clock stands more than an hour before a signed time.
  GF_CAUSE_CLOCK_BEHIND = 5,
  // The license has ended.
  GF_CAUSE_EXPIRED = 6,
  // The file and its grace have ended.
  GF_CAUSE_FILE_EXPIRED = 7,
  // The vendor suspended the license.
  GF_CAUSE_SUSPENDED = 8,
  // The vendor banned its user.
  GF_CAUSE_BANNED = 9,
  // It was suspended or banned already when the file was issued.
  GF_CAUSE_SUSPENDED_AT_ISSUE = 10,
  // The seat was given back.
  GF_CAUSE_RELEASED = 11,
  // The license is not in the machine file.
  GF_CAUSE_INCOMPLETE = 12,
  // Another computer's file.
  GF_CAUSE_WRONG_MACHINE = 13,
  // This computer cannot be identified.
  GF_CAUSE_IDENTIFIER_MISSING = 14,
  // Another product's.
  GF_CAUSE_WRONG_PRODUCT = 15,
  // Another account's.
  GF_CAUSE_WRONG_ACCOUNT = 16,
  // The other kind of file.
  GF_CAUSE_WRONG_KIND = 17,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum gf_cause gf_cause;
#else
typedef uint32_t gf_cause;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What ends next of a license that counts.
enum gf_ends
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Nothing does, or it does not count.
  GF_ENDS_NOTHING = 0,
  // The right, and its file with it.
  GF_ENDS_LICENSE = 1,
  // The file alone: fetched anew, the license goes on.
  GF_ENDS_FILE = 2,
  // The grace of a file that has ended.
  GF_ENDS_GRACE = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum gf_ends gf_ends;
#else
typedef uint32_t gf_ends;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// An instance's license. Made by gf_open, freed by gf_close.
typedef struct gf_license gf_license;

// What is compiled into a plug-in. The texts are read during gf_open alone. Fill it with zeros first, so that what a later
// version adds is nothing.
typedef struct gf_product {
  // The vendor's id, as in its vendor file.
  const char *vendor;
  // The vendor's root key: the base64 line of a minisign public key.
  const char *root_key;
  // The account's id at the licensing server.
  const char *account;
  // The product's id there.
  const char *product;
  // GF_BINDING_MACHINE or GF_BINDING_ACCOUNT.
  uint32_t binding;
  // The longest that a file counts after it was issued, in days of 24 hours; 0: as long as the file says.
  uint32_t max_file_days;
  // The plug-in's own version, or NULL. Noted where the user shares which version is used, and of no other effect.
  const char *version;
} gf_product;

// The host, as the plug-in format names it. Its name is noted where the user shares in which host the product is used. Each may
// be NULL; what is not UTF-8 is replaced.
typedef struct gf_host {
  // Its name.
  const char *name;
  // Its version.
  const char *version;
} gf_host;

// What a license is worth, here and now.
typedef struct gf_status {
  // What it is worth.
  gf_standing standing;
  // Why.
  gf_cause cause;
  // 1 if it counts: GF_ACTIVE or GF_GRACE.
  int is_licensed;
  // 1 if there never was a right here, as far as is known.
  int is_never_licensed;
  // 1 if there was a right that counts no more, or not now: sessions that played with it should go on playing.
  int is_lapsed;
  // What ends next of a license that counts.
  gf_ends ends;
  // Days until then, the begun one included; GF_NO_DAYS where nothing ends.
  int32_t days_left;
  // When the right ends, in seconds since 1970 (UTC); GF_NO_TIME: never, or not known.
  int64_t expires_at;
  // When the file ends and should be fetched anew, likewise.
  int64_t refresh_by;
} gf_status;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Opens the license of a product in a host, and checks it once: reads a few small files, so not from the audio thread.
// `host` may be NULL. What it makes is the caller's, to be given to gf_close.
GF_API
gf_result gf_open(const struct gf_product *product,
                  const struct gf_host *host,
                  struct gf_license **license);

// Closes a license; the last one of a product ends its session. NULL is nothing. No other thread may use it any more.
GF_API
void gf_close(struct gf_license *license);

// What a result means, in English, for a log. Never NULL, and never to be freed.
GF_API const char *gf_result_text(int32_t result);

// The word for a standing: `active`, `wrong_machine`. Never NULL, and never to be freed.
GF_API const char *gf_standing_text(uint32_t standing);

// The version of this library: `0.1.0`. Never NULL, and never to be freed.
GF_API const char *gf_version(void);

// What a license is worth now. Notices what was installed, refreshed or removed since. Where nothing changed it costs two
// system calls; it may read files and wait for another thread that does, so not from the audio thread.
GF_API
gf_result gf_check(const struct gf_license *license,
                   struct gf_status *status);

// The standing of the last check: one atomic read, for the audio thread. GF_UNLICENSED of NULL.
GF_API gf_standing gf_standing_now(const struct gf_license *license);

// How many features a license that counts includes; 0 of another.
GF_API gf_result gf_entitlement_count(const struct gf_license *license, size_t *count);

// The code of one of them, by its number from 0, with its ending zero byte. `len_bytes` is set to its length with that;
// with NULL for `buffer` nothing else is done. GF_NONE from the count on.
GF_API
gf_result gf_entitlement(const struct gf_license *license,
                         size_t number,
                         char *buffer,
                         size_t room_bytes,
                         size_t *len_bytes);

// Sets `has` to 1 if a license that counts includes the feature `code`, else to 0.
GF_API gf_result gf_has_entitlement(const struct gf_license *license, const char *code, int *has);

// The JSON document that the licensing server signed, for vendors who check more. It holds the license key: do not write it
// anywhere. `len_bytes` is set to its length; with NULL for `buffer` nothing else is done. GF_NONE where there is no
// file of this product and computer; GF_NULL without a place for the length, whatever there is.
GF_API
gf_result gf_document(const struct gf_license *license,
                      uint8_t *buffer,
                      size_t room_bytes,
                      size_t *len_bytes);

// The link that opens Gatefold's window on this product, with its ending zero byte; at most 257 bytes. Otherwise as
// gf_entitlement.
GF_API
gf_result gf_link(const struct gf_license *license,
                  char *buffer,
                  size_t room_bytes,
                  size_t *len_bytes);

// The plug-in is used: called when an instance is activated, never when it is only made. A product has one session a process:
// from the first call to the last gf_close, whatever is stopped and started in between. Not from the audio thread.
//
// Where the user shares usage with this vendor, the last gf_close writes one small file: the day, and what they granted of
// product version and host. Else nothing is written.
GF_API
gf_result gf_session_start(const struct gf_license *license);

// Takes back what this instance started last: called when it is deactivated. The session goes on until the last instance is
// closed. GF_NONE if it had started nothing.
GF_API
gf_result gf_session_stop(const struct gf_license *license);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* GATEFOLD_H */
