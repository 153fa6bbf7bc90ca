-- Answers that were reused for similar questions: how similar, whose they were, and what they saved.
-- No call in the ledger has had one yet, so the roll-ups need not be made anew.

ALTER TABLE llm_call
  ADD COLUMN answered_by text,
  ADD COLUMN similarity  numeric;

COMMENT ON COLUMN llm_call.answered_by IS 'The call whose answer the cache had.';
COMMENT ON COLUMN llm_call.similarity IS
  'How like its question is to this one, 1 at most; where it was not the same question.';

ALTER TABLE cost_daily_detail
  ADD COLUMN semantic_calls            bigint  NOT NULL DEFAULT 0,
  ADD COLUMN semantic_avoided_cost_usd numeric NOT NULL DEFAULT 0;
ALTER TABLE cost_daily
  ADD COLUMN semantic_calls            bigint  NOT NULL DEFAULT 0,
  ADD COLUMN semantic_avoided_cost_usd numeric NOT NULL DEFAULT 0;
ALTER TABLE cost_daily_user
  ADD COLUMN semantic_calls            bigint  NOT NULL DEFAULT 0,
  ADD COLUMN semantic_avoided_cost_usd numeric NOT NULL DEFAULT 0;

COMMENT ON COLUMN cost_daily_detail.semantic_calls IS
  'The part of cached_calls that were answered as a similar question was.';
