// Who has how many: one row a recipient, on one axis.
import { followWidth, h, put } from '../dom.js';
import { ask } from '../api.js';
import { clocks, countryPath, here, holdingPath, keep, link, withParameters } from '../address.js';
import { axis, endOf, extent, figure, figures, glyph, scale, spark } from '../glyph.js';
import { nothingFits, segments, sortHeading } from '../controls.js';
import { csvButton } from '../table.js';
import { category, day, dayBefore, isNone, many, num, spoken } from '../words.js';
import { moments } from '../clocks.js';

const WIDTH_OF_DOUBT = e => (e.high === null ? Infinity : (e.high - e.low) / Math.max(1, e.best));
const SORTS = {
  best: (a, b) => b.headline.best - a.headline.best || a.name.localeCompare(b.name),
  name: (a, b) => a.name.localeCompare(b.name),
  doubt: (a, b) => WIDTH_OF_DOUBT(b.headline) - WIDTH_OF_DOUBT(a.headline),
  onOrder: (a, b) => b.headline.onOrder - a.headline.onOrder,
  newest: (a, b) => (b.newestReported ?? '').localeCompare(a.newestReported ?? ''),
};
const ONLY = {
  open: ['No upper bound', i => i.headline.high === null],
  conflict: ['Sources conflict', i => i.headline.conflicted > 0],
  order: ['More on order', i => i.headline.onOrder > 0],
  delisted: ['No longer listed', i => i.headline.delisted.best > 0],
};

/** How a fleet's headline is drawn: where a holding of it is conflicted, it is. */
const drawn = headline => ({ ...headline, conflicted: headline.conflicted > 0 });

function row(item, x, parameters) {
  const e = drawn(item.headline);
  const once = isNone(e) && e.delisted.best > 0 ? `${num(e.delisted.best)} listed once` : null;
  return h(
    'a',
    { class: 'row', href: link(countryPath(item.recipient), parameters), 'data-key': item.recipient },
    h('span', { class: 'nm' }, item.name),
    h('span', { class: 'sp' }, spark(item.trend)),
    h('span', { class: 'gl' }, glyph(e, x)),
    once ? h('span', { class: 'fig', ...figures(e) }, h('span', { class: 'best' }, num(0)), h('span', { class: 'rng' }, once)) : figure(e),
    h('span', { class: 'xtra sml r' }, e.onOrder ? `+${num(e.onOrder)}` : h('span', { class: 'muted' }, '–')),
    h('span', { class: 'nw sml muted r' }, item.newestReported ? day(item.newestReported) : ''),
  );
}

/** How to read the picture, drawn by the function that draws it. */
export function legend() {
  const x = scale('linear', 10, 96, 8);
  const entry = (e, text) => h('div', null, glyph({ delisted: null, ...e }, x, { grid: false }), h('span', null, text));
  return h(
    'section',
    { class: 'card' },
    h('h2', null, 'How to read an estimate'),
    h(
      'div',
      { class: 'legend' },
      entry(
        { low: 2, best: 5, high: 8 },
        'Dot: the best single reading. Bar: from what stands on credible evidence to the most it allows.',
      ),
      entry({ low: 2, best: 3, high: null }, 'Fades out: nobody has set an upper bound.'),
      entry({ low: 5, best: 5, high: 5 }, 'Dot alone: all bounds agree.'),
      entry({ low: 2, best: 6, high: 8, conflicted: true }, 'Marked: credible sources contradict each other.'),
      entry({ low: 0, best: 0, high: 0 }, 'Hollow: none reported, which is not none.'),
      entry(
        { low: 0, best: 0, high: 0, delisted: { low: 4, best: 6, high: 8 } },
        'Dotted: was listed once; its publisher no longer lists it.',
      ),
    ),
  );
}

/** What comes slowly never holds the figures: a card that fills itself, or goes. */
function later(heading, asked, fill) {
  const place = h('section', { class: 'card' }, h('h2', null, heading), h('div', { class: 'sk' }));
  asked
    .then(answer => {
      const filled = fill(answer);
      if (filled) put(place, h('h2', null, heading), filled);
      else place.remove();
    })
    .catch(() => put(place, h('h2', null, heading), h('p', { class: 'muted sml' }, 'This could not be fetched now.')));
  return place;
}

