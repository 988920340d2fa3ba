// The one picture of an estimate: a bar from low to high with a cap at each end, a dot at best. An end without a cap is not an end: where
// high is open the bar fades and points on. One function draws it everywhere; `data-low`, `data-best`, `data-high` carry the raw numbers.
import { h, s } from './dom.js';
import { isNone, num, range, spoken } from './words.js';

let gradients = 0;

/** Where a number stands on an axis of a width. 'ratio' is log(1 + n), so that zero stays on the paper. */
export function scale(kind, max, width, pad = 10) {
  const f = kind === 'ratio' ? n => Math.log10(1 + n) : n => n;
  const most = f(max) || 1;
  const x = n => pad + (width - 2 * pad) * Math.min(1, f(n) / most);
  return Object.assign(x, {
    max,
    kind,
    width,
    ticks:
      kind === 'ratio'
        ? [0, 1, 3, 10, 30, 100, 300, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6].filter(t => t <= max)
        : ticksTo(max, Math.max(2, Math.min(6, Math.floor(width / 70)))),
  });
}

/** Round numbers from zero to a maximum, about `count` of them. */
export function ticksTo(max, count = 5) {
  const raw = max / count;
  const power = 10 ** Math.floor(Math.log10(raw || 1));
  const step = Math.max(1, [1, 2, 2.5, 5, 10].map(k => k * power).find(k => k >= raw && Number.isInteger(k)) ?? 1);
  return Array.from({ length: Math.floor(max / step + 1e-9) + 1 }, (_, i) => i * step);
}

/** The end of an axis for a largest number: a little beyond it. */
export const endOf = max => (max <= 4 ? 5 : max * 1.12);

/** The largest number that an estimate draws. */
export const extent = e =>
  Math.max(e.high ?? Math.max(e.best, e.closedHigh ?? 0) * 1.25, e.delisted && isNone(e) ? (e.delisted.high ?? e.delisted.best) : 0);

const tickText = t => (t >= 1000 ? `${t / 1000}k` : t);

/** The numbers of an axis. */
export function axis(x, height = 22) {
  const drawing = s('svg', { width: x.width, height, 'aria-hidden': 'true' });
  let last = -99;
  for (const tick of x.ticks) {
    const at = x(tick);
    if (at - last < (x.kind === 'ratio' ? 30 : 22)) continue;
    last = at;
    drawing.append(
      s('line', { class: 'g-axis', x1: at, x2: at, y1: height - 4, y2: height }),
      s('text', { x: at, y: height - 8, 'text-anchor': 'middle', class: 't-3' }, tickText(tick)),
    );
  }
  return drawing;
}

function cap(cls, at, side, bend, y, bar) {
  return s('path', { class: cls, d: `M${at - side * bend},${y - bar / 2}a${bend},${bar / 2} 0 0 ${side > 0 ? 1 : 0} 0,${bar}` });
}

function openBar(e, x, y, bar, names) {
  const [left, from] = [x(e.low), Math.max(x(Math.max(e.best, e.closedHigh ?? 0)), x(e.low))];
  const to = Math.max(from, Math.min(x.width - 8, Math.max(from + 60, from + (x.width - from) * 0.3)));
  const id = `f${++gradients}`;
  const solid =
    from - left > bar / 2
      ? s('path', {
          class: names.band,
          d: `M${left + bar / 2},${y - bar / 2}H${from}V${y + bar / 2}H${left + bar / 2}a${bar / 2},${bar / 2} 0 0 1 0,${-bar}z`,
        })
      : null;
  return [
    s(
      'defs',
      null,
      s(
        'linearGradient',
        { id, gradientUnits: 'userSpaceOnUse', x1: from, x2: to, y1: 0, y2: 0 },
        s('stop', { offset: 0, class: names.stop }),
        s('stop', { offset: 1, class: names.stop, 'stop-opacity': 0 }),
      ),
    ),
    solid,
    s('rect', { x: from, y: y - bar / 2, width: Math.max(0, to - from), height: bar, fill: `url(#${id})` }),
    s('path', { class: names.arrow, d: `M${to - 2},${y - 4}l5,4l-5,4` }),
    e.low > 0 && e.low < e.best ? cap(names.cap, left, -1, bar / 2, y, bar) : null,
  ];
}

function closedBar(e, x, y, bar, names) {
  const [left, right] = [x(e.low), x(e.high)];
  const bend = Math.min(bar / 2, (right - left) / 2);
  return [
    s('rect', { class: names.band, x: left, y: y - bar / 2, width: Math.max(2, right - left), height: bar, rx: bend }),
    cap(names.cap, left, -1, bend, y, bar),
    cap(names.cap, right, 1, bend, y, bar),
  ];
}

const NOW = { band: 'g-band', stop: 'g-stop', cap: 'g-cap', dot: 'g-dot', zero: 'g-zero', arrow: 'g-arrow' };
const BEFORE = { band: 'g-bband', stop: 'g-bstop', cap: 'g-bcap', dot: 'g-before', zero: 'g-before', arrow: 'g-bcap' };

