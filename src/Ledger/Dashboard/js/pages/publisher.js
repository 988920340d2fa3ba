// One publisher: what became of what it said, what rests on it alone, its newest reports.
import { h, responsive } from '../dom.js';
import { ask } from '../api.js';
import { columns } from '../charts/columns.js';
import { clocks, countryPath, holdingPath, link, part, withParameters } from '../address.js';
import { BOUNDS, csvButton, dataTable, table } from '../table.js';
import { category, day, many, num } from '../words.js';
import { card } from '../evidence.js';

export async function page(name) {
  const path = `/v1/publishers/${part(name)}`;
  const [data, newest] = await Promise.all([ask(path, { limit: 100 }), ask('/v1/reports', { publisher: name, sort: 'newest', limit: 12 })]);
  const fact = (text, value) => [h('dt', null, text), h('dd', null, value)];
  const share = n => (data.reports ? `${num(n)} (${Math.round((100 * n) / data.reports)} %)` : num(n));
  const body = h(
    'div',
    null,
    h(
      'div',
      { class: 'crumbs' },
      h('p', { class: 'crumb' }, h('a', { href: link('/publishers') }, 'Publishers'), ' / ', h('span', { dir: 'auto' }, data.publisher)),
      h('div', { class: 'actions' }, csvButton(withParameters(path, { ...clocks(), limit: 1000 }), 'publisher')),
    ),
    h('h1', { dir: 'auto' }, data.publisher),
    h(
      'p',
      { class: 'lede mt' },
      h('b', null, many(data.reports, 'report')),
      ', of which ',
      h('b', null, num(data.counting)),
      ' count. ',
      data.newestReported ? `The oldest is of ${day(data.oldestReported)}, the newest of ${day(data.newestReported)}.` : '',
    ),
    h(
      'section',
      { class: 'sect two' },
      h(
        'div',
        null,
        h('header', null, h('h2', null, 'What became of them')),
        h(
          'dl',
          { class: 'facts' },
          fact('Count', share(data.counting)),
          fact('Superseded', share(data.superseded)),
          fact('Withdrawn', share(data.withdrawn)),
          fact('No longer listed', share(data.delisted)),
          fact('Contradicted', `${share(data.contradicted)} by another credible source`),
        ),
      ),
      h(
        'div',
        null,
        h('header', null, h('h2', null, 'What rests on it alone')),
        h(
          'p',
          { class: 'sub' },
          data.alone.holdings
            ? [
                h('b', null, many(data.alone.holdings, 'holding')),
                ` are known by its reports alone; ${num(data.alone.best)} unmanned aircraft in the best reading are.`,
              ]
            : 'No holding is known by its reports alone.',
        ),
        data.years.length
          ? [
              h('h3', { class: 'mt' }, 'Reports by year'),
              responsive(width =>
                columns(
                  data.years.map(y => [y.year, y.reports]),
                  width,
                  'Reports by year',
                ),
              ),
              dataTable(
                data.years,
                [
                  ['Year', y => y.year],
                  ['Reports', y => num(y.reports), 'r'],
                ],
                { caption: 'Reports by year', name: 'reports-by-year' },
              ),
            ]
          : null,
      ),
    ),
    h(
      'section',
      { class: 'sect' },
      h(
        'header',
        null,
        h('h2', null, 'Its newest reports'),
        h('p', { class: 'sub' }, 'In the order in which they were recorded here, the newest first.'),
      ),
      h(
        'div',
        { class: 'cards' },
        newest.items.map(e => card(e, new Map(), { about: true })),
      ),
    ),
    data.items.length
      ? h(
          'section',
          { class: 'sect' },
          h(
            'header',
            null,
            h('h2', null, 'Holdings known by it alone'),
            h(
              'p',
              { class: 'sub' },
              data.next ? `The first ${num(data.items.length)} of ${num(data.alone.holdings)}; the table (CSV) has them all.` : '',
            ),
          ),
          table(
            data.items,
            [
              ['Recipient', x => h('a', { href: link(countryPath(x.recipient)) }, x.recipientName)],
              ['Platform', x => h('a', { href: link(holdingPath(x.recipient, x.platform)) }, x.platformName)],
              ['Category', x => category(x.category)],
              ['Reports', x => num(x.reports), 'r'],
              ...BOUNDS,
            ],
            'Holdings known by it alone',
          ),
        )
      : null,
  );
  return { title: data.publisher, body, basis: data.basis, newest: data.newestReported, data: { path: `/publishers/${part(name)}` } };
}
