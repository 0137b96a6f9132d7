//! Pure statistics: plain numbers in, plain numbers out; nothing here knows an arm, a draw or a file.

pub mod information;
pub mod linear;
pub mod reweight;
pub mod share;
pub mod variance;
