//! What the first pages show is what happens.
//!
//! Every command of a `console` block is run, and must end with the code shown by `$ echo $?` after
//! it, or else with 0. The lines below it must be what it writes to standard output, but for times;
//! a line `…` stands for any lines, and no lines at all for any output. A block whose first line
//! names a language and a file is that file for the commands that follow. With
//! `WSPROOF_UPDATE_SNAPSHOTS` set, lines that are not true any more are written anew. Blocks of Rust are
//! tests of the documentation.

use core::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use wsproof::driver::DRIVERS;
use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::render::FORMATS;

const PAGES: [&str; 4] =
    ["README.md", "CONTRIBUTING.md", "conformance/README.md", "reports/README.md"];
/// Pictures of a terminal, drawn by `scripts/picture`.
const PICTURES: [&str; 2] = [".github/run-dark.svg", ".github/run-light.svg"];
const ELISION: &str = "…";

#[test]
fn commands_do_what_the_pages_show() {
    for page in PAGES {
        let folder = scratch(page);
        let mut lines: Vec<_> = read(page).lines().map(str::to_owned).collect();
        let shown = commands(&lines);
        assert!(!shown.is_empty(), "{page} shows no command");
        let mut files = files(&lines).peekable();
        let mut ran = Vec::new();
        for shown in shown {
            while let Some((_, name, text)) = files.next_if(|(at, ..)| *at < shown.output.start) {
                fs::write(folder.join(name), text).unwrap();
            }
            ran.push((written(page, &shown, &folder), shown));
        }
        drop(files);
        let mut outdated = Vec::new();
        for (real, shown) in ran.into_iter().rev() {
            let told = &lines[shown.output.clone()];
            let Some(real) = real.filter(|real| !told.is_empty() && !fits(told, real)) else {
                continue;
            };
            outdated.push(format!("{page}: {}\n{}\n", shown.command, real.join("\n")));
            lines.splice(shown.output, real);
        }
        if outdated.is_empty() {
            continue;
        }
        if env::var_os("WSPROOF_UPDATE_SNAPSHOTS").is_some() {
            fs::write(root().join(page), lines.join("\n") + "\n").unwrap();
        } else {
            panic!("this is not what the page shows; {}", outdated.concat());
        }
    }
}

#[test]
fn the_pictures_show_what_happens() {
    for picture in PICTURES {
        let lines = drawn(&read(picture));
        let shown = commands(&lines);
        assert!(shown.len() > 1, "{picture} shows {} commands", shown.len());
        for shown in shown {
            let shown = Shown { code: 100, ..shown };
            let real = written(picture, &shown, &scratch(picture)).unwrap();
            let told = &lines[shown.output.clone()];
            let real_text = real.join("\n");
            assert!(fits(told, &real), "scripts/picture draws {picture} again:\n{real_text}");
        }
    }
}

/// The lines of a terminal in a picture, as a page would show them.
fn drawn(picture: &str) -> Vec<String> {
    let mut lines = vec!["```console".to_owned()];
    for row in picture.lines().filter(|row| row.starts_with("<text")) {
        let parts = row.split('<').filter_map(|part| part.split_once('>'));
        let text: String = parts.map(|(_, text)| text).collect();
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        match lines.last_mut() {
            Some(line) if row.starts_with("<text class=\"rest\"") => line.push_str(&text),
            _ => lines.push(text),
        }
    }
    lines
}

#[test]
fn every_command_of_the_program_is_told() {
    let readme = read("README.md");
    let help = wsproof(&["help"], &scratch("help"));
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, commands) = help.split_once("\nCommands:\n").unwrap();
    let names = commands.lines().map_while(|line| line.split_whitespace().next());
    let untold: Vec<_> = names
        .filter(|name| *name != "help" && !readme.contains(&format!("\n| `wsproof {name}")))
        .collect();
    assert!(untold.is_empty(), "the table of commands lacks {untold:?}");
}

#[test]
fn the_exit_codes_are_those_of_the_program() {
    let readme = read("README.md");
    let mut codes = ExitCode::PRECEDENCE;
    codes.sort_by_key(|code| code.code());
    let rows = codes.map(|code| format!("| {} | {} |\n", code.code(), code.meaning())).concat();
    assert!(readme.contains(&rows), "the table of exit codes should be\n{rows}");
}

