//! Lists: what is asked for, in order, page by page.

use std::time::Duration;

use taskwire::{
    domain::{Command, NewTask, Status, Task, TaskId, Timestamp, text::Description},
    store::{Cursor, ListQuery, Sort, Stats},
};

use super::{
    fixture::StoreFixture,
    scene::{Scene, admin, alice, bob, comment, next_change, plain, user},
};

/// Tasks of several texts, people, places and times; some share a time.
async fn variety(scene: &Scene) -> Vec<Task> {
    let texts = [
        ("Fix payment bug", "Checkout fails with a 500"),
        ("Zahlung prüfen", "ÄRGER with 100% of the CARDS"),
        ("Payment page", "The word bug_fix is here, and café"),
    ];
    let mut tasks = Vec::new();
    for n in 0..24 {
        let (title, description) = texts[n % 3];
        let new = NewTask {
            description: Description::try_from(description).unwrap(),
            repo: [None, Some("Acme/Shop"), Some("acme/other")][n % 3]
                .map(|repo| repo.try_into().unwrap()),
            team: [None, Some("payments")][n % 2].map(|team| team.try_into().unwrap()),
            ..plain(title)
        };
        let creator = if n % 4 == 0 { alice() } else { bob() };
        let id = scene.submitted(&creator, new).await.id;
        if n % 3 == 0 {
            scene.clock.advance(Duration::from_millis(7));
        }
        match n % 5 {
            0 => drop(scene.does(id, &Command::Cancel(None)).await),
            1 => drop(scene.does(id, &Command::StartAnalysis).await),
            _ => {}
        }
        tasks.push(id);
    }
    // The oldest is the one that changed last.
    scene.clock.advance(Duration::from_secs(1));
    scene.does(tasks[0], &comment("once more")).await;
    let mut read = Vec::new();
    for id in tasks {
        read.push(scene.read(id).await.task);
    }
    read
}

fn time(task: &Task, sort: Sort) -> Timestamp {
    match sort {
        Sort::UpdatedAt => task.updated_at,
        Sort::CreatedAt => task.created_at,
    }
}

/// What the list should hold, found the plain way.
fn expected(tasks: &[Task], query: &ListQuery) -> Vec<TaskId> {
    let text = |task: &Task| format!("{}\n{}", task.title, task.description).to_lowercase();
    let mut found: Vec<_> = tasks
        .iter()
        .filter(|task| query.statuses.is_empty() || query.statuses.contains(&task.status))
        .filter(|task| query.words.iter().all(|word| text(task).contains(&word.to_lowercase())))
        .filter(|task| query.creator.as_ref().is_none_or(|creator| task.creator.id == *creator))
        .filter(|task| query.repo.is_none() || task.repo == query.repo)
        .filter(|task| query.team.is_none() || task.team == query.team)
        .filter(|task| query.updated_since.is_none_or(|since| task.updated_at >= since))
        .map(|task| (time(task, query.sort), task.id))
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, id)| id).collect()
}

pub(super) async fn a_list_holds_what_is_asked_for(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let tasks = variety(&scene).await;
    let middle = tasks[12].updated_at;
    let some = || ListQuery::default();
    let queries = [
        some(),
        ListQuery { statuses: vec![Status::Cancelled], ..some() },
        ListQuery { statuses: vec![Status::Created, Status::Analyzing], ..some() },
        ListQuery { words: vec!["payment".into()], ..some() },
        ListQuery { words: vec!["bug".into(), "PAYMENT".into()], ..some() },
        ListQuery { creator: Some("alice".into()), ..some() },
        ListQuery { repo: Some("ACME/shop".try_into().unwrap()), ..some() },
        ListQuery { team: Some("payments".try_into().unwrap()), ..some() },
        ListQuery { updated_since: Some(middle), ..some() },
        ListQuery {
            statuses: vec![Status::Created],
            words: vec!["a".into()],
            creator: Some("bob".into()),
            team: Some("payments".try_into().unwrap()),
            updated_since: Some(tasks[3].updated_at),
            ..some()
        },
    ];

    for query in queries {
        for sort in [Sort::UpdatedAt, Sort::CreatedAt] {
            let query = ListQuery { sort, ..query.clone() };
            let expected = expected(&tasks, &query);
            assert!(!expected.is_empty(), "a query that proves something: {query:?}");
            assert_eq!(scene.listed(&admin(), &query).await, expected, "{query:?}");
        }
    }
    let later = ListQuery { updated_since: Some(middle), ..some() };
    assert!(scene.listed(&admin(), &later).await.contains(&tasks[12].id), "since is inclusive");
    let nowhere = ListQuery { team: Some("Payments".try_into().unwrap()), ..some() };
    assert_eq!(scene.listed(&admin(), &nowhere).await, []);
}

