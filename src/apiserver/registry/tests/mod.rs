mod columns;
mod conversion;
mod lookup;
mod validation;

use super::{KINDS, Kind};

fn kind(name: &str) -> &'static Kind {
    KINDS.iter().find(|kind| kind.kind == name).unwrap()
}
