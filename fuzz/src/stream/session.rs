//! The engine behind its session, with and without buffers supplied for receiving.

use allocation_counter::measure;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::{
    Action, ActionError, ActionQueue, CloseCode, CloseStatus, Completed, Misuse, Outgoing, Session,
    State, Ticket,
};

use super::record::{Memory, Record, Seen};
use super::setup::{Delivery, Setup};
use crate::opened;

type Plain = Session<(), [u8; 0], Vec<u8>>;

pub(super) fn read(setup: Setup, stream: &[u8]) -> Seen<'_> {
    let config = setup.config();
    let mut record = Record::new(setup, stream);
    let mut delivery = Delivery::new(setup, stream);
    let mut memory = Memory::promised_by(&config);
    let mut supplied = setup.supplied().map(|octets| vec![0; octets]);
    let whole = measure(|| {
        let mut session = None;
        let creation = measure(|| {
            let entropy = Box::new(FixedEntropy::new(1));
            session = Some(Plain::create_with_entropy(config.clone(), entropy));
        });
        let Some(mut session) = session else { return };
        let mut opened = Ok(());
        let opening = measure(|| opened = opened::open(&mut session, setup.role(), setup.agreed()));
        if let Err(error) = opened {
            return record.misdeed(error);
        }
        let work = measure(|| {
            receive(&mut session, &mut supplied, &mut delivery, &mut record);
            close(&mut session, &mut record);
        });
        memory.took(&creation, opening.bytes_current, &work);
    });
    memory.kept = whole.bytes_current;
    record.finish(delivery.left(), Some(memory))
}

fn receive(
    session: &mut Plain,
    supplied: &mut Option<Vec<u8>>,
    delivery: &mut Delivery<'_>,
    record: &mut Record<'_>,
) {
    while record.step() {
        match session.get_action(ActionQueue::Receive) {
            Ok(Action::NoAction) => {
                if let Err(refused) = session.receive(supplied.take(), ()) {
                    return record.misdeed(format!("refuses to receive: {refused}"));
                }
            }
            Ok(Action::SendToNetwork(ticket, _)) => {
                let [octets, nothing] = session.slices(ticket).unwrap_or_default();
                record.expect(nothing.is_empty(), "writes a pong in two slices");
                record.pong(octets);
                complete(session, ticket, octets.len(), record);
            }
            Ok(Action::ReceiveFromNetwork(ticket)) => {
                let room = session.buffer_mut(ticket).unwrap_or_default();
                let piece = delivery.next(room.len());
                record.expect(!room.is_empty(), "offers no room to read into");
                room[..piece.len()].copy_from_slice(piece);
                complete(session, ticket, piece.len(), record);
            }
            Ok(Action::IndicateReceiveComplete(ticket, buffer_type)) => {
                if let (Some(buffer_type), Ok(incoming)) = (buffer_type, session.incoming(ticket)) {
                    record.result(buffer_type, incoming);
                }
                let completed = complete(session, ticket, 0, record);
                if let Some(Completed::Receive { buffer, .. }) = completed {
                    *supplied = buffer;
                }
                if buffer_type.is_none() {
                    return;
                }
            }
            Ok(action) => return record.misdeed(format!("asks the receive queue to {action:?}")),
            Err(ActionError::Fault(fault)) => {
                record.fault(fault);
                let again = session.get_action(ActionQueue::Receive);
                let repeats = again == Err(ActionError::Fault(fault));
                record.expect(repeats, "does not repeat its fault");
                record.expect(session.state() == State::Failed(fault), "does not fail");
                return;
            }
            Err(ActionError::Misuse(misuse)) => {
                return record.misdeed(format!("cannot receive: {misuse}"));
            }
        }
    }
}

fn complete(
    session: &mut Plain,
    ticket: Ticket,
    octets: usize,
    record: &mut Record<'_>,
) -> Option<Completed<(), [u8; 0], Vec<u8>>> {
    match session.complete_action(ticket, octets) {
        Ok(completed) => Some(completed),
        Err(misuse) => {
            record.misdeed(format!("refuses a completion: {misuse}"));
            None
        }
    }
}

/// Sends the Close an application sends in the end, once.
fn close(session: &mut Plain, record: &mut Record<'_>) {
    let close = || Outgoing::Close(Some(CloseStatus::new(CloseCode::new(record.close()))));
    let (first, second) = (session.send(close(), ()), session.send(close(), ()));
    record.expect(first.is_ok(), "refuses the Close that is due");
    let refused = second.err().map(|refused| refused.misuse);
    record.expect(refused == Some(Misuse::CloseSent), "takes a second Close");
    while record.step() {
        match session.get_action(ActionQueue::Send) {
            Ok(Action::NoAction) => return,
            Ok(Action::SendToNetwork(ticket, _)) => {
                let octets = session.slices(ticket).unwrap_or_default();
                octets.iter().for_each(|octets| record.wrote(octets));
                let written = octets.iter().map(|octets| octets.len()).sum();
                complete(session, ticket, written, record);
            }
            Ok(Action::IndicateSendComplete(ticket, _)) => {
                complete(session, ticket, 0, record);
            }
            other => return record.misdeed(format!("answers the send queue with {other:?}")),
        }
    }
}
