// One holding: what each report says, how they add up, where they contradict each other, and every report.
import { h } from '../dom.js';
import { ask, together } from '../api.js';
import { clocks, countryPath, dealPath, holdingPath, link, part, withParameters } from '../address.js';
import { figures, inWords } from '../glyph.js';
import { forest } from '../charts/forest.js';
import { csvButton, table } from '../table.js';
import { day, dayBefore, isNone, many, num, range } from '../words.js';
import { ASIDE_HEADING, card, cards, isAside } from '../evidence.js';
import { head, overTime } from '../headline.js';

/** The pairs of reports that contradict each other, each once. */
function pairs(evidence, byId) {
  const found = [];
  for (const one of evidence) {
    for (const id of one.clashes ?? []) {
      const other = byId.get(id);
      if (other && other.position > one.position) found.push([one, other]);
    }
  }
  return found;
}

const versus = found =>
  found.length
    ? h(
        'section',
        { class: 'sect' },
        h(
          'header',
          null,
          h('h2', null, 'These contradict each other'),
          h(
            'p',
            { class: 'sub' },
            'Both stand: the lower one holds up low, the higher one best and high. A correction or a third source would settle it.',
          ),
        ),
        found
          .slice(0, 3)
          .map(([one, other]) =>
            h(
              'div',
              { class: 'versus' },
              card(one, new Map(), { id: false }),
              h('div', { class: 'mid', role: 'img', 'aria-label': 'contradicts' }, '≠'),
              card(other, new Map(), { id: false }),
            ),
          ),
        found.length > 3 ? h('p', { class: 'mt muted' }, `and ${many(found.length - 3, 'more pair')}; each is marked below.`) : null,
      )
    : null;

const dealTable = deals =>
  deals.length
    ? h(
        'section',
        { class: 'sect' },
        h('header', null, h('h2', null, 'Deals')),
        table(
          deals,
          [
            ['Deal', d => h('a', { href: link(dealPath(d)) }, d.title ?? d.deal)],
            ['From', d => d.supplierName],
            ['Ordered', d => `${num(d.ordered.best)} ${range(d.ordered)}`, 'r'],
            ['Delivered', d => `${num(d.delivered.best)} ${range(d.delivered)}`, 'r'],
            ['Produced', d => num(d.produced.best), 'r'],
            ['To come', d => num(d.onOrder), 'r'],
            ['Due', d => (d.due ? day(d.due.latest ?? d.due) : '–')],
          ],
          'Deals of this holding',
        ),
      )
    : null;

export async function page(code, slug) {
  const path = `/v1${holdingPath(code, slug)}`;
  const series = { platform: slug, every: 'change' };
  const [data, over] = await together(
    ask(path),
    ask(`/v1${countryPath(code)}/series`, { ...series, to: clocks().asOf }, { ...clocks(), asOf: undefined }),
  );
  const e = data.estimate;
  const byId = new Map(data.evidence.map(x => [x.eventId, x]));
  const newest = e.newestReported;
  const deals = data.deals.map(d => ({ ...d, recipient: code }));
  const counting = data.evidence.filter(x => !isAside(x)).reverse();
  const aside = data.evidence.filter(isAside).reverse();
  const once = isNone(e) && e.delisted.best > 0;
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
        h('a', { href: link(countryPath(code)) }, data.recipientName),
        ' / ',
        data.name,
      ),
      h(
        'div',
        { class: 'actions' },
        h('a', { class: 'btn', href: `/post?recipient=${part(code)}&platform=${part(data.platform)}` }, 'Add a report'),
        csvButton(withParameters(path, clocks()), `holding-${code}-${data.platform}`),
      ),
    ),
    h(
      'div',
      { class: 'head' },
      h(
        'div',
        null,
        h('h1', null, `${data.name}, ${data.recipientName}`),
        h(
          'p',
          { class: 'lede', ...figures(e) },
          inWords(e.words),
          e.lost.best ? ` ${num(e.lost.best)} reported lost.` : '',
          e.onLoan.best ? ` ${num(e.onLoan.best)} more on loan.` : '',
          ' ',
          h(
            'span',
            { class: 'muted' },
            e.reports
              ? `From ${many(e.reports, 'report')} by ${many(e.publishers, 'publisher')}` +
                  `${e.origins < e.reports ? `, ${many(e.origins, 'statement')} in all` : ''}.`
              : once
                ? ''
                : 'No report counts.',
          ),
        ),
        h('p', { class: 'sub mt' }, h('a', { href: link(`/platforms/${part(data.platform)}`) }, `Who else holds ${data.name}`)),
      ),
      head(e),
    ),
    h(
      'section',
      { class: 'sect' },
      h(
        'header',
        null,
        h('h2', null, 'What the reports say'),
        h(
          'p',
          { class: 'sub' },
          'One line a report, in the order in which they were published. A shaded stripe is the estimate of its deal; deals add up. ' +
            'Grey and dotted: set aside, and why. Ringed: it decides that bound.',
        ),
      ),
      data.evidence.length ? forest(data, byId) : h('p', { class: 'notice quiet' }, 'No report speaks of it, at these clocks.'),
    ),
    versus(pairs(data.evidence, byId)),
    dealTable(deals),
    overTime(`${data.name} of ${data.recipientName} over time`, over.items, {
      height: 240,
      path: withParameters(`/v1${countryPath(code)}/series`, { ...clocks(), ...series }),
      name: `series-${code}-${data.platform}`,
      wasListed: once,
    }),
    cards('Reports that count', counting, byId),
    cards(ASIDE_HEADING, aside, byId),
  );
  return {
    title: `${data.name}, ${data.recipientName}`,
    body,
    basis: data.basis,
    recipient: code,
    concerns: x => x.platform === data.platform,
    newest: newest ?? dayBefore(data.basis.asOf),
    data: { path: holdingPath(code, data.platform) },
  };
}
