//! Memory is what the configuration says, whatever the peer sends.

mod common;

use allocation_counter::measure;
use common::{frame, open, trace};
use wsproof_engine::{Config, Role, Session};

#[test]
fn creation_allocates_what_the_configuration_says() {
    for role in [Role::Client, Role::Server] {
        for (receive, send, queue) in [(4096, 4096, 16), (256, 16, 1), (65_536, 1000, 300)] {
            let builder = Config::builder(role).receive_buffer_size(receive);
            let builder = builder.send_buffer_size(send).max_queued_operations(queue);
            let config = builder.build().unwrap();
            let mut session = None;
            let info = measure(|| {
                session = Some(match role {
                    Role::Client => Session::<()>::create_client(config.clone()).unwrap(),
                    Role::Server => Session::<()>::create_server(config.clone()).unwrap(),
                });
            });
            let held = usize::try_from(info.bytes_current).unwrap();
            assert_eq!(held + size_of::<Session<()>>(), config.worst_case_bytes());
            assert_eq!(info.bytes_max, info.bytes_total, "nothing is thrown away");
            let info = measure(|| session = None);
            assert_eq!(info.bytes_current, -i64::try_from(held).unwrap());
        }
    }
}

#[test]
fn an_idle_connection_of_default_size_is_small() {
    // The documented figures: 4 KiB to receive, 4 KiB or 16 octets to send, 144 for control frames;
    // the rest is state, the pongs owed and two queues of 16.
    assert!(
        Config::client().worst_case_bytes() < 14_000,
        "{}",
        Config::client().worst_case_bytes()
    );
    assert!(
        Config::server().worst_case_bytes() < 10_000,
        "{}",
        Config::server().worst_case_bytes()
    );
}

#[test]
fn an_announced_length_costs_nothing() {
    let mut session = open(Config::server());
    let mut header = vec![0x82, 0xff];
    header.extend((u64::MAX >> 1).to_be_bytes());
    header.extend([1, 2, 3, 4]);
    // The trace itself allocates its events: a few hundred octets, not 2^63.
    let info = measure(|| drop(trace(&mut session, [&header[..]])));
    assert!(info.bytes_max < 4096, "{} octets", info.bytes_max);
}

#[test]
fn work_grows_with_the_octets_and_no_faster() {
    // Work is counted in actions: every fragment, empty or not, costs a bounded number of them.
    let actions = |fragments: usize| {
        let mut session = open(Config::server());
        let key = Some([9; 4]);
        let mut stream = frame(0x01, b"", key);
        for _ in 0..fragments {
            stream.extend(frame(0x00, b"", key));
        }
        stream.extend(frame(0x80, b"x", key));
        common::actions(&mut session, &stream)
    };
    let (small, large) = (actions(1000), actions(100_000));
    assert!(large <= 101 * small, "{small} actions for 1000 fragments, {large} for 100000");
}
