-- Entries are found by what a list says of them, and by their number: the next search builds the index anew.
INSERT INTO doc_index (doc_index) VALUES ('delete-all');
DELETE FROM doc;
UPDATE state SET indexed_seq = 0;
