//! What others do to a task meanwhile: workers and GitHub.

use std::time::Duration;

use taskwire::{
    domain::{
        ActorKind, ActorRef, Command, EventBody, Fact, NewQuestion, PullKey, PullRequest,
        PullState, TaskId, Visibility,
        text::{Description, Labels, Prose},
    },
    store::{LeaseToken, WholeTask, Write},
};

use super::TestApp;

const TERM: Duration = Duration::from_mins(1);

impl TestApp {
    /// Taskwire asks `questions` about a task.
    pub(crate) async fn asks(&self, id: &str, questions: &[&str]) {
        let ask = |text: &&str| NewQuestion {
            text: Prose::try_from(*text).unwrap(),
            choices: Vec::new(),
        };
        let questions = questions.iter().map(ask).collect();
        self.works(id, vec![Command::StartAnalysis, Command::Ask(questions)]).await;
    }

    /// Taskwire files a task as issue `number`.
    pub(crate) async fn files(&self, id: &str, number: u64) {
        let url = format!("https://github.com/acme/shop/issues/{number}");
        let issue = Command::RecordIssue { number, url, labels: Labels::default() };
        self.works(id, vec![Command::StartAnalysis, issue]).await;
    }

    /// GitHub says that a pull request of the task was opened.
    pub(crate) async fn opens_pull(&self, id: &str, number: u64) {
        self.hears_of(id, number, PullState::Open).await;
    }

    /// GitHub says that a pull request of the task was merged.
    pub(crate) async fn merges_pull(&self, id: &str, number: u64) {
        self.hears_of(id, number, PullState::Merged).await;
    }

    /// A task of `creator`'s is carried here from another store, with so many bytes of timeline or a
    /// little more; its id.
    pub(crate) async fn carries(&self, creator: &str, bytes: u64) -> String {
        let (now, kind) = (self.now(), ActorKind::User);
        let by = ActorRef { id: creator.into(), name: creator.into(), kind };
        let first = EventBody::Created {
            title: "Fix payment bug".try_into().unwrap(),
            description: Description::default(),
            repo: None,
            labels: Labels::default(),
            team: None,
            visibility: Visibility::Everyone,
        };
        // Four bytes each in JSON.
        let text = "🦀".repeat(10_000);
        let comments = (0..=bytes / 40_000).map(|_| EventBody::Comment {
            text: text.as_str().try_into().unwrap(),
            object_id: None,
            url: None,
            occurred_at: None,
        });
        let created = Write::create(TaskId::new(now), first, by.clone(), now, None).unwrap();
        let said = Write::append(&created.task, comments.collect(), &by, now, None).unwrap();
        let steps = created.steps.into_iter().chain(said.steps);
        let events = steps.map(|step| step.event).collect();
        let whole = WholeTask::new(created.task.id, events, None).unwrap();
        self.store.import(whole).await.unwrap();
        created.task.id.to_string()
    }

    async fn hears_of(&self, id: &str, number: u64, state: PullState) {
        let now = self.now();
        let pull = PullRequest {
            key: PullKey { repo_id: 1, number },
            repo: "acme/shop".parse().unwrap(),
            url: format!("https://github.com/acme/shop/pull/{number}"),
            title: "Fix it".into(),
            state,
            draft: false,
            head_sha: "a".repeat(40),
            merge_commit_sha: (state == PullState::Merged).then(|| "b".repeat(40)),
            created_at: now,
            updated_at: now,
            names: None,
        };
        let actor = ActorRef::github("octocat");
        self.tasks.hear(id.parse().unwrap(), None, actor, Fact::Pull(pull), true).await.unwrap();
    }

    async fn works(&self, id: &str, commands: Vec<Command>) {
        let id: TaskId = id.parse().unwrap();
        let token = LeaseToken::new();
        let mut others = Vec::new();
        loop {
            let claim = self.store.claim(token, TERM).await.unwrap().expect("there is work");
            if claim.task.id == id {
                break;
            }
            others.push(claim.task.id);
        }
        for command in commands {
            self.tasks.work(id, token, command).await.unwrap();
        }
        others.push(id);
        for id in others {
            self.store.release(id, token, Duration::ZERO).await.unwrap();
        }
    }
}
