//! What field selectors know.

use crate::apiserver::object::text;
use crate::apiserver::registry::{FieldValue, SelectableField};
use serde_json::Value;

pub(super) const SELECTABLE: &[SelectableField] = &[
    SelectableField::path("involvedObject.kind"),
    SelectableField::path("involvedObject.namespace"),
    SelectableField::path("involvedObject.name"),
    SelectableField::path("involvedObject.uid"),
    SelectableField::path("involvedObject.apiVersion"),
    SelectableField::path("involvedObject.resourceVersion"),
    SelectableField::path("involvedObject.fieldPath"),
    SelectableField::path("reason"),
    SelectableField::path("reportingComponent"),
    SelectableField { label: "source", value: FieldValue::Computed(source) },
    SelectableField::path("type"),
];

/// Who reported the event, in the old field or in the new one.
fn source(event: &Value) -> String {
    let component = text(event, "/source/component");
    if component.is_empty() { text(event, "/reportingComponent") } else { component }.to_owned()
}
