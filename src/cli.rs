//! The command line.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};
use taskwire::domain::{
    Role,
    text::{TeamName, TextError, UserId},
};

/// From a sentence to a merged pull request, live.
#[derive(Debug, Parser)]
#[command(name = "taskwire", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run everything: REST, Socket.IO, SSE, webhooks, workers and the dashboard.
    Serve {
        #[command(flatten)]
        source: Source,
        /// Run with a simulated GitHub and demo users.
        #[arg(long)]
        demo: bool,
    },
    /// Print a token signed with the configured secret; without one, with that of the demo in the
    /// data folder.
    Token(Token),
    /// Print every task as a line of JSON; may run beside a server.
    Export(Source),
    /// Take in the tasks that an export printed, from stdin.
    Import(Source),
    /// Print the effective configuration, secrets redacted.
    CheckConfig(Source),
    /// Ask the configured server on this machine whether it lives; exits 1 if not. For containers.
    Healthcheck(Source),
    /// Print the contract of the HTTP routes, as the server serves it (OpenAPI 3.1).
    Openapi,
    /// Print the contract of the messages, as the server serves it (AsyncAPI 3.0).
    Asyncapi,
}

/// Where the configuration comes from, besides the environment.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// A TOML file laid over the defaults.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Token {
    #[command(flatten)]
    pub(crate) source: Source,
    /// The user's id.
    #[arg(long, value_name = "ID", value_parser = user_id)]
    pub(crate) sub: UserId,
    /// The name shown to others; without it, the id.
    #[arg(long, value_name = "N")]
    pub(crate) name: Option<String>,
    /// What the bearer may be; may repeat.
    #[arg(long = "role", value_name = "ROLE", default_value = "member")]
    pub(crate) roles: Vec<RoleName>,
    /// A team of the bearer's; may repeat.
    #[arg(long = "team", value_name = "T", value_parser = team_name)]
    pub(crate) teams: Vec<TeamName>,
    /// How long the token is good, as in 90s, 15m, 12h or 7d.
    #[arg(long, value_name = "TIME", default_value = "12h", value_parser = ttl)]
    pub(crate) ttl: Duration,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RoleName {
    Member,
    Admin,
    Agent,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Member => Self::Member,
            RoleName::Admin => Self::Admin,
            RoleName::Agent => Self::Agent,
        }
    }
}

fn user_id(raw: &str) -> Result<UserId, TextError> {
    raw.try_into()
}

fn team_name(raw: &str) -> Result<TeamName, TextError> {
    raw.try_into()
}

fn ttl(raw: &str) -> Result<Duration, &'static str> {
    humantime::parse_duration(raw)
        .ok()
        .filter(|ttl| *ttl >= Duration::from_secs(1))
        .ok_or("must be a time of at least a second, such as 90s, 15m, 12h or 7d")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }

    #[test]
    fn a_token_is_a_members_for_twelve_hours_unless_said_otherwise() {
        let Command::Token(token) = parse("taskwire token --sub alice").unwrap().command else {
            panic!("not a token")
        };
        assert!(matches!(token.roles[..], [RoleName::Member]));
        assert_eq!(token.ttl, Duration::from_hours(12));
        assert!(token.name.is_none() && token.teams.is_empty());
    }

    #[test]
    fn roles_and_teams_repeat_and_times_have_units() {
        let line = "taskwire token --sub a --role admin --role agent --team x --team y --ttl";
        for (ttl, seconds) in [("90s", 90), ("15m", 900), ("12h", 43_200), ("7d", 604_800)] {
            let Command::Token(token) = parse(&format!("{line} {ttl}")).unwrap().command else {
                panic!("not a token")
            };
            assert!(matches!(token.roles[..], [RoleName::Admin, RoleName::Agent]));
            assert_eq!(token.teams.len(), 2);
            assert_eq!(token.ttl, Duration::from_secs(seconds));
        }
    }

    #[test]
    fn what_makes_no_token_is_refused() {
        for line in [
            "taskwire token",
            "taskwire token --sub a --role root",
            "taskwire token --sub a --ttl 12",
            "taskwire token --sub a --ttl 0s",
            "taskwire token --sub a --team ",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
