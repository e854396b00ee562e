-- Live state. Times are milliseconds since the epoch.
CREATE TABLE stages (
  id INTEGER PRIMARY KEY,
  arn TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  whip_url TEXT NOT NULL,
  events_url TEXT NOT NULL,
  capacity INTEGER NOT NULL,             -- 0: the configured default
  auto_scaled INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  live_until INTEGER NOT NULL DEFAULT 0, -- a publisher is live until then
  seated INTEGER NOT NULL DEFAULT 0      -- rows in seats, timed out or not
);
CREATE INDEX stages_live ON stages (seated) WHERE live_until > 0;

CREATE TABLE seats (
  stage_id INTEGER NOT NULL REFERENCES stages (id),
  user_id TEXT NOT NULL,
  participant_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  joined_at INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  user_agent TEXT,
  ip_address TEXT,
  PRIMARY KEY (stage_id, user_id)
) WITHOUT ROWID;
CREATE INDEX seats_seen ON seats (last_seen);
CREATE INDEX seats_stage_seen ON seats (stage_id, last_seen);
CREATE INDEX seats_joined ON seats (stage_id, joined_at, user_id);
CREATE INDEX seats_user ON seats (user_id);

CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  record TEXT NOT NULL,
  owner TEXT,
  until INTEGER NOT NULL DEFAULT 0       -- held by owner until then
);

CREATE TABLE limits (key TEXT PRIMARY KEY, tat_us INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX limits_tat ON limits (tat_us);
CREATE TABLE revoked (key TEXT PRIMARY KEY, before INTEGER NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE memory (key TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
