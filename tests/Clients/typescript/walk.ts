// What a client does first, by types generated from the description: posts, reads back, asks, and reads every kind of stream.
// `schema.ts` is generated beside this file by the test.
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.js';

type StoredEvent = components['schemas']['StoredEvent'];
type ImportLine = components['schemas']['ImportLine'];
type ImportAnswer = components['schemas']['ImportAnswer'];

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set.`);
  return value;
}

function client(key: string) {
  return createClient<paths>({ baseUrl: setting('LEDGER_ADDRESS'), headers: { Authorization: `Bearer ${setting(key)}` } });
}

function must<T>(value: T | undefined, otherwise: unknown): T {
  if (value === undefined) throw new Error(JSON.stringify(otherwise));
  return value;
}

function is(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, expected ${String(expected)}`);
}

/** The lines of a stream as they come. */
async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of stream) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}

const [reporter, reader, auditor] = [client('LEDGER_REPORT_KEY'), client('LEDGER_READ_KEY'), client('LEDGER_AUDIT_KEY')];
const source = { publisher: 'Example Gazette', published: '2023-07-04' };

// Followed before anything is posted, so that the post is seen.
const ending = new AbortController();
const live = await reader.GET('/v1/events/live', { parseAs: 'stream', signal: ending.signal });
const liveLines = lines(must(live.data, live.error) as unknown as ReadableStream<Uint8Array>);

const posted = await reporter.POST('/v1/deliveries', {
  body: { id: 'ts-1', recipient: 'UZB', supplier: 'TUR', platform: 'Bayraktar TB2', lot: 'first', quantity: { n: 3 }, source, grade: 'A1' },
});
const report = must(posted.data, posted.error);
is('readAs', report.readAs, 'lot');
// Optional in the type, since a dry run has none.
const { position } = report;
if (position === undefined) throw new Error('What is recorded has its position.');
is('header', posted.response.headers.get('Ledger-Position'), String(position));

const read = await reader.GET('/v1/reports/{eventId}', { params: { path: { eventId: report.eventId } } });
is('quantity', must(read.data, read.error).quantity?.n, 3);

const asked = await reader.GET('/v1/countries/{code}/fleet', { params: { path: { code: 'UZB' }, query: { atLeast: position } } });
const fleet = must(asked.data, asked.error);
if (typeof fleet === 'string') throw new Error('The answer is the table, and JSON was asked for.');
is('headline', fleet.headline.best, 3);
is('high', fleet.holdings[0]?.estimate.high, 3);

const imported: ImportLine[] = [
  { kind: 'observation', id: 'ts-2', recipient: 'UZB', platform: 'Bayraktar TB2', quantity: { n: 2 }, setting: 'parade', source },
  { kind: 'loss', id: 'ts-3', recipient: 'UZB', platform: 'Bayraktar TB2', quantity: { n: 1 }, source },
];
const importing = await reporter.POST('/v1/imports', {
  body: imported.map((line) => JSON.stringify(line)).join('\n'),
  bodySerializer: (body) => body as string,
  headers: { 'Content-Type': 'application/x-ndjson' },
  parseAs: 'stream',
});
const answers: ImportAnswer[] = [];
for await (const line of lines(must(importing.data, importing.error) as unknown as ReadableStream<Uint8Array>)) {
  answers.push(JSON.parse(line) as ImportAnswer);
}
is('answers', answers.length, 3);
const refused = answers[1];
is('refused', refused !== undefined && 'problem' in refused ? refused.problem.errors?.[0]?.code : undefined, 'lotOrTotal');

const replayed = await auditor.GET('/v1/events', { params: { query: { after: position - 1 } }, parseAs: 'stream' });
const events: StoredEvent[] = [];
for await (const line of lines(must(replayed.data, replayed.error) as unknown as ReadableStream<Uint8Array>)) {
  events.push(JSON.parse(line) as StoredEvent);
}
is('events', events.map((event) => event.type).join(), 'delivery_reported,observation_reported');

for await (const line of liveLines) {
  if (line.startsWith('data: ')) {
    is('live', (JSON.parse(line.slice(6)) as StoredEvent).id, report.eventId);
    break;
  }
}
ending.abort();

const wrong = await reporter.POST('/v1/deliveries', { body: { recipient: 'ZZZ', platform: 'Bayraktar TB2', source } });
is('problem', wrong.error !== undefined && 'errors' in wrong.error ? wrong.error.errors?.[0]?.pointer : undefined, '/recipient');

console.log('walked');
