//! The calls of the model.

use wsproof_cases::interface::{Answer, Queue, Sending, Taken};
use wsproof_model::Interface;

use super::{Calls, Fields};

impl Calls for Interface {
    type Ticket = u64;

    fn send(&mut self, sending: &Sending) -> Answer {
        self.send(sending)
    }

    fn receive(&mut self) -> Answer {
        self.receive()
    }

    fn get_action(&mut self, queue: Queue) -> Result<Option<(u64, Taken)>, Answer> {
        self.get_action(queue)
    }

    fn fill(&mut self, _: &mut u64, octets: &[u8]) {
        self.fill(octets);
    }

    fn complete(&mut self, ticket: u64, octets: usize) -> Option<u64> {
        self.complete(ticket, octets);
        Some(ticket)
    }

    fn abort(&mut self) {
        self.abort();
    }

    fn begin_client(
        &mut self,
        subprotocols: &[&str],
        extensions: &[&str],
    ) -> Result<Fields, Answer> {
        self.begin_client(subprotocols, extensions)
    }

    fn end_client(&mut self, response: &Fields) -> Answer {
        self.end_client(response)
    }

    fn begin_server(
        &mut self,
        subprotocol: Option<&str>,
        extensions: &[&str],
        request: &Fields,
    ) -> Answer {
        self.begin_server(subprotocol, extensions, request)
    }

    fn end_server(&mut self) -> Answer {
        self.end_server()
    }
}
