// Publishers: one row each, with what became of what it said.
import { h, put } from '../dom.js';
import { askAll } from '../api.js';
import { clocks, here, keep, link, part, withParameters } from '../address.js';
import { nothingFits, sortHeading } from '../controls.js';
import { csvButton } from '../table.js';
import { day, many, num } from '../words.js';

const COLUMNS = [
  ['reports', 'Reports', x => num(x.reports)],
  ['counting', 'Counting', x => num(x.counting)],
  ['superseded', 'Superseded', x => num(x.superseded), 'wide'],
  ['withdrawn', 'Withdrawn', x => num(x.withdrawn), 'wide'],
  ['delisted', 'Delisted', x => num(x.delisted), 'wide'],
  ['contradicted', 'Contradicted', x => num(x.contradicted)],
  ['alone', 'Rests on it', x => num(x.alone.holdings), 'wide'],
];
const valueOf = (x, name) => (name === 'alone' ? x.alone.holdings : x[name]);

/** What stands below a name where there is no room for columns. */
const inShort = x =>
  [
    `${many(x.reports, 'report')}, ${num(x.counting)} count`,
    x.superseded ? `${num(x.superseded)} superseded` : null,
    x.withdrawn ? `${num(x.withdrawn)} withdrawn` : null,
    x.delisted ? `${num(x.delisted)} delisted` : null,
    x.contradicted ? `${num(x.contradicted)} contradicted` : null,
    x.alone.holdings ? `${many(x.alone.holdings, 'holding')} by it alone` : null,
  ]
    .filter(Boolean)
    .join(' · ');

export async function page() {
  const data = await askAll('/v1/publishers');
  const state = {
    sort: COLUMNS.some(([name]) => name === here().get('sort')) ? here().get('sort') : here().get('sort') === 'name' ? 'name' : 'reports',
    find: here().get('find') ?? '',
  };
  const rows = h('div', { class: 'tbl pubs', role: 'group', 'aria-label': 'Publishers' });
  const draw = () => {
    const find = state.find.trim().toLowerCase();
    const shown = data.items
      .filter(x => !find || x.publisher.toLowerCase().includes(find))
      .sort((a, b) =>
        state.sort === 'name'
          ? a.publisher.localeCompare(b.publisher)
          : valueOf(b, state.sort) - valueOf(a, state.sort) || a.publisher.localeCompare(b.publisher),
      );
    const head = (name, text, cls) => sortHeading(name, text, state.sort, sort => set({ sort }), cls);
    put(
      rows,
      h(
        'div',
        { class: 'hd' },
        head('name', 'Publisher'),
        h('span', { class: 'r wide' }, 'Since'),
        h('span', { class: 'r wide' }, 'Newest'),
        COLUMNS.map(([name, text, , cls]) => head(name, text, `r ${cls ?? ''}`)),
      ),
      shown.map(x =>
        h(
          'a',
          { class: 'row', href: link(`/publishers/${part(x.publisher)}`) },
          h('span', { class: 'nm', dir: 'auto' }, x.publisher),
          h('span', { class: 'sml muted brief' }, inShort(x)),
          h('span', { class: 'r sml muted wide' }, x.oldestReported ? day(x.oldestReported) : ''),
          h('span', { class: 'r sml muted wide' }, x.newestReported ? day(x.newestReported) : ''),
          COLUMNS.map(([, , value, cls]) => h('span', { class: `r sml ${cls ?? ''}` }, value(x))),
        ),
      ),
      shown.length
        ? null
        : nothingFits('No publisher fits.', () => {
            field.value = '';
            set({ find: '' });
          }),
    );
  };
  const set = changes => {
    Object.assign(state, changes);
    keep({ sort: state.sort === 'reports' ? null : state.sort, find: state.find });
    draw();
  };
  const field = h('input', {
    type: 'search',
    placeholder: 'Filter publishers',
    'aria-label': 'Filter publishers',
    value: state.find,
    oninput: () => set({ find: field.value }),
  });
  draw();
  const total = data.items.reduce((n, x) => n + x.reports, 0);
  const body = h(
    'div',
    null,
    h('h1', null, 'Who said it'),
    h(
      'p',
      { class: 'lede mt' },
      h('b', null, many(data.items.length, 'publisher')),
      ' said what is known here, in ',
      h('b', null, num(total)),
      ' reports.',
    ),
    h(
      'p',
      { class: 'sub mt' },
      'Superseded and delisted: by the publisher itself, in a later report or edition. ' +
        'Contradicted: by another credible source, and both stand.',
    ),
    h(
      'div',
      { class: 'tools mt' },
      field,
      h('span', { class: 'grow' }),
      csvButton(withParameters('/v1/publishers', { ...clocks(), limit: 1000 }), 'publishers'),
    ),
    rows,
  );
  return { title: 'Publishers', body, basis: data.basis, data: { path: '/publishers' } };
}
