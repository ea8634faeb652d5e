//! `kubectl vmirs expose`.

mod ports;
mod service;

use super::completion::Completer;
use super::context::Context;
use super::dry_run::{DryRun, DryRunFlag};
use super::error::Error;
use super::files::Files;
use super::go_values::go_int32;
use super::last_applied;
use super::print::PrintFlags;
use super::selection::{self, ResolvedSet, ResourceArgs};
use super::suggest::Suggest;
use crate::client::resource_paths;
use crate::client::{Call, Cluster};
use crate::printers::Ui;
use http::Method;
use serde_json::Value;
use service::ServiceRequest;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  # Create a service for the set 'web', which serves on port 80 and connects to the VMIs on port 8080
  kubectl vmirs expose web --port=80 --target-port=8080

  # Projection the VMIs by SSH on a port of every node
  kubectl vmirs expose web --port=22 --type=NodePort --node-port=30022 --name=web-ssh

  # Create a service without an address of its own, so that its name resolves to the VMIs themselves
  kubectl vmirs expose web --cluster-ip=None

  # Print a service for the ports that the template declares
  kubectl vmirs expose web --type=LoadBalancer --dry-run=client -o yaml
";

/// Expose a set as a new Kubernetes service.
///
/// The service selects the pods in which the VMIs of the set run, by the labels of the set's template. If no port is specified via --port, those are used that the template declares on its pod network. If no labels are specified, the new service will re-use the labels of the set.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, override_usage = "kubectl vmirs expose (-f FILENAME | NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type] [options]")]
pub(crate) struct Args {
    /// The sets: NAME or vmirs/NAME
    #[arg(value_name = "NAME", add = Completer::Sets)]
    names: Vec<String>,
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    service: ServiceFlags,
    /// If true, the configuration of current object will be saved in its annotation.
    #[arg(long)]
    save_config: bool,
    /// Name of the manager used to track field ownership.
    #[arg(long, value_name = "NAME", default_value = "kubectl-expose")]
    field_manager: String,
    #[command(flatten)]
    dry_run: DryRunFlag,
    #[command(flatten)]
    print: PrintFlags,
}

/// What the service is to be like. The empty text means "not given", as it does to kubectl.
#[derive(Clone, Debug, Default, clap::Args)]
struct ServiceFlags {
    /// The name for the newly created object. If not specified, the name of the set will be used.
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    name: String,
    /// The port that the service should serve on, or several: 80,443. Copied from the template, if unspecified.
    #[arg(long, value_name = "PORT", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    port: String,
    /// Name or number for the port on the VMI that the service should direct traffic to. The same as --port, if unspecified.
    #[arg(long, value_name = "PORT", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    target_port: String,
    /// Port of every node, for --type=NodePort or LoadBalancer. Chosen by the server, if unspecified.
    #[arg(long, value_name = "PORT", allow_negative_numbers = true, value_parser = go_int32)]
    node_port: Option<i32>,
    /// Name of the port. Several ports are called port-1, port-2 and so on.
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    port_name: String,
    /// The network protocol for the service to be created: TCP, UDP or SCTP. Default is what the template declares, or 'TCP'.
    #[arg(long, value_name = "PROTOCOL", default_value = "", hide_default_value = true, value_parser = Suggest(&["TCP", "UDP", "SCTP"]))]
    protocol: String,
    /// Type for this service: ClusterIP, NodePort or LoadBalancer. Default is 'ClusterIP'.
    #[arg(long = "type", value_name = "TYPE", default_value = "", hide_default_value = true, value_parser = Suggest(&["ClusterIP", "NodePort", "LoadBalancer"]))]
    kind: String,
    /// ClusterIP to be assigned to the service. Leave empty to auto-allocate, or set to 'None' to create a headless service.
    #[arg(long, value_name = "IP", default_value = "", hide_default_value = true)]
    cluster_ip: String,
    /// Additional external IP address (not managed by Kubernetes) to accept for the service. If this IP is routed to a node, the service can be accessed by this IP in addition to its generated service IP.
    #[arg(long, value_name = "IP", default_value = "", hide_default_value = true)]
    external_ip: String,
    /// IP to assign to the LoadBalancer. If empty, an ephemeral IP will be created and used (cloud-provider specific).
    #[arg(long, value_name = "IP", default_value = "", hide_default_value = true)]
    load_balancer_ip: String,
    /// Families of its addresses: ipv4, ipv6, or both in the order of preference (ipv4,ipv6).
    #[arg(long, value_name = "FAMILIES", default_value = "", hide_default_value = true, value_parser = Suggest(&["ipv4", "ipv6", "ipv4,ipv6", "ipv6,ipv4"]))]
    ip_family: String,
    /// SingleStack, PreferDualStack or RequireDualStack.
    #[arg(long, value_name = "POLICY", default_value = "", hide_default_value = true, value_parser = Suggest(&["SingleStack", "PreferDualStack", "RequireDualStack"]))]
    ip_family_policy: String,
    /// If non-empty, set the session affinity for the service to this; legal values: 'None', 'ClientIP'
    #[arg(long, value_name = "AFFINITY", default_value = "", hide_default_value = true, value_parser = Suggest(&["None", "ClientIP"]))]
    session_affinity: String,
    /// A label selector to use for this service. Only equality-based selector requirements are supported. If empty (the default) the labels of the set's template.
    #[arg(long, value_name = "LABELS", default_value = "", hide_default_value = true, add = Completer::Selector)]
    selector: String,
    /// Labels to apply to the service created by this call.
    #[arg(short, long, value_name = "LABELS", default_value = "", hide_default_value = true)]
    labels: String,
}

