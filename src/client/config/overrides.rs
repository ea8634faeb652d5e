//! The flags laid over a kubeconfig, and client-go's checks of the result (`clientcmd`'s `DirectClientConfig`).

use super::{Overrides, non_empty, proxy, server};
use crate::client::Error;
use crate::client::auth::auth_provider;
use crate::client::auth::service_account::{self, ServiceAccount};
use crate::text::go::os_error;
use kube::config::{
    AuthInfo, Cluster, Context, ExecConfig, KubeConfigOptions, Kubeconfig, NamedAuthInfo, NamedCluster, NamedContext,
};
use secrecy::{ExposeSecret as _, SecretString};
use std::collections::HashMap;
use std::path::Path;

/// The name of what the flags make of the chosen context, cluster and user. No kubeconfig can hold it.
const EFFECTIVE: &str = "\u{0}";

/// The versions of an ExecCredential; only the second one makes its user say whether the plugin may ask questions.
const EXEC_BETA: &str = "client.authentication.k8s.io/v1beta1";
const EXEC_V1: &str = "client.authentication.k8s.io/v1";

/// Where there is no server at all: kubectl's `KUBERNETES_MASTER`, or its default.
const DEFAULT_SERVER: &str = "http://localhost:8080";

/// What a command is about besides flags and kubeconfig.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// Of the pod that we run in, if we do.
    pub(super) account: Option<ServiceAccount>,
    /// The server to ask where nothing else names one.
    pub(super) server: String,
}

impl Surroundings {
    /// Those of this process.
    pub(super) fn here() -> Self {
        let account = ServiceAccount::find(Path::new(service_account::FOLDER), super::variable);
        let server = super::variable("KUBERNETES_MASTER").filter(|server| !server.is_empty());
        Self { account, server: server.unwrap_or_else(|| DEFAULT_SERVER.to_owned()) }
    }
}

/// Lays the flags over the kubeconfig. The result is to be handed to kube with [`options`].
///
/// Where neither names a server and we run in a pod, the pod's cluster and service account are taken, and the flags are
/// laid over those. client-go knows no flags there but `--server`, `--token` and `--certificate-authority`: with others it
/// asks localhost (`--as`, `--request-timeout`) or acts with the pod's own rights all the same (`--client-certificate`,
/// `--insecure-skip-tls-verify`). Here each flag means in a pod what it means elsewhere.
///
/// # Errors
/// [`Error::InvalidConfig`] and [`Error::Input`] for what kubectl refuses before it sends anything.
pub(super) fn apply(
    mut kubeconfig: Kubeconfig,
    flags: &Overrides,
    surroundings: &Surroundings,
) -> Result<Kubeconfig, Error> {
    let mut context = context(&kubeconfig, flags)?;
    let cluster_name = non_empty(flags.cluster.as_deref()).unwrap_or_else(|| context.cluster.clone());
    let cluster = match find_cluster(&kubeconfig, &cluster_name) {
        Some(cluster) => cluster,
        None if non_empty(flags.cluster.as_deref()).is_some() => {
            return Err(Error::input(format!("no server found for cluster {cluster_name:?}")));
        }
        None => Cluster::default(),
    };
    let user_name = user_name(&context, flags);
    let user = match find_user(&kubeconfig, &user_name) {
        Some(user) => user,
        None if non_empty(flags.user.as_deref()).is_some() => {
            return Err(Error::input(format!("auth info {user_name:?} does not exist")));
        }
        None => AuthInfo::default(),
    };
    let (mut cluster, mut user) = (with_cluster_flags(given(cluster), flags), without_empty(user));
    let account = surroundings.account.as_ref();
    if cluster.server.as_deref().unwrap_or_default().is_empty() {
        match account {
            Some(account) => {
                cluster = with_cluster_flags(account.cluster(), flags);
                user = if is_somebody_else(flags) { user_of_flags(user, flags) } else { account.user() };
            }
            None => cluster.server = Some(surroundings.server.clone()),
        }
    }
    // Whatever cluster it talks to, a pod is where its files say.
    let namespace = non_empty(context.namespace.as_deref());
    context.namespace = namespace.or_else(|| account.map(|account| account.namespace.to_string()));
    let mut user = with_user_flags(user, flags);
    if !has_certificate(&user) {
        // A key without a certificate is no means of authentication, and is not even looked at.
        (user.client_key, user.client_key_data) = (None, None);
    }
    check(&cluster, &cluster_name, &user, &user_name)?;
    let server = server::complete(cluster.server.as_deref().unwrap_or_default())?;
    let is_plain = server.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
    let (server, named) = server::without_user(&server);
    cluster.server = Some(server);
    let mut user = if is_plain { anonymous(user) } else { auth_provider::resolve(user, jiff::Timestamp::now())? };
    if let Some((name, password)) = named {
        // As in Go's HTTP client, whoever stands in the address counts more than anybody else.
        user = AuthInfo { username: Some(name), password: Some(password.into()), ..anonymous(user) };
    }
    if user.username.is_some() && user.password.is_none() {
        // kube would send neither.
        user.password = Some(SecretString::default());
    }
    kubeconfig.clusters.push(NamedCluster {
        name: EFFECTIVE.into(),
        cluster: Some(cluster),
        ..NamedCluster::default()
    });
    kubeconfig.auth_infos.push(NamedAuthInfo {
        name: EFFECTIVE.into(),
        auth_info: Some(user),
        ..NamedAuthInfo::default()
    });
    let context = Context { cluster: EFFECTIVE.into(), user: Some(EFFECTIVE.into()), ..context };
    kubeconfig.contexts.push(NamedContext {
        name: EFFECTIVE.into(),
        context: Some(context),
        ..NamedContext::default()
    });
    Ok(kubeconfig)
}

