//! `kubectl vmirs delete`.

use super::Context;
use super::error::Error;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

impl Args {
    pub(crate) async fn run(self, _context: &mut Context) -> Result<ExitCode, Error> {
        Err(Error::plain("delete: not written yet"))
    }
}
