//! Every format read from a synthetic export of its shape, to the values that stand in it.

#![allow(clippy::unwrap_used)] // a helper of a test fails as the test does

mod common;

use common::{cargo, open, shown};
use vesicle_base::Problem;
use vesicle_cargo::{Reading, ValueKind};
use vesicle_tables::names::{How, ResolvedNames, Species};
use vesicle_tables::nta::{Dilution, subtract_blank, summarise};
use vesicle_tables::{
    Adjusted, Decimal, Document, Format, Members, Options, ReadTable, Regulator, Source, Support, detect,
    mismatches, rdml, read_cargo, read_results, read_samples, read_sets, read_sizes, read_targets,
    results_xlsx, write_gmt, write_matrix_csv, write_results_csv, write_sample_form,
};

const NONE: Reading = Reading::NotDetected { limit: None };
const UP_TO_40: Reading = Reading::NotDetected { limit: Some(40.0) };

fn value(x: f64) -> Reading {
    Reading::Value(x)
}

/// The table has this format, these samples, and this row.
fn holds(read: &ReadTable, format: Format, samples: &[&str], feature: &str, row: &[Reading]) {
    assert_eq!(read.detected.format, format, "{}", read.detected);
    assert_eq!(read.table.samples, samples);
    let at = read.table.features.iter().position(|name| name == feature);
    let at = at.unwrap_or_else(|| panic!("{feature} is not among {:?}", read.table.features));
    assert_eq!(read.table.row(at), row, "{feature}");
}

fn text(name: &str, content: &str) -> Document {
    Document::load(&Source::new(name, content.as_bytes().to_vec()).unwrap()).unwrap()
}

fn refused(document: &Document) -> Vec<Problem> {
    read_cargo(document, &Options::default()).map(|read| read.detected).unwrap_err()
}

#[test]
fn instruments_keep_undetermined_wells_undetected() {
    for name in ["sds.txt", "tlda_headerless.txt"] {
        let read = cargo(name);
        holds(&read, Format::Sds, &["S1", "S2"], "hsa-miR-21", &[NONE, value(24.125)]);
        holds(&read, Format::Sds, &["S1", "S2"], "U6 snRNA (2)", &[value(18.75), value(18.0)]);
        assert!(read.notes.mention("Undetermined") && read.notes.mention("flagged"), "{name}");
    }
    for name in ["viia7.txt", "quantstudio_utf16.csv"] {
        let read = cargo(name);
        holds(&read, Format::QuantStudio, &["S1", "S2"], "hsa-miR-21-5p", &[NONE, value(25.25)]);
        holds(&read, Format::QuantStudio, &["S1", "S2"], "hsa-miR-16-5p", &[value(22.5), Reading::Missing]);
    }
    let read = cargo("viia7.xls");
    holds(&read, Format::QuantStudio, &["S1", "S2"], "hsa-miR-16-5p", &[value(22.5), value(21.0)]);
    for (name, late) in [("cfx.csv", NONE), ("cfx_decimal_comma.csv", value(30.0))] {
        holds(&cargo(name), Format::Cfx, &["S1", "S2"], "miR-21", &[value(24.5), late]);
        holds(&cargo(name), Format::Cfx, &["S1", "S2"], "miR-16", &[NONE, value(21.25)]);
    }
    let read = cargo("biomark.csv");
    holds(&read, Format::BioMark, &["S1", "S2"], "miR-21", &[value(24.5), Reading::Missing]);
    holds(&read, Format::BioMark, &["S1", "S2"], "miR-16", &[NONE, value(22.25)]);
    holds(&cargo("openarray.csv"), Format::OpenArray, &["S1", "S2"], "hsa-miR-2", &[UP_TO_40, UP_TO_40]);
}

