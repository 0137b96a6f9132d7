//! Which program wrote a result table, and in which columns its numbers stand.

use crate::cells::{Cells, Row};
use crate::format::{Detected, Format};
use crate::header::{Header, key};

/// Columns of one contrast, counted in the header.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contrast {
    pub(crate) name: String,
    pub(crate) log2_fold_change: Option<usize>,
    pub(crate) standard_error: Option<usize>,
    pub(crate) mean: Option<usize>,
    pub(crate) statistic: Option<usize>,
    pub(crate) p: Option<usize>,
    pub(crate) adjusted: Option<usize>,
}

impl Contrast {
    /// Every column with numbers.
    pub(crate) fn numbers(&self) -> Vec<usize> {
        let all =
            [self.log2_fold_change, self.standard_error, self.mean, self.statistic, self.p, self.adjusted];
        all.into_iter().flatten().collect()
    }
}

/// A result table located in its sheet.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) detected: Detected,
    pub(crate) header: usize,
    pub(crate) feature: usize,
    /// 1 when the header lacks the corner, so that its names stand one column left of their numbers.
    pub(crate) shift: usize,
    pub(crate) contrasts: Vec<Contrast>,
}

pub(crate) fn find(cells: &Cells) -> Option<Found> {
    (0..cells.n_rows().min(10)).find_map(|at| {
        let row = cells.row(at);
        let (detected, contrasts) = known(&Header::of(row)).or_else(|| prefixed(row))?;
        let shift = usize::from(cells.n_rows() > at + 1 && cells.row(at + 1).len() == row.len() + 1);
        let feature = if shift == 1 { 0 } else { feature_column(&Header::of(row)) };
        Some(Found { detected, header: at, feature, shift, contrasts })
    })
}

fn feature_column(header: &Header) -> usize {
    header
        .find(&[
            "mirna",
            "mirnaid",
            "mirnaname",
            "feature",
            "gene",
            "genesymbol",
            "symbol",
            "geneid",
            "id",
            "name",
        ])
        .unwrap_or(0)
}

fn known(header: &Header) -> Option<(Detected, Vec<Contrast>)> {
    let (format, because) = if header.has_all(&["basemean", "log2foldchange", "padj"]) {
        (Format::Deseq2, "the header names baseMean, log2FoldChange and padj")
    } else if header.has_all(&["logfc", "aveexpr"]) && header.has(&["adjpval", "pvalue"]) {
        (Format::Limma, "the header names logFC, AveExpr and adj.P.Val")
    } else if header.has_all(&["logfc", "logcpm"]) {
        (Format::EdgeR, "the header names logFC and logCPM")
    } else if header.has(&["log2foldchange", "log2fc", "logfc"]) && header.has(&["pvalue", "pval", "p"]) {
        (Format::Results, "the header names a log2 fold change and a p value")
    } else {
        return None;
    };
    let contrast = Contrast {
        name: String::new(),
        log2_fold_change: header.find(&["log2foldchange", "log2fc", "logfc"]),
        standard_error: header.find(&["lfcse", "se", "standarderror", "log2fcse"]),
        mean: header.find(&["basemean", "aveexpr", "logcpm", "mean"]),
        statistic: header.find(&["stat", "t", "f", "lr", "statistic"]),
        p: header.find(&["pvalue", "pval", "p"]),
        adjusted: header.find(&["padj", "adjpval", "fdr", "fwer", "adjustedp", "qvalue", "q"]),
    };
    Some((Detected::new(format, because), vec![contrast]))
}

/// `WTvsKO.p, WTvsKO.FDR, WTvsKO.logFC`: one contrast for each word before the last point.
fn prefixed(row: Row<'_>) -> Option<(Detected, Vec<Contrast>)> {
    let mut contrasts: Vec<Contrast> = Vec::new();
    for (at, cell) in row.cells().enumerate() {
        let Some((name, what)) = cell.text.rsplit_once(['.', '_']) else { continue };
        let Some(slot) = slot(&key(what)) else { continue };
        let found = contrasts.iter().position(|contrast| contrast.name == name);
        let found = found.unwrap_or_else(|| {
            contrasts.push(Contrast { name: name.to_owned(), ..Contrast::default() });
            contrasts.len() - 1
        });
        *slot(&mut contrasts[found]) = Some(at);
        if contrasts.len() > MOST {
            return None;
        }
    }
    contrasts.retain(|contrast| contrast.p.is_some() && contrast.log2_fold_change.is_some());
    let names: Vec<&str> = contrasts.iter().map(|contrast| contrast.name.as_str()).collect();
    let because = format!("the header names p and logFC of {}", names.join(", "));
    (!contrasts.is_empty()).then(|| (Detected::new(Format::Results, because), contrasts))
}

/// Most contrasts of one table.
const MOST: usize = 1000;

/// Which number of a contrast a column's last word names.
fn slot(word: &str) -> Option<fn(&mut Contrast) -> &mut Option<usize>> {
    Some(match word {
        "p" | "pvalue" | "pval" => |contrast| &mut contrast.p,
        "fdr" | "padj" | "adjp" | "q" => |contrast| &mut contrast.adjusted,
        "logfc" | "log2fc" | "log2foldchange" => |contrast| &mut contrast.log2_fold_change,
        "t" | "stat" => |contrast| &mut contrast.statistic,
        "se" => |contrast| &mut contrast.standard_error,
        _ => return None,
    })
}
