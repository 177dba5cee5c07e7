-- Of what a server failed at it is not said any more that it was refused, and a look is called otherwise: the next search builds the index anew.
INSERT INTO doc_index (doc_index) VALUES ('delete-all');
DELETE FROM doc;
UPDATE state SET indexed_seq = 0;
