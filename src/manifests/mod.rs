//! YAML that ships inside the binary.
