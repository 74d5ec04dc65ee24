//! Documents of the tools: small reports and expectations.

use std::collections::BTreeMap;

use wsproof_reports::canonical;
use wsproof_reports::model::{
    CaseKey, CaseResult, Level, Observed, Report, Settings, StreamEnd, Subject, Suite, Verdict,
    Work,
};

use super::{Seeds, tidy};

/// For the target that reads them.
pub(crate) const SEEDS: Seeds = Seeds { folder: "documents", make };

/// Entries that are right and entries that are not.
const EXPECTATIONS: [(&str, &str); 6] = [
    (
        "all",
        "schema = 1\nsuite = \"1\"\n\n[[expect]]\ncases = [\"text/*\", \"ab:7.9.*\", \"rfc:6455#7.4\", \
         \"tag:x\"]\nverdict = [\"fail\", \"lenient\"]\nreason = \"why\"\nissue = \"https://example.org/7\"\n\
         when = { role = \"client\" }\nuntil = 2027-03-01\nclose = 1002\n",
    ),
    (
        "plain",
        "schema = 1\n[[expect]]\ncases = [\"server/a/b\"]\nverdict = \"fail\"\nreason = \"x\"\n",
    ),
    (
        "no-run",
        "schema = 1\n[[expect]]\ncases = [\"*\"]\nverdict = \"crash\"\nreason = \"x\"\nrun = false\n",
    ),
    ("no-reason", "schema = 1\n[[expect]]\ncases = [\"a/b\"]\nverdict = \"fail\"\n"),
    ("unknown-key", "schema = 1\ncolour = 2\n"),
    ("newer", "schema = 99\n"),
];

fn make() -> BTreeMap<String, Vec<u8>> {
    let results = [
        ("empty", vec![]),
        ("pass", vec![("server/a/b", Verdict::Pass)]),
        ("fail", vec![("server/a/b", Verdict::Fail), ("client/a/b", Verdict::Lenient)]),
        ("crash", vec![("client/a/b", Verdict::Crash), ("server/c/d", Verdict::Unsupported)]),
    ];
    let reports =
        results.map(|(name, cases)| (name.to_owned(), canonical::to_string(&report(&cases))));
    let mut seeds: Vec<(String, Vec<u8>)> = Vec::new();
    for (index, (name, text)) in reports.iter().enumerate() {
        let (other, _) = &reports[(index + 1) % reports.len()];
        let (with, entries) = EXPECTATIONS[index];
        seeds.push((format!("report-{name}"), text.clone().into_bytes()));
        let both = [text, &reports[(index + 1) % reports.len()].1[..], entries].join("\0");
        seeds.push((format!("{name}-{other}-{with}"), both.into_bytes()));
    }
    let entries =
        EXPECTATIONS.map(|(name, text)| (format!("expect-{name}"), text.as_bytes().to_vec()));
    tidy(seeds.into_iter().chain(entries))
}

fn report(cases: &[(&str, Verdict)]) -> Report {
    let cases =
        cases.iter().filter_map(|(key, verdict)| Some((key.parse().ok()?, result(*verdict))));
    let cases: BTreeMap<CaseKey, CaseResult> = cases.collect();
    let count = cases.len() as u64;
    let suite = Suite { version: "1".to_owned(), digest: None, selected: count, total: count };
    let subject = Subject {
        name: "s".to_owned(),
        version: None,
        roles: Vec::new(),
        transport: "tcp".to_owned(),
        driver: "d".to_owned(),
        features: Vec::new(),
    };
    Report::new(suite, subject, Settings::default(), true, cases, None)
}

fn result(verdict: Verdict) -> CaseResult {
    let work = Work { actions: 12, bytes_in: 31, bytes_out: 29, peak_buffer_bytes: 4096 };
    CaseResult {
        rfc: vec!["6455#7.4.1".to_owned()],
        observed: Observed {
            close: Some(1002),
            end: Some(StreamEnd::Fin),
            work: Some(work),
            ..Observed::default()
        },
        ..CaseResult::new(Level::Must, verdict)
    }
}

/// The words of the documents: keys and values.
pub(crate) fn words() -> Vec<Vec<u8>> {
    let mut words: Vec<Vec<u8>> = make()
        .values()
        .flat_map(|document| document.split(|octet| !octet.is_ascii_graphic()))
        .filter(|word| word.len() > 2)
        .map(<[u8]>::to_vec)
        .collect();
    words.extend(
        ["18446744073709551615", "-1", "1e999", "\\u0000", "null", "[]", "{}"].map(Into::into),
    );
    words
}