#[test]
fn rdml_limits_are_the_last_cycle_and_places_are_lines_of_the_document() {
    for name in ["rdml.rdml", "rdml.xml"] {
        let row = [value(24.5), UP_TO_40, UP_TO_40, Reading::Missing];
        holds(&cargo(name), Format::Rdml, &["S1", "S2", "S3", "S4"], "miR-21", &row);
    }
    let wrong = std::fs::read_to_string(common::folder().join("rdml.xml")).unwrap().replace("24.5", "early");
    let problems = refused(&text("wrong.xml", &wrong));
    let place = problems[0].place.clone().unwrap();
    assert_eq!((place.line, problems[0].found.as_deref()), (6, Some("early")));
    let cut = refused(&text("cut.xml", wrong.split("</react>").next().unwrap()));
    assert!(shown(&cut).contains("ends inside its element"), "half a file is no table: {}", shown(&cut));
}

#[test]
fn any_export_becomes_rdml_and_is_read_back() {
    for name in ["sds.txt", "viia7.txt", "ct_matrix.csv", "cfx.csv", "biomark.csv", "rdml.rdml"] {
        let read = cargo(name);
        let bytes = rdml(&read).unwrap();
        assert_eq!(bytes, rdml(&read).unwrap());
        let source = Source::new("out.rdml", bytes).unwrap();
        let again = read_cargo(&Document::load(&source).unwrap(), &Options::default()).unwrap();
        assert_eq!(again.detected.format, Format::Rdml);
        assert_eq!(again.table.samples, read.table.samples, "{name}");
        for (f, feature) in read.table.features.iter().enumerate() {
            let at = again.table.features.iter().position(|other| other == feature);
            let at = at.unwrap_or_else(|| panic!("{name} {feature}"));
            for (own, back) in read.table.row(f).iter().zip(again.table.row(at)) {
                match own {
                    Reading::NotDetected { .. } => assert_eq!(*back, NONE, "{name} {feature}"),
                    other => assert_eq!(back, other, "{name} {feature}"),
                }
            }
        }
    }
    assert!(rdml(&cargo("counts_r.tsv")).is_err());
}

#[test]
fn names_with_marks_survive_xml() {
    let table = "assay,a & b,\"c \"\"<d>\"\"\"\nmiR-21 <'5p'>,24.5,30.25\nmiR-16 & co,22.5,Undetermined\n";
    let read = read_cargo(&text("marks.csv", table), &Options::default()).unwrap();
    let source = Source::new("out.rdml", rdml(&read).unwrap()).unwrap();
    let again = read_cargo(&Document::load(&source).unwrap(), &Options::default()).unwrap();
    assert_eq!((&again.table.samples, &again.table.features), (&read.table.samples, &read.table.features));
    let mut csv = Vec::new();
    write_matrix_csv(&again, &mut csv).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert_eq!(csv.replacen("feature", "assay", 1), table);
}

#[test]
fn log2_arrays_are_not_taken_for_cycles() {
    let rows = |low: f64| -> String {
        let row = |f: u32| {
            let middle = low + f64::from(f) / 2.0;
            format!("hsa-miR-{f},{middle:.2},{:.2}\n", middle + 0.3)
        };
        (0..20).map(row).collect::<Vec<_>>().concat()
    };
    let problems = refused(&text("array.csv", &format!("mirna,a,b\n{}", rows(5.1))));
    assert!(shown(&problems).contains("log2"), "{}", shown(&problems));
    let read =
        read_cargo(&text("ct.csv", &format!("mirna,a,b\n{}", rows(22.1))), &Options::default()).unwrap();
    assert_eq!(read.table.kind, ValueKind::Ct);
}

#[test]
fn every_way_to_write_not_detected_is_one() {
    let table = |none: &str| {
        let row = |f: u32, a: &str| format!("hsa-miR-{f},{a},{}.17,{}.81\n", 22 + f, 23 + f);
        let rows: Vec<String> = (0..12).map(|f| row(f, if f > 9 { none } else { "25.31" })).collect();
        let rows = rows.concat();
        format!("assay,s1,s2,s3\n{rows}")
    };
    for none in ["Undetermined", "40", "40.00", "NA", "999", "0", "-1", "", "No Ct", "N/A", "NaN"] {
        let read = read_cargo(&text("ct.csv", &table(none)), &Options::default()).unwrap();
        let cells: Vec<Reading> = (10..12).map(|f| read.table.row(f)[0]).collect();
        assert!(cells.iter().all(|r| matches!(r, Reading::NotDetected { .. })), "{none}: {cells:?}");
    }
}

