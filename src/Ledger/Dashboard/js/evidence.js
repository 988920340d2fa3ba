// A report as a card: who said what, in which words, what it is read as, and what it counts for.
import { h, safeUrl } from './dom.js';
import { dealPath, holdingPath, link, part } from './address.js';
import { figures } from './glyph.js';
import { ASIDE, DID, MILESTONE, day, grade, kind, num, quantity, readAs, span } from './words.js';

/** The day on which the source said it. */
export const reported = e => e.reportedDay ?? e.source?.published ?? e.recordedAt.slice(0, 10);
export const publisherOf = e => e.source?.publisher ?? e.reporter;
export const isOrder = e => e.kind === 'announcement' || e.kind === 'contract';
export const acts = e => e.kind === 'retraction' || e.kind === 'delisting';

/** The three bounds: filled where the report counts for it, struck through where not; ringed where it decides it. */
export const bounds = e =>
  h(
    'span',
    { class: 'bounds' },
    ['low', 'best', 'high'].map(name => {
      const [counts, decides] = [e.effective.includes(name), e.decides?.includes(name)];
      return h(
        'i',
        { class: `${counts ? 'on' : ''}${decides ? ' decides' : ''}`, title: decides ? `It decides ${name}.` : null },
        name,
        counts ? null : h('span', { class: 'sr' }, ': does not count'),
      );
    }),
  );

/** Why a report does not count, in words that name the other report. `name` makes a node of that. */
export function why(e, byId, name = other => publisherOf(other)) {
  const [before, alone, after] = ASIDE[e.setAside] ?? [null, e.setAside];
  const other = e.setAsideBy ? byId.get(e.setAsideBy) : null;
  return other && before ? [before, name(other), after ?? `, ${day(reported(other))}`] : [alone];
}

/** What the source said, in its own words where they are known. */
export function saying(e) {
  if (e.kind === 'retraction') return `Withdraws a report${e.reason ? ': ' : ''}${e.reason ?? ''}`;
  if (e.kind === 'delisting') return 'Its new edition no longer lists it.';
  if (e.milestone && e.milestone !== 'unitsCompleted') {
    return MILESTONE[e.milestone] + (e.rate ? `: ${num(e.rate.n)} a ${e.rate.per}` : '');
  }
  const text = e.quantity?.text;
  const means = e.reads ? h('span', { class: 'muted sml', ...figures(e.reads) }, readAs(e.quantity, e.reads)) : null;
  return text
    ? [h('q', { lang: e.source?.language, dir: 'auto' }, text), ' ', means]
    : [quantity(e.quantity), DID[e.kind] ?? '', ' ', means];
}

const row = (name, value) => (value ? [h('dt', null, name), h('dd', null, value)] : null);

const holdingOf = e =>
  h(
    'a',
    { href: link(holdingPath(e.recipient, e.resolvedPlatform ?? e.platform)) },
    `${e.recipientName ?? e.recipient}, ${e.resolvedPlatformName ?? e.platformName ?? e.platform}`,
  );

/** The card. `byId`: the reports of the page by event id, to name those that set it aside. `about`: the holding is named, too. */
export function card(e, byId = new Map(), { id = true, about = false } = {}) {
  const url = safeUrl(e.source?.url);
  const to = other =>
    h(
      'a',
      { href: byId.get(other.eventId) ? `#e-${other.eventId}` : link(`/reports/${other.eventId}`) },
      `${publisherOf(other)}, ${day(reported(other))}`,
    );
  const clashes = e.clashes?.length > 0;
  return h(
    'article',
    { class: `ev${e.setAside || acts(e) ? ' off' : ''}${clashes ? ' clash' : ''}`, id: id ? `e-${e.eventId}` : null },
    h(
      'header',
      null,
      h('b', { dir: 'auto' }, publisherOf(e)),
      h('span', null, day(reported(e))),
      h('span', { class: 'tag' }, kind(e.kind)),
      e.cancelled ? h('span', { class: 'tag past' }, 'cancelled') : null,
      e.role ? h('span', { class: 'tag' }, e.role) : null,
      clashes ? h('span', { class: 'tag conflict' }, '≠ contradicted') : null,
    ),
    h('p', { class: 'said' }, saying(e)),
    e.source?.title ? h('p', { class: 'note', dir: 'auto', lang: e.source.language }, e.source.title) : null,
    e.source?.speaker ? h('p', { class: 'note', dir: 'auto' }, `Quotes ${e.source.speaker}`) : null,
    h(
      'dl',
      null,
      about && e.recipient ? row('About', holdingOf(e)) : null,
      row('Happened', [
        h('span', { dir: 'auto' }, e.occurred ?? 'not said'),
        span(e.window) ? h('span', { class: 'muted' }, ` (${span(e.window)})`) : null,
      ]),
      row('Due', e.due),
      row('Grade', grade(e.grade)),
      row('From', e.supplier && e.supplier !== 'x-unknown' ? (e.supplierName ?? e.supplier) : null),
      row('Went to', e.to ? (e.toName ?? e.to) : null),
      row('Deal', e.deal ? h('a', { href: link(dealPath(e)) }, e.deal) : null),
      row('Lot', e.lot),
      row('Value', e.value ? `${e.value.amount} ${e.value.currency}` : null),
      e.effective === undefined
        ? null
        : row(
            'Counts for',
            e.setAside ? why(e, byId, to) : acts(e) ? 'nothing by itself' : isOrder(e) ? ['orders; ', bounds(e)] : bounds(e),
          ),
    ),
    e.note ? h('p', { class: 'note', dir: 'auto' }, e.note) : null,
    h(
      'p',
      { class: 'links' },
      url ? h('a', { href: url, rel: 'noreferrer noopener', target: '_blank' }, 'Source ↗') : null,
      h('a', { href: link(`/reports/${part(e.eventId)}`) }, 'This report, its receipt'),
      h('span', { class: 'muted' }, `entry ${num(e.position)}`),
    ),
  );
}

/** A section of cards; nothing where there are none. */
export const cards = (heading, reports, byId) =>
  reports.length
    ? h(
        'section',
        { class: 'sect' },
        h('header', null, h('h2', null, `${heading} (${num(reports.length)})`)),
        h(
          'div',
          { class: 'cards' },
          reports.map(e => card(e, byId)),
        ),
      )
    : null;

/** Reports that do not count, now or by themselves. */
export const isAside = e => Boolean(e.setAside) || acts(e);
export const ASIDE_HEADING = 'Set aside, kept for ever';
