//! `kubectl vmirs pause` and `kubectl vmirs resume`.

use super::Context;
use super::error::Error;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct PauseArgs {}
#[derive(Debug, clap::Args)]
pub(crate) struct ResumeArgs {}

impl PauseArgs {
    pub(crate) async fn run(self, _context: &mut Context) -> Result<ExitCode, Error> {
        Err(Error::plain("pause: not written yet"))
    }
}
impl ResumeArgs {
    pub(crate) async fn run(self, _context: &mut Context) -> Result<ExitCode, Error> {
        Err(Error::plain("resume: not written yet"))
    }
}
