//! Special functions and distribution tails, in logarithms so that a tail of 1e-300 keeps its digits.
//!
//! No feature, sample or donor is known here: numbers in, numbers out.

mod batch;
mod beta;
mod fisher;
mod gamma;
mod normal;
mod quadrature;
mod root;
mod student;
mod tails;

pub(crate) use batch::{Kernel, LANES, dot, exp_all, exp_each, join_lanes, ln_all, ln_each, sum, widest};
pub(crate) use fisher::{FisherF, Tail};
pub(crate) use gamma::{digamma, trigamma, trigamma_inverse};
pub(crate) use normal::{ln_normal_cdf, ln_normal_pdf, mills_ratio_inverse, normal_quantile};
pub(crate) use quadrature::gauss_legendre_unit;
pub(crate) use root::peak;
pub(crate) use student::{student_noncentral_cdf, student_quantile_upper};
pub(crate) use tails::{TailProbability, ln_student_two_sided, ln_upper_tails, student_two_sided};
