//! Law 3 with compression: memory is what the configuration says, allocated when the handshake
//! ends, whatever a peer sends.

#![cfg(feature = "deflate")]

mod common;

use allocation_counter::measure;
use common::{Plain, frame, open_with};
use wsproof_engine::deflate::{Level, Policy, WindowBits};
use wsproof_engine::handshake::Offered;
use wsproof_engine::{
    Action, ActionError, ActionQueue, Config, Fault, Header, Offer, Outgoing, Role, Selection,
    Session, Violation,
};

const DEFLATE: &[&str] = &["permessage-deflate"];

/// Payloads and buffers that cost nothing to lend.
type Lean = Session<(), &'static [u8], [u8; 300]>;

/// Drives a session until it asks for octets that are not there; counts the octets it delivers.
fn drive(
    session: &mut Lean,
    mut input: impl FnMut(&mut [u8]) -> usize,
    supply: bool,
) -> (u64, Option<Fault>) {
    let mut delivered = 0;
    loop {
        match session.get_action(ActionQueue::All) {
            Ok(Action::NoAction) => session.receive(supply.then_some([0; 300]), ()).unwrap(),
            Ok(Action::SendToNetwork(ticket, _)) => {
                let octets = session.slices(ticket).unwrap().iter().map(|slice| slice.len()).sum();
                session.complete_action(ticket, octets).unwrap();
            }
            Ok(Action::ReceiveFromNetwork(ticket)) => {
                let read = input(session.buffer_mut(ticket).unwrap());
                session.complete_action(ticket, read).unwrap();
            }
            Ok(Action::IndicateSendComplete(ticket, _)) => {
                session.complete_action(ticket, 0).unwrap();
            }
            Ok(Action::IndicateReceiveComplete(ticket, kind)) => {
                delivered += session.incoming(ticket).unwrap().data().len() as u64;
                session.complete_action(ticket, 0).unwrap();
                if kind.is_none() {
                    return (delivered, None);
                }
            }
            Err(ActionError::Fault(fault)) => return (delivered, Some(fault)),
            Err(ActionError::Misuse(misuse)) => panic!("{misuse}"),
        }
    }
}

fn reader(mut stream: &[u8]) -> impl FnMut(&mut [u8]) -> usize {
    move |buffer| {
        let taken = buffer.len().min(stream.len()).min(1000);
        buffer[..taken].copy_from_slice(&stream[..taken]);
        stream = &stream[taken..];
        taken
    }
}

/// An open client, and what its handshake left on the heap.
fn client(config: &Config, extension: &str) -> (Lean, usize) {
    let mut held = None;
    let info = measure(|| {
        let mut session = Lean::create_client(config.clone()).unwrap();
        let offer = Offer { extensions: &[extension], ..Offer::default() };
        let request = session.begin_client_handshake(&offer).unwrap();
        let mut headers: Vec<Header<'_>> = request.iter().collect();
        headers.push(Header::new("Host", "localhost"));
        let mut server = Plain::create_server(Config::server()).unwrap();
        let answer = Policy::new().accept(Offered::read(&headers).unwrap().extensions());
        let answer = answer.as_deref().unwrap_or(extension);
        let selection = Selection { extensions: &[answer], ..Selection::default() };
        let response = server.begin_server_handshake(&selection, &headers).unwrap();
        session.end_client_handshake(&response.iter().collect::<Vec<_>>()).unwrap();
        held = Some(session);
    });
    (held.unwrap(), usize::try_from(info.bytes_current).unwrap())
}

