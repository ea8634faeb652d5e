//! `-f`, `-R` and `-k`: manifests of sets, and of the autoscalers beside them, from files, folders, patterns, stdin, URLs
//! and kustomizations.
//!
//! Order, defaults and wording follow kubectl's resource builder (cli-runtime, `pkg/resource`).

mod decode;
mod kustomize;
mod paths;
mod sources;

use super::completion::{Completer, ReplacesNames};
use super::error::Error;
use crate::api::{ALPHA_API_VERSION, API_VERSION, vmirs};
use crate::client::Cluster;
use crate::text::labels::Selector;
use crate::text::names;
use paths::FileSource;
use serde_json::Value;

/// What `-f` completes.
pub(crate) const MANIFESTS: Completer = Completer::Files(&["json", "yaml", "yml"]);

/// Where manifests are read from.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Files {
    /// Filename, directory, or URL to files that contain the sets
    #[arg(short, long, value_name = "FILE", value_delimiter = ',', add = MANIFESTS, add = ReplacesNames)]
    pub(crate) filename: Vec<String>,
    /// Process the directory used in -f, --filename recursively. Useful when you want to manage related manifests organized within the same directory.
    #[arg(short = 'R', long)]
    pub(crate) recursive: bool,
    /// Process the kustomization directory. This flag can't be used together with -f or -R. Needs kubectl or kustomize on the PATH.
    #[arg(short = 'k', long, value_name = "DIRECTORY", default_value = "", hide_default_value = true, value_hint = clap::ValueHint::DirPath)]
    pub(crate) kustomize: String,
}

/// The kinds that this program handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ManifestKind {
    /// `VirtualMachineInstanceReplicaSet`, in either version.
    Set,
    /// `HorizontalPodAutoscaler`, `autoscaling/v1` or `/v2`.
    Hpa,
}

/// One object of a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Document {
    /// As kubectl names it: the path, the URL, or `STDIN`.
    pub(crate) file: String,
    pub(crate) kind: ManifestKind,
    /// Never empty, and written into `object` too.
    pub(crate) namespace: String,
    /// Empty for an object with `generateName`.
    pub(crate) name: String,
    pub(crate) object: Value,
}

/// What most verbs of kubectl say of an object of a file that has no name.
pub(crate) const UNNAMED: &str = "resource name may not be empty";

/// How strictly to look at what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// As `kubectl create` does: it names validation, and how to turn it off.
    Validated,
    /// As the other verbs do.
    Decoded,
}

/// Where an object goes whose manifest does not say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Namespace<'a> {
    pub(crate) name: &'a str,
    /// `-n` was given: a manifest for another namespace is then an error.
    pub(crate) enforced: bool,
}

impl<'a> From<&'a Cluster> for Namespace<'a> {
    fn from(cluster: &'a Cluster) -> Self {
        Self { name: &cluster.namespace, enforced: cluster.namespace_is_explicit }
    }
}

impl Files {
    /// Whether there was a `-f` or a `-k`.
    pub(crate) fn given(&self) -> bool {
        !self.filename.is_empty() || !self.kustomize.is_empty()
    }

    fn sources(&self) -> Result<Vec<FileSource>, Error> {
        if self.kustomize.is_empty() {
            return paths::expand(&self.filename, self.recursive);
        }
        if !self.filename.is_empty() {
            return Err(Error::plain("only one of -f or -k can be specified"));
        }
        if self.recursive {
            return Err(Error::plain("the -k flag can't be used with -f or -R"));
        }
        Ok(vec![FileSource::Kustomization(self.kustomize.clone())])
    }

    /// Everything in the files, in order. A fault within a file stands in its place, ends that file and no other.
    ///
    /// # Errors
    /// When a path does not exist, or a folder holds no manifest: nothing is read then.
    pub(crate) async fn read(
        &self,
        check: Check,
        namespace: Namespace<'_>,
    ) -> Result<Vec<Result<Document, Error>>, Error> {
        let mut found = Vec::new();
        for source in self.sources()? {
            let bytes = match sources::bytes(&source).await {
                Ok(bytes) => bytes,
                Err(error) => {
                    found.push(Err(error));
                    continue;
                }
            };
            let file = source.to_string();
            for value in decode::values(&file, &bytes) {
                let document = value.and_then(|value| decode::document(&file, value, check, namespace));
                let stop = document.is_err();
                found.push(document);
                if stop {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// The objects in the files, for a verb that is about what is there already: one without a name, which `create` takes
    /// where it has a `generateName`, is a fault that is told as `unnamed`.
    ///
    /// # Errors
    /// Those of [`Files::read`].
    pub(crate) async fn named(
        &self,
        namespace: Namespace<'_>,
        unnamed: &str,
    ) -> Result<Vec<Result<Document, Error>>, Error> {
        let found = self.read(Check::Decoded, namespace).await?;
        let named = |document: Document| {
            if document.name.is_empty() { Err(Error::plain(unnamed)) } else { Ok(document) }
        };
        Ok(found.into_iter().map(|document| document.and_then(named)).collect())
    }

    /// The sets among them. An autoscaler is passed over: it belongs to its set.
    ///
    /// # Errors
    /// Those of [`Files::read`].
    pub(crate) async fn sets(
        &self,
        namespace: Namespace<'_>,
        unnamed: &str,
    ) -> Result<Vec<Result<Document, Error>>, Error> {
        let mut found = self.named(namespace, unnamed).await?;
        found.retain(|document| document.as_ref().map_or(true, |document| document.kind == ManifestKind::Set));
        Ok(found)
    }
}

/// Reads `-l` where it picks from files; a server reads it otherwise.
///
/// # Errors
/// In kubectl's words.
pub(crate) fn selector(text: &str) -> Result<Selector, Error> {
    Selector::parse(text).map_err(|why| Error::plain(format!("the provided selector {text:?} is not valid: {why}")))
}

/// Which of our kinds that is.
fn kind_of(api_version: &str, kind: &str) -> Option<ManifestKind> {
    match (api_version, kind) {
        (API_VERSION | ALPHA_API_VERSION, vmirs::KIND) => Some(ManifestKind::Set),
        ("autoscaling/v1" | "autoscaling/v2", "HorizontalPodAutoscaler") => Some(ManifestKind::Hpa),
        _ => None,
    }
}

/// Refuses a namespace that the API would refuse, before it becomes part of a path.
fn is_namespace(text: &str) -> bool {
    names::dns_label_faults(text).is_empty()
}

#[cfg(test)]
mod tests;
