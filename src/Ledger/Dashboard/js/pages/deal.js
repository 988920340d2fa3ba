// One deal: ordered, arrived, outstanding; and what was reported of it, in the order in which it happened.
import { h, responsive } from '../dom.js';
import { ask } from '../api.js';
import { clocks, countryPath, dealPath, holdingPath, link, withParameters } from '../address.js';
import { axis, endOf, extent, figure, figures, glyph, scale } from '../glyph.js';
import { milestones } from '../charts/milestones.js';
import { csvButton, dataTable } from '../table.js';
import { STAGE, day, kind, many, num, quantity } from '../words.js';
import { ASIDE_HEADING, card, cards, isAside, publisherOf } from '../evidence.js';

function part(item) {
  const all = [
    ['Ordered', item.ordered],
    ['Delivered', item.delivered],
    ['Produced', item.produced],
    ['To come', item.outstanding],
  ].filter(([name, e]) => name !== 'Produced' || e.best || e.high !== 0);
  const max = endOf(Math.max(4, ...all.map(([, e]) => extent(e))));
  return h(
    'section',
    { class: 'sect' },
    h(
      'header',
      null,
      h('h2', null, h('a', { href: link(holdingPath(item.recipient, item.platform)) }, item.platformName)),
      h('span', { class: 'tag' }, STAGE[item.stage] ?? item.stage),
      item.conflicted ? h('span', { class: 'tag conflict' }, '≠ sources conflict') : null,
      item.overdue ? h('span', { class: 'tag past' }, 'overdue') : null,
      h('p', { class: 'sub' }, item.due ? `Due ${day(item.due.latest)}. ` : '', overdue(item.overdue)),
    ),
    h(
      'div',
      { class: 'tbl plat' },
      all.map(([name, e], i) =>
        h(
          'div',
          { class: 'row' },
          h('span', { class: 'nm' }, name),
          h(
            'span',
            { class: 'gl' },
            responsive(width => {
              const x = scale('linear', max, width);
              return [i ? null : axis(x), glyph(e, x)].filter(Boolean);
            }),
          ),
          figure(e),
        ),
      ),
    ),
  );
}

const overdue = o =>
  !o
    ? ''
    : typeof o !== 'object'
      ? 'Overdue.'
      : (o.words ??
        (o.days ? `Nine in ten such orders are delivered within ${num(o.days)} days (of ${num(o.orders)} known).` : 'Overdue.'));

export async function page(recipient, supplier, deal) {
  const address = dealPath({ recipient, supplier, deal });
  const data = await ask(`/v1${address}`);
  const byId = new Map(data.timeline.map(e => [e.eventId, e]));
  const counting = data.timeline.filter(e => !isAside(e));
  const aside = data.timeline.filter(isAside);
  const days = data.timeline
    .flatMap(e => [e.window.earliest, e.window.latest])
    .filter(d => d > '1900')
    .sort();
  const title = data.items[0]?.title ?? (deal === '~' ? 'Reports that name no deal' : deal);
  const first = data.items[0];
  const body = h(
    'div',
    null,
    h(
      'div',
      { class: 'crumbs' },
      h(
        'p',
        { class: 'crumb' },
        h('a', { href: link('/') }, 'All fleets'),
        ' / ',
        h('a', { href: link(countryPath(recipient)) }, data.recipientName),
        ' / Deal',
      ),
      h('div', { class: 'actions' }, csvButton(withParameters(`/v1${address}`, clocks()), `deal-${recipient}-${deal}`)),
    ),
    h('h1', null, title),
    h(
      'p',
      { class: 'lede mt', ...(first ? figures(first.delivered) : {}) },
      first
        ? [
            `${data.recipientName} from ${data.supplierName}: `,
            h('b', null, num(first.ordered.best)),
            ' ordered, ',
            h('b', null, num(first.delivered.best + first.produced.best)),
            ' arrived',
            first.onOrder ? [', ', h('b', null, num(first.onOrder)), ' to come'] : '',
            '. ',
          ]
        : 'No report of it counts at these clocks. ',
      h('span', { class: 'muted' }, `From ${many(data.timeline.length, 'report')}.`),
    ),
    h('p', { class: 'sub mt' }, 'Its label: ', h('code', null, data.deal)),
    data.items.map(part),
    days.length
      ? h(
          'section',
          { class: 'sect' },
          h('header', null, h('h2', null, 'In the order in which it happened')),
          milestones(
            counting
              .map(e => ({ label: `${kind(e.kind).toLowerCase()} ${e.reads ? quantity(e.quantity) : ''}`.trim(), window: e.window }))
              .sort((a, b) => a.window.middle.localeCompare(b.window.middle)),
            `${days[0].slice(0, 4)}-01-01`,
            `${Number(days.at(-1).slice(0, 4)) + 1}-01-01`,
          ),
          dataTable(
            data.timeline,
            [
              ['Publisher', e => publisherOf(e)],
              ['Kind', e => kind(e.kind)],
              ['Says', e => (e.reads ? quantity(e.quantity) : '–')],
              ['From', e => day(e.window.earliest)],
              ['To', e => day(e.window.latest)],
              ['Counts', e => e.setAside ?? (e.effective.join(', ') || '–')],
            ],
            { caption: 'Reports of this deal', path: withParameters(`/v1${address}`, clocks()), name: `deal-${recipient}` },
          ),
          h(
            'div',
            { class: 'cards mt' },
            counting.map(e => card(e, byId)),
          ),
        )
      : null,
    cards(ASIDE_HEADING, aside, byId),
  );
  return {
    title,
    body,
    basis: data.basis,
    recipient,
    concerns: x => x.deal === deal,
    newest: first?.newestReported,
    data: { path: address },
  };
}
