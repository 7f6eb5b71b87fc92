//! GitHub over HTTP, by octocrab. It knows requests and answers, not what they are for.
//!
//! octocrab is built without its `retry` and `follow-redirect` features, so that a request is sent
//! as often as it is sent here. Its pool sends one again only if not a byte of it had left.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use octocrab::Octocrab;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::{sync::OnceCell, time::timeout};
use tracing::instrument;
use url::{Url, form_urlencoded};

use super::{
    answer::Answer,
    client::{FiledIssue, GitHub, GitHubError, IssueChange, IssueDraft, Repository, SettingsError},
    list::{Etag, IssueNews, Listed, Row, SOMEBODY},
    marker::is_filed_for,
    webhook::PullNews,
    wire::{Account, Issue, ListedIssue, Pull, Repo, Run, Runs},
};
use crate::domain::{CheckReport, PullRequest, TaskId, Timestamp, text::RepoName};

const API_VERSION: &str = "2022-11-28";
const LARGEST_ANSWER: usize = 64 * 1024 * 1024;
const MOST_REDIRECTS: usize = 3;
const ISSUES_PER_PAGE: &str = "100";
/// Far more issues than one account files while an attempt is unsure.
const MOST_PAGES: usize = 50;
/// How far GitHub's clock may be from the one that says when an attempt began.
const CLOCK_SKEW: Duration = Duration::from_mins(10);

/// GitHub, as the account whose token it is.
pub(super) struct OctocrabClient {
    crab: Octocrab,
    base: Url,
    request_timeout: Duration,
    me: OnceCell<Account>,
}

impl fmt::Debug for OctocrabClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OctocrabClient").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

/// Why there is no answer.
enum Lost {
    /// The request never left.
    Unsent(&'static str),
    /// The request may have arrived.
    Underway(&'static str),
}

impl From<Lost> for GitHubError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Unsent(cause) | Lost::Underway(cause) => Self::unavailable(cause),
        }
    }
}

impl OctocrabClient {
    pub(super) fn new(
        token: SecretString,
        base: Url,
        request_timeout: Duration,
    ) -> Result<Self, SettingsError> {
        let wrong = |words: &str| SettingsError(words.to_owned());
        if HeaderValue::from_str(token.expose_secret()).is_err() {
            return Err(wrong("the GitHub token has characters that no token has"));
        }
        let crab = Octocrab::builder()
            .base_uri(base.as_str())
            .map_err(|_| wrong("the GitHub API's address is none"))?
            // Less than the whole, so that "cannot connect" is known from "no answer".
            .set_connect_timeout(Some(request_timeout / 2))
            .build()
            .and_then(|crab| crab.user_access_token(token))
            .map_err(|error| SettingsError(format!("no GitHub client can be made: {error}")))?;
        Ok(Self { crab, base, request_timeout, me: OnceCell::new() })
    }

