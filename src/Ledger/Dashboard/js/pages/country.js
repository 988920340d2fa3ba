// One country: its fleet as a sentence and a number, over time, holding by holding, what is on order, where it came from.
import { followWidth, h, put, responsive } from '../dom.js';
import { ask, askAll, together } from '../api.js';
import { clocks, countryPath, dealPath, headlineUses, here, holdingPath, link, withParameters } from '../address.js';
import { endOf, extent, figure, figures, glyph, glyphScaled, inWords, scale } from '../glyph.js';
import { head, overTime } from '../headline.js';
import { bars } from '../charts/bars.js';
import { milestones } from '../charts/milestones.js';
import { BOUNDS, csvButton, dataTable, table } from '../table.js';
import { CATEGORY, DRONES, MILESTONE, category, day, dayBefore, grade, isDrone, isNone, many, num } from '../words.js';

const PER_GROUP = 12;
const ORDER = Object.keys(CATEGORY);
function line(code, item, x) {
  const e = item.estimate;
  const once = isNone(e) && e.delisted.best > 0 ? `${num(e.delisted.best)} listed once` : null;
  return h(
    'a',
    { class: 'row', href: link(holdingPath(code, item.platform)), 'data-key': `${code}/${item.platform}` },
    h('span', { class: 'nm', title: item.name }, item.name),
    h('span', { class: 'gl' }, glyph(e, x)),
    once ? h('span', { class: 'fig', ...figures(e) }, h('span', { class: 'best' }, num(0)), h('span', { class: 'rng' }, once)) : figure(e),
    h(
      'span',
      { class: 'xtra sml r' },
      e.onOrder
        ? `+${num(e.onOrder)}`
        : e.announced
          ? h('span', { class: 'muted' }, `(${num(e.announced)})`)
          : h('span', { class: 'muted' }, '–'),
    ),
    h(
      'span',
      { class: 'xtra sml muted r', title: grade(e.bestGrade) },
      e.conflicted
        ? h('span', { class: 'tag conflict' }, '≠ conflict')
        : `${many(e.reports, 'report')}${e.bestGrade ? ` · ${e.bestGrade}` : ''}`,
    ),
  );
}

/** Of a category: its total, and its holdings when it is opened. */
function group(code, total, all, state) {
  const items = all
    .filter(x => x.category === total.category && x.class === total.class && state.isCivil(x) === total.civil)
    .sort(
      (a, b) =>
        b.estimate.best - a.estimate.best || (b.estimate.high === null) - (a.estimate.high === null) || a.name.localeCompare(b.name),
    );
  const says = items.filter(x => !isNone(x.estimate) || x.estimate.onOrder || x.estimate.announced || x.estimate.delisted.best);
  const x = scale('linear', endOf(Math.max(4, extent(total), ...items.map(i => extent(i.estimate)))), state.width);
  const key = `${total.category}${total.civil ? ' civil' : ''}${total.class}`;
  const details = h(
    'details',
    { class: 'grp', open: state.opened.has(key), 'data-keys': items.map(i => `${code}/${i.platform}`).join(' ') },
    h(
      'summary',
      null,
      h(
        'span',
        { class: 'nm' },
        category(total.category),
        ' ',
        h('small', null, [total.civil ? 'civil' : null, total.class === 'expendable' ? 'stock' : null].filter(Boolean).join(', ')),
      ),
      h('span', { class: 'gl' }, glyphScaled({ ...total, conflicted: total.conflicted > 0 }, x)),
      figure(total),
      h('span', { class: 'xtra sml r muted' }, total.onOrder ? `+${num(total.onOrder)}` : '–'),
      h('span', { class: 'xtra sml muted r' }, many(items.length, 'platform')),
    ),
  );
  let isFilled = false;
  const fill = () => {
    if (isFilled) return;
    isFilled = true;
    const first = (says.length ? says : items).slice(0, PER_GROUP);
    const rest = [...says, ...items.filter(i => !says.includes(i))].filter(i => !first.includes(i));
    details.append(...first.map(i => line(code, i, x)));
    if (rest.length) {
      const more = h(
        'button',
        {
          class: 'more',
          type: 'button',
          onclick: () => {
            const added = rest.map(i => line(code, i, x));
            more.replaceWith(...added);
            added[0].focus();
          },
        },
        `Show ${num(rest.length)} more`,
      );
      details.append(more);
    }
  };
  if (details.open) fill();
  details.addEventListener('toggle', () => {
    state.opened[details.open ? 'add' : 'delete'](key);
    if (details.open) fill();
  });
  return details;
}

