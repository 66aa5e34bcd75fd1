-- A database that Kite 0.1.0 wrote.
BEGIN TRANSACTION;
CREATE TABLE rooms (
	id VARCHAR(63) NOT NULL, 
	title VARCHAR(100) NOT NULL, 
	created_at DATETIME NOT NULL, 
	banned_at DATETIME, 
	ban_reason VARCHAR(200), 
	live_client VARCHAR(20), 
	live_key_id INTEGER, 
	live_since DATETIME, 
	PRIMARY KEY (id)
);
INSERT INTO "rooms" VALUES('demo','第一道光','2026-11-21 05:35:40.000000',NULL,NULL,'7',1,'2026-11-21 05:35:40.000000');
INSERT INTO "rooms" VALUES('quiet','Quiet','2026-11-21 05:35:40.000000','2026-11-21 05:35:40.000000','test',NULL,NULL,NULL);
CREATE TABLE stream_keys (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	room_id VARCHAR(63) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	hint VARCHAR(12) NOT NULL, 
	created_at DATETIME NOT NULL, 
	revoked_at DATETIME, 
	last_used_at DATETIME, 
	FOREIGN KEY(room_id) REFERENCES rooms (id) ON DELETE CASCADE
);
INSERT INTO "stream_keys" VALUES(1,'demo','62f5b1e207fd22e09e3292944a1924c6da0a8cc7de18036fe51eb414b7e49b33','kk_y_qOil','2026-11-21 05:35:40.000000',NULL,NULL);
INSERT INTO "stream_keys" VALUES(2,'demo','ca4d7f38b48d03b1e68c51b7b4189ce96d1e7e4e1cbd6135568f7678a5573bb8','kk_BdaBfe','2026-11-21 05:35:40.000000','2026-11-21 05:35:40.000000',NULL);
INSERT INTO "stream_keys" VALUES(3,'quiet','4e04b284ca3b3b56c769877050a2a041b37a899b30f9e93440c498a6d0450f1d','kk_qPTJaZ','2026-11-21 05:35:40.000000',NULL,NULL);
CREATE TABLE tokens (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(100) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	hint VARCHAR(12) NOT NULL, 
	created_at DATETIME NOT NULL, 
	revoked_at DATETIME
);
INSERT INTO "tokens" VALUES(1,'first token','f5dd4daced5fa951842f14ebb3e95deecc03671c8e4d46bc1eba7c91f32e02a7','kt_NzQHoU','2026-11-21 05:35:40.000000',NULL);
INSERT INTO "tokens" VALUES(2,'second','e198c68858d8d307188c09b22f6d5108985bd7980b383a4b2a85f4bca1212741','kt_K6jHsI','2026-11-21 05:35:40.000000',NULL);
CREATE INDEX ix_tokens_hint ON tokens (hint);
CREATE INDEX ix_stream_keys_room_id ON stream_keys (room_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('stream_keys',4);
INSERT INTO "sqlite_sequence" VALUES('tokens',3);
COMMIT;
PRAGMA user_version = 1;
