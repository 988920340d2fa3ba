// What changed between two moments: before and after of each fleet or holding, and the reports that did it.
import { followWidth, h, put } from '../dom.js';
import { askAll } from '../api.js';
import { changed, clocks, countryPath, go, here, holdingPath, keep, link, part, withParameters } from '../address.js';
import { axis, endOf, extent, scale } from '../glyph.js';
import { move } from '../charts/move.js';
import { segments } from '../controls.js';
import { csvButton } from '../table.js';
import { category, day, dayBefore, isDrone, kind, many, num, quantity, range, signed, time } from '../words.js';
import { moments } from '../clocks.js';

const FIRST = 40;
const delta = i => i.after.best - i.before.best;
const bySize = (a, b) => Math.abs(delta(b)) - Math.abs(delta(a)) || a.name.localeCompare(b.name);

/** Where the address names no moments, those before and after the newest import: written into it, so that the link stays true. */
async function between() {
  const query = here();
  if (query.get('from') || query.get('to')) return { axis: query.get('axis') ?? 'recorded', from: query.get('from'), to: query.get('to') };
  const last = (await moments()).filter(m => m.kind !== 'catalogue').at(-1);
  const of =
    query.get('axis') === 'reported' && last?.edition
      ? { axis: 'reported', from: dayBefore(last.edition), to: null }
      : last
        ? { axis: 'recorded', from: `@${last.firstPosition - 1}`, to: null }
        : { axis: query.get('axis') ?? 'recorded', from: null, to: null };
  keep(of);
  return of;
}

const HOW = {
  said: 'newly said',
  replaced: 'replaced an earlier report',
  withdrawn: 'withdrew a report',
  delisted: 'no longer lists it',
  renamed: 'listed under another name',
  moved: 'listed under another recipient',
};

const did = r =>
  h(
    'article',
    { class: `ev${r.countsAfter ? '' : ' off'}` },
    h(
      'header',
      null,
      h('b', { dir: 'auto' }, r.publisher ?? 'Unknown'),
      h('span', null, day(r.reported)),
      h('span', { class: 'tag' }, kind(r.kind)),
    ),
    h(
      'p',
      { class: 'said' },
      r.quantity ? (r.quantity.text ? h('q', { dir: 'auto' }, r.quantity.text) : quantity(r.quantity)) : (HOW[r.did] ?? r.did),
    ),
    h(
      'p',
      { class: 'note' },
      [HOW[r.did] ?? r.did, r.countedBefore === r.countsAfter ? null : r.countsAfter ? 'counts since' : 'counts no more']
        .filter(Boolean)
        .join(' · '),
    ),
    h(
      'p',
      { class: 'links' },
      h('a', { href: link(`/reports/${part(r.eventId)}`) }, 'This report'),
      h('span', { class: 'muted' }, `entry ${num(r.position)}`),
    ),
  );

const numbers = i =>
  h(
    'span',
    { class: 'pair' },
    h('s', null, num(i.before.best), range(i.before) ? ` (${range(i.before)})` : ''),
    ' → ',
    h('b', null, num(i.after.best)),
    range(i.after) ? ` (${range(i.after)})` : '',
  );

function row(i, x) {
  const cells = [
    h('span', { class: 'nm' }, i.name),
    h('span', { class: 'gl' }, move(i, x)),
    numbers(i),
    h('span', { class: 'r move' }, delta(i) ? signed(delta(i)) : h('span', { class: 'muted' }, 'range')),
  ];
  if (!i.reports) return h('a', { class: 'row', href: i.href, 'data-key': i.key }, cells);
  const inside = h('div', { class: 'why' });
  const details = h('details', { class: 'wh' }, h('summary', { class: 'row' }, cells), inside);
  details.addEventListener('toggle', () => {
    if (!details.open || inside.childNodes.length) return;
    put(
      inside,
      i.catalogue
        ? h('p', { class: 'sub' }, 'The catalogue spoke of this platform in between: a name or a factor may have moved the figure.')
        : null,
      i.after.delisted?.best > (i.before.delisted?.best ?? 0) && i.after.best < i.before.best
        ? h('p', { class: 'sub' }, 'Its source stopped listing them, which does not say that they are gone.')
        : null,
      h('div', { class: 'cards mt' }, i.reports.slice(0, 24).map(did)),
      i.reports.length > 24 ? h('p', { class: 'muted mt' }, `and ${num(i.reports.length - 24)} more reports.`) : null,
      h('p', { class: 'sml mt' }, h('a', { href: i.href }, 'All evidence of this holding')),
    );
  });
  return details;
}

