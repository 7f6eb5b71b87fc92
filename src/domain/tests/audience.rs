//! Who may see a task, and who may do what to it.

use std::fmt::Write as _;

use super::story::{Story, text};
use crate::domain::{
    Actor, ActorKind, Edit, NewTask, Person, Refusal, Role, Status, Summary, Task, Visibility,
    create,
    text::{Description, Labels, RepoName},
};

fn actor(id: &str, roles: &[Role], teams: &[&str]) -> Actor {
    Actor {
        id: text(id),
        name: id.to_owned(),
        roles: roles.iter().copied().collect(),
        teams: teams.iter().map(|team| text(team)).collect(),
        repos: None,
    }
}

fn confined_to(repo: &str, agent: Actor) -> Actor {
    let repo: RepoName = text(repo);
    Actor { repos: Some([repo].into()), ..agent }
}

fn task(status: Status, visibility: Visibility) -> Task {
    let mut task = Story::that_is(status).task;
    task.visibility = visibility;
    task.team = Some(text("payments"));
    task
}

/// Alice created the task; its team is `payments`, its repository `acme/shop`.
fn callers() -> Vec<(&'static str, Actor)> {
    let agent = || actor("agent", &[Role::Agent], &[]);
    vec![
        ("its creator", actor("alice", &[Role::Member], &[])),
        ("a member of its team", actor("bob", &[Role::Member], &["payments"])),
        ("another member", actor("carol", &[Role::Member], &["search"])),
        ("an admin", actor("admin", &[Role::Admin], &[])),
        ("an agent", agent()),
        ("an agent for its repository", confined_to("Acme/Shop", agent())),
        ("an agent for another", confined_to("acme/blog", agent())),
        ("a member who is an agent", actor("dora", &[Role::Member, Role::Agent], &[])),
        ("the creator without a role", actor("alice", &[], &["payments"])),
    ]
}

#[test]
fn who_sees_what_is_as_pictured() {
    let mut picture = String::new();
    for (name, caller) in callers() {
        writeln!(picture, "{name}").unwrap();
        for visibility in [Visibility::Everyone, Visibility::Team, Visibility::Private] {
            let sees: Vec<&str> = Status::ALL
                .into_iter()
                .filter(|status| caller.may_see_task(&task(*status, visibility)))
                .map(Status::as_str)
                .collect();
            let sees = match sees.len() {
                0 => "nothing".to_owned(),
                8 => "everything".to_owned(),
                _ => sees.join(", "),
            };
            writeln!(picture, "    {:<10}{sees}", visibility.as_str()).unwrap();
        }
    }
    insta::assert_snapshot!("audience", picture);
}

#[test]
fn a_task_and_its_summary_have_the_same_audience() {
    for (name, caller) in callers() {
        for status in Status::ALL {
            for visibility in [Visibility::Everyone, Visibility::Team, Visibility::Private] {
                let task = task(status, visibility);
                let seen = caller.may_see(&Summary::from(&task));
                assert_eq!(seen, caller.may_see_task(&task), "{name}, {status}, {visibility:?}");
            }
        }
    }
}

#[test]
fn an_agent_confined_to_repositories_does_not_see_a_task_without_one() {
    let mut task = task(Status::Failed, Visibility::Everyone);
    task.repo = None;
    let agent = actor("agent", &[Role::Agent], &[]);
    assert!(agent.may_see_task(&task));
    assert!(!confined_to("acme/shop", agent).may_see_task(&task));
}

#[test]
fn creator_and_admin_manage_agent_and_admin_report_members_and_admins_create() {
    let task = task(Status::Dispatched, Visibility::Everyone);
    let may = |caller: &Actor| {
        let may = [
            (caller.may_create(), "create"),
            (caller.may_manage(&task), "manage"),
            (caller.may_report(), "report"),
        ];
        may.into_iter().filter(|(may, _)| *may).map(|(_, what)| what).collect::<Vec<_>>().join(" ")
    };
    let expected = [
        ("its creator", "create manage"),
        ("a member of its team", "create"),
        ("another member", "create"),
        ("an admin", "create manage report"),
        ("an agent", "report"),
        ("an agent for its repository", "report"),
        ("an agent for another", "report"),
        ("a member who is an agent", "create report"),
        ("the creator without a role", ""),
    ];
    for ((name, caller), (expected_name, expected)) in callers().iter().zip(expected) {
        assert_eq!((*name, may(caller).as_str()), (expected_name, expected));
    }
}

fn new_task(team: Option<&str>, visibility: Visibility) -> NewTask {
    NewTask {
        title: text("Fix payment bug"),
        description: Description::default(),
        repo: None,
        labels: Labels::default(),
        team: team.map(text),
        visibility,
    }
}

#[test]
fn a_task_is_given_to_ones_own_team_and_a_team_task_needs_one() {
    let bob = actor("bob", &[Role::Member], &["payments"]);
    let admin = actor("admin", &[Role::Admin], &[]);
    let refused = |new, actor: &Actor| match create(new, actor) {
        Ok(_) => None,
        Err(Refusal::Invalid { field, .. }) => Some(field),
        Err(other) => panic!("{other}"),
    };
    let team = Some("team".to_owned());
    assert_eq!(refused(new_task(Some("payments"), Visibility::Team), &bob), None);
    assert_eq!(refused(new_task(Some("search"), Visibility::Everyone), &bob), team);
    assert_eq!(refused(new_task(None, Visibility::Team), &bob), team);
    assert_eq!(refused(new_task(None, Visibility::Private), &bob), None);
    assert_eq!(refused(new_task(Some("search"), Visibility::Team), &admin), None);
}

#[test]
fn an_edit_gives_a_task_to_ones_own_team_or_leaves_it_where_it_is() {
    let task = task(Status::Created, Visibility::Everyone);
    let carol = actor("carol", &[Role::Member], &["search"]);
    let edit = |team: Option<Option<&str>>, visibility| Edit {
        team: team.map(|team| team.map(text)),
        visibility,
        ..Edit::default()
    };
    let allowed = |edit: Edit| edit.check_audience(&task, &carol).is_ok();
    assert!(allowed(Edit::default()));
    assert!(allowed(edit(Some(Some("search")), None)));
    assert!(allowed(edit(Some(Some("payments")), None)), "it is there already");
    assert!(allowed(edit(None, Some(Visibility::Team))));
    assert!(allowed(edit(Some(None), None)));
    assert!(!allowed(edit(Some(Some("other")), None)));
    assert!(!allowed(edit(Some(None), Some(Visibility::Team))));
}

#[test]
fn the_timeline_names_a_caller_by_what_they_are() {
    let kind = |roles: &[Role]| actor("a", roles, &[]).to_ref().kind;
    assert_eq!(kind(&[Role::Member]), ActorKind::User);
    assert_eq!(kind(&[Role::Agent]), ActorKind::Agent);
    assert_eq!(kind(&[Role::Member, Role::Agent]), ActorKind::User);
    let person = actor("alice", &[Role::Member], &[]).to_person();
    assert_eq!(person, Person { id: "alice".into(), name: "alice".into() });
}
