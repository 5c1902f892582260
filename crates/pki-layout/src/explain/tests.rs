//! That everything is found by every name it has, and explained.
