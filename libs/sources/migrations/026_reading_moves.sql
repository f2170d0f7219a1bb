-- When the reading in hand last moved: a process that died in its middle says nothing more, a first reading of years moves.
ALTER TABLE source ADD COLUMN last_page_at_ms bigint;
