-- The newest place that was ever forgotten: places are never given twice.
ALTER TABLE house ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;

-- Words that one person said in a row: as many entries as there are texts.
CREATE TABLE runs (
    place INTEGER PRIMARY KEY,          -- of the first; the others follow
    log INTEGER NOT NULL,
    seq INTEGER NOT NULL,               -- of the first; the others follow
    count INTEGER NOT NULL,
    at INTEGER NOT NULL,
    id TEXT NOT NULL,                   -- theirs are this one, a dot and their number from 0
    by TEXT NOT NULL,                   -- their author, in JSON
    texts TEXT NOT NULL                 -- a JSON array; null for one that was removed
) STRICT;

CREATE UNIQUE INDEX runs_seq ON runs (log, seq);
CREATE UNIQUE INDEX runs_id ON runs (id, log);

-- The entries that runs are. What a broken disk made of one run must not stop the others: it is an entry that cannot be read.
CREATE VIEW run_entries AS
SELECT
    runs.place + one.key AS place,
    log,
    seq + one.key AS seq,
    at,
    runs.id || '.' || one.key AS id,
    iif(one.type = 'null', 'erased', 'said') AS kind,
    CASE one.type
        WHEN 'null' THEN '{"by":"?"}'
        WHEN 'text' THEN '{"by":' || by || ',"text":' || json_quote(one.value) || '}'
        ELSE '{"by":' || by || ',"text":null}'
    END AS body,
    by,
    runs.place AS run_place,
    seq AS run_seq
FROM runs, json_each(iif(json_valid(texts), texts, '[0]')) AS one;

CREATE VIEW newest AS
SELECT max(
    forgotten,
    (SELECT ifnull(max(place), 0) FROM entries),
    ifnull((SELECT place + count - 1 FROM runs ORDER BY place DESC LIMIT 1), 0)
) AS place
FROM house;
