// The forest of reports: one line a report, in the order in which they were published. Who and when | what it says, on the common axis |
// when it happened | what it counts for. Grouped by deal, each with its own estimate, then what was seen, what was lost, and the sum.
import { followWidth, h, put, s } from '../dom.js';
import { axis, endOf, extent, figures, marks, scale } from '../glyph.js';
import { DID, MILESTONE, day, kind, num, quantity, range, spoken } from '../words.js';
import { acts, bounds, isOrder, publisherOf, reported, why } from '../evidence.js';

let gradients = 0;

/** The stripe of an estimate behind the lines of its reports; where high is open it fades to the right. */
function stripe(e, x, height) {
  if (!e) return null;
  const left = x(e.low);
  if (e.high !== null) return s('rect', { class: 'g-est', x: left, y: -1, width: Math.max(3, x(e.high) - left), height: height + 2 });
  const id = `s${++gradients}`;
  return [
    s(
      'defs',
      null,
      s(
        'linearGradient',
        { id },
        s('stop', { offset: 0, class: 'g-stop2' }),
        s('stop', { offset: 1, class: 'g-stop2', 'stop-opacity': 0 }),
      ),
    ),
    s('rect', { fill: `url(#${id})`, x: left, y: -1, width: Math.max(3, x.width - left), height: height + 2 }),
  ];
}

/** Deals with their reports, then the others. */
function groupsOf({ deals, evidence }) {
  const claims = evidence.filter(e => !acts(e)).sort((a, b) => reported(a).localeCompare(reported(b)) || a.position - b.position);
  const groups = deals.map(deal => ({
    title: deal.title ?? deal.deal,
    detail: deal.deal === '~' ? deal.supplierName : `${deal.supplierName} · ${deal.deal}`,
    estimate: deal,
    rows: claims.filter(
      e => !['loss', 'observation'].includes(e.kind) && (e.deal ?? '~') === deal.deal && (e.supplier ?? 'x-unknown') === deal.supplier,
    ),
  }));
  const placed = new Set(groups.flatMap(g => g.rows));
  const [seen, lost] = [claims.filter(e => e.kind === 'observation'), claims.filter(e => e.kind === 'loss')];
  const rest = claims.filter(e => !placed.has(e) && !seen.includes(e) && !lost.includes(e));
  return [
    ...groups,
    { title: 'Other reports', rows: rest },
    { title: 'Seen', detail: 'does not add, can only confirm', rows: seen },
    { title: 'Lost', detail: 'taken off', rows: lost },
  ].filter(g => g.rows.length);
}

function markOf(e, x, height) {
  const [said, y] = [e.reads, height / 2];
  if (!said) return s('text', { class: 't-3', x: x(0), y: y + 4 }, e.milestone ? MILESTONE[e.milestone] : 'no number');
  if (e.setAside) {
    const right = said.high === null ? Math.min(x.width - 14, x(said.best) + 60) : x(said.high);
    return [
      s('line', { class: 'g-asideb', x1: x(said.low), x2: Math.max(right, x(said.low)), y1: y, y2: y }),
      s('circle', { class: 'g-aside', cx: x(said.best), cy: y, r: 4.5 }),
    ];
  }
  if (e.kind === 'loss') {
    const at = Math.min(x(said.best), x.width - 60);
    return [
      s('path', { class: 'g-clash', d: `M${at - 5},${y - 5}l10,10m0,-10l-10,10` }),
      s('text', { x: at + 12, y: y + 4 }, said.best || said.high !== 0 ? `−${quantity(e.quantity)}` : 'none lost'),
    ];
  }
  return isOrder(e) ? marks(said, x, y, { bar: 6, r: 4.5, before: true }) : marks({ ...said, conflicted: e.clashes?.length > 0 }, x, y);
}

const countsFor = (e, byId) =>
  e.setAside
    ? h('span', { class: 'muted' }, why(e, byId))
    : e.clashes?.length
      ? h('span', { class: 'tag conflict' }, '≠ contradicted')
      : e.kind === 'contract'
        ? h('span', { class: 'muted' }, e.cancelled ? 'A cancelled order' : 'An order')
        : e.kind === 'announcement'
          ? h('span', { class: 'muted' }, 'An intention')
          : e.kind === 'milestone' && e.milestone !== 'unitsCompleted'
            ? h('span', { class: 'muted' }, 'A milestone, no aircraft')
            : bounds(e);

const spokenOf = e => `${kind(e.kind)}: ${e.reads ? spoken(e.reads) : 'no number'}${DID[e.kind] ?? ''}`;