#[test]
fn the_codec_stays_within_what_the_configuration_says() {
    for bits in 9..=15u8 {
        for level in [0, 1, 6, 9] {
            let policy = Policy::new().level(Level::new(level).unwrap());
            let policy = policy.client_max_window_bits(WindowBits::new(bits).unwrap());
            let policy = policy.piece_size(1024 << (bits - 9));
            let config = Config::builder(Role::Client).deflate(policy).build().unwrap();
            let (session, held) = client(&config, &policy.offer());
            let held = held + size_of::<Lean>();
            let worst = Lean::worst_case_bytes(&config);
            assert!(held <= worst, "{held} of {worst} octets with a window of 2^{bits}");
            assert!(held * 100 > worst * 99, "{held} of {worst} octets with a window of 2^{bits}");
            drop(session);
        }
    }
    // Without an agreement nothing of it is there.
    let config = Config::builder(Role::Client).deflate(Policy::new()).build().unwrap();
    let (_, held) = client(&config, "foo");
    assert!(held < 20_000, "{held} octets");
}

#[test]
fn the_documented_figures_are_right() {
    let plain = Config::builder(Role::Server).send_buffer_size(4096).build().unwrap();
    let cost = |policy| {
        let config = Config::builder(Role::Server).deflate(policy).build().unwrap();
        config.worst_case_bytes() - plain.worst_case_bytes()
    };
    let usual = cost(Policy::new());
    assert_eq!(usual, (81 + 32 + 244 + 128) << 10);
    let small = cost(Policy::new().server_max_window_bits(WindowBits::LEAST).piece_size(1024));
    assert_eq!(small, (81 + 1 + 244 + 2) << 10);
}

