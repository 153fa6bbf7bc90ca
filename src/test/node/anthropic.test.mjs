import Anthropic from '@anthropic-ai/sdk';
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
  CONTEXT,
  LOOK_PARAMETERS,
  failingOnce,
  financeKey,
  invokeKey,
  recordingFetch,
  unique,
  url,
} from './setup.mjs';

const MODEL = 'claude-sonnet-4-6';
const connect = options =>
  new Anthropic({apiKey: invokeKey, baseURL: url, maxRetries: 0, ...options});
const client = connect();

const question = text => ({
  model: MODEL,
  max_tokens: 300,
  system: `Answer from the context only.\n\nContext: ${CONTEXT}`,
  messages: [{role: 'user', content: text ?? 'How many bytes does a sector hold?'}],
});
const LOOK = {name: 'look', description: 'Looks a sector up.', input_schema: LOOK_PARAMETERS};

test('a plain answer', async () => {
  const {data, response, request_id: id} = await client.messages.create(question()).withResponse();

  assert.match(data.content[0].text, /512/);
  assert.equal(data.stop_reason, 'end_turn');
  assert.ok(data.usage.input_tokens > 0);
  assert.equal(id, response.headers.get('x-tollgate-call-id'));
  assert.ok(Number(response.headers.get('x-tollgate-cost-usd')) > 0);
});

test('a tool is called and its result is read', async () => {
  const request = {...question(), tools: [LOOK]};
  const call = await client.messages.create({
    ...request,
    tool_choice: {type: 'tool', name: 'look'},
  });
  assert.equal(call.stop_reason, 'tool_use');
  const use = call.content.find(block => block.type === 'tool_use');
  assert.equal(use.name, 'look');

  const answer = await client.messages.create({
    ...request,
    messages: [
      ...request.messages,
      {role: 'assistant', content: call.content},
      {role: 'user', content: [{type: 'tool_result', tool_use_id: use.id, content: CONTEXT}]},
    ],
  });
  assert.equal(answer.stop_reason, 'end_turn');
});

test('a stream says what a plain answer says, from the cache too', async () => {
  const answers = [];
  const streaming = connect({fetch: recordingFetch(answers)});
  const request = {...question(unique('How many bytes?')), temperature: 0};
  const texts = [];
  const streamed = await streaming.messages
    .stream(request)
    .on('text', text => texts.push(text))
    .finalMessage();
  const plain = await client.messages.create(request);
  const again = await streaming.messages.stream(request).finalMessage();

  assert.equal(texts.join(''), plain.content[0].text);
  for (const message of [streamed, again]) {
    assert.equal(message.id, plain.id);
    assert.deepEqual(message.content.map(block => block.text), [plain.content[0].text]);
    assert.deepEqual(message.usage, plain.usage);
    assert.equal(message.stop_reason, 'end_turn');
  }
  assert.deepEqual(
    answers.map(headers => headers.get('x-tollgate-cache')),
    ['none', 'exact'],
  );
});

test('a tool is called in a stream', async () => {
  const message = await client.messages
    .stream({...question(), tools: [LOOK], tool_choice: {type: 'any'}})
    .finalMessage();

  assert.equal(message.stop_reason, 'tool_use');
  assert.equal(message.content.at(-1).name, 'look');
  assert.equal(typeof message.content.at(-1).input.sector, 'number');
});

test('errors have their types', async () => {
  const asking = model => client.messages.create({...question(), model: `${MODEL}+simulate=${model}`});
  await assert.rejects(asking('429'), Anthropic.RateLimitError);
  await assert.rejects(asking('500'), Anthropic.InternalServerError);
  await assert.rejects(asking('529'), error => error.status === 529);
  await assert.rejects(asking('400'), Anthropic.BadRequestError);
  await assert.rejects(
    client.messages.create({...question(), max_tokens: 0}),
    error =>
      error instanceof Anthropic.BadRequestError &&
      error.error.error.param === 'max_tokens' &&
      error.type === 'invalid_request_error',
  );
  await assert.rejects(
    connect({apiKey: `tg_${'x'.repeat(43)}`}).messages.create(question()),
    Anthropic.AuthenticationError,
  );
  await assert.rejects(
    connect({apiKey: financeKey}).messages.create(question()),
    Anthropic.PermissionDeniedError,
  );
  await assert.rejects(
    client.messages.create(
      {model: MODEL, max_tokens: 9, messages: [{role: 'user', content: 'Hello?'}]},
      {headers: {'x-tollgate-prompt': 'nobody'}},
    ),
    Anthropic.NotFoundError,
  );
  await assert.rejects(
    client.messages.stream({...question(), model: `${MODEL}+simulate=stream-error`}).finalMessage(),
    error => error.status === 529,
  );
});

for (const [behaviour, status] of [['500', 500], ['429:1', 429], ['529', 529]]) {
  test(`a call that fails with ${status} is tried again`, async () => {
    const answers = [];
    const retrying = connect({fetch: await failingOnce(behaviour, answers), maxRetries: 2});
    const message = await retrying.messages.create(question());

    assert.match(message.content[0].text, /512/);
    assert.deepEqual(answers, [status, 200]);
  });
}

test('a managed prompt answers', async () => {
  const {data, response} = await client.messages
    .create(
      {model: 'claude-opus-5', max_tokens: 7, messages: [{role: 'user', content: 'When does the office open?'}]},
      {headers: {'x-tollgate-prompt': 'office', 'x-tollgate-variables': JSON.stringify({context: CONTEXT})}},
    )
    .withResponse();

  assert.match(data.content[0].text, /opens at 9/);
  assert.equal(data.model, 'claude-haiku-4-5');
  assert.equal(response.headers.get('x-tollgate-prompt'), 'office@1');
});

test('models are listed', async () => {
  const models = await client.models.list();
  assert.ok(models.data.some(model => model.id === 'claude-haiku-4-5'));
});

test('a call sent twice under one key is made once', async () => {
  const options = {headers: {'idempotency-key': unique('key').replace(' ', '-')}};
  const first = await client.messages.create(question(), options);
  const {data, response} = await client.messages.create(question(), options).withResponse();

  assert.deepEqual(data, first);
  assert.equal(response.headers.get('x-tollgate-idempotent-replay'), 'true');
});
