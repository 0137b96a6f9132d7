//! Direct labels: names beside what they name, moved apart so that none covers another.

/// New places for labels wanted at `wanted`, at least `gap` apart and inside `top..bottom` as long as they fit;
/// the order from top to bottom is kept.
pub(crate) fn dodge(wanted: &[f64], gap: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    let mut places = vec![0.0; wanted.len()];
    let mut free = top;
    for i in &order {
        places[*i] = wanted[*i].max(free);
        free = places[*i] + gap;
    }
    let mut limit = bottom;
    for i in order.iter().rev() {
        places[*i] = places[*i].min(limit);
        limit = places[*i] - gap;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_their_distance_and_order() {
        assert_eq!(dodge(&[50.0, 51.0, 10.0], 8.0, 0.0, 100.0), [50.0, 58.0, 10.0]);
        assert_eq!(dodge(&[99.0, 99.0], 8.0, 0.0, 100.0), [92.0, 100.0]);
    }
}
