// The time machine: three clocks in plain words, in the address of every page; and the citation of what is shown.
import { h, put, s, say } from './dom.js';
import { ask, seen } from './api.js';
import { changed, clocks, go, here, withParameters } from './address.js';
import { day, dayBefore, knownAt, num, time } from './words.js';

const ICONS = {
  clock: 'M8 4v4l2.5 1.5M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13z',
  asOf: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zM1.5 8h13M8 1.5c4 4 4 9 0 13c-4-4-4-9 0-13z',
  reportedBy: 'M3 2.5h8v11h-6.5a1.5 1.5 0 0 1-1.5-1.5zM11 6h2v6a1.5 1.5 0 0 1-1.5 1.5M5 5.5h4M5 8h4M5 10.5h2.5',
  knownAt: 'M3 3a1 1 0 0 1 1-1h8.5v12H4a1 1 0 0 1-1-1zM3 12a1 1 0 0 1 1-1h8.5M6 5h4',
};
const icon = name =>
  s(
    'svg',
    {
      width: 16,
      height: 16,
      viewBox: '0 0 16 16',
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': 1.6,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
      'aria-hidden': 'true',
    },
    s('path', { d: ICONS[name] }),
  );

let isOpen = false;
let stops = null;
let cited = null;

/** The moments at which the ledger learned something, asked for once a visit and newly when they are opened. */
export const moments = () => ask('/v1/moments', { limit: 1000 }, {}).then(answer => answer.items);

/** This page's address with every clock filled in: what it answers never changes. */
export function pinned(basis) {
  const end = seen.end ?? basis.position;
  const pins =
    here().get('axis') === null && !location.pathname.endsWith('/changes')
      ? { asOf: basis.asOf, knownAt: here().get('knownAt')?.startsWith('@') ? here().get('knownAt') : `@${end}`, method: basis.method }
      : changesPinned(basis, end);
  return location.origin + changed(pins);
}

/** A comparison has two ends, of which one stands in the place of a clock. */
function changesPinned(basis, end) {
  const pins = { asOf: basis.asOf, method: basis.method };
  return here().get('axis') === 'recorded'
    ? { ...pins, to: here().get('to')?.startsWith('@') ? here().get('to') : `@${end}` }
    : { ...pins, knownAt: here().get('knownAt')?.startsWith('@') ? here().get('knownAt') : `@${end}`, to: here().get('to') ?? basis.asOf };
}

async function cite(basis, redraw) {
  cited = pinned(basis);
  redraw();
  const field = document.getElementById('cited');
  field.focus();
  field.select();
  const copied = await navigator.clipboard?.writeText(cited).then(
    () => true,
    () => false,
  );
  say(`${copied ? 'Link copied. ' : ''}What it shows never changes.`);
}

/** Draws the bar for what is shown: `{ basis, comparing, clockless }`, or null where nothing could be shown. */
export function draw(shown) {
  const bar = document.getElementById('clocks');
  const redraw = () => fill(bar, shown, redraw);
  cited = null;
  fill(bar, shown, redraw);
}

function fill(bar, shown, redraw) {
  const news = bar.querySelector('.news-bar');
  const set = clocks();
  if (shown?.clockless || location.pathname === '/post') {
    bar.className = 'clockbar';
    put(bar);
    return;
  }
  const buttons = shown?.basis
    ? h(
        'button',
        {
          class: 'btn',
          type: 'button',
          title: 'A link that shows exactly these figures for ever',
          onclick: () => cite(shown.basis, redraw),
        },
        'Cite this view',
      )
    : null;
  const past = set.asOf || set.reportedBy || set.knownAt || set.method;
  bar.className = `clockbar${past && !shown?.comparing ? ' past' : ''}`;
  put(
    bar,
    shown?.comparing ? comparing(buttons) : line(set, past, shown, buttons, redraw),
    cited
      ? h(
          'div',
          { class: 'cited' },
          h('label', { for: 'cited' }, 'What this link shows never changes:'),
          h('input', { id: 'cited', readonly: true, value: cited }),
        )
      : null,
    isOpen && !shown?.comparing ? panel(set, redraw) : null,
    news,
  );
}

const comparing = buttons =>
  h(
    'div',
    { class: 'clockline' },
    h('span', { class: 'lead' }, icon('clock'), 'Comparing two moments: the same question, asked twice'),
    h('span', { class: 'grow' }),
    h('a', { class: 'btn', href: location.pathname.replace(/\/changes$/, '') || '/' }, 'Back to one moment'),
    buttons,
  );

