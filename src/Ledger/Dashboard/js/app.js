// The frame: which page an address shows, what stands around it, and what happens when it cannot be shown.
import { h, put, s, say } from './dom.js';
import { Problem, keys, save, seen } from './api.js';
import { dataPath, go, link } from './address.js';
import { num } from './words.js';
import * as clocks from './clocks.js';
import * as live from './live.js';
import { keyEntry } from './key.js';
import { findBox } from './find.js';

/** Addresses and their pages. A part in braces is handed to the page, decoded. */
const PAGES = [
  ['/', 'overview'],
  ['/countries', 'overview'],
  ['/countries/{}', 'country'],
  ['/countries/{}/fleet', 'country'],
  ['/countries/{}/fleet/{}', 'holding'],
  ['/countries/{}/changes', 'changes'],
  ['/changes', 'changes'],
  ['/flows', 'flows'],
  ['/platforms/{}', 'platform'],
  ['/deals/{}/{}/{}', 'deal'],
  ['/reports/{}', 'report'],
  ['/publishers', 'publishers'],
  ['/publishers/{}', 'publisher'],
  ['/unknowns', 'unknowns'],
  ['/post', 'post'],
  ['/editions', 'editions'],
  ['/editions/{}', 'edition'],
].map(([path, page]) => [new RegExp(`^${path.replaceAll('{}', '([^/]+)')}/?$`), page]);

const main = document.getElementById('main');
let turn = 0;

function find(path) {
  for (const [pattern, page] of PAGES) {
    const match = pattern.exec(path);
    if (match) return { page, parts: match.slice(1).map(decodeURIComponent) };
  }
  return null;
}

const NAVIGATION = [
  ['/', 'Fleets', path => path === '/' || /^\/countries(?!.*\/changes)/.test(path) || path.startsWith('/platforms')],
  ['/flows', 'Flows', path => path === '/flows' || path.startsWith('/deals')],
  ['/changes', 'What changed', path => path.endsWith('/changes') || path.startsWith('/editions')],
  ['/unknowns', 'Not known', path => path === '/unknowns'],
  ['/publishers', 'Publishers', path => path.startsWith('/publishers')],
  ['/post', 'Post a report', path => path === '/post'],
];

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = localStorage.theme = dark ? 'light' : 'dark';
  say(dark ? 'Light colours' : 'Dark colours');
}

const sign = () =>
  s(
    'svg',
    { viewBox: '0 0 32 32', 'aria-hidden': 'true' },
    s('rect', { class: 'g-band', x: 3, y: 12, width: 26, height: 8, rx: 4 }),
    s('circle', { class: 'g-dot', cx: 14, cy: 16, r: 6.5 }),
  );

function drawTop() {
  const links = NAVIGATION.map(([path, text, isHere]) =>
    h('a', { href: link(path), 'aria-current': isHere(location.pathname) ? 'page' : null }, text),
  );
  const nav = h('nav', { 'aria-label': 'Pages' }, links);
  put(
    document.getElementById('top'),
    h('a', { class: 'brand', href: link('/') }, sign(), 'Ledger'),
    nav,
    h('span', { class: 'grow' }),
    findBox(),
    h(
      'button',
      { class: 'theme', type: 'button', 'aria-label': 'Light or dark', onclick: switchTheme },
      s(
        'svg',
        { width: 18, height: 18, viewBox: '0 0 18 18', 'aria-hidden': 'true' },
        s('circle', { cx: 9, cy: 9, r: 7, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.6 }),
        s('path', { d: 'M9 2a7 7 0 0 1 0 14z', fill: 'currentColor' }),
      ),
    ),
  );
  // Where the pages do not fit side by side, this one is in sight.
  const current = links.find(x => x.getAttribute('aria-current'));
  if (current) nav.scrollLeft = Math.max(0, current.getBoundingClientRect().right - nav.getBoundingClientRect().right + 16);
}

function drawFoot(shown) {
  const basis = shown?.basis;
  const path = shown?.data ? dataPath(shown.data.path, shown.data.parameters) : null;
  put(
    document.getElementById('foot'),
    basis ? h('span', null, `Estimated by method ${basis.method} from the ledger up to entry ${num(basis.position)}.`) : null,
    basis ? h('span', null, 'Fleets are what was delivered or produced, less reported losses. No service life is modelled.') : null,
    path
      ? h(
          'a',
          {
            href: path,
            download: 'ledger.json',
            onclick: event => {
              event.preventDefault();
              save(path, 'ledger.json', 'application/json').catch(fault => say(fault.message));
            },
          },
          'This page as data',
        )
      : null,
    path ? h('code', { class: 'muted' }, path) : null,
    h('a', { href: '/docs' }, 'The API'),
    keys.any()
      ? h(
          'button',
          {
            class: 'plain',
            type: 'button',
            onclick: () => {
              keys.forget();
              show();
            },
          },
          'Forget the key',
        )
      : null,
  );
}

