//! miRge counts (`miR.Counts.csv`): a matrix whose first row is the total of each sample; RPM is no count.

use vesicle_base::Problem;
use vesicle_cargo::ValueKind;

use crate::cells::Cells;
use crate::counts::matrix::{self, Known};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header::key;
use crate::reading::{Options, ReadTable};

fn find(cells: &Cells) -> Option<()> {
    let total = (1..cells.n_rows().min(4)).any(|at| cells.row(at).get(0) == "miRNAtotal");
    (key(cells.row(0).get(0)) == "mirna" && total).then_some(())
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    document.find(find)?;
    Some(Detected::new(Format::Mirge, "a row miRNAtotal stands below a header that begins with miRNA"))
}

pub(crate) fn read(
    document: &Document,
    detected: Detected,
    options: &Options,
) -> Result<ReadTable, Vec<Problem>> {
    let known =
        Known { kind: Some(ValueKind::Count), format: Some(Format::Mirge), because: detected.because };
    let mut read = matrix::read(document, &known, options)?;
    let joined = read.table.features.iter().filter(|name| name.contains('/')).count();
    read.notes.add("features that stand for several miRNAs with one sequence (a/b)", joined);
    Ok(read)
}
