//! `amana demo`: one case, four countries, a hub that reads nothing. Invented people, real exchange.

mod canary;
mod capture;
mod disk;
pub(crate) mod exchange;
mod outage;
mod place;
mod process;
mod reading;
mod recall;
mod story;

use std::path::PathBuf;

use crate::args::{DemoArgs, OutputFormat};
use crate::exit::{Exit, Failure};
use crate::output::note;
use crate::settings::Settings;
use exchange::{Exchange, failed};
use story::Story;

pub(crate) async fn run(args: DemoArgs, settings: &Settings) -> Result<(), Failure> {
    let temporary = tempfile::Builder::new().prefix("amana-demo-").tempdir().map_err(failed)?;
    let dir: PathBuf = match &args.dir {
        Some(dir) => {
            amana_kit::fsio::create_private_directory(dir).map_err(failed)?;
            if std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
                let failure = Failure::new(Exit::Usage, format_args!("{} is not empty", dir.display()));
                return Err(failure.hint("name a new folder"));
            }
            dir.clone()
        }
        None => temporary.path().to_owned(),
    };
    let mut story = Story::new(Exchange::create(&dir, "exercise.example")?, settings.clone());
    let told = story.tell().await;
    if settings.out.format == OutputFormat::Table && told.is_ok() {
        note("every step held");
    }
    told?;
    if args.serve { story.serve().await } else { Ok(()) }
}