const skeleton = () =>
  h(
    'div',
    { role: 'status' },
    h('p', { class: 'sr' }, 'Loading'),
    Array.from({ length: 9 }, () =>
      h('div', { class: 'skrow' }, h('div', { class: 'sk' }), h('div', { class: 'sk' }), h('div', { class: 'sk' })),
    ),
  );

function trouble(fault) {
  if (fault.isOfOtherVersion) {
    const again = h('button', { class: 'btn', type: 'button', onclick: () => location.reload() }, 'Load it anew');
    return h(
      'div',
      { class: 'notice', role: 'alert' },
      h('h1', { class: 'h2' }, 'These pages have changed'),
      h('p', null, 'The service was renewed since this page was loaded, or cannot be reached.'),
      again,
    );
  }
  const status = fault instanceof Problem ? fault.status : null;
  const heading =
    status === 404
      ? 'Not in the ledger'
      : status === 503
        ? 'The ledger is catching up'
        : status === 400
          ? 'This cannot be asked'
          : status === 0
            ? 'The service cannot be reached'
            : status === 403
              ? 'This key may not read'
              : status === 429
                ? 'Too many questions at once'
                : 'This could not be shown';
  if (status === 503 || status === 429) {
    const mine = turn;
    setTimeout(
      () => {
        if (mine === turn) show();
      },
      1000 * (fault.retryAfter ?? 5),
    );
  }
  return h(
    'div',
    { class: 'notice', role: 'alert' },
    h('h1', { class: 'h2' }, heading),
    h('p', null, fault instanceof Problem ? fault.detail : `The page met an error of its own: ${fault.message}`),
    status === 503 ? h('p', { class: 'muted' }, 'It is asked again by itself.') : null,
    h(
      'p',
      { class: 'actions' },
      h('button', { class: 'btn', type: 'button', onclick: () => show() }, 'Try again'),
      h('a', { class: 'btn', href: link('/') }, 'All fleets'),
      status === 403
        ? h(
            'button',
            {
              class: 'btn',
              type: 'button',
              onclick: () => {
                keys.forget();
                show();
              },
            },
            'Use another key',
          )
        : null,
    ),
  );
}

/** When the drawings, which follow the width of their places, are on the paper. A page that is not looked at draws no frame. */
const drawn = () =>
  Promise.race([
    new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    new Promise(resolve => setTimeout(resolve, 200)),
  ]);

/** Draws the page of this address. The newest call wins: what comes late for an older address is dropped. */
export async function show({ changed } = {}) {
  const mine = ++turn;
  live.stop();
  drawTop();
  const slow = setTimeout(() => {
    if (mine === turn && !changed) put(main, skeleton());
  }, 250);
  delete document.documentElement.dataset.ready;
  address = addressNow();
  seen.reset();
  try {
    const found = find(location.pathname);
    if (!found) throw new Problem(404, { detail: `There is no page ${location.pathname}.` });
    const module = await import(`./pages/${found.page}.js`).catch(fault => {
      throw Object.assign(fault, { isOfOtherVersion: true });
    });
    const shown = await module.page(...found.parts);
    if (mine !== turn) return;
    clearTimeout(slow);
    document.title = `${shown.title} · Ledger`;
    put(main, shown.body);
    clocks.draw(shown);
    drawFoot(shown);
    if (changed) live.mark(main, changed);
    if (shown.basis) live.follow(shown, names => show({ changed: names }));
    await drawn();
    if (mine !== turn) return;
    performance.mark('usable');
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  } catch (fault) {
    if (mine !== turn || fault.name === 'AbortError') return;
    document.title = 'Ledger';
    clocks.draw(null);
    drawFoot(null);
    put(main, fault instanceof Problem && fault.status === 401 ? keyEntry(fault, () => show()) : trouble(fault));
    if (!(fault instanceof Problem)) console.error(fault);
  } finally {
    clearTimeout(slow);
    if (mine === turn) document.documentElement.dataset.ready = 'yes';
  }
}

const isOurs = anchor =>
  anchor.origin === location.origin &&
  !anchor.hasAttribute('download') &&
  !anchor.target &&
  !/^\/(v1|docs|openapi|health|problems|assets)(\/|$)/.test(anchor.pathname);

/** The address that is drawn, without the place on it: a link to a place on this page draws nothing anew. */
let address = null;
const addressNow = () => location.pathname + location.search;

addEventListener('popstate', () => {
  if (!location.hash || address !== addressNow()) show();
});
addEventListener('click', event => {
  const anchor = event.target.closest?.('a[href]');
  if (!anchor || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (!isOurs(anchor) || anchor.getAttribute('href').startsWith('#')) return;
  event.preventDefault();
  go(anchor.href);
  scrollTo(0, 0);
  main.focus({ preventScroll: true });
});
addEventListener('keydown', event => {
  if (event.key === '/' && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
    event.preventDefault();
    document.getElementById('find').focus();
  }
});
if (localStorage.theme === 'light' || localStorage.theme === 'dark') document.documentElement.dataset.theme = localStorage.theme;
show();