function holdings(code, fleet, civil) {
  const totals = [...fleet.totals].sort((a, b) => ORDER.indexOf(a.category) - ORDER.indexOf(b.category) || a.civil - b.civil);
  const drones = totals.filter(t => isDrone(t.category));
  const keyOf = t => `${t.category}${t.civil ? ' civil' : ''}${t.class}`;
  const state = {
    width: 420,
    opened: new Set((drones.length ? drones : totals.slice(0, 1)).map(keyOf)),
    isCivil: x => civil.has(x.platform),
  };
  const rows = h('div', { class: 'tbl hold', role: 'group', 'aria-label': 'Holdings by category' });
  const draw = () =>
    put(
      rows,
      h(
        'div',
        { class: 'hd' },
        h('span', null, 'Category and platform'),
        h('span', { class: 'probe' }, 'Each category has its own scale'),
        h('span', null, 'Best · low–high'),
        h('span', { class: 'r xtra' }, 'On order'),
        h('span', { class: 'r xtra' }, 'Evidence'),
      ),
      totals.map(t => group(code, t, fleet.holdings, state)),
    );
  followWidth(
    rows,
    () => rows.querySelector('.probe'),
    width => {
      state.width = width;
      draw();
    },
  );
  draw();
  return h(
    'section',
    { class: 'sect' },
    h(
      'header',
      null,
      h('h2', null, 'Holdings'),
      h(
        'p',
        { class: 'sub' },
        totals.length
          ? `${many(fleet.holdings.length, 'platform')}. Every line opens to its reports.`
          : 'No report speaks of any equipment of this country.',
      ),
    ),
    rows,
  );
}

const onOrder = deals =>
  h(
    'div',
    null,
    h('header', null, h('h2', null, 'On order')),
    deals.length
      ? table(
          deals,
          [
            ['Platform', d => h('a', { href: link(holdingPath(d.recipient, d.platform)) }, d.platformName)],
            ['Deal', d => h('a', { href: link(dealPath(d)) }, d.deal === '~' ? `from ${d.supplierName}` : (d.title ?? d.deal))],
            ['Arrived', d => num(d.delivered.best + d.produced.best), 'r'],
            ['Ordered', d => num(d.ordered.best), 'r'],
            ['To come', d => num(d.onOrder), 'r'],
          ],
          'What is on order',
        )
      : h('p', { class: 'muted' }, 'Nothing outstanding is reported.'),
  );

function suppliersOf(flows) {
  const sums = new Map();
  for (const f of flows) {
    if (f.kind !== 'delivery') continue;
    const sum = sums.get(f.supplier) ?? { name: f.supplierName, low: 0, best: 0, high: 0 };
    sums.set(f.supplier, {
      ...sum,
      low: sum.low + f.low,
      best: sum.best + f.best,
      high: sum.high === null || f.high === null ? null : sum.high + f.high,
    });
  }
  return [...sums.values()]
    .filter(x => x.best > 0)
    .sort((a, b) => b.best - a.best)
    .slice(0, 8);
}

function programmes(code, reports) {
  const groups = [...Map.groupBy(reports, m => m.resolvedPlatform ?? m.platform)].slice(0, 6);
  if (!groups.length) return null;
  const days = reports
    .flatMap(m => [m.window.earliest, m.window.latest])
    .filter(d => d > '1900')
    .sort();
  const [from, to] = [`${days[0].slice(0, 4)}-01-01`, `${Number(days.at(-1).slice(0, 4)) + 1}-01-01`];
  return h(
    'section',
    { class: 'sect' },
    h(
      'header',
      null,
      h('h2', null, 'Production programmes'),
      h('p', { class: 'sub' }, 'A milestone is not an aircraft: only completed units count into the fleet.'),
    ),
    groups.map(([platform, items]) =>
      h(
        'div',
        { class: 'mt' },
        h('h3', null, h('a', { href: link(holdingPath(code, platform)) }, items[0].resolvedPlatformName ?? items[0].platformName)),
        milestones(
          items
            .map(m => ({ label: MILESTONE[m.milestone] ?? m.milestone, window: m.window }))
            .sort((a, b) => a.window.middle.localeCompare(b.window.middle)),
          from,
          to,
        ),
      ),
    ),
    dataTable(
      reports,
      [
        ['Platform', m => m.resolvedPlatformName ?? m.platformName],
        ['Milestone', m => MILESTONE[m.milestone] ?? m.milestone],
        ['Happened', m => m.occurred ?? 'not said'],
        ['From', m => day(m.window.earliest)],
        ['To', m => day(m.window.latest)],
        ['Publisher', m => m.source.publisher],
      ],
      {
        caption: 'Milestones',
        path: withParameters('/v1/reports', { ...clocks(), recipient: code, kind: 'milestone', limit: 1000 }),
        name: `milestones-${code}`,
      },
    ),
  );
}