/** A moment: a day, or an entry of the ledger. */
function moment(name, of, stops) {
  const value = of[name];
  const label = name === 'from' ? 'Before' : 'After';
  const set = to => go(changed({ axis: of.axis, [name]: to }));
  const input =
    of.axis === 'reported'
      ? h('input', { id: `moment-${name}`, type: 'date', value: value ?? '', onchange: event => set(event.target.value) })
      : h(
          'select',
          { id: `moment-${name}`, onchange: event => set(event.target.value) },
          name === 'to'
            ? h('option', { value: '', selected: !value }, 'now')
            : h('option', { value: '', selected: !value }, 'before the first entry'),
          stops.some(m => `@${m.position}` === value) || !value
            ? null
            : h('option', { value, selected: true }, value.startsWith('@') ? `entry ${num(Number(value.slice(1)))}` : time(value)),
          stops.map(m =>
            h(
              'option',
              { value: `@${m.position}`, selected: `@${m.position}` === value },
              `${
                m.kind === 'edition'
                  ? `after the register of ${day(m.edition)}`
                  : m.kind === 'catalogue'
                    ? 'after the catalogue'
                    : m.kind === 'withdrawal'
                      ? `after the register of ${day(m.edition)} was withdrawn`
                      : `after ${num(m.reports)} reports`
              }, ${time(m.time)}`,
            ),
          ),
        );
  return h(
    'section',
    { class: `card ${name === 'from' ? 'a' : 'b'}` },
    h('label', { for: `moment-${name}` }, label),
    input,
    h(
      'span',
      { class: 'sub' },
      of.axis === 'reported'
        ? name === 'from'
          ? 'What sources had told by the end of this day'
          : value
            ? 'The same question, asked of what they had told by then'
            : 'All that sources have told since'
        : name === 'from'
          ? 'What was recorded here by then'
          : 'The same question, asked of what was recorded by then',
    ),
  );
}