#[test]
fn a_lightcycler_file_takes_its_assay_from_the_caller() {
    let row = [value(16.5), NONE, Reading::Missing];
    holds(&cargo("lightcycler.txt"), Format::LightCycler, &["S1", "S2", "S3"], "SYBR Green (483-533)", &row);
    let options = Options { target: Some("miR-21".into()), ..Options::default() };
    let read = read_cargo(&open("lightcycler.txt"), &options).unwrap();
    holds(&read, Format::LightCycler, &["S1", "S2", "S3"], "miR-21", &row);
}

#[test]
fn a_ceiling_is_found_printed_and_never_a_number() {
    let read = cargo("ct_matrix.csv");
    let row = [UP_TO_40, UP_TO_40, value(30.58), UP_TO_40];
    holds(&read, Format::CtMatrix, &["KO.1", "KO.2", "WT.1", "WT.2"], "mmu-miR-1", &row);
    assert!(read.notes.mention("Ct of 40 read as not detected"));
    let options = Options { ceiling: Some(37.0), ..Options::default() };
    let read = read_cargo(&open("ct_matrix.csv"), &options).unwrap();
    assert_eq!(read.table.row(0)[0], Reading::NotDetected { limit: Some(37.0) });
    holds(
        &cargo("ct_matrix_na.tsv"),
        Format::CtMatrix,
        &["A", "B"],
        "hsa-miR-411_001610:A",
        &[NONE, value(31.75)],
    );
}

#[test]
fn count_matrices_in_every_dress_are_one_table() {
    for name in ["counts_r.tsv", "counts.csv.gz", "counts_turned.csv"] {
        holds(&cargo(name), Format::CountMatrix, &["s1", "s2"], "hsa-let-7a-5p", &[value(0.0), value(14.0)]);
    }
    let read = cargo("counts_latin1_cr.txt");
    holds(&read, Format::CountMatrix, &["pré 1", "pré 2"], "hsa-miR-21-5p", &[value(120.0), value(85.0)]);
    let read = cargo("counts_decimal_comma.csv");
    holds(&read, Format::CountMatrix, &["s1", "s2"], "hsa-miR-21-5p", &[value(120.5), value(85.0)]);
}

#[test]
fn counters_are_read_by_their_own_rules() {
    holds(&cargo("excerpt.txt"), Format::Excerpt, &["excerpt"], "hsa-miR-21-5p", &[value(12.5)]);
    assert_eq!(cargo("excerpt.txt").accessions[0].as_deref(), Some("MIMAT0000076"));
    let two = ["s1", "s2"];
    let mirge = cargo("mirge.csv");
    holds(&mirge, Format::Mirge, &two, "hsa-miR-21-5p", &[value(120.0), value(85.0)]);
    assert_eq!(mirge.table.features.len(), 2);
    let mirdeep2 = cargo("mirdeep2.csv");
    holds(&mirdeep2, Format::MirDeep2, &two, "hsa-let-7a-5p", &[value(0.0), value(14.0)]);
    holds(&mirdeep2, Format::MirDeep2, &two, "hsa-miR-21-5p", &[value(120.0), value(85.0)]);
    holds(&cargo("mirtop.tsv"), Format::Mirtop, &two, "hsa-miR-21-5p", &[value(120.0), value(85.0)]);
    let gff = cargo("mirgff3.gff");
    holds(&gff, Format::MirGff3, &two, "hsa-miR-21-5p", &[value(120.0), value(85.0)]);
    holds(&gff, Format::MirGff3, &two, "hsa-let-7a-5p", &[value(0.0), value(14.0)]);
    holds(&cargo("featurecounts.txt"), Format::FeatureCounts, &two, "MIR21", &[value(120.0), value(85.0)]);
    let lfq = cargo("maxquant.txt");
    holds(&lfq, Format::MaxQuant, &two, "CD63", &[value(2_500_000.0), NONE]);
    assert_eq!(lfq.table.features, ["CD63", "CD9"]);
}

