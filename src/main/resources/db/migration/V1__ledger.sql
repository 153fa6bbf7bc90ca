-- The finance ledger. Everything in it can be rebuilt from the calls table in DynamoDB.

CREATE TABLE llm_call (
  time                  timestamptz NOT NULL,
  id                    text        NOT NULL,
  call_id               text        NOT NULL,
  is_final              boolean     NOT NULL,
  key_id                text        NOT NULL,
  team                  text        NOT NULL,
  user_id               text,
  endpoint              text        NOT NULL,
  provider              text        NOT NULL,
  requested_model       text        NOT NULL,
  model                 text        NOT NULL,
  prompt                text,
  prompt_version        integer,
  input_tokens          bigint      NOT NULL,
  cache_read_tokens     bigint      NOT NULL,
  cache_write_5m_tokens bigint      NOT NULL,
  cache_write_1h_tokens bigint      NOT NULL,
  output_tokens         bigint      NOT NULL,
  reasoning_tokens      bigint      NOT NULL,
  cost_usd              numeric     NOT NULL,
  avoided_cost_usd      numeric     NOT NULL,
  price_id              text        NOT NULL,
  price_status          text        NOT NULL,
  cache                 text        NOT NULL,
  finish_reason         text,
  status                text        NOT NULL,
  failure               text,
  latency_ms            bigint      NOT NULL,
  purpose               text        NOT NULL,
  -- A partitioned table's key must hold the partition column; the time comes from the id, so that
  -- the pair is as unique as the id alone.
  PRIMARY KEY (time, id)
) PARTITION BY RANGE (time);

COMMENT ON TABLE llm_call IS 'One row for each attempt at a call, by UTC month.';

CREATE TABLE cost_daily (
  day                   date    NOT NULL,
  team                  text    NOT NULL,
  endpoint              text    NOT NULL,
  provider              text    NOT NULL,
  model                 text    NOT NULL,
  prompt                text    NOT NULL,
  prompt_version        integer NOT NULL,
  purpose               text    NOT NULL,
  attempts              bigint  NOT NULL,
  calls                 bigint  NOT NULL,
  cached_calls          bigint  NOT NULL,
  failed_calls          bigint  NOT NULL,
  input_tokens          bigint  NOT NULL,
  cache_read_tokens     bigint  NOT NULL,
  cache_write_5m_tokens bigint  NOT NULL,
  cache_write_1h_tokens bigint  NOT NULL,
  output_tokens         bigint  NOT NULL,
  cost_usd              numeric NOT NULL,
  estimated_cost_usd    numeric NOT NULL,
  avoided_cost_usd      numeric NOT NULL,
  PRIMARY KEY (day, team, endpoint, provider, model, prompt, prompt_version, purpose)
);

COMMENT ON TABLE cost_daily IS
  'Sums of llm_call by UTC day; calls without a managed prompt have prompt '''' and version 0.';

CREATE TABLE cost_daily_user (
  day      date    NOT NULL,
  team     text    NOT NULL,
  user_id  text    NOT NULL,
  calls    bigint  NOT NULL,
  cost_usd numeric NOT NULL,
  PRIMARY KEY (day, team, user_id)
);

COMMENT ON TABLE cost_daily_user IS 'Sums of live calls that named a user, by UTC day.';
