//! Tasks are carried from store to store whole.

use std::time::Duration;

use taskwire::{
    domain::{Command, Fact, IssueState, Role, Status, TaskId, Timestamp, Visibility, fold},
    store::{FeedItem, Imported, LeaseToken, ListQuery, StoreError, WholeTask},
};
use tokio::task::JoinSet;

use super::{
    fixture::{SqliteFixture, StoreFixture},
    scene::{
        Scene, admin, alice, ask, bob, comment, delivery, fail, hear_pull, next, plain,
        record_issue, request, user, way_to,
    },
};

const TERM: Duration = Duration::from_mins(1);

/// Every task that the store exports, as the lines it is carried in.
async fn lines(scene: &Scene) -> Vec<String> {
    let mut lines = Vec::new();
    let mut after = None;
    loop {
        let page = scene.store.export(after, 3).await.unwrap();
        let Some(last) = page.last() else { return lines };
        after = Some(last.task().id);
        lines.extend(page.iter().map(|whole| whole.to_line().unwrap()));
    }
}

async fn import(scene: &Scene, line: &str) -> Result<Imported, StoreError> {
    scene.store.import(WholeTask::from_line(line).unwrap()).await
}

/// What `from` exports is imported by `to`.
async fn carry(from: &Scene, to: &Scene) {
    for line in lines(from).await {
        assert_eq!(import(to, &line).await.unwrap(), Imported::New);
    }
}

async fn exported(scene: &Scene, id: TaskId) -> WholeTask {
    let all = scene.store.export(None, 100).await.unwrap();
    all.into_iter().find(|whole| whole.task().id == id).unwrap()
}

fn comment_on_github(object_id: u64) -> Command {
    Command::Hear(Fact::IssueComment {
        object_id,
        text: "Me \"too\",\u{2028} \u{1f980}\n\tsays GitHub".into(),
        url: "https://github.com/acme/shop/issues/42#issuecomment-1".into(),
        at: Timestamp::from_millis(1_700_000_000_123),
    })
}

/// Tasks in every status, with everything that an entry can say.
async fn a_story(scene: &Scene) -> Vec<TaskId> {
    let mut ids = Vec::new();
    for status in Status::ALL {
        let mut new = plain(&format!("A task that is {status}"));
        new.repo = Some("Acme/Shop".try_into().unwrap());
        new.labels =
            ["bug", "größer"].map(|label| label.try_into().unwrap()).to_vec().try_into().unwrap();
        new.team = Some("payments".try_into().unwrap());
        new.visibility = Visibility::Team;
        let cause = request("alice", &format!("creates {status}"), "hash");
        let write = scene.creation(&alice(), new, cause);
        let id = write.task.id;
        scene.store.create(write).await.unwrap();
        scene.does_all(id, &way_to(status)).await;
        scene.does(id, &comment("Any news?")).await;
        for (command, cause) in [
            (comment_on_github(1), delivery("delivery")),
            (comment("With a key"), request("bob", "key", "another hash")),
        ] {
            let write = scene.caused(&scene.read(id).await.task, &command, cause);
            scene.store.append(write).await.unwrap();
        }
        assert_eq!(scene.read(id).await.task.status, status);
        ids.push(id);
    }
    let retried = scene.task().await.id;
    let closed = Command::RecordIssueState { state: IssueState::Closed, at: Timestamp::EPOCH };
    let ways = [
        Command::StartAnalysis,
        ask(),
        Command::Cancel(Some("Not now".try_into().unwrap())),
        Command::Retry { reason: None, repo: Some("acme/shop".try_into().unwrap()) },
        Command::StartAnalysis,
        record_issue(43),
        Command::Cancel(None),
        closed,
        Command::Retry { reason: Some("Now".try_into().unwrap()), repo: None },
        fail(),
    ];
    for way in ways {
        let task = scene.read(retried).await.task;
        // What says nothing new is no entry.
        if taskwire::domain::decide(&task, &way).is_ok_and(|bodies| !bodies.is_empty()) {
            scene.does(retried, &way).await;
        }
    }
    ids.push(retried);
    ids
}

