//! Generated gRPC code and the only wire to domain conversions.
