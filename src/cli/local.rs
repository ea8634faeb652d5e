//! `--local`: the embedded reconciler, run in this process until the command's sets have settled.
