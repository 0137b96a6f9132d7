//! One `--set path=value` of the command line.

use crate::interpret::{Change, Written, interpret};
use crate::path::Path;
use crate::registry::Names;
use crate::said::Literal;
use vesicle_base::{Place, Problem};

/// Reads one `--set path=value`.
///
/// # Errors
/// All that is wrong with it.
pub fn setting(text: &str, names: &Names) -> Result<Change, Vec<Problem>> {
    let wrong = || {
        vec![
            Problem::new("wrong setting")
                .expected("`path=value`, such as `run.replicates=8`")
                .found(format!("`{text}`")),
        ]
    };
    let (path, value) = text.split_once('=').ok_or_else(wrong)?;
    let path = Path::parse(path.trim()).map_err(|_| wrong())?;
    let literal = literal_of(value.trim());
    interpret(&Written { path: &path, within: &[], literal: &literal, key_place: None, place: None }, names)
}

/// A value of the command line: a list between brackets, otherwise text or a bare number.
fn literal_of(text: &str) -> Literal {
    let nowhere = || Place { file: "--set".to_owned(), line: 1, column: 1 };
    if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let items =
            inner.split(',').map(|item| item.trim().trim_matches('"')).filter(|item| !item.is_empty());
        return Literal::List(items.map(|item| (Literal::Text(item.to_owned()), nowhere())).collect());
    }
    let bare = text.trim_matches('"');
    match bare.parse::<f64>() {
        Ok(number) if number.is_finite() => Literal::Number(number, bare.to_owned()),
        _ => Literal::Text(bare.to_owned()),
    }
}
