-- What a call must keep to be priced again, what re-pricing adds, and who was forgotten.

ALTER TABLE llm_call
  ADD COLUMN web_searches         bigint  NOT NULL DEFAULT 0,
  ADD COLUMN service_tier         text    NOT NULL DEFAULT 'standard',
  ADD COLUMN region               text,
  ADD COLUMN assumed_write_tokens bigint  NOT NULL DEFAULT 0,
  ADD COLUMN several_models       boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN llm_call.region IS 'Where the model ran, if the provider said so.';
COMMENT ON COLUMN llm_call.assumed_write_tokens IS
  'The part of cache_write_5m_tokens whose lifetime the provider did not tell.';
COMMENT ON COLUMN llm_call.several_models IS
  'Whether some tokens were another model''s, so that the price can only be an estimate.';

-- The one table that the calls table cannot bring back. It names calls that the ledger may lack for
-- a while, when it is rebuilt, and is never changed, only added to.
CREATE TABLE price_adjustment (
  time                     timestamptz NOT NULL,
  id                       text        NOT NULL,
  number                   integer     NOT NULL,
  from_price_id            text        NOT NULL,
  to_price_id              text        NOT NULL,
  to_price_status          text        NOT NULL,
  difference_usd           numeric     NOT NULL,
  estimated_difference_usd numeric     NOT NULL,
  made_at                  timestamptz NOT NULL DEFAULT now(),
  made_by                  text        NOT NULL,
  PRIMARY KEY (time, id, number)
);

COMMENT ON TABLE price_adjustment IS
  'What re-pricing a call added to its cost, or took from it: 1, 2, 3 for each call.';
COMMENT ON COLUMN price_adjustment.estimated_difference_usd IS
  'What it added to the estimated part of costs: minus all of the cost if that became certain.';
COMMENT ON COLUMN price_adjustment.made_by IS 'The id of the key that did it.';

CREATE TABLE user_erasure (
  pseudonym text        PRIMARY KEY,
  team      text        NOT NULL,
  made_at   timestamptz NOT NULL DEFAULT now(),
  made_by   text        NOT NULL
);

COMMENT ON TABLE user_erasure IS 'The pseudonyms that took the place of erased users.';
