//! The sandbox as a user starts and stops it.

use crate::support::{Invocation, Terminal};
use rustix::process::{Pid, Signal, kill_process};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

fn sandbox(words: &str) -> Invocation {
    Invocation::new(env!("CARGO_BIN_EXE_kubectl-vmirs"), "kubectl vmirs", words)
}

/// Starts a sandbox and reads the first line that it, or its command, prints.
async fn started(words: &[&str]) -> (Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-vmirs"));
    let mut child =
        command.args(words).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn().unwrap();
    let line = BufReader::new(child.stdout.take().unwrap()).lines().next_line().await.unwrap().unwrap();
    (child, line)
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap()).unwrap(), signal).unwrap();
}

#[tokio::test]
async fn a_commands_exit_code_is_passed_on_and_nothing_is_left() {
    let ended = sandbox("sandbox -- sh -c 'echo $KUBECONFIG; stat -c %a $KUBECONFIG; kubectl-vmirs get -A; exit 7'")
        .run()
        .await;
    assert_eq!(ended.code, Some(7), "{ended}");
    let mut lines = ended.stdout.lines();
    let kubeconfig = lines.next().unwrap();
    assert_eq!(lines.next(), Some("600"));
    assert_eq!(ended.stderr, "No resources found\n");
    assert!(!Path::new(kubeconfig).exists() && !Path::new(kubeconfig).parent().unwrap().exists());
}

#[tokio::test]
async fn its_controller_is_not_fought() {
    let ended = sandbox("sandbox -- kubectl-vmirs create web --image=x --local").run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{ended}");
    assert!(
        ended.stderr.contains("another kubectl vmirs controller already manages these sets (\"sandbox_"),
        "{ended}"
    );
    sandbox("sandbox --no-controller -- kubectl-vmirs create web --image=x --local").run().await.success();
}

#[tokio::test]
async fn a_command_that_is_killed_ends_with_128_and_the_signal() {
    let ended = sandbox("sandbox -- sh -c 'kill -KILL $$'").run().await;
    assert_eq!(ended.code, Some(137), "{ended}");
}

#[tokio::test]
async fn a_command_that_does_not_exist_is_named() {
    let told = sandbox("sandbox -- no-such-program").run().await.failure();
    assert!(told.starts_with("error: unable to run no-such-program: No such file or directory"), "{told}");
}

#[tokio::test]
async fn a_signal_reaches_the_command_and_everything_is_cleaned_up() {
    let script = "trap 'exit 3' TERM; echo $KUBECONFIG; while :; do sleep 0.1; done";
    let (mut child, kubeconfig) = started(&["sandbox", "--", "sh", "-c", script]).await;
    assert!(Path::new(&kubeconfig).exists());
    signal(&child, Signal::TERM);
    assert_eq!(child.wait().await.unwrap().code(), Some(3));
    assert!(!Path::new(&kubeconfig).exists());
}

#[tokio::test]
async fn without_a_command_it_runs_until_it_is_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.kubeconfig");
    for stop in [Signal::INT, Signal::TERM] {
        let (mut child, line) = started(&["sandbox", "--kubeconfig", path.to_str().unwrap()]).await;
        assert_eq!(line, format!("export KUBECONFIG={}", path.display()));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        sandbox("get -A").env("KUBECONFIG", &path).run().await.success();
        signal(&child, stop);
        assert_eq!(child.wait().await.unwrap().code(), Some(0));
        assert!(!path.exists());
    }
}

#[tokio::test]
async fn a_file_that_is_in_the_way_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    std::fs::write(&path, "precious").unwrap();
    let told = sandbox(&format!("sandbox --kubeconfig {}", path.display())).run().await.failure();
    assert!(told.contains("unable to write the kubeconfig") && told.contains("File exists"), "{told}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
}

