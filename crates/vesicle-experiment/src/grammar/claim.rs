//! A claim that can fail: `vessel area: young < aged << saline`.
//!
//! `A < B` B exceeds A by the margin; `A << B` at least threefold; `A ~ B` equal inside bounds; `gap A to B > gap C
//! to D`; `some of PATTERN > A` (also `<`, `~`); `A falls below half of B: X before Y`; `A fills the section`.

/// What a claim looks like, for messages.
pub const EXPECTED: &str = "a claim, such as `vessel area: young < aged << saline`, `vessel area: a ~ b`, \
`vessel area: gap a to b > gap c to d`, `vessel area: some of a-* > b` or `a falls below half of b: vessel area before tumour cells`";

/// How two arms compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The right exceeds the left by the margin.
    Below,
    /// The right is at least threefold the left.
    FarBelow,
    /// Equal inside the bounds.
    Alike,
}

impl Order {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::FarBelow => "<<",
            Self::Alike => "~",
        }
    }
}

/// One comparison of a claim, always read from the lower to the higher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The arm that should be lower.
    pub left: String,
    /// How.
    pub order: Order,
    /// The arm that should be higher.
    pub right: String,
}

/// A claim as it was written; names are not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimText {
    /// All comparisons of a chain hold.
    Chain {
        /// Outcome, or `dose`.
        outcome: String,
        /// Neighbouring pairs of the chain.
        pairs: Vec<Comparison>,
    },
    /// The first gap is wider than the second.
    Gap {
        /// Outcome.
        outcome: String,
        /// From and to of the wider gap.
        wider: (String, String),
        /// From and to of the narrower gap.
        narrower: (String, String),
    },
    /// At least one arm of a pattern compares so.
    SomeOf {
        /// Outcome.
        outcome: String,
        /// Arm names with `*`.
        pattern: String,
        /// Whether the pattern's arms stand on the lower side.
        pattern_is_lower: bool,
        /// How.
        order: Order,
        /// The other arm.
        arm: String,
    },
    /// One outcome falls below half of another arm's before another outcome does.
    Before {
        /// The arm that falls.
        arm: String,
        /// The arm it is compared with.
        than: String,
        /// The outcome that falls first.
        first: String,
        /// The outcome that falls later.
        later: String,
    },
    /// The outcome is there at all: cells fill the section.
    Fills {
        /// Outcome.
        outcome: String,
        /// Arm.
        arm: String,
    },
}

impl ClaimText {
    /// Whether it says of its arms that some differ, not that all are alike.
    pub fn says_they_differ(&self) -> bool {
        match self {
            Self::Chain { pairs, .. } => pairs.iter().any(|pair| pair.order != Order::Alike),
            Self::SomeOf { order, .. } => *order != Order::Alike,
            Self::Gap { .. } | Self::Before { .. } => true,
            Self::Fills { .. } => false,
        }
    }

    /// An arm or outcome that is set against itself, so that nothing could come out otherwise.
    pub fn with_itself(&self) -> Option<&str> {
        match self {
            Self::Chain { pairs, .. } => {
                pairs.iter().find(|pair| pair.left == pair.right).map(|pair| pair.left.as_str())
            }
            Self::Gap { wider, narrower, .. } => {
                let none = [wider, narrower].into_iter().find(|(from, to)| from == to);
                let turned = (&narrower.1, &narrower.0);
                let alike = wider == narrower || (&wider.0, &wider.1) == turned;
                none.or(alike.then_some(wider)).map(|(from, _)| from.as_str())
            }
            Self::Before { arm, than, first, later } => {
                [(arm, than), (first, later)].into_iter().find(|(a, b)| a == b).map(|(a, _)| a.as_str())
            }
            Self::SomeOf { .. } | Self::Fills { .. } => None,
        }
    }
}

