// Milestones on a line of time: a dot at the middle of the window, the window as a bar, names in up to three lanes.
import { responsive, s } from '../dom.js';

const at = text => Date.parse(text);

/** Dots that would cover each other share one, and equal names are said once. */
function merge(items, x) {
  const merged = [];
  for (const item of items) {
    const [px, last] = [x(item.window.middle), merged.at(-1)];
    if (last && Math.abs(last.x - px) < 6) {
      if (!last.labels.includes(item.label)) last.labels.push(item.label);
    } else {
      merged.push({ x: px, labels: [item.label], window: item.window });
    }
  }
  return merged;
}

/** Puts each name into the first lane where it touches no other. */
function lanes(merged, width) {
  const ends = [-99, -99, -99];
  for (const m of merged) {
    m.text = m.labels.join(', ');
    const half = m.text.length * 3.4;
    m.tx = Math.min(width - half - 2, Math.max(half + 2, m.x));
    m.lane = ends.findIndex(end => end < m.tx - half - 8);
    if (m.lane < 0) m.lane = 2;
    ends[m.lane] = m.tx + half;
  }
  return 1 + Math.max(0, ...merged.map(m => m.lane));
}

/** Items: { label, window }, ordered by the middle of their windows. */
export const milestones = (items, from, to) =>
  responsive(width => {
    const [first, last] = [at(from), at(to)];
    const x = text => 8 + (width - 16) * Math.max(0, Math.min(1, (at(text) - first) / (last - first)));
    const merged = merge(items, x);
    const base = 10 + lanes(merged, width) * 17;
    const drawing = s(
      'svg',
      { width, height: base + 26, role: 'img', 'aria-label': `Milestones: ${items.map(i => `${i.label} ${i.window.middle}`).join('; ')}` },
      s('line', { class: 'g-axis', x1: 8, x2: width - 8, y1: base, y2: base }),
    );
    const [from4, to4] = [new Date(first).getUTCFullYear(), new Date(last).getUTCFullYear()];
    const every = Math.max(1, Math.ceil((to4 - from4 + 1) / Math.max(2, Math.floor(width / 52))));
    for (let year = from4; year <= to4; year += every) {
      const px = x(`${year}-01-01`);
      drawing.append(
        s('line', { class: 'g-axis', x1: px, x2: px, y1: base, y2: base + 6 }),
        s('text', { class: 't-3', x: px, y: base + 20, 'text-anchor': px < 20 ? 'start' : px > width - 20 ? 'end' : 'middle' }, year),
      );
    }
    for (const m of merged) {
      const [a, b] = [x(m.window.earliest), x(m.window.latest)];
      if (b - a > 3) drawing.append(s('rect', { class: 'g-band', x: a, y: base - 4, width: b - a, height: 8, rx: 4 }));
    }
    for (const m of merged) {
      drawing.append(
        s('line', { class: 'g-grid', x1: m.x, x2: m.x, y1: base - 7 - m.lane * 17, y2: base }),
        s('circle', { class: 'g-dot', cx: m.x, cy: base, r: 5 }),
        s('text', { x: m.tx, y: base - 10 - m.lane * 17, 'text-anchor': 'middle' }, m.text),
      );
    }
    return drawing;
  });
