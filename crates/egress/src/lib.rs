//! The gate: the only client socket and the only outgoing file.
