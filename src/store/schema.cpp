#include "store/schema.hpp"

#include <array>
#include <string>

namespace multipass {
namespace {

// "MPas": tells our files from other programs' SQLite files.
constexpr std::int64_t our_application_id = 0x4D506173;

// Points of time are whole seconds since 1970-01-01 UTC, scopes the bits of scope_set. Tables keyed
// by a digest are WITHOUT ROWID: a look-up walks one tree, not an index and then the table.
// consent_account names accounts without a foreign key: they may be in the bank's own system.
// removable_at is when a row can no longer matter: the end of its consent, or its own.
constexpr const char* version_1 = R"sql(
CREATE TABLE setting (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tpp (
  id              INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 16777215),
  username        TEXT    NOT NULL UNIQUE,
  name            TEXT    NOT NULL,
  secret          BLOB    NOT NULL CHECK (length(secret) = 32),
  scopes          INTEGER NOT NULL CHECK (scopes BETWEEN 0 AND 7),
  blocked         INTEGER NOT NULL CHECK (blocked IN (0, 1)),
  requires_pkce   INTEGER NOT NULL CHECK (requires_pkce IN (0, 1)),
  requires_secret INTEGER NOT NULL CHECK (requires_secret IN (0, 1)),
  last_client_number INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE redirect_uri (
  tpp      INTEGER NOT NULL REFERENCES tpp (id),
  position INTEGER NOT NULL,
  uri      TEXT    NOT NULL,
  PRIMARY KEY (tpp, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE psu (
  id            INTEGER PRIMARY KEY CHECK (id > 0),
  username      TEXT    NOT NULL UNIQUE,
  name          TEXT    NOT NULL,
  password_hash TEXT    NOT NULL,
  totp_secret   BLOB    NOT NULL,
  totp_step     INTEGER NOT NULL
) STRICT;

CREATE TABLE account (
  id              INTEGER PRIMARY KEY CHECK (id > 0),
  owner           INTEGER NOT NULL REFERENCES psu (id),
  name            TEXT    NOT NULL,
  iban            TEXT    NOT NULL,
  currency        TEXT    NOT NULL,
  additional_data TEXT    NOT NULL
) STRICT;
CREATE INDEX account_by_owner ON account (owner);

CREATE TABLE balance (
  account  INTEGER NOT NULL REFERENCES account (id),
  position INTEGER NOT NULL,
  currency TEXT    NOT NULL,
  minor    INTEGER NOT NULL,
  PRIMARY KEY (account, position),
  UNIQUE (account, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE authorization (
  handle         BLOB    NOT NULL PRIMARY KEY CHECK (length(handle) = 32),
  tpp            INTEGER NOT NULL REFERENCES tpp (id),
  client_number  INTEGER NOT NULL,
  scopes         INTEGER NOT NULL CHECK (scopes BETWEEN 0 AND 7),
  redirect_uri   TEXT    NOT NULL,
  client_state   TEXT    NOT NULL,
  code_challenge TEXT    NOT NULL,
  expires_at     INTEGER NOT NULL,
  decided        INTEGER NOT NULL CHECK (decided BETWEEN 0 AND 2)
) STRICT, WITHOUT ROWID;
CREATE INDEX authorization_by_expiry ON authorization (expires_at);

CREATE TABLE consent (
  id            INTEGER PRIMARY KEY CHECK (id > 0),
  tpp           INTEGER NOT NULL REFERENCES tpp (id),
  client_number INTEGER NOT NULL,
  owner         INTEGER NOT NULL REFERENCES psu (id),
  scopes        INTEGER NOT NULL CHECK (scopes BETWEEN 1 AND 7),
  granted_at    INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL,
  ended_at      INTEGER,
  reason        INTEGER NOT NULL DEFAULT 0 CHECK ((reason = 0) = (ended_at IS NULL))
) STRICT;
CREATE INDEX consent_by_tpp ON consent (tpp);
CREATE INDEX consent_by_owner ON consent (owner);

CREATE TABLE consent_account (
  consent INTEGER NOT NULL REFERENCES consent (id),
  account INTEGER NOT NULL,
  PRIMARY KEY (consent, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE authorization_code (
  digest         BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
  consent        INTEGER NOT NULL REFERENCES consent (id),
  code_challenge TEXT    NOT NULL,
  expires_at     INTEGER NOT NULL,
  used           INTEGER NOT NULL CHECK (used IN (0, 1)),
  removable_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX authorization_code_by_consent ON authorization_code (consent);
CREATE INDEX authorization_code_by_removal ON authorization_code (removable_at);

CREATE TABLE access_token (
  digest       BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
  consent      INTEGER NOT NULL REFERENCES consent (id),
  expires_at   INTEGER NOT NULL,
  removable_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX access_token_by_consent ON access_token (consent);
CREATE INDEX access_token_by_removal ON access_token (removable_at);
)sql";

// Whether a code was used moves from its own row to its consent's. A code's row lies anywhere in
// the tree of digests, so marking it there cost a page of its own in the WAL, the database and the
// fsync. Consents lie in the order in which they were granted, so those that are redeemed together
// share a page.
constexpr const char* version_2 = R"sql(
ALTER TABLE consent ADD COLUMN redeemed INTEGER NOT NULL DEFAULT 0 CHECK (redeemed IN (0, 1));
UPDATE consent SET redeemed = 1
  WHERE id IN (SELECT consent FROM authorization_code WHERE used = 1);
ALTER TABLE authorization_code DROP COLUMN used;
)sql";

// The audit. Its ids have no gap, and the setting "audit-head" says where it ends: see
// audit_chain.hpp. The triggers keep it from mistakes, not from attackers: they could be dropped.
constexpr const char* version_3 = R"sql(
CREATE TABLE audit (
  id      INTEGER PRIMARY KEY CHECK (id > 0),
  at      INTEGER NOT NULL,
  actor   TEXT    NOT NULL,
  action  TEXT    NOT NULL,
  subject TEXT    NOT NULL,
  details TEXT    NOT NULL,
  hash    BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TRIGGER audit_is_not_altered BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit is appended to, never altered'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit is appended to, never deleted'); END;
)sql";

// TPPs that need a certificate, and the tokens bound to one (its SHA-256 thumbprint).
constexpr const char* version_4 = R"sql(
ALTER TABLE tpp ADD COLUMN organization TEXT NOT NULL DEFAULT '';
ALTER TABLE access_token ADD COLUMN certificate BLOB CHECK (length(certificate) = 32);
)sql";

// Reads without the PSU present, each of the last day, where config::unattended_reads limits them.
// `endpoint` is the bit of the scope that it needs, `account` 0 for the list. `ordinal` tells reads
// of one second apart.
constexpr const char* version_5 = R"sql(
CREATE TABLE unattended_read (
  consent  INTEGER NOT NULL REFERENCES consent (id),
  endpoint INTEGER NOT NULL CHECK (endpoint IN (1, 2, 4)),
  account  INTEGER NOT NULL,
  read_at  INTEGER NOT NULL,
  ordinal  INTEGER NOT NULL,
  PRIMARY KEY (consent, endpoint, account, read_at, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX unattended_read_by_time ON unattended_read (read_at);
)sql";

// Families of refresh tokens: one row each, however often its token is replaced. `family` is the
// digest of what all its tokens begin with. So any older one is recognised for ever, and takes no
// room. The newest pair is kept sealed for whoever still has the token that it replaced, until the
// purge after that can be of use; the index holds no other family.
constexpr const char* version_6 = R"sql(
CREATE TABLE refresh_token (
  family           BLOB    NOT NULL PRIMARY KEY CHECK (length(family) = 32),
  consent          INTEGER NOT NULL REFERENCES consent (id),
  newest           BLOB    NOT NULL CHECK (length(newest) = 32),
  token_expires_at INTEGER NOT NULL,
  replaced         BLOB    CHECK (length(replaced) = 32),
  replaced_at      INTEGER NOT NULL DEFAULT 0,
  sealed           TEXT    NOT NULL DEFAULT '',
  removable_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_token_by_consent ON refresh_token (consent);
CREATE INDEX refresh_token_by_removal ON refresh_token (removable_at);
CREATE INDEX refresh_token_by_sealing ON refresh_token (replaced_at) WHERE sealed <> '';
)sql";

// Requests in the words of RFC 6749: how their browser returns, what the code's redirect_uri is
// compared with, and who may redeem the code. Codes from before have no URI, and live a minute. A
// code says itself that it is standard, as it may come again when its request is long purged.
constexpr const char* version_7 = R"sql(
ALTER TABLE authorization ADD COLUMN standard INTEGER NOT NULL DEFAULT 0
  CHECK (standard IN (0, 1));
ALTER TABLE authorization_code ADD COLUMN redirect_uri TEXT NOT NULL DEFAULT '';
ALTER TABLE authorization_code ADD COLUMN standard INTEGER NOT NULL DEFAULT 0
  CHECK (standard IN (0, 1));
)sql";

// Events and webhooks: the transactional outbox. An event stands in one of the two indexes of time
// at once: what waits is found by when it is due, what is settled by when it may go. `due_at` is
// the greatest integer while an event waits for an earlier one of its consent.
constexpr const char* version_8 = R"sql(
ALTER TABLE tpp ADD COLUMN last_event_number INTEGER NOT NULL DEFAULT 0;

CREATE TABLE webhook (
  tpp           INTEGER PRIMARY KEY REFERENCES tpp (id),
  url           TEXT    NOT NULL,
  secret        BLOB    NOT NULL,
  former_secret BLOB    NOT NULL DEFAULT x'',
  former_until  INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE event (
  tpp           INTEGER NOT NULL REFERENCES tpp (id),
  number        INTEGER NOT NULL CHECK (number > 0),
  consent       INTEGER NOT NULL REFERENCES consent (id),
  type          INTEGER NOT NULL CHECK (type BETWEEN 1 AND 4),
  at            INTEGER NOT NULL,
  state         INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
  attempts      INTEGER NOT NULL DEFAULT 0,
  pending_since INTEGER NOT NULL,
  due_at        INTEGER NOT NULL,
  last_error    TEXT    NOT NULL DEFAULT '',
  PRIMARY KEY (tpp, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_by_due_time ON event (tpp, due_at) WHERE state = 1;
CREATE INDEX event_pending_of_consent ON event (consent, number) WHERE state = 1;
CREATE INDEX event_by_time ON event (at) WHERE state <> 1;
)sql";

// When a consent was last used, and how a TPP finds what became of a clientId of its own.
// consent_by_tpp stays beside consent_by_client: it lists the consents of a TPP by their ids, page
// by page, which the other could only do by sorting all of them for each page.
constexpr const char* version_9 = R"sql(
ALTER TABLE consent ADD COLUMN last_used_at INTEGER;
CREATE INDEX consent_by_client ON consent (tpp, client_number);
CREATE INDEX authorization_by_client ON authorization (tpp, client_number);
)sql";

// Links by which PSUs take a new second factor: one for each at a time. Finished ones are gone.
constexpr const char* version_10 = R"sql(
CREATE TABLE enrolment (
  handle      BLOB    NOT NULL PRIMARY KEY CHECK (length(handle) = 32),
  psu         INTEGER NOT NULL UNIQUE REFERENCES psu (id),
  totp_secret BLOB    NOT NULL,
  expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX enrolment_by_expiry ON enrolment (expires_at);
)sql";

// Never edit an entry that was released: append one.
constexpr std::array migrations{version_1, version_2, version_3, version_4, version_5,
                                version_6, version_7, version_8, version_9, version_10};

result<std::int64_t> number(sqlite_connection& db, sql_text sql) {
  auto q = db.query(sql);
  auto row = q.step();
  if (!row) return row.error();
  return q.get<std::int64_t>(0);
}

// Must come before anything is changed: the file may be another program's.
result<std::int64_t> present_version(sqlite_connection& db) {
  const auto version = number(db, "PRAGMA user_version");
  if (!version) return version.error();
  const auto application = number(db, "PRAGMA application_id");
  if (!application) return application.error();
  const auto tables = number(db, "SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  const bool empty = *version == 0 && *application == 0 && *tables == 0;
  if (!empty && *application != our_application_id) {
    return fail(errc::bad_configuration, "it is the SQLite database of another program");
  }
  if (*version > newest_schema_version()) {
    return fail(errc::bad_configuration,
                "it has schema version " + std::to_string(*version) + ", and this program knows " +
                    std::to_string(newest_schema_version()) +
                    " at most; run the program that wrote it, or a newer one");
  }
  return *version;
}

result<void> use_wal(sqlite_connection& db) {
  auto q = db.query("PRAGMA journal_mode=WAL");
  auto row = q.step();
  if (!row) return row.error();
  if (q.get<std::string>(0) == "wal") return {};
  return fail(errc::bad_configuration,
              "its file system cannot share memory between connections (SQLite WAL mode); move it "
              "to a local disk");
}

result<void> apply(sqlite_connection& db, std::size_t migration) {
  auto done = db.run_script("BEGIN IMMEDIATE;" + std::string(migrations[migration]) +
                            "PRAGMA application_id=" + std::to_string(our_application_id) +
                            ";PRAGMA user_version=" + std::to_string(migration + 1) + ";COMMIT;");
  if (!done && db.in_transaction()) {
    [[maybe_unused]] const auto undone = db.run_script("ROLLBACK");
  }
  return done;
}

}  // namespace

std::int64_t newest_schema_version() noexcept {
  return std::int64_t{migrations.size()};
}

result<void> migrate(sqlite_connection& db) {
  const auto version = present_version(db);
  if (!version) return version.error();
  if (auto done = use_wal(db); !done) return done;
  for (auto next = static_cast<std::size_t>(*version); next < migrations.size(); ++next) {
    if (auto done = apply(db, next); !done) return done;
  }
  return {};
}

}  // namespace multipass
