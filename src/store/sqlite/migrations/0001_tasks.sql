-- A task as it is now. What lists and guards look at has columns; the rest is in the two JSON texts.
-- Times are milliseconds since 1970-01-01T00:00:00Z.
CREATE TABLE tasks (
    id            TEXT NOT NULL PRIMARY KEY,
    version       INTEGER NOT NULL,
    status        TEXT NOT NULL,
    creator       TEXT NOT NULL,
    team          TEXT,
    visibility    TEXT NOT NULL,
    repo          TEXT,                 -- in lower case: GitHub does not tell cases apart
    issue_number  INTEGER,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    work          TEXT,                 -- what a worker has to do, if anything
    lease_token   TEXT,                 -- NULL: leased to nobody
    lease_until   INTEGER,              -- not claimable before this
    attempt_at    INTEGER,              -- an issue may have been posted since
    attempt_token TEXT,
    summary       TEXT NOT NULL,        -- domain::Summary
    search        TEXT NOT NULL,        -- title and description in lower case
    state         TEXT NOT NULL,        -- domain::Task

    has_work INTEGER NOT NULL GENERATED ALWAYS AS (
        work IS NOT NULL
        OR (status = 'cancelled' AND attempt_token IS NOT NULL AND issue_number IS NULL)
    ) VIRTUAL,
    waiting_since INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(lease_until, created_at)) VIRTUAL
) STRICT;

CREATE INDEX tasks_by_update ON tasks (updated_at DESC, id DESC);
CREATE INDEX tasks_by_creation ON tasks (created_at DESC, id DESC);
CREATE INDEX tasks_by_audience ON tasks (status, visibility, creator, team, repo, updated_at);
CREATE INDEX tasks_by_issue ON tasks (repo, issue_number) WHERE issue_number IS NOT NULL;
CREATE INDEX tasks_to_claim ON tasks (waiting_since, created_at, id) WHERE has_work;

-- The timelines. `seq` is the order of all changes; an entry's cause is told apart from its body so
-- that a repetition is found, and made impossible, by an index.
CREATE TABLE events (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id    TEXT NOT NULL REFERENCES tasks (id),
    version    INTEGER NOT NULL,
    cause_user TEXT,
    cause_key  TEXT,
    cause_hash TEXT,
    delivery   TEXT,
    body       TEXT NOT NULL,           -- domain::Event
    UNIQUE (task_id, version)
) STRICT;

CREATE UNIQUE INDEX events_by_creation_key ON events (cause_user, cause_key)
    WHERE version = 1 AND cause_key IS NOT NULL;
CREATE UNIQUE INDEX events_by_key ON events (task_id, cause_user, cause_key)
    WHERE cause_key IS NOT NULL;
CREATE UNIQUE INDEX events_by_delivery ON events (task_id, delivery)
    WHERE delivery IS NOT NULL;

-- Which tasks a pull request is linked to. Links are never taken away.
CREATE TABLE pulls (
    repo_id INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    task_id TEXT NOT NULL REFERENCES tasks (id),
    PRIMARY KEY (repo_id, number, task_id)
) STRICT, WITHOUT ROWID;
