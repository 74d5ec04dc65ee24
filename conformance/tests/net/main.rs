//! Subjects behind a network: servers that are dialled, clients that call, programs that are
//! started. Everything stays on the loopback interface.

mod clients;
mod crowd;
mod engine;
mod hostile;
mod programs;
mod resets;
mod subject;
