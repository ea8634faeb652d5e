use std::io::{Error, ErrorKind};

/// An error of the system in Go's lower case, without Rust's `(os error 2)`.
pub fn os_error(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file or directory".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "is a directory".to_owned(),
        ErrorKind::NotADirectory => "not a directory".to_owned(),
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error ").next().unwrap_or(&text);
            // Go's words begin with a small letter, names such as `I/O` apart.
            let mut letters = text.chars();
            match (letters.next(), letters.clone().next()) {
                (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
                _ => text.to_owned(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_without_their_numbers() {
        let missing = std::fs::read("/nope").unwrap_err();
        assert_eq!(os_error(&missing), "no such file or directory");
        assert_eq!(os_error(&std::fs::read("/").unwrap_err()), "is a directory");
        assert_eq!(os_error(&Error::from_raw_os_error(28)), "no space left on device");
        assert_eq!(os_error(&Error::other("Stopped")), "stopped");
    }
}
