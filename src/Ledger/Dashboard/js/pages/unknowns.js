// What is not known, in the order of what an analyst can do about it.
import { h } from '../dom.js';
import { ask } from '../api.js';
import { clocks, dealPath, here, holdingPath, link, withParameters } from '../address.js';
import { figures } from '../glyph.js';
import { csvButton } from '../table.js';
import { num } from '../words.js';

const GROUPS = [
  ['conflict', 'Sources contradict each other', 'A correction, or a third source, would settle it.'],
  ['uncountedLine', 'Lines that run uncounted', 'A production line runs, and nobody says how many came of it.'],
  ['silentOrder', 'Orders that nobody speaks of', 'Ordered, neither delivered nor cancelled, and nothing was said for long.'],
  ['openBound', 'No upper bound', 'Sources say “some”, or “at least”: any inventory would bound it.'],
  ['noNews', 'No news for five years', 'It stood then; nobody has confirmed it since.'],
  [
    'provisionalPlatform',
    'Platforms that only reports name',
    'The catalogue does not know what they are; an administrator can define them.',
  ],
];
const FIRST = 12;

const line = q =>
  h(
    'p',
    { class: 'q', ...(q.units ? figures(q.units) : {}) },
    q.words,
    ' ',
    q.platform ? h('a', { href: link(holdingPath(q.recipient, q.platform)) }, 'See the reports') : null,
    q.deal ? [' · ', h('a', { href: link(dealPath(q)) }, 'The deal')] : null,
  );

async function group([kind, title, advice], recipient) {
  const parameters = { kind, recipient, limit: 100 };
  const answer = await ask('/v1/unknowns', parameters);
  if (!answer.items.length) return { answer, element: null };
  const items = answer.items;
  const list = h('div', null, items.slice(0, FIRST).map(line));
  if (items.length > FIRST) {
    const more = h(
      'button',
      { class: 'more', type: 'button', onclick: () => more.replaceWith(...items.slice(FIRST).map(line)) },
      `Show ${num(items.length - FIRST)} more${answer.next ? ' (there are others still: the table has them all)' : ''}`,
    );
    list.append(more);
  }
  return {
    answer,
    element: h(
      'section',
      { class: 'sect' },
      h(
        'header',
        { class: 'withtool' },
        h('h2', null, `${title} (${num(items.length)}${answer.next ? '+' : ''})`),
        csvButton(withParameters('/v1/unknowns', { ...clocks(), kind, recipient, limit: 1000 }), `unknown-${kind}`),
        h('p', { class: 'sub' }, advice),
      ),
      list,
    ),
  };
}

export async function page() {
  const recipient = here().get('recipient');
  const first = await ask('/v1/unknowns', { recipient, limit: 1 });
  const kinds = first.items.length ? await Promise.all(GROUPS.map(g => group(g, recipient))) : [];
  const shown = kinds.map(k => k.element).filter(Boolean);
  const name = first.items[0]?.recipientName ?? recipient;
  const body = h(
    'div',
    null,
    recipient ? h('p', { class: 'crumb' }, h('a', { href: link('/unknowns') }, 'What is not known'), ` / ${name}`) : null,
    h('h1', null, recipient ? `What is not known about ${name}` : 'What is not known'),
    h(
      'p',
      { class: 'lede mt' },
      first.words ?? 'A table of numbers looks like knowledge. Here stands what the numbers rest on too little.',
    ),
    shown.length ? shown : h('p', { class: 'notice quiet mt' }, 'Nothing is open, at these clocks.'),
  );
  return { title: 'What is not known', body, basis: first.basis, recipient, data: { path: '/unknowns' } };
}