/// Reads a claim; `None` when the words do not fit.
pub fn parse(text: &str) -> Option<ClaimText> {
    let (before, after) = text.split_once(':')?;
    let (before, after) = (words(before), words(after));
    if before.is_empty() || after.is_empty() {
        return None;
    }
    if let Some((arm, than)) = before.split_once(" falls below half of ") {
        let (first, later) = after.split_once(" before ")?;
        let text = |part: &str| part.to_owned();
        return Some(ClaimText::Before {
            arm: text(arm),
            than: text(than),
            first: text(first),
            later: text(later),
        });
    }
    if let Some(arm) = after.strip_suffix(" fills the section") {
        return Some(ClaimText::Fills { outcome: before, arm: arm.to_owned() });
    }
    if after.starts_with("gap ") {
        return gap(before, &after);
    }
    if after.contains("some of ") {
        return some_of(before, &after);
    }
    chain(before, &after)
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `gap A to B > gap C to D`.
fn gap(outcome: String, text: &str) -> Option<ClaimText> {
    let (left, right) = text.split_once(" > ")?;
    let pair = |side: &str| -> Option<(String, String)> {
        let (from, to) = side.strip_prefix("gap ")?.split_once(" to ")?;
        Some((from.to_owned(), to.to_owned()))
    };
    Some(ClaimText::Gap { outcome, wider: pair(left)?, narrower: pair(right)? })
}

fn some_of(outcome: String, text: &str) -> Option<ClaimText> {
    let ClaimText::Chain { pairs, .. } = chain(outcome.clone(), text)? else { return None };
    let [Comparison { left, order, right }] = pairs.try_into().ok()?;
    let (pattern, arm, pattern_is_lower) =
        match (left.strip_prefix("some of "), right.strip_prefix("some of ")) {
            (Some(pattern), None) => (pattern.to_owned(), right, true),
            (None, Some(pattern)) => (pattern.to_owned(), left, false),
            _ => return None,
        };
    Some(ClaimText::SomeOf { outcome, pattern, pattern_is_lower, order, arm })
}

fn chain(outcome: String, text: &str) -> Option<ClaimText> {
    let mut names = vec![String::new()];
    let mut orders: Vec<(Order, bool)> = Vec::new();
    for token in text.split(' ') {
        if let Some(order) = order(token) {
            orders.push(order);
            names.push(String::new());
        } else {
            let name = names.last_mut()?;
            if !name.is_empty() {
                name.push(' ');
            }
            name.push_str(token);
        }
    }
    if orders.is_empty() || names.iter().any(String::is_empty) {
        return None;
    }
    let pairs = names
        .windows(2)
        .zip(orders)
        .map(|(pair, (order, rising))| {
            let (left, right) = if rising { (0, 1) } else { (1, 0) };
            Comparison { left: pair[left].clone(), order, right: pair[right].clone() }
        })
        .collect();
    Some(ClaimText::Chain { outcome, pairs })
}

/// An operator, and whether it reads from lower to higher.
fn order(token: &str) -> Option<(Order, bool)> {
    Some(match token {
        "<" => (Order::Below, true),
        "<<" => (Order::FarBelow, true),
        "~" => (Order::Alike, true),
        ">" => (Order::Below, false),
        ">>" => (Order::FarBelow, false),
        _ => return None,
    })
}

/// Whether an arm's name fits a pattern in which `*` stands for any characters.
pub fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name.strip_prefix(head).is_some_and(|rest| {
            (0..=rest.len()).filter(|at| rest.is_char_boundary(*at)).any(|at| fits(tail, &rest[at..]))
        }),
    }
}

impl ClaimText {
    /// The outcomes that the claim reads.
    pub fn outcomes(&self) -> Vec<&str> {
        match self {
            Self::Chain { outcome, .. }
            | Self::Gap { outcome, .. }
            | Self::SomeOf { outcome, .. }
            | Self::Fills { outcome, .. } => vec![outcome],
            Self::Before { first, later, .. } => vec![first, later],
        }
    }

    /// The arms that the claim names; patterns are left out.
    pub fn arms(&self) -> Vec<&str> {
        match self {
            Self::Chain { pairs, .. } => {
                pairs.iter().flat_map(|pair| [pair.left.as_str(), pair.right.as_str()]).collect()
            }
            Self::Gap { wider, narrower, .. } => vec![&wider.0, &wider.1, &narrower.0, &narrower.1],
            Self::SomeOf { arm, .. } | Self::Fills { arm, .. } => vec![arm],
            Self::Before { arm, than, .. } => vec![arm, than],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_form_of_the_sketch_is_read() {
        let ClaimText::Chain { pairs, outcome } = parse("vessel area: young < aged << saline").unwrap()
        else {
            panic!("not a chain")
        };
        assert_eq!((outcome.as_str(), pairs.len()), ("vessel area", 2));
        assert_eq!((pairs[1].left.as_str(), pairs[1].order), ("aged", Order::FarBelow));
        assert!(matches!(parse("v: gap a to b > gap c to d"), Some(ClaimText::Gap { .. })));
        let some = parse("v: some of aged + miR-* > young").unwrap();
        assert!(matches!(&some, ClaimText::SomeOf { pattern, pattern_is_lower: false, arm, .. }
            if pattern == "aged + miR-*" && arm == "young"));
        assert!(matches!(parse("a falls below half of b: x before y"), Some(ClaimText::Before { .. })));
        assert!(matches!(parse("t: saline fills the section"), Some(ClaimText::Fills { .. })));
        assert!(matches!(parse("v: aged + miR-340 ~ young"), Some(ClaimText::Chain { .. })));
        for wrong in ["", "v: a", "v: < a", "v a < b", "v: a <> b", "v: some of a > some of b"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn patterns_fit_names() {
        assert!(fits("aged + miR-*", "aged + miR-340"));
        assert!(!fits("aged + miR-*", "aged + scrambled"));
        assert!(fits("*", "") && fits("a*c*", "abcd") && !fits("a*d", "abc"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a-z:<>~* ]{0,60}") {
            let _ = parse(&text);
        }
    }
}
