//! The entries of a task's timeline.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::{
    ActorRef, CheckRun, Checks, CloseReason, PullKey, PullRequest, Question, ReviewState,
    Timestamp, Visibility,
    text::{
        Code, Description, IdempotencyKey, Labels, Message, Prose, Reason, RepoName, TeamName,
        Title,
    },
};

/// One entry of the timeline. Entry `n` is what made version `n` of the task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// 1, 2, 3, … without a gap.
    pub version: u64,
    /// When Taskwire learnt it.
    pub at: Timestamp,
    /// Who caused it.
    pub actor: ActorRef,
    /// What happened.
    #[serde(flatten)]
    pub body: EventBody,
    /// The request or delivery that caused it; known to the store, shown to nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
}

/// What made an entry, so that a repetition is known as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// A request with an `Idempotency-Key`.
    Request {
        /// The user whose key it is.
        user: String,
        /// The key.
        key: IdempotencyKey,
        /// A hash of the operation and its decoded body.
        hash: String,
    },
    /// A webhook delivery, by its `X-GitHub-Delivery`.
    Delivery {
        /// The delivery's id.
        id: String,
    },
}

/// Why a task failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct TaskError {
    /// A word for programs.
    pub code: Code,
    /// A sentence for people.
    pub message: Message,
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GivenAnswer {
    /// The question's id.
    pub question_id: String,
    /// The answer.
    pub answer: Prose,
}

/// What happened, and what there is to say about it.
// The documents do not see serde's `rename_all_fields`: each variant says it to them again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "type", content = "data", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum EventBody {
    /// The task was submitted.
    Created {
        /// Its title.
        title: Title,
        /// Its description.
        description: Description,
        /// Where it is to be filed.
        #[schema(required)]
        repo: Option<RepoName>,
        /// Its labels.
        labels: Labels,
        /// Its team.
        #[schema(required)]
        team: Option<TeamName>,
        /// Whom it is for.
        visibility: Visibility,
    },
    /// The analysis began, or began again.
    Analyzing {},
    /// The description is too thin: somebody must answer.
    ClarificationNeeded {
        /// What is asked.
        questions: Vec<Question>,
    },
    /// Somebody answered.
    ClarificationAnswered {
        /// What was answered.
        answers: Vec<GivenAnswer>,
    },
    /// The task's issue is filed and waits for a pull request.
    #[schema(rename_all = "camelCase")]
    Dispatched {
        /// The issue's number.
        issue_number: u64,
        /// The issue's page.
        issue_url: String,
        /// The task's labels from here on.
        labels: Labels,
    },
    /// The issue was filed although the task had left the way meanwhile.
    #[schema(rename_all = "camelCase")]
    IssueFiled {
        /// The issue's number.
        issue_number: u64,
        /// The issue's page.
        issue_url: String,
    },
    /// A pull request was opened, or opened again; it is the task's status.
    #[schema(rename_all = "camelCase")]
    PrOpened {
        /// The pull request.
        pull: PullRequest,
        /// GitHub's time.
        occurred_at: Timestamp,
    },
    /// Something else about a pull request is new.
    #[schema(rename_all = "camelCase")]
    PrUpdated {
        /// The pull request.
        pull: PullRequest,
        /// GitHub's time.
        occurred_at: Timestamp,
    },
    /// The last open pull request was closed without a merge.
    #[schema(rename_all = "camelCase")]
    PrClosed {
        /// The pull request.
        pull: PullRequest,
        /// GitHub's time.
        occurred_at: Timestamp,
    },
    /// A pull request was merged: the task is done.
    #[schema(rename_all = "camelCase")]
    PrMerged {
        /// The pull request.
        pull: PullRequest,
        /// GitHub's time.
        occurred_at: Timestamp,
    },
    /// A reviewer spoke.
    #[schema(rename_all = "camelCase")]
    PrReview {
        /// Of which pull request.
        pull: PullKey,
        /// GitHub's id of the review.
        object_id: u64,
        /// The verdict.
        state: ReviewState,
        /// GitHub's time.
        occurred_at: Timestamp,
    },
    /// A check of the head commit has spoken.
    #[schema(rename_all = "camelCase")]
    Checks {
        /// Of which pull request.
        pull: PullKey,
        /// The commit that was checked.
        head_sha: String,
        /// What they say by now, taken together: the worst of them.
        state: Checks,
        /// The one that has spoken.
        run: CheckRun,
        /// What it said.
        outcome: Checks,
        /// GitHub's time.
        occurred_at: Timestamp,
    },
    /// The issue was closed.
    #[schema(rename_all = "camelCase")]
    IssueClosed {
        /// Why.
        reason: CloseReason,
        /// GitHub's time.
        occurred_at: Timestamp,
    },
    /// The issue was opened again.
    #[schema(rename_all = "camelCase")]
    IssueReopened {
        /// GitHub's time.
        occurred_at: Timestamp,
    },
    /// Somebody commented, here or on the issue.
    #[schema(rename_all = "camelCase")]
    Comment {
        /// What was said.
        text: Prose,
        /// GitHub's id of the comment, if it was made there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        object_id: Option<u64>,
        /// The comment's page, if it was made on GitHub.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        url: Option<String>,
        /// GitHub's time, if it was made there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        occurred_at: Option<Timestamp>,
    },
    /// The text or the audience was edited; only what changed is named.
    Edited {
        /// The new title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        title: Option<Title>,
        /// The new description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        description: Option<Description>,
        /// The new labels.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        labels: Option<Labels>,
        /// The new team; `null` takes the team away.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "nullable")]
        #[ts(optional, type = "string | null")]
        #[schema(value_type = Option<TeamName>)]
        team: Option<Option<TeamName>>,
        /// The new visibility.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        visibility: Option<Visibility>,
    },
    /// Somebody wants another try; the entry after it says from where.
    Retried {
        /// Why.
        #[schema(required)]
        reason: Option<Reason>,
        /// Where it is to be filed, if it named no repository before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        repo: Option<RepoName>,
    },
    /// The task failed.
    Failed {
        /// A word for programs.
        code: Code,
        /// A sentence for people.
        message: Message,
    },
    /// The task was called off.
    Cancelled {
        /// Why.
        #[schema(required)]
        reason: Option<Reason>,
    },
}

