//! The library's integration tests: one binary, a module for each subject.

mod support;
