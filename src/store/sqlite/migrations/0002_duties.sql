-- What the whole deployment has one of: who does it, and until when nobody else may.
CREATE TABLE duties (
    duty  TEXT NOT NULL PRIMARY KEY,
    token TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
