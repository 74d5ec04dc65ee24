//! What the command line says about itself: schemas, completions and manual pages.

use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;
use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::schema::schemas;

use super::args::{CONFIG, Cli, SchemaArgs};
use super::config;
use super::failure::Failure;
use super::output::Output;

/// Prints a JSON Schema.
pub(super) fn schema(args: &SchemaArgs, output: &mut Output) -> ExitCode {
    if args.name == CONFIG {
        output.write(&config::schema());
    }
    let schemas = schemas();
    let named = schemas.iter().filter(|schema| schema.name == args.name);
    named.for_each(|schema| output.write(&schema.text));
    ExitCode::Success
}

/// Prints a completion script.
pub(super) fn completions(shell: Shell, output: &mut Output) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "wsproof", &mut script);
    output.write(&String::from_utf8_lossy(&script));
    ExitCode::Success
}

/// Prints the manual page of the program, or writes one per command into a folder.
pub(super) fn man(folder: Option<&Path>, output: &mut Output) -> Result<ExitCode, Failure> {
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(Cli::command(), folder))
            .map_err(|error| Failure::usage(format!("--dir {}: {error}", folder.display())))?;
        return Ok(ExitCode::Success);
    }
    let mut page = Vec::new();
    Man::new(Cli::command()).render(&mut page).map_err(Failure::harness)?;
    output.write(&String::from_utf8_lossy(&page));
    Ok(ExitCode::Success)
}