pub(super) async fn a_task_is_carried_there_and_back_unchanged<F: StoreFixture>(fixture: F) {
    let from = fixture.scene();
    let ids = a_story(&from).await;
    let (between, back) = (SqliteFixture::fresh().await, F::fresh().await);

    carry(&from, &between.scene()).await;
    carry(&between.scene(), &back.scene()).await;

    let before = lines(&from).await;
    assert_eq!(before.len(), ids.len());
    assert_eq!(lines(&between.scene()).await, before, "byte for byte");
    assert_eq!(lines(&back.scene()).await, before, "byte for byte");
    let everything = ListQuery { limit: 200, ..ListQuery::default() };
    let everyone = [admin(), alice(), bob(), user("agent", &[Role::Agent]), user("nobody", &[])];
    for actor in &everyone {
        let here = back.scene().listed(actor, &everything).await;
        assert_eq!(here, from.listed(actor, &everything).await, "as {} sees it", actor.id);
    }
    for id in ids {
        let (before, after) = (from.read(id).await, back.scene().read(id).await);
        assert_eq!((&after.task, &after.events), (&before.task, &before.events));
        assert_eq!(fold(id, &after.events).unwrap(), after.task);
        for pull in before.task.pull_keys() {
            assert!(back.scene().store.linked_to_pull(pull).await.unwrap().contains(&id));
        }
        if let (Some(repo), Some(issue)) = (&before.task.repo, &before.task.issue) {
            let filed = back.scene().store.filed_as(repo, issue.number).await.unwrap();
            assert!(filed.contains(&id));
        }
    }
    let words = ListQuery { words: vec!["CANCELLED".into()], ..ListQuery::default() };
    assert_eq!(back.scene().listed(&admin(), &words).await.len(), 1, "and is found by its words");
}

pub(super) async fn what_caused_an_entry_is_known_where_the_task_is_carried<F: StoreFixture>(
    fixture: F,
) {
    let from = fixture.scene();
    let write = from.creation(&alice(), plain("Once"), request("alice", "k", "hash"));
    let task = write.task.clone();
    from.store.create(write).await.unwrap();
    let heard = from.caused(&task, &comment_on_github(7), delivery("d"));
    let heard_task = heard.task.clone();
    from.store.append(heard).await.unwrap();
    let keyed = from.caused(&heard_task, &comment("hello"), request("bob", "k2", "hash 2"));
    from.store.append(keyed).await.unwrap();
    let other = F::fresh().await;
    let to = other.scene();

    carry(&from, &to).await;

    let created = to.store.created_with("alice", "k").await.unwrap();
    assert_eq!(created, Some((task.id, "hash".into())));
    let written = to.store.written_with(task.id, "bob", "k2").await.unwrap();
    assert_eq!(written.as_deref(), Some("hash 2"));
    assert!(to.store.heard(task.id, "d").await.unwrap());
    let again = to.creation(&alice(), plain("Twice"), request("alice", "k", "hash"));
    assert!(matches!(to.store.create(again).await, Err(StoreError::KnownCause)));
    let now = to.read(task.id).await.task;
    let again = to.store.append(to.caused(&now, &comment("again"), delivery("d"))).await;
    assert!(matches!(again, Err(StoreError::KnownCause)), "{again:?}");
    let again = taskwire::domain::decide(&now, &comment_on_github(7)).unwrap();
    assert_eq!(again, [], "GitHub's own id of the comment is known");
}

pub(super) async fn a_task_with_an_attempt_is_looked_up_where_it_is_carried<F: StoreFixture>(
    fixture: F,
) {
    let from = fixture.scene();
    let id = from.task().await.id;
    let token = LeaseToken::new();
    from.store.claim(token, TERM).await.unwrap().unwrap();
    let attempt = from.store.begin_attempt(id, 1, token).await.unwrap();
    let other = F::fresh().await;
    let to = other.scene();

    carry(&from, &to).await;

    assert_eq!(exported(&to, id).await.attempt(), Some(attempt));
    let claim = to.store.claim(LeaseToken::new(), TERM).await.unwrap().unwrap();
    assert_eq!((claim.task.id, claim.attempt), (id, Some(attempt)), "the lease stayed behind");
}

pub(super) async fn a_page_goes_on_after_the_last_and_ends(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    assert!(scene.store.export(None, 10).await.unwrap().is_empty());
    let mut ids = Vec::new();
    for n in 0..7 {
        ids.push(scene.submitted(&alice(), plain(&format!("Task {n}"))).await.id);
    }
    ids.sort();

    let page = async |after, limit| -> Vec<TaskId> {
        let page = scene.store.export(after, limit).await.unwrap();
        page.iter().map(|whole| whole.task().id).collect()
    };

    assert_eq!(page(None, 3).await, ids[..3]);
    assert_eq!(page(Some(ids[2]), 3).await, ids[3..6]);
    assert_eq!(page(Some(ids[5]), 3).await, ids[6..]);
    assert!(page(Some(ids[6]), 3).await.is_empty());
}

