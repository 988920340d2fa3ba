// A fleet over time. Low and high are steps; best goes straight between its knots: it rises while deliveries are under way, and steps for
// lots. Where nobody has set an upper bound the band has no upper edge: it fades upward.
import { h, put, responsive, s, say } from '../dom.js';
import { ticksTo } from '../glyph.js';
import { day, num, spoken } from '../words.js';

const at = text => Date.parse(text);
const top = e => e.high ?? Math.max(e.best, e.closedHigh ?? 0);
let gradients = 0;

/** The best of a day between two knots. */
function bestOn(items, k, time) {
  const [a, b] = [items[k], items[k + 1]];
  return b ? Math.round(a.best + ((b.best - a.best) * (time - at(a.asOf))) / (at(b.asOf) - at(a.asOf))) : a.best;
}

/** Stretches over which a value stays, as [value of the first, its item, from, to]. */
function runs(items, x, value, isOne = () => true) {
  const found = [];
  items.forEach((item, k) => {
    const next = items[k + 1];
    if (!next || !isOne(item)) return;
    const last = found.at(-1);
    if (last && last.value === value(item) && last.k === k - 1) {
      last.to = x(next.asOf);
      last.k = k;
    } else {
      found.push({ value: value(item), item, from: x(item.asOf), to: x(next.asOf), k });
    }
  });
  return found;
}

function years(first, last, x, width, base) {
  const [from, to] = [new Date(first).getUTCFullYear() + 1, new Date(last).getUTCFullYear()];
  const every = Math.max(1, Math.ceil((to - from + 1) / Math.max(2, Math.floor(width / 58))));
  const drawn = [];
  for (let year = from; year <= to; year += every) {
    const px = x(`${String(year).padStart(4, '0')}-01-01`);
    drawn.push(
      s('line', { class: 'g-axis', x1: px, x2: px, y1: base, y2: base + 5 }),
      s('text', { class: 't-3', x: px, y: base + 20, 'text-anchor': 'middle' }, year),
    );
  }
  return drawn;
}

/** Names at the right end, in the place of a legend, moved apart where they would touch. */
function endLabels(last, y, x, roof, narrow) {
  const labels = [
    [y(last.best), `best ${num(last.best)}`, 't-strong'],
    [y(last.low), `low ${num(last.low)}`, ''],
    last.high === null ? [roof + 6, narrow ? 'no bound' : 'no upper bound', ''] : [y(last.high), `high ${num(last.high)}`, ''],
  ].sort((a, b) => a[0] - b[0] || (a[2] ? 0 : 1));
  for (let k = 1; k < labels.length; k++) labels[k][0] = Math.max(labels[k][0], labels[k - 1][0] + 17);
  return labels.map(([py, text, cls]) => s('text', { class: cls, x: x + 12, y: py + 4 }, text));
}

