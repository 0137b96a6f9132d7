//! What an experiment file says of cells is what they do: every option changes the tissue as it should, and would be
//! missed if it did nothing.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod fate;
mod life;
mod motion;
mod rules;
mod said;
mod starts;
