//! Spec files of the Autobahn test suite: `fuzzingclient.json` and `fuzzingserver.json`.

use core::time::Duration;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use wsproof_cases::{Role, autobahn};

use super::args::NetArgs;
use super::failure::Failure;
use crate::address::{Address, Place};
use crate::file;
use crate::select::{Item, items};

/// What a spec file asks for, as far as it is understood.
#[derive(Debug, Default)]
pub(super) struct Spec {
    servers: Vec<(Address, Option<String>)>,
    listen: Option<String>,
    cases: Vec<String>,
    excluded: Vec<String>,
    /// Patterns of agents, and of the cases that they are not to play.
    excluded_for: Vec<(String, Vec<String>)>,
    outdir: Option<PathBuf>,
    protocols: Vec<String>,
    tls: Option<(PathBuf, PathBuf)>,
    timeout: Option<Duration>,
    /// What has no effect here.
    pub(super) ignored: Vec<String>,
}

/// The options that give times, in seconds; the longest of them is waited for.
const TIMES: [&str; 3] =
    ["openHandshakeTimeout", "closeHandshakeTimeout", "serverConnectionDropTimeout"];

impl Spec {
    /// Reads a spec file.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let fail = |why: String| Failure::usage(format!("{}: {why}", path.display()));
        let text = file::text(path).map_err(|error| fail(error.to_string()))?;
        let spec: Value = serde_json::from_str(&text).map_err(|error| fail(error.to_string()))?;
        let spec = spec.as_object().ok_or_else(|| fail("it is no JSON object".to_owned()))?;
        Self::of(spec).map_err(fail)
    }

    fn of(spec: &Map<String, Value>) -> Result<Self, String> {
        let mut read = Self::default();
        for (key, value) in spec {
            match &**key {
                "servers" => read.servers = read.servers_of(value)?,
                "url" => read.listen = Some(listen(value)?),
                "cases" => read.cases = texts(key, value)?,
                "exclude-cases" => read.excluded = texts(key, value)?,
                "exclude-agent-cases" => {
                    let agents = value.as_object().ok_or("exclude-agent-cases is no object")?;
                    let row = |(agent, cases)| Ok((String::clone(agent), texts(key, cases)?));
                    read.excluded_for = agents.iter().map(row).collect::<Result<_, String>>()?;
                }
                "outdir" => read.outdir = Some(text(key, value)?.into()),
                "protocols" => read.protocols = texts(key, value)?,
                "options" => read.take_options(key, value)?,
                "key" | "cert" => {}
                // It has no effect in the original either.
                "webport" => {}
                other => read.ignored.push(other.to_owned()),
            }
        }
        if let (Some(key), Some(cert)) = (spec.get("key"), spec.get("cert")) {
            read.tls = Some((text("cert", cert)?.into(), text("key", key)?.into()));
        }
        if read.servers.is_empty() && read.listen.is_none() {
            return Err("there are neither servers nor a url".to_owned());
        }
        if read.cases.is_empty() {
            return Err("there are no cases".to_owned());
        }
        for pattern in read.cases.iter().filter(|pattern| !pattern.contains('*')) {
            if !autobahn::by_number().iter().any(|case| case.autobahn.as_deref() == Some(pattern)) {
                return Err(format!("there is no case {pattern}"));
            }
        }
        Ok(read)
    }

    fn servers_of(&mut self, value: &Value) -> Result<Vec<(Address, Option<String>)>, String> {
        let servers = value.as_array().ok_or("servers is no list")?;
        let mut found = Vec::new();
        for server in servers {
            let server = server.as_object().ok_or("a server is no object")?;
            let url = text("url", server.get("url").ok_or("a server has no url")?)?;
            let address = Address::parse(&url).map_err(|error| format!("{url}: {error}"))?;
            let agent = server.get("agent").map(|agent| text("agent", agent)).transpose()?;
            found.push((address, agent));
            for (key, value) in server {
                match &**key {
                    "url" | "agent" => {}
                    "options" => self.take_options("servers.options", value)?,
                    "protocols" => self.protocols = texts(key, value)?,
                    other => self.ignored.push(format!("servers.{other}")),
                }
            }
        }
        Ok(found)
    }

    fn take_options(&mut self, place: &str, value: &Value) -> Result<(), String> {
        let options = value.as_object().ok_or_else(|| format!("{place} is no object"))?;
        for (name, value) in options {
            let seconds = value.as_f64().filter(|seconds| (0.001..1e6).contains(seconds));
            match (seconds, &**name) {
                (Some(seconds), name) if TIMES.contains(&name) => {
                    self.timeout = self.timeout.max(Some(Duration::from_secs_f64(seconds)));
                }
                (_, name) => self.ignored.push(format!("{place}.{name}")),
            }
        }
        Ok(())
    }

    /// Says in options of the command line what the file says; what stands there already wins.
    pub(super) fn apply(&self, net: &mut NetArgs) {
        if net.servers.is_empty() && net.listen.is_none() {
            net.servers = self.servers.iter().map(|(address, _)| address.clone()).collect();
            net.listen = self.listen.clone().filter(|_| self.servers.is_empty());
        }
        let usual = if net.listen.is_some() { "reports/clients" } else { "reports/servers" };
        net.autobahn_dir
            .get_or_insert_with(|| self.outdir.clone().unwrap_or_else(|| PathBuf::from(usual)));
        if net.subprotocols.is_empty() {
            net.subprotocols.clone_from(&self.protocols);
        }
        if let (Some((cert, key)), None) = (&self.tls, &net.tls_cert) {
            (net.tls_cert, net.tls_key) = (Some(cert.clone()), Some(key.clone()));
        }
        net.timeout = self.timeout.unwrap_or(net.timeout);
    }

    /// The name of a server in the file.
    pub(super) fn agent(&self, address: &Address) -> Option<String> {
        let named = self.servers.iter().find(|(own, _)| own == address);
        named.and_then(|(_, agent)| agent.clone())
    }

    /// The cases, by number.
    pub(super) fn items(&self, role: Role) -> Vec<&'static Item> {
        let number = |item: &Item| item.case.autobahn.clone().unwrap_or_default();
        let wanted = |item: &&Item| {
            let number = number(item);
            let any = |patterns: &[String]| patterns.iter().any(|p| selects(p, &number));
            item.role == role && !number.is_empty() && any(&self.cases) && !any(&self.excluded)
        };
        let mut found: Vec<_> = items().iter().filter(wanted).collect();
        found.sort_by(|a, b| autobahn::order(&number(a), &number(b)));
        found
    }

    /// Whether an agent is not to play a case.
    pub(super) fn excludes(&self, agent: &str, item: &Item) -> bool {
        let number = item.case.autobahn.as_deref().unwrap_or_default();
        self.excluded_for.iter().any(|(pattern, cases)| {
            fits(pattern, agent) && cases.iter().any(|case| fits(case, number))
        })
    }
}