    /// Sends one request once and reads the whole answer.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        known: Option<&Etag>,
    ) -> Result<Answer, Lost> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", API_VERSION)
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(Etag(known)) = known {
            request = request.header(header::IF_NONE_MATCH, known);
        }
        let request = request
            .body(body.map(Value::to_string).unwrap_or_default())
            .map_err(|_| Lost::Unsent("no request can be made of this"))?;
        let exchange = async {
            let response = self.crab.execute(request).await.map_err(|error| lost(&error))?;
            let (parts, body) = response.into_parts();
            let body = Limited::new(body, LARGEST_ANSWER).collect().await;
            let body = body.map_err(|_| Lost::Underway("the answer broke off"))?.to_bytes();
            Ok(Answer { status: parts.status, headers: parts.headers, body })
        };
        // Dropping the exchange closes its connection; what had left may still be carried out.
        timeout(self.request_timeout, exchange)
            .await
            .unwrap_or(Err(Lost::Underway("no answer in time")))
    }

    /// Sends what does no harm twice, after a repository that has moved.
    async fn ask(
        &self,
        method: Method,
        path: String,
        body: Option<&Value>,
        known: Option<&Etag>,
    ) -> Result<Answer, GitHubError> {
        let mut path = path;
        for _ in 0..=MOST_REDIRECTS {
            let answer = self.send(method.clone(), &path, body, known).await?;
            match answer.moved_to(&self.base) {
                Some(next) => path = next,
                None => return Ok(answer),
            }
        }
        Err(GitHubError::unavailable("it redirects without an end"))
    }

    async fn get(&self, path: String) -> Result<Answer, GitHubError> {
        self.ask(Method::GET, path, None, None).await
    }

    /// The rows of the list at `path`, which begins with what changed last, down to `since`.
    async fn rows_since<T: DeserializeOwned + Row>(
        &self,
        path: String,
        since: Timestamp,
        known: Option<&Etag>,
    ) -> Result<Listed<T>, GitHubError> {
        let mut answer = self.ask(Method::GET, path, None, known).await?;
        if answer.status == StatusCode::NOT_MODIFIED {
            return Ok(Listed::Unchanged);
        }
        // Whatever changes moves to the first page: its tag speaks for the whole list.
        let etag = answer.etag();
        let mut rows = Vec::new();
        for page in 1.. {
            let more: Vec<T> = answer.json()?;
            let is_done = more.last().is_none_or(|oldest| oldest.updated_at() < since);
            rows.extend(more.into_iter().filter(|row| row.updated_at() >= since));
            match answer.next_page(&self.base) {
                Some(next) if !is_done && page < MOST_PAGES => answer = self.get(next).await?,
                Some(_) | None => break,
            }
        }
        Ok(Listed::Rows { rows, etag })
    }

    async fn me(&self) -> Result<&Account, GitHubError> {
        self.me.get_or_try_init(|| async { self.get("/user".into()).await?.json() }).await
    }
}

/// What octocrab's error says about the request.
fn lost(error: &octocrab::Error) -> Lost {
    match error {
        octocrab::Error::Service { source, .. } => {
            let client = source.downcast_ref::<hyper_util::client::legacy::Error>();
            if client.is_some_and(hyper_util::client::legacy::Error::is_connect) {
                Lost::Unsent("it cannot be reached")
            } else {
                Lost::Underway("the connection broke")
            }
        }
        octocrab::Error::Http { .. } | octocrab::Error::InvalidHeaderValue { .. } => {
            Lost::Unsent("no request can be made of this")
        }
        _ => Lost::Underway("the connection broke"),
    }
}

#[async_trait]
impl GitHub for OctocrabClient {
    #[instrument(skip_all)]
    async fn login(&self) -> Result<String, GitHubError> {
        Ok(self.me().await?.login.clone())
    }

    #[instrument(skip_all)]
    async fn repository(&self, repo: &RepoName) -> Result<Repository, GitHubError> {
        let repo: Repo = self.get(format!("/repos/{repo}")).await?.json()?;
        Ok(Repository { id: repo.id, private: repo.private, full_name: repo.full_name })
    }

    #[instrument(skip_all)]
    async fn create_issue(
        &self,
        repo: &RepoName,
        draft: &IssueDraft,
    ) -> Result<FiledIssue, GitHubError> {
        let body = json!({
            "title": draft.title,
            "body": draft.body,
            "labels": draft.labels,
            "assignees": draft.assignees,
        });
        let path = format!("/repos/{repo}/issues");
        let answer = match self.send(Method::POST, &path, Some(&body), None).await {
            Ok(answer) => answer,
            Err(unsent @ Lost::Unsent(_)) => return Err(unsent.into()),
            Err(Lost::Underway(_)) => return Err(GitHubError::Unsure),
        };
        let was_refused = answer.status.is_client_error();
        match answer.json::<Issue>() {
            Ok(issue) => Ok(FiledIssue { number: issue.number, url: issue.html_url }),
            // A server that fails, or a proxy before it, does not say what it had done by then.
            Err(GitHubError::Unavailable { .. }) if !was_refused => Err(GitHubError::Unsure),
            Err(error) => Err(error),
        }
    }

