-- // disputed counts: token counts of an upstream that were not believed

ALTER TABLE usage
  ADD COLUMN disputed boolean NOT NULL DEFAULT false,
  ADD COLUMN reported_input_tokens bigint,
  ADD COLUMN reported_output_tokens bigint;

-- //@UNDO

ALTER TABLE usage
  DROP COLUMN disputed, DROP COLUMN reported_input_tokens, DROP COLUMN reported_output_tokens;