function line(set, past, shown, buttons, redraw) {
  const toggle = name => {
    isOpen = !isOpen;
    redraw();
    document.getElementById(isOpen ? `in-${name}` : `clock-${name}`)?.focus();
  };
  const clock = (name, label, value) =>
    h(
      'button',
      {
        class: `clock${set[name] ? ' set' : ''}${name === 'asOf' ? ' first' : ''}`,
        type: 'button',
        id: `clock-${name}`,
        'aria-expanded': isOpen,
        'aria-controls': 'clockpanel',
        onclick: () => toggle(name),
      },
      label,
      ' ',
      h('b', null, value),
      h('span', { class: 'muted', 'aria-hidden': 'true' }, '▾'),
    );
  return h(
    'div',
    { class: 'clockline' },
    h('span', { class: 'lead' }, icon('clock'), past ? 'Looking at the past:' : 'Showing'),
    clock('asOf', 'the world of', set.asOf ? day(set.asOf) : 'today'),
    clock('reportedBy', 'as sources told it by', set.reportedBy ? day(set.reportedBy) : 'today'),
    clock('knownAt', 'as recorded here by', set.knownAt ? knownAt(set.knownAt) : 'now'),
    set.method ? h('span', { class: 'tag past' }, `by method ${set.method}`) : null,
    past
      ? h(
          'button',
          { class: 'chip', type: 'button', onclick: () => go(changed({ asOf: null, reportedBy: null, knownAt: null, method: null })) },
          '✕ Back to now',
        )
      : null,
    h('span', { class: 'grow' }),
    shown?.basis ? h('a', { class: 'btn', href: compareLink(set, shown) }, 'Compare two moments') : null,
    buttons,
  );
}

/** Leads to what changed about the country of this page, or in the world, between the moment that is looked at and now. */
function compareLink(set, shown) {
  const country = /^\/countries\/[^/]+/.exec(location.pathname);
  const path = `${country ? country[0] : ''}/changes`;
  return set.knownAt && !set.reportedBy
    ? withParameters(path, { axis: 'recorded', from: set.knownAt, asOf: set.asOf })
    : withParameters(path, { axis: 'reported', from: set.reportedBy ?? dayBefore(shown.newest ?? shown.basis.asOf), asOf: set.asOf });
}

function panel(set, redraw) {
  if (!stops) {
    stops = [];
    moments().then(
      items => {
        stops = items;
        redraw();
      },
      () => {
        stops = null;
      },
    );
  }
  const editions = stops.filter(x => x.kind === 'edition');
  const recorded = stops.filter(x => x.kind !== 'catalogue');
  const stop = (name, value, text) =>
    h(
      'button',
      { class: 'chip', type: 'button', 'aria-pressed': (set[name] ?? '') === (value ?? ''), onclick: () => go(changed({ [name]: value })) },
      text,
    );
  const field = (name, label, type = 'date') =>
    h('input', {
      id: `in-${name}`,
      type,
      'aria-label': label,
      value: set[name] && !set[name].startsWith('@') ? set[name].slice(0, 10) : '',
      onchange: event => go(changed({ [name]: valueOf(name, event.target.value) })),
    });
  const section = (name, title, text, input, chips) =>
    h('section', null, h('h3', null, icon(name), title), h('p', null, text), input, h('div', { class: 'chips' }, chips));
  const year = new Date().getUTCFullYear();
  return h(
    'div',
    { class: 'clockpanel', id: 'clockpanel' },
    section(
      'asOf',
      'The world of …',
      'Counts only what had happened by this day: deliveries, losses, orders.',
      field('asOf', 'The world of'),
      [
        stop('asOf', null, 'Today'),
        ...[1, 2, 5, 10].map(n => stop('asOf', `${year - n}-12-31`, `End of ${year - n}`)),
        stop('asOf', '2022-02-23', '23 Feb 2022'),
      ],
    ),
    section(
      'reportedBy',
      'As sources told it by …',
      'Uses only what newspapers, ministries and institutes had published by this day. Shows what could be known then.',
      field('reportedBy', 'As sources told it by'),
      [
        stop('reportedBy', null, 'Today'),
        ...editions.map(x => stop('reportedBy', dayBefore(x.edition), `Before the register of ${day(x.edition)}`)),
      ],
    ),
    section(
      'knownAt',
      'As recorded here by …',
      'Uses only what this ledger held at that moment. An answer for a past moment never changes again.',
      field('knownAt', 'As recorded here by'),
      [stop('knownAt', null, 'Now'), ...recorded.slice(-8).map(x => stop('knownAt', `@${x.position}`, afterStop(x)))],
    ),
  );
}

/** A day means its end, as far as it has come. */
function valueOf(name, value) {
  if (name !== 'knownAt' || !value) return value;
  const end = `${value}T23:59:59Z`;
  return Date.parse(end) < Date.now() ? end : new Date(Date.now() - 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}

function afterStop(moment) {
  const entry = `entry ${num(moment.position)}`;
  switch (moment.kind) {
    case 'edition':
      return `After the register of ${day(moment.edition)} (${entry})`;
    case 'withdrawal':
      return `After the register of ${day(moment.edition)} was withdrawn (${entry})`;
    default:
      return `After ${num(moment.reports)} reports, ${time(moment.time)} (${entry})`;
  }
}
