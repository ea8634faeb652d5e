//! What stands at an argument whose values only a kubeconfig or a cluster knows: `#[arg(add = Completer::Sets)]`.
//!
//! `clap_complete`'s dynamic engine has such an extension too (`ArgValueCompleter`), and does not serve: its completer
//! sees the word at the cursor only, and ours need the line's `-n`, `--context` and the names before it; it cannot wait
//! for a server, lists files itself, and speaks its own protocol, where kubectl's shim has to speak cobra's (the shell
//! lists files, by extension; directives; required flags first). What is shared is clap's way to attach it: `Arg::add`.

use super::completions::Candidate;
use super::line::{Line, Wanted};
use super::lookup::ListedObject;
use super::selector;
use crate::api::namespace::NamespaceScope;
use crate::cli::set_name::is_our_kind;
use crate::client;
use crate::client::resource_paths;
use crate::client::{Cluster, Path};
use clap::builder::{ArgExt, ValueParser};
use clap::{Arg, ValueHint};
use kube::config::Kubeconfig;

/// Where the values of an argument come from. Attached to it with `add`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Completer {
    /// Sets by name, as NAME or KIND/NAME.
    Sets,
    /// VMIs by name.
    Vmis,
    /// HPAs by name.
    Hpas,
    Namespaces,
    Contexts,
    Clusters,
    Users,
    /// `KEY=VALUE,…` from the labels of the sets.
    Selector,
    /// The keys of the labels of the sets.
    LabelKeys,
    /// Files with one of these extensions.
    Files(&'static [&'static str]),
}

impl ArgExt for Completer {}

/// Attached to a flag that selects sets, so that no names of sets are offered beside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReplacesNames;

impl ArgExt for ReplacesNames {}

impl Completer {
    /// What to list in the cluster; `None` where the kubeconfig says it all.
    ///
    /// # Errors
    /// [`client::Error::Input`] for a namespace that cannot stand in a path.
    pub(super) fn path(self, cluster: &Cluster) -> Option<Result<Path, client::Error>> {
        match self {
            Self::Contexts | Self::Clusters | Self::Users | Self::Files(_) => None,
            Self::Namespaces => Some(Ok("/api/v1/namespaces".into())),
            Self::Vmis => Some(resource_paths::vmis(&cluster.namespace)),
            Self::Hpas => Some(resource_paths::autoscalers("v2", &cluster.namespace)),
            Self::Sets | Self::Selector | Self::LabelKeys => {
                Some(resource_paths::sets(&NamespaceScope::One(cluster.namespace.clone())))
            }
        }
    }

    /// Whether a cluster has to be asked.
    pub(super) fn is_remote(self) -> bool {
        !matches!(self, Self::Contexts | Self::Clusters | Self::Users | Self::Files(_))
    }