const questions = () =>
  later('Open questions', ask('/v1/signals', { limit: 3 }), ({ items }) =>
    items.length
      ? [
          items.map(q =>
            h('p', { class: 'q' }, q.question, ' ', h('a', { href: link(holdingPath(q.recipient, q.platform)) }, 'See the reports')),
          ),
          h('p', { class: 'sml mt' }, h('a', { href: link('/unknowns') }, 'All that is not known')),
        ]
      : null,
  );

function filled() {
  const at = clocks();
  const isRegister = m => m.kind === 'edition';
  const told = m =>
    isRegister(m)
      ? [
          h('b', null, `Register of ${day(m.edition)}`),
          h('br'),
          m.changed || m.delisted
            ? `${num(m.new)} new orders, ${num(m.changed)} changed, ${num(m.delisted)} no longer listed. `
            : `${many(m.new, 'order')}. `,
          h(
            'a',
            {
              href: withParameters('/changes', { axis: 'recorded', from: `@${m.firstPosition - 1}`, to: `@${m.position}`, asOf: at.asOf }),
            },
            'What it changed',
          ),
        ]
      : m.kind === 'withdrawal'
        ? [h('b', null, `The register of ${day(m.edition)} was withdrawn`), h('br'), m.reason]
        : [
            h('b', null, many(m.reports, 'report')),
            h('br'),
            `recorded on ${day(m.day)}. `,
            h(
              'a',
              {
                href: withParameters('/changes', {
                  axis: 'recorded',
                  from: `@${m.firstPosition - 1}`,
                  to: `@${m.position}`,
                  asOf: at.asOf,
                }),
              },
              'What they changed',
            ),
          ];
  return later('How the ledger filled', moments(), items => {
    const some = items
      .filter(m => m.kind !== 'catalogue')
      .slice(-5)
      .reverse();
    return some.length
      ? [
          h(
            'ul',
            { class: 'news' },
            some.map(m => h('li', null, told(m))),
          ),
          h('p', { class: 'sml mt' }, h('a', { href: '/editions' }, 'Registers, and how their import stands')),
        ]
      : null;
  });
}

