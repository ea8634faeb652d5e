//! Waiting until what was deleted is gone.

use super::DeleteTarget;
use crate::cli::error::Error;
use crate::client::Cluster;
use crate::client::list_watch::Mirror;
use crate::client::resource_paths;
use crate::printers::Ui;
use serde_json::Value;
use tokio::time::Instant;

/// Waits until no object of that name has that UID any more (any UID, if none is known). Whoever may not look does not
/// wait.
///
/// # Errors
/// When `deadline` has passed, or what the server said.
pub(super) async fn gone(
    cluster: &Cluster,
    ui: &mut Ui,
    target: &DeleteTarget,
    uid: Option<&str>,
    deadline: Instant,
) -> Result<(), Error> {
    let mut mirror = Mirror::new(cluster, resource_paths::of_name(target.path.parent(), target.name()));
    let is_gone = |mirror: &Mirror<'_>, _: &mut Ui| Ok::<_, Error>(!mirror.objects().any(|object| is_it(object, uid)));
    match mirror.until(ui, deadline, is_gone).await {
        Ok(true) => Ok(()),
        Ok(false) => {
            Err(Error::plain(format!("timed out waiting for the condition on {}/{}", target.plural, target.name())))
        }
        // May delete, may not look: nothing better to do than what kubectl does.
        Err(error) if error.is_forbidden() => Ok(()),
        Err(error) => Err(error),
    }
}

fn is_it(object: &Value, uid: Option<&str>) -> bool {
    uid.is_none() || object.pointer("/metadata/uid").and_then(Value::as_str) == uid
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn another_object_of_the_same_name_is_not_waited_for() {
        let object = json!({"metadata": {"uid": "a"}});
        assert!(is_it(&object, Some("a")));
        assert!(!is_it(&object, Some("b")));
        assert!(is_it(&object, None));
    }
}
