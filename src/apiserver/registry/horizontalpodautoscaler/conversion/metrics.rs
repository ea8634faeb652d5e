//! Where the fields of a metric of v1 stand in v2.

/// A field of a metric in v1, and where it stands in v2. `zero`: a quantity that v1 cannot leave out.
pub(super) struct Field {
    pub(super) v1: &'static str,
    pub(super) v2: &'static str,
    pub(super) zero: bool,
}

const fn field(v1: &'static str, v2: &'static str) -> Field {
    Field { v1, v2, zero: false }
}

const fn quantity(v1: &'static str, v2: &'static str) -> Field {
    Field { v1, v2, zero: true }
}

/// A source's key, and its fields in the order of v1.
pub(super) type Source = (&'static str, &'static [Field]);

/// The sources of what is wanted, in the order of v1.
pub(super) const WANTED: [Source; 5] = [
    (
        "object",
        &[
            field("target", "/describedObject"),
            field("metricName", "/metric/name"),
            quantity("targetValue", "/target/value"),
            field("selector", "/metric/selector"),
            field("averageValue", "/target/averageValue"),
        ],
    ),
    (
        "pods",
        &[
            field("metricName", "/metric/name"),
            quantity("targetAverageValue", "/target/averageValue"),
            field("selector", "/metric/selector"),
        ],
    ),
    (
        "resource",
        &[
            field("name", "/name"),
            field("targetAverageUtilization", "/target/averageUtilization"),
            field("targetAverageValue", "/target/averageValue"),
        ],
    ),
    (
        "containerResource",
        &[
            field("name", "/name"),
            field("targetAverageUtilization", "/target/averageUtilization"),
            field("targetAverageValue", "/target/averageValue"),
            field("container", "/container"),
        ],
    ),
    (
        "external",
        &[
            field("metricName", "/metric/name"),
            field("metricSelector", "/metric/selector"),
            field("targetValue", "/target/value"),
            field("targetAverageValue", "/target/averageValue"),
        ],
    ),
];

/// The same, of what was measured.
pub(super) const CURRENT: [Source; 5] = [
    (
        "object",
        &[
            field("target", "/describedObject"),
            field("metricName", "/metric/name"),
            quantity("currentValue", "/current/value"),
            field("selector", "/metric/selector"),
            field("averageValue", "/current/averageValue"),
        ],
    ),
    (
        "pods",
        &[
            field("metricName", "/metric/name"),
            quantity("currentAverageValue", "/current/averageValue"),
            field("selector", "/metric/selector"),
        ],
    ),
    (
        "resource",
        &[
            field("name", "/name"),
            field("currentAverageUtilization", "/current/averageUtilization"),
            quantity("currentAverageValue", "/current/averageValue"),
        ],
    ),
    (
        "containerResource",
        &[
            field("name", "/name"),
            field("currentAverageUtilization", "/current/averageUtilization"),
            quantity("currentAverageValue", "/current/averageValue"),
            field("container", "/container"),
        ],
    ),
    (
        "external",
        &[
            field("metricName", "/metric/name"),
            field("metricSelector", "/metric/selector"),
            quantity("currentValue", "/current/value"),
            field("currentAverageValue", "/current/averageValue"),
        ],
    ),
];
