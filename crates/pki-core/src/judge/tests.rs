//! What a judge asked by a caller with facts of its own says: the gate. The rules themselves are
//! tested by the corpus, over trees on disk.

mod gate;
mod ladders;
mod limits;
mod not_checked;
mod several_files;