export async function page(code) {
  const of = await between();
  const path = code ? `${countryPath(code)}/changes` : '/changes';
  const asked = { axis: of.axis, from: of.from, to: of.to, category: here().get('category'), sort: 'delta' };
  // Each end stands in the place of a clock, so that clock is not sent.
  const at = { ...clocks(), ...(of.axis === 'reported' ? { reportedBy: undefined } : of.to ? { knownAt: undefined } : {}) };
  const [answer, stops] = await Promise.all([askAll(`/v1${path}`, asked, at), moments()]);
  const name = code ? answer.recipientName : null;
  const forLink = { axis: of.axis, from: of.from, to: of.to, asOf: clocks().asOf };
  const items = answer.items
    .map(i =>
      code
        ? { ...i, key: `${code}/${i.platform}`, group: (i.after ?? i.before).category, href: link(holdingPath(code, i.platform)) }
        : {
            ...i,
            key: i.recipient,
            name: i.recipientName,
            group: null,
            href: withParameters(`${countryPath(i.recipient)}/changes`, forLink),
          },
    )
    .sort(bySize);
  const groups = code ? groupsOf(items) : [];
  const state = { group: groups.find(g => g[0] === here().get('only'))?.[0] ?? groups[0]?.[0] ?? null, count: FIRST, width: 400 };
  const rows = h('div', { class: 'tbl chg', role: 'group', 'aria-label': 'Before and after' });
  const chips = h('div', { class: 'chips', role: 'group', 'aria-label': 'Show only' });
  const draw = () => {
    const list = items.filter(i => fits(i, state.group));
    const max = endOf(Math.max(4, ...list.flatMap(i => [extent(i.before), extent(i.after)])));
    const x = scale(max > 400 ? 'ratio' : 'linear', max, state.width);
    put(
      chips,
      groups.map(([key, text, count]) =>
        h(
          'button',
          {
            class: 'chip',
            type: 'button',
            'aria-pressed': key === state.group,
            onclick: () => {
              Object.assign(state, { group: key, count: FIRST });
              keep({ only: key });
              draw();
            },
          },
          `${text} ${num(count)}`,
        ),
      ),
    );
    put(
      rows,
      h(
        'div',
        { class: 'hd scale' },
        h('span', null, code ? 'Platform' : 'Country'),
        h('span', { class: 'ax' }, axis(x)),
        h('span', null, 'Before → after'),
        h('span', { class: 'r' }, 'Best'),
      ),
      list.slice(0, state.count).map(i => row(i, x)),
      list.length > state.count
        ? h(
            'button',
            {
              class: 'more',
              type: 'button',
              onclick: () => {
                state.count = Infinity;
                draw();
              },
            },
            `Show ${num(list.length - state.count)} more`,
          )
        : null,
      list.length ? null : h('p', { class: 'notice quiet mt' }, 'Nothing changed between these two moments.'),
    );
  };
  followWidth(
    rows,
    () => rows.querySelector('.ax'),
    width => {
      state.width = width;
      draw();
    },
  );
  draw();
  const axes = [
    ['reported', 'What sources had told'],
    ['recorded', 'What was recorded here'],
  ];
  const seg = segments('Compare by', axes, of.axis, name => go(changed({ axis: name, from: null, to: null })));
  const body = h(
    'div',
    null,
    code
      ? h(
          'p',
          { class: 'crumb' },
          h('a', { href: link('/') }, 'All fleets'),
          ' / ',
          h('a', { href: link(countryPath(code)) }, name),
          ' / What changed',
        )
      : null,
    h('h1', null, code ? `What changed about ${name}` : 'What changed'),
    sentence(of, items, code),
    h(
      'div',
      { class: 'moments' },
      moment('from', of, stops),
      h('div', { class: 'arrow', 'aria-hidden': 'true' }, '→'),
      moment('to', of, stops),
    ),
    h(
      'div',
      { class: 'tools' },
      seg,
      h('span', { class: 'grow' }),
      csvButton(withParameters(`/v1${path}`, { ...at, ...asked }), code ? `changes-${code}` : 'changes'),
    ),
    chips,
    h('div', { class: 'mt' }, rows),
  );
  return {
    title: code ? `What changed: ${name}` : 'What changed',
    body,
    basis: answer.basis,
    comparing: true,
    data: { path, parameters: { ...asked } },
  };
}

const fits = (i, group) => !group || group === 'all' || (group === 'drones' ? isDrone(i.group) : i.group === group);

function groupsOf(items) {
  const found = [...new Set(items.map(i => i.group))].filter(g => !isDrone(g));
  return [['drones', 'Drones'], ...found.map(g => [g, category(g)]), ['all', 'Everything']]
    .map(([key, text]) => [key, text, items.filter(i => fits(i, key)).length])
    .filter(([key, , count]) => count || key === 'all');
}

function sentence(of, items, code) {
  const [up, down] = [items.filter(i => delta(i) > 0).length, items.filter(i => delta(i) < 0).length];
  const only = items.length - up - down;
  const when = text =>
    !text ? null : text.startsWith('@') ? `entry ${num(Number(text.slice(1)))}` : text.length === 10 ? day(text) : time(text);
  const what = code ? many(items.length, 'holding') : many(items.length, 'fleet of unmanned aircraft', 'fleets of unmanned aircraft');
  return h(
    'p',
    { class: 'lede mt' },
    'Between ',
    h('b', null, when(of.from) ?? 'the beginning'),
    ' and ',
    h('b', null, when(of.to) ?? 'now'),
    of.axis === 'reported' ? ' what sources had told changed ' : ' what is recorded here changed ',
    h('b', null, what),
    items.length
      ? `: ${num(up)} up, ${num(down)} down${only ? `, ${num(only)} only in their range` : ''}. Grey: before. Blue: after.`
      : '.',
    code && items.length ? ' Open a line for the reports that did it.' : '',
  );
}
