//! `kubectl vmirs sandbox crash`: makes a simulated machine fail.

use crate::api::{API_VERSION, vmi};
use crate::cli::Context;
use crate::cli::cluster::{Call, percent_encode};
use crate::cli::error::Error;
use crate::sandbox::machines::wish;
use http::Method;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Make a simulated virtual machine crash, to see what becomes of its set
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The VirtualMachineInstance's name
    #[arg(value_name = "VMI")]
    name: String,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let cluster = context.connection.cluster().await?;
        let (namespace, name) = (percent_encode(&cluster.namespace), percent_encode(&self.name));
        let path = format!("/apis/{API_VERSION}/namespaces/{namespace}/{}/{name}", vmi::PLURAL);
        let patch = json!({"metadata": {"annotations": {wish::CRASH: "now"}}});
        let call = Call::new(Method::PATCH, path).body("application/merge-patch+json", patch.to_string().into_bytes());
        let _: Value = cluster.json(&mut context.out, call).await?;
        context.out.line(&format!("{}.{}/{} crashed", vmi::SINGULAR, crate::api::GROUP, self.name))?;
        Ok(ExitCode::SUCCESS)
    }
}
