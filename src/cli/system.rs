//! What Unix and Windows do differently.

use std::fs::File;
use std::io;

/// Sets the permission bits that a file is to have, whatever the umask says. Windows has none.
#[cfg(unix)]
pub(crate) fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

/// Sets the permission bits that a file is to have, whatever the umask says. Windows has none.
#[cfg(not(unix))]
pub(crate) fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

/// What this process calls itself where it is a candidate for a lease: different for each process that ever runs.
pub(crate) fn identity() -> String {
    format!("{}_{}", host(), uuid::Uuid::new_v4())
}

/// The host's name; in a cluster, the pod's.
#[cfg(unix)]
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The host's name.
#[cfg(not(unix))]
fn host() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}
