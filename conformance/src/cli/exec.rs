//! Starting the program under test.

use std::net::TcpListener;
use std::sync::Arc;

use super::args::NetArgs;
use super::failure::Failure;
use super::signals;
use crate::address::Place;
use crate::driver::{DialDriver, Server};
use crate::exec::{Program, Ready};
use crate::run::Settings;

/// The same settings with a server that has been started and is ready. Port 0 stands for any that
/// is free. The program names the subject, whose port says nothing.
pub(super) fn served(net: &NetArgs, settings: Settings) -> Result<Settings, Failure> {
    let (Some(line), Some(driver)) = (&net.exec, settings.server) else {
        return Err(Failure::usage("--exec needs --server, where the program serves, or --listen"));
    };
    if line.has("case") || line.has("agent") {
        let why = "a server is started once: {case} and {agent} are for clients, with --listen";
        return Err(Failure::usage(why));
    }
    let mut server = Server::clone(driver.server());
    let port = match &mut server.address.place {
        Place::Tcp { port, .. } => {
            if *port == 0 {
                *port = free_port()?;
            }
            port.to_string()
        }
        Place::Unix(path) => path.clone(),
    };
    let words = line.fill(&[("url", &server.address.to_string()), ("port", &port)]);
    let ready = net.ready();
    let driver = DialDriver::new(server);
    // Whoever is there would be taken for the program, which could not listen there itself.
    if matches!(ready, Ready::Connection) && driver.probe().is_ok() {
        let address = &driver.server().address;
        let why = "somebody listens there already; use port 0, which is any that is free, or say by \
                   --ready-line when the program is ready";
        return Err(Failure::harness(format!("--exec {}: {address}: {why}", line.program())));
    }
    let program = Program::start(words, ready)
        .map_err(|error| Failure::harness(format!("--exec {}: {error}", line.program())))?;
    program
        .wait_until_ready(net.ready_timeout, || driver.probe(), signals::have_come)
        .map_err(|how| Failure::waiting(set_out(&how)))?;
    let name = settings.name.or_else(|| Some(line.name().to_owned()));
    let server = Some(driver.served_by(Arc::new(program)));
    Ok(Settings { server, name, ..settings })
}

/// What a program has written stands in lines behind the one that says how it has ended; shown are
/// they as somebody else's.
pub(super) fn set_out(how: &str) -> String {
    how.replace('\n', "\n    | ")
}

/// A port on which nobody listens now.
fn free_port() -> Result<u16, Failure> {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    port.map(|address| address.port()).map_err(Failure::harness)
}
