//! Nobody is listed or counted a task that they may not see, and nobody misses one that they may.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use taskwire::{
    domain::{Actor, NewTask, Role, Status, Summary, Visibility, text::TeamName},
    store::{ListQuery, Stats},
};
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    fixture::StoreFixture,
    scene::{Scene, admin, plain, user, way_to},
};

/// How many write at once: no store need keep more than that waiting.
const AT_ONCE: usize = 16;

/// Tasks of every kind against callers of every kind; `Actor::may_see` is the judge.
pub(super) async fn lists_and_counts_show_exactly_what_one_may_see(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let everything = submit_every_kind(&scene).await;
    let query = ListQuery { limit: 10_000, ..ListQuery::default() };

    for actor in actors() {
        let seen: Vec<_> = everything.iter().filter(|task| actor.may_see(task)).collect();
        let (page, stats, _) = scene.store.dashboard(&actor, &query).await.unwrap();

        let listed: BTreeSet<_> = page.tasks.iter().map(|(task, _)| task.id).collect();
        assert_eq!(listed, seen.iter().map(|task| task.id).collect(), "{actor:?}");
        let mut counts: BTreeMap<Status, u64> = BTreeMap::new();
        for task in &seen {
            *counts.entry(task.status).or_default() += 1;
        }
        let last_activity_at = seen.iter().map(|task| task.updated_at).max();
        assert_eq!(stats, Stats { counts, last_activity_at }, "{actor:?}");
        assert_eq!(scene.store.stats(&actor).await.unwrap(), stats);
        assert_eq!(scene.listed(&actor, &query).await.len(), seen.len());
    }
}

async fn submit_every_kind(scene: &Scene) -> Vec<Summary> {
    let mut submitting = JoinSet::new();
    let room = Arc::new(Semaphore::new(AT_ONCE));
    for new in every_kind() {
        for status in Status::ALL {
            let (scene, new, room) = (scene.clone(), new.clone(), room.clone());
            submitting.spawn(async move {
                let _place = room.acquire().await.unwrap();
                // An admin may submit for every team; who counts is the creator's id.
                let creator = Actor { roles: admin().roles, ..user("alice", &[]) };
                let id = scene.submitted(&creator, new).await.id;
                let task = scene.does_all(id, &way_to(status)).await;
                assert_eq!(task.status, status);
                Summary::from(&task)
            });
        }
    }
    submitting.join_all().await
}

fn every_kind() -> Vec<NewTask> {
    let mut kinds = Vec::new();
    for visibility in [Visibility::Everyone, Visibility::Team, Visibility::Private] {
        for team in [None, Some("payments"), Some("Payments")] {
            for repo in [None, Some("acme/shop"), Some("Acme/Other")] {
                if visibility == Visibility::Team && team.is_none() {
                    continue;
                }
                kinds.push(NewTask {
                    visibility,
                    team: team.map(|team| team.try_into().unwrap()),
                    repo: repo.map(|repo| repo.try_into().unwrap()),
                    ..plain("A task of some kind")
                });
            }
        }
    }
    kinds
}

fn actors() -> Vec<Actor> {
    let all = [Role::Member, Role::Admin, Role::Agent];
    let mut actors = Vec::new();
    for id in ["alice", "Alice"] {
        for roles in 0..8_u8 {
            let roles = all.iter().enumerate().filter(|(bit, _)| roles & (1 << bit) != 0);
            let roles: BTreeSet<Role> = roles.map(|(_, role)| *role).collect();
            for teams in [&[][..], &["payments"], &["ops", "Payments"]] {
                let teams: BTreeSet<TeamName> =
                    teams.iter().map(|team| (*team).try_into().unwrap()).collect();
                for repos in [None, Some(&[][..]), Some(&["ACME/shop", "x/y"])] {
                    let repos = repos.map(|repos| {
                        repos.iter().map(|repo| (*repo).try_into().unwrap()).collect()
                    });
                    let (roles, teams) = (roles.clone(), teams.clone());
                    actors.push(Actor { roles, teams, repos, ..user(id, &[]) });
                }
            }
        }
    }
    actors
}
