//! A table of cells that were seen: a header `x,y,z,kind` (PhysiCell writes `type`), optionally `volume`, in any order;
//! µm and µm³, commas or tabs between, `#` or `//` before a comment. Other columns are not read, and said.

use vesicle_base::{Place, Problem};
use vesicle_experiment::library::{SeenCell, SeenCells};

/// Mistakes that are told one by one; of the rest, how many.
const TOLD: usize = 20;

/// Where each wanted column stands.
struct Columns {
    xyz: [usize; 3],
    kind: usize,
    volume: Option<usize>,
    n: usize,
}

/// Reads a table of cells.
///
/// # Errors
/// Missing columns; every row with another number of columns, a value that is no finite number, a volume that is not
/// above 0, or no kind: the first twenty, and how many more.
pub fn parse(file: &str, text: &str) -> Result<SeenCells, Vec<Problem>> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().zip(1_u32..).filter(|(line, _)| says(line));
    let Some((head, line)) = lines.next() else {
        return Err(vec![
            Problem::new(format!("`{file}` has no header"))
                .expected("a header row `x,y,z,kind` and rows below it"),
        ]);
    };
    let mark = if head.contains(',') { ',' } else { '\t' };
    let names = fields(head, mark);
    let columns = columns_of(&names, &place(file, line, head, mark, 0)).map_err(|problem| vec![problem])?;
    let (mut cells, mut problems) = (Vec::new(), Vec::new());
    for (text, line) in lines {
        let at = |column| place(file, line, text, mark, column);
        match row(&fields(text, mark), &columns, &at) {
            Ok(cell) => cells.push(cell),
            Err(problem) => problems.push(problem),
        }
    }
    if cells.is_empty() && problems.is_empty() {
        let problem = Problem::new("no cells").at(&place(file, line, head, mark, 0));
        problems.push(problem.expected("at least one row below the header"));
    }
    if problems.is_empty() {
        let read = |k: &usize| columns.xyz.contains(k) || *k == columns.kind || columns.volume == Some(*k);
        let unread = (0..names.len()).filter(|k| !read(k)).map(|k| names[k].to_owned()).collect();
        return Ok(SeenCells { cells, unread });
    }
    let more = problems.len().saturating_sub(TOLD);
    problems.truncate(TOLD);
    if more > 0 {
        problems.push(Problem::new(format!("{more} more rows of `{file}` are wrong")));
    }
    Err(problems)
}

fn says(line: &str) -> bool {
    let line = line.trim();
    !(line.is_empty() || line.starts_with('#') || line.starts_with("//"))
}

fn fields(line: &str, mark: char) -> Vec<&str> {
    line.split(mark).map(|field| field.trim().trim_matches('"').trim()).collect()
}

/// Where the field of a column begins.
fn place(file: &str, line: u32, text: &str, mark: char, column: usize) -> Place {
    let before: usize = text.split(mark).take(column).map(|field| field.chars().count() + 1).sum();
    Place { file: file.to_owned(), line, column: before as u32 + 1 }
}

fn columns_of(names: &[&str], at: &Place) -> Result<Columns, Problem> {
    let of = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&name.to_lowercase().as_str()));
    let found = [of(&["x"]), of(&["y"]), of(&["z"]), of(&["kind", "type"])];
    let [Some(x), Some(y), Some(z), Some(kind)] = found else {
        let missing = ["x", "y", "z", "kind"].into_iter().zip(found).find(|(_, column)| column.is_none());
        let missing = missing.map_or("", |(name, _)| name);
        let words = names.iter().copied().filter(|name| name.parse::<f64>().is_err());
        return Err(Problem::new(format!("no column `{missing}`"))
            .at(at)
            .expected("a header row with x, y, z and kind, and volume where it is known")
            .found(names.join(", "))
            .nearest(missing, words));
    };
    Ok(Columns { xyz: [x, y, z], kind, volume: of(&["volume"]), n: names.len() })
}

