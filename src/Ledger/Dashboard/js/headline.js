// What stands at the head of a country and of a holding: the number with its picture, and the fleet over time.
import { h, responsive } from './dom.js';
import { changed, clocks } from './address.js';
import { moments } from './clocks.js';
import { axis, endOf, extent, figures, glyph, loanGlyph, scale } from './glyph.js';
import { fleetChart } from './charts/fleet.js';
import { BOUNDS, dataTable } from './table.js';
import { below, day, dayBefore, isNone, num } from './words.js';

/** The number of a page, large, with its picture. */
export function head(e) {
  const max = endOf(Math.max(4, extent(e)));
  return h(
    'div',
    { class: 'big' },
    h(
      'div',
      { class: 'n', ...figures(e) },
      num(e.best),
      h('small', null, isNone(e) && e.delisted?.best > 0 ? 'listed by nobody now' : below(e)),
    ),
    h(
      'div',
      { class: 'w' },
      responsive(width => {
        const x = scale('linear', max, width);
        return [glyph(e, x, { h: 44, bar: 20, r: 10 }), axis(x, 20)];
      }),
      e.onLoan?.best > 0
        ? h(
            'div',
            { class: 'loan' },
            responsive(width => loanGlyph(e.onLoan, scale('linear', max, width)), { class: 'grow' }),
            `${num(e.onLoan.best)} more on loan`,
          )
        : null,
    ),
  );
}

/** What a series shows: from shortly before there is anything, to its end. */
function fromFirst(items) {
  const first = items.findIndex(i => i.best > 0 || i.high !== 0);
  return first < 0 ? [] : items.slice(Math.max(0, first - 1));
}

/** Why there is nothing to draw of what was listed once, and where it still stands: before an edition dropped it. */
function noLongerListed() {
  const { reportedBy } = clocks();
  const notice = h('p', { class: 'notice quiet' }, 'Its sources now list none, for any time.');
  const isBefore = m => m.delisted > 0 && m.edition && (!reportedBy || m.edition <= reportedBy);
  moments().then(
    stops => {
      const drop = stops.filter(isBefore).reduce((last, m) => (last && last.edition > m.edition ? last : m), null);
      if (drop)
        notice.append(h('a', { href: changed({ reportedBy: dayBefore(drop.edition) }) }, `As they told it before ${day(drop.edition)}`));
    },
    () => {},
  );
  return notice;
}

/** Over time: the chart, its line about whose knowledge it is, its table. */
export function overTime(heading, items, { height, path, name, wasListed }) {
  const { reportedBy } = clocks();
  const shown = fromFirst(items);
  return h(
    'section',
    { class: 'sect' },
    h(
      'header',
      null,
      h('h2', null, heading),
      h(
        'p',
        { class: 'sub' },
        reportedBy
          ? `As sources had told it by ${day(reportedBy)}.`
          : 'As we see it with what we know today. To see what could be known then, set “as sources told it by”.',
      ),
    ),
    shown.length < 2
      ? wasListed
        ? noLongerListed()
        : h('p', { class: 'notice quiet' }, 'None reported at any time.')
      : [
          fleetChart(shown, { height, label: heading }),
          dataTable(shown, [['Day', i => day(i.asOf)], ...BOUNDS], { caption: heading, path, name }),
        ],
  );
}
