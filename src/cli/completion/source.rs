//! Where the candidates for a word come from. All of it is in the program's own grammar: the possible values of an
//! argument, its value hint, and for what only a cluster knows, the names that the verbs give to such arguments.

use super::answer::Candidate;
use super::line::{Line, Wanted};
use clap::{Arg, ValueHint};

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Sets by name.
    Sets,
    /// Virtual machines by name.
    Vmis,
    /// Autoscalers by name.
    Autoscalers,
    Namespaces,
    Contexts,
    Clusters,
    Users,
    /// `KEY=VALUE,…` from the labels of the sets.
    Selector,
    /// The keys of the labels of the sets.
    LabelKeys,
    /// These and no others.
    Fixed(Vec<Candidate>),
    /// Files with one of these extensions; any file where there is none.
    Files(&'static [&'static str]),
    Folders,
    /// Only whoever types knows.
    Nothing,
}

impl Source {
    /// Whether a cluster has to be asked.
    pub(super) fn is_live(&self) -> bool {
        matches!(
            self,
            Self::Sets | Self::Vmis | Self::Autoscalers | Self::Namespaces | Self::Selector | Self::LabelKeys
        )
    }
}

/// Where the candidates for the line's last word come from.
pub(super) fn of(line: &Line<'_>) -> Source {
    match line.wanted {
        Wanted::Value { arg, .. } => of_argument(line, arg),
        Wanted::Word(_) => line.positional().map_or(Source::Nothing, |arg| of_argument(line, arg)),
        Wanted::Flag(_) | Wanted::Unknown => Source::Nothing,
    }
}

fn of_argument(line: &Line<'_>, arg: &Arg) -> Source {
    let values = arg.get_possible_values();
    if !values.is_empty() {
        let visible = values.iter().filter(|value| !value.is_hide_set());
        return Source::Fixed(visible.map(|value| Candidate::new(value.get_name(), value.get_help())).collect());
    }
    let id = arg.get_id().as_str();
    match arg.get_value_hint() {
        _ if id == "filename" => return Source::Files(&["json", "yaml", "yml"]),
        ValueHint::AnyPath | ValueHint::FilePath | ValueHint::ExecutablePath => return Source::Files(&[]),
        ValueHint::DirPath => return Source::Folders,
        _ if arg.is_last_set() => return Source::Files(&[]),
        _ => {}
    }
    let value_name = arg.get_value_names().and_then(<[_]>::first).map_or("", |name| name.as_str());
    match (id, value_name) {
        (_, "BOOL") => Source::Fixed(["true", "false"].map(|value| Candidate::new(value, None)).into()),
        (_, "VMI") => Source::Vmis,
        // With --overwrite it is the name of one that exists.
        ("name", _) if line.command.get_name() == "autoscale" => Source::Autoscalers,
        // The name of what does not exist yet.
        ("names", _) if line.command.get_name() == "create" => Source::Nothing,
        // These exclude names.
        ("names", _)
            if ["filename", "selector", "all", "all_namespaces"].iter().any(|other| line.value(other).is_some()) =>
        {
            Source::Nothing
        }
        ("names", _) => Source::Sets,
        ("namespace", _) => Source::Namespaces,
        ("context", _) => Source::Contexts,
        ("cluster", _) => Source::Clusters,
        ("user", _) => Source::Users,
        ("selector", _) => Source::Selector,
        ("label_columns", _) => Source::LabelKeys,
        _ => Source::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::root;
    use super::*;

    fn source(words: &str) -> Source {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        of(&Line::read(&root(), &words))
    }

    #[test]
    fn an_argument_says_where_its_values_come_from() {
        for (words, expected) in [
            ("get ", Source::Sets),
            ("scale vmirs/", Source::Sets),
            ("scale -f x.yaml ", Source::Nothing),
            ("delete --all ", Source::Nothing),
            ("get -A ", Source::Nothing),
            ("wait -f ", Source::Files(&["json", "yaml", "yml"])),
            ("create ", Source::Nothing),
            ("create -f ", Source::Files(&["json", "yaml", "yml"])),
            ("create --cloud-init-file ", Source::Files(&[])),
            ("get --kubeconfig=", Source::Files(&[])),
            ("get --cache-dir ", Source::Folders),
            ("get -n ", Source::Namespaces),
            ("get --context ", Source::Contexts),
            ("get --cluster ", Source::Clusters),
            ("get --user ", Source::Users),
            ("get -l ", Source::Selector),
            ("get -L ", Source::LabelKeys),
            ("get --watch=", Source::Fixed(["true", "false"].map(|value| Candidate::new(value, None)).into())),
            ("scale web --replicas ", Source::Nothing),
            ("sandbox crash ", Source::Vmis),
            ("autoscale web --name=", Source::Autoscalers),
            ("expose web --name=", Source::Nothing),
            ("expose ", Source::Sets),
            ("sandbox -- ", Source::Files(&[])),
            ("get --wat", Source::Nothing),
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
            let Source::Fixed(formats) = source(&format!("{verb} -o ")) else { panic!("{verb}") };
            assert!(formats.iter().any(|format| format.value == "yaml" || format.value == "name"), "{verb}");
            checked += 1;
        }
        assert!(checked >= 8, "{checked}");
    }
}
