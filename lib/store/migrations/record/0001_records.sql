-- Durable records. Times are milliseconds since the epoch.
CREATE TABLE tokens (
  participant_id TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  user_id TEXT,
  token_type TEXT,
  stage_arn TEXT,
  expires_at INTEGER,
  ttl INTEGER,                    -- expiry in seconds since the epoch
  request_id TEXT,
  issued_by TEXT,
  void INTEGER NOT NULL DEFAULT 0, -- 1: admitted, but never handed out
  PRIMARY KEY (participant_id, issued_at)
) WITHOUT ROWID;
CREATE INDEX tokens_user ON tokens (user_id, issued_at);
CREATE INDEX tokens_stage ON tokens (stage_arn, issued_at);

CREATE TABLE sessions (
  session_id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  stage_arn TEXT NOT NULL,
  participant_id TEXT NOT NULL,
  joined_at INTEGER NOT NULL,
  left_at INTEGER,                -- NULL while open
  reason TEXT,
  user_agent TEXT,
  ip_address TEXT
) WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_id, joined_at DESC, session_id);
CREATE INDEX sessions_stage ON sessions (stage_arn, joined_at);

-- audit entries and revocations, by kind and id, as they came
CREATE TABLE entries (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;