#[test]
fn the_drivers_are_those_of_the_program() {
    let readme = read("README.md");
    let rows = DRIVERS.iter().map(|driver| format!("| `{}` | {} |\n", driver.name, driver.about));
    let rows: String = rows.collect();
    assert!(readme.contains(&rows), "the table of drivers should be\n{rows}");
}

#[test]
fn the_formats_are_those_of_the_program() {
    let page = read("reports/README.md");
    let formats = FORMATS.iter().map(|format| format.name).filter(|name| *name != "terminal");
    let untold: Vec<_> =
        formats.filter(|name| !page.contains(&format!("\n| `--{name}` | "))).collect();
    assert!(untold.is_empty(), "the table of formats lacks {untold:?}");
}

/// What the page shows of a workflow stands in one, and workflows call scripts that are there.
#[test]
fn the_lines_of_workflows_are_those_of_the_page() {
    let workflows = root().join(".github/workflows");
    let read_all = fs::read_dir(workflows).unwrap().map(|entry| {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let lines = text.lines().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(not_scripts(&lines), [""; 0], "a workflow calls something else than scripts");
        text
    });
    let workflows: Vec<String> = read_all.collect();
    let readme = read("README.md");
    let (_, section) = readme.split_once("\n## In CI\n").unwrap();
    let (_, block) = section.split_once("\n```yaml\n").unwrap();
    let (block, _) = block.split_once("```\n").unwrap();
    assert!(workflows.iter().any(|text| text.contains(block)), "no workflow has\n{block}");
}

/// The commands that a workflow runs itself, but for those that ask the platform: what has changed,
/// and where a release goes.
fn not_scripts(lines: &[String]) -> Vec<&str> {
    let mut commands = Vec::new();
    let mut block = None;
    for line in lines {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if block.is_some_and(|at| indent > at) {
            commands.push(text);
            continue;
        }
        block = None;
        match text.strip_prefix("- ").unwrap_or(text).strip_prefix("run: ") {
            Some("|") => block = Some(indent),
            Some(command) => commands.push(command),
            None => {}
        }
    }
    commands.retain(|command| {
        let word = command.split(' ').next().unwrap_or_default();
        let is_script = word.starts_with("scripts/") && root().join(word).is_file();
        !is_script && !["git", "gh"].contains(&word) && *command != "exit 1"
    });
    commands
}

/// The comparison above sees what it must not let pass.
#[test]
fn planted_mistakes_are_found() {
    let lines = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    let page = "$ no\n```console\n$ one 'a b' c\nfirst\nsecond\n$ echo $?\n100\n\n$ two\n```\nx\n";
    let found = commands(&lines(page));
    assert_eq!(found.len(), 2);
    assert_eq!(
        (&*found[0].command, found[0].code, &found[0].output),
        ("one 'a b' c", 100, &(3..5))
    );
    assert_eq!((&*found[1].command, found[1].code, &found[1].output), ("two", 0, &(9..9)));
    assert_eq!(arguments("wsproof one 'a b' c"), Some(vec!["one", "a b", "c"]));

    let rows = "<svg>\n<text x=\"1\"><tspan>$ one &lt;</tspan></text>\n<text class=\"rest\"><tspan>b\
                </tspan></text>\n<text><tspan>c</tspan><tspan>d</tspan></text>";
    assert_eq!(drawn(rows), ["```console", "$ one <b", "cd"]);

    let page = lines("```toml a.toml\nb = 1\n```\n```console\n```");
    assert_eq!(files(&page).collect::<Vec<_>>(), [(0, "a.toml", "b = 1\n".to_owned())]);

    let steps = lines("- run: scripts/check\n  run: make\n- run: scripts/none\n- run: exit 1");
    assert_eq!(not_scripts(&steps), ["make", "scripts/none"]);

    for (shown, real, fit) in [
        ("a\nb", "a\nb", true),
        ("a\nb", "a", false),
        ("a", "a\nb", false),
        ("a\n…\nd", "a\nb\nc\nd", true),
        ("a\n…\nd", "a\nb\nc", false),
        (
            "1 pass      1.5 s, 20 results per second",
            "1 pass      0.123 s, 9 results per second",
            true,
        ),
        ("1 pass      1.5 s", "2 pass      1.5 s", false),
    ] {
        assert_eq!(fits(&lines(shown), &lines(real)), fit, "{shown:?} and {real:?}");
    }
}

