//! `wsproof echo`.

use core::convert::Infallible;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::sync::Arc;
use std::{fs, process, thread};

use wsproof_reports::exit_code::ExitCode;

use super::args::EchoArgs;
use super::failure::Failure;
use super::output::Output;
use crate::echo::{Connections, Listener, run_cases, run_once, serve};

/// How long peers are given to answer the Close of an application that goes away.
const GRACE: Duration = Duration::from_secs(2);

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
    let connections = Connections::default();
    // An interrupt is the ordinary end of a server.
    on_interrupt(&connections, move || {
        let _ = path.as_ref().map(fs::remove_file);
        ExitCode::Success
    })?;
    output.line(&format!("listening on {}", listener.address().map_err(harness)?));
    serve(&listener, &args.settings(), &connections)
}

fn connect(args: &EchoArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let Some(address) = &args.connect else { return Err(Failure::usage("no --connect")) };
    let connections = Connections::default();
    on_interrupt(&connections, || ExitCode::Interrupted)?;
    let (trust, settings) = (args.trust()?, args.settings());
    let line = if args.once {
        run_once(address, trust.as_ref(), &settings, &connections)
            .map(|outcome| outcome.to_string())
    } else {
        let count = run_cases(address, &args.agent, trust.as_ref(), &settings, &connections);
        count.map(|count| format!("{count} cases as {}", args.agent))
    };
    if connections.are_leaving() {
        return Ok(ExitCode::Interrupted);
    }
    output.line(&line.map_err(Failure::harness)?);
    Ok(ExitCode::Success)
}

/// The first signal closes what is open, as long as its peers answer in time, and ends the process.
fn on_interrupt(
    connections: &Connections,
    end: impl Fn() -> ExitCode + Send + Sync + 'static,
) -> Result<(), Failure> {
    let (connections, end) = (connections.clone(), Arc::new(end));
    let left = AtomicBool::new(false);
    ctrlc::set_handler(move || {
        if left.swap(true, Ordering::Relaxed) {
            process::exit(end().code().into());
        }
        let (connections, end) = (connections.clone(), Arc::clone(&end));
        // Beside the handler, so that a second signal is heard.
        let leave = move || {
            connections.leave(GRACE);
            process::exit(end().code().into())
        };
        if let Err(error) = thread::Builder::new().spawn(leave) {
            eprintln!("cannot say goodbye: {error}");
            process::exit(ExitCode::CouldNotTest.code().into());
        }
    })
    .map_err(|error| Failure::harness(format!("cannot listen to signals: {error}")))
}