pub(super) async fn a_carried_task_lives_on<F: StoreFixture>(fixture: F) {
    let from = fixture.scene();
    let id = from.task().await.id;
    from.does_all(id, &way_to(Status::PrOpened)).await;
    let other = F::fresh().await;
    let to = other.scene();

    carry(&from, &to).await;

    let mut feed = to.feed().await;
    let key = from.read(id).await.task.pull_keys().next().unwrap();
    let merged = to.does(id, &hear_pull(key, taskwire::domain::PullState::Merged)).await;
    assert_eq!(merged.status, Status::Merged);
    loop {
        if let Some(FeedItem::Change(change)) = next(&mut feed).await {
            assert_eq!(change.task_id(), Some(id));
            assert_eq!(change.from.map(|from| from.version), Some(merged.version - 1));
            break;
        }
    }
    let page = to.store.dashboard(&admin(), &ListQuery::default()).await.unwrap();
    assert_eq!(page.1.counts, [(Status::Merged, 1)].into());
}

pub(super) async fn a_task_that_is_here_already_is_not_written_again<F: StoreFixture>(fixture: F) {
    let from = fixture.scene();
    a_story(&from).await;
    let other = F::fresh().await;
    let to = other.scene();
    carry(&from, &to).await;
    let before = lines(&to).await;

    for line in &before {
        assert_eq!(import(&to, line).await.unwrap(), Imported::Known);
        assert_eq!(import(&from, line).await.unwrap(), Imported::Known, "where it came from, too");
    }

    assert_eq!(lines(&to).await, before);
}

pub(super) async fn a_task_with_another_past_is_refused<F: StoreFixture>(fixture: F) {
    let from = fixture.scene();
    let id = from.task().await.id;
    let other = F::fresh().await;
    let to = other.scene();
    carry(&from, &to).await;
    from.does(id, &comment("there")).await;
    let longer = lines(&from).await;
    to.does(id, &comment("here")).await;
    let before = lines(&to).await;

    for line in &longer {
        let refused = import(&to, line).await;
        assert!(matches!(refused, Err(StoreError::Duplicate)), "{refused:?}");
    }

    assert_eq!(lines(&to).await, before);
}

pub(super) async fn a_key_that_created_another_task_here_is_refused<F: StoreFixture>(fixture: F) {
    let from = fixture.scene();
    let write = from.creation(&alice(), plain("There"), request("alice", "k", "hash"));
    from.store.create(write).await.unwrap();
    let other = F::fresh().await;
    let to = other.scene();
    let write = to.creation(&alice(), plain("Here"), request("alice", "k", "hash"));
    to.store.create(write).await.unwrap();
    let before = lines(&to).await;

    let refused = import(&to, &lines(&from).await[0]).await;

    assert!(matches!(refused, Err(StoreError::KnownCause)), "{refused:?}");
    assert_eq!(lines(&to).await, before);
}

pub(super) async fn of_racing_imports_of_one_task_one_is_new<F: StoreFixture>(fixture: F) {
    let from = fixture.scene();
    let id = from.task().await.id;
    from.does_all(id, &way_to(Status::PrOpened)).await;
    let line = lines(&from).await.remove(0);
    let other = F::fresh().await;

    let mut racing = JoinSet::new();
    for _ in 0..8 {
        let (to, line) = (other.scene(), line.clone());
        racing.spawn(async move { import(&to, &line).await.unwrap() });
    }
    let results = racing.join_all().await;

    assert_eq!(results.iter().filter(|done| **done == Imported::New).count(), 1);
    assert_eq!(lines(&other.scene()).await, [line]);
}

pub(super) async fn an_import_is_told_as_a_gap<F: StoreFixture>(fixture: F) {
    let from = fixture.scene();
    from.task().await;
    let line = lines(&from).await.remove(0);
    let other = F::fresh().await;
    let to = other.scene();
    let mut feed = to.feed().await;

    import(&to, &line).await.unwrap();

    assert!(matches!(next(&mut feed).await, Some(FeedItem::Gap("import"))));
    let own = to.task().await.id;
    let told = next(&mut feed).await;
    assert!(matches!(&told, Some(FeedItem::Change(change)) if change.task_id() == Some(own)));
}
