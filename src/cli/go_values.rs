//! Booleans and numbers as Go's flag parser reads them.

pub(crate) use crate::text::go::strconv::{
    parse_bool as go_bool, parse_int_of_any_base as go_int64, parse_int32_of_any_base as go_int32,
};

/// A page's size; nothing and less mean no pages at all.
pub(crate) fn go_chunk(text: &str) -> Result<u32, String> {
    Ok(u32::try_from(go_int32(text)?).unwrap_or(0))
}
