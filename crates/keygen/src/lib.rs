//! The Keygen API, version 1.7: routes, requests, replies, error codes, signatures. Pure.