#[test]
fn result_tables_keep_filtered_apart_from_one() {
    let first = |name: &str| read_results(&open(name)).unwrap().remove(0);
    for (name, format) in
        [("deseq2.csv", Format::Deseq2), ("edger.tsv", Format::EdgeR), ("limma.csv", Format::Limma)]
    {
        let table = first(name);
        assert_eq!(table.detected.format, format);
        assert_eq!(table.rows[0].feature, "hsa-miR-21-5p");
        assert_eq!((table.rows[0].log2_fold_change, table.rows[0].p), (Some(-1.5), Some(2e-9)));
        assert_eq!(table.rows[0].adjusted, Adjusted::Value(4e-8));
    }
    let filtered = first("deseq2.csv");
    assert_eq!(filtered.rows[1].adjusted, Adjusted::Filtered);
    let contrasts = read_results(&open("contrasts.csv")).unwrap();
    assert_eq!([contrasts[0].contrast.as_str(), contrasts[1].contrast.as_str()], ["AvsB", "AvsC"]);
    assert_eq!(contrasts[1].rows[1].log2_fold_change, Some(0.5));

    let mut csv = Vec::new();
    write_results_csv(&filtered, &mut csv).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.ends_with("hsa-miR-16-5p,0.5,1.5,1.25,0.33,0.74,,filtered\n"), "{csv}");
    let again = read_results(&text("again.csv", &csv)).unwrap();
    assert_eq!(again[0].rows[0], filtered.rows[0]);
}

#[test]
fn a_workbook_written_here_is_read_here_and_has_the_same_bytes_twice() {
    let tables = read_results(&open("contrasts.csv")).unwrap();
    let bytes = results_xlsx(&tables).unwrap();
    assert_eq!(bytes, results_xlsx(&tables).unwrap());
    let document = Document::load(&Source::new("book.xlsx", bytes).unwrap()).unwrap();
    assert_eq!(document.stored_as(), "xlsx workbook");
    let read = read_results(&document).unwrap();
    assert_eq!(read[0].rows[0].log2_fold_change, Some(1.5));
}

#[test]
fn an_xlsx_matrix_keeps_its_gaps() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (at, name) in ["", "s1", "s2"].iter().enumerate() {
        sheet.write_string(0, at as u16, *name).unwrap();
    }
    for (at, name) in ["hsa-miR-21-5p", "hsa-let-7a-5p"].iter().enumerate() {
        sheet.write_string(at as u32 + 1, 0, *name).unwrap();
        sheet.write_number(at as u32 + 1, 2, 5.0 + at as f64).unwrap();
    }
    sheet.write_number(1, 1, 120.0).unwrap();
    let source = Source::new("m.xlsx", book.save_to_buffer().unwrap()).unwrap();
    let read = read_cargo(&Document::load(&source).unwrap(), &Options::default()).unwrap();
    holds(&read, Format::CountMatrix, &["s1", "s2"], "hsa-miR-21-5p", &[value(120.0), value(5.0)]);
    holds(&read, Format::CountMatrix, &["s1", "s2"], "hsa-let-7a-5p", &[Reading::Missing, value(6.0)]);
}

