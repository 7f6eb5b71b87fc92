//! The GitHub client against the simulator: over HTTP, as against GitHub.

use std::{sync::Arc, time::Duration};

use taskwire::{
    domain::{Clock as _, ManualClock, PullState, TaskId, Timestamp, text::RepoName},
    github::{FiledIssue, GitHub, GitHubError, GitHubSettings, IssueChange, IssueDraft, connect},
    simulator::{NewPull, Simulator, SimulatorOptions},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const PATIENCE: Duration = Duration::from_secs(20);
const IMPATIENCE: Duration = Duration::from_secs(2);
const ID: &str = "0198c5b2-7d1f-7a3e-8f00-0123456789ab";

struct World {
    simulator: Simulator,
    clock: ManualClock,
    tracker: TaskTracker,
    shutdown: CancellationToken,
}

impl World {
    async fn start() -> Self {
        let clock = ManualClock::new("2026-11-20T17:24:00.500Z".parse().unwrap());
        let (tracker, shutdown) = (TaskTracker::new(), CancellationToken::new());
        let options = SimulatorOptions {
            clock: Arc::new(clock.clone()),
            token: "secret-token".into(),
            login: "taskwire-bot".into(),
            repos: vec![repo()],
        };
        let simulator = Simulator::start(options, &tracker, shutdown.clone()).await.unwrap();
        Self { simulator, clock, tracker, shutdown }
    }

    fn client(&self, token: &str, request_timeout: Duration) -> Arc<dyn GitHub> {
        connect(GitHubSettings {
            token: Some(token.into()),
            api_url: self.simulator.api_url().clone(),
            request_timeout,
        })
        .unwrap()
    }

    fn github(&self) -> Arc<dyn GitHub> {
        self.client("secret-token", PATIENCE)
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn filed(&self) -> usize {
        self.simulator.issues(&repo()).len()
    }

    async fn find(&self) -> Option<FiledIssue> {
        self.github().find_issue(&repo(), self.now(), task()).await.unwrap()
    }

    async fn stop(self) {
        self.shutdown.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

fn repo() -> RepoName {
    "acme/shop".parse().unwrap()
}

fn task() -> TaskId {
    ID.parse().unwrap()
}

fn marked(text: &str) -> String {
    format!("{text}\n\ntaskwire:{ID}")
}

fn draft() -> IssueDraft {
    IssueDraft {
        title: "Fix payment bug".into(),
        body: marked("It fails."),
        labels: vec!["bug".into()],
        assignees: vec!["copilot".into()],
    }
}

#[tokio::test]
async fn an_issue_is_filed_as_drafted_and_found_again() {
    let world = World::start().await;
    let filed = world.github().create_issue(&repo(), &draft()).await.unwrap();

    let [issue] = world.simulator.issues(&repo()).try_into().unwrap();
    assert_eq!((issue.number, issue.title.as_str()), (filed.number, "Fix payment bug"));
    assert_eq!(issue.body, draft().body);
    assert_eq!((issue.labels, issue.assignees), (vec!["bug".into()], vec!["copilot".into()]));
    assert_eq!(issue.author, world.github().login().await.unwrap());
    assert!(filed.url.ends_with(&format!("/acme/shop/issues/{}", filed.number)));
    assert_eq!(world.find().await, Some(filed));
    world.stop().await;
}

#[tokio::test]
async fn a_slow_answer_is_unsure_and_there_is_exactly_one_issue() {
    let world = World::start().await;
    let gate = world.simulator.delay_posts();
    let result = world.client("secret-token", IMPATIENCE).create_issue(&repo(), &draft()).await;
    assert_eq!(result, Err(GitHubError::Unsure));
    gate.release();
    assert_eq!(world.filed(), 1);
    assert!(world.find().await.is_some());
    world.stop().await;
}

#[tokio::test]
async fn a_broken_connection_is_unsure_and_there_is_exactly_one_issue() {
    let world = World::start().await;
    world.simulator.break_next();
    let result = world.github().create_issue(&repo(), &draft()).await;
    assert_eq!(result, Err(GitHubError::Unsure));
    assert_eq!(world.filed(), 1);
    world.stop().await;
}

#[tokio::test]
async fn a_server_that_fails_while_filing_leaves_it_unsure() {
    let world = World::start().await;
    world.simulator.fail_next(1, 502);
    let result = world.github().create_issue(&repo(), &draft()).await;
    assert_eq!(result, Err(GitHubError::Unsure));
    world.simulator.fail_next(1, 502);
    let result = world.github().repository(&repo()).await;
    assert!(matches!(result, Err(GitHubError::Unavailable { .. })), "{result:?}");
    world.stop().await;
}

#[tokio::test]
async fn a_repository_that_moved_is_found_but_nothing_is_filed_by_redirect() {
    let world = World::start().await;
    world.simulator.rename_repo(&repo(), "acme/store".parse().unwrap());
    let found = world.github().repository(&repo()).await.unwrap();
    assert_eq!(found.full_name.as_str(), "acme/store");

    let result = world.github().create_issue(&repo(), &draft()).await;
    assert!(matches!(result, Err(GitHubError::Rejected { status: 307, .. })), "{result:?}");
    assert!(world.simulator.issues(&found.full_name).is_empty());
    assert!(world.github().create_issue(&found.full_name, &draft()).await.is_ok());
    world.stop().await;
}

#[tokio::test]
async fn only_our_own_issues_with_the_marker_as_last_line_are_found() {
    let world = World::start().await;
    let repo = repo();
    let file = |author: &str, body: &str| {
        world.simulator.file_issue(&repo, author, "Title", body).unwrap()
    };
    file("mallory", &marked("It was me."));
    file("taskwire-bot", &format!("> taskwire:{ID}\n\nquoted"));
    file("taskwire-bot", &format!("taskwire:{ID} is not alone"));
    file("taskwire-bot", &marked("Another task.").replace("ab", "ac"));
    let mut pull = NewPull::by_agent("Title", &marked("A pull request is no issue."));
    pull.author = "taskwire-bot".into();
    world.simulator.open_pull(&repo, pull).unwrap();
    assert_eq!(world.find().await, None);

    let first = file("taskwire-bot", &marked("Ours.").replace('\n', "\r\n"));
    file("taskwire-bot", &marked("A duplicate."));
    world.simulator.close_issue(&repo, first, true).unwrap();
    assert_eq!(world.find().await.map(|issue| issue.number), Some(first));
    world.stop().await;
}

#[tokio::test]
async fn an_issue_is_found_on_a_later_page_and_not_among_those_long_untouched() {
    let world = World::start().await;
    let file =
        |body: &str| world.simulator.file_issue(&repo(), "taskwire-bot", "Title", body).unwrap();
    file(&marked("Long ago."));
    world.clock.advance(Duration::from_hours(24));
    assert_eq!(world.find().await, None);
    for _ in 0..230 {
        file("Something else");
    }
    let ours = file(&marked("Ours."));
    assert_eq!(world.find().await.map(|issue| issue.number), Some(ours));
    world.stop().await;
}

#[tokio::test]
async fn a_rate_limit_says_how_long_to_wait() {
    let world = World::start().await;
    let rest = Duration::from_secs(17);
    world.simulator.limit_next(2, rest);
    let asked = world.github().repository(&repo()).await.unwrap_err();
    let filed = world.github().create_issue(&repo(), &draft()).await.unwrap_err();
    for error in [asked, filed] {
        let GitHubError::Unavailable { retry_after, .. } = error else { panic!("{error:?}") };
        assert_eq!(retry_after, Some(rest));
    }
    assert_eq!(world.filed(), 0);
    world.stop().await;
}

#[tokio::test]
async fn a_refusal_is_told_in_githubs_words_and_never_with_the_token() {
    let world = World::start().await;
    let stranger = world.client("wrong-token", PATIENCE);
    let error = stranger.create_issue(&repo(), &draft()).await.unwrap_err();
    let message = "Bad credentials".to_owned();
    assert_eq!(error, GitHubError::Rejected { status: 401, message });
    assert!(!format!("{error} {error:?}").contains("wrong-token"));

    let nowhere = "acme/nowhere".parse().unwrap();
    let missing = world.github().repository(&nowhere).await;
    assert!(matches!(missing, Err(GitHubError::Rejected { status: 404, .. })), "{missing:?}");
    for status in [403, 410, 422] {
        world.simulator.fail_next(1, status);
        let message = "Simulated failure".to_owned();
        let expected = GitHubError::Rejected { status, message };
        assert_eq!(world.github().create_issue(&repo(), &draft()).await, Err(expected));
    }
    assert_eq!(world.filed(), 0);
    world.stop().await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable_and_nothing_was_sent() {
    let world = World::start().await;
    let github = world.github();
    world.stop().await;
    let result = github.create_issue(&repo(), &draft()).await;
    assert!(matches!(result, Err(GitHubError::Unavailable { .. })), "{result:?}");
}

#[tokio::test]
async fn a_repository_says_whether_it_is_private() {
    let world = World::start().await;
    assert!(!world.github().repository(&repo()).await.unwrap().private);
    world.simulator.set_repo_private(&repo(), true);
    assert!(world.github().repository(&repo()).await.unwrap().private);
    world.stop().await;
}

#[tokio::test]
async fn an_issue_is_closed_and_opened_again() {
    let world = World::start().await;
    let filed = world.github().create_issue(&repo(), &draft()).await.unwrap();
    world.clock.advance(Duration::from_mins(1));
    let change = IssueChange::Closed { not_planned: true };
    let at = world.github().set_issue_state(&repo(), filed.number, change).await.unwrap();
    assert_eq!(at, "2026-11-20T17:25:00Z".parse().unwrap());
    let [issue] = world.simulator.issues(&repo()).try_into().unwrap();
    assert_eq!((issue.is_open, issue.state_reason.as_deref()), (false, Some("not_planned")));

    world.github().set_issue_state(&repo(), filed.number, IssueChange::Open).await.unwrap();
    let [issue] = world.simulator.issues(&repo()).try_into().unwrap();
    assert!(issue.is_open);
    world.stop().await;
}

#[tokio::test]
async fn a_pull_request_is_read_as_it_is_now() {
    let world = World::start().await;
    let number = world.simulator.open_pull(&repo(), NewPull::by_agent("Fix", "")).unwrap().number;
    let opened = world.github().pull(&repo(), number).await.unwrap();
    assert_eq!((opened.state, opened.merge_commit_sha.as_deref()), (PullState::Open, None));
    world.clock.advance(Duration::from_secs(5));
    world.simulator.merge(&repo(), number).unwrap();
    let merged = world.github().pull(&repo(), number).await.unwrap();
    assert_eq!(merged.state, PullState::Merged);
    assert!(merged.merge_commit_sha.is_some());
    assert_eq!(merged.updated_at.since(opened.updated_at), Duration::from_secs(5));
    assert_eq!(merged.key, opened.key);
    world.stop().await;
}