/** The marks of an estimate around a height. `before`: it is that of an earlier moment, in grey. */
export function marks(e, x, y, { r = 5, bar = 8, before = false } = {}) {
  const names = before ? BEFORE : NOW;
  const none = isNone(e);
  const at = x(e.best);
  const drawn = [];
  if (none && e.delisted?.best > 0) {
    const [left, right] = [x(e.delisted.low), x(e.delisted.high ?? e.delisted.best)];
    drawn.push(
      s('rect', {
        class: 'g-ghost',
        x: left,
        y: y - bar / 2,
        width: Math.max(3, right - left),
        height: bar,
        rx: Math.min(bar / 2, Math.max(1.5, (right - left) / 2)),
      }),
      s('circle', { class: 'g-aside', cx: x(e.delisted.best), cy: y, r: r - 1 }),
    );
  }
  if (e.high === null) drawn.push(...openBar(e, x, y, bar, names));
  else if (e.high > e.low) drawn.push(...closedBar(e, x, y, bar, names));
  drawn.push(s('circle', { class: none ? names.zero : names.dot, cx: at, cy: y, r: e.best === 0 ? r - 1 : r }));
  if (e.conflicted) drawn.push(s('path', { class: 'g-tri', d: `M${at - 4.5},${y - r - 9}h9l-4.5,6z` }));
  return drawn.filter(Boolean);
}

/** The raw numbers of an estimate, as attributes. */
export const figures = e => ({ 'data-low': e.low, 'data-best': e.best, 'data-high': e.high === null ? 'open' : e.high });

const labelOf = e =>
  spoken(e) +
  (e.conflicted ? ', sources conflict' : '') +
  (isNone(e) && e.delisted?.best > 0 ? `, ${num(e.delisted.best)} were listed once` : '');

/** The glyph: an image with its words as label. */
export function glyph(e, x, { h: height = 26, grid = true, bar, r } = {}) {
  const drawing = s('svg', { width: x.width, height, role: 'img', 'aria-label': labelOf(e), ...figures(e) });
  if (grid) drawing.append(...x.ticks.map(t => s('line', { class: 'g-grid', x1: x(t), x2: x(t), y1: -6, y2: height + 6 })));
  drawing.append(...marks(e, x, height / 2, { bar, r }));
  return drawing;
}

/** The glyph with its own scale written above it, for groups that have each their own. */
export function glyphScaled(e, x, height = 44) {
  const drawing = s('svg', { width: x.width, height, role: 'img', 'aria-label': labelOf(e), ...figures(e) });
  let last = -99;
  for (const tick of x.ticks) {
    const at = x(tick);
    drawing.append(s('line', { class: 'g-grid', x1: at, x2: at, y1: 14, y2: height + 4 }));
    if (at - last < 26) continue;
    last = at;
    drawing.append(s('text', { class: 't-3 t-tick', x: at, y: 10, 'text-anchor': 'middle' }, tickText(tick)));
  }
  drawing.append(...marks(e, x, height / 2 + 7, { bar: 12, r: 6 }));
  return drawing;
}

/** What is on loan: the bar without fill, beside the fleet's, never added. */
export function loanGlyph(e, x, height = 20) {
  const right = e.high === null ? x.width - 10 : x(e.high);
  return s(
    'svg',
    { width: x.width, height, role: 'img', 'aria-label': `on loan: ${spoken(e)}`, ...figures(e) },
    s('rect', { class: 'g-loan', x: x(e.low), y: height / 2 - 5, width: Math.max(4, right - x(e.low)), height: 10, rx: 5 }),
    s('circle', { class: 'g-zero', cx: x(e.best), cy: height / 2, r: 4 }),
  );
}

/** Best and range as text, in a row. */
export const figure = e =>
  h('span', { class: 'fig', ...figures(e) }, h('span', { class: 'best' }, num(e.best)), h('span', { class: 'rng' }, range(e)));

/** Best and band at the ends of years: decoration, without a scale that could be read. */
export function spark(trend, width = 88, height = 26) {
  const drawing = s('svg', { width, height, 'aria-hidden': 'true' });
  if (!trend || trend.length < 2) return drawing;
  const max = Math.max(1, ...trend.map(t => Math.max(t.best, t.high ?? t.closedHigh ?? t.best)));
  const x = i => (2 + ((width - 8) * i) / (trend.length - 1)).toFixed(1);
  const y = v => (height - 3 - ((height - 8) * v) / max).toFixed(1);
  const top = trend.map((t, i) => `${x(i)},${t.high === null ? 1 : y(t.high)}`);
  const bottom = trend.map((t, i) => `${x(i)},${y(t.low)}`).reverse();
  drawing.append(
    s('polygon', { class: 'g-band', points: [...top, ...bottom].join(' ') }),
    s('polyline', { class: 'g-spark', points: trend.map((t, i) => `${x(i)},${y(t.best)}`).join(' ') }),
    s('circle', { class: 'g-dot', cx: x(trend.length - 1), cy: y(trend.at(-1).best), r: 2.5 }),
  );
  return drawing;
}

/** The words of the API about an estimate, with its numbers in bold. */
export const inWords = words => words.split(/(\d{1,3}(?:,\d{3})*)/).map((text, i) => (i % 2 ? h('b', null, text) : text));