#[test]
fn the_size_of_pieces_has_its_range() {
    let build = |octets| {
        let builder = Config::builder(Role::Server).deflate(Policy::new().piece_size(octets));
        builder.build().map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(build(1024), Ok(()));
    let error = "piece size of compressed messages is not between 1024 and 2147483647";
    assert_eq!(build(1023), Err(error.to_owned()));
    assert_eq!(build(1 << 31), Err(error.to_owned()));
}

#[test]
fn nothing_allocates_after_negotiation() {
    static NOISE: [u8; 30_000] = {
        let mut noise = [0; 30_000];
        let mut i = 0;
        while i < noise.len() {
            noise[i] = ((i * i) >> 3) as u8;
            i += 1;
        }
        noise
    };
    static ZEROS: [u8; 200_000] = [0x61; 200_000];
    for extension in [
        "permessage-deflate",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
    ] {
        let r#final = b"\xf3\x48\xcd\xc9\xc9\x07\x00".repeat(5000);
        let stream = [
            frame(0xc1, b"\xf2\x48\xcd\xc9\xc9\x07\x00", None),
            frame(0x89, b"ping", None),
            frame(0x42, b"\xf2\x48\xcd", None),
            frame(0x80, b"\xc9\xc9\x07\x00", None),
            frame(0xc1, &r#final, None),
            frame(0xc1, b"\x00", None),
            frame(0x82, &[9; 5000], None),
            frame(0xc1, b"\x07", None),
        ]
        .concat();
        for supply in [false, true] {
            let config = Config::builder(Role::Client).deflate(Policy::new()).build().unwrap();
            let (mut session, _) = client(&config, extension);
            let mut found = (0, None);
            let info = measure(|| {
                for payload in [&NOISE[..], &ZEROS, &NOISE, b""] {
                    session.send(Outgoing::BinaryFragment(payload), ()).unwrap();
                    session.send(Outgoing::PingPong, ()).unwrap();
                    session.send(Outgoing::BinaryMessage(payload), ()).unwrap();
                }
                found = drive(&mut session, reader(&stream), supply);
                session.abort();
            });
            assert_eq!(info.count_total, 0, "{} allocations", info.count_total);
            let (delivered, fault) = found;
            assert_eq!(delivered, 5 + 5 + 25_000 + 5000);
            assert_eq!(fault.map(Fault::violation), Some(Violation::CompressedDataCorrupt));
        }
    }
}

/// A compressed message of 2^`exponent` zero octets, as long as DEFLATE makes it: about a
/// thousandth.
fn bomb(exponent: u32) -> Vec<u8> {
    let policy = Policy::new().level(Level::BEST);
    let builder = Config::builder(Role::Server).deflate(policy).send_buffer_size(1 << 20);
    let mut server = open_with(builder.build().unwrap(), DEFLATE);
    // One more part than needed, so that those in the middle show what each adds to the stream.
    let parts: Vec<Vec<u8>> = (0..3)
        .map(|_| {
            server.send(Outgoing::BinaryFragment(vec![0; 1 << 20]), 0).unwrap();
            let wire = common::written(&mut server);
            wire[if wire[1] == 126 { 4 } else { 2 }..].to_vec()
        })
        .collect();
    assert_eq!(parts[1], parts[2], "the window is full of zeros");
    // The first part ends in front of the four octets that are held back, the others start there.
    let mut stream = parts[0].clone();
    for _ in 1..1 << (exponent - 20) {
        stream.extend(&parts[1]);
    }
    stream
}

#[test]
fn a_bomb_is_refused_while_it_is_inflated() {
    // DEFLATE makes at most 1032 octets of one, so 1 KiB comes to 1 MiB, and 1 MiB to 1 GiB.
    let (small, large) = (bomb(20), bomb(30));
    assert!(small.len() < 1100 && large.len() < 1_100_000, "{} {}", small.len(), large.len());
    for (payload, limit) in [(&small, 1 << 16), (&large, 1 << 16), (&large, 1 << 20)] {
        let whole = frame(0xc2, payload, None);
        let mut in_frames = frame(0x42, b"", None);
        in_frames.extend(payload.chunks(1000).flat_map(|chunk| frame(0x00, chunk, None)));
        for stream in [&whole, &in_frames] {
            let builder = Config::builder(Role::Client).deflate(Policy::new());
            let config = builder.max_message_size(limit).build().unwrap();
            let (mut session, _) = client(&config, DEFLATE[0]);
            let mut read = 0;
            let mut input = reader(stream);
            let mut found = (0, None);
            let info = measure(|| {
                found = drive(
                    &mut session,
                    |buffer| {
                        let n = input(buffer);
                        read += n;
                        n
                    },
                    false,
                );
            });
            let (delivered, fault) = found;
            let fault = fault.expect("the bomb is refused");
            assert_eq!(fault.violation(), Violation::MessageTooBig);
            assert_eq!(fault.close_code().number(), 1009);
            assert_eq!(delivered, limit, "the limit is delivered, and no more");
            assert!(read as u64 <= limit / 500 + 4096, "{read} octets read for {limit}");
            assert_eq!(info.count_total, 0, "memory is what was allocated before");
        }
    }
}

#[test]
fn without_a_limit_any_message_flows_through() {
    let payload = bomb(26);
    let stream = frame(0xc2, &payload, None);
    let config = Config::builder(Role::Client).deflate(Policy::new()).build().unwrap();
    let (mut session, _) = client(&config, DEFLATE[0]);
    let mut found = (0, None);
    let info = measure(|| found = drive(&mut session, reader(&stream), false));
    assert_eq!(found, (1 << 26, None));
    assert_eq!(info.count_total, 0);
}

#[test]
fn work_grows_with_the_octets_and_no_faster() {
    // Counted in actions: blocks that yield nothing cost none.
    let actions = |blocks: usize| {
        let builder = Config::builder(Role::Client).deflate(Policy::new());
        let mut session = open_with(builder.build().unwrap(), DEFLATE);
        let payload = [b"\x00\x00\x00\xff\xff".repeat(blocks), b"\x03\x00".repeat(10)].concat();
        common::actions(&mut session, &frame(0xc2, &payload, None))
    };
    let (small, large) = (actions(1000), actions(50_000));
    assert!(large <= 51 * small, "{small} actions for 1000 blocks, {large} for 50000");
}

#[test]
fn sessions_move_between_threads() {
    fn require_send<T: Send>() {}
    require_send::<Lean>();
    require_send::<wsproof_engine::Connection>();
}