/// Whether the flags name somebody: the pod's own token is of no use then.
fn is_somebody_else(flags: &Overrides) -> bool {
    let means = [&flags.user, &flags.token, &flags.username, &flags.password, &flags.client_certificate];
    means.into_iter().any(|flag| non_empty(flag.as_deref()).is_some())
}

/// The kubeconfig's user, where it was asked for by name: whom a context names belongs to another cluster.
fn user_of_flags(user: AuthInfo, flags: &Overrides) -> AuthInfo {
    if non_empty(flags.user.as_deref()).is_some() { user } else { AuthInfo::default() }
}

/// The user without credentials: client-go sends none over plain HTTP, but does say who is to be impersonated.
fn anonymous(user: AuthInfo) -> AuthInfo {
    AuthInfo {
        impersonate: user.impersonate,
        impersonate_uid: user.impersonate_uid,
        impersonate_groups: user.impersonate_groups,
        impersonate_user_extra: user.impersonate_user_extra,
        ..AuthInfo::default()
    }
}

/// Chooses what the flags made of the kubeconfig.
pub(super) fn options() -> KubeConfigOptions {
    KubeConfigOptions { context: Some(EFFECTIVE.into()), ..KubeConfigOptions::default() }
}

/// The chosen context alone as a kubeconfig of its own, in JSON, with its credentials. `name` is what the context is
/// called there.
pub(super) fn standalone(
    kubeconfig: Kubeconfig,
    flags: &Overrides,
    surroundings: &Surroundings,
    name: &str,
) -> Result<String, Error> {
    let mut kubeconfig = apply(kubeconfig, flags, surroundings)?;
    kubeconfig.clusters.retain(|cluster| cluster.name == EFFECTIVE);
    kubeconfig.auth_infos.retain(|user| user.name == EFFECTIVE);
    kubeconfig.contexts.retain(|context| context.name == EFFECTIVE);
    for named in &mut kubeconfig.clusters {
        name.clone_into(&mut named.name);
        if let Some(cluster) = &mut named.cluster {
            absolute(&mut cluster.certificate_authority);
        }
    }
    for named in &mut kubeconfig.auth_infos {
        name.clone_into(&mut named.name);
        if let Some(user) = &mut named.auth_info {
            for path in [&mut user.client_certificate, &mut user.client_key, &mut user.token_file] {
                absolute(path);
            }
        }
    }
    for named in &mut kubeconfig.contexts {
        name.clone_into(&mut named.name);
        if let Some(context) = &mut named.context {
            name.clone_into(&mut context.cluster);
            context.user = Some(name.to_owned());
            context.namespace = non_empty(flags.namespace.as_deref()).or(context.namespace.take());
        }
    }
    kubeconfig.current_context = Some(name.to_owned());
    kubeconfig.api_version = Some("v1".to_owned());
    kubeconfig.kind = Some("Config".to_owned());
    serde_json::to_string(&kubeconfig).map_err(Error::config)
}

/// Paths in a kubeconfig count from its own folder, those of flags from where we are.
fn absolute(path: &mut Option<String>) {
    if let Some(found) = path.as_deref().filter(|path| !path.is_empty())
        && let Some(whole) = std::path::absolute(found).ok().and_then(|whole| whole.into_os_string().into_string().ok())
    {
        *path = Some(whole);
    }
}

/// The cluster that the flags made of the kubeconfig.
pub(super) fn effective(kubeconfig: &Kubeconfig) -> Cluster {
    find_cluster(kubeconfig, EFFECTIVE).unwrap_or_default()
}

