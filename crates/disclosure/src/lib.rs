//! What may leave and why: catalogue, vendor manifest, payload, sealed bytes, consent, redaction. Pure.
