-- Whether machines must report themselves again and again. The sandbox tells it, and takes no seat for it.
ALTER TABLE policies ADD COLUMN require_heartbeat INTEGER NOT NULL DEFAULT 0;
