-- A replay is one recording whatever number of formats it came in; its files are in replay_files.
-- file_id is the published id: the smallest of its files' ids, so that it does not depend on the order of arrival.
-- play_url (flv or mp4) and hls_play_url are chosen from the files each time one is added.
CREATE TABLE IF NOT EXISTS replays (
  replay_id    BIGINT       NOT NULL AUTO_INCREMENT,
  file_id      VARCHAR(64)  NOT NULL,
  stream_id    VARCHAR(64)  NOT NULL,
  user_id      VARCHAR(64)  NOT NULL,
  group_id     VARCHAR(128) NOT NULL,
  title        VARCHAR(128) NOT NULL,
  nickname     VARCHAR(128) NOT NULL,
  head_pic     VARCHAR(512) NOT NULL,
  front_cover  VARCHAR(512) NOT NULL,
  location     VARCHAR(128) NOT NULL,
  description  VARCHAR(255) NOT NULL,
  play_url     VARCHAR(1024) NOT NULL,
  hls_play_url VARCHAR(1024) NOT NULL,
  started_at   BIGINT       NOT NULL,
  ended_at     BIGINT       NOT NULL,
  PRIMARY KEY (replay_id),
  KEY replays_ended (ended_at, replay_id),
  KEY replays_user (user_id, ended_at),
  KEY replays_stream (stream_id, started_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS replay_files (
  file_id     VARCHAR(64)   NOT NULL,
  replay_id   BIGINT        NOT NULL,
  format      VARCHAR(8)    NOT NULL,
  url         VARCHAR(1024) NOT NULL,
  bytes       BIGINT        NOT NULL,
  started_at  BIGINT        NOT NULL,
  ended_at    BIGINT        NOT NULL,
  received_at BIGINT        NOT NULL,
  PRIMARY KEY (file_id),
  KEY replay_files_replay (replay_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Short videos that apps upload themselves (UGC).
CREATE TABLE IF NOT EXISTS videos (
  video_id    BIGINT        NOT NULL AUTO_INCREMENT,
  user_id     VARCHAR(64)   NOT NULL,
  file_id     VARCHAR(64)   NOT NULL,
  title       VARCHAR(128)  NOT NULL,
  nickname    VARCHAR(128)  NOT NULL,
  head_pic    VARCHAR(512)  NOT NULL,
  front_cover VARCHAR(512)  NOT NULL,
  location    VARCHAR(128)  NOT NULL,
  play_url    VARCHAR(1024) NOT NULL,
  created_at  BIGINT        NOT NULL,
  PRIMARY KEY (video_id),
  UNIQUE KEY videos_file (file_id, user_id),
  KEY videos_created (created_at, video_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
