//! The nearest right name to a misspelt one.

/// The candidate closest to `word` by edits (insert, delete, replace, swap neighbours), ignoring case;
/// `None` when even the best one differs in more than a third of its letters. The first of equals wins.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(edits, candidate)| *edits <= allowed(&lower, candidate))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

fn allowed(word: &str, candidate: &str) -> usize {
    (word.chars().count().max(candidate.chars().count()) / 3).max(1)
}

/// Optimal string alignment distance.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(200).collect(), b.chars().take(200).collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 { i + j } else { step(&a, &b, &rows, i, j) };
        }
    }
    rows[a.len()][b.len()]
}

fn step(a: &[char], b: &[char], rows: &[Vec<usize>], i: usize, j: usize) -> usize {
    let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
    let best = replace.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
    let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
    if swapped { best.min(rows[i - 2][j - 2] + 1) } else { best }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_swaps_and_slips_and_refuses_strangers() {
        let names = ["diffusion", "decay", "half_life"];
        assert_eq!(nearest("difusion", names), Some("diffusion"));
        assert_eq!(nearest("dceay", names), Some("decay"));
        assert_eq!(nearest("Half_Life", names), Some("half_life"));
        assert_eq!(nearest("temperature", names), None);
        assert_eq!(nearest("x", []), None);
    }
}
