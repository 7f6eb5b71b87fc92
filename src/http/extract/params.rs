//! The query string.

use std::{fmt::Display, str::FromStr};

use axum::{extract::FromRequestParts, http::request::Parts};
use url::form_urlencoded;

use crate::{
    domain::{
        Status, Timestamp,
        text::{RepoName, TeamName},
    },
    http::problem::HttpError,
    protocol::Problem,
    store::{Cursor, ListQuery, Sort},
};

/// The most entries that one answer lists.
const MAX_LIMIT: u32 = 200;
/// The longest search, in characters.
const MAX_SEARCH: usize = 200;

/// The parameters of a query string that nobody has asked for yet.
pub(in crate::http) struct Params(Vec<(String, String)>);

impl Params {
    fn read(query: Option<&str>) -> Self {
        Self(form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect())
    }

    /// Every value of a parameter that may repeat.
    fn all(&mut self, name: &str) -> Vec<String> {
        let (taken, left) =
            std::mem::take(&mut self.0).into_iter().partition(|(known, _)| known == name);
        self.0 = left;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, value)| value).collect()
    }

    /// The value of a parameter that may be there once.
    fn one(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let mut values = self.all(name);
        let value = values.pop();
        if values.is_empty() { Ok(value) } else { Err(Problem::field(name, "must be given once")) }
    }

    /// The same, parsed; `rule` says what it must be.
    pub(in crate::http) fn parsed<T: FromStr>(
        &mut self,
        name: &str,
        rule: impl FnOnce(T::Err) -> String,
    ) -> Result<Option<T>, Problem> {
        let value = self.one(name)?.map(|value| value.parse());
        value.transpose().map_err(|error| Problem::field(name, rule(error)))
    }

    fn limit(&mut self, default: u32) -> Result<u32, Problem> {
        let rule = format!("must be 1 to {MAX_LIMIT}");
        let limit = self.parsed("limit", |_| rule.clone())?.unwrap_or(default);
        if (1..=MAX_LIMIT).contains(&limit) {
            Ok(limit)
        } else {
            Err(Problem::field("limit", rule))
        }
    }

    /// Refuses what nobody has asked for.
    fn finish(self) -> Result<(), Problem> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(Problem::field(name, "is not a parameter of this address")),
        }
    }
}

/// What is read from a query string.
pub(in crate::http) trait FromParams: Sized {
    /// Takes its parameters out of `params`.
    fn from_params(params: &mut Params) -> Result<Self, Problem>;
}

/// The decoded query string; what `T` does not know is refused (422, naming the parameter).
pub(in crate::http) struct ParamsOf<T>(pub(in crate::http) T);

impl<S: Send + Sync, T: FromParams> FromRequestParts<S> for ParamsOf<T> {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpError> {
        let mut params = Params::read(parts.uri.query());
        let value = T::from_params(&mut params)?;
        params.finish()?;
        Ok(Self(value))
    }
}

/// No parameters.
pub(in crate::http) struct Nothing;

impl FromParams for Nothing {
    fn from_params(_: &mut Params) -> Result<Self, Problem> {
        Ok(Self)
    }
}

impl FromParams for ListQuery {
    fn from_params(params: &mut Params) -> Result<Self, Problem> {
        let sort = sort(params)?;
        let after = params.parsed::<Cursor>("cursor", said)?;
        if after.is_some_and(|cursor| cursor.sort != sort) {
            return Err(Problem::field("cursor", "must be of a list with the same sort"));
        }
        Ok(Self {
            statuses: statuses(params)?,
            words: words(params)?,
            creator: params.one("creator")?,
            repo: params.parsed::<RepoName>("repo", said)?,
            team: params.one("team")?.map(team).transpose()?,
            updated_since: params
                .parsed::<Timestamp>("updatedSince", |_| "must be an RFC 3339 time".into())?,
            sort,
            limit: params.limit(50)?,
            after,
        })
    }
}

/// `GET /api/tasks/{id}/events`.
pub(in crate::http) struct EventsQuery {
    /// Only later versions.
    pub(in crate::http) after: u64,
    /// At most this many.
    pub(in crate::http) limit: u32,
}

impl FromParams for EventsQuery {
    fn from_params(params: &mut Params) -> Result<Self, Problem> {
        let after = params.parsed("after", |_| "must be a version".into())?;
        Ok(Self { after: after.unwrap_or(0), limit: params.limit(MAX_LIMIT)? })
    }
}

fn said(error: impl Display) -> String {
    error.to_string()
}

fn statuses(params: &mut Params) -> Result<Vec<Status>, Problem> {
    let parse = |raw: String| raw.parse().map_err(|rule: String| Problem::field("status", rule));
    params.all("status").into_iter().map(parse).collect()
}

fn words(params: &mut Params) -> Result<Vec<String>, Problem> {
    let search = params.one("q")?.unwrap_or_default();
    if search.chars().count() > MAX_SEARCH {
        return Err(Problem::field("q", format!("must have at most {MAX_SEARCH} characters")));
    }
    Ok(search.split_whitespace().map(str::to_owned).collect())
}

fn team(raw: String) -> Result<TeamName, Problem> {
    TeamName::try_from(raw).map_err(|rule| Problem::field("team", rule.to_string()))
}

fn sort(params: &mut Params) -> Result<Sort, Problem> {
    match params.one("sort")?.as_deref() {
        None | Some("-updatedAt") => Ok(Sort::UpdatedAt),
        Some("-createdAt") => Ok(Sort::CreatedAt),
        Some(_) => Err(Problem::field("sort", "must be -updatedAt or -createdAt")),
    }
}
