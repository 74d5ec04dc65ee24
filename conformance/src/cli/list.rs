//! `wsproof list`.

use serde_json::{Value, json};
use wsproof_cases::Role;
use wsproof_model::Bug;
use wsproof_reports::exit_code::ExitCode;

use super::args::{ListArgs, ListFormat};
use super::failure::Failure;
use super::output::Output;
use crate::select::{Item, items, select};

/// Shows what a run with the same filters would play.
pub(super) fn list(args: &ListArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    if args.bugs {
        bugs(args.format, output);
        return Ok(ExitCode::Success);
    }
    let mut selected = select(&args.select.request())?;
    selected.retain(|item| args.select.has(item));
    let cases = by_case(&selected);
    match args.format {
        ListFormat::Text => cases.iter().for_each(|items| output.line(&text(items))),
        ListFormat::Ids => names(&cases).iter().for_each(|name| output.line(name)),
        ListFormat::Json => {
            let cases: Vec<Value> = cases.iter().map(|items| object(items)).collect();
            output.line(&format!("{:#}", Value::from(cases)));
        }
    }
    if cases.is_empty() {
        output.complain("the filters leave no case");
        return Ok(ExitCode::NothingRan);
    }
    Ok(ExitCode::Success)
}

/// The selected results of one case after another.
fn by_case(selected: &[&'static Item]) -> Vec<Vec<&'static Item>> {
    let same = |a: &&Item, b: &&Item| a.case.id == b.case.id;
    selected.chunk_by(same).map(<[_]>::to_vec).collect()
}

/// One name per case if it is selected in all its roles, else one per role: as filters, they select
/// exactly this. A case of a file is named by its file.
fn names(cases: &[Vec<&'static Item>]) -> Vec<String> {
    let name = |selected: &Vec<&'static Item>| {
        let case = selected[0].case;
        if let Some(file) = &selected[0].file {
            vec![file.clone()]
        } else if roles(selected) == all_roles(case.id.as_ref()) {
            vec![case.id.to_string()]
        } else {
            selected.iter().map(|item| item.key.to_string()).collect()
        }
    };
    cases.iter().flat_map(name).collect()
}

fn roles(items: &[&Item]) -> Vec<Role> {
    items.iter().map(|item| item.role).collect()
}

fn all_roles(id: &str) -> Vec<Role> {
    items().iter().filter(|item| item.case.id == id).map(|item| item.role).collect()
}

fn text(items: &[&'static Item]) -> String {
    let item = items[0];
    let roles: Vec<&str> = items.iter().map(|item| item.role.name()).collect();
    format!(
        "{:<44} {:<8} {:<11} {:<13} {}",
        item.case.id,
        item.case.level.name().to_uppercase(),
        item.alias.as_deref().unwrap_or(""),
        roles.join(","),
        item.case.title
    )
}

fn object(items: &[&'static Item]) -> Value {
    let item = items[0];
    let roles: Vec<&str> = items.iter().map(|item| item.role.name()).collect();
    json!({
        "id": item.case.id,
        "title": item.case.title,
        "level": item.case.level.name(),
        "rfc": item.rfc,
        "alias": item.alias,
        "roles": roles,
        "tags": item.tags,
        "tier": item.case.least_tier().name(),
    })
}

fn bugs(format: ListFormat, output: &mut Output) {
    match format {
        ListFormat::Text => {
            for bug in Bug::ALL {
                output.line(&format!("{:<28} {}", bug.name(), bug.what()));
            }
        }
        ListFormat::Ids => Bug::ALL.iter().for_each(|bug| output.line(bug.name())),
        ListFormat::Json => {
            let bug = |bug: &Bug| json!({ "name": bug.name(), "what": bug.what() });
            let bugs: Vec<Value> = Bug::ALL.iter().map(bug).collect();
            output.line(&format!("{:#}", Value::from(bugs)));
        }
    }
}
