//! Tab, in real shells and by kubectl's own protocol.

use crate::support::{Cluster, Invocation, Reply, Scripted, Terminal, assets, refusal};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const PLUGIN: &str = env!("CARGO_BIN_EXE_kubectl-vmirs");

/// A home with kubectl and the plugin on its PATH.
struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(home.bin()).unwrap();
        std::os::unix::fs::symlink(PLUGIN, home.bin().join("kubectl-vmirs")).unwrap();
        std::os::unix::fs::symlink(assets().join("kubectl"), home.bin().join("kubectl")).unwrap();
        home
    }

    /// With what `completion install` installs.
    async fn with_shim() -> Self {
        let home = Self::new();
        home.run("completion install").run().await.success();
        home
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn bin(&self) -> PathBuf {
        self.path().join("bin")
    }

    fn shim(&self) -> PathBuf {
        self.bin().join("kubectl_complete-vmirs")
    }

    fn search_path(&self) -> String {
        format!("{}:/usr/bin:/bin", self.bin().display())
    }

    fn run(&self, words: &str) -> Invocation {
        Invocation::new(PLUGIN, "kubectl vmirs", words).env("HOME", self.path()).env("PATH", self.search_path())
    }

    fn terminal(&self, program: &[&str], kubeconfig: &Path) -> Terminal {
        let installed = ["/usr/bin", "/bin"].iter().any(|folder| Path::new(folder).join(program[0]).exists());
        assert!(installed, "{} is not installed; tests/run installs it", program[0]);
        let (home, path) = (self.path().display().to_string(), self.search_path());
        let kubeconfig = kubeconfig.display().to_string();
        let variables = [
            ("HOME", &*home),
            ("ZDOTDIR", &*home),
            ("PATH", &*path),
            ("KUBECONFIG", &*kubeconfig),
            ("LC_ALL", "C.UTF-8"),
        ];
        Terminal::start(program, self.path(), &variables)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }
}

/// What is offered by the engine; asked again as long as the answer is empty, since it gives up on a busy VMI.
async fn offered(invocation: impl Fn() -> Invocation) -> String {
    for _ in 0..60 {
        let ended = invocation().run().await;
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended}");
        if !ended.stdout.starts_with(':') {
            return ended.stdout;
        }
    }
    panic!("nothing was offered");
}

async fn three_sets(cluster: &Cluster) {
    for (name, labels) in [("web-a", "app=web,tier=front"), ("web-b", "app=web"), ("db", "app=db")] {
        let words = format!("create {name} --image=x --replicas=0 --labels={labels}");
        cluster.vmirs(&words).run().await.success();
    }
}

on_each_cluster! {
    async fn a_cluster_completes_names_and_labels(cluster) {
        three_sets(&cluster).await;
        let namespace = &cluster.namespace;
        cluster.vmirs("autoscale web-a --max=3 --name=front").run().await.success();
        let engine = |words: &str| {
            let words = format!("__complete {words}");
            Invocation::new(PLUGIN, "kubectl vmirs", &words).env("KUBECONFIG", &cluster.kubeconfig)
        };
        for (words, expected) in [
            (format!("get -n {namespace} ''"), "db\nweb-a\nweb-b\n:4\n".to_owned()),
            (format!("scale web-a -n {namespace} vmirs/w"), "vmirs/web-b\n:4\n".to_owned()),
            (format!("delete -n {namespace} -l app=web,"), "app=web,kubevirt.io/vmReplicaSet=\napp=web,tier=\n:6\n".to_owned()),
            (format!("get -n {namespace} --selector=tier="), "tier=front\n:4\n".to_owned()),
            (format!("get -n {namespace}"), format!("{namespace}\n:4\n")),
            (format!("autoscale db --max=9 -n {namespace} --overwrite --name ''"), "front\n:4\n".to_owned()),
        ] {
            assert_eq!(offered(|| engine(&words)).await, expected, "{words}");
        }
    }

    async fn kubectl_asks_the_shim(cluster) {
        three_sets(&cluster).await;
        let home = Home::with_shim().await;
        let kubectl = |words: &str| {
            let words = format!("__complete vmirs {words} -n {} ''", cluster.namespace);
            Invocation::new(home.bin().join("kubectl"), "kubectl", &words)
                .env("PATH", home.search_path())
                .env("KUBECONFIG", &cluster.kubeconfig)
        };
        let mut told = String::new();
        for _ in 0..60 {
            told = kubectl("get web-b").run().await.success();
            if told.contains("web-a") {
                break;
            }
        }
        // kubectl prints what it does as well.
        let candidates: Vec<&str> = told.lines().filter(|line| !line.starts_with("[Debug]")).collect();
        assert_eq!(candidates, ["db", "web-a", ":4"]);
    }
}

