//! Testing clients: a server that speaks the URLs of the Autobahn test suite's fuzzing server.
//!
//! Every call is a connection, and its path says what for:
//!
//! | Path and query | What happens |
//! |---|---|
//! | `/getCaseCount` | a text with the number of selected cases |
//! | `/getCaseInfo?case=N` | a text with the id and the title of a case, in JSON |
//! | `/runCase?case=N&agent=A` | plays the case; the client echoes until the connection ends |
//! | `/getCaseStatus?case=N&agent=A` | a text with the verdict, in JSON, as soon as there is one |
//! | `/updateReports?agent=A` | writes the reports; with `shutdownOnComplete=true` the run ends |
//! | `/stopServer` | ends the run |
//!
//! Cases are numbered from 1 in the order of the selection, which has Autobahn's numbers first;
//! `casetuple=7.9.4` and `casetuple=close/after-echo` name them as well. What cannot be answered
//! gets a status code of HTTP. Agents may call at the same time; each has its own results.

mod agents;
mod calls;
mod request;
mod serve;

pub use agents::{AgentResults, Agents};
pub use serve::{Event, Listener, Plan};