/// A workbook as people lay it out: a title over all columns, groups over their samples, a corner over two rows.
fn merged_workbook(names: &[&str]) -> Source {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let plain = rust_xlsxwriter::Format::new();
    sheet.merge_range(0, 0, 0, 6, "Table S1. Reads per miRNA", &plain).unwrap();
    sheet.merge_range(1, 0, 2, 0, "miRNA", &plain).unwrap();
    sheet.merge_range(1, 1, 1, 3, "control", &plain).unwrap();
    sheet.merge_range(1, 4, 1, 6, "treated", &plain).unwrap();
    for (at, name) in names.iter().enumerate() {
        sheet.write_string(2, at as u16 + 1, *name).unwrap();
    }
    for (at, name) in ["hsa-miR-21-5p", "hsa-let-7a-5p", "hsa-miR-16-5p"].iter().enumerate() {
        sheet.write_string(at as u32 + 3, 0, *name).unwrap();
        for sample in 0..6 {
            sheet.write_number(at as u32 + 3, sample + 1, (100 * at) as f64 + f64::from(sample)).unwrap();
        }
    }
    Source::new("merged.xlsx", book.save_to_buffer().unwrap()).unwrap()
}

#[test]
fn merged_headers_of_a_workbook_stand_above_the_names() {
    let names = ["c1", "c2", "c3", "t1", "t2", "t3"];
    let document = Document::load(&merged_workbook(&names)).unwrap();
    let read = read_cargo(&document, &Options::default()).unwrap();
    let row = |first: f64| (0..6).map(|s| value(first + f64::from(s))).collect::<Vec<_>>();
    holds(&read, Format::CountMatrix, &names, "hsa-miR-21-5p", &row(0.0));
    holds(&read, Format::CountMatrix, &names, "hsa-miR-16-5p", &row(200.0));
    assert_eq!(read.table.features.len(), 3);
    // a name merged over two columns leaves the second without one: told with its place, not guessed
    let nameless = Document::load(&merged_workbook(&["c1", "", "c3", "t1", "t2", "t3"])).unwrap();
    let problems = refused(&nameless);
    assert!(
        problems
            .iter()
            .any(|p| p.to_string().contains("merged.xlsx:4:3") && p.to_string().contains("without a name")),
        "{problems:?}"
    );
}

#[test]
fn sets_and_targets() {
    let sets = read_sets(&open("sets.gmt")).unwrap();
    assert_eq!((sets.members, sets.sets[1].members.len()), (Members::Genes, 1));
    let mut out = Vec::new();
    write_gmt(&sets.sets, &mut out).unwrap();
    let again = read_sets(&text("again.gmt", &String::from_utf8(out).unwrap())).unwrap();
    assert_eq!(again.sets, sets.sets);

    let sites = read_targets(&open("targetscan_sites.txt")).unwrap();
    assert_eq!(sites.rows[0].score, Some(-0.45));
    assert_eq!(sites.rows[1].regulator, Regulator::Mirna("hsa-miR-411-5p".into()));
    let seeds = read_targets(&open("targetscan_seeds.tsv")).unwrap();
    assert_eq!(seeds.rows[0].regulator, Regulator::Seed("AGCUUAU".into()));
    let evidence = read_targets(&open("mirtarbase.csv")).unwrap();
    let support: Vec<Support> = evidence.rows.iter().map(|row| row.support).collect();
    assert_eq!(support, [Support::Strong, Support::Weak]);
    assert!(evidence.notes.mention("Non-Functional"));
}

#[test]
fn sizes_come_with_intervals_and_without_empty_captures() {
    let nanosight = read_sizes(&open("nanosight.csv")).unwrap();
    assert_eq!(nanosight.dilution, Dilution::NotRecorded);
    let summary = summarise(&nanosight).unwrap();
    assert!((summary.per_ml.value - 1.5e7).abs() < 1.0, "the empty capture is no zero");
    assert!((summary.d50_nm.value - 82.5).abs() < 1e-9);
    assert_eq!(summary.undiluted_per_ml, None);

    for name in ["zetaview.txt", "zetaview_decimal_comma.txt"] {
        let measured = read_sizes(&open(name)).unwrap();
        let summary = summarise(&measured).unwrap();
        assert!((summary.d50_nm.value - 115.0).abs() < 1e-9, "{name}");
        assert!((summary.per_ml.value - 1e7).abs() < 1.0, "the logarithmic bins would double it");
        assert!((summary.undiluted_per_ml.unwrap().value - 1e10).abs() < 1e3);
        assert!((summary.per_ml.low.unwrap() - 1e7 * (1.0 - 0.196)).abs() < 1.0);
        assert!(measured.notes.mention("never checked") && measured.warnings.is_empty());
    }
    let empty = read_sizes(&open("zetaview_empty.txt")).unwrap();
    assert_eq!(summarise(&empty), None);
    assert!(subtract_blank(&read_sizes(&open("zetaview.txt")).unwrap(), &empty).is_err());
}

