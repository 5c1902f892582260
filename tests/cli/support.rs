//! What the tests of the command share.
