//! License keys and files: verification, standing, identifier, unlock, root signatures. Pure.