function draw(items, width, height, label, place) {
  const narrow = width < 560;
  const m = { l: narrow ? 36 : 44, r: narrow ? 84 : 128, t: 18, b: 28 };
  const [w, hgt] = [width - m.l - m.r, height - m.t - m.b];
  const [first, last] = [at(items[0].asOf), at(items.at(-1).asOf)];
  const isOpen = items.some(i => i.high === null);
  const peak = Math.max(3, ...items.map(top));
  const ticks = ticksTo(peak * (isOpen ? 1.3 : 1.08), 5);
  const max = Math.max(peak * (isOpen ? 1.3 : 1.06), ticks.at(-1));
  const x = text => m.l + (w * (at(text) - first)) / Math.max(1, last - first);
  const y = value => m.t + hgt * (1 - value / max);
  const id = `up${++gradients}`;
  const drawing = s('svg', { width, height, role: 'img', 'aria-label': `${label}. ${day(items.at(-1).asOf)}: ${spoken(items.at(-1))}.` });
  drawing.append(
    s(
      'defs',
      null,
      s(
        'linearGradient',
        { id, x1: 0, x2: 0, y1: 1, y2: 0 },
        s('stop', { offset: 0, class: 'g-stop' }),
        s('stop', { offset: 1, class: 'g-stop', 'stop-opacity': 0 }),
      ),
    ),
  );
  for (const tick of ticks) {
    drawing.append(
      s('line', { class: 'g-grid', x1: m.l, x2: m.l + w, y1: y(tick), y2: y(tick) }),
      s('text', { class: 't-3', x: m.l - 8, y: y(tick) + 4, 'text-anchor': 'end' }, num(tick)),
    );
  }
  drawing.append(...years(first, last, x, w, m.t + hgt));
  const rect = (from, to, upper, lower, attributes) =>
    lower - upper <= 0
      ? ''
      : s('rect', {
          ...attributes,
          x: from.toFixed(1),
          width: Math.max(0, to - from).toFixed(1),
          y: upper.toFixed(1),
          height: (lower - upper).toFixed(1),
          'shape-rendering': 'crispEdges',
        });
  drawing.append(
    ...runs(items, x, i => `${i.low}|${top(i)}`).map(r => rect(r.from, r.to, y(top(r.item)), y(r.item.low), { class: 'g-band' })),
    ...runs(items, x, top, i => i.high === null).map(r => rect(r.from, r.to, m.t, y(r.value), { fill: `url(#${id})` })),
    ...runs(items, x, top, i => i.high !== null).map(r =>
      s('line', { class: 'g-edge', x1: r.from, x2: r.to, y1: y(r.value), y2: y(r.value) }),
    ),
    ...runs(items, x, i => i.low).map(r => s('line', { class: 'g-edge', x1: r.from, x2: r.to, y1: y(r.value), y2: y(r.value) })),
  );
  for (const r of runs(
    items,
    x,
    i => i.high === null,
    i => i.high === null,
  )) {
    const count = Math.max(1, Math.floor((r.to - r.from) / 90));
    for (let k = 0; k < count && r.to - r.from > 14; k++) {
      const px = r.from + ((r.to - r.from) * (k + 0.5)) / count;
      drawing.append(s('path', { class: 'g-arrow', d: `M${px - 4},${m.t + 9}l4,-5l4,5` }));
    }
  }
  drawing.append(
    s('line', { class: 'g-axis', x1: m.l, x2: m.l + w, y1: y(0), y2: y(0) }),
    s('path', { class: 'g-line', d: items.map((i, k) => `${k ? 'L' : 'M'}${x(i.asOf).toFixed(1)},${y(i.best).toFixed(1)}`).join('') }),
    s('circle', { class: 'g-dot', cx: m.l + w, cy: y(items.at(-1).best), r: 5 }),
    ...endLabels(items.at(-1), y, m.l + w, m.t, narrow),
  );
  return [drawing, ...pointer(items, { drawing, m, w, hgt, width, first, last, x }, place)];
}

/** The pointer and the arrow keys show one moment. */
function pointer(items, { drawing, m, w, hgt, width, first, last }, place) {
  const cross = s('line', { class: 'g-cross', y1: m.t, y2: m.t + hgt, visibility: 'hidden' });
  const tip = h('div', { class: 'tip', hidden: true });
  const show = (k, time) => {
    const px = m.l + (w * (time - first)) / Math.max(1, last - first);
    const item = { ...items[k], best: bestOn(items, k, time) };
    const date = new Date(time).toISOString().slice(0, 10);
    cross.setAttribute('x1', px);
    cross.setAttribute('x2', px);
    cross.setAttribute('visibility', 'visible');
    tip.hidden = false;
    put(tip, h('b', null, day(date)), h('br'), spoken(item));
    tip.style.left = `${Math.min(width - 250, Math.max(0, px - 120))}px`;
    tip.style.top = '0px';
    return `${day(date)}: ${spoken(item)}`;
  };
  place.hide = () => {
    cross.setAttribute('visibility', 'hidden');
    tip.hidden = true;
  };
  place.show = k => show(k, at(items[k].asOf));
  drawing.append(
    cross,
    s('rect', {
      class: 'g-hit',
      x: m.l,
      y: m.t,
      width: Math.max(0, w),
      height: hgt,
      onpointerleave: place.hide,
      onpointermove: event => {
        const time = first + (last - first) * Math.max(0, Math.min(1, (event.clientX - drawing.getBoundingClientRect().left - m.l) / w));
        const next = items.findIndex(i => at(i.asOf) > time);
        show(next < 0 ? items.length - 1 : Math.max(0, next - 1), time);
      },
    }),
  );
  return [tip];
}

/** The chart of a series (`every=change`), in order of its days. */
export function fleetChart(items, { height = 300, label }) {
  const place = {};
  let k = items.length - 1;
  const box = responsive(width => draw(items, width, height, label, place), {
    class: 'chart',
    tabindex: '0',
    role: 'group',
    'aria-label': `${label}. Arrow keys move through time.`,
    onkeydown: event => {
      const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -12, PageDown: 12, Home: -items.length, End: items.length }[event.key];
      if (step) {
        event.preventDefault();
        k = Math.max(0, Math.min(items.length - 1, k + step));
        say(place.show(k));
      } else if (event.key === 'Escape') {
        place.hide();
      }
    },
    onblur: () => place.hide?.(),
  });
  return box;
}
