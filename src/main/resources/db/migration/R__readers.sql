-- What BI tools read. Views keep their columns when the tables behind them change; docs/costs.md
-- describes them. This file runs again whenever it changes, after all numbered migrations.

CREATE OR REPLACE VIEW v_daily_cost AS
SELECT
  day, team, nullif(user_id, '') AS user_id, endpoint, provider, model,
  nullif(prompt, '') AS prompt, CASE WHEN prompt <> '' THEN prompt_version END AS prompt_version,
  purpose, cache, attempts, calls, cached_calls, failed_calls, input_tokens, cache_read_tokens,
  cache_write_5m_tokens, cache_write_1h_tokens, output_tokens,
  cost_usd + adjustment_usd AS cost_usd, adjustment_usd, estimated_cost_usd, avoided_cost_usd,
  prompt_cache_read_savings_usd, prompt_cache_write_premium_usd, semantic_calls,
  semantic_avoided_cost_usd
FROM cost_daily_detail;

COMMENT ON VIEW v_daily_cost IS
  'Sums of calls by UTC day and every dimension. cost_usd is what the provider bills.';

CREATE OR REPLACE VIEW v_calls AS
SELECT
  time, id, call_id, is_final, key_id, team, user_id, endpoint, provider, requested_model, model,
  prompt, prompt_version, purpose, cache, status, failure, finish_reason, latency_ms,
  input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens,
  reasoning_tokens, cost_usd, avoided_cost_usd, prompt_cache_read_savings_usd,
  prompt_cache_write_premium_usd, price_id, price_status,
  (
    SELECT coalesce(sum(difference_usd), 0)
    FROM price_adjustment
    WHERE price_adjustment.time = llm_call.time AND price_adjustment.id = llm_call.id
  ) AS adjustment_usd,
  answered_by, similarity
FROM llm_call;

COMMENT ON VIEW v_calls IS
  'Every attempt at a call. What the provider bills is cost_usd, as booked, + adjustment_usd.';

-- A role without a login and so without a password: an administrator makes logins that are in it.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tollgate_reader') THEN
    CREATE ROLE tollgate_reader NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN
    NULL; -- Another schema's migration made it at the same time.
  WHEN insufficient_privilege THEN
    RAISE WARNING 'tollgate_reader is missing, and % may not make it: docs/costs.md says how',
      current_user;
END
$$;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tollgate_reader') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO tollgate_reader', current_schema());
    GRANT SELECT ON v_daily_cost, v_calls TO tollgate_reader;
  END IF;
END
$$;
