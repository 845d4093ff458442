-- The stream of a link-mic guest: one per request, so that two requests in one second do not share a stream.
CREATE TABLE IF NOT EXISTS guest_streams (
  stream_id  VARCHAR(64) NOT NULL,
  user_id    VARCHAR(64) NOT NULL,
  created_at BIGINT      NOT NULL,
  expires_at BIGINT      NOT NULL,
  PRIMARY KEY (stream_id),
  KEY guest_streams_user (user_id, expires_at),
  KEY guest_streams_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A running mix of a host's stream with its guests. It ends with the broadcast (stream_id).
CREATE TABLE IF NOT EXISTS mixes (
  session_id VARCHAR(80) NOT NULL,
  stream_id  VARCHAR(64) NOT NULL,
  started_at BIGINT      NOT NULL,
  PRIMARY KEY (session_id),
  KEY mixes_stream (stream_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
