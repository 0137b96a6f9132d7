//! How kernels walk over rows: in chunks of fixed length, so that threads change nothing.

/// Rows a chunk; a cell costs tens of nanoseconds, so a chunk costs about as much as handing it to a thread pays.
pub const CHUNK: usize = 1024;
