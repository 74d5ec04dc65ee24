//! `wsproof replay`.

use wsproof_cases::Role;
use wsproof_cases::wscase::{Saved, write};
use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::model::{CaseKey, CaseResult};
use wsproof_reports::render::Terminal;
use wsproof_reports::source::Source;
use wsproof_reports::write::write_atomically;

use super::args::ReplayArgs;
use super::failure::Failure;
use super::output::Output;
use super::report::load;
use super::show::show;
use super::{exec, listen, signals};
use crate::run::Worker;
use crate::select::{Item, find};

/// Plays one case and shows it, or shows what a report has of one.
pub(super) fn replay(args: &ReplayArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    args.subject.check()?;
    let Some((source, key)) = args.case.rsplit_once('#').filter(|_| !args.case.starts_with("rfc:"))
    else {
        let item = find(&args.case, args.role)?;
        save(item, args, output)?;
        return again(item, args, output);
    };
    let key: CaseKey = key.parse().map_err(Failure::usage)?;
    if args.save.is_some() {
        save(find(key.as_str(), None)?, args, output)?;
    }
    if args.again {
        return again(find(key.as_str(), None)?, args, output);
    }
    let source: Source = source.parse().map_err(Failure::usage)?;
    let report = load(&source)?;
    let Some(result) = report.cases.get(&key) else {
        return Err(Failure::usage(format!("{source} has no result {key}")));
    };
    tell(&key, result, output);
    Ok(ExitCode::Success)
}

/// Writes the case to the file that was asked for, under a name of its own: it is no longer the
/// catalogue's, and can be played beside it.
fn save(item: &Item, args: &ReplayArgs, output: &Output) -> Result<(), Failure> {
    const FOLDER: &str = "regression/";

    let Some(path) = &args.save else { return Ok(()) };
    let mut case = item.case.clone();
    case.autobahn = None;
    if item.file.is_none() {
        case.id = format!("{FOLDER}{}", case.id).into();
    }
    let text = write(&Saved { role: Some(item.role), case });
    let text = format!("# {} of wsproof {}\n{text}", item.key, env!("CARGO_PKG_VERSION"));
    write_atomically(path, text.as_bytes()).map_err(Failure::harness)?;
    output.note(&format!("  saved; `wsproof run {}` plays it", path.display()));
    Ok(())
}

/// Plays the case under one cut.
fn again(item: &'static Item, args: &ReplayArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    // A program that is started ends with this one, however that ends.
    signals::listen()?;
    let settings = args.subject.settings(vec![args.cuts])?;
    let net = &args.subject.net;
    let result = match &net.listen {
        Some(_) if item.role != Role::Client => {
            return Err(Failure::usage("--listen is for clients; name the case client/ID"));
        }
        Some(address) => listen::one(net, address, item, settings)?,
        None if net.exec.is_some() => Worker::new(&exec::served(net, settings)?).result(item),
        None => Worker::new(&settings).result(item),
    };
    tell(&item.key, &result, output);
    Ok(match result {
        _ if signals::have_come() => ExitCode::Interrupted,
        CaseResult { verdict, .. } if verdict.is_good() => ExitCode::Success,
        result if result.is_unexpected(false) => ExitCode::Findings,
        _ => ExitCode::CouldNotTest,
    })
}

fn tell(key: &CaseKey, result: &CaseResult, output: &mut Output) {
    let title = result.title.as_deref().unwrap_or("");
    output.line(format!("{key}  {title}").trim_end());
    let why = result.reason.as_deref().unwrap_or("");
    match &result.wire {
        Some(wire) => show(wire, why, output),
        None => output.line("  no wire log was kept; `--again` plays the case again"),
    }
    if let Some(fault) = &result.observed.fault {
        output.line(&format!("  the subject says: {fault}"));
    }
    let terminal = Terminal { color: output.color };
    output.line(&format!("  {}", terminal.case_line(key, result, false)));
}