/** What is asked of a country's questions, none of which holds up the figures. */
const unknowns = items =>
  items.length
    ? h(
        'section',
        { class: 'sect' },
        h('header', null, h('h2', null, 'What is not known')),
        items
          .slice(0, 6)
          .map(q =>
            h(
              'p',
              { class: 'q' },
              q.words,
              ' ',
              q.platform ? h('a', { href: link(holdingPath(q.recipient, q.platform)) }, 'See the reports') : null,
            ),
          ),
        items.length > 6
          ? h('p', { class: 'mt sml' }, h('a', { href: link('/unknowns', { recipient: items[0].recipient }) }, `All ${num(items.length)}`))
          : null,
      )
    : null;

export async function page(code) {
  const path = `/v1${countryPath(code)}`;
  const chosen = here().get('category');
  const series = { every: 'change', category: chosen };
  const [fleet, over, deals, flows, reports, civil, notKnown] = await together(
    ask(`${path}/fleet`),
    ask(`${path}/series`, { ...series, ...seriesClocks() }, { ...clocks(), asOf: undefined }),
    askAll('/v1/deals', { recipient: code, outstanding: true }),
    askAll('/v1/flows', { recipient: code, from: 1950, category: DRONES.join(','), use: headlineUses() }),
    askAll('/v1/reports', { recipient: code, kind: 'milestone' }),
    ask(`${path}/fleet`, { use: 'civil' }),
    askAll('/v1/unknowns', { recipient: code }).catch(() => ({ items: [] })),
  );
  const headline = fleet.headline;
  const what = chosen ? chosen.split(',').map(category).join(', ') : 'Unmanned aircraft';
  const seen = chosen ? fleet.totals.filter(t => chosen.split(',').includes(t.category)) : [headline];
  const shown = { ...headline, conflicted: headline.conflicted > 0 };
  const suppliers = suppliersOf(flows.items);
  const pending = deals.items
    .filter(d => d.onOrder > 0)
    .sort((a, b) => isDrone(b.category) - isDrone(a.category) || b.onOrder - a.onOrder)
    .slice(0, 10);
  const loud = notKnown.items.filter(q => q.kind !== 'provisionalPlatform');
  const newest = fleet.holdings
    .map(x => x.estimate.newestReported)
    .filter(Boolean)
    .sort()
    .at(-1);
  const body = h(
    'div',
    null,
    h(
      'div',
      { class: 'crumbs' },
      h('p', { class: 'crumb' }, h('a', { href: link('/') }, 'All fleets'), ' / ', fleet.name),
      h(
        'div',
        { class: 'actions' },
        h(
          'a',
          {
            class: 'btn',
            href: withParameters(`${countryPath(code)}/changes`, { axis: 'reported', from: dayBefore(newest ?? fleet.basis.asOf) }),
          },
          'What changed',
        ),
        csvButton(withParameters(`${path}/fleet`, clocks()), `fleet-${code}`),
      ),
    ),
    h(
      'div',
      { class: 'head' },
      h(
        'div',
        null,
        h('h1', null, fleet.name),
        h(
          'p',
          { class: 'lede', ...figures(headline) },
          isNone(headline) && !headline.delisted.best
            ? 'No unmanned aircraft reported. '
            : ['Unmanned aircraft: ', inWords(headline.words.charAt(0).toLowerCase() + headline.words.slice(1))],
          headline.announced ? ` ${num(headline.announced)} more announced.` : '',
        ),
      ),
      head(shown),
    ),
    overTime(`${what} over time`, over.items, {
      path: withParameters(`${path}/series`, { ...clocks(), ...series }),
      name: `series-${code}`,
      wasListed: seen.some(t => t.delisted.best > 0),
    }),
    holdings(code, fleet, new Set(civil.holdings.map(x => x.platform))),
    pending.length || suppliers.length
      ? h(
          'section',
          { class: 'sect two' },
          onOrder(pending),
          h(
            'div',
            null,
            h('header', null, h('h2', null, 'Drones came from')),
            suppliers.length
              ? [
                  responsive(width => bars(suppliers, width, 'Drones came from')),
                  dataTable(suppliers, [['Supplier', x => x.name], ...BOUNDS], { caption: 'Drones came from', name: `suppliers-${code}` }),
                ]
              : h('p', { class: 'muted' }, 'No transfer of drones is reported.'),
          ),
        )
      : null,
    programmes(code, reports.items),
    unknowns(loud),
  );
  return { title: fleet.name, body, basis: fleet.basis, recipient: code, newest, data: { path: `${countryPath(code)}/fleet` } };
}

/** A series ends where the world is looked at. */
const seriesClocks = () => ({ to: clocks().asOf });