impl Args {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let ui = &mut context.ui;
        let dry_run = self.dry_run.strategy(ui)?;
        let mut printer = self.print.printer(dry_run)?.in_go_field_order();
        let cluster = context.connection.cluster().await?;
        let typed = ResourceArgs { names: &self.names, files: Some(&self.files), ..ResourceArgs::default() };
        let mut resolved = selection::resolve(&cluster, ui, typed, false).await?.all_or_none()?;
        let mut services = Vec::new();
        for found in &resolved.sets {
            match self.service(&cluster, ui, found, dry_run).await {
                Ok(service) => services.push((found.namespace(), service)),
                Err(error) => resolved.failures.push(error),
            }
        }
        if self.files.given() {
            // Where one of them cannot be, none is made.
            Error::all(std::mem::take(&mut resolved.failures))?;
        }
        for (namespace, service) in services {
            match self.create(&cluster, ui, namespace, service, dry_run).await {
                Ok(service) => printer.print_or_keep(ui, &service, "exposed", &mut resolved.failures)?,
                Err(error) => resolved.failures.push(error),
            }
        }
        Error::all(resolved.failures)?;
        Ok(ExitCode::SUCCESS)
    }

    /// The Service of a set.
    async fn service(
        &self,
        cluster: &Cluster,
        ui: &mut Ui,
        found: &ResolvedSet,
        dry_run: DryRun,
    ) -> Result<Value, Error> {
        if dry_run == DryRun::Client {
            // Without an owner: what is written down outlives the uid of the set. kubectl leaves the namespace out that
            // nobody named.
            let mut service = service::build(&ServiceRequest { flags: &self.service, set: &found.object })?;
            if cluster.namespace_is_explicit || found.namespace() != &*cluster.namespace {
                service["metadata"]["namespace"] = found.namespace().into();
            }
            return Ok(service);
        }
        let live = match found.file {
            // The uid in a file may be that of an earlier set.
            Some(_) => Some(selection::one(cluster, ui, found.namespace(), found.name()).await?.object),
            None => None,
        };
        let set = live.as_ref().unwrap_or(&found.object);
        let mut service = service::build(&ServiceRequest { flags: &self.service, set })?;
        service["metadata"]["ownerReferences"] = service::owner(set);
        Ok(service)
    }

    async fn create(
        &self,
        cluster: &Cluster,
        ui: &mut Ui,
        namespace: &str,
        mut service: Value,
        dry_run: DryRun,
    ) -> Result<Value, Error> {
        if dry_run == DryRun::Client {
            return Ok(service);
        }
        if self.save_config {
            last_applied::save_typed(&mut service);
        }
        let call = dry_run.mark(Call::new(Method::POST, resource_paths::services(namespace)?));
        let call = call.query("fieldManager", &*self.field_manager);
        Ok(cluster.json(ui, call.body("application/json", service.to_string().into_bytes())).await?)
    }
}
