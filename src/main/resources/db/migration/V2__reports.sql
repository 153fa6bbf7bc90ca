-- What the reports need: prompt caching in money, latency, adjustments, and roll-ups by every
-- dimension. Roll-ups are made anew from the calls.

ALTER TABLE llm_call
  ADD COLUMN prompt_cache_read_savings_usd  numeric NOT NULL DEFAULT 0,
  ADD COLUMN prompt_cache_write_premium_usd numeric NOT NULL DEFAULT 0;

COMMENT ON COLUMN llm_call.prompt_cache_read_savings_usd IS
  'What tokens read from the provider''s prompt cache would have cost more as plain input.';
COMMENT ON COLUMN llm_call.prompt_cache_write_premium_usd IS
  'What tokens written to the provider''s prompt cache cost more than plain input.';

-- Single calls are read newest first: all of them by the primary key, one user's by this.
CREATE INDEX llm_call_user ON llm_call (user_id, time, id) WHERE user_id IS NOT NULL;
CREATE INDEX llm_call_failed ON llm_call (time, id) WHERE status = 'error';

DROP TABLE cost_daily, cost_daily_user;

-- The three roll-ups have the same measures. The finest has every dimension, and grows with how
-- many of their combinations a day sees; the other two answer the questions that are asked most.
-- Calls without a user or a managed prompt have '' there, and version 0.

CREATE TABLE cost_daily_detail (
  day                             date    NOT NULL,
  team                            text    NOT NULL,
  user_id                         text    NOT NULL,
  endpoint                        text    NOT NULL,
  provider                        text    NOT NULL,
  model                           text    NOT NULL,
  prompt                          text    NOT NULL,
  prompt_version                  integer NOT NULL,
  purpose                         text    NOT NULL,
  cache                           text    NOT NULL,
  attempts                        bigint  NOT NULL DEFAULT 0,
  calls                           bigint  NOT NULL DEFAULT 0,
  cached_calls                    bigint  NOT NULL DEFAULT 0,
  failed_calls                    bigint  NOT NULL DEFAULT 0,
  input_tokens                    bigint  NOT NULL DEFAULT 0,
  cache_read_tokens               bigint  NOT NULL DEFAULT 0,
  cache_write_5m_tokens           bigint  NOT NULL DEFAULT 0,
  cache_write_1h_tokens           bigint  NOT NULL DEFAULT 0,
  output_tokens                   bigint  NOT NULL DEFAULT 0,
  cost_usd                        numeric NOT NULL DEFAULT 0,
  estimated_cost_usd              numeric NOT NULL DEFAULT 0,
  avoided_cost_usd                numeric NOT NULL DEFAULT 0,
  prompt_cache_read_savings_usd   numeric NOT NULL DEFAULT 0,
  prompt_cache_write_premium_usd  numeric NOT NULL DEFAULT 0,
  adjustment_usd                  numeric NOT NULL DEFAULT 0,
  -- Calls by how many milliseconds their last attempt took.
  latency_under_10                bigint  NOT NULL DEFAULT 0,
  latency_under_25                bigint  NOT NULL DEFAULT 0,
  latency_under_50                bigint  NOT NULL DEFAULT 0,
  latency_under_100               bigint  NOT NULL DEFAULT 0,
  latency_under_200               bigint  NOT NULL DEFAULT 0,
  latency_under_350               bigint  NOT NULL DEFAULT 0,
  latency_under_500               bigint  NOT NULL DEFAULT 0,
  latency_under_750               bigint  NOT NULL DEFAULT 0,
  latency_under_1000              bigint  NOT NULL DEFAULT 0,
  latency_under_1500              bigint  NOT NULL DEFAULT 0,
  latency_under_2000              bigint  NOT NULL DEFAULT 0,
  latency_under_3000              bigint  NOT NULL DEFAULT 0,
  latency_under_5000              bigint  NOT NULL DEFAULT 0,
  latency_under_7500              bigint  NOT NULL DEFAULT 0,
  latency_under_10000             bigint  NOT NULL DEFAULT 0,
  latency_under_15000             bigint  NOT NULL DEFAULT 0,
  latency_under_30000             bigint  NOT NULL DEFAULT 0,
  latency_longer                  bigint  NOT NULL DEFAULT 0,
  -- In place of the dimensions, which together may be longer than an index takes. None of them
  -- holds a control character.
  dimensions                      uuid    NOT NULL GENERATED ALWAYS AS (md5(
    team || E'\x1f' || user_id || E'\x1f' || endpoint || E'\x1f' || provider || E'\x1f' || model
    || E'\x1f' || prompt || E'\x1f' || prompt_version::text || E'\x1f' || purpose || E'\x1f'
    || cache)::uuid) STORED,
  PRIMARY KEY (day, dimensions)
) WITH (fillfactor = 80);

