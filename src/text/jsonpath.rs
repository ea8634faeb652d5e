//! kubectl's JSONPath: the language of `-o jsonpath`, of a CustomResourceDefinition's printer columns, of
//! `custom-columns`, `--sort-by` and `kubectl wait`. It is a dialect of its own (not RFC 9535), defined by the code of
//! `k8s.io/client-go/util/jsonpath`; this is that behavior, oddities included.

mod compare;
mod eval;
mod parse;
pub mod print;
mod projection;

#[cfg(test)]
mod tests;

use serde_json::Value;
use std::borrow::Cow;

/// A template that was read: text mixed with `{expressions}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    nodes: Vec<Node>,
}

/// What one action or one piece of text yields.
pub type Results<'a> = Vec<Cow<'a, Value>>;

/// Why a template could not be read or applied, in the words of client-go.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JsonPathError(String);

impl JsonPathError {
    fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    /// What stands between one `{` and its `}`.
    List(Vec<Node>),
    Text(String),
    Field(String),
    Array(Slice),
    Filter {
        left: Vec<Node>,
        operator: String,
        right: Vec<Node>,
    },
    Union(Vec<Vec<Node>>),
    Int(i64),
    Float(f64),
    Bool(bool),
    Wildcard,
    Recursive,
    /// `range`, `end`, or a word that means nothing.
    Identifier(String),
}

/// `[start:end:step]`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Slice {
    start: Option<i64>,
    end: Option<i64>,
    /// The end was not written: `[start]` alone.
    single: bool,
    step: Option<i64>,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// The part of kubectl's message after `error parsing jsonpath TEMPLATE, `.
    pub fn parse(text: &str) -> Result<Self, JsonPathError> {
        Ok(Self { nodes: parse::template(text)? })
    }

    /// Applies the template and prints what it finds: values of one action joined by a space, actions and text joined
    /// by nothing.
    ///
    /// # Errors
    /// As [`Template::results`].
    pub fn render(&self, root: &Value, allow_missing: bool) -> Result<String, JsonPathError> {
        let mut output = String::new();
        for results in self.results(root, allow_missing)? {
            print::results(&mut output, &results);
        }
        Ok(output)
    }

    /// As [`Template::render`], for `-o jsonpath-as-json`: every action's values as a JSON array, indented by four.
    ///
    /// # Errors
    /// As [`Template::results`].
    pub fn render_as_json(&self, root: &Value, allow_missing: bool) -> Result<String, JsonPathError> {
        let mut output = String::new();
        for results in self.results(root, allow_missing)? {
            print::indented(&mut output, &results);
        }
        Ok(output)
    }

    /// What each action and each piece of text yields, in order.
    ///
    /// # Errors
    /// A missing field unless `allow_missing`; an index out of bounds; a filter between values that cannot be compared;
    /// a word that is neither `range` nor `end`.
    pub fn results<'a>(&self, root: &'a Value, allow_missing: bool) -> Result<Vec<Results<'a>>, JsonPathError> {
        eval::results(&self.nodes, root, allow_missing)
    }
}

/// Reads the relaxed form that `custom-columns`, `--sort-by` and `wait` accept: `x.y`, `.x.y`, `{x.y}` or `{.x.y}`. An
/// empty text yields the empty template.
///
/// # Errors
/// client-go's words.
pub fn relaxed(text: &str) -> Result<Template, JsonPathError> {
    if text.is_empty() {
        return Template::parse("");
    }
    let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
    let path = match inner.strip_prefix('.') {
        Some("") | None => inner,
        Some(path) => path,
    };
    if path.is_empty() || path.contains(['{', '}']) {
        return Err(JsonPathError::new(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
        ));
    }
    Template::parse(&format!("{{.{path}}}"))
}
