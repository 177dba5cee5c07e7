-- Entries have more words than before (status, code, everything the network saw): the next search builds the index anew.
INSERT INTO doc_index (doc_index) VALUES ('delete-all');
DELETE FROM doc;
UPDATE state SET indexed_seq = 0;
