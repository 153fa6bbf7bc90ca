// What the tests of both clients share: where Tollgate is, and who may ask it.
import {randomUUID} from 'node:crypto';

const required = name => process.env[name] ?? (() => { throw new Error(`${name} is not set`); })();

export const url = required('TOLLGATE_URL');
export const invokeKey = required('INVOKE_KEY');
export const financeKey = required('FINANCE_KEY');
const simulatedModel = required('SIMULATED_MODEL_URL');

export const CONTEXT = 'A sector holds 512 bytes. The office opens at 9.';

export const LOOK_PARAMETERS = {
  type: 'object',
  properties: {sector: {type: 'integer'}},
  required: ['sector'],
};

/** Nobody asked this before. */
export const unique = text => `${text} ${randomUUID()}`;

/** A fetch that remembers the headers of all answers. */
export const recordingFetch = answers => async (...request) => {
  const response = await fetch(...request);
  answers.push(response.headers);
  return response;
};

/** A fetch that lets the simulated model fail until the client has seen it fail once. */
export const failingOnce = async (behaviour, answers) => {
  await fetch(`${simulatedModel}/_simulate`, {
    method: 'POST',
    body: JSON.stringify({behaviour}),
  });
  return async (...request) => {
    const response = await fetch(...request);
    answers.push(response.status);
    await fetch(`${simulatedModel}/_simulate`, {method: 'DELETE'});
    return response;
  };
};
