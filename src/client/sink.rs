//! Where goes what there is to say while a request is under way.

/// Takes what the client has to say. The client itself prints nothing.
pub trait Sink {
    /// A warning of the server, from its `Warning` header.
    fn warning(&mut self, text: &str);
    /// A line of what `-v` shows of requests.
    fn trace(&mut self, line: &str);
}
