//! `wsproof echo`.

use core::convert::Infallible;
use std::{fs, process};

use wsproof_reports::exit_code::ExitCode;

use super::args::EchoArgs;
use super::failure::Failure;
use super::output::Output;
use crate::echo::{Listener, run_cases, run_once, serve};

/// Serves until it is interrupted, or runs the client to its end.
pub(super) fn echo(args: &EchoArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    match (&args.listen, &args.connect) {
        (Some(place), _) => match listen(args, place, output)? {},
        (None, Some(_)) => connect(args, output),
        (None, None) => Err(Failure::usage("neither --listen nor --connect")),
    }
}

fn listen(args: &EchoArgs, place: &str, output: &mut Output) -> Result<Infallible, Failure> {
    let harness = |error| Failure::harness(format!("cannot listen at {place}: {error}"));
    let path = place.strip_prefix("unix:").map(str::to_owned);
    let mut listener = Listener::bind(place).map_err(harness)?;
    if let Some(identity) = args.identity()? {
        listener = listener.secure(identity);
    }
    // An interrupt is the ordinary end of a server.
    on_interrupt(move || {
        let _ = path.as_ref().map(fs::remove_file);
        ExitCode::Success
    })?;
    output.line(&format!("listening on {}", listener.address().map_err(harness)?));
    serve(&listener, &args.settings())
}

fn connect(args: &EchoArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let Some(address) = &args.connect else { return Err(Failure::usage("no --connect")) };
    on_interrupt(|| ExitCode::Interrupted)?;
    let (trust, settings) = (args.trust()?, args.settings());
    let line = if args.once {
        run_once(address, trust.as_ref(), &settings).map(|outcome| outcome.to_string())
    } else {
        let count = run_cases(address, &args.agent, trust.as_ref(), &settings);
        count.map(|count| format!("{count} cases as {}", args.agent))
    };
    output.line(&line.map_err(Failure::harness)?);
    Ok(ExitCode::Success)
}

fn on_interrupt(code: impl Fn() -> ExitCode + Send + 'static) -> Result<(), Failure> {
    ctrlc::set_handler(move || process::exit(code().code().into()))
        .map_err(|error| Failure::harness(format!("cannot listen to signals: {error}")))
}
