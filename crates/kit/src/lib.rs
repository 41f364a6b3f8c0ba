//! Process plumbing: config, tracing, mutual TLS, certificates, drain, the real clock.
