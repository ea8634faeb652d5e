//! What Unix and Windows do differently about files.

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
