// An estimate before and after: grey above, blue below, an arrow from best to best.
import { s } from '../dom.js';
import { figures, marks } from '../glyph.js';
import { spoken } from '../words.js';

/** Item: { before, after }. */
export function move({ before, after }, x) {
  const drawing = s(
    'svg',
    { width: x.width, height: 38, role: 'img', 'aria-label': `before: ${spoken(before)}; after: ${spoken(after)}`, ...figures(after) },
    x.ticks.map(t => s('line', { class: 'g-grid', x1: x(t), x2: x(t), y1: -6, y2: 44 })),
    marks(before, x, 12, { before: true, bar: 6, r: 4 }),
    marks(after, x, 26, { bar: 8, r: 5 }),
  );
  const [a, b] = [x(before.best), x(after.best)];
  if (Math.abs(a - b) > 12) {
    const side = Math.sign(b - a);
    drawing.append(
      s('path', { class: 'g-drop', d: `M${a},15V26` }),
      s('line', { class: 'g-move', x1: a, x2: b - side * 6, y1: 26, y2: 26 }),
      s('path', { class: 'g-move', d: `M${b - side * 11},22.5l${side * 4.5},3.5l${-side * 4.5},3.5` }),
    );
  }
  return drawing;
}
