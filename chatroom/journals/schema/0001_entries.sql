-- 'chat': so that another program's database, given by mistake, is told from ours.
PRAGMA application_id = 1667785076;

CREATE TABLE house (
    epoch TEXT NOT NULL                 -- empty in a backup: whoever opens it draws a new one
) STRICT;
INSERT INTO house (epoch) VALUES ('');

CREATE TABLE logs (
    log INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    head INTEGER NOT NULL,              -- seq of the newest entry
    first INTEGER NOT NULL DEFAULT 1,   -- seq of the oldest entry kept, head + 1 when there is none
    newest INTEGER NOT NULL             -- time of the newest entry, milliseconds since 1970
) STRICT;

CREATE TABLE entries (
    place INTEGER PRIMARY KEY,          -- the order of the house
    log INTEGER NOT NULL,
    seq INTEGER NOT NULL,               -- the order of the log, from 1 without a hole
    at INTEGER NOT NULL,                -- milliseconds since 1970
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    origin TEXT                         -- what its sender called it, so that sending it again is no second one
) STRICT;

CREATE UNIQUE INDEX entries_seq ON entries (log, seq);
-- A private message is one id in two inboxes.
CREATE UNIQUE INDEX entries_id ON entries (id, log);
CREATE INDEX entries_origin ON entries (origin) WHERE origin IS NOT NULL;

CREATE TABLE state (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
