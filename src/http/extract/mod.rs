//! From a request's parts to checked values; each refusal is a problem.

mod body;
mod caller;
mod headers;
mod params;
mod path;

pub(super) use body::Body;
pub(super) use caller::{Authenticated, Caller};
pub(super) use headers::{IfMatch, IfNoneMatch, Key, LastEventId};
pub(super) use params::{EventsQuery, FromParams, Nothing, Params, ParamsOf};
pub(super) use path::TaskPath;