impl EventBody {
    /// The beginning of a task for everyone that names neither repository nor label.
    #[cfg(test)]
    pub(crate) fn created(title: &str, description: &str) -> Self {
        Self::Created {
            title: title.try_into().expect("a title"),
            description: description.try_into().expect("a description"),
            repo: None,
            labels: Labels::default(),
            team: None,
            visibility: Visibility::Everyone,
        }
    }

    /// The entry without what is shown to nobody.
    #[must_use]
    pub fn shown(&self) -> Self {
        let mut body = self.clone();
        if let Self::PrOpened { pull, .. } | Self::PrUpdated { pull, .. } = &mut body {
            pull.names = None;
        }
        body
    }

    /// The entry's `type` on the wire.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Created { .. } => "created",
            Self::Analyzing {} => "analyzing",
            Self::ClarificationNeeded { .. } => "clarification_needed",
            Self::ClarificationAnswered { .. } => "clarification_answered",
            Self::Dispatched { .. } => "dispatched",
            Self::IssueFiled { .. } => "issue_filed",
            Self::PrOpened { .. } => "pr_opened",
            Self::PrUpdated { .. } => "pr_updated",
            Self::PrClosed { .. } => "pr_closed",
            Self::PrMerged { .. } => "pr_merged",
            Self::PrReview { .. } => "pr_review",
            Self::Checks { .. } => "checks",
            Self::IssueClosed { .. } => "issue_closed",
            Self::IssueReopened { .. } => "issue_reopened",
            Self::Comment { .. } => "comment",
            Self::Edited { .. } => "edited",
            Self::Retried { .. } => "retried",
            Self::Failed { .. } => "failed",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}

/// Tells "not named" from "named as `null`".
mod nullable {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(
        clippy::option_option,
        clippy::ref_option,
        reason = "the shape serde's `with` asks for"
    )]
    pub(super) fn serialize<T: Serialize, S: Serializer>(
        value: &Option<Option<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().and_then(Option::as_ref).serialize(serializer)
    }

    #[expect(clippy::option_option, reason = "the shape serde's `with` asks for")]
    pub(super) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Option<T>>, D::Error> {
        Option::deserialize(deserializer).map(Some)
    }
}