CREATE INDEX cost_daily_detail_user ON cost_daily_detail (user_id, day);

CREATE TABLE cost_daily (LIKE cost_daily_detail INCLUDING DEFAULTS) WITH (fillfactor = 80);
ALTER TABLE cost_daily DROP COLUMN dimensions, DROP COLUMN user_id, ADD PRIMARY KEY (day, team,
  endpoint, provider, model, prompt, prompt_version, purpose, cache);

CREATE TABLE cost_daily_user (LIKE cost_daily_detail INCLUDING DEFAULTS) WITH (fillfactor = 80);
ALTER TABLE cost_daily_user DROP COLUMN dimensions, DROP COLUMN endpoint, DROP COLUMN provider,
  DROP COLUMN model, DROP COLUMN prompt, DROP COLUMN prompt_version, DROP COLUMN cache, ADD
  PRIMARY KEY (day, team, user_id, purpose);

COMMENT ON TABLE cost_daily_detail IS 'Sums of llm_call by UTC day and every dimension.';
COMMENT ON TABLE cost_daily IS 'Sums of llm_call by UTC day and every dimension but the user.';
COMMENT ON TABLE cost_daily_user IS 'Sums of llm_call by UTC day, team, user and purpose.';
COMMENT ON COLUMN cost_daily_detail.adjustment_usd IS
  'What re-pricing added to cost_usd, or took from it. A bill is cost_usd + adjustment_usd.';

INSERT INTO cost_daily_detail (
  day, team, user_id, endpoint, provider, model, prompt, prompt_version, purpose, cache, attempts,
  calls, cached_calls, failed_calls, input_tokens, cache_read_tokens, cache_write_5m_tokens,
  cache_write_1h_tokens, output_tokens, cost_usd, estimated_cost_usd, avoided_cost_usd,
  prompt_cache_read_savings_usd, prompt_cache_write_premium_usd, latency_under_10, latency_under_25,
  latency_under_50, latency_under_100, latency_under_200, latency_under_350, latency_under_500,
  latency_under_750, latency_under_1000, latency_under_1500, latency_under_2000, latency_under_3000,
  latency_under_5000, latency_under_7500, latency_under_10000, latency_under_15000,
  latency_under_30000, latency_longer)
SELECT
  (time AT TIME ZONE 'UTC')::date, team, coalesce(user_id, ''), endpoint, provider, model,
  coalesce(prompt, ''), coalesce(prompt_version, 0), purpose, cache, count(*),
  count(*) FILTER (WHERE is_final), count(*) FILTER (WHERE is_final AND cache <> 'none'),
  count(*) FILTER (WHERE is_final AND status = 'error'), sum(input_tokens),
  sum(cache_read_tokens), sum(cache_write_5m_tokens), sum(cache_write_1h_tokens),
  sum(output_tokens), sum(cost_usd),
  coalesce(sum(cost_usd) FILTER (WHERE price_status = 'estimated'), 0), sum(avoided_cost_usd),
  sum(prompt_cache_read_savings_usd), sum(prompt_cache_write_premium_usd),
  count(*) FILTER (WHERE is_final AND latency_ms < 10),
  count(*) FILTER (WHERE is_final AND latency_ms >= 10 AND latency_ms < 25),
  count(*) FILTER (WHERE is_final AND latency_ms >= 25 AND latency_ms < 50),
  count(*) FILTER (WHERE is_final AND latency_ms >= 50 AND latency_ms < 100),
  count(*) FILTER (WHERE is_final AND latency_ms >= 100 AND latency_ms < 200),
  count(*) FILTER (WHERE is_final AND latency_ms >= 200 AND latency_ms < 350),
  count(*) FILTER (WHERE is_final AND latency_ms >= 350 AND latency_ms < 500),
  count(*) FILTER (WHERE is_final AND latency_ms >= 500 AND latency_ms < 750),
  count(*) FILTER (WHERE is_final AND latency_ms >= 750 AND latency_ms < 1000),
  count(*) FILTER (WHERE is_final AND latency_ms >= 1000 AND latency_ms < 1500),
  count(*) FILTER (WHERE is_final AND latency_ms >= 1500 AND latency_ms < 2000),
  count(*) FILTER (WHERE is_final AND latency_ms >= 2000 AND latency_ms < 3000),
  count(*) FILTER (WHERE is_final AND latency_ms >= 3000 AND latency_ms < 5000),
  count(*) FILTER (WHERE is_final AND latency_ms >= 5000 AND latency_ms < 7500),
  count(*) FILTER (WHERE is_final AND latency_ms >= 7500 AND latency_ms < 10000),
  count(*) FILTER (WHERE is_final AND latency_ms >= 10000 AND latency_ms < 15000),
  count(*) FILTER (WHERE is_final AND latency_ms >= 15000 AND latency_ms < 30000),
  count(*) FILTER (WHERE is_final AND latency_ms >= 30000)
