//! The envelope: seal, verify, open; keys; the cipher at rest.
