// Counts by year, as columns.
import { s } from '../dom.js';
import { num } from '../words.js';

/** Pairs of year and count, in order; years between them without any are shown empty. */
export function columns(pairs, width, label, height = 110) {
  const [first, last] = [pairs[0][0], pairs.at(-1)[0]];
  const most = Math.max(...pairs.map(([, n]) => n));
  const step = Math.min(48, (width - 8) / (last - first + 1));
  const drawing = s('svg', {
    width,
    height,
    role: 'img',
    'aria-label': `${label}: ${pairs.map(([year, n]) => `${year} ${num(n)}`).join(', ')}`,
  });
  const every = Math.max(1, Math.ceil(40 / step));
  for (let year = first; year <= last; year++) {
    const x = 4 + (year - first) * step + step / 2;
    const n = pairs.find(p => p[0] === year)?.[1] ?? 0;
    const tall = n ? Math.max(2, ((height - 40) * n) / most) : 0;
    drawing.append(
      s(
        'g',
        null,
        s('title', null, `${year}: ${num(n)}`),
        s('rect', { class: 'g-bar', x: x - step * 0.35, width: step * 0.7, y: height - 20 - tall, height: tall, rx: 1.5 }),
        n && (step > 34 || n === most) ? s('text', { class: 't-tick', x, y: height - 26 - tall, 'text-anchor': 'middle' }, num(n)) : '',
        (year - first) % every ? '' : s('text', { class: 't-3', x, y: height - 4, 'text-anchor': 'middle' }, year),
      ),
    );
  }
  drawing.append(s('line', { class: 'g-axis', x1: 4, x2: 4 + (last - first + 1) * step, y1: height - 20, y2: height - 20 }));
  return drawing;
}
