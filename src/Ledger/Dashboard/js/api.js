// The only door to the data: the public HTTP API, asked with the visitor's key. Nothing else of the service is used.
import { clocks, withParameters } from './address.js';

const READ = 'ledger.key';
const REPORT = 'ledger.reportKey';

/** The keys that the visitor has given: for this tab, or remembered on this device. */
export const keys = {
  get: name => sessionStorage.getItem(name) ?? localStorage.getItem(name),
  set(name, value, remember) {
    sessionStorage.removeItem(name);
    localStorage.removeItem(name);
    (remember ? localStorage : sessionStorage).setItem(name, value);
  },
  forget() {
    for (const store of [sessionStorage, localStorage]) {
      store.removeItem(READ);
      store.removeItem(REPORT);
    }
  },
  any: () => keys.get(READ) !== null || keys.get(REPORT) !== null,
  READ,
  REPORT,
};

/** An answer that is a problem (RFC 9457), or no answer at all (status 0). */
export class Problem extends Error {
  constructor(status, body, retryAfter = null) {
    super(body?.title ?? `The service answered ${status}`);
    this.status = status;
    this.body = body;
    this.retryAfter = retryAfter;
  }

  get detail() {
    return this.body?.detail ?? (this.status === 0 ? 'The service cannot be reached.' : this.message);
  }
}

/** What the answers of this page rest on, gathered while they come: the lowest end of the ledger that any of them saw. */
export const seen = {
  end: null,
  reset: () => {
    seen.end = null;
  },
};

function remember(response, answer) {
  const end = Number(response.headers.get('Ledger-Position') ?? NaN);
  if (answer.basis && Number.isFinite(end)) seen.end = seen.end === null ? end : Math.min(seen.end, end);
}

/** Sends a request with a key. Throws a Problem where the answer is none of success. */
export async function send(path, { method = 'GET', accept = 'application/json', body, key = READ, signal, headers = {} } = {}) {
  const secret = keys.get(key) ?? (key === REPORT ? keys.get(READ) : null);
  const all = { Accept: accept, ...headers };
  if (secret) all.Authorization = `Bearer ${secret}`;
  if (body !== undefined) all['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(path, { method, headers: all, body: body === undefined ? undefined : JSON.stringify(body), signal });
  } catch (fault) {
    if (fault.name === 'AbortError') throw fault;
    throw new Problem(0, null);
  }
  if (!response.ok) {
    throw new Problem(response.status, await response.json().catch(() => null), Number(response.headers.get('Retry-After')) || null);
  }
  return response;
}

/** Asks a question at the clocks of the address, or at those given. */
export async function ask(path, parameters = {}, at = clocks()) {
  const response = await send(withParameters(path, { ...at, ...parameters }));
  const answer = await response.json();
  remember(response, answer);
  return answer;
}

/** Asks for a list to its end, page by page; the answer is the first page's with all items. */
export async function askAll(path, parameters = {}, at = clocks()) {
  const answer = await ask(path, { limit: 1000, ...parameters }, at);
  for (let next = answer.next; next;) {
    const page = await ask(path, { limit: 1000, ...parameters, cursor: next }, at);
    answer.items.push(...page.items);
    next = page.next;
  }
  return answer;
}

/** Waits for several answers at once. Where they fail, the first of them says why: it is the one that the page is about. */
export async function together(first, ...others) {
  for (const other of others) other.catch(() => {});
  return [await first, ...(await Promise.all(others))];
}

/** Fetches an answer and hands it over as a file: a plain link could not carry the key. */
export async function save(path, name, accept = 'text/csv') {
  const response = await send(path, { accept });
  const url = URL.createObjectURL(await response.blob());
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
