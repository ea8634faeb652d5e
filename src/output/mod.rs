//! How things look. Every byte that a verb prints goes through [`Out`].

mod out;

pub use out::Out;
