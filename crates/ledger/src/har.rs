//! HTTP Archive 1.2.
