//! What a client's errors say to a person or a log.

use crate::text::decoding;
use kube::runtime::watcher;

/// The reason that kube gives to an answer that is no Status.
const UNPARSED: &str = "Failed to parse error data";

/// The server's own words, without the client's wrapping; nothing of a body that is no Status, or that cannot be read.
pub fn text(error: &kube::Error) -> String {
    match error {
        // kube makes a Status of whatever text comes with an error's code.
        kube::Error::Api(status) if status.reason == UNPARSED => {
            format!("the server answered with {}, and not with a Status", status.code)
        }
        kube::Error::Api(status) => status.message.clone(),
        kube::Error::SerdeError(source) => format!("unable to decode the answer: {}", decoding::cause(source)),
        other => other.to_string(),
    }
}

/// The same for what a watcher of kube-runtime met.
pub fn watcher_text(error: &watcher::Error) -> String {
    use watcher::Error::{InitialListFailed, WatchFailed, WatchStartFailed};
    match error {
        InitialListFailed(source) | WatchStartFailed(source) | WatchFailed(source) => text(source),
        other => other.to_string(),
    }
}
