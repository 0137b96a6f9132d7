//! Writes a page and its figures into a folder; without a file the sample page:
//! `cargo run -p vesicle-report --example page -- FOLDER [PAGE.json]`.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).unwrap_or_else(|| "target/sample-page".to_owned());
    let folder = Path::new(&folder);
    let page = match env::args().nth(2) {
        Some(file) => serde_json::from_str(&fs::read_to_string(file)?)?,
        None => serde_json::from_str(include_str!("../tests/sample/page.json"))?,
    };
    let rendered = vesicle_report::render(&page);
    fs::create_dir_all(folder.join("figures"))?;
    fs::write(folder.join("report.html"), &rendered.html)?;
    for figure in &rendered.figures {
        for (end, text) in [(".svg", &figure.svg), ("-85mm.svg", &figure.narrow_svg), (".csv", &figure.csv)] {
            fs::write(folder.join("figures").join(format!("{}{end}", figure.name)), text)?;
        }
    }
    println!("{}: {} figures", folder.join("report.html").display(), rendered.figures.len());
    Ok(())
}
