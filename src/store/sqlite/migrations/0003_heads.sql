-- The commit at the head of each pull request that is linked: what checks are told apart by.
ALTER TABLE pulls ADD COLUMN head_sha TEXT NOT NULL DEFAULT '';

UPDATE pulls SET head_sha = coalesce((
    SELECT json_extract(linked.value, '$.pull.headSha')
    FROM tasks, json_each(tasks.state, '$.pulls') AS linked
    WHERE tasks.id = pulls.task_id
        AND json_extract(linked.value, '$.pull.repoId') = pulls.repo_id
        AND json_extract(linked.value, '$.pull.number') = pulls.number
), '');

CREATE INDEX pulls_by_head ON pulls (head_sha, repo_id, task_id);
