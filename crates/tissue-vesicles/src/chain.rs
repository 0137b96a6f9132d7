//! Divided differences of the exponential: what a chain of first-order steps leaves at its end.
//!
//! Equation: a chain a → b → c with rates k_a, k_b, k_c has after time t the share k_a k_b t² exp[−k_a t, −k_b t, −k_c t]
//! in c, where exp[x₀, …, xₙ] is a divided difference; a start spread evenly over t adds a node 0.
//! Discretisation: exp[x₀, …, xₙ] is the corner of the exponential of the matrix with the nodes on its diagonal and
//! ones above it; shifted so that every entry is positive, then scaled and squared, so nothing ever cancels and
//! equal or nearly equal rates need no case of their own. Relative error below 2^s · 1e-16 with 2^s ≈ 2 max |x|.
//! Reference: Opitz (1964), doi 10.1002/zamm.19640441321; McCurdy, Ng, Parlett (1984), doi 10.1090/S0025-5718-1984-0758198-0.
//! Proved by `tests::differences_meet_their_closed_forms`.

const TAYLOR_TERMS: u32 = 20;

/// exp[x₀, …, xₙ] for finite nodes that are 0 or negative.
pub fn exp_divided<const N: usize>(nodes: [f64; N]) -> f64 {
    let size = nodes.iter().fold(1.0_f64, |size, x| size.max(x.abs()));
    let mut squarings = 0;
    let mut scale = 1.0;
    while size * scale > 1.0 {
        scale *= 0.5;
        squarings += 1;
    }
    let mut power = exp_small(nodes.map(|x| x * scale), scale);
    for _ in 0..squarings {
        power = squared(&power);
    }
    power[0][N - 1]
}

/// Exponential of the bidiagonal matrix with nodes in [−1, 0] and `above` over the diagonal.
fn exp_small<const N: usize>(nodes: [f64; N], above: f64) -> [[f64; N]; N] {
    let low = nodes.iter().copied().fold(0.0, f64::min);
    let mut term = [[0.0; N]; N];
    (0..N).for_each(|i| term[i][i] = vesicle_base::math::exp(low));
    let mut sum = term;
    for k in 1..=TAYLOR_TERMS {
        for row in &mut term {
            for j in (0..N).rev() {
                let left = if j > 0 { row[j - 1] * above } else { 0.0 };
                row[j] = (row[j] * (nodes[j] - low) + left) / f64::from(k);
            }
        }
        for (sums, terms) in sum.iter_mut().zip(&term) {
            sums.iter_mut().zip(terms).for_each(|(s, t)| *s += t);
        }
    }
    sum
}

fn squared<const N: usize>(m: &[[f64; N]; N]) -> [[f64; N]; N] {
    let mut out = [[0.0; N]; N];
    for i in 0..N {
        for j in i..N {
            out[i][j] = (i..=j).map(|k| m[i][k] * m[k][j]).sum();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use vesicle_base::math;

    #[test]
    fn differences_meet_their_closed_forms() {
        for x in [-1e-9, -1e-3, -0.7, -1.0, -5.0, -80.0] {
            assert!((exp_divided([x]) / math::exp(x) - 1.0).abs() < 1e-13, "{x}");
            assert!((exp_divided([x, 0.0]) / (math::expm1(x) / x) - 1.0).abs() < 1e-13, "{x}");
            assert!((exp_divided([x, x]) / math::exp(x) - 1.0).abs() < 1e-13, "{x}");
            assert!((exp_divided([x, x, x]) / (math::exp(x) / 2.0) - 1.0).abs() < 1e-13, "{x}");
        }
        let (a, b) = (-0.3, -2.0);
        let two = (math::exp(a) - math::exp(b)) / (a - b);
        assert!((exp_divided([a, b]) / two - 1.0).abs() < 1e-14);
        let three = (two - math::expm1(a) / a) / b;
        assert!((exp_divided([a, b, 0.0]) / three - 1.0).abs() < 1e-14);
        assert!((exp_divided([0.0; 4]) - 1.0 / 6.0).abs() < 1e-16);
    }

    #[test]
    fn a_very_fast_step_is_passed_through() {
        assert!((1e5 * exp_divided([-1e5, -0.1]) / math::exp(-0.1) - 1.0).abs() < 2e-5);
        assert_eq!(exp_divided([-1e6]), 0.0);
    }
}
