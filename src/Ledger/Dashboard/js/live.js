// New reports, announced while a page is open. Nothing moves by itself: the visitor asks for what is new.
import { h, put } from './dom.js';
import { seen, send } from './api.js';
import { clocks, withParameters } from './address.js';
import { many } from './words.js';

/** How long a row flashes, in milliseconds, as the style sheet says. */
const FLASH = 1600;

let following = null;
let marking = null;

/** Stops following; the page is about to change. */
export function stop() {
  following?.end();
  following = null;
  document.querySelector('.news-bar')?.remove();
  marking?.disconnect();
  marking = null;
}

/** Follows the ledger from what the page has seen on, as long as the page is visible and looks at now. A browser opens few connections to
 * one service, so a hidden page gives its own back. `take` is called with the keys of what changed, when the visitor asks to see it. */
export function follow(shown, take) {
  const at = clocks();
  if (at.knownAt || shown.comparing) return;
  const state = { after: seen.end ?? shown.basis.position, count: 0, names: new Set(), abort: null, turn: 0 };
  const visible = () => (document.hidden ? state.abort?.abort() : read(state, shown, take));
  document.addEventListener('visibilitychange', visible);
  following = {
    end() {
      document.removeEventListener('visibilitychange', visible);
      state.ended = true;
      state.abort?.abort();
    },
  };
  visible();
}

async function read(state, shown, take) {
  const mine = ++state.turn; // Who waits for a lost connection gives way to who began anew meanwhile.
  for (let wait = 1000; mine === state.turn && !state.ended && !document.hidden; wait = Math.min(30_000, wait * 2)) {
    state.abort = new AbortController();
    try {
      const response = await send(withParameters('/v1/events/live', { recipient: shown.recipient }), {
        accept: 'text/event-stream',
        signal: state.abort.signal,
        headers: { 'Last-Event-ID': String(state.after) },
      });
      wait = 1000;
      await readEvents(response.body, (event, name) => heard(event, name, state, shown, take));
    } catch (fault) {
      if (fault.name === 'AbortError' || fault.status === 401 || fault.status === 403) return;
    }
    await new Promise(resolve => setTimeout(resolve, wait));
  }
}

/** Takes a stream of Server-Sent Events apart. EventSource would do it, but cannot send the key. */
async function readEvents(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ''; ;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = block
        .split('\n')
        .map(line => /^(\w+): ?(.*)$/.exec(line))
        .filter(Boolean);
      const of = name => fields.filter(field => field[1] === name).map(field => field[2]);
      if (of('data').length) heard(JSON.parse(of('data').join('\n')), of('event')[0]);
    }
  }
}

function heard(event, name, state, shown, take) {
  if (name === 'reset') state.after = event.position; // The ledger ends before what was seen: it was restored, and goes on from there.
  if (event.position <= state.after) return;
  state.after = event.position;
  if (!event.data?.recipient) return;
  if (shown.concerns && !shown.concerns(event.data)) return;
  state.count++;
  state.names.add(event.data.recipient);
  state.names.add(`${event.data.recipient}/${event.data.platform}`);
  announce(state, take);
}

function announce(state, take) {
  const bar = document.getElementById('clocks');
  let line = bar.querySelector('.news-bar');
  if (!line) {
    line = h('div', { class: 'news-bar', role: 'status' });
    bar.append(line);
  }
  put(
    line,
    h('span', null, many(state.count, 'new report')),
    ' ',
    h(
      'button',
      {
        class: 'btn',
        type: 'button',
        id: 'show-new',
        onclick: () => {
          line.remove();
          take(state.names);
        },
      },
      'Show',
    ),
  );
}

/** Marks the rows of what has changed, and the groups that hold them: they flash once, and keep a dot until they are pointed at or focused.
 * Rows are drawn anew when they are sorted or their width changes, so what is not seen yet is marked again then. */
export function mark(main, names) {
  const unseen = new Set(names);
  const until = performance.now() + FLASH;
  const apply = () => {
    for (const row of main.querySelectorAll('[data-key]:not([data-marked]), [data-keys]:not([data-marked])')) {
      const keys = (row.dataset.key ?? row.dataset.keys).split(' ').filter(key => unseen.has(key));
      if (!keys.length) continue;
      row.dataset.marked = 'yes';
      const flashing = row.querySelector('summary') ?? row;
      if (performance.now() < until) flashing.classList.add('flash');
      const name = flashing.querySelector('.nm') ?? flashing;
      name.classList.add('unseen');
      const see = () => {
        name.classList.remove('unseen');
        for (const key of keys) unseen.delete(key);
      };
      flashing.addEventListener('pointerenter', see, { once: true });
      flashing.addEventListener('focusin', see, { once: true });
    }
  };
  apply();
  marking = new MutationObserver(apply);
  marking.observe(main, { childList: true, subtree: true });
}
