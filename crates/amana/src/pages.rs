//! What is made from the command line's own description: completions and the manual page.

use clap::CommandFactory;

use crate::args::Cli;
use crate::exit::{Exit, Failure};
use crate::settings::Settings;

pub(crate) fn completions(shell: clap_complete::Shell, settings: &Settings) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "amana", &mut script);
    settings.out.text(&String::from_utf8_lossy(&script))
}

pub(crate) fn man(settings: &Settings) -> Result<(), Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page).map_err(|e| Failure::new(Exit::Failed, e))?;
    settings.out.text(&String::from_utf8_lossy(&page))
}
