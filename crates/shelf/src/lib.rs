//! What plug-ins read: installed files, unlock, issuer lists, the OS machine id.
