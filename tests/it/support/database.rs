//! The MongoDB that the tests run on, and a stand-in of a test's own that can be killed.

use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use mongodb::{
    Client, Collection,
    bson::{Document, doc},
};
use tempfile::TempDir;
use uuid::Uuid;

use super::PATIENCE;

/// A database of a test's own on the server that all tests share; dropped at the end.
pub(crate) struct TestDatabase {
    pub(crate) uri: String,
    pub(crate) name: String,
}

impl TestDatabase {
    /// A name that nobody has used.
    pub(crate) fn fresh() -> Self {
        Self::on(&environment("MONGODB_TEST_URI"))
    }

    /// The same on another server.
    pub(crate) fn on(uri: &str) -> Self {
        Self { uri: uri.to_owned(), name: format!("taskwire_{}", Uuid::now_v7().simple()) }
    }

    /// The collection of tasks, for what only an operator's hand can do.
    pub(crate) async fn tasks(&self) -> Collection<Document> {
        self.collection("tasks").await
    }

    /// The same for another collection.
    pub(crate) async fn collection(&self, name: &str) -> Collection<Document> {
        Client::with_uri_str(&self.uri).await.unwrap().database(&self.name).collection(name)
    }

    /// Lets `by` pass for leases, rests, attempts and duties. The clock they go by is the server's and
    /// cannot be moved: what it is compared with is.
    pub(crate) async fn pass(&self, by: Duration) {
        let earlier =
            |field: &str| doc! { "$subtract": [field, i64::try_from(by.as_millis()).unwrap()] };
        let (tasks, duties) = (self.tasks().await, self.collection("duties").await);
        let until = earlier("$lease.until");
        let until = doc! { "lease.until": until.clone(), "waitingSince": until };
        // A lease last: whose rest is over finds that the time has passed for everything else.
        for (of, field, set) in [
            (&tasks, "attempt.at", doc! { "attempt.at": earlier("$attempt.at") }),
            (&tasks, "lease.until", until),
            (&duties, "until", doc! { "until": earlier("$until") }),
        ] {
            let those = doc! { field: { "$exists": true } };
            of.update_many(those, vec![doc! { "$set": set }]).await.unwrap();
        }
    }

    /// What tells a program to use this database.
    pub(crate) fn env(&self) -> [(&'static str, String); 2] {
        [("MONGODB_URI", self.uri.clone()), ("MONGODB_DATABASE", self.name.clone())]
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (uri, name) = (self.uri.clone(), self.name.clone());
        let cleaning = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                // A server that the test has killed has nothing to clean.
                let uri = format!("{uri}&serverSelectionTimeoutMS=500");
                if let Ok(client) = Client::with_uri_str(&uri).await {
                    client.database(&name).drop().await.ok();
                }
            });
        });
        cleaning.join().ok();
    }
}

/// A server of a test's own, in a folder of its own. It can be killed and started again.
pub(crate) struct DatabaseServer {
    child: Child,
    folder: TempDir,
    port: u16,
}

impl DatabaseServer {
    /// Starts one and waits until it answers.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = launch(&folder, port);
        let asked = Instant::now();
        while !is_up(port) {
            assert!(asked.elapsed() < PATIENCE, "the database does not start");
            thread::yield_now();
        }
        Self { child, folder, port }
    }

    pub(crate) fn uri(&self) -> String {
        format!("mongodb://127.0.0.1:{}/?directConnection=true", self.port)
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again on the same files and port, and waits until it answers. Whoever waits for
    /// something else beside that goes on.
    pub(crate) async fn restart(&mut self) {
        self.child = launch(&self.folder, self.port);
        let asked = Instant::now();
        while !is_up(self.port) {
            assert!(asked.elapsed() < PATIENCE, "the database does not start");
            tokio::time::sleep(Duration::from_millis(20)).await; // between two looks
        }
    }

    /// Has the server say of itself that it is not the primary any more, for so many seconds.
    pub(crate) async fn step_down(&self, seconds: i32) {
        let client = Client::with_uri_str(self.uri()).await.unwrap();
        let command = doc! { "replSetStepDown": seconds, "force": true };
        client.database("admin").run_command(command).await.unwrap();
    }
}

impl Drop for DatabaseServer {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn launch(folder: &TempDir, port: u16) -> Child {
    let log = std::fs::File::create(folder.path().join("log")).unwrap();
    // Without the last of these it would tell changes that a kill takes back, which MongoDB never does:
    // a change stream there has only what a majority has written down.
    Command::new(environment("TASKWIRE_TEST_DATABASE"))
        .args(["--port", &port.to_string(), "--log-level", "WARNING", "--storage-path"])
        .arg(folder.path().join("data"))
        .arg("--sync-on-commit")
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}

fn is_up(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[expect(clippy::disallowed_methods, reason = "how a test learns where the database is")]
fn environment(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run the tests by `make test` or `scripts/with-database COMMAND`")
    })
}