FROM llm_call
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;

INSERT INTO cost_daily (
  day, team, endpoint, provider, model, prompt, prompt_version, purpose, cache, attempts, calls,
  cached_calls, failed_calls, input_tokens, cache_read_tokens, cache_write_5m_tokens,
  cache_write_1h_tokens, output_tokens, cost_usd, estimated_cost_usd, avoided_cost_usd,
  prompt_cache_read_savings_usd, prompt_cache_write_premium_usd, latency_under_10, latency_under_25,
  latency_under_50, latency_under_100, latency_under_200, latency_under_350, latency_under_500,
  latency_under_750, latency_under_1000, latency_under_1500, latency_under_2000, latency_under_3000,
  latency_under_5000, latency_under_7500, latency_under_10000, latency_under_15000,
  latency_under_30000, latency_longer)
SELECT
  day, team, endpoint, provider, model, prompt, prompt_version, purpose, cache, sum(attempts),
  sum(calls), sum(cached_calls), sum(failed_calls), sum(input_tokens), sum(cache_read_tokens),
  sum(cache_write_5m_tokens), sum(cache_write_1h_tokens), sum(output_tokens), sum(cost_usd),
  sum(estimated_cost_usd), sum(avoided_cost_usd), sum(prompt_cache_read_savings_usd),
  sum(prompt_cache_write_premium_usd), sum(latency_under_10), sum(latency_under_25),
  sum(latency_under_50), sum(latency_under_100), sum(latency_under_200), sum(latency_under_350),
  sum(latency_under_500), sum(latency_under_750), sum(latency_under_1000), sum(latency_under_1500),
  sum(latency_under_2000), sum(latency_under_3000), sum(latency_under_5000),
  sum(latency_under_7500), sum(latency_under_10000), sum(latency_under_15000),
  sum(latency_under_30000), sum(latency_longer)
FROM cost_daily_detail
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;

INSERT INTO cost_daily_user (
  day, team, user_id, purpose, attempts, calls, cached_calls, failed_calls, input_tokens,
  cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, cost_usd,
  estimated_cost_usd, avoided_cost_usd, prompt_cache_read_savings_usd,
  prompt_cache_write_premium_usd, latency_under_10, latency_under_25, latency_under_50,
  latency_under_100, latency_under_200, latency_under_350, latency_under_500, latency_under_750,
  latency_under_1000, latency_under_1500, latency_under_2000, latency_under_3000,
  latency_under_5000, latency_under_7500, latency_under_10000, latency_under_15000,
  latency_under_30000, latency_longer)
SELECT
  day, team, user_id, purpose, sum(attempts), sum(calls), sum(cached_calls), sum(failed_calls),
  sum(input_tokens), sum(cache_read_tokens), sum(cache_write_5m_tokens), sum(cache_write_1h_tokens),
  sum(output_tokens), sum(cost_usd), sum(estimated_cost_usd), sum(avoided_cost_usd),
  sum(prompt_cache_read_savings_usd), sum(prompt_cache_write_premium_usd), sum(latency_under_10),
  sum(latency_under_25), sum(latency_under_50), sum(latency_under_100), sum(latency_under_200),
  sum(latency_under_350), sum(latency_under_500), sum(latency_under_750), sum(latency_under_1000),
  sum(latency_under_1500), sum(latency_under_2000), sum(latency_under_3000),
  sum(latency_under_5000), sum(latency_under_7500), sum(latency_under_10000),
  sum(latency_under_15000), sum(latency_under_30000), sum(latency_longer)
FROM cost_daily_detail
GROUP BY 1, 2, 3, 4;
