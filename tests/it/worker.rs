//! Every task is worked on by one worker at a time and becomes one issue, whatever fails meanwhile.

mod asking;
mod called_off;
mod failing;
mod filing;
mod leases;
mod unsure;
mod world;
