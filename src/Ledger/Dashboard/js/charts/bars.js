// Bars with their names and numbers, longest first.
import { s } from '../dom.js';
import { figures } from '../glyph.js';
import { num } from '../words.js';

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text);

/** Rows: { name, low, best, high }. */
export function bars(rows, width, label) {
  const [row, left] = [30, Math.min(150, width * 0.38)];
  const max = Math.max(1, ...rows.map(r => r.best));
  const drawing = s('svg', {
    width,
    height: rows.length * row,
    role: 'img',
    'aria-label': `${label}: ${rows.map(r => `${r.name} ${num(r.best)}`).join(', ')}`,
  });
  rows.forEach((r, i) => {
    const y = i * row + row / 2;
    const w = Math.max(3, ((width - left - 70) * r.best) / max);
    drawing.append(
      s(
        'g',
        figures(r),
        s('title', null, r.name),
        s('text', { x: left - 10, y: y + 4, 'text-anchor': 'end' }, cut(r.name, Math.floor(left / 7))),
        s('rect', { class: 'g-bar', x: left, y: y - 8, width: w, height: 16, rx: 3 }),
        s('text', { class: 't-strong', x: left + w + 8, y: y + 4 }, num(r.best)),
      ),
    );
  });
  return drawing;
}
