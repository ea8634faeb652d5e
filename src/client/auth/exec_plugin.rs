//! Exec credential plugins, by the rules of client-go's `plugin/pkg/client/auth/exec`.

use crate::text::decoding;
use jiff::Timestamp;
use kube::config::{ExecAuthCluster, ExecConfig, ExecInteractiveMode};
use serde::{Deserialize, Serialize};
use std::io::{ErrorKind, IsTerminal};
use std::process::{Command, Stdio};

const MANUAL: &str = "It looks like you are trying to use a client-go credential plugin that is not installed.\n\n\
    To learn more about this feature, consult the documentation available at:\n      \
    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins";

/// What a plugin gave.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credential {
    /// For `Authorization: Bearer`.
    pub(super) token: Option<String>,
    /// Certificates and key, both PEM.
    pub(super) identity: Option<(String, String)>,
    /// When the plugin has to be asked again; `None`: never.
    pub(super) expires: Option<Timestamp>,
}

/// What a plugin is told, in the order in which client-go writes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Asked<'a> {
    kind: &'static str,
    api_version: &'a str,
    spec: Spec<'a>,
}

#[derive(Serialize)]
struct Spec<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<&'a ExecAuthCluster>,
    interactive: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    api_version: String,
    status: Option<Status>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    expiration_timestamp: Option<Timestamp>,
    token: String,
    client_certificate_data: String,
    client_key_data: String,
}

/// Runs the plugin and waits for its end; what it writes to stderr is the user's to see, unless `quiet`.
///
/// # Errors
/// What went wrong, in client-go's words.
pub(super) fn run(plugin: &ExecConfig, quiet: bool) -> Result<Credential, String> {
    let name = plugin.command.as_deref().unwrap_or_default();
    let api_version = plugin.api_version.as_deref().unwrap_or_default();
    let interactive = is_interactive(plugin.interactive_mode.as_ref(), std::io::stdin().is_terminal())?;
    let mut command = Command::new(name);
    command.args(plugin.args.iter().flatten()).stderr(if quiet { Stdio::null() } else { Stdio::inherit() });
    command.stdin(if interactive { Stdio::inherit() } else { Stdio::null() });
    for variable in plugin.env.iter().flatten() {
        if let (Some(name), Some(value)) = (variable.get("name"), variable.get("value")) {
            command.env(name, value);
        }
    }
    let cluster = plugin.cluster.as_ref().filter(|_| plugin.provide_cluster_info);
    let asked = Asked { kind: "ExecCredential", api_version, spec: Spec { cluster, interactive } };
    let asked = serde_json::to_string(&asked).map_err(|fault| format!("encode ExecCredentials: {fault}"))?;
    let ended = command.env("KUBERNETES_EXEC_INFO", asked).output();
    let ended = ended.map_err(|error| not_started(name, plugin.install_hint.as_deref(), &error))?;
    if !ended.status.success() {
        let code = ended.status.code().unwrap_or(-1);
        return Err(format!("exec: executable {name} failed with exit code {code}"));
    }
    decode(&ended.stdout, api_version)
}

fn not_started(name: &str, hint: Option<&str>, error: &std::io::Error) -> String {
    let why = match error.kind() {
        ErrorKind::NotFound => "no such file or directory",
        ErrorKind::PermissionDenied => "permission denied",
        _ => return format!("exec: fork/exec {name}: {error}"),
    };
    if name.contains(std::path::MAIN_SEPARATOR) {
        return format!("exec: fork/exec {name}: {why}");
    }
    let hint = hint.filter(|hint| !hint.is_empty()).map(|hint| format!("\n\n{hint}")).unwrap_or_default();
    format!("exec: executable {name} not found\n\n{MANUAL}{hint}")
}

/// Whether the plugin may talk to the user. v1beta1, which does not make anybody say, means `IfAvailable`.
fn is_interactive(mode: Option<&ExecInteractiveMode>, at_terminal: bool) -> Result<bool, String> {
    match mode {
        Some(ExecInteractiveMode::Never) => Ok(false),
        Some(ExecInteractiveMode::IfAvailable) | None => Ok(at_terminal),
        Some(ExecInteractiveMode::Always) if at_terminal => Ok(true),
        Some(ExecInteractiveMode::Always) => {
            Err("exec plugin cannot support interactive mode: standard input is not a terminal".to_owned())
        }
    }
}

fn decode(stdout: &[u8], api_version: &str) -> Result<Credential, String> {
    let answer: Answer = serde_json::from_slice(stdout)
        .map_err(|fault| decoding::cause(&fault))
        .map_err(|fault| format!("decoding stdout: couldn't get version/kind; json parse error: {fault}"))?;
    if answer.api_version != api_version {
        let returned = answer.api_version;
        return Err(format!(
            "exec plugin is configured to use API version {api_version}, plugin returned version {returned}"
        ));
    }
    let Some(status) = answer.status else { return Err("exec plugin didn't return a status field".to_owned()) };
    let identity = match (status.client_certificate_data.is_empty(), status.client_key_data.is_empty()) {
        (true, true) => None,
        (false, false) => Some((status.client_certificate_data, status.client_key_data)),
        _ => return Err("exec plugin returned only certificate or key, not both".to_owned()),
    };
    let token = Some(status.token).filter(|token| !token.is_empty());
    if token.is_none() && identity.is_none() {
        return Err("exec plugin didn't return a token or cert/key pair".to_owned());
    }
    Ok(Credential { token, identity, expires: status.expiration_timestamp })
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1: &str = "client.authentication.k8s.io/v1";

    fn answer(status: &str) -> Result<Credential, String> {
        decode(format!(r#"{{"apiVersion": "{V1}", "kind": "ExecCredential", "status": {status}}}"#).as_bytes(), V1)
    }

    #[test]
    fn a_credential_is_a_token_or_a_pair() {
        let token = answer(r#"{"token": "t", "expirationTimestamp": "2026-01-02T03:04:05Z"}"#).ok().unwrap();
        assert_eq!(token.token.as_deref(), Some("t"));
        assert_eq!(token.expires, Some("2026-01-02T03:04:05Z".parse().unwrap()));
        let pair = answer(r#"{"clientCertificateData": "c", "clientKeyData": "k"}"#).ok().unwrap();
        assert_eq!((pair.token, pair.identity), (None, Some(("c".into(), "k".into()))));
        for (status, why) in [
            ("{}", "exec plugin didn't return a token or cert/key pair"),
            ("null", "exec plugin didn't return a status field"),
            (r#"{"clientKeyData": "k"}"#, "exec plugin returned only certificate or key, not both"),
        ] {
            assert_eq!(answer(status).err().as_deref(), Some(why));
        }
    }

    #[test]
    fn a_plugin_that_needs_a_terminal_says_so_without_one() {
        assert_eq!(is_interactive(None, true), Ok(true));
        assert_eq!(is_interactive(Some(&ExecInteractiveMode::IfAvailable), false), Ok(false));
        assert_eq!(is_interactive(Some(&ExecInteractiveMode::Never), true), Ok(false));
        assert!(is_interactive(Some(&ExecInteractiveMode::Always), false).is_err());
    }
}
