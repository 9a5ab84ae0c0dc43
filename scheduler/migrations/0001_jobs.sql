-- Jobs, their shards and what came of them. Times are Unix milliseconds; what is counted is BIGINT on
-- both databases. {bytes} and {counter} stand for the types that their names differ in.

CREATE TABLE queue (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- What was asked for. `state`: queued, running, succeeded, failed, cancelled, dead-letter.
CREATE TABLE job (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    identity TEXT NOT NULL,
    title TEXT NOT NULL,
    unit TEXT NOT NULL,
    seed BIGINT NOT NULL,
    payload {bytes} NOT NULL,
    -- Whether somebody asked for this very job, and not only for a whole that it is part of.
    asked BIGINT NOT NULL,
    state TEXT NOT NULL,
    priority BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    timeout_ms BIGINT,
    memory_bytes BIGINT,
    submitted_ms BIGINT NOT NULL,
    started_ms BIGINT,
    finished_ms BIGINT,
    shards BIGINT NOT NULL,
    units BIGINT NOT NULL,
    done BIGINT NOT NULL,
    -- Starts without a commit: since the last commit, and when the last one was noticed.
    lost BIGINT NOT NULL,
    lost_ms BIGINT NOT NULL,
    schedule TEXT,
    due_ms BIGINT,
    -- Whether its result was in the store before, and whether it is computed all the same.
    reused BIGINT NOT NULL,
    fresh BIGINT NOT NULL,
    folder TEXT,
    result TEXT,
    error TEXT
);
-- The same work is in the queue once, whoever asks for it; but each due instant of a schedule has a job of
-- its own, which the store answers where it can.
CREATE UNIQUE INDEX job_under_way ON job (kind, identity) WHERE state IN ('queued', 'running') AND due_ms IS NULL;
CREATE INDEX job_by_state ON job (state, priority DESC, id);
CREATE INDEX job_of_schedule ON job (schedule, due_ms);

-- Idempotency keys, and the job that answers for each.
CREATE TABLE request (
    key TEXT PRIMARY KEY,
    job TEXT NOT NULL
);

-- The jobs that a job is made of, such as the variants of a sweep; `joined` where somebody else had asked before.
CREATE TABLE member (
    parent TEXT NOT NULL,
    position BIGINT NOT NULL,
    child TEXT NOT NULL,
    label TEXT NOT NULL,
    joined BIGINT NOT NULL,
    PRIMARY KEY (parent, position)
);
CREATE INDEX member_by_child ON member (child);

-- A stretch of a job's units. `state`: waiting, leased, done, blocked (a merge, until the others are
-- done), dropped (not needed any more). The merge is the shard whose number is the job's `shards`.
CREATE TABLE shard (
    job TEXT NOT NULL,
    number BIGINT NOT NULL,
    priority BIGINT NOT NULL,
    first BIGINT NOT NULL,
    beyond BIGINT NOT NULL,
    state TEXT NOT NULL,
    ready_ms BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    worker TEXT,
    leased_ms BIGINT,
    lease_until_ms BIGINT,
    progress BIGINT NOT NULL,
    hash TEXT,
    bytes BIGINT,
    committed_ms BIGINT,
    PRIMARY KEY (job, number)
);
CREATE INDEX shard_waiting ON shard (priority DESC, job, number) WHERE state = 'waiting';
CREATE INDEX shard_leased ON shard (lease_until_ms) WHERE state = 'leased';

CREATE TABLE worker (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    pid BIGINT NOT NULL,
    concurrency BIGINT NOT NULL,
    started_ms BIGINT NOT NULL,
    seen_ms BIGINT NOT NULL
);

-- `spec` holds what a schedule submits and its rule, as JSON.
CREATE TABLE schedule (
    name TEXT PRIMARY KEY,
    spec TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    handled_ms BIGINT NOT NULL,
    passed_over BIGINT NOT NULL,
    paused BIGINT NOT NULL
);

-- A due instant of a schedule; there once, whoever finds it due. `state`: waiting (its job is held until an
-- earlier run has ended), submitted, comparing (its job has ended, `report` is the comparison with the run
-- before), settled, skipped (an earlier run was under way; only here there is no `job`). No shard of its job is
-- taken before `ready_ms`. `difference` holds what the comparison said, as JSON.
CREATE TABLE instant (
    schedule TEXT NOT NULL,
    due_ms BIGINT NOT NULL,
    state TEXT NOT NULL,
    job TEXT,
    ready_ms BIGINT NOT NULL,
    report TEXT,
    difference TEXT,
    PRIMARY KEY (schedule, due_ms)
);
CREATE INDEX instant_open ON instant (schedule, due_ms) WHERE state IN ('waiting', 'submitted', 'comparing');

-- What other rooms can listen to, in the order in which it happened.
CREATE TABLE event (
    number {counter},
    at_ms BIGINT NOT NULL,
    name TEXT NOT NULL,
    job TEXT,
    schedule TEXT,
    due_ms BIGINT,
    body TEXT NOT NULL
);
