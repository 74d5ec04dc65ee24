//! Requests of cases about the opening handshake, for the server that is tested.
//!
//! Cases ask `localhost` for `/`. A server behind an address with a path, a virtual host or a field
//! that it insists on would refuse all of them for reasons that are not theirs.

use std::borrow::Cow;

use wsproof_cases::case::Case;
use wsproof_cases::opening::{Head, Value};
use wsproof_cases::step::Step;

/// The case with its requests sent to where `reach`, a correct request, is sent. What a case is
/// about stays as it is: only the path `/` and the host `localhost` are replaced, and fields are
/// added to complete requests only.
pub(crate) fn adapted<'c>(case: &'c Case, reach: &Head) -> Cow<'c, Case> {
    if case.needs.opening.is_none() {
        return Cow::Borrowed(case);
    }
    let mut case = case.clone();
    adapt_steps(&mut case.script, reach);
    Cow::Owned(case)
}

fn adapt_steps(steps: &mut [Step], reach: &Head) {
    for step in steps {
        match step {
            Step::Head(head) => adapt(head, reach),
            Step::Times(_, steps) => adapt_steps(steps, reach),
            _ => {}
        }
    }
}

fn adapt(head: &mut Head, reach: &Head) {
    const START: &[u8] = b"GET / ";
    const REST: &[u8] = b"/ HTTP/1.1\r\n";

    let Some(target) = reach.start.split(|octet| *octet == b' ').nth(1) else { return };
    let raw = head.line_end.is_empty();
    if head.start.starts_with(START) {
        let start = [b"GET ", target, &head.start[START.len() - 1..]].concat();
        let longer = start.len() - head.start.len();
        head.start = start.into();
        // A head that ends before its path has the rest of it in another.
        if let Some(cut) = head.cut.as_mut().filter(|cut| **cut >= START.len() - 1) {
            *cut += longer;
        }
    } else if raw && head.start.starts_with(REST) {
        head.start = [target, &head.start[1..]].concat().into();
    } else {
        return;
    }
    if raw || head.cut.is_some() || head.skip > 0 {
        return;
    }
    let usual = Head::request().fields;
    for (name, value) in &reach.fields {
        if !usual.iter().any(|(own, _)| own == name) {
            // A subprotocol that is offered may be what the case is about.
            if !name.eq_ignore_ascii_case(b"Sec-WebSocket-Protocol") {
                head.fields.push((name.clone(), value.clone()));
            }
            continue;
        }
        let own = head.fields.iter_mut().find(|(own, _)| own == name);
        if let Some((_, Value::Octets(own))) = own.filter(|_| **name == *b"Host")
            && let Value::Octets(host) = value
            && **own == *b"localhost"
        {
            own.clone_from(host);
        }
    }
}

#[cfg(test)]
mod tests {
    use wsproof_cases::{Role, catalogue};

    use super::*;

    fn requests(case: &Case) -> Vec<u8> {
        let head = |step: &Step| match step {
            Step::Head(head) => head.render(b""),
            _ => Vec::new(),
        };
        case.script.iter().flat_map(head).collect()
    }

    #[test]
    fn requests_are_sent_elsewhere_and_stay_what_they_are() {
        let root = Head::request();
        let reach = Head::request().start("GET /a?b HTTP/1.1").set("Host", "h:1").with("X-Y", "z");
        let (mut changed, mut all) = (0, 0);
        for case in catalogue() {
            if case.needs.opening.is_none() || !case.plays.allows(Role::Server) {
                assert_eq!(adapted(case, &reach).plays, case.plays);
                continue;
            }
            let (old, new) = (requests(case), requests(&adapted(case, &reach)));
            assert_eq!(requests(&adapted(case, &root)), old, "{}", case.id);
            all += 1;
            changed += usize::from(old != new);
            let heads = case.script.iter().filter(|step| matches!(step, Step::Head(_)));
            if old == root.render(b"") && heads.count() == 1 {
                let elsewhere = Head::request().start("GET /a?b HTTP/1.1").set("Host", "h:1");
                assert_eq!(new, elsewhere.with("X-Y", "z").render(b""), "{}", case.id);
            }
            let asks = |octets: &[u8], line: &[u8]| octets.starts_with(line);
            assert_eq!(
                asks(&old, b"GET / HTTP/1.1\r\n"),
                asks(&new, b"GET /a?b HTTP/1.1\r\n"),
                "{}",
                case.id
            );
        }
        assert!(changed > 150 && changed < all, "{changed} of {all}");
    }
}