    #[instrument(skip_all, fields(task.id = %task))]
    async fn find_issue(
        &self,
        repo: &RepoName,
        since: Timestamp,
        task: TaskId,
    ) -> Result<Option<FiledIssue>, GitHubError> {
        let me = self.me().await?;
        let since = Timestamp::from_millis(
            since.as_millis().saturating_sub(i64::try_from(CLOCK_SKEW.as_millis()).unwrap_or(0)),
        );
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("state", "all")
            .append_pair("creator", &me.login)
            .append_pair("since", &since.to_string())
            .append_pair("sort", "created")
            .append_pair("direction", "asc")
            .append_pair("per_page", ISSUES_PER_PAGE)
            .finish();
        let mut path = format!("/repos/{repo}/issues?{query}");
        let mut found: Option<Issue> = None;
        for _ in 0..MOST_PAGES {
            let answer = self.get(path).await?;
            let issues: Vec<Issue> = answer.json()?;
            let ours = issues.into_iter().filter(|issue| {
                issue.pull_request.is_none()
                    && issue.user.as_ref().is_some_and(|user| user.id == me.id)
                    && issue.body.as_deref().is_some_and(|body| is_filed_for(body, task))
            });
            found = found.into_iter().chain(ours).min_by_key(|issue| issue.number);
            match answer.next_page(&self.base) {
                Some(next) => path = next,
                None => {
                    return Ok(
                        found.map(|issue| FiledIssue { number: issue.number, url: issue.html_url })
                    );
                }
            }
        }
        // "None" would be a lie, and a second issue.
        Err(GitHubError::unavailable("its list of issues has no end"))
    }

    #[instrument(skip_all)]
    async fn set_issue_state(
        &self,
        repo: &RepoName,
        number: u64,
        change: IssueChange,
    ) -> Result<Timestamp, GitHubError> {
        let body = match change {
            IssueChange::Open => json!({ "state": "open" }),
            IssueChange::Closed { not_planned: true } => {
                json!({ "state": "closed", "state_reason": "not_planned" })
            }
            IssueChange::Closed { not_planned: false } => {
                json!({ "state": "closed", "state_reason": "completed" })
            }
        };
        let path = format!("/repos/{repo}/issues/{number}");
        let issue: Issue = self.ask(Method::PATCH, path, Some(&body), None).await?.json()?;
        Ok(issue.updated_at)
    }

    #[instrument(skip_all)]
    async fn pulls_since(
        &self,
        repo: &RepoName,
        since: Timestamp,
        known: Option<&Etag>,
    ) -> Result<Listed<PullNews>, GitHubError> {
        let query = "state=all&sort=updated&direction=desc&per_page=50";
        let path = format!("/repos/{repo}/pulls?{query}");
        let listed = self.rows_since::<Pull>(path, since, known).await?;
        // A list tells how things are, not who made them so.
        Ok(listed.filter_map(|pull| Some(PullNews::new(pull, SOMEBODY.to_owned()))))
    }

    #[instrument(skip_all)]
    async fn issues_since(
        &self,
        repo: &RepoName,
        since: Timestamp,
        known: Option<&Etag>,
    ) -> Result<Listed<IssueNews>, GitHubError> {
        let me = self.me().await?.id;
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("state", "all")
            .append_pair("since", &since.to_string())
            .append_pair("sort", "updated")
            .append_pair("direction", "desc")
            .append_pair("per_page", ISSUES_PER_PAGE)
            .finish();
        let path = format!("/repos/{repo}/issues?{query}");
        let listed = self.rows_since::<ListedIssue>(path, since, known).await?;
        Ok(listed.filter_map(|issue| IssueNews::new(issue, me)))
    }

    #[instrument(skip_all)]
    async fn checks(
        &self,
        repo: &RepoName,
        head_sha: &str,
    ) -> Result<Vec<CheckReport>, GitHubError> {
        if !head_sha.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(Vec::new()); // It is no commit, and would make another path of this one.
        }
        let path = format!("/repos/{repo}/commits/{head_sha}/check-runs?per_page=100");
        let mut answer = self.get(path).await?;
        let mut reports = Vec::new();
        for page in 1.. {
            let Runs { check_runs } = answer.json()?;
            reports.extend(check_runs.iter().map(Run::report));
            match answer.next_page(&self.base) {
                Some(next) if page < MOST_PAGES => answer = self.get(next).await?,
                Some(_) | None => break,
            }
        }
        Ok(reports)
    }

    #[instrument(skip_all)]
    async fn pull(&self, repo: &RepoName, number: u64) -> Result<PullRequest, GitHubError> {
        let pull: Pull = self.get(format!("/repos/{repo}/pulls/{number}")).await?.json()?;
        Ok(pull.into())
    }
}
