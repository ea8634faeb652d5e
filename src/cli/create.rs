//! `kubectl vmirs create`.

mod check;
mod generate;

use super::completion::Completer;
use super::context::Context;
use super::dry_run::{DryRun, DryRunFlag};
use super::error::Error;
use super::files::{self, Check, Document, Files, ManifestKind};
use super::go_values::{go_bool, go_int32};
use super::last_applied;
use super::local::{LocalArgs, LocalTimeout};
use super::print::PrintFlags;
use super::suggest::Suggest;
use crate::api::NamespacedName;
use crate::client::resource_paths;
use crate::client::{Call, Cluster};
use crate::printers::Ui;
use crate::text::labels::Labels;
use crate::text::names;
use generate::Recipe;
use http::Method;
use serde_json::Value;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  # Create the sets and HPAs from web.yaml
  kubectl vmirs create -f web.yaml

  # Create a set of three VMIs from a container disk
  kubectl vmirs create web --image=quay.io/containerdisks/fedora:latest --replicas=3 --memory=1Gi

  # Print a manifest to start from
  kubectl vmirs create web --image=quay.io/containerdisks/fedora:latest --dry-run=client -o yaml

  # Give the guests a cloud-init document
  kubectl vmirs create web --image=quay.io/containerdisks/fedora:latest --cloud-init-file=user-data.yaml
";

/// Create sets from a file or from stdin, or one from an image.
///
/// JSON and YAML formats are accepted. Files may contain sets and HorizontalPodAutoscalers.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, override_usage = "kubectl vmirs create (-f FILENAME | NAME --image=IMAGE) [options]")]
pub(crate) struct Args {
    /// The new set's name, with --image
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    files: Files,
    /// Container disk image that the VMIs boot from
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,
    /// Number of VMIs
    #[arg(long, value_name = "COUNT", default_value = "1", allow_negative_numbers = true, value_parser = go_int32)]
    replicas: i32,
    /// Memory of each VMI
    #[arg(long, value_name = "QUANTITY", default_value = "512Mi")]
    memory: String,
    /// CPUs of each VMI: requested from the node, and rounded up for the guest
    #[arg(long, value_name = "QUANTITY", default_value = "1")]
    cpu: String,
    /// Labels of the set and of its VMIs, KEY=VALUE,…
    #[arg(long, value_name = "LABELS", value_delimiter = ',')]
    labels: Vec<String>,
    /// Bus of the disks: virtio, sata, scsi or usb
    #[arg(long, value_name = "BUS", default_value = "virtio", value_parser = Suggest(&["virtio", "sata", "scsi", "usb"]))]
    disk_bus: String,
    /// cloud-init user data for the guests
    #[arg(long, visible_alias = "cloud-init", value_name = "TEXT", conflicts_with_all = ["cloud_init_file", "cloud_init_secret"])]
    cloud_init_user_data: Option<String>,
    /// File with cloud-init user data for the guests
    #[arg(long, value_name = "FILE", conflicts_with = "cloud_init_secret")]
    cloud_init_file: Option<PathBuf>,
    /// Secret with cloud-init user data under the key 'userdata'
    #[arg(long, value_name = "NAME")]
    cloud_init_secret: Option<String>,
    /// Selector (label query) to filter the objects in the files, supports '=', '==', '!=', 'in', 'notin'.
    #[arg(short = 'l', long, value_name = "QUERY", default_value = "", hide_default_value = true, add = Completer::Selector)]
    selector: String,
    /// Must be one of: strict (or true), warn, ignore (or false): how the server handles unknown and duplicate fields.
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_value = "strict", default_missing_value = "strict", value_parser = Suggest(&["strict", "warn", "ignore"]))]
    validate: String,
    /// If true, the configuration of current object will be saved in its annotation.
    #[arg(long)]
    save_config: bool,
    /// Name of the manager used to track field ownership.
    #[arg(long, value_name = "NAME", default_value = "kubectl-create")]
    field_manager: String,
    #[command(flatten)]
    pub(crate) local: LocalArgs,
    #[command(flatten)]
    timeout: LocalTimeout,
    #[command(flatten)]
    dry_run: DryRunFlag,
    #[command(flatten)]
    print: PrintFlags,
}