    /// The names in the kubeconfig. Namespaces of contexts stand in for those that may not be listed.
    pub(super) fn in_kubeconfig(self, kubeconfig: &Kubeconfig) -> Vec<String> {
        match self {
            Self::Contexts => kubeconfig.contexts.iter().map(|context| context.name.clone()).collect(),
            Self::Clusters => kubeconfig.clusters.iter().map(|cluster| cluster.name.clone()).collect(),
            Self::Users => kubeconfig.auth_infos.iter().map(|user| user.name.clone()).collect(),
            Self::Namespaces => {
                kubeconfig.contexts.iter().filter_map(|context| context.context.as_ref()?.namespace.clone()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The values that these objects give, each as it stands on a line: with what was typed before it in the same word.
    /// `words` are the positional words before it, `is_list` says that the flag takes several values between commas.
    pub(super) fn values(self, objects: &[ListedObject], typed: &str, words: &[&str], is_list: bool) -> Vec<String> {
        let names = |prefix: &str, taken: &[&str]| {
            let names = objects.iter().map(|object| object.name.as_str()).filter(|name| !taken.contains(name));
            // An object without a name is no candidate, whatever would stand before it.
            names.filter(|name| !name.is_empty()).map(|name| format!("{prefix}{name}")).collect()
        };
        match self {
            Self::Sets => {
                let taken: Vec<&str> = words.iter().map(|word| word.rsplit('/').next().unwrap_or(word)).collect();
                match typed.rsplit_once('/') {
                    None => names("", &taken),
                    Some((kind, _)) if is_our_kind(kind) => names(&format!("{kind}/"), &taken),
                    Some(_) => Vec::new(),
                }
            }
            Self::Vmis | Self::Hpas | Self::Namespaces | Self::Contexts | Self::Clusters | Self::Users => {
                names("", &[])
            }
            Self::Selector => selector::candidates(typed, objects),
            Self::LabelKeys => {
                let before = if is_list { selector::split_list(typed).0 } else { "" };
                selector::keys(before, objects).into_iter().map(|key| format!("{before}{key}")).collect()
            }
            Self::Files(_) => Vec::new(),
        }
    }
}

/// Where the candidates for the last word of a line come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ValueSource {
    /// Only whoever types knows.
    Nothing,
    /// These and no others.
    Fixed(Vec<Candidate>),
    /// Files with one of these extensions; any file where there is none.
    Files(&'static [&'static str]),
    Folders,
    /// What a kubeconfig or a cluster knows.
    LookedUp(Completer),
}

impl ValueSource {
    /// Where the candidates for the line's last word come from.
    pub(super) fn of(line: &Line<'_>) -> Self {
        match line.wanted {
            Wanted::Value { arg, .. } => Self::of_argument(line, arg),
            Wanted::Word(_) => line.positional().map_or(Self::Nothing, |arg| Self::of_argument(line, arg)),
            Wanted::Flag(_) | Wanted::Unknown => Self::Nothing,
        }
    }

    fn of_argument(line: &Line<'_>, arg: &Arg) -> Self {
        let values = arg.get_possible_values();
        if !values.is_empty() {
            let visible = values.iter().filter(|value| !value.is_hide_set());
            return Self::Fixed(visible.map(|value| Candidate::new(value.get_name(), value.get_help())).collect());
        }
        match (arg.get::<Completer>(), arg.get_value_hint()) {
            (Some(Completer::Files(extensions)), _) => Self::Files(extensions),
            (Some(Completer::Sets), _) if line.given.iter().any(|(flag, _)| flag.get::<ReplacesNames>().is_some()) => {
                Self::Nothing
            }
            (Some(completer), _) => Self::LookedUp(*completer),
            (None, _) if is_boolean(arg) => {
                Self::Fixed(["true", "false"].map(|value| Candidate::new(value, None)).into())
            }
            (None, ValueHint::AnyPath | ValueHint::FilePath | ValueHint::ExecutablePath) => Self::Files(&[]),
            (None, ValueHint::DirPath) => Self::Folders,
            (None, _) => Self::Nothing,
        }
    }
}

fn is_boolean(arg: &Arg) -> bool {
    arg.get_value_parser().type_id() == ValueParser::bool().type_id()
}

#[cfg(test)]
mod tests {
    use super::super::tests::root;
    use super::*;

    fn source(words: &str) -> ValueSource {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        ValueSource::of(&Line::read(&root(), &words))
    }

    #[test]
    fn an_argument_says_where_its_values_come_from() {
        let booleans = ["true", "false"].map(|value| Candidate::new(value, None)).into();
        for (words, expected) in [
            ("get ", ValueSource::LookedUp(Completer::Sets)),
            ("scale vmirs/", ValueSource::LookedUp(Completer::Sets)),
            ("scale -f x.yaml ", ValueSource::Nothing),
            ("delete --all ", ValueSource::Nothing),
            ("get -A ", ValueSource::Nothing),
            ("wait -f ", ValueSource::Files(&["json", "yaml", "yml"])),
            ("create ", ValueSource::Nothing),
            ("create -f ", ValueSource::Files(&["json", "yaml", "yml"])),
            ("create --cloud-init-file ", ValueSource::Files(&[])),
            ("get --kubeconfig=", ValueSource::Files(&[])),
            ("get --cache-dir ", ValueSource::Folders),
            ("get -n ", ValueSource::LookedUp(Completer::Namespaces)),
            ("get --context ", ValueSource::LookedUp(Completer::Contexts)),
            ("get --cluster ", ValueSource::LookedUp(Completer::Clusters)),
            ("get --user ", ValueSource::LookedUp(Completer::Users)),
            ("get -l ", ValueSource::LookedUp(Completer::Selector)),
            ("get -L ", ValueSource::LookedUp(Completer::LabelKeys)),
            ("get --watch=", ValueSource::Fixed(booleans)),
            ("scale web --replicas ", ValueSource::Nothing),
            ("sandbox crash ", ValueSource::LookedUp(Completer::Vmis)),
            ("autoscale web --name=", ValueSource::LookedUp(Completer::Hpas)),
            ("expose web --name=", ValueSource::Nothing),
            ("expose ", ValueSource::LookedUp(Completer::Sets)),
            ("sandbox -- ", ValueSource::Files(&[])),
            ("get --wat", ValueSource::Nothing),
        ] {
            assert_eq!(source(words), expected, "{words}");
        }
    }

    #[test]
    fn every_verb_with_formats_offers_them() {
        let root = root();
        let verbs = root.get_subcommands().filter(|verb| verb.get_arguments().any(|arg| arg.get_id() == "output"));
        let mut checked = 0;
        for verb in verbs.map(clap::Command::get_name) {
            let ValueSource::Fixed(formats) = source(&format!("{verb} -o ")) else { panic!("{verb}") };
            assert!(formats.iter().any(|format| format.value == "yaml" || format.value == "name"), "{verb}");
            checked += 1;
        }
        assert!(checked >= 8, "{checked}");
    }

    #[test]
    fn names_of_the_kubeconfig_need_no_cluster() {
        let kubeconfig: Kubeconfig = serde_json::from_value(serde_json::json!({
            "contexts": [
                {"name": "one", "context": {"cluster": "c", "user": "u", "namespace": "prod"}},
                {"name": "two", "context": {"cluster": "c", "user": "u"}},
            ],
            "clusters": [{"name": "c", "cluster": {}}],
            "users": [{"name": "u", "user": {}}],
        }))
        .unwrap();
        for (completer, names) in [
            (Completer::Contexts, &["one", "two"][..]),
            (Completer::Clusters, &["c"]),
            (Completer::Users, &["u"]),
            (Completer::Namespaces, &["prod"]),
            (Completer::Sets, &[]),
        ] {
            assert_eq!(completer.in_kubeconfig(&kubeconfig), names, "{completer:?}");
        }
    }
}