#[tokio::test]
async fn verbs_and_flags_come_from_the_grammar() {
    let home = Home::with_shim().await;
    let verbs = home.run("__complete ''").run().await.success();
    for verb in ["create\t", "get\t", "scale\t", "autoscale\t", "sandbox\t", "completion\t"] {
        assert!(verbs.lines().any(|line| line.starts_with(verb)), "{verbs}");
    }
    assert_eq!(
        home.run("__complete get --vmi").run().await.success(),
        "--vmis\tShow the VMIs of the sets instead\n:4\n"
    );
}

fn metadata(names: &[&str]) -> Value {
    let items: Vec<Value> = names.iter().map(|name| json!({"metadata": {"name": name}})).collect();
    json!({"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": {}, "items": items})
}

#[tokio::test]
async fn whatever_a_server_does_the_line_is_left_in_peace() {
    let hostile = ["$(reboot)", "`reboot`", "a;b", "x\u{1b}[2J", "a\nb", "--all"].as_slice();
    let bad = [
        ("forbids", Reply::Json(403, refusal(403, "Forbidden", "no"))),
        ("is busy", Reply::Json(503, refusal(503, "ServiceUnavailable", "no"))),
        ("answers nonsense", Reply::Bytes(200, b"<html>")),
        ("says half", Reply::Half("{\"items\": [{\"meta")),
        ("hangs up", Reply::HangUp),
        ("is silent", Reply::Silence),
    ];
    for (what, reply) in bad {
        let server = Scripted::start(move |_, _| reply.clone()).await;
        let ended = server.vmirs("__complete get ''").run().await;
        assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (Some(0), ":4\n", ""), "{what}");
        assert!(server.asked().iter().all(|line| line.starts_with("GET ")), "{what}");
    }
    let server = Scripted::start(move |_, _| Reply::Json(200, metadata(hostile))).await;
    let told = server.vmirs("__complete get ''").run().await;
    assert!(!told.stdout.contains(['$', '`', ';', '\u{1b}']) && told.stderr.is_empty(), "{told}");
}

#[tokio::test]
async fn a_list_in_pages_is_read_to_its_end() {
    let pages = |line: &str, _| {
        let more = !line.contains("continue=");
        let mut list = metadata(if more { &["a"] } else { &["b"] });
        list["metadata"]["continue"] = if more { "next".into() } else { "".into() };
        Reply::Json(200, list)
    };
    let server = Scripted::start(pages).await;
    assert_eq!(offered(|| server.vmirs("__complete get ''")).await, "a\nb\n:4\n");
}

#[tokio::test]
async fn without_a_cluster_only_what_is_local_is_offered() {
    let home = Home::new();
    for words in ["get ''", "get -n ''", "get -l ''", "get --context ''", "get --kubeconfig=/nope ''"] {
        let ended = home.run(&format!("__complete {words}")).run().await;
        assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), (":4\n", ""), "{words}");
    }
    let contexts = json!([
        {"name": "prod", "context": {"cluster": "c", "user": "u", "namespace": "shop"}},
        {"name": "dev", "context": {"cluster": "c", "user": "u"}},
    ]);
    home.write("config", &json!({"contexts": contexts}).to_string());
    let of = |words: &str| home.run(&format!("__complete --kubeconfig={}/config {words}", home.path().display()));
    assert_eq!(of("get --context ''").run().await.success(), "prod\ndev\n:4\n");
    assert_eq!(of("get --context d").run().await.success(), "dev\n:4\n");
    // Namespaces of contexts stand in for those that cannot be listed.
    assert_eq!(of("get -n ''").run().await.success(), "shop\n:4\n");
}

