//! The rules of a HorizontalPodAutoscaler.