/// The startup files that set a KUBECONFIG of their own in this home; returns the shell's words.
fn home_with_production(shell: &str, home: &Path) {
    let (file, text) = match shell {
        "bash" => (".bashrc", "export KUBECONFIG=/production\nPS1='prompt> '\nPROMPT_COMMAND='true;'\n"),
        "bash -l" => (".bash_profile", "export KUBECONFIG=/production\nPS1='prompt> '\n"),
        "zsh" => (".zshrc", "export KUBECONFIG=/production\nPROMPT='prompt> '\n"),
        "zsh -l" => (".zlogin", "export KUBECONFIG=/production\nPROMPT='prompt> '\n"),
        _ => (
            ".config/fish/config.fish",
            "set -gx KUBECONFIG /production\nfunction fish_prompt; echo -n 'prompt> '; end\n",
        ),
    };
    let path = home.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn terminal_in(home: &Path, shell: &str) -> Terminal {
    let mut words = vec![env!("CARGO_BIN_EXE_kubectl-vmirs"), "sandbox", "--nodes=1", "--"];
    words.extend(shell.split(' '));
    let path = std::env::var("PATH").unwrap();
    let home = home.to_str().unwrap();
    let xdg = format!("{home}/.config");
    let variables = [("HOME", home), ("PATH", &path), ("TERM", "screen"), ("XDG_CONFIG_HOME", &xdg)];
    Terminal::sized("200", &words, Path::new(home), &variables)
}

#[tokio::test]
async fn a_shell_stays_in_the_sandbox_whatever_its_startup_files_say() {
    for shell in ["bash", "bash -l", "zsh", "zsh -l", "fish"] {
        let home = tempfile::tempdir().unwrap();
        home_with_production(shell, home.path());
        let terminal = terminal_in(home.path(), shell);
        terminal.shows("In the sandbox: context \"sandbox\", 1 simulated node, KUBECONFIG=");
        terminal.shows(
            "Warning: your startup files set KUBECONFIG to /production. In this shell it is that of the sandbox",
        );
        terminal.shows("(sandbox) prompt>");
        terminal.types("test \"$KUBECONFIG\" = \"$VMIRS_SANDBOX\" && echo the sa''me; kubectl-vmirs get -A");
        terminal.press("Enter");
        terminal.shows("the same");
        terminal.shows("No resources found");
        // Whoever changes it is told, and so is whoever uses it.
        let set = if shell == "fish" { "set -gx KUBECONFIG /production" } else { "export KUBECONFIG=/production" };
        terminal.types(set);
        terminal.press("Enter");
        terminal.shows("Warning: KUBECONFIG is /production now: this shell no longer reaches the sandbox.");
        terminal.shows("(NOT sandbox) prompt>");
        terminal.types("kubectl-vmirs version --client");
        terminal.press("Enter");
        terminal.shows("Warning: this is a sandbox shell, but KUBECONFIG is \"/production\"");
        terminal.types("exit");
        terminal.press("Enter");
    }
}

#[tokio::test]
async fn a_shell_without_startup_files_is_not_warned() {
    for shell in ["bash", "zsh -f", "fish"] {
        let home = tempfile::tempdir().unwrap();
        // Without any file, zsh asks a newcomer whether to write one.
        let terminal = terminal_in(home.path(), shell);
        terminal.shows("In the sandbox: context \"sandbox\"");
        terminal.types("test \"$KUBECONFIG\" = \"$VMIRS_SANDBOX\" && echo the sa''me");
        terminal.press("Enter");
        terminal.shows("the same");
        assert!(!terminal.screen().contains("Warning"), "{}", terminal.screen());
    }
}

#[tokio::test]
async fn a_command_that_nobody_types_at_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    home_with_production("bash", home.path());
    let script =
        "echo \"$0 $# ${PS1-none} ${PROMPT_COMMAND-none}\"; test \"$KUBECONFIG\" = \"$VMIRS_SANDBOX\" && echo same";
    let ended = sandbox("sandbox -- bash -c").arg(script).env("HOME", home.path()).run().await;
    assert_eq!(
        (ended.code, ended.stdout.as_str(), ended.stderr.as_str()),
        (Some(0), "bash 0 none none\nsame\n", ""),
        "{ended}"
    );
    let piped = sandbox("sandbox -- bash").stdin("echo \"${PS1-none}\"\n").env("HOME", home.path()).run().await;
    assert_eq!((piped.stdout.as_str(), piped.stderr.as_str()), ("none\n", ""), "{piped}");
}

on_each_cluster! {
    async fn nobody_comes_in_without_the_token(cluster) {
        let told = cluster.vmirs("get --token=guessed").run().await.failure();
        assert_eq!(told, "error: You must be logged in to the server (Unauthorized)\n");
        let server = cluster.kubectl("config view -o jsonpath={.clusters[0].cluster.server}").run().await.success();
        let bare =
            Invocation::new("curl", "curl", &format!("-sk -o /dev/null -w %{{http_code}} -H 'Authorization: Bearer guessed' {server}/api/v1/namespaces"));
        assert_eq!(bare.run().await.success(), "401");
    }

    async fn vmis_fail_on_demand(cluster) {
        let set = |name: &str, annotation: &str| format!(
            "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstanceReplicaSet\nmetadata: {{name: {name}}}\nspec:\n  replicas: 1\n  \
             selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata:\n      labels: {{app: {name}}}\n      \
             annotations: {{{annotation}}}\n    spec:\n      domain: {{devices: {{disks: [{{name: d, disk: {{bus: virtio}}}}]}}, \
             resources: {{requests: {{memory: 64M}}}}}}\n      volumes: [{{name: d, containerDisk: {{image: x}}}}]\n"
        );
        let create = async |name: &str, annotation: &str| {
            cluster.vmirs("create -f -").stdin(set(name, annotation)).run().await.success();
        };
        create("unready", "sandbox.kubectl-vmirs/never-ready: 'true'").await;
        create("unpulled", "sandbox.kubectl-vmirs/pull-failure: 'true'").await;
        create("crashing", "sandbox.kubectl-vmirs/crash: 1h").await;
        let wait = async |what: &str, label: &str| {
            cluster.vmirs(&format!("wait {label} --for=replicas=1 --timeout=30s")).run().await.success();
            cluster.kubectl(&format!("wait --for={what} vmi -l app={label} --timeout=30s")).run().await.success();
        };
        wait("jsonpath={.status.phase}=Running", "unready").await;
        wait("condition=Synchronized=False", "unpulled").await;
        wait("condition=Ready", "crashing").await;
        let ready = "get vmi -l app=unready -o jsonpath={.items[0].status.conditions[?(@.type==\"Ready\")].status}";
        assert_eq!(cluster.kubectl(ready).run().await.success(), "False");
        let described = cluster.vmirs("describe unpulled").run().await.success();
        assert!(described.contains("ImagePullBackOff") || described.contains("ErrImagePull"), "{described}");
    }
}
