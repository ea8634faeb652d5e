use super::*;

fn kubeconfig() -> Kubeconfig {
    let text = r#"{"apiVersion": "v1", "kind": "Config", "current-context": "x",
        "clusters": [{"name": "c", "cluster": {"server": "https://c:1", "tls-server-name": "old", "certificate-authority-data": "YWJj"}}],
        "users": [{"name": "u", "user": {"username": "a", "password": "b"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}, {"name": "lost", "context": {"cluster": "none", "user": "none"}}]}"#;
    Kubeconfig::from_yaml(text).unwrap()
}

/// Not in a pod.
fn outside() -> Surroundings {
    Surroundings { account: None, server: DEFAULT_SERVER.to_owned() }
}

fn outcome(flags: &Overrides) -> Result<Kubeconfig, Error> {
    apply(kubeconfig(), flags, &outside())
}

fn effective(flags: &Overrides) -> (Cluster, AuthInfo) {
    parts(&outcome(flags).unwrap())
}

fn parts(kubeconfig: &Kubeconfig) -> (Cluster, AuthInfo) {
    (super::effective(kubeconfig), find_user(kubeconfig, EFFECTIVE).unwrap())
}

fn refusal(flags: &Overrides) -> String {
    outcome(flags).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_found_is_refused_when_it_was_asked_for() {
    let flags = |context: &str, cluster: &str, user: &str| Overrides {
        context: Some(context.into()),
        cluster: Some(cluster.into()),
        user: Some(user.into()),
        ..Overrides::default()
    };
    assert_eq!(refusal(&flags("nope", "", "")), "context was not found for specified context: nope");
    assert_eq!(refusal(&flags("", "nope", "")), "no server found for cluster \"nope\"");
    assert_eq!(refusal(&flags("", "", "nope")), "auth info \"nope\" does not exist");
    let (lost, _) = effective(&flags("lost", "", ""));
    assert_eq!(lost.server.as_deref(), Some(DEFAULT_SERVER));
}

#[test]
fn what_is_empty_is_not_given() {
    let text = r#"{"apiVersion": "v1", "kind": "Config", "current-context": "x",
        "clusters": [{"name": "c", "cluster": {"server": "https://c:1", "insecure-skip-tls-verify": true,
            "tls-server-name": "", "proxy-url": "", "certificate-authority": "", "certificate-authority-data": ""}}],
        "users": [{"name": "u", "user": {"token": "t", "tokenFile": "", "username": "", "password": "", "as": "", "as-uid": "",
            "client-certificate": "", "client-certificate-data": "", "client-key": "", "client-key-data": ""}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u", "namespace": ""}}]}"#;
    let kubeconfig = apply(Kubeconfig::from_yaml(text).unwrap(), &Overrides::default(), &outside()).unwrap();
    let (cluster, user) = parts(&kubeconfig);
    let expected = serde_json::json!({"server": "https://c:1", "insecure-skip-tls-verify": true});
    assert_eq!(serde_json::to_value(cluster).unwrap(), expected);
    assert_eq!(serde_json::to_value(user).unwrap(), serde_json::json!({"token": "t"}));
    assert_eq!(namespace(&kubeconfig), "");
}

#[test]
fn a_server_flag_forgets_the_tls_server_name_and_defaults_to_http() {
    let flags = Overrides { server: Some("host:1".into()), ..Overrides::default() };
    let (cluster, _) = effective(&flags);
    assert_eq!(cluster.server.as_deref(), Some("http://host:1"));
    assert_eq!(cluster.tls_server_name, None);
    assert!(cluster.certificate_authority_data.is_some());
}

#[test]
fn a_trust_flag_replaces_what_the_file_trusts() {
    let flags = Overrides { insecure_skip_tls_verify: Some(true), ..Overrides::default() };
    let (cluster, _) = effective(&flags);
    assert_eq!(cluster.insecure_skip_tls_verify, Some(true));
    assert_eq!(cluster.certificate_authority_data, None);
}

#[test]
fn a_standalone_kubeconfig_holds_the_chosen_context_and_no_other() {
    let flags = Overrides {
        namespace: Some("here".into()),
        client_certificate: Some("Cargo.toml".into()),
        client_key: Some("Cargo.toml".into()),
        ..Overrides::default()
    };
    let text = standalone(kubeconfig(), &flags, &outside(), "attached").unwrap();
    let again = Kubeconfig::from_yaml(&text).unwrap();
    let context = again.contexts[0].context.clone().unwrap();
    assert_eq!(again.current_context.as_deref(), Some("attached"));
    assert_eq!((again.clusters.len(), again.auth_infos.len(), again.contexts.len()), (1, 1, 1));
    assert_eq!((context.cluster.as_str(), context.namespace.as_deref()), ("attached", Some("here")));
    let user = find_user(&again, "attached").unwrap();
    assert!(std::path::Path::new(&user.client_certificate.unwrap()).is_absolute());
}

#[test]
fn contradictions_are_refused_in_kubectls_words() {
    let token = Overrides { token: Some("t".into()), ..Overrides::default() };
    assert_eq!(
        refusal(&token),
        "more than one authentication method found for u; found [token basicAuth], only one is allowed"
    );
    let group = Overrides { as_group: vec!["g".into()], ..Overrides::default() };
    assert_eq!(refusal(&group), "requesting uid, groups or user-extra for u without impersonating a user");
    let files = Overrides {
        client_certificate: Some("/nope".into()),
        client_key: Some("/nokey".into()),
        ..Overrides::default()
    };
    assert!(matches!(outcome(&files), Err(Error::InvalidConfig(faults)) if faults.len() == 2));
}

#[test]
fn impersonation_flags_reach_the_user() {
    let flags = Overrides {
        impersonate: Some("jane".into()),
        as_group: vec!["a,b".into(), "c".into()],
        as_user_extra: vec!["k=1".into(), "k=2".into(), "ignored".into()],
        ..Overrides::default()
    };
    let (_, user) = effective(&flags);
    assert_eq!(user.impersonate.as_deref(), Some("jane"));
    assert_eq!(user.impersonate_groups, Some(vec!["a,b".into(), "c".into()]));
    assert_eq!(user.impersonate_user_extra.unwrap()["k"], ["1", "2"]);
}

/// In a pod.
fn inside(folder: &Path) -> Surroundings {
    std::fs::write(folder.join("token"), "t").unwrap();
    std::fs::write(folder.join("ca.crt"), "").unwrap();
    std::fs::write(folder.join("namespace"), "pods-own").unwrap();
    let variable = |name: &str| match name {
        "KUBERNETES_SERVICE_HOST" => Some("10.0.0.1".to_owned()),
        "KUBERNETES_SERVICE_PORT" => Some("443".to_owned()),
        _ => None,
    };
    Surroundings { account: ServiceAccount::find(folder, variable), ..outside() }
}

fn namespace(kubeconfig: &Kubeconfig) -> String {
    let context = kubeconfig.contexts.iter().find(|context| context.name == EFFECTIVE).unwrap();
    context.context.clone().unwrap().namespace.unwrap_or_default()
}

#[test]
fn a_pod_obeys_the_flags() {
    let folder = tempfile::tempdir().unwrap();
    let surroundings = inside(folder.path());
    let with = |flags: &Overrides| apply(Kubeconfig::default(), flags, &surroundings).unwrap();
    let none = with(&Overrides::default());
    let (cluster, user) = parts(&none);
    assert_eq!(cluster.server.as_deref(), Some("https://10.0.0.1:443"));
    assert!(cluster.certificate_authority.is_some() && user.token_file.is_some());
    assert_eq!(namespace(&none), "pods-own");

    let given = Some("Cargo.toml".to_owned());
    let (cluster, user) = parts(&with(&Overrides {
        impersonate: Some("jane".into()),
        certificate_authority: given.clone(),
        tls_server_name: Some("other".into()),
        proxy_url: Some("http://p:1".into()),
        ..Overrides::default()
    }));
    assert_eq!((user.impersonate.as_deref(), user.token_file.is_some()), (Some("jane"), true));
    assert_eq!((&cluster.certificate_authority, cluster.tls_server_name.as_deref()), (&given, Some("other")));
    assert_eq!(cluster.proxy_url.as_deref(), Some("http://p:1"));
    let (cluster, _) = parts(&with(&Overrides { insecure_skip_tls_verify: Some(true), ..Overrides::default() }));
    assert_eq!((cluster.insecure_skip_tls_verify, cluster.certificate_authority), (Some(true), None));

    // Who names somebody else does not act as the pod.
    for flags in [
        Overrides { token: Some("other".into()), ..Overrides::default() },
        Overrides { username: Some("other".into()), ..Overrides::default() },
        Overrides { client_certificate: given.clone(), client_key: given, ..Overrides::default() },
    ] {
        assert_eq!(parts(&with(&flags)).1.token_file, None, "{flags:?}");
    }
    // Nor does the pod's token go to a server that somebody named.
    let (_, user) = parts(&with(&Overrides { server: Some("https://other".into()), ..Overrides::default() }));
    assert_eq!(user.token_file, None);
}

#[test]
fn in_a_pod_a_kubeconfig_counts_more() {
    let folder = tempfile::tempdir().unwrap();
    let surroundings = inside(folder.path());
    let flags = |context: &str, user: &str| Overrides {
        context: Some(context.into()),
        user: Some(user.into()),
        ..Overrides::default()
    };
    let named = apply(kubeconfig(), &flags("x", ""), &surroundings).unwrap();
    let (cluster, user) = parts(&named);
    assert_eq!((cluster.server.as_deref(), user.username.as_deref()), (Some("https://c:1"), Some("a")));
    // As kubectl has it: the context names no namespace, and the pod is in one.
    assert_eq!(namespace(&named), "pods-own");
    // A context without a cluster: its user is somebody of that other cluster, unless asked for by name.
    let (cluster, user) = parts(&apply(kubeconfig(), &flags("lost", ""), &surroundings).unwrap());
    assert_eq!((cluster.server.as_deref(), user.username), (Some("https://10.0.0.1:443"), None));
    let (_, user) = parts(&apply(kubeconfig(), &flags("lost", "u"), &surroundings).unwrap());
    assert_eq!((user.username.as_deref(), user.token_file), (Some("a"), None));
}

#[test]
fn who_stands_in_the_servers_address_is_who_we_are() {
    let flags =
        Overrides { server: Some("https://me:secret@c:1".into()), token: Some("t".into()), ..Overrides::default() };
    let named = apply(Kubeconfig::default(), &flags, &outside()).unwrap();
    let (cluster, user) = parts(&named);
    assert_eq!(cluster.server.as_deref(), Some("https://c:1"));
    assert_eq!(serde_json::to_value(user).unwrap(), serde_json::json!({"username": "me", "password": "secret"}));
}

#[test]
fn over_plain_http_nothing_is_said_but_who_is_impersonated() {
    let flags = Overrides {
        server: Some("http://127.0.0.1:1".into()),
        impersonate: Some("jane".into()),
        ..Overrides::default()
    };
    let (_, user) = effective(&flags);
    assert_eq!((user.username, user.impersonate.as_deref()), (None, Some("jane")));
}