/// A command that a page shows.
struct Shown {
    command: String,
    code: i32,
    /// The lines of the page with what it writes.
    output: Range<usize>,
}

fn commands(lines: &[String]) -> Vec<Shown> {
    let mut commands = Vec::<Shown>::new();
    let (mut inside, mut code_follows) = (false, false);
    for (at, line) in lines.iter().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if !inside || line.is_empty() && code_follows {
            continue;
        } else if line == "$ echo $?" {
            code_follows = true;
        } else if let Some(command) = line.strip_prefix("$ ") {
            code_follows = false;
            commands.push(Shown { command: command.to_owned(), code: 0, output: at + 1..at + 1 });
        } else if let Some(shown) = commands.last_mut() {
            if code_follows {
                shown.code = line.parse().expect("an exit code follows");
            } else {
                shown.output.end = at + 1;
            }
        }
    }
    commands
}

/// The files that a page shows: the line, the name, the text.
fn files(lines: &[String]) -> impl Iterator<Item = (usize, &str, String)> {
    let begun = lines.iter().enumerate().filter_map(|(at, line)| {
        let (_, name) = line.strip_prefix("```")?.split_once(' ')?;
        Some((at, name))
    });
    begun.map(|(at, name)| {
        let text = lines[at + 1..].iter().take_while(|line| *line != "```");
        (at, name, text.flat_map(|line| [line, "\n"]).collect())
    })
}

/// What a command writes to standard output, if it is one that this test runs.
fn written(page: &str, shown: &Shown, folder: &Path) -> Option<Vec<String>> {
    let Some(arguments) = arguments(&shown.command) else {
        known(page, &shown.command);
        return None;
    };
    let output = wsproof(&arguments, folder);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(shown.code), "{page}: {}\n{complaint}", shown.command);
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(str::to_owned).collect())
}

/// The arguments for wsproof, if it is the program to run.
fn arguments(command: &str) -> Option<Vec<&str>> {
    let built = command.strip_prefix("cargo run --release -- ");
    let arguments = built.or_else(|| command.strip_prefix("wsproof "))?;
    let parts = arguments.split('\'').enumerate();
    let words = parts.flat_map(|(at, part)| match at % 2 {
        0 => part.split_whitespace().collect(),
        _ => vec![part],
    });
    Some(words.collect())
}

/// Commands that this test does not run: the suite it is a part of, and scripts, which the gate
/// runs.
fn known(page: &str, command: &str) {
    let script = match command {
        "cargo test --workspace" => "scripts/test",
        other => other,
    };
    let text = fs::read_to_string(root().join(script)).unwrap_or_default();
    assert!(text.starts_with("#!"), "{page} shows {command:?}, which nothing runs");
    assert!(script == command || text.contains(command), "{script} does not run {command:?}");
}

/// Runs the binary that cargo has built for the tests, where the pages say `cargo run --release`.
fn wsproof(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wsproof"));
    for variable in ["CLICOLOR_FORCE", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"] {
        command.env_remove(variable);
    }
    // Commands that are started by others find the program by its name.
    let own = Path::new(env!("CARGO_BIN_EXE_wsproof")).parent().unwrap().to_owned();
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([own].into_iter().chain(env::split_paths(&path))).unwrap();
    command.env("PATH", path);
    command.args(arguments).current_dir(folder).output().expect("wsproof starts")
}

/// Whether these are the lines shown, but for times.
fn fits(shown: &[String], real: &[String]) -> bool {
    match shown {
        [] => real.is_empty(),
        [first, rest @ ..] if first == ELISION => {
            (0..=real.len()).any(|skipped| fits(rest, &real[skipped..]))
        }
        [first, rest @ ..] => real.split_first().is_some_and(|(line, others)| {
            without_times(first) == without_times(line) && fits(rest, others)
        }),
    }
}

fn without_times(line: &str) -> String {
    let words: Vec<_> = line.split(' ').collect();
    let volatile = |at: usize| match words[at + 1..] {
        ["s" | "s,", ..] | ["results", "per", ..] => words[at].parse::<f64>().is_ok(),
        _ => false,
    };
    let kept = |at| if volatile(at) { "_" } else { words[at] };
    (0..words.len()).map(kept).collect::<Vec<_>>().join(" ")
}

/// An empty folder with the folders that the commands write to.
fn scratch(page: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(page);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(folder.join("reports")).unwrap();
    folder
}

fn read(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap()
}

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
