//! Naming cases on the command line. Everything that takes a filter selects here.

mod file;
mod item;
mod near;
mod selection;

pub use item::{Item, items, level_of, role_of};
pub use selection::{LevelLimit, Request, SelectError, find, fits, select};
