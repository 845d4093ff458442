-- Accounts of every generation of apps. password_hash is scrypt (shared/password.ts) of what a v2 app sends for the
-- password; v3_salt is what a v3 app checks its signatures with, sealed (shared/seal.ts). Either may be missing: an app
-- of one generation does not send what the other needs. A deleted account keeps its id, so that nobody takes it over.
-- sex: 0 male, 1 female, -1 unknown, as v2 apps have it.
CREATE TABLE IF NOT EXISTS accounts (
  user_id       VARCHAR(64)  NOT NULL,
  password_hash VARCHAR(191) NULL,
  v3_salt       VARCHAR(255) NULL,
  sex           TINYINT      NOT NULL DEFAULT -1,
  created_at    BIGINT       NOT NULL,
  deleted_at    BIGINT       NULL,
  PRIMARY KEY (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Refresh tokens by the SHA-256 of the token. All that grew out of one login are a family; used_at is set when a token
-- has been exchanged for the next one.
CREATE TABLE IF NOT EXISTS refresh_tokens (
  token_hash VARCHAR(64) NOT NULL,
  family     VARCHAR(32) NOT NULL,
  user_id    VARCHAR(64) NOT NULL,
  used_at    BIGINT      NULL,
  expires_at BIGINT      NOT NULL,
  PRIMARY KEY (token_hash),
  KEY refresh_tokens_family (family),
  KEY refresh_tokens_user (user_id),
  KEY refresh_tokens_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- From where a user has logged in with success: strangers who guess at an account do not lock these out.
CREATE TABLE IF NOT EXISTS login_addresses (
  user_id VARCHAR(64) NOT NULL,
  address VARCHAR(45) NOT NULL,
  seen_at BIGINT      NOT NULL,
  PRIMARY KEY (user_id, address),
  KEY login_addresses_seen (seen_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Logins of v2 apps. The token is not stored: it is made of TOKEN_SECRET (the one whose key_id this is), user and nonce.
CREATE TABLE IF NOT EXISTS v2_sessions (
  user_id    VARCHAR(64) NOT NULL,
  nonce      VARCHAR(32) NOT NULL,
  key_id     VARCHAR(16) NOT NULL,
  created_at BIGINT      NOT NULL,
  seen_at    BIGINT      NOT NULL,
  PRIMARY KEY (user_id, nonce),
  KEY v2_sessions_seen (seen_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a v2 host last said about its room; its next broadcast and recording are called so.
CREATE TABLE IF NOT EXISTS v2_rooms (
  user_id     VARCHAR(64)  NOT NULL,
  title       VARCHAR(128) NOT NULL,
  front_cover VARCHAR(512) NOT NULL,
  location    VARCHAR(128) NOT NULL,
  updated_at  BIGINT       NOT NULL,
  PRIMARY KEY (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
