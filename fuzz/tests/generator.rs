//! The generator under a property test: what libFuzzer is handed, proptest may hand over, too.

use arbitrary::Unstructured;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use wsproof_fuzz::script::Script;
use wsproof_fuzz::{Target, stream};
use wsproof_model::{Event, Violation};

fn choices() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..256)
}

fn judge(name: &str, octets: &[u8]) -> Result<(), TestCaseError> {
    let target = Target::named(name).unwrap();
    let verdict = (target.check)(octets);
    verdict.map(drop).map_err(|finding| {
        TestCaseError::fail(format!("{name}: {finding}\n{}", (target.show)(octets)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    #[test]
    fn generated_streams_are_read_as_the_model_reads_them(octets in choices()) {
        judge("frame_script_model", &octets)?;
    }

    #[test]
    fn calls_answer_as_the_record_says(octets in choices()) {
        judge("session_calls", &octets)?;
    }
}

#[test]
fn the_generator_reaches_every_event_and_every_violation() {
    // A property over streams that never get anywhere would prove little.
    let every = [
        Violation::ReservedBits,
        Violation::ReservedOpcode,
        Violation::ControlFragmented,
        Violation::NothingToContinue,
        Violation::MessageInterrupted,
        Violation::Unmasked,
        Violation::Masked,
        Violation::ControlTooLong,
        Violation::CloseBodyOfOne,
        Violation::LengthNotShortest,
        Violation::LengthTopBit,
        Violation::CloseCode,
        Violation::CloseReason,
        Violation::Text,
        Violation::TextCut,
        Violation::TooBig,
    ];
    let mut runner = TestRunner::deterministic();
    let mut seen = Vec::new();
    let mut events = [0; 4];
    for _ in 0..20_000 {
        let octets = choices().new_tree(&mut runner).unwrap().current();
        let script = Script::choose(&mut Unstructured::new(&octets));
        let outcome = stream::meaning(script.setup, &script.stream);
        seen.extend(outcome.fault.map(|fault| fault.violation));
        for event in outcome.events {
            events[match event {
                Event::Message(..) => 0,
                Event::Ping(_) => 1,
                Event::Pong(_) => 2,
                Event::Close { .. } => 3,
            }] += 1;
        }
    }
    let missing: Vec<_> = every.iter().filter(|violation| !seen.contains(violation)).collect();
    assert!(missing.is_empty(), "never seen: {missing:?}");
    assert!(events.iter().all(|count| *count > 500), "too few events: {events:?}");
}
