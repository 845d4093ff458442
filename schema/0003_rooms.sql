-- Who is in which room. room_id is a stream id for a live, 'r' and the replay id for a replay.
CREATE TABLE IF NOT EXISTS room_members (
  room_id    VARCHAR(64)  NOT NULL,
  user_id    VARCHAR(64)  NOT NULL,
  nickname   VARCHAR(128) NOT NULL,
  head_pic   VARCHAR(512) NOT NULL,
  entered_at BIGINT       NOT NULL,
  seen_at    BIGINT       NOT NULL,
  PRIMARY KEY (room_id, user_id),
  KEY room_members_entered (room_id, entered_at, user_id),
  KEY room_members_seen (seen_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Counts per room. One count is spread over several rows (shard), so that many writers at once do not queue on one.
CREATE TABLE IF NOT EXISTS counters (
  room_id VARCHAR(64) NOT NULL,
  kind    VARCHAR(8)  NOT NULL,
  shard   INT         NOT NULL,
  value   BIGINT      NOT NULL,
  PRIMARY KEY (room_id, kind, shard)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
