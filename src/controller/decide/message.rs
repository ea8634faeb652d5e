//! What events say about a set, with KubeVirt's reasons and texts.

/// The reason of an event that tells of a VMI that was created.
pub const CREATED: &str = "SuccessfulCreate";
/// The reason of an event that tells of a VMI that was deleted.
pub const DELETED: &str = "SuccessfulDelete";

/// Something to tell about a set.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EventMessage {
    /// `Normal` or `Warning`.
    pub r#type: &'static str,
    /// One CamelCase word.
    pub reason: &'static str,
    /// For a person.
    pub message: String,
}

impl EventMessage {
    /// A VMI was created.
    pub fn created(vmi: &str) -> Self {
        let message = format!("Started the virtual machine by creating the new virtual machine instance {vmi}");
        Self { r#type: "Normal", reason: CREATED, message }
    }

    /// None was.
    pub fn create_failed(why: &str) -> Self {
        let message = format!("Error creating virtual machine instance: {why}");
        Self { r#type: "Warning", reason: "FailedCreate", message }
    }

    /// One too many was deleted.
    pub fn deleted(uid: &str) -> Self {
        let message = format!("Stopped the virtual machine by deleting the virtual machine instance {uid}");
        Self { r#type: "Normal", reason: DELETED, message }
    }

    /// It was not.
    pub fn delete_failed(name: &str, why: &str) -> Self {
        let message = format!("Error deleting virtual machine instance {name}: {why}");
        Self { r#type: "Warning", reason: "FailedDelete", message }
    }

    /// One that was of no use any more was deleted.
    pub fn cleaned_up(uid: &str) -> Self {
        let message = format!("Deleted finished virtual machine: {uid}");
        Self { r#type: "Normal", reason: DELETED, message }
    }

    /// It was not.
    pub fn clean_up_failed(name: &str, why: &str) -> Self {
        let message = format!("Error deleting finished virtual machine {name}: {why}");
        Self { r#type: "Warning", reason: "FailedDelete", message }
    }

    /// The pause began, or ended.
    pub fn paused(paused: bool) -> Self {
        let (reason, message) = if paused { ("SuccessfulPaused", "Paused") } else { ("SuccessfulResumed", "Resumed") };
        Self { r#type: "Normal", reason, message: message.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_are_kubevirts() {
        let start = "Started the virtual machine by creating the new virtual machine instance a";
        assert_eq!(EventMessage::created("a").message, start);
        assert_eq!(EventMessage::create_failed("no").message, "Error creating virtual machine instance: no");
        let stop = "Stopped the virtual machine by deleting the virtual machine instance u";
        assert_eq!(EventMessage::deleted("u").message, stop);
        assert_eq!(EventMessage::delete_failed("a", "no").message, "Error deleting virtual machine instance a: no");
        assert_eq!(EventMessage::cleaned_up("u").message, "Deleted finished virtual machine: u");
        assert_eq!(EventMessage::clean_up_failed("a", "no").message, "Error deleting finished virtual machine a: no");
        assert_eq!(
            (EventMessage::paused(true).reason, EventMessage::paused(false).reason),
            ("SuccessfulPaused", "SuccessfulResumed")
        );
    }
}
