//! The application as a process, ended with the test.

use core::time::Duration;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

/// A server that listens.
pub(crate) struct Server {
    child: Child,
    /// What it said of where it listens, without `listening on `.
    pub(crate) address: String,
    out: BufReader<ChildStdout>,
}

impl Server {
    /// Starts a server at a free port.
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::listen("127.0.0.1:0", args)
    }

    pub(crate) fn listen(place: &str, args: &[&str]) -> Self {
        let mut child = wsproof(&[&["echo", "--listen", place], args].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("said {line:?}"));
        Self { child, address: address.trim_end().to_owned(), out }
    }

    /// A new connection to it.
    pub(crate) fn dial(&self) -> TcpStream {
        let place = self.address.split_once("//").unwrap().1;
        let stream = TcpStream::connect(place).unwrap();
        stream.set_nodelay(true).unwrap();
        // A test that would hang fails.
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    /// Interrupts it; the exit code.
    #[cfg(unix)]
    pub(crate) fn interrupt(self) -> Option<i32> {
        self.begin_interrupt().code()
    }

    /// Interrupts it.
    #[cfg(unix)]
    pub(crate) fn begin_interrupt(self) -> Interrupted {
        Interrupted(self).again()
    }
}

/// A server that has been interrupted.
#[cfg(unix)]
pub(crate) struct Interrupted(Server);

#[cfg(unix)]
impl Interrupted {
    /// Interrupts it once more.
    pub(crate) fn again(self) -> Self {
        let pid = self.0.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        self
    }

    /// Waits for its end; the exit code.
    pub(crate) fn code(mut self) -> Option<i32> {
        let code = self.0.child.wait().unwrap().code();
        let mut rest = String::new();
        self.0.out.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "", "one line, and nothing else");
        code
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program with these arguments.
pub(crate) fn wsproof(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wsproof"));
    command.args(args);
    command
}
