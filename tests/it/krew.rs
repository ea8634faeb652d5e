//! The package as krew sees it: its manifest, its archives, and what a user has after `kubectl krew install`.

use crate::support::{Cluster, Invocation, assets, tools};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const PLUGIN: &str = env!("CARGO_BIN_EXE_kubectl-vmirs");
const PLATFORMS: [&str; 6] =
    ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64", "windows_arm64"];

fn package(words: &str) -> Invocation {
    Invocation::new(format!("{ROOT}/krew/package.sh"), "krew/package.sh", words)
}

fn tag() -> String {
    format!("v{}", env!("CARGO_PKG_VERSION"))
}

/// The platform that this test runs on, in krew's words.
fn here() -> String {
    let arch = if std::env::consts::ARCH == "aarch64" { "arm64" } else { "amd64" };
    format!("{}_{arch}", if cfg!(target_os = "macos") { "darwin" } else { "linux" })
}

fn program(platform: &str) -> &'static str {
    if platform.starts_with("windows") { "kubectl-vmirs.exe" } else { "kubectl-vmirs" }
}

/// A release: an archive for each platform, and the manifest.
struct Release {
    folder: tempfile::TempDir,
}

impl Release {
    /// Programs that are not run are stand-ins: all of them, or `except` the one of this platform.
    async fn make(except: Option<&str>) -> Self {
        let release = Self { folder: tempfile::tempdir().unwrap() };
        for platform in PLATFORMS {
            let folder = release.path(&format!("binaries/{platform}"));
            std::fs::create_dir_all(&folder).unwrap();
            let program = folder.join(program(platform));
            match except.filter(|_| platform == here()) {
                Some(real) => std::fs::copy(real, program).map(|_| ()).unwrap(),
                None => std::fs::write(program, platform).unwrap(),
            }
        }
        let (binaries, dist) = (release.path("binaries"), release.path(""));
        package(&format!("all {} {}", binaries.display(), dist.display())).run().await.success();
        // krew does nothing before its index is there; this one is empty.
        let index = release.path("root/index/default");
        Invocation::new("git", "git", &format!("init -q {}", index.display())).run().await.success();
        release
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn archive(&self, platform: &str) -> PathBuf {
        self.path(&format!("kubectl-vmirs_{}_{platform}.tar.gz", tag()))
    }

    /// `kubectl` with krew, in a throw-away root.
    fn kubectl(&self, words: &str) -> Invocation {
        let search_path = format!("{}:{}:/usr/bin:/bin", self.path("root/bin").display(), tools().display());
        Invocation::new(assets().join("kubectl"), "kubectl", words)
            .env("PATH", search_path)
            .env("HOME", self.folder.path())
            .env("KREW_ROOT", self.path("root"))
            .env("KREW_NO_UPGRADE_CHECK", "1")
    }

    /// krew, as on that platform.
    fn krew(&self, platform: &str, words: &str) -> Invocation {
        let (os, arch) = platform.split_once('_').unwrap();
        self.kubectl(&format!("krew {words}")).env("KREW_OS", os).env("KREW_ARCH", arch)
    }

    fn install(&self, platform: &str) -> Invocation {
        let (manifest, archive) = (self.path("vmirs.yaml"), self.archive(platform));
        self.krew(platform, &format!("install --manifest={} --archive={}", manifest.display(), archive.display()))
    }

    fn installed(&self, name: &str) -> PathBuf {
        self.path(&format!("root/store/vmirs/{}/{name}", tag()))
    }
}

fn validate(manifest: &Path) -> Invocation {
    let words = format!("-skip-install -manifest={}", manifest.display());
    Invocation::new(tools().join("validate-krew-manifest"), "validate-krew-manifest", &words)
}

#[tokio::test]
async fn the_manifest_is_written_from_the_template() {
    let written = package("manifest").run().await.success();
    let present = std::fs::read_to_string(format!("{ROOT}/krew/vmirs.yaml")).unwrap();
    assert_eq!(written, present, "run: krew/package.sh manifest > krew/vmirs.yaml");
}

#[tokio::test]
async fn the_indexs_validator_accepts_the_manifest_and_no_broken_one() {
    let release = Release::make(None).await;
    let manifest = release.path("vmirs.yaml");
    let told = validate(&manifest).run().await;
    assert_eq!(told.code, Some(0), "{told}");
    let good = std::fs::read_to_string(&manifest).unwrap();
    for (from, to, reason) in [
        ("name: vmirs", "name: other", "plugin should be named"),
        ("version: v", "version: ", "version"),
        ("arch: arm64", "arch: amd64", "overlapping"),
        ("os: windows", "os: plan9", "doesn't match any supported platforms"),
    ] {
        std::fs::write(&manifest, good.replace(from, to)).unwrap();
        let told = validate(&manifest).run().await;
        assert!(told.code != Some(0) && told.stderr.contains(reason), "{from} -> {to}: {told}");
    }
}

#[tokio::test]
async fn an_archive_has_the_same_bytes_whenever_it_is_made() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut made = Vec::new();
    for (folder, mode) in [(&one, 0o700), (&other, 0o644)] {
        let binary = folder.path().join("program");
        std::fs::write(&binary, "the same").unwrap();
        std::fs::set_permissions(&binary, PermissionsExt::from_mode(mode)).unwrap();
        let words = format!("archive linux_amd64 {} {}", binary.display(), folder.path().display());
        let archive = package(&words).run().await.success();
        made.push(std::fs::read(archive.trim()).unwrap());
        let listed = Invocation::new("tar", "tar", &format!("-tvzf {}", archive.trim())).run().await.success();
        let told: Vec<String> =
            listed.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert!(told[1].starts_with("-rw-r--r-- 0/0") && told[1].ends_with(" LICENSE"), "{told:?}");
        assert!(told[0].starts_with("-rwxr-xr-x 0/0") && told[0].ends_with(" kubectl-vmirs"), "{told:?}");
        assert_eq!(told.len(), 2);
    }
    assert!(made[0] == made[1]);
    let ended = package("archive plan9_amd64 x y").run().await.failure();
    assert!(ended.contains("no platform of krew's"), "{ended}");
}

