//! GET of one object.

use crate::apiserver::RequestContext;
use crate::apiserver::response::Reply;
use crate::apiserver::status::{Status, StatusError};

/// Answers GET of a named object.
pub(super) fn get(context: &RequestContext<'_>) -> Result<Reply, StatusError> {
    let name = context.info.object_name()?;
    let found = context.server.store().get(&context.info.key(name)).cloned();
    let object = found.ok_or_else(|| Status::not_found(context.info.kind, name))?;
    Ok(context.object(200, (*object).clone()))
}