fn context(kubeconfig: &Kubeconfig, flags: &Overrides) -> Result<Context, Error> {
    let chosen = non_empty(flags.context.as_deref());
    let Some(name) = chosen.or_else(|| non_empty(kubeconfig.current_context.as_deref())) else {
        return Ok(Context::default());
    };
    let found = kubeconfig.contexts.iter().find(|context| context.name == name);
    match found {
        Some(found) => Ok(found.context.clone().unwrap_or_default()),
        None => Err(Error::InvalidConfig(vec![format!("context was not found for specified context: {name}")])),
    }
}

fn user_name(context: &Context, flags: &Overrides) -> String {
    non_empty(flags.user.as_deref()).or_else(|| context.user.clone()).unwrap_or_default()
}

fn find_cluster(kubeconfig: &Kubeconfig, name: &str) -> Option<Cluster> {
    kubeconfig
        .clusters
        .iter()
        .find(|cluster| cluster.name == name)
        .map(|found| found.cluster.clone().unwrap_or_default())
}

fn find_user(kubeconfig: &Kubeconfig, name: &str) -> Option<AuthInfo> {
    kubeconfig.auth_infos.iter().find(|user| user.name == name).map(|found| found.auth_info.clone().unwrap_or_default())
}

fn with_cluster_flags(mut cluster: Cluster, flags: &Overrides) -> Cluster {
    let server = non_empty(flags.server.as_deref());
    let tls_server_name = non_empty(flags.tls_server_name.as_deref());
    if server.is_some() || tls_server_name.is_some() {
        cluster.tls_server_name = tls_server_name;
    }
    if let Some(server) = server {
        cluster.server = Some(server);
    }
    if let Some(proxy) = non_empty(flags.proxy_url.as_deref()) {
        cluster.proxy_url = Some(proxy);
    }
    let authority = non_empty(flags.certificate_authority.as_deref());
    if authority.is_some() || flags.insecure_skip_tls_verify.is_some() {
        // Either flag replaces everything that the file says about trust.
        cluster.insecure_skip_tls_verify = flags.insecure_skip_tls_verify;
        cluster.certificate_authority_data = None;
        cluster.certificate_authority = authority;
    }
    cluster
}

/// What is empty is not given, as always in Go.
fn given(cluster: Cluster) -> Cluster {
    Cluster {
        tls_server_name: non_empty(cluster.tls_server_name.as_deref()),
        proxy_url: non_empty(cluster.proxy_url.as_deref()),
        certificate_authority: non_empty(cluster.certificate_authority.as_deref()),
        certificate_authority_data: non_empty(cluster.certificate_authority_data.as_deref()),
        ..cluster
    }
}

/// What is empty is not given, as always in Go.
fn without_empty(user: AuthInfo) -> AuthInfo {
    let given = |secret: &SecretString| !secret.expose_secret().is_empty();
    AuthInfo {
        username: non_empty(user.username.as_deref()),
        password: user.password.filter(given),
        token: user.token.filter(given),
        token_file: non_empty(user.token_file.as_deref()),
        client_certificate: non_empty(user.client_certificate.as_deref()),
        client_certificate_data: non_empty(user.client_certificate_data.as_deref()),
        client_key: non_empty(user.client_key.as_deref()),
        client_key_data: user.client_key_data.filter(given),
        impersonate: non_empty(user.impersonate.as_deref()),
        impersonate_uid: non_empty(user.impersonate_uid.as_deref()),
        ..user
    }
}

fn with_user_flags(mut user: AuthInfo, flags: &Overrides) -> AuthInfo {
    if let Some(token) = non_empty(flags.token.as_deref()) {
        user = AuthInfo { token: Some(token.into()), token_file: None, exec: None, auth_provider: None, ..user };
    }
    if let Some(name) = non_empty(flags.username.as_deref()) {
        user.username = Some(name);
    }
    if let Some(password) = non_empty(flags.password.as_deref()) {
        user.password = Some(password.into());
    }
    if let Some(path) = non_empty(flags.client_certificate.as_deref()) {
        user.client_certificate = Some(path);
        user.client_certificate_data = None;
    }
    if let Some(path) = non_empty(flags.client_key.as_deref()) {
        user.client_key = Some(path);
        user.client_key_data = None;
    }
    if let Some(name) = non_empty(flags.impersonate.as_deref()) {
        user.impersonate = Some(name);
    }
    if let Some(uid) = non_empty(flags.as_uid.as_deref()) {
        user.impersonate_uid = Some(uid);
    }
    if !flags.as_group.is_empty() {
        user.impersonate_groups = Some(flags.as_group.clone());
    }
    if !flags.as_user_extra.is_empty() {
        let mut extra: HashMap<String, Vec<String>> = HashMap::new();
        for (key, value) in flags.as_user_extra.iter().filter_map(|pair| pair.split_once('=')) {
            extra.entry(key.to_owned()).or_default().push(value.to_owned());
        }
        user.impersonate_user_extra = Some(extra);
    }
    user
}