/** The forest of a holding's answer. */
export function forest(data, byId) {
  const groups = groupsOf(data);
  const claims = groups.flatMap(g => g.rows);
  const e = data.estimate;
  const max = endOf(
    Math.max(3, extent(e), ...groups.map(g => (g.estimate ? extent(g.estimate) : 0)), ...claims.map(c => (c.reads ? extent(c.reads) : 0))),
  );
  const days = claims
    .flatMap(c => [c.window.earliest, c.window.latest])
    .filter(d => d > '1900')
    .sort();
  const [first, last] = [Number((days[0] ?? data.basis.asOf).slice(0, 4)), Number((days.at(-1) ?? data.basis.asOf).slice(0, 4)) + 1];
  const isGrouped = groups.length > 1;
  const rows = h('div', { class: 'forest', role: 'group', 'aria-label': 'Every report and what it says' });
  let [width, when] = [300, 200];

  const draw = () => {
    const x = scale('linear', max, width);
    const [from, to] = [Date.UTC(first, 0, 1), Date.UTC(last, 0, 1)];
    const at = text => 6 + (when - 12) * Math.max(0, Math.min(1, (Date.parse(text) - from) / (to - from)));
    const years = s('svg', { width: when, height: 22, 'aria-hidden': 'true' });
    const every = Math.max(1, Math.ceil((last - first) / Math.max(1, Math.floor(when / 48))));
    for (let year = first; year <= last; year += every)
      years.append(s('text', { class: 't-3', x: at(`${year}-01-01`), y: 14, 'text-anchor': 'middle' }, year));
    const row = (c, behind) =>
      h(
        'a',
        { class: `fr${c.setAside ? ' off' : ''}${c.clashes?.length ? ' clash' : ''}`, href: `#e-${c.eventId}` },
        h(
          'span',
          { class: 'who' },
          h('b', { dir: 'auto' }, publisherOf(c)),
          h('span', null, `${kind(c.kind)}, ${day(reported(c))}${c.grade ? ` · ${c.grade}` : ''}`),
        ),
        h(
          'span',
          { class: 'cell' },
          s(
            'svg',
            { width, height: 40, role: 'img', 'aria-label': spokenOf(c), ...(c.reads ? figures(c.reads) : {}) },
            stripe(behind, x, 40),
            markOf(c, x, 40),
          ),
        ),
        h(
          'span',
          { class: 'cell when' },
          s(
            'svg',
            { width: when, height: 40, 'aria-hidden': 'true' },
            s('rect', {
              class: `g-when${c.setAside ? '' : ' on'}`,
              x: at(c.window.earliest),
              y: 18,
              width: Math.max(4, at(c.window.latest) - at(c.window.earliest)),
              height: 4,
              rx: 2,
            }),
          ),
        ),
        h('span', { class: 'st sml' }, countsFor(c, byId)),
      );
    const headOf = g =>
      h(
        'div',
        { class: 'fr gh' },
        h('span', { class: 'who' }, h('b', null, g.title), g.detail ? h('span', null, g.detail) : null),
        h(
          'span',
          { class: 'cell' },
          g.estimate
            ? s(
                'svg',
                { width, height: 36, role: 'img', 'aria-label': spoken(g.estimate), ...figures(g.estimate) },
                stripe(g.estimate, x, 36),
                marks(g.estimate, x, 18, { bar: 10, r: 6 }),
              )
            : null,
        ),
        h('span', { class: 'when' }),
        h(
          'span',
          { class: 'st' },
          g.estimate ? [h('b', null, num(g.estimate.best)), ' ', h('span', { class: 'rng' }, range(g.estimate))] : null,
        ),
      );
    put(
      rows,
      h(
        'div',
        { class: 'hd' },
        h('span', null, 'Who said it, when'),
        h('span', { class: 'p1' }, axis(x)),
        h('span', { class: 'p2 when' }, years),
        h('span', null, 'Counts for'),
      ),
      groups.map(g => [isGrouped ? headOf(g) : null, g.rows.map(c => row(c, g.estimate ?? (isGrouped ? null : e)))]),
      h(
        'div',
        { class: 'fr sum' },
        h('span', { class: 'who' }, h('b', null, 'The estimate'), h('span', null, 'delivered or produced, less reported losses')),
        h(
          'span',
          { class: 'cell' },
          s(
            'svg',
            { width, height: 44, role: 'img', 'aria-label': spoken(e), ...figures(e) },
            stripe(e, x, 44),
            marks(e, x, 22, { bar: 14, r: 7 }),
          ),
        ),
        h('span', { class: 'when' }),
        h('span', { class: 'st' }, `${num(e.best)} `, h('span', { class: 'rng' }, range(e))),
      ),
    );
  };
  followWidth(
    rows,
    () => rows.querySelector('.p1'),
    now => {
      width = now;
      when = Math.max(60, Math.floor(rows.querySelector('.p2')?.clientWidth ?? 200));
      draw();
    },
  );
  draw();
  return rows;
}