impl Args {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let ui = &mut context.ui;
        self.check_words()?;
        let dry_run = self.dry_run.strategy(ui)?;
        let mut printer = self.print.printer(dry_run)?;
        let validation = validation(&self.validate)?;
        let cluster = context.connection.cluster().await?;
        let local = self.local.prepare(&cluster, ui, dry_run, self.timeout.timeout).await?;
        let documents = self.checked(&cluster, ui, validation).await?;
        if documents.is_empty() {
            return Err(Error::plain("no objects passed to create"));
        }
        let (mut failures, mut created) = (Vec::new(), Vec::new());
        for document in documents {
            let (file, kind) = (document.file.clone(), document.kind);
            match self.create(&cluster, ui, document, validation, dry_run).await {
                Ok(object) => {
                    printer.print_or_keep(ui, &object, "created", &mut failures)?;
                    if kind == ManifestKind::Set {
                        created.extend(NamespacedName::of_json(&object));
                    }
                }
                Err(error) if self.files.given() => failures.push(error.in_file("creating", file)),
                Err(error) => failures.push(error),
            }
        }
        if let Some(local) = local {
            failures.extend(local.settle(&cluster, ui, created).await.err());
        }
        Error::all(failures)?;
        Ok(ExitCode::SUCCESS)
    }

    fn check_words(&self) -> Result<(), Error> {
        let usage = |message: String| Err(Error::Usage { message, verb: "create" });
        match (self.files.given(), self.names.as_slice(), &self.image) {
            (true, [], None) => Ok(()),
            (true, [], Some(_)) => usage("--image cannot be used with -f".to_owned()),
            (true, words, _) => usage(format!("Unexpected args: [{}]", words.join(" "))),
            (false, [], None) => Err(Error::plain("must specify one of -f and NAME")),
            (false, [_], None) => Err(Error::plain("required flag(s) \"image\" not set")),
            (false, [_], Some(_)) => Ok(()),
            (false, words, _) => usage(format!("exactly one NAME is required, got {}", words.len())),
        }
    }

    async fn documents(
        &self,
        cluster: &Cluster,
        validation: Validation,
    ) -> Result<Vec<Result<Document, Error>>, Error> {
        if self.files.given() {
            let check = if validation == Validation::Ignore { Check::Decoded } else { Check::Validated };
            return self.files.read(check, cluster.into()).await;
        }
        let object = generate::set(&self.recipe()?, &cluster.namespace)?;
        let name = self.names.first().cloned().unwrap_or_default();
        let namespace = cluster.namespace.to_string();
        Ok(vec![Ok(Document { file: String::new(), kind: ManifestKind::Set, namespace, name, object })])
    }

    /// What is to be created, once all of it is known to be ours and to work.
    async fn checked(&self, cluster: &Cluster, ui: &mut Ui, validation: Validation) -> Result<Vec<Document>, Error> {
        let (mut documents, mut failures) = (Vec::new(), Vec::new());
        for document in self.documents(cluster, validation).await? {
            match document {
                Ok(document) if self.selects(&document.object)? => documents.push(document),
                Ok(_) => {}
                Err(error) => failures.push(error),
            }
        }
        for document in &documents {
            if let Err(error) = check_set(ui, document, validation) {
                failures.push(if self.files.given() { error.in_file("creating", &*document.file) } else { error });
            }
        }
        Error::all(failures)?;
        Ok(documents)
    }

    fn recipe(&self) -> Result<Recipe, Error> {
        let cloud_init = match (&self.cloud_init_user_data, &self.cloud_init_file, &self.cloud_init_secret) {
            (Some(text), _, _) => Some(generate::CloudInit::Text(text.clone())),
            (None, Some(path), _) => {
                let text = std::fs::read_to_string(path);
                let text = text.map_err(|error| Error::plain(format!("unable to read {}: {error}", path.display())))?;
                Some(generate::CloudInit::Text(text))
            }
            (None, None, Some(secret)) => Some(generate::CloudInit::Secret(secret.clone())),
            (None, None, None) => None,
        };
        Ok(Recipe {
            name: self.names.first().cloned().unwrap_or_default(),
            image: self.image.clone().unwrap_or_default(),
            replicas: self.replicas,
            memory: self.memory.clone(),
            cpu: self.cpu.clone(),
            labels: parse_labels(&self.labels)?,
            disk_bus: self.disk_bus.clone(),
            cloud_init,
        })
    }

    fn selects(&self, object: &Value) -> Result<bool, Error> {
        if self.selector.is_empty() {
            return Ok(true);
        }
        let selector = files::selector(&self.selector)?;
        let labels = object.pointer("/metadata/labels").and_then(Value::as_object);
        let labels =
            labels.into_iter().flatten().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
        Ok(selector.matches(&labels.collect()))
    }

    async fn create(
        &self,
        cluster: &Cluster,
        ui: &mut Ui,
        document: Document,
        validation: Validation,
        dry_run: DryRun,
    ) -> Result<Value, Error> {
        let mut object = document.object;
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.remove("resourceVersion");
        }
        if self.save_config {
            last_applied::save(&mut object);
        }
        if dry_run == DryRun::Client {
            return Ok(object);
        }
        let path = match document.kind {
            ManifestKind::Set => resource_paths::sets_in(&resource_paths::version_of(&object), &document.namespace)?,
            ManifestKind::Hpa => {
                resource_paths::autoscalers(&resource_paths::version_of(&object), &document.namespace)?
            }
        };
        let call = dry_run.mark(Call::new(Method::POST, path)).query("fieldManager", &*self.field_manager);
        let call = call.query("fieldValidation", validation.name());
        Ok(cluster.json(ui, call.body("application/json", object.to_string().into_bytes())).await?)
    }
}

