-- What IM still has to be told, one row per thing: a newer wish about the same room or account takes the place of an
-- older one. version tells whether it is still the wish that was delivered. Deleted when IM has accepted it.
CREATE TABLE IF NOT EXISTS im_jobs (
  subject    VARCHAR(160) NOT NULL,
  version    VARCHAR(16)  NOT NULL,
  job        TEXT         NOT NULL,
  tries      INT          NOT NULL DEFAULT 0,
  due_at     BIGINT       NOT NULL,
  created_at BIGINT       NOT NULL,
  PRIMARY KEY (subject),
  KEY im_jobs_due (due_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- When IM last spoke of a user in a room: an earlier word that arrives later changes nothing.
CREATE TABLE IF NOT EXISTS im_presence (
  room_id VARCHAR(64) NOT NULL,
  user_id VARCHAR(64) NOT NULL,
  said_at BIGINT      NOT NULL,
  PRIMARY KEY (room_id, user_id),
  KEY im_presence_said (said_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The number under which a v3 app and IM know an account: Android reads the ids of users and rooms as an int.
-- Tokens issued before valid_from (epoch seconds) are void: the user has logged out. watching is the room in which the
-- user's beats keep it.
CREATE TABLE IF NOT EXISTS v3_users (
  user_id    VARCHAR(64) NOT NULL,
  number     BIGINT      NOT NULL,
  valid_from BIGINT      NOT NULL,
  watching   VARCHAR(64) NOT NULL DEFAULT '',
  PRIMARY KEY (user_id),
  UNIQUE KEY v3_users_number (number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a broadcast has besides when its host uses a v3 app. Such an app names the room, its IM group and the stream it
-- pushes alike and for every broadcast the same: room_id. beat_at: when the host's app was last heard of.
CREATE TABLE IF NOT EXISTS v3_rooms (
  stream_id VARCHAR(64) NOT NULL,
  room_id   VARCHAR(64) NOT NULL,
  user_id   VARCHAR(64) NOT NULL,
  category  VARCHAR(32) NOT NULL,
  beat_at   BIGINT      NOT NULL,
  closed    TINYINT     NOT NULL DEFAULT 0,
  begun_at  BIGINT      NOT NULL,
  PRIMARY KEY (stream_id),
  KEY v3_rooms_room (room_id, begun_at),
  KEY v3_rooms_user (user_id, begun_at),
  KEY v3_rooms_beat (closed, beat_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
