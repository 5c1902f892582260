//! The command against real servers and a hostile file system.

mod support;