export async function page() {
  const asked = here().get('category');
  const parameters = { category: asked, use: here().get('use'), ended: here().get('ended') };
  const data = await ask('/v1/countries', { limit: 1000, trend: 'year', trendFrom: here().get('trendFrom'), ...parameters });
  const { items, world } = data;
  const isHeld = i => i.headline.best > 0 || i.headline.high !== 0;
  const held = items.filter(isHeld);
  const others = items.filter(i => !isHeld(i));
  const noun = asked ? asked.split(',').map(category).join(', ').toLowerCase() : 'unmanned aircraft';
  const state = {
    kind: here().get('scale') === 'ratio' ? 'ratio' : 'linear',
    sort: SORTS[here().get('sort')] ? here().get('sort') : 'best',
    only: ONLY[here().get('only')] ? here().get('only') : null,
    find: here().get('find') ?? '',
    all: here().get('all') === 'true',
    width: 400,
  };
  const rows = h('div', { class: 'tbl over', role: 'group', 'aria-label': 'Fleets by recipient' });
  const max = endOf(Math.max(8, ...held.map(i => extent(i.headline))));

  const draw = () => {
    const x = scale(state.kind, max, state.width);
    const find = state.find.trim().toLowerCase();
    const fits = i =>
      (!find || i.name.toLowerCase().includes(find) || i.recipient.toLowerCase() === find) && (!state.only || ONLY[state.only][1](i));
    const shown = held.filter(fits).sort(SORTS[state.sort]);
    const rest = find || state.all || state.only === 'delisted' ? others.filter(fits).sort(SORTS.name) : [];
    const head = (name, text, cls) => sortHeading(name, text, state.sort, sort => set({ sort }), cls);
    put(
      rows,
      h(
        'div',
        { class: 'hd scale' },
        head('name', 'Country'),
        h('span', { class: 'sp' }, `Since ${data.world.trend?.[0]?.asOf.slice(0, 4) ?? ''}`),
        h('span', { class: 'ax' }, axis(x)),
        head('best', 'Best · low–high'),
        head('onOrder', 'On order', 'r xtra'),
        head('newest', 'Newest report', 'r nw'),
      ),
      shown.map(i => row(i, x, asked ? { category: asked } : {})),
      rest.map(i => row(i, x, {})),
      shown.length || rest.length
        ? null
        : nothingFits('No country fits.', () => {
            filter.value = '';
            set({ find: '', only: null });
          }),
      !find && !state.only && others.length
        ? h(
            'button',
            { class: 'more', type: 'button', 'aria-expanded': state.all, onclick: () => set({ all: !state.all }) },
            state.all
              ? 'Hide those with none reported'
              : `Show ${others.length === 1 ? 'the other' : `the ${num(others.length)} others`}, for whom no ${noun} are reported now`,
          )
        : null,
    );
  };
  const set = changes => {
    Object.assign(state, changes);
    keep({
      sort: state.sort === 'best' ? null : state.sort,
      only: state.only,
      find: state.find,
      all: state.all ? 'true' : null,
      scale: state.kind === 'ratio' ? 'ratio' : null,
    });
    for (const chip of chips.querySelectorAll('button')) chip.setAttribute('aria-pressed', chip.value === state.only);
    for (const button of seg.querySelectorAll('button')) button.setAttribute('aria-pressed', button.value === state.kind);
    draw();
  };
  const filter = h('input', {
    id: 'filter',
    type: 'search',
    placeholder: 'Filter countries',
    'aria-label': 'Filter countries',
    value: state.find,
    oninput: () => set({ find: filter.value }),
  });
  const chips = h(
    'span',
    { class: 'chips', role: 'group', 'aria-label': 'Show only' },
    Object.entries(ONLY).map(([name, [text, is]]) => {
      const count = items.filter(is).length;
      return h(
        'button',
        {
          class: 'chip',
          type: 'button',
          value: name,
          'aria-pressed': state.only === name,
          disabled: count === 0 && state.only !== name,
          onclick: () => set({ only: state.only === name ? null : name }),
        },
        `${text} ${num(count)}`,
      );
    }),
  );
  const scales = [
    ['linear', 'Plain scale'],
    ['ratio', 'Ratio scale'],
  ];
  const seg = segments('Scale', scales, state.kind, kind => set({ kind }));
  followWidth(
    rows,
    () => rows.querySelector('.ax'),
    width => {
      state.width = width;
      draw();
    },
  );
  draw();

  const open = held.filter(i => i.headline.high === null).length;
  const body = h(
    'div',
    null,
    h('h1', null, asked ? `Who has how many: ${noun}` : 'Who has how many drones'),
    h(
      'p',
      { class: 'lede mt', ...figures(world.total), 'aria-label': spoken(world.total) },
      h('b', null, `${num(held.length)} of ${num(items.length)}`),
      ` recipients are reported to hold ${noun}: `,
      h('b', null, num(world.total.best)),
      ` in the best reading, at least ${num(world.total.low)}. `,
      open ? ['For ', h('b', null, num(open)), ' of them nobody has set an upper bound. '] : '',
      world.total.delisted.best
        ? `Their sources stopped listing ${num(world.total.delisted.best)} more, which does not say that they are gone.`
        : '',
    ),
    h(
      'div',
      { class: 'cols' },
      h(
        'div',
        null,
        h(
          'div',
          { class: 'tools' },
          filter,
          chips,
          h('span', { class: 'grow' }),
          seg,
          csvButton(withParameters('/v1/countries', { ...clocks(), ...parameters, limit: 1000 }), 'fleets'),
        ),
        rows,
      ),
      h('aside', { class: 'side', 'aria-label': 'About these figures' }, legend(), questions(), filled()),
    ),
  );
  return {
    title: asked ? category(asked) : 'Fleets',
    body,
    basis: data.basis,
    newest: newest(items),
    data: { path: '/countries', parameters: { limit: 1000, trend: 'year' } },
  };
}

/** The newest day on which a source said anything here: what is compared with today by default is what was known before. */
const newest = items =>
  items
    .map(i => i.newestReported)
    .filter(Boolean)
    .sort()
    .at(-1) ?? dayBefore('2000-01-01');
