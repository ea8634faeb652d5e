//! The values that a flag suggests.

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};

/// A value parser that takes any text and suggests some to completion. The verb refuses the others in kubectl's words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suggest(pub(crate) &'static [&'static str]);

impl TypedValueParser for Suggest {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(|value| PossibleValue::new(*value))))
    }
}
