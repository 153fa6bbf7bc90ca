import assert from 'node:assert/strict';
import {test} from 'node:test';
import OpenAI from 'openai';
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

const MODEL = 'gpt-5.4';
const connect = options =>
  new OpenAI({apiKey: invokeKey, baseURL: `${url}/v1`, maxRetries: 0, ...options});
const client = connect();

const question = text => ({
  model: MODEL,
  messages: [
    {role: 'system', content: `Answer from the context only.\n\nContext: ${CONTEXT}`},
    {role: 'user', content: text ?? 'How many bytes does a sector hold?'},
  ],
});
const LOOK = {type: 'function', function: {name: 'look', parameters: LOOK_PARAMETERS}};

test('a plain answer', async () => {
  const {data, response} = await client.chat.completions.create(question()).withResponse();

  assert.match(data.choices[0].message.content, /512/);
  assert.equal(data.choices[0].finish_reason, 'stop');
  assert.ok(data.usage.prompt_tokens > 0);
  assert.ok(Number(response.headers.get('x-tollgate-cost-usd')) > 0);
  assert.equal(data._request_id, response.headers.get('x-tollgate-call-id'));
});

test('a tool is called and its result is read', async () => {
  const request = {...question(), tools: [LOOK]};
  const call = await client.chat.completions.create({...request, tool_choice: 'required'});
  const message = call.choices[0].message;
  assert.equal(call.choices[0].finish_reason, 'tool_calls');
  assert.equal(message.tool_calls[0].function.name, 'look');

  const answer = await client.chat.completions.create({
    ...request,
    tool_choice: 'none',
    messages: [
      ...request.messages,
      message,
      {role: 'tool', tool_call_id: message.tool_calls[0].id, content: CONTEXT},
    ],
  });
  assert.equal(answer.choices[0].finish_reason, 'stop');
});

test('a stream says what a plain answer says, from the cache too', async () => {
  const answers = [];
  const streaming = connect({fetch: recordingFetch(answers)});
  const request = {...question(unique('How many bytes?')), temperature: 0};
  const telling = {...request, stream_options: {include_usage: true}};
  const texts = [];
  const streamed = await streaming.chat.completions
    .stream(telling)
    .on('content', text => texts.push(text))
    .finalChatCompletion();
  const plain = await client.chat.completions.create(request);
  const again = await streaming.chat.completions.stream(telling).finalChatCompletion();

  assert.equal(texts.join(''), plain.choices[0].message.content);
  for (const completion of [streamed, again]) {
    assert.equal(completion.id, plain.id);
    assert.equal(completion.choices[0].message.content, plain.choices[0].message.content);
    assert.equal(completion.choices[0].finish_reason, 'stop');
    assert.deepEqual(completion.usage, plain.usage);
  }
  assert.deepEqual(
    answers.map(headers => headers.get('x-tollgate-cache')),
    ['none', 'exact'],
  );
});

test('a stream tells its usage only if asked', async () => {
  const chunks = [];
  for await (const chunk of await client.chat.completions.create({...question(), stream: true})) {
    chunks.push(chunk);
  }

  assert.ok(chunks.length > 2);
  assert.ok(chunks.every(chunk => chunk.choices.length === 1 && !chunk.usage));
});

test('a tool is called in a stream', async () => {
  const completion = await client.chat.completions
    .stream({...question(), tools: [LOOK], tool_choice: 'required'})
    .finalChatCompletion();
  const call = completion.choices[0].message.tool_calls[0];

  assert.equal(completion.choices[0].finish_reason, 'tool_calls');
  assert.equal(call.function.name, 'look');
  assert.equal(typeof JSON.parse(call.function.arguments).sector, 'number');
});

test('errors have their types', async () => {
  const asking = behaviour =>
    client.chat.completions.create({...question(), model: `${MODEL}+simulate=${behaviour}`});
  await assert.rejects(asking('429'), OpenAI.RateLimitError);
  await assert.rejects(asking('500'), OpenAI.InternalServerError);
  await assert.rejects(asking('400'), OpenAI.BadRequestError);
  await assert.rejects(
    client.chat.completions.create({...question(), messages: []}),
    error =>
      error instanceof OpenAI.BadRequestError &&
      error.param === 'messages' &&
      error.code === 'invalid_value' &&
      error.type === 'invalid_request_error',
  );
  await assert.rejects(
    connect({apiKey: `tg_${'x'.repeat(43)}`}).chat.completions.create(question()),
    OpenAI.AuthenticationError,
  );
  await assert.rejects(
    connect({apiKey: financeKey}).chat.completions.create(question()),
    OpenAI.PermissionDeniedError,
  );
  await assert.rejects(
    client.chat.completions.create(
      {model: MODEL, messages: [{role: 'user', content: 'Hello?'}]},
      {headers: {'x-tollgate-prompt': 'nobody'}},
    ),
    OpenAI.NotFoundError,
  );
  await assert.rejects(
    client.responses.create({model: MODEL, input: 'Hello?'}),
    error => error instanceof OpenAI.NotFoundError && /chat\/completions/.test(error.message),
  );
  await assert.rejects(
    connect({baseURL: url}).chat.completions.create(question()),
    error => error instanceof OpenAI.NotFoundError && /ends in \/v1/.test(error.message),
  );
  await assert.rejects(
    client.chat.completions
      .stream({...question(), model: `${MODEL}+simulate=stream-error`})
      .finalChatCompletion(),
    OpenAI.InternalServerError,
  );
});

for (const [behaviour, status] of [['500', 500], ['429:1', 429]]) {
  test(`a call that fails with ${status} is tried again`, async () => {
    const answers = [];
    const retrying = connect({fetch: await failingOnce(behaviour, answers), maxRetries: 2});
    const completion = await retrying.chat.completions.create(question());

    assert.match(completion.choices[0].message.content, /512/);
    assert.deepEqual(answers, [status, 200]);
  });
}

test('a managed prompt answers', async () => {
  const {data, response} = await client.chat.completions
    .create(
      {model: 'gpt-4o', messages: [{role: 'user', content: 'When does the office open?'}]},
      {headers: {'x-tollgate-prompt': 'desk', 'x-tollgate-variables': JSON.stringify({context: CONTEXT})}},
    )
    .withResponse();

  assert.match(data.choices[0].message.content, /opens at 9/);
  assert.equal(data.model, MODEL);
  assert.equal(response.headers.get('x-tollgate-prompt'), 'desk@1');
});

test('models are listed', async () => {
  const models = await client.models.list();
  assert.ok(models.data.some(model => model.id === MODEL));
});

test('a call sent twice under one key is made once', async () => {
  const options = {headers: {'idempotency-key': unique('key').replace(' ', '-')}};
  const first = await client.chat.completions.create(question(), options);
  const {data, response} = await client.chat.completions.create(question(), options).withResponse();

  assert.deepEqual(data, first);
  assert.equal(response.headers.get('x-tollgate-idempotent-replay'), 'true');
});
