//! The wire's types for the web app, written from the Rust types.

use ts_rs::{Config, TS};

use super::{problem, rest, socket, views};
use crate::domain::{self, text};

/// The contents of `web/src/api/generated/wire.ts`.
pub fn typescript() -> String {
    let cfg = Config::new().with_large_int("number");
    let mut out = String::from("// Written from the Rust types by `cargo test`. Do not edit.\n");
    macro_rules! declare {
        ($($type:ty),* $(,)?) => {
            $(
                out.push_str("\nexport ");
                out.push_str(&<$type>::decl(&cfg));
                out.push('\n');
            )*
        };
    }
    declare![
        domain::TaskId,
        domain::Timestamp,
        text::Title,
        text::Description,
        text::Prose,
        text::Reason,
        text::Label,
        text::Labels,
        text::TeamName,
        text::UserId,
        text::Message,
        text::Code,
        text::RepoName,
        domain::Status,
        domain::Visibility,
        domain::Role,
        domain::Person,
        domain::ActorKind,
        domain::ActorRef,
        domain::Question,
        domain::GivenAnswer,
        domain::TaskError,
        domain::Phase,
        domain::Progress,
        domain::PullState,
        domain::Review,
        domain::ReviewState,
        domain::Checks,
        domain::CloseReason,
        domain::PullKey,
        domain::CheckRun,
        domain::PullRequest,
        domain::EventBody,
        views::TaskEvent,
        views::IssueLink,
        views::PullRequestView,
        views::TaskSummary,
        views::Task,
        rest::CreateTask,
        rest::EditTask,
        rest::AnswerQuestion,
        rest::AnswerQuestions,
        rest::AddComment,
        rest::WithReason,
        rest::ReportProgress,
        rest::ReportFailure,
        rest::TaskList,
        rest::TaskEvents,
        rest::TaskStats,
        rest::Me,
        rest::Features,
        rest::DemoUser,
        rest::DemoUsers,
        rest::ChooseDemoUser,
        rest::DemoToken,
        problem::Code,
        problem::FieldError,
        rest::ProblemBody,
        socket::JoinDashboard,
        socket::OneOrMany,
        socket::SortBy,
        socket::Mode,
        socket::Resync,
        socket::Ack,
        socket::Stamp,
        socket::ConnectionAck,
        socket::TaskCreated,
        socket::StatusFacts,
        socket::StatusChange,
        socket::TaskEventAdded,
        socket::TaskProgress,
        socket::TaskRemoved,
        socket::DashboardState,
        socket::TaskListUpdated,
        socket::ResyncRequired,
        socket::AuthExpiring,
        socket::Draining,
        socket::ErrorEvent,
    ];
    out
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    #[test]
    fn the_web_apps_types_are_those_of_the_wire() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/src/api/generated/wire.ts");
        let fresh = super::typescript();
        if fs::read_to_string(&file).unwrap_or_default() != fresh {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, fresh).unwrap();
            panic!("web/src/api/generated/wire.ts was stale; it is written anew: commit it");
        }
    }
}
