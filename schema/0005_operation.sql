-- What users reported about others. Nothing is deleted because of a report; an operator decides.
CREATE TABLE IF NOT EXISTS reports (
  report_id   BIGINT       NOT NULL AUTO_INCREMENT,
  reported    VARCHAR(64)  NOT NULL,
  reporter    VARCHAR(80)  NOT NULL,
  stream_id   VARCHAR(64)  NOT NULL,
  title       VARCHAR(128) NOT NULL,
  reported_at BIGINT       NOT NULL,
  PRIMARY KEY (report_id),
  UNIQUE KEY reports_once (reported, reporter, stream_id),
  KEY reports_time (reported_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Requests of one kind from one source within one window of time.
CREATE TABLE IF NOT EXISTS rate_windows (
  source    VARCHAR(120) NOT NULL,
  window_at BIGINT       NOT NULL,
  hits      INT          NOT NULL,
  PRIMARY KEY (source, window_at),
  KEY rate_windows_time (window_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who may do a job that only one may do at a time, and until when.
CREATE TABLE IF NOT EXISTS leases (
  name       VARCHAR(64) NOT NULL,
  holder     VARCHAR(64) NOT NULL,
  expires_at BIGINT      NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Short-lived texts of other services that are costly to get, such as WeChat's jsapi_ticket.
CREATE TABLE IF NOT EXISTS tickets (
  name       VARCHAR(64)  NOT NULL,
  value      VARCHAR(512) NOT NULL,
  expires_at BIGINT       NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
