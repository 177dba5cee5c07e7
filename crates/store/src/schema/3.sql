-- The user at the vendor whose sign-in took the seat, where the key alone may not: the same one refreshes it and gives it
-- back.
ALTER TABLE intent ADD COLUMN user_id TEXT;
ALTER TABLE license ADD COLUMN user_id TEXT;