/// Whether a pattern of cases selects a number: from its start, and not to its end.
fn selects(pattern: &str, number: &str) -> bool {
    if pattern.contains('*') { fits(&format!("{pattern}*"), number) } else { pattern == number }
}

/// Whether a text is what a pattern says, where `*` stands for any text.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    // Whatever a `*` may stand for, the first place where the next part is found leaves the most.
    for part in parts {
        let Some((_, behind)) = text.split_once(part) else { return false };
        text = behind;
    }
    text.ends_with(end)
}

/// Where to listen for the clients of this URL. The original listens everywhere; here only the host
/// that is named counts.
fn listen(url: &Value) -> Result<String, String> {
    let url = text("url", url)?;
    match Address::parse(&url).map_err(|error| format!("{url}: {error}"))?.place {
        Place::Tcp { host, port, .. } if host.contains(':') => Ok(format!("[{host}]:{port}")),
        Place::Tcp { host, port, .. } => Ok(format!("{host}:{port}")),
        Place::Unix(_) => Err(format!("{url}: clients call over TCP")),
    }
}

fn text(key: &str, value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("{key} is no text"))
}

fn texts(key: &str, value: &Value) -> Result<Vec<String>, String> {
    let all = value.as_array().ok_or_else(|| format!("{key} is no list"))?;
    all.iter().map(|one| text(key, one)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn spec(value: &Value) -> Result<Spec, String> {
        Spec::of(value.as_object().unwrap())
    }

    #[test]
    fn patterns_are_those_of_the_original() {
        let found = spec(&json!({
            "url": "ws://127.0.0.1:9001",
            "cases": ["1.1.1", "2.*", "9.1*", "7.*"],
            "exclude-cases": ["7.1.*", "7.13.*", "2.11"],
            "exclude-agent-cases": { "old*": ["1.*"], "x": ["2.1"] },
        }))
        .unwrap();
        let items = found.items(Role::Client);
        let numbers: Vec<_> =
            items.iter().map(|item| item.case.autobahn.clone().unwrap()).collect();
        assert_eq!((&*numbers[0], &*numbers[1], &*numbers[10]), ("1.1.1", "2.1", "2.10"));
        assert_eq!(numbers.len(), 1 + 10 + (37 - 6 - 2) + 6);
        assert!(found.excludes("older", items[0]) && !found.excludes("other", items[0]));
        assert!(found.excludes("x", items[1]) && !found.excludes("x", items[10]));
    }

    #[test]
    fn a_star_is_any_text_and_many_of_them_are_no_more_work() {
        for (pattern, text, is) in [
            ("", "", true),
            ("*", "", true),
            ("a*", "a", true),
            ("*a", "ba", true),
            ("a*a", "a", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("*ab*b", "ab", false),
            ("**é*", "aéb", true),
        ] {
            assert_eq!(fits(pattern, text), is, "{pattern} {text}");
        }
        assert!(!fits(&"*a".repeat(10_000), &"a".repeat(9_999)));
        assert!(fits(&"*a".repeat(10_000), &"ab".repeat(9_999).replace("ab", "aba")));
    }

    #[test]
    fn what_has_no_effect_is_told() {
        let found = spec(&json!({
            "servers": [{ "url": "ws://a:1", "agent": "A", "hostname": "b",
                          "options": { "version": 18 } }],
            "cases": ["*"],
            "options": { "failByDrop": false, "openHandshakeTimeout": 7 },
            "webport": 8080,
            "key": "k.pem",
        }))
        .unwrap();
        let mut ignored = found.ignored.clone();
        ignored.sort();
        assert_eq!(ignored, ["options.failByDrop", "servers.hostname", "servers.options.version"]);
        assert_eq!(found.timeout, Some(Duration::from_secs(7)));
        assert_eq!(found.agent(&Address::parse("ws://a:1").unwrap()).as_deref(), Some("A"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (value, wanted) in [
            (json!({ "cases": ["*"] }), "neither servers nor a url"),
            (json!({ "url": "ws://a:1" }), "no cases"),
            (json!({ "url": "ws://a:1", "cases": "*" }), "cases is no list"),
            (json!({ "url": "ws://a:1", "cases": ["1.1.99"] }), "there is no case 1.1.99"),
            (json!({ "url": "unix:/a", "cases": ["*"] }), "over TCP"),
            (json!({ "url": "http://a", "cases": ["*"] }), "not an address"),
            (json!({ "servers": [{}], "cases": ["*"] }), "a server has no url"),
        ] {
            let found = spec(&value).unwrap_err();
            assert!(found.contains(wanted), "{value}: {found}");
        }
    }
}
