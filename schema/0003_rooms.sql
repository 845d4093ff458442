-- Who is in which room. room_id is a stream id for a live, 'r' and the replay id for a replay, 'v' and the video id for
-- a short video. A member who sends nothing any more is removed after expires_at. entries: 1 is the first time.
CREATE TABLE IF NOT EXISTS room_members (
  room_id    VARCHAR(64)  NOT NULL,
  user_id    VARCHAR(64)  NOT NULL,
  nickname   VARCHAR(128) NOT NULL,
  head_pic   VARCHAR(512) NOT NULL,
  entered_at BIGINT       NOT NULL,
  expires_at BIGINT       NOT NULL,
  entries    INT          NOT NULL,
  PRIMARY KEY (room_id, user_id),
  KEY room_members_entered (room_id, entered_at, user_id),
  KEY room_members_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Counts per room (kind: viewers, likes). One count is spread over several rows (shard), so that many writers at once
-- do not queue on one row.
CREATE TABLE IF NOT EXISTS counters (
  room_id VARCHAR(64) NOT NULL,
  kind    VARCHAR(8)  NOT NULL,
  shard   INT         NOT NULL,
  value   BIGINT      NOT NULL,
  PRIMARY KEY (room_id, kind, shard)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- How many likes one user (or, where users are unknown, one address) may still give to one room; see shared/likeBudget.ts.
CREATE TABLE IF NOT EXISTS like_budgets (
  room_id    VARCHAR(64) NOT NULL,
  liker      VARCHAR(80) NOT NULL,
  remaining  BIGINT      NOT NULL,
  counted_at BIGINT      NOT NULL,
  last_id    VARCHAR(64) NOT NULL,
  PRIMARY KEY (room_id, liker),
  KEY like_budgets_counted (counted_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
