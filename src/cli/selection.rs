//! Which sets a verb is about: names, files, a label selector, or all of them.
//!
//! The grammar is kubectl's with the resource type left out; what does not fit together is refused in the words of its
//! resource builder (cli-runtime, `pkg/resource/builder.go`).

mod fetch;

use super::error::Error;
use super::files::Files;
use super::set_name::bare_name;
use crate::api::namespace::NamespaceScope;
use crate::client::Cluster;

pub(crate) use fetch::{Resolution, ResolvedSet, enhance, list, one, resolve, selected, with_missing_namespace};

/// What was typed about the target. Verbs leave the parts at their default that they have no flag for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ResourceArgs<'a> {
    /// Positional words.
    pub(crate) names: &'a [String],
    /// `-f`.
    pub(crate) files: Option<&'a Files>,
    /// `-l`; an empty text counts as not given.
    pub(crate) selector: Option<&'a str>,
    /// `--field-selector`; an empty text counts as not given.
    pub(crate) field_selector: Option<&'a str>,
    /// `--all`.
    pub(crate) all: bool,
    /// `-A`.
    pub(crate) all_namespaces: bool,
    /// What kubectl's verb says of an object of a file that has no name, if not what most say.
    pub(crate) unnamed: Option<&'static str>,
}

/// What was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Selection {
    /// Sets of the current namespace, by bare name, each at most as often as it was typed.
    Names(Vec<String>),
    /// The objects of the files.
    Files,
    /// Whatever a list finds.
    List(ListOptions),
}

/// What to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ListOptions {
    /// Sent as it is; empty for everything.
    pub(crate) selector: String,
    /// Sent as it is; empty for everything.
    pub(crate) field_selector: String,
    /// In all namespaces.
    pub(crate) all_namespaces: bool,
}

impl ListOptions {
    /// Where to look.
    pub(crate) fn scope(&self, cluster: &Cluster) -> NamespaceScope {
        NamespaceScope::new(self.all_namespaces, &cluster.namespace)
    }
}

/// Makes sense of what was typed. `or_all`: whether nothing at all means "all sets", as for `get`.
///
/// # Errors
/// [`Error::Plain`] in kubectl's words for words and flags that do not fit together.
pub(crate) fn decide(typed: ResourceArgs<'_>, or_all: bool) -> Result<Selection, Error> {
    let selector = typed.selector.unwrap_or_default();
    let field_selector = typed.field_selector.unwrap_or_default();
    let selects = !selector.is_empty() || !field_selector.is_empty();
    if typed.all && selects {
        // The blank at the end is kubectl's.
        return Err(Error::plain("setting 'all' parameter but found a non empty selector. "));
    }
    let names =
        typed.names.iter().map(|word| Ok((bare_name(word)?, word.contains('/')))).collect::<Result<Vec<_>, Error>>()?;
    if typed.files.is_some_and(Files::given) {
        if !names.is_empty() {
            let message =
                "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well";
            return Err(Error::plain(message));
        }
        return Ok(Selection::Files);
    }
    if names.is_empty() {
        if !selects && !typed.all && !or_all {
            return Err(Error::plain("resource(s) were provided, but no name was specified"));
        }
        let query = ListOptions {
            selector: selector.to_owned(),
            field_selector: field_selector.to_owned(),
            all_namespaces: typed.all_namespaces,
        };
        return Ok(Selection::List(query));
    }
    if selects || typed.all {
        return Err(Error::plain(if names.iter().any(|(_, has_kind)| *has_kind) {
            "selectors and the all flag cannot be used when passing resource/name arguments"
        } else {
            "name cannot be provided when a selector is specified"
        }));
    }
    if typed.all_namespaces {
        return Err(Error::plain("a resource cannot be retrieved by name across all namespaces"));
    }
    Ok(Selection::Names(names.into_iter().map(|(name, _)| name).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn words_and_flags_that_do_not_fit_together_are_refused_in_kubectls_words() {
        let (plain, typed) = (words(&["a"]), words(&["vmirs/a"]));
        let files = Files { filename: words(&["x.yaml"]), ..Files::default() };
        let none = ResourceArgs::default();
        let cases = [
            (none, "resource(s) were provided, but no name was specified"),
            (ResourceArgs { names: &plain, all: true, ..none }, "name cannot be provided when a selector is specified"),
            (
                ResourceArgs { names: &plain, selector: Some("a"), ..none },
                "name cannot be provided when a selector is specified",
            ),
            (
                ResourceArgs { names: &typed, selector: Some("a"), ..none },
                "selectors and the all flag cannot be used when passing resource/name arguments",
            ),
            (
                ResourceArgs { names: &plain, all_namespaces: true, ..none },
                "a resource cannot be retrieved by name across all namespaces",
            ),
            (
                ResourceArgs { all: true, selector: Some("a"), ..none },
                "setting 'all' parameter but found a non empty selector. ",
            ),
            (
                ResourceArgs { names: &plain, files: Some(&files), ..none },
                "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
            ),
        ];
        for (typed, message) in cases {
            assert_eq!(decide(typed, false).unwrap_err().to_string(), message, "{typed:?}");
        }
    }

    #[test]
    fn what_was_typed_is_what_is_meant() {
        let names = words(&["a", "vmirs/b", "a"]);
        let none = ResourceArgs::default();
        assert_eq!(
            decide(ResourceArgs { names: &names, ..none }, false).unwrap(),
            Selection::Names(words(&["a", "b", "a"]))
        );
        assert_eq!(decide(none, true).unwrap(), Selection::List(ListOptions::default()));
        let query = ListOptions { selector: "a=b".into(), field_selector: "c=d".into(), all_namespaces: true };
        let typed = ResourceArgs { selector: Some("a=b"), field_selector: Some("c=d"), all_namespaces: true, ..none };
        assert_eq!(decide(typed, false).unwrap(), Selection::List(query));
        assert_eq!(
            decide(ResourceArgs { all: true, selector: Some(""), ..none }, false).unwrap(),
            Selection::List(ListOptions::default())
        );
    }
}
