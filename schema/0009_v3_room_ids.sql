-- The room id that rooms/generate_roomid gave a user last: it and the user's own number are what a host may call a room,
-- its IM group and its stream.
CREATE TABLE IF NOT EXISTS v3_room_ids (
  user_id VARCHAR(64) NOT NULL,
  room_id VARCHAR(64) NOT NULL,
  PRIMARY KEY (user_id),
  UNIQUE KEY v3_room_ids_room (room_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
