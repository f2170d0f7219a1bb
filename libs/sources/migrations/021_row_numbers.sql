-- Up Migration

-- Of a row from a file: which of its rows it was. Tells two steps of one instant apart when it is replayed.
ALTER TABLE quarantine ADD COLUMN row_number integer;
