//! What an experiment file says of cells is what they do: every option changes the tissue as it should, and would be
//! missed if it did nothing.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod dose;
mod fate;
mod injected;
mod life;
mod motion;
mod rules;
mod said;
mod starts;

/// The page of the book that lists every option is an experiment that runs.
#[test]
fn the_page_of_the_book_runs_as_it_stands() {
    let page = include_str!("../../../../book/src/cells.md");
    let block = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let tissue = said::after(block, 30);
    let live = |name: &str| said::live(&tissue, said::kind(block, name));
    assert!(live("stem") > 20 && live("grown") > 0 && live("immune") == 5);
}
