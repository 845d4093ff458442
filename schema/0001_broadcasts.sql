-- Times are epoch milliseconds. Text columns compare exactly (utf8mb4_bin): user ids differ by case.
-- Indexed text stays within 191 characters: MySQL 5.6 allows 767 bytes per indexed column.

CREATE TABLE IF NOT EXISTS users (
  user_id     VARCHAR(64)  NOT NULL,
  nickname    VARCHAR(128) NOT NULL,
  head_pic    VARCHAR(512) NOT NULL,
  front_cover VARCHAR(512) NOT NULL,
  location    VARCHAR(128) NOT NULL,
  forbidden   TINYINT      NOT NULL DEFAULT 0,
  created_at  BIGINT       NOT NULL,
  updated_at  BIGINT       NOT NULL,
  PRIMARY KEY (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One row per broadcast, never reused: a late notice of an old push cannot touch a new one.
-- claim_*: the last word of the host, an operator or the sweep about this broadcast; see shared/liveness.ts.
-- misses: how often in a row the sweep did not find the stream up.
CREATE TABLE IF NOT EXISTS broadcasts (
  stream_id   VARCHAR(64)  NOT NULL,
  user_id     VARCHAR(64)  NOT NULL,
  group_id    VARCHAR(128) NOT NULL,
  title       VARCHAR(128) NOT NULL,
  nickname    VARCHAR(128) NOT NULL,
  head_pic    VARCHAR(512) NOT NULL,
  front_cover VARCHAR(512) NOT NULL,
  location    VARCHAR(128) NOT NULL,
  description VARCHAR(255) NOT NULL,
  online      TINYINT      NOT NULL DEFAULT 0,
  superseded  TINYINT      NOT NULL DEFAULT 0,
  claim_up    TINYINT      NULL,
  claim_at    BIGINT       NULL,
  claim_by    VARCHAR(16)  NULL,
  misses      INT          NOT NULL DEFAULT 0,
  created_at  BIGINT       NOT NULL,
  online_at   BIGINT       NULL,
  offline_at  BIGINT       NULL,
  PRIMARY KEY (stream_id),
  KEY broadcasts_online (online, created_at, stream_id),
  KEY broadcasts_user (user_id, superseded),
  KEY broadcasts_newest (superseded, created_at, stream_id),
  KEY broadcasts_all (created_at, stream_id),
  KEY broadcasts_group (group_id),
  KEY broadcasts_pushed (online_at, created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One row per push activity (the `sequence` of events 0 and 1), so that start and cut may arrive in any order.
CREATE TABLE IF NOT EXISTS pushes (
  stream_id  VARCHAR(64) NOT NULL,
  sequence   VARCHAR(64) NOT NULL,
  started_at BIGINT      NULL,
  cut_at     BIGINT      NULL,
  PRIMARY KEY (stream_id, sequence)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What the cloud said, once per distinct notice. The unique key is what makes a repeat harmless.
CREATE TABLE IF NOT EXISTS notices (
  notice_key  VARCHAR(191) NOT NULL,
  event_type  INT          NOT NULL,
  stream_id   VARCHAR(191) NOT NULL,
  body        MEDIUMTEXT   NOT NULL,
  outcome     VARCHAR(32)  NOT NULL,
  received_at BIGINT       NOT NULL,
  PRIMARY KEY (notice_key),
  KEY notices_stream (stream_id, received_at),
  KEY notices_received (received_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
