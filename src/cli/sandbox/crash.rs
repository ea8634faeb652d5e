//! `kubectl vmirs sandbox crash`: makes a simulated VMI fail.

use crate::api::{GROUP, vmi};
use crate::cli::completion::Completer;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::client::Call;
use crate::client::resource_paths;
use crate::simulator::fault_injection;
use http::Method;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Make a simulated VMI crash, to see how its set recovers
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The VMI: NAME or vmi/NAME
    #[arg(value_name = "VMI", add = Completer::Vmis)]
    name: String,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let cluster = context.connection.cluster().await?;
        let path = resource_paths::vmis(&cluster.namespace)?.of(vmi(&self.name)?)?;
        let patch = json!({"metadata": {"annotations": {fault_injection::CRASH: "now"}}});
        let call = Call::new(Method::PATCH, path).body("application/merge-patch+json", patch.to_string().into_bytes());
        let _: Value = cluster.json(&mut context.ui, call).await?;
        context.ui.line(&format!("{}.{GROUP}/{} crashed", vmi::SINGULAR, vmi(&self.name)?))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The name in `NAME`, `vmi/NAME` and `virtualmachineinstance.kubevirt.io/NAME`.
fn vmi(word: &str) -> Result<&str, Error> {
    let Some((kind, name)) = word.split_once('/') else { return Ok(word) };
    let kind = kind.strip_suffix(&format!(".{GROUP}")).unwrap_or(kind);
    if ["vmi", "vmis", vmi::SINGULAR, vmi::PLURAL].contains(&kind) {
        return Ok(name);
    }
    Err(Error::plain(format!("{word:?} is not a VirtualMachineInstance")).hint("Name a VMI as NAME or vmi/NAME."))
}

#[cfg(test)]
mod tests {
    use super::vmi;

    #[test]
    fn a_vmi_is_named_as_get_prints_it() {
        for word in ["a", "vmi/a", "vmis/a", "virtualmachineinstance.kubevirt.io/a", "virtualmachineinstances/a"] {
            assert_eq!(vmi(word).unwrap(), "a", "{word}");
        }
        assert_eq!(vmi("pod/a").unwrap_err().to_string(), "\"pod/a\" is not a VirtualMachineInstance");
    }
}
