//! HTTP as its clients see it: a real server, on a port of its own, over a real store.

mod support;

mod answers;
mod conditional;
mod contract;
mod deliveries;
mod idempotency;
mod lists;
mod progress;
mod refusals;
mod requests;
mod sse_dashboard;
mod sse_task;
mod visibility;
