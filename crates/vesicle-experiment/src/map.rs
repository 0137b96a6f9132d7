//! A resolved experiment: a map in order of declaration, path → value, with its source and its place in the file.

use crate::path::Path;
use crate::registry::Entry;
use vesicle_base::{Place, Quantity};

/// A value that was understood.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number with unit, prior and source.
    Number(Quantity),
    /// One word or name.
    Text(String),
    /// Several names.
    Names(Vec<String>),
    /// A box, µm.
    Size([f64; 3]),
    /// Points, µm.
    Points(Vec<[f64; 3]>),
    /// Times, minutes.
    Times(Vec<f64>),
}

impl Value {
    /// The value as it would be written, less source and prior.
    pub fn text(&self) -> String {
        match self {
            Self::Number(quantity) => quantity.text(),
            Self::Text(text) => text.clone(),
            Self::Names(names) => format!("[{}]", names.join(", ")),
            Self::Size(size) => box_text(size),
            Self::Points(points) => points.iter().map(box_text).collect::<Vec<_>>().join(" to "),
            Self::Times(times) => {
                let days: Vec<String> = times
                    .iter()
                    .map(|t| format!("{} d", vesicle_base::quantity::short(t / 1440.0)))
                    .collect();
                format!("[{}]", days.join(", "))
            }
        }
    }
}

/// As [`Value::text`] with prior and source, for manifests.
pub fn full_text(value: &Value) -> String {
    match value {
        Value::Number(quantity) => {
            let prior = quantity.prior_text();
            let prior = if prior.is_empty() { prior } else { format!(" ({prior})") };
            let source = quantity.source.as_ref().map_or(String::new(), |source| format!(" [{source}]"));
            format!("{}{prior}{source}", quantity.text())
        }
        other => other.text(),
    }
}

/// `800 x 200 x 20 um`.
fn box_text(lengths: &[f64; 3]) -> String {
    let [x, y, z] = lengths.map(vesicle_base::quantity::short);
    format!("{x} x {y} x {z} um")
}

/// A number for a path: FNV-1a over its segments, 64 bits.
pub(crate) fn number_of(segments: &[impl AsRef<str>]) -> u64 {
    let step = |number: u64, byte: u8| (number ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    segments.iter().fold(0xcbf2_9ce4_8422_2325, |number, segment| {
        // No text holds this byte, so that it parts the segments.
        step(segment.as_ref().bytes().fold(number, step), 0xff)
    })
}

/// One path with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Where in the tree.
    pub path: Path,
    /// The path whose prior draw it shares: its own, or that of the block it is `like`.
    pub origin: Path,
    /// The value.
    pub value: Value,
    /// Its line of the registry.
    pub entry: &'static Entry,
    /// Where it was written; `None` for defaults and the command line.
    pub place: Option<Place>,
}

impl Item {
    /// The quantity, where the value is one.
    pub fn quantity(&self) -> Option<&Quantity> {
        match &self.value {
            Value::Number(quantity) => Some(quantity),
            _ => None,
        }
    }
}

/// Items by path, in order of declaration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    items: Vec<Item>,
    /// Places of the items, by the rising number that stands for their path; few paths, if any, share one.
    order: Vec<(u64, usize)>,
}

impl Map {
    /// Items in order of declaration.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The item at a path.
    pub fn get(&self, path: &Path) -> Option<&Item> {
        self.place(&path.0).ok().map(|at| &self.items[at])
    }

    /// The item at the path of these segments.
    pub fn at(&self, segments: &[&str]) -> Option<&Item> {
        self.place(segments).ok().map(|at| &self.items[at])
    }

    /// The place in `items` of a path, or where in `order` it would go.
    fn place(&self, segments: &[impl AsRef<str>]) -> Result<usize, usize> {
        let number = number_of(segments);
        let first = self.order.partition_point(|(other, _)| *other < number);
        let same = self.order[first..].iter().take_while(|(other, _)| *other == number);
        let is_meant = |at: &usize| {
            let path = &self.items[*at].path.0;
            path.len() == segments.len() && path.iter().zip(segments).all(|(a, b)| a == b.as_ref())
        };
        same.map(|(_, at)| *at).find(is_meant).ok_or(first)
    }

    /// The canonical number at a path.
    pub fn number(&self, segments: &[&str]) -> Option<f64> {
        self.at(segments)?.quantity().map(|quantity| quantity.value)
    }

    /// The word at a path.
    pub fn text(&self, segments: &[&str]) -> Option<&str> {
        match &self.at(segments)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The names at a path; none when nothing was said.
    pub fn names(&self, segments: &[&str]) -> &[String] {
        match self.at(segments).map(|item| &item.value) {
            Some(Value::Names(names)) => names,
            _ => &[],
        }
    }

    /// Sets an item: in its old place when the path is there, at the end otherwise.
    pub fn set(&mut self, item: Item) {
        match self.place(&item.path.0) {
            Ok(at) => self.items[at] = item,
            Err(at) => {
                self.order.insert(at, (number_of(&item.path.0), self.items.len()));
                self.items.push(item);
            }
        }
    }

    /// Removes every item below a path.
    pub fn remove_below(&mut self, path: &Path) {
        let prefix = path.segments();
        self.items.retain(|item| !item.path.starts_with(&prefix));
        self.reindex();
    }

    /// Sets the number of the item at a place in [`Map::items`]; another value there stays as it is.
    pub fn set_number(&mut self, at: usize, value: f64) {
        if let Some(Item { value: Value::Number(quantity), .. }) = self.items.get_mut(at) {
            quantity.value = value;
        }
    }

    fn reindex(&mut self) {
        let numbered = self.items.iter().enumerate().map(|(at, item)| (number_of(&item.path.0), at));
        self.order = numbered.collect();
        self.order.sort_unstable();
    }

    /// Whether two maps say the same of everything below a first segment, wherever it was written.
    pub fn says_the_same_below(&self, other: &Self, head: &str) -> bool {
        let below = |map: &Self| map.items.iter().filter(|item| item.path.starts_with(&[head])).count();
        let same = |item: &Item| {
            other.get(&item.path).is_some_and(|o| o.value == item.value && o.origin == item.origin)
        };
        below(self) == below(other)
            && self.items.iter().filter(|item| item.path.starts_with(&[head])).all(same)
    }

    /// Whether two maps say the same, wherever it was written.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.items.len() == other.items.len()
            && self.items.iter().all(|item| {
                other.get(&item.path).is_some_and(|o| o.value == item.value && o.origin == item.origin)
            })
    }
}
