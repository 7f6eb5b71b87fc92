//! Two instances of the program on one database.

use serde_json::json;

use crate::support::{Node, Program, TestDatabase};

/// Two instances, and what they share.
pub(super) struct Pair {
    pub(super) one: Program,
    pub(super) other: Program,
    pub(super) database: TestDatabase,
    pub(super) alice: String,
}

impl Pair {
    /// Starts both on a database of their own; `env` is for both.
    pub(super) fn start(env: &[(&str, String)]) -> Self {
        Self::on(TestDatabase::fresh(), env)
    }

    /// Starts both on `database`.
    pub(super) fn on(database: TestDatabase, env: &[(&str, String)]) -> Self {
        Self::each(database, [env, env])
    }

    /// Starts both on `database`, each with an environment of its own.
    pub(super) fn each(database: TestDatabase, envs: [&[(&str, String)]; 2]) -> Self {
        let mut all: Vec<(&str, String)> = [
            ("TASKWIRE__LIMITS__HTTP_WRITES_PER_MINUTE_PER_USER", "1000000"),
            ("TASKWIRE__LIMITS__HTTP_WRITES_BURST", "100000"),
            ("TASKWIRE__LIMITS__HTTP_READS_PER_SECOND_PER_USER", "10000"),
            ("TASKWIRE__LIMITS__HTTP_READS_BURST", "10000"),
            ("TASKWIRE__WORKER__LEASE_SECONDS", "3"),
            ("TASKWIRE__WORKER__POLL_MS", "200"),
            ("TASKWIRE__WORKER__BACKOFF_MAX_MS", "1000"),
            ("TASKWIRE__GITHUB__SETTLE_SECONDS", "1"),
            ("TASKWIRE__GITHUB__REQUEST_TIMEOUT_SECONDS", "1"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .into();
        all.extend(database.env());
        let [one, other] = envs.map(|env| Program::start(&[&all, env].concat()));
        let alice = one.token("alice", &[]);
        Self { one, other, database, alice }
    }

    pub(super) fn both(&self) -> [&Program; 2] {
        [&self.one, &self.other]
    }

    /// Tasks that wait for an answer: nobody works on them.
    pub(super) async fn quiet_tasks(&self, count: usize) -> Vec<String> {
        let mut tasks = Vec::new();
        for n in 0..count {
            tasks.push(self.one.create(&self.alice, &format!("Busy {n}"), "?").await);
        }
        for task in &tasks {
            self.one.task_in(task, &self.alice, "clarification_needed").await;
        }
        tasks
    }

    /// A stock client of each, called `one` and `other`, as [`follow`](Self::follow) has it.
    pub(super) async fn follow_both(&self, node: &Node, tasks: &[String]) {
        self.follow(node, "one", &self.one, tasks).await;
        self.follow(node, "other", &self.other, tasks).await;
    }

    /// A stock client of `server` that follows the dashboard and `tasks`, and keeps a copy.
    async fn follow(&self, node: &Node, id: &str, server: &Program, tasks: &[String]) {
        let options = json!({ "transports": ["websocket"], "quiet": true, "autoResync": true });
        node.connect(id, &server.url, &self.alice, options).await;
        assert_eq!(node.ask(id, "dashboard:join", json!([{}])).await["ok"], true);
        for task in tasks {
            assert_eq!(node.ask(id, "task:join", json!([{ "taskId": task }])).await["ok"], true);
        }
    }
}
