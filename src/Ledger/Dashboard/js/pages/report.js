// One report: the card, the event as it is stored, its receipt, and how to fetch it without this page.
import { h } from '../dom.js';
import { Problem, ask } from '../api.js';
import { countryPath, holdingPath, link, part } from '../address.js';
import { card } from '../evidence.js';
import { kind, num, time } from '../words.js';

export async function page(eventId) {
  const path = `/v1/reports/${part(eventId)}`;
  const report = await ask(path);
  const platform = report.resolvedPlatform ?? report.platform;
  // What it does to its holding stands there; a report that no question sees there has the card without it.
  const holding = await ask(`/v1${holdingPath(report.recipient, platform)}`).catch(fault => {
    if (fault instanceof Problem) return null;
    throw fault;
  });
  const byId = new Map((holding?.evidence ?? []).map(e => [e.eventId, e]));
  const shown = byId.get(report.eventId) ?? report;
  const address = `${location.origin}${path}`;
  const fact = (name, value) => (value ? [h('dt', null, name), h('dd', null, value)] : null);
  const body = h(
    'div',
    null,
    h(
      'p',
      { class: 'crumb' },
      h('a', { href: link('/') }, 'All fleets'),
      ' / ',
      h('a', { href: link(countryPath(report.recipient)) }, report.recipientName),
      ' / ',
      h('a', { href: link(holdingPath(report.recipient, platform)) }, report.resolvedPlatformName ?? report.platformName ?? platform),
      ' / Report',
    ),
    h('h1', null, `${kind(report.kind)}, entry ${num(report.position)}`),
    h(
      'div',
      { class: 'two mt' },
      card(shown, byId),
      h(
        'section',
        { class: 'card receipt', id: 'receipt' },
        h('h2', null, 'Receipt'),
        h('p', { class: 'sub' }, 'What was recorded, and when. It is kept as it was sent, for ever.'),
        h(
          'dl',
          { class: 'facts mt' },
          fact('Entry', num(report.position)),
          fact('Recorded', time(report.recordedAt)),
          fact('By', report.reporter),
          fact('Feed', h('code', null, report.feed)),
          fact('Id', h('code', { dir: 'auto' }, report.id)),
          fact('Event id', h('code', null, report.eventId)),
          fact('SHA-256', h('code', null, report.digest)),
          fact('Origin', report.origin ? h('code', { dir: 'auto' }, report.origin) : null),
          fact('Reference', report.reference),
        ),
      ),
    ),
    h(
      'section',
      { class: 'sect' },
      h('header', null, h('h2', null, 'The report as data')),
      h('pre', { tabindex: '0', 'aria-label': 'The report as JSON' }, JSON.stringify(report, null, 2)),
    ),
    h(
      'section',
      { class: 'sect' },
      h('header', null, h('h2', null, 'Fetch it yourself')),
      h('pre', { tabindex: '0', 'aria-label': 'A command' }, `curl -H 'Authorization: Bearer ldg_…' '${address}'`),
    ),
  );
  return {
    title: `${kind(report.kind)}, entry ${num(report.position)}`,
    body,
    basis: holding?.basis ?? null,
    recipient: report.recipient,
    concerns: x => x.platform === platform,
    data: { path: `/reports/${part(eventId)}` },
  };
}
