//! The command as a user meets it: messages, exit codes, and what is on disk afterwards.

mod support;
