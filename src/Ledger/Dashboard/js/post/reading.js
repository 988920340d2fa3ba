// How a report that is being typed is read, and what it would change: the cards beside the form, of the answer to a dry run.
import { h } from '../dom.js';
import { link, part } from '../address.js';
import { move } from '../charts/move.js';
import { axis, endOf, extent, figures, glyph, scale } from '../glyph.js';
import { category, day, isNone, num, quantity, range, span, spoken } from '../words.js';
import { acts } from './members.js';

const VERB = {
  announcement: ['is announced for', 'are announced for'],
  contract: ['was ordered by', 'were ordered by'],
  delivery: ['arrived in', 'arrived in'],
  milestone: ['of the programme of', 'of the programme of'],
  observation: ['was seen in', 'were seen in'],
  loss: ['was lost by', 'were lost by'],
};

/** The sentence that the report will be read as. */
function sentence(form, report, dry) {
  if (acts(form.kind))
    return form.kind === 'retraction'
      ? 'This report is withdrawn: from then on it counts for nothing.'
      : 'Its publisher no longer lists this report.';
  const one = report.quantity?.n === 1;
  const number = report.quantity ? quantity(report.quantity) : 'some';
  const what = dry.understoodAs?.name ?? dry.platformName ?? report.platform;
  const when =
    dry.window && report.occurred
      ? dry.window.earliest === dry.window.latest
        ? ` on ${day(dry.window.latest)}`
        : `, between ${span(dry.window).replace(' – ', ' and ')}`
      : '';
  return [
    number.charAt(0).toUpperCase() + number.slice(1),
    ` ${what} ${VERB[form.kind][one ? 0 : 1]} ${dry.recipientName}`,
    when,
    dry.readAs
      ? [
          ', as ',
          h(
            'b',
            null,
            dry.readAs === 'lot'
              ? 'the size of this lot'
              : report.deal
                ? 'the running total of the deal'
                : 'the running total of all deals',
          ),
        ]
      : '',
    '.',
  ];
}

const scaled = (e, x) => [glyph(e, x), axis(x)];

/** What its platform is taken for; where the name may mean others, or is unknown, the service has more to say. */
const understood = platform =>
  platform.homonyms.length || platform.category === 'other'
    ? platform.words
    : `Counted as ${platform.name}: ${category(platform.category).toLowerCase()}.`;

/** How it is read. */
export function reads(form, report, dry) {
  const effect = dry.setAside
    ? 'It would count for nothing today.'
    : dry.effective?.length === 3
      ? 'It counts for all three bounds.'
      : dry.effective?.length
        ? `It counts for ${dry.effective.join(' and ')} today.`
        : acts(form.kind)
          ? null
          : 'It counts for no bound today.';
  return h(
    'section',
    { class: 'card' },
    h('h2', null, 'Reads as'),
    h('p', { class: 'lede' }, sentence(form, report, dry)),
    dry.reads
      ? [
          h('p', { class: 'mt sub', ...figures(dry.reads) }, `As one reading: ${spoken(dry.reads)}.`),
          h('div', { class: 'mt' }, scaled(dry.reads, scale('linear', endOf(Math.max(4, extent(dry.reads))), 280))),
        ]
      : null,
    h('p', { class: 'sub mt' }, effect),
    dry.understoodAs ? h('p', { class: 'sub mt' }, understood(dry.understoodAs)) : null,
  );
}

/** The estimate before and after. */
export function wouldChange(dry) {
  if (!dry.estimate) return null;
  const { before, after } = dry.estimate;
  const x = scale('linear', endOf(Math.max(4, extent(before), extent(after))), 280);
  const same = ['low', 'best', 'high'].every(name => before[name] === after[name]);
  return h(
    'section',
    { class: 'card' },
    h('h2', null, 'What it would change'),
    h('p', { class: 'sub' }, `${dry.recipientName}, ${dry.understoodAs?.name ?? dry.platform}`),
    same
      ? h('p', { class: 'mt' }, 'Nothing in the figures: ', h('b', null, num(after.best)), ' ', range(after), isNone(after) ? '' : '.')
      : [
          h(
            'p',
            { class: 'mt pair' },
            h('s', null, num(before.best), ' ', range(before)),
            ' → ',
            h('b', { class: 'best' }, num(after.best)),
            ' ',
            range(after),
          ),
          h('div', { class: 'mt' }, move(dry.estimate, x), axis(x)),
        ],
    h('p', { class: 'sub mt' }, 'Computed by the service without recording anything.'),
  );
}

/** Reports that may tell the same. */
export const similar = dry =>
  dry.similar?.length
    ? h(
        'section',
        { class: 'card', id: 'similar' },
        h('h2', null, 'Perhaps told before'),
        h(
          'p',
          { class: 'sub' },
          'These say the same number of the same holding for a time that overlaps. ' +
            'If yours repeats one of them, give it the same deal, lot or origin.',
        ),
        h(
          'ul',
          { class: 'news' },
          dry.similar.map(x =>
            h(
              'li',
              null,
              h(
                'a',
                { href: link(`/reports/${part(x.eventId)}`), target: '_blank', rel: 'noopener' },
                `${x.publisher}, ${day(x.reportedDay)}`,
              ),
              x.deal ? h('span', { class: 'muted' }, ` · ${x.deal}${x.lot ? `, lot ${x.lot}` : ''}`) : null,
            ),
          ),
        ),
      )
    : null;