pub(super) async fn words_are_found_as_they_are_in_any_case(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    variety(&scene).await;
    let count = async |words: &[&str]| {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        scene.listed(&admin(), &ListQuery { words, ..ListQuery::default() }).await.len()
    };

    assert_eq!(count(&["PRÜFEN"]).await, 8);
    assert_eq!(count(&["ärger"]).await, 8);
    assert_eq!(count(&["CAFÉ"]).await, 8);
    assert_eq!(count(&["100%"]).await, 8);
    assert_eq!(count(&["bug_fix"]).await, 8);
    assert_eq!(count(&["bug"]).await, 16, "anywhere in title or description");
    assert_eq!(count(&["aymen"]).await, 16, "a part of a word is found");
    assert_eq!(count(&["bug", "checkout"]).await, 8, "each may be in another place");
    assert_eq!(count(&["b%g"]).await, 0, "no wildcards");
    assert_eq!(count(&["bug.fix"]).await, 0);
    assert_eq!(count(&["bug' OR ''='"]).await, 0);
}

pub(super) async fn pages_have_no_hole_and_no_double(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let tasks = variety(&scene).await;
    for sort in [Sort::UpdatedAt, Sort::CreatedAt] {
        let whole = expected(&tasks, &ListQuery { sort, ..ListQuery::default() });
        for limit in [1, 2, 3, 5, 8, 23, 24, 25] {
            let mut query = ListQuery { sort, limit, ..ListQuery::default() };
            let mut pages = Vec::new();
            loop {
                let page = scene.store.list(&admin(), &query).await.unwrap();
                pages.push(page.tasks.iter().map(|(task, _)| task.id).collect::<Vec<_>>());
                assert!(pages.len() <= whole.len(), "it comes to an end");
                match page.next {
                    Some(next) => query.after = Some(next.to_string().parse::<Cursor>().unwrap()),
                    None => break,
                }
            }
            let full: Vec<_> =
                whole.chunks(usize::try_from(limit).unwrap()).map(<[_]>::to_vec).collect();
            assert_eq!(pages, full, "{sort:?}, {limit} a page");
        }
    }
}

pub(super) async fn a_list_goes_on_where_it_ended_though_tasks_have_come_and_moved(
    fixture: impl StoreFixture,
) {
    let scene = fixture.scene();
    let tasks = variety(&scene).await;
    for sort in [Sort::UpdatedAt, Sort::CreatedAt] {
        let query = ListQuery { sort, limit: 10, ..ListQuery::default() };
        let before = scene.listed(&admin(), &ListQuery { limit: 100, ..query.clone() }).await;
        let first = scene.store.list(&admin(), &query).await.unwrap();

        scene.clock.advance(Duration::from_secs(1));
        scene.task().await;
        let moved = [before[9], before[15]];
        for id in moved {
            scene.does(id, &comment("moves to the top")).await;
        }
        let rest = ListQuery { after: first.next, limit: 100, ..query };
        let rest = scene.listed(&admin(), &rest).await;

        let mut stayed: Vec<_> = before.into_iter().skip(10).collect();
        if sort == Sort::UpdatedAt {
            stayed.retain(|id| !moved.contains(id));
        }
        assert_eq!(rest, stayed, "{sort:?}");
    }
    assert_eq!(tasks.len(), 24);
}

pub(super) async fn an_empty_store_has_nothing_to_count(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let (page, stats, position) =
        scene.store.dashboard(&admin(), &ListQuery::default()).await.unwrap();

    assert!(page.tasks.is_empty() && page.next.is_none());
    assert_eq!(stats, Stats::default());
    let mut feed = scene.feed().await;
    scene.task().await;
    assert!(next_change(&mut feed).await.position > position);
    let nobody = scene.store.stats(&user("nobody", &[])).await.unwrap();
    assert_eq!(nobody, Stats::default());
}