/// Warns of what may not work in a set.
///
/// # Errors
/// [`Error::Plain`] for what KubeVirt would refuse.
fn check_set(ui: &mut Ui, document: &Document, validation: Validation) -> Result<(), Error> {
    if document.kind != ManifestKind::Set || validation == Validation::Ignore {
        return Ok(());
    }
    let faults = check::faults(&document.object).into_iter();
    let (refused, doubtful): (Vec<_>, Vec<_>) =
        faults.partition(|fault| fault.refused && validation == Validation::Strict);
    if !refused.is_empty() {
        return Err(invalid(&document.name, &refused));
    }
    for fault in doubtful {
        ui.warning(&fault.to_string());
    }
    Ok(())
}

/// kubectl's words for what its own validation finds.
fn invalid(name: &str, faults: &[check::Fault]) -> Error {
    let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
    Error::plain(format!(
        "error validating data: the set {name:?} would be refused by KubeVirt: {}; if you choose to ignore these errors, \
         turn validation off with --validate=false",
        told.join("; ")
    ))
}

/// What the server does about fields that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Validation {
    Strict,
    Warn,
    Ignore,
}

impl Validation {
    fn name(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Warn => "Warn",
            Self::Ignore => "Ignore",
        }
    }
}

fn validation(text: &str) -> Result<Validation, Error> {
    Ok(match (text, go_bool(text)) {
        ("strict", _) | (_, Ok(true)) => Validation::Strict,
        ("warn", _) => Validation::Warn,
        ("ignore", _) | (_, Ok(false)) => Validation::Ignore,
        _ => {
            let options = "must be one of: strict (or true), warn, ignore (or false)";
            return Err(Error::plain(format!("invalid - validate option {text:?}; {options}")));
        }
    })
}

/// `KEY=VALUE` pairs.
fn parse_labels(pairs: &[String]) -> Result<Labels, Error> {
    let mut labels = Labels::new();
    for pair in pairs.iter().filter(|pair| !pair.is_empty()) {
        let (key, value) =
            pair.split_once('=').ok_or_else(|| Error::plain(format!("unexpected label spec: {pair}")))?;
        if let Some(fault) =
            names::qualified_name_faults(key).into_iter().chain(names::label_value_faults(value)).next()
        {
            return Err(Error::plain(format!("invalid label {pair:?}: {fault}")));
        }
        labels.insert(key.to_owned(), value.to_owned());
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validation_has_three_degrees_and_two_old_names() {
        for (text, expected) in
            [("strict", "Strict"), ("true", "Strict"), ("warn", "Warn"), ("ignore", "Ignore"), ("false", "Ignore")]
        {
            assert_eq!(validation(text).unwrap().name(), expected);
        }
        assert_eq!(
            validation("foo").unwrap_err().to_string(),
            "invalid - validate option \"foo\"; must be one of: strict (or true), warn, ignore (or false)"
        );
    }

    #[test]
    fn labels_are_pairs_that_kubernetes_takes() {
        let labels = parse_labels(&["a=b".into(), "c=".into()]).unwrap();
        assert_eq!(labels.len(), 2);
        assert!(parse_labels(&["a".into()]).is_err());
        assert!(parse_labels(&["-a=b".into()]).is_err());
    }
}
