//! The kinds that `get` shows: sets, and what belongs to them.

use crate::api::{API_VERSION, GROUP, vmi, vmirs};
use crate::client::resource_paths;

/// A kind that `get` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResourceKind {
    /// The sets themselves.
    Sets,
    /// Their VMIs.
    Vmis,
    /// The launcher pods of their VMIs.
    Pods,
    /// The HPAs that scale them.
    Hpas,
}

impl ResourceKind {
    /// Group and version in paths.
    pub(super) fn api(self) -> &'static str {
        match self {
            Self::Sets | Self::Vmis => resource_paths::KUBEVIRT_API,
            Self::Pods => resource_paths::CORE_API,
            Self::Hpas => "/apis/autoscaling/v2",
        }
    }

    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Sets => vmirs::PLURAL,
            Self::Vmis => vmi::PLURAL,
            Self::Pods => "pods",
            Self::Hpas => "horizontalpodautoscalers",
        }
    }

    /// As kubectl names the resource in messages about lists.
    pub(super) fn resource(self) -> String {
        let (api_version, _) = self.kind();
        let slash = if api_version.contains('/') { "" } else { "/" };
        format!("{slash}{api_version}, Resource={}", self.plural())
    }

    /// As `--show-kind` puts it before names.
    pub(super) fn prefix(self) -> String {
        match self {
            Self::Sets => format!("{}.{GROUP}", vmirs::SINGULAR),
            Self::Vmis => format!("{}.{GROUP}", vmi::SINGULAR),
            Self::Pods => "pod".to_owned(),
            Self::Hpas => "horizontalpodautoscaler.autoscaling".to_owned(),
        }
    }

    /// Version and kind of its objects.
    pub(super) fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Sets => (API_VERSION, vmirs::KIND),
            Self::Vmis => (API_VERSION, vmi::KIND),
            Self::Pods => ("v1", "Pod"),
            Self::Hpas => ("autoscaling/v2", "HorizontalPodAutoscaler"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_named_as_in_kubectls_messages() {
        assert_eq!(ResourceKind::Pods.resource(), "/v1, Resource=pods");
        assert_eq!(ResourceKind::Sets.resource(), "kubevirt.io/v1, Resource=virtualmachineinstancereplicasets");
    }
}