#[tokio::test]
async fn a_credential_plugin_is_never_asked_to_ask() {
    let cluster = Cluster::sandbox("credential_plugin").await;
    cluster.vmirs("create web --image=x --replicas=0").run().await.success();
    let original = cluster.kubectl("config view --raw -o json").run().await.success();
    let original: Value = serde_json::from_str(&original).unwrap();
    let home = Home::new();
    let (seen, login) = (home.path().join("seen"), home.path().join("login"));
    let credential = json!({
        "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
        "status": {"token": original["users"][0]["user"]["token"]},
    });
    let script = format!(
        "#!/bin/sh\necho \"$KUBERNETES_EXEC_INFO\" >> {seen}\ncat >> {seen}\necho 'open your browser' >&2\necho '{credential}'\n",
        seen = seen.display()
    );
    std::fs::write(&login, script).unwrap();
    std::fs::set_permissions(&login, PermissionsExt::from_mode(0o755)).unwrap();
    let with = |mode: &str| {
        let mut config = original.clone();
        config["users"][0]["user"] = json!({"exec": {
            "apiVersion": "client.authentication.k8s.io/v1", "command": login, "interactiveMode": mode,
        }});
        home.write("config", &config.to_string());
        format!("__complete --kubeconfig={}/config get -n {} ''", home.path().display(), cluster.namespace)
    };
    let always = with("Always");
    let ended = home.run(&always).stdin("yes\n").run().await;
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str(), seen.exists()), (":4\n", "", false), "{ended}");
    let if_available = with("IfAvailable");
    assert_eq!(offered(|| home.run(&if_available).stdin("yes\n")).await, "web\n:4\n");
    let seen = std::fs::read_to_string(seen).unwrap();
    assert!(seen.contains("\"interactive\":false") && !seen.contains("yes"), "{seen}");
}

#[tokio::test]
async fn a_wrong_use_of_completion_is_told_in_kubectls_words() {
    let home = Home::new();
    for words in ["completion", "completion tcsh"] {
        let ours = home.run(words).run().await.failure();
        let kubectls = Invocation::new(assets().join("kubectl"), "kubectl", words).run().await.failure();
        assert_eq!(ours, kubectls.replace("kubectl completion", "kubectl vmirs completion"));
    }
}

