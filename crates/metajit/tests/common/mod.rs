//! The test language: a small register machine that has everything the framework must get right.
//!
//! Integers and floats, heap objects and arrays, calls, recursion, exceptions that are caught, generators, effects
//! with failing checks behind them, handlers with loops of calls, and an assumption that programs break.
//! `lang` interprets it, `generate` makes random programs, `check` runs a program in several ways and compares,
//! `counting` makes loops, `samples` has functions that several use.

#![allow(dead_code)]

pub mod check;
pub mod counting;
pub mod generate;
pub mod lang;
pub mod samples;
