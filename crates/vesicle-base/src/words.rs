//! Numbers with their nouns, so that one is never many.

use core::fmt::Display;

/// `1 run`, `2 runs`, `0 runs`: a count and its noun, whose plural ends in s.
///
/// ```
/// assert_eq!(vesicle_base::words::counted(1, "run"), "1 run");
/// assert_eq!(vesicle_base::words::counted(12, "run"), "12 runs");
/// ```
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(n: N, noun: &str) -> String {
    format!("{n} {noun}{}", plural(n))
}

/// What a noun ends in after a count: nothing after 1, s otherwise.
pub fn plural<N: Copy + PartialEq + From<u8>>(n: N) -> &'static str {
    if n == N::from(1) { "" } else { "s" }
}

/// A verb after a count: `1 fails`, `2 fail`; for verbs that take an s.
///
/// ```
/// assert_eq!(vesicle_base::words::verb(1, "fail"), "fails");
/// assert_eq!(vesicle_base::words::verb(0, "hold"), "hold");
/// ```
pub fn verb<N: Copy + PartialEq + From<u8>>(n: N, verb: &str) -> String {
    format!("{verb}{}", if n == N::from(1) { "s" } else { "" })
}