#[test]
fn a_blank_is_taken_off_in_the_measured_liquid() {
    let sample = read_sizes(&open("zetaview.txt")).unwrap();
    let mut blank = sample.clone();
    for bin in &mut blank.captures[0].per_ml {
        *bin *= 0.25;
    }
    blank.captures[0].total_per_ml *= 0.25;
    let net = subtract_blank(&sample, &blank).unwrap();
    assert!((summarise(&net).unwrap().undiluted_per_ml.unwrap().value - 7.5e9).abs() < 1e3);
    assert!((summarise(&net).unwrap().d50_nm.value - 115.0).abs() < 1e-9);
    // Had the sample's concentrations been multiplied already, the blank must be so too.
    let mut applied = sample.clone();
    applied.dilution = Dilution::Applied(1000.0);
    applied.captures[0].total_per_ml *= 1000.0;
    applied.captures[0].per_ml.iter_mut().for_each(|bin| *bin *= 1000.0);
    let net = subtract_blank(&applied, &blank).unwrap();
    assert!((net.captures[0].total_per_ml - 7.5e9).abs() < 1e3);
}

#[test]
fn names_resolve_by_accession_sequence_and_the_releases_that_fit() {
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let list = names(&[
        "hsa-miR-126*",
        "hsa-miR-340",
        "hsa-miR-374a",
        "UAGCUUAUCAGACUGAUGUUGA",
        "hsa-miR-21_000397",
        "ath-miR159a",
        "U6 snRNA",
        "something",
        "hsa-miR-133a",
        "mmu-miR-21a-5p",
    ]);
    let resolved = ResolvedNames::of(&list, &[None], Some(Species::Human), None);
    let code = |at: usize| resolved.matures[at].map(|(mature, _)| mature.accession.as_str());
    assert_eq!(code(0), Some("MIMAT0000444"));
    assert_eq!(code(1), Some("MIMAT0004692"), "miR-340 of release 10 to 17 is miR-340-5p");
    assert_eq!(resolved.matures[1].unwrap().1, How::ByRelease);
    assert_eq!(code(3), Some("MIMAT0000076"));
    assert_eq!(code(4), Some("MIMAT0000076"));
    assert_eq!(
        resolved.matures[9].unwrap().0.species(),
        Species::Mouse,
        "a prefix outranks the species given"
    );
    let unresolved: Vec<&str> = resolved.unresolved.iter().map(|failure| failure.name.as_str()).collect();
    assert_eq!(unresolved, ["ath-miR159a", "U6 snRNA", "something"]);
    let bare = ResolvedNames::of(&names(&["miR-21-5p", "let-7a-5p"]), &[], None, None);
    assert_eq!(bare.ambiguous.len() + bare.matures.iter().flatten().count(), 2);
    assert_eq!(bare.ambiguous.last().map(|failure| failure.name.as_str()), Some("let-7a-5p"));
    let seeds = ResolvedNames::of(&names(&["miR-21-5p"]), &[], Some(Species::Human), None);
    assert_eq!(seeds.matures[0].unwrap().0.seed_m8(), "AGCUUAU");
}