fn check(cluster: &Cluster, cluster_name: &str, user: &AuthInfo, user_name: &str) -> Result<(), Error> {
    let mut faults = Vec::new();
    if let Some(url) = non_empty(cluster.proxy_url.as_deref())
        && let Err(fault) = proxy::parse(&url)
    {
        faults.push(format!("invalid 'proxy-url' {url:?} for cluster {cluster_name:?}: {fault}"));
    }
    if let Some(path) = non_empty(cluster.certificate_authority.as_deref())
        && cluster.certificate_authority_data.is_none()
    {
        unreadable(&mut faults, "certificate-authority", &path, cluster_name);
    }
    let mut methods = Vec::new();
    if user.token.is_some() {
        methods.push("token");
    }
    if user.username.is_some() || user.password.is_some() {
        methods.push("basicAuth");
    }
    if has_certificate(user) {
        let key = non_empty(user.client_key.as_deref());
        if key.is_none() && user.client_key_data.is_none() {
            faults.push(format!(
                "client-key-data or client-key must be specified for {user_name} to use the clientCert authentication \
                 method."
            ));
        }
        if let Some(path) = non_empty(user.client_certificate.as_deref()) {
            unreadable(&mut faults, "client-cert", &path, user_name);
        }
        if let Some(path) = key {
            unreadable(&mut faults, "client-key", &path, user_name);
        }
    }
    faults.extend(user.exec.iter().flat_map(|exec| plugin(exec, user_name)));
    if methods.len() > 1 {
        let found = methods.join(" ");
        faults.push(format!(
            "more than one authentication method found for {user_name}; found [{found}], only one is allowed"
        ));
    }
    let details = user.impersonate_uid.is_some()
        || user.impersonate_groups.as_ref().is_some_and(|groups| !groups.is_empty())
        || user.impersonate_user_extra.as_ref().is_some_and(|extra| !extra.is_empty());
    if details && user.impersonate.as_deref().unwrap_or_default().is_empty() {
        faults.push(format!("requesting uid, groups or user-extra for {user_name} without impersonating a user"));
    }
    match faults.as_slice() {
        [] => known_version(user).and_then(|()| token_file(user)),
        [only] => Err(Error::input(only.as_str())),
        _ => Err(Error::InvalidConfig(faults)),
    }
}

/// What client-go's `validateAuthInfo` finds in an exec plugin.
fn plugin(exec: &ExecConfig, user_name: &str) -> Vec<String> {
    let missing = |text: &Option<String>| text.as_deref().unwrap_or_default().is_empty();
    let unnamed = exec.env.iter().flatten().any(|variable| variable.get("name").is_none_or(String::is_empty));
    let mode = exec.interactive_mode.is_none() && exec.api_version.as_deref() != Some(EXEC_BETA);
    let wanted = [
        (missing(&exec.command), "command"),
        (missing(&exec.api_version), "apiVersion"),
        (unnamed, "env variable name"),
        (mode, "interactiveMode"),
    ];
    let faults = wanted.into_iter().filter(|(is_missing, _)| *is_missing);
    faults
        .map(|(_, what)| format!("{what} must be specified for {user_name} to use exec authentication plugin"))
        .collect()
}

fn known_version(user: &AuthInfo) -> Result<(), Error> {
    match user.exec.as_ref().and_then(|exec| exec.api_version.as_deref()) {
        Some(EXEC_BETA | EXEC_V1) | None => Ok(()),
        Some(other) => Err(Error::input(format!("exec plugin: invalid apiVersion {other:?}"))),
    }
}

fn has_certificate(user: &AuthInfo) -> bool {
    user.client_certificate_data.is_some() || non_empty(user.client_certificate.as_deref()).is_some()
}

fn token_file(user: &AuthInfo) -> Result<(), Error> {
    let Some(path) = user.token_file.as_deref().filter(|path| !path.is_empty() && user.token.is_none()) else {
        return Ok(());
    };
    match std::fs::File::open(path) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::input(format!("open {path}: {}", os_error(&error)))),
    }
}

fn unreadable(faults: &mut Vec<String>, what: &str, path: &str, owner: &str) {
    if let Err(error) = std::fs::File::open(path) {
        faults.push(format!("unable to read {what} {path} for {owner} due to open {path}: {}", os_error(&error)));
    }
}

#[cfg(test)]
mod tests;
