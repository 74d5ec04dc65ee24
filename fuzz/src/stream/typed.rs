//! The engine behind its typed face.

use core::num::NonZeroUsize;

use allocation_counter::measure;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::{
    CloseCode, CloseStatus, Connection, Fault, Misuse, Outgoing, ReceiveAction, ReceiveHalf,
    SendAction, State,
};

use super::record::{Memory, Record, Seen};
use super::setup::{Delivery, Setup};
use crate::opened;

type Plain = Connection<[u8; 0]>;

pub(super) fn read(setup: Setup, stream: &[u8]) -> Seen<'_> {
    let config = setup.config();
    let mut record = Record::new(setup, stream);
    let mut delivery = Delivery::new(setup, stream);
    let mut memory = Memory::promised_by(&config);
    let agreed = opened::agreed(setup.role(), setup.agreed());
    let whole = measure(|| {
        let mut connection = None;
        let creation = measure(|| {
            let entropy = Box::new(FixedEntropy::new(1));
            connection = Some(Plain::open_with_entropy(&config, &agreed, entropy));
        });
        let Some(mut connection) = connection else { return };
        let work = measure(|| {
            receive(&mut connection, &mut delivery, &mut record);
            close(&mut connection, &mut record);
        });
        memory.took(&creation, 0, &work);
    });
    memory.kept = whole.bytes_current;
    record.finish(delivery.left(), Some(memory))
}

fn receive(connection: &mut Plain, delivery: &mut Delivery<'_>, record: &mut Record<'_>) {
    while record.step() {
        let (_, half) = connection.split();
        match carry_out(half, delivery, record) {
            Next::GoOn => {}
            Next::Receive => {
                if let Err(misuse) = connection.receive() {
                    return record.misdeed(format!("refuses to receive: {misuse}"));
                }
            }
            Next::End => return,
            Next::Fail(fault) => {
                let again = carry_out(connection.split().1, delivery, record);
                record.expect(again == Next::Fail(fault), "does not repeat its fault");
                record.expect(connection.state() == State::Failed(fault), "does not fail");
                return;
            }
        }
    }
}

/// What follows from an action.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    GoOn,
    Receive,
    End,
    Fail(Fault),
}

/// Carries out one action of the receiving half.
fn carry_out(
    mut half: ReceiveHalf<'_>,
    delivery: &mut Delivery<'_>,
    record: &mut Record<'_>,
) -> Next {
    match half.get_action() {
        Ok(None) => return Next::Receive,
        Ok(Some(ReceiveAction::SendToNetwork(pong))) => {
            record.pong(pong.octets());
            pong.complete();
        }
        Ok(Some(ReceiveAction::ReceiveFromNetwork(mut read))) => {
            let room = read.buffer();
            let piece = delivery.next(room.len());
            record.expect(!room.is_empty(), "offers no room to read into");
            room[..piece.len()].copy_from_slice(piece);
            match NonZeroUsize::new(piece.len()) {
                Some(octets) => {
                    let completed = read.complete(octets);
                    record.expect(completed.is_ok(), "refuses octets that fit");
                }
                None => read.end_of_stream(),
            }
        }
        Ok(Some(ReceiveAction::IndicateReceiveComplete(result))) => {
            let Some(buffer_type) = result.buffer_type() else {
                result.complete();
                return Next::End;
            };
            record.result(buffer_type, result.incoming());
            result.complete();
        }
        Err(fault) => {
            record.fault(fault);
            return Next::Fail(fault);
        }
    }
    Next::GoOn
}

/// Sends the Close an application sends in the end, once.
fn close(connection: &mut Plain, record: &mut Record<'_>) {
    let close = || Outgoing::Close(Some(CloseStatus::new(CloseCode::new(record.close()))));
    let (first, second) = (connection.send(close()), connection.send(close()));
    record.expect(first.is_ok(), "refuses the Close that is due");
    let refused = second.err().map(|refused| refused.misuse);
    record.expect(refused == Some(Misuse::CloseSent), "takes a second Close");
    let (mut half, _) = connection.split();
    while record.step() {
        match half.get_action() {
            Ok(None) => return,
            Ok(Some(SendAction::SendToNetwork(write))) => {
                let octets = write.slices().unwrap_or_default();
                octets.iter().for_each(|octets| record.wrote(octets));
                let written = octets.iter().map(|octets| octets.len()).sum();
                let completed = write.complete(written);
                record.expect(completed.is_ok(), "refuses to have written what it offered");
            }
            Ok(Some(SendAction::IndicateSendComplete(done))) => drop(done.complete()),
            Err(misuse) => return record.misdeed(format!("cannot send: {misuse}")),
        }
    }
}
