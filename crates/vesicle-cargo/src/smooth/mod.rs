//! Curves through scattered points: local regression and natural splines.

mod lowess;
mod natural_spline;

pub(crate) use lowess::{interpolate_clamped, lowess};
pub(crate) use natural_spline::{NaturalSpline, median, quantile};