#[tokio::test]
async fn krew_installs_every_platforms_archive() {
    let release = Release::make(None).await;
    for platform in PLATFORMS.into_iter().filter(|platform| *platform != here()) {
        let told = release.install(platform).run().await;
        assert_eq!(told.code, Some(0), "{told}");
        let mode = std::fs::metadata(release.installed(program(platform))).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o755, "{platform}");
        assert!(release.installed("LICENSE").is_file());
        release.krew(platform, "uninstall vmirs").run().await.success();
    }
    // One byte more than the manifest promises.
    let mut bytes = std::fs::read(release.archive(&here())).unwrap();
    bytes.push(0);
    std::fs::write(release.archive(&here()), bytes).unwrap();
    let told = release.install(&here()).run().await;
    assert!(told.code == Some(1) && told.stderr.contains("checksum does not match"), "{told}");
}

#[tokio::test]
async fn what_krew_installed_works_on_a_real_cluster_and_leaves_nothing_behind() {
    let cluster = Cluster::real("krew").await;
    cluster.vmirs("create web --image=x --replicas=0").run().await.success();
    let release = Release::make(Some(PLUGIN)).await;
    let told = release.install(&here()).run().await;
    assert_eq!(told.code, Some(0), "{told}");
    assert!(told.stderr.contains("kubectl vmirs completion install"), "{told}");
    let kubectl = |words: &str| release.kubectl(words).env("KUBECONFIG", &cluster.kubeconfig);

    let version = kubectl("vmirs version").run().await.success();
    assert!(version.starts_with(&format!("Client Version: {}\nServer Version: v1.", tag())), "{version}");
    let names = kubectl(&format!("vmirs get -n {} -o name", cluster.namespace)).run().await.success();
    assert_eq!(names, "virtualmachineinstancereplicaset.kubevirt.io/web\n");

    let shim = release.path("root/bin/kubectl_complete-vmirs");
    assert_eq!(kubectl("vmirs completion install").run().await.success(), format!("{} created\n", shim.display()));
    let offered = kubectl("__complete vmirs auto").run().await.success();
    assert!(offered.contains("autoscale\t"), "{offered}");
    kubectl("vmirs completion install --remove").run().await.success();

    release.krew(&here(), "uninstall vmirs").run().await.success();
    let left = std::fs::read_dir(release.path("root/bin")).unwrap().count();
    assert_eq!((left, release.path("root/store/vmirs").exists()), (0, false));
    let told = kubectl("vmirs get").run().await.failure();
    assert!(told.contains("unknown command \"vmirs\""), "{told}");
}