#[test]
fn a_sample_sheet_is_checked_and_its_form_written() {
    let read = cargo("ct_matrix.csv");
    let (sheet, _) = read_samples(&open("samples.csv")).unwrap();
    assert_eq!(sheet.rows[1].covariates[0], ("group".to_owned(), "KO".to_owned()));
    assert!(mismatches("samples.csv", &sheet, &read).is_empty());
    let (other, _) = read_samples(&text("s.csv", "sample,donor,group\nK0.1,m1,KO\n")).unwrap();
    let problems = mismatches("s.csv", &other, &read);
    assert_eq!(problems[0].nearest.as_deref(), Some("K0.1"), "{}", shown(&problems));
    let wrong = read_samples(&text("s.csv", "sample,donor,group\na,,x\na,1,y\n")).unwrap_err();
    assert_eq!(wrong.len(), 2, "{}", shown(&wrong));
    assert!(
        read_samples(&text("s.csv", "sample,donr,group\na,1,x\n")).unwrap_err()[0].nearest.as_deref()
            == Some("donr")
    );
    let mut form = Vec::new();
    write_sample_form(&read, &mut form).unwrap();
    assert!(String::from_utf8(form).unwrap().starts_with("sample,donor,group,age,"));
}

#[test]
fn what_cannot_be_told_is_refused_with_its_place() {
    let problems = refused(&text("c.csv", "miRNA,s1,s2\nmiR-1,1,x\nmiR-2,-3,4\nmiR-3,5,6\n"));
    assert_eq!(
        problems.iter().map(|p| p.place.as_ref().unwrap().line).collect::<Vec<_>>(),
        [2, 3],
        "{}",
        shown(&problems)
    );
    assert_eq!(problems[0].place.as_ref().unwrap().column, 9);
    let unclear = refused(&text("u.csv", "protein,s1,s2\nP1,21.5,24.25\nP2,31.5,28\n"));
    assert!(unclear[0].what.contains("Ct values or log2"), "{}", shown(&unclear));
    let logs = text("l.csv", "protein,s1,s2\nP1,21,24\nP2,31.5,28\n");
    let read = read_cargo(&logs, &Options { log2: true, ..Options::default() }).unwrap();
    assert_eq!((read.table.kind, read.table.row(0)[0]), (ValueKind::Intensity, value(2_097_152.0)));
    let twice = refused(&text("t.csv", "miRNA,s1,s1\nmiR-1,1,2\nmiR-2,1,2\n"));
    assert!(twice[0].what.contains("used twice"));
    let two_ways = text("w.csv", "miRNA;s1;s2\nmiR-1;1,234;5,678\nmiR-2;2,345;6,789\n");
    assert!(refused(&two_ways)[0].what.contains("two ways"));
    let options = Options { decimal: Some(Decimal::Point), ..Options::default() };
    assert_eq!(read_cargo(&two_ways, &options).unwrap().table.row(0)[0], value(1234.0));
    assert!(refused(&open("sets.gmt"))[0].what.contains("is no table of measured cargo"));
    assert!(refused(&text("p.txt", "just some words\nand more\n"))[0].place.is_some());
}

#[test]
fn files_of_several_samples_join_under_their_own_names() {
    let one = |name: &str| (name.to_owned(), cargo("excerpt.txt"));
    let joined = ReadTable::join(vec![one("a"), one("b")]).unwrap();
    assert_eq!(joined.table.samples, ["a", "b"]);
    assert_eq!(joined.table.row(0), [value(12.5), value(12.5)]);
    let cards =
        ReadTable::join(vec![("c1".into(), cargo("sds.txt")), ("c2".into(), cargo("sds.txt"))]).unwrap();
    assert_eq!(cards.table.samples, ["c1 S1", "c1 S2", "c2 S1", "c2 S2"]);
    assert!(ReadTable::join(vec![one("a"), ("x".into(), cargo("sds.txt"))]).is_err());
}

#[test]
fn detection_gives_its_reason() {
    let line = detect(&open("sds.txt")).unwrap().to_string();
    let wanted = "detected: SDS 2.x or TaqMan array export, because the first line says \"SDS 2.3 RQ Results\" and line 5 names Detector and Ct";
    assert_eq!(line, wanted);
}