fn row(fields: &[&str], columns: &Columns, at: &dyn Fn(usize) -> Place) -> Result<SeenCell, Problem> {
    if fields.len() != columns.n {
        return Err(Problem::new("row of another length")
            .at(&at(0))
            .expected(format!("{} values, as in the header", columns.n))
            .found(fields.len().to_string()));
    }
    let mut at_um = [0.0; 3];
    for (axis, name) in ["x", "y", "z"].into_iter().enumerate() {
        at_um[axis] = number(fields, columns.xyz[axis], name, at)?;
    }
    if fields[columns.kind].is_empty() {
        return Err(Problem::new("a cell without a kind").at(&at(columns.kind)).expected("a declared cell"));
    }
    let volume_um3 = match columns.volume {
        Some(column) if !matches!(fields[column], "" | "-") => Some(number(fields, column, "volume", at)?),
        _ => None,
    };
    if let (Some(volume), Some(column)) = (volume_um3, columns.volume)
        && (volume.is_nan() || volume <= 0.0)
    {
        let problem = Problem::new("wrong `volume`").at(&at(column)).expected("um^3, above 0, or nothing");
        return Err(problem.found(format!("`{}`", fields[column])));
    }
    Ok(SeenCell { kind: fields[columns.kind].to_owned(), at_um, volume_um3, place: at(0) })
}

fn number(fields: &[&str], column: usize, name: &str, at: &dyn Fn(usize) -> Place) -> Result<f64, Problem> {
    let read = fields[column].parse().ok().filter(|value: &f64| value.is_finite());
    read.ok_or_else(|| {
        let problem = Problem::new(format!("wrong `{name}`")).at(&at(column)).expected("a number");
        problem.found(format!("`{}`", fields[column]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_stand_in_any_order_and_others_are_named() {
        let text =
            "# seen on day 3\nkind,x,y,z,volume,area\ntumour,1,2,3,2000,5\r\n\"a b\", -1.5 ,2e1,0,,6\n";
        let read = parse("c.csv", text).unwrap();
        assert_eq!(read.unread, ["area"]);
        assert_eq!((read.cells[0].at_um, read.cells[0].volume_um3), ([1.0, 2.0, 3.0], Some(2000.0)));
        assert_eq!((read.cells[1].kind.as_str(), read.cells[1].at_um), ("a b", [-1.5, 20.0, 0.0]));
        assert_eq!((read.cells[1].volume_um3, read.cells[1].place.line), (None, 4));
        let physicell = parse("c.csv", "x,y,z,type\n1,2,3,stem\n").unwrap();
        assert_eq!(physicell.cells[0].kind, "stem");
        assert_eq!(parse("c.tsv", "x\ty\tz\tkind\n1\t2\t3\tstem, old\n").unwrap().cells[0].kind, "stem, old");
    }

    #[test]
    fn every_slip_has_its_place() {
        let text = "x,y,z,kind,volume\n1,2,x,a,\n1,2,3,a\n1,2,inf,a,\n1,2,3,,\n1,2,3,a,0\n1,2,3,a,-\n";
        let problems = parse("c.csv", text).unwrap_err();
        let places: Vec<String> =
            problems.iter().map(|problem| problem.place.as_ref().unwrap().to_string()).collect();
        assert_eq!(places, ["c.csv:2:5", "c.csv:3:1", "c.csv:4:5", "c.csv:5:7", "c.csv:6:9"]);
        assert_eq!(parse("c.csv", "x,y,kind\n").unwrap_err()[0].what, "no column `z`");
        for empty in ["", "\n# x\n", "x,y,z,kind\n"] {
            assert_eq!(parse("c.csv", empty).unwrap_err().len(), 1, "{empty}");
        }
        let many = format!("x,y,z,kind\n{}", "1,2,?,a\n".repeat(100));
        let problems = parse("c.csv", &many).unwrap_err();
        assert_eq!((problems.len(), problems[20].what.as_str()), (21, "80 more rows of `c.csv` are wrong"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(x,y,z,kind(,volume)?\n)?[a-c0-9#,.\\t\\n\"-]{0,80}") {
            let _ = parse("c", &text);
        }
    }
}
