//! How one miRNA name is spelt by R, by instruments and by hand, brought to one key.

/// The key of a name: lower case, dashes for points, blanks and underscores, `*` for `#`.
pub(crate) fn key(name: &str) -> String {
    name.trim()
        .chars()
        .map(|c| match c {
            '.' | '_' | ' ' => '-',
            '#' => '*',
            c => c.to_ascii_lowercase(),
        })
        .collect()
}

/// The keys to try for a name, most literal first.
pub(crate) fn keys(name: &str) -> Vec<String> {
    let mut found = vec![key(name)];
    let mut bare = stripped(name);
    found.push(key(&bare));
    // `hsa-miR-411-5p.1` is an isoform of `hsa-miR-411-5p`.
    if let Some(isoform) = bare.strip_suffix(".1").or_else(|| bare.strip_suffix(".2")) {
        bare = isoform.to_owned();
        found.push(key(&bare));
    }
    let dashed = dashed(&key(&bare));
    // miRBase writes the minor arm as `miR-9*`; R turns the star into a dash or a point at the end.
    if let Some(minor) = dashed.strip_suffix('-') {
        found.push(format!("{minor}*"));
    }
    found.push(dashed);
    let mut unique: Vec<String> = Vec::new();
    for key in found {
        if !key.is_empty() && !unique.contains(&key) {
            unique.push(key);
        }
    }
    unique
}

/// Without what assays and counters add: `002228_hsa-miR-126`, `hsa-miR-411_001610:A`, `hsa-mir-21_mature`, ` (2)`.
fn stripped(name: &str) -> String {
    let mut name = name.trim();
    if let Some((before, after)) = name.rsplit_once(" (")
        && after.ends_with(')')
        && after[..after.len() - 1].bytes().all(|b| b.is_ascii_digit())
    {
        name = before;
    }
    for pool in [":A", ":B"] {
        name = name.strip_suffix(pool).unwrap_or(name);
    }
    if let Some((before, after)) = name.split_once('_')
        && is_assay(before)
    {
        name = after;
    }
    for mark in ['_', '-'] {
        if let Some((before, after)) = name.rsplit_once(mark)
            && (is_assay(after) || (mark == '_' && matches!(after, "mature" | "st" | "x")))
        {
            name = before;
        }
    }
    name.to_owned()
}

/// A TaqMan assay number: six digits.
fn is_assay(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())
}

/// `mir21` and `let7a` with their dash.
fn dashed(key: &str) -> String {
    for stem in ["mir", "let"] {
        if let Some(at) = key.find(stem) {
            let (before, after) = key.split_at(at + stem.len());
            if after.starts_with(|c: char| c.is_ascii_digit()) {
                return format!("{before}-{after}");
            }
        }
    }
    key.to_owned()
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn spellings_reach_the_name() {
        let reaches = |name: &str, wanted: &str| keys(name).contains(&wanted.to_owned());
        assert!(reaches("hsa-miR-411_001610:A", "hsa-mir-411"));
        assert!(reaches("002228_hsa-miR-126", "hsa-mir-126"));
        assert!(reaches("hsa-miR-126#", "hsa-mir-126*"));
        assert!(reaches("hsa.miR.21.5p", "hsa-mir-21-5p"));
        assert!(reaches("hsa-miR-9.", "hsa-mir-9*"));
        assert!(reaches("hsa-mir-30d_mature", "hsa-mir-30d"));
        assert!(reaches("let7a", "let-7a"));
        assert!(reaches("miR-21 (2)", "mir-21"));
        assert!(reaches("hsa-miR-411-5p.1", "hsa-mir-411-5p"));
    }
}
