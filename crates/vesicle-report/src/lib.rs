//! Plain values of a finished run to figures with their points, and to one self-contained page.
//! Knows no live simulation, no file paths, and no name of an arm, cell, molecule or mechanism: all of them come
//! in [`Page`].

pub mod article;
pub mod figure;
mod html;
pub mod page;
mod render;

pub use article::Article;
pub use figure::{Figure, Width};
pub use page::Page;
pub use render::{Rendered, render};
