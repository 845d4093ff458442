-- What a broadcast's stream is called in the live service where that is not its stream_id: a v3 app names it itself.
ALTER TABLE broadcasts ADD COLUMN stream_name VARCHAR(64) NOT NULL DEFAULT '';