#[tokio::test]
async fn the_shim_is_installed_kept_up_to_date_and_removed() {
    let home = Home::new();
    let shim = home.shim();
    let told = |what: &str| format!("{} {what}\n", shim.display());
    assert_eq!(home.run("completion install").run().await.success(), told("created"));
    let text = std::fs::read_to_string(&shim).unwrap();
    assert_eq!(
        text,
        std::fs::read_to_string(format!("{}/completions/kubectl_complete-vmirs", env!("CARGO_MANIFEST_DIR"))).unwrap()
    );
    assert_eq!(std::fs::metadata(&shim).unwrap().permissions().mode() & 0o777, 0o755);
    assert_eq!(home.run("completion install").run().await.success(), told("unchanged"));

    std::fs::write(&shim, text.replace("exec", "exec  ")).unwrap();
    assert_eq!(home.run("completion install").run().await.success(), told("updated"));
    assert_eq!(home.run("completion install --remove").run().await.success(), told("deleted"));
    assert!(!shim.exists());
    assert_eq!(home.run("completion install --remove").run().await.stderr, "Nothing to remove.\n");
    let left: Vec<_> = std::fs::read_dir(home.bin()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[tokio::test]
async fn what_is_not_ours_is_left_alone() {
    for precious in ["#!/bin/sh\nexec mine\n", ""] {
        let home = Home::new();
        std::fs::write(home.shim(), precious).unwrap();
        let told = home.run("completion install").run().await.failure();
        assert!(told.contains("exists and was not written by kubectl vmirs"), "{told}");
        home.run("completion install --remove").run().await.success();
        assert_eq!(std::fs::read_to_string(home.shim()).unwrap(), precious);
    }
    let home = Home::new();
    std::os::unix::fs::symlink(PLUGIN, home.shim()).unwrap();
    home.run("completion install").run().await.failure();
    assert!(home.shim().is_symlink());
}

#[tokio::test]
async fn a_shells_own_folder_gets_its_script() {
    for (shell, file) in [
        ("bash", ".local/share/bash-completion/completions/kubectl-vmirs"),
        ("zsh", ".local/share/zsh/site-functions/_kubectl-vmirs"),
        ("fish", ".config/fish/completions/kubectl-vmirs.fish"),
    ] {
        let home = Home::new();
        home.run(&format!("completion install {shell}")).run().await.success();
        let installed = std::fs::read_to_string(home.path().join(file)).unwrap();
        assert_eq!(installed, home.run(&format!("completion {shell}")).run().await.success());
        home.run("completion install --remove").run().await.success();
        assert!(!home.path().join(file).exists());
    }
    let told = Home::new().run("completion install powershell").run().await;
    assert!(told.stderr.contains("Invoke-Expression"), "{told}");
}

#[tokio::test]
async fn without_a_folder_to_write_to_the_way_out_is_named() {
    let home = Home::new();
    let told = home.run("completion install").env("PATH", "/proc:relative:/nope").run().await.failure();
    assert!(told.starts_with("error: no directory of yours on the PATH is writable\n"), "{told}");
}

/// Presses Tab where a verb, a set, a flag's value, a label and a file are meant. `program` is what is typed.
fn press_tab(terminal: &Terminal, program: &str, namespace: &str) {
    terminal.shows("ready>");
    let step = |typed: &str, expected: &str| {
        terminal.types(&format!("{program} {typed}"));
        terminal.tab_shows(&format!("ready> {program} {}", expected.trim_end()));
        // What is typed next shows whether there is a space.
        terminal.types("#");
        terminal.shows(&format!("ready> {program} {expected}#"));
        terminal.press("C-u");
        terminal.press("C-l");
        terminal.hides(program);
    };
    step("descr", "describe ");
    step(&format!("get -n {namespace} d"), &format!("get -n {namespace} db "));
    step(&format!("scale -n {namespace} web-a w"), &format!("scale -n {namespace} web-a web-b "));
    step("get -o jsonpath-a", "get -o jsonpath-as-json=");
    step("delete --cascade=or", "delete --cascade=orphan ");
    step(&format!("get -n {namespace} -l tier=f"), &format!("get -n {namespace} -l tier=front "));
    step("create -f manif", "create -f manifest.yaml ");
    terminal.types(&format!("{program} get -n {namespace} w"));
    terminal.tab_shows(&format!("ready> {program} get -n {namespace} web-"));
    terminal.tab_shows("web-b");
}

async fn in_a_terminal(scenario: &str, files: &[(&str, &str)], shell: &[&str], program: &str) {
    let cluster = Cluster::sandbox(scenario).await;
    three_sets(&cluster).await;
    let home = Home::with_shim().await;
    home.write("manifest.yaml", "");
    for (name, text) in files {
        home.write(name, text);
    }
    let terminal = home.terminal(shell, &cluster.kubeconfig);
    let (program, namespace) = (program.to_owned(), cluster.namespace.clone());
    tokio::task::spawn_blocking(move || press_tab(&terminal, &program, &namespace)).await.unwrap();
}

const BASH: [&str; 4] = ["bash", "--noprofile", "--rcfile", "bashrc"];

#[tokio::test]
async fn kubectl_in_bash_with_bash_completion() {
    assert!(
        Path::new("/usr/share/bash-completion/bash_completion").exists(),
        "no bash-completion; tests/run installs it"
    );
    let rc = "source /usr/share/bash-completion/bash_completion; source <(kubectl completion bash); PS1='ready> '\n";
    in_a_terminal("tab_kubectl_bash", &[("bashrc", rc)], &BASH, "kubectl vmirs").await;
}

#[tokio::test]
async fn the_program_itself_in_a_bare_bash() {
    let rc = "source <(kubectl-vmirs completion bash); PS1='ready> '\n";
    in_a_terminal("tab_bash", &[("bashrc", rc)], &BASH, "kubectl-vmirs").await;
}

#[tokio::test]
async fn an_alias_in_bash_with_bash_completion() {
    assert!(
        Path::new("/usr/share/bash-completion/bash_completion").exists(),
        "no bash-completion; tests/run installs it"
    );
    let rc = "source /usr/share/bash-completion/bash_completion; source <(kubectl vmirs completion bash)\n\
              alias kv='kubectl vmirs'; complete -o default -F _kubectl_vmirs kv; PS1='ready> '\n";
    in_a_terminal("tab_alias", &[("bashrc", rc)], &BASH, "kv").await;
}

#[tokio::test]
async fn kubectl_in_zsh() {
    let rc = "autoload -Uz compinit; compinit -u; source <(kubectl completion zsh); PROMPT='ready> '\n";
    in_a_terminal("tab_kubectl_zsh", &[(".zshrc", rc)], &["zsh", "-i"], "kubectl vmirs").await;
}

#[tokio::test]
async fn the_program_itself_in_zsh() {
    let rc = "autoload -Uz compinit; compinit -u; source <(kubectl vmirs completion zsh); PROMPT='ready> '\n";
    in_a_terminal("tab_zsh", &[(".zshrc", rc)], &["zsh", "-i"], "kubectl-vmirs").await;
}

const FISH: &str = "set fish_greeting; set fish_autosuggestion_enabled 0; function fish_prompt; echo -n 'ready> '; end";

#[tokio::test]
async fn kubectl_in_fish() {
    let commands = format!("kubectl completion fish | source; {FISH}");
    in_a_terminal("tab_kubectl_fish", &[], &["fish", "--no-config", "-C", &commands], "kubectl vmirs").await;
}

#[tokio::test]
async fn the_program_itself_in_fish() {
    let commands = format!("kubectl vmirs completion fish | source; {FISH}");
    in_a_terminal("tab_fish", &[], &["fish", "--no-config", "-C", &commands], "kubectl-vmirs").await;
}
