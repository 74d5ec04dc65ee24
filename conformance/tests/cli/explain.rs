//! `wsproof explain`.

use crate::command::call;

#[test]
fn a_case_is_explained_by_id_alias_or_key() {
    let by_id = call(&["explain", "close/code/reserved-1005"]).code(0).out;
    for part in [
        "close/code/reserved-1005  A Close with the code 1005",
        "level    MUST",
        "6455#7.4.1  Defined Status Codes",
        "alias    ab:7.9.4",
        "88 82 00 00 00 00 03 ed",
        "close, masked, 2 octets, code 1005",
        "a Close with 1002  (strict)",
        "the end of the stream without a Close  (strict)",
        "accepts-any-close-code       close-code-forbidden",
        "replay   wsproof replay server/close/code/reserved-1005 --seed 1",
    ] {
        assert!(by_id.contains(part), "{by_id}\nlacks {part}");
    }
    assert!(!by_id.contains("never-pongs"), "it has no Ping");
    assert_eq!(call(&["explain", "ab:7.9.4"]).code(0).out, by_id);
    assert_eq!(call(&["explain", "server/close/code/reserved-1005"]).code(0).out, by_id);
    let client = call(&["explain", "ab:7.9.4", "--role", "client"]).code(0).out;
    assert!(client.contains("With a right client") && client.contains("88 02 03 ed"), "{client}");
}

#[test]
fn one_case_that_exists_is_wanted() {
    let called = call(&["explain", "close/code/reserved-1O05"]).code(4);
    assert!(called.err.contains("did you mean close/code/reserved-1005"), "{}", called.err);
    let called = call(&["explain", "close/*"]).code(2);
    assert!(called.err.contains("one case is wanted"), "{}", called.err);
}
