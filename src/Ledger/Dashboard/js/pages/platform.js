// Who holds one platform: the rows of the overview for it, its names, its factors.
import { followWidth, h, put } from '../dom.js';
import { ask } from '../api.js';
import { clocks, holdingPath, link, part, withParameters } from '../address.js';
import { axis, endOf, extent, figure, figures, glyph, scale } from '../glyph.js';
import { csvButton } from '../table.js';
import { category, grade, isNone, many, num } from '../words.js';

function row(platform, item, x) {
  const e = item.estimate;
  const once = isNone(e) && e.delisted.best > 0;
  return h(
    'a',
    { class: 'row', href: link(holdingPath(item.recipient, platform)), 'data-key': `${item.recipient}/${platform}` },
    h('span', { class: 'nm' }, item.name),
    h('span', { class: 'gl' }, glyph(e, x)),
    once
      ? h(
          'span',
          { class: 'fig', ...figures(e) },
          h('span', { class: 'best' }, num(0)),
          h('span', { class: 'rng' }, `${num(e.delisted.best)} listed once`),
        )
      : figure(e),
    h('span', { class: 'xtra sml r' }, e.onOrder ? `+${num(e.onOrder)}` : h('span', { class: 'muted' }, '–')),
    h(
      'span',
      { class: 'xtra sml muted r', title: grade(e.bestGrade) },
      e.conflicted
        ? h('span', { class: 'tag conflict' }, '≠ conflict')
        : `${many(e.reports, 'report')}${e.bestGrade ? ` · ${e.bestGrade}` : ''}`,
    ),
  );
}

const links = items => items.map((x, i) => [i ? ', ' : '', h('a', { href: link(`/platforms/${part(x.platform)}`) }, x.name ?? x.platform)]);

export async function page(slug) {
  const path = `/v1/platforms/${part(slug)}`;
  const data = await ask(path);
  const holders = [...data.holders].sort(
    (a, b) => b.estimate.best - a.estimate.best || b.estimate.delisted.best - a.estimate.delisted.best || a.name.localeCompare(b.name),
  );
  const held = holders.filter(x => x.estimate.best > 0 || x.estimate.high !== 0);
  const max = endOf(Math.max(4, ...holders.map(x => extent(x.estimate))));
  const rows = h('div', { class: 'tbl plat', role: 'group', 'aria-label': 'Who holds it' });
  let width = 400;
  const draw = () => {
    const x = scale('linear', max, width);
    put(
      rows,
      h(
        'div',
        { class: 'hd scale' },
        h('span', null, 'Recipient'),
        h('span', { class: 'ax' }, axis(x)),
        h('span', null, 'Best · low–high'),
        h('span', { class: 'r xtra' }, 'On order'),
        h('span', { class: 'r xtra' }, 'Evidence'),
      ),
      holders.map(item => row(data.platform, item, x)),
    );
  };
  followWidth(
    rows,
    () => rows.querySelector('.ax'),
    now => {
      width = now;
      draw();
    },
  );
  draw();
  const [least, usual, most] = data.itemsPerSystem ?? [];
  const fact = (name, value) => (value ? [h('dt', null, name), h('dd', null, value)] : null);
  const body = h(
    'div',
    null,
    h(
      'div',
      { class: 'crumbs' },
      h('p', { class: 'crumb' }, h('a', { href: link('/') }, 'All fleets'), ' / ', data.name),
      h('div', { class: 'actions' }, csvButton(withParameters(path, clocks()), `platform-${data.platform}`)),
    ),
    h('h1', null, data.name),
    h(
      'p',
      { class: 'lede mt' },
      held.length
        ? [
            h('b', null, many(held.length, 'recipient')),
            ' hold or may hold it: ',
            h('b', null, num(held.reduce((n, x) => n + x.estimate.best, 0))),
            ` in the best reading, at least ${num(held.reduce((n, x) => n + x.estimate.low, 0))}.`,
          ]
        : 'No recipient is reported to hold it.',
      data.provisional ? ' Only reports name it: the catalogue does not know what it is.' : '',
    ),
    h(
      'div',
      { class: 'cols' },
      h('div', null, holders.length ? rows : null),
      h(
        'aside',
        { class: 'side', 'aria-label': 'About this platform' },
        h(
          'section',
          { class: 'card' },
          h('h2', null, 'What it is'),
          h(
            'dl',
            { class: 'facts' },
            fact('Category', category(data.category)),
            fact('Class', data.class === 'expendable' ? 'expendable: stock, not fleet' : data.class),
            fact('Use', data.use),
            fact('Maker', data.maker),
            fact('From', data.originName),
            fact('Also called', data.aliases?.length ? h('span', { dir: 'auto' }, data.aliases.join(', ')) : null),
            fact('Variant of', data.family ? links([{ platform: data.family, name: data.familyName }]) : null),
            fact('Variants', data.variants?.length ? links(data.variants) : null),
            fact(
              'One system is',
              least === undefined
                ? 'not known'
                : least === 1 && most === 1
                  ? 'one aircraft'
                  : `${num(usual)} aircraft (${num(least)} to ${most === null ? 'open' : num(most)})`,
            ),
            fact('In the catalogue', data.provisional ? 'no: provisional' : 'yes'),
          ),
        ),
      ),
    ),
  );
  const newest = holders
    .map(x => x.estimate.newestReported)
    .filter(Boolean)
    .sort()
    .at(-1);
  return {
    title: data.name,
    body,
    basis: data.basis,
    newest,
    concerns: x => x.platform === data.platform,
    data: { path: `/platforms/${part(data.platform)}` },
  };
}
